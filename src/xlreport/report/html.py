"""From a filing to one HTML page for a website: self-contained, nothing fetched, readable by a screen reader.

The tables have the official layout; every figure names the headings over and beside it (`headers`), every heading says
what it heads (`scope`). The fragment is the same for the editor of a website, which strips styles, classes and ids: what
is needed of them stands at each element, and `scope` alone says what is headed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
from lxml.html import document_fromstring

from xlreport.errors import XlreportError
from xlreport.filing_json import flat
from xlreport.forms.table_grid import place_table, table_size
from xlreport.published.own_mark import blank, marked
from xlreport.report.complete import due, lost, named
from xlreport.report.content import report_context, short_fields, signed_by, title_lines
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import jinja2

    from xlreport.filing import Filing
    from xlreport.forms.model import Block, Field, Form, Section, Table
    from xlreport.forms.table_grid import PlacedBlock, PlacedCell

#: The elements of the page that hold text and no other element that does.
_TEXTS: Final = ("h1", "h2", "h3", "h4", "p", "dt", "dd", "th", "td", "li")

_TEMPLATES: Final = Path(__file__).parent / "templates"


class PageCell(msgspec.Struct, frozen=True, kw_only=True):
    """A heading (it has an `id` and a `scope`), an empty corner, or a figure with its field and the ids of its headings.

    `col` is its first column in the grid of the table.
    """

    text: str
    id: str = ""
    scope: str = ""
    col: int = 0
    rows: int = 1
    cols: int = 1
    headers: str = ""
    field: str = ""


#: Rows of cells.
_Lines: TypeAlias = "tuple[tuple[PageCell, ...], ...]"


class PageTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table: the headings of its first block, then per block its rows (those of later blocks with their headings).

    The first `labels` columns hold the headings of rows.
    """

    caption: str
    wide: bool
    labels: int
    head: _Lines
    bodies: tuple[_Lines, ...]


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
    """The report as one HTML page; `draft` as for `render_word`. Raises XlreportError where staff's text is not in it."""
    return _rendered(review, "report.html.jinja", draft=draft)


def render_fragment(review: Review, *, draft: bool = False) -> str:
    """The report to be pasted into the editor of a website, without page, class or id. Raises as `render_html`."""
    return _rendered(review, "fragment.html.jinja", draft=draft)


def _rendered(review: Review, template: str, *, draft: bool) -> str:
    filing, context = review.filing, report_context(review, draft=draft)
    values = dict(flat(context))
    unnumbered = [section for section in filing.form.sections if not section.number]
    page = _template(template).render(
        title=title_lines(filing.form, context),
        intro=[part for section in unnumbered for part in _parts(section, filing.form, values)],
        sections=[_section(section, filing, values) for section in filing.form.sections if section.number],
        signature=signed_by(filing.form, values),
        date=values.get("report.date", ""),
        draft=context["draft"],
        mark=blank(filing),
    )
    missing = lost(_text_lines(page), due(review))
    if missing:
        raise XlreportError(f"网页没有印出已经填写的{named(filing.form, missing)}，报告没有写出，请联系技术支持。")
    return marked(page.encode()).decode()


def _text_lines(page: str) -> Iterator[str]:
    """Every line of the page's text, by the elements that hold text."""
    for element in document_fromstring(page).iter(*_TEXTS):
        yield from str(element.text_content()).split("\n")


@cache
def _template(name: str) -> jinja2.Template:
    from xlreport.storage.jinja_cache import page_environment

    return page_environment(_TEMPLATES).get_template(name)


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
    labels, columns = table_size(table.blocks)
    placed = place_table(table.blocks, [_shown(block, filing) for block in table.blocks])
    drawn = [_lines(block, f"{table.key}{n}", values) for n, block in enumerate(placed) if table.blocks[n].row_lines]
    return PageTable(
        caption=table.title or section.title,
        wide=columns > _NARROW,
        labels=labels,
        head=drawn[0][0],
        bodies=tuple(body if n == 0 else head + body for n, (head, body) in enumerate(drawn)),
    )


#: A table of up to so many columns fits a telephone.
_NARROW: Final = 6


def _shown(block: Block, filing: Filing) -> list[int]:
    """The rows of a block; of those that staff add themselves only the ones they filled."""

    def filled(row: int) -> bool:
        return any(map(filing.filled, block.ids[row]))

    return [r for r, line in enumerate(block.row_lines) if line.node.repeat < 2 or filled(r)]


def _lines(block: PlacedBlock, prefix: str, values: Mapping[str, Any]) -> tuple[_Lines, _Lines]:
    """The rows of headings and of figures of a block; `prefix` begins the ids of its headings."""
    above = [cell.key for cell in block.of("caption")]
    lines = tuple(tuple(_cell(cell, prefix, above, values) for cell in line) for line in block.lines)
    return lines[: block.head], lines[block.head :]


def _cell(cell: PlacedCell, prefix: str, above: Sequence[str], values: Mapping[str, Any]) -> PageCell:
    """`above` are the keys of what heads every figure of the block."""
    figure = cell.part == "figure"
    keys = (*above, *cell.headings) if figure else ()
    return PageCell(
        text=str(values[cell.field]) if figure else cell.text,
        id=f"{prefix}-{cell.key}" if cell.key else "",
        scope=cell.scope,
        col=cell.col,
        rows=cell.rows,
        cols=cell.cols,
        headers=" ".join(f"{prefix}-{key}" for key in keys),
        field=cell.field if figure else "",
    )
