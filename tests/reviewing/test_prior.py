"""Last year's figures: from a workbook, a JSON or a published report, in the same form or the other one."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.styles import Font

from support.command import type_into, xlreport
from xlreport.filing_json import flat
from xlreport.reviewing.prior import from_filing
from xlreport.reviewing.review import review
from xlreport.workbook.read.xlsx import read_workbook

EXAMPLES = Path(__file__).parents[2] / "examples"
SHANGHAI = EXAMPLES / "2019-shanghai-bangongting"
SEED = EXAMPLES / "2020-huancui-xinfang"


def prior_of(workbook: Path) -> dict[str, object]:
    """The prior.* values that a workbook exports."""
    out = workbook.with_suffix(".json")
    assert xlreport("export", workbook, "-o", out).status == 1  # the required cells are blank
    return dict(flat(json.loads(out.read_text(encoding="utf-8"))["values"]["prior"]))


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Last year's filing in its three shapes."""
    folder = tmp_path_factory.mktemp("last year")
    (workbook,) = SHANGHAI.glob("*.xlsx")
    assert xlreport("generate", workbook, "-o", folder).status == 0
    (report,) = folder.glob("*.docx")
    return {"workbook": workbook, "json": SHANGHAI / "filing.json", "report": report}


@pytest.mark.long
@pytest.mark.parametrize("shape", ["workbook", "json", "report"])
def test_three_shapes_give_the_same_figures(sources: dict[str, Path], tmp_path: Path, shape: str):
    """The new workbook holds last year's printed totals, whatever they were read from."""
    out = tmp_path / "new.xlsx"
    assert xlreport("template", "--year", 2020, "--prior", sources[shape], "-o", out).status == 0
    prior = prior_of(out)
    assert {
        id_: prior[id_] for id_ in ("requests.new.total", "requests.carried_out.natural", "appeals.direct.total")
    } == {
        "requests.new.total": 859,
        "requests.carried_out.natural": 72,
        "appeals.direct.total": 9,
    }
    assert prior["disclosure.procurement.amount"] == 25.1
    assert prior["requests.carried_out.business"] is None


@pytest.mark.long
def test_carried_in_must_be_last_year_s_carried_out(sources: dict[str, Path], tmp_path: Path):
    """72 were carried out of 2019; 70 carried into 2020 is a warning that names both figures."""
    blank = tmp_path / "new.xlsx"
    xlreport("template", "--year", 2020, "--prior", sources["report"], "-o", blank)
    filled = type_into(blank, tmp_path / "a.xlsx", {"requests.carried_in.natural": 70})
    (workbook,) = json.loads(xlreport("check", filled, "--json").out)
    finding = next(f for f in workbook["findings"] if f["rule"] == "carried_over[natural]")
    assert (finding["level"], finding["expected"], finding["actual"]) == ("warning", 72, 70)
    mended = type_into(blank, tmp_path / "b.xlsx", {"requests.carried_in.natural": 72})
    (workbook,) = json.loads(xlreport("check", mended, "--json").out)
    assert not [f for f in workbook["findings"] if f["rule"].startswith("carried_over")]


@pytest.mark.long
def test_filled_cells_are_locked(sources: dict[str, Path], tmp_path: Path):
    """What --prior filled in, staff cannot type over; what it left blank they still can."""
    out = tmp_path / "new.xlsx"
    xlreport("template", "--year", 2020, "--prior", sources["json"], "-o", out)
    book = openpyxl.load_workbook(out)

    def locked(name: str) -> bool:
        ((sheet, address),) = book.defined_names[name].destinations
        return bool(book[sheet][address.replace("$", "")].protection.locked)

    assert locked("prior.requests.carried_out.natural")
    assert not locked("prior.requests.carried_out.business")


@pytest.mark.long
def test_prefilled_workbook_is_whole(sources: dict[str, Path], tmp_path: Path):
    """A workbook with locked figures of last year comes back without a word about damage; what it carries over is open."""
    out = tmp_path / "new.xlsx"
    xlreport("template", "--year", 2020, "--prior", sources["json"], "-o", out)
    (workbook,) = json.loads(xlreport("check", out, "--json").out)
    errors = {f["rule"].partition("[")[0] for f in workbook["findings"] if f["level"] == "error"}
    assert {"required", "balance"} == errors


@pytest.mark.long
def test_next_year_s_workbook_brings_what_stays(tmp_path: Path):
    """Unit, signature, contact and addressee stand in it, 上年结转 as last year's 结转下年度, its prose on a locked sheet."""
    (last,) = (EXAMPLES / "2024-huaian").glob("*.xlsx")
    values = {"contact.name": "王主任", "upward.email": "a@b.gov.cn", "problems.text": "一是慢。\n二是少。"}
    filled = type_into(last, tmp_path / "last.xlsx", values)
    out = tmp_path / "new.xlsx"
    assert xlreport("template", "--year", 2025, "--prior", filled, "-o", out).status == 0
    back = read_workbook(out)
    before = read_workbook(filled)
    kept = ("unit.name", "unit.short_name", "contact.name", "upward.email", "report.blanks")
    assert {id_: before.values[id_] for id_ in kept} == {id_: back.values[id_] for id_ in kept}
    assert before.values["requests.carried_out.natural"] == back.values["requests.carried_in.natural"] == 103
    assert back.values["requests.carried_in.business"] is None
    assert (None, None, 2025) == tuple(back.values[id_] for id_ in ("report.date", "problems.text", "report.year"))
    sheet = openpyxl.load_workbook(out)["上年文字"]
    assert sheet.protection.sheet
    texts = [row[1].value for row in sheet.iter_rows() if row[1].value]
    assert ["一是慢。", "二是少。"] == texts[texts.index("一是慢。") :][:2]
    assert not [finding for finding in back.findings if finding.rule == "sheet_added"]


@pytest.mark.long
def test_the_form_of_next_year_may_be_another(tmp_path: Path):
    """From the form of 2020 to that of 2021: what has no counterpart is said, the rest carried over."""
    (last,) = SEED.glob("*.xlsx")
    out = tmp_path / "new.xlsx"
    said = xlreport("template", "--year", 2021, "--prior", last, "-o", out)
    assert said.status == 0
    assert "没有与本表样含义相同的" in said.out + said.err
    back = read_workbook(out)
    assert ("gov2021", read_workbook(last).unit) == (back.form.id, back.unit)


def test_another_unit_s_file(sources: dict[str, Path], tmp_path: Path):
    """Last year's file of another unit is a warning that names both units."""
    out = tmp_path / "new.xlsx"
    said = xlreport("template", "--year", 2020, "--unit", "甲局", "--prior", sources["json"], "-o", out)
    assert said.status == 0
    assert "它是“上海市人民政府办公厅”的，不是“甲局”的" in said.out


@pytest.mark.long
def test_other_form(tmp_path: Path):
    """2020 → 2021: the same ids are carried over, what the old form does not have is left blank with a note."""
    out = tmp_path / "new.xlsx"
    said = xlreport("template", "--year", 2021, "--prior", SEED / "filing.json", "-o", out)
    assert said.status == 0
    assert "没有与本表样含义相同的上年规章现行有效件数" in said.out
    prior = prior_of(out)
    assert (prior["requests.new.total"], prior["disclosure.regulations.in_force"]) == (0, None)
    assert prior["requests.other_handling.other.total"] is None


@pytest.mark.long
def test_prior_wins_over_the_sheet(sources: dict[str, Path], tmp_path: Path):
    """A figure typed on the sheet that differs from --prior is a finding, and the file's figure counts."""
    blank = tmp_path / "new.xlsx"
    xlreport("template", "--form", "gov2019", "--year", 2020, "-o", blank)
    values = {"prior.requests.carried_out.natural": 71, "requests.carried_in.natural": 72}
    filled = type_into(blank, tmp_path / "a.xlsx", values)
    (workbook,) = json.loads(xlreport("check", filled, "--prior", sources["json"], "--json").out)
    rules = {f["rule"]: f for f in workbook["findings"]}
    differs = rules["prior_differs[prior.requests.carried_out.natural]"]
    assert (differs["expected"], differs["actual"]) == (72, 71)
    assert "carried_over[natural]" not in rules


def test_wrong_year(tmp_path: Path):
    """A file of another year than the last is a warning that names both years."""
    (workbook,) = (EXAMPLES / "2024-huaian").glob("*.xlsx")
    said = xlreport("check", workbook, "--prior", SHANGHAI / "filing.json", "--json")
    (result,) = json.loads(said.out)
    finding = next(f for f in result["findings"] if f["rule"] == "prior_year")
    assert (finding["expected"], finding["actual"]) == (2023, 2019)


def test_not_last_year_s_file(tmp_path: Path):
    """A text file, and a Word document without the report's tables, are refused in one sentence: status 3."""
    (tmp_path / "a.txt").write_text("x")
    said = xlreport("template", "--prior", tmp_path / "a.txt", "-o", tmp_path / "new.xlsx")
    assert said.status == 3
    assert "a.txt" in said.err
    document = docx.Document()
    document.add_paragraph("2019年工作总结")
    document.save(str(tmp_path / "a.docx"))
    said = xlreport("template", "--prior", tmp_path / "a.docx", "-o", tmp_path / "new.xlsx")
    assert said.status == 3
    assert "没有找到政府信息公开工作年度报告的表格" in said.err


@pytest.mark.long
@pytest.mark.parametrize("look", ["format", "font"])
def test_a_figure_that_was_seen_otherwise_is_left_out(sources: dict[str, Path], tmp_path: Path, look: str):
    """Shown with a 9 before it, or struck through: neither it nor the totals it counts in are taken for last year's."""
    filing = read_workbook(sources["workbook"])
    place = filing.places["requests.carried_out.natural"]
    book = openpyxl.load_workbook(sources["workbook"])
    cell = book[str(place.sheet)][str(place.address)]
    if look == "format":
        cell.number_format = '"9"0'
    else:
        cell.font = Font(strike=True)
    book.save(tmp_path / "last.xlsx")
    blank = tmp_path / "new.xlsx"
    said = xlreport("template", "--year", 2020, "--prior", tmp_path / "last.xlsx", "-o", blank)
    assert said.status == 0
    prior = prior_of(blank)
    assert [None, None] == [prior[f"requests.carried_out.{column}"] for column in ("natural", "total")]
    assert prior["requests.new.total"] == 859
    reviewed = review(read_workbook(blank), from_filing(read_workbook(tmp_path / "last.xlsx"), filing.form))
    messages = [finding.message for finding in reviewed.findings if finding.rule.startswith("prior_unreadable")]
    assert any(f"{place}看到的与填的不同" in message for message in messages)


@pytest.mark.long
@pytest.mark.parametrize("mark", ["superscript", "strike"])
def test_a_doubtful_figure_of_a_report_is_told_once(sources: dict[str, Path], tmp_path: Path, mark: str):
    """A footnote mark or a struck letter behind 72: the figure on the sheet gives way, one warning says why."""
    document = docx.Document(str(sources["report"]))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells if cell.text == "72"]
    run = cells[0].paragraphs[0].add_run("1")
    setattr(run.font, mark, True)
    document.save(str(tmp_path / "last.docx"))
    blank = tmp_path / "new.xlsx"
    xlreport("template", "--form", "gov2019", "--year", 2020, "-o", blank)
    filled = type_into(blank, tmp_path / "a.xlsx", {"prior.requests.carried_out.natural": 721})
    (result,) = json.loads(xlreport("check", filled, "--prior", tmp_path / "last.docx", "--json").out)
    about = "prior.requests.carried_out.natural"
    told = [f for f in result["findings"] if f["rule"].startswith("prior_") and about in str((f["rule"], f["cells"]))]
    assert [f"prior_unreadable[{about}]"] == [finding["rule"] for finding in told]
    assert "不能确定是什么数，这个上年数留空" in told[0]["message"]
