"""Words that messages of every part share."""

from __future__ import annotations

import errno
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.wording import cannot_open, cut, fault, figure, shortened, shortened_inside, shown, stated


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_shortened_text_is_the_beginning_on_one_line(text: str, most: int):
    """It is never longer than asked for, and whole where it fits."""
    line = " ".join(text.split())
    short = shortened(text, most)
    assert len(short) <= most
    assert line == short or line.startswith(short.removesuffix("…"))
    assert (line == short) == (len(line) <= most)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_text_that_is_cut_keeps_its_spaces(text: str, most: int):
    """It stands as it is where it fits; else it is its beginning and a sign that more follows."""
    assert cut(text, most) == (text if len(text) <= most else text[: most - 1] + "…")


@given(st.text(max_size=200))
def test_a_passage_keeps_its_beginning_and_its_end(text: str):
    """The figure that a passage is about stands near its end, what it is of at its beginning."""
    short = shortened_inside(text)
    begin, _, end = short.rpartition("…") if len(text) > 60 else (text, "", text)
    assert len(short) <= 60
    assert text.startswith(begin)
    assert text.endswith(end)


@pytest.mark.parametrize(("value", "text"), [(None, "空白"), (12.0, "12"), (0.5, "0.5"), (3, "3"), ("/", "/")])
def test_figures_in_messages(value: object, text: str):
    """A whole number has no decimals, nothing is said to be nothing."""
    assert text == shown(value)


def test_a_folder_is_no_file(tmp_path: Path):
    """What cannot be read because it is a folder is called one; else the system's reason stands."""
    error = PermissionError(13, "Permission denied")
    assert "文件“a”打不开（是一个文件夹），请检查路径和权限。" == cannot_open("文件“a”", tmp_path, error)
    assert "文件“a”打不开（没有权限），请检查路径和权限。" == cannot_open("文件“a”", tmp_path / "a", error)


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_what_the_system_says_is_said_in_chinese(number: int):
    """Whatever the fault, no English of the system's reaches a person; words of our own stand."""
    said = fault(OSError(number, os.strerror(number)))
    assert not re.search("[A-Za-z]", said)
    assert "是一个管道" == fault(OSError(errno.EINVAL + 100_000, "是一个管道"))
    assert "系统错误" == fault(OSError("odd"))


def cents(least: int = -(10**11), most: int = 10**11) -> st.SearchStrategy[int]:
    """Amounts of up to nine digits and two decimals, in hundredths."""
    return st.integers(min_value=least + 1, max_value=most - 1)


@given(st.lists(cents(), max_size=20))
def test_a_sum_of_amounts_is_what_decimal_says(amounts: list[int]):
    """Added one by one in binary, a sum is shown and recorded without what binary fractions leave over."""
    total = 0.0
    for amount in amounts:
        total += amount / 100
    exact = Decimal(sum(amounts)) / 100
    assert float(exact) == stated(total)
    assert exact == Decimal(figure(total))
    assert re.fullmatch(r"-?\d+(\.\d{1,2})?", shown(total))


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_a_figure_is_text_without_a_power_of_ten(millionths: int):
    """However small: 0.000001 is not 1e-06, and six decimals are all kept."""
    value = millionths / 10**6
    assert Decimal(millionths) / 10**6 == Decimal(figure(value))
    assert value == stated(value)
    assert re.fullmatch(r"-?\d+(\.\d{1,6})?", figure(value))
