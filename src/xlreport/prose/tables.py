"""What the tables say to a statement in prose: the figure they hold for it, and whether it fits.

Every reading of a claim is worked out once for a filing, however often prose states it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.known import is_known
from xlreport.rules.days import operands
from xlreport.rules.evaluate import evaluate
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import Filing
    from xlreport.finding import CellRef
    from xlreport.prose.claims import Reading, Words
    from xlreport.prose.statements import Stated
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
    """The tables of a filing; `cells` holds computed cells too. `sentence` is always the text of the whole sentence.

    `held` is what they hold for a reading, `places` the cells that it is made of.
    """

    def __init__(self, filing: Filing, cells: Mapping[str, Value]) -> None:
        self.filing = filing
        self.cells = cells
        self.counted = operands(filing.form, cells)
        self.held = cache(self._hold)
        self.places = cache(self._places)
        self._said = cache(_said)

    def contradicted(self, stated: Stated, sentence: str) -> Reading | None:
        """The plain reading, where the figure fits none; None where it fits one or the tables do not know."""
        readings = self._readings(stated, sentence)
        if not readings or any(self._fits(stated, reading) is not False for reading in readings):
            return None
        return readings[0]

    def stands(self, stated: Stated, sentence: str) -> bool:
        """Whether they hold just this figure for what the statement claims."""
        return any(self._fits(stated, reading) is True for reading in self._readings(stated, sentence))

    def value(self, stated: Stated, sentence: str) -> float | None:
        """The figure they hold for it; None where it claims nothing or they do not know."""
        readings = self._readings(stated, sentence)
        held = self.held(readings[0]) if readings else None
        return held.value if held and held.all_known else None

    def in_table_units(self, stated: Stated, reading: Reading) -> float:
        """The figure of a statement in the unit of the tables."""
        figure = stated.statement.figure
        if stated.nil or figure is None:
            return 0.0
        return round(figure.value / _YUAN, 6) if self.held(reading).money and figure.unit == "元" else figure.value

    def _readings(self, stated: Stated, sentence: str) -> list[Reading]:
        """The readings under which the statement may be right, the plain one first."""
        if stated.claim is None:
            return []
        near = stated.claim.readings(stated.near) if stated.near and stated.claim.by_column else ()
        choices = (*stated.claim.readings(stated.columns), *near)
        return [reading for reading in choices if not reading.words or self._said(reading.words, sentence)]

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


def _said(words: Words, sentence: str) -> bool:
    return words.found_in(sentence)
