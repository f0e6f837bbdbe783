"""What a rule compares, in the words of the form."""

from __future__ import annotations

import pytest

from xlreport.forms import find_form
from xlreport.rules.rulebook import rulebook
from xlreport.rules.words import in_words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("balance[natural]", "新收申请数＋上年结转申请数 ＝ 办理结果总数＋结转下年度数"),
        ("balance[other]", "新收申请数＋上年结转申请数 ＝ 办理结果总数＋结转下年度数"),
        ("row_sum[new]", "自然人新收申请数至其他申请人新收申请数各项 ＝ 新收申请数"),
        (
            "in_force[normative]",
            "上年行政规范性文件现行有效件数＋行政规范性文件本年制发件数－行政规范性文件本年废止件数 ＝ 行政规范性文件现行有效件数",
        ),
        ("year_of_form", "报告年度 ≥ 2021"),
        ("jump[new]", ""),
        ("appeals_without_requests", ""),
    ],
)
def test_a_comparison_is_said_by_the_names_of_its_figures(key: str, words: str):
    """The column's own name is left out where it is that of the row on 校验; what is no comparison of sums has no words."""
    form = find_form("gov2021")
    assert words == in_words(rulebook(form).by_key[key], form)
