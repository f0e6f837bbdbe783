"""What a prose finding carries, and the checks that are about what is not said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlreport.filing import Filing, FilingValue
from xlreport.finding import CellRef, Finding
from xlreport.forms import find_form, form_ids
from xlreport.prose.check import check_prose, stated_figures
from xlreport.prose.facts import checked
from xlreport.prose.references import resolve_references
from xlreport.prose.sentences import standard_prose
from xlreport.report.content import report_context
from xlreport.reviewing.explanations import explained
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import filing_cells

FIELD = "overview.on_request"
REST = {"problems.text": "存在的问题和改进情况如下，" * 4, "other_matters.text": "收取信息处理费0元。"}


def filing_with(
    values: dict[str, FilingValue], form: str = "gov2021", explanations: dict[str, str] | None = None
) -> Filing:
    return Filing(
        form=find_form(form),
        values={**REST, "report.year": 2023, **values},
        explanations=explanations or {},
        places={
            FIELD: CellRef(field=FIELD, sheet="一 总体情况", address="B30"),
            "requests.new.total": CellRef(field="requests.new.total", sheet="三 依申请公开", address="J8"),
        },
    )


def findings(filing: Filing) -> list[Finding]:
    cells = filing_cells(filing)
    return check_prose(filing, cells, resolve_references(filing, cells)[0], standard_prose(filing, cells))


def test_a_contradiction_quotes_the_words_the_figure_and_the_cell():
    filing = filing_with({FIELD: "2023年，我局共收到政府信息公开申请１２件。", "requests.new.natural": 10})
    (finding,) = findings(filing)
    assert (f"prose_figure[{FIELD}]", "warning", 10, 12) == (
        finding.rule,
        finding.level,
        finding.expected,
        finding.actual,
    )
    assert [FIELD, "requests.new.total", "requests.new.natural"] == [cell.field for cell in finding.cells[:3]]
    assert (
        "“一 总体情况”B30：文中“我局共收到政府信息公开申请１２件”写的是12，表中新收申请数是10（“三 依申请公开”J8），"
        "请核对后改正文字或表格" == finding.message
    )


def test_whole_figures_in_findings_are_whole_numbers():
    filing = filing_with({FIELD: "收到申请12件。共3件，其中予以公开2件，部分公开2件。", "requests.new.natural": 10.0})
    numbers = [number for finding in findings(filing) for number in (finding.expected, finding.actual)]
    assert [10, 12, 3, 4] == numbers
    assert {int} == set(map(type, numbers))


@pytest.mark.parametrize("key", [f"prose_figure[{FIELD}]", f"prose[{FIELD}]"])
def test_an_explanation_under_either_key_is_taken(key: str):
    filing = filing_with({FIELD: "收到申请12件。", "requests.new.natural": 10}, explanations={key: "按受理口径统计"})
    (finding,) = explained(findings(filing), filing.explanations)
    assert "按受理口径统计" == finding.explanation
    assert not finding.blocks


def test_blanks_that_are_kept_are_not_compared_and_partly_known_sums_only_from_below():
    kept: dict[str, FilingValue] = {"report.blanks": "保留空白"}
    assert [] == findings(filing_with({**kept, FIELD: "收到申请12件，不予公开5件，行政诉讼3件。"}))
    assert [] == findings(filing_with({**kept, FIELD: "行政诉讼3件。", "appeals.direct.upheld": 2}))
    (finding,) = findings(filing_with({**kept, FIELD: "行政诉讼3件。", "appeals.direct.upheld": 4}))
    assert 4 == finding.expected


def test_stated_figures_are_evidence_by_field():
    text = "收到申请12件，其中自然人8件，予以公开5件。收费12.5万元。未发生行政复议。"
    filing = filing_with({FIELD: text, "overview.proactive": "行政事业性收费12.5万元。"})
    assert {
        "requests.new.total": [12],
        "requests.new.natural": [8],
        "requests.granted.total": [5],
        "appeals.review.total": [0],
        "disclosure.fees.amount": [12.5],
        "other_matters.handling_fee": [0],
    } == stated_figures(filing, filing_cells(filing))


def test_a_section_without_a_word_is_missing():
    values: dict[str, FilingValue] = {"report.blanks": "保留空白", "other_matters.text": ""}
    filing = filing_with(values)
    expected = {"prose_missing[overview.summary]", "prose_missing[other_matters.text]"}
    assert expected == {finding.rule for finding in findings(filing)}


def test_only_a_section_of_one_text_may_say_that_there_is_nothing():
    filing = filing_with({"report.blanks": "保留空白", "other_matters.text": ""})
    overview, other = (finding.message for finding in findings(filing))
    assert overview.endswith("没有文字，请至少填写“情况概述”")
    assert other.endswith("没有文字，请填写，没有内容的写“无。”")


WHOLE = "2023年总体情况如下。\n（一）主动公开。\n全年公开信息。"


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_a_text_beside_one_with_its_own_headings_is_not_printed(form: str):
    filing = filing_with({"overview.summary": WHOLE, "overview.proactive": "  ", FIELD: "严格依法答复。"}, form)
    (finding,) = findings(filing)
    assert (f"prose_unprinted[{FIELD}]", "warning") == (finding.rule, finding.level)
    assert [FIELD, "overview.summary"] == [cell.field for cell in finding.cells]
    assert finding.message.startswith("“一 总体情况”B30：这一格的文字不会印在报告里，因为“情况概述”自带")
    assert "严格依法答复" not in str(report_context(Review.unchecked(filing)))


CHANNEL: dict[str, FilingValue] = {"published.channel": "区政府网站", "published.policy": 3}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({**CHANNEL, "overview.proactive": "公开政务信息3条。"}, "是自己写的，没有写到它"),
        ({**CHANNEL, "overview.proactive": "公开政务信息3条，都在政府网站上。"}, "是自己写的，没有写到它"),
        ({"published.channel": "区政府网站", "report.blanks": "保留空白"}, "没有文字"),
    ],
)
def test_a_channel_that_no_sentence_tells_is_said(values: dict[str, FilingValue], why: str):
    """The channel is printed by the generated sentence alone: staff's own text, or none, may leave it out."""
    (finding,) = [each for each in findings(filing_with(values)) if str(each.rule).startswith("prose_unprinted")]
    assert ("prose_unprinted[published.channel]", "note") == (finding.rule, finding.level)
    assert ["published.channel", "overview.proactive"] == [cell.field for cell in finding.cells]
    assert f"这一格的文字不会印在报告里，因为“主动公开”{why}" in finding.message


@pytest.mark.parametrize(
    "values",
    [
        CHANNEL,
        {**CHANNEL, "overview.proactive": "通过区政府网站公开政务信息3条。"},
        {**CHANNEL, "overview.summary": "区政府网站已经改版。", "overview.proactive": "公开政务信息3条。"},
        {"published.policy": 3, "overview.proactive": "公开政务信息3条。"},
    ],
)
def test_a_channel_that_the_report_names_is_left_in_peace(values: dict[str, FilingValue]):
    """In the generated sentence, in staff's own text, in another one; and where none was typed."""
    assert not [each for each in findings(filing_with(values)) if str(each.rule).startswith("prose_unprinted")]


def test_texts_beside_one_without_own_headings_are_printed():
    """Nothing is said where the numbers stand within a line, or where only another text has headings."""
    assert [] == findings(filing_with({"overview.summary": "我局做到（一）（二）两条。", FIELD: "严格依法答复。"}))
    assert [] == findings(filing_with({"overview.summary": "总体平稳。", FIELD: "（一）收件\n严格依法答复。"}))


def test_generated_text_fills_a_section():
    assert [] == findings(filing_with({"other_matters.text": "", "requests.new.natural": 0}))


def test_a_short_section_five_is_too_short():
    (finding,) = findings(filing_with({"problems.text": "信息公开不够及时。", "requests.new.natural": 0}))
    assert ("prose_short[problems.text]", "至少30个字", "9个字") == (finding.rule, finding.expected, finding.actual)
    assert [] == findings(filing_with({"problems.text": "", "requests.new.natural": 0}))


SEED: dict[str, FilingValue] = {
    "report.year": 2020,
    "report.blanks": "保留空白",
    "published.channel": "环翠区政府网站",
    "published.policy": 1,
    "published.budget": 2,
    "published.work": 91,
    "published.guide": 1,
    "report.intro": "根据《中华人民共和国政府信息公开条例》、《关于政府信息公开年度报告有关事项的通知》（国办公开办函〔2019〕60号）"
    "有关规定及上级通知要求，区信访局进一步规范政务公开，不断提高政府信息公开工作水平，现将2020年度政府信息公开工作情况报告如下。",
    "overview.summary": "2020年，在区委、区政府的正确领导下，区信访局认真学习贯彻政府信息公开相关政策要求，采取积极有效措施，"
    "完善工作机制，规范工作流程。截止2020年底，我局政府信息公开工作运行正常，工作开展规范、有序、健康。",
    "overview.proactive": "本年度通过环翠区政府网站公开政务信息95条，其中政策文件1条、财政预决算信息2条、部门工作91条、公开指南信息1条。",
    "overview.on_request": "2020年度本单位未收到政府信息公开申请。",
    "overview.platform": "区信访局依规公开了政府信息公开申请受理机构的名称、办公地址、办公时间、联系电话等内容，"
    "特别是因疫情暂停接访期间，为群众反映问题提供便利，发挥了积极作用。",
    "overview.oversight": "区信访局严格按照《条例》要求开展政府信息公开工作，未收到政府信息公开有关的投诉、举报，也无其他责任追究的情形。",
    "problems.text": "2020年，区信访局政务公开工作虽然取得了一定的成绩，但还存在一些问题。下步，主要从以下三方面着手，"
    "进一步提高政府信息公开工作水平。一是提高认识。二是加强领导。三是充实内容。",
    "other_matters.text": "无。",
}


def test_the_seeds_prose_is_left_in_peace():
    filing = Filing(form=find_form("gov2019"), values={"unit.name": "环翠区信访局", **SEED})
    assert [] == findings(filing)


@pytest.mark.parametrize("form", form_ids())
def test_the_built_in_wording_holds_together(form: str):
    checked(find_form(form))


def test_sub_reasons_and_lists_in_one_paragraph_of_a_city():
    """A paragraph that says rightly what the tables say, in the order of published reports; two wrong parts, a wrong sum."""
    values: dict[str, FilingValue] = {
        "unit.name": "临江市人民政府",
        "requests.new.natural": 859,
        "requests.carried_in.natural": 18,
        "requests.granted.natural": 272,
        "requests.partial.natural": 3,
        "requests.refused.state_secret.natural": 35,
        "requests.unavailable.not_held.natural": 337,
        "requests.declined.petition.natural": 158,
        "requests.carried_out.natural": 72,
        "appeals.review.upheld": 5,
        "appeals.review.pending": 2,
        "appeals.direct.upheld": 8,
        "appeals.direct.pending": 1,
    }
    text = (
        "市政府共受理政府信息公开申请859件，申请数量较去年回落12.3%；答复申请805件（含上年度结转申请18件，"
        "另有72件按照《条例》顺延到下年度答复），均在法定期限内予以答复。予以公开及部分公开275件，占34.2%；不予公开35件；"
        "因本机关不掌握等原因无法提供337件；不予处理158件；其他处理0件。行政复议7件，诉讼9件。"
    )
    assert [] == findings(filing_with({**values, FIELD: text}))
    wrong = text.replace("275件", "258件").replace("337件", "265件").replace("诉讼9件", "诉讼9件，均获维持")
    found = findings(filing_with({**values, FIELD: wrong}))
    assert [258, 265, 0, 716] == [finding.actual for finding in found]


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from(
            "收到申请公开未全部办结其中共年件条０1239万十百一，。、；：（）【】《》\n 无复议诉讼%.-第约"
        ),
        max_size=80,
    ),
    figure=st.one_of(st.none(), st.integers(0, 20)),
)
def test_any_text_is_read_without_failing(text: str, figure: int | None):
    """No text ends in an exception, and quotes are the cell's own words."""
    filing = filing_with({FIELD: text, "requests.new.natural": figure or 0})
    for finding in findings(filing):
        assert finding.level == "warning"
        assert "\n" not in finding.message
