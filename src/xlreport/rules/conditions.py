"""The conditions of a form's criteria: formulas like those of rules, over the fields that a finding then points at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.forms.base import CRITERIA_FILE
from xlreport.rules.check import PLACEHOLDER
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from xlreport.forms.definition import CriterionText
    from xlreport.forms.model import Form
    from xlreport.rules.expression import Expr

#: {said} in the message of a criterion: the words that were found, or what is missing.
SAID = "said"


def condition(form: Form, criterion: CriterionText) -> Expr | None:
    """When a criterion applies; None where it always does. Raises DefinitionError for a formula that does not parse."""
    if criterion.when is None:
        return None
    return rulebook(form).parse(criterion.when, f"{CRITERIA_FILE} 的 {criterion.id}")


def pointed_at(form: Form, criterion: CriterionText) -> tuple[str, ...]:
    """The fields that a criterion about figures is about: those that its message names, then those of its condition."""
    when = condition(form, criterion)
    named = [id_ for id_ in PLACEHOLDER.findall(criterion.message) if id_ != SAID]
    return tuple(dict.fromkeys([*named, *(rulebook(form).operands(when) if when is not None else ())]))
