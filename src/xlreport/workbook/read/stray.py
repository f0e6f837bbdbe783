"""What stands on a returned sheet outside the cells that are read: it would be lost silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.workbook.layout.sheets import META_SHEET
from xlreport.workbook.read.align import FoundCell
from xlreport.workbook.read.clean import quote
from xlreport.workbook.read.damage import hidden_by_merges
from xlreport.workbook.read.laid_over import laid_over, named_cells
from xlreport.workbook.read.remarks import cells_text
from xlreport.workbook.read.returned import LAST_YEAR_SHEET, MARKED_SHEET

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from xlreport.finding import Finding, Level
    from xlreport.workbook.layout.plan import Plan, Sheet
    from xlreport.workbook.read.align import Alignment
    from xlreport.workbook.read.returned import ReturnedSheet, ReturnedWorkbook


def stray(sheet: Sheet, returned: ReturnedSheet, located: Alignment) -> Iterator[Finding]:
    """What stands outside the cells that the plan uses: an error under a merged figure, a note elsewhere."""
    if sheet.hidden:
        return
    used = set()
    covered: set[tuple[int, int]] = set()
    for cell in sheet.cells:
        now = located.shifts[sheet.title].now(cell.row, cell.col)
        if now and cell.field:
            covered.update((now[0], now[1] + n) for n in range(1, cell.cols))
        if now and (cell.role != "label" or cell.text):
            used.add(now)
    spots = _outside(returned, used)
    yield from _told([spot for spot in spots if (spot.row, spot.col) in covered], "是合并格里多余的部分", "error")
    yield from _told([spot for spot in spots if (spot.row, spot.col) not in covered], "不是填写的地方", "note")


def _outside(returned: ReturnedSheet, used: Container[tuple[int, int]]) -> list[FoundCell]:
    return [
        FoundCell(returned, *where)
        for where, cell in sorted(returned.cells.items())
        if where not in used and (cell.formula is not None or cell.text.strip())
    ]


def _told(spots: Sequence[FoundCell], where: str, level: Level) -> Iterator[Finding]:
    if not spots:
        return
    first = spots[0].cell.text
    yield kinds.STRAY.finding(
        f"{cells_text(spots)}{where}，里面的内容（“{quote(first)}”{'等' if len(spots) > 1 else ''}）不会进入报告，"
        "请把它移到该填的单元格，或删除。",
        [spot.ref() for spot in spots],
        level=level,
        actual=first,
    )


def beside_names(plan: Plan, returned: ReturnedWorkbook, located: Alignment) -> Iterator[Finding]:
    """A workbook whose fixed texts nobody knows: what is filled in where no name leads to, and what hides what is read.

    Staff can type in unlocked cells; whether a text in a locked one is the template's cannot be told.
    """
    yield from hidden_by_merges(plan, located)
    for sheet in returned.sheets:
        if sheet.title in (META_SHEET, MARKED_SHEET, LAST_YEAR_SHEET):
            continue
        cells = [*named_cells(plan, sheet, located)]
        used = {(spot.row, spot.col) for _, spot in cells}
        filled = [spot for spot in _outside(sheet, used) if spot.cell.unlocked]
        yield from _told(filled, "在现行模板里没有对应的地方", "note")
        yield from laid_over(plan.form, sheet, cells)
