"""The first sheet, 填表说明: how to fill in, and what stands where, with a link to each sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.workbook.addresses import target
from xlreport.workbook.layout.canvas import Grid
from xlreport.workbook.layout.plan import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.forms.model import Form
    from xlreport.workbook.layout.positions import Places

GUIDE_SHEET = "填表说明"

WIDTHS = {0: 37.0, 1: 63.0}
COLUMNS = len(WIDTHS)


def guide_sheet(form: Form, places: Places, others: Sequence[tuple[str, str]]) -> Sheet:
    """The guide, and a link to each sheet; `others` are those that are no section, with what they hold."""
    grid = Grid(GUIDE_SHEET, places, WIDTHS)
    grid.label(0, 0, f"{form.title}填报工作簿", "title", cols=COLUMNS)
    grid.heights[0] = 30.0
    grid.label(1, 0, f"适用年度：{form.years_text()}　依据：{form.basis}", "hint", cols=COLUMNS)
    grid.row = 3
    for text in form.guide:
        grid.label(grid.row, 0, text, "guide", cols=COLUMNS)
        grid.fit(grid.row, text, grid.width(0, COLUMNS) - 2, 19.0)
        grid.row += 1
    grid.row += 1
    _sheets(grid, [*((section.sheet, section.title) for section in form.sections), *others])
    return Sheet(
        title=GUIDE_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, COLUMNS - 1),
        fit=(1, 1),
    )


def _sheets(grid: Grid, sheets: Sequence[tuple[str, str]]) -> None:
    grid.label(grid.row, 0, "工作表（点击前往）", "head")
    grid.label(grid.row, 1, "内容", "head")
    for sheet, content in sheets:
        grid.row += 1
        grid.link(grid.row, 0, sheet, target(sheet))
        grid.label(grid.row, 1, content, "cell")
    grid.row += 1
