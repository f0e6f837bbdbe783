"""What only the whole of a list says of its figures: parts that add up to another thing, all kinds named behind a channel."""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.facts import outcomes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.forms.model import Form
    from xlreport.prose.clauses import Sentence
    from xlreport.prose.facts import Claim
    from xlreport.prose.lexicon import Lexeme
    from xlreport.prose.stated import Stated


def completed(form: Form, sentence: Sentence, statements: list[Stated]) -> list[Stated]:
    """The statements of a sentence, with what its lists say of them."""
    statements = _without_excluded(sentence, statements)
    statements = list(_given_out(statements))
    return _without_marks(_narrowed(_whole_by_channel(form, list(_without_parts_of_another(statements)))))


def _given_out(statements: list[Stated]) -> Iterator[Stated]:
    """The statements, those figures that names before them share given to each: 予以公开和部分公开69件、20件."""
    given: list[Claim] = []
    for one, behind in zip_longest(statements, statements[1:]):
        own, given = given[:1], given[1:]
        if behind is not None and _only_joined(behind) and one.claim and len(one.claim.slots.outcomes) > 1:
            first, *given = [_of_outcome(one.claim, outcome) for outcome in one.claim.slots.outcomes]
            yield msgspec.structs.replace(one, claims=(first,))
        elif own and _only_joined(one):
            yield msgspec.structs.replace(one, claims=tuple(own), silence="")
        else:
            yield one


def _only_joined(one: Stated) -> bool:
    """Whether a figure stands alone behind 、."""
    return one.statement.lead == "、" and not one.statement.head.strip() and not one.statement.tail.strip()


def _of_outcome(claim: Claim, outcome: Lexeme) -> Claim:
    return msgspec.structs.replace(claim, slots=msgspec.structs.replace(claim.slots, outcomes=(outcome,)))


def _without_excluded(sentence: Sentence, statements: list[Stated]) -> list[Stated]:
    """The statements without those that words behind take out: 另有处罚类复议31件、诉讼17件，不属于信息公开案件."""
    out: set[int] = set()
    for n, clause in enumerate(sentence.clauses):
        if n and not any(each.figure for each in sentence.by_clause[n]) and _EXCLUDES.search(clause[:_CLAUSE_MOST]):
            out.add(n - 1)
    if not out:
        return statements
    return [
        msgspec.structs.replace(each, claims=(), doubted=(), silence="list") if each.statement.clause in out else each
        for each in statements
    ]


_EXCLUDES = re.compile(
    r"(?:不属于?|并非|不是|非)[^，。]{0,12}(?:信息公开|依申请)|(?:不|未)(?:计入|纳入|列入|包含在)|不在[^，。]{0,8}(?:统计|范围)"
)

#: No longer clause says only that.
_CLAUSE_MOST = 40


def _without_parts_of_another(statements: list[Stated]) -> Iterator[Stated]:
    """The statements of a sentence, those silent that add up to a figure that no table holds: 清理25件，废止2件、继续有效23件."""
    parts = 0
    for n, one in enumerate(statements):
        if one.silence in {"foreign", "doubtful"} and one.statement.figure is not None:
            parts = max(parts, n + 1 + _adding_up(one.written.value, statements[n + 1 : n + 1 + _PARTS_MOST]))
        yield (
            msgspec.structs.replace(one, claims=(), silence="list") if n < parts and one.claims and not one.nil else one
        )


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


def _whole_by_channel(form: Form, statements: list[Stated]) -> list[Stated]:
    """A channel is only named where every kind is told of it: 通过网站公开228条，其中政策文件…、其他…."""
    for n, one in enumerate(statements):
        if not (one.share and one.claims and "channel" in one.signs):
            continue
        parts = statements[n : n + 1 + _KINDS_MOST]
        kinds = {outcome.key for part in parts for claim in part.claims[:1] for outcome in claim.slots.outcomes}
        if len(kinds) >= max(_KINDS_LEAST, len(outcomes_of(form, one.claims[0].fact.of)) - 1):
            whole = [msgspec.structs.replace(each, share=False) if each.claims else each for each in parts]
            return [*statements[:n], *whole, *statements[n + 1 + _KINDS_MOST :]]
    return statements


def _narrowed(statements: list[Stated]) -> list[Stated]:
    """What 其中涉及政府信息公开 narrows is of everything; the part is what the table counts: 复议126件，其中信息公开类35件."""
    narrowed = list(statements)
    for n, (one, part) in enumerate(pairwise(statements)):
        if one.claims and not part.claims and part.usable and _OF_DISCLOSURE.search(part.statement.head):
            narrowed[n] = msgspec.structs.replace(one, claims=(), silence="list")
            narrowed[n + 1] = msgspec.structs.replace(part, claims=one.claims, silence="")
    return narrowed


def _without_marks(statements: list[Stated]) -> list[Stated]:
    """How documents are marked is no request: 认定主动公开30件、依申请公开25件、不予公开12件."""
    marks = {
        n
        for n, (one, other) in enumerate(pairwise(statements))
        if other.statement.lead in "、，," and {_mark(one), _mark(other)} == {"on_request", "other"}
    }
    marked = {n for mark in marks for n in (mark, mark + 1) if statements[n].claims}
    return [
        msgspec.structs.replace(one, claims=(), silence="list") if n in marked else one
        for n, one in enumerate(statements)
    ]


def _mark(one: Stated) -> str:
    head = one.statement.head.rstrip()
    return (
        "on_request"
        if head.endswith("依申请公开")
        else "other"
        if head.endswith(("主动公开", "不予公开", "不公开"))
        else ""
    )


_OF_DISCLOSURE = re.compile(r"其中[^，,。]{0,10}信息公开(?:类|领域|方面|工作|案件|的){0,2}\s*\Z")

#: So many parts are looked at behind a channel, and so many kinds must be named.
_KINDS_MOST, _KINDS_LEAST = 6, 3
