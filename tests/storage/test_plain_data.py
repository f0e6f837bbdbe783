"""JSON and TOML from anywhere: bounded in depth and numbers, and never anything but a reason why not."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.storage.plain_data import MAX_DEPTH, Malformed, decode_json, decode_toml

ATOMS = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text()
TREES = st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(TREES)
def test_ordinary_json_is_itself(tree):
    """What is within the bounds arrives as it was."""
    assert tree == decode_json(msgspec.json.encode(tree), object)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "嵌套超过64层"),
        ("[" * 900 + "]" * 900, "嵌套超过64层"),
        ('{"a":' * 100 + "1" + "}" * 100, "嵌套超过64层"),
        ("[" + "9" * 400 + "]", "有数超过15位"),
        ("[1e300]", "有数超过15位"),
        ("[" + "9" * 5000 + "]", "不是正确的 JSON|超过|range"),
        ("[1e400]", "range"),
        ("[NaN]", "不是正确的 JSON"),
        ("[-Infinity]", "不是正确的 JSON"),
        ('["\\ud800"]', "不是正确的 JSON"),
        ("[", "不是正确的 JSON"),
        ("", "不是正确的 JSON"),
    ],
)
def test_json_beyond_the_bounds(text, said):
    """Depth, size of numbers and form are each a reason."""
    with pytest.raises(Malformed, match=said):
        decode_json(text.encode(), object)


@pytest.mark.parametrize("raw", [b"\xff", b'"\xff"', b"\xfe\xff\x00[", b"[\x00]"])
def test_json_that_is_no_text(raw):
    """Bytes that are no UTF-8 are a reason."""
    with pytest.raises(Malformed):
        decode_json(raw, object)


def test_json_of_another_type():
    """The type is held to."""
    with pytest.raises(Malformed, match="Expected `int`"):
        decode_json(b'["x"]', list[int])


def test_byte_order_mark():
    """Notepad's mark before the text is no part of it."""
    assert [1] == decode_json(b"\xef\xbb\xbf[1]", list[int])


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH + 1])
def test_depth_of_toml(depth):
    """Lists in lists are bounded as those of JSON are."""
    text = "a = " + "[" * depth + "]" * depth
    if depth < MAX_DEPTH:
        assert ["a"] == list(decode_toml(text))
    else:
        with pytest.raises(Malformed, match="嵌套超过64层"):
            decode_toml(text)


@pytest.mark.parametrize("number", ["9" * 16, "9" * 5000, "1e16", "inf", "nan", "-inf"])
def test_numbers_of_toml(number):
    """Numbers that no cell holds are a reason."""
    with pytest.raises(Malformed, match="有数"):
        decode_toml(f"a = {number}")


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_floats_of_toml(number):
    """A decimal is taken if, and only if, it is within the bounds."""
    text = f"a = {number!r}" if math.isfinite(number) else f"a = {number!s}"
    if abs(number) < 10**15:
        assert {"a": number} == decode_toml(text)
    else:
        with pytest.raises(Malformed):
            decode_toml(text)
