"""How far a workbook is: what is filled, what is missing, how many rules stand open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.filing import BLANKS, BLANKS_KEPT
from xlreport.rules.evaluate import CellError, Value
from xlreport.workbook.layout.formulas import BAD, EMPTY, GOOD
from xlreport.workbook.layout.positions import LEVEL, STATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.forms.model import Form
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places


def filled_formula(places: Places, sheet: str, ids: Sequence[str]) -> str:
    """How many of these cells are filled, a text with its paragraphs being one."""
    counts = [f"IF(IFERROR(LEN({places.cell(sheet, id_)}),1)>0,1,0)" for id_ in ids if id_ in places.wholes]
    single = [id_ for id_ in ids if id_ not in places.wholes]
    if single:
        counts.insert(0, places.count(sheet, single))
    return f"({'+'.join(counts) or '0'})"


class Filled(msgspec.Struct, frozen=True):
    """How many of these cells are filled: "12 / 180"."""

    ids: tuple[str, ...]

    def formula(self, places: Places, sheet: str) -> str:
        return f'{filled_formula(places, sheet, self.ids)}&" / {len(self.ids)}"'

    def value(self, content: Content) -> Value:
        return f"{sum(content.filled(id_) for id_ in self.ids)} / {len(self.ids)}"


class Progress(msgspec.Struct, frozen=True):
    """How much of what a filing must hold is there: required cells and the figures of the printed tables.

    A table with any figure in it is complete, its blanks being 0; where they are to stay blanks, every table is.
    """

    def parts(self, form: Form) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        tables = [ids for table in form.tables.values() if table.printed and (ids := table.counted(form.fields))]
        inside = {id_ for ids in tables for id_ in ids}
        return tuple(field.id for field in form.required if field.id not in inside), tables

    def formula(self, places: Places, sheet: str) -> str:
        form = places.book.form
        single, tables = self.parts(form)
        counts = [f"IF(IFERROR(LEN({places.cell(sheet, id_)}),1)=0,0,1)" for id_ in single]
        for ids in tables:
            typed = places.count(sheet, ids)
            kept = f',IFERROR({places.cell(sheet, BLANKS)}="{BLANKS_KEPT}",FALSE)' if BLANKS in form.fields else ""
            counts.append(f"IF(OR({typed}>0{kept}),{len(ids)},0)")
        total = len(single) + sum(map(len, tables))
        if not total:
            return '"100%"'
        done = "+".join(counts)
        return f'ROUNDDOWN(({done})/{total}*100,0)&"%（"&({done})&" / {total}）"'

    def value(self, content: Content) -> Value:
        single, tables = self.parts(content.book.form)
        kept = content.text(BLANKS) == BLANKS_KEPT
        done = sum(bool(content.text(id_)) for id_ in single)
        done += sum(len(ids) for ids in tables if kept or any(content.filled(id_) for id_ in ids))
        total = len(single) + sum(map(len, tables))
        return f"{done * 100 // total}%（{done} / {total}）" if total else "100%"


class Tally(msgspec.Struct, frozen=True):
    """How many live rows of 校验 are in this state."""

    state: str

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (stands on 校验 only)
        return f'COUNTIF({places.rule_column(STATE)},"{self.state}")'

    def value(self, content: Content) -> int:
        return content.states.count(self.state)


class Levels(msgspec.Struct, frozen=True):
    """How many live rows of 校验 show this level."""

    level: str

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (stands on 校验 only)
        return f'COUNTIF({places.rule_column(LEVEL)},"{self.level}")'

    def value(self, content: Content) -> int:
        return content.levels.count(self.level)


class Required(msgspec.Struct, frozen=True):
    """Beside a required cell: ✗ 未填, or ✓."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        return f'IF(LEN({places.cell(sheet, self.id)})=0,"{BAD} {EMPTY}","{GOOD}")'

    def value(self, content: Content) -> Value:
        held = content.cells.get(self.id)
        if isinstance(held, CellError):
            return held
        return GOOD if content.text(self.id) else f"{BAD} {EMPTY}"
