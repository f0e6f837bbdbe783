"""The tables of a sheet in the official layout, with marks around them (screen only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.forms.model import CONTROL
from xlreport.forms.table_grid import place, table_size
from xlreport.workbook.addresses import a1, column_letters
from xlreport.workbook.layout.canvas import LINE, display_width, lines_needed
from xlreport.workbook.layout.dated import show_text
from xlreport.workbook.layout.marks import RowMark, column_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.forms.model import Block, Form, Section
    from xlreport.forms.table_grid import PlacedBlock
    from xlreport.rules.rulebook import Check, Rulebook
    from xlreport.workbook.layout.canvas import Grid

COLUMN_MARKS = "本列勾稽关系（详见“校验”）"

ROW_HEIGHT = 19.0
MARK_WIDTH, PROMPT_WIDTH = 5.0, 34.0

#: Figure columns with which a table stands upright on paper, and leaves room for prompts beside it on the screen.
FEW = 4

#: Widths of a column of figures, by the most columns that a table may have: the whole is seen on a screen of 1366 pixels.
FIGURE_WIDTHS = ((FEW, 20.0), (9, 9.4), (99999, 7.6))


class Tables:
    """Lays out the tables of one section. Columns: row labels, figures, marks."""

    def __init__(self, section: Section, form: Form, book: Rulebook) -> None:
        self.form = form
        self.section = section
        self.checks = book.checks
        blocks = [block for table in section.tables for block in table.blocks]
        self.labels, self.width = table_size(blocks)
        self.figures = self.width - self.labels
        self.tables = [(table.title, [self.placed(block) for block in table.blocks]) for table in section.tables]
        self.blocks = [block for _, blocks in self.tables for block in blocks]
        self.mark_col = self.width

    def placed(self, block: Block) -> PlacedBlock:
        """A block in the grid of the sheet; one without row headings begins at the left edge."""
        return place(block, self.labels if block.labelled else 0, self.width, stretched=False)

    def widths(self) -> dict[int, float]:
        """Column widths in Latin characters, from the longest labels."""
        figure = next(width for most, width in FIGURE_WIDTHS if self.figures <= most)
        outer = 12.0 if self.figures <= FEW else 8.5
        widths = dict.fromkeys(range(max(self.labels - 1, 0)), outer)
        if self.labels:
            last = self.labels - 1
            heads = [cell for block in self.blocks for cell in block.of("row") if cell.right == self.labels]
            longest = max([14.0, *(display_width(head.text) - outer * (last - head.col) for head in heads)])
            widths[last] = min(44.0 if self.figures <= FEW else 31.0, longest + 2)
        widths |= dict.fromkeys(range(self.labels, self.width), figure)
        for block in self.blocks:
            for cell in block.of("figure"):
                least = self.form.fields[cell.field].traits.width
                widths[cell.col] = max(widths.get(cell.col, 0.0), least)
        return widths | {self.mark_col: MARK_WIDTH, self.mark_col + 1: PROMPT_WIDTH}

    def place(self, grid: Grid) -> None:
        """All blocks, one below the other, and below them (not printed) what belongs under their columns."""
        self.last_printed = grid.row
        self.head_rows: list[tuple[int, int]] = []
        bodies: list[int] = []
        for title, blocks in self.tables:
            if title:
                grid.label(grid.row, 0, title, "subtitle", cols=max(self.width, 2))
                grid.row += 1
            bodies.extend(self.block(grid, block) for block in blocks)
        self.last_printed = grid.row - 1
        grid.row += 1
        for block, body in zip(self.blocks, bodies, strict=True):
            self.below(grid, block, body)

    def block(self, grid: Grid, placed: PlacedBlock) -> int:
        """One block; returns its first row of figures."""
        first, body = grid.row, grid.row + placed.head
        self.head_rows.append((first + placed.top, body - 1))
        self.heads(grid, placed)
        for cell in placed.of("row"):
            grid.label(first + cell.row, cell.col, cell.text, "row_head", rows=cell.rows, cols=cell.cols)
            if cell.rows == 1:
                grid.fit(first + cell.row, cell.text, grid.width(cell.col, cell.cols) - 1, ROW_HEIGHT)
        for r, line in enumerate(placed.lines[placed.head :]):
            for cell in line:
                if cell.part == "figure":
                    grid.field(self.form.fields[cell.field], body + r, cell.col, cols=cell.cols)
            grid.heights.setdefault(body + r, ROW_HEIGHT)
            self.mark(grid, body + r, placed.block.ids[r])
            self.prompt(grid, body + r, placed.block.ids[r])
        grid.row = body + len(placed.shown)
        self.flag(grid, placed, body, placed.labels, placed.right)
        return body

    def heads(self, grid: Grid, placed: PlacedBlock) -> None:
        """Caption, corner and column headings, in rows that are high enough for them."""
        first, needed = grid.row, [1.0] * placed.head
        for cell in placed.of("caption", "corner", "column"):
            grid.label(first + cell.row, cell.col, cell.text, "head", rows=cell.rows, cols=cell.cols)
        for cell in placed.of("column"):
            lines = lines_needed(cell.text, grid.width(cell.col, cell.cols) - 1) / cell.rows
            for row in range(cell.row, cell.row + cell.rows):
                needed[row] = max(needed[row], lines)
        for row, least in enumerate(needed):
            grid.heights[first + row] = max(ROW_HEIGHT, least * LINE + 4)

    # Marks beside rows and below columns

    def mark(self, grid: Grid, row: int, ids: Iterable[str]) -> None:
        """What the rules say of a row."""
        known = set(_with_controls(ids))
        checks = tuple(check for check in self.checks if set(check.operands) <= known)
        if checks:
            grid.show(row, self.mark_col, RowMark(checks), "mark")

    def prompt(self, grid: Grid, row: int, ids: Iterable[str]) -> None:
        """What is to be known of the figures of a row, beside it: what stood over a cell would cover the next one."""
        fields = (self.form.fields[id_] for id_ in ids)
        prompts = dict.fromkeys(field.prompt or field.traits.prompt for field in fields if field.role == "input")
        if text := "".join(prompts):
            show_text(grid, row, self.mark_col + 1, text, "prompt")
            grid.fit(row, text, grid.width(self.mark_col + 1) * 11 / 9, line=12.0)

    def column_checks(self, block: Block) -> list[tuple[Check, ...]]:
        """For each column the rules whose operands all stand in it, and not in one row."""
        by_column = []
        for column in range(len(block.column_lines)):
            ids = set(_with_controls([row[column] for row in block.ids]))
            by_column.append(
                tuple(check for check in self.checks if set(check.operands) <= ids and len(check.operands) > 1)
                if len(block.ids) > 1
                else ()
            )
        return by_column

    def below(self, grid: Grid, placed: PlacedBlock, body: int) -> None:
        block, labels = placed.block, placed.labels
        checks = self.column_checks(block)
        if any(checks):
            if labels:
                grid.label(grid.row, 0, COLUMN_MARKS, "side_head", cols=labels)
                grid.fit(grid.row, COLUMN_MARKS, grid.width(0, labels), 30.0)
            for col, column in zip(placed.starts, checks, strict=True):
                if column:
                    grid.show(grid.row, col, column_mark(column), "column_mark")
            self.flag_columns(grid, placed, body, grid.row)
            grid.row += 1

    # Colours

    def flag(self, grid: Grid, placed: PlacedBlock, body: int, left: int, right: int) -> None:
        area = (body, left, body + len(placed.shown) - 1, right - 1)
        grid.flag(area, f"${a1(body, self.mark_col)}")

    def flag_columns(self, grid: Grid, placed: PlacedBlock, body: int, row: int) -> None:
        area = (body, placed.labels, body + len(placed.shown) - 1, placed.right - 1)
        grid.flag(area, f"{column_letters(placed.labels)}${row + 1}")


def _with_controls(ids: Iterable[str]) -> Iterator[str]:
    for id_ in ids:
        yield id_
        yield CONTROL + id_
