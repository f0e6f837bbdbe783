"""What must hold among the fields of a definition, each slip one sentence that names the file and the place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.errors import DefinitionError
from xlreport.forms.model import CONTROL
from xlreport.forms.patterns import BadPattern, compiled_alone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlreport.forms.base import Entry
    from xlreport.forms.model import Field, Section

#: Lower-case ASCII dotted path.
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+\Z")

#: What Excel takes for a cell address: a defined name must not look like one (up to XFD1048576).
ADDRESS = re.compile(r"[a-z]{1,3}[0-9]{1,7}\Z|r[0-9]*c[0-9]*\Z|[rc]\Z", re.IGNORECASE)

#: Sheets that every workbook has beside those of the sections, and the one that Excel keeps for itself; in lower case.
TAKEN_SHEETS = frozenset({"填表说明", "上年数和控制数", "可引用的数字", "校验", "标注", "上年文字", "_meta", "history"})

#: First parts of names that the workbook or the report uses for what is no field.
TAKEN_NAMES = frozenset({"meta", "verdict", "explain", "check", "number", "rows", "draft"})


def require(condition: bool, path: Path, place: str, expected: str) -> None:
    if not condition:
        raise DefinitionError(f"表样定义文件 {path}，{place}：应为{expected}。")


def unique(names: list[str], path: Path, place: str) -> None:
    seen: set[str] = set()
    for name in names:
        require(name not in seen, path, f"{place} = {name!r}", "不重复的值")
        seen.add(name)


def check_field(field: Field, before: Mapping[str, Field], written: Entry) -> None:
    """A field may stand beside those before it: its id is one, and free; a choice has options, a control number its total."""
    file = written.file_of("id")
    require(bool(ID.match(field.id)), file, field.id, "由小写字母、数字、下划线和点组成的字段号，如 unit.name")
    require(not ADDRESS.match(field.id), file, field.id, "不像单元格地址的字段号")
    require(field.id not in before, file, field.id, "不重复的字段号")
    free = field.id.split(".")[0] not in TAKEN_NAMES
    require(free, file, field.id, f"不以 {'、'.join(sorted(TAKEN_NAMES))} 开头的字段号")
    require(field.style != "choice" or bool(field.options), file, field.id, f'kind = "{field.kind}" 时的 options')
    if field.control:
        of = before.get(field.id.removeprefix(CONTROL))
        require(of is not None and of.role == "computed", file, field.id, "有公式的行或列的控制数")


def check_fields(fields: dict[str, Field], sections: list[Section], root: Entry, written: Mapping[str, Entry]) -> None:
    """Names are unique, no id is the beginning of another, sheets can be sheets of a workbook."""
    path = root.file
    unique([field.name for field in fields.values()], path, "name")
    unique([section.key for section in sections], path, "sections.key")
    unique([section.sheet.casefold() for section in sections], path, "sections.sheet")
    unique([table.key for section in sections for table in section.tables], path, "tables.key")
    for section, entry in zip(sections, root["sections"], strict=True):
        file, place = entry.file_of("sheet"), f"sections.sheet = {section.sheet!r}"
        good = 0 < len(section.sheet) <= 31 and not re.search(r"[\[\]:*?/\\']", section.sheet)
        require(good, file, place, "1 至 31 个字、不含 [ ] : * ? / \\ ' 的工作表名")
        free = section.sheet.casefold() not in TAKEN_SHEETS
        require(free, file, place, "不与工作簿自带的工作表同名的工作表名")
    parents = {id_[: match.start()] for id_ in fields for match in re.finditer(r"\.", id_)}
    for id_, field in fields.items():
        require(id_ not in parents, entry_of(field, written).file_of("id"), id_, "不是其他字段号开头的字段号")
    keys = {table.key for section in sections for table in section.tables}
    for field in fields.values():
        file, place = entry_of(field, written).file_of("zero_with"), f"{field.id}.zero_with"
        require(field.zero_with in (None, *keys), file, place, "本表样的表名（key）")
        _blank_means(field, fields, entry_of(field, written))


def _blank_means(field: Field, fields: Mapping[str, Field], written: Entry) -> None:
    """What a field left blank is taken for comes from fields there are, and from none that comes from itself."""
    for key, taken in (("default_field", (field.default_field,)), ("guess_from", field.guessed_by)):
        file, place = written.file_of(key), f"{field.id}.{key}"
        require(all(id_ in (None, *fields) for id_ in taken), file, place, "本表样的字段号")
        ahead, seen = [id_ for id_ in taken if id_], set[str]()
        while ahead:
            at = ahead.pop()
            if at in fields and at not in seen:
                seen.add(at)
                ahead.extend(id_ for id_ in (fields[at].default_field, *fields[at].guessed_by) if id_)
        require(field.id not in seen, file, place, "不绕回自己的字段号")
    file, place = written.file_of("guesses"), f"{field.id}.guesses"
    require(bool(field.guess_from) == bool(field.guesses), file, place, "与 guess_from 一起写的 guesses")
    for guess in field.guesses:
        require(
            field.style != "choice" or guess.value in field.options, file, f"{place} = {guess.value!r}", "options 之一"
        )
        try:
            re.sub(compiled_alone(guess.words), guess.value, "")
        except BadPattern as error:
            raise DefinitionError(f"表样定义文件 {file}，{place}：{error}。") from None
        except (re.error, IndexError):
            wrong = f"{guess.words!r} 和 {guess.value!r}：不是正确的正则表达式和其中的组"
            raise DefinitionError(f"表样定义文件 {file}，{place} = {wrong}。") from None


def check_period(id_: str | None, fields: Mapping[str, Field], root: Entry) -> None:
    """What names the period of a report is never blank, and one line of text."""
    field = None if id_ is None else fields.get(id_)
    good = field is not None and field.table is None and field.required and field.style in ("text", "choice")
    wanted = "表格以外一个必填（required = true）的 text 或 choice 字段的字段号，如 report.period"
    require(id_ is None or good, root.file_of("period"), f"period = {id_!r}", wanted)


def entry_of(field: Field, written: Mapping[str, Entry]) -> Entry:
    """Where a field was written, or the table that it is a cell of."""
    return written[field.table or field.id]
