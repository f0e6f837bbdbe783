"""The shape of a definition folder's TOML files, as msgspec types: what a maintainer may write, and nothing else.

`form.toml` holds the form, its sections, fields and tables; `rules.toml` holds the rules. The types here mirror the
text; `xlreport.forms.model` holds what they are resolved into.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.finding import Level

#: Last year's figure beside a cell: typed by staff (`input`), or only filled in from last year's filing (`given`).
Prior: TypeAlias = Literal["input", "given"]


class _Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: every key is known, every value is typed, nothing changes after loading."""


class GuessText(_Text, frozen=True, kw_only=True):
    """What a field left blank is taken for where `words` (a regular expression) is found in the text it is guessed from."""

    words: str
    value: str


class FieldText(_Text, frozen=True, kw_only=True):
    """One field outside the tables: `[[sections.fields]]`; `kind` is the id of a row of `xlreport.forms.kinds`.

    Left blank it is taken for the first of its `guesses` that fits the text of `guess_from`, else for `default_field` or
    `default`. One that is not `printed` only feeds sentences and rules, and stands in no section of the report.
    """

    id: str
    label: str
    name: str | None = None
    kind: str = "text"
    required: bool = False
    compute: str | None = None
    options: tuple[str, ...] = ()
    default: str | int | None = None
    default_field: str | None = None
    guess_from: str | None = None
    guesses: tuple[GuessText, ...] = ()
    heading: str | None = None
    prompt: str = ""
    printed: bool = True


class NodeText(_Text, frozen=True, kw_only=True):
    """One heading of a row or column axis: a leaf with a `key`, or a group with `items`.

    `control` puts an optional cell beside every total of the row or column, for the same total as staff have it on
    paper: the field `control.<id>`, on the screen only. The cells of such a leaf must be computed.
    """

    key: str = ""
    title: str = ""
    name: str | None = None
    items: tuple[NodeText, ...] = ()
    kind: str | None = None
    compute: str | None = None
    options: tuple[str, ...] = ()
    prior: Prior | None = None
    control: bool = False
    prompt: str = ""
    span: int = 1
    repeat: int = 1


class BlockText(_Text, frozen=True, kw_only=True):
    """A grid with its own headings; blocks of one table stand one below the other, as in the official form."""

    columns: tuple[NodeText, ...]
    rows: tuple[NodeText, ...] = (NodeText(),)
    caption: str = ""
    corner: str = ""


class TableText(_Text, frozen=True, kw_only=True):
    """A table of a section: `[[sections.tables]]`."""

    key: str
    id: str
    name: str = "{row}{column}"
    kind: str = "count"
    title: str = ""
    blocks: tuple[BlockText, ...]
    printed: bool = True


class SectionText(_Text, frozen=True, kw_only=True):
    """A section: one sheet of the workbook, and (where it has a `number`) one section of the report."""

    key: str
    sheet: str
    number: str = ""
    title: str = ""
    hint: str = ""
    fields: tuple[FieldText, ...] = ()
    tables: tuple[TableText, ...] = ()


class FormText(_Text, frozen=True, kw_only=True):
    """`form.toml`. `period` is the id of the field that tells several reports of one year apart: a quarter, a month."""

    id: str
    version: str
    title: str
    basis: str
    first_year: int
    last_year: int | None = None
    period: str | None = None
    guide: tuple[str, ...] = ()
    sections: tuple[SectionText, ...]


class EachText(_Text, frozen=True, kw_only=True):
    """Repeat a rule over the rows or the columns of a table; `only` and `without` name leaf keys."""

    row: str | None = None
    column: str | None = None
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class RuleText(_Text, frozen=True, kw_only=True):
    """One rule: `[[rules]]`. `expr` and `when` are Excel formulas over field ids; `{row}` or `{column}` stands for
    the item of `each`. `message` may use {item}, {left}, {right}, {difference} and any {field.id}.
    """

    id: str
    level: Level
    name: str
    basis: str
    expr: str
    message: str
    when: str | None = None
    each: EachText | None = None


class RulesText(_Text, frozen=True, kw_only=True):
    """`rules.toml`."""

    rules: tuple[RuleText, ...] = ()


class SentenceText(_Text, frozen=True, kw_only=True):
    """A standard sentence for a prose field left blank: `[[sentences]]`; several for one field follow each other.

    `template` is Jinja over field ids (see `xlreport.prose.templates`); line breaks and indents in it are not printed. The
    report's sentence and the one that the workbook shows live are both made of it (`xlreport.prose.preview`).
    `paragraph` starts a new paragraph. `excel_preview`, where earlier definitions said the same in Excel, is not read.
    """

    field: str
    template: str
    paragraph: bool = False
    excel_preview: str | None = None


class TopicText(_Text, frozen=True, kw_only=True):
    """What a stretch of prose is about: `[[topics]]`. The topic named last in a paragraph holds until another is named.

    `words` are regular expressions; `fields` the prose fields that begin with this topic. `needs` are words of which
    the paragraph must hold one for the topic to be meant at all, `unless` words of which it must hold none, except in
    the fields `needless`. A topic without claims (other people's cases, other work) ends the one before. Of topics named in one clause the one given first in
    the file wins.
    """

    key: str
    words: tuple[str, ...]
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needless: tuple[str, ...] = ()


class ReadingText(_Text, frozen=True, kw_only=True):
    """Another figure that the same words may rightly state: `value` as in a claim, `words` that the sentence must hold."""

    value: str
    words: tuple[str, ...] = ()


class ClaimText(_Text, frozen=True, kw_only=True):
    """Which words in a clause state which figure: `[[claims]]`; the first claim that fits takes the figure.

    `words` are regular expressions of which one must stand beside the figure, `without` ones that must not.
    `topics` are those in which the claim is made; none means any but a foreign one. `value` is an Excel formula over
    field ids; in it `{column}` stands for the column that the words name (`columns`), or their default. `units` are
    the words that may follow the figure ("" where none does). `nil` are expressions that state 0 without a figure, in a
    clause without `nil_without`. The sentence must hold one of `within` and none of `unless`. Claims of one `group` are parts of one whole.
    `rule` names the findings. In all expressions # stands for the figure.
    """

    id: str
    name: str
    value: str
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    nil: tuple[str, ...] = ()
    nil_topics: tuple[str, ...] = ()
    nil_without: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    accept: tuple[ReadingText, ...] = ()
    group: str = ""
    rule: str = kinds.PROSE_FIGURE.id


class ColumnText(_Text, frozen=True, kw_only=True):
    """A word for one or several columns of a table, added up: `[[columns]]`. The one without words is the default."""

    keys: tuple[str, ...]
    words: tuple[str, ...] = ()


class LengthText(_Text, frozen=True, kw_only=True):
    """A prose field that says something says at least so many characters, spaces not counted."""

    field: str
    least: int


class ProseText(_Text, frozen=True, kw_only=True):
    """`prose.toml`: standard sentences, and what figures typed in prose claim."""

    sentences: tuple[SentenceText, ...] = ()
    topics: tuple[TopicText, ...] = ()
    columns: tuple[ColumnText, ...] = ()
    claims: tuple[ClaimText, ...] = ()
    lengths: tuple[LengthText, ...] = ()


class CriterionText(_Text, frozen=True, kw_only=True):
    """What a reviewer looks for in the text of a report: `[[criteria]]` of `criteria.toml`.

    It holds one of four. Of `words` (regular expressions) none may stand in a text. `slips` are such words with what should
    stand instead. Each of `lacks` must stand in the `fields` taken together, as the report prints them, headings and
    generated sentences included; a key of `lacks` is what messages call it; nothing is said of fields that are all empty.
    With none of these `when` alone is what is wrong. `fields` are prose fields; without them `words` and `slips` are looked
    for in every one. A criterion is silent where one of `unless` stands in the same text, and where `when` (an Excel formula
    over field ids; a blank field is what it is taken for) does not hold. Expressions see each paragraph as a line, without
    spaces, with half-width digits.

    In `message`, {said} is what was found or is missing, {field.id} a figure. `basis` is the source: whoever asks for it.
    """

    id: str
    level: Level
    name: str
    basis: str
    message: str
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    slips: dict[str, str] = {}
    lacks: dict[str, str] = {}
    unless: tuple[str, ...] = ()
    when: str | None = None

    @property
    def of_figures(self) -> bool:
        """Whether the condition alone is what is wrong."""
        return not (self.words or self.slips or self.lacks)


class CriteriaText(_Text, frozen=True, kw_only=True):
    """`criteria.toml`."""

    criteria: tuple[CriterionText, ...] = ()
