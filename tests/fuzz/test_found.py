"""What the fuzzer found, each as a case of its own: no reader can tell what such a cell says, so nothing is read."""

from __future__ import annotations

import copy
import re
import zipfile

import pytest

from fuzz.archives import entries, packed
from fuzz.bases import base
from support.returns.damages import lose_names, set_meta
from support.returns.package import M, Package, address_of, put
from xlreport.errors import InputError
from xlreport.workbook.read.xlsx import read_workbook


@pytest.fixture
def returned(tmp_path):
    """A filled workbook with one change, read."""
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(base("zeros-written"))

    def read(change):
        package = Package(sent)
        change(package)
        return read_workbook(package.save(tmp_path / "a.xlsx"))

    return read


def cell_of(package, name="requests.new.natural"):
    return package.cell(*address_of(package, name))


def two_values(package):
    cell = cell_of(package)
    cell.append(copy.deepcopy(cell.find(f"{M}v")))
    cell[-1].text = "12"


def text_and_value(package):
    cell = cell_of(package)
    put(cell, "inlineStr", "3")
    cell.append(copy.deepcopy(cell[0]))


def renamed(package, tag):
    package.sheet("三 依申请公开").find(f".//{M}{tag}").tag = f"{M}{tag}x"


@pytest.mark.parametrize(
    "change",
    [
        two_values,
        text_and_value,
        lambda package: cell_of(package).set("r", "D0"),
        lambda package: cell_of(package).set("r", "D8"),
        lambda package: cell_of(package).set("r", "E7"),
        lambda package: cell_of(package).set("s", "x"),
        lambda package: renamed(package, "sheetData"),
        lambda package: renamed(package, "row"),
    ],
)
def test_a_cell_in_no_certain_place_or_with_no_certain_content_is_damage(returned, change):
    """Two values, no address, another row's address, another cell's place: Excel calls such a file damaged, too."""
    with pytest.raises(InputError, match="已损坏"):
        returned(change)


@pytest.mark.parametrize("day", ["0", "0.5", "60"])
def test_a_time_of_day_is_no_date(returned, day):
    """A number below 1 in a date cell is a time, and shortly after it a day on which no two programs agree."""
    filing = returned(lambda package: put(cell_of(package, "report.date"), "n", day))
    assert filing.values["report.date"] is None
    assert ("out_of_range", "error") in [(finding.rule, finding.level) for finding in filing.findings]


def test_a_style_with_spaces_is_that_style(returned):
    """An index of a style is a number, however it is written: a format behind it is seen."""

    def change(package):
        styles = package.tree("xl/styles.xml").find(f"{M}cellXfs")
        styles.append(copy.deepcopy(styles[0]))
        styles[-1].set("numFmtId", "9")
        cell_of(package).set("s", f" 0{len(styles) - 1}")

    assert ["number_format"] == [finding.rule for finding in returned(change).findings]


def test_a_sheet_without_names_and_labels_gives_no_traceback(returned):
    """Its formulas cannot be compared with anything."""

    def change(package):
        lose_names(package, "published.")
        for each in package.sheet("一 总体情况").iter(f"{M}c"):
            put(each, None)

    assert "name_lost" in {finding.rule for finding in returned(change).findings}


def test_space_around_a_number_is_nothing(returned):
    """XML numbers may stand among spaces: a number all the same, without a note."""
    filing = returned(lambda package: put(cell_of(package), "n", " 821\n"))
    assert 821 == filing.values["requests.new.natural"]
    assert () == filing.findings


def test_what_is_no_number_in_a_cell_of_numbers_is_an_error(returned):
    """1,234 is 1234 as a text; written as a number, LibreOffice shows 1."""
    filing = returned(lambda package: put(cell_of(package, "disclosure.licensing.decisions"), "n", "1,234"))
    assert ["unreadable"] == [finding.rule for finding in filing.findings]


def test_styles_are_read_to_their_end(returned):
    """A part that no program can open to its end is damage, wherever the fault stands."""

    def change(package):
        text = package.parts["xl/styles.xml"]
        package.parts["xl/styles.xml"] = text.replace(b"</styleSheet>", b"&</styleSheet>")
        assert text != package.parts["xl/styles.xml"]

    with pytest.raises(InputError, match="已损坏"):
        returned(change)


def test_a_comment_within_a_value_is_nothing(returned):
    """XML comments do not divide a text."""

    def change(package):
        part = package.part_of("三 依申请公开")
        text = package.parts[part].decode()
        address = address_of(package, "requests.new.natural")[1]
        package.parts[part] = re.sub(rf'(r="{address}"[^>]*><v>8)(21)', r"\1<!-- 9 -->\2", text).encode()
        assert b"<!-- 9 -->" in package.parts[part]

    assert 821 == returned(change).values["requests.new.natural"]


def test_a_shared_formula_that_leads_off_the_sheet_is_damage_of_its_cell(returned):
    """Copied so far to the left that a column before A would be meant: the cell's formula is not the one sent out."""

    def change(package):
        shared = {"C9": ("SUM(A9:B9)", "0"), "A9": (None, "0")}
        for address, (text, index) in shared.items():
            cell = package.cell("三 依申请公开", address)
            put(cell, "n", "1", text)
            formula = cell.find(f"{M}f")
            if formula is None:
                formula = cell.makeelement(f"{M}f")
                cell.insert(0, formula)
            formula.set("t", "shared")
            formula.set("si", index)

        row = package.cell("三 依申请公开", "A9").getparent()
        row.remove(first := package.cell("三 依申请公开", "A9"))
        row.append(first)

    assert "label_edited" in {finding.rule for finding in returned(change).findings}


def test_two_of_many_equal_headings_exchanged_leave_open_which_figure_is_which(returned):
    """尚未审结 and 总计 stand three times in the table of appeals: where two change places, no figure is certain."""

    def change(package):
        title = "四 复议诉讼"
        last = (
            address_of(package, "appeals.after_review.pending")[1],
            address_of(package, "appeals.after_review.total")[1],
        )
        one, other = (package.cell(title, re.sub(r"[0-9]+", lambda row: str(int(row[0]) - 1), each)) for each in last)
        texts = [cell.findtext(f"{M}v") for cell in (one, other)]
        one.find(f"{M}v").text, other.find(f"{M}v").text = texts[1], texts[0]

    assert [("row_moved", "error")] * 2 == [(finding.rule, finding.level) for finding in returned(change).findings]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_package_is_stored_or_deflated(tmp_path, method):
    """Other compression is none of a workbook's, and its faults are other errors."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(entries(base("zeros-written")), method))
    with pytest.raises(InputError, match="已损坏"):
        read_workbook(path)


def test_a_heading_that_takes_another_one_s_text_leaves_open_which_figure_is_which(returned):
    """Two columns headed 总计: the first of them is the heading 尚未审结, edited into another label's text."""

    def change(package):
        address = address_of(package, "appeals.review.pending")[1]
        heading = package.cell("四 复议诉讼", re.sub(r"[0-9]+", lambda row: str(int(row[0]) - 2), address))
        total = address_of(package, "appeals.review.total")[1]
        other = package.cell("四 复议诉讼", re.sub(r"[0-9]+", lambda row: str(int(row[0]) - 2), total))
        heading.find(f"{M}v").text = other.findtext(f"{M}v")

    assert [("row_moved", "error")] == [(finding.rule, finding.level) for finding in returned(change).findings]


def test_a_total_by_another_definition_s_formula_is_told(returned):
    """The workbook says that it was made of another definition, and its own formula shows another total than the report."""

    def change(package):
        set_meta(package, "definition", "x")
        cell = cell_of(package, "requests.new.total")
        put(cell, "n", "820", "SUM(D7:H7)-1")

    findings = {finding.rule: finding for finding in returned(change).findings}
    assert {"other_definition", "shown_total"} == set(findings)
    assert ["requests.new.total"] == [cell.field for cell in findings["shown_total"].cells]
