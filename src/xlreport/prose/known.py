"""Which figures are known: an unknown figure never becomes 0, neither in a sentence nor in a comparison.

A number that stands in a cell is known, and a blank cell that the report prints as 0. To make a sentence of a blank takes
more: where nobody filled in anything of a table, its zeros are printed, but that there was none is not asserted.
"""

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
    """Whether a figure can be compared with what is said of it.

    It can where a number stands in its cell or in one that it is computed from. A blank counts as 0 only under
    按0填报, and only in a table that is printed: the counts that merely feed a sentence may simply not be kept.
    "/" (not applicable) and cells that could not be read are no figures.
    """
    inputs = known_by(filing.form, id_)
    if _numbered(cells, inputs):
        return True
    table = filing.form.tables.get(filing.form.fields[id_].table or "")
    return table is not None and table.printed and _blank_as_zero(filing, inputs)


def is_told(filing: Filing, id_: str, cells: Mapping[str, Value]) -> bool:
    """Whether a sentence can state a figure as a fact: it is known, and somebody filled in something of its table.

    A field with `zero_with` is told 0 with the blanks of that table.
    """
    inputs = known_by(filing.form, id_)
    if _numbered(cells, inputs):
        return True
    touching = touched_by(filing.form, id_)
    return _blank_as_zero(filing, inputs) and any(map(filing.filled, touching))


def known_by(form: Form, id_: str) -> tuple[str, ...]:
    """The inputs that a figure is known by: its own cell, or those that it is computed from."""
    return rulebook(form).inputs((id_,))


def touched_by(form: Form, id_: str) -> tuple[str, ...]:
    """The inputs of the printed table with whose blanks a figure left blank is told as 0; none where it never is."""
    field = form.fields[id_]
    table = form.tables.get(field.table or field.zero_with or "")
    if table is None or not table.printed:
        return ()
    return tuple(id_ for id_ in table.ids if form.fields[id_].role == "input")


def _numbered(cells: Mapping[str, Value], inputs: tuple[str, ...]) -> bool:
    return any(is_number(cells.get(i)) for i in inputs)


def _blank_as_zero(filing: Filing, inputs: tuple[str, ...]) -> bool:
    return filing.blanks_are_zero and not any(map(filing.filled, inputs))
