"""The sheet 可引用的数字: the names that may stand in prose as 【名称】, each with its cell.

On paper the names of a table with rows and columns are given once as a pattern, with the cells in a grid; the others in
two columns. Right of that, on the screen only, stands every name in full, to be searched and copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.workbook.addresses import a1, target
from xlreport.workbook.layout.canvas import TITLE_ROW, Grid
from xlreport.workbook.layout.plan import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.forms.model import Block, Field, Form
    from xlreport.workbook.layout.positions import Places

NAMES_SHEET = "可引用的数字"

NAMES_HINT = "在文字中写【名称】，生成报告时换成表中的数字，文字和表格就不会矛盾。可用的名称和所在单元格："
PATTERN_HINT = "下表“{sheet}”的名称由列和行连起来写，如【{example}】；不写列的是“{total}”一列，如【{whole}】。"
PLAIN_PATTERN_HINT = "下表“{sheet}”的名称由列和行连起来写，如【{example}】。"
ALL_NAMES = "全部名称（不打印；可用 Ctrl+F 查找，复制到文字中）"

#: Printed columns: one wide, then narrow ones; a gap; the full list.
WIDE, NARROW, NARROW_COLUMNS = 37.0, 9.0, 7
PRINTED = 1 + NARROW_COLUMNS
LIST = PRINTED + 1
LIST_WIDTHS = (46.0, 18.0, 9.0)

ROW_HEIGHT = 15.5

#: Points that are shrunk to one page rather than run over to a second.
ONE_PAGE = 1050.0


def names_sheet(form: Form, places: Places) -> Sheet:
    """The names that prose may use, with their cells."""
    widths = {0: WIDE, PRINTED: 3.0}
    widths |= dict.fromkeys(range(1, PRINTED), NARROW)
    widths |= {LIST + n: width for n, width in enumerate(LIST_WIDTHS)}
    grid = Grid(NAMES_SHEET, places, widths)
    grid.links()
    grid.label(TITLE_ROW, 0, "文字中可以引用的数字", "title", cols=PRINTED)
    grid.heights[TITLE_ROW] = 30.0
    grid.row = TITLE_ROW + 1
    _line(grid, NAMES_HINT)
    crossed = [block for table in form.tables.values() for block in table.blocks if _crosses(block, form)]
    gridded = {id_ for block in crossed for ids in block.ids for id_ in ids}
    figures = [field for field in form.fields.values() if field.numeric and not field.beside]
    _singles(grid, [field for field in figures if field.id not in gridded])
    for block in crossed:
        grid.row += 1
        _cross(grid, form, block)
    last = grid.row - 1
    height = sum(grid.heights.get(row, 15.0) for row in range(TITLE_ROW, last + 1))
    _list(grid, figures)
    return Sheet(
        title=NAMES_SHEET,
        cells=tuple(sorted(grid.cells, key=lambda cell: (cell.row, cell.col))),
        widths=grid.widths,
        heights=grid.heights,
        print_area=(TITLE_ROW, 0, last, PRINTED - 1),
        tab="beside",
        fit=(1, 1) if height <= ONE_PAGE else (1, 0),
    )


def _line(grid: Grid, text: str) -> None:
    grid.label(grid.row, 0, text, "guide", cols=PRINTED)
    grid.fit(grid.row, text, grid.width(0, PRINTED) - 2, 19.0)
    grid.row += 1


def _singles(grid: Grid, fields: Sequence[Field]) -> None:
    """Names with their cells, in two columns: down the left, then down the right."""
    half = (len(fields) + 1) // 2
    places = ((0, 1, 1, 2), (3, 3, 6, 2))  # column and width of the name, of the link
    for name, cols, link, wide in places:
        grid.label(grid.row, name, "名称", "head", cols=cols)
        grid.label(grid.row, link, "单元格", "head", cols=wide)
    for n, field in enumerate(fields):
        row, (name, cols, link, wide) = grid.row + 1 + n % half, places[n // half]
        sheet, r, c = grid.places.fields[field.id]
        grid.label(row, name, f"【{field.name}】", "small_cell", cols=cols)
        grid.link(row, link, f"{sheet} {a1(r, c)}", target(sheet, r, c), cols=wide)
        grid.heights[row] = ROW_HEIGHT
    grid.row += half + 1


def _crosses(block: Block, form: Form) -> bool:
    """Whether the names of a block are those of its columns and its rows put together, and the grid has room."""
    if not 1 < len(block.column_lines) <= NARROW_COLUMNS or len(block.row_lines) < 2:
        return False
    for row, ids in zip(block.row_lines, block.ids, strict=True):
        for column, id_ in zip(block.column_lines, ids, strict=True):
            field = form.fields[id_]
            if not field.numeric or field.name != column.name + row.name:
                return False
    return True


def _cross(grid: Grid, form: Form, block: Block) -> None:
    """Rows and columns of names, with the cell of each where they cross."""
    rows, columns = block.row_lines, block.column_lines
    sheet = grid.places.fields[block.ids[0][0]][0]
    bare = next((column for column in columns if not column.name), None)
    example = form.fields[block.ids[0][0]].name
    if bare is None:
        hint = PLAIN_PATTERN_HINT.format(sheet=sheet, example=example)
    else:
        whole = form.fields[block.ids[0][columns.index(bare)]].name
        hint = PATTERN_HINT.format(sheet=sheet, example=example, total=bare.title, whole=whole)
    _line(grid, hint)
    grid.label(grid.row, 0, f"行＼列（{sheet}）", "head")
    for n, column in enumerate(columns):
        grid.label(grid.row, 1 + n, column.name or f"（{column.title}）", "small_head")
    grid.heights[grid.row] = 30.0
    grid.row += 1
    for row, ids in zip(rows, block.ids, strict=True):
        grid.label(grid.row, 0, f"…{row.name}", "small_cell")
        for n, id_ in enumerate(ids):
            title, r, c = grid.places.fields[id_]
            grid.link(grid.row, 1 + n, a1(r, c), target(title, r, c))
        grid.heights[grid.row] = ROW_HEIGHT
        grid.row += 1


def _list(grid: Grid, fields: Sequence[Field]) -> None:
    """Every name in full, with sheet and cell, right of what prints."""
    grid.label(TITLE_ROW, LIST, ALL_NAMES, "hint", cols=len(LIST_WIDTHS))
    for n, head in enumerate(("名称", "工作表", "单元格")):
        grid.label(TITLE_ROW + 1, LIST + n, head, "head")
    for row, field in enumerate(fields, start=TITLE_ROW + 2):
        title, r, c = grid.places.fields[field.id]
        grid.label(row, LIST, f"【{field.name}】", "small_cell")
        grid.label(row, LIST + 1, title, "small_cell")
        grid.link(row, LIST + 2, a1(r, c), target(title, r, c))
