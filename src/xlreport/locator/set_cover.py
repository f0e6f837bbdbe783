"""Weighted set cover with HiGHS: the one mixed-integer problem of the error locator.

highspy, and numpy with it, is imported only when a cover is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


#: Branches searched for one cover; with the few cells that are ever proposed, a handful is usual.
MOST_NODES = 1000


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen items, ascending, and what they cost together."""

    chosen: tuple[int, ...]
    cost: int


class SetCover:
    """Which items to choose, at the least cost; requirements and exclusions are added as they become known."""

    def __init__(self, costs: Sequence[int], forced: Sequence[int] = ()) -> None:
        """One item for each cost (at least 1); items in `forced` are always chosen."""
        self._costs = tuple(costs)
        self._impossible = False
        #: Whether a search ended at its limit: a cheaper or further choice may exist.
        self.gave_up = False
        self._model = _quiet_highs()
        for n, cost in enumerate(costs):
            self._model.addBinary(obj=cost)
            if n in forced:
                self._model.changeColBounds(n, 1.0, 1.0)

    def require(self, items: Sequence[int]) -> None:
        """At least one of these must be chosen; of none, nothing can be."""
        if items:
            self._row(items, 1.0, float(len(items)))
        else:
            self._impossible = True

    def exclude(self, items: Sequence[int]) -> None:
        """Not all of these together."""
        if items:
            self._row(items, 0.0, float(len(items) - 1))
        else:
            self._impossible = True

    def solve(self) -> Chosen | None:
        """The cheapest choice that meets every requirement, None where there is none (or the search gave up)."""
        if self._impossible or not self._costs:
            return None
        import highspy  # heavy

        self._model.run()
        status = self._model.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self.gave_up = status != highspy.HighsModelStatus.kInfeasible
            return None
        values = self._model.getSolution().col_value
        chosen = tuple(n for n, value in enumerate(values) if value > 0.5)
        return Chosen(chosen=chosen, cost=sum(self._costs[n] for n in chosen))

    def _row(self, items: Sequence[int], low: float, high: float) -> None:
        self._model.addRow(low, high, len(items), sorted(items), [1.0] * len(items))


def _quiet_highs() -> Any:
    """A HiGHS model that prints nothing: the constructor prints its banner unless silenced before callbacks are set."""
    import highspy  # heavy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802  (HiGHS's own name)
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]  # not annotated in highspy

    model = Quiet()  # type: ignore[no-untyped-call]  # not annotated in highspy
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 0)
    model.setOptionValue("mip_max_nodes", MOST_NODES)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    return model
