"""What reviewers find fault with is said before they do: each fault by its rule and no other, and nothing of what is near."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from support.reviewer_cases import Case, dated, reviewer_cases, said_of
from xlreport.forms import form_ids

pytestmark = pytest.mark.long

CASES = reviewer_cases().cases
BY_FORM = [pytest.param(case, form, id=f"{form}-{case.row}-{case.what}") for case in CASES for form in case.forms]


def kinds(form: str, case: Case, values: dict[str, int | float | str]) -> set[str]:
    return {finding.rule.partition("[")[0] for finding in said_of(form, values, case.prior)}


@pytest.mark.parametrize("form", form_ids())
def test_the_sound_filing_is_sound(form: str):
    """A good report gives nothing to explain, beside last year's neither."""
    assert [] == said_of(form, {}, None)
    assert [] == said_of(form, {}, {})


@pytest.mark.parametrize(("case", "form"), BY_FORM)
def test_a_fault_is_said_once(case: Case, form: str):
    """The smallest filing that has it: by its rule, with the words, and nothing beside it."""
    findings = said_of(form, case.fails, case.prior)
    named = [finding for finding in findings if finding.rule.startswith(case.rule)]
    assert {case.kind, *case.also} == {finding.rule.partition("[")[0] for finding in findings}
    assert dated(case.words, reviewer_cases().years[form]) in "".join(finding.message for finding in named)


@pytest.mark.parametrize(("case", "form"), BY_FORM)
def test_what_is_near_is_no_fault(case: Case, form: str):
    """The smallest change, and what only looks alike, silence the rule; the smallest change leaves nothing to say."""
    assert not [values for values in case.near if case.kind in kinds(form, case, values)]
    assert set() == kinds(form, case, case.near[0])


def test_every_row_has_a_case():
    """Rows 1 to 14 of the reviewers' list."""
    assert [row.number for row in reviewer_cases().rows] == sorted({case.row for case in CASES}) == list(range(1, 15))


def test_the_page_is_up_to_date():
    """docs/reviewers.md is what scripts/build_reviewer_docs.py writes."""
    root = Path(__file__).parents[2]
    spec = importlib.util.spec_from_file_location("build_reviewer_docs", root / "scripts" / "build_reviewer_docs.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.page() == (root / "docs" / "reviewers.md").read_text(encoding="utf-8")
