"""The cells in which staff explain, by name and by key."""

from __future__ import annotations

import pytest

from xlreport.forms import find_form, form_ids
from xlreport.workbook.layout.names import explanation_keys, explanation_name
from xlreport.workbook.layout.sheets import layout


@pytest.mark.parametrize("name", form_ids())
def test_every_explanation_cell_has_its_key(name: str):
    """Each cell of explanations of the plan bears the name of exactly one key, and the key leads back to it."""
    form = find_form(name)
    keys = explanation_keys(form)
    cells = {cell.name for sheet in layout(form).sheets for cell in sheet.cells if cell.role == "explain"}
    assert cells <= keys.keys()
    assert list(keys) == [explanation_name(key) for key in keys.values()]
    assert len(keys) == len(set(keys.values()))
