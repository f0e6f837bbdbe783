"""JSON and TOML from anywhere: bounded in depth and numbers, and never anything but a reason why not."""

from __future__ import annotations

import json
import math
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.storage.plain_data import MAX_DEPTH, Malformed, decode_json, decode_toml

ATOMS = st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text()
TREES = st.recursive(ATOMS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@pytest.mark.long
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
        ("[" + "9" * 5000 + "]", "有数超过15位"),
        ("[1e400]", "有数超过15位"),
        ("[NaN]", "NaN 不是数"),
        ("[-Infinity]", "-Infinity 不是数"),
        ('["\\ud800"]', "不成对的代理字符"),
        ('{"\\ud800": 1}', "不成对的代理字符"),
        ("[", "第1行第2列不合 JSON 的写法，这里应有一个值"),
        ("{\n 'a': 1}", "第2行第2列不合 JSON 的写法，这里应有双引号里的键名"),
        ('{"a": 1\n"b": 2}', "第2行第1列不合 JSON 的写法，这里应有逗号，或者前面少了右括号"),
        ('{"a" 1}', "第1行第6列不合 JSON 的写法，键名后面应有冒号"),
        ('["a]', "第1行第2列不合 JSON 的写法，这里的文字没有右引号"),
        ("[1] 2", "第1行第5列不合 JSON 的写法，这里往后是多余的内容"),
        ('["\t"]', "不合 JSON 的写法，文字里有换行或控制字符"),
        ('["\\x"]', "不合 JSON 的写法，反斜杠后面的字符不对"),
        ('["\\u12"]', "不合 JSON 的写法，反斜杠后面的字符不对"),
        ("[1,]", "不合 JSON 的写法，这里"),
        ("", "文件是空的"),
        (" \n", "文件是空的"),
        ('{"a": 1, "b": 2, "a": 3}', "“a”写了两次，请删去一个"),
        ('{"values": {"requests": [{"new": {"x": 1, "x": 1}}]}}', r"“values\.requests\[0\]\.new\.x”写了两次"),
        ("[" + "1," * 500_000 + "1]", "内容太多，超过50万项"),
    ],
    ids=lambda text: text[:24],
)
def test_json_beyond_the_bounds(text, said):
    """Depth, size, form, and a key that stands twice are each a reason, in Chinese, with its place."""
    with pytest.raises(Malformed, match=said) as caught:
        decode_json(text.encode(), object)
    assert not re.search("[A-Za-z]{2}", re.sub("“.*”|JSON|NaN|-Infinity|ud800|udfff", "", str(caught.value)))


@pytest.mark.long
@given(TREES, st.text(), st.text())
def test_a_key_that_stands_twice(tree, key, other):
    """Two entries of one name are refused wherever they stand, whatever their values, and name the key's place."""
    pair = f"{json.dumps(key)}: {json.dumps(tree)}"
    text = f"[{{{json.dumps(other + 'x')}: {{{pair}, {pair}}}}}]"
    with pytest.raises(Malformed, match=r"写了两次，请删去一个|代理字符"):
        decode_json(text.encode(), object)


@pytest.mark.parametrize("decode", [decode_toml, lambda data: decode_json(data, object)], ids=["TOML", "JSON"])
@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("单 = 1".encode("utf-16"), "是 UTF-16"),
        ("a = 1".encode("utf-16-le"), "是 UTF-16"),
        ("a = 1".encode("utf-16-be"), "是 UTF-16"),
        ('{"单位": 1}'.encode("gbk"), "像是 GBK"),
        (b"\xff", "不是 UTF-8 文本，请另存为 UTF-8"),
        (b'"\x80', "不是 UTF-8 文本"),
    ],
)
def test_bytes_that_are_no_text(decode, raw, said):
    """Another encoding is named where it can be."""
    with pytest.raises(Malformed, match=said):
        decode(raw)


def test_json_of_another_type():
    """The type is held to, and the place named."""
    with pytest.raises(Malformed, match="应为整数，现在是文字"):
        decode_json(b'["x"]', list[int])
    with pytest.raises(Malformed, match="整个文件：应为花括号或"):
        decode_json(b"[1]", dict[str, int])


def test_byte_order_mark():
    """Notepad's mark before the text is no part of it."""
    assert [1] == decode_json(b"\xef\xbb\xbf[1]", list[int])


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH + 1])
def test_depth_of_toml(depth):
    """Lists in lists are bounded as those of JSON are."""
    text = "a = " + "[" * depth + "]" * depth
    if depth < MAX_DEPTH:
        assert ["a"] == list(decode_toml(text.encode()))
    else:
        with pytest.raises(Malformed, match="嵌套超过64层"):
            decode_toml(text.encode())


@pytest.mark.parametrize("number", ["9" * 16, "9" * 5000, "1e16", "inf", "nan", "-inf"])
def test_numbers_of_toml(number):
    """Numbers that no cell holds are a reason."""
    with pytest.raises(Malformed, match="有数"):
        decode_toml(f"a = {number}".encode())


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_floats_of_toml(number):
    """A decimal is taken if, and only if, it is within the bounds."""
    text = f"a = {number!r}" if math.isfinite(number) else f"a = {number!s}"
    if abs(number) < 10**15:
        assert {"a": number} == decode_toml(text.encode())
    else:
        with pytest.raises(Malformed):
            decode_toml(text.encode())
