"""The tables of a filing, drawn for the result page: headings with their merges, figures, and the marks on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.forms.table_grid import header_height, heading_cells, label_width
from xlreport.rules.evaluate import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.forms.model import Block, Section, Table
    from xlreport.forms.table_grid import HeadingCell
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
        return str(plain(value)) if isinstance(value, int | float) else str(value)


def _section(section: Section, shown: _Shown, marks: Mapping[str, CellState], prefix: str) -> DrawnSection:
    drawn: list[DrawnTable] = []
    for table in section.tables:
        concerned = any(id_ in marks for block in table.blocks for ids in block.ids for id_ in ids)
        if table.printed or concerned:
            drawn.extend(
                _block(table, block, shown, marks, f"{prefix}-{table.key}{n}") for n, block in enumerate(table.blocks)
            )
    return DrawnSection(heading=section.heading or section.sheet, tables=tuple(drawn))


def _block(table: Table, block: Block, shown: _Shown, marks: Mapping[str, CellState], prefix: str) -> DrawnTable:
    columns, rows = heading_cells(block.columns), heading_cells(block.rows)
    labels, height = label_width(block), header_height(block)
    head: list[list[DrawnCell]] = [[] for _ in range(height)]
    if labels and head:
        # The corner heads the labels, not the figures.
        head[0].append(DrawnCell(text=block.corner, scope="col" if block.corner else "none", rows=height, cols=labels))
    for at in columns:
        head[at.level].append(_heading(at, prefix, "c", across=True))
    body = []
    for r, ids in enumerate(block.ids):
        line = [_heading(at, prefix, "r", across=False) for at in rows if at.start == r and labels]
        start = 0
        for column, id_ in zip(block.column_lines, ids, strict=True):
            over = [_id(prefix, "c", at) for at in columns if at.start <= start < at.start + at.length]
            beside = [_id(prefix, "r", at) for at in rows if labels and at.start <= r < at.start + at.length]
            line.append(
                DrawnCell(
                    text=shown.text(id_),
                    id=cell_id(prefix.partition("-")[0], id_),
                    cols=column.node.span,
                    headers=" ".join([*over, *beside]),
                    computed=shown.filing.form.fields[id_].role == "computed",
                    mark=marks.get(id_),
                )
            )
            start += column.node.span
        body.append(tuple(line))
    return DrawnTable(
        caption="　".join(text for text in (table.title, block.caption) if text) or _title(table, shown),
        head=tuple(tuple(line) for line in head),
        body=tuple(body),
        marked=any(id_ in marks for ids in block.ids for id_ in ids),
    )


def _title(table: Table, shown: _Shown) -> str:
    sections: Sequence[Section] = shown.filing.form.sections
    return next(section.title for section in sections if section.key == table.section)


def _id(prefix: str, axis: str, at: HeadingCell) -> str:
    return f"{prefix}-{axis}{at.level}-{at.start}"


def _heading(at: HeadingCell, prefix: str, axis: str, *, across: bool) -> DrawnCell:
    scope = ("col" if across else "row") + ("group" if at.length > at.node.span else "")
    return DrawnCell(
        text=at.title,
        id=_id(prefix, axis, at),
        scope=scope,
        rows=at.levels if across else at.length,
        cols=at.length if across else at.levels,
    )
