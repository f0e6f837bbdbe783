"""A standard sentence as an Excel formula, so that the workbook shows live what the report will print.

Both come from the one Jinja text: the report renders it, and here its tree becomes a formula. What can become one:

    text, {{ figure }}, {{ text field }}, {% if %} … {% elif %} … {% else %}
    {% set name = … %} and, on one line, {% set name %} … {% endset %}, before all conditions
    known("id", …), value("formula"), listed(pairs, "件"), present(pairs), present(pairs) | length, present(pairs)[0][0], said
    == != < <= > >=, and or not, + - *, ~, a if b else c, text[1:], text | trimmed([…], […]), numbers and texts

A text field left blank is what it is guessed to be, where the expressions of its guesses stand for a handful of texts.

A sentence that says it otherwise (a loop, a filter, a date) is printed all the same; the workbook then says only that a
text will be generated, and `xlreport form check` says why.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, NoReturn, Protocol, TypeAlias

import msgspec
from jinja2 import nodes

from xlreport.errors import DefinitionError
from xlreport.prose.known import known_by, touched_by
from xlreport.prose.spelled import NotSpelled, spelled_out
from xlreport.prose.templates import SAID, dotted, parsed
from xlreport.rules.excel import to_excel
from xlreport.rules.expression import Call, Range, Ref
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlreport.forms.definition import GuessText, SentenceText
    from xlreport.forms.model import Field, Form

#: What Excel takes: characters of a formula, brackets inside brackets, characters of a text in it; with room for what
#: stands around the sentence, and for characters that Excel counts twice.
MOST_CHARACTERS: Final = 7900
MOST_NESTED: Final = 55
MOST_TEXT: Final = 120

TOO_LONG: Final = "写成 Excel 公式太长，请把它分成几条 [[sentences]]"

#: Longest text of a cell.
_LONGEST: Final = 32767

_COMPARED: Final = {"eq": "=", "ne": "<>", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_COUNTED: Final = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*"}

_BLANKS = "report.blanks"
_KEPT = "保留空白"


class NoPreview(Exception):
    """A sentence that cannot become a formula: why not, in Chinese."""


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


class Formula(msgspec.Struct, frozen=True):
    """A piece of Excel, and what it gives. It stands for itself: no operator beside it can tear it apart."""

    gives: Literal["number", "text", "truth"]
    text: str


class Pairs(msgspec.Struct, frozen=True):
    """A list of (name, figure); of `present` ones only those whose figure is not 0."""

    pairs: tuple[tuple[Formula, Formula], ...]
    present: bool = False


class First(msgspec.Struct, frozen=True):
    """The first of present pairs: its name is [0], its figure [1]."""

    pairs: tuple[tuple[Formula, Formula], ...]


Meaning: TypeAlias = Formula | Pairs | First


def excel_formula(form: Form, sentence: SentenceText, cells: Cells, before: Sequence[str] = ()) -> str:
    """The sentence as Excel text without "="; `before` are the cells of the sentences of the same field that precede it.

    Raises NoPreview where its template cannot become a formula.
    """
    try:
        text = _Writer(form, cells, before).body(parsed(form, sentence).body).text
    except DefinitionError as error:
        raise NoPreview(str(error).rstrip("。")) from None
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if len(text) > MOST_CHARACTERS or deepest > MOST_NESTED:
        raise NoPreview(TOO_LONG)
    return text


def taken_formula(form: Form, id_: str, cells: Cells) -> str:
    """What a guessed field is taken for, as Excel text without "=". Raises NoPreview where a guess is beyond Excel."""
    return _Writer(form, cells).taken(form.fields[id_]).text


def has_taken_formula(form: Form, field: Field) -> bool:
    """Whether there is a `taken_formula` of a field."""
    try:
        return bool(field.guesses) and bool(taken_formula(form, field.id, _Longest(form, "A1")))
    except NoPreview:
        return False


def why_not_shown(form: Form, sentence: SentenceText) -> str | None:
    """Why the workbook cannot show a sentence before it is printed; None where it can.

    The same for every workbook of the form: each cell is taken to have the longest address that one may have.
    """
    sheet = max((section.sheet for section in form.sections), key=len)
    try:
        excel_formula(form, sentence, _Longest(form, f"'{sheet}'!$AA$1000:AA1000"))
    except NoPreview as reason:
        return str(reason)
    return None


class _Longest(NamedTuple):
    form: Form
    text: str

    def address(self, first: str, last: str | None = None) -> str:  # noqa: ARG002  (any cell)
        return self.text

    def several(self, ids: Iterable[str]) -> str:
        fields = [self.form.fields[id_] for id_ in ids]
        return ",".join([self.text] * len({(field.table, field.row) for field in fields}))

    def taken(self, id_: str) -> str | None:
        return self.text if has_taken_formula(self.form, self.form.fields[id_]) else None


class _Writer:
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
        return _joined(parts)

    def block(self, node: nodes.AssignBlock) -> Formula:
        """What stands between {% set name %} and {% endset %}: on one line, since a line break in it would count as text."""
        if any("\n" in data.data for data in node.find_all(nodes.TemplateData)):
            _refuse(node)
        return self.body(node.body, inner=True)

    def condition(self, node: nodes.If) -> Formula:
        otherwise = self.body(node.else_, inner=True)
        for branch in (*reversed(node.elif_), node):
            otherwise = _either(self.truth(branch.test), self.body(branch.body, inner=True), otherwise)
        return otherwise

    def output(self, output: nodes.Output) -> list[str]:
        parts = []
        last = len(output.nodes) - 1
        for n, node in enumerate(output.nodes):
            if isinstance(node, nodes.TemplateData):
                text = _printed(node.data, before=n > 0, after=n < last)
                parts += [] if not text else [_quoted(text)]
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
                return _called("OR", [f"{figure.text}<>0" for _, figure in pairs])
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
                return _joined([self.said(each).text for each in node.nodes])
            case nodes.Compare():
                return self.compared(node)
            case nodes.And() | nodes.Or():
                name = "AND" if isinstance(node, nodes.And) else "OR"
                return Formula("truth", _called(name, [self.truth(node.left), self.truth(node.right)]))
            case nodes.Not():
                return Formula("truth", f"NOT({self.truth(node.node)})")
            case nodes.CondExpr() if node.expr2 is not None:
                return _either(self.truth(node.test), self.said(node.expr1), self.said(node.expr2))
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
                return Formula("text", f"MID({self.said(node.node).text},{start + 1},{_LONGEST})")
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
        blank = self.field(field.default_field).text if field.default_field else _quoted(str(field.default or ""))
        blank = self.guessed(field, blank)
        text = f'{at}&""'  # what is typed is text, digits too
        return Formula("text", f"({text})" if blank == '""' else f"IF(LEN({at})=0,{blank},{text})")

    def guessed(self, field: Field, otherwise: str) -> str:
        """What a blank field is taken for: by the first of its guesses that fits, else `otherwise`."""
        for of, guesses in groupby(reversed(field.guesses), lambda guess: guess.of or field.guess_from or ""):
            pairs = [pair for guess in guesses for pair in _guessed(field, guess)]
            otherwise = _last_found(f'"^"&{self.field(of).text}&"$"', pairs, otherwise)
        return otherwise

    def trimmed(self, text: Formula, before: list[str], behind: list[str]) -> Formula:
        rest = text.text
        if before:
            lengths = [(f"^{words}", str(len(words))) for words in sorted(before, key=len)]
            begun = _last_found(f'"^"&{rest}', lengths, "0")
            rest = f"MID({rest},1+{begun},{_LONGEST})"
        if behind:
            lengths = [(f"{words}$", str(len(words))) for words in sorted(behind, key=len)]
            ended = _last_found(f'{rest}&"$"', lengths, "0")
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
        return Formula("truth", f"({comparisons[0]})" if len(comparisons) == 1 else _called("AND", comparisons))

    def called(self, node: nodes.Call) -> Meaning:
        assert isinstance(node.node, nodes.Name)  # noqa: S101  (the pattern above)
        match node.node.name, node.args:
            case "known", [*args]:
                return Formula("truth", _called("AND", [self.known(_said_id(arg)) for arg in args]))
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
            if _BLANKS in self.form.fields:
                empty.append(f'{self.cells.address(_BLANKS)}<>"{_KEPT}"')
            held.append(_called("AND", empty))
        return f"({held[0]})" if len(held) == 1 else _called("OR", held)

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
            f'IF({figure.text}=0,"",{_joined([_quoted("、"), name.text, figure.text, unit.text]).text})'
            for name, figure in pairs
        ]
        return Formula("text", f"MID({'&'.join(said)},2,{_LONGEST})")

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
    return [(text or "^", _quoted(pairs[text])) for text in sorted(pairs, key=len)]


def _last_found(text: str, pairs: list[tuple[str, str]], otherwise: str) -> str:
    """What goes with the last of these words that stands in a text; `otherwise` where none does."""
    words, values = ",".join(_quoted(word) for word, _ in pairs), ",".join(value for _, value in pairs)
    return f"IFERROR(LOOKUP(2,1/FIND({{{words}}},{text}),{{{values}}}),{otherwise})"


def _constant(node: nodes.Const) -> Formula:
    match node.value:
        case bool(value):
            return Formula("truth", "TRUE" if value else "FALSE")
        case str(value):
            return Formula("text", _quoted(value))
        case int(value) if value >= 0:
            return Formula("number", str(value))
    return _refuse(node)


def _either(test: str, this: Formula, that: Formula) -> Formula:
    """IF; "" and a text are texts, and so is a number that may be a text instead."""
    gives = this.gives if this.gives == that.gives else "text"
    return Formula(gives, f"IF({test},{this.text},{that.text})")


def _called(name: str, args: list[str]) -> str:
    return f"({args[0]})" if len(args) == 1 else f"{name}({','.join(args)})"


def _joined(parts: list[str]) -> Formula:
    """Parts joined to a text."""
    if len(parts) < 2:
        return Formula("text", parts[0] if parts else '""')
    return Formula("text", f"({'&'.join(parts)})")


def _quoted(text: str) -> str:
    """A text as Excel writes it, in pieces that Excel takes."""
    pieces = [text[n : n + MOST_TEXT] for n in range(0, len(text), MOST_TEXT)]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces) or '""'


def _printed(data: str, *, before: bool, after: bool) -> str:
    """Text of a template without line breaks and indents, as `one_line` leaves it.

    `before` and `after`: a value is printed right before, right after it. A space beside a tag may be an indent or none,
    depending on what the tag prints; that no formula can know.
    """
    lines = data.split("\n")
    for n, line in enumerate(lines):
        loose = line if n == 0 and not before and line[:1].isspace() else ""
        loose = loose or (line if n == len(lines) - 1 and not after and line[-1:].isspace() else "")
        if loose and (loose.strip() or len(lines) == 1):
            raise NoPreview("标签旁边有空格")
    first, last = lines[0], lines[-1]
    if len(lines) == 1:
        return data
    return first.rstrip() + "".join(line.strip() for line in lines[1:-1]) + last.lstrip()
