"""The first sheet, 填表说明: whose report it is and when it is due, how to fill in, how far each sheet is, with links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.workbook.addresses import target
from xlreport.workbook.layout.canvas import Grid
from xlreport.workbook.layout.dated import YEAR, show_text
from xlreport.workbook.layout.plan import Sheet
from xlreport.workbook.layout.positions import CHECK_SHEET, GUIDE_SHEET
from xlreport.workbook.layout.progress import Filled, Progress
from xlreport.workbook.layout.sheet_states import Held, SheetState, StateOfAll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.forms.model import Form
    from xlreport.workbook.layout.positions import Places

WIDTHS = {0: 20.0, 1: 46.0, 2: 15.0, 3: 31.0}
SHEET, CONTENT, FILLED, STATE = range(4)
COLUMNS = len(WIDTHS)

NOT_YET = "（填写报告年度后显示）"


def guide_sheet(form: Form, places: Places, others: Sequence[tuple[str, str]]) -> Sheet:
    """The guide; `others` are the sheets that are neither a section nor 校验, with what they hold."""
    grid = Grid(GUIDE_SHEET, places, WIDTHS)
    grid.label(0, 0, f"{form.title}填报工作簿", "title", cols=COLUMNS)
    grid.heights[0] = 30.0
    grid.label(1, 0, f"适用年度：{form.years_text()}　依据：{form.basis}", "hint", cols=COLUMNS)
    grid.row = 2
    for text, id_ in (("单位名称", "unit.name"), ("报告年度", YEAR)):
        if id_ in form.fields:
            _fact(grid, text)
            grid.show(grid.row, CONTENT, Held(id_), "fact", cols=COLUMNS - 1)
            grid.row += 1
    if form.deadline:
        _fact(grid, "报送期限")
        show_text(grid, grid.row, CONTENT, form.deadline, "fact", NOT_YET, cols=COLUMNS - 1)
        grid.row += 1
    grid.row += 1
    for text in form.guide:
        grid.label(grid.row, 0, text, "guide", cols=COLUMNS)
        grid.fit(grid.row, text, grid.width(0, COLUMNS) - 2, 18.0)
        grid.row += 1
    grid.row += 1
    _sheets(grid, form, others)
    return Sheet(
        title=GUIDE_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, COLUMNS - 1),
        tab="guide",
        fit=(1, 1),
        flags=tuple(grid.flags),
    )


def _fact(grid: Grid, text: str) -> None:
    grid.label(grid.row, 0, text, "name")
    grid.heights[grid.row] = 19.0


def _sheets(grid: Grid, form: Form, others: Sequence[tuple[str, str]]) -> None:
    for col, head in enumerate(("工作表（点击前往）", "内容", "已填", "情况")):
        grid.label(grid.row, col, head, "head")
    grid.row += 1
    first = grid.row
    for section in form.sections:
        ids = tuple(id_ for id_, field in form.fields.items() if field.section == section.key)
        ids = tuple(id_ for id_ in ids if form.fields[id_].role == "input" and not form.fields[id_].beside)
        _line(grid, section.sheet, section.title)
        grid.show(grid.row, FILLED, Filled(ids), "figure")
        required = tuple(id_ for id_ in ids if form.fields[id_].required)
        grid.show(grid.row, STATE, SheetState(ids, required, _live(grid, section.sheet)), "cell")
        grid.row += 1
    for sheet, content in others:
        _line(grid, sheet, content)
        grid.label(grid.row, FILLED, "", "cell")
        grid.label(grid.row, STATE, "", "cell")
        grid.row += 1
    _line(grid, CHECK_SHEET, "勾稽关系，还有什么要改")
    grid.show(grid.row, FILLED, Progress(), "figure")
    grid.show(grid.row, STATE, StateOfAll(), "cell")
    grid.row += 1
    grid.flag((first, STATE, grid.row - 1, STATE), f"{chr(65 + STATE)}{first + 1}")


def _line(grid: Grid, sheet: str, content: str) -> None:
    grid.link(grid.row, SHEET, sheet, target(sheet))
    grid.label(grid.row, CONTENT, content, "cell")


def _live(grid: Grid, sheet: str) -> tuple[int, ...]:
    """The live rows of 校验, from 0, whose links lead to a sheet."""
    book = grid.places.book
    leads = [*(field.id for field in book.form.required), *(check.operands[0] for check in book.checks)]
    return tuple(n for n, id_ in enumerate(leads) if grid.places.fields[id_][0] == sheet)
