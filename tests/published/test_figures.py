"""Finished reports read again by their labels: ours, and the way published ones really look."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph

from support.figures import huaian_2024, shanghai_2019
from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.forms.table_grid import place
from xlreport.published.figures import core_label, match_tables, plain_label, read_report_tables
from xlreport.published.tables import html_text
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import totals

FORMS = {"gov2019": shanghai_2019, "gov2021": huaian_2024}


def printed(form):
    return [i for table in form.tables.values() if table.printed for b in table.blocks for ids in b.ids for i in ids]


def published(form, value, *, label=lambda text: text, merged=True):
    """A report as somebody types it into Word: one table a block, plain labels, `value(id)` in each cell."""
    document = docx.Document()
    document.add_paragraph("某市人民政府2023年政府信息公开工作年度报告")
    for table in form.tables.values():
        for block in table.blocks if table.printed else ():
            _block(document, block, value, label, merged=merged)
    return document


def _block(document, block, value, label, *, merged):
    """Append the block as a table; python-docx's own cells are too slow for hundreds of them."""
    grid = place(block)
    texts = {
        cell: value(cell.field) if cell.field else label(cell.text) for cell in grid.cells if cell.part != "caption"
    }
    table = OxmlElement("w:tbl")
    for r in range(grid.top, grid.head + len(grid.shown)):
        row = OxmlElement("w:tr")
        for cell in grid.across(r):
            first = r == cell.row
            if merged:
                merge = None if cell.rows == 1 else ("continue", "restart")[first]
                row.append(_cell(texts[cell] if first else "", cell.cols, merge))
            else:
                row.extend(_cell(texts[cell] if first and n == 0 else "", 1, None) for n in range(cell.cols))
        table.append(row)
    document.element.body.insert(len(document.element.body) - 1, table)
    document.add_paragraph()


def _cell(text, span, merge):
    cell, properties, paragraph = OxmlElement("w:tc"), OxmlElement("w:tcPr"), OxmlElement("w:p")
    if span > 1:
        properties.append(OxmlElement("w:gridSpan", {qn("w:val"): str(span)}))
    if merge:
        properties.append(OxmlElement("w:vMerge", {qn("w:val"): merge}))
    for n, line in enumerate(text.split("\n")):
        run, words = OxmlElement("w:r"), OxmlElement("w:t")
        if n:
            run.append(OxmlElement("w:br"))
        words.text = line
        run.append(words)
        paragraph.append(run)
    cell.extend([properties, paragraph])
    return cell


def tables(document):
    return list(document.element.body.iterchildren(qn("w:tbl")))


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered(form):
    """A different figure for every printed cell."""
    return {id_: n for n, id_ in enumerate(printed(form), 1)}


@pytest.mark.parametrize("name", FORMS)
def test_our_own_report(name):
    """Every printed figure of a generated report is read back, and nothing is left over."""
    form = find_form(name)
    filing = Filing(form=form, values=FORMS[name]())
    read = read_report_tables(render_word(Review.unchecked(filing)), form)
    cells = totals(filing)
    assert {id_: cells.get(id_) or 0 for id_ in printed(form)} == read.values
    assert ((), {}) == (read.unmatched, read.raw)
    assert cells["report.year"] == read.year


@pytest.mark.parametrize("name", FORMS)
def test_somebody_elses_report(name):
    """A report that was typed by hand, one table a block, is read in full."""
    form = find_form(name)
    figures = numbered(form)
    read = read_report_tables(saved(published(form, lambda id_: str(figures[id_]))), form)
    assert (figures, (), 2023) == (read.values, read.unmatched, read.year)


@pytest.mark.parametrize(
    "label",
    [
        lambda text: text.replace(".", "、", 1),
        lambda text: "\n".join(text[i : i + 2] for i in range(0, len(text), 2)),
        "　".join,
        lambda text: text.replace("（", "(").replace("）", ")").replace("“", '"').replace("”", '"').replace(".", "．"),
        lambda text: text.replace("（区分处理的，只计这一情形，不计其他情形）", ""),
        lambda text: text.replace("采购总金额", "采购总金额（万元）"),
    ],
    ids=["1、", "line breaks", "wide spaces", "half width", "no remark", "unit"],
)
def test_labels_in_the_wild(label):
    """Numbering, line breaks, spaces, widths, remarks and units of labels do not matter."""
    form = find_form("gov2019")
    figures = numbered(form)
    read = read_report_tables(saved(published(form, lambda id_: str(figures[id_]), label=label)), form)
    assert (figures, ()) == (read.values, read.unmatched)


def test_headings_without_merges():
    """A table whose merged headings became blank cells is read by the heading above."""
    form = find_form("gov2021")
    figures = numbered(form)
    read = read_report_tables(saved(published(form, lambda id_: str(figures[id_]), merged=False)), form)
    assert figures == read.values


def test_misprinted_label():
    """A label with a wrong character goes to the row that it resembles."""
    form = find_form("gov2021")
    figures = numbered(form)
    misprint = {"7.属于行政执法案卷": "7.属于行政执法案件", "行政规范性文件": "行政规范文件"}
    label = lambda text: misprint.get(text, text)  # noqa: E731
    read = read_report_tables(saved(published(form, lambda id_: str(figures[id_]), label=label)), form)
    assert (figures, ()) == (read.values, read.unmatched)


def test_unknown_row_is_named():
    """A row that the form does not have is told with its place, its figures are not used."""
    form = find_form("gov2021")
    label = lambda text: "9.商务秘密" if "执法案卷" in text else text  # noqa: E731
    read = read_report_tables(saved(published(form, lambda _: "1", label=label)), form)
    assert "requests.refused.enforcement.natural" not in read.values
    (sentence,) = read.unmatched
    assert "9.商务秘密" in sentence


def test_blank_zero_slash_and_text_stay_apart():
    """Blank is None, 0 is 0, "/" is "/", and what is no figure is kept as its text."""
    form = find_form("gov2021")
    texts = dict.fromkeys(printed(form), "0")
    texts |= {
        "disclosure.regulations.issued": "",
        "disclosure.regulations.repealed": "/",
        "disclosure.regulations.in_force": "约3",
        "disclosure.normative.issued": "１，234 件",
    }
    read = read_report_tables(saved(published(form, texts.__getitem__)), form)
    assert (None, "/", 1234, 0) == (
        read.values["disclosure.regulations.issued"],
        read.values["disclosure.regulations.repealed"],
        read.values["disclosure.normative.issued"],
        read.values["disclosure.normative.repealed"],
    )
    assert {"disclosure.regulations.in_force": "约3"} == read.raw


@pytest.mark.parametrize(
    ("heading", "text"), [("采购总金额（元）", "251000"), ("采购总金额", "251000元"), ("采购总金额（万元）", "25.1")]
)
def test_money_in_yuan(heading, text):
    """Amounts are 万元, whichever unit heading or cell names."""
    form = find_form("gov2019")
    label = lambda title: heading if title == "采购总金额" else title  # noqa: E731
    value = lambda id_: text if id_ == "disclosure.procurement.amount" else "0"  # noqa: E731
    read = read_report_tables(saved(published(form, value, label=label)), form)
    assert 25.1 == read.values["disclosure.procurement.amount"]


def test_table_that_goes_on_over_the_page():
    """A table cut in two, without its header in the second half, is read on."""
    form = find_form("gov2021")
    figures = numbered(form)
    document = published(form, lambda id_: str(figures[id_]))
    table = tables(document)[4]
    other = OxmlElement("w:tbl")
    other.extend(list(table)[15:])
    table.addnext(other)
    table.addnext(OxmlElement("w:p"))
    assert figures == read_report_tables(saved(document), form).values


def test_deleted_text_is_not_there():
    """What revision tracking deleted, and hidden text, is not what the report says."""
    form = find_form("gov2021")
    document = published(form, lambda _: "5")
    cell = next(c for c in tables(document)[0].iter(qn("w:tc")) if "5" in c.itertext())
    paragraph = Paragraph(cell.find(qn("w:p")), document._body)
    run = paragraph.runs[0]._r
    deleted = OxmlElement("w:del")
    run.addprevious(deleted)
    deleted.append(run)
    run.find(qn("w:t")).tag = qn("w:delText")
    paragraph.add_run("7")
    paragraph.add_run("3").font.hidden = True
    assert 7 == read_report_tables(saved(document), form).values["disclosure.regulations.issued"]


@pytest.mark.parametrize("mark", ["strike", "double_strike"])
@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ((("5", True),), "〔删除线：5〕"),
        ((("5", True), ("7", False)), "〔删除线：5〕7"),
        ((("1", False), ("2", True), ("3", True)), "1〔删除线：23〕"),
    ],
)
def test_struck_text_is_no_figure(mark, pieces, said):
    """Whole, before the figure that replaces it, or a part of it: the cell is left blank and named with what it shows."""
    form = find_form("gov2021")
    document = published(form, lambda _: "5")
    cell = next(c for c in tables(document)[0].iter(qn("w:tc")) if "5" in c.itertext())
    paragraph = Paragraph(cell.find(qn("w:p")), document._body)
    paragraph.clear()
    for text, struck in pieces:
        setattr(paragraph.add_run(text).font, mark, struck)
    read = read_report_tables(saved(document), form)
    id_ = "disclosure.regulations.issued"
    assert {id_: f"{said}（{read.places[id_]}）"} == read.raw
    assert id_ not in read.values


def cell_of(document):
    """The paragraph of the first figure, empty."""
    cell = next(c for c in tables(document)[0].iter(qn("w:tc")) if "5" in c.itertext())
    paragraph = Paragraph(cell.find(qn("w:p")), document._body)
    paragraph.clear()
    return paragraph


def raised(document):
    paragraph = cell_of(document)
    paragraph.add_run("103")
    paragraph.add_run("1").font.superscript = True


def white(document):
    cell_of(document).add_run("103").font.color.rgb = RGBColor(255, 255, 255)


def by_style(document):
    """Struck by a character style that is based on another."""
    first = document.styles.add_style("Old", WD_STYLE_TYPE.CHARACTER)
    first.font.strike = True
    second = document.styles.add_style("Older", WD_STYLE_TYPE.CHARACTER)
    second.base_style = first
    cell_of(document).add_run("103", style="Older")


def by_paragraph_style(document):
    document.styles.add_style("Gone", WD_STYLE_TYPE.PARAGRAPH).font.double_strike = True
    paragraph = cell_of(document)
    paragraph.add_run("103")
    paragraph.style = document.styles["Gone"]


def deleted_cell(document):
    paragraph = cell_of(document)
    paragraph.add_run("103")
    paragraph._p.getparent().find(qn("w:tcPr")).append(OxmlElement("w:cellDel", {qn("w:author"): "a"}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (raised, "103〔上标：1〕"),
        (white, "〔白色字：103〕"),
        (by_style, "〔删除线：103〕"),
        (by_paragraph_style, "〔删除线：103〕"),
        (deleted_cell, "〔删除线：103〕"),
    ],
)
def test_what_looks_otherwise_is_no_figure(change, said):
    """A footnote's mark, white letters, letters struck by a style, a cell deleted under revision: named as they look."""
    form = find_form("gov2021")
    document = published(form, lambda _: "5")
    change(document)
    read = read_report_tables(saved(document), form)
    id_ = "disclosure.regulations.issued"
    assert {id_: f"{said}（{read.places[id_]}）"} == read.raw
    assert id_ not in read.values


def test_white_letters_on_a_dark_ground_are_read():
    """As the headings of many tables have them."""
    form = find_form("gov2021")
    document = published(form, lambda _: "5")
    paragraph = cell_of(document)
    paragraph.add_run("103").font.color.rgb = RGBColor(255, 255, 255)
    shade = OxmlElement("w:shd", {qn("w:val"): "clear", qn("w:fill"): "1F4E79"})
    paragraph._p.getparent().find(qn("w:tcPr")).append(shade)
    assert 103 == read_report_tables(saved(document), form).values["disclosure.regulations.issued"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("103<sup>1</sup>", "103〔上标：1〕"),
        ("<s>103</s>7", "〔删除线：103〕7"),
        ("<del>5</del>", "〔删除线：5〕"),
        ("H<sub>2</sub>O", "H〔下标：2〕O"),
    ],
)
def test_struck_and_raised_text_of_a_page(cell, text):
    """In tables and in paragraphs."""
    page = f"<html><body><p>{cell}</p><table><tr><td>{cell}</td></tr></table></body></html>".encode()
    read = html_text(page)
    (((first,),),) = read.tables
    assert first is not None
    assert text == first.text
    assert (text,) == read.paragraphs


def test_html_page():
    """The tables of an HTML page, with rowspan and colspan, are read the same way."""
    form = find_form("gov2021")
    rows = (
        '<tr><th rowspan="1">信息内容</th><th colspan="3">本年处理决定数量</th></tr>'
        '<tr><th>行政许可</th><td colspan="3">447228</td></tr>'
    )
    page = f"<!doctype html><meta charset=utf-8><table>{rows}</table>".encode()
    read = match_tables(html_text(page).tables, form)
    assert {"disclosure.licensing.decisions": 447228} == read.values


def test_paragraphs_of_a_page():
    """Lines as a reader sees them: headings, captions, text in any block; not what is in tables, scripts and comments."""
    page = (
        "<html><head><title>题</title><style>p{}</style></head><body><h1>甲<b>乙</b></h1>散<p> 一\n 二<br>三</p>"
        "<div>四<div>五</div>六<!-- 七 --></div><table><caption>表一</caption><tr><td>8</td></tr></table>"
        "<script>九</script></body></html>"
    )
    read = html_text(page.encode())
    assert ("甲乙", "散", "一 二", "三", "四", "五", "六", "表一") == read.paragraphs
    assert 1 == len(read.tables)
    assert ((), ()) == (html_text(b"").paragraphs, html_text(b"").tables)


def test_prior_report_of_the_other_form():
    """A 2020 report is read with the 2021 form where rows and columns mean the same."""
    old, form = find_form("gov2019"), find_form("gov2021")
    figures = numbered(old)
    read = read_report_tables(saved(published(old, lambda id_: str(figures[id_]))), form)
    same = {id_: n for id_, n in figures.items() if id_.startswith("requests.carried_out.")}
    assert same == {id_: read.values[id_] for id_ in same}


def repacked(data, change):
    """The document with its parts changed: change(name, content) → content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "utf-16-be"])
def test_doctype_in_the_text(code):
    """A DOCTYPE in the part that is read is refused, in whichever encoding."""
    form = find_form("gov2021")

    def change(name, content):
        text = re.sub(r"<\?xml.*?\?>", "", content.decode()) if name == "word/document.xml" else ""
        return (DOCTYPE.decode() + text).encode(code) if text else content

    with pytest.raises(InputError, match="DOCTYPE"):
        read_report_tables(repacked(saved(published(form, lambda _: "1")), change), form)


def test_doctype_in_the_styles():
    """They say how letters look: what is read is judged."""
    form = find_form("gov2021")
    sent = saved(published(form, lambda _: "1"))
    data = repacked(sent, lambda name, c: DOCTYPE + c if name == "word/styles.xml" else c)
    with pytest.raises(InputError, match="DOCTYPE"):
        read_report_tables(data, form)


@pytest.mark.parametrize("part", ["word/settings.xml", "docProps/core.xml"])
def test_doctype_where_nothing_is_read(part):
    """What is not parsed is not judged."""
    form = find_form("gov2021")
    sent = saved(published(form, lambda _: "1"))
    data = repacked(sent, lambda name, c: DOCTYPE + c if name == part else c)
    assert read_report_tables(sent, form).values == read_report_tables(data, form).values


OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("word/document.xml", "word/document2.xml"),
        ("word/document.xml", "Word/Document.xml"),
        ("word/document.xml", "text/main.xml"),
        ("/", "\\"),
    ],
)
def test_the_text_stands_where_the_relation_says(old, new):
    """Word for the web calls the part document2.xml; names in other letters or with a backslash are the same."""
    form = find_form("gov2021")
    sent = saved(published(form, lambda _: "1"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sent)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "_rels/.rels" and old != "/":
                data = data.replace(old.encode(), new.encode())
            target.writestr(name.replace(old, new), data)
    assert read_report_tables(sent, form).values == read_report_tables(out.getvalue(), form).values


def test_a_report_in_the_strict_flavour_is_read():
    """Strict Open XML: the same elements in other namespaces."""
    form = find_form("gov2021")
    sent = saved(published(form, lambda _: "1"))

    def change(_, content):
        content = content.replace(OFFICE, b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        return content.replace(WORD, b"http://purl.oclc.org/ooxml/wordprocessingml/main")

    assert read_report_tables(sent, form).values == read_report_tables(repacked(sent, change), form).values


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是完整的 Word 文档"),
        (b"hello", "不是完整的 Word 文档"),
        (b"PK\x03\x04" + bytes(200), "不是完整的 Word 文档"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "旧版 Word 文档（.doc）、WPS 文档（.wps）或加密"),
    ],
)
def test_no_word_document(data, said):
    """What is no .docx is one sentence that says what to do."""
    with pytest.raises(InputError, match=said):
        read_report_tables(data, find_form("gov2021"))


def test_broken_zip(tmp_path):
    """A truncated file, a folder, a file that is not there: InputError with the file's name."""
    form = find_form("gov2021")
    path = tmp_path / "上年报告.docx"
    path.write_bytes(saved(published(form, lambda _: "1"))[:-500])
    for given_path in (path, tmp_path, tmp_path / "没有.docx"):
        with pytest.raises(InputError, match=given_path.name):
            read_report_tables(given_path, form)


def test_document_without_the_tables():
    """Any other Word document is told from a report."""
    with pytest.raises(InputError, match="没有找到政府信息公开工作年度报告的表格"):
        read_report_tables(saved(docx.Document()), find_form("gov2021"))


def test_broken_xml():
    """A document whose text is no XML is said to be incomplete."""
    form = find_form("gov2021")
    data = repacked(
        saved(published(form, lambda _: "1")), lambda name, c: c[:-40] if name == "word/document.xml" else c
    )
    with pytest.raises(InputError, match="正文不完整"):
        read_report_tables(data, form)


@pytest.mark.parametrize(
    ("text", "plain", "core"),
    [
        ("1、其他", "1.其他", "其他"),
        ("（二）部分公开（区分处理的）", "(二)部分公开(区分处理的)", "部分公开"),
        ("3.危及“三安全一稳定”", "3.危及三安全一稳定", "危及三安全一稳定"),
        ("本年增／减", "本年增/减", "本年增减"),
        ("一、本年\n新收", "一.本年新收", "本年新收"),
    ],
)
def test_label_forms(text, plain, core):
    """What two prints of one label have in common."""
    assert (plain, core) == (plain_label(text), core_label(text))
