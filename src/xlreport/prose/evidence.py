"""How sure it is that a figure is of what it seems to be, and what a figure of another thing looks like.

Most figures in a report are right. One that is far from its cell is more often of another thing than wrong: what is said of
it must then be beyond doubt. Each sign speaks for a figure or against it, and only where enough speaks for it is it held
against its cell: that its words name the thing and what was done; that it is near its cell, as a slip of the hand or last
year's figure is; that the figures of its sentence agree with their cells, as those of another thing do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from xlreport.locator.likelihood import retyped

if TYPE_CHECKING:
    from xlreport.prose.facts import Claim
    from xlreport.prose.frames import Frame

#: `plain`: the words name the thing and the act; `sure`: the thing, or an outcome; `fair`: less, or a word that nobody knows
#: stands among them; `weak`: a word that nobody knows stands right beside.
Evidence = Literal["plain", "sure", "fair", "weak"]

_SPEAKS: dict[Evidence, int] = {"plain": 2, "sure": 1, "fair": 0, "weak": 0}

#: That a figure is near its cell speaks so much for it, and so much is enough.
_NEAR_SPEAKS, _ENOUGH = 2, 2

#: Figures within this ratio, or this far apart, are near.
_RATIO, _APART = 1.5, 1

#: Where little speaks for a figure, a slip is told from chance in large ones only.
_LARGE = 50


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """How many other figures of the same kind in a figure's sentence agree with their cells, how many do not, and how many
    of its figures are of what no table holds.
    """

    agree: int = 0
    differ: int = 0
    others: int = 0

    @property
    def speaks(self) -> int:
        """What they say for a figure that differs: the sentence is of what the tables hold, or of another thing."""
        if self.differ > 1:
            return -2
        return 1 if self.agree or not (self.differ or self.others) else -self.differ


def evidence(frame: Frame, claim: Claim, before: Claim | None) -> Evidence:
    """How sure the claim of a figure with this frame is; `before` is the claim before it in its sentence."""
    slots = claim.slots
    if slots.outcomes or slots.parties:
        return "sure"
    goes_on = before is not None and before.slots.objects == slots.objects
    told = bool(frame.objects) or goes_on or any(act.of == (slots.kind,) for act in slots.acts)
    if frame.strange or not told:
        return "fair"
    return "plain" if frame.objects and slots.acts else "sure"


def is_meant(level: Evidence, written: float, held: float, company: Company) -> bool:
    """Whether a figure that differs from its cell is meant for it, and so is wrong."""
    near = _near(written, held)
    if level in {"plain", "sure"}:
        near = near or is_slip(written, held)
    elif level == "weak" and not (near and max(written, held) >= _LARGE and is_slip(written, held)):
        return False
    return _SPEAKS[level] + near * _NEAR_SPEAKS + company.speaks >= _ENOUGH


def _near(written: float, held: float) -> bool:
    low, high = sorted((written, held))
    return high - low <= _APART or high <= low * _RATIO


def is_slip(written: float, held: float) -> bool:
    """Whether one slip of the hand makes the one of the other: a digit changed, left out, doubled, two exchanged."""
    one, other = f"{written:.10g}", f"{held:.10g}"
    return not len(one) == len(other) == 1 and bool(retyped(one, other))
