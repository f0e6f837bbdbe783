"""The end of a report in LibreOffice: signature and date stand under text, and no half page is left empty before them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from support.office import page_texts
from support.word_documents import W, body, changed, paragraphs, styles
from xlreport.report.last_page import page_count, versions
from xlreport.report.pdf import find_libreoffice, word_to_pdf
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.filing import Filing

SENTENCE = "全市各级行政机关坚持以人民为中心，持续深化政务公开，不断提升政府信息公开工作质效，回应群众关切。"


def ending(city: Filing, sentences: int) -> bytes:
    filing = changed(city, {"problems.text": SENTENCE, "other_matters.text": SENTENCE * sentences})
    return render_word(Review.unchecked(filing))


def test_only_a_long_last_paragraph_is_let_go(city: Filing) -> None:
    """Three lines go over to the next page whole; a report that nobody signs has no end of that kind."""
    assert [] == list(versions(ending(city, 1)))
    assert [] == list(versions(render_word(Review.unchecked(changed(city, {"other_matters.text": None})))))
    assert 5 == len(list(versions(ending(city, 4))))


def test_every_version_says_the_same(city: Filing) -> None:
    """Nothing but the layout differs; the twin lacks signature and date alone."""
    document = ending(city, 6)
    for whole, unsigned in versions(document):
        assert paragraphs(document) == paragraphs(whole)
        signed = [*styles(whole, "Signature"), *styles(whole, "Date")]
        assert paragraphs(whole) == [*paragraphs(unsigned), *signed]
        (last,) = (p for p in body(whole).iterfind(f"{W}p") if p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "BodyLast")
        assert "0" == last.find(f"{W}pPr/{W}keepNext").get(f"{W}val")


def test_a_template_of_another_hand_is_set_too(city: Filing) -> None:
    """Styles without a name, a last paragraph without properties: what is missing is made, nothing is raised."""
    parts = read_parts(ending(city, 6))
    root = etree.fromstring(parts[DOCUMENT])
    last = next(p for p in root.iter(f"{W}p") if p.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "BodyLast")
    last.remove(last.find(f"{W}pPr"))
    nameless = parts["word/styles.xml"].replace(b'<w:name w:val="Body Text"/>', b"")
    document = write_parts({**parts, DOCUMENT: etree.tostring(root), "word/styles.xml": nameless})
    assert [paragraphs(document)] * 5 == [paragraphs(each.whole) for each in versions(document)]


def test_pages_are_counted_wherever_their_objects_lie() -> None:
    """In the open, or in a compressed stream of objects; the list of pages is none."""
    plain = b"1 0 obj<</Type/Pages/Count 2>>\n2 0 obj<</Type/Page/Parent 1 0 R>>\n3 0 obj<</Type /Page>>"
    packed = b"<</Type/ObjStm/N 2/Filter/FlateDecode>>\nstream\n" + zlib.compress(plain) + b"\nendstream"
    assert (2, 2, 0) == (page_count(plain), page_count(packed), page_count(b"<</Type/ObjStm>>stream\nxendstream"))


@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("sentences", [6, 8, 9, 10])
def test_the_signature_stands_under_text(city: Filing, tmp_path: Path, sentences: int) -> None:
    """However long the last paragraph is: text and signature on the last page, and the page before it full."""
    if find_libreoffice() is None:
        pytest.skip("LibreOffice is not installed")
    docx, pdf = tmp_path / "a.docx", tmp_path / "a.pdf"
    docx.write_bytes(ending(city, sentences))
    pdf.write_bytes(word_to_pdf(docx))
    *_, before, last = ([line.strip() for line in page.split("\n") if line.strip()] for page in page_texts(pdf))
    assert "2025年1月31日" in "".join(last).replace(" ", "")
    if len(last) > 4:
        return
    assert len(before) > 20
