"""Tags in every part of a Word template: filled in where they can be, else refused with their place; none is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from support.definitions import made_form
from support.word_documents import HOSTILE, W, add_part
from xlreport.errors import DefinitionError
from xlreport.filing import BLANKS_KEPT, Filing, FilingValue
from xlreport.forms import Form
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.first_template import starter_template
from xlreport.maintain.template_lint import lint_template
from xlreport.report.word.parts import CORE, DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

NS = "http://schemas.openxmlformats.org/"
MAIN, DRAWING, MATH = f"{NS}wordprocessingml/2006/main", f"{NS}drawingml/2006/main", f"{NS}officeDocument/2006/math"
TAG = "{{ visits.adults }}"
TITLE = "{{ report.year }}年"

Change = Callable[[dict[str, bytes]], object]


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def beside(xml: str) -> Change:
    """Put XML behind the run with the title's tag."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts[DOCUMENT].decode()
        at = text.index("</w:r>", text.index(TITLE)) + len("</w:r>")
        parts[DOCUMENT] = (text[:at] + xml + text[at:]).encode()

    return change


def link(address: str) -> Change:
    """A hyperlink of the body to that address, which stands in the body's relations."""
    rels = "word/_rels/document.xml.rels"
    kind = f"{NS}officeDocument/2006/relationships/hyperlink"
    relation = f'<Relationship Id="rIdLink" Type="{kind}" Target="{address}" TargetMode="External"/></Relationships>'
    return lambda parts: parts.update({rels: parts[rels].replace(b"</Relationships>", relation.encode())})


def part(name: str, content: str) -> Change:
    return lambda parts: add_part(parts, name, content)


def notes(kind: str, text: str = TAG) -> str:
    return (
        f'<w:{kind}s xmlns:w="{MAIN}"><w:{kind} w:id="2"><w:p>'
        f'<w:r><w:rPr><w:rFonts w:eastAsia="宋体"/></w:rPr><w:t>共{text}人</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
    )


def chart(values: str = TAG, title: str = f"共{TAG}人") -> str:
    c = f"{NS}drawingml/2006/chart"
    return (
        f'<c:chartSpace xmlns:c="{c}" xmlns:a="{DRAWING}"><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p>'
        f"<a:r><a:t>{title[:5]}</a:t></a:r><a:r><a:t>{title[5:]}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
        "<c:plotArea><c:layout/><c:barChart><c:barDir val='col'/><c:ser><c:idx val='0'/><c:order val='0'/>"
        "<c:val><c:numLit><c:ptCount val='1'/><c:pt idx='0'><c:v>"
        f"{values}</c:v></c:pt></c:numLit></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )


def property_of(kind: str, inner: str) -> str:
    vt = f"{NS}officeDocument/2006/docPropsVTypes"
    return f'<Properties xmlns="{NS}officeDocument/2006/{kind}-properties" xmlns:vt="{vt}">{inner}</Properties>'


def watermark(parts: dict[str, bytes]) -> None:
    shape = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" alt="共{{ visits.adults }}人">'
        '<v:textpath string="{{ visits.adults }}"/></v:shape></w:pict></w:r></w:p>'
    )
    parts["word/header1.xml"] = parts["word/header1.xml"].decode().replace("</w:p>", shape, 1).encode()


#: Where a tag is filled in.
FILLED: dict[str, Change] = {
    "footnote": part("word/footnotes.xml", notes("footnote")),
    "endnote": part("word/endnotes.xml", notes("endnote")),
    "endnote_split": part("word/endnotes.xml", notes("endnote", "{{ visits.</w:t></w:r><w:r><w:t>adults }}")),
    "glossary": part(
        "word/glossary/document.xml",
        f'<w:glossaryDocument xmlns:w="{MAIN}"><w:docParts><w:docPart><w:docPartBody><w:p>'
        f'<w:r><w:rPr><w:rFonts w:eastAsia="宋体"/></w:rPr><w:t>共{TAG}人</w:t></w:r></w:p></w:docPartBody></w:docPart></w:docParts>'
        "</w:glossaryDocument>",
    ),
    "chart": part("word/charts/chart1.xml", chart()),
    "smartart": part(
        "word/diagrams/data1.xml",
        f'<dgm:dataModel xmlns:dgm="{NS}drawingml/2006/diagram" xmlns:a="{DRAWING}"><dgm:ptLst><dgm:pt><dgm:t><a:bodyPr/>'
        "<a:p><a:r><a:t>共{{ visits.ad</a:t></a:r><a:r><a:t>ults }}人</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
    ),
    "company": part("docProps/app.xml", property_of("extended", f"<Company>共{TAG}人</Company>")),
    "custom_property": part(
        "docProps/custom.xml",
        property_of("custom", f'<property name="人数" pid="2"><vt:lpwstr>{TAG}</vt:lpwstr></property>'),
    ),
    "bound_data": part("customXml/item1.xml", f"<data><a>{TAG}</a></data>"),
    "formula": beside(
        f'<m:oMath xmlns:m="{MATH}"><m:r><m:t>x={{{{ visits.</m:t></m:r><m:r><m:t>adults }}}}</m:t></m:r></m:oMath>'
    ),
    "alt_text": beside(
        f'<w:r><w:drawing><wp:inline xmlns:wp="{NS}drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="7" name="x" descr="共{TAG}人"/></wp:inline></w:drawing></w:r>'
    ),
    "link_tip": beside(f'<w:hyperlink w:anchor="a" w:tooltip="{TAG}">{run("见表")}</w:hyperlink>'),
    "text_box": beside(
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>'
        f"{run(f'共{TAG}人')}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    ),
    "watermark": watermark,
    "insertion": beside(f'<w:ins w:id="1" w:author="张三">{run(f"共{TAG}人")}</w:ins>'),
    "moved_here": beside(f'<w:moveTo w:id="1" w:author="张三">{run(TAG)}</w:moveTo>'),
}

#: Where it cannot be, and the place as it is told.
REFUSED: dict[str, tuple[Change, str]] = {
    "comment": (part("word/comments.xml", notes("comment")), "批注第1段“共{{ visits.adults }}人”里的标签填不了"),
    "deletion": (
        beside(f'<w:del w:id="1" w:author="张三"><w:r><w:delText>{TAG}</w:delText></w:r></w:del>'),
        "正文第13段的修订“{{ visits.adults }}”里的标签填不了：这是修订中已删除的文字",
    ),
    "moved_away": (
        beside(f'<w:moveFrom w:id="1" w:author="张三">{run(TAG)}</w:moveFrom>'),
        "正文第13段的修订“{{ visits.adults }}”里的标签填不了：这是修订中已删除的文字",
    ),
    "field_code": (
        beside(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE "{{ visits.</w:instrText></w:r>'
            '<w:r><w:instrText>adults }}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        '正文第13段的域代码“QUOTE "{{ visits.adults }}"”里的标签填不了',
    ),
    "simple_field": (
        beside(f'<w:fldSimple w:instr="QUOTE {TAG}">{run("1")}</w:fldSimple>'),
        "正文第13段的域代码“QUOTE {{ visits.adults }}”里的标签填不了",
    ),
    "title": (
        lambda parts: parts.update({CORE: parts[CORE].replace(b"<dc:title>", b"<dc:title>{{ unit.name }}")}),
        "文档属性的标题“{{ unit.name }}",
    ),
    "style_name": (
        lambda parts: parts.update(
            {
                "word/styles.xml": parts["word/styles.xml"].replace(
                    b'w:name w:val="', b'w:name w:val="{{ unit.name }}', 1
                )
            }
        ),
        "样式、编号和设置的名称“{{ unit.name }}",
    ),
    "link_written_by_word": (
        link("http://a.cn/%7B%7B%20unit.name%20%7d%7d"),
        "超链接的地址“http://a.cn/{{ unit.name }}”",
    ),
    "link": (link("http://a.cn/{{unit.name}}"), "超链接的地址“http://a.cn/{{unit.name}}”里的标签填不了"),
    "mail": (link("mailto:%7b%7bunit.name%7d%7d@a.cn"), "超链接的地址“mailto:{{unit.name}}@a.cn”里的标签填不了"),
    "linking_field": (
        beside(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "http://a.cn/%7B%7B%20unit.name%20%7D'
            '%7D"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        '正文第13段的域代码“HYPERLINK "http://a.cn/{{ unit.name }}"”里的标签填不了',
    ),
    "wide_braces": (part("word/endnotes.xml", notes("endnote", "｛｛visits.adults｝｝")), "尾注第1段"),
    "wide_in_smartart": (
        part(
            "word/diagrams/data1.xml",
            f'<d xmlns:a="{DRAWING}"><a:p><a:r><a:t>｛｛ visits.adults ｝｝</a:t></a:r></a:p></d>',
        ),
        "SmartArt 图示1的文字“｛｛ visits.adults ｝｝”",
    ),
    "open_in_alt_text": (
        beside('<w:r><w:drawing><x descr="{{ visits.adults"/></w:drawing></w:r>'),
        "正文第13段的替代文字“{{ visits.adults”",
    ),
}


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path)


def with_change(form: Form, change: Change) -> Form:
    parts = read_parts(starter_template(form))
    change(parts)
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    return form


def report(form: Form, **values: FilingValue) -> dict[str, bytes]:
    given: dict[str, FilingValue] = {"unit.name": "某局", "report.year": 2024, "visits.adults": 31415, **values}
    return read_parts(render_word(Review.unchecked(Filing(form=form, values=given))))


def everything(parts: dict[str, bytes]) -> str:
    """What any part says in text or attribute."""
    roots = [etree.fromstring(content) for name, content in parts.items() if name.endswith((".xml", ".rels"))]
    return "\n".join(
        "".join(root.itertext()) + "\n".join(v for each in root.iter(etree.Element) for v in each.attrib.values())
        for root in roots
    )


@pytest.mark.parametrize("where", FILLED)
def test_a_tag_is_filled_in_wherever_it_can_be(form: Form, where: str) -> None:
    """form check has nothing to say but of revisions, the report has the figure once more, and no tag is left."""
    plain = everything(report(with_change(form, lambda parts: None))).count("31415")
    findings = lint_template(with_change(form, FILLED[where]))
    assert [] == [finding for finding in findings if finding.rule not in ("template_marks", "split")]
    said = everything(report(form))
    assert (True, False, False) == (said.count("31415") > plain, "{{" in said, "}}" in said)


@pytest.mark.long
@pytest.mark.parametrize("where", FILLED)
@pytest.mark.parametrize("typed", HOSTILE)
def test_text_that_looks_like_a_tag_is_printed_as_typed(form: Form, where: str, typed: str) -> None:
    """What staff typed is text in every place where a tag can stand, and no reason to refuse the report."""

    def change(parts: dict[str, bytes]) -> None:
        FILLED[where](parts)
        for name, content in parts.items():
            if name not in ("word/charts/chart1.xml", "word/embeddings/sheet1.xlsx"):
                parts[name] = content.replace(b"visits.adults", b"unit.name").replace(b"visits.ad<", b"unit.na<")
                parts[name] = parts[name].replace(b">ults }}", b">me }}").replace(b"visits.<", b"unit.<")
                parts[name] = parts[name].replace(b">adults }}", b">name }}")

    said = everything(report(with_change(form, change), **{"unit.name": typed}))
    assert (
        typed.split("\n", maxsplit=1)[0]
        .split("\a", maxsplit=1)[0]
        .split("\t", maxsplit=1)[0]
        .split("\f", maxsplit=1)[0]
        in said
    )


@pytest.mark.parametrize("where", REFUSED)
def test_a_tag_that_cannot_be_filled_in_is_refused_with_its_place(form: Form, where: str) -> None:
    """form check and generate refuse the template in the same words."""
    change, place = REFUSED[where]
    errors = [each.message for each in lint_template(with_change(form, change)) if each.level == "error"]
    with pytest.raises(DefinitionError) as caught:
        report(form)
    assert place in caught.value.message
    assert errors[0].removeprefix("Word 模板") in caught.value.message


def test_a_workbook_inside_the_document_is_looked_into(form: Form) -> None:
    """A tag in an embedded file would stay one for ever."""
    sheet = write_parts({"xl/a.xml": f"<a>{TAG}</a>".encode()})
    findings = lint_template(with_change(form, lambda parts: add_part(parts, "word/embeddings/sheet1.xlsx", sheet)))
    assert ["tag_place"] == [finding.rule for finding in findings]
    assert "嵌入的文件 sheet1.xlsx的内容“{{ visits.adults }}”里的标签填不了：嵌入的文件" in findings[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0\0\0" + TAG.encode("utf-16-le") + b"\0",
        b"\xd0\xcf\x11\xe0\0\0" + TAG.encode() + b"\0",
        write_parts({"xl/sharedStrings.bin": b"\0\1" + TAG.encode("utf-16-le")}),
    ],
    ids=["xls", "xls_in_one_byte", "xlsb"],
)
def test_a_binary_workbook_inside_the_document_is_looked_into(form: Form, content: bytes) -> None:
    """A tag in an .xls or .xlsb would stay one for ever, too."""
    with_change(form, lambda parts: add_part(parts, "word/embeddings/sheet1.xlsx", content))
    with pytest.raises(DefinitionError, match=r"嵌入的文件 sheet1\.xlsx的内容“\{\{ visits\.adults \}\}”里的标签填不了"):
        report(form)
    assert ["tag_place"] == [finding.rule for finding in lint_template(form)]


def test_comments_and_revisions_do_not_go_into_reports(form: Form) -> None:
    """form check says so, the report has the text as if all were accepted, and no mark."""

    def change(parts: dict[str, bytes]) -> None:
        add_part(parts, "word/comments.xml", notes("comment", "内部掌握"))
        author = 'w:id="1" w:author="张三"'
        beside(
            f"<w:ins {author}>{run('增')}</w:ins><w:del {author}><w:r><w:delText>删</w:delText></w:r></w:del>"
            '<w:commentRangeStart w:id="2"/><w:commentRangeEnd w:id="2"/><w:r><w:commentReference w:id="2"/></w:r>'
            f"<w:r><w:rPr><w:b/><w:rPrChange {author}><w:rPr/></w:rPrChange></w:rPr><w:t>粗</w:t></w:r></w:p>"
            f"<w:p><w:pPr><w:rPr><w:del {author}/></w:rPr></w:pPr>{run('并')}</w:p><w:p>{run('入')}"
        )(parts)

    findings = [finding for finding in lint_template(with_change(form, change)) if finding.rule == "template_marks"]
    assert ["warning", "warning"] == [finding.level for finding in findings]
    assert "1处批注（“共内部掌握人”），不会印进报告" in findings[0].message
    assert "修订（张三：“增”），报告按接受修订后的文字印" in findings[1].message
    parts = report(form)
    texts = ["".join(each.itertext()) for each in etree.fromstring(parts[DOCUMENT]).iter(f"{W}p")]
    assert "word/comments.xml" not in parts
    assert {"并入"} <= set(texts)
    assert any(text.endswith("增粗") for text in texts)
    assert not any(mark in parts[DOCUMENT] for mark in (b"w:ins", b"w:del", b"omment", b"Change"))


def test_a_chart_prints_numbers_alone(form: Form) -> None:
    """A blank figure is no point of the chart; words are refused."""
    with_change(form, part("word/charts/chart1.xml", chart(values="{{ visits.children }}")))
    blank = report(form, **{"report.blanks": BLANKS_KEPT})["word/charts/chart1.xml"]
    assert b"<c:pt " not in blank
    with_change(form, part("word/charts/chart1.xml", chart(values="{{ unit.name }}")))
    with pytest.raises(DefinitionError, match=r"图表1的数据“.*图表的数据只能是数，不能是“某局”"):
        report(form)
