"""Excel's formula language over field ids, as far as rules need it: the tree and its parser.

    comparison := sum (("=" | "<>" | "<" | "<=" | ">" | ">=") sum)*
    sum        := product (("+" | "-") product)*
    product    := unary (("*" | "/") unary)*
    unary      := ("-" | "+") unary | primary
    primary    := number | "text" | TRUE | FALSE | FUNCTION(comparison, …) | id | id ":" id | "(" comparison ")"

An id is a lower-case dotted path, a function is upper-case. Precedence is Excel's, but for one trap that is refused:
none of the operators whose Excel precedence surprises people (^ and %) is in the subset.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.errors import DefinitionError
from xlreport.wording import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Every function of the subset, with the least and the greatest number of arguments (None: no limit).
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "SUM": (1, None),
    "N": (1, 1),
    "ABS": (1, 1),
    "AND": (1, None),
    "OR": (1, None),
    "NOT": (1, 1),
    "IF": (3, 3),
    "LEN": (1, 1),
    "ISNUMBER": (1, 1),
    "COUNT": (1, None),
    "COUNTBLANK": (1, 1),
    "ROUND": (2, 2),
    "MIN": (1, None),
    "MAX": (1, None),
}

#: Functions that read cells themselves and know what to do with blanks and text.
CELL_FUNCTIONS = frozenset({"SUM", "N", "LEN", "ISNUMBER", "COUNT", "COUNTBLANK", "MIN", "MAX"})

COMPARISONS = ("<>", "<=", ">=", "=", "<", ">")


#: Letters of a formula in Excel, and functions and brackets within one another; digits of a number, for which there is a double.
MAX_LETTERS, MAX_DEPTH, MAX_DIGITS = 8192, 64, 100

#: Parts within parts of the tree, where each further operator of a row of them holds the row before it.
MAX_LEVELS = 100


class Number(msgspec.Struct, frozen=True):
    value: float


class Text(msgspec.Struct, frozen=True):
    value: str


class Truth(msgspec.Struct, frozen=True):
    value: bool


class Ref(msgspec.Struct, frozen=True):
    """One cell, by its field id."""

    id: str


class Range(msgspec.Struct, frozen=True):
    """A rectangle of cells of one block: first:last."""

    first: str
    last: str


class Unary(msgspec.Struct, frozen=True):
    op: str
    operand: Expr


class Binary(msgspec.Struct, frozen=True):
    op: str
    left: Expr
    right: Expr


class Call(msgspec.Struct, frozen=True):
    name: str
    args: tuple[Expr, ...]


Expr: TypeAlias = Number | Text | Truth | Ref | Range | Unary | Binary | Call

#: So much of a formula is shown in a message.
_SHOWN = 200

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)"
    r'|"(?P<text>(?:[^"]|"")*)"'
    r"|(?P<id>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)"
    r"|(?P<word>[A-Z]+)"
    r"|(?P<op><>|<=|>=|[-+*/=<>(),:])"
    r"|(?P<bad>\S))"
)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = cut(text, _SHOWN)
        if len(text) > MAX_LETTERS:
            raise DefinitionError(f"公式“{self.text}”超过{MAX_LETTERS}个字符，Excel 容不下，请改短。")
        self.tokens = [
            (match.lastgroup or "", match.group(match.lastgroup or 0), match.end()) for match in _TOKEN.finditer(text)
        ]
        self.at = self.depth = 0

    def fail(self, expected: str) -> DefinitionError:
        token = self.tokens[self.at][1] if self.at < len(self.tokens) else "结尾"
        return DefinitionError(f"公式“{self.text}”在“{token}”处有误：应为{expected}。")

    def peek(self, *values: str) -> str | None:
        if self.at < len(self.tokens):
            kind, value, _ = self.tokens[self.at]
            if kind == "op" and value in values:
                return value
        return None

    def take(self, *values: str) -> str | None:
        value = self.peek(*values)
        if value is not None:
            self.at += 1
        return value

    def expect(self, value: str) -> None:
        if self.take(value) is None:
            raise self.fail(f"“{value}”")

    def comparison(self) -> Expr:
        left = self.sum()
        while op := self.take(*COMPARISONS):
            left = Binary(op, left, self.sum())
        return left

    def sum(self) -> Expr:
        left = self.product()
        while op := self.take("+", "-"):
            left = Binary(op, left, self.product())
        return left

    def product(self) -> Expr:
        left = self.unary()
        while op := self.take("*", "/"):
            left = Binary(op, left, self.unary())
        return left

    def unary(self) -> Expr:
        """What every part within a part goes through."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise DefinitionError(f"公式“{self.text}”嵌套超过{MAX_DEPTH}层，请改写。")
        op = self.take("-", "+")
        part = Unary(op, self.unary()) if op else self.primary()
        self.depth -= 1
        return part

    def primary(self) -> Expr:
        if self.take("("):
            inner = self.comparison()
            self.expect(")")
            return inner
        if self.at >= len(self.tokens):
            raise self.fail("数、文字、字段号或函数")
        kind, value, _ = self.tokens[self.at]
        self.at += 1
        match kind:
            case "number" if len(value) > MAX_DIGITS:
                raise DefinitionError(f"公式“{self.text}”里有超过{MAX_DIGITS}位的数，请改正。")
            case "number":
                return Number(float(value))
            case "text":
                return Text(value.replace('""', '"'))
            case "id":
                return self.reference(value)
            case "word" if value in ("TRUE", "FALSE"):
                return Truth(value == "TRUE")
            case "word" if value in FUNCTIONS:
                return self.call(value)
        self.at -= 1
        raise self.fail(f"数、文字、字段号，或 {'、'.join(FUNCTIONS)} 之一")

    def reference(self, first: str) -> Expr:
        if not self.take(":"):
            return Ref(first)
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "id":
            self.at += 1
            return Range(first, self.tokens[self.at - 1][1])
        raise self.fail("字段号")

    def call(self, name: str) -> Expr:
        self.expect("(")
        args = [self.comparison()]
        while self.take(","):
            args.append(self.comparison())
        self.expect(")")
        least, most = FUNCTIONS[name]
        if len(args) < least or (most is not None and len(args) > most):
            raise DefinitionError(
                f"公式“{self.text}”：{name} 的参数应为 {least} 至 {most or '多'} 个，现有 {len(args)} 个。"
            )
        return Call(name, tuple(args))


def parse(text: str) -> Expr:
    """The tree of a formula (without a leading "="). Raises DefinitionError with the place and what was expected."""
    parser = _Parser(text)
    tree = parser.comparison()
    if parser.at != len(parser.tokens):
        raise parser.fail("运算符或结尾")
    if not _within(tree, MAX_LEVELS):
        raise DefinitionError(f"公式“{parser.text}”里连写的运算超过{MAX_LEVELS}个，请改用 SUM 等函数。")
    _well_typed(tree, parser.text)
    return tree


def parts(expr: Expr) -> tuple[Expr, ...]:
    """What stands directly in an expression, left to right."""
    match expr:
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Call(_, args):
            return args
    return ()


def _within(tree: Expr, levels: int) -> bool:
    level: tuple[Expr, ...] = (tree,)
    for _ in range(levels):
        level = tuple(part for expr in level for part in parts(expr))
        if not level:
            return True
    return False


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything in it, outermost first, left to right."""
    yield expr
    for part in parts(expr):
        yield from walk(part)


def _well_typed(tree: Expr, text: str) -> None:
    """A cell reaches an operator only through SUM, N and their like; only text may be compared with a bare cell."""
    for node in walk(tree):
        match node:
            case Binary("=" | "<>", left, right) if isinstance(left, Text) or isinstance(right, Text):
                operands: tuple[Expr, ...] = tuple(side for side in (left, right) if isinstance(side, Range))
            case Binary(_, left, right):
                operands = (left, right)
            case Unary(_, operand):
                operands = (operand,)
            case Call(name, args) if name not in CELL_FUNCTIONS:
                operands = args
            case Call("N" | "LEN" | "ISNUMBER", args):
                operands = tuple(arg for arg in args if isinstance(arg, Range))
            case Call("COUNTBLANK", args):
                operands = tuple(arg for arg in args if not isinstance(arg, Ref | Range))
            case _:
                continue
        for operand in operands:
            if isinstance(operand, Ref | Range) or node == Call("COUNTBLANK", (operand,)):
                raise DefinitionError(f"公式“{text}”：单元格只能经过 SUM 或 N 参加运算（COUNTBLANK 只能用于单元格）。")
