"""Names for every file system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.storage.file_names import safe_name, unit_year


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("环翠区信访局", "环翠区信访局"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("  甲\t局\r\n ", "甲局"),
        ("..", "未命名"),
        ("", "未命名"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("局.", "局"),
        ("局\u202e\u0000", "局"),
    ],
)
def test_known(text: str, name: str):
    """Separators, wildcards, controls, Windows device names, trailing dots."""
    assert safe_name(text) == name


@given(st.text())
def test_always_one_safe_component(text: str):
    """Whatever the unit is called, the name is one component that every system takes."""
    name = safe_name(text)
    assert name
    assert not set('<>:"/\\|?*') & set(name)
    assert name == name.strip(" .")
    assert len(name.encode("utf-8", "surrogatepass")) <= 160


def test_unit_year():
    """<单位>_<年度>, also where either is still missing."""
    assert (unit_year("甲局", 2020), unit_year("", None)) == ("甲局_2020", "未填单位_未填年度")
