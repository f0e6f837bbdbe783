"""First Word templates: of the built-in forms, and of a form nobody had seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from support.definitions import SMALL_FORM
from support.word_documents import W, body, paragraphs, styles, tables, text
from xlreport.filing import Filing, FilingValue
from xlreport.forms import Form, find_form, form_ids, load_form
from xlreport.forms.registry import word_template
from xlreport.maintain.first_template import starter_template
from xlreport.maintain.first_template_table import TEXT_WIDTH
from xlreport.report.content import short_fields
from xlreport.report.word.parts import DOCUMENT, read_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

#: Rows that staff add themselves, beside rows that are always there, under a heading that groups them.
VISITS = """
id = "visits"
version = "1"
title = "接访情况报告"
basis = "测试"
first_year = 2020

[[sections]]
key = "basics"
sheet = "基本信息"
fields = [
  { id = "unit.name", label = "单位名称" },
  { id = "report.year", label = "年度", kind = "year" },
]

[[sections]]
key = "visits"
number = "一"
title = "接访"
sheet = "一 接访"
fields = [{ id = "hall.open", label = "是否开放", kind = "choice", options = ["是", "否"] }]

[[sections.tables]]
key = "visits"
id = "visits.{row}.{column}"
title = "接访情况"

[[sections.tables.blocks]]
corner = "场次"
columns = [
  { key = "people", title = "人数" },
  { key = "place", title = "地点", kind = "text" },
]
rows = [
  { key = "first", title = "首场" },
  { key = "more", title = "第{n}场", repeat = 5 },
  { key = "late", title = "补充{n}", repeat = 2 },
  { title = "其他", items = [
    { key = "phone", title = "电话" },
    { key = "letter", title = "来信" },
  ] },
]
"""


def load(folder: Path, definition: str) -> Form:
    folder.joinpath("form.toml").write_text(definition, encoding="utf-8")
    form = load_form(folder)
    word_template(form).write_bytes(starter_template(form))
    return form


@pytest.mark.parametrize("name", form_ids())
def test_every_printed_field_has_its_tag(name: str) -> None:
    """The template in use names each field of the report, and only fields of the form."""
    form = find_form(name)
    content = text(body(word_template(form).read_bytes()))
    tags = set(re.findall(r"[a-z_]+(?:\.[a-z_]+)+", content))
    cells = {id_ for t in form.tables.values() if t.printed for b in t.blocks for ids in b.ids for id_ in ids}
    short = {field.id for section in form.sections if section.number for field in short_fields(form, section)}
    prose = {f"{field.id}.paragraphs" for field in form.prose}
    numbers = {f"number.{field.id}" for field in form.prose if field.heading}
    title = {"report.year", "unit.name", "unit.signature", "report.date"}
    draft = {"draft.count", "draft.findings", "finding.level", "finding.message"}
    loops = {"loop.index", "loop.last", "paragraph.heading"}
    assert cells | short | prose | numbers | title | draft | loops == tags


@pytest.mark.parametrize("name", form_ids())
def test_the_same_form_gives_the_same_template(name: str) -> None:
    """Nothing of the moment is in it."""
    assert starter_template(find_form(name)) == starter_template(find_form(name))


@pytest.mark.parametrize("name", form_ids())
def test_tables_are_as_wide_as_the_text(name: str) -> None:
    """Fixed layout, and in every row the cells make up the grid exactly, merges included."""
    for table in body(word_template(find_form(name)).read_bytes()).iterfind(f"{W}tbl"):
        assert "fixed" == table.find(f"{W}tblPr/{W}tblLayout").get(f"{W}type")
        grid = [int(column.get(f"{W}w")) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
        assert TEXT_WIDTH == sum(grid)
        for row in table.iterfind(f"{W}tr"):
            column = 0
            for cell in row.iterfind(f"{W}tc"):
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                columns = 1 if span is None else int(span.get(f"{W}val"))
                assert sum(grid[column : column + columns]) == int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w"))
                column += columns
            assert len(grid) == column


@pytest.mark.parametrize("name", form_ids())
def test_fonts_are_named_for_chinese(name: str) -> None:
    """The fonts of GB/T 9704, set for East Asian text, each with a name to fall back on."""
    parts = read_parts(word_template(find_form(name)).read_bytes())
    used = set(re.findall(r'w:eastAsia="([^"]+)"', parts["word/styles.xml"].decode())) - {"zh-CN"}
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"} == used
    fonts = etree.fromstring(parts["word/fontTable.xml"])
    assert used == {font.get(f"{W}name") for font in fonts if font.find(f"{W}altName") is not None}


def test_a_small_form_gets_a_report(tmp_path: Path) -> None:
    """Choices, money and prose of an unknown form are printed; what it lacks is not missed."""
    form = load(tmp_path, SMALL_FORM)
    hall: dict[str, FilingValue] = {"hall.open": "是", "hall.cost": 2.5, "hall.text": "一段\n两段"}
    values = {"unit.name": "某局", "report.year": 2024, **hall}
    document = render_word(Review.unchecked(Filing(form=form, values=values)))
    assert ["2024年某局\n测试表"] == styles(document, "Title")
    found = paragraphs(document)
    assert ["是否开放：是", "经费：2.5", "一段", "两段", "某局"] == [line for line in found if line][2:]


def test_rows_that_staff_add_are_printed_where_filled(tmp_path: Path) -> None:
    """Of five possible rows the two filled ones, in order, between the rows that are always there."""
    form = load(tmp_path, VISITS)
    values: dict[str, FilingValue] = {
        "unit.name": "某局",
        "report.year": 2024,
        "visits.first.people": 1,
        "visits.more2.people": 12,
        "visits.more2.place": "大厅",
        "visits.more4.place": "{{ x }}",
        "visits.late2.people": "/",
    }
    (table,) = tables(render_word(Review.unchecked(Filing(form=form, values=values))))
    assert [
        ["场次", "人数", "地点"],
        ["首场", "1", ""],
        ["第2场", "12", "大厅"],
        ["第4场", "0", "{{ x }}"],
        ["补充2", "/", ""],
        ["其他", "电话", "0", ""],
        ["", "来信", "0", ""],
    ] == table


def test_no_row_that_staff_added_is_no_row(tmp_path: Path) -> None:
    """Nothing stands where nothing was added, and no tag is left."""
    document = render_word(Review.unchecked(Filing(form=load(tmp_path, VISITS))))
    assert 5 - 1 == len(tables(document)[0])
    assert b"{" not in read_parts(document)[DOCUMENT]
