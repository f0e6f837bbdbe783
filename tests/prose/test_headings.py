"""Sub-headings that staff write themselves, and what they make of a section."""

from __future__ import annotations

import pytest

from xlreport.forms.registry import find_form
from xlreport.prose.headings import has_own_headings, left_out, wholes


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("（一）情况", True),
        ("前言\n　（二）情况", True),
        ("(一)情况", True),
        ("依据第（一）项", False),
        ("一、情况", False),
    ],
)
def test_own_headings_begin_a_line(text: str, own: bool) -> None:
    """A number in brackets in the middle of a line is none."""
    assert own == has_own_headings(text)


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_a_first_text_with_own_headings_leaves_out_the_others(form: str) -> None:
    """Every other text of its section, filled or not, and no text of another section."""
    others = ["proactive", "on_request", "management", "platform", "oversight"]
    assert {f"overview.{name}": "overview.summary" for name in others} == left_out(
        find_form(form), {"overview.summary": "（一）主动公开\n很多。", "overview.platform": "平台。"}
    )


def test_own_headings_further_down_leave_nothing_out() -> None:
    """Only the first text of a section can be the whole of it."""
    assert {} == left_out(
        find_form("gov2021"), {"overview.summary": "概述。", "overview.platform": "（一）平台\n很好。"}
    )


def test_a_control_character_hides_no_heading() -> None:
    """A text is looked at as it will be printed, so that what checks say and what is printed agree."""
    assert ["overview.summary"] == wholes(find_form("gov2021"), {"overview.summary": "\x00（一）主动公开"})
