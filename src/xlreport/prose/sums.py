"""A sum stated in prose whose parts do not add up: 共95条，其中1条…2条…91条…1条; 新收10件、上年结转1件，合计12件.

A list of parts is opened by 其中, 包括, ：, a bracket, X件中 or 从…看, or closed by 合计, 共. It must come to its total only where it
is whole: where it is closed or named in full, where its parts are all that the tables have, or where next to nothing is left.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.clauses import is_bare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.stated import Stated
    from xlreport.prose.tables import Tables

#: What opens a list in the words before its first part.
_OPENS = re.compile(r"其中|包括|包含|涵盖|分别(?:是|为)|具体(?:是|为)")
_VIEW = re.compile(
    r"^[\s，,]*(?:从|按照?|就)[^，,。]{1,20}(?:看|分|划分|分类|统计|来说|情况)[，,：:\s]*$|(?:结果|情况)(?:为|如下|是)?[，,：:\s]*$"
)
_OF_THESE = re.compile(r"[件条份宗起例个次篇期]?(?:[\u4e00-\u9fff]{0,12})[中里]\s*$")

#: Words of a list that names only some of the parts.
_PARTIAL = re.compile(
    r"等(?=[，。；,;\s]*$)|(?<=[件条份篇个项次期])等|主要|重点|例如|比如|以[^，。]{0,12}为主|最多|居前|前[三五十]|如(?!期|实|下)|其余|另(?!行)"
)
#: Words of a last part that leaves nothing out.
_REST = re.compile(r"其[他它]")
_ENDS = re.compile(r"^[\s，,；;]*(?:另外?|此外|同时|还|较|同比|比|占|约|含|不含|累计|涉及|全部|均|共|合计)")
_NO_PARTS = re.compile(r"^[\s]*(?:含|不含|包括|另|较|同比|比|占|约)")
_ADDED = re.compile(
    r"[\s，,；;]*(?:[两二三四五六]项|[两二三]者|以上)?(?:合计|共计|总计|总共|一共|共)(?:为|是|有|公开|办结|答复|办理|收到|发布)?\s*"
)

_NEAR = 1e-6

#: So many signs between a total and its first part are looked at.
_FAR = 80

#: So many figures before the first part are looked at for its total.
_NEAR_BEFORE = 4

#: No list has more parts; a longer one is no list that could be added up.
_PARTS_MOST = 40

#: Parts that are soon told in full.
_SPLIT = frozenset({"channel", "time", "instance", "issuer"})

#: What may be left over of a list that is nearly whole, by how many parts it names.
_LEFT = {2: 0.05, 3: 0.1}


class WrongSum(msgspec.Struct, frozen=True, kw_only=True):
    """A total and the sum of its parts; `start` and `end` mark the words from the first to the last of them."""

    total: float
    parts: tuple[float, ...]
    unit: str
    start: int
    end: int

    @property
    def sum(self) -> float:
        return round(sum(self.parts), 6)


class _List(msgspec.Struct, frozen=True, kw_only=True):
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


def wrong_sums(sentence: Sentence, stated: list[Stated], before: list[Stated], tables: Tables) -> Iterator[WrongSum]:
    """The sums of one sentence that do not hold; `before` are the statements of the sentence before it."""
    figures = [one for one in stated if one.statement.figure is not None and not one.aside]
    earlier = [one for one in before if one.statement.figure is not None]
    for listed in _lists(sentence, figures, earlier):
        yield from _check(listed, sentence, tables)
    yield from _added_up(figures)


def _lists(sentence: Sentence, figures: list[Stated], earlier: list[Stated]) -> Iterator[_List]:
    outside: dict[str, Stated] = {}
    for n, one in enumerate(figures):
        previous = figures[n - 1] if n else None
        how = _opened(sentence, previous, one, figures[n + 1] if n + 1 < len(figures) else None)
        if how is not None:
            total = _last_outside(earlier, one) if n == 0 else outside.get(one.measure)
            if total is not None and _exact(total):
                others = _could_be_whole(figures[max(0, n - _PARTS_MOST) : n])
                yield _List(
                    total=total,
                    following=figures[n : n + _PARTS_MOST + 1],
                    whole=how,
                    view=_views(sentence, one),
                    others=others,
                )
        elif previous is None or not _alike(previous, one):
            for total in (*earlier[-_PARTS_MOST:], *figures[max(0, n - _NEAR_BEFORE) : n])[::-1]:
                if _is_whole_of(total, one):
                    if _exact(total) and total.measure == one.measure:
                        yield _List(total=total, following=figures[n : n + _PARTS_MOST + 1], implied=True)
                    break
        if one.statement.depth == 0:
            outside[one.measure] = one


def _could_be_whole(figures: Sequence[Stated]) -> tuple[float, ...]:
    """What a list may add up to: a figure before it, or two that 、 joins (复议4件、诉讼3件，其中维持5件、未审结2件)."""
    values = [_value(each) for each in figures]
    joined = [
        a + b for a, b, second in zip(values, values[1:], figures[1:], strict=False) if second.statement.lead == "、"
    ]
    return (*values, *joined)


def _alike(one: Stated, other: Stated) -> bool:
    """Whether two figures are parts of one whole."""
    return _group(one) != "" and _group(one) == _group(other)


def _is_whole_of(total: Stated, part: Stated) -> bool:
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


def _parts(listed: _List) -> tuple[list[Stated], int]:
    """The parts of a list, and how many of them are in it for sure: claims of one sort, or figures that 、 joins."""
    first, *others = listed.following
    parts, sure = [first], 1
    group, mark = _group(first), ""
    for one in others:
        own = one.statement
        if own.depth > first.statement.depth:
            continue
        if own.depth < first.statement.depth or one.measure != first.measure or _ENDS.match(own.head):
            break
        if _OPENS.search(own.head) or (mark and own.lead in "；;" and mark not in "；;"):
            break
        theirs = _group(one)
        if group and theirs and group != theirs and own.lead != "、":
            break
        mark = mark or own.lead
        parts.append(one)
        if (
            (theirs and theirs == group)
            or _REST.match(own.head.strip())
            or (own.lead == "、" and sure == len(parts) - 1)
        ):
            sure = len(parts)
        group = group or theirs
    if not group and len({one.statement.lead for one in parts[1:]}) <= 1:
        sure = len(parts)
    return parts, sure


def _check(listed: _List, sentence: Sentence, tables: Tables) -> Iterator[WrongSum]:
    parts, sure = _parts(listed)
    if not all(map(_exact, parts)) or len(parts) > _PARTS_MOST:
        return
    whole, values = _value(listed.total), [_value(part) for part in parts]
    sums = list(accumulate(values))
    if any(abs(each - right) < _NEAR for each in sums[sure - 1 :] for right in (whole, *listed.others)):
        return
    parts, values = parts[:sure], values[:sure]
    words = _words(sentence, listed, parts)
    partial = _PARTIAL.search(words) is not None or any(part.silence == "time" for part in parts)
    if listed.implied:
        wrong = len(parts) >= _LEAST and _are_all(listed, parts, tables)
    elif not listed.view and (max(values) > whole or (sum(values) > whole and not partial)):
        # Behind several figures 其中 may be of any of them.
        wrong = _is_whole_of(listed.total, parts[0]) or not any(other >= sum(values) for other in listed.others)
    elif partial or len(parts) < _LEAST or sum(values) > whole:
        wrong = False
    else:
        wrong = _is_whole(listed, parts, tables)
    if wrong:
        start, end = min(listed.total.statement.start, parts[0].statement.start), parts[-1].statement.end
        yield WrongSum(total=whole, parts=tuple(values), unit=listed.total.unit, start=start, end=end)


_LEAST = 2


def _words(sentence: Sentence, listed: _List, parts: Sequence[Stated]) -> str:
    start = listed.total.statement.figure.unit_end if listed.total.statement.figure else parts[0].statement.start
    first = parts[0].statement.start
    start = max(0, min(max(start, first - _FAR), first) - sentence.start)
    return sentence.text[start : parts[-1].statement.end - sentence.start]


def _are_all(listed: _List, parts: Sequence[Stated], tables: Tables) -> bool:
    """Whether parts are all that the tables have of a total."""
    total, held = tables.value(listed.total), [tables.value(part) for part in parts]
    return total is not None and abs(sum(value or 0 for value in held) - total) < _NEAR


def _is_whole(listed: _List, parts: Sequence[Stated], tables: Tables) -> bool:
    """Whether parts that come to less than the total are meant to be all of it."""
    whole, values = _value(listed.total), [_value(part) for part in parts]
    held = [value for part in parts if (value := tables.value(part)) is not None]
    if len(held) == len(parts):
        total = tables.value(listed.total)
        if all(map(tables.stands, parts)) and (total is None or tables.stands(listed.total)):
            return False
        if total is not None:
            return abs(sum(held) - total) < _NEAR
    if listed.whole or _REST.search(parts[-1].statement.head):
        return True
    # 社会救助86条、养老服务54条: there may always be other topics; offices and channels are soon told in full.
    topics = all(part.silence in {"foreign", "list"} and not part.signs & _SPLIT for part in parts)
    return not topics and whole - sum(values) <= whole * _LEFT.get(len(parts), _LEFT[3])


def _added_up(figures: list[Stated]) -> Iterator[WrongSum]:
    """Parts first, then 合计: some run of figures right before it must come to it."""
    outside: dict[str, list[Stated]] = {}
    inside: dict[str, list[Stated]] = {}
    for total in figures:
        inner = total.statement.lead in "）)"
        parts = (inside if inner else outside).setdefault(total.measure, [])[-_PARTS_MOST - 1 :]
        if total.statement.depth == 0:
            outside.setdefault(total.measure, []).append(total)
        else:
            inside.setdefault(total.measure, []).append(total)
        if not _LEAST <= len(parts) <= _PARTS_MOST or not _closes(total, parts):
            continue
        if not all(map(_exact, (*parts, total))):
            continue
        values, whole = [_value(part) for part in parts], _value(total)
        if not any(abs(running - whole) < _NEAR for running in list(accumulate(reversed(values)))[1:]):
            start, end = parts[0].statement.start, total.statement.end
            yield WrongSum(total=whole, parts=tuple(values), unit=total.unit, start=start, end=end)


def _closes(total: Stated, parts: list[Stated]) -> bool:
    head = total.statement.head
    if not _ADDED.fullmatch(head):
        return False
    if is_bare(head):
        return not total.statement.tail.strip()
    groups = {_group(part) for part in parts}
    return (
        len(groups) == 1
        and "" not in groups
        and total.claim is not None
        and parts[0].claim is not None
        and (total.claim.fact.of == parts[0].claim.fact.of and total.claim.fact.id != parts[0].claim.fact.id)
    )


def _group(one: Stated) -> str:
    return one.claim.group if one.claim else ""


def _exact(one: Stated) -> bool:
    return one.statement.figure is not None and one.statement.figure.exact and one.statement.figure.step <= 1


def _value(one: Stated) -> float:
    return one.statement.figure.value if one.statement.figure else 0.0
