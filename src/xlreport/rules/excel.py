"""An expression as Excel formula text, with cell addresses in place of field ids."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from xlreport.rules.expression import Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.forms.model import Form

#: "&" is in no rule: it is how a cell for text is text to Excel, a number typed into it too.
_STRENGTH = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}
_UNARY = 5


#: Arguments that a function may have in .xls, into which people save.
MOST_ARGUMENTS = 30


class Addresses(Protocol):
    """Where cells stand, as seen from the sheet the formula is for."""

    def __call__(self, first: str, last: str | None = None) -> str:
        """E12, or '三 依申请公开'!E12, or E12:J12."""
        ...


def to_excel(expr: Expr, address: Addresses, form: Form | None = None) -> str:
    """The formula text without the leading "="; only the parentheses that are needed.

    With its form, cells for text are text in the formula however they are typed.
    """
    return _write(expr if form is None else _of_texts(expr, form), address, 0)


def literal(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def nested(name: str, args: Sequence[str]) -> str:
    """The call of a function of any number of arguments, none with more than MOST_ARGUMENTS: OR(OR(…),OR(…))."""
    if len(args) <= MOST_ARGUMENTS:
        return f"{name}({','.join(args)})"
    pieces = [nested(name, args[start : start + MOST_ARGUMENTS]) for start in range(0, len(args), MOST_ARGUMENTS)]
    if name in ("COUNT", "COUNTA", "COUNTBLANK"):
        return f"({'+'.join(pieces)})"
    return nested(name, pieces)


def _of_texts(expr: Expr, form: Form) -> Expr:
    match expr:
        case Ref(id_) if form.fields[id_].textual:
            return Binary("&", expr, Text(""))
        case Call("LEN" | "COUNTBLANK", (Ref() | Range(),)):
            return expr  # the same for a text and for its digits
        case Call("SUM" | "COUNT" | "MIN" | "MAX" as name, args):
            rest = tuple(part for arg in args for part in _countable(arg, form))
            return Call(name, rest) if rest else Number(0)
        case Unary(op, operand):
            return Unary(op, _of_texts(operand, form))
        case Binary(op, left, right):
            return Binary(op, _of_texts(left, form), _of_texts(right, form))
        case Call(name, args):
            return Call(name, tuple(_of_texts(arg, form) for arg in args))
    return expr


def _countable(arg: Expr, form: Form) -> Iterator[Expr]:
    """An argument of SUM and its like without cells for text; what is left of a range, as runs along its rows."""
    if isinstance(arg, Ref):
        if not form.fields[arg.id].textual:
            yield arg
        return
    if not isinstance(arg, Range):
        yield _of_texts(arg, form)
        return
    fields = [form.fields[id_] for id_ in form.range(arg.first, arg.last)]
    if not any(field.textual for field in fields):
        yield arg
        return
    for (_, textual), run in groupby(fields, key=lambda field: (field.row, field.textual)):
        if not textual:
            first, *rest = run
            yield Range(first.id, rest[-1].id) if rest else Ref(first.id)


def _write(expr: Expr, address: Addresses, outer: int) -> str:
    match expr:
        case Number(value):
            return repr(int(value) if value == int(value) else value)
        case Text(value):
            return literal(value)
        case Truth(value):
            return "TRUE" if value else "FALSE"
        case Ref(id_):
            return address(id_)
        case Range(first, last):
            return address(first, last)
        case Unary(op, operand):
            text = op + _write(operand, address, _UNARY)
            return f"({text})" if outer > _UNARY else text
        case Binary(op, left, right):
            strength = _STRENGTH[op]
            text = _write(left, address, strength) + op + _write(right, address, strength + 1)
            return f"({text})" if strength < outer else text
        case Call(name, args):
            return nested(name, [_write(arg, address, 0) for arg in args])
