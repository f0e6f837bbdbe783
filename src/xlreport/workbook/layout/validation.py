"""What Excel lets staff type into a cell, with the prompt beside it and the message that stops them.

A guard-rail only: what comes back is read and checked again. The formulas use functions that Excel 2010, WPS and
LibreOffice all have. IF, not OR: an operand that is an error would make the whole OR an error, which refuses "/".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import msgspec

from xlreport.errors import DefinitionError

if TYPE_CHECKING:
    from xlreport.forms.kinds import Kind
    from xlreport.forms.model import Field, Form
    from xlreport.workbook.layout.plan import Cell

#: Excel's limits (characters).
MAX_MESSAGE, MAX_LIST, MAX_CELL = 255, 255, 32767

#: 2000-01-01 and 2099-12-31 as Excel dates.
FIRST_DATE, LAST_DATE = 36526, 73050

TITLE = "填写有误"

#: Prose, and explanations of warnings.
_LONGEST: tuple[dict[str, Any], str] = (
    {"validate": "length", "criteria": "<=", "value": MAX_CELL},
    f"一格最多{MAX_CELL}个字，请缩短。",
)

#: A date, or a text like one; {0} is the cell.
_DATE = (
    f"IF(ISNUMBER({{0}}),AND({{0}}>={FIRST_DATE},{{0}}<={LAST_DATE}),"
    'AND(LEN({0})>=9,MID({0},5,1)="年",RIGHT({0},1)="日"))'
)


def validation(cell: Cell, form: Form, year: int | None = None) -> dict[str, Any] | None:
    """The options of XlsxWriter's data_validation for an input or explanation cell; None where nothing is asked.

    `year` is that of the report, where it is known. Nothing but an explanation has a prompt over the sheet: it would cover
    the cells to be filled next, and stands beside its row.
    Raises DefinitionError where a list in the form definition is longer than Excel takes.
    """
    field = form.fields.get(cell.field or "")
    options: dict[str, Any] = {"ignore_blank": True}
    if cell.prompt:
        options |= {"input_title": "说明", "input_message": cell.prompt}
    rule = _rule(cell, field, form, year or form.first_year)
    if rule is None:
        return None
    stop, message = rule
    return {**options, **stop, "error_title": TITLE, "error_message": message, "error_type": "stop"}


def _rule(cell: Cell, field: Field | None, form: Form, year: int) -> tuple[dict[str, Any], str] | None:
    at = cell.address
    if field is None:
        return _LONGEST
    kind = field.traits
    match kind.style:
        case "prose":
            return _LONGEST
        case "text":
            return None
        case "choice":
            return _list(field, form)
        case "year":
            years = f"{kind.low}—{kind.high}年"
            if field.id == "report.year":
                kind = msgspec.structs.replace(kind, low=form.first_year, high=form.last_year or 2099)
                years = form.years_text()
            return _custom(_number(kind, at), kind.stop.format(years=years))
        case "number":
            return _custom(_number(kind, at), kind.stop)
        case "date":
            return _custom(_DATE.format(at), kind.stop.format(next=year + 1))
    assert_never(kind.style)


def _custom(formula: str, message: str) -> tuple[dict[str, Any], str]:
    return {"validate": "custom", "value": "=" + formula}, message


def _number(kind: Kind, at: str) -> str:
    """A number within the bounds of its kind; of texts "/", and one that ends as its unit does (3万元, 500元)."""
    whole = f"ROUND({at},{kind.decimals})" if kind.decimals else f"INT({at})"
    texts = [f'{at}="/"'] if kind.summed else []
    texts += [f'RIGHT({at},1)="{kind.unit[-1]}"'] if kind.unit else []
    text = f"OR({','.join(texts)})" if len(texts) > 1 else (*texts, "FALSE")[0]
    return f"IF(ISNUMBER({at}),AND({kind.bounds(at)},{at}={whole}),{text})"


def _list(field: Field, form: Form) -> tuple[dict[str, Any], str]:
    text = ",".join(field.options)
    if len(text) > MAX_LIST or any("," in option or '"' in option for option in field.options):
        raise DefinitionError(
            f"表样定义“{form.id}”，{field.id}.options：各选项连同分隔的逗号应不超过{MAX_LIST}个字，且不含逗号和引号。"
        )
    return {"validate": "list", "source": list(field.options)}, f"请从下拉列表中选择：{'、'.join(field.options)}"[
        :MAX_MESSAGE
    ]
