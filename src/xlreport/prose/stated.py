"""A statement as it was understood: what its figure claims, or why it claims nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from xlreport.prose.clauses import COUNTING, Statement
from xlreport.prose.evidence import Evidence
from xlreport.prose.facts import Claim

if TYPE_CHECKING:
    from xlreport.prose.figures import Figure

#: Why a figure is not held against a table: it is rough (近百件), of another time or another office, planned, a change
#: (增加3件); it counts another thing, or is one of a list of such; a word stands beside it that is not accounted for (疫情类申请),
#: or 等; its clause tells nothing that a table holds.
Silence = Literal["", "rough", "time", "office", "planned", "change", "foreign", "list", "doubtful", "open", "nothing"]


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it was understood.

    `claims` are the facts that it may state, the plain one first; none where `silence` says why. `share`: the
    figure is only a part of that. `signs` are those of its sentence, `behind` what is counted in right behind it
    (含上年结转). `nil` marks a 0 stated in words. `evidence`: how sure the claims are;
    `doubted` are those of a figure that is silent because they are doubtful.
    """

    statement: Statement
    sentence: int
    claims: tuple[Claim, ...] = ()
    silence: Silence = ""
    share: bool = False
    signs: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    nil: bool = False
    evidence: Evidence = "sure"
    doubted: tuple[Claim, ...] = ()

    @property
    def aside(self) -> bool:
        """Whether it is a change or a plan, and so neither a total nor a part."""
        return self.silence in {"planned", "change"}

    @property
    def usable(self) -> bool:
        """Whether it is an exact figure of this office and year."""
        return self.silence not in {"rough", "time", "office", "planned", "change"}

    @property
    def claim(self) -> Claim | None:
        """The fact that it states."""
        return self.claims[0] if self.claims and not self.share else None

    @property
    def written(self) -> Figure:
        """Its figure as it is written; only a statement with one is asked for it."""
        figure = self.statement.figure
        assert figure is not None  # noqa: S101  (asked by the caller)
        return figure

    @property
    def unit(self) -> str:
        return self.statement.figure.unit if self.statement.figure else ""

    @property
    def measure(self) -> str:
        """The unit; all that count things one by one (件, 条, 份) are the same."""
        return "件" if self.unit in COUNTING else self.unit

    @property
    def figure(self) -> float | None:
        if self.nil:
            return 0.0
        return self.statement.figure.value if self.statement.figure else None
