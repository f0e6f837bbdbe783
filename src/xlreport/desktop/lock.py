"""Two double-clicks at once: the second one finds the folder taken."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from xlreport.errors import EnvironmentFault
from xlreport.storage.lock import give_back, take

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
        handle = take(path)
    except OSError:
        yield
        return
    if handle is None:
        raise FolderTaken("另一个“生成报告”正在处理这个文件夹里的工作簿，请等它结束，看它打开的结果页。")
    try:
        yield
    finally:
        give_back(path, handle)
        with contextlib.suppress(OSError):
            folder.rmdir()
