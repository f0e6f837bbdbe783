"""Where everything stands in the workbook of a form.

Sheets: 填表说明, 基本信息, one per section of the report, 校验, and the very-hidden _meta. A section's sheet shows, from
the top: its heading and hint, its short fields, its tables in the official layout with last year's figures beside them,
then its prose with a preview below that prints.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from xlreport.forms.grid import column_width, header_height, heading_cells, label_width, length
from xlreport.forms.model import PRIOR, Block, Field, Form, Section
from xlreport.rules.book import Rulebook, rulebook
from xlreport.rules.excel import to_excel
from xlreport.workbook.plan import Cell, Plan, Sheet, a1, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

GUIDE_SHEET = "填表说明"
CHECK_SHEET = "校验"
META_SHEET = "_meta"

#: Names and order of the cells of `_meta`: label in column A, value in column B.
META_KEYS = ("form", "form_version", "template_version", "unit_code", "year", "token")

#: Layout of the workbook itself; goes up when cells move. Stands in _meta as template_version with the form version.
LAYOUT_VERSION = 1

#: Length of one piece of a prose preview, and how many pieces there are: 3,400 characters and more must print.
PIECE, PIECES = 300, 14

VERDICT, EXPLAIN = "verdict.", "explain."


def template_version(form: Form) -> str:
    """Changes whenever the workbook's cells or rules change: form version and layout version."""
    return f"{form.version}.{LAYOUT_VERSION}"


@cache
def layout(form: Form) -> Plan:
    """The plan of the workbook of `form`."""
    return _Layout(form).plan()


class _Grid:
    """Collects the cells of one sheet."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.heights: dict[int, float] = {}
        self.row = 0

    def add(self, cell: Cell) -> Cell:
        self.cells.append(cell)
        return cell

    def label(self, row: int, col: int, text: str, style: str, rows: int = 1, cols: int = 1) -> None:
        self.add(Cell(row=row, col=col, role="label", style=style, text=text, rows=rows, cols=cols))


class _Layout:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.book: Rulebook = rulebook(form)
        #: field id → (sheet title, row, col); filled while the sections are laid out.
        self.places: dict[str, tuple[str, int, int]] = {}

    def plan(self) -> Plan:
        # Two passes: formulas may point forward, so places come first.
        sections = [self.section(section) for section in self.form.sections]
        sections = [self.section(section) for section in self.form.sections]
        from xlreport.workbook.checksheet import check_sheet  # noqa: PLC0415  (it needs the places of this module)

        sheets = (self.guide(), *sections, check_sheet(self), self.meta())
        return Plan(form=self.form, sheets=sheets)

    # Addresses

    def address(self, sheet: str) -> Callable[[str, str | None], str]:
        """How formulas on `sheet` write a field's cell or a range of cells."""

        def write(first: str, last: str | None = None) -> str:
            title, row, col = self.places.get(first, (sheet, 0, 0))
            text = a1(row, col)
            if last is not None:
                _, row2, col2 = self.places.get(last, (sheet, 0, 0))
                text += f":{a1(row2, col2)}"
            return text if title == sheet else f"{quoted(title)}!{text}"

        return write

    def cells_of(self, sheet: str, ids: Iterable[str]) -> str:
        """Arguments that cover exactly the cells of `ids`, as few ranges as rows and columns allow."""
        by_sheet: dict[str, list[tuple[int, int]]] = {}
        for id_ in ids:
            title, row, col = self.places.get(id_, (sheet, 0, 0))
            by_sheet.setdefault(title, []).append((row, col))
        parts = []
        for title, positions in by_sheet.items():
            prefix = "" if title == sheet else f"{quoted(title)}!"
            for r1, c1, r2, c2 in rectangles(positions):
                parts.append(prefix + (a1(r1, c1) if (r1, c1) == (r2, c2) else f"{a1(r1, c1)}:{a1(r2, c2)}"))
        return ",".join(parts)

    # Sheets

    def guide(self) -> Sheet:
        grid = _Grid()
        grid.label(0, 0, f"{self.form.title}填报工作簿", "title", cols=2)
        grid.label(1, 0, f"适用年度：{self.form.years_text()}　依据：{self.form.basis}", "hint", cols=2)
        row = 3
        for line in self.form.guide:
            grid.label(row, 0, line, "guide", cols=2)
            row += 1
        row += 1
        grid.label(row, 0, "工作表", "head")
        grid.label(row, 1, "内容", "head")
        for section in self.form.sections:
            row += 1
            link = f"{quoted(section.sheet)}!A1"
            grid.add(Cell(row=row, col=0, role="label", style="link", text=section.sheet, link=link))
            grid.label(row, 1, section.heading, "cell")
        row += 1
        grid.add(Cell(row=row, col=0, role="label", style="link", text=CHECK_SHEET, link=f"{quoted(CHECK_SHEET)}!A1"))
        grid.label(row, 1, "勾稽关系和填报进度", "cell")
        grid.heights.update(dict.fromkeys(range(3, 3 + len(self.form.guide)), 24.0))
        return Sheet(
            title=GUIDE_SHEET,
            cells=tuple(grid.cells),
            widths={0: 24, 1: 62},
            heights=grid.heights,
            print_area=(0, 0, row, 1),
        )

    def meta(self) -> Sheet:
        cells = []
        for row, key in enumerate(META_KEYS):
            cells.append(Cell(row=row, col=0, role="label", style="cell", text=key))
            cells.append(Cell(row=row, col=1, role="label", style="cell", name=f"meta.{key}"))
        return Sheet(title=META_SHEET, cells=tuple(cells), hidden=True)

    def section(self, section: Section) -> Sheet:
        grid = _Grid()
        fields = [self.form.fields[id_] for id_ in section.fields]
        short = [field for field in fields if field.kind != "prose"]
        prose = [field for field in fields if field.kind == "prose"]
        tables = [(table, block) for table in section.tables for block in table.blocks]
        labels = max((label_width(block) for _, block in tables), default=1) or 1
        figures = max((column_width(block) for _, block in tables), default=1)
        wide = bool(tables) and labels + figures > 6
        width = max(labels + figures, 2)
        grid.label(0, 0, section.heading or section.sheet, "title", cols=width)
        grid.label(
            1,
            0,
            section.hint or "黄色单元格由填报单位填写，灰色单元格自动计算。没有发生的填 0，不适用的填“/”。",
            "hint",
            cols=width,
        )
        grid.row = 3
        for field in short:
            self.short_field(grid, section, field, width)
        if short:
            grid.row += 1
        for table in section.tables:
            if table.title:
                grid.label(grid.row, 0, table.title, "subtitle", cols=width)
                grid.row += 1
            for block in table.blocks:
                self.block(grid, section.sheet, block, labels if block.labelled else 0, width)
            grid.row += 1
        last_printed = grid.row - 1
        first_printed = 0
        if prose:
            first_printed, last_printed = self.prose(grid, section, prose, width, bool(tables or short))
        return Sheet(
            title=section.sheet,
            cells=tuple(grid.cells),
            section=section.key,
            widths=_widths(labels, figures, wide, [block for _, block in tables]),
            heights=grid.heights,
            print_area=(first_printed, 0, max(last_printed, 1), width - 1),
            landscape=wide,
        )

    def place(self, grid: _Grid, sheet: str, field: Field, row: int, col: int, style: str, cols: int = 1) -> None:
        """A field's cell with its defined name; the rest of a merged row is blocked."""
        self.places[field.id] = (sheet, row, col)
        formula = to_excel(self.book.computed[field.id], self.address(sheet)) if field.role == "computed" else ""
        grid.add(Cell(row=row, col=col, role=field.role, style=style, formula=formula, field=field.id, name=field.id))
        for n in range(1, cols):
            grid.add(Cell(row=row, col=col + n, role="blocked", style="blocked"))

    def short_field(self, grid: _Grid, section: Section, field: Field, width: int) -> None:
        star = " *" if field.required else ""
        grid.label(grid.row, 0, field.label + star, "name")
        self.place(grid, section.sheet, field, grid.row, 1, f"{field.role}_{field.kind}")
        if width > 2:
            grid.label(grid.row, 2, field.prompt, "prompt", cols=width - 2)
        grid.heights[grid.row] = 21.0
        grid.row += 1

    def prose(self, grid: _Grid, section: Section, fields: Sequence[Field], width: int, more: bool) -> tuple[int, int]:
        """The prose inputs, one below the other, then the previews, which print. Returns first and last printed row."""
        for field in fields:
            star = " *" if field.required else ""
            grid.label(grid.row, 0, field.label + star, "name")
            self.place(grid, section.sheet, field, grid.row, 1, "input_prose")
            grid.heights[grid.row] = 120.0
            grid.row += 1
        grid.row += 1
        first = grid.row
        grid.label(grid.row, 0, f"{section.heading or section.sheet}（打印稿）", "subtitle", cols=width)
        grid.row += 1
        if more:
            for id_ in self.screen_fields(section):
                self.print_row(grid, section.sheet, self.form.fields[id_])
        for field in fields:
            grid.label(grid.row, 0, field.label, "preview_name", rows=PIECES)
            source = a1(*self.places[field.id][1:])
            for n in range(PIECES):
                formula = f'IF(LEN({source})>{n * PIECE},MID({source},{n * PIECE + 1},{PIECE}),"")'
                grid.add(Cell(row=grid.row + n, col=1, role="preview", style="preview", formula=formula))
            grid.row += PIECES
        return first, grid.row - 1

    def screen_fields(self, section: Section) -> Iterator[str]:
        """The fields above the prose, which the printed part repeats as one line each."""
        yield from (id_ for id_ in section.fields if self.form.fields[id_].kind != "prose")
        for table in section.tables:
            for block in table.blocks:
                yield from (id_ for ids in block.ids for id_ in ids)

    def print_row(self, grid: _Grid, sheet: str, field: Field) -> None:
        source = a1(*self.places.get(field.id, (sheet, 0, 0))[1:])
        grid.label(grid.row, 0, field.name if field.table else field.label, "preview_name")
        formula = f'IF(LEN({source})=0,"",{source})'
        style = "preview_date" if field.kind == "date" else "preview"
        grid.add(Cell(row=grid.row, col=1, role="preview", style=style, formula=formula))
        grid.row += 1

    # Tables

    def block(self, grid: _Grid, sheet: str, block: Block, labels: int, width: int) -> None:
        """One block in the official layout, with last year's figures to its right (or below, without row labels)."""
        if block.caption:
            grid.label(grid.row, 0, block.caption, "head", cols=width)
            grid.heights[grid.row] = 21.0
            grid.row += 1
        height = header_height(block)
        top = grid.row
        if labels:
            grid.label(top, 0, block.corner, "head", rows=height, cols=labels)
        for head in heading_cells(block.columns):
            grid.label(top + head.level, labels + head.start, head.title, "head", rows=head.levels, cols=head.length)
        beside = labels + max(column_width(block), width - labels) + 1
        has_prior = any(self.prior_column(block, row) for row in range(len(block.ids)))
        if has_prior and labels:
            for n, title in enumerate(("上年", "同比增减")):
                grid.label(top, beside + n, title, "side_head", rows=height)
        grid.row = top + height
        body = grid.row
        if labels:
            for head in heading_cells(block.rows):
                # Row headings run down the rows; a block narrower than the sheet's label columns widens its last level.
                last = head.level + head.levels == label_width(block)
                cols = head.levels + (labels - label_width(block) if last else 0)
                grid.label(body + head.start, head.level, head.title, "row_head", rows=head.length, cols=cols)
        for r, ids in enumerate(block.ids):
            col = labels
            for line, id_ in zip(block.column_lines, ids, strict=True):
                field = self.form.fields[id_]
                size = line.node.span
                self.place(grid, sheet, field, body + r, col, f"{field.role}_{field.kind}", cols=size)
                col += size
            prior = self.prior_column(block, r)
            if prior and labels:
                self.beside(grid, sheet, prior, body + r, beside)
            grid.heights.setdefault(body + r, 24.0)
        grid.row = body + len(block.ids)
        self.below(grid, sheet, block, labels)

    def prior_column(self, block: Block, row: int) -> str | None:
        """The field whose last year's value stands beside a row: the last of the row that has one."""
        found = [id_ for id_ in block.ids[row] if PRIOR + id_ in self.form.fields]
        return found[-1] if found else None

    def beside(self, grid: _Grid, sheet: str, id_: str, row: int, col: int) -> None:
        """Last year's figure and the change in percent, on screen only."""
        prior = self.form.fields[PRIOR + id_]
        self.place(grid, sheet, prior, row, col, f"{prior.role}_{prior.kind}")
        grid.add(self.change(sheet, id_, row, col + 1))

    def change(self, sheet: str, id_: str, row: int, col: int) -> Cell:
        now, then = (self.address(sheet)(i, None) for i in (id_, PRIOR + id_))
        formula = f'IF(OR(COUNT({now},{then})<2,N({then})=0),"",N({now})/N({then})-1)'
        return Cell(row=row, col=col, role="formula", style="change", formula=formula)

    def below(self, grid: _Grid, sheet: str, block: Block, labels: int) -> None:
        """Last year's figures that do not fit beside a row: further columns of the row, on screen only."""
        for r, ids in enumerate(block.ids):
            beside = self.prior_column(block, r) if labels else None
            rest = [id_ for id_ in ids if PRIOR + id_ in self.form.fields and id_ != beside]
            if not rest:
                continue
            grid.row += 1
            if labels:
                grid.label(
                    grid.row, 0, "上年“" + block.row_lines[r].title + "”（供核对，不打印）", "side_head", cols=labels
                )
            else:
                grid.label(grid.row, 0, "上年总计（供核对，不打印）", "side_head", cols=sum(map(length, block.columns)))
                grid.row += 1
            col = labels
            for line, id_ in zip(block.column_lines, ids, strict=True):
                if id_ in rest:
                    prior = self.form.fields[PRIOR + id_]
                    self.place(grid, sheet, prior, grid.row, col, f"{prior.role}_{prior.kind}")
                    if not labels:
                        grid.add(self.change(sheet, id_, grid.row + 1, col))
                col += line.node.span
            grid.row += 1 if labels else 2


def rectangles(positions: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Cover exactly these (row, col) positions with rectangles: runs along rows, equal runs merged downwards."""
    rows: dict[int, list[int]] = {}
    for row, col in sorted(set(positions)):
        rows.setdefault(row, []).append(col)
    done: list[tuple[int, int, int, int]] = []
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    for row, cols in rows.items():
        runs: list[list[int]] = []
        for col in cols:
            if runs and runs[-1][1] == col - 1:
                runs[-1][1] = col
            else:
                runs.append([col, col])
        now = {(a, b) for a, b in runs}
        for run, (start, end) in list(open_.items()):
            if run not in now or end != row - 1:
                done.append((start, run[0], end, run[1]))
                del open_[run]
        for run in sorted(now):
            start = open_[run][0] if run in open_ else row
            open_[run] = (start, row)
    done.extend((start, run[0], end, run[1]) for run, (start, end) in open_.items())
    return sorted(done)


def _widths(labels: int, figures: int, wide: bool, blocks: Sequence[Block]) -> dict[int, float]:
    """Column widths in Latin characters."""
    if not blocks:
        return {0: 24.0, 1: 78.0}
    if not wide:
        first: dict[int, float] = {0: 30.0}
        return first | {col: 20.0 for col in range(1, labels + figures)} | {labels + figures: 2.0}
    if labels and any(block.labelled for block in blocks):
        widths = {0: 9.0, 1: 12.0, 2: 42.0} if labels == 3 else dict.fromkeys(range(labels), 24.0)
    else:
        widths = {}
    start = labels if widths else 0
    return widths | {col: 11.0 for col in range(start, labels + figures)} | {labels + figures: 2.0}
