"""What the tool made is known by its own mark, with no record beside it; what anybody changed since is not."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import clerk
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.published.own_mark import blank, made_of, marked, own_mark, with_comment
from xlreport.report.publish import publish
from xlreport.reviewing.reviewed import Review

pytestmark = pytest.mark.long

FORMATS = ("docx", "html", "json")


def review(licensing: int) -> Review:
    values = clerk.sound(disclosure__licensing__decisions=licensing)
    return Review.unchecked(Filing(form=find_form("gov2019"), values=values))


BLANK = blank(review(411111).filing).encode()


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Path]:
    return publish(review(411111), tmp_path, formats=FORMATS).files


@given(st.binary(), st.binary(), st.data())
def test_any_change_is_seen(before: bytes, after: bytes, data: st.DataObject):
    """A file with its mark is known; with one byte of it another, gone or added it is not."""
    whole = marked(b"<" + before + BLANK + after)
    assert own_mark(whole) is not None
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    for changed in (whole[:at] + bytes([other]) + whole[at + 1 :], whole[:at] + whole[at + 1 :], whole + b"\n"):
        assert own_mark(changed) is None


@given(st.binary())
def test_what_never_had_a_mark_is_nobodys(content: bytes):
    """Files of other programs, damaged zips among them; no content makes it raise."""
    assert own_mark(content) is None
    assert own_mark(b"PK" + content) is None


def test_a_text_that_looks_like_a_mark(made: dict[str, Path]):
    """What staff type cannot pass an edited file off for the tool's: a file with two marks is taken for edited."""
    page = made["html"].read_bytes()
    assert own_mark(page) is not None
    assert own_mark(marked(page.replace(b"</h1>", BLANK + b"</h1>", 1))) is None


def test_a_report_packed_in_another_way_is_the_same(made: dict[str, Path]):
    """The mark is of the parts: a zip of the same parts, stored and in another order, bears it too."""
    source = zipfile.ZipFile(made["docx"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in reversed(source.namelist()):
            archive.writestr(name, source.read(name))
    assert own_mark(made["docx"].read_bytes()) == own_mark(buffer.getvalue()) is not None


def test_a_pdf_tells_its_report(made: dict[str, Path], tmp_path: Path):
    """A PDF is vouched for by the report it was made of, not by another one, and not when it was changed."""
    report = made["docx"].read_bytes()
    other = publish(review(522222), tmp_path / "另").files["docx"].read_bytes()
    pdf = with_comment(b"%PDF-1.7\n%%EOF\n", report, review(411111).filing)
    assert made_of(pdf, report)
    assert not made_of(pdf, other)
    assert not made_of(pdf + b"signed", report)
    assert not made_of(b"%PDF-1.7\n%%EOF\n", report)


def test_unedited_files_without_a_record_are_replaced(
    made: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """No record: report, page and PDF of other figures are the tool's own, and nothing is kept or said."""
    pdf = made["docx"].with_suffix(".pdf")
    pdf.write_bytes(with_comment(b"%PDF-1.7\n%%EOF\n", made["docx"].read_bytes(), review(411111).filing))
    made["json"].unlink()
    monkeypatch.setattr("xlreport.report.pdf.find_libreoffice", lambda: None)
    done = publish(review(522222), tmp_path, formats=("docx",))
    assert () == done.kept
    assert [] == list(tmp_path.glob("*人工修改*"))
    assert "522222" in made["html"].read_text(encoding="utf-8")
    assert done.fault is not None
    assert not pdf.exists()


@pytest.mark.parametrize("record", [True, False])
@pytest.mark.parametrize("which", FORMATS)
def test_edited_files_are_kept(made: dict[str, Path], tmp_path: Path, which: str, record: bool):
    """Whatever was edited lies beside the new report afterwards, with its record or without; the data file too."""
    path = made[which]
    if which == "docx":
        document = docx.Document(str(path))
        document.paragraphs[0].add_run("（修改）")
        document.save(str(path))
    else:
        path.write_bytes(path.read_bytes().replace(b"411111", b"411112"))
    edited = path.read_bytes()
    if not record and which != "json":
        made["json"].unlink()
    (kept,) = publish(review(522222), tmp_path, formats=FORMATS).kept
    assert edited == kept.read_bytes()
    assert "人工修改" in kept.name
    assert "522222" in made["html"].read_text(encoding="utf-8")


def test_data_of_an_earlier_version_is_replaced(made: dict[str, Path], tmp_path: Path):
    """A data file without a mark is known by what is in it, as before there were marks."""
    document = json.loads(made["json"].read_bytes())
    del document["mark"]
    made["json"].write_text(json.dumps(document), encoding="utf-8")
    assert () == publish(review(522222), tmp_path, formats=FORMATS).kept


def test_another_units_report_is_not_replaced(tmp_path: Path):
    """Two units of one name with codes of their own, no data file at all: the second takes another name, both stay."""
    filings = [
        Filing(form=find_form("gov2019"), values=clerk.sound(unit__code=code, disclosure__licensing__decisions=figure))
        for code, figure in (("A1", 411111), ("B2", 522222))
    ]
    for _ in range(2):
        made = [publish(Review.unchecked(each), tmp_path, formats=("docx", "html")) for each in filings]
        assert [(), ()] == [each.kept for each in made]
    assert ["411111", "522222"] == [
        figure
        for each in made
        for figure in ("411111", "522222")
        if figure in each.files["html"].read_text(encoding="utf-8")
    ]
    assert 4 == len(list(tmp_path.iterdir()))


def test_a_code_that_is_filled_in_later(tmp_path: Path):
    """It is the same unit's report all the same, and is replaced."""
    for code in (None, "A1", None):
        values = clerk.sound(unit__code=code)
        made = publish(Review.unchecked(Filing(form=find_form("gov2019"), values=values)), tmp_path, formats=("docx",))
        assert () == made.kept
    assert 1 == len(list(tmp_path.iterdir()))
