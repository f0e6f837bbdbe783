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
from xlreport.mail.signoff import FIGURE_LINES, FigureGroup, fitting, key_figures, signoff_page
from xlreport.published.archive import Change, Correction, Party
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
    """Where a table has totals they are its key figures, for its main rows; else every figure, a line a row."""
    groups = {group.title: dict(group.lines) for group in key_figures(Review.unchecked(filing()))}
    assert {
        "一、本年新收政府信息公开申请数量": "859",
        "二、上年结转政府信息公开申请数量": "18",
        "三、本年度办理结果（七）总计": "805",
        "四、结转下年度继续办理": "72",
    } == groups["三、收到和处理政府信息公开申请情况"]
    assert ["行政复议总数 7，直接起诉总数 9，复议后起诉总数 0"] == list(
        groups["四、政府信息公开行政复议、行政诉讼情况"].values()
    )
    disclosure = groups["二、主动公开政府信息情况"]
    assert "本年新制作数量 13，本年新公开数量 13，对外公开总数量 524" == disclosure["规章"]
    assert "采购项目数量 6，采购总金额 25.1" == disclosure["政府集中采购"]


def test_blank_is_said():
    """Under 保留空白 a figure that nobody filled in is no 0."""
    blank = filing(**{"report.blanks": "保留空白", "disclosure.procurement.projects": None})
    lines = dict(line for group in key_figures(Review.unchecked(blank)) for line in group.lines)
    assert "采购项目数量 未填，采购总金额 25.1" == lines["政府集中采购"]


def test_what_does_not_fit_is_counted():
    """Figures beyond the page are counted, none is dropped silently."""
    groups = [FigureGroup(f"组{n}", tuple((f"{n}.{i}", "1") for i in range(20))) for n in range(3)]
    kept, left = fitting(groups)
    printed = sum(group.printed for group in kept)
    assert (FIGURE_LINES, 60) == (printed, sum(len(group.lines) for group in kept) + left)


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
