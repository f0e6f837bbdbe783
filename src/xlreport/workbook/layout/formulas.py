"""Every locked formula of the workbook, once: its Excel text for the sheet, and its value in Python for the cache.

XlsxWriter caches 0 for a formula unless it is given the value; a workbook that is only looked at, or read by a program
that does not calculate, must show what Excel would. So each formula says both, side by side; recalculation by
LibreOffice must give the same (tests/workbook/test_agreement.py).
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

import msgspec

from xlreport.filing import Filing
from xlreport.rules.days import cleaned
from xlreport.rules.evaluate import Value, is_number
from xlreport.rules.excel import literal, to_excel
from xlreport.rules.expression import COMPARISONS, Binary, Call, Truth
from xlreport.rules.rulebook import CELL_RULE
from xlreport.wording import figure, stated
from xlreport.workbook.layout.explained import explains as explained_when
from xlreport.workbook.layout.positions import EXPLANATION, LEFT, RIGHT, STATE, VERDICT, Places
from xlreport.workbook.texts import explains

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import FilingValue
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check, Rulebook

#: What the state column of 校验 shows.
GOOD, BAD, WARNED, EXPLAINED, EMPTY, IDLE = "✓", "✗", "⚠", "已说明", "未填", "—"

#: What its column of levels shows of a rule that fails, and of one that fails while its table is still being filled in.
LEVEL_TEXT = {"error": "必须改正", "warning": "请核对", "note": "说明"}
PENDING = "未填完"


class Content(msgspec.Struct, frozen=True, dict=True):
    """What stands in a workbook: cells by field id (computed ones included), explanations by `Check.key`."""

    book: Rulebook
    cells: Mapping[str, Value]
    explanations: Mapping[str, str]

    @cached_property
    def verdicts(self) -> dict[str, bool | None]:
        """The verdict of every rule, by `Check.key`."""
        return {check.key: self.book.verdict(check, self.cells) for check in self.book.checks}

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What the live rows of 校验 show: the required fields, then the rules."""
        required = [RequiredState(field.id).value(self) for field in self.book.form.required]
        return (*required, *(State(check).value(self) for check in self.book.checks))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels beside the states."""
        required = [RequiredLevel(field.id).value(self) for field in self.book.form.required]
        return (*required, *(Level(check).value(self) for check in self.book.checks))

    @cached_property
    def running(self) -> dict[str, tuple[int, ...]]:
        """How many ✗ and ⚠ stand in the live rows of 校验 down to each."""
        return {mark: tuple(accumulate(int(state == mark) for state in self.states)) for mark in (BAD, WARNED)}

    @cached_property
    def readable(self) -> bool:
        """Whether every row of figures holds what it may: numbers of its kind, "/", blanks."""
        return not any(
            verdict is False and self.book.by_key[key].rule.id == CELL_RULE for key, verdict in self.verdicts.items()
        )

    @cached_property
    def filing(self) -> Filing:
        """The filing of these cells, as far as what they hold is a value."""
        form = self.book.form
        held_cells = cleaned(form, self.cells)
        typed = {id_: held for id_, held in held_cells.items() if form.fields[id_].role != "computed"}
        values: dict[str, FilingValue] = {
            id_: held for id_, held in typed.items() if held is None or isinstance(held, int | float | str)
        }
        return Filing(form=form, values=values)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Every standard sentence of the definition, in its order, as the report would have it."""
        from xlreport.prose.sentences import each_sentence

        return tuple(each_sentence(self.filing, self.cells))

    def filled(self, id_: str) -> bool:
        return self.cells.get(id_) is not None

    def text(self, id_: str) -> str:
        """The cell as it reads when joined to a text."""
        value = self.cells.get(id_)
        if value is None:
            return ""
        return figure(value) if isinstance(value, int | float) else str(value)


class Display(Protocol):
    """A locked formula."""

    def formula(self, places: Places, sheet: str) -> str:
        """The text without the leading "=", as it stands on `sheet`."""
        ...

    def value(self, content: Content) -> Value:
        """What the cell shows."""
        ...


class Computed(msgspec.Struct, frozen=True):
    """A computed field."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        return to_excel(places.book.computed[self.id], places.address(sheet), places.book.form)

    def value(self, content: Content) -> Value:
        return content.cells.get(self.id)


class Verdict(msgspec.Struct, frozen=True):
    """TRUE, FALSE, or "" where nothing is filled or the rule does not apply; an error on the way is FALSE."""

    check: Check

    def formula(self, places: Places, sheet: str) -> str:
        refer = places.address(sheet)
        expr = to_excel(self.check.expr, refer, places.book.form)
        if self.check.when is not None:
            expr = f'IF({to_excel(self.check.when, refer, places.book.form)},{expr},"")'
        return f'IFERROR(IF({places.count(sheet, self.check.inputs)}=0,"",{expr}),FALSE)'

    def value(self, content: Content) -> Value:
        verdict = content.verdicts[self.check.key]
        return "" if verdict is None else verdict


class State(msgspec.Struct, frozen=True):
    """✓ ✗ ⚠ 已说明 未填, or — where the rule does not apply to what is filled."""

    check: Check

    def formula(self, places: Places, sheet: str) -> str:
        verdict = places.rule(sheet, self.check, VERDICT)
        bad = f'"{BAD}"'
        if self.check.rule.level != "error":
            explained = explained_when(places.rule(sheet, self.check, EXPLANATION))
            bad = f'IF({explained},"{EXPLAINED}","{WARNED}")'
        none = f'IF({places.count(sheet, self.check.inputs)}=0,"{EMPTY}","{IDLE}")'
        return f'IF({verdict}="",{none},IF({verdict},"{GOOD}",{bad}))'

    def value(self, content: Content) -> str:
        verdict = content.verdicts[self.check.key]
        if verdict is None:
            return IDLE if any(content.filled(id_) for id_ in self.check.inputs) else EMPTY
        if verdict:
            return GOOD
        if self.check.rule.level == "error":
            return BAD
        return EXPLAINED if explains(content.explanations.get(self.check.key, "")) else WARNED


class Level(msgspec.Struct, frozen=True):
    """How grave it is that a rule fails; 未填完 while the last figure that it waits for is blank; "" of any other rule."""

    check: Check

    def formula(self, places: Places, sheet: str) -> str:
        state, level = places.rule(sheet, self.check, STATE), literal(LEVEL_TEXT[self.check.rule.level])
        awaited = places.book.awaited.get(self.check.key)
        if awaited is not None:
            level = f'IF(IFERROR(LEN({places.cell(sheet, awaited)}),1)=0,"{PENDING}",{level})'
        return f'IF(OR({state}="{BAD}",{state}="{WARNED}"),{level},"")'

    def value(self, content: Content) -> str:
        if State(self.check).value(content) not in (BAD, WARNED):
            return ""
        awaited = content.book.awaited.get(self.check.key)
        pending = awaited is not None and content.text(awaited) == ""
        return PENDING if pending else LEVEL_TEXT[self.check.rule.level]


class Side(msgspec.Struct, frozen=True):
    """One side of a rule's comparison; "" where a rule with a condition does not apply."""

    check: Check
    expr: Expr

    def formula(self, places: Places, sheet: str) -> str:
        side = to_excel(self.expr, places.address(sheet), places.book.form)
        return side if self.check.when is None else f'IF({places.rule(sheet, self.check, VERDICT)}="","",{side})'

    def value(self, content: Content) -> Value:
        if self.check.when is not None and content.verdicts[self.check.key] is None:
            return ""
        return content.book.value(self.expr, content.cells)


def compared(check: Check) -> tuple[Expr, Expr] | None:
    """The two numbers that a rule compares; None for a rule of another shape, whose sides say TRUE or FALSE too."""
    return None if check.sides is None or any(map(_logical, check.sides)) else check.sides


def _logical(side: Expr) -> bool:
    match side:
        case Truth() | Call("AND" | "OR" | "NOT" | "ISNUMBER"):
            return True
        case Binary(op):
            return op in COMPARISONS
    return False


class Difference(msgspec.Struct, frozen=True):
    """Left minus right of a rule's row, where both are numbers."""

    check: Check
    left: Expr
    right: Expr

    def formula(self, places: Places, sheet: str) -> str:
        left, right = (places.rule(sheet, self.check, col) for col in (LEFT, RIGHT))
        return f'IF(COUNT({left},{right})=2,ROUND({left}-{right},6),"")'

    def value(self, content: Content) -> Value:
        left, right = (Side(self.check, expr).value(content) for expr in (self.left, self.right))
        if isinstance(left, bool) or isinstance(right, bool):
            return ""
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return ""
        return stated(float(left - right))


class RequiredState(msgspec.Struct, frozen=True):
    """✗ in the row of a required field while its cell is blank, else ✓."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        return f'IF(IFERROR(LEN({places.cell(sheet, self.id)}),1)=0,"{BAD}","{GOOD}")'

    def value(self, content: Content) -> str:
        return GOOD if content.text(self.id) else BAD


class RequiredLevel(msgspec.Struct, frozen=True):
    """The level in the row of a required field while its cell is blank."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        return f'IF(IFERROR(LEN({places.cell(sheet, self.id)}),1)=0,"{LEVEL_TEXT["error"]}","")'

    def value(self, content: Content) -> str:
        return "" if content.text(self.id) else LEVEL_TEXT["error"]


class Repeat(msgspec.Struct, frozen=True):
    """A field's value once more, for the part of a sheet that prints."""

    id: str

    def formula(self, places: Places, sheet: str) -> str:
        source = places.cell(sheet, self.id)
        return f'IF(LEN({source})=0,"",{source})'

    def value(self, content: Content) -> Value:
        held = content.cells.get(self.id)
        return "" if held is None else held


class Change(msgspec.Struct, frozen=True):
    """The year's figure against last year's, as a share; "" where either is missing or last year's is 0."""

    id: str
    prior: str

    def formula(self, places: Places, sheet: str) -> str:
        now, then = places.cell(sheet, self.id), places.cell(sheet, self.prior)
        return f'IF(COUNT({now},{then})<2,"",IF(N({then})=0,"",N({now})/N({then})-1))'

    def value(self, content: Content) -> Value:
        now, then = content.cells.get(self.id), content.cells.get(self.prior)
        if not (is_number(now) and is_number(then)) or then == 0:
            return ""
        return float(now) / float(then) - 1
