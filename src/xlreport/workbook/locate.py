"""Which returned sheet is which, and where each field of the plan stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import CellRef
from xlreport.workbook.plan import a1
from xlreport.workbook.returned import ReturnedCell, ReturnedSheet
from xlreport.workbook.shift import Shift, shift_of

if TYPE_CHECKING:
    from xlreport.workbook.plan import Plan, Sheet
    from xlreport.workbook.returned import ReturnedWorkbook

#: The least share of a sheet's labels that must agree before its cells are trusted without their names.
TRUSTED = 0.5

#: The least share of a sheet's labels by which it is recognised under another title.
_ALIKE = 0.5

#: The share by which a sheet is taken for its own title's without a look at the others.
_CERTAIN = 0.9


class Spot(msgspec.Struct, frozen=True):
    """One cell of the returned workbook."""

    sheet: ReturnedSheet
    row: int
    col: int

    @property
    def cell(self) -> ReturnedCell:
        return self.sheet.at(self.row, self.col)

    def ref(self, field: str | None = None) -> CellRef:
        return CellRef(field=field, sheet=self.sheet.title, address=a1(self.row, self.col))

    def __str__(self) -> str:
        return self.sheet.cell_name(self.row, self.col)


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """The returned workbook laid against its plan.

    `sheets` and `shifts` by the plan's titles. `spots` holds every named cell of the plan that was found, by name;
    `lost` the names that point nowhere though their cell was found by its place; `astray` those that point elsewhere,
    with the spot they point to.
    """

    sheets: dict[str, ReturnedSheet]
    shifts: dict[str, Shift]
    spots: dict[str, Spot]
    lost: frozenset[str]
    astray: dict[str, Spot]

    def spot(self, title: str, row: int, col: int) -> Spot | None:
        """Where a cell of the plan stands now."""
        sheet = self.sheets.get(title)
        now = self.shifts[title].now(row, col) if sheet else None
        return Spot(sheet, *now) if sheet and now else None


def locate(plan: Plan, returned: ReturnedWorkbook) -> Located:
    """Find sheets by title, names and labels; cells by their names and, held against them, the labels around."""
    targets = _targets(plan, returned)
    sheets = _match_sheets(plan, returned, targets)
    shifts: dict[str, Shift] = {}
    for sheet in plan.sheets:
        found = sheets.get(sheet.title)
        if found is None:
            continue
        named = {
            (cell.row, cell.col): (target.row, target.col)
            for cell in sheet.cells
            if cell.name and (target := targets.get(cell.name)) and target.sheet is found
        }
        shifts[sheet.title] = shift_of(sheet, found, named)
    spots: dict[str, Spot] = {}
    lost: set[str] = set()
    astray: dict[str, Spot] = {}
    for name, (sheet, cell) in plan.names.items():
        found = sheets.get(sheet.title)
        target = targets.get(name)
        now = shifts[sheet.title].now(cell.row, cell.col) if found else None
        by_place = Spot(found, *now) if found and now else None
        if by_place is None:
            # The row was not found again by its labels: the name alone leads there, if it stays on the sheet.
            if target is not None and target.sheet is found:
                spots[name] = target
        elif target == by_place:
            spots[name] = by_place
        elif target is not None:
            spots[name] = by_place
            astray[name] = target
        elif shifts[sheet.title].matched >= TRUSTED:
            spots[name] = by_place
            lost.add(name)
    return Located(sheets=sheets, shifts=shifts, spots=spots, lost=frozenset(lost), astray=astray)


def _targets(plan: Plan, returned: ReturnedWorkbook) -> dict[str, Spot]:
    """The cells that the plan's names point to, where they point to one."""
    spots = {}
    for name in plan.names:
        target = returned.names.get(name.casefold())
        if target is None or target.sheet is None or target.row is None or target.col is None:
            continue
        sheet = returned.by_title.get(target.sheet.casefold())
        if sheet is not None:
            spots[name] = Spot(sheet, target.row, target.col)
    return spots


def _match_sheets(plan: Plan, returned: ReturnedWorkbook, targets: dict[str, Spot]) -> dict[str, ReturnedSheet]:
    """Sheets under their own title where their content agrees; then any other with most in common."""
    found: dict[str, ReturnedSheet] = {}
    free = {id(sheet): sheet for sheet in returned.sheets}
    for certain in (True, False):
        for sheet in plan.sheets:
            same = returned.by_title.get(sheet.title.casefold())
            if sheet.title in found or same is None or id(same) not in free:
                continue
            likeness = _likeness(sheet, same, targets)
            if likeness < _CERTAIN and not certain:
                likeness -= max(_likeness(sheet, each, targets) for each in free.values()) - _ALIKE
            if likeness >= (_CERTAIN if certain else _ALIKE):
                found[sheet.title] = free.pop(id(same))
    for sheet in plan.sheets:
        if sheet.title in found or not free:
            continue
        likeness, best = max(((_likeness(sheet, each, targets), each) for each in free.values()), key=lambda it: it[0])
        if likeness >= _ALIKE:
            found[sheet.title] = free.pop(id(best))
    return found


def _likeness(sheet: Sheet, other: ReturnedSheet, targets: dict[str, Spot]) -> float:
    """How much of a plan's sheet is on a returned one: labels found anywhere on it, or names that point there."""
    labels = set(sheet.labels.values())
    by_labels = len(labels & other.text_set) / len(labels) if labels else 0.0
    if by_labels == 1:
        return by_labels
    names = [cell.name for cell in sheet.cells if cell.name]
    by_names = sum(name in targets and targets[name].sheet is other for name in names) / len(names) if names else 0.0
    return max(by_labels, by_names)
