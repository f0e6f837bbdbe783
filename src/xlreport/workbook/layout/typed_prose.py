"""The cells for a prose field: its own, which takes the whole text, and below it one a paragraph, so that a paste lands.

What is pasted from Word is a row a paragraph. The formulas of the workbook, like the reader, take all of it as one text,
joined by line feeds in a hidden column: each row there adds its paragraph to what stands above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.workbook.addresses import a1
from xlreport.workbook.layout.plan import Cell

if TYPE_CHECKING:
    from xlreport.forms.model import Field
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.canvas import Grid
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places

#: Cells below the first text of a section, which may be the whole of it, and below the others.
FIRST, OTHERS = 19, 9

#: Characters: what stands above is not added to beyond this, for a cell takes 32,767.
LONGEST = 32000


class Added(msgspec.Struct, frozen=True):
    """The text of a field down to one of its paragraph cells; of the last, the whole of it."""

    field: str
    above: str
    cell: str

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        above, cell = self.above, self.cell
        joined = f'{above}&IF(LEN({above})=0,"",CHAR(10))&{cell}'
        return f'IF(OR(LEN({cell})=0,LEN({above})+LEN({cell})>{LONGEST}),{above}&"",{joined})'

    def value(self, content: Content) -> Value:
        return content.cells[self.field] or ""  # what is written stands in the first cell


class Count(msgspec.Struct, frozen=True):
    """How many characters were typed: 共 120 字."""

    field: str

    def formula(self, places: Places, sheet: str) -> str:
        return f'"共 "&{length(places, sheet, self.field)}&" 字"'

    def value(self, content: Content) -> Value:
        return f"共 {len(content.text(self.field))} 字"


def length(places: Places, sheet: str, field: str) -> str:
    """The number of characters in the cells of a prose field, as a formula on `sheet`."""
    return f"SUMPRODUCT(LEN({places.cells(sheet, [field])}))"


def place_paragraphs(grid: Grid, field: Field, label: int, col: int, hidden: int, count: int) -> None:
    """`count` cells below the field's own, just placed in `col`; beside the first, how long the text is."""
    above = a1(grid.row - 1, col)
    grid.show(grid.row, label, Count(field.id), "side_head")
    for _ in range(count):
        cell = Cell(row=grid.row, col=col, role="paragraph", style="input_prose", continues=field.id)
        grid.cells.append(cell)
        grid.show(grid.row, hidden, Added(field.id, above, cell.address), "working")
        above = a1(grid.row, hidden)
        grid.row += 1
    grid.places.last_rows[field.id] = grid.row - 1
    grid.places.wholes[field.id] = (grid.sheet, grid.row - 1, hidden)
