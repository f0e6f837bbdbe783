"""Layout that depends on what is printed: figures on one line, even titles, signature and date on one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from support.validators import audit_errors, malformed_parts, sdk_errors
from support.word_documents import W, body, changed, styles, text
from xlreport.report.last_page import versions
from xlreport.report.word.fitted import fitted
from xlreport.report.word.parts import DOCUMENT, read_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlreport.filing import Filing, FilingValue

JOINT = "淮安市人民政府办公室\n淮安市大数据管理局\n淮安市政务服务管理办公室"
LONG = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县人民政府办公室"


def rendered(filing: Filing, values: Mapping[str, FilingValue]) -> bytes:
    return render_word(Review.unchecked(changed(filing, values)))


def cells(document: bytes, figure: str) -> list[Any]:
    return [cell for cell in body(document).iter(f"{W}tc") if text(cell) == figure]


def scales(document: bytes, figure: str) -> set[str | None]:
    found = [cell.find(f".//{W}rPr/{W}w") for cell in cells(document, figure)]
    return {each.get(f"{W}val") if each is not None else None for each in found}


def indents(document: bytes, style: str) -> list[dict[str, str]]:
    found = []
    for paragraph in body(document).iterfind(f"{W}p"):
        if paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == style:
            indent = paragraph.find(f"{W}pPr/{W}ind")
            found.append({} if indent is None else {key.removeprefix(W): value for key, value in indent.attrib.items()})
    return found


@pytest.mark.parametrize(
    ("field", "figure"),
    [
        ("requests.new.natural", 1234567),
        ("requests.new.natural", 123456789),
        ("appeals.review.upheld", 123456),
        ("appeals.review.upheld", 123456789),
    ],
)
def test_a_long_figure_is_set_narrower(city: Filing, field: str, figure: int) -> None:
    """Seven digits in the table of requests, six in that of appeals, nine in either: narrower, and still to be read."""
    (scale,) = scales(rendered(city, {field: figure}), str(figure)) - {None}
    assert 50 <= int(scale or 0) < 100


def test_a_figure_that_fits_is_left_alone(city: Filing) -> None:
    """Nothing is set narrower in the report of a city, nor nine digits in a wide cell."""
    document = rendered(city, {"disclosure.licensing.decisions": 123456789})
    assert {None} == scales(document, "123456789")
    assert [] == body(document).findall(f".//{W}tc//{W}rPr/{W}w")


def test_the_scale_stands_where_the_schema_has_it(city: Filing) -> None:
    """Behind the font, before the size: Word refuses a run whose properties are out of order."""
    parts = read_parts(rendered(city, {}))
    root = etree.fromstring(parts[DOCUMENT])
    (run,) = (each for each in root.iterfind(f".//{W}tc//{W}r") if text(each) == "3001")
    properties = run.find(f"{W}rPr")
    etree.SubElement(properties, f"{W}sz").set(f"{W}val", "18")
    run.find(f"{W}t").text = "123456789"
    made = etree.fromstring(fitted({**parts, DOCUMENT: etree.tostring(root)})[DOCUMENT])
    (run,) = (each for each in made.iterfind(f".//{W}tc//{W}r") if text(each) == "123456789")
    assert ["rFonts", "w", "sz"] == [each.tag.removeprefix(W) for each in run.find(f"{W}rPr")]


def test_a_long_title_is_indented_on_both_sides(city: Filing) -> None:
    """Its words stay as they are; a short one has the whole line."""
    document = rendered(city, {"unit.name": LONG})
    (indent,) = indents(document, "Title")
    assert indent["left"] == indent["right"] != "0"
    assert [f"2024年{LONG}\n政府信息公开工作年度报告"] == styles(document, "Title")
    assert [{}] == indents(rendered(city, {}), "Title")


def test_organs_that_sign_together_stand_one_a_line(city: Filing) -> None:
    """Each whole, on the axis of the date; the room at the right is that of a single one."""
    document = rendered(city, {"unit.signature": JOINT})
    assert [JOINT] == styles(document, "Signature")
    assert [{}, {}] == [*indents(document, "Signature"), *indents(document, "Date")]


def test_signature_and_date_share_the_room_that_the_longest_line_needs(city: Filing) -> None:
    """A name longer than half the page takes the date with it; one longer than the page breaks evenly."""
    document = rendered(city, {"unit.signature": "淮安市清江浦区长西街道办事处（党政综合办公室）\n淮安市统计局"})
    (signature,), (date,) = indents(document, "Signature"), indents(document, "Date")
    assert signature["left"] == date["left"]
    assert int(date["left"]) < 4264
    (broken,), (date,) = (indents(rendered(city, {"unit.signature": LONG}), each) for each in ("Signature", "Date"))
    assert "right" in broken
    assert date["left"] == "0"


def test_a_document_without_styles_or_page_is_left_as_it_is() -> None:
    """Whatever template there is: nothing is known of its sizes, so nothing is changed."""
    name = W.strip("{}")
    document = (
        f'<w:document xmlns:w="{name}"><w:body><w:p><w:r><w:t>字</w:t></w:r></w:p></w:body></w:document>'.encode()
    )
    assert {DOCUMENT: document} == fitted({DOCUMENT: document})


@pytest.mark.program
@pytest.mark.long
def test_validators_accept_what_was_laid_over(city: Filing, tmp_path: Path) -> None:
    """Narrow figures, an indented title, a wide signature, and every way to set the last page."""
    inputs = [id_ for table in city.form.tables.values() for id_ in table.ids if city.form.fields[id_].role == "input"]
    texts = {
        "unit.name": LONG,
        "unit.signature": f"{LONG}\n{JOINT}",
        "other_matters.text": "全市公开工作有序推进。" * 20,
    }
    document = rendered(city, {**dict.fromkeys(inputs, 123456789), **texts})
    ways = list(versions(document))
    assert len(ways) > 1
    for n, content in enumerate([document, *(each.whole for each in ways)]):
        file = tmp_path / f"{n}.docx"
        file.write_bytes(content)
        assert [] == [*sdk_errors(file), *audit_errors(file), *malformed_parts(file)]
