"""A finding: one thing that is wrong, odd or worth knowing, with the cells it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

import msgspec

Level: TypeAlias = Literal["error", "warning", "note"]

#: Order of severity, the most severe first.
LEVELS: tuple[Level, ...] = ("error", "warning", "note")

LEVEL_NAMES: dict[Level, str] = {"error": "错误", "warning": "提醒", "note": "说明"}


class RuleKey(NamedTuple):
    """What findings, checks and explanations carry: the id of a rule and, where it is repeated, of which item.

    As text `balance[natural]` or `in_force`; in names of cells `balance.natural`, `in_force`.
    """

    rule: str
    item: str | None = None

    @classmethod
    def parse(cls, text: str) -> RuleKey:
        """The key that `text` stands for; `str` of it is `text` again. One with no whole pair of brackets is all rule."""
        rule, bracket, item = text.partition("[")
        return cls(rule, item[:-1]) if bracket and item.endswith("]") else cls(text)

    @property
    def name(self) -> str:
        """How it ends the name of a cell."""
        return self.rule if self.item is None else f"{self.rule}.{self.item}"

    def __str__(self) -> str:
        return self.rule if self.item is None else f"{self.rule}[{self.item}]"


class CellRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where something stands: the field (null where no id applies), the sheet's title, the A1 address."""

    field: str | None = None
    sheet: str | None = None
    address: str | None = None

    def __str__(self) -> str:
        if self.sheet is None:
            return ""
        return f"“{self.sheet}”{self.address or ''}"


class FixStep(msgspec.Struct, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    """One change of one input cell. Steps of one `choice` are made together; choices are alternatives, best first."""

    field: str
    sheet: str | None = None
    address: str | None = None
    old: int | float | str | None = None
    new: int | float | str | None = None
    choice: int = 1


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One result of reading or checking.

    `rule` is the rule's id, `rule[item]` where the rule is repeated; `message` is one Chinese sentence.
    `expected` and `actual` are a number, a text or None. `explanation` is what staff wrote about a warning.
    """

    rule: str
    level: Level
    message: str
    cells: tuple[CellRef, ...] = ()
    expected: int | float | str | None = None
    actual: int | float | str | None = None
    fix: tuple[FixStep, ...] | None = None
    explanation: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether `generate` stops at this finding: an error, or a warning nobody has explained."""
        return self.level == "error" or (self.level == "warning" and not self.explanation)


class Count(NamedTuple):
    """How many findings there are: errors, warnings that nobody has explained, explained ones, notes."""

    errors: int
    open: int
    explained: int
    notes: int


def count(findings: Iterable[Finding]) -> Count:
    """The one count that command line, result page and 校验 give."""
    listed = list(findings)
    levels = [finding.level for finding in listed]
    open_ = sum(finding.level == "warning" and finding.blocks for finding in listed)
    return Count(levels.count("error"), open_, levels.count("warning") - open_, levels.count("note"))
