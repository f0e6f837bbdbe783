"""Figures as people type them are read, and words that look like figures are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.prose.figures import chinese_number, read_figures


@given(value=st.integers(1000, 10**10), mark=st.sampled_from([*" ,，\u00a0\u2009\u202f"]))
def test_groups_of_digits_are_one_number(value: int, mark: str):
    """However the groups are parted."""
    (figure,) = read_figures(f"收到申请{format(value, ',').replace(',', mark)}件")
    assert (value, "件") == (figure.value, figure.unit)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("１２件", 12, "件"),
        ("1,234条", 1234, "条"),
        ("1，234件", 1234, "件"),
        ("十二件", 12, "件"),
        ("三百零五条", 305, "条"),
        ("两起", 2, "起"),
        ("二十三万件", 230_000, "件"),
        ("3.5万条", 35_000, "条"),
        ("1.2亿元", 120_000_000, "元"),
        ("96171.6万元", 961_716_000, "元"),
        ("12 件", 12, "件"),
        ("0件", 0, "件"),
        ("33.9％", 33.9, "%"),
        ("20个工作日", 20, "个工作日"),
    ],
)
def test_a_figure_is_read_with_its_unit(text: str, value: float, unit: str):
    (figure,) = read_figures(text)
    assert (value, unit, True) == (figure.value, figure.unit, figure.exact)
    assert text == text[figure.start : figure.unit_end]


@pytest.mark.parametrize(
    "text",
    [
        "约30件",
        "30余件",
        "近三十件",
        "3-5件",
        "3至5件",
        "第20条",
        "超过30件",
        "30件左右",
        "0513-85216789",
        "每1件",
        "〔2019〕",
    ],
)
def test_rough_figures_ranges_ordinals_and_codes_state_nothing(text: str):
    assert not any(figure.exact for figure in read_figures(text))


@pytest.mark.parametrize("text", ["统一部署", "十分重要", "高效办成一件事", "一次性告知", "三四件", "万件", "一站式"])
def test_words_with_numerals_are_no_figures(text: str):
    assert [] == read_figures(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十五", 15), ("一百一十", 110), ("三百五", 350), ("二千零二十", 2020), ("十五万三千", 153_000)],
)
def test_chinese_numerals(text: str, value: float):
    assert value == chinese_number(text)


@pytest.mark.parametrize("text", ["万", "百", "三四", "亿"])
def test_what_is_no_chinese_numeral(text: str):
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "value", "agrees"),
    [
        ("44.72万件", 447_228, True),
        ("44.7万件", 447_228, True),
        ("44.27万件", 447_228, False),
        ("12件", 12, True),
        ("12件", 13, False),
        ("9.6亿元", 961_716_000, True),
    ],
)
def test_rounded_figures_agree_within_their_last_place(text: str, value: float, agrees: bool):
    (figure,) = read_figures(text)
    assert agrees == figure.agrees(value)


def test_a_count_of_something_else_is_no_count_of_requests():
    assert ["?"] == [figure.unit for figure in read_figures("3个栏目")]
    assert ["个"] == [figure.unit for figure in read_figures("3个申请")]
