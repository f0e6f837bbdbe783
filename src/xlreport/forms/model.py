"""A form, resolved: every cell of every table is a `Field` with its id, its Chinese name and its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from xlreport.forms.definition import CriterionText, GuessText, LexiconText, NodeText, ProseText, RuleText, SentenceText
from xlreport.forms.kinds import Kind, Style, find_kind

#: `input`: staff type it. `computed`: a locked formula. `given`: locked, filled in from last year's filing only.
Role: TypeAlias = Literal["input", "computed", "given"]

Rule: TypeAlias = RuleText

PRIOR = "prior."

#: How the ids of control totals begin: what staff have on paper for a computed cell.
CONTROL = "control."


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the workbook, one variable of the Word template, one path of the JSON."""

    id: str
    name: str
    label: str
    kind: str
    section: str
    role: Role = "input"
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
    table: str | None = None
    row: str = ""
    column: str = ""

    @property
    def traits(self) -> Kind:
        """All that depends on the field's kind. Raises DefinitionError where there is no such kind."""
        return find_kind(self.kind)

    @property
    def style(self) -> Style:
        return self.traits.style

    @property
    def numeric(self) -> bool:
        return self.traits.numeric

    @property
    def textual(self) -> bool:
        """Whether what is typed is text to rules, digits too."""
        return self.role != "computed" and self.style in ("text", "prose", "choice")

    @property
    def prior(self) -> bool:
        """Whether this is last year's value of another field."""
        return self.id.startswith(PRIOR)

    @property
    def control(self) -> bool:
        """Whether this is the optional control total (控制数) of another field."""
        return self.id.startswith(CONTROL)

    @property
    def guessed_by(self) -> tuple[str, ...]:
        """The fields whose texts say what this one is taken for where it is blank."""
        return tuple(dict.fromkeys(of for of in (self.guess_from, *(guess.of for guess in self.guesses)) if of))

    def guess(self, texts: Mapping[str, str]) -> str:
        """What the field left blank is taken for, by the texts of `guessed_by`; "" where no guess fits."""
        for guess in self.guesses:
            if match := re.search(guess.words, texts[guess.of or self.guess_from or ""]):
                return match.expand(guess.value)
        return ""

    @property
    def beside(self) -> bool:
        """Whether this stands beside the form on the screen only: last year's value, or a control total."""
        return self.prior or self.control


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf of a row or column axis: one row or one column of figures. `key` is the full dotted key."""

    key: str
    title: str
    name: str
    node: NodeText


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A grid: its headings as trees, its rows and columns as leaves, its fields by (row, column) position."""

    caption: str
    corner: str
    columns: tuple[NodeText, ...]
    rows: tuple[NodeText, ...]
    column_lines: tuple[Line, ...]
    row_lines: tuple[Line, ...]
    ids: tuple[tuple[str, ...], ...]

    @property
    def labelled(self) -> bool:
        """Whether rows carry a label (table four of the official form has none)."""
        return any(node.title or node.items for node in self.rows)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of a section; `printed` is False for a table that only feeds sentences."""

    key: str
    section: str
    title: str
    blocks: tuple[Block, ...]
    printed: bool = True

    @property
    def ids(self) -> tuple[str, ...]:
        """The fields of its cells, row by row."""
        return tuple(id_ for block in self.blocks for row in block.ids for id_ in row)

    @property
    def row_lines(self) -> tuple[Line, ...]:
        return tuple(line for block in self.blocks for line in block.row_lines)

    def counted(self, fields: Mapping[str, Field]) -> tuple[str, ...]:
        """The figures that staff fill in, row by row, but for rows that repeat: of those people fill as many as they have."""
        return tuple(
            id_
            for block in self.blocks
            for line, ids in zip(block.row_lines, block.ids, strict=True)
            if line.node.repeat == 1
            for id_ in ids
            if fields[id_].role == "input" and fields[id_].numeric
        )

    @property
    def column_lines(self) -> tuple[Line, ...]:
        seen: dict[str, Line] = {}
        for block in self.blocks:
            for line in block.column_lines:
                seen.setdefault(line.key, line)
        return tuple(seen.values())


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet of the workbook; a section of the report where it has a number."""

    key: str
    sheet: str
    number: str
    title: str
    hint: str
    fields: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def heading(self) -> str:
        """一、总体情况; empty for a sheet that is no section of the report."""
        return f"{self.number}、{self.title}" if self.number else self.title


class NoRange(ValueError):
    """Two ids between which there are no cells; its text says why, in Chinese."""


class Form(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """A form definition, complete and consistent. Loaded once, never changed; equal only to itself."""

    id: str
    version: str
    title: str
    basis: str
    first_year: int
    last_year: int | None
    #: The field that names the period within the year; None where a unit reports once a year.
    period: str | None = None
    guide: tuple[str, ...]
    #: By when the report is due; {next} is the year after that of the report.
    deadline: str = ""
    sections: tuple[Section, ...]
    fields: dict[str, Field]
    rules: tuple[Rule, ...]
    folder: Path
    #: The definition folders it builds on, nearest first.
    bases: tuple[str, ...] = ()
    wording: ProseText = ProseText()
    lexicon: LexiconText = LexiconText()
    criteria: tuple[CriterionText, ...] = ()

    @property
    def sentences(self) -> tuple[SentenceText, ...]:
        """Standard sentences for prose fields left blank."""
        return self.wording.sentences

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {table.key: table for section in self.sections for table in section.tables}

    @cached_property
    def inputs(self) -> tuple[Field, ...]:
        """Every field that staff type, in the order of the sheets."""
        return tuple(field for field in self.fields.values() if field.role == "input")

    @cached_property
    def required(self) -> tuple[Field, ...]:
        """Those of them that must not be blank."""
        return tuple(field for field in self.inputs if field.required)

    @cached_property
    def computed(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields.values() if field.role == "computed")

    @cached_property
    def prose(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields.values() if field.style == "prose")

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their unique Chinese name."""
        return {field.name: field for field in self.fields.values()}

    @cached_property
    def _place(self) -> dict[str, tuple[Block, int, int]]:
        return {
            id_: (block, row, column)
            for table in self.tables.values()
            for block in table.blocks
            for row, ids in enumerate(block.ids)
            for column, id_ in enumerate(ids)
        }

    @property
    def span(self) -> str:
        """What a unit has one report for, in messages."""
        return "时期" if self.period else "年度"

    def covers(self, year: int) -> bool:
        """Whether this form is the one for report year `year`."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    def years_text(self) -> str:
        """2019—2020年, or 2021年起."""
        if self.last_year is None:
            return f"{self.first_year}年起"
        if self.last_year == self.first_year:
            return f"{self.first_year}年"
        return f"{self.first_year}—{self.last_year}年"

    @cached_property
    def textual(self) -> frozenset[str]:
        """The ids of the fields that are text to rules."""
        return frozenset(field.id for field in self.fields.values() if field.textual)

    def range(self, first: str, last: str) -> tuple[str, ...]:
        """The ids of the rectangle between two cells of one block, row by row (Excel's range operator).

        Raises NoRange where an id is no cell of a table, or the two are not in one block.
        """
        for id_ in (first, last):
            if id_ not in self._place:
                raise NoRange(f"{id_} 不是表里的一格" if id_ in self.fields else f"没有字段 {id_}")
        block, row1, column1 = self._place[first]
        other, row2, column2 = self._place[last]
        if block is not other:
            raise NoRange(f"{first}:{last} 的两端不在同一张表里")
        rows = range(min(row1, row2), max(row1, row2) + 1)
        columns = range(min(column1, column2), max(column1, column2) + 1)
        return tuple(block.ids[r][c] for r in rows for c in columns)
