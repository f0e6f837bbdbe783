"""The marked copy: the clerk's values, the bad cells coloured and noted, an index of links, and fit to be sent again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from support import clerk
from xlreport.filing import Filing, FilingValue
from xlreport.results.marked_copy import ENDING, marked_path, write_marked
from xlreport.results.problems import marks, problems
from xlreport.reviewing.review import review, review_file
from xlreport.reviewing.reviewed import Review
from xlreport.workbook.read.xlsx import load, read_workbook
from xlreport.workbook.write.xlsx import write_workbook

pytestmark = pytest.mark.long

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Review]:
    """A workbook with faults of several kinds, one warning explained and one cell that cannot be read."""
    values = clerk.one_wrong() | {"overview.on_request": "本年度共收到政府信息公开申请900件，全部办结。"}
    path = tmp_path_factory.mktemp("faulty") / "填报 表.xlsx"
    filing = Filing(
        form=review_form(),
        values=values,
        raw={"requests.new.legal": "约3"},
        explanations={"prose[overview.on_request]": "有原因。"},
    )
    write_workbook(filing, path)
    return path, review_file(path)


def review_form():
    from xlreport.forms import find_form

    return find_form("gov2019")


@pytest.fixture(scope="module")
def marked(faulty: tuple[Path, Review]) -> Path:
    path, reviewed = faulty
    made, kept = write_marked(reviewed, path, path.parent / "输出")
    assert kept is None
    return made


def comments(path: Path) -> dict[str, str]:
    """Every cell comment by “sheet”address."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        titles = [sheet.get("name") for sheet in book.iterfind("m:sheets/m:sheet", NS)]
        for n, title in enumerate(titles, start=1):
            rels = f"xl/worksheets/_rels/sheet{n}.xml.rels"
            if rels not in archive.namelist():
                continue
            for target in re.findall(r'Target="\.\./(comments\d+\.xml)"', archive.read(rels).decode()):
                root = etree.fromstring(archive.read(f"xl/{target}"))
                for comment in root.iterfind(".//m:comment", NS):
                    found[f"“{title}”{comment.get('ref')}"] = "".join(comment.itertext())
    return found


def test_name_beside_the_report(faulty: tuple[Path, Review], marked: Path):
    """<原名>_标注.xlsx in the output folder."""
    assert faulty[0].parent / "输出" / "填报 表_标注.xlsx" == marked


def test_same_values_and_findings(faulty: tuple[Path, Review], marked: Path):
    """Read again it says exactly what the original said: the same values, texts, explanations and findings."""
    _, original = faulty
    copy = review_file(marked)
    assert original.filing.values == copy.filing.values
    assert original.filing.raw == copy.filing.raw
    assert original.filing.explanations == copy.filing.explanations
    assert [(f.rule, f.cells, f.level) for f in original.findings] == [
        (f.rule, f.cells, f.level) for f in copy.findings
    ]


def test_index_sheet_is_known(marked: Path):
    """The added sheet is no damage: reading it finds nothing that the original had not."""
    assert "标注" in {sheet.title for sheet in load(marked.read_bytes()).sheets}
    assert [] == [finding for finding in read_workbook(marked).findings if "标注" in finding.message]


def test_bad_cells_are_noted_in_words(faulty: tuple[Path, Review], marked: Path):
    """Each marked cell has a comment with its sign, the finding's sentence and the suggestion."""
    _, reviewed = faulty
    filing, noted = reviewed.filing, comments(marked)
    found = problems(reviewed)
    expected = {id_: mark for id_, mark in marks(reviewed, found).items() if mark.weight != "concerned"}
    assert {str(filing.place(id_)) for id_ in expected} == set(noted)
    assert noted[str(filing.place("disclosure.licensing.decisions"))].startswith("✗ 必须改正")
    granted = noted[str(filing.place("requests.granted.business"))]
    assert granted.startswith("？ 可能有误")
    assert "由 21 改为 12" in granted
    assert "“约3”" in noted[str(filing.place("requests.new.legal"))]


def test_bad_cells_are_coloured(faulty: tuple[Path, Review], marked: Path):
    """A noted cell is filled with another colour than in a workbook without faults."""
    _, reviewed = faulty
    plain = clerk.write(marked.parent / "plain.xlsx", clerk.sound())
    place = reviewed.filing.place("disclosure.licensing.decisions")
    assert fill(marked, place.sheet, place.address) == "FFFFC7CE"
    assert fill(plain, place.sheet, place.address) != "FFFFC7CE"


def fill(path: Path, sheet: str | None, address: str | None) -> str | None:
    with zipfile.ZipFile(path) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        titles = [each.get("name") for each in book.iterfind("m:sheets/m:sheet", NS)]
        root = etree.fromstring(archive.read(f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"))
        styles = etree.fromstring(archive.read("xl/styles.xml"))
    cell = root.find(f".//m:c[@r='{address}']", NS)
    look = styles.findall("m:cellXfs/m:xf", NS)[int(cell.get("s"))]
    colour = styles.findall("m:fills/m:fill", NS)[int(look.get("fillId"))].find(".//m:fgColor", NS)
    return None if colour is None else colour.get("rgb")


def test_index_links_to_cells(faulty: tuple[Path, Review], marked: Path):
    """Every link of the index ends at a cell; each problem to be dealt with has a row."""
    _, reviewed = faulty
    with zipfile.ZipFile(marked) as archive:
        book = etree.fromstring(archive.read("xl/workbook.xml"))
        titles = [each.get("name") for each in book.iterfind("m:sheets/m:sheet", NS)]
        index = etree.fromstring(archive.read(f"xl/worksheets/sheet{len(titles)}.xml"))
    links = [link.get("location") for link in index.iterfind(".//m:hyperlink", NS)]
    assert titles[-1] == "标注"
    found = problems(reviewed)
    assert len(links) >= sum(problem.finding.blocks for problem in found)
    assert {link.rpartition("!")[0].strip("'") for link in links} <= set(titles)
    place = reviewed.filing.place("disclosure.licensing.decisions")
    assert f"'{place.sheet}'!{place.address}" in links


def test_index_is_short(tmp_path: Path):
    """Of many ways to mend a column three are listed and the rest counted; the column of totals is no row of its own."""
    path = clerk.write(tmp_path / "a.xlsx", clerk.two_sums_wrong())
    reviewed = review_file(path)
    made, _ = write_marked(reviewed, path, tmp_path)
    (index,) = [sheet for sheet in load(made.read_bytes()).sheets if sheet.title == "标注"]
    texts = [str(cell.value) for cell in index.cells.values() if cell.value is not None]
    choices = len({step.choice for step in reviewed.findings[0].fix or ()})
    assert [text[:3] for text in texts if text.startswith("（")] == ["（1）", "（2）", "（3）"]
    assert f"等 {choices} 种改法，其余的见结果页。" in texts
    assert [text for text in texts if "一并改正" in text] == []
    assert len([text for text in texts if "同时影响：第 2 处“三 依申请公开”J" in text]) == 1
    assert f"请对着它在原工作簿“{path.name}”里改" in "".join(texts)


def test_mended_in_the_copy_it_passes(marked: Path, tmp_path: Path):
    """The copy mended as it says has no error left."""
    filing = read_workbook(marked)
    mended: dict[str, FilingValue] = {
        "requests.granted.business": 12,
        "disclosure.licensing.decisions": 0,
        "report.date": "2020年1月20日",
        "requests.new.legal": 2,
    }
    path = clerk.write(tmp_path / marked.name, filing.values | mended)
    assert review_file(path).ok


def test_unchanged_copy_is_replaced(faulty: tuple[Path, Review], tmp_path: Path):
    """A copy that nobody touched is made anew without leaving anything behind, even when the faults have changed."""
    path, reviewed = faulty
    write_marked(reviewed, path, tmp_path)
    fewer = clerk.write(tmp_path / "原" / path.name, clerk.two_sums_wrong())
    again = review_file(fewer)
    made, kept = write_marked(again, fewer, tmp_path)
    assert kept is None
    assert sorted(each.name for each in tmp_path.iterdir()) == ["原", made.name]
    assert read_workbook(made).values["requests.new.research"] == 4


def test_changed_copy_is_kept(faulty: tuple[Path, Review], tmp_path: Path):
    """A copy in which staff have typed something is kept under another name, as it is."""
    path, reviewed = faulty
    made, _ = write_marked(reviewed, path, tmp_path)
    clerk.write(made, clerk.sound(requests__new__natural=822))
    typed = made.read_bytes()
    _, kept = write_marked(reviewed, path, tmp_path)
    assert kept is not None
    assert kept.name == "填报 表_标注（改过1）.xlsx"
    assert typed == kept.read_bytes()
    made.write_bytes(b"not a workbook")
    _, second = write_marked(reviewed, path, tmp_path)
    assert second is not None
    assert (second.name, second.read_bytes()) == ("填报 表_标注（改过2）.xlsx", b"not a workbook")


def test_never_over_the_workbook_checked(tmp_path: Path):
    """A marked copy that is checked itself is not written over."""
    assert marked_path(tmp_path / f"a{ENDING}.xlsx", tmp_path) == tmp_path / f"a{ENDING}2.xlsx"
    assert marked_path(tmp_path / f"a{ENDING}2.xlsx", tmp_path) == tmp_path / f"a{ENDING}.xlsx"
    assert marked_path(tmp_path / "x" / f"a{ENDING}.xlsx", tmp_path) == tmp_path / f"a{ENDING}.xlsx"


def test_typed_over_total_is_a_formula_again(tmp_path: Path):
    """What was typed over a total is not in the copy: its formula is, and the total is right."""
    path = clerk.write(tmp_path / "a.xlsx", clerk.sound())
    filing = read_workbook(path)
    typed = Filing(
        form=filing.form,
        meta=filing.meta,
        values=filing.values,
        typed_over={"requests.new.total": 7},
        places=filing.places,
    )
    made, _ = write_marked(review(typed), path, tmp_path / "输出")
    cell = load(made.read_bytes()).cell("requests.new.total")
    assert cell is not None
    assert cell.formula
    assert cell.value == 859
