"""The error locator: which cells to change, and to what, so that all arithmetic rules hold.

The method is Fellegi and Holt's (1976): the smallest set of input cells. Among sets of the same size, figures stated
elsewhere and likely slips of the hand come first; every set that remains is listed. Totals are formulas, so the balance
is the only equation of a column of table three: a wrong cell there has as many candidates as the column has cells.
"""

from __future__ import annotations

import heapq
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, TypeVar

import msgspec

from xlreport.finding import FixStep
from xlreport.locator.candidates import Candidates, Choice, Step
from xlreport.locator.equations import components, independent
from xlreport.locator.smallest_sets import Row, smallest_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from xlreport.filing import Filing
    from xlreport.locator.equations import Equation
    from xlreport.locator.smallest_sets import Change
    from xlreport.rules.evaluate import Value

T = TypeVar("T")

#: Over several groups of equations, this many times as many complete choices are listed as for one group.
COMBINED = 20


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One group of equations that shares no cell with the rest: its failed checks, its smallest changes, best first."""

    failed: tuple[str, ...]
    choices: tuple[Choice, ...]
    capped: bool = False


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """What the locator found.

    `failed`: keys of the arithmetic checks that fail. `choices`: complete ones, each makes all of them hold; best
    first. `parts`: the same, group by group. `slips`: changes over two groups that one slip of the hand explains
    (two neighbouring cells exchanged). `capped`: there are choices that are not listed.
    """

    failed: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    parts: tuple[Part, ...] = ()
    slips: tuple[Choice, ...] = ()
    capped: bool = False

    @property
    def repairs(self) -> tuple[tuple[str, ...], ...]:
        """For each of `choices`, the keys of the checks it mends."""
        return tuple(choice.mends for choice in self.choices)

    def for_check(self, key: str) -> tuple[Choice, ...]:
        """The choices that mend one failed check, best first: those of its own group and slips, else complete ones."""
        own = [choice for part in self.parts for choice in part.choices if key in choice.mends]
        if not own:
            return tuple(choice for choice in self.choices if key in choice.mends)
        # One slip that explains two groups is likelier than two unrelated errors.
        return (*(choice for choice in self.slips if key in choice.mends), *sorted(own, key=_falling))


def locate(
    filing: Filing,
    *,
    cells: Mapping[str, Value] | None = None,
    evidence: Mapping[str, Sequence[float]] | None = None,
    limit: int = 30,
) -> Located:
    """The smallest changes of input cells that make every arithmetic error-level rule hold.

    `cells`: the filing's values with the totals recomputed, which is done here where they are not given; what was typed
    over a formula is left aside. `evidence`: for a field (computed ones too), figures stated elsewhere: in prose, last
    year, beside the table. It orders choices of the same size. `limit`: most choices listed for one group of equations.
    No choices where no such rule fails, or nothing mends those that do.
    """
    candidates = Candidates(filing, cells, evidence or {})
    failed = tuple(check.key for check in candidates.checks if candidates.verdict(check) is False)
    if not failed:
        return Located()
    groups = components(independent(filing.form, frozenset(check.key for check in candidates.checks)))
    lacking = [tuple((equation, -equation.excess(candidates.cells)) for equation in group) for group in groups]
    parts = [_part(candidates, group, limit) for group in lacking if any(rest for _, rest in group)]
    if not parts or not all(part.choices for part in parts):
        return Located(failed=failed, parts=tuple(parts), capped=any(part.capped for part in parts))
    slips = _slips(candidates, parts)
    choices, all_listed = _complete(candidates, parts, slips, limit * COMBINED)
    capped = not all_listed or any(part.capped for part in parts)
    return Located(failed=failed, choices=choices, parts=tuple(parts), slips=slips, capped=capped)


def fix_steps(located: Located, filing: Filing, key: str | None = None) -> tuple[FixStep, ...]:
    """The choices as a finding's `fix`, numbered from 1, best first: complete ones, or those that mend check `key`."""
    choices = located.choices if key is None else located.for_check(key)
    steps = []
    for number, choice in enumerate(choices, start=1):
        for id_, old, new in choice.steps:
            place = filing.place(id_)
            steps.append(FixStep(field=id_, sheet=place.sheet, address=place.address, old=old, new=new, choice=number))
    return tuple(steps)


def _falling(choice: Choice) -> float:
    return -choice.score


def _part(candidates: Candidates, group: Sequence[tuple[Equation, Fraction]], limit: int) -> Part:
    """The smallest changes for one group: its equations, each with what it lacks."""
    cells = candidates.in_order({id_ for equation, _ in group for id_ in equation.coefficients})
    unknowns = [unknown for id_ in cells if (unknown := candidates.unknown(id_))]
    known = {unknown.id for unknown in unknowns}
    rows = [
        Row(
            factors={id_: factor for id_, factor in equation.coefficients.items() if id_ in known},
            rest=rest,
        )
        for equation, rest in group
    ]
    tried: dict[tuple[Step, ...], Choice] = {}

    def accept(change: Change) -> bool:
        choice = candidates.try_steps(candidates.steps(change))
        if choice is not None:
            tried[choice.steps] = choice
        return choice is not None

    solutions = smallest_sets(rows, unknowns, limit=limit, accept=accept)
    choices = sorted((tried[candidates.steps(change)] for change in solutions.changes), key=_falling)
    failed = tuple(equation.key for equation, rest in group if rest)
    return Part(failed=failed, choices=tuple(choices), capped=not solutions.complete)


def _slips(candidates: Candidates, parts: Sequence[Part]) -> tuple[Choice, ...]:
    """Pairs of changes in two groups that are one slip: neighbouring cells exchanged, a figure one column too far."""
    exchanged = []
    for one, other in combinations(parts, 2):
        for left in one.choices:
            for right in other.choices:
                if len(left.steps) == len(right.steps) == 1 and candidates.exchanged(left.steps[0], right.steps[0]):
                    choice = candidates.try_steps(left.steps + right.steps)
                    if choice is not None:
                        exchanged.append(choice)
    return tuple(sorted(exchanged, key=_falling))


def _complete(
    candidates: Candidates, parts: Sequence[Part], slips: Sequence[Choice], limit: int
) -> tuple[tuple[Choice, ...], bool]:
    """Choices that mend everything, one from each part, best first; and whether these are all."""
    if len(parts) == 1:
        return parts[0].choices, True
    combined: dict[frozenset[Step], Choice] = {}

    def add(chosen: Sequence[Choice]) -> None:
        steps = frozenset(step for choice in chosen for step in choice.steps)
        if steps not in combined and (choice := candidates.join(chosen)) is not None:
            combined[steps] = choice

    for slip in slips:
        rest = [part for part in parts if not any(slip.ids & choice.ids for choice in part.choices)]
        for chosen in _best_products([part.choices for part in rest], limit, lambda choice: choice.score):
            add([slip, *chosen])
    for chosen in _best_products([part.choices for part in parts], limit, lambda choice: choice.score):
        add(chosen)
    ranked = sorted(combined.values(), key=_falling)
    return tuple(ranked[:limit]), prod(len(part.choices) for part in parts) <= limit


def _best_products(lists: Sequence[Sequence[T]], most: int, score: Callable[[T], float]) -> Iterator[tuple[T, ...]]:
    """At most `most` ways to take one from each list, by falling sum of scores; each list is sorted best first.

    Equal sums come in the order of the lists.
    """
    if not all(lists):
        return
    first = (0,) * len(lists)

    def total(at: tuple[int, ...]) -> float:
        return sum(score(items[n]) for items, n in zip(lists, at, strict=True))

    heap, seen = [(-total(first), first)], {first}
    while heap and most > 0:
        _, at = heapq.heappop(heap)
        yield tuple(items[n] for items, n in zip(lists, at, strict=True))
        most -= 1
        for place, items in enumerate(lists):
            following = (*at[:place], at[place] + 1, *at[place + 1 :])
            if at[place] + 1 < len(items) and following not in seen:
                seen.add(following)
                heapq.heappush(heap, (-total(following), following))
