"""Which cells a list of findings marks, and how: one judgement for the result page and for the marked copy.

A finding of a sum names every cell it rests on. Only the cell that is wrong gets the full sign; where the locator leaves
a choice, its cells are candidates; the rest are merely concerned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from xlreport.finding import LEVELS
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.results.advice import Advice, advice
from xlreport.results.remedies import Remedy, remedies
from xlreport.rules.evaluate import evaluate
from xlreport.rules.expression import Call
from xlreport.rules.rulebook import CELL_RULE, rulebook
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.finding import Finding
    from xlreport.forms.model import Form
    from xlreport.reviewing.reviewed import Review
    from xlreport.rules.rulebook import Check

#: How a cell is concerned, the gravest first.
Weight: TypeAlias = Literal["wrong", "doubtful", "candidate", "concerned"]

WEIGHTS: tuple[Weight, ...] = ("wrong", "doubtful", "candidate", "concerned")

#: A sign and words for each weight; nothing is said by colour alone.
SIGNS: dict[Weight, str] = {"wrong": "✗", "doubtful": "⚠", "candidate": "？", "concerned": "·"}
SIGN_NAMES: dict[Weight, str] = {
    "wrong": "必须改正",
    "doubtful": "请核对",
    "candidate": "可能有误",
    "concerned": "涉及",
}


#: A rule over so few cells marks them all.
_FEW = 4

#: So many cells of a finding that comes from no rule of the tables, nor from reading the workbook.
_NAMED = 2


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An error or a warning with its number, counted from 1: errors first, each in the order of the sheets.

    `advice` are the mistakes behind it, `remedy` says where a warning is explained. `also` are sums that fail by nothing
    but mistakes told here or with an earlier problem; each has a number of its own.
    """

    number: int
    finding: Finding
    check: Check | None = None
    advice: tuple[Advice, ...] = ()
    remedy: Remedy | None = None
    also: tuple[Problem, ...] = ()

    @property
    def affected(self) -> str:
        """Which the sums of `also` are: 第 4 处“三 依申请公开”J7（申请平衡：总计）."""
        return "、".join(
            f"第 {each.number} 处{next(iter(each.finding.cells), '')}（{each.check.title if each.check else each.finding.rule}）"
            for each in self.also
        )


class CellState(msgspec.Struct, frozen=True, kw_only=True):
    """What is marked on one cell: the gravest weight, and the numbers of the problems."""

    weight: Weight
    numbers: tuple[int, ...]


def problems(review: Review) -> tuple[Problem, ...]:
    """Errors, then warnings, explained ones too; each in the order of the sheets and cells, those of no cell first.

    A slip in a column makes the column of totals fail as well: what is mended with an earlier problem stands under `also`
    there, with each where there are several. It is counted all the same, so that there are as many numbers as findings.
    """
    form = review.filing.form
    by_key, order = rulebook(form).by_key, _Order(form)
    leading: list[Problem] = []
    implied: dict[int, list[Problem]] = {}
    told: dict[Advice, int] = {}
    for finding, remedy in sorted(
        (each for each in zip(review.findings, remedies(review), strict=True) if each[0].level != "note"),
        key=lambda each: (LEVELS.index(each[0].level), order.place(each[0])),
    ):
        mistakes, number = advice(finding, form), len(leading) + 1
        at = sorted({told.setdefault(mistake, number) for mistake in mistakes})
        problem = Problem(
            number=number, finding=finding, check=by_key.get(finding.rule), advice=mistakes, remedy=remedy
        )
        if not at or number in at:
            leading.append(problem)
        for earlier in at if number not in at else ():
            implied.setdefault(earlier, []).append(problem)
    return tuple(_numbered(leading, implied))


def _numbered(leading: Sequence[Problem], implied: Mapping[int, Sequence[Problem]]) -> Iterator[Problem]:
    """The problems in their order, each followed in number by what it implies and no earlier one does."""
    numbers: dict[int, int] = {}
    for problem in leading:
        number = len(numbers) + 1
        numbers[id(problem.finding)] = number
        own = implied.get(problem.number, ())
        for each in own:
            numbers.setdefault(id(each.finding), len(numbers) + 1)
        yield replace(
            problem, number=number, also=tuple(replace(each, number=numbers[id(each.finding)]) for each in own)
        )


def marks(review: Review, told: Sequence[Problem]) -> dict[str, CellState]:
    """The marked cells by field id; explained warnings mark nothing."""
    weights: dict[str, dict[int, Weight]] = {}
    for problem in told:
        if problem.finding.blocks:
            for each in (*problem.also, problem):
                for id_, weight in _weights(each, review).items():
                    of = weights.setdefault(id_, {})
                    of[problem.number] = min(weight, of.get(problem.number, weight), key=WEIGHTS.index)
    return {
        id_: CellState(weight=min(of.values(), key=WEIGHTS.index), numbers=tuple(sorted(of)))
        for id_, of in weights.items()
    }


def named_cells(problem: Problem) -> tuple[str, ...]:
    """The cells that a problem is about: the operands of its rule, else the first that its finding names."""
    if problem.check is not None:
        return problem.check.operands
    cells = tuple(dict.fromkeys(cell.field for cell in problem.finding.cells if cell.field))
    kind = FINDING_KINDS.get(problem.finding.rule)
    if kind is not None and kind.stage == "读取":
        return cells  # one cause over many cells is told once
    # A finding about prose names the prose, the figure in the table, and then what that figure is computed from.
    return cells[:_NAMED]


def _weights(problem: Problem, review: Review) -> Mapping[str, Weight]:
    finding, check = problem.finding, problem.check
    grave: Weight = "wrong" if finding.level == "error" else "doubtful"
    named = named_cells(problem)
    weights: dict[str, Weight] = dict.fromkeys(named, "concerned")
    if finding.fix:
        for mistake in problem.advice:
            weight = grave if len(mistake.choices) == 1 else "candidate"
            weights |= {id_: weight for choice in mistake.choices for id_ in choice.fields}
    elif check is not None and check.rule.id == CELL_RULE:
        weights |= dict.fromkeys(_misfits(check, review), grave)
    elif check is None or len(named) <= _FEW:
        weights |= dict.fromkeys(named, grave)
    return weights


def _misfits(check: Check, review: Review) -> Iterator[str]:
    """The cells of a row of figures that are not of their kind."""
    form = review.filing.form
    parts = check.expr.args if isinstance(check.expr, Call) else ()
    for part in parts:
        if evaluate(part, review.cells.standing, form) is not True:
            yield from rulebook(form).operands(part)


class _Order:
    """Where a finding stands in the workbook: sheet, row, column of its first cell."""

    def __init__(self, form: Form) -> None:
        self._plan = layout(form)
        self._sheets = {sheet.title: n for n, sheet in enumerate(self._plan.sheets)}

    def place(self, finding: Finding) -> tuple[int, int, int]:
        for cell in finding.cells:
            if cell.field in self._plan.fields:
                sheet, at = self._plan.fields[cell.field]
                return self._sheets[sheet.title], at.row, at.col
            if cell.sheet is not None:
                return self._sheets.get(cell.sheet, -1), -1, -1
        return -1, -1, -1
