"""The defined names of cells that are no field: verdicts of rules, and what staff write about them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from xlreport import finding_kinds as kinds
from xlreport.finding import RuleKey
from xlreport.rules.conditions import pointed_at
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.forms.model import Form

#: How the names of verdict cells and explanation cells begin.
VERDICT, EXPLAIN = "verdict.", "explain."


def prose_key(field: str) -> str:
    """The key of what is explained about all findings on a field's prose: prose[overview.summary]."""
    return str(RuleKey("prose", field))


def explanation_name(key: str) -> str:
    """The name of the cell for an explanation: balance[natural] → explain.balance.natural."""
    return EXPLAIN + RuleKey.parse(key).name


class LateRow(NamedTuple):
    """What is judged only when the report is made: the key of its findings, what it is called, the field it leads to."""

    key: str
    title: str
    field: str


def late_rows(form: Form) -> tuple[LateRow, ...]:
    """The rows of 校验 below those of the rules: warnings about figures that are no rule, and each text."""
    return tuple(_late_rows(form))


def _late_rows(form: Form) -> Iterator[LateRow]:
    fields = form.fields
    if "report.date" in fields:
        yield LateRow(kinds.DATE_YEAR.id, "成文日期与报告年度", "report.date")
    for section in form.sections:
        for table in section.tables:
            if table.printed and (figures := table.counted(fields)):
                yield LateRow(str(RuleKey(kinds.TABLE_UNTOUCHED.id, table.key)), f"填过：{section.title}", figures[0])
    for criterion in form.criteria:
        if criterion.level == "warning" and criterion.of_figures:
            yield LateRow(criterion.id, criterion.name, pointed_at(form, criterion)[0])
    for field in form.prose:
        yield LateRow(prose_key(field.id), f"文字：{field.name}", field.id)


@cache
def explanation_keys(form: Form) -> Mapping[str, str]:
    """The keys of what can be explained, by the names of the cells for it. Errors cannot be, and have no such cell."""
    keys = [*(check.key for check in rulebook(form).checks), *(row.key for row in late_rows(form))]
    return {explanation_name(key): key for key in keys}


def keys_of_explanation(rule: str) -> tuple[str, ...]:
    """The keys under which a warning of this key may be explained: its own, that of its text, that of its table."""
    kind, item = RuleKey.parse(rule)
    table = [str(RuleKey(kinds.TABLE_UNTOUCHED.id, item))] if kind == kinds.TABLE_AS_LAST_YEAR.id else []
    return (rule, prose_key(item or ""), *table)


def explained_by(form: Form, rule: str) -> str:
    """The name of the cell in which a warning of this key is explained; "" where there is none."""
    names = map(explanation_name, keys_of_explanation(rule))
    return next((name for name in names if name in explanation_keys(form)), "")
