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
from xlreport.forms.definition import CriteriaText, FormText, LexiconText, NodeText, ProseText, RulesText, TableText
from xlreport.forms.kinds import KINDS
from xlreport.forms.model import CONTROL, PRIOR, Block, Field, Form, Line, Section, Table
from xlreport.storage.data_slips import type_and_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.forms.base import Entry
    from xlreport.forms.definition import FieldText, SectionText
    from xlreport.storage.files import StrPath

T = TypeVar("T")

#: Lower-case ASCII dotted path.
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")

#: What Excel takes for a cell address: a defined name must not look like one (up to XFD1048576).
ADDRESS = re.compile(r"[a-z]{1,3}[0-9]{1,7}\Z|r[0-9]*c[0-9]*\Z|[rc]\Z", re.IGNORECASE)

#: Sheets that every workbook has beside those of the sections, and the one that Excel keeps for itself; in lower case.
TAKEN_SHEETS = frozenset({"填表说明", "校验", "标注", "_meta", "history"})

#: First parts of names that the workbook or the report uses for what is no field.
TAKEN_NAMES = frozenset({"meta", "verdict", "explain", "check", "number", "rows", "draft"})

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
    rules_root = read_definition(folder, RULES_FILE, bases)
    rules = _decoded(rules_root, RulesText).rules if rules_root is not None else ()
    prose_root = read_definition(folder, PROSE_FILE, bases)
    wording = _decoded(prose_root, ProseText) if prose_root is not None else ProseText()
    lexicon_root = read_definition(folder, LEXICON_FILE, bases)
    lexicon = _decoded(lexicon_root, LexiconText) if lexicon_root is not None else LexiconText()
    criteria_root = read_definition(folder, CRITERIA_FILE, bases)
    criteria = _decoded(criteria_root, CriteriaText).criteria if criteria_root is not None else ()
    _require(len(rules) <= MOST_RULES, (rules_root or root).file, "rules", f"至多{MOST_RULES}条规则")
    _require(len(criteria) <= MOST_RULES, (criteria_root or root).file, "criteria", f"至多{MOST_RULES}条")
    for part, part_root in ((wording, prose_root), (lexicon, lexicon_root)):
        for key in part.__struct_fields__:
            entries = getattr(part, key)
            small = not isinstance(entries, tuple) or len(entries) <= MOST_WORDING
            _require(small, (part_root or root).file, key, f"至多{MOST_WORDING}项")
    _require(
        text.last_year is None or text.last_year >= text.first_year,
        root.file_of("last_year"),
        "last_year",
        "不早于 first_year 的年份",
    )
    for key in ("id", "version", "title", "basis"):
        _require(bool(getattr(text, key).strip()), root.file_of(key), key, "不空的文字")
    written = _written(root)
    fields: dict[str, Field] = {}
    sections = []
    for section in text.sections:
        tables = tuple(_table(table, section.key, written) for table in section.tables)
        for field in _section_fields(section, tables):
            file = _entry(field, written).file_of("id")
            _require(bool(ID.match(field.id)), file, field.id, "由小写字母、数字、下划线和点组成的字段号，如 unit.name")
            _require(not ADDRESS.match(field.id), file, field.id, "不像单元格地址的字段号")
            _require(field.id not in fields, file, field.id, "不重复的字段号")
            free = field.id.split(".")[0] not in TAKEN_NAMES
            _require(free, file, field.id, f"不以 {'、'.join(sorted(TAKEN_NAMES))} 开头的字段号")
            _require(
                field.style != "choice" or bool(field.options), file, field.id, f'kind = "{field.kind}" 时的 options'
            )
            if field.control:
                of = fields.get(field.id.removeprefix(CONTROL))
                _require(of is not None and of.role == "computed", file, field.id, "有公式的行或列的控制数")
            fields[field.id] = field
            _require(len(fields) <= MOST_FIELDS, root.file, "sections", f"至多{MOST_FIELDS}个字段")
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
    _consistent(fields, sections, root, written)
    _period(text.period, fields, root)
    _unique([rule.id for rule in rules], (rules_root or root).file, "rules.id")
    named = [*(rule.id for rule in rules), *(criterion.id for criterion in criteria)]
    _unique(named, (criteria_root or root).file, "criteria.id")
    return Form(
        id=text.id,
        version=text.version,
        title=text.title,
        basis=text.basis,
        first_year=text.first_year,
        last_year=text.last_year,
        period=text.period,
        guide=text.guide,
        sections=tuple(sections),
        fields=fields,
        rules=rules,
        wording=wording,
        lexicon=lexicon,
        criteria=criteria,
        folder=folder,
        bases=tuple(map(str, bases)),
    )


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


def _require(condition: bool, path: Path, place: str, expected: str) -> None:
    if not condition:
        raise DefinitionError(f"表样定义文件 {path}，{place}：应为{expected}。")


def _unique(names: list[str], path: Path, place: str) -> None:
    seen: set[str] = set()
    for name in names:
        _require(name not in seen, path, f"{place} = {name!r}", "不重复的值")
        seen.add(name)


def _consistent(fields: dict[str, Field], sections: list[Section], root: Entry, written: Mapping[str, Entry]) -> None:
    """Names are unique, no id is the beginning of another, sheets can be sheets of a workbook."""
    path = root.file
    _unique([field.name for field in fields.values()], path, "name")
    _unique([section.key for section in sections], path, "sections.key")
    _unique([section.sheet.casefold() for section in sections], path, "sections.sheet")
    _unique([table.key for section in sections for table in section.tables], path, "tables.key")
    for section, entry in zip(sections, root["sections"], strict=True):
        file, place = entry.file_of("sheet"), f"sections.sheet = {section.sheet!r}"
        good = 0 < len(section.sheet) <= 31 and not re.search(r"[\[\]:*?/\\']", section.sheet)
        _require(good, file, place, "1 至 31 个字、不含 [ ] : * ? / \\ ' 的工作表名")
        free = section.sheet.casefold() not in TAKEN_SHEETS
        _require(free, file, place, "不与工作簿自带的工作表同名的工作表名")
    parents = {id_[: match.start()] for id_ in fields for match in re.finditer(r"\.", id_)}
    for id_, field in fields.items():
        _require(id_ not in parents, _entry(field, written).file_of("id"), id_, "不是其他字段号开头的字段号")
    keys = {table.key for section in sections for table in section.tables}
    for field in fields.values():
        file, place = _entry(field, written).file_of("zero_with"), f"{field.id}.zero_with"
        _require(field.zero_with in (None, *keys), file, place, "本表样的表名（key）")
        _blank_means(field, fields, _entry(field, written))


def _blank_means(field: Field, fields: Mapping[str, Field], written: Entry) -> None:
    """What a field left blank is taken for comes from fields there are, and from none that comes from itself."""
    for key, taken in (("default_field", (field.default_field,)), ("guess_from", field.guessed_by)):
        file, place = written.file_of(key), f"{field.id}.{key}"
        _require(all(id_ in (None, *fields) for id_ in taken), file, place, "本表样的字段号")
        ahead, seen = [id_ for id_ in taken if id_], set[str]()
        while ahead:
            at = ahead.pop()
            if at in fields and at not in seen:
                seen.add(at)
                ahead.extend(id_ for id_ in (fields[at].default_field, *fields[at].guessed_by) if id_)
        _require(field.id not in seen, file, place, "不绕回自己的字段号")
    file, place = written.file_of("guesses"), f"{field.id}.guesses"
    _require(bool(field.guess_from) == bool(field.guesses), file, place, "与 guess_from 一起写的 guesses")
    for guess in field.guesses:
        _require(
            field.style != "choice" or guess.value in field.options, file, f"{place} = {guess.value!r}", "options 之一"
        )
        try:
            re.sub(guess.words, guess.value, "")
        except re.error:
            wrong = f"{guess.words!r} 和 {guess.value!r}：不是正确的正则表达式和其中的组"
            raise DefinitionError(f"表样定义文件 {file}，{place} = {wrong}。") from None


def _period(id_: str | None, fields: Mapping[str, Field], root: Entry) -> None:
    """What names the period of a report is never blank, and one line of text."""
    field = None if id_ is None else fields.get(id_)
    good = field is not None and field.table is None and field.required and field.style in ("text", "choice")
    wanted = "表格以外一个必填（required = true）的 text 或 choice 字段的字段号，如 report.period"
    _require(id_ is None or good, root.file_of("period"), f"period = {id_!r}", wanted)


def _entry(field: Field, written: Mapping[str, Entry]) -> Entry:
    """Where a field was written, or the table that it is a cell of."""
    return written[field.table or field.id]


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
            _require(len(lines) <= MOST_LINES, path, f"{text.key}.{key}", f"至多{MOST_LINES}行或列")
        small = len(rows) * len(columns) <= MOST_FIELDS
        _require(small, path, text.key, f"至多{MOST_FIELDS}个单元格的表")
        _unique([line.key for line in rows], path, f"{text.key}.rows.key")
        _unique([line.key for line in columns], path, f"{text.key}.columns.key")
        for key, pattern in (("id", text.id), ("name", text.name)):
            rest = pattern.replace("{row}", "").replace("{column}", "")
            good = not re.search(r"[{}]", rest)
            _require(good, path, f"{text.key}.{key} = {pattern!r}", "花括号里只有 {row} 或 {column} 的文字")
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
        _require(good, path, f"{table} 的 repeat = {node.repeat}", f"1 至 {MOST_REPEATS} 的整数")
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
