"""Every tag of a chart's data sheet is filled in, or the template is refused with chart and cell: none is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from support.definitions import made_form
from support.word_charts import CHART, SHEET, excel_chart, place_chart
from xlreport.errors import DefinitionError
from xlreport.filing import Filing, FilingValue
from xlreport.forms import Form
from xlreport.forms.registry import word_template
from xlreport.maintain.check_form import check_form
from xlreport.report.word.parts import read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
C15 = "http://schemas.microsoft.com/office/drawing/2012/chart"
ADULTS, CHILDREN, TOTAL, UNIT = "{{ visits.adults }}", "{{ visits.children }}", "{{ visits.total }}", "{{ unit.name }}"

Write = Callable[[Any, Any, Any], None]


def rows(sheet: Any, *lines: tuple[object, ...]) -> None:
    for r, line in enumerate(lines):
        sheet.write_row(r, 0, line)


def by_range(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "人次"), ("成人", ADULTS), (UNIT, CHILDREN))
    chart.add_series({"name": "=Sheet1!$B$1", "categories": "=Sheet1!$A$2:$A$3", "values": "=Sheet1!$B$2:$B$3"})


def by_name(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "人次"), ("成人", ADULTS), (UNIT, CHILDREN))
    book.define_name("人次", "=Sheet1!$B$2:$B$3")
    book.define_name("Sheet1!kinds", "=Sheet1!$A$2:$A$3")
    chart.add_series({"name": "=Sheet1!$B$1", "categories": "=Sheet1!kinds", "values": "=Sheet1!人次"})


def by_union(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "人次"), ("成人", ADULTS), ("小计", 777), (UNIT, CHILDREN))
    chart.add_series(
        {
            "name": "=Sheet1!$B$1",
            "categories": "=(Sheet1!$A$2,Sheet1!$A$4)",
            "values": "=(Sheet1!$B$2,Sheet1!$B$4)",
        }
    )


def in_a_row(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "成人", UNIT), ("人次", ADULTS, CHILDREN))
    chart.add_series({"name": "=Sheet1!$A$2", "categories": "=Sheet1!$B$1:$C$1", "values": "=Sheet1!$B$2:$C$2"})


def backwards_and_with_a_book(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "人次"), ("成人", ADULTS), (UNIT, CHILDREN))
    chart.add_series({"name": "=Sheet1!$B$1", "categories": "=Sheet1!$A$3:$A$2", "values": "=Sheet1!$B$2:$B$3"})


@pytest.mark.long
@pytest.mark.parametrize("write", [by_range, by_name, by_union, in_a_row, backwards_and_with_a_book])
def test_a_series_gets_its_figures_however_it_names_its_cells(form: Form, write: Write) -> None:
    """By range, by a name of the book or of the sheet, by several ranges, along a row: nothing of the template is left."""
    drawn, sheet = excel_chart(write)
    if write is backwards_and_with_a_book:
        drawn = drawn.replace("Sheet1!", "'[工作表 1.xlsx]SHEET1'!")
    place_chart(form, drawn, sheet)
    assert () == check_form(str(form.folder))
    assert [["人次"], ["成人", "某局"], ["31415", "2718"]] == kept(report(form))


def levels_in_columns(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "", "人次"), (UNIT, "成人", ADULTS), ("", TOTAL, CHILDREN))
    chart.add_series({"name": "=Sheet1!$C$1", "categories": "=Sheet1!$A$2:$B$3", "values": "=Sheet1!$C$2:$C$3"})


def levels_in_rows(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", UNIT, ""), ("", "成人", TOTAL), ("人次", ADULTS, CHILDREN))
    chart.add_series({"name": "=Sheet1!$A$3", "categories": "=Sheet1!$B$1:$C$2", "values": "=Sheet1!$B$3:$C$3"})


@pytest.mark.long
@pytest.mark.parametrize("write", [levels_in_columns, levels_in_rows])
@pytest.mark.parametrize("with_cache", [True, False])
def test_categories_of_several_levels_get_their_texts(form: Form, write: Write, with_cache: bool) -> None:
    """The level next to the axis comes first, in columns and in rows, whether Word kept the texts or not."""
    drawn, sheet = excel_chart(write)
    root = etree.fromstring(drawn.encode())
    formula = root.findtext(f".//{C}cat/*/{C}f")
    (category,) = root.iter(f"{C}cat")
    for each in list(category):
        category.remove(each)
    reference = etree.SubElement(category, f"{C}multiLvlStrRef")
    etree.SubElement(reference, f"{C}f").text = formula
    if with_cache:
        cache = etree.SubElement(reference, f"{C}multiLvlStrCache")
        etree.SubElement(cache, f"{C}ptCount", val="2")
        for texts in (("成人", "旧合计"), ("旧单位",)):
            level = etree.SubElement(cache, f"{C}lvl")
            for n, text in enumerate(texts):
                etree.SubElement(etree.SubElement(level, f"{C}pt", idx=str(n)), f"{C}v").text = text
    place_chart(form, etree.tostring(root, encoding="unicode"), sheet)
    assert () == check_form(str(form.folder))
    document = report(form)
    levels = [
        [(point.get("idx"), point.findtext(f"{C}v")) for point in level.iterfind(f"{C}pt")]
        for level in etree.fromstring(read_parts(document)[CHART]).iter(f"{C}lvl")
    ]
    assert [[("0", "成人"), ("1", "34133")], [("0", "某局")]] == levels
    assert "旧" not in read_parts(document)[CHART].decode()
    assert ["31415", "2718"] == kept(document)[-1]


@pytest.mark.long
def test_labels_from_cells_get_their_figures(form: Form) -> None:
    """The values that “单元格中的值” shows at the points come from the data sheet as well."""
    drawn, sheet = excel_chart(beside)
    cache = '<c15:dlblRangeCache><c:ptCount val="2"/><c:pt idx="0"><c:v>旧</c:v></c:pt></c15:dlblRangeCache>'
    labels = (
        f'<c:extLst><c:ext uri="{{02D57815-91ED-43cb-92C2-25804820EDAC}}" xmlns:c15="{C15}"><c15:datalabelsRange>'
        f"<c15:f>Sheet1!$D$2:$D$3</c15:f>{cache}</c15:datalabelsRange></c:ext></c:extLst></c:ser>"
    )
    place_chart(form, drawn.replace("</c:ser>", labels), sheet)
    assert () == check_form(str(form.folder))
    root = etree.fromstring(read_parts(report(form))[CHART])
    (held,) = root.iter(f"{{{C15}}}dlblRangeCache")
    assert [("0", "34133")] == [(point.get("idx"), point.findtext(f"{C}v")) for point in held.iterfind(f"{C}pt")]


@pytest.mark.long
def test_titles_of_axes_get_their_texts(form: Form) -> None:
    """Typed into the title, and taken from a cell."""

    def write(book: Any, sheet: Any, chart: Any) -> None:
        by_range(book, sheet, chart)
        sheet.write("F9", f"单位：{UNIT}")
        chart.set_title({"name": "=Sheet1!$F$9"})
        chart.set_y_axis({"name": f"{TOTAL}人次"})

    place_chart(form, *excel_chart(write))
    assert () == check_form(str(form.folder))
    said = "".join(etree.fromstring(read_parts(report(form))[CHART]).itertext())
    assert ("单位：某局" in said, "34133人次" in said, "{{" in said) == (True, True, False)


def beside(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    sheet.write("D2", TOTAL)


def on_another_sheet(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    book.add_worksheet("备用").write("C7", TOTAL)


def below(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    sheet.write("B4", TOTAL)


def summed(book: Any, sheet: Any, chart: Any) -> None:
    rows(sheet, ("", "人次"), ("成人", ADULTS), ("合计", ""))
    sheet.write_formula("B3", "=SUM(B2:B2)", None, 777)
    chart.add_series({"name": "=Sheet1!$B$1", "categories": "=Sheet1!$A$2:$A$3", "values": "=Sheet1!$B$2:$B$3"})


def computed_name(book: Any, sheet: Any, chart: Any) -> None:
    by_name(book, sheet, chart)
    book.define_name("动态", "=OFFSET(Sheet1!$B$2,0,0,2,1)")
    chart.add_series({"name": "=Sheet1!$B$1", "values": "=Sheet1!动态"})


def unknown_name(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    chart.add_series({"values": "=Sheet1!没有"})


def hidden_row(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    sheet.set_row(1, None, None, {"hidden": True})


def outside_cells(book: Any, sheet: Any, chart: Any) -> None:
    by_range(book, sheet, chart)
    sheet.set_header(f"&C{UNIT}")
    book.define_name("标签", f'="{TOTAL}"')


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (beside, "图表1的数据表的单元格 Sheet1!D2 “{{ visits.total }}”里的标签填不了：图表没有用到这个单元格"),
        (on_another_sheet, "图表1的数据表的单元格 备用!C7 “{{ visits.total }}”里的标签填不了"),
        (below, "图表1的数据表的单元格 Sheet1!B4 “{{ visits.total }}”里的标签填不了"),
        (summed, "图表1的数据表的单元格 Sheet1!B3 “=SUM(B2:B2)”里是公式，报告里不会重新计算"),
        (computed_name, "图表1的数据的出处“Sheet1!动态”不是直接选取的单元格"),
        (unknown_name, "图表1的数据的出处“Sheet1!没有”不是直接选取的单元格"),
        (hidden_row, "图表1的数据的出处“Sheet1!$A$2:$A$3”用到了隐藏的行或列"),
        (outside_cells, "嵌入的文件 sheet1.xlsx的内容“"),
    ],
)
def test_what_would_be_lost_or_stay_old_is_refused(form: Form, write: Write, said: str) -> None:
    """form check and generate name chart and cell in the same sentence."""
    place_chart(form, *excel_chart(write))
    with pytest.raises(DefinitionError) as caught:
        report(form)
    errors = [each.message for each in check_form(str(form.folder)) if each.level == "error"]
    assert said in caught.value.message
    assert errors[0].removeprefix("Word 模板") in caught.value.message


ENCRYPTED = bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le") + b"x" * 600


@pytest.mark.parametrize("sheet", [ENCRYPTED, b"PK\x03\x04 torn"], ids=["encrypted", "torn"])
def test_a_data_sheet_that_nobody_can_read_is_refused(form: Form, sheet: bytes) -> None:
    """Whether a tag stands in it cannot be told."""
    chart, _ = excel_chart(beside)
    place_chart(form, chart, sheet)
    with pytest.raises(DefinitionError, match=r"数据表“sheet1\.xlsx”打不开"):
        report(form)
    errors = [each.message for each in check_form(str(form.folder)) if each.level == "error"]
    assert "数据表“sheet1.xlsx”打不开（加了密码或已损坏）" in errors[0]


RELATIONS = "word/charts/_rels/chart1.xml.rels"


@pytest.mark.parametrize(
    ("lost", "named"),
    [(SHEET, "sheet1.xlsx"), (RELATIONS, "rIdAdded0")],
    ids=["sheet", "relations"],
)
def test_a_data_sheet_that_is_not_there_is_refused(form: Form, lost: str, named: str) -> None:
    """Whatever the chart keeps of it may be figures of the template: chart and remedy are said, not “no Word document”."""
    chart, sheet = excel_chart(beside)
    place_chart(form, chart.replace("{{ visits.adults }}", "3"), sheet)
    path = word_template(form)
    parts = read_parts(path.read_bytes())
    path.write_bytes(write_parts({name: part for name, part in parts.items() if name != lost}))
    with pytest.raises(DefinitionError, match=f"图表1的数据表“{re.escape(named)}”不在文件里"):
        report(form)
    assert any("请删去图表重新插入" in each.message for each in check_form(str(form.folder)))


@pytest.mark.parametrize(
    ("lost", "user"),
    [(CHART, "word/document.xml"), ("word/styles.xml", "word/document.xml"), ("word/document.xml", "")],
)
def test_a_part_that_is_not_there_is_named(form: Form, lost: str, user: str) -> None:
    """With the part that uses it; the file is a Word document, and damaged."""
    place_chart(form, *excel_chart(by_range))
    path = word_template(form)
    parts = read_parts(path.read_bytes())
    path.write_bytes(write_parts({name: part for name, part in parts.items() if name != lost}))
    (error,) = check_form(str(form.folder))
    assert f"缺少 {lost}（{user} 用到它）" in error.message if user else "不是 Word 文档" in error.message


@pytest.mark.long
def test_two_charts_of_one_sheet_use_its_tags_together(form: Form) -> None:
    """A cell that the other chart shows is not lost."""
    place_chart(form, *excel_chart(beside))
    assert {"tag_place"} == {finding.rule for finding in check_form(str(form.folder))}
    drawn, sheet = excel_chart(beside)
    series = drawn[drawn.index("<c:ser>") : drawn.index("</c:ser>") + len("</c:ser>")]
    other = series.replace('idx val="0"', 'idx val="1"').replace('order val="0"', 'order val="1"')
    place_chart(form, drawn.replace(series, series + other.replace("$B$2:$B$3", "$D$2:$D$3")), sheet)
    assert () == check_form(str(form.folder))


def kept(document: bytes) -> list[list[str | None]]:
    """Name, categories and values: of each the kept texts."""
    root = etree.fromstring(read_parts(document)[CHART])
    assert not any("{{" in text for text in root.itertext())
    caches = root.iter(f"{C}strCache", f"{C}numCache")
    return [[point.findtext(f"{C}v") for point in cache.iterfind(f"{C}pt")] for cache in caches]


def report(form: Form) -> bytes:
    values: dict[str, FilingValue] = {
        "unit.name": "某局",
        "report.year": 2024,
        "visits.adults": 31415,
        "visits.children": 2718,
    }
    return render_word(Review.unchecked(Filing(form=form, values=values)))


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path / "form")
