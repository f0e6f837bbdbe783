"""Standard sentences say what the figures say: none, one, many; and nothing of what is not known."""

from __future__ import annotations

import importlib.util
import random
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from xlreport.errors import DefinitionError
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form, form_ids
from xlreport.forms.definition import ProseText, SentenceText
from xlreport.prose.check import check_prose
from xlreport.prose.criteria import unmet
from xlreport.prose.sentences import compiled, each_sentence, standard_prose
from xlreport.rules.check import filing_cells

ROOT = Path(__file__).parents[2]

NONE = "本年度，本单位未收到政府信息公开申请"
NO_APPEALS = "，未发生因政府信息公开引起的行政复议、行政诉讼。"

#: Somebody has filled in something of table three.
TOUCHED: dict[str, FilingValue] = {"requests.new.natural": 0}
SEED: dict[str, FilingValue] = {
    "published.policy": 1,
    "published.budget": 2,
    "published.work": 91,
    "published.guide": 1,
    "published.channel": "环翠区政府网站",
}
OFFICE: dict[str, FilingValue] = {"unit.name": "环翠区信访局", "report.year": 2020}
KEPT: dict[str, FilingValue] = {"report.blanks": "保留空白"}

both_forms = pytest.mark.parametrize("form", form_ids())


def sentences(form: str, **values: FilingValue) -> dict[str, str]:
    filing = Filing(form=find_form(form), values=values)
    return standard_prose(filing, filing_cells(filing))


@both_forms
def test_the_seeds_sentence(form: str):
    """Every kind of information has its part; the year and who speaks stand in front."""
    expected = (
        "2020年，本机关通过环翠区政府网站主动公开政府信息95条，其中政策文件1条、财政预决算信息2条、部门工作信息91条、"
        "公开指南信息1条。"
    )
    assert expected == sentences(form, **SEED, **KEPT, **OFFICE)["overview.proactive"]


@both_forms
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"published.work": 12}, "本年度，本单位主动公开政府信息12条，均为部门工作信息。"),
        ({"published.other": 1}, "本年度，本单位主动公开政府信息1条，为其他信息。"),
        ({"published.work": 0}, "本年度，本单位未主动公开政府信息。"),
    ],
)
def test_published_without_a_channel(form: str, values: dict[str, int], expected: str):
    """One kind, one item, none: each is said in its own way; without year and name there is still a sentence."""
    assert expected == sentences(form, **values)["overview.proactive"]


@both_forms
@pytest.mark.parametrize("typed", ["门户网站", "通过门户网站", "门户网站。", "、门户网站、", "通过门户网站公开。"])
def test_a_channel_is_read_as_it_is_typed(form: str, typed: str):
    """No word and no sign of the sentence is doubled by one that staff typed with the channel."""
    values: dict[str, FilingValue] = {"published.work": 2, "published.channel": typed}
    text = sentences(form, **values)["overview.proactive"]
    assert "本年度，本单位通过门户网站主动公开政府信息2条，均为部门工作信息。" == text


def test_a_channel_that_is_no_channel_is_left_out():
    """A channel of which nothing is left says nothing."""
    values: dict[str, FilingValue] = {"published.work": 2, "published.channel": "通过"}
    text = sentences("gov2021", **values)["overview.proactive"]
    assert "本年度，本单位主动公开政府信息2条，均为部门工作信息。" == text


def test_nothing_published_is_not_said_beside_what_was_published():
    """That nothing was published is said only where nothing else can be."""
    text = sentences("gov2021", **{"published.work": 0, "disclosure.normative.issued": 2}, **KEPT)
    assert "本年度，本单位制发行政规范性文件2件。" == text["overview.proactive"]


@both_forms
def test_none_received(form: str):
    assert NONE + "。" == sentences(form, **TOUCHED)["overview.on_request"]
    assert NONE + NO_APPEALS == sentences(form, **TOUCHED, **{"appeals.review.pending": 0})["overview.on_request"]
    assert NONE + "。" == sentences(form, **KEPT, **TOUCHED)["overview.on_request"]


@both_forms
def test_nothing_is_said_of_a_table_that_nobody_touched(form: str):
    """Blank cells are printed as 0; but that there was none is asserted only where something of the table is filled in."""
    expected = {} if form == "gov2021" else {"other_matters.text": "无。"}
    assert expected == sentences(form)
    assert expected == sentences(form, **{"prior.requests.carried_out.natural": 3, "control.requests.new.total": 1})
    assert {"overview.on_request"} == {*sentences(form, **{"appeals.direct.other": 0})} - {*expected}
    assert {"overview.proactive"} == {*sentences(form, **{"disclosure.penalty.decisions": 0})} - {*expected}
    assert {"overview.on_request", "other_matters.text"} == {*sentences(form, **TOUCHED)}


@both_forms
def test_what_is_unknown_is_never_none(form: str):
    """Blank cells under 保留空白, and "/" anywhere, are no zeros."""
    assert "overview.on_request" not in sentences(form, **KEPT)
    assert "overview.proactive" not in sentences(form)
    columns = ("natural", "business", "research", "welfare", "legal", "other")
    not_applicable = {f"requests.new.{column}": "/" for column in columns}
    text = sentences(form, **not_applicable, **{"appeals.review.other": 0})["overview.on_request"]
    assert "本年度，本单位" + NO_APPEALS[1:] == text


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
        "appeals.review.pending": 2,
        "appeals.direct.upheld": 2,
        "appeals.after_review.pending": 1,
    }
    text = sentences(form, **values)["overview.on_request"]
    expected = (
        "本年度，我局新收政府信息公开申请3件，上年结转2件，办结4件，其中予以公开2件、不予公开2件；结转下年度继续办理1件。"
        "发生因政府信息公开引起的行政复议2件，均尚未审结；行政诉讼3件，其中结果维持2件、尚未审结1件。"
    )
    assert expected == text


@both_forms
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"upheld": 1}, "1件，结果维持"),
        ({"corrected": 1}, "1件，结果纠正"),
        ({"other": 1}, "1件，为其他结果"),
        ({"pending": 1}, "1件，尚未审结"),
        ({"upheld": 2}, "2件，结果均为维持"),
        ({"corrected": 3}, "3件，结果均为纠正"),
        ({"other": 4}, "4件，均为其他结果"),
        ({"pending": 5}, "5件，均尚未审结"),
        ({"upheld": 1, "other": 2}, "3件，其中结果维持1件、其他结果2件"),
    ],
)
@pytest.mark.parametrize(
    ("table", "before", "after"),
    [
        ("review", "发生因往年政府信息公开申请引起的行政复议", "；未发生行政诉讼。"),
        ("direct", "发生因往年政府信息公开申请引起的行政诉讼", "；未发生行政复议。"),
        ("after_review", "发生因往年政府信息公开申请引起的行政诉讼", "；未发生行政复议。"),
    ],
)
def test_outcomes_are_said_as_people_write_them(
    form: str, values: dict[str, int], expected: str, table: str, before: str, after: str
):
    """One, several alike, several unlike; where there was no request they come from those of years before."""
    typed = {f"appeals.{table}.{outcome}": figure for outcome, figure in values.items()}
    text = sentences(form, **TOUCHED, **typed)["overview.on_request"]
    assert f"{NONE}。{before}{expected}{after}" == text


@both_forms
def test_only_a_carried_case_with_one_result(form: str):
    values = {"requests.carried_in.natural": 1, "requests.new.natural": 0, "requests.granted.natural": 1}
    expected = "本年度，本单位未收到新的政府信息公开申请，上年结转1件，办结1件，予以公开。"
    assert expected == sentences(form, **values, **KEPT)["overview.on_request"]
    del values["requests.new.natural"]
    expected = "本年度，本单位上年结转政府信息公开申请1件，办结1件，予以公开。"
    assert expected == sentences(form, **values, **KEPT)["overview.on_request"]


def test_reasons_of_other_handling():
    """The reasons that the form asks for stand behind 其他处理; that it was something else says nothing."""
    values: dict[str, FilingValue] = {"requests.new.natural": 4, "requests.granted.natural": 1}
    reason = "requests.other_handling."
    for reasons, expected in (
        ({"no_correction": 1, "unpaid": 2}, "其他处理3件（申请人逾期不补正1件、申请人逾期不缴费2件）。"),
        ({"unpaid": 3}, "其他处理3件（因申请人逾期不缴费）。"),
        ({"other": 3}, "其他处理3件。"),
    ):
        typed = values | {f"{reason}{key}.natural": figure for key, figure in reasons.items()}
        text = sentences("gov2021", **typed)["overview.on_request"]
        assert "本年度，本单位新收政府信息公开申请4件，办结4件，其中予以公开1件、" + expected == text


def test_other_matters_are_the_fee_for_handling():
    """六 goes by the amount of the fee: blank it is none where table three is filled in; 行政事业性收费 is another thing."""
    fee, none = "other_matters.handling_fee", "本年度，本单位未收取政府信息公开信息处理费。"
    for form in form_ids():
        assert none == sentences(form, **TOUCHED)["other_matters.text"]
        assert none == sentences(form, **{fee: 0}, **KEPT)["other_matters.text"]
        assert none == sentences(form, **{fee: "/"}, **KEPT)["other_matters.text"]
        paid = "本年度，本单位收取政府信息公开信息处理费120.5元。"
        assert paid == sentences(form, **{fee: 120.5}, **KEPT)["other_matters.text"]
    assert "other_matters.text" not in sentences("gov2021")
    assert "other_matters.text" not in sentences("gov2021", **TOUCHED, **KEPT)
    assert "other_matters.text" not in sentences("gov2021", **{"disclosure.fees.amount": 1.5})
    assert "无。" == sentences("gov2019", **KEPT)["other_matters.text"]


@pytest.mark.parametrize(("form", "number"), [("gov2019", "〔2019〕60号"), ("gov2021", "〔2021〕30号")])
def test_the_introduction_names_basis_and_period(form: str, number: str):
    """It needs the year; the document is that of the form."""
    assert "report.intro" not in sentences(form)
    text = sentences(form, **{"report.year": 2020})["report.intro"]
    assert text.startswith("本报告根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室关于")
    assert f"（国办公开办函{number}）编制。所列数据的统计期限自2020年1月1日起至2020年12月31日止。" in text


@pytest.mark.parametrize(
    ("values", "who"),
    [
        ({"unit.name": "环翠区信访局", "unit.short_name": "我局"}, "我局"),
        ({"unit.name": "环翠区信访局"}, "本机关"),
        ({"unit.name": "淮安市人民政府办公室"}, "本机关"),
        ({"unit.name": "淮安市人民政府"}, "我市"),
        ({"unit.name": "固镇县人民政府"}, "我县"),
        ({"unit.name": "广西壮族自治区人民政府"}, "我区"),
        ({"unit.name": "延边朝鲜族自治州人民政府"}, "我州"),
        ({"unit.name": "大兴安岭地区行政公署"}, "我地区"),
        ({"unit.name": "河包镇人民政府"}, "我镇"),
        ({"unit.name": "青山乡人民政府"}, "我乡"),
        ({"unit.name": "北京街道办事处"}, "我街道"),
        ({"unit.name": "经济技术开发区管理委员会"}, "本机关"),
        ({"unit.name": "市民服务中心"}, "本单位"),
        ({"unit.name": "滨海新城", "unit.kind": "政府"}, "本级政府"),
        ({"unit.name": "滨海新城", "unit.kind": "部门"}, "本机关"),
        ({"unit.name": "滨海新城"}, "本单位"),
        ({}, "本单位"),
    ],
)
def test_who_speaks(values: dict[str, FilingValue], who: str):
    """The name that staff gave; else one that an organ of this name and kind gives itself."""
    assert f"本年度，{who}未收到政府信息公开申请。" == sentences("gov2021", **values, **TOUCHED)["overview.on_request"]


@both_forms
def test_staffs_own_words_stand(form: str):
    assert "overview.on_request" not in sentences(form, **{"overview.on_request": "另行说明。"})


@both_forms
def test_nothing_is_generated_beside_a_text_that_is_the_whole_section(form: str):
    whole = {"overview.summary": "（一）主动公开\n略。\n（二）其他\n略。"}
    assert {"other_matters.text"} == set(sentences(form, **whole, **TOUCHED))


@pytest.fixture(scope="module")
def fillings() -> list[Filing]:
    """Those of docs/sentences.md."""
    return [filing for _, filing in page().fillings()]


def page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_sentence_docs", ROOT / "scripts" / "build_sentence_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_sentences_is_up_to_date():
    """docs/sentences.md is what scripts/build_sentence_docs.py writes."""
    assert page().page() == (ROOT / "docs" / "sentences.md").read_text(encoding="utf-8")


def test_every_sentence_is_on_the_page(fillings: list[Filing]):
    """Each sentence of each form says something for at least one of the fillings, and every id in them is of its form."""
    told = {form: [0] * len(find_form(form).sentences) for form in form_ids()}
    for filing in fillings:
        assert not filing.values.keys() - filing.form.fields.keys()
        for n, text in enumerate(each_sentence(filing, filing_cells(filing))):
            told[filing.form.id][n] += bool(text)
    silent = [(form, n) for form, counts in told.items() for n, count in enumerate(counts) if not count]
    assert [] == [(form, n) for form, n in silent if find_form(form).sentences[n].template]


@pytest.mark.long
def test_generated_sentences_pass_the_checks(fillings: list[Filing]):
    """Typed by staff, none of them contradicts the tables or offends a reviewer; only what figures cannot say is missed."""
    for filing in fillings:
        cells = filing_cells(filing)
        generated = standard_prose(filing, cells)
        typed = msgspec.structs.replace(filing, values=filing.values | generated)
        missed = {f.rule for f in check_prose(typed, cells, typed_prose(typed), standard_prose(typed, cells))}
        missed |= {finding.rule.split("[")[0] for finding in unmet(typed, typed_prose(typed), {}, cells)}
        missed -= {f"prose_missing[{section}]" for section in ("overview.summary", "other_matters.text")}
        assert missed <= {"five_aspects", "prose_unprinted[published.channel]"}, filing.values
        findings = check_prose(filing, cells, typed_prose(filing), generated)
        assert not any(finding.rule.startswith("prose_unprinted") for finding in findings)


def typed_prose(filing: Filing) -> dict[str, str]:
    return {field.id: filing.text(field.id) for field in filing.form.prose if filing.text(field.id)}


@pytest.mark.long
@both_forms
def test_sentences_do_not_mention_what_is_not_there(form: str):
    """Signs stand once, none at an end; no sentence names 政务信息 or a bare 其他."""
    chance = random.Random(20260114)
    figures = [
        field.id
        for field in find_form(form).fields.values()
        if field.numeric and field.role == "input" and not field.beside
    ]
    for _ in range(300):
        values: dict[str, FilingValue] = {"unit.name": "某某局", "report.year": 2020}
        values |= {
            id_: chance.choice((0, 0, 1, 2, 1234, "/")) for id_ in chance.sample(figures, chance.choice((3, 12, 60)))
        }
        for text in sentences(form, **values).values():
            assert re.fullmatch(
                r"(?!.*(?:[，；、。（][，；、。）]|政务信息|为其他[，。；]|本年度本))[^，；、。].*。|无。", text
            ), text


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
