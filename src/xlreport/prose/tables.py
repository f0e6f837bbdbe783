"""What the tables say to a statement in prose: the figure they hold for it, and whether it fits.

Every reading of a claim is worked out once for a filing, however often prose states it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.evidence import is_meant
from xlreport.prose.facts import readings, wholes
from xlreport.prose.known import is_known
from xlreport.rules.days import operands
from xlreport.rules.evaluate import evaluate
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import Filing
    from xlreport.finding import CellRef
    from xlreport.prose.evidence import Company
    from xlreport.prose.facts import Claim, Reading
    from xlreport.prose.stated import Stated
    from xlreport.rules.evaluate import Value

#: 万元 in the tables, 元 in prose.
_YUAN = 10_000

#: How far a sum of money may be rounded: 12万元 stands for 12.5, 3万元 not for 2.5.
_ROUNDED = 0.1


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables hold for one reading; `value` is None where it is no number, `money` where it is 万元."""

    value: float | None
    all_known: bool
    any_known: bool
    money: bool


class Tables:
    """The tables of a filing; `cells` holds computed cells too.

    `held` is what they hold for a reading, `places` the cells that it is made of.
    """

    def __init__(self, filing: Filing, cells: Mapping[str, Value]) -> None:
        self.filing = filing
        self.cells = cells
        self.counted = operands(filing.form, cells)
        self.held = cache(self._hold)
        self.places = cache(self._places)

    def contradicted(self, stated: Stated) -> tuple[Claim, Reading] | None:
        """What is plainly meant, where the figure fits none of its readings; None where it fits one or nobody knows."""
        meant = [
            (claim, reading) for claim in stated.claims or stated.doubted for reading in self._readings(stated, claim)
        ]
        if not meant or any(self._fits(stated, reading) is not False for _, reading in meant):
            return None
        if stated.share and not all(claim.fact.bound for claim, _ in meant):
            return None
        if stated.share and any(self.in_table_units(stated, r) <= (self.held(r).value or 0) for _, r in meant):
            return None
        return meant[0]

    def is_meant(self, stated: Stated, reading: Reading, company: Company) -> bool:
        """Whether a figure that contradicts them is meant for what it seems to be."""
        level = stated.evidence if stated.claims else "weak"
        return is_meant(level, self.in_table_units(stated, reading), self.held(reading).value or 0, company)

    def stands(self, stated: Stated) -> bool:
        """Whether they hold just this figure for what the statement claims."""
        return stated.claim is not None and any(
            self._fits(stated, reading) is True for claim in stated.claims for reading in self._readings(stated, claim)
        )

    def value(self, stated: Stated) -> float | None:
        """The figure they hold for it; None where it claims nothing or they do not know."""
        meant = self._readings(stated, stated.claim) if stated.claim else ()
        held = self.held(meant[0]) if meant else None
        return held.value if held and held.all_known else None

    def _readings(self, stated: Stated, claim: Claim) -> tuple[Reading, ...]:
        return readings(self.filing.form, claim, stated.signs, stated.behind)

    def wholes(self, claim: Claim, *, named: bool) -> list[tuple[str, float]]:
        """The figures that a claim may be a share of, each with its kind of object; only those that are known."""
        held = [(fact.of, self.held(reading)) for fact, reading in wholes(self.filing.form, claim, named=named)]
        return [(of, each.value) for of, each in held if each.all_known and each.value]

    def added(self, ids: tuple[str, ...]) -> float | None:
        """The sum of some cells; None where one of them is unknown."""
        values = [self.cells.get(id_) for id_ in ids]
        if not all(is_known(self.filing, id_, self.cells) for id_ in ids):
            return None
        return float(sum(value for value in values if isinstance(value, int | float)))

    def in_table_units(self, stated: Stated, reading: Reading) -> float:
        """The figure of a statement in the unit of the tables."""
        figure = stated.statement.figure
        if stated.nil or figure is None:
            return 0.0
        return round(figure.value / _YUAN, 6) if self.held(reading).money and figure.unit == "元" else figure.value

    def _fits(self, stated: Stated, reading: Reading) -> bool | None:
        """Whether the figure is that of the reading; None where the tables do not know enough to say."""
        held = self.held(reading)
        value, figure = held.value, stated.statement.figure
        if not held.any_known or value is None:
            return None
        if stated.nil or figure is None:
            fits = abs(value) < 1e-6
        elif held.money and figure.unit == "元":
            fits = figure.agrees(value * _YUAN) and abs(figure.value - value * _YUAN) <= value * _YUAN * _ROUNDED
        else:
            fits = figure.agrees(value)
        if held.all_known:
            return fits
        # Some of the cells are unknown: the true value is at least what is known of it.
        return False if self.in_table_units(stated, reading) < value and not fits else None

    def _places(self, reading: Reading) -> tuple[CellRef, ...]:
        ids = dict.fromkeys((*reading.operands, *rulebook(self.filing.form).inputs(reading.operands)))
        return tuple(map(self.filing.place, ids))

    def _hold(self, reading: Reading) -> _Held:
        known = [is_known(self.filing, id_, self.cells) for id_ in reading.operands]
        value = evaluate(reading.expr, self.counted, self.filing.form)
        return _Held(
            value=value if isinstance(value, int | float) else None,
            all_known=all(known),
            any_known=any(known),
            money=all(self.filing.form.fields[id_].traits.yuan for id_ in reading.operands),
        )
