"""A filing as JSON: what `export` writes, `fill` and `--prior` read.

    {form, form_version, year, unit, values, explanations, raw}

`values` is nested by the parts of the field ids; computed fields are included on the way out, and held against the
recomputed ones on the way in. Blank is null, "/" is "/", an unreadable cell is null with its text under `raw`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError, UsageError
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.finding import CellRef
from xlreport.forms import Form, find_form, form_for_year
from xlreport.rules.check import totals
from xlreport.rules.days import day_text, serial
from xlreport.rules.evaluate import written
from xlreport.storage.files import MAX_TEXT, StrPath, read_bounded
from xlreport.storage.plain_data import Malformed, decode_json
from xlreport.wording import cannot_open, cut, shown, stated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from xlreport.finding import Finding
    from xlreport.forms.model import Field


#: Letters of a name of a field that a message shows.
_SHOWN = 120


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON's outer shape. `form` may be an id or a definition folder; further keys are kept out of the way."""

    values: dict[str, object]
    form: str | None = None
    form_version: str | None = None
    year: int | None = None
    unit: str | None = None
    explanations: dict[str, str] = {}
    raw: dict[str, str] = {}


def nested(values: Mapping[str, object]) -> dict[str, object]:
    """{"a.b": 1} → {"a": {"b": 1}}."""
    tree: dict[str, object] = {}
    for id_, value in values.items():
        put(tree, id_, value, lambda _: {})
    return tree


def put(tree: dict[str, Any], id_: str, value: object, level: Callable[[str], dict[str, Any]]) -> None:
    """Put a value under the parts of its id; `level` makes one for `a.b` where there is none. No id begins another."""
    *parents, last = id_.split(".")
    for n, part in enumerate(parents, 1):
        if part not in tree:
            tree[part] = level(".".join(parents[:n]))
        tree = tree[part]
    tree[last] = value


def flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """{"a": {"b": 1}} → ("a.b", 1)."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def to_json(
    filing: Filing, cells: Mapping[str, FilingValue] | None = None, extra: Mapping[str, object] | None = None
) -> bytes:
    """The filing as UTF-8 JSON, two spaces deep, fields in the order of the form; `extra` adds top-level keys.

    `cells` are its totals; they are computed where none are given.
    """
    cells = totals(filing) if cells is None else cells
    document = {
        "form": filing.form.id,
        "form_version": filing.form.version,
        "year": filing.year,
        "unit": filing.unit or None,
        "values": nested({id_: cells.get(id_) for id_ in filing.form.fields}),
        "explanations": filing.explanations,
        "raw": filing.raw,
        **(extra or {}),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read_json(path: StrPath, form: Form | None = None) -> Filing:
    """The filing in a JSON file.

    Raises InputError where it cannot be read, is no filing, or holds an id the form does not have. A computed value
    that differs from the recomputed one becomes a finding.
    """
    path = Path(path)
    try:
        data = read_bounded(path, MAX_TEXT)
    except OSError as error:
        raise InputError(cannot_open(f"文件“{path.name}”", path, error)) from None
    return decoded(data, path.name, form)


def decoded(data: bytes, source: str, form: Form | None = None) -> Filing:
    """The filing in the bytes of a JSON file; `source` names it in messages. Raises as `read_json` does."""
    try:
        document = decode_json(data, Exported)
    except Malformed as error:
        raise InputError(
            f"文件“{source}”不是 xlreport 导出的 JSON（{error}），请用 xlreport export 重新导出。"
        ) from None
    return from_exported(document, source, form)


def from_exported(document: Exported, source: str, form: Form | None = None) -> Filing:
    """The filing in a decoded JSON document; see `read_json`."""
    form = form or _form(document, source)
    given: dict[str, object] = {}
    for id_, value in flat(document.values):
        if id_ in given:  # {"a.b": 1, "a": {"b": 2}}
            raise InputError(f"文件“{source}”里的“{cut(id_, _SHOWN)}”写了两次，请删去一个。")
        given[id_] = value
    unknown = [id_ for id_ in (*given, *document.raw) if id_ not in form.fields]
    if unknown:
        more = "等" if len(unknown) > 3 else ""
        raise InputError(
            f"文件“{source}”里有本表样（{form.id}）没有的字段：{'、'.join(unknown[:3])}{more}，请核对表样和年度。"
        )
    values: dict[str, FilingValue] = {}
    raw = dict(document.raw)
    for field in form.fields.values():
        if field.role == "computed":
            continue
        value = _typed(_value(given.get(field.id), field.id, source), field)
        if field.numeric and isinstance(value, str) and value != "/":
            raw[field.id], value = value, None
        values[field.id] = value
    filing = Filing(
        form=form,
        meta=Meta(form=form.id, form_version=document.form_version, year=document.year),
        values=values,
        raw=raw,
        explanations=dict(document.explanations),
        source=source,
    )
    return msgspec.structs.replace(filing, findings=(*_contradictions(filing, document), *_differences(filing, given)))


def _form(document: Exported, source: str) -> Form:
    if document.form:
        try:
            return find_form(document.form)
        except UsageError as error:
            raise InputError(f"文件“{source}”：{error}") from None
    year = document.year or dict(flat(document.values)).get("report.year")
    if not isinstance(year, int):
        raise InputError(f"文件“{source}”没有写明表样和年度，请补上 form 和 year。")
    return form_for_year(year)


def _value(value: object, id_: str, source: str) -> FilingValue:
    if value is None or (isinstance(value, int | float | str) and not isinstance(value, bool)):
        return value or None if isinstance(value, str) else value
    raise InputError(f"文件“{source}”的 {id_} 应为数、文字或 null，请改正。")


def _typed(value: FilingValue, field: Field) -> FilingValue:
    """A text as text where it came as a number, a day as filings hold it where it came as ISO date or serial number."""
    if value is None or not (field.textual or field.style == "date"):
        return value
    number = serial(value) if isinstance(value, str) else value
    day = day_text(number) if field.style == "date" and number is not None else None
    return day or written(value)


def _contradictions(filing: Filing, document: Exported) -> Iterator[Finding]:
    """What the document says of itself and its own values say otherwise."""
    year, unit = filing.values.get("report.year"), filing.values.get("unit.name")
    if document.year is not None and year is not None and document.year != year:
        yield kinds.YEAR_DIFFERS.finding(
            f"文件写明是{document.year}年度的，里面填的报告年度是{shown(year)}，请核对",
            [CellRef(field="report.year")],
            expected=document.year,
            actual=year,
        )
    elif filing.year is not None and not filing.form.covers(filing.year):
        yield kinds.YEAR_DIFFERS.finding(
            f"报告年度是{filing.year}，表样 {filing.form.id} 适用于{filing.form.years_text()}，请核对",
            [CellRef(field="report.year")],
            actual=filing.year,
        )
    if document.unit and unit and document.unit != unit:
        yield kinds.UNIT_DIFFERS.finding(
            f"文件写明是“{document.unit}”的，里面填的单位名称是“{unit}”，请核对",
            [CellRef(field="unit.name")],
            expected=document.unit,
            actual=unit,
        )


def _differences(filing: Filing, given: Mapping[str, object]) -> Iterator[Finding]:
    cells = totals(filing)
    for field in filing.form.computed:
        given_value, value = given.get(field.id), cells[field.id]
        if given_value is not None and _rounded(given_value) != value:
            yield kinds.COMPUTED_DIFFERS.finding(
                f"“{field.name}”在文件里是{shown(given_value)}，按各项重新计算为{shown(value)}，已采用重新计算的数，请核对各项",
                [CellRef(field=field.id)],
                item=field.id,
                expected=value,
                actual=given_value if isinstance(given_value, int | float | str) else str(given_value),
            )


def _rounded(value: object) -> object:
    return stated(value) if isinstance(value, float) else value
