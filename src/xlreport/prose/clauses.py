"""Prose cut into sentences, clauses and statements: a statement is one figure with the words that belong to it.

Names of documents (《…》) and brackets without a figure are left out of what is read; positions stay those of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.counted import counted, counting
from xlreport.prose.figures import Figure, half_width, read_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCE_END = "。！？!?"
_CLAUSE_END = "，,；;：:"

#: Units that count things one by one: a list may mix them (政策文件4份、部门工作301篇).
COUNTING = frozenset("件条份宗起例个篇项则部")

_TITLE = re.compile(r"《[^《》\n]*》")
_INCLUDED = re.compile(r"[（(]((?:含|包括|包含)[^（()）\n0-9]*)[）)]")
_BRACKET = re.compile(r"[（(]([^（()）\n]*)[）)]")

#: Words without weight; possessive, since 共计 is 共 and 计 too.
_BARE = re.compile(r"(?:[\s、：:]|其中|全年度?|本年度?|年内|当年|共计?|合计|总计|计|为|达|有|另有?|和|及|以及|与)*+")

#: No bracket that interrupts a clause has more clauses.
_BRACKET_MOST = 12

#: No clause that states a figure is longer; what is beyond is not read, so that reading takes time by the length only.
_HEAD, _TAIL = 160, 80


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and its words, `head` before and `tail` behind; or a clause without a figure, all of it in `head`.

    `start` and `end` are its place in the text, `depth` 1 inside brackets, `lead` the mark before its clause, `notes` what
    brackets left out of its words count in: 公开（含部分公开）. Where 分别 gives names their figures, `head` is the figure's own
    name and `shared` the last one, with what all of them have in common: 新收、上年结转申请分别为28件、2件.
    """

    head: str
    tail: str = ""
    figure: Figure | None = None
    start: int
    end: int
    depth: int = 0
    lead: str = ""
    clause: int = 0
    notes: str = ""
    shared: str = ""

    @property
    def words(self) -> str:
        """The words with # for the figure, without spaces."""
        head = self.head[-_HEAD:]
        return re.sub(r"\s+", "", f"{head}#{self.tail[:_TAIL]}" if self.figure else head)


class Sentence(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A sentence: its place in the text, what is read of it, all of it, its clauses as text, its statements and its
    percentages in order.
    """

    start: int
    end: int
    text: str
    full: str
    clauses: tuple[str, ...]
    statements: tuple[Statement, ...]
    percents: tuple[Figure, ...] = ()

    @cached_property
    def counted(self) -> tuple[Figure, ...]:
        """The figures of its statements."""
        return tuple(statement.figure for statement in self.statements if statement.figure is not None)

    @cached_property
    def by_clause(self) -> tuple[tuple[Statement, ...], ...]:
        """The statements of each clause."""
        clauses: list[list[Statement]] = [[] for _ in self.clauses]
        for statement in self.statements:
            clauses[statement.clause].append(statement)
        return tuple(map(tuple, clauses))

    def opened_by(self, clause: int) -> int | None:
        """The clause that the bracket right before a clause interrupts, where it is near."""
        inside = [s.depth for s in self.by_clause[clause - 1]]
        near = range(clause - 1, max(-1, clause - _BRACKET_MOST), -1)
        return next((n for n in near if all(s.depth < min(inside, default=0) for s in self.by_clause[n])), None)

    @cached_property
    def shared_out(self) -> tuple[bool, ...]:
        """Of each clause, whether its figures belong to things named elsewhere, in order: 分别为8件、15件和10件."""
        return tuple(
            "分别" in clause and any(is_bare(statement.head) for statement in own[1:])
            for clause, own in zip(self.clauses, self.by_clause, strict=True)
        )


def read_paragraphs(text: str) -> list[list[Sentence]]:
    """The sentences of each paragraph (line) of a text."""
    full = _TITLE.sub(lambda m: " " * len(m[0]), half_width(text))
    masked = _BRACKET.sub(lambda m: m[0] if counted(read_figures(m[1])) else " " * len(m[0]), full)
    every = counting(full)
    figures = [figure for figure in every if masked[figure.start] != " "]
    shares = [figure for figure in every if figure.unit == "%"]
    paragraphs, start = [], 0
    for line in masked.split("\n"):
        end = start + len(line)
        sentences = [_sentence(masked, s, e, figures) for s, e in _spans(masked, start, end)]
        paragraphs.append(
            [
                _with_notes(
                    msgspec.structs.replace(
                        each,
                        full=full[each.start : each.end],
                        percents=tuple(_between(shares, each.start, each.end)),
                    ),
                    text,
                )
                for each in sentences
            ]
        )
        start = end + 1
    return paragraphs


def _with_notes(sentence: Sentence, text: str) -> Sentence:
    """The sentence with what its masked brackets count in."""
    if not _INCLUDED.search(text, sentence.start, sentence.end):
        return sentence
    noted = tuple(
        msgspec.structs.replace(each, notes="".join(_INCLUDED.findall(text, each.start, each.figure.start)))
        if each.figure
        else each
        for each in sentence.statements
    )
    return msgspec.structs.replace(sentence, statements=noted)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for i in range(start, end):
        if text[i] in _SENTENCE_END:
            yield at, i
            at = i + 1
    if text[at:end].strip():
        yield at, end


def _sentence(text: str, start: int, end: int, figures: list[Figure]) -> Sentence:
    here = _between(figures, start, end)
    inside = {i for figure in here for i in range(figure.start, figure.end)}
    # 新收：10件 is one clause, 仍有差距：11件行政复议中 two.
    alone = {figure.start for figure in here if not text[figure.unit_end : figure.unit_end + 1].isalpha()}
    clauses: list[str] = []
    statements: list[Statement] = []
    depth, at, lead = 0, start, ""

    def close(stop: int) -> None:
        nonlocal at
        if text[at:stop].strip():
            own = _between(here, at, stop)
            if own and _numbers(text, at, stop, own[0]):
                own = own[1:]
            parts = list(_statements(text, at, stop, counted(own), depth, lead, len(clauses)))
            statements.extend(_named_apart(parts, statements))
            clauses.append(text[at:stop])
        at = stop + 1

    for i in range(start, end):
        sign = text[i]
        if i in inside:
            continue
        if sign in "（(":
            close(i)
            depth, lead = depth + 1, sign
        elif sign in "）)":
            close(i)
            depth, lead = max(0, depth - 1), sign
        elif sign in _CLAUSE_END and not (sign in "：:" and _next(text, i, end) in alone):
            close(i)
            lead = sign
    close(end)
    return Sentence(
        start=start,
        end=end,
        text=text[start:end],
        full=text[start:end],
        clauses=tuple(clauses),
        statements=tuple(statements),
    )


def _numbers(text: str, start: int, stop: int, figure: Figure) -> bool:
    """Whether the first figure of a clause only numbers what follows it (1.公开内容…, 2、答复…)."""
    behind = _next(text, figure.end - 1, stop)
    return figure.unit == "" and not text[start : figure.start].strip() and behind < stop and text[behind] in ".．、"


def _between(figures: list[Figure], start: int, end: int) -> list[Figure]:
    """The figures that begin in this stretch of text."""
    first = bisect_left(figures, start, key=_start)
    return figures[first : bisect_left(figures, end, first, key=_start)]


def _start(figure: Figure) -> int:
    return figure.start


def _next(text: str, at: int, end: int) -> int:
    """The place of the first sign behind `at` that is no space: 新收：10件 is one clause."""
    return next((i for i in range(at + 1, end) if not text[i].isspace()), end)


def _statements(
    text: str, start: int, end: int, figures: list[Figure], depth: int, lead: str, clause: int
) -> Iterator[Statement]:
    """One statement a figure; the words between two figures go to the one they belong to."""
    if not figures:
        yield Statement(head=text[start:end], start=start, end=end, depth=depth, lead=lead, clause=clause)
        return
    at = start
    for n, figure in enumerate(figures):
        stop = figures[n + 1].start if n + 1 < len(figures) else end
        between = text[figure.unit_end : stop]
        if n + 1 < len(figures):
            mark = between.find("、")
            among = _AMONG.match(between)
            if mark >= 0:
                stop = figure.unit_end + mark
            elif among:
                stop = figure.unit_end + among.end()
            elif not is_bare(text[at : figure.start]):
                stop = figure.unit_end
        yield Statement(
            head=text[at : figure.start],
            tail=text[figure.unit_end : stop],
            figure=figure,
            start=at,
            end=stop,
            depth=depth,
            lead=lead if n == 0 else "、",
            clause=clause,
        )
        at = stop + 1 if text[stop : stop + 1] == "、" else stop


def _named_apart(own: list[Statement], before: list[Statement]) -> list[Statement]:
    """The statements of a clause in which 分别 gives the names before it their figures, each with its own name.

    Where the clause names none, the figures before it did: 2023年收到49件、办结48件，2024年分别为53件和51件.
    """
    names, mark, rest = own[0].head.partition("分别")
    if (
        not mark
        or len(own) < _TWO
        or not all(map(is_bare, [_SHARED_BY.sub("", rest), *(each.head for each in own[1:])]))
    ):
        return own
    heads = next((cut for joint in _JOINTS if len(cut := joint.split(names)) == len(own)), [])
    if not heads and _TIME.fullmatch(names):
        earlier = [each for each in before[-len(own) :] if each.figure]
        heads = [each.head for each in earlier] if len(earlier) == len(own) else []
    last = heads[-1] if heads else ""
    return (
        [
            msgspec.structs.replace(each, head=head, shared=last, lead=each.lead)
            for each, head in zip(own, heads, strict=True)
        ]
        if heads
        else own
    )


_TWO = 2

#: 4件行政复议中有1件被纠正: what stands before 中 is of the first.
_AMONG = re.compile(r"[\u4e00-\u9fff]{2,16}?中(?=有|\s*\Z)")

#: How names are joined before 分别, the surest first.
_JOINTS = (re.compile("、"), re.compile("、|以及|[和及与]"))
_SHARED_BY = re.compile(r"^(?:[是有占达]|收到|受理|办理|办结|作出|发生)+")
_TIME = re.compile(r"\s*(?:[0-9]{4}年度?|今年|本年度?|全年)?\s*")


def is_bare(head: str) -> bool:
    """Whether nothing of weight stands before a figure, as in 2件予以公开, or 共 in 共3000件."""
    return _BARE.fullmatch(head) is not None
