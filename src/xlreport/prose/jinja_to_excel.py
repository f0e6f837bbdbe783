"""What the nodes of a sentence's template mean in Excel."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from jinja2 import nodes

from xlreport.filing import BLANKS, BLANKS_KEPT
from xlreport.prose.excel_text import (
    LONGEST,
    MOST_CHARACTERS,
    First,
    Formula,
    Meaning,
    NoPreview,
    Pairs,
    called,
    either,
    joined,
    last_found,
    printed,
    quoted,
)
from xlreport.prose.known import known_by, touched_by
from xlreport.prose.spelled import NotSpelled, spelled_out
from xlreport.prose.templates import SAID, dotted
from xlreport.rules.excel import to_excel
from xlreport.rules.expression import Call, Range, Ref
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlreport.forms.definition import GuessText
    from xlreport.forms.model import Field, Form

TOO_LONG: Final = "写成 Excel 公式太长，请把它分成几条 [[sentences]]"

_COMPARED: Final = {"eq": "=", "ne": "<>", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_COUNTED: Final = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*"}


class Cells(Protocol):
    """Where cells stand, as seen from the sheet that the formula is for."""

    def address(self, first: str, last: str | None = None) -> str:
        """E12, or '三 依申请公开'!E12, or E12:J12."""
        ...

    def several(self, ids: Iterable[str]) -> str:
        """Arguments that cover exactly these cells."""
        ...

    def taken(self, id_: str) -> str | None:
        """The cell with `taken_formula`: what a field is taken for where it is blank. None where there is no such cell."""
        ...


class Writer:
    """Writes what nodes of a template mean; `names` holds what {% set %} has named."""

    def __init__(self, form: Form, cells: Cells, before: Sequence[str] = ()) -> None:
        self.form = form
        self.cells = cells
        said = f"(LEN({'&'.join(before)})>0)" if before else "FALSE"
        self.names: dict[str, Meaning] = {SAID: Formula("truth", said)}

    def body(self, statements: Sequence[nodes.Node], *, inner: bool = False) -> Formula:
        """What these statements print, joined."""
        parts: list[str] = []
        for statement in statements:
            match statement:
                case nodes.Output():
                    parts += self.output(statement)
                case nodes.If():
                    parts.append(self.condition(statement).text)
                case nodes.Assign(target=nodes.Name(name=str(name))) if not inner:
                    self.names[name] = self.meaning(statement.node)
                case nodes.AssignBlock(target=nodes.Name(name=str(name)), filter=None) if not inner:
                    self.names[name] = self.block(statement)
                case _:
                    _refuse(statement)
        return joined(parts)

    def block(self, node: nodes.AssignBlock) -> Formula:
        """What stands between {% set name %} and {% endset %}: on one line, since a line break in it would count as text."""
        if any("\n" in data.data for data in node.find_all(nodes.TemplateData)):
            _refuse(node)
        return self.body(node.body, inner=True)

    def condition(self, node: nodes.If) -> Formula:
        otherwise = self.body(node.else_, inner=True)
        for branch in (*reversed(node.elif_), node):
            otherwise = either(self.truth(branch.test), self.body(branch.body, inner=True), otherwise)
        return otherwise

    def output(self, output: nodes.Output) -> list[str]:
        parts = []
        last = len(output.nodes) - 1
        for n, node in enumerate(output.nodes):
            if isinstance(node, nodes.TemplateData):
                text = printed(node.data, before=n > 0, after=n < last)
                parts += [] if not text else [quoted(text)]
            else:
                parts.append(self.said(node).text)
        return parts

    def said(self, node: nodes.Node) -> Formula:
        """A node as text or number, as it is printed."""
        said = self.meaning(node)
        return said if isinstance(said, Formula) and said.gives != "truth" else _refuse(node)

    def number(self, node: nodes.Node) -> str:
        meaning = self.meaning(node)
        return meaning.text if isinstance(meaning, Formula) and meaning.gives == "number" else _refuse(node)

    def truth(self, node: nodes.Node) -> str:
        match self.meaning(node):
            case Formula("truth", text):
                return text
            case Formula("number", text):
                return f"({text}<>0)"
            case Formula("text", text):
                return f"(LEN({text})>0)"
            case Pairs(pairs, present) if present:
                return called("OR", [f"{figure.text}<>0" for _, figure in pairs])
        return _refuse(node)

    def meaning(self, node: nodes.Node) -> Meaning:
        """What a node means. A name given by {% set %} stands in full wherever it is used: what grows too long ends here."""
        meaning = self.unbounded(node)
        if isinstance(meaning, Formula) and len(meaning.text) > MOST_CHARACTERS:
            raise NoPreview(TOO_LONG)
        return meaning

    def unbounded(self, node: nodes.Node) -> Meaning:
        match node:
            case nodes.Const():
                return _constant(node)
            case nodes.Name() | nodes.Getattr():
                return self.named(node)
            case nodes.Add() | nodes.Sub() | nodes.Mul():
                op = _COUNTED[type(node)]
                return Formula("number", f"({self.number(node.left)}{op}{self.number(node.right)})")
            case nodes.Neg():
                return Formula("number", f"(-{self.number(node.node)})")
            case nodes.Concat():
                return joined([self.said(each).text for each in node.nodes])
            case nodes.Compare():
                return self.compared(node)
            case nodes.And() | nodes.Or():
                name = "AND" if isinstance(node, nodes.And) else "OR"
                return Formula("truth", called(name, [self.truth(node.left), self.truth(node.right)]))
            case nodes.Not():
                return Formula("truth", f"NOT({self.truth(node.node)})")
            case nodes.CondExpr() if node.expr2 is not None:
                return either(self.truth(node.test), self.said(node.expr1), self.said(node.expr2))
            case nodes.List():
                return Pairs(tuple(self.pair(item) for item in node.items))
            case nodes.Call(node=nodes.Name(), kwargs=[], dyn_args=None, dyn_kwargs=None):
                return self.called(node)
            case nodes.Filter(name="length" | "count", args=[], kwargs=[]) if node.node is not None:
                return self.length(node)
            case nodes.Filter(name="trimmed", args=[before, behind], kwargs=[]) if node.node is not None:
                return self.trimmed(self.said(node.node), _words(before), _words(behind))
            case nodes.Getitem(arg=nodes.Slice(start=nodes.Const(value=int(start)), stop=None, step=None)) if (
                start >= 0
            ):
                return Formula("text", f"MID({self.said(node.node).text},{start + 1},{LONGEST})")
            case nodes.Getitem():
                return self.item(node)
        return _refuse(node)

    def named(self, node: nodes.Name | nodes.Getattr) -> Meaning:
        name = dotted(node) or _refuse(node)
        return self.names[name] if name in self.names else self.field(name)

    def field(self, id_: str) -> Formula:
        field = self.form.fields.get(id_)
        if field is None:
            raise NoPreview(f"没有字段 {id_}")
        if field.numeric:
            return Formula("number", f"N({self.cells.address(id_)})")
        if field.style in ("prose", "date"):
            raise NoPreview(f"{id_} 是日期或成段的文字")
        taken = self.cells.taken(id_) if field.guesses else None
        return self.taken(field) if taken is None else Formula("text", f'({taken}&"")')

    def taken(self, field: Field) -> Formula:
        """A text field's text; where it is blank, what the field is taken for."""
        at = self.cells.address(field.id)
        blank = self.field(field.default_field).text if field.default_field else quoted(str(field.default or ""))
        blank = self.guessed(field, blank)
        text = f'{at}&""'  # what is typed is text, digits too
        return Formula("text", f"({text})" if blank == '""' else f"IF(LEN({at})=0,{blank},{text})")

    def guessed(self, field: Field, otherwise: str) -> str:
        """What a blank field is taken for: by the first of its guesses that fits, else `otherwise`."""
        for of, guesses in groupby(reversed(field.guesses), lambda guess: guess.of or field.guess_from or ""):
            pairs = [pair for guess in guesses for pair in _guessed(field, guess)]
            otherwise = last_found(f'"^"&{self.field(of).text}&"$"', pairs, otherwise)
        return otherwise

    def trimmed(self, text: Formula, before: list[str], behind: list[str]) -> Formula:
        rest = text.text
        if before:
            lengths = [(f"^{words}", str(len(words))) for words in sorted(before, key=len)]
            begun = last_found(f'"^"&{rest}', lengths, "0")
            rest = f"MID({rest},1+{begun},{LONGEST})"
        if behind:
            lengths = [(f"{words}$", str(len(words))) for words in sorted(behind, key=len)]
            ended = last_found(f'{rest}&"$"', lengths, "0")
            rest = f"LEFT({rest},LEN({rest})-{ended})"
        return Formula("text", rest)

    def pair(self, node: nodes.Node) -> tuple[Formula, Formula]:
        if not isinstance(node, nodes.Tuple) or len(node.items) != 2:
            _refuse(node)
        return self.said(node.items[0]), Formula("number", self.number(node.items[1]))

    def compared(self, node: nodes.Compare) -> Formula:
        """A < b < c is a < b and b < c, in Jinja as in Python."""
        comparisons, left = [], self.said(node.expr)
        for operand in node.ops:
            op, right = _COMPARED.get(operand.op) or _refuse(node), self.said(operand.expr)
            if left.gives != right.gives or (left.gives == "text" and op not in ("=", "<>")):
                _refuse(node)
            if left.gives == "number":
                comparisons.append(f"{left.text}{op}{right.text}")
            else:  # for Excel, "A" = "a"
                comparisons.append(
                    f"EXACT({left.text},{right.text})" if op == "=" else f"NOT(EXACT({left.text},{right.text}))"
                )
            left = right
        return Formula("truth", f"({comparisons[0]})" if len(comparisons) == 1 else called("AND", comparisons))

    def called(self, node: nodes.Call) -> Meaning:
        assert isinstance(node.node, nodes.Name)  # noqa: S101  (the pattern above)
        match node.node.name, node.args:
            case "known", [*args]:
                return Formula("truth", called("AND", [self.known(_said_id(arg)) for arg in args]))
            case "value", [nodes.Const(value=str(formula))]:
                return self.value(formula)
            case "present", [pairs]:
                return Pairs(self.pairs(pairs), present=True)
            case "listed", [pairs, unit]:
                return self.listed(self.pairs(pairs), self.said(unit))
        return _refuse(node)

    def known(self, id_: str) -> str:
        """Whether a figure can be told: as `is_told` says of a filing."""
        if id_ not in self.form.fields:
            raise NoPreview(f"没有字段 {id_}")
        inputs, touching = known_by(self.form, id_), touched_by(self.form, id_)
        held = [f"COUNT({self.cells.several(inputs)})>0"]
        if touching:
            empty = [f"COUNTA({self.cells.several(inputs)})=0", f"COUNTA({self.cells.several(touching)})>0"]
            if BLANKS in self.form.fields:
                empty.append(f'{self.cells.address(BLANKS)}<>"{BLANKS_KEPT}"')
            held.append(called("AND", empty))
        return f"({held[0]})" if len(held) == 1 else called("OR", held)

    def value(self, formula: str) -> Formula:
        tree = rulebook(self.form).parse(formula, "value(…)")
        text = to_excel(tree, self.cells.address, self.form)
        plain = (
            isinstance(tree, Call)
            and tree.name in ("SUM", "COUNT", "N")
            and all(isinstance(arg, Ref | Range) for arg in tree.args)
        )
        return Formula("number", text if plain else f"IFERROR(N({text}),0)")

    def pairs(self, node: nodes.Node) -> tuple[tuple[Formula, Formula], ...]:
        meaning = self.meaning(node)
        return meaning.pairs if isinstance(meaning, Pairs) and meaning.pairs else _refuse(node)

    def listed(self, pairs: tuple[tuple[Formula, Formula], ...], unit: Formula) -> Formula:
        """政策文件1条、部门工作91条: each with 、 before it, but for the first."""
        said = [
            f'IF({figure.text}=0,"",{joined([quoted("、"), name.text, figure.text, unit.text]).text})'
            for name, figure in pairs
        ]
        return Formula("text", f"MID({'&'.join(said)},2,{LONGEST})")

    def length(self, node: nodes.Filter) -> Formula:
        assert node.node is not None  # noqa: S101  (the pattern above)
        meaning = self.meaning(node.node)
        if not isinstance(meaning, Pairs):
            _refuse(node)
        counted = (
            [f"({figure.text}<>0)" for _, figure in meaning.pairs] if meaning.present else [str(len(meaning.pairs))]
        )
        return Formula("number", f"({'+'.join([*counted, '0'])})")

    def item(self, node: nodes.Getitem) -> Meaning:
        index = node.arg.value if isinstance(node.arg, nodes.Const) else None
        match self.meaning(node.node), index:
            case Pairs(pairs, True), 0 if pairs:
                return First(pairs)
            case First(pairs), 0 | 1:
                text = "0" if index else '""'
                for pair in reversed(pairs):
                    text = f"IF({pair[1].text}<>0,{pair[index].text},{text})"
                return Formula("number" if index else "text", text)
        return _refuse(node)


def _refuse(node: nodes.Node) -> NoReturn:
    raise NoPreview(f"模板第{node.lineno}行的写法（{type(node).__name__}）不能写成 Excel 公式")


def _said_id(node: nodes.Node) -> str:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else _refuse(node)


def _words(node: nodes.Node) -> list[str]:
    return [_said_id(item) for item in node.items] if isinstance(node, nodes.List) else _refuse(node)


def _guessed(field: Field, guess: GuessText) -> list[tuple[str, str]]:
    """The texts by which a guess is made, each with what is then guessed, as Excel texts; of two that fit the later counts."""
    try:
        texts = spelled_out(guess.words)
    except NotSpelled:
        raise NoPreview(f"{field.id} 的 guesses 里“{guess.words}”不是若干个词") from None
    pairs = {each.text: each.expanded(guess.value) for each in texts}
    if len(set(pairs.values())) > 1 and not all(text.endswith("$") and "^" not in text for text in pairs):
        raise NoPreview(f"{field.id} 的 guesses 里“{guess.words}”不都以 $ 结尾")
    # An empty text is found in any: as is the sign that stands for its beginning.
    return [(text or "^", quoted(pairs[text])) for text in sorted(pairs, key=len)]


def _constant(node: nodes.Const) -> Formula:
    match node.value:
        case bool(value):
            return Formula("truth", "TRUE" if value else "FALSE")
        case str(value):
            return Formula("text", quoted(value))
        case int(value) if value >= 0:
            return Formula("number", str(value))
    return _refuse(node)
