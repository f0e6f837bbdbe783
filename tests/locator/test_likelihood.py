"""Slips of the hand: each is recognised by its name, and the plainer one weighs more."""

from __future__ import annotations

import pytest

from xlreport.locator.likelihood import Habit, habit, slip

SEEN = Habit(filled=0.5, blank=0.5)


@pytest.mark.parametrize(
    ("standing", "proposed", "money", "name"),
    [
        (21, 12, False, "相邻数字颠倒"),
        (1243, 1234, False, "相邻数字颠倒"),
        (120, 12, False, "多写了0"),
        (12, 1200, False, "少写了0"),
        (128, 12, False, "多写一位"),
        (122, 12, False, "重复一位"),
        (14, 124, False, "少写一位"),
        (47, 17, False, "一位数字写错"),
        (3, 2, False, "一位数字写错"),
        (-8, 8, False, "正负号相反"),
        (None, 5, False, "漏填"),
        ("/", 5, False, "误填为不适用"),
        (251000, 25.1, True, "按元填写，应为万元"),
        (2.51, 25.1, True, "小数点错位"),
        (47, 13, False, ""),
        (0, 13, False, ""),
        (13, 0, False, ""),
    ],
)
def test_a_slip_is_named(standing: float | str | None, proposed: float, money: bool, name: str) -> None:
    """What stands, what should, and the slip between them."""
    assert name == slip(standing, proposed, SEEN, money=money)[1]


def test_a_transposition_outweighs_an_unrelated_figure() -> None:
    """Of two changes by 9, the one that swaps two digits is likelier."""
    assert slip(21, 12, SEEN)[0] > slip(26, 17, SEEN)[0]


def test_a_lone_blank_among_zeros_is_likelier_forgotten_than_one_among_blanks() -> None:
    """How the table is filled otherwise counts."""
    among_zeros, among_blanks = habit([0] * 20 + [None, 3]), habit([None] * 21 + [3])
    assert slip(None, 5, among_zeros)[0] > slip(None, 5, among_blanks)[0]


def test_the_digits_of_an_unreadable_text_count() -> None:
    """约3 speaks for 3, not for 4."""
    assert "原文中有这个数" == slip(None, 3, SEEN, raw="约3")[1]
    assert slip(None, 3, SEEN, raw="约3")[0] > slip(None, 4, SEEN, raw="约3")[0]
