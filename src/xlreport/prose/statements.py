"""From a prose field to what it claims: each figure with the claim that takes it, in scope or not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.claims import Claim, Wording, wording
from xlreport.prose.clauses import Sentence, Statement, is_bare, read_paragraphs
from xlreport.prose.scope import Scope, is_change, is_planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import Filing


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it was understood.

    `claim` is None where no claim takes it (or it is out of scope); `columns` the columns it names, `near` the columns
    named earlier in the sentence, which it may still be about. `nil` marks a 0 stated in words, `aside` a change, a share
    each or a plan, `usable` a figure of this office and year.
    """

    statement: Statement
    sentence: int
    claim: Claim | None = None
    columns: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    nil: bool = False
    usable: bool = False
    aside: bool = False

    @property
    def figure(self) -> float | None:
        if self.nil:
            return 0.0
        return self.statement.figure.value if self.statement.figure else None


def read_prose(filing: Filing, field: str, text: str) -> tuple[list[Sentence], list[Stated]]:
    """The sentences of a prose field and all its statements in order, with what they claim."""
    reader = _Reader(filing, field)
    sentences: list[Sentence] = []
    stated: list[Stated] = []
    for paragraph in read_paragraphs(text):
        reader.begin(" ".join(sentence.text for sentence in paragraph))
        for sentence in filter(_says_something, paragraph):
            stated.extend(reader.sentence(sentence, len(sentences)))
            sentences.append(sentence)
    return sentences, stated


def _says_something(sentence: Sentence) -> bool:
    return bool(sentence.statements)


#: A clause beyond this says nothing so simple as 未收到…申请.
_LONG = 300

#: A head of so many signs can only name another thing of which the same is said.
_SHORT = 8


def _before(sentence: Sentence, statement: Statement) -> str:
    """The clause before, where a figure stands alone (予以公开占45%，共1400件) and that clause has no figure itself."""
    if not is_bare(statement.head) or statement.tail.strip() or statement.depth or statement.lead not in "，,":
        return ""
    others = sentence.by_clause[statement.clause - 1] if statement.clause else ()
    return others[0].words if len(others) == 1 and others[0].figure is None else ""


class _Reader:
    """Reads the paragraphs of one field; what the same words say is worked out once."""

    def __init__(self, filing: Filing, field: str) -> None:
        self.filing = filing
        self.field = field
        self.wording: Wording = wording(filing.form)
        self.topic: str | None = None
        channel = [
            filing.text(f.id) for f in filing.form.fields.values() if f.style == "text" and f.section != "basics"
        ]
        self.known_words = [text for text in channel if len(text) > 1]
        self.columns = cache(self.wording.columns.named)
        self.topics = cache(lambda words: [topic for topic in self.wording.topics if topic.words.found_in(words)])
        self.stated = cache(lambda topic, unit, words: [c for c in self.wording.taking(topic, unit) if c.stated(words)])
        self.denied = cache(lambda topic, words: [c for c in self.wording.denying if c.denied(topic, words)])
        self.begin("")

    def begin(self, paragraph: str) -> None:
        """Begin a paragraph: its topic is the field's own until another is named."""
        first = self.wording.first_topic(self.field)
        self.topic = first.key if first else None
        self.holds = cache(lambda topic: topic.holds(self.field, paragraph))

    def named(self, words: str) -> str | None:
        """The topic that these words name: of several the one given first in the definition."""
        return next((topic.text.key for topic in self.topics(words) if self.holds(topic)), None)

    def sentence(self, sentence: Sentence, number: int) -> Iterator[Stated]:
        scope = Scope()
        near: tuple[str, ...] = ()
        row: Claim | None = None
        last: Claim | None = None
        clause = -1
        planned = False
        plain = self.plain(sentence.text)
        leaves_room = cache(lambda claim: claim.said_in(plain))
        for statement in sentence.statements:
            if statement.clause != clause:
                clause = statement.clause
                scope = scope.after(sentence.clauses[clause], self.filing)
                planned = is_planned(sentence.clauses[clause][:_LONG])
                if scope.good:
                    nils = self.nils(statement, sentence, number)
                    yield from (one for one in nils if one.claim and leaves_room(one.claim))
            words = self.plain(_before(sentence, statement) + statement.words)
            self.topic = self.named(words) or self.topic
            figure = statement.figure
            if figure is None:
                continue
            columns = self.columns(words)
            aside = planned or is_change(statement.head)
            usable = figure.exact and scope.good and not aside
            claim = None
            if usable and not sentence.shared_out[clause]:
                claim = next(filter(leaves_room, self.stated(self.topic, figure.unit, words)), None)
            specific = columns != self.wording.columns.default
            if claim is None and usable and specific and row is not None and figure.unit in row.text.units:
                claim = row
            if (
                claim is None
                and usable
                and last is not None
                and statement.lead in "、，"
                and len(statement.head) <= _SHORT
            ):
                claim = self.sibling(last, figure.unit)
            yield Stated(
                statement=statement,
                sentence=number,
                claim=claim,
                columns=columns,
                near=() if specific else near,
                usable=usable,
                aside=aside,
            )
            last = claim
            if claim is not None and claim.by_column:
                row, near = claim, columns if specific else near

    def nils(self, statement: Statement, sentence: Sentence, number: int) -> Iterator[Stated]:
        """Zeros stated in words, over a whole clause that holds no figure that counts."""
        text = sentence.clauses[statement.clause]
        if len(text) > _LONG or any(other.figure for other in sentence.by_clause[statement.clause]):
            return
        words = self.plain(text)
        for claim in self.denied(self.named(words) or self.topic, words):
            columns = self.columns(words)
            yield Stated(statement=statement, sentence=number, claim=claim, columns=columns, nil=True, usable=True)

    def sibling(self, last: Claim, unit: str) -> Claim | None:
        """The same claim under the topic just named: 新制作规章13件、规范性文件60件."""
        if not last.text.group or self.topic in last.text.topics:
            return None
        same = [c for c in self.wording.claims if c.text.group == last.text.group and self.topic in c.text.topics]
        return same[0] if len(same) == 1 and unit in same[0].text.units else None

    def plain(self, words: str) -> str:
        """Words without spaces and without what other cells say already (the channel of publication)."""
        words = "".join(words.split())
        for text in self.known_words:
            words = words.replace(text, "")
        return words
