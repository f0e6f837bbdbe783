"""JSON Schemas (draft 2020-12) of what crosses the border: a filing, the findings of `check --json`, a package's manifest.

Made from the types and the form definition themselves, so that they say what the program does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from xlreport.filing import NOT_APPLICABLE
from xlreport.filing_json import nested
from xlreport.finding import Finding
from xlreport.forms import Field
from xlreport.published.archive import Manifest
from xlreport.report.open_data import OpenReport
from xlreport.reviewing.explanations import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.forms import Form

#: A schema as JSON data.
Schema: TypeAlias = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_TEXT: Schema = {"type": ["string", "null"]}
_YEAR: Schema = {"type": ["integer", "null"]}
_NOTES: Schema = {"type": "object", "additionalProperties": {"type": "string"}}


def filing_schema(form: Form) -> Schema:
    """A filing of `form`, as `export` writes it and as the JSON beside a report has it: every id and what may stand there."""
    record = msgspec.json.schema(Record)
    return {
        "$schema": _DRAFT,
        "title": f"{form.title}（{form.id}）",
        "description": form.basis,
        "type": "object",
        "properties": {
            "form": {"const": form.id},
            "form_version": _TEXT,
            "year": _YEAR,
            "unit": _TEXT,
            "values": _tree(nested(form.fields)),
            "explanations": _NOTES,
            "raw": {**_NOTES, "propertyNames": {"enum": list(form.fields)}},
            **record["$defs"]["Record"]["properties"],
        },
        "required": ["form", "form_version", "year", "unit", "values", "explanations", "raw"],
        "additionalProperties": False,
        "$defs": {name: _closed(part) for name, part in record["$defs"].items() if name != "Record"},
    }


def open_schema() -> Schema:
    """A report as open data, as `--format open` writes it."""
    return {"$schema": _DRAFT, **msgspec.json.schema(OpenReport)}


def check_schema() -> Schema:
    """What `check --json` prints: a list, one object a workbook."""
    findings = msgspec.json.schema(Finding)
    parts = {name: _closed(part) for name, part in findings["$defs"].items()}
    parts["Finding"]["required"].remove("explanation")
    names = {"file": {"type": "string"}, "form": _TEXT, "year": _YEAR, "unit": _TEXT, "ok": {"type": "boolean"}}
    listed = {"type": "array", "items": {"$ref": "#/$defs/Finding"}}
    workbook = {"type": "object", "properties": {**names, "findings": listed}}
    return {
        "$schema": _DRAFT,
        "title": "check --json",
        "type": "array",
        "items": _closed(workbook),
        "$defs": parts,
    }


def package_schema() -> Schema:
    """manifest.json of a package."""
    manifest = msgspec.json.schema(Manifest)
    parts = {name: _closed(part) for name, part in manifest["$defs"].items()}
    return {"$schema": _DRAFT, "title": "manifest.json", "$ref": manifest["$ref"], "$defs": parts}


def schema_text(schema: Schema) -> str:
    """The schema as a file holds it."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def _closed(part: Schema) -> Schema:
    """A type that is always written whole: every property is there, and no other."""
    properties = {name: _plain(each) for name, each in part["properties"].items()}
    return {**part, "properties": properties, "required": list(properties), "additionalProperties": False}


def _plain(schema: Schema) -> Schema:
    """A property without the default of the Python type, which a file never leaves out."""
    return {key: value for key, value in schema.items() if key != "default"}


def _tree(values: Mapping[str, object]) -> Schema:
    """An object for each part of the ids that begins others, a value for each id."""
    properties = {
        key: _value(each) if isinstance(each, Field) else _tree(each)  # type: ignore[arg-type]  # nested() gives mappings
        for key, each in values.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _value(field: Field) -> Schema:
    """What may stand in a cell: null where it is blank or cannot be read."""
    return {"title": field.name, "anyOf": [*_content(field), {"type": "null"}]}


def _content(field: Field) -> list[Schema]:
    if field.role == "computed":
        return [{"type": "number"}]
    match field.style:
        case "number":
            kind = field.traits
            whole = {"type": "number" if kind.decimals else "integer", "minimum": kind.low, "maximum": kind.high}
            return [whole, {"const": NOT_APPLICABLE}]
        case "year":
            return [{"type": "integer", "minimum": field.traits.low, "maximum": field.traits.high}]
        case "choice":
            return [{"enum": list(field.options)}]
        case _:
            return [{"type": "string"}]
