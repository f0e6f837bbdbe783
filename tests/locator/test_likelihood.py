"""Slips of the hand: each has its share, and the plainer one weighs more."""

from __future__ import annotations

import pytest

from xlreport.locator.likelihood import (
    ADDED,
    DOUBLED,
    LEFT_OUT,
    NO_SLIP,
    QUOTED,
    SHIFTED,
    SIGN,
    TRANSPOSED,
    UNIT,
    WRONG_DIGIT,
    Habit,
    habit,
    slip,
    typed,
)

SEEN = Habit(filled=0.5, blank=0.5)


@pytest.mark.parametrize(
    ("standing", "proposed", "money", "share"),
    [
        (21, 12, False, TRANSPOSED),
        (1243, 1234, False, TRANSPOSED / 3),  # the pair may stand in three places
        (120, 12, False, SHIFTED),  # a 0 too many
        (12, 1200, False, SHIFTED / 2),  # two 0 too few
        (128, 12, False, ADDED / 30),  # any of ten digits in three places
        (122, 12, False, DOUBLED / 2),
        (14, 124, False, LEFT_OUT / 3),
        (47, 17, False, WRONG_DIGIT / 18),  # any of nine other digits in two places
        (3, 2, False, WRONG_DIGIT / 9),
        (-8, 8, False, SIGN),
        (251000, 25.1, True, UNIT),  # 元 for 万元
        (2.51, 25.1, True, SHIFTED),
        (47, 13, False, NO_SLIP / 94),
        (0, 13, False, NO_SLIP / 26),
        (13, 0, False, NO_SLIP / 26),
    ],
)
def test_each_slip_has_its_share(standing: float, proposed: float, money: bool, share: float) -> None:
    """What stands, what should, and the share of the slip between them, spread over the ways in which it can happen."""
    assert share == typed(standing, proposed, money=money)


def test_a_transposition_outweighs_an_unrelated_figure() -> None:
    """Of two changes by 9, the one that swaps two digits is likelier."""
    assert slip(21, 12, SEEN) > slip(26, 17, SEEN)


def test_a_lone_blank_among_zeros_is_likelier_forgotten_than_one_among_blanks() -> None:
    """How the table is filled otherwise counts."""
    among_zeros, among_blanks = habit([0] * 20 + [None, 3]), habit([None] * 21 + [3])
    assert slip(None, 5, among_zeros) > slip(None, 5, among_blanks)


def test_the_digits_of_an_unreadable_text_count() -> None:
    """约3 speaks for 3, not for 4."""
    assert (QUOTED, 0.0) == (slip(None, 3, SEEN, raw="约3"), slip(None, 4, SEEN, raw="约3"))
