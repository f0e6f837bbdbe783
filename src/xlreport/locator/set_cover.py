"""Weighted set cover by branch and bound: the one search of the error locator, exact.

Each requirement that is not met yet opens a branch for each of its items, those of earlier branches being out of the
later ones; what several requirements without a common item must cost at least bounds the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Branches searched for one cover; with the few cells that are ever proposed, some hundreds are usual.
MOST_BRANCHES = 20_000


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen items, ascending, and what they cost together."""

    chosen: tuple[int, ...]
    cost: int


class SetCover:
    """Which items to choose, at the least cost; requirements and exclusions are added as they become known.

    Sets of items are the bits of an integer.
    """

    def __init__(self, costs: Sequence[int], forced: Sequence[int] = ()) -> None:
        """One item for each cost (at least 1); items in `forced` are always chosen."""
        self._costs = tuple(costs)
        self._forced = _bits(forced)
        self._required: list[int] = []
        self._excluded: list[int] = []
        #: Of the last search: whether it ended at its limit of branches, and whether a dearer choice may exist.
        self.gave_up = self.dearer = False

    def require(self, items: Sequence[int]) -> None:
        """At least one of these must be chosen; of none, nothing can be."""
        self._required.append(_bits(items))

    def exclude(self, items: Sequence[int]) -> None:
        """Not all of these together."""
        self._excluded.append(_bits(items))

    def solve(self, dearest: int) -> Chosen | None:
        """The cheapest choice that meets every requirement for at most `dearest`; None where there is none, or none found.

        Of several it is the one found first, branches in the order of the items.
        """
        search = _Search(self._costs, self._excluded, dearest)
        search.branch(self._forced, self._cost(self._forced), 0, sorted(set(self._required), key=int.bit_count))
        self.gave_up, self.dearer = search.branches > MOST_BRANCHES, search.bounded
        if search.best is None or self.gave_up:
            return None
        return Chosen(chosen=tuple(_items(search.best)), cost=search.least)

    def _cost(self, items: int) -> int:
        return sum(self._costs[n] for n in _items(items))


class _Search:
    """One search; `best` is the cheapest choice so far, `least` what it costs."""

    def __init__(self, costs: Sequence[int], excluded: Sequence[int], dearest: int) -> None:
        self.costs, self.excluded = costs, excluded
        self.best: int | None = None
        self.least = dearest + 1
        self.branches = 0
        #: Whether a branch ended at its cost.
        self.bounded = False

    def branch(self, chosen: int, cost: int, barred: int, required: Sequence[int]) -> None:
        """Search on from these items, at that cost, without the barred ones."""
        self.branches += 1
        if self.branches > MOST_BRANCHES or any(items & chosen == items for items in self.excluded):
            return
        missing = [items & ~barred for items in required if not items & chosen]
        if not all(missing):
            return
        if cost + self.bound(missing) >= self.least:
            self.bounded = True
            return
        if not missing:
            self.best, self.least = chosen, cost
            return
        for item in _items(min(missing, key=int.bit_count)):
            self.branch(chosen | 1 << item, cost + self.costs[item], barred, missing)
            barred |= 1 << item

    def bound(self, missing: Sequence[int]) -> int:
        """What the missing requirements cost at least: those that share no item are each paid for."""
        least, paid = 0, 0
        for items in missing:
            if not items & paid:
                paid |= items
                least += min(self.costs[n] for n in _items(items))
        return least


def _bits(items: Sequence[int]) -> int:
    return sum(1 << item for item in set(items))


def _items(bits: int) -> Iterator[int]:
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1
