"""Checking prose takes time by its length, whatever its shape: 32,767 signs, all that a cell holds, are read at once."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.definitions import SMALL_FORM, write_form
from support.long_prose import ATOMS, FIELDS, SHAPES, filing, mixed, repeated
from xlreport.filing import Filing
from xlreport.forms import load_form
from xlreport.reviewing.review import review

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def calls(filing_: Filing) -> int:
    """Functions called, Python's and C's, while a filing is reviewed: a count of work that no other process disturbs."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        review(filing_)
    finally:
        sys.setprofile(before)
    return count


def seconds(filing_: Filing, times: int = 3) -> float:
    """Processor time of one review, the best of some."""

    def once() -> float:
        start = time.process_time()
        review(filing_)
        return time.process_time() - start

    return min(once() for _ in range(times))


def assert_linear(field: str, text: Callable[[int], str]) -> None:
    """Twice the text is twice the work: calls by count, and what calls do not show (expressions, slices) by time."""
    review(filing(field, text(4000)))  # what a form has compiled is kept
    short, middle, long_ = (calls(filing(field, text(length))) for length in (1000, 2000, 4000))
    assert long_ - middle <= 2.8 * max(0, middle - short) + 3000, (short, middle, long_)
    # What is quick even so grows as it likes.
    if seconds(filing(field, text(16_000)), times=1) > 0.2:
        assert seconds(filing(field, text(16_000))) <= 3 * seconds(filing(field, text(8_000)))


@pytest.mark.long
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(field=st.sampled_from(FIELDS), unit=st.lists(st.sampled_from(ATOMS), min_size=1, max_size=8))
def test_work_grows_as_the_repeated_text_does(field: str, unit: list[str]):
    """Any words, marks and figures, repeated: no list, bracket, clause or reference is gone through for each other one."""
    assert_linear(field, lambda length: repeated(unit, length))


@pytest.mark.long
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    field=st.sampled_from(FIELDS),
    atoms=st.lists(st.sampled_from(ATOMS), min_size=2, max_size=40),
    seed=st.integers(0, 1000),
)
def test_work_grows_as_the_mixed_text_does(field: str, atoms: list[str], seed: int):
    """The same where nothing is said twice, so that nothing that was kept helps."""
    assert_linear(field, mixed(atoms, seed))


@pytest.mark.long
@pytest.mark.parametrize("unit", SHAPES)
def test_shapes_that_once_took_long(unit: str):
    """The shapes by which the kinds of slowness were found."""
    assert_linear("overview.on_request", lambda length: repeated([unit], length))


@pytest.mark.long
def test_words_that_begin_alike_cost_by_the_length(tmp_path: Path):
    """Long words of which the text holds all but the end, at every place."""
    lexicon = (
        "[[objects]]\nkey = 'a'\nof = ['a']\nwords = [" + ",".join(f"'{'字' * n}无'" for n in range(1, 60)) + "]\n"
    )
    form = load_form(write_form(tmp_path / "slow", SMALL_FORM, lexicon=lexicon))

    def cost(length: int) -> float:
        text = repeated(["字" * 40, "1件，"], length // 2) + repeated(["字"], length // 2)
        return seconds(Filing(form=form, values={"hall.text": text}))

    assert cost(16_000) <= 3 * cost(8_000)


@pytest.mark.long
def test_many_references_to_nothing_are_told_in_a_few_findings():
    """Fifty different names are looked at one by one, the rest are told in one sentence; the same name is told once."""
    found = review(filing("problems.text", repeated(["【№】"], 4000))).findings
    references = [finding for finding in found if str(finding.rule).startswith("prose_reference")]
    assert 51 == len(references)
    assert "种，只核对了前50种" in references[0].message
    (once,) = [
        finding
        for finding in review(filing("problems.text", "【注】" * 40)).findings
        if str(finding.rule).startswith("prose_reference")
    ]
    assert "note" == once.level
