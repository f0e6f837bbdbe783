"""What came back against what was sent out: every damage named, with sheet and cell and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.finding import CellRef
from xlreport.workbook.layout.sheets import template_version
from xlreport.workbook.read.align import Alignment, FoundCell, align
from xlreport.workbook.read.clean import quote
from xlreport.workbook.read.damage import (
    UNLIMITED,
    UNLOCKED,
    changed_finding,
    hidden_by_merges,
    lacking,
    sheet_findings,
    structure_findings,
    template_finding,
)
from xlreport.workbook.read.laid_over import laid_over, seen_cells
from xlreport.workbook.read.remarks import NAMED, Cause, cells_text, over_sheets
from xlreport.workbook.read.same_formula import normal, normal_in_place
from xlreport.workbook.read.stray import beside_names, stray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.plan import Cell, Plan, Sheet
    from xlreport.workbook.read.recognise import Recognised
    from xlreport.workbook.read.returned import ReturnedSheet, ReturnedWorkbook

#: Characters that a formula may have in Excel, with room for other ways of writing it.
LONGEST_FORMULA = 2 * 8192

#: Cells with a locked formula that is no field's.
_OTHER_FORMULAS = frozenset({"formula", "verdict", "preview"})

_EDITED = Cause(kinds.LABEL_EDITED, "的固定文字被改动或删除，仍按原来的含义读取，请恢复原文，或用新领的工作簿重填。")
_REPLACED = Cause(
    kinds.FORMULA_REPLACED,
    "的公式被改动或删除，报告不受影响，但表中显示的不再可靠，请恢复公式，或用新领的工作簿重填。",
)
_ASTRAY = Cause(
    kinds.NAME_MOVED,
    "的名称指向了别处，行列或单元格可能被移动过，填的数字对应哪一项不能确定，请撤销移动，或用新领的工作簿重填。",
)
_LOST = Cause(kinds.NAME_LOST, "的名称丢失，已按表样中的位置读取，请核对这些单元格，或用新领的工作簿重填。")
_UNREAD = Cause(kinds.NAME_LOST, "的名称丢失，周围的文字也对不上，读不出来，请用新领的工作簿重填。", "error")
_CAUSES = (UNLOCKED, UNLIMITED, _EDITED, _REPLACED, _ASTRAY, _LOST, _UNREAD)


class Comparison(msgspec.Struct, frozen=True):
    """The damages as findings, and what stands in computed cells whose formula is gone, by field id."""

    findings: tuple[Finding, ...]
    typed_over: dict[str, Value]


def compare(plan: Plan, returned: ReturnedWorkbook, recognised: Recognised) -> tuple[Alignment, Comparison]:
    """Hold every cell, sheet and name of the returned workbook against the plan.

    A workbook of another form, or of another template version whose cells stand elsewhere, is read by its names alone:
    an error says so, and its formulas are at most looked for, not compared.
    """
    located = align(plan, returned)
    version, current = recognised.meta.template_version, template_version(plan.form)
    if recognised.other:
        located = align(plan, returned, by_names=True)
        return located, Comparison(tuple(structure_findings(plan, returned, located, recognised)), {})
    older = version not in (None, current)
    if (older or recognised.changed) and not located.fits(plan):
        located = align(plan, returned, by_names=True)
        missing = lacking(plan, located)
        apart = template_finding(version or "", current, missing, fits=False) if older else changed_finding(missing)
        findings = over_sheets([apart, *beside_names(plan, returned, located)], _CAUSES)
        return located, Comparison(tuple(findings), dict(_without_formula(plan, located)))
    findings = [*structure_findings(plan, returned, located, recognised)]
    if recognised.changed:
        findings.extend(beside_names(plan, returned, located))
    else:
        findings.extend(hidden_by_merges(plan, located))
    typed_over: dict[str, Value] = {}
    place = _places_before(located)
    # Where rows or sheets are gone, the formulas over them are broken too: one finding says it.
    gone = len(located.sheets) < len(plan.sheets) or any(
        shift.rows.lost or shift.columns.lost for shift in located.shifts.values()
    )
    for sheet in plan.sheets:
        returned_sheet = located.sheets.get(sheet.title)
        if returned_sheet is None:
            continue
        findings.extend(sheet_findings(plan, sheet, returned_sheet, located))
        findings.extend(_names(plan, sheet, located))
        if recognised.changed:  # what differs may be the definition's doing: only what is gone can be told
            findings.extend(_formulas(sheet, returned_sheet, located, None, typed_over, gone=gone, older=True))
            continue
        findings.extend(_labels(sheet, returned_sheet, located))
        findings.extend(_formulas(sheet, returned_sheet, located, place, typed_over, gone=gone, older=older))
        findings.extend(stray(sheet, returned_sheet, located))
        findings.extend(laid_over(plan.form, returned_sheet, seen_cells(sheet, located)))
    return located, Comparison(tuple(over_sheets(findings, _CAUSES)), typed_over)


def _without_formula(plan: Plan, located: Alignment) -> Iterator[tuple[str, Value]]:
    """Computed cells that hold no formula at all, with what stands in them."""
    for field in plan.form.computed:
        spot = located.spots.get(field.id)
        if spot is not None and spot.cell.formula is None:
            yield field.id, spot.cell.value


def refs(spots: Sequence[FoundCell]) -> list[CellRef]:
    return [spot.ref() for spot in spots]


# Labels


def _labels(sheet: Sheet, returned: ReturnedSheet, located: Alignment) -> Iterator[Finding]:
    """Fixed texts that were edited. Another label's text in place of one is no edit: rows were sorted or swapped."""
    if sheet.hidden:
        return
    wanted_at = sheet.labels
    if not located.shifts[sheet.title].moved and all(returned.texts.get(at) == text for at, text in wanted_at.items()):
        return
    others = set(wanted_at.values())
    edited: list[tuple[Cell, FoundCell]] = []
    for cell in sheet.cells:
        wanted = wanted_at.get((cell.row, cell.col))
        spot = located.spot(sheet.title, cell.row, cell.col)
        if not wanted or spot is None or (actual := returned.texts.get((spot.row, spot.col), "")) == wanted:
            continue
        if actual in others:
            yield kinds.ROW_MOVED.finding(
                f"{spot}的文字应为“{quote(cell.text)}”，现在是另一处的“{quote(spot.cell.text)}”，行或列可能被排序或互换，"
                "数字对应哪一项不能确定，请撤销排序，或用新领的工作簿重填。",
                [spot.ref()],
                expected=cell.text,
                actual=spot.cell.text,
            )
        else:
            edited.append((cell, spot))
    if len(edited) > NAMED:
        spots = [spot for _, spot in edited]
        yield _EDITED.finding(cells_text(spots), refs(spots))
        return
    for cell, spot in edited:
        seen = spot.cell.text
        what = f"被改成了“{quote(seen)}”" if seen else "被删除了"
        message = f"{spot}的文字“{quote(cell.text)}”{what}，仍按原来的含义读取，请改回原文。"
        yield kinds.LABEL_EDITED.finding(message, [spot.ref()], expected=cell.text, actual=seen or None)


# Formulas


def _places_before(located: Alignment) -> Callable[[str, int, int], tuple[str, int, int] | None]:
    """From a cell as it stands now to its place in the plan."""
    titles = {returned.title.casefold(): title for title, returned in located.sheets.items()}
    rows = {title: shift.rows.before() for title, shift in located.shifts.items()}
    columns = {title: shift.columns.before() for title, shift in located.shifts.items()}

    def place(title: str, row: int, col: int) -> tuple[str, int, int] | None:
        home = titles.get(title.casefold())
        if home is None:
            return None
        before = rows[home].get(row), columns[home].get(col)
        return None if before[0] is None or before[1] is None else (home, before[0], before[1])

    return place


def _formulas(
    sheet: Sheet,
    returned: ReturnedSheet,
    located: Alignment,
    place: Callable[[str, int, int], tuple[str, int, int] | None] | None,
    typed_over: dict[str, Value],
    *,
    gone: bool,
    older: bool,
) -> Iterator[Finding]:
    """Formulas replaced, typed over or deleted: one finding for each field, one for a sheet's other formulas.

    In a workbook of an `older` template another formula that is no field's is that template's own; where `place` is None,
    so is every formula.
    """
    still = not any(shift.moved for shift in located.shifts.values()) and all(
        title == other.title for title, other in located.sheets.items()
    )
    others: list[FoundCell] = []
    for cell in sheet.cells:
        spot = located.spot(sheet.title, cell.row, cell.col)
        if not cell.formula or spot is None:
            continue
        formula = spot.cell.formula
        if formula is not None and (
            place is None
            or formula == cell.formula
            or (
                len(formula) <= LONGEST_FORMULA
                and (
                    normal_in_place(formula, returned.title, sheet.title)
                    if still
                    else normal(formula, returned.title, sheet.title, place)
                )
                == normal_in_place(cell.formula, sheet.title, sheet.title)
            )
        ):
            continue
        if cell.field:
            if cell.field in located.spots:  # else its loss is an error of its own
                typed_over[cell.field] = spot.cell.value
        elif older and formula is not None:
            continue
        elif cell.role in _OTHER_FORMULAS and not (gone and "#REF!" in (formula or "")):
            others.append(spot)
    if others:
        yield _REPLACED.finding(cells_text(others), refs(others))


# Names


def _names(plan: Plan, sheet: Sheet, located: Alignment) -> Iterator[Finding]:
    """Names that are lost though their cells are found, and names that point elsewhere."""
    lost: list[FoundCell] = []
    astray: list[Cell] = []
    unread: list[Cell] = []
    for cell in sheet.cells:
        if not cell.name or cell.name.startswith(("meta.", "verdict.", "check.")):
            continue
        if cell.name in located.astray:
            astray.append(cell)
        elif cell.name in located.lost:
            lost.append(located.spots[cell.name])
        elif cell.name not in located.spots and located.spot(sheet.title, cell.row, cell.col):
            unread.append(cell)
    if len(astray) > NAMED:
        spots = [located.spots[cell.name or ""] for cell in astray]
        yield _ASTRAY.finding(
            cells_text(spots), [spot.ref(cell.field) for cell, spot in zip(astray, spots, strict=True)]
        )
    else:
        yield from (_astray(plan, cell, located) for cell in astray)
    if lost:
        yield _LOST.finding(cells_text(lost), refs(lost))
    if unread:
        title = located.sheets[sheet.title].title
        what = "、".join(_what(plan, cell) for cell in unread[:NAMED])
        yield _UNREAD.finding(
            f"“{title}”里{what}{f'等{len(unread)}个单元格' if len(unread) > NAMED else ''}",
            [CellRef(field=cell.field, sheet=title) for cell in unread],
        )


def _what(plan: Plan, cell: Cell) -> str:
    field = plan.form.fields.get(cell.field or "")
    return f"“{field.name}”" if field else cell.name or ""


def _astray(plan: Plan, cell: Cell, located: Alignment) -> Finding:
    name = cell.name or ""
    here, there = located.spots[name], located.astray[name]
    field = plan.form.fields.get(cell.field or "")
    what = f"（{field.name}）" if field else ""
    return kinds.NAME_MOVED.finding(
        f"{here}{what}的名称指向了{there}，单元格可能被剪切粘贴过，填的数字对应哪一项不能确定，"
        "请撤销剪切粘贴，或用新领的工作簿重填。",
        [here.ref(cell.field), there.ref()],
    )
