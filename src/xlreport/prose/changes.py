"""Changes against last year: 收到申请120件，同比增长20%; 较上年增加20件; 申请量比2024年下降5.2%.

This year's figure stands in the sentence or in the tables, last year's in last year's report. A change is wrong where none
of the figures that it may be about comes to it. A percentage whose base the sentence itself says is for
`xlreport.prose.shares`; the base of a difference is taken from the sentence here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.forms.model import PRIOR
from xlreport.prose.clauses import COUNTING
from xlreport.prose.facts import readings
from xlreport.prose.figures import half_width
from xlreport.prose.references import where
from xlreport.prose.statements import read_prose
from xlreport.prose.tables import Tables
from xlreport.rules.days import operands
from xlreport.rules.evaluate import evaluate, is_number
from xlreport.wording import plain, shortened_inside, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.prose.clauses import Sentence
    from xlreport.prose.facts import Reading
    from xlreport.prose.figures import Figure
    from xlreport.prose.stated import Stated
    from xlreport.rules.evaluate import Value

_LAST_YEAR = r"(?:(?:去|上|上一|前一)年度?|(?P<year>20[0-9]{2})\s*年度?)"
_MORE = "增长|增加|上升|上涨|提高|增多|增幅|增|多|升"
_LESS = "下降|减少|降低|下滑|回落|降幅|减|少|降"

#: What opens a change, up to its figure; `base` is last year's figure where it says so.
_CHANGE = re.compile(
    rf"(?:同比|[较比与同]\s*{_LAST_YEAR}(?:同期|相比|相较|比|的)*(?P<base>[（(]?[0-9][0-9,，]*[件条份次宗][）)]?)?)"
    rf"[^，。；%0-9]{{0,6}}?[，,]?(?:(?P<more>{_MORE})|(?P<less>{_LESS}))幅?度?[了约为达到]*\s*\Z"
)

#: A change in brackets is read like a clause: 收到申请120件（同比增长20%）.
_IN_BRACKETS = re.compile(r"[（(]((?:同比|[较比与同])[^（()）\n]{1,40})[）)]")

#: Whether a text compares with another year at all: most do not.
_OPENS = re.compile(rf"同比|[较比与同]\s*{_LAST_YEAR}")

#: What makes a figure of the words before a change.
_SAID_ONE = "1件\n"

#: So many signs before the figure of a change are read.
_BEFORE = 40

#: How many of the figures before a change it may be about; what may stand between the nearest and the change.
_NEAR = 3
_BETWEEN = re.compile(r"[）)]?[，,（(]?\s*(?:申请|收件|受理|办件|办理|总)?(?:总?[数量]|[总件]数|数量|总量)?")

#: A clause without a figure whose figure stands in the tables is as short as this: 政府信息公开申请数量.
_SHORT = 24

#: A sentence that shares its changes out tells several things at a time.
_SHARED_OUT = "分别"

_BASE_YEAR = re.compile(
    r"[较比与同]\s*(?P<year>20[0-9]{2})\s*年度?(?:同期|相比|相较|(?:的?[0-9]+[件条份次])?[^，。；0-9至起以]{0,6}(?:增|减|升|降|提高|多|少))"
)


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change as written: from where in the text, its figure, 1 for more and -1 for less, the base where it is said."""

    start: int
    figure: Figure
    sign: int
    base: float | None

    @property
    def percent(self) -> bool:
        return self.figure.unit == "%"

    def from_to(self, last: float, now: float) -> float:
        """The change from last year's figure to this year's, in percent or as a number."""
        return (now - last) / last * 100 if self.percent else now - last

    def comes_of(self, last: float, now: float) -> bool:
        """Whether it is the change from one to the other, to the digits that are written."""
        off = abs(self.sign * self.figure.value - self.from_to(last, now))
        return off < (self.figure.step if self.percent or self.figure.step > 1 else 1e-6)

    def right(self, last: float, now: float) -> str:
        """The change as it should be said."""
        change = plain(round(self.from_to(last, now), self.figure.decimals))
        more, less = ("增长", "下降") if self.percent else ("增加", "减少")
        return f"{more if change >= 0 else less}{shown(abs(change))}{self.figure.unit}"


class _Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a change may be about: last year's figure and this year's, what they are of."""

    last: float
    now: float
    reading: Reading | None = None


def wrong_changes(
    filing: Filing, texts: Mapping[str, str], cells: Mapping[str, Value], last: Mapping[str, Value]
) -> Iterator[Finding]:
    """Warnings for the changes in staff's texts that are not those from last year's figures to this year's.

    `cells` and `last` are this year's and last year's figures by field id, computed ones too; what `last` lacks is not
    known. A note names a year before last that a text compares with.
    """
    tables = Tables(filing, cells)
    for id_, text in texts.items():
        before = _Comparer(tables, id_, text, operands(filing.form, last))
        said = {finding.message: finding for finding in before.findings()}
        yield from said.values()
        yield from _base_years(filing, id_, text)


class _Comparer:
    """The changes of one text, each held against what it may be about."""

    def __init__(self, tables: Tables, field: str, text: str, last: Mapping[str, Value]) -> None:
        self.tables, self.filing, self.field, self.last = tables, tables.filing, field, last
        self.text = _IN_BRACKETS.sub("，\\1，", text)

    def findings(self) -> Iterator[Finding]:
        if not _OPENS.search(half_width(self.text)):
            return
        sentences, stated = read_prose(self.filing, self.field, self.text)
        by_sentence: list[list[Stated]] = [[] for _ in sentences]
        for one in stated:
            if one.statement.figure is not None and not one.nil:
                by_sentence[one.sentence].append(one)
        changes = [
            (change, _before(change, own))
            for sentence, own in zip(sentences, by_sentence, strict=True)
            for change in _changes(sentence, own, self.filing.year)
        ]
        named = self._named({self._head(change) for change, own in changes if not own and change.base is None})
        for change, own in changes:
            if own:
                compared = list(self._told(change, own))
            else:
                of = named.get(self._head(change)) if change.base is None else None
                compared = list(self._pairs(change, of, told=False)) if of else []
            if compared and not any(change.comes_of(each.last, each.now) for each in compared):
                yield self._finding(change, compared[0])

    def _told(self, change: _Change, own: Sequence[Stated]) -> Iterator[_Compared]:
        """What a change may be about of the figures before it, what is meant first; nothing where that is not known."""
        nearest = own[-1]
        if not nearest.usable or not _BETWEEN.fullmatch(self.text, nearest.written.unit_end, change.start):
            return
        if change.base is not None:
            if nearest.written.unit in COUNTING:
                yield from (_Compared(last=change.base, now=one.written.value) for one in reversed(own))
            return
        if nearest.claim is None or (change.percent and not all(one.usable for one in own)):
            return
        for one in reversed(own):
            if one.usable and one.claim is not None:
                yield from self._pairs(change, one)

    def _head(self, change: _Change) -> str:
        """The words before a change in its clause: 申请量 of 申请量同比增长20%; "" where they are long or hold a figure."""
        before = self.text[max(0, change.start - _SHORT - 1) : change.start]
        head = re.split("[，,；;：:。！？（(\\n]", before)[-1].strip()
        return head if 1 < len(head) <= _SHORT and not re.search("[0-9]", half_width(head)) else ""

    def _named(self, heads: set[str]) -> dict[str, Stated]:
        """The figures that some words name, as if each said one: read in one go, a line each."""
        lines = sorted(heads - {""})
        starts = list(accumulate((len(line) + len(_SAID_ONE) for line in lines), initial=0))
        named: dict[str, Stated] = {}
        _, stated = read_prose(self.filing, self.field, "".join(line + _SAID_ONE for line in lines))
        for one in stated:
            line = lines[bisect_right(starts, one.statement.start) - 1]
            if line not in named and one.usable and one.claim is not None and not one.nil:
                named[line] = one
        return named

    def _pairs(self, change: _Change, one: Stated, *, told: bool = True) -> Iterator[_Compared]:
        for claim in one.claims:
            for reading in readings(self.filing.form, claim, one.signs, one.behind):
                last = self._last(reading)
                if last is None or (change.percent and not last):
                    continue
                held = self.tables.held(reading)
                if told:
                    yield _Compared(last=last, now=self.tables.in_table_units(one, reading), reading=reading)
                if held.all_known and held.value is not None:
                    yield _Compared(last=last, now=held.value, reading=reading)

    def _last(self, reading: Reading) -> float | None:
        """Last year's figure; None where one of those that it is made of is not known."""
        if not all(is_number(self.last.get(id_)) for id_ in reading.operands):
            return None
        value = evaluate(reading.expr, self.last, self.filing.form)
        return float(value) if isinstance(value, int | float) else None

    def _finding(self, change: _Change, compared: _Compared) -> Finding:
        filing, form = self.filing, self.filing.form
        words = shortened_inside("".join(self.text[change.start : change.figure.unit_end].split()))
        ids = compared.reading.operands if compared.reading else ()
        name = (form.fields[ids[0]].name if len(ids) == 1 else compared.reading.name) if compared.reading else ""
        kind = kinds.PROSE_PERCENT if change.percent else kinds.PROSE_CHANGE
        priors = [PRIOR + id_ for id_ in ids if PRIOR + id_ in form.fields]
        return kind.finding(
            f"{where(filing, self.field)}：文中“{words}”，{name}上年是{shown(plain(compared.last))}，"
            f"本年是{shown(plain(compared.now))}，应是{change.right(compared.last, compared.now)}，请核对",
            [filing.place(self.field), *map(filing.place, (*ids, *priors))],
            item=self.field,
            expected=change.right(compared.last, compared.now),
            actual=words,
        )


def _changes(sentence: Sentence, stated: Sequence[Stated], year: int | None) -> Iterator[_Change]:
    """The changes against last year that a sentence tells."""
    figures = sorted([*sentence.percents, *(one.written for one in stated)], key=lambda figure: figure.start)
    if _SHARED_OUT in sentence.text:
        return
    for figure in figures:
        at = figure.start - sentence.start
        match = _CHANGE.search(sentence.text, max(0, at - _BEFORE), at)
        if match is None or not figure.exact or (figure.unit != "%" and figure.unit not in COUNTING):
            continue
        if match["year"] and (year is None or int(match["year"]) != year - 1):
            continue
        base = float(re.sub("[^0-9]", "", match["base"])) if match["base"] else None
        if base is not None and figure.unit == "%":
            continue
        start = sentence.start + match.start()
        yield _Change(start=start, figure=figure, sign=1 if match["more"] else -1, base=base)


def _before(change: _Change, stated: Sequence[Stated]) -> Sequence[Stated]:
    """The figures nearest before a change."""
    end = bisect_right(stated, change.start, key=lambda one: one.written.unit_end)
    return stated[max(0, end - _NEAR) : end]


def _base_years(filing: Filing, id_: str, text: str) -> Iterator[Finding]:
    """A note where a text compares with the year before last, as last year's did."""
    if filing.year is None:
        return
    for match in _BASE_YEAR.finditer(half_width(text)):
        if int(match["year"]) == filing.year - 2:
            yield kinds.PROSE_BASE_YEAR.finding(
                f"{where(filing, id_)}：“{shortened_inside(match[0])}”比的是{filing.year - 2}年，{filing.year}年度的报告"
                f"一般与{filing.year - 1}年比较，请核对",
                [filing.place(id_)],
                item=id_,
                expected=filing.year - 1,
                actual=filing.year - 2,
            )
            return
