"""Text boxes, shapes and pictures over a sheet: their text is said, where it lies and that it is read nowhere."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from support.definitions import REPORT_FORM, made_form, rule
from support.returns.drawn import anchor, box, draw, old_box
from support.returns.package import Package, address_of
from xlreport import finding_kinds as kinds
from xlreport.filing import Filing, FilingValue
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "三 依申请公开"


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    rules = rule("SUM(requests.granted.natural:requests.granted.other) >= 0")
    return made_form(tmp_path_factory.mktemp("form"), REPORT_FORM, rules)


@pytest.fixture(scope="module")
def sent(form, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sent") / "a.xlsx"
    values: dict[str, FilingValue] = {
        "unit.name": "甲局",
        "report.year": 2024,
        "requests.new.natural": 3,
        "problems.text": "问题一。",
    }
    write_workbook(Filing(form=form, values=values), path)
    return path


@pytest.fixture
def drawn(sent, form, tmp_path):
    """The findings on a workbook with a part drawn on one sheet."""

    def read(content: str, *, title: str = SHEET, kind: str = "drawing", name: str = "xl/drawings/drawing1.xml"):
        package = Package(sent)
        draw(package, content, title=title, kind=kind, name=name)
        back = read_workbook(package.save(tmp_path / "a.xlsx"), form)
        return [finding for finding in back.findings if finding.rule == kinds.LAID_OVER.id]

    return read


def place(sent: Path, field: str) -> tuple[int, int, str]:
    """Row, column and address of a field's cell."""
    _, address = address_of(Package(sent), field)
    letters, row = coordinate_from_string(address)
    return row - 1, column_index_from_string(letters) - 1, address


def test_a_text_box_over_a_figure_is_an_error(drawn, sent):
    """What is seen is 9999, what would be read is 3."""
    row, col, address = place(sent, "requests.new.natural")
    (error,) = drawn(anchor(row, col, box("9999")))
    assert ("error", address, "requests.new.natural") == (error.level, error.cells[0].address, error.cells[0].field)
    assert "上面盖着文本框（“9999”）" in error.message


def test_a_box_over_several_cells_names_them_all(drawn, sent):
    """It ends at the beginning of the next cell, and does not lie over that."""
    row, col, _ = place(sent, "requests.new.natural")
    (error,) = drawn(anchor(row, col, box("见附表"), cols=3))
    assert [f"requests.new.{column}" for column in ("natural", "business", "research")] == [
        cell.field for cell in error.cells
    ]


def test_paragraphs_in_a_box_are_said(drawn, sent):
    """Over the rows for pasted paragraphs, too; grouped shapes and a second rendering of the same text are one."""
    row, col, _ = place(sent, "problems.text")
    group = f"<x:grpSp>{box('一是更新不及时。', '二是培训不够。')}</x:grpSp>"
    (error,) = drawn(anchor(row + 2, col, group + box("二是培训不够。")), title="五 问题和改进")
    assert "error" == error.level
    assert "一是更新不及时。\n二是培训不够。" == error.actual


def test_elsewhere_it_is_a_note(drawn):
    """A box beside the table, a picture over a figure."""
    (note,) = drawn(anchor(50, 12, box("请科室核对")))
    assert ("note", "M51") == (note.level, note.cells[0].address)


def test_a_shape_of_older_programs_is_said(drawn, sent):
    """VML, as Excel writes beside its notes; the notes themselves are nothing to say."""
    row, col, _ = place(sent, "requests.new.natural")
    both = old_box(row, col, "8888").replace("</xml>", old_box(row, col, "请核对", kind="Note").partition(">")[2])
    (error,) = drawn(both, kind="vmlDrawing", name="xl/drawings/vmlDrawing1.vml")
    assert "8888" == error.actual


@pytest.mark.parametrize(
    "text", ["88<br>88", "88&nbsp;88", "<font size=3>8888</font>"], ids=["line break", "entity", "bare attribute"]
)
def test_a_shape_as_old_programs_write_it_is_said(drawn, sent, text):
    """VML that is no XML: lines end in an open tag, entities and attributes are those of HTML."""
    row, col, _ = place(sent, "requests.new.natural")
    (error,) = drawn(old_box(row, col, text), kind="vmlDrawing", name="xl/drawings/vmlDrawing1.vml")
    assert ("error", "requests.new.natural") == (error.level, error.cells[0].field)
    assert "88" in error.actual


def sized(name: str, where: str, shape: str, size: int) -> str:
    """An anchor that says where a drawing begins, and its size in EMU."""
    return anchor(0, 0, shape).partition("<x:twoCellAnchor>")[0] + (
        f'<x:{name}>{where}<x:ext cx="{size}" cy="{size}"/>{shape}<x:clientData/></x:{name}></x:wsDr>'
    )


CORNER = "<x:from><x:col>1</x:col><x:colOff>0</x:colOff><x:row>2</x:row><x:rowOff>0</x:rowOff></x:from>"


@pytest.mark.parametrize(
    ("name", "where", "size", "level"),
    [
        ("oneCellAnchor", CORNER, 9_000_000, "error"),
        ("oneCellAnchor", CORNER, 100_000, "note"),
        ("absoluteAnchor", '<x:pos x="1000" y="1000"/>', 9_000_000, "error"),
        ("absoluteAnchor", '<x:pos x="1000" y="900000000"/>', 9_000_000, "note"),
    ],
)
def test_a_box_of_which_only_the_size_is_said_may_lie_over_a_figure(drawn, name, where, size, level):
    """How many cells it covers hangs on their size: what may be covered is."""
    (found,) = drawn(sized(name, where, box("9999"), size))
    assert (level, level == "error") == (found.level, "requests.new.natural" in {each.field for each in found.cells})


def test_broken_and_missing_parts_draw_nothing(drawn):
    """As in every program that opens them."""
    assert [] == drawn("<x:wsDr")
    assert [] == drawn("", name="xl/drawings/drawing2.xml", kind="vmlDrawing")


def test_pictures_and_notes_as_openpyxl_writes_them(sent, form, tmp_path):
    """A picture over a figure is a note with the cell; a comment is nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    _, _, address = place(sent, "requests.new.natural")
    book = openpyxl.load_workbook(sent)
    book[SHEET].add_image(Image(io.BytesIO(b"\x89PNG\r\n\x1a\n" + dot)), address)
    book[SHEET][address].comment = Comment("请核对", "甲")
    book.save(tmp_path / "a.xlsx")
    found = [each for each in read_workbook(tmp_path / "a.xlsx", form).findings if each.rule == kinds.LAID_OVER.id]
    assert [("note", address)] == [(each.level, each.cells[0].address) for each in found]
    assert "图片或图形" in found[0].message
