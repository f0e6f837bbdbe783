"""Two double-clicks at once: the second one finds the folder taken.

The operating system holds the lock and lets it go when the process ends, however it ends: a lock file left behind by a
crash or a power cut locks nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from xlreport.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = ".xlreport.lock"


class FolderTaken(EnvironmentFault):
    """Another run is making reports in the same folder."""

    code = "taken"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold `folder` (made where needed, removed again if nothing was put into it). Raises FolderTaken at once.

    A folder that cannot be written, or a file system without locks, is not held: whatever is written there says why
    it cannot be, or is put in place whole.
    """
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _locked(path)
    except OSError:
        yield
        return
    if handle is None:
        raise FolderTaken("另一个“生成报告”正在处理这个文件夹里的工作簿，请等它结束，看它打开的结果页。")
    try:
        yield
    finally:
        _remove(path, handle)
        with contextlib.suppress(OSError):
            folder.rmdir()


def _locked(path: Path) -> int | None:
    """The open lock file; None where another process holds it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(handle):
            os.close(handle)
            return None
        with contextlib.suppress(OSError):
            # Another run may have ended, and taken its file away, between our opening and locking it.
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        except OSError:
            return True
        return True

    def _remove(path: Path, handle: int) -> None:
        # An open file cannot be deleted here; if another run has opened it meanwhile, it stays.
        os.close(handle)
        with contextlib.suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _remove(path: Path, handle: int) -> None:
        # While the lock is held: afterwards the file may be another run's.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)
