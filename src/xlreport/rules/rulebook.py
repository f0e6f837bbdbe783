"""A form's rules, ready for use: parsed, repeated over their items, bound to fields, computed cells in order."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError
from xlreport.finding import RuleKey
from xlreport.forms.base import RULES_FILE
from xlreport.forms.definition import RuleText
from xlreport.forms.model import Field, Form, Line, NoRange
from xlreport.forms.registry import kept_key
from xlreport.rules.compiled import Function, compiled
from xlreport.rules.evaluate import CellError, Value, is_number
from xlreport.rules.expression import COMPARISONS, MAX_DEPTH, Binary, Expr, Range, Ref, parse, walk
from xlreport.storage.cache import keep_struct, load_struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: The rule that holds every figure of a table row to its kind; derived from the kinds, one check a row.
CELL_RULE = kinds.CELL.id


class Check(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One rule for one item: one row of 校验, one verdict cell, at most one finding.

    `key` is what findings and explanations carry (balance[natural]); `name` ends the verdict cell's defined name
    (balance.natural). `operands` are the cells of the expression in the order of reading; `inputs` the input and given
    cells they rest on.
    """

    rule: RuleText
    item: str | None
    item_name: str
    expr: Expr
    when: Expr | None
    operands: tuple[str, ...]
    inputs: tuple[str, ...]

    @cached_property
    def key(self) -> str:
        return str(RuleKey(self.rule.id, self.item))

    @property
    def name(self) -> str:
        return RuleKey(self.rule.id, self.item).name

    @property
    def message(self) -> str:
        """The rule's message for this item; {item}, {left}, {right}, {difference} and {field ids} still to be filled."""
        each = self.rule.each
        return _for_item(self.rule.message, "row" if each and each.row else "column", self.item)

    @property
    def title(self) -> str:
        return f"{self.rule.name}：{self.item_name}" if self.item_name else self.rule.name

    @property
    def sides(self) -> tuple[Expr, Expr] | None:
        """The two sides of the comparison at the root; None for a rule of another shape."""
        match self.expr:
            case Binary(op, left, right) if op in COMPARISONS:
                return left, right
        return None


#: Checks of a form, and cells in all of them together or in all its computed cells: thirty times what the official forms have.
MOST_CHECKS, MOST_CELLS = 5000, 100_000


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """What takes time to make of a form's rules: the expressions of its computed fields, in order, and its checks."""

    computed: dict[str, Expr]
    checks: tuple[Check, ...]


class Rulebook:
    """All computed cells and all checks of a form."""

    def __init__(self, form: Form, parsed: Parsed | None = None) -> None:
        self.form = form
        self.computed: dict[str, Expr] = {} if parsed is None else parsed.computed
        if parsed is None:
            for field in form.computed:
                self._add_computed(field, ())
            cells = sum(len(self.operands(expr)) for expr in self.computed.values())
            self._require(cells <= MOST_CELLS, f"合计公式用到的单元格共{cells}个，超过{MOST_CELLS}个")
        self.checks: tuple[Check, ...] = tuple(self._bounded(self._checks())) if parsed is None else parsed.checks
        self.by_key: dict[str, Check] = {check.key: check for check in self.checks}
        #: By the identity of an expression of this book, which is kept with it.
        self._functions: dict[int, tuple[Expr, Function]] = {}

    def value(self, expr: Expr, cells: Mapping[str, Value]) -> Value:
        """What `evaluate` gives, for the book's own expressions: each becomes a function when it is first asked for."""
        known = self._functions.get(id(expr))
        if known is None:
            known = self._functions[id(expr)] = (expr, compiled(expr, self.form))
        return known[1](cells)

    def operands(self, expr: Expr) -> tuple[str, ...]:
        """The cells of an expression, each once, in the order of reading."""
        ids: dict[str, None] = {}
        for node in walk(expr):
            match node:
                case Ref(id_):
                    ids[id_] = None
                case Range(first, last):
                    ids.update(dict.fromkeys(self.form.range(first, last)))
        return tuple(ids)

    def inputs(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The input and given cells that these cells rest on, each once."""
        return tuple(id_ for id_ in self.below(ids) if id_ not in self.computed)

    def below(self, ids: Iterable[str]) -> tuple[str, ...]:
        """These cells and all that they rest on, each once."""
        seen: dict[str, None] = {}
        below = list(reversed(tuple(ids)))
        while below:
            id_ = below.pop()
            if id_ not in seen:  # each once: totals of totals double the ways to a cell at every step
                seen[id_] = None
                if id_ in self.computed:
                    below += reversed(self.operands(self.computed[id_]))
        return tuple(seen)

    @cached_property
    def awaited(self) -> dict[str, str]:
        """By `Check.key` the last of the tables' figures that a check rests on: until it is filled, the rest may be to come.

        None for what holds each figure to its kind, whatever else is filled.
        """
        order = {field.id: n for n, field in enumerate(self.form.inputs) if field.table and not field.beside}
        last = {}
        for check in self.checks:
            figures = [id_ for id_ in check.inputs if id_ in order]
            if figures and check.rule.id != CELL_RULE:
                last[check.key] = max(figures, key=order.__getitem__)
        return last

    @cached_property
    def days(self) -> frozenset[str]:
        """The inputs for days on which a rule or a computed cell rests."""
        used = {id_ for check in self.checks for id_ in check.inputs}
        used.update(id_ for check in self.checks if check.when for id_ in self.inputs(self.operands(check.when)))
        used.update(id_ for expr in self.computed.values() for id_ in self.operands(expr))
        return frozenset(id_ for id_ in used if self.form.fields[id_].style == "date")

    def compute(self, cells: Mapping[str, Value], typed_over: Mapping[str, Value] | None = None) -> dict[str, Value]:
        """`cells` with every computed cell added; a cell in `typed_over` (formula typed over) keeps what stands there."""
        return self._with(self.computed, cells, typed_over)

    def compute_for(self, ids: Iterable[str], cells: Mapping[str, Value]) -> dict[str, Value]:
        """`cells` with only those computed cells added that these cells are or rest on."""
        wanted: set[str] = set()
        below = [id_ for id_ in ids if id_ in self.computed]
        while below:
            id_ = below.pop()
            if id_ not in wanted:
                wanted.add(id_)
                below += [each for each in self.operands(self.computed[id_]) if each in self.computed]
        return self._with({id_: expr for id_, expr in self.computed.items() if id_ in wanted}, cells, None)

    def _with(
        self, computed: Mapping[str, Expr], cells: Mapping[str, Value], typed_over: Mapping[str, Value] | None
    ) -> dict[str, Value]:
        all_cells = dict(cells)
        for id_, expr in computed.items():
            all_cells[id_] = typed_over[id_] if typed_over and id_ in typed_over else self.value(expr, all_cells)
        return all_cells

    def verdict(self, check: Check, cells: Mapping[str, Value]) -> bool | None:
        """True, False, or None where nothing is filled or the rule does not apply; the workbook's cell shows the same.

        `cells` holds the computed cells too. An error on the way is False, as IFERROR makes it in the workbook.
        """
        value = self.outcome(check, cells)
        return False if isinstance(value, CellError) else value

    def outcome(self, check: Check, cells: Mapping[str, Value]) -> bool | CellError | None:
        """The verdict, but an error on the way as it is."""
        if all(cells.get(id_) is None for id_ in check.inputs):
            return None
        if check.when is not None:
            applies = self.value(check.when, cells)
            if isinstance(applies, CellError):
                return applies
            if not applies:
                return None
        value = self.value(check.expr, cells)
        return value if isinstance(value, CellError) else bool(value)

    def sides(self, check: Check, cells: Mapping[str, Value]) -> tuple[int | float | str | None, ...]:
        """Left and right of the comparison as they stand; None where a side is neither number nor text."""
        if check.sides is None:
            return None, None
        values = (self.value(side, cells) for side in check.sides)
        return tuple(value if is_number(value) or (isinstance(value, str) and value) else None for value in values)

    def parse(self, text: str, place: str) -> Expr:
        try:
            expr = parse(text)
        except DefinitionError as error:
            raise DefinitionError(f"表样定义“{self.form.id}”，{place}：{error}") from None
        try:
            unknown = [id_ for id_ in self.operands(expr) if id_ not in self.form.fields]
        except NoRange as error:
            raise DefinitionError(f"表样定义“{self.form.id}”，{place}：{error}。") from None
        if unknown:
            raise DefinitionError(f"表样定义“{self.form.id}”，{place}：没有字段 {'、'.join(unknown)}。")
        return expr

    def _add_computed(self, field: Field, above: tuple[str, ...]) -> None:
        """Add a computed field after those it is computed from."""
        if field.id in self.computed:
            return
        if field.id in above or field.compute is None:
            raise DefinitionError(
                f"表样定义“{self.form.id}”，{field.id}.compute：公式绕回到自己（{' → '.join(above)}）。"
            )
        if len(above) > MAX_DEPTH:
            raise DefinitionError(
                f"表样定义“{self.form.id}”，{field.id}.compute：公式一个引用一个，超过{MAX_DEPTH}层。"
            )
        expr = self.parse(field.compute, f"{field.id}.compute")
        for id_ in self.operands(expr):
            if self.form.fields[id_].role == "computed":
                self._add_computed(self.form.fields[id_], (*above, field.id))
        self.computed[field.id] = expr

    def _require(self, good: bool, wrong: str) -> None:
        if not good:
            raise DefinitionError(f"表样定义“{self.form.id}”：{wrong}，请减少行列、规则或公式里的范围。")

    def _bounded(self, checks: Iterator[Check]) -> Iterator[Check]:
        """No more checks than a sheet is read with, and no more cells in them than are gone through in a moment."""
        cells = 0
        for n, check in enumerate(checks, 1):
            cells += len(check.operands) + len(check.inputs)
            self._require(n <= MOST_CHECKS, f"规则按 each 展开后超过{MOST_CHECKS}条")
            self._require(cells <= MOST_CELLS, f"规则用到的单元格合计超过{MOST_CELLS}个")
            yield check

    def _checks(self) -> Iterator[Check]:
        for rule in self.form.rules:
            place = f"{RULES_FILE} 规则 {rule.id}"
            for axis, line in self._items(rule, place):
                key = line.key if line else None
                expr = self.parse(_for_item(rule.expr, axis, key), place)
                when = self.parse(_for_item(rule.when, axis, key), place + " 的 when") if rule.when else None
                operands = self.operands(expr)
                if not operands:
                    raise DefinitionError(f"表样定义“{self.form.id}”，{place}：公式里没有字段。")
                yield Check(
                    rule=rule,
                    item=key,
                    item_name=line.title if line else "",
                    expr=expr,
                    when=when,
                    operands=operands,
                    inputs=self.inputs(operands),
                )
        yield from self._cell_checks()

    def _items(self, rule: RuleText, place: str) -> Iterator[tuple[str, Line | None]]:
        each = rule.each
        if each is None:
            yield "", None
            return
        axis = "row" if each.row else "column"
        table = self.form.tables.get(each.row or each.column or "")
        if table is None or (each.row and each.column):
            known = "、".join(self.form.tables)
            raise DefinitionError(
                f"表样定义“{self.form.id}”，{place} 的 each：应为 row 或 column 之一，值为表的 key（{known}）。"
            )
        lines = table.row_lines if each.row else table.column_lines
        keys = {line.key for line in lines}
        for key in (*each.only, *each.without):
            if key not in keys:
                raise DefinitionError(f"表样定义“{self.form.id}”，{place} 的 each：表 {table.key} 没有“{key}”这一项。")
        for line in lines:
            if (not each.only or line.key in each.only) and line.key not in each.without:
                yield axis, line

    def _cell_checks(self) -> Iterator[Check]:
        """Type and range of every figure, one check a table row, from the kinds of its cells."""
        rule = RuleText(
            id=CELL_RULE,
            level=kinds.CELL.level,
            name="数字格式",
            basis="由指标含义得出：件数为不超过九位的非负整数，增减数为整数，金额单位万元",
            expr="",
            message="{item}：应填数字、“/”或留空",
        )
        for table in self.form.tables.values():
            for block in table.blocks:
                for line, ids in zip(block.row_lines, block.ids, strict=True):
                    figures = [f for f in (self.form.fields[i] for i in ids) if f.role == "input" and f.numeric]
                    if not figures:
                        continue
                    text = ",".join(_cell_expression(field) for field in figures)
                    item = f"{table.key}.{line.key}" if line.key else table.key
                    operands = tuple(field.id for field in figures)
                    name = line.title or self._section_title(table.section)
                    yield Check(
                        rule=msgspec.structs.replace(rule, expr=f"AND({text})"),
                        item=item,
                        item_name=name,
                        expr=parse(f"AND({text})"),
                        when=None,
                        operands=operands,
                        inputs=operands,
                    )

    def _section_title(self, key: str) -> str:
        return next(section.title for section in self.form.sections if section.key == key)


def _for_item(text: str, axis: str, key: str | None) -> str:
    return text if key is None else text.replace("{" + axis + "}", key)


def _cell_expression(field: Field) -> str:
    n, kind = f"N({field.id})", field.traits
    good = f"{kind.bounds(n)},{n}=ROUND({n},{kind.decimals})"
    none = f'OR(LEN({field.id})=0,{field.id}="/")' if kind.summed else f"LEN({field.id})=0"
    return f"IF(ISNUMBER({field.id}),AND({good}),{none})"


@cache
def rulebook(form: Form) -> Rulebook:
    """The rulebook of a form, built once. Raises DefinitionError where a formula does not hold together."""
    key = kept_key(form, "rules")
    if key is None:
        return Rulebook(form)
    known = {f"rule {rule.id}": rule for rule in form.rules}
    parsed = load_struct(key, known)
    if isinstance(parsed, Parsed):
        return Rulebook(form, parsed)
    book = Rulebook(form)
    keep_struct(key, Parsed(computed=book.computed, checks=book.checks), known)
    return book
