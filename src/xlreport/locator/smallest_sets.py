"""The smallest sets of cells whose change satisfies a system of linear equations (Fellegi and Holt, 1976).

A set of cells will do when the equations, with all other cells left as they are, have a solution within the cells'
domains. Where it will not, elimination yields an implied edit: a combination of the equations that fails whatever the
set's cells hold, so at least one other cell of it must change. The smallest set that covers every such edit is
searched for exactly; edits are generated until the cover will do. Arithmetic is exact (fractions):
no tolerance and no large constant ever decides which cell is wrong.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.locator.set_cover import SetCover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: The cost of changing a cell, and of one that must be mended anyway (unreadable): many of these count less than one.
WHOLE, KNOWN_BAD = 1000, 1

#: Covers tried before the search for further ties is given up (and said to be).
MOST_COVERS = 120

#: A set of more than six cells is not sought: with so many errors, staff do better to read the table again.
DEAREST = 7 * WHOLE - 1

#: Change by field id.
Change: TypeAlias = "dict[str, Fraction]"


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that may change: its present value, the bounds and step of its domain, what a change costs.

    `forced`: the present value is outside the domain, so that every solution changes it.
    """

    id: str
    value: Fraction
    low: Fraction
    high: Fraction
    step: Fraction
    cost: int = WHOLE
    forced: bool = False

    def takes(self, change: Fraction) -> bool:
        """Whether the changed value lies within the domain."""
        new = self.value + change
        return self.low <= new <= self.high and (new if self.step == 1 else new / self.step).denominator == 1


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One equation in the changes: Σ factor · change = rest."""

    factors: dict[str, Fraction]
    rest: Fraction


class Solutions(msgspec.Struct, frozen=True, kw_only=True):
    """All smallest sets with their changes; `complete` is False where the search stopped at one of its limits."""

    changes: tuple[Change, ...] = ()
    complete: bool = True


class _Reduced(msgspec.Struct, frozen=True, kw_only=True):
    """A row after elimination; `implied` is the same combination of whole rows, over all cells."""

    pivot: str
    factors: dict[str, Fraction]
    rest: Fraction
    implied: dict[str, Fraction]


def smallest_sets(
    rows: Sequence[Row], unknowns: Sequence[Unknown], *, limit: int, accept: Callable[[Change], bool]
) -> Solutions:
    """The cheapest sets of unknowns whose change satisfies every row, each with its changes; at most `limit`.

    `accept` may turn a solution down (it breaks another rule); then the next cheapest are sought.
    """
    forced = [unknown for unknown in unknowns if unknown.forced]
    known_bad = [unknown for unknown in unknowns if unknown.cost < WHOLE]
    if len(forced) <= 1:
        alone = forced or known_bad or unknowns
        singles = [change for change in single_changes(rows, alone) if accept(change)]
        if singles:
            return Solutions(changes=tuple(singles[:limit]), complete=len(singles) <= limit)
    return cheapest_covers(rows, unknowns, limit=limit, accept=accept)


def single_changes(rows: Sequence[Row], unknowns: Sequence[Unknown]) -> list[Change]:
    """Every change of one cell that satisfies all rows: its factors must be in proportion to what the rows lack."""
    failed = {n for n, row in enumerate(rows) if row.rest}
    touched: dict[str, set[int]] = {}
    for n, row in enumerate(rows):
        for id_ in row.factors:
            touched.setdefault(id_, set()).add(n)
    singles = []
    for unknown in unknowns:
        if not failed or touched.get(unknown.id) != failed:
            continue
        changes = {rows[n].rest / rows[n].factors[unknown.id] for n in failed}
        if len(changes) == 1 and unknown.takes(change := changes.pop()):
            singles.append({unknown.id: change})
    return singles


def cheapest_covers(
    rows: Sequence[Row], unknowns: Sequence[Unknown], *, limit: int, accept: Callable[[Change], bool]
) -> Solutions:
    """As `smallest_sets`, for sets of any size: a cover of the implied edits found so far, elimination finds more."""
    search = _Search(rows, unknowns)
    ids = tuple(search.unknowns)
    cover = SetCover(
        [search.unknowns[id_].cost for id_ in ids], [n for n, id_ in enumerate(ids) if search.unknowns[id_].forced]
    )
    place = {id_: n for n, id_ in enumerate(ids)}
    for row in rows:
        if row.rest:
            cover.require([place[id_] for id_ in row.factors if id_ in place])
    listed: list[Change] = []
    complete, best = True, None
    for _ in range(MOST_COVERS):
        chosen = cover.solve(DEAREST if best is None else best)
        if chosen is None:
            all_tried = not cover.gave_up and (best is not None or not cover.dearer)
            return Solutions(changes=tuple(listed), complete=complete and all_tried)
        if len(listed) >= limit:
            return Solutions(changes=tuple(listed), complete=False)
        support = tuple(ids[n] for n in chosen.chosen)
        reduced = search.reduce(support)
        edits = search.edits(*reduced)
        solutions = [] if edits else list(islice(search.solutions(support, reduced), limit + 1))
        accepted = [change for change in solutions if accept(change)]
        if accepted:
            best = chosen.cost
            room = limit - len(listed)
            complete = complete and len(accepted) <= room
            listed.extend(accepted[:room])
            cover.exclude(chosen.chosen)
        else:
            for edit in edits or [frozenset(ids).difference(support)]:
                cover.require([place[id_] for id_ in edit])
    return Solutions(changes=tuple(listed), complete=False)


class _Search:
    """Exact linear algebra over the rows: what a set of cells must hold, or why it will not do."""

    def __init__(self, rows: Sequence[Row], unknowns: Sequence[Unknown]) -> None:
        self.unknowns = {unknown.id: unknown for unknown in unknowns}
        self.rows = [
            Row(factors={id_: a for id_, a in row.factors.items() if id_ in self.unknowns}, rest=row.rest)
            for row in rows
        ]

    def reduce(self, support: Sequence[str]) -> tuple[list[_Reduced], list[_Reduced]]:
        """Gauss–Jordan over the cells of `support`: solved rows, and rows without any of them that still lack."""
        inside = set(support)
        open_rows = [
            _Reduced(
                pivot="",
                factors={id_: a for id_, a in row.factors.items() if id_ in inside},
                rest=row.rest,
                implied=row.factors,
            )
            for row in self.rows
        ]
        solved: list[_Reduced] = []
        for id_ in support:
            at = next((n for n, row in enumerate(open_rows) if row.factors.get(id_)), None)
            if at is None:
                continue
            pivot = _scaled(open_rows.pop(at), id_)
            open_rows = [_without(row, pivot) for row in open_rows]
            solved = [*(_without(row, pivot) for row in solved), pivot]
        return solved, [row for row in open_rows if row.rest]

    def edits(self, solved: list[_Reduced], lacking: list[_Reduced]) -> list[frozenset[str]]:
        """Implied edits that a reduced set leaves failed, as the cells of which one must change; empty: none found."""
        if lacking:
            return [frozenset(row.implied) for row in lacking]
        edits = []
        for row in solved:
            unknown = self.unknowns[row.pivot]
            if len(row.factors) > 1 or unknown.takes(row.rest):
                continue
            new = unknown.value + row.rest
            if unknown.low <= new <= unknown.high:
                helpful = frozenset(row.implied) - {row.pivot}
            else:
                helpful = frozenset(
                    id_ for id_, a in row.implied.items() if id_ != row.pivot and self.helps(id_, a, new > unknown.high)
                )
            edits.append(helpful)
        return edits

    def helps(self, id_: str, factor: Fraction, lower: bool) -> bool:
        """Whether some change of the cell brings the pivot's value down (`lower`) or up."""
        unknown = self.unknowns[id_]
        return unknown.value < unknown.high if (factor > 0) == lower else unknown.value > unknown.low

    def solutions(
        self, support: Sequence[str], reduced: tuple[list[_Reduced], list[_Reduced]], fixed: Change | None = None
    ) -> Iterator[Change]:
        """Changes of exactly these cells that satisfy all rows; more than one only where bounds leave room."""
        fixed = fixed or {}
        solved, lacking = reduced
        if lacking:
            return
        pivots = {row.pivot for row in solved}
        free = [id_ for id_ in support if id_ not in pivots and id_ not in fixed]
        if len(free) > 1:
            yield from self.corners(support, fixed)
            return
        for step in self._steps(free[0], solved) if free else [Fraction(0)]:
            change = {**fixed, **({free[0]: step} if free else {})}
            for row in solved:
                change[row.pivot] = row.rest - (row.factors.get(free[0], Fraction(0)) * step if free else 0)
            if all(change.values()) and all(self.unknowns[id_].takes(delta) for id_, delta in change.items()):
                yield change

    def corners(self, support: Sequence[str], fixed: Change) -> Iterator[Change]:
        """Solutions with a cell at a bound, where two cells are free or more; seen in no form so far."""
        seen: list[Change] = []
        for id_ in (id_ for id_ in support if id_ not in fixed):
            unknown = self.unknowns[id_]
            for bound in (unknown.low, unknown.high):
                now = {**fixed, id_: bound - unknown.value}
                rest = _Search([_fixed(row, now) for row in self.rows], list(self.unknowns.values()))
                reduced = rest.reduce([other for other in support if other not in now])
                for change in self.solutions(support, reduced, now):
                    if change not in seen:
                        seen.append(change)
                        yield change

    def _steps(self, id_: str, reduced: list[_Reduced]) -> list[Fraction]:
        """Changes of the one free cell to try: near where some cell reaches a bound or stays, smallest first."""
        turns = {Fraction(0), self.unknowns[id_].low - self.unknowns[id_].value}
        for row in reduced:
            if factor := row.factors.get(id_):
                unknown = self.unknowns[row.pivot]
                turns |= {(row.rest - bound + unknown.value) / factor for bound in (unknown.low, unknown.value)}
        unit = self.unknowns[id_].step
        steps = {(turn // unit + n) * unit for turn in turns for n in range(-40, 41)}
        return sorted(steps, key=lambda step: (abs(step), step))


def _scaled(row: _Reduced, id_: str) -> _Reduced:
    factor = row.factors[id_]
    return _Reduced(
        pivot=id_,
        factors={key: a / factor for key, a in row.factors.items()},
        rest=row.rest / factor,
        implied={key: a / factor for key, a in row.implied.items()},
    )


def _without(row: _Reduced, pivot: _Reduced) -> _Reduced:
    """The row with the pivot's cell eliminated."""
    factor = row.factors.get(pivot.pivot)
    if not factor:
        return row
    return _Reduced(
        pivot=row.pivot,
        factors=_minus(row.factors, pivot.factors, factor),
        rest=row.rest - factor * pivot.rest,
        implied=_minus(row.implied, pivot.implied, factor),
    )


def _minus(left: dict[str, Fraction], right: dict[str, Fraction], factor: Fraction) -> dict[str, Fraction]:
    total = dict(left)
    for id_, a in right.items():
        total[id_] = total.get(id_, Fraction(0)) - factor * a
    return {id_: a for id_, a in total.items() if a}


def _fixed(row: Row, fixed: Change) -> Row:
    return Row(
        factors=row.factors,
        rest=row.rest - sum((a * fixed.get(i, Fraction(0)) for i, a in row.factors.items()), Fraction(0)),
    )
