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
from xlreport.prose.evidence import is_slip
from xlreport.prose.part_lists import (
    PARTS_MOST,
    REST,
    PartList,
    group_of,
    is_exact,
    is_whole_of,
    part_lists,
    parts_of,
    value_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.stated import Stated
    from xlreport.prose.tables import Tables

#: Words of a list that names only some of the parts.
_PARTIAL = re.compile(
    r"等(?=[，。；,;\s]*$)|(?<=[件条份篇个项次期])等|主要|重点|例如|比如|以[^，。]{0,12}为主|最多|居前|前[三五十]|如(?!期|实|下)|其余|另(?!行)"
)
_ADDED = re.compile(
    r"[\s，,；;]*(?:[两二三四五六]项|[两二三]者|以上)?(?:合计|共计|总计|总共|一共|共)(?:为|是|有|公开|办结|答复|办理|收到|发布)?\s*"
)

_NEAR = 1e-6

#: So many signs between a total and its first part are looked at.
_FAR = 80

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


def wrong_sums(sentence: Sentence, stated: list[Stated], before: list[Stated], tables: Tables) -> Iterator[WrongSum]:
    """The sums of one sentence that do not hold; `before` are the statements of the sentence before it."""
    figures = [one for one in stated if one.statement.figure is not None and not one.aside]
    earlier = [one for one in before if one.statement.figure is not None]
    for listed in part_lists(sentence, figures, earlier):
        yield from _check(listed, sentence, tables)
    yield from _added_up(figures)


def _check(listed: PartList, sentence: Sentence, tables: Tables) -> Iterator[WrongSum]:
    parts, sure = parts_of(listed)
    if not all(map(is_exact, parts)) or len(parts) > PARTS_MOST:
        return
    whole, values = value_of(listed.total), [value_of(part) for part in parts]
    sums = list(accumulate(values))
    least = sure - 1 if any(map(group_of, parts)) else _LEAST - 1
    if any(abs(each - right) < _NEAR for each in sums[least:] for right in (whole, *listed.others)):
        return
    parts, values = parts[:sure], values[:sure]
    words = _words(sentence, listed, parts)
    partial = _PARTIAL.search(words) is not None or any(part.silence == "time" for part in parts)
    if listed.implied:
        wrong = len(parts) >= _LEAST and _are_all(listed, parts, tables)
    elif not listed.view and (max(values) > whole or (sum(values) > whole and not partial)):
        # Behind several figures 其中 may be of any of them.
        wrong = is_whole_of(listed.total, parts[0]) or not any(other >= sum(values) for other in listed.others)
    elif partial or len(parts) < _LEAST or sum(values) > whole:
        wrong = listed.view and not partial and _looks_mistyped(sum(values), whole, len(parts))
    else:
        wrong = _is_whole(listed, parts, tables)
    farthest = _FARTHEST if any(map(group_of, parts)) else _FARTHEST_UNKNOWN
    if wrong and max(whole, sum(values)) <= farthest * min(whole, sum(values)):
        start, end = min(listed.total.statement.start, parts[0].statement.start), parts[-1].statement.end
        yield WrongSum(total=whole, parts=tuple(values), unit=listed.total.unit, start=start, end=end)


_LEAST = 2

#: Figures that come to less or more than this are no parts of a total; less far where no table holds them.
_FARTHEST, _FARTHEST_UNKNOWN = 2, 1.5


def _words(sentence: Sentence, listed: PartList, parts: Sequence[Stated]) -> str:
    start = listed.total.statement.figure.unit_end if listed.total.statement.figure else parts[0].statement.start
    first = parts[0].statement.start
    start = max(0, min(max(start, first - _FAR), first) - sentence.start)
    return sentence.text[start : parts[-1].statement.end - sentence.start]


def _are_all(listed: PartList, parts: Sequence[Stated], tables: Tables) -> bool:
    """Whether parts are all that the tables have of a total."""
    total, held = tables.value(listed.total), [tables.value(part) for part in parts]
    return total is not None and abs(sum(value or 0 for value in held) - total) < _NEAR


def _is_whole(listed: PartList, parts: Sequence[Stated], tables: Tables) -> bool:
    """Whether parts that come to less than the total are meant to be all of it."""
    whole, values = value_of(listed.total), [value_of(part) for part in parts]
    held = [value for part in parts if (value := tables.value(part)) is not None]
    if len(held) == len(parts):
        total = tables.value(listed.total)
        if all(map(tables.stands, parts)) and (total is None or tables.stands(listed.total)):
            return False
        if total is not None:
            return abs(sum(held) - total) < _NEAR
    if listed.whole or REST.search(parts[-1].statement.head):
        return True
    # 社会救助86条、养老服务54条: there may always be other topics; offices and channels are soon told in full.
    topics = all(part.silence in {"foreign", "list"} and not part.signs & _SPLIT for part in parts)
    if _looks_mistyped(whole, sum(values), len(parts) + any(part.signs & _SPLIT for part in parts)):
        return True
    return not topics and whole - sum(values) <= whole * _LEFT.get(len(parts), _LEFT[3])


def _looks_mistyped(whole: float, parts: float, told: int) -> bool:
    """Whether so many parts come to all but a slip of the hand: 769 of 869. Chance seldom leaves just that."""
    left = whole - parts
    slip = _ONE_DIGIT.fullmatch(f"{left:.10g}") is not None or is_slip(parts, whole)
    return told >= _MANY and whole >= _HUNDRED and left % 10 == 0 and left <= whole / _QUARTER and slip


#: So many parts are a list, in so large a total, of which no more than a quarter is left.
_MANY, _HUNDRED, _QUARTER = 3, 100, 4
_ONE_DIGIT = re.compile("[1-9]0+")


def _added_up(figures: list[Stated]) -> Iterator[WrongSum]:
    """Parts first, then 合计: some run of figures right before it must come to it."""
    outside: dict[str, list[Stated]] = {}
    inside: dict[str, list[Stated]] = {}
    for total in figures:
        inner = total.statement.lead in "）)"
        parts = (inside if inner else outside).setdefault(total.measure, [])[-PARTS_MOST - 1 :]
        if total.statement.depth == 0:
            outside.setdefault(total.measure, []).append(total)
        else:
            inside.setdefault(total.measure, []).append(total)
        if not _LEAST <= len(parts) <= PARTS_MOST or not _closes(total, parts):
            continue
        if not all(map(is_exact, (*parts, total))):
            continue
        values, whole = [value_of(part) for part in parts], value_of(total)
        if not any(abs(running - whole) < _NEAR for running in list(accumulate(reversed(values)))[1:]):
            start, end = parts[0].statement.start, total.statement.end
            yield WrongSum(total=whole, parts=tuple(values), unit=total.unit, start=start, end=end)


def _closes(total: Stated, parts: list[Stated]) -> bool:
    head = total.statement.head
    if not _ADDED.fullmatch(head):
        return False
    if is_bare(head) and total.statement.clause > parts[-1].statement.clause + 1:
        return False  # …；东城区、河口县分列前两位，合计401件
    if is_bare(head):
        return not total.statement.tail.strip()
    groups = {group_of(part) for part in parts}
    return (
        len(groups) == 1
        and "" not in groups
        and total.claim is not None
        and parts[0].claim is not None
        and (total.claim.fact.of == parts[0].claim.fact.of and total.claim.fact.id != parts[0].claim.fact.id)
    )
