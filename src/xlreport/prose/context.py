"""What earlier clauses of a sentence leave open for the next: its scope, the fact told last, the list that runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.prose.clauses import Statement
    from xlreport.prose.facts import Claim
    from xlreport.prose.frames import Frame
    from xlreport.prose.lexicon import Lexeme
    from xlreport.prose.stated import Stated

#: What opens a list of parts of the figure before.
LIST = re.compile(r"其中|包括|包含|分别")


class Context(msgspec.Struct, kw_only=True):
    """What is open: `last` the claim before, `row` the last one that has columns, `whole` what the list that runs is of.

    `opened`: the clause before opens a list and has no figure itself (其中，网上申请…);
    `foreign`: the figure before counts what no table holds; `strange`: the list that runs is of such.
    """

    scope: Scope = Scope()
    last: Claim | None = None
    row: Claim | None = None
    whole: Claim | None = None
    parties: tuple[Lexeme, ...] = ()
    channel: bool = False
    foreign: bool = False
    strange: bool = False
    opened: bool = False

    def list_of(self, frame: Frame, statement: Statement) -> None:
        """Take note of the list that a figure opens or goes on with: 清理23件，其中废止3件 is of what no table holds."""
        opens = self.opened or LIST.search(statement.head) is not None
        self.opened = False
        if opens:
            self.strange = self.strange or self.foreign
            self.whole = self.last
        elif statement.depth == 0 and (frame.turns or statement.lead not in "、，,"):
            self.strange = frame.turns
        elif frame.objects and statement.lead != "、":
            self.strange = False
        if statement.lead in "；;" and statement.depth == 0 and not opens:
            self.whole = None
        self.foreign = frame.foreign if statement.depth == 0 else self.foreign

    def is_part(self, claims: tuple[Claim, ...]) -> bool:
        """Whether a part of a list is told as its whole is: 收到申请28件，其中来信申请9件 is one kind of them."""
        return bool(claims) and self.whole is not None and claims[0].same(self.whole)

    def told(self, claims: tuple[Claim, ...]) -> None:
        """Take note of what a figure claims."""
        self.last = claims[0] if claims else None
        if claims and claims[0].slots.parties:
            self.parties = claims[0].slots.parties
        elif claims and "{party}" in claims[0].fact.cells[0]:
            self.row = claims[0]


def parts_of_another(found: list[Stated]) -> Iterator[Stated]:
    """The statements of a sentence, those silent that add up to a figure that no table holds: 清理25件，废止2件、继续有效23件."""
    parts = 0
    for n, one in enumerate(found):
        if one.silence in {"foreign", "doubtful"} and one.statement.figure is not None:
            parts = max(parts, n + 1 + _adding_up(one.written.value, found[n + 1 : n + 1 + _PARTS_MOST]))
        yield msgspec.structs.replace(one, claims=(), silence="list") if n < parts and one.claims and not one.nil else one


def _adding_up(whole: float, following: list[Stated]) -> int:
    """How many of the figures that follow add up to a whole; 0 where they do not, or one does."""
    left = whole
    for n, one in enumerate(following):
        if one.figure is None or one.nil or one.statement.lead not in "，,、（(":
            return 0
        left -= one.figure
        if left == 0:
            return n + 1 if n else 0
        if left < 0:
            return 0
    return 0


#: No list of parts of another thing is longer.
_PARTS_MOST = 6
