"""The value of an expression over cell values as they stand, exactly as Excel and LibreOffice compute it.

A cell for text, prose or a choice is text however it is typed: 117 in it is "117", and SUM, MIN, MAX and COUNT pass it
over. The cell of a day is its serial number; a text in it is text (`rules/days.py`).

Excel's rules for the subset: SUM, MIN, MAX and COUNT pass over text, blanks and truth values in cells; N makes a number
of anything but an error; an error in an operand is the result; ROUND rounds halves away from zero. What text does in
arithmetic is never asked, since the parser lets a cell reach an operator only through SUM or N.
"""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from xlreport.rules.expression import Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary
from xlreport.wording import plain, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from xlreport.forms.model import Form


class CellError(Exception):
    """An Excel error value such as #REF!; stands in a cell as a value and travels through formulas."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return self.code


#: What a cell can hold, and what an expression can give.
Value: TypeAlias = "bool | int | float | str | CellError | None"

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISON: dict[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]  # both sides are of one sort after comparable
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def evaluate(expr: Expr, cells: Mapping[str, Value], form: Form) -> Value:
    """The value of `expr`; an id that `cells` lacks is blank. Errors come back as a CellError value, never raised."""
    try:
        value = _Evaluator(cells, form).value(expr)
    except CellError as error:
        return error
    return plain(value) if isinstance(value, float) else value


class _Evaluator:
    def __init__(self, cells: Mapping[str, Value], form: Form) -> None:
        self.cells = cells
        self.form = form

    def value(self, expr: Expr) -> Value:
        match expr:
            case Number() | Text() | Truth():
                return expr.value
            case Ref(id_):
                held = self.cells.get(id_)
                if isinstance(held, CellError):
                    raise held
                return written(held) if held is not None and self.textual(id_) else held
            case Unary(op, operand):
                number = self.number(operand)
                return -number if op == "-" else number
            case Binary(op, left, right) if op in ARITHMETIC:
                return self.arithmetic(op, left, right)
            case Binary(op, left, right):
                return self.compare(op, left, right)
            case Call(name, args):
                return self.call(name, args)
        raise CellError("#VALUE!")

    def number(self, expr: Expr) -> float:
        value = self.value(expr)
        if value is None:
            return 0.0
        if isinstance(value, str | CellError):
            raise CellError("#VALUE!")
        return float(value)

    def truth(self, expr: Expr) -> bool:
        return bool(self.number(expr))

    def arithmetic(self, op: str, left: Expr, right: Expr) -> float:
        a, b = self.number(left), self.number(right)
        if op == "/" and b == 0:
            raise CellError("#DIV/0!")
        if (op == "-" and one_number(a, b)) or (op == "+" and one_number(a, -b)):
            return 0.0  # Excel leaves nothing over of binary fractions where two numbers meet
        result = ARITHMETIC[op](a, b)
        if not math.isfinite(result):
            raise CellError("#NUM!")
        return result

    def compare(self, op: str, left: Expr, right: Expr) -> bool:
        a, b = self.value(left), self.value(right)
        if is_number(a) and is_number(b) and one_number(a, b):
            b = a
        return COMPARISON[op](*comparable(a, b))

    def textual(self, id_: str) -> bool:
        return id_ in self.form.textual

    def cell_values(self, args: Iterable[Expr], *, texts: bool = False) -> list[Value]:
        """The arguments of a cell function: cells as they are (errors too), other arguments computed.

        Cells for text are only among them where `texts` asks for it.
        """
        values: list[Value] = []
        for arg in args:
            match arg:
                case Ref() | Range():
                    ids = (arg.id,) if isinstance(arg, Ref) else self.form.range(arg.first, arg.last)
                    values.extend(self.cells.get(id_) for id_ in ids if texts or not self.textual(id_))
                case _:
                    values.append(self.number(arg))
        return values

    def numbers(self, args: Iterable[Expr]) -> list[float]:
        """The numbers among the cells; text, blanks and truth values are passed over. Raises the first error."""
        values = self.cell_values(args)
        for value in values:
            if isinstance(value, CellError):
                raise value
        return [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]

    def call(self, name: str, args: tuple[Expr, ...]) -> Value:
        match name:
            case "SUM":
                return math.fsum(self.numbers(args))
            case "MIN" | "MAX":
                return (min if name == "MIN" else max)(self.numbers(args), default=0.0)
            case "COUNT":
                return float(sum(is_number(value) for value in self.cell_values(args)))
            case "COUNTBLANK":
                return float(sum(value is None or value == "" for value in self.cell_values(args, texts=True)))
            case "ISNUMBER":
                return self.is_number(args[0])
            case "N":
                value = self.value(args[0])
                return 0.0 if value is None or isinstance(value, str) else value
            case "LEN":
                return float(len(written(self.value(args[0]))))
            case "IF":
                return self.value(args[1] if self.truth(args[0]) else args[2])
            # Excel computes every argument: an error in a later one counts even where the first decides.
            case "AND":
                return min([self.truth(arg) for arg in args])
            case "OR":
                return max([self.truth(arg) for arg in args])
            case "NOT":
                return not self.truth(args[0])
            case "ABS":
                return abs(self.number(args[0]))
            case "ROUND":
                return round_half_up(self.number(args[0]), int(self.number(args[1])))
        raise CellError("#NAME?")

    def is_number(self, arg: Expr) -> bool:
        try:
            return is_number(self.value(arg))
        except CellError:
            return False


def comparable(a: Value, b: Value) -> tuple[object, object]:
    """Both sides made comparable: a blank takes the other's sort; numbers < text < truth values; text without case."""
    if a is None:
        a = "" if isinstance(b, str) else False if isinstance(b, bool) else 0.0
    if b is None:
        b = "" if isinstance(a, str) else False if isinstance(a, bool) else 0.0

    def key(value: Value) -> tuple[int, object]:
        if isinstance(value, bool):
            return 2, value
        if isinstance(value, str):
            return 1, value.casefold()
        return 0, value

    return key(a), key(b)


def one_number(a: float, b: float) -> bool:
    """Whether two numbers are one to Excel, which compares fifteen digits: 0.1+0.2 is 0.3."""
    if a == b or not (math.isfinite(a) and math.isfinite(b)):
        return a == b
    if a == int(a) and b == int(b):
        return False
    return f"{a:.14e}" == f"{b:.14e}"


def written(value: Value) -> str:
    """A value as the text that Excel makes of it; LEN counts its characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, int | float):
        return str(value)
    short = plain(value)
    return format(Decimal(repr(short)), "f") if 1e-5 <= abs(short) < 1 else str(short)
