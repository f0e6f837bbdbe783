"""The sheet 上年数和控制数: what may be left blank, apart from the form's own cells so that Tab does not go there.

One row a figure that has last year's value, a control total or both: this year's, last year's, the change, the control total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.forms.model import CONTROL, PRIOR
from xlreport.workbook.addresses import a1, target
from xlreport.workbook.layout.canvas import TITLE_ROW, Grid
from xlreport.workbook.layout.formulas import Change, Repeat
from xlreport.workbook.layout.marks import RowMark
from xlreport.workbook.layout.plan import Sheet
from xlreport.workbook.layout.positions import CHECK_SHEET

if TYPE_CHECKING:
    from xlreport.forms.model import Form
    from xlreport.workbook.layout.positions import Places

COMPARISON_SHEET = "上年数和控制数"

HINT = (
    "这张表可以不填，也不印在报告里。上年数：黄色的照上年的报告填，灰色的是下发时填好的，用来核对增减。"
    "控制数：手头材料上有合计的，填在这里，和自动计算的总计核对；对不上时请改正，或清空控制数。"
)
HEADS = ("工作表", "项目", "本年数", "上年数", "同比增减", "控制数", "核对")
WIDTHS = {0: 17.0, 1: 42.0, 2: 12.0, 3: 14.0, 4: 11.0, 5: 14.0, 6: 9.0}
SHEET, ITEM, NOW, THEN, CHANGE, TOTAL, MARK = range(7)

FIRST_ROW = 4
ROW_HEIGHT = 18.0


def comparison_sheet(form: Form, places: Places) -> Sheet | None:
    """The sheet; None where the form has neither last year's figures nor control totals."""
    ids = [id_ for id_ in form.fields if PRIOR + id_ in form.fields or CONTROL + id_ in form.fields]
    if not ids:
        return None
    grid = Grid(COMPARISON_SHEET, places, WIDTHS)
    grid.head("上年数和控制数（可不填）", HINT, len(HEADS), CHECK_SHEET)
    for col, head in enumerate(HEADS):
        grid.label(FIRST_ROW - 1, col, head, "head")
    grid.heights[FIRST_ROW - 1] = 22.0
    grid.row = FIRST_ROW
    for id_ in ids:
        _row(grid, form, id_)
    grid.flag((FIRST_ROW, SHEET, grid.row - 1, MARK), f"${a1(FIRST_ROW, MARK)}")
    return Sheet(
        title=COMPARISON_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(TITLE_ROW, 0, grid.row - 1, MARK),
        repeat_rows=(FIRST_ROW - 1, FIRST_ROW - 1),
        freeze=(FIRST_ROW, ITEM + 1),
        tab="beside",
        flags=tuple(grid.flags),
    )


def _row(grid: Grid, form: Form, id_: str) -> None:
    row = grid.row
    title, r, c = grid.places.fields[id_]
    grid.link(row, SHEET, title, target(title, r, c))
    grid.label(row, ITEM, form.fields[id_].name, "small_cell")
    grid.show(row, NOW, Repeat(id_), "figure")
    prior, control = form.fields.get(PRIOR + id_), form.fields.get(CONTROL + id_)
    if prior is not None:
        grid.field(prior, row, THEN)
        grid.show(row, CHANGE, Change(id_, prior.id), "change")
    else:
        grid.label(row, THEN, "", "cell")
        grid.label(row, CHANGE, "", "cell")
    if control is not None:
        grid.field(control, row, TOTAL)
    else:
        grid.label(row, TOTAL, "", "cell")
    checks = tuple(
        check
        for check in grid.places.book.checks
        if any(field is not None and field.id in check.operands for field in (prior, control))
    )
    if checks:
        grid.show(row, MARK, RowMark(checks), "state")
    else:
        grid.label(row, MARK, "", "cell")
    grid.heights[row] = ROW_HEIGHT
    grid.row += 1
