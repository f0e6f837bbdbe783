"""How sure it is that a figure is of what it seems to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.prose.evidence import Company, is_meant, is_slip

if TYPE_CHECKING:
    from xlreport.prose.evidence import Evidence

COUNTS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("written", "held"), [(208641, 298641), (51, 15), (184, 84), (12.6, 12.8), (125, 12.5), (78, 87), (5, 55)]
)
def test_one_slip_of_the_hand_is_told(written: float, held: float):
    """A digit changed, left out, added or doubled, a point lost, two digits exchanged."""
    assert is_slip(written, held)


@pytest.mark.parametrize(("written", "held"), [(4, 6), (31, 6), (12345, 24), (54, 91), (130, 5604)])
def test_what_takes_more_than_one_slip_is_none(written: float, held: float):
    """One digit alone says nothing, and two slips are as good as chance."""
    assert not is_slip(written, held)


@given(COUNTS, COUNTS)
def test_a_slip_is_one_either_way(one: int, other: int):
    """Which of the two was typed wrong does not matter."""
    assert is_slip(one, other) == is_slip(other, one)


@pytest.mark.parametrize("level", ["plain", "sure", "fair", "weak"])
@given(COUNTS, COUNTS)
def test_figures_that_differ_beside_it_never_speak_for_a_figure(level: Evidence, written: int, held: int):
    """A sentence whose other figures differ from their cells too is more likely of another thing."""
    alone, among = Company(agree=1), Company(agree=1, differ=2)
    assert is_meant(level, written, held, alone) >= is_meant(level, written, held, among)


def test_a_figure_far_from_its_cell_needs_others_that_agree():
    """作出行政处罚31件 of 6: only where its sentence is surely of what the tables hold."""
    assert is_meant("sure", 31, 6, Company(agree=2))
    assert not is_meant("sure", 31, 6, Company(others=1))
    assert not is_meant("fair", 31, 6, Company(agree=2))


def test_beside_a_word_that_nobody_knows_only_a_slip_in_a_large_figure_is_told():
    """公示行政许可决定208641件 of 298641 is a slip; 注销许可6件 of 8 counts another thing."""
    assert is_meant("weak", 208641, 298641, Company(agree=1))
    assert not is_meant("weak", 6, 8, Company(agree=1))
