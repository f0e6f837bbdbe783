"""An expression as Excel formula text, with cell addresses in place of field ids."""

from __future__ import annotations

from typing import Protocol

from xlreport.rules.expression import Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary

_STRENGTH = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3}
_UNARY = 4


class Addresses(Protocol):
    """Where cells stand, as seen from the sheet the formula is for."""

    def __call__(self, first: str, last: str | None = None) -> str:
        """E12, or '三 依申请公开'!E12, or E12:J12."""
        ...


def to_excel(expr: Expr, address: Addresses) -> str:
    """The formula text without the leading "="; only the parentheses that are needed."""
    return _write(expr, address, 0)


def _write(expr: Expr, address: Addresses, outer: int) -> str:
    match expr:
        case Number(value):
            return repr(int(value) if value == int(value) else value)
        case Text(value):
            return '"' + value.replace('"', '""') + '"'
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
            return f"{name}({','.join(_write(arg, address, 0) for arg in args)})"
