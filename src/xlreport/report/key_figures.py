"""The figures that sum a report up: for the line on the result page and for the sheet that a leader signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.forms.model import PRIOR
from xlreport.forms.table_grid import place
from xlreport.wording import shown, stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import FilingValue
    from xlreport.forms.model import Block, Field, Line, Table
    from xlreport.reviewing.reviewed import Review


class KeyFigure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: what its column (`name`) and its field are called, its unit, and the same a year ago.

    `compared`: the form keeps last year's figure beside it. `last` is None where it is not known.
    """

    name: str
    field: str
    unit: str
    value: FilingValue
    last: FilingValue
    compared: bool

    @property
    def text(self) -> str:
        return "未填" if self.value is None else shown(self.value)

    @property
    def last_text(self) -> str:
        return "—" if self.last is None else shown(self.last)

    @property
    def change(self) -> str:
        """+12, -3 or 持平; — where one of the two is no number."""
        if not isinstance(self.value, int | float) or not isinstance(self.last, int | float):
            return "—"
        grown = stated(self.value - self.last)
        return f"{'+' if grown > 0 else ''}{shown(grown)}" if grown else "持平"


class KeyRow(msgspec.Struct, frozen=True):
    """A row of a table: what it is called (of a table without labels: the table's title), its figures."""

    label: str
    figures: tuple[KeyFigure, ...]
    labelled: bool = True

    @property
    def entries(self) -> tuple[tuple[str, KeyFigure], ...]:
        """Each figure with a name that says by itself what it is."""
        if not self.labelled:
            return tuple((figure.name, figure) for figure in self.figures)
        if len(self.figures) == 1:
            return ((self.label, self.figures[0]),)
        return tuple((f"{self.label}：{figure.name}", figure) for figure in self.figures)


class FigureGroup(msgspec.Struct, frozen=True):
    """A section's key figures. `summed`: they are totals, others of the table are left out."""

    title: str
    rows: tuple[KeyRow, ...]
    summed: bool = False


def key_figures(review: Review) -> list[FigureGroup]:
    """Of each printed table: the totals of its main rows where it has totals, else every figure."""
    groups = []
    for section in review.filing.form.sections:
        blocks = [(block, table) for table in section.tables if table.printed for block in table.blocks]
        rows = tuple(row for block, table in blocks for row in _rows(block, table, review))
        if rows:
            groups.append(FigureGroup(section.heading, rows, summed=any(_totals(block) for block, _ in blocks)))
    return groups


def headline(review: Review) -> str:
    """The totals in one line: 新收申请数 3119 件，…；行政复议总数 351 件，…; "" where no table has totals."""
    return "；".join(
        "，".join(
            # No line breaks between a figure, its name and its unit.
            "\u00a0".join(filter(None, (figure.field, figure.text, figure.unit)))
            for row in group.rows
            for figure in row.figures
        )
        for group in key_figures(review)
        if group.summed
    )


def _totals(block: Block) -> list[Line]:
    return [line for line in block.column_lines if line.node.compute]


def _rows(block: Block, table: Table, review: Review) -> Iterator[KeyRow]:
    computed = _totals(block)
    columns = computed or list(block.column_lines)
    main = {id(node) for node in block.rows}
    for row, path, ids in zip(block.row_lines, place(block).paths, block.ids, strict=True):
        if computed and block.labelled and id(row.node) not in main and not row.node.compute:
            continue
        by_column = dict(zip((line.key for line in block.column_lines), ids, strict=True))
        figures: tuple[KeyFigure, ...] = ()
        for column in columns:
            name, before = column.title if block.labelled else "", figures[-1].unit if figures else ""
            figures += (_figure(by_column[column.key], name, before, review),)
        yield KeyRow("".join(path) or table.title, figures, labelled=block.labelled)


def _figure(id_: str, column: str, before: str, review: Review) -> KeyFigure:
    """`before` is the unit of the figure before it in the row: a change is in that one."""
    filing, field = review.filing, review.filing.form.fields[id_]
    return KeyFigure(
        name=column or field.name,
        field=field.name,
        unit=(field.traits.low < 0 and before) or unit_of(field),
        value=printed(id_, review),
        last=filing.values.get(PRIOR + id_),
        compared=PRIOR + id_ in filing.form.fields,
    )


def printed(id_: str, review: Review) -> FilingValue:
    """What a report prints of a cell: 0 for a blank where blanks count as that."""
    value = review.totals.get(id_)
    zero = value is None and review.filing.form.fields[id_].numeric and review.filing.blanks_are_zero
    return 0 if zero else value


def unit_of(field: Field) -> str:
    """The unit that the name of a figure tells (项目数量, 制发件数), else the usual one of its kind."""
    told = (unit for unit in field.traits.units if re.search(f"{re.escape(unit)}[目数]", field.name))
    return field.traits.unit or next(told, field.traits.counted_in)
