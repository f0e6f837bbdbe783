"""Names in a Word template against what a report really has: unknown ones, and fields that never appear.

Jinja's own tree of the template is walked with a sample report in hand, so that dotted names, loops over paragraphs and
rows, and `set` are followed exactly as they will be when a report is made, branches that no report takes included.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext

from xlreport import finding_kinds as kinds
from xlreport.filing import Filing
from xlreport.filing_json import flat
from xlreport.maintain.trial_fillings import sample
from xlreport.report.content import Group, report_context
from xlreport.report.word.environment import word_environment
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import Computed
from xlreport.storage.jinja_faults import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.forms.model import Form

#: A value of which nothing is known: anything may be asked of it.
_ANY: Final = object()


class Names:
    """What the parts of one template use. `unknown` holds (name, line of the part), `used` field ids."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.context = sample_context(form)
        self.environment = word_environment()
        self.known = [name for name, _ in flat(self.context)]
        self._ids = {id(leaf): name for name, leaf in flat(self.context) if name in form.fields}
        self._found: list[tuple[str, int]] = []
        self._used: set[str] = set()

    def read(self, text: str) -> list[tuple[str, int]]:
        """The unknown names in a part's text with their lines. Raises TemplateSyntaxError."""
        self._found = []
        self.environment.compile(text)
        self._visit(self.environment.parse(text), {})
        return self._found

    @property
    def used(self) -> set[str]:
        """The fields that appear; one row of a table whose rows repeat stands for all of them."""
        peers: dict[str, set[str]] = {}
        for table in self.form.tables.values():
            for block in table.blocks:
                groups: dict[tuple[str, str], set[str]] = {}
                for line, ids in zip(block.row_lines, block.ids, strict=True):
                    for column, id_ in zip(block.column_lines, ids, strict=True):
                        if line.node.repeat > 1:
                            groups.setdefault((line.node.key, column.key), set()).add(id_)
                peers.update((id_, group) for group in groups.values() for id_ in group)
        return self._used.union(*(peers.get(id_, set()) for id_ in self._used))

    def suggest(self, name: str) -> str:
        """，是不是 unit.name: a known name that is like `name`, or nothing."""
        near = difflib.get_close_matches(name, self.known, n=1, cutoff=0.8)
        return f"，是不是 {near[0]}" if near else ""

    def _visit(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        match node:
            case nodes.For():
                self._loop(node, scope)
            case nodes.Assign(target=nodes.Name(name=name), node=value):
                scope[name] = self._read(value, scope)
            case nodes.AssignBlock(target=nodes.Name(name=name)):
                self._all(node.body, scope)
                scope[name] = _ANY
            case nodes.Macro():
                own = scope | {arg.name: _ANY for arg in node.args} | {"caller": _ANY, "varargs": _ANY, "kwargs": _ANY}
                scope[node.name] = _ANY
                self._all([*node.defaults, *node.body], own)
            case nodes.With():
                values = [self._read(value, scope) for value in node.values]
                own = dict(scope)
                for target, value in zip(node.targets, values, strict=True):
                    _bind(target, value, own)
                self._all(node.body, own)
            case nodes.Expr():
                self._read(node, scope)
            case _:
                self._all(node.iter_child_nodes(), scope)

    def _all(self, every: Iterable[nodes.Node], scope: dict[str, Any]) -> None:
        for node in every:
            self._visit(node, scope)

    def _loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        value = self._value(node.iter, scope)
        item = value[0] if isinstance(value, list | tuple) and value else _ANY
        own = dict(scope)
        _bind(node.target, item, own)
        if node.test is not None:
            self._read(node.test, own)
        self._all(node.body, own | {"loop": LoopContext([item], Unknown)})
        self._all(node.else_, dict(scope))

    def _read(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        """The value of an expression whose content the template uses."""
        value = self._value(node, scope)
        self._mark(value)
        return value

    def _mark(self, value: Any) -> None:
        if id(value) in self._ids:
            self._used.add(self._ids[id(value)])
        elif isinstance(value, Group):
            for leaf in value.values():
                self._mark(leaf)

    def _value(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        match node:
            case nodes.Name(name=name):
                if name in scope:
                    return scope[name]
                if name in self.context:
                    return self.context[name]
                if name not in self.environment.globals:
                    self._found.append((name, node.lineno))
                return _ANY
            case nodes.Getattr(node=inner, attr=attribute):
                return self._member(node, inner, attribute, scope)
            case nodes.Getitem(node=inner, arg=nodes.Const(value=str() as attribute)):
                return self._member(node, inner, attribute, scope)
            case nodes.Getitem(node=inner, arg=nodes.Const(value=int())):
                value = self._value(inner, scope)
                return value[0] if isinstance(value, list | tuple) and value else _ANY
        for child in node.iter_child_nodes():
            self._visit(child, scope)
        return _ANY

    def _member(self, node: nodes.Node, inner: nodes.Node, attribute: str, scope: dict[str, Any]) -> Any:
        value = self._value(inner, scope)
        if value is _ANY:
            return _ANY
        if not isinstance(value, Group):
            self._mark(value)
        held = self.environment.getattr(value, attribute)
        if isinstance(held, Unknown):
            self._found.append((_dotted(node), node.lineno))
            return _ANY
        return held


def sample_context(form: Form) -> Group:
    """The variables of a report of `form` in which everything is filled in, as a draft with something open."""
    values = {field.id: sample(field) for field in form.fields.values()}
    filled = Review(
        filing=Filing(form=form, values=values),
        cells=Computed(form=form, standing={**values}, recomputed={**values}),
        findings=(kinds.REQUIRED.finding("样例"),),
        prose={},
    )
    context = report_context(filled, draft=True)
    assert isinstance(context, Group)  # noqa: S101  (what report_context makes)
    return context


def _bind(target: nodes.Node, value: Any, scope: dict[str, Any]) -> None:
    match target:
        case nodes.Name(name=name):
            scope[name] = value
        case nodes.Tuple(items=items):
            for item in items:
                _bind(item, _ANY, scope)


def _dotted(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=inner, attr=attribute):
            return f"{_dotted(inner)}.{attribute}"
        case nodes.Getitem(node=inner, arg=nodes.Const(value=value)):
            return f"{_dotted(inner)}.{value}"
    return "…"


__all__ = ["Names", "TemplateSyntaxError", "sample_context"]
