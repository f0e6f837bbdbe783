"""A filing: what one office reports for one year or a part of it, on its way from the workbook to the report."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TypeAlias

import msgspec

from xlreport.finding import CellRef, Finding
from xlreport.forms.model import Form

#: A cleaned value: a figure, a text, "/" for not applicable, None for blank.
FilingValue: TypeAlias = int | float | str | None

NOT_APPLICABLE = "/"

#: The field that says what a blank cell means, and its two answers.
BLANKS = "report.blanks"
BLANKS_AS_ZERO, BLANKS_KEPT = "按0填报", "保留空白"


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What `_meta` says a workbook was made for. All of it may be unknown when the sheet is lost."""

    form: str | None = None
    form_version: str | None = None
    template_version: str | None = None
    unit_code: str | None = None
    year: int | None = None
    token: str | None = None


class ProseFile(msgspec.Struct, frozen=True, kw_only=True):
    """The Word file that carries prose of a filing: its name and bytes, and by field the paragraph of each line (from 1)."""

    name: str
    data: bytes
    paragraphs: dict[str, tuple[int, ...]]


class Filing(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """The content of one workbook or JSON, cleaned.

    `values` holds every input and given cell by field id, blank as None; computed cells are never taken from a file.
    `raw` holds the text of cells that could not be read. `typed_over` holds what was typed over a computed cell.
    `as_read` holds the cell values exactly as they stand, before cleaning. `shown` holds the totals that staff saw
    (cached formula results). `places` says where each field stands: the sheet and the cell, or the Word file of
    `prose_file` and its paragraphs. `findings` are those of reading.
    """

    form: Form
    meta: Meta = Meta()
    values: dict[str, FilingValue] = {}
    raw: dict[str, str] = {}
    typed_over: dict[str, object] = {}
    as_read: dict[str, object] = {}
    places: dict[str, CellRef] = {}
    explanations: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()
    source: str | None = None
    prose_file: ProseFile | None = None

    @cached_property
    def year(self) -> int | None:
        """The report year as filled in, or the workbook's year where the cell is blank or no year."""
        year = self.values.get("report.year")
        return year if isinstance(year, int) else self.meta.year

    @property
    def period(self) -> str:
        """The part of the year that is reported on, as filled in; "" for a whole year, and where the cell is blank."""
        value = self.values.get(self.form.period) if self.form.period else None
        return "" if value is None else str(value)

    @property
    def unit(self) -> str:
        return self.text("unit.name")

    @property
    def blanks_are_zero(self) -> bool:
        """Whether a blank figure counts as 0 in the report: the pre-filled answer unless staff chose 保留空白."""
        return self.values.get(BLANKS) != BLANKS_KEPT

    def text(self, id_: str) -> str:
        """A text field; where it is blank, what is guessed, the field it defaults to, its default; "" at last."""
        value = self.values.get(id_)
        if value is not None:
            return str(value)
        field = self.form.fields.get(id_)
        if field is None:
            return ""
        if field.guesses and (guess := field.guess({id_: self.text(id_) for id_ in field.guessed_by})):
            return guess
        if field.default_field:
            return self.text(field.default_field)
        return "" if field.default is None else str(field.default)

    def filled(self, id_: str) -> bool:
        """Whether anything stands in a cell, readable or not."""
        return self.values.get(id_) is not None or id_ in self.raw

    def place(self, id_: str) -> CellRef:
        return self.places.get(id_, CellRef(field=id_))

    def number(self, id_: str, totals: Mapping[str, FilingValue] | None = None) -> float | None:
        """A figure, or None where the cell is blank, "/" or text."""
        value = self.values.get(id_) if totals is None else totals.get(id_)
        return value if isinstance(value, int | float) else None
