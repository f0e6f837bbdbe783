"""One from each of several lists, the best together first."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")


def best_products(lists: Sequence[Sequence[T]], most: int, score: Callable[[T], float]) -> Iterator[tuple[T, ...]]:
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
