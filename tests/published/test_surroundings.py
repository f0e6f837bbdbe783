"""What a person put into a finished Word report beside its text is said; what a program did by saving it is not."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from lxml import etree

from support.filings import city
from support.office import convert, require_office
from support.word_documents import add_part
from xlreport.published.surroundings import page_surroundings, surroundings
from xlreport.published.tables import word_text
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.review import review

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["city"]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NOTE = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>以上数字未经审核</w:t></w:r></w:p></w:footnote></w:footnotes>'
BOX = (
    f'<w:r xmlns:w="{W}"><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>内部资料</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


@pytest.fixture(scope="module")
def made(city) -> bytes:
    return render_word(review(city))


def picture() -> io.BytesIO:
    """One grey dot as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + dot)


def edited(made: bytes, change) -> bytes:
    document = docx.Document(io.BytesIO(made))
    change(document)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def with_note(made: bytes) -> bytes:
    parts = read_parts(made)
    add_part(parts, "word/footnotes.xml", NOTE, of=DOCUMENT)
    return write_parts(parts)


def header(document) -> None:
    document.sections[0].header.paragraphs[0].add_run("机密★一年")


def footer(document) -> None:
    document.sections[0].footer.add_paragraph("联系人：张三")


def even_header(document) -> None:
    document.sections[-1].even_page_header.add_paragraph("草案")


def box(document) -> None:
    document.paragraphs[3]._p.append(parse_xml(BOX))


def in_body(document) -> None:
    document.paragraphs[3].add_run().add_picture(picture())


def in_header(document) -> None:
    document.sections[0].header.paragraphs[0].add_run().add_picture(picture())


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (header, "页眉“机密★一年”"),
        (even_header, "页眉“草案”"),
        (footer, "页脚“联系人：张三”"),
        (box, "文本框“内部资料”"),
        (in_body, "图片"),
        (in_header, "图片"),
    ],
)
def test_what_was_put_in_by_hand_is_seen(made, change, seen):
    """In whichever part it stands, and nothing else with it."""
    more = surroundings(edited(made, change), "a.docx") - surroundings(made, "a.docx")
    assert [seen] == [str(each) for each in more]


WATERMARK = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">'
    '<w:pict><v:shape style="width:99pt;height:9pt"><v:textpath on="t" string="内部资料"/></v:shape></w:pict></w:r>'
)
FORMULA = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>1+</m:t></m:r><m:r><m:t>2=4</m:t></m:r></m:oMath>"
)


@pytest.mark.parametrize(("added", "seen"), [(WATERMARK, "艺术字或水印“内部资料”"), (FORMULA, "公式“1+2=4”")])
@pytest.mark.parametrize("where", ["body", "header"])
def test_a_watermark_and_a_formula_are_seen(made, where, added, seen):
    """Text that stands in no paragraph's runs is seen wherever it stands."""

    def change(document):
        paragraphs = document.paragraphs if where == "body" else document.sections[0].header.paragraphs
        paragraphs[-1]._p.append(etree.fromstring(added))

    more = surroundings(edited(made, change), "a.docx") - surroundings(made, "a.docx")
    assert [seen] == [str(each) for each in more]


def field(document) -> None:
    code = '<w:p xmlns:w="{}">{}</w:p>'
    pieces = (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText> fileName</w:instrText>",
        "<w:instrText> \\p \\* MERGEFORMAT </w:instrText>",
    )
    last = ('<w:fldChar w:fldCharType="separate"/>', "<w:t>a.docx</w:t>", '<w:fldChar w:fldCharType="end"/>')
    runs = "".join(f"<w:r>{each}</w:r>" for each in (*pieces, *last))
    document.paragraphs[3]._p.addnext(parse_xml(code.format(W, runs)))


def simple_field(document) -> None:
    simple = (
        f'<w:fldSimple xmlns:w="{W}" w:instr=" DATE  \\@ &quot;yyyy&quot; "><w:r><w:t>2025</w:t></w:r></w:fldSimple>'
    )
    document.sections[0].footer.paragraphs[0]._p.append(parse_xml(simple))


def link(document) -> None:
    part = document.part
    id_ = part.relate_to("https://example.org/x", f"{R}/hyperlink", is_external=True)
    link = f'<w:hyperlink xmlns:w="{W}" xmlns:r="{R}" r:id="{id_}"/>'
    paragraph = document.paragraphs[3]._p
    paragraph.append(parse_xml(link))
    paragraph[-1].extend(paragraph.findall(f"{{{W}}}r"))


def linked_picture(document) -> None:
    document.part.relate_to("https://example.org/a.png", f"{R}/image", is_external=True)


def bound(document) -> None:
    control = f'<w:sdt xmlns:w="{W}"><w:sdtPr><w:dataBinding w:xpath="/a/b" w:storeItemID="{{1}}"/></w:sdtPr><w:sdtContent/></w:sdt>'
    document.paragraphs[3]._p.append(parse_xml(control))


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (field, "域“FILENAME \\p”"),
        (simple_field, '域“DATE \\@ "yyyy"”'),
        (link, "链接“https://example.org/x”"),
        (linked_picture, "图片"),
        (bound, "内容控件的数据“/a/b {1}”"),
    ],
)
def test_what_stands_behind_a_text_is_seen(made, change, seen):
    """Codes of fields, addresses of links, what a control takes its text from: other texts may come of them."""
    more = surroundings(edited(made, change), "a.docx") - surroundings(made, "a.docx")
    assert [seen] == [str(each) for each in more]


LISTS = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="4">'
    '<w:lvl w:ilvl="0"><w:start w:val="2"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%1.%2）"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="9"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
)


@pytest.mark.parametrize("by_style", [False, True])
def test_numbers_of_lists_are_seen(made, by_style):
    """Whether the paragraph or its style is in the list: with the very numbers that Word shows, level by level."""

    def change(document):
        levels = (0, 1, 1, 0, 1)
        for paragraph, level in zip(document.paragraphs[2:], levels, strict=False):
            number = parse_xml(f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="{level}"/><w:numId w:val="9"/></w:numPr>')
            if by_style:
                name = f"L{level}"
                style = document.styles[name] if name in document.styles else document.styles.add_style(name, 1)
                style.element.get_or_add_pPr().append(number)
                paragraph.style = style
            else:
                paragraph._p.get_or_add_pPr().append(number)

    parts = read_parts(edited(made, change))
    add_part(parts, "word/numbering.xml", LISTS, of=DOCUMENT)
    more = surroundings(write_parts(parts), "a.docx") - surroundings(made, "a.docx")
    assert {"自动编号"} == {each.what for each in more}
    assert ["三、", "二、", "（三.1）", "（二.1）", "（二.2）"] == sorted(each.text.partition(" ")[0] for each in more)


def test_a_footnote_is_seen(made):
    """A part that a program added is found by its relation."""
    more = surroundings(with_note(made), "a.docx") - surroundings(made, "a.docx")
    assert ["脚注“以上数字未经审核”"] == [str(each) for each in more]


def test_saving_again_changes_nothing(made):
    """python-docx writes parts and relations its own way."""
    assert surroundings(made, "a.docx") == surroundings(edited(made, lambda _: None), "a.docx")


@pytest.mark.program
def test_saving_in_libreoffice_changes_nothing(made, tmp_path: Path):
    """It writes every part anew, page numbers filled in."""
    require_office()
    (tmp_path / "a.docx").write_bytes(made)
    (saved,) = convert([tmp_path / "a.docx"], tmp_path / "out", "docx")
    assert surroundings(made, "a.docx") == surroundings(saved.read_bytes(), "a.docx")


@pytest.mark.parametrize(
    ("added", "seen"),
    [
        ('<p><a href="https://example.org/x">详见</a></p>', "链接"),
        ('<p style="display:none">隐藏</p>', "样式"),
        ('<p hidden="">隐藏</p>', "样式"),
        ('<p onclick="go()">点击</p>', "样式"),
        ('<p><input value="99件"></p>', "表单"),
        ('<meta http-equiv="refresh" content="0; url=https://example.org">', "页面信息"),
    ],
)
def test_what_was_put_into_a_page_is_seen(added, seen):
    """Links, forms, what hides a text or leads elsewhere; a page saved as it is has nothing of it."""
    page = "<!DOCTYPE html><html><head><title>年报</title></head><body><p>正文</p>{}</body></html>"
    before, after = (page_surroundings(page.format(more).encode()) for more in ("", added))
    assert frozenset() == before
    assert [seen] == [each.what for each in after]
    assert all(str(each) == "链接“https://example.org/x 详见”" for each in after if each.what == "链接")


def test_a_sign_of_a_font_of_signs_is_text(made):
    """A tick out of Wingdings stands in the text like any letter."""
    sign = f'<w:r xmlns:w="{W}"><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    signed = edited(made, lambda document: document.paragraphs[3]._p.append(parse_xml(sign)))
    assert ["\uf0fe"] == [
        now.removeprefix(was)
        for now, was in zip(word_text(signed, "a").paragraphs, word_text(made, "a").paragraphs, strict=True)
        if now != was
    ]
