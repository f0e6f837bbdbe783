"""Dates in cells: which number formats show one, and which moment a serial number is (ECMA-376 part 1, 18.8 and 18.17.4).

openpyxl knows this as well, but importing it takes a third of a clerk's waiting; a test holds the two together.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

#: What serial numbers count from, under the two date systems; Excel's day 0 is also where bare times of day fall.
WINDOWS_EPOCH, MAC_EPOCH = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  (cells know no time zone)

#: The number formats that a workbook may use without spelling them out.
BUILTIN_FORMATS: dict[int, str] = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_)_("$"* \(#,##0.00\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}

#: What a format holds that is none of its signs: quoted text, and brackets but those of hours, minutes and seconds.
_ASIDE = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_DATE_SIGN = re.compile(r"(?<![_\\])[dmhysDMHYS]")

_DAY_MILLISECONDS = 24 * 60 * 60 * 1000

#: Excel counts a 29 February 1900: serial numbers below this are a day behind.
_LEAP_1900 = 60


@lru_cache(maxsize=1000)
def shows_date(code: str) -> bool:
    """Whether a number under this format (its first section) is shown as a date or a time of day."""
    return _DATE_SIGN.search(_ASIDE.sub("", code.partition(";")[0])) is not None


def moment(serial: float, epoch: datetime = WINDOWS_EPOCH) -> datetime:
    """The moment that a serial number stands for, to the millisecond. Raises OverflowError beyond the year 9999."""
    day, fraction = divmod(serial, 1)
    past = timedelta(milliseconds=round(fraction * _DAY_MILLISECONDS))
    if 0 <= serial < 1 and past.days == 0:
        return WINDOWS_EPOCH + past
    if 0 < serial < _LEAP_1900 and epoch == WINDOWS_EPOCH:
        day += 1
    return epoch + timedelta(days=day) + past
