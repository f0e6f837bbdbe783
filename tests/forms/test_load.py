"""Loading a definition: what is wrong is said with file, table, key and what was expected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlreport.errors import DefinitionError, UsageError
from xlreport.forms import find_form, form_for_year, load_form

SMALL = """
id = "small"
version = "1"
title = "小表"
basis = "无"
first_year = 2021

[[sections]]
key = "basics"
sheet = "基本信息"
[[sections.fields]]
id = "unit.name"
label = "单位名称"

[[sections.tables]]
key = "table"
id = "table.{row}.{column}"
[[sections.tables.blocks]]
columns = [{ key = "a", title = "甲" }, { key = "b", title = "乙" }]
rows = [{ key = "one", title = "一" }, { key = "two", title = "二", repeat = 1 }]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return folder


def test_small_form(tmp_path: Path):
    """A table's cells are named by row and column, in reading order, and ranges are rectangles."""
    form = load_form(write(tmp_path, SMALL))
    assert list(form.fields) == ["unit.name", "table.one.a", "table.one.b", "table.two.a", "table.two.b"]
    assert form.fields["table.two.a"].name == "二甲"
    assert form.range("table.one.b", "table.two.b") == ("table.one.b", "table.two.b")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "小表"', "", "title"),
        ('id = "small"', 'id = ""', "id：应为不空的文字"),
        ('version = "1"', 'version = ""', "version：应为不空的文字"),
        ('title = "小表"', 'title = " "', "title：应为不空的文字"),
        ('basis = "无"', 'basis = "　"', "basis：应为不空的文字"),
        ("first_year = 2021", 'first_year = "2021"', "first_year：应为整数，现在是文字"),
        ('label = "单位名称"', 'label = "单位名称"\nkin = "text"', r"sections\[0\]\.fields\[0\].*kin"),
        ('label = "单位名称"', 'label = "单位名称"\nkind = "number"', r"fields\[0\]\.kind"),
        ('label = "单位名称"', 'label = "单位名称"\nkind = "choice"', "options"),
        ('id = "unit.name"', 'id = "Unit.Name"', "Unit.Name：应为由小写字母"),
        ('id = "unit.name"', 'id = "table.one"', "table.one：应为不是其他字段号开头"),
        ('id = "unit.name"', 'id = "table.one.a"', "table.one.a：应为不重复的字段号"),
        ('label = "单位名称"', 'label = "一甲"', "一甲.*不重复的值"),
        ('sheet = "基本信息"', 'sheet = "a/b"', "工作表名"),
        ('sheet = "基本信息"', 'sheet = "校验"', "不与工作簿自带的工作表同名"),
        ('sheet = "基本信息"', 'sheet = "History"', "不与工作簿自带的工作表同名"),
        ('id = "unit.name"', 'id = "verdict.name"', "verdict.name：应为不以.*开头的字段号"),
        ('id = "unit.name"', 'id = "rows.name"', "rows.name：应为不以.*开头的字段号"),
        ('id = "table.{row}.{column}"', 'id = "table.{row}.{col}"', r"table\.id"),
        ('key = "table"', 'key = "table"\nname = "{row}{}"', r"table\.name"),
        ('label = "单位名称"', 'label = "单位名称"\ndefault_field = "unit.name"', "不绕回自己"),
        ('label = "单位名称"', 'label = "单位名称"\nguess_from = "unit.nam"', "本表样的字段号"),
        ('label = "单位名称"', 'label = "单位名称"\nguess_from = "table.one.a"', "与 guess_from 一起写的 guesses"),
        (
            'label = "单位名称"',
            'label = "单位名称"\nguess_from = "table.one.a"\nguesses = [{ words = "(", value = "" }]',
            "不是正确的正则表达式",
        ),
        ('key = "two"', 'key = "one"', "table.rows.key.*不重复的值"),
        ("first_year = 2021", "first_year = 2021\nlast_year = 2020", "last_year"),
        ("[[sections]]", "[[sections]", "不合 TOML 的写法"),
    ],
)
def test_refused(tmp_path: Path, old: str, new: str, words: str):
    """Each mistake is one sentence that names the file and the place."""
    assert old in SMALL
    with pytest.raises(DefinitionError, match=words) as caught:
        load_form(write(tmp_path, SMALL.replace(old, new)))
    assert "form.toml" in str(caught.value)


def test_missing_and_not_text(tmp_path: Path):
    """A folder without form.toml, and one in another encoding, are named."""
    with pytest.raises(DefinitionError, match=r"缺少文件 .*form\.toml"):
        load_form(tmp_path)
    (tmp_path / "form.toml").write_bytes(SMALL.encode("gb18030"))
    with pytest.raises(DefinitionError, match="不是 UTF-8 文本（像是 GBK"):
        load_form(tmp_path)


def test_choice_of_form(tmp_path: Path):
    """By year, by id, by folder; anything else is wrong usage."""
    assert (form_for_year(2020).id, form_for_year(2024).id) == ("gov2019", "gov2021")
    assert find_form(str(write(tmp_path, SMALL))).id == "small"
    with pytest.raises(UsageError, match="没有适用于1999年度的表样"):
        form_for_year(1999)
    with pytest.raises(UsageError, match="没有名为“nobody”的表样"):
        find_form("nobody")


def test_names_that_are_taken():
    """No field and no sheet of a form can meet a name of the workbook or the report itself."""
    from xlreport.forms.consistent import TAKEN_NAMES, TAKEN_SHEETS
    from xlreport.report.content import RESERVED
    from xlreport.workbook.layout.sheets import layout
    from xlreport.workbook.read.returned import MARKED_SHEET

    plan = layout(find_form("gov2021"))
    own = {sheet.title.casefold() for sheet in plan.sheets if sheet.section is None} | {MARKED_SHEET}
    assert own <= TAKEN_SHEETS
    names = {name.split(".")[0] for name in plan.names if name not in plan.form.fields}
    assert names | RESERVED <= TAKEN_NAMES


@pytest.mark.skipif(os.name != "posix", reason="names of files that are no text")
def test_a_folder_whose_name_is_no_text(tmp_path: Path):
    """Bytes of another encoding in its path: the definition is read all the same."""
    folder = tmp_path / os.fsdecode(b"\xd6\xd0\xff")
    folder.mkdir()
    assert "small" == find_form(write(folder, SMALL)).id
