"""Every warning that the program or a form can give for what a clerk filled in has a cell in which it is explained."""

from __future__ import annotations

import pytest

from xlreport.finding import RuleKey
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import find_form, form_ids
from xlreport.workbook.layout.names import explained_by
from xlreport.workbook.layout.sheets import layout

#: Warnings about the figures of a table: one row a table.
OF_TABLES = {"table_untouched"}


@pytest.mark.parametrize("form_id", form_ids())
def test_every_warning_about_what_was_filled_in_has_a_cell(form_id: str):
    """Rules, criteria and the program's own warnings of 核对 and 文字: each is settled in the workbook, none needs a command."""
    form = find_form(form_id)
    table = next(key for key, table in form.tables.items() if table.printed)
    text = form.prose[0].id
    keys = [
        criterion.id if criterion.of_figures else str(RuleKey(criterion.id, text))
        for criterion in form.criteria
        if criterion.level == "warning"
    ]
    for kind in FINDING_KINDS.values():
        if kind.level == "warning" and kind.stage in ("核对", "文字"):
            own = kind.id if kind.stage == "核对" else str(RuleKey(kind.id, text))
            keys.append(str(RuleKey(kind.id, table)) if kind.id in OF_TABLES else own)
    plan = layout(form)
    assert [] == [key for key in keys if explained_by(form, key) not in plan.names]
    assert "" == explained_by(form, "no_such_rule")
