"""The sheet 上年文字: last year's prose beside this year's workbook, to look at; locked, and no part of what is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.canvas import MAX_HEIGHT, TITLE_ROW, Grid, lines_needed
from xlreport.workbook.layout.plan import Sheet
from xlreport.workbook.layout.positions import Places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.forms.model import Form

HINT = "上年报告里的文字，只供查看，不会进入今年的报告。请按今年的情况重写，不要照抄；今年的文字填在各部分的黄色格里。"

WIDTHS = {0: 22.0, 1: 96.0}
LINE_HEIGHT = 16.0

DROPPED = "没有带过来的：上年填了、今年的表样里没有的项目，和不能带过来的上年数（只供查看）"


def last_year_sheet(
    form: Form, texts: Mapping[str, str], title: str, dropped: Sequence[tuple[str, str]] = ()
) -> Sheet | None:
    """A row a paragraph, beside the name of its field; below them name and text of what the form has no place for.

    None where there is neither.
    """
    grid = Grid(title, Places(rulebook(form)), WIDTHS)
    grid.head("上年文字（只供查看）", HINT, 2)
    grid.row = 3
    for field in form.prose:
        _paragraphs(grid, field.name, texts.get(field.id, ""))
    if dropped:
        grid.label(grid.row, 0, DROPPED, "hint", cols=2)
        grid.fit(grid.row, DROPPED, grid.width(0, 2), 18.0)
        grid.row += 1
    for name, text in dropped:
        _paragraphs(grid, name, text)
    if grid.row == 3:
        return None
    return Sheet(
        title=title,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(TITLE_ROW, 0, grid.row - 1, 1),
        freeze=(3, 1),
        tab="beside",
    )


def _paragraphs(grid: Grid, name: str, text: str) -> None:
    """A row a paragraph; the name stands beside the first."""
    for n, line in enumerate(filter(str.strip, text.split("\n"))):
        grid.label(grid.row, 0, "" if n else name, "name")
        grid.label(grid.row, 1, line, "cell")
        height = max(lines_needed(line, WIDTHS[1] - 1), lines_needed(name, WIDTHS[0] - 1)) * LINE_HEIGHT + 4
        grid.heights[grid.row] = min(MAX_HEIGHT, height)
        grid.row += 1
