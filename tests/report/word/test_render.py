"""The Word report: every word and figure of a filing, in its place, whatever staff typed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from support.word_documents import HOSTILE, W, body, changed, paragraphs, styles, tables, text
from xlreport.errors import DefinitionError, XlreportError
from xlreport.filing import BLANKS_AS_ZERO, BLANKS_KEPT, Filing
from xlreport.finding import Finding
from xlreport.forms.registry import word_template
from xlreport.report.content import Prose, report_context
from xlreport.report.word import prepared
from xlreport.report.word import render as word
from xlreport.report.word.parts import DOCUMENT, core_properties, read_parts, write_parts
from xlreport.report.word.prepared import fill, prepared_template
from xlreport.report.word.render import prepare, render_template, render_word
from xlreport.report.word.verify import check_found
from xlreport.reviewing.reviewed import Review

HEADINGS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
SUB_HEADINGS = [
    "（一）情况概述",
    "（二）主动公开政府信息情况",
    "（三）政府信息公开申请办理情况",
    "（四）制度建设及政府信息管理情况",
    "（五）政府平台建设情况",
    "（六）监督保障情况",
]


def edited(filing: Filing, old: str, new: str) -> bytes:
    """The form's template as somebody edited it."""
    parts = read_parts(word_template(filing.form).read_bytes())
    assert old in parts[DOCUMENT].decode()
    return write_parts({**parts, DOCUMENT: parts[DOCUMENT].decode().replace(old, new, 1).encode()})


def render(template: bytes, filing: Filing) -> bytes:
    return render_template(
        template, report_context(Review.unchecked(filing)), core_properties("", ""), name="模板.docx"
    )


def test_the_seed_stands_word_for_word(seed: Filing) -> None:
    """Title, headings (with the numbers the original lost), every paragraph, signature and date, in order."""
    document = render_word(Review.unchecked(seed))
    prose = [field.id for field in seed.form.prose]
    wanted = [line for id_ in prose for line in Prose(seed.text(id_)).paragraphs]
    found = paragraphs(document)
    assert ["2020年环翠区信访局\n政府信息公开工作年度报告"] == styles(document, "Title")
    assert HEADINGS == styles(document, "Heading1")
    assert SUB_HEADINGS == styles(document, "Heading2")
    assert wanted == [line for line in found if line in wanted]
    assert [seed.text("unit.signature"), "2021年1月22日"] == found[-2:]


def test_row_labels_and_figures_stand_in_their_cells(city: Filing) -> None:
    """Each printed figure is the last cells of the row with its label, in the order of the columns."""
    document = tables(render_word(Review.unchecked(city)))
    context = report_context(Review.unchecked(city))
    for table, rows in zip((t for t in city.form.tables.values() if t.printed), document, strict=True):
        lines = [(line, ids) for block in table.blocks for line, ids in zip(block.row_lines, block.ids, strict=True)]
        for line, ids in lines:
            figures = []
            for id_ in ids:
                value = context
                for key in id_.split("."):
                    value = value[key]
                figures.append(str(value))
            assert any(figures == row[-len(ids) :] and (not line.title or line.title in row) for row in rows)


@pytest.mark.parametrize(("meaning", "blank"), [(BLANKS_AS_ZERO, "0"), (BLANKS_KEPT, "")])
def test_blank_cells_print_as_the_filing_says(seed: Filing, meaning: str, blank: str) -> None:
    """Blank inputs print 0 or nothing; the totals beside them always print a number."""
    requests = tables(render_word(Review.unchecked(changed(seed, {"report.blanks": meaning}))))[1]
    assert [blank] * 6 + ["0"] == requests[3][-7:]


@pytest.mark.long
@pytest.mark.parametrize("typed", HOSTILE)
def test_what_staff_type_comes_out_as_typed(seed: Filing, typed: str) -> None:
    """In prose and in the signature: never a tag, never markup; only what XML cannot hold is left out."""
    # A form feed ends a line, as a line break does.
    printed = re.sub("[\x00-\x08\x0e-\x1f]", "", typed).replace("\f", "\n")
    found = paragraphs(
        render_word(Review.unchecked(changed(seed, {"unit.signature": typed, "problems.text": f"前{typed}后\n第二段"})))
    )
    lines = [line.strip() for line in f"前{printed}后\n第二段".split("\n")]
    start = found.index(lines[0])
    assert (lines, printed) == (found[start : start + len(lines)], found[-2])


def test_same_filing_same_bytes(seed: Filing) -> None:
    """Neither time nor order of parts differs between two runs, with the template prepared anew or not."""
    first = render_word(Review.unchecked(seed))
    prepared._in_memory.clear()
    assert first == render_word(Review.unchecked(seed)) == render_word(Review.unchecked(seed))


def test_headings_are_text_in_heading_styles(seed: Filing) -> None:
    """No list numbering anywhere: the number of a heading is part of its text."""
    document = render_word(Review.unchecked(seed))
    parts = read_parts(document)
    assert [] == [name for name, part in parts.items() if b"w:numPr" in part or b"w:numId" in part]
    levels = etree.fromstring(parts["word/styles.xml"]).findall(f"{W}style[@{W}styleId='Heading1']//{W}outlineLvl")
    assert ["0"] == [level.get(f"{W}val") for level in levels]


def test_every_page_of_a_draft_says_so(seed: Filing) -> None:
    """Headers of odd and even pages carry the mark, the first page lists what is open; a report has neither."""
    findings = [Finding(rule="x", level="error", message="“三 依申请公开”D7应为2。")]
    parts = read_parts(render_word(Review.unchecked(seed, findings=findings), draft=True))
    headers = [text(etree.fromstring(parts[f"word/header{n}.xml"])) for n in (1, 2)]
    assert [True, True] == ["草稿" in header for header in headers]
    listed = paragraphs(write_parts(parts))
    assert (
        "1．【错误】“三 依申请公开”D7应为2。" in listed[: listed.index("2020年环翠区信访局\n政府信息公开工作年度报告")]
    )
    report = read_parts(render_word(Review.unchecked(seed)))
    assert [] == [name for name, part in report.items() if "草稿" in part.decode()]


def test_a_template_without_draft_mark_makes_no_draft(seed: Filing) -> None:
    """A maintainer's template that forgets the mark is refused for drafts, and says what to add."""
    parts = read_parts(word_template(seed.form).read_bytes())
    for name in ("word/header1.xml", "word/header2.xml"):
        parts[name] = re.sub(rb"\{% if draft %\}.*?\{% endif %\}", b"", parts[name])
    context = {**report_context(Review.unchecked(seed), draft=True)}
    with pytest.raises(DefinitionError, match="草稿"):
        render_template(write_parts(parts), context, core_properties("", ""), name="模板.docx")


@pytest.mark.long
@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ foo }}", "foo"),
        ("{{ requests.new.nobody }}", "requests.new.nobody"),
        ("{{ requests.new.natural.real.x }}", "x"),
        ("{% if requests.nw %}{% endif %}", "requests.nw"),
        ("{{ requests.new }}", "requests.new"),
        ("{{ draft }}", "不是文字，也不是数"),
        ("{{ overview.summary.paragraphs }}", "不能计算"),
        ("{{ report.year + unit }}", "不能计算"),
        ("{{ ''.__class__ }}", "__class__"),
        ("{{ unit.name|safe }}", "safe"),
        ("{% for %}", "标签写错了"),
    ],
)
def test_a_wrong_tag_is_named_with_its_paragraph(seed: Filing, tag: str, said: str) -> None:
    """The message names the template, the paragraph and the tag's fault; nothing is written."""
    template = edited(seed, "{{ unit.signature }}", f"落款{tag}")
    with pytest.raises(DefinitionError) as caught:
        render(template, seed)
    assert said in caught.value.message
    assert re.search(r"模板\.docx，正文第\d+段“落款", caught.value.message)


@pytest.mark.parametrize(
    "typed",
    [
        "｛｛ disclosure.regulations.made ｝｝",
        "{{ disclosure.regulations.made ｝｝",
        "{ disclosure.regulations.made }",
        "{{ disclosure.regulations.made }} }}",
    ],
)
def test_what_was_meant_for_a_tag_is_not_published(seed: Filing, typed: str) -> None:
    """Full-width braces and braces left over would stand in the report: it is refused, the cell named."""
    template = edited(seed, "{{ disclosure.regulations.made }}", typed)
    with pytest.raises(DefinitionError) as caught:
        render(template, seed)
    assert re.match(r"Word 模板 模板\.docx，正文第1张表第\d行第\d格“", caught.value.message)
    assert typed in caught.value.message


@pytest.mark.long
def test_a_wrong_tag_in_a_table_is_named_with_its_cell(seed: Filing) -> None:
    """A field that the form does not have, found while the report is made, is named by table, row and cell."""
    template = edited(seed, "{{ disclosure.regulations.made }}", "共{{ disclosure.regulations.mad }}")
    with pytest.raises(
        DefinitionError, match=r"，正文第1张表第\d行第\d格“共\{\{ disclosure\.regulations\.mad \}\}”：没有名为"
    ):
        render(template, seed)


def test_a_tag_that_breaks_the_document_is_refused(seed: Filing) -> None:
    """A condition that opens in a paragraph and closes in a table leaves no well-formed document."""
    parts = read_parts(edited(seed, "{{ report.year }}", "{% if False %}"))
    parts[DOCUMENT] = parts[DOCUMENT].replace(b"{{ disclosure.regulations.made }}", b"{% endif %}")
    with pytest.raises(DefinitionError, match="结构不完整"):
        render(write_parts(parts), seed)


def test_no_word_document_is_no_template(seed: Filing) -> None:
    """A template that is no .docx is said to be none."""
    with pytest.raises(DefinitionError, match="不是 Word 文档"):
        render(b"not a zip", seed)


def test_a_missing_template_is_named(seed: Filing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sentence names the file that is missing."""
    monkeypatch.setattr("xlreport.report.word.render.word_template", lambda form: tmp_path / "没有.docx")
    with pytest.raises(DefinitionError, match=r"没有\.docx"):
        render_word(Review.unchecked(seed))


def test_a_lost_value_stops_the_report(seed: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a paragraph does not arrive in the document, there is no document."""
    monkeypatch.setattr(word, "fill", lambda part, context: fill(part, context).replace("只此一句".encode(), b""))
    with pytest.raises(XlreportError, match="“只此一句。”没有印进报告"):
        render_word(Review.unchecked(changed(seed, {"report.intro": "只此一句。"})))


@pytest.mark.long
@pytest.mark.parametrize("form", ["seed", "city"])
def test_no_figure_can_change_unnoticed(form: str, request: pytest.FixtureRequest) -> None:
    """Any one figure of any table replaced by another: the look for printed values finds it out."""
    filing: Filing = request.getfixturevalue(form)
    parts = read_parts(render_word(Review.unchecked(filing)))
    expected = prepared_template(word_template(filing.form).read_bytes(), prepare).expected
    context = report_context(Review.unchecked(filing))
    root = etree.fromstring(parts[DOCUMENT])
    figures = sum(len(ids) for t in filing.form.tables.values() if t.printed for b in t.blocks for ids in b.ids)
    noticed = 0
    for cell in root.iter(f"{W}tc"):
        for node in cell.iter(f"{W}t"):
            before, node.text = node.text, "31415"
            try:
                check_found([etree.tostring(root)], expected, context, [])
            except XlreportError:
                noticed += 1
            node.text = before
    assert figures == noticed


@pytest.mark.long
@pytest.mark.parametrize("form", ["seed", "city"])
def test_word_opens_it_without_complaint(form: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Every part is well-formed XML with a content type, and openxml-audit finds no error."""
    document = render_word(
        Review.unchecked(request.getfixturevalue(form), findings=[Finding(rule="x", level="error", message="错")]),
        draft=True,
    )
    parts = read_parts(document)
    for part in parts.values():
        etree.fromstring(part)
    types = etree.fromstring(parts["[Content_Types].xml"])
    named = {node.get("PartName") for node in types} | {f"*.{node.get('Extension')}" for node in types}
    assert [] == [n for n in parts if f"/{n}" not in named and not n.endswith((".rels", "].xml"))]
    file = tmp_path / "report.docx"
    file.write_bytes(document)
    assert [] == list(OpenXmlValidator().validate(file).errors)


def test_python_docx_reads_it(seed: Filing) -> None:
    """Another reader finds the same paragraphs and the A4 page of GB/T 9704."""
    read = docx.Document(io.BytesIO(render_word(Review.unchecked(seed))))
    section = read.sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    sides = [*margins, section.page_width, section.page_height]
    assert [37, 35, 28, 26, 210, 297] == [round(side.mm) for side in sides if side is not None]
    assert paragraphs(render_word(Review.unchecked(seed))) == [paragraph.text for paragraph in read.paragraphs]


def test_tables_repeat_their_headings_and_keep_rows_whole(city: Filing) -> None:
    """Header rows are marked as such, and no row of any table splits over two pages."""
    for table in body(render_word(Review.unchecked(city))).iterfind(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert len(rows) == len(table.findall(f"{W}tr/{W}trPr/{W}cantSplit"))


def test_tables_that_fit_on_a_page_stay_on_one(city: Filing) -> None:
    """Every row but the last keeps with the next one: a table begins where it fits."""
    for table in body(render_word(Review.unchecked(city))).iterfind(f"{W}tbl"):
        kept = [row.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") is not None for row in table.findall(f"{W}tr")]
        assert [True] * (len(kept) - 1) + [False] == kept
