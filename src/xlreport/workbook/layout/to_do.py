"""The top of 校验: what is to be done, worst first, each a link to its cell.

Hidden columns beside the live rows count the errors and the warnings down to each row; the k-th open item stands where
the count first reaches k.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.workbook.addresses import a1
from xlreport.workbook.layout.formulas import BAD, PENDING, WARNED
from xlreport.workbook.layout.positions import ERRORS, FIRST_RULE, LEVEL, RULE, STATE, TARGET, WARNINGS
from xlreport.workbook.layout.progress import Levels, Tally

if TYPE_CHECKING:
    from xlreport.workbook.layout.formulas import Content
    from xlreport.workbook.layout.positions import Places

#: Links on top; of more open items it is said how many.
SHOWN = 6

ALL_DONE = "✓ 没有要改的。文字部分在双击“生成报告”时核对。"

#: What counts the errors and the warnings that are open, and those of a table that is still being filled in.
OPEN = (Tally(BAD), Tally(WARNED))
WAITING = Levels(PENDING)

_COLUMNS = {BAD: ERRORS, WARNED: WARNINGS}


class Running(msgspec.Struct, frozen=True):
    """How many rows show `mark` down to live row `n` (from 0)."""

    mark: str
    n: int

    def formula(self, places: Places, sheet: str) -> str:  # noqa: ARG002  (that of every display)
        row = FIRST_RULE + self.n
        one = f'IF({a1(row, STATE)}="{self.mark}",1,0)'
        return one if self.n == 0 else f"{a1(row - 1, _COLUMNS[self.mark])}+{one}"

    def value(self, content: Content) -> int:
        return content.running[self.mark][self.n]


class Summary(msgspec.Struct, frozen=True):
    """One sentence: how much is to be mended, how much to be explained, and how much of that a full table may settle."""

    def formula(self, places: Places, sheet: str) -> str:
        errors, warnings = (tally.formula(places, sheet) for tally in OPEN)
        mend = f'IF({errors}>0,"还有 "&{errors}&" 处要改","没有必须改正的")'
        explain = f'IF({warnings}>0,"，"&{warnings}&" 处要说明","")'
        waiting = WAITING.formula(places, sheet)
        wait = f'IF({waiting}>0,"，其中 "&{waiting}&" 处的表还没有填完","")'
        return f'IF({errors}+{warnings}=0,"{ALL_DONE}",{mend}&{explain}&{wait}&"（点下面的蓝字前往）：")'

    def value(self, content: Content) -> str:
        errors, warnings = (tally.value(content) for tally in OPEN)
        if not errors + warnings:
            return ALL_DONE
        mend = f"还有 {errors} 处要改" if errors else "没有必须改正的"
        explain = f"，{warnings} 处要说明" if warnings else ""
        waiting = WAITING.value(content)
        wait = f"，其中 {waiting} 处的表还没有填完" if waiting else ""
        return f"{mend}{explain}{wait}（点下面的蓝字前往）："


class Item(msgspec.Struct, frozen=True):
    """The `n`-th open item (from 1), a link to its cell; "" where there are fewer. `titles` are those of the live rows."""

    n: int
    titles: tuple[str, ...]

    def formula(self, places: Places, sheet: str) -> str:
        errors, warnings = (tally.formula(places, sheet) for tally in OPEN)
        bad = f"MATCH({self.n},{places.rule_column(ERRORS)},0)"
        warned = f"MATCH({self.n}-{errors},{places.rule_column(WARNINGS)},0)"
        row = f"IF({self.n}<={errors},{bad},{warned})"
        target = f"INDEX({places.rule_column(TARGET)},{row})"
        title = f"INDEX({places.rule_column(RULE)},{row})"
        # Below its title a row says in words what is compared.
        title = f"LEFT({title},FIND(CHAR(10),{title}&CHAR(10))-1)"
        waits = f'IF(INDEX({places.rule_column(LEVEL)},{row})="{PENDING}","（{PENDING}）","")'
        text = f'INDEX({places.rule_column(STATE)},{row})&" "&{title}&{waits}'
        return f'IF({self.n}>{errors}+{warnings},"",HYPERLINK({target},{text}))'

    def value(self, content: Content) -> str:
        errors, warnings = (tally.value(content) for tally in OPEN)
        if self.n > errors + warnings:
            return ""
        mark, n = (BAD, self.n) if self.n <= errors else (WARNED, self.n - errors)
        row = content.running[mark].index(n)
        waits = f"（{PENDING}）" if content.levels[row] == PENDING else ""
        return f"{mark} {self.titles[row]}{waits}"


class More(msgspec.Struct, frozen=True):
    """How many items are open beyond those shown; "" where none is."""

    def formula(self, places: Places, sheet: str) -> str:
        errors, warnings = (tally.formula(places, sheet) for tally in OPEN)
        rest = f"{errors}+{warnings}-{SHOWN}"
        return f'IF({rest}>0,"另有 "&({rest})&" 处，见下表有 ✗、⚠ 的行。","")'

    def value(self, content: Content) -> str:
        rest = sum(tally.value(content) for tally in OPEN) - SHOWN
        return f"另有 {rest} 处，见下表有 ✗、⚠ 的行。" if rest > 0 else ""
