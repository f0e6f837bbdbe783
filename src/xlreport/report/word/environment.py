"""The Jinja environment of Word templates: sandboxed, strict, and blind to anything staff type.

Whatever a tag prints passes through `_print`: it becomes text in numeric entities, in which neither XML nor docxtpl
nor Jinja finds anything to act on, and it is recorded so that it can be looked for in the document.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import StrictUndefined, UndefinedError, pass_context
from markupsafe import Markup

from xlreport.prose.paragraphs import clean
from xlreport.report.content import Figure, Group, number_text
from xlreport.storage.jinja_bounds import BoundedEnvironment
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.runtime import Context, Undefined

#: The variable that holds the list of what was printed. No field id can begin with an underscore.
PRINTED: Final = "_printed"

#: Filters that a template does not write: in texts where no line can break, and where a chart keeps its numbers.
IN_LINE: Final = "_line"
IN_CHART: Final = "_number"

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


class Unprintable(ValueError):
    """What a tag gives cannot be printed where it stands; the text says why, in Chinese."""


class Unknown(StrictUndefined):
    """A name that the template uses and the form does not have; the error's text is the name alone."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class WordEnvironment(BoundedEnvironment):
    """Names of the context come before attributes of Python, so that a row may be called `items`."""

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
        return number_text(value)
    return clean(str(value))


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
    for name in ("safe", "xmlattr", "urlize", "forceescape"):
        environment.filters.pop(name)
    environment.filters |= {IN_LINE: _in_line, IN_CHART: _in_chart}
    return environment


def with_record(context: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The context with an empty record of what will be printed, and that record."""
    record: list[str] = []
    return {**context, PRINTED: record}, record
