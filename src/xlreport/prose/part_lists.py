"""Lists of parts: what opens one, the total it is of, and which of the figures behind are its parts.

A list is opened by 其中, 包括, ：, a bracket, X件中 or 从…看, or by figures that are parts of one before them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.stated import Stated

#: What opens a list in the words before its first part.
_OPENS = re.compile(r"其中|包括|包含|涵盖|分别(?:是|为)|具体(?:是|为)")
_VIEW = re.compile(
    r"^[\s，,]*(?:从|按照?|就)[^，,。]{1,20}(?:看|分|划分|分类|统计|来说|情况)[，,：:\s]*$|(?:结果|情况)(?:为|如下|是)?[，,：:\s]*$"
)
_OF_THESE = re.compile(r"[件条份宗起例个次篇期]?(?:[\u4e00-\u9fff]{0,12})[中里]\s*$")

#: Words of a last part that leaves nothing out.
REST = re.compile(r"其[他它]")
_ENDS = re.compile(
    r"^[\s，,；;]*(?:另外?|此外|同时|还|(?:通过|依托)[^，。]{0,20}(?:发布|推送)|较|同比|比|占|约|含|不含|累计|涉及|全部|均|共|合计)"
)
_NO_PARTS = re.compile(r"^[\s]*(?:含|不含|包括|另|较|同比|比|占|约)")

#: So many figures before the first part are looked at for its total.
_NEAR_BEFORE = 4

#: No list has more parts; a longer one is no list that could be added up.
PARTS_MOST = 40


class PartList(msgspec.Struct, frozen=True, kw_only=True):
    """A total with what follows it, and whether the way it is opened names all parts.

    `view`: it looks at all of something that it does not name (从申请内容看). `implied` where no word opens it: it must come
    to its total only where its parts are all that the tables have.
    `others` are the figures that it may add up to as well.
    """

    total: Stated
    following: Sequence[Stated]
    whole: bool = False
    implied: bool = False
    view: bool = False
    others: tuple[float, ...] = ()


def part_lists(sentence: Sentence, figures: list[Stated], earlier: list[Stated]) -> Iterator[PartList]:
    outside: dict[str, Stated] = {}
    for n, one in enumerate(figures):
        previous = figures[n - 1] if n else None
        how = _opened(sentence, previous, one, figures[n + 1] if n + 1 < len(figures) else None)
        if how is not None:
            total = _last_outside(earlier, one) if n == 0 else outside.get(one.measure)
            if total is not None and is_exact(total) and (total.unit == one.unit or total.unit not in _TASKS):
                others = _could_be_whole(figures[max(0, n - PARTS_MOST) : n])
                yield PartList(
                    total=total,
                    following=figures[n : n + PARTS_MOST + 1],
                    whole=how,
                    view=_views(sentence, one),
                    others=others,
                )
        elif previous is None or not _alike(previous, one):
            for total in (*earlier[-PARTS_MOST:], *figures[max(0, n - _NEAR_BEFORE) : n])[::-1]:
                if is_whole_of(total, one):
                    if is_exact(total) and total.measure == one.measure:
                        yield PartList(total=total, following=figures[n : n + PARTS_MOST + 1], implied=True)
                    break
        if one.statement.depth == 0:
            outside[one.measure] = one


#: 三项工作, 5个方面 are no total of what is told behind them in other units.
_TASKS = frozenset("项个")


def _could_be_whole(figures: Sequence[Stated]) -> tuple[float, ...]:
    """What a list may add up to: a figure before it, or two that 、 joins (复议4件、诉讼3件，其中维持5件、未审结2件)."""
    values = [value_of(each) for each in figures]
    joined = [
        a + b for a, b, second in zip(values, values[1:], figures[1:], strict=False) if second.statement.lead == "、"
    ]
    return (*values, *joined)


def _alike(one: Stated, other: Stated) -> bool:
    """Whether two figures are parts of one whole."""
    return group_of(one) != "" and group_of(one) == group_of(other)


def is_whole_of(total: Stated, part: Stated) -> bool:
    """Whether a figure is of all that another is one outcome of, or one party's share."""
    whole, claim = total.claim, part.claim
    if whole is None or claim is None or whole.slots.parties or total.aside:
        return False
    if [each.key for each in whole.slots.objects] != [each.key for each in claim.slots.objects]:
        return False
    if whole.slots.outcomes:
        within = {each.within for each in claim.slots.outcomes}
        return within == {each.key for each in whole.slots.outcomes} and not claim.slots.parties
    if claim.slots.outcomes:
        return whole.fact.id in claim.fact.share_of and not claim.slots.parties and not claim.slots.outcomes[0].within
    return bool(claim.slots.parties) and whole.fact.whole and any(each.fact.id == whole.fact.id for each in part.claims)


def _opened(sentence: Sentence, previous: Stated | None, one: Stated, after: Stated | None) -> bool | None:
    """Whether a list begins with this figure, and names all its parts by the way it is opened; None where none begins."""
    own = one.statement
    mark = _OPENS.search(own.head)
    if mark is not None and not (mark[0].startswith("分别") and sentence.shared_out[own.clause]):
        return mark[0] not in ("其中", "包括", "包含", "涵盖")
    if previous is None:
        if own.lead in "：:" and own.clause and _VIEW.search(_clause_before(sentence, own.clause)):
            return True
        return False if _clause_before(sentence, own.clause).lstrip().startswith("其中") else None
    clause = _clause_before(sentence, own.clause) if own.clause != previous.statement.clause else ""
    if clause and _OPENS.search(clause) and not any(s.figure for s in sentence.by_clause[own.clause - 1]):
        return False
    if after is None or own.depth < previous.statement.depth:
        return None
    if own.depth > previous.statement.depth:
        bracket = _same_depth(own.depth, after) and after.measure == one.measure and not _NO_PARTS.match(own.head)
        return True if bracket else None
    if own.lead in "：:" and own.clause == previous.statement.clause + 1:
        return True
    if own.clause != previous.statement.clause and clause:
        if any(s.figure for s in sentence.by_clause[own.clause - 1]):
            return False if own.lead in "，," and _OF_THESE.fullmatch(previous.statement.tail.strip()) else None
        return True if _VIEW.search(clause) and after.statement.lead in "、，," else None
    return None


def _views(sentence: Sentence, one: Stated) -> bool:
    return _VIEW.search(_clause_before(sentence, one.statement.clause)) is not None


def _same_depth(depth: int, other: Stated) -> bool:
    return other.statement.depth == depth


def _clause_before(sentence: Sentence, clause: int) -> str:
    return sentence.clauses[clause - 1] if clause else ""


def _last_outside(before: list[Stated], first: Stated) -> Stated | None:
    outside = [one for one in before if one.statement.depth == 0 and one.measure == first.measure]
    return outside[0] if len(outside) == 1 and not outside[0].aside else None


def parts_of(listed: PartList) -> tuple[list[Stated], int]:
    """The parts of a list, and how many of them are in it for sure: claims of one sort, or figures that 、 joins."""
    first, *others = listed.following
    parts, sure = [first], 1
    group, mark = group_of(first), ""
    for one in others:
        own = one.statement
        if own.depth > first.statement.depth:
            continue
        if own.depth < first.statement.depth or one.measure != first.measure or _ENDS.match(own.head):
            break
        if _OPENS.search(own.head) or (mark and own.lead in "；;" and mark not in "；;"):
            break
        theirs = group_of(one)
        if not theirs and one.unit != first.unit and own.lead != "、":
            break  # …乡镇207件，四级受理点共设置184个
        if group and theirs and group != theirs and own.lead != "、":
            break
        mark = mark or own.lead
        parts.append(one)
        if (
            (theirs and theirs == group)
            or REST.match(own.head.strip())
            or (own.lead == "、" and sure == len(parts) - 1)
        ):
            sure = len(parts)
        group = group or theirs
    if not group and len({one.statement.lead for one in parts[1:]}) <= 1:
        sure = len(parts)
    return parts, sure


def group_of(one: Stated) -> str:
    return one.claim.group if one.claim else ""


def is_exact(one: Stated) -> bool:
    return one.statement.figure is not None and one.statement.figure.exact and one.statement.figure.step <= 1


def value_of(one: Stated) -> float:
    return one.statement.figure.value if one.statement.figure else 0.0
