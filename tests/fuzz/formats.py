"""Number formats with what they make of a number, by plain arithmetic; LibreOffice confirms the table in a test."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(value: float) -> str:
    """A number as General shows it, the width of the cell left aside."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)


def _fixed(places: int, factor: str = "1", *, grouped: bool = False) -> Callable[[float], str]:
    def show(value: float) -> str:
        if not math.isfinite(value):
            return "#NUM!"
        scaled = Decimal(repr(value)) * Decimal(factor)
        number = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return f"{number:,f}" if grouped else f"{number:f}"

    return show


_WHOLE = _fixed(0)

#: What each format shows for a number. Only formats that LibreOffice and Excel agree on.
SHOWN: dict[str, Callable[[float], str]] = {
    "General": plain,
    "@": plain,
    "0": _WHOLE,
    "0.0": _fixed(1),
    "0.00": _fixed(2),
    "0.000000": _fixed(6),
    "#,##0": _fixed(0, grouped=True),
    "#,##0.00": _fixed(2, grouped=True),
    "0%": lambda value: _fixed(0, "100")(value) + "%",
    "0.00%": lambda value: _fixed(2, "100")(value) + "%",
    "0,": _fixed(0, "0.001"),
    "#,##0.0,": _fixed(1, "0.001", grouped=True),
    "0.0,,": _fixed(1, "0.000001"),
    '0"0"': lambda value: _WHOLE(value) + "0",
    "0\\0": lambda value: _WHOLE(value) + "0",
    '"1"0': lambda value: ("-" if value < 0 else "") + "1" + _WHOLE(abs(value)),
    '0"件"': lambda value: _WHOLE(value) + "件",
    "General件": lambda value: plain(value) + "件",
    '0"."0': lambda value: f"{int(_WHOLE(value)) // 10}.{int(_WHOLE(value)) % 10}",
    "000": lambda value: f"{int(_WHOLE(value)):03d}" if value >= 0 else f"-{-int(_WHOLE(value)):03d}",
    ";;;": lambda _: "",
    '"无"': lambda value: ("-" if value < 0 else "") + "无",
    '0;-0;"/"': lambda value: _WHOLE(value) if value else "/",
    '0;0;"3"': lambda value: _WHOLE(abs(value)) if value else "3",
    "[Red]0;[Blue]-0": _WHOLE,
    "0_ ": lambda value: _WHOLE(value) + " ",
    "0.00_ ;[Red]\\-0.00\\ ": lambda value: _fixed(2)(value) + " ",
}

#: What each format shows for a text, where not the text itself.
TEXT_SHOWN: dict[str, Callable[[str], str]] = {";;;": lambda _: ""}

#: Formats that show something whose words are not worked out here (LibreOffice is asked); none may pass silently.
DEVIOUS = (
    "[DBNum1]0",
    "0.00E+00",
    "# ?/?",
    "yyyy/m/d",
    'yyyy"年"m"月"d"日"',
    "[h]:mm",
    "[<10]0;[>=10]0,",
    "[>5]0;-0",
    "0;yyyy",
    "General General",
    '"甲"@',
    ';;;"甲"@',
    "0;@",
    "[$-804]0",
    "[DBNum2][$-804]General",
    "(0)",
    "0 0",
    "0-0",
    "**0",
    "ggge",
)
