"""The sheet 填表说明: how to fill in, where what stands, and the names that may stand in prose as 【名称】."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.workbook.addresses import a1, quoted
from xlreport.workbook.grid import Grid
from xlreport.workbook.places import CHECK_SHEET, Places
from xlreport.workbook.plan import Sheet

if TYPE_CHECKING:
    from xlreport.forms.model import Form

GUIDE_SHEET = "填表说明"

NAMES_HINT = "在文字中写【名称】，生成报告时换成表中的数字，文字和表格就不会矛盾。可用的名称："


def guide_sheet(form: Form, places: Places) -> Sheet:
    """The guide, a link to each sheet, and the table of names: 名称, 工作表, 单元格."""
    grid = Grid(GUIDE_SHEET, places, {0: 46, 1: 34, 2: 12})
    grid.label(0, 0, f"{form.title}填报工作簿", "title", cols=3)
    grid.heights[0] = 30.0
    grid.label(1, 0, f"适用年度：{form.years_text()}　依据：{form.basis}", "hint", cols=3)
    grid.row = 3
    for line in form.guide:
        grid.label(grid.row, 0, line, "guide", cols=3)
        grid.fit(grid.row, line, grid.width(0, 3) - 2, 21.0)
        grid.row += 1
    grid.row += 1
    grid.label(grid.row, 0, "工作表（点击前往）", "head")
    grid.label(grid.row, 1, "内容", "head", cols=2)
    for sheet, content in [
        *((section.sheet, section.title) for section in form.sections),
        (CHECK_SHEET, "勾稽关系和填报进度"),
    ]:
        grid.row += 1
        grid.link(grid.row, 0, sheet, f"{quoted(sheet)}!A1")
        grid.label(grid.row, 1, content, "cell", cols=2)
    grid.row += 2
    grid.label(grid.row, 0, "文字中可以引用的数字", "subtitle", cols=3)
    grid.row += 1
    grid.label(grid.row, 0, NAMES_HINT, "guide", cols=3)
    grid.fit(grid.row, NAMES_HINT, grid.width(0, 3) - 2, 21.0)
    grid.row += 1
    for col, head in enumerate(("名称", "工作表", "单元格")):
        grid.label(grid.row, col, head, "head")
    heads = grid.row
    for field in form.fields.values():
        if not field.numeric or field.prior:
            continue
        grid.row += 1
        title, row, col = places.fields[field.id]
        grid.label(grid.row, 0, f"【{field.name}】", "cell")
        grid.label(grid.row, 1, title, "cell")
        grid.link(grid.row, 2, a1(row, col), f"{quoted(title)}!{a1(row, col)}")
    return Sheet(
        title=GUIDE_SHEET,
        cells=tuple(grid.cells),
        widths=grid.widths,
        heights=grid.heights,
        print_area=(0, 0, grid.row, 2),
        repeat_rows=(heads, heads),
    )
