"""Settings for all tests: no test fails for being slow on a busy machine; CI repeats the same examples."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


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
