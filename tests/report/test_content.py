"""The variables of a report: what is printed for every kind of value, and how sub-headings are numbered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from support.word_documents import changed
from xlreport.filing import BLANKS_AS_ZERO, BLANKS_KEPT, Filing
from xlreport.filing_json import flat
from xlreport.finding import Finding
from xlreport.prose.paragraphs import clean
from xlreport.report.content import (
    Prose,
    chinese_number,
    date_text,
    report_context,
)
from xlreport.reviewing.reviewed import Review
from xlreport.wording import figure

CELL = "requests.new.natural"
SUBSECTIONS = ["summary", "proactive", "on_request", "management", "platform", "oversight"]


def context(filing: Filing, **prose: str) -> dict[str, Any]:
    overrides = {name.replace("__", "."): text for name, text in prose.items()}
    return dict(flat(report_context(Review.unchecked(filing, prose=overrides))))


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (12345678, "12345678"),
        (25.1, "25.1"),
        (0.000001, "0.000001"),
        (96171.6, "96171.6"),
        (-8, "-8"),
        (3.0, "3"),
    ],
)
def test_numbers_are_printed_plainly(value: float, printed: str) -> None:
    """No separators, no exponent, no trailing zeros."""
    assert printed == figure(value)


@given(st.integers(-(10**15), 10**15))
def test_six_decimals_survive(millionths: int) -> None:
    """A sum of money with six decimals is printed as exactly that sum."""
    assert millionths == round(float(figure(millionths / 10**6)) * 10**6) or abs(millionths) > 10**14


@pytest.mark.parametrize(
    ("value", "meaning", "printed"),
    [
        (None, BLANKS_AS_ZERO, "0"),
        (None, None, "0"),
        (None, BLANKS_KEPT, ""),
        (0, BLANKS_KEPT, "0"),
        ("/", BLANKS_AS_ZERO, "/"),
        (7, BLANKS_KEPT, "7"),
    ],
)
def test_blank_zero_and_not_applicable_are_three_things(
    seed: Filing, value: int | str | None, meaning: str | None, printed: str
) -> None:
    """A blank prints as the filing says; 0 and "/" always print as themselves."""
    filing = changed(seed, {CELL: value, "report.blanks": meaning})
    assert printed == str(context(filing)[CELL])


def test_totals_are_numbers_over_blanks(seed: Filing) -> None:
    """A computed cell prints 0 over blanks even where blanks are kept."""
    assert "0" == str(context(changed(seed, {"report.blanks": BLANKS_KEPT}))["requests.new.total"])


def test_figures_compare_as_numbers(seed: Filing) -> None:
    """A condition in a template can compare a figure, "/" and blanks counting as 0."""
    shown = context(changed(seed, {CELL: 3, "requests.new.business": "/"}))
    assert (True, True) == (shown[CELL] > 2, shown["requests.new.business"] == 0)


def test_what_could_not_be_read_is_shown_as_typed(seed: Filing) -> None:
    """A draft shows the text of a cell that is no number."""
    filing = msgspec.structs.replace(changed(seed, {CELL: None}), raw={CELL: "约3"})
    assert "约3" == str(context(filing)[CELL])


def test_paragraphs_are_lines_without_indent() -> None:
    """Ideographic indents, stray spaces and empty lines are not part of a paragraph."""
    assert ("一段", "两段", "三段") == Prose("　　一段 \n\n \t两段\n三段").paragraphs


def test_sub_headings_are_numbered_by_what_is_present(seed: Filing) -> None:
    """A sub-section left blank takes no number."""
    shown = context(changed(seed, {"overview.on_request": None, "overview.platform": " \n　"}))
    numbers = [shown[f"number.overview.{name}"] for name in SUBSECTIONS]
    assert ["（一）", "（二）", "", "（三）", "", "（四）"] == numbers


def test_generated_prose_is_numbered_too(seed: Filing) -> None:
    """A sentence passed in for a blank field makes its sub-section present."""
    blank = changed(seed, {"overview.on_request": None})
    shown = context(blank, overview__on_request="本年度未收到政府信息公开申请。")
    assert ("（三）", "本年度未收到政府信息公开申请。") == (
        shown["number.overview.on_request"],
        shown["overview.on_request"],
    )


def test_a_summary_with_its_own_sub_headings_is_the_whole_section(seed: Filing) -> None:
    """Nothing is numbered again and no other sub-section is printed."""
    shown = context(changed(seed, {"overview.summary": "（一）主动公开\n很多。\n（二）依申请公开\n没有。"}))
    assert [""] * 6 == [shown[f"number.overview.{name}"] for name in SUBSECTIONS]
    assert [()] * 5 == [shown[f"overview.{name}"].paragraphs for name in SUBSECTIONS[1:]]


def test_the_lead_paragraph_of_the_form_in_force_has_no_number(city: Filing) -> None:
    """In gov2021 the first numbered sub-section is 主动公开."""
    shown = context(city, overview__summary="概述。", overview__proactive="公开。", overview__oversight="监督。")
    assert "（一）" == shown["number.overview.proactive"]
    assert "number.overview.summary" not in shown


def test_only_short_lines_are_headings() -> None:
    """A numbered sentence is a paragraph."""
    lines = Prose("（一）主动公开情况\n（二）我们做了很多工作。\n正文").paragraphs
    assert [True, False, False] == [line.heading for line in lines]


@pytest.mark.parametrize(("n", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_chinese_numbers(n: int, text: str) -> None:
    """Numbers of headings go beyond ten."""
    assert text == chinese_number(n)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("2021-01-22", "2021年1月22日"), ("2021-1-2T00:00:00", "2021年1月2日"), ("2021年1月22日", "2021年1月22日")],
)
def test_dates_are_printed_in_chinese(typed: str, printed: str) -> None:
    """An ISO date is written out; any other text stays."""
    assert printed == date_text(typed)


@given(st.text())
def test_cleaned_text_fits_into_xml(text: str) -> None:
    """Nothing that XML 1.0 forbids is left, and cleaning again changes nothing."""
    cleaned = clean(text)
    element = etree.Element("t")
    element.text = cleaned
    assert (cleaned, cleaned) == (clean(cleaned), element.text or "")


def test_no_heading_stands_over_nothing(city: Filing) -> None:
    """A section whose only text is blank says 无。 in a report; a draft says that nothing has been filled in yet."""
    blank = Review.unchecked(changed(city, {"problems.text": None, "unit.name": "甲局"}))
    assert "无。" == report_context(blank)["problems"]["text"]
    assert "（尚未填写）" == report_context(blank, draft=True)["problems"]["text"]
    assert city.text("problems.text") == report_context(Review.unchecked(city))["problems"]["text"]


def test_the_word_for_nothing_has_no_sub_heading(seed: Filing) -> None:
    """Of a section of sub-sections all blank no sub-heading is printed: 无。 stands under the section's own."""
    shown = context(changed(seed, {f"overview.{name}": None for name in SUBSECTIONS}))
    assert ("无。", {""}) == (shown["overview.summary"], {shown[f"number.overview.{name}"] for name in SUBSECTIONS})


def test_a_section_with_tables_needs_no_word(seed: Filing) -> None:
    """Only what would be a heading alone is filled: not a sub-section, not a text beside others."""
    shown = context(changed(seed, {"overview.summary": None}))
    assert "" == shown["overview.summary"]


def test_a_draft_lists_errors_first_and_nothing_explained(seed: Filing) -> None:
    """Notes and explained warnings are not open."""
    findings = [
        Finding(rule="a", level="note", message="说明"),
        Finding(rule="b", level="warning", message="提醒"),
        Finding(rule="c", level="warning", message="已说明", explanation="属实"),
        Finding(rule="d", level="error", message="错误"),
    ]
    draft = report_context(Review.unchecked(seed, findings=findings), draft=True)["draft"]
    assert (2, ["错误", "提醒"]) == (draft["count"], [item["message"] for item in draft["findings"]])
