"""The cells of one sheet while it is laid out, row by row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from xlreport.workbook.addresses import target
from xlreport.workbook.layout.formulas import BAD, WARNED, Computed
from xlreport.workbook.layout.plan import Cell, Flag, Role
from xlreport.workbook.layout.positions import CHECK_SHEET, GUIDE_SHEET

if TYPE_CHECKING:
    from xlreport.forms.model import Field
    from xlreport.workbook.layout.formulas import Display
    from xlreport.workbook.layout.positions import Places

#: Height of a line of text of 11 points, in points.
LINE = 15.0

#: Row of a sheet's title, below the links.
TITLE_ROW = 1

#: Excel stops a row here.
MAX_HEIGHT = 409.0


def display_width(text: str) -> float:
    """Width of the longest line in Latin characters: a CJK character is two wide, and a little more in print."""
    return max(
        (sum(2.15 if east_asian_width(char) in "WFA" else 1.1 for char in line) for line in text.split("\n")), default=0
    )


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    return sum(max(1, math.ceil(display_width(line) / width)) for line in text.split("\n"))


class Grid:
    """Collects cells, row heights and flags of a sheet; `row` is the next free row."""

    def __init__(self, sheet: str, places: Places, widths: dict[int, float]) -> None:
        self.sheet = sheet
        self.places = places
        self.widths = widths
        self.cells: list[Cell] = []
        self.heights: dict[int, float] = {}
        self.flags: list[Flag] = []
        self.row = 0

    def width(self, col: int, cols: int = 1) -> float:
        return sum(self.widths.get(n, 9.0) for n in range(col, col + cols))

    def fit(self, row: int, text: str, width: float, least: float = 0.0, line: float = LINE) -> None:
        """Make a row high enough for a text that wraps in `width`, of lines so many points high."""
        height = min(MAX_HEIGHT, max(least, lines_needed(text, width) * line + 4))
        self.heights[row] = max(self.heights.get(row, 0.0), height)

    def head(self, title: str, hint: str, cols: int, onward: str = "") -> None:
        """The first rows of a sheet: links, for the screen only; its title; a sentence in a row that is high enough."""
        self.links(onward)
        self.label(TITLE_ROW, 0, title, "title", cols=cols)
        self.heights[TITLE_ROW] = 30.0
        self.label(TITLE_ROW + 1, 0, hint, "hint", cols=cols)
        self.fit(TITLE_ROW + 1, hint, self.width(0, cols), 18.0)

    def links(self, onward: str = "") -> None:
        """In the first row: back to the guide, onward to the sheet that is filled in next, and to 校验."""
        ways = [(f"← {GUIDE_SHEET}", GUIDE_SHEET)]
        if onward:
            ways.append((f"下一张：{onward} →", onward))
        if CHECK_SHEET not in (self.sheet, onward):
            ways.append((CHECK_SHEET, CHECK_SHEET))
        col = 0
        for text, sheet in ways:
            cols = next(n for n in range(1, 99) if self.width(col, n) >= display_width(text))
            self.link(0, col, text, target(sheet), cols=cols, style="way")
            col += cols
        self.heights[0] = 20.0

    def flag(self, area: tuple[int, int, int, int], mark: str) -> None:
        """Colour for cells whose mark, in the cell `mark` as the top left one sees it, says that something is wrong."""
        for sign, style in ((BAD, "bad"), (WARNED, "warned")):
            self.flags.append(Flag(area=area, formula=f'LEFT({mark},1)="{sign}"', style=style))

    def label(self, row: int, col: int, text: str, style: str, rows: int = 1, cols: int = 1) -> None:
        self.cells.append(Cell(row=row, col=col, role="label", style=style, text=text, rows=rows, cols=cols))

    def link(self, row: int, col: int, text: str, target: str, cols: int = 1, style: str = "link") -> None:
        self.cells.append(Cell(row=row, col=col, role="label", style=style, text=text, link=target, cols=cols))

    def show(
        self,
        row: int,
        col: int,
        display: Display,
        style: str,
        role: Role = "formula",
        name: str | None = None,
        cols: int = 1,
    ) -> None:
        """A locked formula."""
        formula = "" if self.places.drafting else display.formula(self.places, self.sheet)
        self.cells.append(
            Cell(row=row, col=col, role=role, style=style, formula=formula, display=display, name=name, cols=cols)
        )

    def field(self, field: Field, row: int, col: int, cols: int = 1) -> None:
        """A field's cell with its defined name, merged over `cols` columns where the official table has it so."""
        self.places.fields[field.id] = (self.sheet, row, col)
        display = Computed(field.id) if field.role == "computed" else None
        self.cells.append(
            Cell(
                row=row,
                col=col,
                role=field.role,
                style=f"{'optional' if field.beside and field.role == 'input' else field.role}_{field.style}",
                formula=display.formula(self.places, self.sheet) if display and not self.places.drafting else "",
                display=display,
                field=field.id,
                name=field.id,
                cols=cols,
            )
        )
