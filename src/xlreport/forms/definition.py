"""The shape of a definition folder's TOML files, as msgspec types: what a maintainer may write, and nothing else.

`form.toml` holds the form, its sections, fields and tables; `rules.toml` holds the rules. The types here mirror the
text; `xlreport.forms.model` holds what they are resolved into.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from xlreport.finding import Level

#: Last year's figure beside a cell: typed by staff (`input`), or only filled in from last year's filing (`given`).
Prior: TypeAlias = Literal["input", "given"]


class _Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base: every key is known, every value is typed, nothing changes after loading."""


class GuessText(_Text, frozen=True, kw_only=True):
    r"""What a field left blank is taken for where `words` (a regular expression) is found in the text it is guessed from.

    That text is the field's `guess_from`, or that of the field `of`. In `value`, \1 is what the first group of `words` found.
    """

    words: str
    value: str
    of: str | None = None


class FieldText(_Text, frozen=True, kw_only=True):
    """One field outside the tables: `[[sections.fields]]`; `kind` is the id of a row of `xlreport.forms.kinds`.

    Left blank it is taken for the first of its `guesses` that fits the text of `guess_from`, else for `default_field` or
    `default`. One that is not `printed` only feeds sentences and rules, and stands in no section of the report. A figure left
    blank counts as 0 in sentences where the blanks of the table `zero_with` do. A text of several `lines` keeps them: any
    other text is read as one line.
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
    lines: bool = False
    guess_from: str | None = None
    guesses: tuple[GuessText, ...] = ()
    heading: str | None = None
    prompt: str = ""
    printed: bool = True
    zero_with: str | None = None


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
    """`form.toml`. `period` is the id of the field that tells several reports of one year apart: a quarter, a month.

    `deadline` says by when the report is due; {next} in it, and in a prompt, is the year after that of the report.
    """

    id: str
    version: str
    title: str
    basis: str
    first_year: int
    last_year: int | None = None
    period: str | None = None
    guide: tuple[str, ...] = ()
    deadline: str = ""
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


class WordText(_Text, frozen=True, kw_only=True):
    """A word of the lexicon in what it tells: an entry of `[[objects]]`, `[[acts]]`, `[[outcomes]]`, `[[parties]]` and so on.

    `words` are the ways to write it: (甲|乙) is one or the other, [甲|乙] one or none; 本年, 上年, 下年, 别年 stand for years.
    `of` are the kinds of object that it is told of; none means any. `cells` are the pieces of field ids that it stands
    for in a fact, its `key` where none are given; a piece a:b is a range. `name` is said in messages.
    """

    key: str
    words: tuple[str, ...] = ()
    name: str = ""
    of: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


class ObjectText(WordText, frozen=True, kw_only=True):
    """What is counted: `[[objects]]`. Prose in `fields` is about it until another is named.

    An object that `needs` words is meant only where the paragraph holds one of them, or none of `unless`, but for the
    fields that are its `home`.
    """

    fields: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class AcceptText(_Text, frozen=True, kw_only=True):
    """Another figure that the same telling may rightly state: `cells` as in a fact.

    Where `signs` (acts, or signs of the language) are given, the sentence must tell one of them. Where it tells all of `meant`
    this is the figure that is plainly meant.
    """

    cells: tuple[str, ...]
    signs: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()


class FactText(_Text, frozen=True, kw_only=True):
    """Which figure a clause states: `[[facts]]`; the first fact fits whose object, act and outcome the clause tells.

    `of` is the kind of object. `acts` are those that it takes ("" where the clause tells none), `outcomes` likewise ("*" is
    any); none of them means that the clause tells no outcome. `cells` are field ids, added up, in which {object}, {act},
    {outcome} and {party} stand for the cells of the words. `plain` facts are meant where a clause names the object and
    neither act nor outcome. `units` are the words that may follow the figure ("" where none does). `nil`: words may
    state it as 0 (未收到申请); `all_done`: so does 均已办结, as finding `prose_settled`. `whole` facts are all that an
    object's other facts are parts of; of a `bound` one no share can be more (按期答复12件 of 9). `compares`: it is told of
    last year, or as a change since.
    Facts of one `group` are parts of one whole; a bare 合计 behind facts that it `adds_up` states it. `share_of` are
    the facts that a percentage of it is a share of, the one plainly meant first.
    """

    id: str
    of: str
    cells: tuple[str, ...]
    name: str = ""
    acts: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    plain: bool = False
    units: tuple[str, ...] = ("件", "件次", "份", "宗", "起", "例", "个", "条", "")
    nil: bool = False
    all_done: bool = False
    whole: bool = False
    compares: bool = False
    bound: bool = False
    group: str = ""
    adds_up: tuple[str, ...] = ()
    share_of: tuple[str, ...] = ()
    accept: tuple[AcceptText, ...] = ()


class WayText(_Text, frozen=True, kw_only=True):
    """One way to work out a rate: the cells of the part and those of the whole, added up."""

    part: tuple[str, ...]
    whole: tuple[str, ...]


class RateText(_Text, frozen=True, kw_only=True):
    """A percentage by its name: `[[rates]]`. The first of its `ways` is plainly meant; any may be.

    It is looked at in sentences that hold one of `needs`, in all where there are none.
    """

    key: str
    words: tuple[str, ...]
    ways: tuple[WayText, ...]
    needs: tuple[str, ...] = ()


class LexiconText(_Text, frozen=True, kw_only=True):
    """`lexicon.toml`: the words in which prose tells figures, and the figures of the tables that they tell.

    `parts` say that a figure is a share of what the clause names (网上申请3件), `asides` that it is something else
    (答复书3份), `plain` words add nothing. What no word of the lexicon covers is taken for an aside.
    """

    objects: tuple[ObjectText, ...] = ()
    acts: tuple[WordText, ...] = ()
    outcomes: tuple[WordText, ...] = ()
    parties: tuple[WordText, ...] = ()
    parts: tuple[WordText, ...] = ()
    asides: tuple[WordText, ...] = ()
    plain: tuple[WordText, ...] = ()
    facts: tuple[FactText, ...] = ()
    rates: tuple[RateText, ...] = ()


class LengthText(_Text, frozen=True, kw_only=True):
    """A prose field that says something says at least so many characters, spaces not counted."""

    field: str
    least: int


class ProseText(_Text, frozen=True, kw_only=True):
    """`prose.toml`: standard sentences, and what must not be left unsaid."""

    sentences: tuple[SentenceText, ...] = ()
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

    In `message`, {said} is what was found or is missing, {field.id} a figure with its unit. `basis` is the source: whoever asks for it.
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


class TermText(_Text, frozen=True, kw_only=True):
    """A part of expressions that criteria name: <姓名> in one of them stands for the `words` of the term 姓名."""

    id: str
    words: str


class CriteriaText(_Text, frozen=True, kw_only=True):
    """`criteria.toml`."""

    terms: tuple[TermText, ...] = ()
    criteria: tuple[CriterionText, ...] = ()
