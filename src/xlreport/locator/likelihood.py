"""How likely the figure that stands came from the figure that is proposed, by a slip of the hand.

A simple error model orders choices of the same size; it never decides which are listed. Its shares are round guesses
about typing (every slip has a share, spread over the ways in which it can happen), not measurements.
"""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING

import msgspec

from xlreport.rules.evaluate import is_number
from xlreport.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.filing import FilingValue

#: Shares of the kinds of slips.
TRANSPOSED, SHIFTED, WRONG_DIGIT, LEFT_OUT, DOUBLED, ADDED = 0.2, 0.1, 0.25, 0.15, 0.1, 0.1
SIGN, UNIT, OMITTED, NO_SLIP = 0.1, 0.2, 0.05, 0.1

#: One cell in so many is taken to be wrong.
WRONG_CELLS = 0.002

#: Log-odds of one slip that explains two changes (a tenth of all slips), against two unrelated ones.
EXCHANGE = round(log(0.1 / WRONG_CELLS), 2)

#: Log-odds for each figure stated elsewhere, or warning-level rule, that comes into agreement.
AGREES = 5.0

#: Log-odds for a proposed figure whose digits stand in the text that could not be read.
QUOTED = 8.0

#: Counts spread over about this many e-folds: small ones are as common as large ones, decade by decade.
FOLDS = 10.0

#: Decimal places between 元 and 万元.
TEN_THOUSAND = 4


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """How a table is filled: the share of cells with a figure, and of blanks among the rest (others hold a 0)."""

    filled: float
    blank: float

    def plausible(self, value: FilingValue) -> float:
        """How common such a value is where nothing is wrong."""
        if value is None or value == "/":
            return (1 - self.filled) * self.blank
        if value == 0:
            return (1 - self.filled) * (1 - self.blank)
        return self.filled / (FOLDS * max(1.0, abs(float(value)))) if is_number(value) else 1.0


def habit(values: Iterable[FilingValue]) -> Habit:
    """The habit seen in these cells; never quite all or nothing."""
    held = list(values)
    figures = sum(1 for value in held if is_number(value) and value != 0)
    blanks = sum(1 for value in held if not is_number(value))
    return Habit(filled=(figures + 1) / (len(held) + 2), blank=(blanks + 1) / (len(held) - figures + 2))


def slip(standing: FilingValue, proposed: float, seen: Habit, *, money: bool = False, raw: str | None = None) -> float:
    """Log-odds that `standing` was typed for `proposed` against being right.

    `money`: amounts in 万元. `raw`: the text of a cell that could not be read.
    """
    if raw is not None:
        quoted = re.sub(r"[^\d.]", "", raw) == _text(proposed)
        return QUOTED if quoted else 0.0
    share = typed(standing, proposed, money=money) if isinstance(standing, int | float) else OMITTED
    before = seen.plausible(proposed) if proposed else 1 - seen.filled
    return round(log(share) + log(before) - log(seen.plausible(standing)), 2)


def typed(standing: float, proposed: float, *, money: bool = False) -> float:
    """The share of a figure being typed as another: that of the likeliest slip between them, or of none."""
    chance = NO_SLIP / max(10.0, 2 * abs(standing), 2 * abs(proposed))
    if not standing or not proposed:
        return chance
    if standing == -proposed:
        return SIGN
    if standing * proposed < 0:
        return chance
    old, new = _text(standing), _text(proposed)
    return max([*_shifted(old, new, money), *retyped(old, new), chance])


def _text(value: float) -> str:
    """The digits as typed: no sign, no trailing zeros after the point."""
    value = plain(abs(value))
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0")


def _shifted(old: str, new: str, money: bool) -> list[float]:
    """Slips by a power of ten."""
    (old_digits, old_places), (new_digits, new_places) = _significant(old), _significant(new)
    places = old_places - new_places
    if old_digits != new_digits or not places:
        return []
    if money:
        return [UNIT if places == TEN_THOUSAND else SHIFTED]
    return [SHIFTED / abs(places)]


def _significant(text: str) -> tuple[str, int]:
    """The digits without zeros at either end, and the power of ten of the last."""
    whole, _, decimals = text.partition(".")
    digits = (whole + decimals).lstrip("0")
    kept = digits.rstrip("0")
    return kept, len(digits) - len(kept) - len(decimals)


def retyped(old: str, new: str) -> list[float]:
    """The chances of the slips of one keystroke that turn `new` into `old`; none where no one slip does."""
    if len(old) == len(new):
        differ = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(differ) == 1:
            return [WRONG_DIGIT / (9 * len(new))]
        if len(differ) == 2 and differ[1] == differ[0] + 1 and {old[n] for n in differ} == {new[n] for n in differ}:
            return [TRANSPOSED / (len(new) - 1)]
        return []
    if added := _left_out(new, old):
        doubled = any(old[at] in (old[at - 1 : at], old[at + 1 : at + 2]) for at in added)
        more = [DOUBLED / len(new)] if doubled else []
        return [*more, ADDED / (10 * len(old))]
    return [LEFT_OUT / len(new)] if _left_out(old, new) else []


def _left_out(short: str, long: str) -> list[int]:
    """Where one character of `long` can be left out to give `short`."""
    if len(long) != len(short) + 1:
        return []
    return [at for at in range(len(long)) if long[:at] + long[at + 1 :] == short]
