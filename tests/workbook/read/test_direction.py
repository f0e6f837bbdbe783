"""What marks of direction turn: Excel shows another order than is read, and says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.workbook.read.direction import turned

MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    ("text", "seen_otherwise"),
    [
        ("\u202e12", ["12"]),
        ("\u202e１２", ["12"]),
        ("8\u202e12\u202c9", ["12"]),
        ("\u202e11", []),
        ("\u202e7\n12", []),
        ("\u202e新收12件", ["新收12件"]),
        ("\u202b-3", ["-3"]),
        ("\u2067(3)", ["(3)"]),
        ("\u200f3 119", ["3 119"]),
        ("\u061c12,", ["12,"]),
        ("\u202b1,234\u202c件", []),
        ("\u202b2024/1/5", []),
        ("\u200f12", []),
        ("\u202d12 34\u202c", []),
        ("\u2066(12)\u2069", []),
        ("\u202bقرار 12", []),
        ("\u202eقرار 12", ["قرار 12"]),
        ("12", []),
    ],
)
def test_what_stands_in_another_order(text: str, seen_otherwise: list[str]):
    """An override reverses everything; a mark moves digits past signs and spaces; what keeps its order is harmless."""
    assert seen_otherwise == list(turned(text))


@given(st.text(st.sampled_from("0123456789,/ -件\n" + MARKS), max_size=30))
def test_only_marks_turn(text: str):
    """Without a mark from right to left nothing is turned, and each piece that is said holds something to read."""
    pieces = list(turned(text))
    assert all(piece.strip() for piece in pieces)
    if not set(text) & set("\u202b\u202e\u2067\u200f\u061c"):
        assert [] == pieces
