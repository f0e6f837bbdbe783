"""Expressions as Python functions: what `rules/evaluate.py` says, with ranges resolved and the tree walked once.

`evaluate` is the reference; tests hold the two together over random expressions and cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from xlreport.rules.evaluate import (
    ARITHMETIC,
    COMPARISON,
    CellError,
    Value,
    comparable,
    is_number,
    one_number,
    written,
)
from xlreport.rules.expression import Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary
from xlreport.wording import plain, round_half_up

if TYPE_CHECKING:
    from xlreport.forms.model import Form

Cells: TypeAlias = Mapping[str, Value]

#: The value of an expression over cells; those within others raise a CellError.
Function: TypeAlias = Callable[[Cells], Value]


def compiled(expr: Expr, form: Form) -> Function:
    """The function that gives what `evaluate` does: an id that the cells lack is blank, an error is a value."""
    inner = _Compiler(form).value(expr)

    def outcome(cells: Cells) -> Value:
        try:
            value = inner(cells)
        except CellError as error:
            return error
        return plain(value) if isinstance(value, float) else value

    return outcome


class _Compiler:
    def __init__(self, form: Form) -> None:
        self.form = form

    def value(self, expr: Expr) -> Function:
        match expr:
            case Number() | Text() | Truth():
                constant = expr.value
                return lambda _: constant
            case Ref(id_):
                return self.cell(id_)
            case Unary(op, operand):
                number = self.number(operand)
                return (lambda cells: -number(cells)) if op == "-" else number
            case Binary(op, left, right) if op in ARITHMETIC:
                return self.arithmetic(op, left, right)
            case Binary(op, left, right):
                return self.comparison(op, left, right)
            case Call(name, args):
                return self.call(name, args)
        return _raising("#VALUE!")

    def cell(self, id_: str) -> Function:
        textual = id_ in self.form.textual

        def held(cells: Cells) -> Value:
            value = cells.get(id_)
            if isinstance(value, CellError):
                raise value
            return written(value) if textual and value is not None else value

        return held

    def number(self, expr: Expr) -> Callable[[Cells], float]:
        value = self.value(expr)

        def number(cells: Cells) -> float:
            of = value(cells)
            if of is None:
                return 0.0
            if isinstance(of, str | CellError):
                raise CellError("#VALUE!")
            return float(of)

        return number

    def arithmetic(self, op: str, left: Expr, right: Expr) -> Function:
        one, other, result_of = self.number(left), self.number(right), ARITHMETIC[op]

        def arithmetic(cells: Cells) -> Value:
            a, b = one(cells), other(cells)
            if op == "/" and b == 0:
                raise CellError("#DIV/0!")
            if (op == "-" and one_number(a, b)) or (op == "+" and one_number(a, -b)):
                return 0.0
            result = result_of(a, b)
            if not math.isfinite(result):
                raise CellError("#NUM!")
            return result

        return arithmetic

    def comparison(self, op: str, left: Expr, right: Expr) -> Function:
        one, other, holds = self.value(left), self.value(right), COMPARISON[op]

        def comparison(cells: Cells) -> Value:
            a, b = one(cells), other(cells)
            if is_number(a) and is_number(b):
                return holds(a, a if one_number(a, b) else b)
            return holds(*comparable(a, b))

        return comparison

    def cell_values(self, args: tuple[Expr, ...], *, texts: bool = False) -> Callable[[Cells], list[Value]]:
        """What stands in the cells (errors too), other arguments computed; cells for text only where `texts` asks."""
        sources: list[str | Callable[[Cells], float]] = []
        for arg in args:
            match arg:
                case Ref(id_):
                    sources.append(id_)
                case Range(first, last):
                    sources += self.form.range(first, last)
                case _:
                    sources.append(self.number(arg))
        wanted = [each for each in sources if texts or not isinstance(each, str) or each not in self.form.textual]
        ids = [each for each in wanted if isinstance(each, str)]
        if len(ids) == len(wanted):
            return lambda cells: [cells.get(id_) for id_ in ids]
        return lambda cells: [cells.get(each) if isinstance(each, str) else each(cells) for each in wanted]

    def numbers(self, args: tuple[Expr, ...]) -> Callable[[Cells], list[float]]:
        values = self.cell_values(args)

        def numbers(cells: Cells) -> list[float]:
            held = values(cells)
            for value in held:
                if isinstance(value, CellError):
                    raise value
            return [float(value) for value in held if is_number(value)]

        return numbers

    def call(self, name: str, args: tuple[Expr, ...]) -> Function:
        match name:
            case "SUM" | "MIN" | "MAX":
                return self.of_numbers(name, args)
            case "COUNT":
                values = self.cell_values(args)
                return lambda cells: float(sum(map(is_number, values(cells))))
            case "COUNTBLANK":
                values = self.cell_values(args, texts=True)
                return lambda cells: float(sum(value is None or value == "" for value in values(cells)))
            case "AND" | "OR" | "NOT":
                return self.of_truths(name, args)
            case "ABS":
                number = self.number(args[0])
                return lambda cells: abs(number(cells))
            case "ROUND":
                number, decimals = self.number(args[0]), self.number(args[1])
                return lambda cells: round_half_up(number(cells), int(decimals(cells)))
            case "IF":
                number, then, other = self.number(args[0]), self.value(args[1]), self.value(args[2])
                return lambda cells: then(cells) if number(cells) else other(cells)
        return self.of_value(name, args)

    def of_numbers(self, name: str, args: tuple[Expr, ...]) -> Function:
        numbers = self.numbers(args)
        if name == "SUM":
            return lambda cells: math.fsum(numbers(cells))
        most = min if name == "MIN" else max
        return lambda cells: most(numbers(cells), default=0.0)

    def of_truths(self, name: str, args: tuple[Expr, ...]) -> Function:
        """Excel computes every argument: an error in a later one counts even where the first decides."""
        numbers = [self.number(arg) for arg in args]
        if name == "NOT":
            return lambda cells: not numbers[0](cells)
        decided = all if name == "AND" else any
        return lambda cells: decided([number(cells) for number in numbers])

    def of_value(self, name: str, args: tuple[Expr, ...]) -> Function:
        value = self.value(args[0])
        match name:
            case "N":

                def n(cells: Cells) -> Value:
                    of = value(cells)
                    return 0.0 if of is None or isinstance(of, str) else of

                return n
            case "LEN":
                return lambda cells: float(len(written(value(cells))))
            case "ISNUMBER":

                def numeric(cells: Cells) -> Value:
                    try:
                        return is_number(value(cells))
                    except CellError:
                        return False

                return numeric
        return _raising("#NAME?")


def _raising(code: str) -> Function:
    def fail(_: Cells) -> Value:
        raise CellError(code)

    return fail
