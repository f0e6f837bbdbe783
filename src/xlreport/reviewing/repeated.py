"""What stands in this year's report as it stood in last year's: paragraphs, and whole tables of figures."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.prose.figures import half_width
from xlreport.prose.paragraphs import paragraphs
from xlreport.prose.references import where
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlreport.filing import Filing, FilingValue
    from xlreport.finding import Finding
    from xlreport.forms.model import Table
    from xlreport.reviewing.prior import PriorReport

#: A paragraph stands again where so many of its characters do, in runs of at least `_RUN`, and at least so great a part.
#: Reports of different units have no third in common; a word changed in every twelve characters leaves more than this.
_LEAST, _RUN = 40, 6
_PART = 0.7

#: In what is the gravest, the problems and what is done about them, half a paragraph is enough.
_GRAVEST, _GRAVEST_PART = "problems.text", 0.5

#: The introduction says the same every year.
_SAME_EVERY_YEAR = frozenset({"report.intro"})

#: A table stands again where so many of its figures are not 0.
_FIGURES_LEAST = 4

#: So much of a paragraph does a message quote.
_QUOTED = 24

#: A sentence with more than one figure in so many characters is a statement of figures.
_CHARACTERS_A_FIGURE = 25

_SENTENCE_END = re.compile(r"[。！？!?；;]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}年?度?")
_NAMES = re.compile(r"《[^《》]*》")
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_UNSAID = re.compile(r"[^\w#]|_")

#: Sentences that say nothing of the year: the basis, the guidance, that nothing was received or charged.
_FORMULA = re.compile(
    r"思想为指导|未(?:收到|发生|收取|产生|出现|接到)|没有(?:收到|发生|收取)|信息处理费|统计期限|(?:公布|公开|报告)如下|[现特]此?报告"
    r"|(?:其他|其它)需要报告的事项"
)
_BASIS = re.compile(r"^\s*(?:根据|依据|按照|依照)[^，。；]*(?:《|条例|通知|规定|要求|办法|格式)[^，。；]*，?")


def repeated(filing: Filing, prior: PriorReport, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Warnings for what is last year's, the problems first; none where `prior` is the report of another year.

    `texts` are staff's own by field id, references resolved.
    """
    if not prior.precedes(filing):
        return
    last = _LastYear(prior.texts.values())
    for id_ in sorted(texts, key=lambda id_: id_ != _GRAVEST):
        if id_ in _SAME_EVERY_YEAR:
            continue
        again = [paragraph for paragraph in paragraphs(texts[id_]) if last.says(paragraph, gravest=id_ == _GRAVEST)]
        if again:
            yield _paragraph_finding(filing, prior, id_, again)
    for table in filing.form.tables.values():
        if table.printed and _same_figures(filing, prior, table):
            yield _table_finding(filing, prior, table)


class _Words(msgspec.Struct, frozen=True):
    """A sentence without names of documents and signs: its letters with # for each figure, and with the figures."""

    letters: str
    figured: str

    @property
    def counts(self) -> bool:
        """Whether it states figures and little else."""
        figures = self.letters.count("#")
        return figures > 0 and len(self.letters) < _CHARACTERS_A_FIGURE * figures


class _LastYear:
    """Last year's prose, as one text may stand again in any place of this year's."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.sentences = [words for text in texts for line in paragraphs(text) for words in _sentences(line)]

    @cached_property
    def runs(self) -> frozenset[str]:
        """Every stretch of `_RUN` characters."""
        whole = "".join(words.letters for words in self.sentences)
        return frozenset(map("".join, zip(*(islice(whole, n, None) for n in range(_RUN)), strict=False)))

    @cached_property
    def figured(self) -> frozenset[str]:
        return frozenset(words.figured for words in self.sentences)

    def says(self, paragraph: str, *, gravest: bool) -> bool:
        """Whether most of a paragraph is last year's. Sentences of figures count only with the figures unchanged."""
        if not self.sentences:
            return False
        weighed = [
            words.letters
            for words in _sentences(paragraph)
            if gravest or not words.counts or words.figured in self.figured
        ]
        length = sum(map(len, weighed))
        if length < _LEAST:
            return False
        same = sum(map(self._same, weighed))
        return same >= _LEAST * _PART and same >= (_GRAVEST_PART if gravest else _PART) * length

    def _same(self, letters: str) -> int:
        """How many characters stand in a run that is last year's."""
        covered, end = 0, 0
        for start in range(len(letters) - _RUN + 1):
            if letters[start : start + _RUN] in self.runs:
                covered += start + _RUN - max(start, end)
                end = start + _RUN
        return covered


def _sentences(line: str) -> Iterator[_Words]:
    """The sentences of a paragraph that say something."""
    for sentence in _SENTENCE_END.split(half_width(line)):
        if _FORMULA.search(sentence):
            continue
        said = _YEAR.sub("", _NAMES.sub("", _BASIS.sub("", sentence)))
        figured = _UNSAID.sub("", said)
        if figured:
            yield _Words(_UNSAID.sub("", _FIGURE.sub("#", said)), figured)


def _paragraph_finding(filing: Filing, prior: PriorReport, id_: str, again: list[str]) -> Finding:
    told = f"“{shortened(again[0], _QUOTED)}”" + (f"等{len(again)}段" if len(again) > 1 else "这一段")
    return kinds.PROSE_AS_LAST_YEAR.finding(
        f"{where(filing, id_)}：{told}与“{prior.source}”里的几乎相同，会被指为照抄上年的报告，请按本年度的情况重写",
        [filing.place(id_)],
        item=id_,
        actual=again[0],
    )


def _same_figures(filing: Filing, prior: PriorReport, table: Table) -> bool:
    inputs = [
        id_
        for id_ in table.ids
        if filing.form.fields[id_].role == "input" and filing.form.fields[id_].numeric and id_ in prior.figures
    ]
    now = [_figure(filing.values.get(id_)) for id_ in inputs if id_ not in filing.raw]
    then = [_figure(prior.figures[id_]) for id_ in inputs]
    return sum(bool(figure) for figure in now) >= _FIGURES_LEAST and now == then


def _figure(value: FilingValue) -> FilingValue:
    return round(value, 6) if isinstance(value, int | float) else 0


def _table_finding(filing: Filing, prior: PriorReport, table: Table) -> Finding:
    section = next(section for section in filing.form.sections if section.key == table.section)
    ids = [id_ for id_ in table.ids if filing.values.get(id_)]
    return kinds.TABLE_AS_LAST_YEAR.finding(
        f"“{section.heading}”的数字与“{prior.source}”里的全部相同，可能是去年的数字没有改，请按本年度的台账核对",
        [filing.place(id_) for id_ in ids if filing.form.fields[id_].role == "input"],
        item=table.key,
    )
