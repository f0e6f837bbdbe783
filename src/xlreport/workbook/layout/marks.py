"""The marks beside the rows of a table and under its columns: what the rules on 校验 say of them, in one word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.rules.excel import nested
from xlreport.wording import figure
from xlreport.workbook.layout.formulas import (
    BAD,
    EXPLAINED,
    GOOD,
    LEVEL_TEXT,
    PENDING,
    WARNED,
    Difference,
    Level,
    State,
    compared,
)
from xlreport.workbook.layout.positions import DIFFERENCE, LEVEL, STATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.rules.evaluate import Value
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check
    from xlreport.workbook.layout.formulas import Content, Display
    from xlreport.workbook.layout.positions import Places

#: Differences from here on are not told: programs write such numbers in different ways.
_TOLD = 1_000_000_000

#: The levels of what stands open, by the mark that says so.
_OPEN = {BAD: (LEVEL_TEXT["error"],), WARNED: (LEVEL_TEXT["warning"], LEVEL_TEXT["note"])}


def column_mark(checks: tuple[Check, ...]) -> Display:
    """The mark of a column under these rules, with the difference of the first that has one."""
    for check in checks:
        if (sides := compared(check)) is not None:
            return ColumnMark(checks, check, sides)
    return RowMark(checks)


class RowMark(msgspec.Struct, frozen=True):
    """The worst that these rules say: ✗, ⚠, 未填完 (they fail while figures are still to come), ✓, or nothing."""

    checks: tuple[Check, ...]

    def formula(self, places: Places, sheet: str) -> str:
        return _worst(self.checks, places, sheet, bad=f'"{BAD}"', pending=f'"{PENDING}"')

    def value(self, content: Content) -> Value:
        return _worst_value(self.checks, content, bad=BAD, pending=PENDING)


class ColumnMark(msgspec.Struct, frozen=True):
    """The same of a column, in figures: 还差 53 while it is being filled in, ✗ 差 53 when it is complete and wrong.

    The difference told is that of `rule`, between its `sides`.
    """

    checks: tuple[Check, ...]
    rule: Check
    sides: tuple[Expr, Expr]

    def formula(self, places: Places, sheet: str) -> str:
        amount = places.rule(sheet, self.rule, DIFFERENCE)
        told = f"AND(N({amount})<>0,ABS(N({amount}))<{_TOLD})"
        bad = f'IF({told},"{BAD} 差 "&ABS(N({amount})),"{BAD}")'
        short = f'IF(N({amount})>0,"还差 ","多 ")&ABS(N({amount}))'
        return _worst(self.checks, places, sheet, bad=bad, pending=f'IF({told},{short},"{PENDING}")')

    def value(self, content: Content) -> Value:
        amount = Difference(self.rule, *self.sides).value(content)
        if not isinstance(amount, int | float) or amount == 0 or abs(amount) >= _TOLD:
            return _worst_value(self.checks, content, bad=BAD, pending=PENDING)
        size = figure(abs(amount))
        short = f"还差 {size}" if amount > 0 else f"多 {size}"
        return _worst_value(self.checks, content, bad=f"{BAD} 差 {size}", pending=short)


def _worst(checks: Sequence[Check], places: Places, sheet: str, *, bad: str, pending: str) -> str:
    def any_of(col: int, *texts: str) -> str:
        cells = [places.rule(sheet, check, col) for check in checks]
        return nested("OR", [f'{cell}="{text}"' for cell in cells for text in texts])

    shown = f'IF({any_of(LEVEL, PENDING)},{pending},IF({any_of(STATE, GOOD, EXPLAINED)},"{GOOD}",""))'
    shown = f'IF({any_of(LEVEL, *_OPEN[WARNED])},"{WARNED}",{shown})'
    return f"IF({any_of(LEVEL, *_OPEN[BAD])},{bad},{shown})"


def _worst_value(checks: Sequence[Check], content: Content, *, bad: str, pending: str) -> Value:
    levels = {Level(check).value(content) for check in checks}
    for texts, mark in ((_OPEN[BAD], bad), (_OPEN[WARNED], WARNED), ((PENDING,), pending)):
        if levels.intersection(texts):
            return mark
    return GOOD if {State(check).value(content) for check in checks} & {GOOD, EXPLAINED} else ""
