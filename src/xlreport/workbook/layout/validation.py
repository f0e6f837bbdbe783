"""What Excel lets staff type into a cell, with the prompt beside it and the message that stops them.

A guard-rail only: what comes back is read and checked again. The formulas use functions that Excel 2010, WPS and
LibreOffice all have. IF, not OR: an operand that is an error would make the whole OR an error, which refuses "/".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlreport.errors import DefinitionError
from xlreport.forms.model import MAX_NUMBER, Field, Form

if TYPE_CHECKING:
    from xlreport.workbook.layout.plan import Cell

#: Excel's limits (characters).
MAX_TITLE, MAX_MESSAGE, MAX_LIST, MAX_CELL = 32, 255, 255, 32767

#: 2000-01-01 and 2099-12-31 as Excel dates.
FIRST_DATE, LAST_DATE = 36526, 73050

TITLE = "填写有误"

_RULE: dict[str, tuple[str, str]] = {
    "count": (
        f'IF(ISNUMBER({{0}}),AND({{0}}>=0,{{0}}<={MAX_NUMBER},{{0}}=INT({{0}})),{{0}}="/")',
        "请填写不超过九位的非负整数；没有发生的填 0，不适用的填“/”，也可以留空。",
    ),
    "signed": (
        f'IF(ISNUMBER({{0}}),AND(ABS({{0}})<={MAX_NUMBER},{{0}}=INT({{0}})),{{0}}="/")',
        "请填写不超过九位的整数，减少时填负数，如 -8；不适用的填“/”，也可以留空。",
    ),
    "money": (
        f'IF(ISNUMBER({{0}}),AND({{0}}>=0,{{0}}<={MAX_NUMBER},{{0}}=ROUND({{0}},6)),OR({{0}}="/",RIGHT({{0}},1)="元"))',
        "请以万元为单位填写不小于 0 的数，最多六位小数；不适用的填“/”，也可以留空。",
    ),
    "date": (
        f'IF(ISNUMBER({{0}}),AND({{0}}>={FIRST_DATE},{{0}}<={LAST_DATE}),AND(LEN({{0}})>=9,MID({{0}},5,1)="年",RIGHT({{0}},1)="日"))',
        "请写成 2021年1月22日，或输入日期 2021-1-22。",
    ),
}


def validation(cell: Cell, form: Form) -> dict[str, Any] | None:
    """The options of XlsxWriter's data_validation for an input or explanation cell; None where nothing is asked.

    Raises DefinitionError where a prompt or a list in the form definition is longer than Excel takes.
    """
    field = form.fields.get(cell.field or "")
    title = field.name if field else "说明"
    options: dict[str, Any] = {"ignore_blank": True, "input_title": title[:MAX_TITLE], "input_message": cell.prompt}
    if field is not None and not cell.prompt:
        options["input_message"] = _default_prompt(field)
    if len(options["input_message"]) > MAX_MESSAGE:
        raise DefinitionError(
            f"表样定义“{form.id}”，{cell.name}.prompt：应不超过{MAX_MESSAGE}个字，现有{len(options['input_message'])}个。"
        )
    rule = _rule(cell, field, form)
    if rule is None:
        return {"validate": "any", **options} if options["input_message"] else None
    stop, message = rule
    return {**options, **stop, "error_title": TITLE, "error_message": message, "error_type": "stop"}


def _default_prompt(field: Field) -> str:
    match field.kind:
        case "count":
            return "填写整数；没有发生的填 0，不适用的填“/”。"
        case "signed":
            return "填写整数，减少时填负数；不适用的填“/”。"
        case "money":
            return "单位：万元，最多六位小数；不适用的填“/”。"
        case _:
            return ""


def _rule(cell: Cell, field: Field | None, form: Form) -> tuple[dict[str, Any], str] | None:
    at = cell.address
    if field is None or field.kind == "prose":
        limit = {"validate": "length", "criteria": "<=", "value": MAX_CELL}
        return limit, f"一格最多{MAX_CELL}个字，请缩短。"
    if field.kind == "text":
        return None
    if field.kind == "choice":
        return _list(field, form)
    if field.kind == "year":
        first, last = (form.first_year, form.last_year or 2099) if field.id == "report.year" else (1900, 2099)
        formula = f"IF(ISNUMBER({at}),AND({at}>={first},{at}<={last},{at}=INT({at})),FALSE)"
        years = form.years_text() if field.id == "report.year" else "1900—2099年"
        return {"validate": "custom", "value": "=" + formula}, f"请填写四位数字的年度，本工作簿适用于{years}。"
    formula, message = _RULE[field.kind]
    return {"validate": "custom", "value": "=" + formula.format(at)}, message


def _list(field: Field, form: Form) -> tuple[dict[str, Any], str]:
    text = ",".join(field.options)
    if len(text) > MAX_LIST or any("," in option or '"' in option for option in field.options):
        raise DefinitionError(
            f"表样定义“{form.id}”，{field.id}.options：各选项连同分隔的逗号应不超过{MAX_LIST}个字，且不含逗号和引号。"
        )
    return {"validate": "list", "source": list(field.options)}, f"请从下拉列表中选择：{'、'.join(field.options)}"[
        :MAX_MESSAGE
    ]
