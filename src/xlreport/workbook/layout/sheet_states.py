"""How far each sheet is, for the first sheet: in one short text, from the rows of 校验 that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.workbook.addresses import seen_from
from xlreport.workbook.layout.formulas import BAD, GOOD, LEVEL_TEXT, PENDING, WARNED
from xlreport.workbook.layout.positions import CHECK_SHEET, LEVEL, STATE
from xlreport.workbook.layout.progress import filled_formula

if TYPE_CHECKING:
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places

UNFILLED, NOT_ALL, MISSING = "未填", "没有填完", "项必填的没有填"
MEND, EXPLAIN = "处要改", "处要说明"


class Held(msgspec.Struct, frozen=True):
    """What a cell holds, or that it is not filled yet."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        source = places.cell(sheet, self.id)
        return f'IF(LEN({source})=0,"（{UNFILLED}）",{source})'

    def value(self, content: Content) -> Value:
        held = content.cells.get(self.id)
        return f"（{UNFILLED}）" if held is None or held == "" else held


class SheetState(msgspec.Struct, frozen=True):
    """未填, ✗ 2 处要改, ⚠ 1 处要说明, 还有 1 项必填的没有填, 没有填完 or ✓ of one sheet.

    `ids` are what is filled in on it, `required` what must be, `rows` the live rows of 校验 that lead to it.
    """

    ids: tuple[str, ...]
    required: tuple[str, ...]
    rows: tuple[int, ...]

    def formula(self, places: Places, sheet: str) -> str:
        areas = [seen_from(sheet, CHECK_SHEET, area) for area in places.live(self.rows, LEVEL)]

        def count(level: str) -> str:
            return "+".join(f'COUNTIF({area},"{level}")' for area in areas) or "0"

        mend, explain, wait = map(count, (LEVEL_TEXT["error"], LEVEL_TEXT["warning"], PENDING))
        blank = "+".join(f"IF(IFERROR(LEN({places.cell(sheet, id_)}),1)=0,1,0)" for id_ in self.required) or "0"
        text = f'IF({wait}>0,"{NOT_ALL}","{GOOD}")'
        text = f'IF({blank}>0,"还有 "&({blank})&" {MISSING}",{text})'
        text = f'IF({explain}>0,"{WARNED} "&({explain})&" {EXPLAIN}",{text})'
        text = f'IF({mend}>{blank},"{BAD} "&({mend})&" {MEND}",{text})'
        return f'IF({filled_formula(places, sheet, self.ids)}=0,"{UNFILLED}",{text})'

    def value(self, content: Content) -> Value:
        if not any(map(content.filled, self.ids)):
            return UNFILLED
        levels = [content.levels[n] for n in self.rows]
        blank = sum(content.text(id_) == "" for id_ in self.required)
        if (mend := levels.count(LEVEL_TEXT["error"])) > blank:
            return f"{BAD} {mend} {MEND}"
        if explain := levels.count(LEVEL_TEXT["warning"]):
            return f"{WARNED} {explain} {EXPLAIN}"
        if blank:
            return f"还有 {blank} {MISSING}"
        return NOT_ALL if PENDING in levels else GOOD


class StateOfAll(msgspec.Struct, frozen=True):
    """How much is to be mended and to be explained on all sheets, without alarm: much of it may be still to come."""

    def formula(self, places: Places, sheet: str) -> str:
        states = seen_from(sheet, CHECK_SHEET, places.rule_column(STATE))
        errors, warnings = (f'COUNTIF({states},"{mark}")' for mark in (BAD, WARNED))
        explain = f'IF({warnings}>0,"还有 "&{warnings}&" {EXPLAIN}","{GOOD}")'
        more = f'IF({warnings}>0,"，"&{warnings}&" {EXPLAIN}","")'
        return f'IF({errors}>0,"还有 "&{errors}&" {MEND}"&{more},{explain})'

    def value(self, content: Content) -> str:
        errors, warnings = (content.states.count(mark) for mark in (BAD, WARNED))
        explain = f"{warnings} {EXPLAIN}"
        if errors:
            return f"还有 {errors} {MEND}" + (f"，{explain}" if warnings else "")
        return f"还有 {explain}" if warnings else GOOD
