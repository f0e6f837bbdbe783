"""Work that is broken off: by a kill before any one change of the file system, or by a move that fails."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

#: Runs of the same work, each killed one change later, until one is not killed; far more than any work has.
MANY = 200

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink"}


def _changes(event: str, args: tuple[Any, ...], folder: Path) -> bool:
    if event == "open":
        written = isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        return bool(written) and str(folder) in str(args[0])
    # What is removed by its name within an open folder has no path.
    return event in _CHANGES and (str(folder) in str(args[0]) or "/" not in str(args[0]))


def killed(work: Callable[[Path], object], folder: Path, n: int) -> bool:
    """Do `work` on a folder in a process of its own, killed before its nth change there (from 1); whether it came to that."""
    child = os.fork()
    if child == 0:
        count = itertools.count(1)

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if _changes(event, args, folder) and next(count) == n:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        status = 1
        try:
            work(folder)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def failing(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], n: int, *, on: bool = False) -> Iterator[None]:
    """Within it the nth call of these functions of `os` (all together) is refused, with `on` every later one too."""
    count = itertools.count(1)

    def refuse(real: Callable[..., object]) -> Callable[..., object]:
        def held(*args: object, **options: object) -> object:
            at = next(count)
            if at == n or (on and at > n):
                raise PermissionError(13, "in use")
            return real(*args, **options)

        return held

    with monkeypatch.context() as patch:
        for name in names:
            patch.setattr(os, name, refuse(getattr(os, name)))
        yield
