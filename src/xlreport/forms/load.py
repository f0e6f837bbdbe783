"""From a definition folder to a `Form`. An error names the file, the table, the key and what was expected."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from xlreport.errors import DefinitionError
from xlreport.forms.base import (
    CRITERIA_FILE,
    FORM_FILE,
    LEXICON_FILE,
    PROSE_FILE,
    RULES_FILE,
    bases_of,
    place_of,
    read_definition,
)
from xlreport.forms.chinese_errors import definition_slip
from xlreport.forms.consistent import check_field, check_fields, check_period, entry_of, require, unique
from xlreport.forms.definition import (
    CriteriaText,
    CriterionText,
    FormText,
    LexiconText,
    NodeText,
    ProseText,
    RulesText,
    TableText,
)
from xlreport.forms.kinds import KINDS
from xlreport.forms.model import CONTROL, PRIOR, Block, Field, Form, Line, Section, Table
from xlreport.forms.terms import NoTerm, spelled_out
from xlreport.storage.data_slips import type_and_place
from xlreport.storage.files import StrPath

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.forms.base import Entry
    from xlreport.forms.definition import FieldText, SectionText

T = TypeVar("T")

#: The largest form there may be: copies of one line, lines of one block (rows, columns), fields, rules, entries of prose.toml.
MOST_REPEATS, MOST_LINES, MOST_FIELDS, MOST_RULES, MOST_WORDING = 500, 1000, 5000, 1000, 1000

CONTROL_PROMPT = "可不填。手头材料上有这个合计的，填在这里核对；不印在报告里。"


def load_form(folder: StrPath) -> Form:
    """Load the definition in `folder` (form.toml, and rules.toml, prose.toml and lexicon.toml where there are any) and its bases.

    Raises DefinitionError with file, table, key and what was expected.
    """
    folder = Path(folder)
    bases = bases_of(folder)
    root = read_definition(folder, FORM_FILE, bases)
    assert root is not None  # noqa: S101  (without form.toml there are no bases, and reading it has raised)
    text = _decoded(root, FormText)
    rules, rules_file = _part(folder, RULES_FILE, bases, RulesText, root)
    wording, prose_file = _part(folder, PROSE_FILE, bases, ProseText, root)
    lexicon, lexicon_file = _part(folder, LEXICON_FILE, bases, LexiconText, root)
    criteria, criteria_file = _part(folder, CRITERIA_FILE, bases, CriteriaText, root)
    require(len(rules.rules) <= MOST_RULES, rules_file, "rules", f"至多{MOST_RULES}条规则")
    require(len(criteria.criteria) <= MOST_RULES, criteria_file, "criteria", f"至多{MOST_RULES}条")
    for part, file in ((wording, prose_file), (lexicon, lexicon_file)):
        for key in part.__struct_fields__:
            entries = getattr(part, key)
            small = not isinstance(entries, tuple) or len(entries) <= MOST_WORDING
            require(small, file, key, f"至多{MOST_WORDING}项")
    require(
        text.last_year is None or text.last_year >= text.first_year,
        root.file_of("last_year"),
        "last_year",
        "不早于 first_year 的年份",
    )
    for key in ("id", "version", "title", "basis"):
        require(bool(getattr(text, key).strip()), root.file_of(key), key, "不空的文字")
    written = _written(root)
    fields: dict[str, Field] = {}
    sections = []
    for section in text.sections:
        tables = tuple(_table(table, section.key, written) for table in section.tables)
        for field in _section_fields(section, tables):
            check_field(field, fields, entry_of(field, written))
            fields[field.id] = field
            require(len(fields) <= MOST_FIELDS, root.file, "sections", f"至多{MOST_FIELDS}个字段")
        sections.append(
            Section(
                key=section.key,
                sheet=section.sheet,
                number=section.number,
                title=section.title,
                hint=section.hint,
                fields=tuple(field.id for field in section.fields),
                tables=tables,
            )
        )
    check_fields(fields, sections, root, written)
    check_period(text.period, fields, root)
    unique([rule.id for rule in rules.rules], rules_file, "rules.id")
    named = [*(rule.id for rule in rules.rules), *(criterion.id for criterion in criteria.criteria)]
    unique(named, criteria_file, "criteria.id")
    return Form(
        id=text.id,
        version=text.version,
        title=text.title,
        basis=text.basis,
        first_year=text.first_year,
        last_year=text.last_year,
        period=text.period,
        guide=text.guide,
        deadline=text.deadline,
        sections=tuple(sections),
        fields=fields,
        rules=rules.rules,
        wording=wording,
        lexicon=lexicon,
        criteria=_criteria(criteria, criteria_file),
        folder=folder,
        bases=tuple(map(str, bases)),
    )


def _criteria(text: CriteriaText, file: Path) -> tuple[CriterionText, ...]:
    try:
        return spelled_out(text)
    except NoTerm as missing:
        raise DefinitionError(
            f"表样定义文件 {file}，terms：没有“{missing}”这一项，请写上，或改正用到它的地方。"
        ) from None


def _part(folder: Path, name: str, bases: Sequence[Path], kind: type[T], root: Entry) -> tuple[T, Path]:
    """One file of a definition beside form.toml, and its path; an empty one where there is none, at that of form.toml."""
    entry = read_definition(folder, name, bases)
    return (kind(), root.file) if entry is None else (_decoded(entry, kind), entry.file)


def _decoded(root: Entry, kind: type[T]) -> T:
    try:
        text = msgspec.convert(root, kind)
        _known_kinds(root, "$")
    except msgspec.ValidationError as error:
        message, path = type_and_place(error)
        file, place = place_of(root, path)
        raise DefinitionError(f"表样定义文件 {file}，{place}：{definition_slip(message, place)}。") from None
    return text


def _written(root: Entry) -> dict[str, Entry]:
    """The entries of a form's fields by their ids, and of its tables by their keys."""
    return {
        entry[key]: entry
        for section in root["sections"]
        for of, key in (("fields", "id"), ("tables", "key"))
        for entry in section.get(of, ())
    }


def _known_kinds(node: object, place: str) -> None:
    """Raises msgspec's own error for a `kind` that is no row of `KINDS`, which a type cannot say."""
    if isinstance(node, dict):
        if "kind" in node and node["kind"] not in KINDS:
            raise msgspec.ValidationError(f"Invalid enum value {node['kind']!r} - at `{place}.kind`")
        for key, value in node.items():
            _known_kinds(value, f"{place}.{key}")
    elif isinstance(node, list):
        for n, value in enumerate(node):
            _known_kinds(value, f"{place}[{n}]")


def _section_fields(section: SectionText, tables: tuple[Table, ...]) -> Iterator[Field]:
    """The fields of a section in the order in which the sheet shows them: fields, tables, prose."""
    fields = [_field(field, section.key) for field in section.fields]
    yield from (field for field in fields if field.style != "prose")
    for text, table in zip(section.tables, tables, strict=True):
        yield from _table_fields(text, table)
    yield from (field for field in fields if field.style == "prose")


def _field(text: FieldText, section: str) -> Field:
    return Field(
        id=text.id,
        name=text.name or text.label,
        label=text.label,
        kind=text.kind,
        section=section,
        role="computed" if text.compute else "input",
        required=text.required,
        compute=text.compute,
        options=text.options,
        default=text.default,
        default_field=text.default_field,
        lines=text.lines,
        guess_from=text.guess_from,
        guesses=text.guesses,
        heading=text.heading,
        prompt=text.prompt,
        printed=text.printed,
        zero_with=text.zero_with,
    )


def _lines(nodes: tuple[NodeText, ...], keys: tuple[str, ...] = (), name: str = "") -> Iterator[Line]:
    for node in nodes:
        path = (*keys, node.key) if node.key else keys
        if node.items:
            yield from _lines(node.items, path, name + (node.name or ""))
            continue
        for n in range(1, node.repeat + 1):
            key = ".".join(path) + (str(n) if node.repeat > 1 else "")
            title = node.title.replace("{n}", str(n))
            own = title if node.name is None else node.name.replace("{n}", str(n))
            yield Line(key=key, title=title, name=name + own, node=node)


def _table(text: TableText, section: str, written: Mapping[str, Entry]) -> Table:
    path = written[text.key].file_of("blocks")
    blocks = []
    for block in text.blocks:
        _countable((*block.columns, *block.rows), path, text.key)
        columns, rows = (tuple(islice(_lines(axis), MOST_LINES + 1)) for axis in (block.columns, block.rows))
        for key, lines in (("rows", rows), ("columns", columns)):
            require(len(lines) <= MOST_LINES, path, f"{text.key}.{key}", f"至多{MOST_LINES}行或列")
        small = len(rows) * len(columns) <= MOST_FIELDS
        require(small, path, text.key, f"至多{MOST_FIELDS}个单元格的表")
        unique([line.key for line in rows], path, f"{text.key}.rows.key")
        unique([line.key for line in columns], path, f"{text.key}.columns.key")
        for key, pattern in (("id", text.id), ("name", text.name)):
            rest = pattern.replace("{row}", "").replace("{column}", "")
            good = not re.search(r"[{}]", rest)
            require(good, path, f"{text.key}.{key} = {pattern!r}", "花括号里只有 {row} 或 {column} 的文字")
        ids = tuple(tuple(text.id.format(row=row.key, column=column.key) for column in columns) for row in rows)
        blocks.append(
            Block(
                caption=block.caption,
                corner=block.corner,
                columns=block.columns,
                rows=block.rows,
                column_lines=columns,
                row_lines=rows,
                ids=ids,
            )
        )
    return Table(key=text.key, section=section, title=text.title, blocks=tuple(blocks), printed=text.printed)


def _countable(nodes: tuple[NodeText, ...], path: Path, table: str) -> None:
    """Refuses a line that is repeated less than once, or more often than anybody fills in."""
    for node in nodes:
        good = 1 <= node.repeat <= MOST_REPEATS
        require(good, path, f"{table} 的 repeat = {node.repeat}", f"1 至 {MOST_REPEATS} 的整数")
        _countable(node.items, path, table)


def _table_fields(text: TableText, table: Table) -> Iterator[Field]:
    for block in table.blocks:
        for row, ids in zip(block.row_lines, block.ids, strict=True):
            for column, id_ in zip(block.column_lines, ids, strict=True):
                field = _cell(text, table, row, column, id_)
                yield field
                prior = row.node.prior or column.node.prior
                if prior:
                    given = prior == "given" or field.role == "computed"
                    yield msgspec.structs.replace(
                        field,
                        id=PRIOR + id_,
                        name="上年" + field.name,
                        role="given" if given else "input",
                        compute=None,
                        prompt="上年度报告中的同一项数字。",
                    )
                if row.node.control or column.node.control:
                    yield msgspec.structs.replace(
                        field,
                        id=CONTROL + id_,
                        name=field.name + "控制数",
                        role="input",
                        compute=None,
                        prompt=CONTROL_PROMPT,
                    )


def _cell(text: TableText, table: Table, row: Line, column: Line, id_: str) -> Field:
    # A computed row crosses a computed column: the column's formula (the sum along the row) stands.
    compute = column.node.compute or row.node.compute
    return Field(
        id=id_,
        name=text.name.format(row=row.name, column=column.name),
        label=row.title or column.title,
        kind=row.node.kind or column.node.kind or text.kind,
        section=table.section,
        role="computed" if compute else "input",
        compute=compute.replace("{row}", row.key).replace("{column}", column.key) if compute else None,
        options=row.node.options or column.node.options,
        prompt=row.node.prompt or column.node.prompt,
        table=table.key,
        row=row.key,
        column=column.key,
    )
