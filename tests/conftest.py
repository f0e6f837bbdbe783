"""Settings for all tests: no test fails for being slow on a busy machine; CI repeats the same examples.

A test that starts another program is marked `program`, one that takes over a fifth of a second `long`; scripts/test leaves both out.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


#: The names by which Python announces that a program is started.
_STARTS = frozenset({"subprocess.Popen", "os.exec", "os.fork", "os.posix_spawn", "os.system"})

#: Whether the test that is running may start a program.
_allowed = True


def _watch(event: str, args: tuple[object, ...]) -> None:
    if not _allowed and event in _STARTS:
        pytest.fail(f"starts a program ({next(iter(args), event)}) and is not marked @pytest.mark.program")


sys.addaudithook(_watch)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector of garbage need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Hold every test to its mark: one without `program` starts none."""
    global _allowed  # noqa: PLW0603  (the hook of the interpreter has no other way to know)
    _allowed = item.get_closest_marker("program") is not None
    try:
        return (yield)
    finally:
        _allowed = True


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is kept between runs, and the log, stand in folders of the test session, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("user-cache"))
        patch.setenv("XDG_CACHE_HOME", folder)
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("user-state")))
        if os.name == "nt":
            patch.setenv("LOCALAPPDATA", folder)
        yield
