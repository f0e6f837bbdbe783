"""Slips in a definition are said in Chinese, with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import SMALL_FORM, made_form
from xlreport.errors import DefinitionError
from xlreport.forms.kinds import KINDS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("first_year = 2020", 'first_year = "2020"', "$.first_year：应为整数，现在是文字。"),
        (
            "first_year = 2020",
            "first_year = 2020\nlast_year = true",
            "$.last_year：应为整数或不写，现在是true 或 false。",
        ),
        ('basis = "测试"\n', "", "$：缺少 basis。"),
        ('kind = "money"', 'kind = "cash"', f"应为 {'、'.join(KINDS)} 之一。"),
        ("required = true }", "require = true }", "$.sections[0].fields[0]：没有 require 这个键，请核对拼写。"),
        ('title = "测试表"', 'title = "测试表', "第4行第13列不合 TOML 的写法，请检查引号、括号和逗号"),
        ('"否"] }', '"否" }', "不合 TOML 的写法"),
    ],
)
def test_slip(tmp_path: Path, old: str, new: str, said: str):
    """The sentence names file, place and what is expected, without a word of English but the keys."""
    assert old in SMALL_FORM
    with pytest.raises(DefinitionError) as caught:
        made_form(tmp_path, SMALL_FORM.replace(old, new, 1))
    assert said in str(caught.value)
    assert "form.toml" in str(caught.value)
