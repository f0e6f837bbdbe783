"""What openpyxl is asked for: formulas that cells share, and dates written out. The only module that knows it.

It is imported where a workbook needs it, and as little of it as goes.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def formula_translator() -> tuple[Any, tuple[type[Exception], ...]]:
    """The translator of formulas that cells share (openpyxl), and what it raises; imported where there are any (80 ms)."""
    with _without("numpy"):
        from openpyxl.formula.tokenizer import TokenizerError
        from openpyxl.formula.translate import Translator, TranslatorError
    return Translator, (TokenizerError, TranslatorError, LookupError, ValueError, TypeError)


def dated(text: str, epoch: datetime) -> tuple[float, datetime]:
    """A date that a cell holds written out (ISO 8601), as serial number and moment."""
    with _without("numpy"):
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


@contextmanager
def _without(module: str) -> Iterator[None]:
    """While the block runs, importing `module` fails as if it were not installed, unless it was imported before.

    openpyxl takes numpy in where it is installed (the locator brings it), which no reading needs: 80 of 210
    milliseconds of a clerk's waiting.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own way to say so
    try:
        yield
    finally:
        del sys.modules[module]
