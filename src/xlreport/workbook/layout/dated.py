"""Texts that name the year after that of the report: by when it is due, how its date may be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.rules.evaluate import is_number
from xlreport.rules.excel import literal

if TYPE_CHECKING:
    from xlreport.forms.model import Form
    from xlreport.workbook.layout.canvas import Grid
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places

YEAR = "report.year"
NEXT = "{next}"

#: Years that a text is made for.
FIRST, LAST = 1900, 9998


class Dated(msgspec.Struct, frozen=True):
    """A text with the year after that of the report in place of {next}; `without` is shown while that is not known."""

    text: str
    without: str

    def formula(self, places: Places, sheet: str) -> str:
        year = places.cell(sheet, YEAR)
        known = f"IF(ISNUMBER({year}),AND({year}>={FIRST},{year}<={LAST},{year}=ROUND({year},0)),FALSE)"
        parts = [literal(part) if part else "" for part in self.text.split(NEXT)]
        said = f"&({year}+1)&".join(parts).removeprefix("&").removesuffix("&")
        return f"IF({known},{said},{literal(self.without)})"

    def value(self, content: Content) -> str:
        year = content.cells.get(YEAR)
        known = is_number(year) and FIRST <= year <= LAST and year == int(year)
        return self.text.replace(NEXT, str(int(year) + 1)) if known and is_number(year) else self.without


def for_the_first(text: str, form: Form) -> str:
    """The text for the first year of a form."""
    return text.replace(NEXT, str(form.first_year + 1))


def show_text(grid: Grid, row: int, col: int, text: str, style: str, without: str | None = None, cols: int = 1) -> None:
    """A text, live where it names the year after; without a year it is that for the first year of the form."""
    form = grid.places.book.form
    if NEXT in text and YEAR in form.fields:
        grid.show(row, col, Dated(text, for_the_first(text, form) if without is None else without), style, cols=cols)
    else:
        grid.label(row, col, for_the_first(text, form), style, cols=cols)
