"""The sandbox of templates that people write: what is nested without end, or multiplied without end, is an error in it."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from xlreport.storage.plain_data import MAX_DEPTH, MAX_NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from jinja2.runtime import Context

#: Characters or items that a multiplication may make, and how high a power may be.
_MOST, _POWER = 1_000_000, 64

#: Filters that pad or wrap to a width that the template names.
_WIDE = ("batch", "center", "indent", "slice", "tojson", "wordwrap")

#: A width in a format: %9999999d, {:9999999}
_LONG_NUMBER = re.compile(r"\d{7}")

_TOO_DEEP = f"标签嵌套超过{MAX_DEPTH}层，或者里面的数太长"

#: What Jinja's parser and Python's compiler raise for such text, beside their own errors.
_BEYOND = (RecursionError, ValueError, OverflowError, MemoryError)


class BoundedEnvironment(SandboxedEnvironment):
    """Raises TemplateSyntaxError, with the line, for tags nested too deep, SecurityError for too large a product."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.filters |= {name: _within_bounds(self.filters[name]) for name in _WIDE}

    def call(self, context: Context, function: Any, /, *args: Any, **named: Any) -> Any:
        _check_widths(args, named)
        text = getattr(getattr(function, "__wrapped__", function), "__self__", None)
        if isinstance(text, str) and "format" in getattr(function, "__name__", ""):
            check_format(text)
        return super().call(context, function, *args, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        sizes = [len(each) if hasattr(each, "__len__") else each for each in (left, right)]
        power = operator == "**" and (abs(right) > _POWER or abs(left) > MAX_NUMBER)
        repeated = operator == "*" and sizes != [left, right] and sizes[0] * sizes[1] > _MOST
        if operator == "%" and isinstance(left, str):
            check_format(left)
        if power or repeated:
            raise SecurityError(f"{operator} 的结果太大")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except _BEYOND:
            raise TemplateSyntaxError(_TOO_DEEP, self._line(source), name, filename) from None
        level: list[nodes.Node] = [tree]
        for _ in range(MAX_DEPTH):
            level = [child for node in level for child in node.iter_child_nodes()]
            if not level:
                return tree
        raise TemplateSyntaxError(_TOO_DEEP, level[0].lineno, name, filename)

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, *_BEYOND):  # Python holds twenty loops in one another
            raise TemplateSyntaxError(_TOO_DEEP, 1) from None

    def _line(self, source: str) -> int:
        """The first line that is beyond bounds by itself; 1 where it takes several."""
        for number, line in enumerate(source.splitlines(), start=1):
            try:
                super()._parse(line, None, None)
            except TemplateSyntaxError:
                continue
            except _BEYOND:
                return number
        return 1


def _within_bounds(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that takes no width beyond bounds."""

    @wraps(function)
    def bounded(*args: Any, **named: Any) -> Any:
        _check_widths(args[1:], named)
        return function(*args, **named)

    return bounded


def check_format(text: str) -> None:
    """Raises SecurityError for a format that asks for a width beyond bounds."""
    if _LONG_NUMBER.search(text):
        raise SecurityError("结果太大")


def _check_widths(args: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    if any(isinstance(each, int) and abs(each) > _MOST for each in (*args, *named.values())):
        raise SecurityError("结果太大")


class BoundedImmutableEnvironment(BoundedEnvironment, ImmutableSandboxedEnvironment):
    """The same, where nothing that a template is given can be altered by it."""
