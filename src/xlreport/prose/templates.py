"""The Jinja templates of standard sentences.

A template sees every field by its id (`{{ requests.new.total }}`): figures as plain numbers, blanks and "/" as 0, texts
as text with their defaults. It may also call

    known("id", …)       whether all these figures can be told (see `xlreport.prose.known`); an unknown figure is never 0
    value("formula")     the value of an Excel formula over field ids, in the language of the rules
    listed(pairs, "件")  政策文件1条、部门工作91条 from [("政策文件", 1), …], zeros left out
    present(pairs)       the pairs that are not zero
    said                 whether a sentence before this one has already said something in the same field
    trimmed              a filter: {{ text | trimmed(["通过"], ["。", "公开。"]) }} without one of these before, one of these behind
    number, money, date  the filters of Word templates: {{ x | number(2) }}, {{ x | money }}, {{ day | date("yyyy-mm-dd") }}

A template that gives an empty text generates nothing. `xlreport.prose.preview` makes of the same text the formula by which
the workbook shows it.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from xlreport.errors import DefinitionError
from xlreport.filing_json import nested
from xlreport.forms.base import PROSE_FILE
from xlreport.prose import formats
from xlreport.prose.known import is_told
from xlreport.rules.days import operands
from xlreport.rules.evaluate import evaluate, is_number
from xlreport.rules.rulebook import rulebook
from xlreport.storage.jinja_bounds import BoundedImmutableEnvironment
from xlreport.storage.jinja_cache import KeptBytecode
from xlreport.storage.jinja_faults import FAULTS, Unknown, reason, slip_text
from xlreport.wording import plain, shortened, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.forms.definition import SentenceText
    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value

#: Letters of a template that a message shows.
_SHOWN = 40

Pairs = list[tuple[str, float]]

_FUNCTIONS = ("known", "value", "listed", "present")

#: Whether a sentence before this one has already said something in the same field.
SAID = "said"


@cache
def _environment() -> jinja2.Environment:
    # Plain text: it is escaped where it is rendered into a report. A template's name is its text, so that its compiled
    # form is found again on disk.
    environment = BoundedImmutableEnvironment(
        loader=jinja2.FunctionLoader(str),
        bytecode_cache=KeptBytecode(),
        undefined=Unknown,
        finalize=_printed,
        autoescape=False,
    )
    environment.filters |= {"number": _number, "money": _money, "date": formats.date, "trimmed": _trimmed}
    return environment


def _number(value: object, digits: int | None = None, thousands: bool = False) -> object:
    return formats.number(value, digits, thousands=thousands)


def _money(value: object, digits: int = 2) -> object:
    return formats.number(value, digits, thousands=True)


def _trimmed(text: object, before: Sequence[str], behind: Sequence[str]) -> str:
    """A text without the longest of `before` that it begins with, then without the longest of `behind` that it ends with."""
    rest = str(text)
    rest = rest[max((len(words) for words in before if rest.startswith(words)), default=0) :]
    return rest[: len(rest) - max((len(words) for words in behind if rest.endswith(words)), default=0)]


@cache
def _template(source: str) -> jinja2.Template:
    return _environment().get_template(source)


def rendered(form: Form, sentence: SentenceText, figures: Mapping[str, object], *, said: bool = False) -> str:
    """A sentence as its template gives it; `said`: one before it has said something in the same field.

    Raises DefinitionError where the template does not hold together.
    """
    try:
        return _template(sentence.template).render(figures, **{SAID: said})
    except DefinitionError:  # a formula's own
        raise
    except FAULTS as error:
        raise DefinitionError(
            _at(form, sentence.field, f"“{shortened(sentence.template, _SHOWN)}”里{reason(error)}")
        ) from None


def check(form: Form, sentence: SentenceText) -> None:
    """Raise DefinitionError for a syntax error, a name that is no field, a formula that does not parse."""
    if sentence.field not in form.fields or form.fields[sentence.field].style != "prose":
        raise DefinitionError(_at(form, sentence.field, "应为本表样中 kind = “prose” 的字段号"))
    _check_names(form, sentence.field, parsed(form, sentence))


def parsed(form: Form, sentence: SentenceText) -> nodes.Template:
    """The tree of a sentence's template. Raises DefinitionError for a syntax error."""
    try:
        return _environment().parse(sentence.template)
    except jinja2.TemplateSyntaxError as error:
        raise DefinitionError(_at(form, sentence.field, f"模板第{error.lineno}行，{slip_text(error)}")) from None


def dotted(node: nodes.Node) -> str | None:
    """The id that a node names: requests.new.total."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            above = dotted(node.node)
            return None if above is None else f"{above}.{node.attr}"
    return None


def _at(form: Form, field: str, problem: str) -> str:
    return f"表样定义“{form.id}”，{PROSE_FILE} 中 {field} 的标准语句：{problem}。"


def _printed(value: object) -> object:
    return shown(value) if is_number(value) else value


def context(filing: Filing, cells: Mapping[str, Value]) -> dict[str, object]:
    """What templates see: the fields by their ids, and the functions."""
    form = filing.form
    held = {id_: cells.get(id_) for id_ in form.fields}
    counted = operands(form, cells)
    tree = nested(
        {
            id_: (held[id_] if is_number(held[id_]) else 0) if field.numeric else filing.text(id_)
            for id_, field in form.fields.items()
        }
    )

    def known(*ids: str) -> bool:
        return all(is_told(filing, id_, cells) for id_ in ids)

    def value(formula: str) -> float:
        result = evaluate(rulebook(form).parse(formula, PROSE_FILE), counted, form)
        return plain(result) if isinstance(result, int | float) else 0

    functions = dict(zip(_FUNCTIONS, (known, value, _listed, _present), strict=True))
    return {key: _namespace(below) for key, below in tree.items()} | functions


def _namespace(value: object) -> object:
    """Attributes only: a dict's own methods (`items`, `values`) would hide fields of that name."""
    return SimpleNamespace(**{k: _namespace(v) for k, v in value.items()}) if isinstance(value, dict) else value


def _present(pairs: Iterable[tuple[str, float]]) -> Pairs:
    return [(name, figure) for name, figure in pairs if figure]


def _listed(pairs: Iterable[tuple[str, float]], unit: str) -> str:
    return "、".join(f"{name}{shown(figure)}{unit}" for name, figure in _present(pairs))


def _check_names(form: Form, field: str, tree: nodes.Template) -> None:
    """Every id read in the template, and every id and formula given to its functions, is of this form."""
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    for node in tree.find_all((nodes.Getattr, nodes.Name)):
        name = dotted(node)
        if name is None or id(node) in inner:
            continue
        root = name.split(".")[0]
        if root not in own and root not in (*_FUNCTIONS, SAID) and name not in form.fields:
            raise DefinitionError(_at(form, field, f"没有字段 {name}"))
    for function, text in _constants(tree):
        if function == "known" and text not in form.fields:
            raise DefinitionError(_at(form, field, f"known(…) 中没有字段 {text}"))
        if function == "value":
            rulebook(form).parse(text, f"{PROSE_FILE} 中 {field} 的 value(…)")


def _constants(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            for arg in call.args:
                if isinstance(arg, nodes.Const) and isinstance(arg.value, str):
                    yield call.node.name, arg.value
