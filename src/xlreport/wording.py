"""Words that messages of every part share."""

from __future__ import annotations

import errno
import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: A double holds whole numbers exactly up to here, decimals not at all.
EXACT: Final = 1e15


def cut(text: str, most: int) -> str:
    """At most `most` characters of a text, as it stands: what is longer ends in “…”."""
    return text if len(text) <= most else text[: most - 1] + "…"


def shortened(text: str, most: int) -> str:
    """A text on one line, at most `most` characters of it."""
    return cut(" ".join(text.split()), most)


def shortened_inside(text: str) -> str:
    """A passage by its beginning and its end, at most 60 characters: the figure it is about stands near the end."""
    return text if len(text) <= 60 else f"{text[:36]}…{text[-22:]}"


def plain(value: float) -> int | float:
    """A whole number as int, so that 12.0 prints as 12."""
    return int(value) if math.isfinite(value) and value == int(value) and abs(value) < EXACT else value


def shown(value: object) -> str:
    """A figure as messages print it."""
    if value is None:
        return "空白"
    return str(plain(value)) if isinstance(value, int | float) else str(value)


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
