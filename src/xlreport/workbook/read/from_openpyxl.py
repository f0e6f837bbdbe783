"""What openpyxl is asked for: formulas that cells share, and dates written out. The only module that knows it.

It is imported where a workbook needs it, and as little of it as goes.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import Any


@cache
def formula_translator() -> tuple[Any, tuple[type[Exception], ...]]:
    """The translator of formulas that cells share (openpyxl), and what it raises; imported where there are any (80 ms)."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    return Translator, (TokenizerError, TranslatorError, LookupError, ValueError, TypeError)


def dated(text: str, epoch: datetime) -> tuple[float, datetime]:
    """A date that a cell holds written out (ISO 8601), as serial number and moment."""
    from openpyxl.utils.datetime import from_ISO8601, to_excel

    at = _moment(from_ISO8601(text))  # type: ignore[no-untyped-call]
    return to_excel(at, epoch), at  # type: ignore[no-untyped-call]


def _moment(value: object) -> datetime:
    """A date or a time of day as a moment; times fall on Excel's day 0."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, time):
        return datetime.combine(datetime(1899, 12, 30), value)  # noqa: DTZ001  (cells know no time zone)
    raise ValueError(value)
