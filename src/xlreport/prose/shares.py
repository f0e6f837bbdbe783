"""Percentages by arithmetic: 予以公开22件，占37.3%; 办结率93.8%; 较上年的38件增长18.4%.

A percentage is wrong where both its figures stand in the sentence or in the tables and none of the ways to divide them comes to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.clauses import is_bare
from xlreport.prose.facts import rates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.figures import Figure
    from xlreport.prose.stated import Stated
    from xlreport.prose.tables import Tables

_SHARE = re.compile(r"占比?|比例|比重")
_NO_SHARE = re.compile(r"提高|上升|下降|增长|增加|减少|同比|较|相比|百分点|满意|覆盖|完成|准确")
_RATE_LATE = re.compile(r"(?:按期|按时|及时|限时|准时|时限内|限期)[^，。]{0,6}率|平均|满意")
_GROWTH = re.compile(r"(?:增长|上升|增加|增幅|提高|多|下降|减少|降低|降幅|少|回落)[了约为达到]*\s*$")
_POINTS = re.compile(r"[个]?百分点")
_PRIOR = re.compile(r"(?:上|去|前一|上一)年(?:度|同期)?(?!(?:度)?结转)|同期|[0-9]{4}\s*年")
_COMPARED = re.compile(r"[与较比同]")
_DIFFERENCE = re.compile(r"(?:增加|减少|多|少|上升|下降|增长)了?\s*$")

#: 由20件降至17件.
_REACHED = re.compile(r"(?:降|升|增|减|减少|下降|增加|增长|上升|提高)[至到为]\s*\Z")

#: 由14.2%降至8.6%: the first is last year's.
_FALLS_TO = re.compile(r"[ ]*(?:降|升|增|减|提高|下降|上升|增长|提升|降低|减少)[至到为]")

#: A share of 100 % says nothing that 全部 does not say.
_ALL = 100


class WrongShare(msgspec.Struct, frozen=True, kw_only=True):
    """A percentage as written and as it comes out, in as many decimals; `start` and `end` mark its words in the text."""

    stated: float
    right: float
    how: str
    start: int
    end: int


def wrong_shares(
    sentence: Sentence, stated: Sequence[Stated], before: Sequence[Stated], tables: Tables
) -> Iterator[WrongShare]:
    """The percentages of one sentence that are wrong; `before` are the statements of the sentence before it."""
    counted = [one for one in stated if one.statement.figure is not None and one.statement.figure.exact]
    places = [one.written.end for one in counted]
    last = sentence.start
    for percent in sentence.percents:
        together = _together(sentence, percent)
        begin = max(last if together[0] is percent else 0, _clause_start(sentence, together[0]))
        words = sentence.full[begin - sentence.start : percent.start - sentence.start]
        last = percent.end
        if _FALLS_TO.match(sentence.full, percent.unit_end - sentence.start):
            continue
        if not percent.exact or _POINTS.match(sentence.full, percent.unit_end - sentence.start):
            continue
        until = bisect_right(places, percent.start)
        near = _told_with(sentence, percent, counted, until)
        way = (
            _growth(words, near)
            or _rate(percent, words, sentence, near, tables)
            or _share(
                percent, words, sentence, _parts(sentence, percent, near, counted[until : until + 1]), before, tables
            )
        )
        if way is not None:
            part, whole, ways, start = way
            if not any(_comes_to(percent, a, b) for a, b in ways) and _may_be_meant(percent.value, part / whole * 100):
                yield WrongShare(
                    stated=percent.value,
                    right=round(part / whole * 100, percent.decimals),
                    how=f"{_plain(part)}÷{_plain(whole)}",
                    start=start,
                    end=percent.unit_end,
                )


def _may_be_meant(stated: float, right: float) -> bool:
    """Whether a percentage is near enough to what it should be to be that."""
    low, high = sorted((stated, right))
    return high <= low * _FARTHEST


#: A percentage farther than this from what its figures make is of other figures.
_FARTHEST = 2.5


def _parts(sentence: Sentence, percent: Figure, near: Sequence[Stated], behind: Sequence[Stated]) -> Sequence[Stated]:
    """What a share may be of: the figures before it, the last of them first of all, or the one in the bracket behind it."""
    in_bracket = [one for one in behind if one.statement.depth and is_bare(one.statement.head)]
    if in_bracket and sentence.full.startswith(("（", "("), percent.unit_end - sentence.start):
        return [*near, *in_bracket]
    return [one for one in near if one.written.start < percent.start]


def _told_with(sentence: Sentence, percent: Figure, counted: Sequence[Stated], until: int) -> Sequence[Stated]:
    """The figures that stand with a percentage: those before it, and the one in the bracket behind it."""
    together = _together(sentence, percent)
    if len(together) > 1:
        # 自然人18件、法人3件，分别占85.7%和14.3%: each has its own figure.
        until -= len(together) - 1 - together.index(percent)
    near = counted[max(0, until - _NEAR) : until]
    behind = counted[until : until + 1]
    if behind and sentence.full.startswith(("（", "("), percent.unit_end - sentence.start):
        return [*near, *(one for one in behind if _is_prior(one))]
    return near


def _together(sentence: Sentence, percent: Figure) -> Sequence[Figure]:
    """The percentages that 分别 pairs with as many figures before them, this one among them; it alone where none does."""
    first = bisect_left(sentence.percents, percent.start, key=lambda each: each.start)
    window = sentence.percents[max(0, first - _TOGETHER) : first + _TOGETHER]
    together = [each for each in window if _same_clause(sentence, each, percent)]
    at = together[0].start - sentence.start
    return together if _APART.search(sentence.full, max(0, at - _FAR), at) else [percent]


def _same_clause(sentence: Sentence, one: Figure, other: Figure) -> bool:
    first, last = sorted((one.start, other.start))
    return last - first < _FAR_BACK and not re.search(
        "[，,；;：:]", sentence.full[first - sentence.start : last - sentence.start]
    )


#: 分别 gives no more percentages their figures.
_TOGETHER = 6

_APART = re.compile(r"[，,]\s*分别[约]?占[\u4e00-\u9fff]{0,8}$")

_Way = tuple[float, float, list[tuple[float, float]], int]


def _growth(words: str, near: Sequence[Stated]) -> _Way | None:
    """A figure of this year beside last year's, or beside the difference."""
    if not _GROWTH.search(words):
        return None
    if near and _REACHED.search(near[-1].statement.head) and len(near) > 1 and near[-2].measure == near[-1].measure:
        base, value = near[-2].written.value, near[-1].written.value
        return (abs(value - base), base, [(abs(value - base), base)], near[-2].statement.start) if base > 0 else None
    others = [one for one in near[-3:] if one.aside or _is_prior(one)]
    now = [one for one in near if one not in others]
    if not others or not now or others[-1].measure != now[-1].measure:
        return None
    if near.index(others[-1]) < near.index(now[-1]) and near.index(now[0]) < near.index(others[-1]):
        return None  # 今年700件，上年623件，办结691件，增长8.3%: last year's 691 is not told
    other, current = others[-1], now[-1].written.value
    value = other.written.value
    head = other.statement.head.strip()
    if _DIFFERENCE.search(head):
        less = re.search(r"减少|少|下降", head) is not None
        base = current + value if less else current - value
        change = value
    elif _PRIOR.search(head):
        base, change = value, abs(current - value)
    else:
        return None
    ways = [(change, base)]
    # Which of several figures is compared is said by no word: any that comes to it will do.
    ways += [(abs(one.written.value - value), value) for one in near if one is not other]
    ways += [(value, one.written.value) for one in others if one is not other]
    ways += [(value, one.written.value - value) for one in near if one is not other]
    ways += [(value, one.written.value + value) for one in near if one is not other]
    start = min(now[-1].statement.start, other.statement.start)
    return (change, base, ways, start) if base > 0 else None


def _is_prior(one: Stated) -> bool:
    head = one.statement.head
    return _PRIOR.search(head) is not None and (not one.usable or _COMPARED.match(head.strip("，, ")) is not None)


def _rate(percent: Figure, words: str, sentence: Sentence, counted: Sequence[Stated], tables: Tables) -> _Way | None:
    """A rate by its name (办结率): its figures stand in the tables, where it is not that of another thing just told."""
    if counted and counted[-1].silence in _OF_OTHERS:
        return None  # 受理工单7312件，办结率99.4%
    if percent.value == _ALL or "分别" in words or _RATE_LATE.search(words) or _NO_SHARE.search(words):
        return None
    at = percent.start - sentence.start
    near = sentence.full[max(0, at - _FAR_BACK) : at]
    rate = next((rate for rate in rates(tables.filing.form) if any(word in words for word in rate.words)), None)
    if rate is None or not any(word in near for word in rate.needs or ("",)):
        return None
    if not _OF_ALL.fullmatch(words[: min(words.find(word) for word in rate.words if word in words)]):
        return None  # 网民留言办结率
    values = [_pair(tables, part, whole) for part, whole in rate.ways]
    known = [pair for pair in values if pair is not None and pair[1] > 0]
    if len(known) < len(values):
        return None
    pairs = [one.value for one in sentence.counted]
    ways = known + [(a, b) for a in pairs[-8:] for b in pairs[-8:] if b >= a > 0]
    start = percent.start - len(words.lstrip("，, "))
    return (*known[0], ways, start)


#: A figure silent for these reasons is of another thing, office or time.
_OF_OTHERS = frozenset({"foreign", "list", "office", "time", "planned", "doubtful"})

#: What stands before the name of a rate that is of all.
_OF_ALL = re.compile(
    r"(?:[\s，,、；;：:]|[0-9]{4}年|全年|年度|本年|当年|年内|年均|综合|总体?|整体|实现|[我本][局委办厅镇乡县市区院]|街道|本机关|本单位|其|的|各类|所有"
    r"|[全各][省市县区镇乡]|各级|行政机关|各部门|政府|信息公开|政务公开|依申请公开|依申请|公开|申请|事项|件|工作|办理|答复|行政复议|复议|诉讼|行政|案件|被|和|均|达到?|为)*"
)


def _pair(tables: Tables, part: tuple[str, ...], whole: tuple[str, ...]) -> tuple[float, float] | None:
    values = [tables.added(part), tables.added(whole)]
    return None if values[0] is None or values[1] is None else (values[0], values[1])


def _share(
    percent: Figure,
    words: str,
    sentence: Sentence,
    counted: Sequence[Stated],
    before: Sequence[Stated],
    tables: Tables,
) -> _Way | None:
    """A part and the whole before it; where the sentence has none, the whole that the tables hold."""
    if not _SHARE.search(words) or _NO_SHARE.search(words):
        return None
    near = _out_of_brackets(sentence, percent, [one for one in counted if not one.aside])
    thing = words.partition("占")[0].strip("，,、 \u3000均各约共分别")
    if near and thing and near[-1].written.end <= percent.start - len(words):
        return None  # 不予公开30件中，过程性信息占66.7%: no figure of it is told
    if not near or not near[-1].usable or _between(sentence, near[-1], percent):
        return None
    part = near[-1]
    value, claim = part.written.value, part.claim
    wholes = [one for one in (*before[-4:], *near[:-1]) if _fits_whole(one, part)]
    told = [one.written.value for one in wholes]
    held = tables.wholes(claim, named=_NAMES_ALL.search(words) is not None) if claim is not None else []
    named = [one for one in wholes if one.claim is not None and _is_whole(one) and (claim or one.unit == part.unit)]
    opened = near[-2:-1] if _OPENED.search(part.statement.head) else []
    of_these = [one for one in opened if _fits_whole(one, part) and one.unit == part.unit]
    whole = of_these[-1].written.value if of_these else named[-1].written.value if named else None
    if whole is None and held:
        whole = held[0][1]
    if not whole:
        return None
    ways = [(value, each) for each in (*told, *(each for _, each in held), whole) if each > 0]
    own = tables.value(part)
    if own:
        # The figure may be what is wrong; that is said of the figure.
        ways += [(own, each) for _, each in ways]
    return value, whole, ways, part.statement.start


#: 占新收总量的28.2%
_NAMES_ALL = re.compile("新收|收到|申请总|总量|总数")

#: 其中图解24篇，占65%: of the figure before it.
_OPENED = re.compile(r"^[\s，,]*其中")


def _out_of_brackets(sentence: Sentence, percent: Figure, counted: Sequence[Stated]) -> Sequence[Stated]:
    """The figures without those of a bracket that is closed before a percentage: 其他处理53件（含…22件），占3.4%."""
    last = counted[-1] if counted else None
    if last is None or not last.statement.depth:
        return counted
    behind = sentence.full[last.written.unit_end - sentence.start : percent.start - sentence.start]
    if not re.match(r"[^（(]{0,8}[）)]", behind):
        return counted
    return [one for one in counted if one.statement.depth < last.statement.depth]


def _fits_whole(one: Stated, part: Stated) -> bool:
    figure = one.statement.figure
    return figure is not None and one.measure == part.measure and figure.value >= part.written.value and not one.aside


def _is_whole(one: Stated) -> bool:
    return one.claim is not None and not one.claim.slots.outcomes and not one.claim.slots.parties


def _between(sentence: Sentence, part: Stated, percent: Figure) -> bool:
    """Whether more than a mark and 占 stands between a part and its share."""
    text = sentence.full[part.written.unit_end - sentence.start : percent.start - sentence.start]
    return len(text) > _FAR or "；" in text or "。" in text


_FAR = 24

#: So many signs before a percentage are looked at, and so many figures.
_FAR_BACK, _NEAR = 120, 12


def _comes_to(percent: Figure, part: float, whole: float) -> bool:
    return whole > 0 and abs(part / whole * 100 - percent.value) < percent.step


def _clause_start(sentence: Sentence, percent: Figure) -> int:
    at = percent.start - sentence.start
    first = max(0, at - _FAR_BACK)
    cut = max(sentence.full.rfind(mark, first, at) for mark in "，,；;：:（(")
    return sentence.start + (first if cut < 0 else cut + 1)


def _plain(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
