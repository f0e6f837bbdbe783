"""The tables of a sheet in the official layout, with marks and last year's figures around them (screen only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.forms.model import CONTROL, PRIOR
from xlreport.forms.table_grid import place, table_size
from xlreport.workbook.addresses import column_letters
from xlreport.workbook.layout.canvas import LINE, display_width, lines_needed
from xlreport.workbook.layout.formulas import BAD, WARNED, Change, WorstState
from xlreport.workbook.layout.plan import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.forms.model import Block, Form, Section
    from xlreport.forms.table_grid import PlacedBlock
    from xlreport.rules.rulebook import Check, Rulebook
    from xlreport.workbook.layout.canvas import Grid

COLUMN_MARKS = "本列勾稽关系（详见“校验”）"

CONTROL_HEAD = "控制数（可不填）"
COLUMN_CONTROLS = "“{}”的控制数（可不填，不打印）"
CONTROL_HINT = "控制数：手头材料上有合计的，填在这里，和自动计算的总计核对；对不上时请改正，或清空控制数。"

ROW_HEIGHT = 19.0
MARK_WIDTH = 5.0


class Tables:
    """Lays out the tables of one section. Columns: row labels, figures, marks, last year, change."""

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
        self.prior_col = self.width + 1
        self.control_col = self.width + 3

    def placed(self, block: Block) -> PlacedBlock:
        """A block in the grid of the sheet; one without row headings begins at the left edge."""
        return place(block, self.labels if block.labelled else 0, self.width, stretched=False)

    def widths(self) -> dict[int, float]:
        """Column widths in Latin characters, from the longest labels."""
        wide = self.figures > 4
        figure = 11.0 if wide else 20.0
        widths = dict.fromkeys(range(max(self.labels - 1, 0)), 12.0)
        if self.labels:
            last = self.labels - 1
            heads = [cell for block in self.blocks for cell in block.of("row") if cell.right == self.labels]
            longest = max([14.0, *(display_width(head.text) - 12.0 * (last - head.col) for head in heads)])
            widths[last] = min(44.0, longest + 2)
        widths |= dict.fromkeys(range(self.labels, self.width), figure)
        for block in self.blocks:
            for cell in block.of("figure"):
                least = self.form.fields[cell.field].traits.width
                widths[cell.col] = max(widths.get(cell.col, 0.0), least)
        beside = {self.mark_col: MARK_WIDTH, self.prior_col: 17.0, self.prior_col + 1: 11.0}
        return widths | beside | ({self.control_col: 17.0} if self.controlled() else {})

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
            self.beside(grid, placed, r, first)
        grid.row = body + len(placed.shown)
        self.flag(grid, placed, body, placed.labels, placed.right)
        if placed.labels and any(self.control_of(placed.block, r) for r in placed.shown):
            self.flag(grid, placed, body, self.control_col, self.control_col + 1)
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

    # Beside rows and below columns: marks and last year

    def beside(self, grid: Grid, placed: PlacedBlock, r: int, first: int) -> None:
        """What stands beside a row of a block that begins in row `first`."""
        block, row = placed.block, first + placed.head + r
        ids = set(_with_controls(block.ids[r]))
        checks = tuple(check for check in self.checks if set(check.operands) <= ids)
        if checks:
            grid.show(row, self.mark_col, WorstState(checks), "mark")
        if not block.labelled:
            return
        prior, control = self.prior_of(block, r), self.control_of(block, r)
        if prior is not None:
            self.last_year(grid, placed, r, prior, first)
        if control is not None:
            self.side_head(grid, placed, first, self.control_col, CONTROL_HEAD)
            grid.field(self.form.fields[CONTROL + control], row, self.control_col)

    def last_year(self, grid: Grid, placed: PlacedBlock, r: int, prior: str, first: int) -> None:
        """Last year's figure of a row and its change."""
        block, row = placed.block, first + placed.head + r
        # 本年处理决定数量 and 本年收费金额（单位：万元） become 上年处理决定数量 and 上年收费金额.
        column = block.column_lines[block.ids[r].index(prior)].title.removeprefix("本年").partition("（")[0]
        title = f"上年{column}"
        if self.side_head(grid, placed, first, self.prior_col, title) and placed.head - placed.top == 1:
            grid.fit(first + placed.top, title, grid.width(self.prior_col) * 11 / 9, ROW_HEIGHT)
        self.side_head(grid, placed, first, self.prior_col + 1, "同比增减")
        grid.field(self.form.fields[PRIOR + prior], row, self.prior_col)
        grid.show(row, self.prior_col + 1, Change(prior, PRIOR + prior), "change")

    def side_head(self, grid: Grid, placed: PlacedBlock, first: int, col: int, text: str) -> bool:
        """The heading of a column beside a block, beside all its column headings; False where it stands already."""
        top = first + placed.top
        if any(cell.row == top and cell.col == col for cell in grid.cells):
            return False
        grid.label(top, col, text, "side_head", rows=placed.head - placed.top)
        return True

    def prior_of(self, block: Block, r: int) -> str | None:
        """The field whose last year's value stands beside a row: the last of the row that has one."""
        with_prior = [id_ for id_ in block.ids[r] if PRIOR + id_ in self.form.fields]
        return with_prior[-1] if with_prior else None

    def control_of(self, block: Block, r: int) -> str | None:
        """The field whose control total stands beside a row: the last of the row, where that has one."""
        id_ = block.ids[r][-1]
        return id_ if CONTROL + id_ in self.form.fields else None

    def controlled(self) -> bool:
        """Whether any row has a control total beside it."""
        rows = ((placed.block, r) for placed in self.blocks if placed.labels for r in placed.shown)
        return any(self.control_of(block, r) is not None for block, r in rows)

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
                grid.fit(grid.row, COLUMN_MARKS, grid.width(0, labels))
            for col, column in zip(placed.starts, checks, strict=True):
                if column:
                    grid.show(grid.row, col, WorstState(column), "mark")
            self.flag_columns(grid, placed, body, grid.row)
            grid.row += 1
        for r, ids in enumerate(block.ids):
            beside = self.prior_of(block, r) if labels else None
            rest = [id_ for id_ in ids if PRIOR + id_ in self.form.fields and id_ != beside]
            if rest:
                self.prior_row(grid, placed, r, rest)
        for r, ids in enumerate(block.ids):
            beside = self.control_of(block, r) if labels else None
            rest = [id_ for id_ in ids if CONTROL + id_ in self.form.fields and id_ != beside]
            if rest:
                self.control_row(grid, placed, r, rest)

    def control_row(self, grid: Grid, placed: PlacedBlock, r: int, rest: Sequence[str]) -> None:
        """Control totals under the columns of the totals they are for."""
        block, labels = placed.block, placed.labels
        columns = _columns(placed, r, rest)
        _row_label(grid, COLUMN_CONTROLS.format(block.row_lines[r].title or "总计"), labels or min(columns), self.width)
        for col, id_ in columns.items():
            grid.field(self.form.fields[CONTROL + id_], grid.row, col)
        grid.label(grid.row + 1, 0, CONTROL_HINT, "prompt", cols=self.width)
        grid.row += 2

    def prior_row(self, grid: Grid, placed: PlacedBlock, r: int, rest: Sequence[str]) -> None:
        """Last year's figures that do not fit beside the row; where no row label stands, their change, too."""
        block, labels = placed.block, placed.labels
        columns = _columns(placed, r, rest)
        title = f"“{block.row_lines[r].title}”" if labels else "总计"
        _row_label(grid, f"上年{title}（供核对，不打印）", labels or min(columns), self.width)
        for col, id_ in columns.items():
            grid.field(self.form.fields[PRIOR + id_], grid.row, col)
        grid.row += 1
        if labels:
            return
        _row_label(grid, "同比增减", min(columns), self.width)
        for col, id_ in columns.items():
            grid.show(grid.row, col, Change(id_, PRIOR + id_), "change")
        grid.row += 1

    # Colours

    def flag(self, grid: Grid, placed: PlacedBlock, body: int, left: int, right: int) -> None:
        area = (body, left, body + len(placed.shown) - 1, right - 1)
        self.flags(grid, area, f"${column_letters(self.mark_col)}{body + 1}")

    def flag_columns(self, grid: Grid, placed: PlacedBlock, body: int, row: int) -> None:
        area = (body, placed.labels, body + len(placed.shown) - 1, placed.right - 1)
        self.flags(grid, area, f"{column_letters(placed.labels)}${row + 1}")

    def flags(self, grid: Grid, area: tuple[int, int, int, int], mark: str) -> None:
        """Colour for cells whose mark, in the cell `mark`, says that something is wrong."""
        for sign, style in ((BAD, "bad"), (WARNED, "warned")):
            grid.flags.append(Flag(area=area, formula=f'{mark}="{sign}"', style=style))


def _columns(placed: PlacedBlock, r: int, ids: Sequence[str]) -> dict[int, str]:
    """Some fields of a row by the sheet column they stand in."""
    return {col: id_ for col, id_ in zip(placed.starts, placed.block.ids[r], strict=True) if id_ in ids}


def _row_label(grid: Grid, text: str, cols: int, width: int) -> None:
    """What a row under a table is, left of its cells; above them where there is no room."""
    grid.label(grid.row, 0, text, "side_head", cols=cols or width)
    grid.row += 0 if cols else 1
    grid.heights[grid.row] = ROW_HEIGHT


def _with_controls(ids: Iterable[str]) -> Iterator[str]:
    for id_ in ids:
        yield id_
        yield CONTROL + id_
