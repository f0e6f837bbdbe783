"""From rules to linear equations over the cells that staff type.

A rule `left = right` whose sides are sums, differences and fixed multiples of figures becomes one equation; computed
cells are replaced by what they are computed from. A rule that holds whatever is typed, since a total is a formula,
comes out empty and is dropped. Rules of any other shape are not arithmetic here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.rules.evaluate import is_number
from xlreport.rules.expression import Binary, Call, Expr, Number, Range, Ref, Unary
from xlreport.rules.rulebook import rulebook
from xlreport.wording import DECIMALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlreport.forms.model import Form
    from xlreport.rules.rulebook import Check, Rulebook

#: Coefficients by field id; the empty id holds the constant.
Linear: TypeAlias = "dict[str, Fraction]"

CONSTANT = ""


class Equation(msgspec.Struct, frozen=True, kw_only=True):
    """Σ coefficient · figure + constant = 0, from the check of that key. A figure not filled in counts as 0."""

    key: str
    coefficients: dict[str, Fraction]
    constant: Fraction

    def excess(self, cells: Mapping[str, object]) -> Fraction:
        """By how much the left side exceeds the right; 0 where the equation holds."""
        whole, rest = 0, self.constant
        for id_, factor in self.coefficients.items():
            value = cells.get(id_)
            if type(value) is int and factor.denominator == 1:
                whole += factor.numerator * value
            elif value:
                rest += factor * figure(value)
        return rest + whole


def figure(value: object) -> Fraction:
    """A cell's value in arithmetic, exact to its decimals: blank, "/" and text are 0."""
    return Fraction(repr(value)) if is_number(value) else Fraction(0)


def linear(expr: Expr, book: Rulebook) -> Linear | None:
    """The expression as a linear one over input and given cells; None where it is none."""
    match expr:
        case Number(value):
            return {CONSTANT: Fraction(repr(value))}
        case Ref(id_):
            return _cell(id_, book)
        case Range(first, last):
            return _sum([_cell(id_, book) for id_ in book.form.range(first, last)])
        case Unary(op, operand):
            return _scaled(linear(operand, book), Fraction(-1 if op == "-" else 1))
        case Binary("+" | "-" as op, left, right):
            other = _scaled(linear(right, book), Fraction(1 if op == "+" else -1))
            return _sum([linear(left, book), other])
        case Binary("*", left, right):
            return _product(linear(left, book), linear(right, book))
        case Binary("/", left, right):
            divisor = _constant(linear(right, book))
            return _scaled(linear(left, book), 1 / divisor) if divisor else None
        case Call("SUM" | "N", args):
            return _sum([linear(arg, book) for arg in args])
        case Call("ROUND", (inner, digits)):
            kept = _constant(linear(digits, book))
            return linear(inner, book) if kept is not None and kept >= DECIMALS else None
    return None


def _cell(id_: str, book: Rulebook) -> Linear | None:
    if id_ in book.computed:
        return linear(book.computed[id_], book)
    field = book.form.fields[id_]
    return {id_: Fraction(1)} if field.traits.summed else None


def _sum(parts: Iterable[Linear | None]) -> Linear | None:
    total: Linear = {}
    for part in parts:
        if part is None:
            return None
        for id_, factor in part.items():
            total[id_] = total.get(id_, Fraction(0)) + factor
    return {id_: factor for id_, factor in total.items() if factor}


def _scaled(part: Linear | None, factor: Fraction) -> Linear | None:
    return None if part is None else {id_: held * factor for id_, held in part.items() if factor}


def _constant(part: Linear | None) -> Fraction | None:
    if part is None or any(id_ != CONSTANT for id_ in part):
        return None
    return part.get(CONSTANT, Fraction(0))


def _product(left: Linear | None, right: Linear | None) -> Linear | None:
    factor = _constant(left)
    if factor is not None:
        return _scaled(right, factor)
    factor = _constant(right)
    return None if factor is None else _scaled(left, factor)


def difference(check: Check, book: Rulebook) -> Linear | None:
    """Left minus right of an equality; {} where it holds whatever is typed, None for a rule that is no equation."""
    match check.expr:
        case Binary("=", left, right):
            return _sum([linear(left, book), _scaled(linear(right, book), Fraction(-1))])
    return None


@cache
def equations(form: Form) -> tuple[Equation, ...]:
    """The equations of the error-level rules of a form that typing can break, in the order of the rules."""
    book = rulebook(form)
    breakable = []
    for check in book.checks:
        if check.rule.level == "error" and (balance := difference(check, book)):
            coefficients = {id_: factor for id_, factor in balance.items() if id_ != CONSTANT}
            if coefficients:
                constant = balance.get(CONSTANT, Fraction(0))
                breakable.append(Equation(key=check.key, coefficients=coefficients, constant=constant))
    return tuple(breakable)


@cache
def independent(form: Form, keys: frozenset[str]) -> tuple[Equation, ...]:
    """Of the equations of these checks, as few as say the same: the shortest first, none that follows from others.

    The balance of the 总计 column, for one, is the sum of the six before it.
    """
    kept: list[Equation] = []
    reduced: list[tuple[str, Linear]] = []
    for equation in sorted((e for e in equations(form) if e.key in keys), key=lambda e: len(e.coefficients)):
        rest: Linear = {**equation.coefficients, CONSTANT: equation.constant}
        for pivot, row in reduced:
            if factor := rest.get(pivot):
                rest = _sum([rest, _scaled(row, -factor)]) or {}
        pivot = next((id_ for id_ in rest if id_ != CONSTANT), CONSTANT)
        if not rest.get(pivot):
            continue
        # A rest without figures says 0 = constant: rules that contradict each other. It is kept: nothing solves it.
        kept.append(equation)
        reduced.append((pivot, _scaled(rest, 1 / rest[pivot]) or {}))
    return tuple(kept)


def components(given: tuple[Equation, ...]) -> list[tuple[Equation, ...]]:
    """The equations in groups that share no cell: each group can be mended by itself."""
    groups: list[tuple[set[str], list[Equation]]] = []
    for equation in given:
        cells, members = set(equation.coefficients), [equation]
        apart = []
        for other_cells, others in groups:
            if cells.isdisjoint(other_cells):
                apart.append((other_cells, others))
            else:
                cells |= other_cells
                members = others + members
        groups = [*apart, (cells, members)]
    return [tuple(members) for _, members in groups]
