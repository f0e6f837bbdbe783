"""Words that messages of every part share."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def shortened(text: str, most: int) -> str:
    """A text on one line, at most `most` characters of it."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


#: What the system calls a fault, in the words of staff.
_FAULTS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件",
    errno.EISDIR: "是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.EBUSY: "正在被使用",
    errno.EIO: "磁盘读写出错",
    errno.EINVAL: "路径无效",
    errno.EPIPE: "没有人在读",
    errno.ECONNREFUSED: "对方没有应答",
    errno.ECONNRESET: "连接被断开",
    errno.ETIMEDOUT: "超时",
}


def fault(error: OSError) -> str:
    """What the system says is wrong, in Chinese; a text of our own stands as it is."""
    if error.strerror and not error.strerror.isascii():
        return error.strerror
    return _FAULTS.get(error.errno or 0) or f"系统错误 {error.errno or ''}".rstrip()


def cannot_open(what: str, path: Path, error: OSError) -> str:
    """The sentence for a file that cannot be read; `what` names it: 设置文件“a.toml”."""
    reason = "是一个文件夹" if path.is_dir() else fault(error)
    return f"{what}打不开（{reason}），请检查路径和权限。"
