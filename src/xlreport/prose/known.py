"""Which figures are known: an unknown figure never becomes 0, neither in a sentence nor in a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.evaluate import is_number
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import Filing
    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value


def is_known(filing: Filing, id_: str, cells: Mapping[str, Value]) -> bool:
    """Whether a figure can be stated as a fact.

    It can where a number stands in its cell or in one that it is computed from. A blank counts as 0 only under
    按0填报, and only in a table that is printed: the counts that merely feed a sentence may simply not be kept.
    "/" (not applicable) and cells that could not be read are no figures.
    """
    inputs, blank_is_zero = known_by(filing.form, id_)
    if any(is_number(cells.get(i)) for i in inputs):
        return True
    if not filing.blanks_are_zero or not blank_is_zero:
        return False
    return all(filing.values.get(i) is None and i not in filing.raw for i in inputs)


def known_by(form: Form, id_: str) -> tuple[tuple[str, ...], bool]:
    """The inputs that a figure is known by (its own cell, or those that it is computed from), and whether blanks may count as 0."""
    return rulebook(form).inputs((id_,)), _printed(form, id_)


def _printed(form: Form, id_: str) -> bool:
    table = form.tables.get(form.fields[id_].table or "")
    return table is not None and table.printed
