"""Days as staff read them and filings hold them (2021年1月22日), and as rules count them: serial numbers, as in Excel.

A filing made from JSON may hold any text in the cell of a day; one that is no day is a text in rules too.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value

#: What serial numbers count from, and the first and last day for which Excel and the calendar agree.
_EPOCH = date(1899, 12, 30)
_FIRST, _LAST = 61, 2_958_465

_WRITTEN = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日\Z|([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].*)?\Z")


def chinese(day: date) -> str:
    """2021年1月22日"""
    return f"{day.year}年{day.month}月{day.day}日"


def serial(text: str) -> int | None:
    """The serial number of a day written as 2021年1月22日 or 2021-01-22; None for any other text."""
    match = _WRITTEN.match(text.strip())
    if match is None:
        return None
    try:
        number = (date(*(int(part) for part in match.groups() if part)) - _EPOCH).days
    except ValueError:
        return None
    return number if number >= _FIRST else None


def iso(text: str) -> str | None:
    """2021-01-22, for a day as staff or filings write it; None for any other text."""
    number = serial(text)
    return None if number is None else (_EPOCH + timedelta(days=number)).isoformat()


def day_text(number: float) -> str | None:
    """The day of a serial number as 2021年1月22日, its time of day left out; None for a number that is no day."""
    return chinese(_EPOCH + timedelta(days=int(number))) if _FIRST <= number < _LAST + 1 else None


def operands(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """Cleaned values as rules take them: a day is its serial number, everything else as it is."""
    return {id_: _operand(form, id_, value) for id_, value in values.items()}


def _is_day(form: Form, id_: str) -> bool:
    """Whether a value is that of a cell for dates; a filing may hold values that its form does not ask for."""
    field = form.fields.get(id_)
    return field is not None and field.style == "date"


def _operand(form: Form, id_: str, value: Value) -> Value:
    if isinstance(value, str) and _is_day(form, id_):
        number = serial(value)
        return value if number is None else number
    return value


def cleaned(form: Form, cells: Mapping[str, Value]) -> dict[str, Value]:
    """The other way: what rules take, as filings hold it."""
    return {id_: cleaned_value(form, id_, value) for id_, value in cells.items()}


def cleaned_value(form: Form, id_: str, value: Value) -> Value:
    """One cell as its filing holds it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_day(form, id_):
        return day_text(value) or value
    return value
