"""Titles break where words end, into lines that are alike, and into no more of them than they need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.report.even_lines import NARROW, _broken, evened, width

TITLE = "政府信息公开工作年度报告"
FIT = 40


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("2020年环翠区信访局", ["2020年环翠区信访局"]),
        (
            "2024年淮安市清江浦区长西街道办事处（党政综合办公室）",
            ["2024年淮安市清江浦区长西街道", "办事处（党政综合办公室）"],
        ),
        ("2024年某某经济技术开发区管理委员会行政审批服务局", ["2024年某某经济技术开发区", "管理委员会行政审批服务局"]),
        (
            "2024年新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人民政府办公室（大数据发展管理办公室）",
            ["2024年新疆维吾尔自治区伊犁哈萨克", "自治州察布查尔锡伯自治县人民政府", "办公室（大数据发展管理办公室）"],
        ),
    ],
)
def test_long_names_break_where_words_end(name: str, lines: list[str]) -> None:
    """No “室）” alone on a line, no 办|公室."""
    assert [*lines, TITLE] == _broken([name, TITLE], evened([name, TITLE], FIT))


@given(st.text(alphabet="省市县区局委办公室人民政府（）、2024年察布查尔", min_size=1, max_size=90))
def test_a_title_never_takes_more_lines_nor_leaves_a_rest(name: str) -> None:
    """Evening out adds no line; where a name of words takes several, the last is no single character of three or more."""
    even = evened([name, TITLE], FIT)
    before, after = _broken([name, TITLE], FIT), _broken([name, TITLE], even)
    assert (len(before), "".join(before)) == (len(after), "".join(after))
    assert even <= FIT
    *_, last, title = after
    assert title == TITLE
    assert len(after) < 3 or width(last) > 2 * NARROW or len(set(_broken([name], FIT)[-1])) <= 2
