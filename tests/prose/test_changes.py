"""同比 and other changes against last year, by arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.changes import wrong_changes
from xlreport.reviewing.prior import PriorReport, last_year
from xlreport.reviewing.review import review
from xlreport.rules.check import totals

FORM = find_form("gov2021")
NOW: dict[str, Any] = {
    "report.year": 2025,
    "unit.name": "环翠区信访局",
    "requests.new.natural": 120,
    "requests.granted.natural": 60,
    "requests.unavailable.not_held.natural": 60,
    "appeals.review.upheld": 6,
    "disclosure.licensing.decisions": 200,
}
LAST: dict[str, Any] = {
    "report.year": 2024,
    "unit.name": "环翠区信访局",
    "requests.new.natural": 100,
    "requests.granted.natural": 50,
    "requests.unavailable.not_held.natural": 50,
    "appeals.review.upheld": 3,
    "disclosure.licensing.decisions": 250,
}
HERE = "overview.on_request"


def figures(values: dict[str, Any]) -> dict[str, Any]:
    cells = totals(Filing(form=FORM, values=values))
    return {id_: 0 if cells.get(id_) is None else cells[id_] for id_, field in FORM.fields.items() if field.numeric}


KNOWN = figures(LAST)


def said(text: str, last: dict[str, Any] = KNOWN) -> list[tuple[str, object]]:
    """The rules and what should stand there."""
    filing = Filing(form=FORM, values=NOW)
    return [(f.rule, f.expected) for f in wrong_changes(filing, {HERE: text}, totals(filing), last)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("本年度收到政府信息公开申请120件，同比增长25%。", "增长20%"),
        ("本年度收到政府信息公开申请120件，同比增长20.5%。", "增长20%"),
        ("本年度收到政府信息公开申请120件（同比增长22%），予以公开60件。", "增长20%"),
        ("本年度收到政府信息公开申请120件，比2024年下降5.2%。", "增长20%"),
        ("本年度收到政府信息公开申请120件，申请数量较上年度增长了22%。", "增长20%"),
        ("政府信息公开申请量同比增长３０％。", "增长20%"),
        ("办理行政许可200件，同比增长20%。", "下降20%"),
        ("因政府信息公开被申请行政复议6件，同比增长50%。", "增长100%"),
    ],
)
def test_percentages(text: str, right: str):
    """This year's figure in the clause or in the tables, last year's in last year's report: the share must come out."""
    assert [(f"prose_percent[{HERE}]", right)] == said(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("本年度收到政府信息公开申请120件，较上年增加30件。", "增加20件"),
        ("本年度新收政府信息公开申请较上年增加30件。", "增加20件"),
        ("予以公开60件，比去年减少10件。", "增加10件"),
    ],
)
def test_differences(text: str, right: str):
    """The difference of the two figures, with its direction."""
    assert [(f"prose_change[{HERE}]", right)] == said(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("本年度收到政府信息公开申请120件，较上年的100件增加30件。", ["增加20件"]),
        ("本年度收到政府信息公开申请120件，较上年（100件）增加25件。", ["增加20件"]),
        ("本年度收到政府信息公开申请120件，较上年（100件）增加20件。", []),
        ("组织培训12场，较上年增加2场。", []),
    ],
)
def test_base_in_the_sentence(text: str, right: list[str]):
    """Both figures stand in the sentence: no file of last year is needed."""
    assert right == [expected for _, expected in said(text, {})]


@pytest.mark.parametrize(
    "text",
    [
        "本年度收到政府信息公开申请120件，同比增长20%。",
        "本年度收到政府信息公开申请120件，较上年增加20件。",
        "办理行政许可200件，同比下降20%。",
        "政府信息公开申请量同比增长20%。",
        "本年度收到政府信息公开申请120件，同比增长约22%。",
        "全年推送微信300条，同比增长70%。",
        "受理120件，办结120件，同比分别增长20%、10%。",
        "网站访问量同比增长33%。",
        "收到政府信息公开申请120件，答复及时率同比增长3%。",
        "收到政府信息公开申请120件，其中予以公开60件，同比增长20%。",
        "收到政府信息公开申请120件，同比上升5个百分点。",
        "本年度收到政府信息公开申请120件，比2020年增长70%。",
        "2024年收到100件，2025年收到120件，同比增长25%。",
        "结果纠正0件，同比增长10%。",
        "申请人满意度较上年提高5%。",
        "2024年，同比增长的势头得到遏制。",
    ],
)
def test_silent(text: str):
    """What comes out, what is rough, what is of something that no table holds, what others check, other bases."""
    assert [] == said(text)


def test_unknown_last_year():
    """Without last year's figures nothing is compared."""
    assert [] == said("本年度收到政府信息公开申请120件，同比增长25%。", {})


def test_base_year():
    """The year before last as the base is a note; the last year is none."""
    assert [(f"prose_base_year[{HERE}]", 2024)] == said("与2023年相比，群众满意度明显提高。")
    assert [] == said("与2024年相比，群众满意度明显提高。")
    assert [] == said("与2019年相比，群众满意度明显提高。")


def test_last_year_typed_beside_the_table():
    """What staff typed as 上年数 serves too; a finding leads to both cells."""
    values = {**NOW, "prior.requests.new.total": 100, HERE: "本年度收到政府信息公开申请120件，同比增长25%。"}
    (finding,) = [f for f in review(Filing(form=FORM, values=values)).findings if f.rule == f"prose_percent[{HERE}]"]
    assert [HERE, "requests.new.total", "prior.requests.new.total"] == [cell.field for cell in finding.cells]
    assert "上年是100，本年是120，应是增长20%" in finding.message


def test_report_of_another_year():
    """The report of another year is no base."""
    filing = Filing(form=FORM, values={**NOW, "prior.requests.new.total": 100})
    prior = PriorReport(values={}, figures=KNOWN, source="a", year=2022)
    assert {} == last_year(filing, prior)
    assert {"requests.new.total": 100} == last_year(filing, None)


@pytest.mark.long
@given(st.integers(1, 9_999), st.integers(1, 9_999), st.integers(0, 2))
def test_what_comes_out_is_never_spoken_of(now: int, last: int, decimals: int):
    """For any two figures the difference and the rounded percentage are right; one off by more is said."""
    filing = Filing(form=FORM, values={**NOW, "requests.new.natural": now})
    known = {**KNOWN, "requests.new.total": last}
    change = (now - last) / last * 100
    verb = "增长" if change >= 0 else "下降"

    def spoken(words: str) -> bool:
        text = f"本年度收到政府信息公开申请{now}件，{words}。"
        return bool(list(wrong_changes(filing, {HERE: text}, totals(filing), known)))

    assert not spoken(f"同比{verb}{abs(change):.{decimals}f}%")
    assert not spoken(f"较上年{'增加' if now >= last else '减少'}{abs(now - last)}件")
    assert spoken(f"同比{verb}{abs(change) + 2:.{decimals}f}%")
    assert spoken(f"较上年{'增加' if now >= last else '减少'}{abs(now - last) + 1}件")
