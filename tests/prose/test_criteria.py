"""What reviewers look for: each criterion has a filing that fails it and one that does not, in each form that has it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from support.figures import huaian_2024
from support.reviewer_cases import Case, Values, dated, filing_of, reviewer_cases
from xlreport.errors import DefinitionError
from xlreport.finding import Finding
from xlreport.forms import find_form, form_ids
from xlreport.forms.definition import CriterionText
from xlreport.prose.criteria import compiled, unmet
from xlreport.prose.references import resolve_references
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells

CASES = [
    (form, case)
    for case in reviewer_cases().cases
    for form in case.forms
    if case.kind in {criterion.id for criterion in find_form(form).criteria}
]


def found(form: str, values: Values) -> list[Finding]:
    filing = filing_of(form, values)
    cells = filing_cells(filing)
    return list(unmet(filing, resolve_references(filing, cells)[0], standard_prose(filing, cells), cells))


def rules(form: str, values: Values) -> set[str]:
    return {finding.rule.partition("[")[0] for finding in found(form, values)}


@pytest.mark.parametrize("form", form_ids())
def test_every_criterion_has_a_case(form: str):
    """No criterion is added without saying what fails it and what does not; each names its source."""
    criteria = find_form(form).criteria
    assert {criterion.id for criterion in criteria} == {case.kind for name, case in CASES if name == form}
    assert [] == [criterion.id for criterion in criteria if not criterion.basis or not criterion.name]


@pytest.mark.long
@pytest.mark.parametrize("form", form_ids())
def test_a_sound_filing_meets_all(form: str):
    """A good report gives nothing to explain."""
    assert [] == found(form, {})


@pytest.mark.parametrize(("form", "case"), [pytest.param(*each, id=f"{each[0]}-{each[1].what}") for each in CASES])
def test_a_criterion_fires_and_stays_silent(form: str, case: Case):
    """What fails a criterion is said with the words and what to do, and by that criterion once; what is near is not."""
    (finding,) = [each for each in found(form, case.fails) if each.rule.partition("[")[0] == case.kind]
    assert dated(case.words, reviewer_cases().years[form]) in finding.message
    assert not [values for values in case.near if case.kind in rules(form, values)]


@pytest.mark.parametrize("text", ["无。", "无", "没有其他需要报告的事项。", "本单位无其他需要报告的事项。", "暂无。"])
def test_fees_ask_for_a_word_in_section_six(text: str):
    """A fee for handling, or fees of another kind that are taken for it, and a section six that says nothing of it."""
    (finding,) = found("gov2021", {"other_matters.text": text, "disclosure.fees.amount": 12.5})
    assert ("prose_fees[other_matters.text]", "warning") == (finding.rule, finding.level)
    assert "12.5万元" in finding.message


def test_figures_alone_decide_where_there_is_no_text():
    """The real figures of a city government: what it lost is asked for, its regulations are not."""
    figures = {id_: value for id_, value in huaian_2024().items() if value is not None}
    said = rules("gov2021", {**figures, "unit.name": "淮安市人民政府"})
    assert "lost_cases" in said
    assert "no_power" not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": ("(",)}, "正则表达式"),
        ({"words": (), "lacks": {}}, "应写"),
        ({"lacks": {"某": "某"}}, "只能写一种"),
        ({"fields": ("no.field",)}, "没有文字字段 no.field"),
        ({"message": "{no.field}"}, "不是字段"),
        ({"when": "N(no.field) > 0"}, "no.field"),
    ],
)
def test_a_bad_criterion_is_named(change: dict[str, object], said: str):
    """Each slip in a criterion is one sentence that names it."""
    good = CriterionText(id="mine", level="note", name="某", basis="某", message="{said}", words=("某",))
    form = find_form("gov2021")
    compiled(msgspec.structs.replace(form, criteria=(good,)))
    with pytest.raises(DefinitionError, match="mine") as caught:
        compiled(msgspec.structs.replace(form, criteria=(msgspec.structs.replace(good, **change),)))
    assert said in str(caught.value)


def test_a_form_drops_and_changes_criteria(tmp_path: Path):
    """What stands in a base is switched off by `without`, and its level changed by an entry of its id."""
    (tmp_path / "form.toml").write_text(
        'base = "gov2021"\nid = "mine"\nversion = "1"\nbasis = "测试"\nfirst_year = 2030\n', encoding="utf-8"
    )
    (tmp_path / "criteria.toml").write_text(
        'without = ["criteria.slips"]\n[[criteria]]\nid = "no_figures"\nlevel = "note"\n', encoding="utf-8"
    )
    form, base = find_form(str(tmp_path)), find_form("gov2021")
    levels = {criterion.id: criterion.level for criterion in form.criteria}
    expected: dict[str, str] = {criterion.id: criterion.level for criterion in base.criteria if criterion.id != "slips"}
    assert {**expected, "no_figures": "note"} == levels
