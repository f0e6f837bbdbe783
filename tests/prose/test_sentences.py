"""Standard sentences say what the figures say: none, one, many; and nothing of what is not known."""

from __future__ import annotations

import msgspec
import pytest

from xlreport.errors import DefinitionError
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form, form_ids
from xlreport.forms.definition import ProseText, SentenceText
from xlreport.prose.check import check_prose
from xlreport.prose.sentences import compiled, standard_prose
from xlreport.rules.check import filing_cells

NONE = "本年度未收到政府信息公开申请。"
NO_APPEALS = "未发生因政府信息公开引起的行政复议、行政诉讼。"
SEED: dict[str, FilingValue] = {
    "published.policy": 1,
    "published.budget": 2,
    "published.work": 91,
    "published.guide": 1,
    "published.channel": "环翠区政府网站",
}
KEPT: dict[str, FilingValue] = {"report.blanks": "保留空白"}

both_forms = pytest.mark.parametrize("form", form_ids())


def sentences(form: str, **values: FilingValue) -> dict[str, str]:
    filing = Filing(form=find_form(form), values=values)
    return standard_prose(filing, filing_cells(filing))


@both_forms
def test_the_seeds_sentence(form: str):
    expected = (
        "本年度通过环翠区政府网站公开政务信息95条，其中政策文件1条、财政预决算信息2条、部门工作91条、公开指南信息1条。"
    )
    assert expected == sentences(form, **SEED, **KEPT)["overview.proactive"]


@both_forms
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"published.work": 12}, "本年度公开政务信息12条，均为部门工作。"),
        ({"published.work": 1}, "本年度公开政务信息1条，为部门工作。"),
        ({"published.work": 0}, "本年度未公开政务信息。"),
    ],
)
def test_published_without_a_channel(form: str, values: dict[str, int], expected: str):
    assert expected == sentences(form, **values)["overview.proactive"]


@both_forms
def test_none_received(form: str):
    assert NONE + NO_APPEALS == sentences(form)["overview.on_request"]
    assert NONE == sentences(form, **KEPT, **{"requests.new.natural": 0})["overview.on_request"]


@both_forms
def test_what_is_unknown_is_never_none(form: str):
    """Blank cells under 保留空白, and "/" anywhere, are no zeros."""
    assert "overview.on_request" not in sentences(form, **KEPT)
    assert "overview.proactive" not in sentences(form)
    columns = ("natural", "business", "research", "welfare", "legal", "other")
    not_applicable = {f"requests.new.{column}": "/" for column in columns}
    assert NO_APPEALS == sentences(form, **not_applicable)["overview.on_request"]


@both_forms
def test_many_requests_and_appeals(form: str):
    values: dict[str, FilingValue] = {
        "unit.short_name": "我局",
        "requests.new.natural": 3,
        "requests.carried_in.natural": 2,
        "requests.granted.natural": 2,
        "requests.refused.internal.natural": 1,
        "requests.refused.process.natural": 1,
        "requests.carried_out.natural": 1,
        "appeals.review.pending": 1,
        "appeals.direct.upheld": 2,
        "appeals.after_review.upheld": 1,
    }
    text = sentences(form, **values)["overview.on_request"]
    expected = (
        "本年度我局新收政府信息公开申请3件，上年结转2件，办理4件，其中予以公开2件、不予公开2件，结转下年度继续办理1件。"
        "因政府信息公开引起的行政复议1件（尚未审结1件），行政诉讼3件（结果维持3件）。"
    )
    assert expected == text


@both_forms
def test_only_a_carried_case_with_one_result(form: str):
    values = {"requests.carried_in.natural": 1, "requests.new.natural": 0, "requests.granted.natural": 1}
    expected = "本年度本单位未收到新的政府信息公开申请，上年结转1件，办理1件，结果为予以公开。"
    assert expected == sentences(form, **values, **KEPT)["overview.on_request"]


def test_other_matters_are_none_only_where_no_fee_is_known():
    fee = "disclosure.fees.amount"
    assert "无。" == sentences("gov2021")["other_matters.text"]
    assert "无。" == sentences("gov2021", **{fee: "/"}, **KEPT)["other_matters.text"]
    assert "other_matters.text" not in sentences("gov2021", **{fee: 1.5})
    assert "other_matters.text" not in sentences("gov2021", **KEPT)
    assert "无。" == sentences("gov2019", **KEPT)["other_matters.text"]


@both_forms
def test_staffs_own_words_stand(form: str):
    assert "overview.on_request" not in sentences(form, **{"overview.on_request": "另行说明。"})


@both_forms
def test_nothing_is_generated_beside_a_text_that_is_the_whole_section(form: str):
    assert {"other_matters.text"} == set(
        sentences(form, **{"overview.summary": "（一）主动公开\n略。\n（二）其他\n略。"})
    )


@both_forms
def test_generated_sentences_pass_the_checks(form: str):
    values = {**SEED, "requests.new.natural": 3, "requests.granted.natural": 2, "requests.carried_out.natural": 1}
    values |= {"appeals.review.upheld": 1, "appeals.direct.pending": 2, "report.year": 2020}
    generated = sentences(form, **values)
    filing = Filing(form=find_form(form), values={**values, **generated, "problems.text": "问题和改进情况。" * 5})
    assert [] == check_prose(filing, filing_cells(filing))


@pytest.mark.parametrize(
    "template",
    [
        "{{ requests.new.totl }}",
        '{% if known("requests.new.totl") %}x{% endif %}',
        "{{ value('SUM(requests.new.totl)') }}",
        "{% if %}",
        "{{ nothing }}",
    ],
)
def test_a_template_that_does_not_hold_together_is_named(template: str):
    wording = ProseText(sentences=(SentenceText(field="overview.on_request", template=template),))
    form = msgspec.structs.replace(find_form("gov2021"), wording=wording)
    with pytest.raises(DefinitionError, match=r"overview\.on_request|字段"):
        compiled(form)


@both_forms
def test_built_in_sentences_hold_together(form: str):
    compiled(find_form(form))
