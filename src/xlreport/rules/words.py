"""What a rule compares, in the words of the form: 新收申请数＋上年结转申请数 ＝ 办理结果总数＋结转下年度数."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.expression import Binary, Call, Number, Range, Ref
from xlreport.wording import figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlreport.forms.model import Form
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check

_COMPARED = {"=": "＝", "<>": "≠", "<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}
_JOINED = {"+": "＋", "-": "－"}


class _NoWordsError(Exception):
    """An expression that names do not say."""


def in_words(check: Check, form: Form) -> str:
    """A comparison of sums and differences of figures by their names, without the item's own; "" for any other rule."""
    match check.expr:
        case Binary(op, left, right) if op in _COMPARED:
            try:
                name = _names(check, form)
                return f"{_said(left, name)} {_COMPARED[op]} {_said(right, name)}"
            except _NoWordsError:
                return ""
    return ""


def _names(check: Check, form: Form) -> Callable[[str], str]:
    """The name of a cell; where all stand in one column, without the name of that."""
    fields = [form.fields[id_] for id_ in check.operands]
    columns = {(field.table, field.column) for field in fields}
    shared = ""
    if len(columns) == 1 and len(fields) > 1 and fields[0].table is not None:
        lines = form.tables[fields[0].table].column_lines
        shared = next((line.name for line in lines if line.key == fields[0].column), "")
    if not all(field.name.startswith(shared) and field.name != shared for field in fields):
        shared = ""
    return lambda id_: form.fields[id_].name.removeprefix(shared)


def _said(expr: Expr, name: Callable[[str], str]) -> str:
    match expr:
        case Number(value):
            return figure(value)
        case Ref(id_):
            return name(id_)
        case Range(first, last):
            return f"{name(first)}至{name(last)}各项"
        case Call("ROUND", (inner, _)) | Call("N", (inner,)):
            return _said(inner, name)
        case Call("SUM", args):
            return "＋".join(_said(arg, name) for arg in args)
        case Binary(op, left, right) if op in _JOINED and not isinstance(right, Binary):
            return f"{_said(left, name)}{_JOINED[op]}{_said(right, name)}"
    raise _NoWordsError
