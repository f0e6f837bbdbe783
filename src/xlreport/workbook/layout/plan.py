"""A workbook as data: every cell of every sheet with its role, before anything is written or after it came back.

The writer paints a plan; the reader holds a returned workbook against it. Rows and columns count from 0.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from xlreport.forms.model import Form
from xlreport.workbook.addresses import a1, column_letters, quoted
from xlreport.workbook.layout.formulas import Display

__all__ = ["Cell", "CellMark", "Flag", "Plan", "Role", "Sheet", "a1", "column_letters", "quoted"]

#: What a cell is for. `label` is fixed text; `input` is unlocked; `computed` is a field's formula; `given` is locked
#: and filled from last year's filing; `preview` shows a piece of prose;
#: `formula` is any other locked formula; `verdict` holds TRUE, FALSE or ""; `explain` is the unlocked explanation of a
#: warning; `paragraph` is an unlocked cell below a prose cell, for one more paragraph of it.
Role: TypeAlias = Literal[
    "label", "input", "computed", "given", "preview", "formula", "verdict", "explain", "paragraph"
]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell, or the top left of a merge of `rows` × `cols` cells.

    `text` is a label's text; `formula` has no leading "="; `field` the field id of an input, computed or given cell;
    `continues` that of the prose cell above a paragraph cell;
    `name` the defined name; `link` the target of an internal link ("'校验'!A5"); `style` a key of the writer's styles.
    `display` says what a formula shows; `prompt` stands beside the cell while it is selected.
    """

    row: int
    col: int
    role: Role
    style: str
    text: str = ""
    formula: str = ""
    field: str | None = None
    continues: str | None = None
    name: str | None = None
    link: str | None = None
    display: Display | None = None
    prompt: str = ""
    rows: int = 1
    cols: int = 1

    @property
    def address(self) -> str:
        return a1(self.row, self.col)


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """Colour for cells (first row, first col, last row, last col) where a formula holds; a mark always says it in words.

    `style` is a key of the writer's styles; `formula` is written for the top left cell, as Excel has it.
    """

    area: tuple[int, int, int, int]
    formula: str
    style: str


class CellMark(msgspec.Struct, frozen=True, kw_only=True):
    """A cell to be coloured (`style` is a flag's) and noted (`note` is a cell comment, which says it in words)."""

    style: str
    note: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One sheet: its cells in reading order and how it prints on A4. Widths in characters, heights in points."""

    title: str
    cells: tuple[Cell, ...]
    section: str | None = None
    widths: dict[int, float] = {}
    hidden_columns: tuple[int, ...] = ()
    heights: dict[int, float] = {}
    print_area: tuple[int, int, int, int] | None = None
    landscape: bool = False
    repeat_rows: tuple[int, int] | None = None
    freeze: tuple[int, int] | None = None
    hidden: bool = False
    #: The colour of its tab, a key of the writer's.
    tab: str = ""
    #: What can be filtered, with its heads: first row, first col, last row, last col.
    filter: tuple[int, int, int, int] | None = None
    #: What stands at the top right of each printed page; and whether there are lines for signatures at its foot.
    number: str = ""
    signed: bool = False
    #: Pages wide and tall to shrink to; 0 tall: as many as it takes.
    fit: tuple[int, int] = (1, 0)
    flags: tuple[Flag, ...] = ()

    @cached_property
    def labels(self) -> dict[tuple[int, int], str]:
        """The fixed texts by position, white space squeezed out, for comparing with a sheet that came back."""
        texts = {(cell.row, cell.col): "".join(cell.text.split()) for cell in self.cells if cell.text}
        return {place: text for place, text in texts.items() if text}


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """A whole workbook of a form."""

    form: Form
    sheets: tuple[Sheet, ...]

    @cached_property
    def fields(self) -> dict[str, tuple[Sheet, Cell]]:
        """Where each field stands."""
        return {cell.field: (sheet, cell) for sheet in self.sheets for cell in sheet.cells if cell.field}

    @cached_property
    def paragraphs(self) -> dict[str, tuple[Cell, ...]]:
        """The cells below a prose field's own, from the top, by field id: on the same sheet, for one paragraph each."""
        below: dict[str, list[Cell]] = {}
        for sheet in self.sheets:
            for cell in sheet.cells:
                if cell.continues:
                    below.setdefault(cell.continues, []).append(cell)
        return {field: tuple(cells) for field, cells in below.items()}

    @cached_property
    def names(self) -> dict[str, tuple[Sheet, Cell]]:
        """Every defined name with its cell."""
        return {cell.name: (sheet, cell) for sheet in self.sheets for cell in sheet.cells if cell.name}

    @cached_property
    def by_title(self) -> dict[str, Sheet]:
        return {sheet.title: sheet for sheet in self.sheets}
