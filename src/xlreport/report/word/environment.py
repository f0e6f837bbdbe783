"""The Jinja environment of Word templates: sandboxed, strict, and blind to anything staff type.

Whatever a tag prints passes through `_print`: it becomes text in numeric entities, in which neither XML nor docxtpl
nor Jinja finds anything to act on, and it is recorded so that it can be looked for in the document.
"""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateSyntaxError, UndefinedError, nodes, pass_context
from markupsafe import Markup

from xlreport.prose import formats
from xlreport.prose.paragraphs import clean
from xlreport.report.content import Figure, Group
from xlreport.storage.jinja_bounds import BoundedEnvironment, check_format
from xlreport.storage.jinja_faults import Unknown, Unprintable
from xlreport.wording import figure, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context, Undefined

#: The variable that holds the list of what was printed. No field id can begin with an underscore.
PRINTED: Final = "_printed"

#: Filters that a template does not write: in texts where no line can break, and where a chart keeps its numbers.
IN_LINE: Final = "_line"
IN_CHART: Final = "_number"

#: What a template may use of Jinja's own: what gives the same for the same figures, on any machine and in any run, and
#: marks nothing as safe. Every other one is refused where it stands (random, pprint, lipsum, …).
FILTERS: Final = frozenset(
    "abs batch capitalize center count d default dictsort e escape first float format groupby indent int items join last"
    " length list lower map max min reject rejectattr replace reverse round select selectattr slice sort string sum title"
    " trim truncate unique upper wordcount wordwrap".split()
)
TESTS: Final = frozenset(
    "!= < <= == > >= boolean defined divisibleby eq equalto even false float ge greaterthan gt in integer iterable le"
    " lessthan lower lt mapping ne none number odd sequence string true undefined upper".split()
)
GLOBALS: Final = frozenset(("cycler", "dict", "joiner", "namespace", "range"))

#: docxtpl would turn {_{ into a tag, a tab and a line break into markup of its own: nothing of that is left to it.
_ESCAPES = str.maketrans(
    {
        "&": "&#38;",
        "<": "&#60;",
        ">": "&#62;",
        '"': "&#34;",
        "'": "&#39;",
        "{": "&#123;",
        "}": "&#125;",
        "\t": '</w:t><w:tab/><w:t xml:space="preserve">',
        "\n": '</w:t><w:br/><w:t xml:space="preserve">',
    }
)


class WordEnvironment(BoundedEnvironment):
    """Names of the context come before attributes of Python, so that a row may be called `items`.

    A format on a figure that is blank or “/” gives that figure: it is never printed as 0.00.
    """

    intercepted_binops = BoundedEnvironment.intercepted_binops | {"%"}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            return _formatted(left, right)
        if operator in ("%", "**") and (_unknown(left) or _unknown(right)):
            return left if _unknown(left) else right
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Unknown filters and tests are errors at once: Jinja waits with those in a branch until it is taken."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            what, known = ("filter", self.filters) if isinstance(node, nodes.Filter) else ("test", self.tests)
            if node.name not in known:
                raise TemplateSyntaxError(f"No {what} named {node.name!r}.", node.lineno, name, filename)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Group):
            return self._member(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Group):
            return self._member(obj, str(argument))
        return super().getitem(obj, argument)

    def _member(self, group: Group, name: str) -> Any | Undefined:
        try:
            return group[name]
        except KeyError:
            return self.undefined(name=f"{group.path}.{name}" if group.path else name)


@pass_context
def _print(context: Context, value: object) -> Markup | Undefined:
    if isinstance(value, Unknown):
        return value
    text = _text(value)
    record = context.get(PRINTED)
    if record is not None and text:
        record.append(text)
    return Markup(text.translate(_ESCAPES))  # noqa: S704  (every character that could act is an entity now)


def _text(value: object) -> str:
    if isinstance(value, Group):
        # {{ requests.new }}: a name that is only the beginning of one.
        raise UndefinedError(value.path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unprintable("标签给出的不是文字，也不是数")
    if isinstance(value, float) and not isinstance(value, Figure):
        return figure(value)
    return clean(str(value))


def _unknown(value: object) -> bool:
    """Whether a filter leaves a value alone: a name that is none, a figure that is blank or “/”."""
    return isinstance(value, Unknown) or (isinstance(value, Figure) and not value.known)


def _formatted(text: str, values: object) -> Any:
    """Python's `text % values`. Raises Unprintable where one of several figures is blank or “/”."""
    each = values if isinstance(values, tuple) else (values,)
    if not any(map(_unknown, each)):
        check_format(text)
        return text % values
    if len(each) > 1:
        raise Unprintable("要排成一种格式的几个数里有空白或“/”，请对每个数分别用 number 过滤器")
    return each[0]


def _format(text: str, *values: object, **named: object) -> Any:
    return _formatted(text, named or values)


def _leaving(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that leaves a figure that is no number as it is."""

    @wraps(function)
    def leaving(value: object, *args: Any, **named: Any) -> Any:
        return value if _unknown(value) else function(value, *args, **named)

    return leaving


def _number(value: object, digits: int | None = None, thousands: bool = False) -> object:
    _text(value)
    try:
        return formats.number(value, digits, thousands=thousands)
    except ValueError:
        raise Unprintable("number 的小数位数应是0到10的整数") from None


def _money(value: object, digits: int = 2) -> object:
    return _number(value, digits, thousands=True)


def _date(value: object, form: str = formats.DATE) -> str:
    return formats.date(_text(value), form)


def _in_line(value: object) -> object:
    return value if isinstance(value, Unknown) else " ".join(_text(value).split("\n")).replace("\t", " ")


def _in_chart(value: object) -> object:
    """A figure as a chart keeps it; "" for one that is blank or “/”, which is no point of the chart."""
    if isinstance(value, Unknown):
        return value
    text = _text(value).strip()
    if text in ("", "/"):
        return ""
    try:
        float(text)
    except ValueError:
        raise Unprintable(f"图表的数据只能是数，不能是“{shortened(text, 21)}”") from None
    return text


@cache
def word_environment() -> WordEnvironment:
    """The one environment of all Word templates. Autoescape cannot be turned off, nor anything be marked as safe."""
    environment = WordEnvironment(autoescape=True, undefined=Unknown, finalize=_print)
    environment.filters = {name: each for name, each in environment.filters.items() if name in FILTERS}
    environment.tests = {name: each for name, each in environment.tests.items() if name in TESTS}
    environment.globals = {name: each for name, each in environment.globals.items() if name in GLOBALS}
    own: dict[str, Callable[..., Any]] = {"number": _number, "money": _money, "date": _date, "format": _format}
    environment.filters["string"] = _text
    kept = {name: environment.filters[name] for name in ("round", "int", "float", "abs")}
    environment.filters |= {name: _leaving(function) for name, function in (own | kept).items()}
    environment.filters |= {IN_LINE: _in_line, IN_CHART: _in_chart}
    return environment


def printed(expression: str, context: Mapping[str, Any]) -> str:
    """What `{{ expression }}` prints. Raises as rendering does."""
    return _text(_expression(expression)(**context))


@cache
def _expression(text: str) -> Any:
    return word_environment().compile_expression(text, undefined_to_none=False)


def is_expression(text: str) -> bool:
    """Whether a tag holds an expression of Jinja, and nothing of docxtpl's."""
    try:
        _expression(text)
    except TemplateSyntaxError:
        return False
    return True


def with_record(context: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The context with an empty record of what will be printed, and that record."""
    record: list[str] = []
    return {**context, PRINTED: record}, record
