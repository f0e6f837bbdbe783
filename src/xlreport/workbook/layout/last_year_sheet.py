"""The sheet 上年文字: last year's prose beside this year's workbook, to look at; locked, and no part of what is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.canvas import MAX_HEIGHT, Grid, lines_needed
from xlreport.workbook.layout.plan import Sheet
from xlreport.workbook.layout.positions import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.forms.model import Form

HINT = "上年报告里的文字，只供查看，不会进入今年的报告。请按今年的情况重写，不要照抄；今年的文字填在各部分的黄色格里。"

WIDTHS = {0: 22.0, 1: 96.0}
LINE_HEIGHT = 16.0


def last_year_sheet(form: Form, texts: Mapping[str, str], title: str) -> Sheet | None:
    """A row a paragraph, beside the name of its field; None where there is no text of a field that the form has."""
    grid = Grid(title, Places(rulebook(form)), WIDTHS)
    grid.head("上年文字（只供查看）", HINT, 2)
    grid.row = 3
    for field in form.prose:
        for n, line in enumerate(filter(str.strip, texts.get(field.id, "").split("\n"))):
            grid.label(grid.row, 0, "" if n else field.name, "name")
            grid.label(grid.row, 1, line, "cell")
            grid.heights[grid.row] = min(MAX_HEIGHT, lines_needed(line, WIDTHS[1] - 1) * LINE_HEIGHT + 4)
            grid.row += 1
    if grid.row == 3:
        return None
    return Sheet(
        title=title,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, 1),
        freeze=(3, 1),
    )
