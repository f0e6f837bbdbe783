"""What the definition says about figures in prose: topics, columns and claims, ready for use.

Nothing is compiled before it is asked for: most prose touches few claims, and start-up is to be quick. `checked` compiles
all of it, for the maintainer.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import DefinitionError
from xlreport.forms.base import PROSE_FILE
from xlreport.forms.definition import ClaimText, ProseText, TopicText
from xlreport.forms.model import Form
from xlreport.prose.patterns import BadPattern, compiled
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.rules.expression import Expr

COLUMN = "{column}"

#: How many signs of a long text an expression sees at a time, and by how many the next stretch overlaps: what a
#: definition looks for spans no more, and a slow expression costs time by the length of the text only.
_SEEN, _OVERLAP = 512, 128


class Words(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """Regular expressions of which one must be found; `place` names them in the definition.

    ^ is the beginning of the text; in a text of more than 512 signs, $ is the end of a stretch of it too.
    """

    form: str
    place: str
    sources: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sources)

    def found_in(self, text: str) -> bool:
        """Whether one of them is found; never where there are none. Raises DefinitionError for a bad expression."""
        if not self.sources:
            return False
        search = self.pattern.search
        return search(text, 0, _SEEN) is not None or any(
            search(text, start, start + _SEEN) is not None
            for start in range(_SEEN - _OVERLAP, len(text) - _OVERLAP, _SEEN - _OVERLAP)
        )

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        try:
            return compiled(self.sources)
        except BadPattern as error:
            raise _error(self.form, self.place, str(error)) from None


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic with its words."""

    text: TopicText
    words: Words
    needs: Words
    unless: Words

    def holds(self, field: str, paragraph: str) -> bool:
        """Whether the topic can be meant in this prose field and paragraph."""
        if field in self.text.needless:
            return True
        return (not self.needs or self.needs.found_in(paragraph)) and not self.unless.found_in(paragraph)


class Reading(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A value that a claim may rightly state: its formula for one choice of columns, the cells it is made of."""

    expr: Expr
    operands: tuple[str, ...]
    words: Words


class Claim(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """A claim with its words."""

    form: Form
    text: ClaimText

    @property
    def by_column(self) -> bool:
        return COLUMN in self.text.value

    def takes(self, topic: str | None, unit: str) -> bool:
        """Whether it can be made under this topic with a figure of this unit."""
        return (not self.text.topics or topic in self.text.topics) and unit in self.text.units

    def stated(self, words: str) -> bool:
        """Whether words with a figure (#) state this claim's figure, as far as they go."""
        return self._words("words").found_in(words) and not self._words("without").found_in(words)

    def denied(self, topic: str | None, clause: str) -> bool:
        """Whether a clause without a figure states 0 (未收到…申请), as far as it goes."""
        return (
            (not self.text.nil_topics or topic in self.text.nil_topics)
            and self._words("nil").found_in(clause)
            and not self._words("nil_without").found_in(clause)
        )

    def said_in(self, sentence: str) -> bool:
        """Whether the whole sentence leaves room for this claim."""
        within = self._words("within")
        return (not within or within.found_in(sentence)) and not self._words("unless").found_in(sentence)

    def readings(self, columns: tuple[str, ...]) -> tuple[Reading, ...]:
        """The values it may state for these columns, the plain one first. A claim without columns takes ()."""
        key = columns if self.by_column else ()
        if key not in self._readings:
            self._readings[key] = tuple(self._reading(value, words, key) for value, words in self._values())
        return self._readings[key]

    def compile(self, columns: Iterable[tuple[str, ...]]) -> None:
        """Compile all of it. Raises DefinitionError for what does not hold together."""
        for part in _PARTS:
            if words := self._words(part):
                words.found_in("")
        for keys in columns:
            for reading in self.readings(keys):
                reading.words.found_in("")

    def _words(self, part: str) -> Words:
        return self._all_words[part]

    @cached_property
    def _all_words(self) -> dict[str, Words]:
        return {part: Words(form=self.form.id, place=self._place, sources=getattr(self.text, part)) for part in _PARTS}

    @cached_property
    def _readings(self) -> dict[tuple[str, ...], tuple[Reading, ...]]:
        return {}

    @property
    def _place(self) -> str:
        return f"claims {self.text.id}"

    def _values(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(self.text.value, ()), *((also.value, also.words) for also in self.text.accept)]

    def _reading(self, value: str, words: tuple[str, ...], keys: tuple[str, ...]) -> Reading:
        formula = "+".join(f"({value.replace(COLUMN, key)})" for key in keys) if keys else value
        book = rulebook(self.form)
        expr = book.parse(formula, f"{PROSE_FILE} 的 {self._place}")
        wanted = Words(form=self.form.id, place=self._place, sources=words)
        return Reading(expr=expr, operands=book.operands(expr), words=wanted)


#: The keys of a claim that hold regular expressions.
_PARTS = ("words", "without", "nil", "nil_without", "within", "unless")

#: The keys of a topic that hold them.
_TOPIC_PARTS = ("words", "needs", "unless")


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The words for columns; `default` where none is named."""

    words: tuple[tuple[Words, tuple[str, ...]], ...] = ()
    default: tuple[str, ...] = ()

    def named(self, words: str) -> tuple[str, ...]:
        """The columns that the words name; the default where they name none or several kinds."""
        kinds_named = [keys for pattern, keys in self.words if pattern.found_in(words)]
        return kinds_named[0] if len(kinds_named) == 1 else self.default


class Wording(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """All that a form's `prose.toml` says about figures in prose."""

    topics: tuple[Topic, ...]
    claims: tuple[Claim, ...]
    columns: Columns

    def taking(self, topic: str | None, unit: str) -> tuple[Claim, ...]:
        """The claims that can be made under this topic with a figure of this unit, in order."""
        key = topic, unit
        if key not in self._taking:
            self._taking[key] = tuple(claim for claim in self.claims if claim.takes(topic, unit))
        return self._taking[key]

    @cached_property
    def denying(self) -> tuple[Claim, ...]:
        """The claims that can be stated as 0 without a figure."""
        return tuple(claim for claim in self.claims if claim.text.nil)

    @cached_property
    def _taking(self) -> dict[tuple[str | None, str], tuple[Claim, ...]]:
        return {}

    def first_topic(self, field: str) -> TopicText | None:
        """The topic with which a prose field begins."""
        return next((topic.text for topic in self.topics if field in topic.text.fields), None)


@cache
def wording(form: Form) -> Wording:
    """The wording of a form. What does not hold together in it raises DefinitionError when it is first used."""
    text = form.wording

    def words(sources: tuple[str, ...], place: str) -> Words:
        return Words(form=form.id, place=place, sources=sources)

    return Wording(
        topics=tuple(
            Topic(text=t, **{part: words(getattr(t, part), f"topics {t.key}") for part in _TOPIC_PARTS})
            for t in text.topics
        ),
        claims=tuple(Claim(form=form, text=claim) for claim in text.claims),
        columns=Columns(
            words=tuple((words(c.words, "columns"), c.keys) for c in text.columns if c.words),
            default=next((c.keys for c in text.columns if not c.words), ()),
        ),
    )


def checked(form: Form) -> Wording:
    """The wording of a form with all of it compiled.

    Raises DefinitionError for a bad regular expression, a formula that does not parse, a field or topic there is not.
    """
    text, all_ = form.wording, wording(form)
    topics, prose = {topic.key for topic in text.topics}, {field.id for field in form.prose}
    for place, field in _prose_fields(text):
        _require(field in prose, form, place, f"没有文字字段 {field}")
    for topic in all_.topics:
        for words in (topic.words, topic.needs, topic.unless):
            words.found_in("")
    for pattern, _ in all_.columns.words:
        pattern.found_in("")
    columns = {column.keys for column in text.columns}
    for claim in all_.claims:
        place = f"claims {claim.text.id}"
        for key in (*claim.text.topics, *claim.text.nil_topics):
            _require(key in topics, form, place, f"没有 topics {key}")
        if claim.by_column:
            _require(bool(all_.columns.default), form, place, "用了 {column}，但 columns 没有不带 words 的默认列")
        claim.compile(columns if claim.by_column else {()})
    return all_


def _prose_fields(text: ProseText) -> Iterable[tuple[str, str]]:
    yield from ((f"topics {t.key}", field) for t in text.topics for field in (*t.fields, *t.needless))
    yield from (("lengths", length.field) for length in text.lengths)


def _require(condition: bool, form: Form, place: str, problem: str) -> None:
    if not condition:
        raise _error(form.id, place, problem)


def _error(form: str, place: str, problem: str) -> DefinitionError:
    return DefinitionError(f"表样定义“{form}”，{PROSE_FILE} 的 {place}：{problem}。")
