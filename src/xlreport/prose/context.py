"""What earlier clauses of a sentence leave open for the next: its scope, the fact told last, the list that runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.scope import Scope

if TYPE_CHECKING:
    from xlreport.prose.clauses import Statement
    from xlreport.prose.facts import Claim
    from xlreport.prose.frames import Frame
    from xlreport.prose.lexicon import Lexeme

#: What opens a list of parts of the figure before.
LIST = re.compile(r"其中|包括|包含|分别")


#: What names in a clause of its own what the figures behind it are of.
AMONG = re.compile(r"(?:[中看为下]|方面|结果|情况)[，：:\s]*\Z")

#: 修改2件，其余12件继续执行: the rest of what no table holds.
_REST = re.compile(r"其余|余下|剩余")


class Context(msgspec.Struct, kw_only=True):
    """What is open: `outside` is the scope outside the bracket that is open, `last` the claim before, `row` the last one
    that has columns, `whole` what the list that runs is of,
    `joined` the objects that 、 joined last: 行政复议7件、行政诉讼3件，其中被纠正2件 is of both.

    `shared`: the figure before is a share; `opened`: the clause before opens a list and has no figure itself (其中，网上申请…);
    `other`: where a figure of something else ended last (3人提交申请22件);
    `among`: the clause before names what the figures are of (办结的申请中，公开9件);
    `narrow`: it names only some of that (新收申请中，已办结73件);
    `foreign`: the figure before counts what no table holds; `strange`: the list that runs is of such.
    """

    scope: Scope = Scope()
    outside: Scope | None = None
    last: Claim | None = None
    row: Claim | None = None
    whole: Claim | None = None
    joined: tuple[Lexeme, ...] = ()
    parties: tuple[Lexeme, ...] = ()
    channel: bool = False
    foreign: bool = False
    strange: bool = False
    opened: bool = False
    other: int = -1
    among: bool = False
    narrow: bool = False
    shared: bool = False

    def enter(self, depth: int) -> Scope:
        """The scope in which a clause begins: what a bracket says of time and office ends with it."""
        if depth == 0:
            scope, self.outside = self.outside or self.scope, None
            return scope
        self.outside = self.outside or self.scope
        return self.scope

    def list_of(self, frame: Frame, statement: Statement) -> None:
        """Take note of the list that a figure opens or goes on with: 清理23件，其中废止3件 is of what no table holds."""
        if frame.elsewhere:
            self.strange = True
            return
        if _REST.match(statement.head.lstrip()) and self.last is None:
            self.strange = True
        opens = self.opened or LIST.search(statement.head) is not None
        self.opened = False
        if opens:
            self.strange = (self.strange or self.foreign) and not (frame.objects and frame.acts)
            self.whole = self.last
        elif statement.depth == 0 and (frame.turns or statement.lead not in "、，,"):
            self.strange = frame.turns
        elif frame.objects and statement.lead != "、":
            self.strange = False
        if statement.lead in "；;" and statement.depth == 0 and not opens:
            self.whole = None
        self.foreign = frame.foreign if statement.depth == 0 else self.foreign

    def is_share(self, claims: tuple[Claim, ...], statement: Statement, frame: Frame, *, of_info: bool) -> bool:
        """Whether a figure is a share of what it tells; so is what follows it of the same: 网上申请65件，办结62件."""
        if frame.objects or statement.lead in "；;":
            self.shared = frame.share
        narrow = self.narrow and bool(claims) and not claims[0].slots.parties
        return frame.share or of_info or self.shared or narrow or self.is_part(claims)

    def is_part(self, claims: tuple[Claim, ...]) -> bool:
        """Whether a part of a list is told as its whole is: 收到申请28件，其中来信申请9件 is one kind of them."""
        return bool(claims) and self.whole is not None and claims[0].same(self.whole)

    def told(self, claims: tuple[Claim, ...], statement: Statement) -> None:
        """Take note of what a figure claims."""
        if claims and claims[0].slots.objects:
            objects = claims[0].slots.objects
            alike = self.joined and self.joined[0].of == objects[0].of and statement.lead == "、"
            if objects[0] not in self.joined:
                self.joined = (*self.joined, *objects) if alike else objects
        self.last = claims[0] if claims else None
        if claims and claims[0].slots.parties:
            self.parties = claims[0].slots.parties
        elif claims and "{party}" in claims[0].fact.cells[0]:
            self.row = claims[0]
