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
from xlreport.published.surroundings import surroundings
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.review import review

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["city"]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
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
