"""签发单: one A4 page, whatever is on it, and nothing left out unsaid."""

from __future__ import annotations

import re

import msgspec
import pytest

from support.browser import printed
from support.figures import huaian_2024, shanghai_2019
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import find_form
from xlreport.mail.signoff import FIGURE_LINES, SheetGroup, fitting, sheet_groups, signoff_page
from xlreport.published.archive import Change, Correction, Party
from xlreport.report.key_figures import key_figures
from xlreport.reviewing.reviewed import Review

DIGEST = "0123456789abcdef" * 4

FORMS = {"gov2019": shanghai_2019, "gov2021": huaian_2024}


def filing(form="gov2019", **values):
    return Filing(form=find_form(form), values=FORMS[form]() | values)


def warnings(count, length=60):
    return [
        Finding(
            rule=f"jump[{n}]",
            level="warning",
            message="“三 依申请公开”J8：" + "数" * length,
            explanation="经核对无误：" + "因" * length,
        )
        for n in range(count)
    ]


def changes(count):
    return tuple(
        Change(field=f"requests.new.n{n}", name=f"自然人新收申请数{n}", old=None, new=12345678) for n in range(count)
    )


def page(make_manifest, form="gov2019", findings=(), **manifest):
    return signoff_page(
        make_manifest(**manifest),
        Review.unchecked(filing(form), findings=findings),
        "环翠区信访局_2020_报送包.zip",
        DIGEST,
        None,
    ).decode()


def test_key_figures_of_tables_with_totals():
    """Where a table has totals they are its key figures, for its main rows, each with its unit."""
    groups = {group.title: dict(group.lines) for group in sheet_groups(Review.unchecked(filing("gov2021")))}
    assert {
        "一、本年新收政府信息公开申请数量": "3119 件",
        "二、上年结转政府信息公开申请数量": "34 件",
        "三、本年度办理结果（七）总计": "3050 件",
        "四、结转下年度继续办理": "103 件",
    } == groups["三、收到和处理政府信息公开申请情况"]
    assert {"行政复议总数": "351 件", "直接起诉总数": "26 件", "复议后起诉总数": "20 件"} == groups[
        "四、政府信息公开行政复议、行政诉讼情况"
    ]
    disclosure = groups["二、主动公开政府信息情况"]
    assert ("1 件", "11 件") == (disclosure["规章：本年制发件数"], disclosure["规章：现行有效件数"])
    assert "96171.6 万元" == disclosure["行政事业性收费"]


def test_many_figures_are_those_compared_with_last_year():
    """Of a form with more figures than fit, a row stands by the figure that the form keeps of last year."""
    lines = dict(line for group in sheet_groups(Review.unchecked(filing())) for line in group.lines)
    assert {"规章": "524 件", "政府集中采购": "25.1 万元"}.items() <= {
        label.partition("：")[0]: text for label, text in lines.items()
    }.items()
    assert "行政事业性收费：上一年项目数量" in lines
    assert "0 项" == lines["行政事业性收费：本年增/减"]


def test_last_year_and_change(make_manifest):
    """Where last year's figures are known they stand beside, with the difference; else there are no such columns."""
    last = {"prior.requests.new.total": 3000, "prior.requests.carried_out.total": 103, "prior.appeals.direct.total": 30}
    of = Review.unchecked(filing("gov2021", **last))
    text = signoff_page(make_manifest(), of, "a.zip", DIGEST, None).decode()
    rows = [re.sub("<[^>]+>", " ", row).split() for row in re.findall("<tr>.*?</tr>", text)]
    assert ["项目", "单位", "本年", "上年", "增减"] in rows
    assert ["一、本年新收政府信息公开申请数量", "件", "3119", "3000", "+119"] in rows
    assert ["四、结转下年度继续办理", "件", "103", "103", "持平"] in rows
    assert ["直接起诉总数", "件", "26", "30", "-4"] in rows
    assert ["二、上年结转政府信息公开申请数量", "件", "34", "—", "—"] in rows
    assert "增减" not in page(make_manifest, "gov2021")


def test_blank_is_said():
    """Under 保留空白 a figure that nobody filled in is no 0."""
    blank = filing("gov2021", **{"report.blanks": "保留空白", "disclosure.penalty.decisions": None})
    lines = dict(line for group in sheet_groups(Review.unchecked(blank)) for line in group.lines)
    assert "未填 件" == lines["行政处罚"]


def test_what_does_not_fit_is_counted():
    """Figures beyond the page are counted, none is dropped silently."""
    figure = key_figures(Review.unchecked(filing()))[0].rows[0].figures[0]
    groups = [SheetGroup(f"组{n}", tuple((f"{n}.{i}", figure) for i in range(20))) for n in range(3)]
    kept, left = fitting(groups)
    printed = sum(group.printed for group in kept)
    assert (FIGURE_LINES, 60) == (printed, sum(len(group.entries) for group in kept) + left)


def test_every_warning_stands_or_is_counted(make_manifest):
    """Warnings with their explanations, as many as fit; the rest is counted and stands in the package."""
    text = page(make_manifest, findings=warnings(30))
    (more,) = re.findall(r"另有(\d+)条提醒", text)
    listed = text.count("填报单位说明：")
    assert 30 == listed + int(more)
    assert listed > 2
    assert "提醒30条，均已说明" in text


def test_typed_text_is_no_markup(make_manifest):
    """What staff typed is escaped."""
    finding = msgspec.structs.replace(warnings(1)[0], explanation="<script>alert(1)</script>{{ 7*7 }}")
    text = page(make_manifest, findings=[finding], unit="<b>某局</b>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text
    assert "<script" not in text
    assert "<b>" not in text


def test_page_is_self_contained(make_manifest):
    """Nothing is fetched from a network."""
    text = page(make_manifest, findings=warnings(3))
    assert [] == re.findall(r"(?:src|href)=|url\(|@import|https?:", text)


CASES = {
    "plain": {},
    "correction": {"correction": Correction(number=1, of=DIGEST, changes=changes(2))},
    "everything": {
        "findings": warnings(40, 90),
        "correction": Correction(number=12, of=DIGEST, changes=changes(200)),
        "unit": "某省某市某区人民政府政务服务和数据管理局（行政审批局）" * 2,
        "upward": Party(name="某省某市某区人民政府办公室政务公开科" * 2, address="a@b.cn"),
    },
    "many short ones": {"findings": warnings(40, 3)},
}


PRINTED = [
    ("gov2019", "plain"),
    ("gov2019", "everything"),
    ("gov2021", "correction"),
    ("gov2021", "many short ones"),
    ("gov2021", "everything"),
]


@pytest.mark.program
def test_prints_on_one_a4_page(make_manifest, tmp_path):
    """However much there is to say, Chromium prints one A4 page a sheet."""
    for number, (form, name) in enumerate(PRINTED):
        info = printed(page(make_manifest, form, **CASES[name]), tmp_path, str(number))
        assert (form, name, ["1"]) == (form, name, re.findall(r"Pages:\s+(\d+)", info))
        assert re.search(r"Page size:.*A4", info)
