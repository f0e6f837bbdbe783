"""How likely a slip of the hand turns the figure that should stand into the one that does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.rules.evaluate import is_number, plain

if TYPE_CHECKING:
    from xlreport.filing import FilingValue

#: Points for kinds of slips, the likelier the more. They only order choices that are equally small.
SWAPPED, CLEAR, PROBABLE, SMALL, FAINT = 6, 5, 4, 2, 1

#: 1 万元 in 元, as a number of decimal places.
TEN_THOUSAND = 4


def slip(standing: FilingValue, proposed: float, *, money: bool = False, raw: str | None = None) -> tuple[int, str]:
    """Points and a Chinese name for the slip that made `standing` out of `proposed`; (0, "") where none is known.

    `money`: the figures are amounts in 万元. `raw` is the text of a cell that could not be read.
    """
    if raw is not None:
        stated = re.sub(r"[^\d.]", "", raw) == _text(proposed)
        return (SWAPPED, "原文中正是这个数") if stated else (FAINT, "原文读不出数字")
    if standing is None:
        return SMALL, "漏填"
    if standing == "/":
        return SMALL, "误填为不适用"
    if not is_number(standing) or isinstance(standing, str):
        return 0, ""
    if standing == 0:
        return FAINT, "误填为0"
    return _digits(standing, proposed, money)


def _digits(standing: float, proposed: float, money: bool) -> tuple[int, str]:
    if standing == -proposed:
        return CLEAR, "正负号相反"
    if standing * proposed <= 0:
        return 0, ""
    old, new = _text(standing), _text(proposed)
    if shift := _shift(old, new, money):
        return CLEAR, shift
    if len(old) == len(new):
        differ = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(differ) == 2 and differ[1] == differ[0] + 1 and {old[n] for n in differ} == {new[n] for n in differ}:
            return CLEAR, "相邻数字颠倒"
        if len(differ) == 1:
            return (PROBABLE if len(old) > 1 else SMALL), "一位数字写错"
        return 0, ""
    if _one_less(new, old):
        return PROBABLE, "多写一位"
    if _one_less(old, new):
        return PROBABLE, "少写一位"
    return 0, ""


def _text(value: float) -> str:
    """The digits as typed: no sign, no trailing zeros after the point."""
    value = plain(abs(value))
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0")


def _shift(old: str, new: str, money: bool) -> str:
    """The name of a slip by a power of ten, "" where the digits are others."""
    (old_digits, old_places), (new_digits, new_places) = _significant(old), _significant(new)
    if old_digits != new_digits:
        return ""
    places = old_places - new_places
    if money:
        return "按元填写，应为万元" if places == TEN_THOUSAND else "小数点错位"
    return "多写了0" if places > 0 else "少写了0"


def _significant(text: str) -> tuple[str, int]:
    """The digits without zeros at either end, and the power of ten of the last."""
    whole, _, decimals = text.partition(".")
    digits = (whole + decimals).lstrip("0")
    kept = digits.rstrip("0")
    return kept, len(digits) - len(kept) - len(decimals)


def _one_less(short: str, long: str) -> bool:
    """Whether `short` is `long` with one character left out."""
    return len(long) == len(short) + 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
