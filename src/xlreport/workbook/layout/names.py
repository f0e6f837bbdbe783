"""The defined names of cells that are no field: verdicts of rules, and what staff write about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.finding import RuleKey
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from xlreport.forms.model import Form

#: How the names of verdict cells and explanation cells begin.
VERDICT, EXPLAIN = "verdict.", "explain."


def prose_key(field: str) -> str:
    """The key of what is explained about all findings on a field's prose: prose[overview.summary]."""
    return str(RuleKey("prose", field))


def explanation_name(key: str) -> str:
    """The name of the cell for an explanation: balance[natural] → explain.balance.natural."""
    return EXPLAIN + RuleKey.parse(key).name


def explanation_keys(form: Form) -> dict[str, str]:
    """The keys of what can be explained, by the names of the cells for it. Errors cannot be, and have no such cell."""
    keys = [check.key for check in rulebook(form).checks] + [prose_key(field.id) for field in form.prose]
    return {explanation_name(key): key for key in keys}
