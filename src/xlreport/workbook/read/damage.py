"""Damage to sheets and to the workbook as a whole: rows, columns, sheets, locks, and the wrong workbook altogether."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.finding import CellRef
from xlreport.workbook.layout.plan import a1, column_letters
from xlreport.workbook.layout.sheets import META_SHEET, template_version
from xlreport.workbook.layout.validation import validation
from xlreport.workbook.read.align import FoundCell
from xlreport.workbook.read.moved_lines import longest_rising
from xlreport.workbook.read.remarks import NAMED, Cause, cells_text
from xlreport.workbook.read.returned import LAST_YEAR_SHEET, MARKED_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.finding import Finding, Level
    from xlreport.finding_kinds import FindingKind
    from xlreport.forms.model import Field
    from xlreport.workbook.layout.plan import Plan, Sheet
    from xlreport.workbook.read.align import Alignment
    from xlreport.workbook.read.recognise import Recognised
    from xlreport.workbook.read.returned import ReturnedSheet, ReturnedWorkbook

_FRESH = "或用新领的工作簿重填"

#: Roles of cells that make up the report. Rows of 校验 come and go with its filter.
_REPORTED = frozenset({"input", "given", "computed", "paragraph"})


def structure_findings(
    plan: Plan, returned: ReturnedWorkbook, located: Alignment, recognised: Recognised
) -> Iterator[Finding]:
    """The workbook as a whole: form and template, sheets, the lock of the structure."""
    yield from _template(plan, located, recognised)
    yield from _sheets(plan, returned, located)
    if not returned.structure_locked:
        yield kinds.PROTECTION_GONE.finding("工作簿的结构保护被撤销，请不要增删、改名或移动工作表。")


def _template(plan: Plan, located: Alignment, recognised: Recognised) -> Iterator[Finding]:
    form, meta = plan.form, recognised.meta
    if recognised.other:
        yield kinds.OTHER_FORM.finding(
            f"这本工作簿是表样“{meta.form}”的，而现在按“{form.id}”（适用{form.years_text()}）读取，请换用该年度表样的工作簿。",
            expected=form.id,
            actual=meta.form,
        )
        return
    if meta.form is None:
        yield kinds.META_LOST.finding(
            "工作簿的内部信息（工作表 _meta）丢失，不知道它当初发给哪个单位、哪个年度，请核对单位和年度。"
        )
    if meta.template_version and meta.template_version != template_version(form):
        yield template_finding(meta.template_version, template_version(form), fits=True)
    if recognised.changed:
        yield changed_finding(lacking(plan, located))


def template_finding(version: str, current: str, missing: Sequence[Field] = (), *, fits: bool) -> Finding:
    """A workbook of another template version.

    One whose cells do not stand where this version has them is read by its names; that is an error where it is of a later
    version, or `missing` are what a report rests on: figures of tables, texts, required fields.
    """
    later = _version(version) > _version(current)
    needed = [f for f in missing if not f.beside and (f.required or f.table is not None or f.style == "prose")]
    level: Level = "error" if needed or (later and not fits) else "note"
    read = "内容已按现行位置读取" if fits else "只能按单元格名称读取，固定文字没有核对"
    if missing:
        read += f"，里面没有{_some(needed or missing, len(missing))}"
    if later:
        text = f"工作簿的模板版本 {version} 比本程序的 {current} 新，{read}，请换用新版程序。"
        return kinds.NEWER_TEMPLATE.finding(text, level=level, expected=current, actual=version)
    text = f"工作簿是旧版模板（{version}，现为 {current}），{read}，请向上级要新的工作簿，或请技术支持用 xlreport upgrade 转换。"
    return kinds.OLDER_TEMPLATE.finding(text, level=level, expected=current, actual=version)


def changed_finding(missing: Sequence[Field]) -> Finding:
    """A workbook made before its form was changed within one version; an error where it lacks a field."""
    read = f"里面没有{_some(missing, len(missing))}，其余内容已读取" if missing else "填的内容已读取"
    text = (
        f"工作簿是按改动前的表样做的，{read}，表中的公式和核对结果以本程序为准，"
        "请向上级要新的工作簿，或请技术支持用 xlreport upgrade 转换。"
    )
    cells = [CellRef(field=field.id) for field in missing]
    return kinds.OTHER_DEFINITION.finding(text, cells, level="error" if missing else "note")


def lacking(plan: Plan, located: Alignment) -> list[Field]:
    """The input fields that were not found."""
    return [field for field in plan.form.inputs if field.id not in located.spots]


def _some(fields: Sequence[Field], count: int) -> str:
    """The first of these fields by name, and how many there are in all."""
    names = "、".join(f"“{field.name}”" for field in fields[:NAMED])
    return f"{names}{f'等{count}项' if count > NAMED else ''}"


def _version(text: str) -> list[int]:
    return [int(part) if part.isascii() and part.isdigit() else 0 for part in text.split(".")]


# Sheets


def _sheets(plan: Plan, returned: ReturnedWorkbook, located: Alignment) -> Iterator[Finding]:
    moved = _moved(plan, located)
    for sheet in plan.sheets:
        returned_sheet = located.sheets.get(sheet.title)
        if returned_sheet is None:
            if not sheet.hidden:
                yield _missing(sheet)
            continue
        ref = [CellRef(sheet=returned_sheet.title)]
        if returned_sheet.title != sheet.title:
            text = f"工作表“{sheet.title}”被改名为“{returned_sheet.title}”，内容仍已读取，请改回原名。"
            yield kinds.SHEET_RENAMED.finding(text, ref, expected=sheet.title, actual=returned_sheet.title)
        if sheet.title in moved:
            text = f"工作表“{returned_sheet.title}”被移到第{returned_sheet.position + 1}个，内容仍已读取，请移回第{moved[sheet.title] + 1}个。"
            yield kinds.SHEET_MOVED.finding(
                text, ref, expected=moved[sheet.title] + 1, actual=returned_sheet.position + 1
            )
        if sheet.title == META_SHEET:
            if returned_sheet.state != "veryHidden":
                how = "普通隐藏" if returned_sheet.state == "hidden" else "显示"
                text = f"内部工作表“{returned_sheet.title}”变成了{how}状态（用 LibreOffice 保存过的常这样），不影响读取，请不要改动它。"
                yield kinds.META_VISIBLE.finding(text, ref)
        elif returned_sheet.state != "visible" and not sheet.hidden:
            yield kinds.SHEET_HIDDEN.finding(
                f"工作表“{returned_sheet.title}”被隐藏，内容仍已读取，请取消隐藏后核对。", ref
            )
    known = {id(returned_sheet) for returned_sheet in located.sheets.values()}
    for other in returned.sheets:
        if id(other) not in known and other.title not in (MARKED_SHEET, LAST_YEAR_SHEET):
            text = f"多出了工作表“{other.title}”，其中的内容不会进入报告，请把要报的内容填到原有的工作表里。"
            yield kinds.SHEET_ADDED.finding(text, [CellRef(sheet=other.title)])


def _missing(sheet: Sheet) -> Finding:
    filled = [cell for cell in sheet.cells if cell.field]
    ref = [CellRef(sheet=sheet.title)]
    if filled:
        text = f"工作表“{sheet.title}”不见了，里面的内容读不出来，请从原来的工作簿恢复，{_FRESH}。"
        return kinds.SHEET_MISSING.finding(text, ref)
    lost = "，写在上面的说明也丢失了" if any(cell.role == "explain" for cell in sheet.cells) else ""
    text = f"工作表“{sheet.title}”不见了{lost}，填报内容不受影响，请从原来的工作簿恢复，{_FRESH}。"
    return kinds.SHEET_MISSING.finding(text, ref, level="note")


def _moved(plan: Plan, located: Alignment) -> dict[str, int]:
    """Sheets out of the plan's order, as few as explain it, with their place among the plan's sheets."""
    order = [(n, sheet.title) for n, sheet in enumerate(plan.sheets) if sheet.title in located.sheets]
    positions = [located.sheets[title].position for _, title in order]
    kept = {position for _, position in longest_rising(list(enumerate(positions)))}
    return {title: n for (n, title), position in zip(order, positions, strict=True) if position not in kept}


# One sheet

UNLOCKED = Cause(kinds.PROTECTION_GONE, "的保护被撤销，内容仍已读取，请不要改动灰色单元格和固定文字。")
UNLIMITED = Cause(kinds.VALIDATION_GONE, "的输入限制丢失，内容仍已读取，请核对。")


def sheet_findings(plan: Plan, sheet: Sheet, returned: ReturnedSheet, located: Alignment) -> Iterator[Finding]:
    """Rows and columns that came or went, hidden ones, lost validations and protection."""
    if sheet.hidden:
        return
    yield from _lines(plan, sheet, returned, located)
    if not returned.protected:
        yield UNLOCKED.finding(f"工作表“{returned.title}”", [CellRef(sheet=returned.title)])
    yield from _hidden(sheet, returned, located)
    bare = []
    for cell in sheet.cells:
        if cell.role not in ("input", "explain"):
            continue
        expected = validation(cell, plan.form)
        now = located.shifts[sheet.title].now(cell.row, cell.col)
        if expected and expected["validate"] != "any" and now and not returned.validated(*now):
            bare.append(FoundCell(returned, *now))
    if bare:
        yield UNLIMITED.finding(cells_text(bare), [cell.ref() for cell in bare])


def _lines(plan: Plan, sheet: Sheet, returned: ReturnedSheet, located: Alignment) -> Iterator[Finding]:
    shift = located.shifts[sheet.title]
    for axis, kind, word in ((shift.rows, kinds.ROW_MOVED, "行"), (shift.columns, kinds.COLUMN_MOVED, "列")):
        if not axis.moved:
            continue
        if axis.inserted:
            lines = _named(axis.inserted, word)
            text = f"“{returned.title}”插入了{lines}，请撤销插入（删除多出的{word}），{_FRESH}。"
            ref = a1(axis.inserted[0], 0) if word == "行" else a1(0, axis.inserted[0])
            yield kind.finding(text, [CellRef(sheet=returned.title, address=ref)])
        if axis.lost:
            yield _lost(plan, sheet, returned, axis.lost, kind, word, located)
        elif not axis.inserted:
            lines = _named(sorted(now for line, now in enumerate(axis.places) if now is not None and now != line), word)
            text = f"“{returned.title}”的{lines}被移动或排序过，请恢复原来的顺序，{_FRESH}。"
            yield kind.finding(text, [CellRef(sheet=returned.title)])


def _lost(
    plan: Plan,
    sheet: Sheet,
    returned: ReturnedSheet,
    lines: Sequence[int],
    kind: FindingKind,
    word: str,
    located: Alignment,
) -> Finding:
    gone = [
        cell.field
        for cell in sheet.cells
        if cell.field and cell.field not in located.spots and (cell.row if word == "行" else cell.col) in lines
    ]
    names = "、".join(plan.form.fields[id_].name for id_ in gone[:3])
    what = f"（{names}{'等' if len(gone) > 3 else ''}）" if gone else ""
    text = f"“{returned.title}”原来的{_named(lines, word)}{what}被删除了，请撤销删除，{_FRESH}。"
    return kind.finding(
        text, [CellRef(field=id_, sheet=returned.title) for id_ in gone] or [CellRef(sheet=returned.title)]
    )


def _named(lines: Sequence[int], word: str) -> str:
    """第5行, 第5、6行, C列"""
    if word == "列":
        return "、".join(column_letters(line) for line in lines[:5]) + ("等列" if len(lines) > 5 else "列")
    return "第" + "、".join(str(line + 1) for line in lines[:5]) + ("等行" if len(lines) > 5 else "行")


def hidden_by_merges(plan: Plan, located: Alignment) -> Iterator[Finding]:
    """Fields that a merge hides: what stands in them is not to be seen."""
    for field, (_, cell) in plan.fields.items():
        spot = located.spots.get(cell.name or "")
        for each in (*filter(None, [spot]), *located.paragraphs.get(field, ())):
            if each.sheet.covered(each.row, each.col):
                yield _hides(plan, each, field)


def _hides(plan: Plan, spot: FoundCell, field: str) -> Finding:
    text = f"{spot}（{plan.form.fields[field].name}）被合并到相邻的单元格里，看不见也不能单独填写，请取消合并后核对。"
    return kinds.MERGED.finding(text, [spot.ref(field)])


def _hidden(sheet: Sheet, returned: ReturnedSheet, located: Alignment) -> Iterator[Finding]:
    """Rows and columns with cells to fill in that are not to be seen."""
    rows: set[int] = set()
    columns: set[int] = set()
    for cell in sheet.cells:
        now = located.shifts[sheet.title].now(cell.row, cell.col)
        if now is None or cell.role not in _REPORTED:
            continue
        if now[0] in returned.hidden_rows:
            rows.add(now[0])
        if any(first <= now[1] <= last for first, last in returned.hidden_columns):
            columns.add(now[1])
    for lines, word in ((sorted(rows), "行"), (sorted(columns), "列")):
        if lines:
            text = f"“{returned.title}”的{_named(lines, word)}被隐藏，内容仍已读取，请取消隐藏后核对。"
            address = a1(lines[0], 0) if word == "行" else a1(0, lines[0])
            yield kinds.HIDDEN_ROWS.finding(text, [CellRef(sheet=returned.title, address=address)])
