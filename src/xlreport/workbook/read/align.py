"""Which returned sheet is which, and where each field of the plan stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import CellRef
from xlreport.workbook.layout.plan import a1
from xlreport.workbook.read.moved_lines import Shift, shift_of
from xlreport.workbook.read.returned import BLANK, ReturnedCell, ReturnedSheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.workbook.layout.plan import Plan, Sheet
    from xlreport.workbook.read.returned import ReturnedWorkbook

#: The least share of a sheet's labels that must agree before its cells are trusted without their names.
TRUSTED = 0.5

#: The least likeness by which a sheet is recognised under another title.
_ALIKE = 0.4

#: Rows below a prose cell that are looked at for its paragraphs where only names tell.
MOST_PARAGRAPHS = 100

#: The share of labels by which a sheet is taken for its own title's without a look at the others.
_CERTAIN = 0.9


class FoundCell(msgspec.Struct, frozen=True):
    """One cell of the returned workbook."""

    sheet: ReturnedSheet
    row: int
    col: int

    @property
    def cell(self) -> ReturnedCell:
        return self.sheet.at(self.row, self.col)

    @property
    def address(self) -> str:
        return a1(self.row, self.col)

    def ref(self, field: str | None = None) -> CellRef:
        return CellRef(field=field, sheet=self.sheet.title, address=a1(self.row, self.col))

    def __str__(self) -> str:
        return self.sheet.cell_name(self.row, self.col)


class Alignment(msgspec.Struct, frozen=True, kw_only=True):
    """The returned workbook laid against its plan.

    `sheets` and `shifts` by the plan's titles. `spots` holds every named cell of the plan that was found, by name;
    `lost` the names that point nowhere though their cell was found by its place; `astray` those that point elsewhere,
    with the spot they point to; `paragraphs` the cells below a prose field's own that are filled, by field id.
    """

    sheets: dict[str, ReturnedSheet]
    shifts: dict[str, Shift]
    spots: dict[str, FoundCell]
    lost: frozenset[str]
    astray: dict[str, FoundCell]
    paragraphs: dict[str, tuple[FoundCell, ...]]

    def fits(self, plan: Plan) -> bool:
        """Whether every sheet, row, column and name is where the plan has it."""
        moved = any(shift.moved for shift in self.shifts.values())
        # An earlier layout's _meta has fewer keys.
        names = [name for name in plan.names if not name.startswith("meta.")]
        missing = len(self.sheets) < len(plan.sheets) or any(name not in self.spots for name in names)
        return not (moved or missing or self.astray or any(not name.startswith("meta.") for name in self.lost))

    def spot(self, title: str, row: int, col: int) -> FoundCell | None:
        """Where a cell of the plan stands now."""
        sheet = self.sheets.get(title)
        now = self.shifts[title].now(row, col) if sheet else None
        return FoundCell(sheet, *now) if sheet and now else None


def align(plan: Plan, returned: ReturnedWorkbook, *, by_names: bool = False) -> Alignment:
    """Find sheets by title, names and labels; cells by their names and, held against them, the labels around.

    With `by_names` a name is believed wherever it points: for workbooks of another template version, whose cells stand
    elsewhere.
    """
    targets = _targets(plan, returned)
    sheets = _match_sheets(plan, returned, targets)
    shifts: dict[str, Shift] = {}
    for sheet in plan.sheets:
        returned_sheet = sheets.get(sheet.title)
        if returned_sheet is None:
            continue
        named = {
            (cell.row, cell.col): (target.row, target.col)
            for cell in sheet.cells
            if cell.name and (target := targets.get(cell.name)) and target.sheet is returned_sheet
        }
        shifts[sheet.title] = shift_of(sheet, returned_sheet, named)
    spots: dict[str, FoundCell] = {}
    lost: set[str] = set()
    astray: dict[str, FoundCell] = {}
    for name, (sheet, cell) in plan.names.items():
        returned_sheet = sheets.get(sheet.title)
        target = targets.get(name)
        now = shifts[sheet.title].now(cell.row, cell.col) if returned_sheet else None
        by_place = FoundCell(returned_sheet, *now) if returned_sheet and now else None
        if by_names:  # another cell may stand in its place
            if target is not None:
                spots[name] = target
        elif by_place is None:
            # The row was not found again by its labels: the name alone leads there, if it stays on the sheet.
            if target is not None and target.sheet is returned_sheet:
                spots[name] = target
        elif target == by_place:
            spots[name] = by_place
        elif target is not None:
            spots[name] = by_place
            astray[name] = target
        elif shifts[sheet.title].matched >= TRUSTED:
            spots[name] = by_place
            lost.add(name)
    placed = Alignment(sheets=sheets, shifts=shifts, spots=spots, lost=frozenset(lost), astray=astray, paragraphs={})
    below = paragraphs_under(spots, plan) if by_names else _paragraphs(plan, placed)
    return msgspec.structs.replace(placed, paragraphs={field: cells for field, cells in below if cells})


def _paragraphs(plan: Plan, located: Alignment) -> Iterator[tuple[str, tuple[FoundCell, ...]]]:
    """The filled cells that the plan has for further paragraphs."""
    for field, cells in plan.paragraphs.items():
        title = plan.fields[field][0].title
        spots = (located.spot(title, cell.row, cell.col) for cell in cells)
        yield field, tuple(spot for spot in spots if spot and spot.cell is not BLANK)


def paragraphs_under(spots: Mapping[str, FoundCell], plan: Plan) -> Iterator[tuple[str, tuple[FoundCell, ...]]]:
    """Where only names tell: the filled cells under a prose field's, down to the next row that begins with a label."""
    for field in plan.paragraphs:
        if (spot := spots.get(field)) is None:
            continue
        sheet, below = spot.sheet, []
        for row in range(spot.row + 1, spot.row + 1 + MOST_PARAGRAPHS):
            if (row, 0) in sheet.texts:
                break
            if (cell := FoundCell(sheet, row, spot.col)).cell is not BLANK:
                below.append(cell)
        yield field, tuple(below)


def _targets(plan: Plan, returned: ReturnedWorkbook) -> dict[str, FoundCell]:
    """The cells that the plan's names point to, where they point to one."""
    spots = {}
    for name in plan.names:
        target = returned.names.get(name.casefold())
        if target is None or target.sheet is None or target.row is None or target.col is None:
            continue
        sheet = returned.by_title.get(target.sheet.casefold())
        if sheet is not None:
            spots[name] = FoundCell(sheet, target.row, target.col)
    return spots


def _match_sheets(plan: Plan, returned: ReturnedWorkbook, targets: dict[str, FoundCell]) -> dict[str, ReturnedSheet]:
    """Sheets under their own title where their labels agree; then any other with most in common; then the title alone."""
    matched: dict[str, ReturnedSheet] = {}
    free = {id(sheet): sheet for sheet in returned.sheets}
    same = {sheet.title: returned.by_title.get(sheet.title.casefold()) for sheet in plan.sheets}
    for title, other in same.items():
        if other is not None and _by_labels(plan.by_title[title], other) >= _CERTAIN:
            matched[title] = free.pop(id(other))
    for sheet in plan.sheets:
        if sheet.title in matched or not free:
            continue
        likeness, best = max(((_likeness(sheet, each, targets), each) for each in free.values()), key=lambda it: it[0])
        if likeness >= _ALIKE:
            matched[sheet.title] = free.pop(id(best))
    for title, other in same.items():
        if title not in matched and other is not None and id(other) in free:
            matched[title] = free.pop(id(other))
    return matched


def _by_labels(sheet: Sheet, other: ReturnedSheet) -> float:
    """The share of a plan's labels that stand anywhere on a returned sheet."""
    labels = set(sheet.labels.values())
    return len(labels & other.text_set) / len(labels) if labels else 0.0


def _likeness(sheet: Sheet, other: ReturnedSheet, targets: dict[str, FoundCell]) -> float:
    """Labels found, and, half as much worth, names that point there."""
    names = [cell.name for cell in sheet.cells if cell.name]
    by_names = sum(name in targets and targets[name].sheet is other for name in names) / len(names) if names else 0.0
    return _by_labels(sheet, other) + by_names / 2
