"""Reading files with a bound, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import TypeAlias

from xlreport.errors import EnvironmentFault
from xlreport.wording import fault, is_folder, stands

#: A path as callers from outside may give it.
StrPath: TypeAlias = str | os.PathLike[str]


def as_path(path: StrPath | None) -> Path | None:
    """What was given as a path, if anything was."""
    return None if path is None else Path(path)


#: Bytes of one file: of text (JSON, definitions, settings, templates of mails), and of a document or package.
MAX_TEXT, MAX_FILE = 20_000_000, 200_000_000

#: A pipe that nobody writes to is opened at once, so that it can be told for what it is.
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)

#: Windows says that there is no such file where a path is longer, unless it was set up otherwise.
_LONGEST_PATH = 259

#: What file systems say that cannot be asked to put a file on the disk now.
_CANNOT_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}


def read_bounded(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; pipes, devices and endless files are never waited for.

    Raises OSError, whose `strerror` is Chinese where it is not the system's own.
    """
    try:
        handle = os.open(path, _READ)
    except ValueError:
        raise OSError(errno.EINVAL, "文件名不能用") from None
    except OSError:
        if is_folder(path):  # Windows calls it a lack of permission
            raise OSError(errno.EISDIR, "是一个文件夹") from None
        raise
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise OSError(errno.EISDIR, "是一个文件夹") if stat.S_ISDIR(mode) else OSError(errno.EINVAL, "不是普通文件")
    with os.fdopen(handle, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"超过 {limit / 1_000_000:g} MB")
    return data


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`, making its folder where needed; a reader sees the old file or the new one, never a part.

    A link is followed: the file it leads to is written. Raises EnvironmentFault where the place cannot be written, or the file is open in another program.
    """
    temporary: Path | None = None
    path = _led_to(path)
    if path.is_symlink():
        raise EnvironmentFault(f"“{path}”是绕回自己的链接，不能写入，请把它删去或另取文件名。")
    if stands(path) and not path.is_file() and not is_folder(path):
        raise EnvironmentFault(f"“{path}”不是普通文件，不能写入，请另取文件名。")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".xlreport-", delete=False) as file:
            temporary = Path(file.name)
        write_through(temporary, data)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        keep_names(path.parent)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise write_fault(path, error) from None


def _led_to(path: Path) -> Path:
    try:
        return path.resolve() if path.is_symlink() else path
    except (OSError, RuntimeError):  # a link that leads back to itself
        return path


def write_through(path: Path, data: bytes) -> None:
    """Write a file that lies whole on the disk before it gets its final name: a power cut leaves no empty one there.

    Raises OSError.
    """
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in _CANNOT_SYNC:
                raise


def keep_names(folder: Path) -> None:
    """Have the names in `folder` outlast a power cut, where the system can be asked for that: Windows cannot."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_fault(path: Path, error: OSError) -> EnvironmentFault:
    """The sentence for a file that could not be written."""
    if is_folder(path):
        return EnvironmentFault(f"“{path}”是一个文件夹，不能写成文件，请把它移走或改名，或另取文件名。")
    there = next((parent for parent in path.parents if stands(parent)), None)
    if there is not None and not is_folder(there):
        return EnvironmentFault(f"“{there}”是一个文件，不是文件夹，里面不能存放文件，请把它移走或改名后再试。")
    if isinstance(error, PermissionError) and stands(path):
        return EnvironmentFault(
            f"文件“{path.name}”不能改写，可能正在 Word、Excel 或 WPS 中打开，请关闭后再试；设成了只读的，请先取消只读。"
        )
    if isinstance(error, FileNotFoundError) and (length := len(str(path.absolute()))) > _LONGEST_PATH:
        return EnvironmentFault(
            f"“{path.name}”连同所在的文件夹共{length}个字符，超过了{_LONGEST_PATH}个，不能写入，"
            "请把工作簿移到层数少、名字短的文件夹里再试。"
        )
    if isinstance(error, PermissionError):
        return EnvironmentFault(f"文件夹“{path.parent}”不能写入，请换一个文件夹或检查权限。")
    return EnvironmentFault(f"文件“{path}”不能写入（{fault(error)}），请检查路径和磁盘后再试。")


def _umask() -> int:
    """The process's umask: a temporary file is private, the finished one has ordinary permissions."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
