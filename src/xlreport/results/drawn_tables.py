"""The tables of a filing, drawn for the result page: headings with their merges, figures, and the marks on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.forms.table_grid import place
from xlreport.wording import figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.forms.model import Block, Section, Table
    from xlreport.forms.table_grid import PlacedCell
    from xlreport.results.problems import CellState
    from xlreport.reviewing.reviewed import Review


class DrawnCell(msgspec.Struct, frozen=True, kw_only=True):
    """A heading (`scope` is set) or a figure. `headers` are the ids of the headings over and beside a figure."""

    text: str
    id: str = ""
    scope: str = ""
    rows: int = 1
    cols: int = 1
    headers: str = ""
    computed: bool = False
    mark: CellState | None = None


class DrawnTable(msgspec.Struct, frozen=True, kw_only=True):
    """One block of a table: its caption, its rows of headings, its rows of headings and figures."""

    caption: str
    head: tuple[tuple[DrawnCell, ...], ...]
    body: tuple[tuple[DrawnCell, ...], ...]
    marked: bool


class DrawnSection(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of one sheet."""

    heading: str
    tables: tuple[DrawnTable, ...]

    @property
    def marked(self) -> bool:
        return any(table.marked for table in self.tables)


def draw(review: Review, marks: Mapping[str, CellState], prefix: str) -> tuple[DrawnSection, ...]:
    """The tables section by section; ids on the page begin with `prefix`. Tables that are not printed are drawn marked only."""
    shown = _Shown(review)
    sections = (_section(section, shown, marks, prefix) for section in shown.filing.form.sections)
    return tuple(section for section in sections if section.tables)


def cell_id(prefix: str, field: str) -> str:
    """The id of a figure on the page."""
    return f"{prefix}-{field.replace('.', '-')}"


class _Shown:
    """What stands in each cell, as text: what was typed over a formula, else the recomputed total, else the value."""

    def __init__(self, review: Review) -> None:
        self.filing, self._totals = review.filing, review.totals

    def text(self, id_: str) -> str:
        if id_ in self.filing.raw:
            return self.filing.raw[id_]
        typed_over = self.filing.typed_over.get(id_)
        value = typed_over if typed_over is not None else self._totals.get(id_)
        if value is None:
            return ""
        return figure(value) if isinstance(value, int | float) else str(value)


def _section(section: Section, shown: _Shown, marks: Mapping[str, CellState], prefix: str) -> DrawnSection:
    drawn: list[DrawnTable] = []
    for table in section.tables:
        concerned = any(id_ in marks for id_ in table.ids)
        if table.printed or concerned:
            drawn.extend(
                _block(table, block, shown, marks, f"{prefix}-{table.key}{n}") for n, block in enumerate(table.blocks)
            )
    return DrawnSection(heading=section.heading or section.sheet, tables=tuple(drawn))


def _block(table: Table, block: Block, shown: _Shown, marks: Mapping[str, CellState], prefix: str) -> DrawnTable:
    placed = place(block)
    # HTML knows no column in which no cell begins: where all rows merge some, they are one.
    starts = {cell.col for line in placed.lines[placed.top :] for cell in line}
    lines = tuple(tuple(_cell(cell, starts, shown, marks, prefix) for cell in line) for line in placed.lines)
    return DrawnTable(
        caption="　".join(text for text in (table.title, block.caption) if text) or _title(table, shown),
        # The caption of the block is part of that of the table.
        head=lines[bool(block.caption) : placed.head],
        body=lines[placed.head :],
        marked=any(id_ in marks for ids in block.ids for id_ in ids),
    )


def _cell(cell: PlacedCell, starts: set[int], shown: _Shown, marks: Mapping[str, CellState], prefix: str) -> DrawnCell:
    cols = sum(cell.col <= start < cell.right for start in starts)
    if cell.part != "figure":
        return DrawnCell(
            text=cell.text,
            id=f"{prefix}-{cell.key}" if cell.key else "",
            # The corner heads the labels, not the figures.
            scope=cell.scope or "none",
            rows=cell.rows,
            cols=cols,
        )
    return DrawnCell(
        text=shown.text(cell.field),
        id=cell_id(prefix.partition("-")[0], cell.field),
        cols=cols,
        headers=" ".join(f"{prefix}-{key}" for key in cell.headings),
        computed=shown.filing.form.fields[cell.field].role == "computed",
        mark=marks.get(cell.field),
    )


def _title(table: Table, shown: _Shown) -> str:
    sections: Sequence[Section] = shown.filing.form.sections
    return next(section.title for section in sections if section.key == table.section)
