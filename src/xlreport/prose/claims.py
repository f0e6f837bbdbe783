"""What the definition says about prose, ready for use: topics and claims with their expressions compiled and checked."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import DefinitionError
from xlreport.forms.definition import ClaimText, TopicText
from xlreport.forms.load import PROSE_FILE
from xlreport.rules.book import rulebook
from xlreport.rules.expression import Expr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.forms.model import Form

COLUMN = "{column}"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic with its words compiled."""

    text: TopicText
    words: re.Pattern[str]
    needs: re.Pattern[str] | None

    def holds(self, field: str, paragraph: str) -> bool:
        """Whether the topic can be meant in this prose field and paragraph."""
        return self.needs is None or field in self.text.needless or self.needs.search(paragraph) is not None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a claim may rightly state: its formula for one choice of columns, the cells it is made of."""

    expr: Expr
    operands: tuple[str, ...]
    words: re.Pattern[str] | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with its words compiled; `readings` by columns (an empty tuple where the claim has none)."""

    text: ClaimText
    words: re.Pattern[str] | None
    without: re.Pattern[str] | None
    nil: re.Pattern[str] | None
    nil_without: re.Pattern[str] | None
    within: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    readings: dict[tuple[str, ...], tuple[Reading, ...]]

    @property
    def by_column(self) -> bool:
        return COLUMN in self.text.value

    def fits(self, topic: str | None, unit: str, words: str, sentence: str) -> bool:
        """Whether words with a figure (#) of this unit, said under this topic, state this claim's figure."""
        return (
            self.words is not None
            and (not self.text.topics or topic in self.text.topics)
            and unit in self.text.units
            and self.words.search(words) is not None
            and (self.without is None or self.without.search(words) is None)
            and self.said_in(sentence)
        )

    def denies(self, topic: str | None, clause: str, sentence: str) -> bool:
        """Whether a clause without a figure states 0 (未收到…申请)."""
        return (
            self.nil is not None
            and (not self.text.nil_topics or topic in self.text.nil_topics)
            and self.nil.search(clause) is not None
            and (self.nil_without is None or self.nil_without.search(clause) is None)
            and self.said_in(sentence)
        )

    def said_in(self, sentence: str) -> bool:
        """Whether the whole sentence leaves room for this claim."""
        return (self.within is None or self.within.search(sentence) is not None) and (
            self.unless is None or self.unless.search(sentence) is None
        )


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The words for columns; `default` where none is named."""

    words: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()
    default: tuple[str, ...] = ()

    def named(self, words: str) -> tuple[str, ...]:
        """The columns that the words name; the default where they name none or several kinds."""
        found = [keys for pattern, keys in self.words if pattern.search(words)]
        return found[0] if len(found) == 1 else self.default


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """All that a form's `prose.toml` says about figures in prose."""

    topics: tuple[Topic, ...]
    claims: tuple[Claim, ...]
    columns: Columns
    mentions: dict[str, Expr]

    def topic_in(self, words: str, field: str, paragraph: str) -> TopicText | None:
        """The topic that these words name: of several the one given first in the definition."""
        for topic in self.topics:
            if topic.words.search(words) and topic.holds(field, paragraph):
                return topic.text
        return None

    def first_topic(self, field: str) -> TopicText | None:
        """The topic with which a prose field begins."""
        return next((topic.text for topic in self.topics if field in topic.text.fields), None)


@cache
def wording(form: Form) -> Wording:
    """The wording of a form, compiled once.

    Raises DefinitionError for a bad regular expression, a formula that does not parse, a field or topic there is not.
    """
    return _Compiler(form).wording()


class _Compiler:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.text = form.wording
        columns = self.text.columns
        self.columns = Columns(
            words=tuple((self.pattern(c.words, "columns"), c.keys) for c in columns if c.words),
            default=next((c.keys for c in columns if not c.words), ()),
        )

    def wording(self) -> Wording:
        topics = {topic.key for topic in self.text.topics}
        for claim in self.text.claims:
            for topic in (*claim.topics, *claim.nil_topics):
                self.require(topic in topics, f"claims {claim.id}", f"没有 topics {topic}")
        prose = {field.id for field in self.form.prose}
        for place, field in (
            *((f"topics {t.key}", f) for t in self.text.topics for f in (*t.fields, *t.needless)),
            *((f"mentions {m.id}", m.field) for m in self.text.mentions),
            *(("lengths", length.field) for length in self.text.lengths),
        ):
            self.require(field in prose, place, f"没有文字字段 {field}")
        book = rulebook(self.form)
        return Wording(
            topics=tuple(self.topic(topic) for topic in self.text.topics),
            claims=tuple(self.claim(claim) for claim in self.text.claims),
            columns=self.columns,
            mentions={m.id: book.parse(m.when, f"{PROSE_FILE} 的 mentions {m.id}") for m in self.text.mentions},
        )

    def topic(self, text: TopicText) -> Topic:
        place = f"topics {text.key}"
        return Topic(text=text, words=self.pattern(text.words, place), needs=self.optional(text.needs, place))

    def claim(self, text: ClaimText) -> Claim:
        place = f"claims {text.id}"
        keys: Iterable[tuple[str, ...]] = ((),)
        if COLUMN in text.value:
            self.require(bool(self.columns.default), place, "用了 {column}，但 columns 没有不带 words 的默认列")
            keys = {c.keys for c in self.text.columns}
        return Claim(
            text=text,
            words=self.optional(text.words, place),
            without=self.optional(text.without, place),
            nil=self.optional(text.nil, place),
            nil_without=self.optional(text.nil_without, place),
            within=self.optional(text.within, place),
            unless=self.optional(text.unless, place),
            readings={key: self.readings(text, key, place) for key in keys},
        )

    def readings(self, text: ClaimText, keys: tuple[str, ...], place: str) -> tuple[Reading, ...]:
        done = []
        for value, words in ((text.value, ()), *((also.value, also.words) for also in text.accept)):
            formula = "+".join(f"({value.replace(COLUMN, key)})" for key in keys) if keys else value
            book = rulebook(self.form)
            expr = book.parse(formula, f"{PROSE_FILE} 的 {place}")
            done.append(Reading(expr=expr, operands=book.operands(expr), words=self.optional(words, place)))
        return tuple(done)

    def optional(self, words: tuple[str, ...], place: str) -> re.Pattern[str] | None:
        return self.pattern(words, place) if words else None

    def pattern(self, words: tuple[str, ...], place: str) -> re.Pattern[str]:
        try:
            return re.compile("|".join(f"(?:{word})" for word in words))
        except re.error as error:
            raise self.error(place, f"不是正确的正则表达式（{error}）") from None

    def require(self, condition: bool, place: str, problem: str) -> None:
        if not condition:
            raise self.error(place, problem)

    def error(self, place: str, problem: str) -> DefinitionError:
        return DefinitionError(f"表样定义“{self.form.id}”，{PROSE_FILE} 的 {place}：{problem}。")
