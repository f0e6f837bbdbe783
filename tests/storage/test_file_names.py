"""Names for every file system, one for each text."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xlreport.storage.file_names import NAME_LIMIT, earlier_name, folded, safe_name, time_name

MARK = r"~[a-z2-7]{8}"

#: What units are really called, and what makes names of two of them collapse.
UNITS = st.one_of(
    st.text(),
    st.text("甲局县/:\\ ._~a2AÄäe\u0301é\u200b\ue000\u3000CONnul", max_size=12),
    st.builds("{}{}".format, st.just("长" * 50), st.text("甲乙", max_size=4)),
)


@pytest.mark.parametrize(
    "text",
    ["环翠区信访局", "CBD管委会", "甲 局", "中国（江苏）自由贸易试验区", "县-局", "甲~局", "e\u0301 局", "长" * 50],
)
def test_a_name_that_is_safe_stands_as_it_is(text: str):
    """Ordinary names are not touched; letters and accents are composed."""
    assert unicodedata.normalize("NFC", text) == safe_name(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("  甲\t局\r\n ", "甲局"),
        ("..", "未命名"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("conout$", "_conout$"),
        ("aux .x", "_aux .x"),
        ("局.", "局"),
        ("局\u202e\u0000", "局"),
        ("甲\u200b局", "甲局"),
        ("甲\ue000局", "甲局"),
        ("甲  局", "甲 局"),
        ("未命名", "未命名"),
        ("长" * 51, "长" * 47),
    ],
)
def test_what_is_not_its_own_name_bears_a_mark(text: str, name: str):
    """Separators, wildcards, controls, device names, trailing dots, what draws nothing, what is too long."""
    assert re.fullmatch(re.escape(name) + MARK, safe_name(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("县/局", "县:局"),
        ("县/局", "县_局"),
        ("甲局", "甲\u200b局"),
        ("甲局", "甲\ue123局"),
        ("甲局", "甲局."),
        ("甲局", " 甲局"),
        ("长" * 50 + "甲", "长" * 50 + "乙"),
        ("长" * 50, "长" * 51),
        ("", "未命名"),
        ("CON", "_CON"),
        ("甲\u3000局", "甲 局"),
    ],
)
def test_texts_that_would_collapse_are_told_apart(one: str, other: str):
    """Two units whose safe names were one."""
    assert folded(safe_name(one)) != folded(safe_name(other))


@given(UNITS, UNITS)
def test_one_name_for_one_text(one: str, other: str):
    """Two texts have one name only where they differ in nothing but what file systems do not tell apart."""
    assert folded(one) == folded(other) or folded(safe_name(one)) != folded(safe_name(other))


@given(UNITS)
def test_a_marked_name_is_nobody_elses(text: str):
    """Not even a text that looks like another one's marked name has that name."""
    name = safe_name(text)
    assert name == unicodedata.normalize("NFC", text) or not text or folded(safe_name(name)) != folded(name)


@given(UNITS, st.integers(min_value=40, max_value=NAME_LIMIT))
@example("nul.x" + "长" * 60, 40)
def test_always_one_safe_component(text: str, limit: int):
    """Whatever the unit is called, the name is one component that every system takes, within its limit."""
    name = safe_name(text, limit=limit)
    assert name
    assert not set('<>:"/\\|?*') & set(name)
    assert not any(unicodedata.category(c)[0] == "C" for c in name)
    assert name == name.strip(" .")
    assert not PureWindowsPath(name).is_reserved()
    assert len(name.encode()) <= limit
    assert name == safe_name(text, limit=limit)


@given(st.text())
def test_the_earlier_name_is_the_same_but_for_the_mark(text: str):
    """Where a folder of an earlier version may stand: under the name without a mark."""
    name = safe_name(text)
    assert earlier_name(text).startswith(re.sub(MARK + r"\Z", "", name).strip(" .")) or len(name.encode()) > 140


def test_time_name():
    """<年度>, with the period behind it where a form has one; also where either is still missing."""
    assert ("2020", "未填年度") == (time_name(2020, None), time_name(None, None))
    assert ("2020_第一季度", "2020_未填时期") == (time_name(2020, "第一季度"), time_name(2020, ""))
    assert time_name(2020, "未填时期") != time_name(2020, "")
