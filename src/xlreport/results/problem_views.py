"""Problems as the result page tells them: what is wrong, where, what is expected, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import RuleKey
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.results.advice import Advice, mends_all
from xlreport.results.drawn_tables import cell_id
from xlreport.results.problems import SIGN_NAMES, SIGNS, Problem
from xlreport.rules.check import sentence
from xlreport.rules.expression import Binary
from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.filing import Filing
    from xlreport.finding import CellRef, Finding


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A cell in words, and its place on the page where it is drawn there."""

    text: str
    href: str = ""


class Also(msgspec.Struct, frozen=True, kw_only=True):
    """A sum that fails by the same mistake: its number, where it stands, what it is called, its two sides."""

    number: int
    place: Place
    title: str
    sides: tuple[tuple[str, str], ...]


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as the page prints it. `sides` are (label, value); `same_as` are the problems under which its advice is listed."""

    id: str
    number: int
    sign: str
    kind: str
    level: str
    message: str
    places: tuple[Place, ...]
    more_places: tuple[Place, ...]
    sides: tuple[tuple[str, str], ...]
    advice: tuple[Advice, ...]
    closing: str
    same_as: tuple[int, ...]
    also: tuple[Also, ...]
    need: str
    explanation: str


#: So many cells of a problem are named; the rest stand in a fold.
_PLACES = 4


def problem_views(problems: Sequence[Problem], filing: Filing, prefix: str, on_page: set[str]) -> list[ProblemView]:
    """Each problem in its order; ids begin with `prefix`, cells drawn on the page are those in `on_page`."""
    views: list[ProblemView] = []
    seen: dict[Advice, int] = {}
    for problem in problems:
        finding = problem.finding
        listed = {mistake: seen.setdefault(mistake, problem.number) for mistake in problem.advice}
        cells = _places(finding, filing, prefix, on_page)
        views.append(
            ProblemView(
                id=f"{prefix}-p{problem.number}",
                number=problem.number,
                sign=SIGNS["wrong" if finding.level == "error" else "doubtful"],
                kind=SIGN_NAMES["wrong" if finding.level == "error" else "doubtful"],
                level=finding.level,
                message=sentence(finding.message),
                places=cells[:_PLACES],
                more_places=cells[_PLACES:],
                sides=_sides(problem),
                advice=tuple(mistake for mistake, at in listed.items() if at == problem.number),
                closing="全部勾稽关系即成立" if _mends_all(finding, problems) else "相关的勾稽关系即成立",
                same_as=tuple(sorted({at for at in listed.values() if at != problem.number})),
                also=tuple(
                    Also(
                        number=each.number,
                        place=place,
                        title=each.check.title if each.check else "",
                        sides=_sides(each),
                    )
                    for each in problem.also
                    for place in _places(each.finding, filing, prefix, on_page)[:1]
                ),
                need=problem.remedy.text if problem.remedy else "",
                explanation=finding.explanation or "",
            )
        )
    return views


def _mends_all(finding: Finding, problems: Sequence[Problem]) -> bool:
    """Whether each choice of the advice by itself makes every failed sum hold."""
    every = [each for problem in problems for each in (problem, *problem.also)]
    sums = [problem.finding for problem in every if problem.finding.level == "error" and _equation(problem)]
    return mends_all(finding) and all(other.fix == finding.fix for other in sums)


def _equation(problem: Problem) -> bool:
    return problem.check is not None and isinstance(problem.check.expr, Binary) and problem.check.expr.op == "="


def _sides(problem: Problem) -> tuple[tuple[str, str], ...]:
    """Expected and actual with their difference; for a rule that is no equation, its two sides; else those of the kind."""
    finding = problem.finding
    if finding.expected is None:
        return ()
    kind = FINDING_KINDS.get(RuleKey.parse(finding.rule).rule)
    labels = (
        kind.sides if kind else ("应为", "实为") if problem.check is None or _equation(problem) else ("左边", "右边")
    )
    if labels is None:
        return ()
    left, right = labels
    sides = [(left, shown(finding.expected)), (right, shown(finding.actual))]
    if isinstance(finding.expected, int | float) and isinstance(finding.actual, int | float):
        sides.append(("相差", shown(round(abs(finding.expected - finding.actual), 6))))
    return tuple(sides)


def _places(finding: Finding, filing: Filing, prefix: str, on_page: set[str]) -> tuple[Place, ...]:
    return tuple(_place(cell, filing, prefix, on_page) for cell in finding.cells if cell.sheet)


def _place(cell: CellRef, filing: Filing, prefix: str, on_page: set[str]) -> Place:
    field = filing.form.fields.get(cell.field or "")
    text = f"{cell}（{field.name}）" if field else str(cell)
    target = cell_id(prefix, cell.field) if cell.field else ""
    return Place(text=text, href=f"#{target}" if target in on_page else "")
