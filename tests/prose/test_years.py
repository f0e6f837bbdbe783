"""A year left over from last year's text is found; years with a reason are not."""

from __future__ import annotations

import pytest

from xlreport.prose.years import stray_years


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019年，我局认真落实条例。", 2019),
        ("现将2019年度政府信息公开工作情况报告如下。", 2019),
        ("截至2019年底，工作运行正常。", 2019),
        ("统计期限自2019年1月1日起，至2019年12月31日止。", 2019),
        ("２０１９年，我局认真落实条例。", 2019),
        ("二〇一九年，我局认真落实条例。", 2019),
        ("2022年，我局将继续努力。", 2022),
    ],
)
def test_a_stray_year_is_found(text: str, year: int):
    assert [year] == [found for found, _ in stray_years(text, 2020)]


@pytest.mark.parametrize(
    "text",
    [
        "2020年，我局认真落实条例，2021年继续努力。",
        "《2019年政府信息公开工作年度报告》已公布。",
        "根据国办公开办函〔2019〕60号要求编制。",
        "较2019年增加5件，与2018年相比减少2件。",
        "自2008年以来坚持公开。",
        "2019年印发的制度继续有效。",
        "2019年结转的申请已办结。",
        "2019年收到15件，2020年收到10件。",
        "到2025年底前建成统一平台。",
        "公开2021年部门预算和2019年部门决算。",
        "2019年度报告提出的问题已整改。",
        "收到申请31件（2019年32件）。",
        "上年（2019年）为32件，本年略少。",
        "历年申请，2019年：32件，2018年：30件。",
    ],
)
def test_a_year_with_a_reason_is_let_be(text: str):
    assert [] == stray_years(text, 2020)


def test_each_year_is_named_once():
    assert 1 == len(stray_years("2019年，略。2019年，略。", 2020))
