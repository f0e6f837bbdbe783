"""From a definition folder to a `Form`. An error names the file, the table, the key and what was expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from xlreport.errors import DefinitionError
from xlreport.forms.chinese_errors import syntax_slip, type_slip
from xlreport.forms.definition import FormText, NodeText, ProseText, RulesText, TableText
from xlreport.forms.kinds import KINDS
from xlreport.forms.model import CONTROL, PRIOR, Block, Field, Form, Line, Section, Table
from xlreport.wording import cannot_open

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlreport.forms.definition import FieldText, SectionText

T = TypeVar("T")

#: Lower-case ASCII dotted path.
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")

#: What Excel takes for a cell address: a defined name must not look like one (up to XFD1048576).
ADDRESS = re.compile(r"[a-z]{1,3}[0-9]{1,7}\Z|r[0-9]*c[0-9]*\Z|[rc]\Z", re.IGNORECASE)

#: Sheets that every workbook has beside those of the sections, and the one that Excel keeps for itself; in lower case.
TAKEN_SHEETS = frozenset({"填表说明", "校验", "标注", "_meta", "history"})

#: First parts of names that the workbook or the report uses for what is no field.
TAKEN_NAMES = frozenset({"meta", "verdict", "explain", "check", "number", "rows", "draft"})

CONTROL_PROMPT = "可不填。手头材料上有这个合计的，填在这里核对；不印在报告里。"

FORM_FILE = "form.toml"
RULES_FILE = "rules.toml"
PROSE_FILE = "prose.toml"


def load_form(folder: Path) -> Form:
    """Load the definition in `folder` (form.toml, and rules.toml and prose.toml where there are any).

    Raises DefinitionError with file, table, key and what was expected.
    """
    text = _decode(folder / FORM_FILE, FormText)
    rules = _decode(folder / RULES_FILE, RulesText).rules if (folder / RULES_FILE).exists() else ()
    wording = _decode(folder / PROSE_FILE, ProseText) if (folder / PROSE_FILE).exists() else ProseText()
    where = folder / FORM_FILE
    _require(
        text.last_year is None or text.last_year >= text.first_year, where, "last_year", "不早于 first_year 的年份"
    )
    for key in ("id", "version", "title", "basis"):
        _require(bool(getattr(text, key).strip()), where, key, "不空的文字")
    fields: dict[str, Field] = {}
    sections = []
    for section in text.sections:
        tables = tuple(_table(table, section.key, where) for table in section.tables)
        for field in _section_fields(section, tables):
            _require(
                bool(ID.match(field.id)), where, field.id, "由小写字母、数字、下划线和点组成的字段号，如 unit.name"
            )
            _require(not ADDRESS.match(field.id), where, field.id, "不像单元格地址的字段号")
            _require(field.id not in fields, where, field.id, "不重复的字段号")
            free = field.id.split(".")[0] not in TAKEN_NAMES
            _require(free, where, field.id, f"不以 {'、'.join(sorted(TAKEN_NAMES))} 开头的字段号")
            _require(
                field.style != "choice" or bool(field.options), where, field.id, f'kind = "{field.kind}" 时的 options'
            )
            if field.control:
                of = fields.get(field.id.removeprefix(CONTROL))
                _require(of is not None and of.role == "computed", where, field.id, "有公式的行或列的控制数")
            fields[field.id] = field
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
    _consistent(fields, sections, where)
    _unique([rule.id for rule in rules], folder / RULES_FILE, "rules.id")
    return Form(
        id=text.id,
        version=text.version,
        title=text.title,
        basis=text.basis,
        first_year=text.first_year,
        last_year=text.last_year,
        guide=text.guide,
        sections=tuple(sections),
        fields=fields,
        rules=rules,
        wording=wording,
        folder=folder,
    )


def _decode(path: Path, kind: type[T]) -> T:
    import tomllib  # a form kept from an earlier run takes none

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DefinitionError(f"表样定义缺少文件 {path}，请把它放进定义文件夹。") from None
    except OSError as error:
        raise DefinitionError(cannot_open(f"表样定义文件“{path}”", path, error)) from None
    except UnicodeDecodeError:
        raise DefinitionError(f"表样定义文件 {path} 不是 UTF-8 文本，请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"表样定义文件 {path} {syntax_slip(error)}。") from None
    try:
        text = msgspec.convert(raw, kind)
        _known_kinds(raw, "$")
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        place = place.strip("`") or "$"
        raise DefinitionError(f"表样定义文件 {path}，{place}：{type_slip(message, place)}。") from None
    return text


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


def _consistent(fields: dict[str, Field], sections: list[Section], path: Path) -> None:
    """Names are unique, no id is the beginning of another, sheets can be sheets of a workbook."""
    _unique([field.name for field in fields.values()], path, "name")
    _unique([section.key for section in sections], path, "sections.key")
    _unique([section.sheet.casefold() for section in sections], path, "sections.sheet")
    _unique([table.key for section in sections for table in section.tables], path, "tables.key")
    for section in sections:
        good = 0 < len(section.sheet) <= 31 and not re.search(r"[\[\]:*?/\\']", section.sheet)
        _require(good, path, f"sections.sheet = {section.sheet!r}", "1 至 31 个字、不含 [ ] : * ? / \\ ' 的工作表名")
        free = section.sheet.casefold() not in TAKEN_SHEETS
        _require(free, path, f"sections.sheet = {section.sheet!r}", "不与工作簿自带的工作表同名的工作表名")
    parents = {id_[: match.start()] for id_ in fields for match in re.finditer(r"\.", id_)}
    for id_ in fields:
        _require(id_ not in parents, path, id_, "不是其他字段号开头的字段号")
    for field in fields.values():
        known = field.default_field is None or field.default_field in fields
        _require(known, path, f"{field.id}.default_field", "本表样的字段号")
        seen, at = {field.id}, field.default_field
        while at is not None:
            _require(at not in seen, path, f"{field.id}.default_field", "不绕回自己的字段号")
            seen.add(at)
            at = fields[at].default_field if at in fields else None


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
        heading=text.heading,
        prompt=text.prompt,
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


def _table(text: TableText, section: str, path: Path) -> Table:
    blocks = []
    for block in text.blocks:
        columns, rows = tuple(_lines(block.columns)), tuple(_lines(block.rows))
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
