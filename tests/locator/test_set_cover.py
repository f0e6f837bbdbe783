"""The cheapest cover: what trying every set of items finds."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from xlreport.locator.set_cover import SetCover

ITEMS = 7

sets_of_items = st.lists(st.lists(st.integers(0, ITEMS - 1), max_size=4, unique=True), max_size=6)


@given(
    costs=st.lists(st.sampled_from([1, 10, 11]), min_size=ITEMS, max_size=ITEMS),
    forced=st.lists(st.integers(0, ITEMS - 1), max_size=2, unique=True),
    required=sets_of_items,
    excluded=sets_of_items,
    dearest=st.integers(0, 80),
)
def test_the_cheapest_of_all_sets_is_chosen(
    costs: list[int], forced: list[int], required: list[list[int]], excluded: list[list[int]], dearest: int
) -> None:
    """Every requirement met, nothing excluded in it, nothing cheaper; and it is said where there are only dearer ones."""
    cover = SetCover(costs, forced)
    for items in required:
        cover.require(items)
    for items in excluded:
        cover.exclude(items)
    prices = {
        chosen: sum(costs[n] for n in chosen)
        for size in range(ITEMS + 1)
        for chosen in combinations(range(ITEMS), size)
        if {*forced} <= {*chosen}
        and all({*chosen} & {*items} for items in required)
        and not any({*items} <= {*chosen} for items in excluded)
    }
    wanted = [price for price in prices.values() if price <= dearest]
    found = cover.solve(dearest)
    assert not cover.gave_up
    assert min(wanted, default=None) == (found and found.cost)
    assert found is None or prices[found.chosen] == found.cost
    assert found is not None or cover.dearer or not prices


def test_a_search_ends_at_its_limit() -> None:
    """Of hundreds of requirements that overlap at random no choice is claimed before all are tried."""
    chance = random.Random(1)
    cover = SetCover([1] * 60)
    for _ in range(200):
        cover.require(chance.sample(range(60), 3))
    assert (None, True) == (cover.solve(10_000), cover.gave_up)
