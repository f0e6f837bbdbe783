"""Figures and days as a template wants them printed: decimals, thousands, the order of a date.

Templates of Word and those of standard sentences have the same filters. What is no number, or no day, they leave alone:
a text of staff's is printed as typed.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

#: 2024年1月5日
DATE: Final = "yyyy年m月d日"

#: Decimal places that can be asked for.
_MOST_DIGITS: Final = 10

_NUMBER: Final = re.compile(r"\s*-?\d{1,15}(?:\.\d{1,15})?\s*", re.ASCII)
_DAY: Final = re.compile(r"\s*(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})\s*日?(?:[T ].*)?\s*", re.ASCII)
_FORMAT: Final = re.compile(r"y+|m+|d+", re.IGNORECASE)


def number(value: object, digits: int | None = None, *, thousands: bool = False) -> object:
    """1234.5 with 2 digits as 1234.50, with thousands as 1,234.50; without digits it has those it has.

    A half is rounded up, as Excel does. Raises ValueError where there cannot be so many digits.
    """
    if digits is not None and not (isinstance(digits, int) and 0 <= digits <= _MOST_DIGITS):
        raise ValueError(digits)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return value
    exact = Decimal(value.strip()) if isinstance(value, str) else Decimal(repr(float(value)))
    if digits is None:
        text = f"{exact:,f}" if thousands else f"{exact:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
    return f"{rounded:,f}" if thousands else f"{rounded:f}"


def date(text: str, form: str = DATE) -> str:
    """2024年1月5日 or 2024-01-05 by a format as Excel writes it: yyyy-mm-dd. A text that is no day stays as it is."""
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    parts = dict(zip("ymd", map(int, match.groups()), strict=True))

    def part(letters: re.Match[str]) -> str:
        which, count = letters[0][0].lower(), len(letters[0])
        return f"{parts['y'] % 100:02}" if which == "y" and count <= 2 else f"{parts[which]:0{min(count, 4)}}"

    return _FORMAT.sub(part, form)
