"""Rules in a normal form, so that two that say the same look the same, and two that exclude each other can be seen to.

A comparison becomes Σ coefficient · atom ⋚ constant; an atom is a cell or whatever is not linear, as text. ROUND counts
as its operand here: rules round only to take equality on decimals.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import starmap
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.rules.expression import COMPARISONS, Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.forms.model import Form

#: Atom → coefficient; the empty atom holds the constant.
_Sum: TypeAlias = "dict[str, Fraction]"

_MIRROR = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NEGATION = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

#: Functions whose arguments may stand in any order.
_COMMUTATIVE = frozenset({"AND", "OR", "MIN", "MAX", "COUNT"})


class Bound(msgspec.Struct, frozen=True):
    """Σ coefficient · atom, compared with a constant. The first coefficient is 1; atoms are in order."""

    terms: tuple[tuple[str, Fraction], ...]
    op: str
    constant: Fraction


def bound(expr: Expr, form: Form) -> Bound | None:
    """The normal form of a comparison of figures; None for anything else, and for one of texts."""
    match expr:
        case Binary(op, left, right) if (
            op in COMPARISONS and not isinstance(left, Text) and not isinstance(right, Text)
        ):
            total = _add([_sum(left, form), _scale(_sum(right, form), Fraction(-1))])
            constant = -total.pop("", Fraction(0))
            terms = sorted(total.items())
            if terms:
                first = terms[0][1]
                op = op if first > 0 else _MIRROR[op]
                terms = [(atom, factor / first) for atom, factor in terms]
                constant /= first
            return Bound(tuple(terms), op, constant)
    return None


def parts(expr: Expr, *, joined: str = "AND", negated: bool = False) -> Iterator[tuple[Expr, bool]]:
    """What `expr` is the AND (or OR) of, each with whether it is meant negated; NOT is looked through."""
    other = "OR" if joined == "AND" else "AND"
    match expr:
        case Call("NOT", (inner,)):
            yield from parts(inner, joined=joined, negated=not negated)
        case Call(name, args) if name == (other if negated else joined):
            for arg in args:
                yield from parts(arg, joined=joined, negated=negated)
        case _:
            yield expr, negated


def bounds(expr: Expr, form: Form) -> Iterator[Bound]:
    """The comparisons of figures that all hold where `expr` holds."""
    for part, negated in parts(expr):
        stated = bound(part, form)
        if stated is not None:
            yield Bound(stated.terms, _NEGATION[stated.op], stated.constant) if negated else stated


def canonical(expr: Expr, form: Form) -> str:
    """A text that is the same for expressions that say the same, order and spelling aside."""
    comparison = bound(expr, form)
    if comparison is not None:
        return _text(comparison)
    match expr:
        case Ref(id_):
            return id_
        case Text(value):
            return f'"{value}"'
        case Truth(value):
            return str(value).upper()
        case Binary(op, left, right) if op in COMPARISONS:
            return op.join(sorted((canonical(left, form), canonical(right, form))))
        case Call("AND" | "OR" as name, _):
            args = [
                canonical(part, form) if not no else f"NOT({canonical(part, form)})"
                for part, no in parts(expr, joined=name)
            ]
            return args[0] if len(set(args)) == 1 else f"{name}({','.join(sorted(set(args)))})"
        case Call("NOT", (Call("NOT", (inner,)),)):
            return canonical(inner, form)
        case Call(name, args) if name not in ("SUM", "N", "ROUND"):
            texts = [text for arg in args for text in _arguments(arg, form)]
            return f"{name}({','.join(sorted(texts) if name in _COMMUTATIVE else texts)})"
    return _text(Bound(tuple(sorted(_sum(expr, form).items())), "", Fraction(0)))


def exclude(one: Bound, other: Bound) -> bool:
    """Whether two bounds of the same sum can never hold together."""
    if one.terms != other.terms or not one.terms:
        return False
    if "<>" in (one.op, other.op):
        return {one.op, other.op} == {"<>", "="} and one.constant == other.constant
    low = max([b for b in (one, other) if b.op in (">", ">=", "=")], key=_floor, default=None)
    high = min([b for b in (one, other) if b.op in ("<", "<=", "=")], key=_ceiling, default=None)
    if low is None or high is None:
        return False
    strict = low.op == ">" or high.op == "<"
    return low.constant > high.constant or (low.constant == high.constant and strict)


def _floor(one: Bound) -> tuple[Fraction, bool]:
    return one.constant, one.op == ">"


def _ceiling(one: Bound) -> tuple[Fraction, bool]:
    return one.constant, one.op != "<"


def _arguments(arg: Expr, form: Form) -> list[str]:
    return list(form.range(arg.first, arg.last)) if isinstance(arg, Range) else [canonical(arg, form)]


def _text(one: Bound) -> str:
    return f"{'+'.join(starmap(_term, one.terms))}{one.op}{one.constant if one.op else ''}"


def _term(atom: str, factor: Fraction) -> str:
    return atom if factor == 1 else f"{factor}*{atom}"


def _sum(expr: Expr, form: Form) -> _Sum:
    match expr:
        case Number(value):
            return {"": Fraction(repr(value))} if value else {}
        case Ref() | Range():
            ids = (expr.id,) if isinstance(expr, Ref) else form.range(expr.first, expr.last)
            return {id_: Fraction(1) for id_ in ids if not form.fields[id_].textual}  # a text counts as 0
        case Unary(op, operand):
            return _scale(_sum(operand, form), Fraction(-1 if op == "-" else 1))
        case Binary("+" | "-" as op, left, right):
            return _add([_sum(left, form), _scale(_sum(right, form), Fraction(1 if op == "+" else -1))])
        case Binary("*" | "/" as op, left, right):
            return _product(op, _sum(left, form), _sum(right, form))
        case Call("SUM" | "N", args):
            return _add([_sum(arg, form) for arg in args])
        case Call("ROUND", (inner, _)):
            return _sum(inner, form)
    return {canonical(expr, form): Fraction(1)}


def _product(op: str, left: _Sum, right: _Sum) -> _Sum:
    if set(right) <= {""} and (op == "*" or right):
        factor = right.get("", Fraction(0))
        return _scale(left, factor if op == "*" else 1 / factor)
    if set(left) <= {""} and op == "*":
        return _scale(right, left.get("", Fraction(0)))
    sides = [_text(Bound(tuple(sorted(side.items())), "", Fraction(0))) for side in (left, right)]
    return {f"({op.join(sorted(sides) if op == '*' else sides)})": Fraction(1)}


def _add(sums: Iterable[_Sum]) -> _Sum:
    total: _Sum = {}
    for each in sums:
        for atom, factor in each.items():
            total[atom] = total.get(atom, Fraction(0)) + factor
    return {atom: factor for atom, factor in total.items() if factor}


def _scale(one: _Sum, factor: Fraction) -> _Sum:
    return {atom: held * factor for atom, held in one.items()} if factor else {}
