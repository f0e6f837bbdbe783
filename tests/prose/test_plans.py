"""Last year's plan in this year's report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.plans import left_plans, planned_in
from xlreport.reviewing.review import review

FORM = find_form("gov2021")

PLANS = [
    "2025年，我局将继续加强主动公开工作。",
    "2025年我局将进一步规范依申请公开工作。",
    "２０２５年，区信访局将从以下三个方面改进。",
    "二〇二五年，我镇将加大公开力度，拓宽公开渠道。",
    "2025年，在区委区政府的坚强领导下，我局将以更高标准推进政务公开。",
    "2025年是“十四五”收官之年，按照市政府要求，本机关将重点做好以下工作。",
    "2025年，将不断完善公开目录。",
    "2025年度，我办还将推进基层政务公开标准化。",
    "下一步，2025年我局将继续抓好落实。",
    "下一步，我局将在2025年进一步优化平台。",
    "新栏目计划于2025年6月上线，方便群众查询。",
    "一是力争2025年底前完成目录调整。",
    "做法如前。\n（三）2025年工作打算\n一是加强学习。",
]

NO_PLANS = [
    "2025年，我局将政务公开纳入年度考核。",
    "2025年，我市将推进政务公开工作作为优化营商环境的重要抓手。",
    "2025年，我局将重点领域信息公开情况及时上网。",
    "2025年，我局将规范性文件统一编号、统一登记、统一印发。",
    "2025年，全年公开信息100条，下一步将继续加强。",
    "2025年，我局公开了12条信息。2026年，我局将继续加强主动公开工作。",
    "2026年，我局将继续加强主动公开工作。",
    "2025年，各单位对拟公开的信息逐条审查。",
    "下一步，针对2025年工作中存在的问题，我局将继续改进。",
    "下一步，将在2025年工作的基础上进一步加强公开。",
    "原计划2025年完成的平台改造已于9月完成。",
    "制定《2025年政务公开工作计划》，明确年度任务。",
    "2025年，我局将以往的纸质目录全部转为电子目录。",
    "2025年，我局将在线申请渠道开通到镇街。",
    "2025年，为方便群众，将办事指南印成小册子。",
    "截至2025年底，将近100条信息已公开。",
    "2025年，我局将开展情况在网站公布。",
]


@pytest.mark.parametrize("text", PLANS)
def test_fires(text: str):
    """The report's own year is told of as of what is to come: a warning that quotes the words."""
    filing = Filing(form=FORM, values={"report.year": 2025})
    (finding,) = left_plans(filing, {"problems.text": text})
    assert ("prose_plan[problems.text]", "warning") == (finding.rule, finding.level)
    assert "2025年度" in finding.message


@pytest.mark.parametrize("text", NO_PLANS)
def test_silent(text: str):
    """将 before a thing, plans of another year, what was done."""
    assert [] == list(planned_in(text, 2025))


@pytest.mark.parametrize("text", PLANS)
def test_another_year_s_report(text: str):
    """In the report for the year before, the same words are a plan as it should be."""
    assert [] == list(planned_in(text, 2024))


def test_without_a_year():
    """A filing whose year is not known has no plans of its year."""
    assert [] == list(left_plans(Filing(form=FORM), {"problems.text": PLANS[0]}))


def test_in_the_review():
    """The review says it, of staff's own text."""
    filing = Filing(form=FORM, values={"report.year": 2025, "problems.text": PLANS[0]})
    assert "prose_plan[problems.text]" in [finding.rule for finding in review(filing).findings]


@given(st.text("2025年，我局将继续在是加强。纳入\n", max_size=120))
def test_only_where_the_year_and_the_future_stand(text: str):
    """No year or no word of the future: nothing is said."""
    for words in planned_in(text, 2025):
        assert "2025年" in words
        assert "将" in words
