"""Words that messages of every part share."""

from __future__ import annotations

import errno
import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

#: A double holds whole numbers exactly up to here, decimals not at all.
EXACT: Final = 1e15

#: Decimal places that are kept of any number.
DECIMALS: Final = 6

#: No double has a decimal beyond these places; digits enough for any up to them.
_PLACES: Final = 400
_ROUNDING: Final = Context(prec=2 * _PLACES, rounding=ROUND_HALF_UP)


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


def round_half_up(value: float, digits: int) -> float:
    """Excel's ROUND: halves away from zero, on the shortest decimal text of the double."""
    if abs(value) >= EXACT:
        return value
    if digits > _PLACES:
        return value
    if digits < -_PLACES:
        return 0.0
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), context=_ROUNDING))


def stated(value: float) -> int | float:
    """A figure as it is shown, exported and recorded: to the decimals that are kept, and to the fifteen digits of a double.

    So no sum shows what binary fractions leave over: 52800, not 52800.00000000001.
    """
    if isinstance(value, int) or not math.isfinite(value):
        return value
    return plain(round_half_up(float(f"{value:.15g}"), DECIMALS))


def figure(value: float) -> str:
    """A figure as text, without a power of ten unless it is beyond what a double holds exactly."""
    number = stated(value)
    return format(Decimal(repr(number)), "f") if abs(number) < EXACT else str(number)


def shown(value: object) -> str:
    """What stands in a cell, as messages print it."""
    if value is None:
        return "空白"
    return figure(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


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
    errno.EDQUOT: "磁盘配额已满",
    errno.EFBIG: "文件超过了允许的大小",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
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
    if error.errno == errno.ENOENT and error.filename is None:  # what os.getcwd() raises
        return "当前文件夹已被删去或移走，请先换到别的文件夹"
    return _FAULTS.get(error.errno or 0) or f"系统错误 {error.errno or ''}".rstrip()


def moment(when: datetime) -> str:
    """A day and time as pages tell it: 2026年1月9日 14:05."""
    return f"{day(when)} {when:%H:%M}"


def day(when: date) -> str:
    """A day as letters have it: 2026年1月9日."""
    return f"{when.year}年{when.month}月{when.day}日"


def is_folder(path: Path) -> bool:
    """Whether a folder stands there; False where the system does not let us look (pathlib raises then)."""
    try:
        return path.is_dir()
    except OSError:
        return False


def stands(path: Path) -> bool:
    """The same of anything."""
    try:
        return path.exists()
    except OSError:
        return False


def cannot_open(what: str, path: Path, error: OSError) -> str:
    """The sentence for a file that cannot be read; `what` names it: 设置文件“a.toml”."""
    reason = "是一个文件夹" if is_folder(path) else fault(error)
    return f"{what}打不开（{reason}），请检查路径和权限。"
