"""A lock between processes, held by the operating system.

It is let go when the process ends, however it ends: a lock file left behind by a crash or a power cut locks nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def take(path: Path) -> int | None:
    """Make and lock `path`; None where another holds it. Raises OSError where nothing can be locked there."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            taken = _lock(handle)
        except OSError:
            give_back(path, handle)
            raise
        if not taken:
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
        return True

    def give_back(path: Path, handle: int) -> None:
        """Unlock what `take` returned, and remove the file."""
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
        return True

    def give_back(path: Path, handle: int) -> None:
        """Unlock what `take` returned, and remove the file."""
        # While the lock is held: afterwards the file may be another run's.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)
