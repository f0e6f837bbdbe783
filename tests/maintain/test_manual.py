"""The rule manual names every field and every rule, and the pages in docs/ are what it gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlreport.forms import find_form, form_ids
from xlreport.maintain.manual import rule_manual
from xlreport.rules.rulebook import rulebook

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("form_id", form_ids())
def test_every_field_stands_in_the_manual(form_id: str):
    """Each field has a row with its id and its Chinese name, but for last year's figures and control totals."""
    form = find_form(form_id)
    text = rule_manual(form)
    missing = [f.id for f in form.fields.values() if not f.beside and f"| `{f.id}` | {f.name} |" not in text]
    assert missing == []


@pytest.mark.parametrize("form_id", form_ids())
def test_every_rule_stands_in_the_manual(form_id: str):
    """Each rule has its heading, basis, expression and message, and each of its items is named."""
    form = find_form(form_id)
    text = rule_manual(form)
    for rule in form.rules:
        for part in (f"### `{rule.id}` {rule.name}", rule.basis, f"`{rule.expr}`", rule.message):
            assert part in text
    for check in rulebook(form).checks:
        if check.item is not None:
            assert f"{check.item_name}（`{check.item}`）" in text


@pytest.mark.parametrize("form_id", form_ids())
def test_page_in_docs_is_up_to_date(form_id: str):
    """docs/rules-<form>.md is what scripts/build_rule_docs.py writes."""
    assert rule_manual(find_form(form_id)) == (DOCS / f"rules-{form_id}.md").read_text(encoding="utf-8")
