"""From a filing to one HTML page for a website: self-contained, nothing fetched, readable by a screen reader.

The tables have the official layout; every figure names the headings over and beside it (`headers`), every heading says
what it heads (`scope`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from xlreport.forms.table_grid import column_width, header_height, heading_cells, label_width
from xlreport.report.content import Figure, Prose, leaves, report_context, short_fields, signature, title_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import jinja2

    from xlreport.filing import Filing
    from xlreport.forms.model import Block, Field, Form, Section, Table
    from xlreport.forms.table_grid import HeadingCell
    from xlreport.reviewing.reviewed import Review

_TEMPLATES: Final = Path(__file__).parent / "templates"


class PageCell(msgspec.Struct, frozen=True, kw_only=True):
    """A heading (it has an `id` and a `scope`), an empty corner, or a figure with the ids of its headings."""

    text: str
    id: str = ""
    scope: str = ""
    rows: int = 1
    cols: int = 1
    headers: str = ""


class PageTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table: the headings of its first block, then per block its rows (those of later blocks with their headings)."""

    caption: str
    wide: bool
    head: tuple[tuple[PageCell, ...], ...]
    bodies: tuple[tuple[tuple[PageCell, ...], ...], ...]


class PagePart(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-section: its numbered heading or "", and its paragraphs."""

    heading: str
    paragraphs: tuple[Any, ...]


class PageSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section of the report, in the order of the Word report: short fields, tables, prose."""

    heading: str
    fields: tuple[tuple[str, object], ...]
    tables: tuple[PageTable, ...]
    parts: tuple[PagePart, ...]


def render_html(review: Review, *, draft: bool = False) -> str:
    """The report as one HTML page; `draft` as for `render_word`."""
    filing, context = review.filing, report_context(review, draft=draft)
    values = dict(leaves(context))
    unnumbered = [section for section in filing.form.sections if not section.number]
    return _template().render(
        title=title_lines(filing.form, context),
        intro=[part for section in unnumbered for part in _parts(section, filing.form, values)],
        sections=[_section(section, filing, values) for section in filing.form.sections if section.number],
        signature=values.get(signature(filing.form), ""),
        date=values.get("report.date", ""),
        draft=context["draft"],
    )


@cache
def _template() -> jinja2.Template:
    from xlreport.storage.jinja_cache import page_environment

    return page_environment(_TEMPLATES).get_template("report.html.jinja")


def _section(section: Section, filing: Filing, values: Mapping[str, Any]) -> PageSection:
    fields = short_fields(filing.form, section)
    return PageSection(
        heading=section.heading,
        fields=tuple((field.label, values[field.id]) for field in fields),
        tables=tuple(_table(table, section, filing, values) for table in section.tables if table.printed),
        parts=tuple(_parts(section, filing.form, values)),
    )


def _parts(section: Section, form: Form, values: Mapping[str, Any]) -> list[PagePart]:
    fields = [form.fields[id_] for id_ in section.fields if form.fields[id_].style == "prose"]
    return [
        PagePart(heading=_heading(field, values), paragraphs=values[field.id].paragraphs)
        for field in fields
        if values[field.id].paragraphs
    ]


def _heading(field: Field, values: Mapping[str, Any]) -> str:
    number = values.get(f"number.{field.id}", "")
    return f"{number}{field.heading}" if number else ""


def _table(table: Table, section: Section, filing: Filing, values: Mapping[str, Any]) -> PageTable:
    labels = max(label_width(block) for block in table.blocks)
    width = labels + max(column_width(block) for block in table.blocks)
    drawn = [_Block(block, f"{table.key}{n}", labels, width) for n, block in enumerate(table.blocks) if block.row_lines]
    bodies = [block.body(filing, values) for block in drawn]
    return PageTable(
        caption=table.title or section.title,
        wide=width > _NARROW,
        head=drawn[0].head(),
        bodies=tuple(rows if n == 0 else drawn[n].head() + rows for n, rows in enumerate(bodies)),
    )


#: A table of up to so many columns fits a telephone.
_NARROW: Final = 6


class _Block:
    """One block of a table in the table's grid: `labels` columns of row headings, `width` columns in all."""

    def __init__(self, block: Block, prefix: str, labels: int, width: int) -> None:
        self.block, self.prefix, self.labels, self.width = block, prefix, labels, width
        self.columns, self.rows = heading_cells(block.columns), heading_cells(block.rows)
        self.depth = label_width(block)

    def head(self) -> tuple[tuple[PageCell, ...], ...]:
        """The caption over the whole width, then the column headings beside the corner."""
        height = header_height(self.block)
        lines: list[list[PageCell]] = [[] for _ in range(height)]
        if self.labels and lines:
            scope = "col" if self.block.corner else ""
            lines[0].append(PageCell(text=self.block.corner, scope=scope, rows=height, cols=self.labels))
        for at in self.columns:
            scope = "colgroup" if at.node.items else "col"
            cell = PageCell(
                text=at.title, id=self._id("c", at), scope=scope, rows=at.levels, cols=self._across(at.start, at.length)
            )
            lines[at.level].append(cell)
        if self.block.caption:
            caption = PageCell(text=self.block.caption, id=f"{self.prefix}-b", scope="colgroup", cols=self.width)
            lines.insert(0, [caption])
        return tuple(map(tuple, lines))

    def body(self, filing: Filing, values: Mapping[str, Any]) -> tuple[tuple[PageCell, ...], ...]:
        """The rows; of rows that staff add themselves only those they filled."""
        shown = [r for r, line in enumerate(self.block.row_lines) if line.node.repeat < 2 or self._filled(r, filing)]
        return tuple(self._row(r, shown, values) for r in shown)

    def _filled(self, row: int, filing: Filing) -> bool:
        return any(filing.values.get(id_) is not None or id_ in filing.raw for id_ in self.block.ids[row])

    def _row(self, r: int, shown: Sequence[int], values: Mapping[str, Any]) -> tuple[PageCell, ...]:
        cells = []
        for at in self.rows if self.depth else ():
            covered = [n for n in shown if at.start <= n < at.start + at.length]
            if covered and covered[0] == r:
                scope = "rowgroup" if at.node.items else "row"
                last = at.level + at.levels == self.depth
                cols = at.levels + (self.labels - self.depth if last else 0)
                cells.append(PageCell(text=at.title, id=self._id("r", at), scope=scope, rows=len(covered), cols=cols))
        if self.labels and not self.depth:
            cells.append(PageCell(text="", cols=self.labels))
        beside = [self._id("r", at) for at in self.rows if self.depth and at.start <= r < at.start + at.length]
        start = 0
        for line, id_ in zip(self.block.column_lines, self.block.ids[r], strict=True):
            over = [self._id("c", at) for at in self.columns if at.start <= start < at.start + at.length]
            caption = [f"{self.prefix}-b"] if self.block.caption else []
            cols = self._across(start, line.node.span)
            value: Figure | Prose = values[id_]
            cells.append(PageCell(text=str(value), cols=cols, headers=" ".join([*caption, *over, *beside])))
            start += line.node.span
        return tuple(cells)

    def _across(self, start: int, length: int) -> int:
        """Grid columns from `start`; where a block has fewer than its table, the last takes the rest."""
        return self.width - self.labels - start if start + length == column_width(self.block) else length

    def _id(self, axis: str, at: HeadingCell) -> str:
        return f"{self.prefix}-{axis}{at.level}-{at.start}"
