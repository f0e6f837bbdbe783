"""What stands in the cells of a workbook of a filing: values, computed cells, explanations, and `_meta`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError
from xlreport.finding import CellRef
from xlreport.rules.days import operands
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.formulas import Content
from xlreport.workbook.layout.names import explanation_name
from xlreport.workbook.layout.sheets import CHECK_SHEET, META_KEYS, definition_hash, layout, template_version
from xlreport.workbook.layout.validation import MAX_CELL

if TYPE_CHECKING:
    from xlreport.filing import Filing, FilingValue
    from xlreport.finding import Finding
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.plan import Cell, Plan


def cell_value(value: FilingValue) -> FilingValue:
    """A value as a cell holds it: line breaks are single line feeds, an empty text is a blank."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") or None
    return value


def content_of(filing: Filing, plan: Plan) -> Content:
    """The cells as they will be written, defaults included, with everything computed from them; days as serial numbers.

    Raises InputError where a text is longer than a cell holds.
    """
    book = rulebook(filing.form)
    cells: dict[str, Value] = {}
    for id_, field in filing.form.fields.items():
        if field.role == "computed":
            continue
        value: FilingValue = filing.raw[id_] if id_ in filing.raw else filing.values.get(id_)
        if id_ not in filing.raw and id_ not in filing.values and field.role == "input":
            value = field.default
        cells[id_] = cell_value(value)
        _fits(plan.fields[id_][0].title, plan.fields[id_][1], cells[id_])
    explanations = {key: str(cell_value(text) or "") for key, text in filing.explanations.items()}
    content = Content(book=book, cells=book.compute(operands(filing.form, cells)), explanations=explanations)
    for key, text in explanations.items():
        place = plan.names.get(explanation_name(key))
        if place is not None:
            _fits(place[0].title, place[1], text)
    return content


def explanations_left_out(filing: Filing) -> tuple[Finding, ...]:
    """A warning for each explanation whose key has no cell on 校验: the workbook will not hold its text."""
    plan = layout(filing.form)
    return tuple(
        kinds.EXPLANATION_LEFT_OUT.finding(
            f"对“{key}”的说明在“{CHECK_SHEET}”表里没有单元格，没有写进工作簿，请核对后另行保存：{text}", item=key
        )
        for key, text in filing.explanations.items()
        if text.strip() and explanation_name(key) not in plan.names
    )


def _fits(sheet: str, cell: Cell, value: Value) -> None:
    """Excel counts UTF-16 units: an emoji is two."""
    if isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > MAX_CELL:
        place = CellRef(field=cell.field, sheet=sheet, address=cell.address)
        raise InputError(f"{place}的文字有{len(value)}个字，超过一格{MAX_CELL}个字的上限，请缩短。")


def meta_of(filing: Filing, token: str | None) -> dict[str, str | int | None]:
    """The cells of `_meta` by their defined names; a `token` given wins over the filing's."""
    form = filing.form
    code = filing.meta.unit_code or filing.values.get("unit.code")
    values: dict[str, str | int | None] = {
        "form": form.id,
        "form_version": form.version,
        "template_version": template_version(form),
        "unit_code": None if code is None else str(code),
        "year": filing.meta.year if filing.meta.year is not None else filing.year,
        "token": token or filing.meta.token,
        "definition": definition_hash(form),
    }
    return {f"meta.{key}": values[key] for key in META_KEYS}
