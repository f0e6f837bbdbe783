"""The tables of a sheet in the official layout, with marks and last year's figures around them (screen only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.forms.model import CONTROL, PRIOR
from xlreport.forms.table_grid import column_width, header_height, heading_cells, label_width
from xlreport.workbook.addresses import column_letters
from xlreport.workbook.layout.canvas import LINE, display_width, lines_needed
from xlreport.workbook.layout.formulas import BAD, WARNED, Change, WorstState
from xlreport.workbook.layout.plan import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.forms.model import Block, Form, Section
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
        self.blocks = [block for table in section.tables for block in table.blocks]
        self.labels = max((label_width(block) for block in self.blocks), default=0)
        self.figures = max((column_width(block) for block in self.blocks), default=0)
        self.width = self.labels + self.figures
        self.mark_col = self.width
        self.prior_col = self.width + 1
        self.control_col = self.width + 3

    def widths(self) -> dict[int, float]:
        """Column widths in Latin characters, from the longest labels."""
        wide = self.figures > 4
        figure = 11.0 if wide else 20.0
        widths = dict.fromkeys(range(max(self.labels - 1, 0)), 12.0)
        if self.labels:
            last = self.labels - 1
            longest = 14.0
            for block in self.blocks:
                for head in heading_cells(block.rows):
                    if head.level + head.levels == label_width(block):
                        longest = max(longest, display_width(head.title) - 12.0 * (last - head.level))
            widths[last] = min(44.0, longest + 2)
        widths |= dict.fromkeys(range(self.labels, self.width), figure)
        for block in self.blocks:
            starts = _starts(block, self.labels if block.labelled else 0)
            for ids in block.ids:
                for col, id_ in zip(starts, ids, strict=True):
                    widths[col] = max(widths.get(col, 0.0), self.form.fields[id_].traits.width)
        beside = {self.mark_col: MARK_WIDTH, self.prior_col: 17.0, self.prior_col + 1: 11.0}
        return widths | beside | ({self.control_col: 17.0} if self.controlled() else {})

    def place(self, grid: Grid) -> None:
        """All blocks, one below the other, and below them (not printed) what belongs under their columns."""
        self.last_printed = grid.row
        self.head_rows: list[tuple[int, int]] = []
        tops: list[tuple[Block, int]] = []
        for table in self.section.tables:
            if table.title:
                grid.label(grid.row, 0, table.title, "subtitle", cols=max(self.width, 2))
                grid.row += 1
            tops.extend((block, self.block(grid, block)) for block in table.blocks)
        self.last_printed = grid.row - 1
        grid.row += 1
        for block, body in tops:
            self.below(grid, block, body)

    def block(self, grid: Grid, block: Block) -> int:
        """One block; returns its first row of figures."""
        labels = self.labels if block.labelled else 0
        if block.caption:
            grid.label(grid.row, 0, block.caption, "head", cols=self.width)
            grid.heights[grid.row] = ROW_HEIGHT
            grid.row += 1
        top, height = grid.row, header_height(block)
        self.head_rows.append((top, top + height - 1))
        if labels:
            grid.label(top, 0, block.corner, "head", rows=height, cols=labels)
        needed = [1.0] * height
        for head in heading_cells(block.columns):
            col = labels + head.start
            grid.label(top + head.level, col, head.title, "head", rows=head.levels, cols=head.length)
            lines = lines_needed(head.title, grid.width(col, head.length) - 1)
            for level in range(head.level, head.level + head.levels):
                needed[level] = max(needed[level], lines / head.levels)
        for level, least in enumerate(needed):
            grid.heights[top + level] = max(ROW_HEIGHT, least * LINE + 4)
        body = top + height
        if labels:
            self.row_heads(grid, block, body)
        for r, ids in enumerate(block.ids):
            col = labels
            for line, id_ in zip(block.column_lines, ids, strict=True):
                grid.field(self.form.fields[id_], body + r, col, cols=line.node.span)
                col += line.node.span
            grid.heights.setdefault(body + r, ROW_HEIGHT)
            self.beside(grid, block, r, body + r, top)
        grid.row = body + len(block.ids)
        self.flag(grid, block, body, labels, column_width(block))
        if labels and any(self.control_of(block, r) for r in range(len(block.ids))):
            self.flag(grid, block, body, self.control_col, 1)
        return body

    def row_heads(self, grid: Grid, block: Block, body: int) -> None:
        for head in heading_cells(block.rows):
            # A block with fewer label levels than the sheet widens its last level.
            innermost = head.level + head.levels == label_width(block)
            cols = head.levels + (self.labels - label_width(block) if innermost else 0)
            grid.label(body + head.start, head.level, head.title, "row_head", rows=head.length, cols=cols)
            if head.length == 1:
                grid.fit(body + head.start, head.title, grid.width(head.level, cols) - 1, ROW_HEIGHT)

    # Beside rows and below columns: marks and last year

    def beside(self, grid: Grid, block: Block, r: int, row: int, top: int) -> None:
        ids = set(_with_controls(block.ids[r]))
        checks = tuple(check for check in self.checks if set(check.operands) <= ids)
        if checks:
            grid.show(row, self.mark_col, WorstState(checks), "mark")
        if not block.labelled:
            return
        prior, control = self.prior_of(block, r), self.control_of(block, r)
        if prior is not None:
            self.last_year(grid, block, r, prior, row, top)
        if control is not None:
            if not _stands(grid, top, self.control_col):
                grid.label(top, self.control_col, CONTROL_HEAD, "side_head", rows=header_height(block))
            grid.field(self.form.fields[CONTROL + control], row, self.control_col)

    def last_year(self, grid: Grid, block: Block, r: int, prior: str, row: int, top: int) -> None:
        """Last year's figure of a row and its change."""
        if not _stands(grid, top, self.prior_col):
            # 本年处理决定数量 and 本年收费金额（单位：万元） become 上年处理决定数量 and 上年收费金额.
            column = block.column_lines[block.ids[r].index(prior)].title.removeprefix("本年").partition("（")[0]
            title, rows = f"上年{column}", header_height(block)
            grid.label(top, self.prior_col, title, "side_head", rows=rows)
            grid.label(top, self.prior_col + 1, "同比增减", "side_head", rows=rows)
            if rows == 1:
                grid.fit(top, title, grid.width(self.prior_col) * 11 / 9, ROW_HEIGHT)
        grid.field(self.form.fields[PRIOR + prior], row, self.prior_col)
        grid.show(row, self.prior_col + 1, Change(prior, PRIOR + prior), "change")

    def prior_of(self, block: Block, r: int) -> str | None:
        """The field whose last year's value stands beside a row: the last of the row that has one."""
        found = [id_ for id_ in block.ids[r] if PRIOR + id_ in self.form.fields]
        return found[-1] if found else None

    def control_of(self, block: Block, r: int) -> str | None:
        """The field whose control total stands beside a row: the last of the row, where that has one."""
        id_ = block.ids[r][-1]
        return id_ if CONTROL + id_ in self.form.fields else None

    def controlled(self) -> bool:
        """Whether any row has a control total beside it."""
        rows = ((block, r) for block in self.blocks if block.labelled for r in range(len(block.ids)))
        return any(self.control_of(block, r) is not None for block, r in rows)

    def column_checks(self, block: Block) -> list[tuple[Check, ...]]:
        """For each column the rules whose operands all stand in it, and not in one row."""
        found = []
        for column in range(len(block.column_lines)):
            ids = set(_with_controls([row[column] for row in block.ids]))
            found.append(
                tuple(check for check in self.checks if set(check.operands) <= ids and len(check.operands) > 1)
                if len(block.ids) > 1
                else ()
            )
        return found

    def below(self, grid: Grid, block: Block, body: int) -> None:
        labels = self.labels if block.labelled else 0
        starts = _starts(block, labels)
        checks = self.column_checks(block)
        if any(checks):
            if labels:
                grid.label(grid.row, 0, COLUMN_MARKS, "side_head", cols=labels)
                grid.fit(grid.row, COLUMN_MARKS, grid.width(0, labels))
            for col, column in zip(starts, checks, strict=True):
                if column:
                    grid.show(grid.row, col, WorstState(column), "mark")
            self.flag_columns(grid, block, body, labels, grid.row)
            grid.row += 1
        for r, ids in enumerate(block.ids):
            beside = self.prior_of(block, r) if labels else None
            rest = [id_ for id_ in ids if PRIOR + id_ in self.form.fields and id_ != beside]
            if rest:
                self.prior_row(grid, block, r, rest, labels)
        for r, ids in enumerate(block.ids):
            beside = self.control_of(block, r) if labels else None
            rest = [id_ for id_ in ids if CONTROL + id_ in self.form.fields and id_ != beside]
            if rest:
                self.control_row(grid, block, r, rest, labels)

    def control_row(self, grid: Grid, block: Block, r: int, rest: Sequence[str], labels: int) -> None:
        """Control totals under the columns of the totals they are for."""
        columns = _columns(block, r, rest, labels)
        _row_label(grid, COLUMN_CONTROLS.format(block.row_lines[r].title or "总计"), labels or min(columns), self.width)
        for col, id_ in columns.items():
            grid.field(self.form.fields[CONTROL + id_], grid.row, col)
        grid.label(grid.row + 1, 0, CONTROL_HINT, "prompt", cols=self.width)
        grid.row += 2

    def prior_row(self, grid: Grid, block: Block, r: int, rest: Sequence[str], labels: int) -> None:
        """Last year's figures that do not fit beside the row; where no row label stands, their change, too."""
        columns = _columns(block, r, rest, labels)
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

    def flag(self, grid: Grid, block: Block, body: int, left: int, cols: int) -> None:
        area = (body, left, body + len(block.ids) - 1, left + cols - 1)
        mark = f"${column_letters(self.mark_col)}{body + 1}"
        for sign, style in ((BAD, "bad"), (WARNED, "warned")):
            grid.flags.append(Flag(area=area, formula=f'{mark}="{sign}"', style=style))

    def flag_columns(self, grid: Grid, block: Block, body: int, labels: int, row: int) -> None:
        area = (body, labels, body + len(block.ids) - 1, labels + column_width(block) - 1)
        mark = f"{column_letters(labels)}${row + 1}"
        for sign, style in ((BAD, "bad"), (WARNED, "warned")):
            grid.flags.append(Flag(area=area, formula=f'{mark}="{sign}"', style=style))


def _columns(block: Block, r: int, ids: Sequence[str], labels: int) -> dict[int, str]:
    """Some fields of a row by the sheet column they stand in."""
    return {col: id_ for col, id_ in zip(_starts(block, labels), block.ids[r], strict=True) if id_ in ids}


def _row_label(grid: Grid, text: str, cols: int, width: int) -> None:
    """What a row under a table is, left of its cells; above them where there is no room."""
    grid.label(grid.row, 0, text, "side_head", cols=cols or width)
    grid.row += 0 if cols else 1
    grid.heights[grid.row] = ROW_HEIGHT


def _with_controls(ids: Iterable[str]) -> Iterator[str]:
    for id_ in ids:
        yield id_
        yield CONTROL + id_


def _stands(grid: Grid, row: int, col: int) -> bool:
    return any(cell.row == row and cell.col == col for cell in grid.cells)


def _starts(block: Block, labels: int) -> list[int]:
    """The sheet column of each column of figures."""
    starts, col = [], labels
    for line in block.column_lines:
        starts.append(col)
        col += line.node.span
    return starts
