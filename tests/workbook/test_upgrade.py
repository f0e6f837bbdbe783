"""A filled workbook of an older template is carried over cell by cell, and nothing is lost silently."""

from __future__ import annotations

from pathlib import Path

import msgspec
import openpyxl
import pytest
from openpyxl.styles import Font

from support.command import xlreport
from support.definitions import SMALL_RULES, made_form
from support.edit import set_cells
from support.figures import huaian_2024
from support.returns.drawn import anchor, box, draw
from support.returns.package import Package
from xlreport import verbs
from xlreport.cli import main
from xlreport.errors import InputError, UsageError
from xlreport.filing import Filing, Meta
from xlreport.finding import CellRef
from xlreport.forms import Form, find_form
from xlreport.workbook.layout.sheets import layout, template_version
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.upgrade import Transfer, Upgrade
from xlreport.workbook.write.xlsx import write_workbook

pytestmark = pytest.mark.long

CURRENT = find_form("gov2021")

#: gov2021 as it might have been: rows in another order, one more row, other titles, an earlier version.
OLDER = """
base = "gov2021"
id = "gov2021"
version = "0"
basis = "国办公开办函〔2021〕30号"
first_year = 2021

[[sections]]
key = "disclosure"
sheet = "表二"
[[sections.tables]]
key = "disclosure"
[[sections.tables.blocks]]
caption = "第二十条第（一）项"
rows = [
  { key = "letters", title = "信函", after = "" },
  { key = "normative", title = "规范性文件", after = "letters" },
]

[[sections]]
key = "requests"
[[sections.tables]]
key = "requests"
[[sections.tables.blocks]]
rows = [{ key = "new", title = "一、新收申请" }]
"""


@pytest.fixture
def older(tmp_path: Path) -> Form:
    """The form above, with one more rule."""
    extra = SMALL_RULES.replace("visits.adults:visits.children", "published.policy:published.other").replace(
        "visits.total", "published.total"
    )
    return made_form(tmp_path / "older", OLDER, extra.split('[[rules]]\nid = "cost"')[0])


VALUES = {
    **huaian_2024(),
    "unit.code": "00123",
    "disclosure.letters.issued": 4,
    "disclosure.normative.issued": 7,
    "disclosure.regulations.repealed": "/",
    "disclosure.fees.amount": 25.5,
    "requests.new.research": None,
    "problems.text": "第一段。\n第二段：{{ x }}。",
    "prior.requests.carried_out.natural": 34,
}
RAW = {"requests.granted.legal": "约3", "report.date": "年初"}
EXPLANATIONS = {
    "appeals_without_requests": "往年的案件。",
    "prose[problems.text]": "已核对。",
    "carried_over[natural]": "已核实。",
}


def write_older(older: Form, path: Path, **meta: str) -> Path:
    filing = Filing(
        form=older,
        meta=Meta(form="gov2021", form_version="0", year=2024, **meta),
        values=VALUES | dict.fromkeys(RAW),
        raw=RAW,
        explanations=EXPLANATIONS,
    )
    write_workbook(filing, path)
    return path


def by_field(upgraded: Upgrade) -> dict[str | None, Transfer]:
    return {transfer.old.field: transfer for transfer in upgraded.transfers}


def place(form: Form, id_: str) -> CellRef:
    sheet, cell = layout(form).fields[id_]
    return CellRef(field=id_, sheet=sheet.title, address=cell.address)


def test_everything_arrives(older: Form, tmp_path: Path):
    """Values, blanks, "/", unreadable texts and explanations read the same from the new workbook; the old is untouched."""
    old, new = write_older(older, tmp_path / "old.xlsx", unit_code="00123"), tmp_path / "new.xlsx"
    before = old.read_bytes()
    verbs.upgrade(old, new)
    filing = read_workbook(new)
    wanted = {id_: value for id_, value in VALUES.items() if id_ in CURRENT.fields and id_ not in RAW}
    assert wanted == {id_: filing.values[id_] for id_ in wanted}
    assert RAW == filing.raw
    assert EXPLANATIONS == filing.explanations
    assert (
        Meta(
            form="gov2021",
            form_version=CURRENT.version,
            template_version=template_version(CURRENT),
            unit_code="00123",
            year=2024,
        )
        == filing.meta
    )
    assert {"unreadable"} == {finding.rule for finding in filing.findings}
    assert before == old.read_bytes()


def test_list_says_what_went_where(older: Form, tmp_path: Path):
    """Each filled cell is listed once with both places and its value."""
    upgraded = verbs.upgrade(write_older(older, tmp_path / "old.xlsx"), tmp_path / "new.xlsx")
    listed = by_field(upgraded)
    filled = {id_ for id_, value in VALUES.items() if value is not None} | RAW.keys()
    assert filled - {"disclosure.letters.issued"} <= listed.keys()
    for id_ in ("disclosure.normative.issued", "requests.new.natural", "disclosure.regulations.repealed"):
        assert place(older, id_) == listed[id_].old
        assert place(CURRENT, id_) == listed[id_].new
        assert VALUES[id_] == listed[id_].value
    assert "约3" == listed["requests.granted.legal"].value
    assert "改正" in listed["requests.granted.legal"].note
    explained = [transfer.value for transfer in upgraded.transfers if transfer.name.startswith("说明")]
    assert set(EXPLANATIONS.values()) == set(explained)


def test_what_the_template_no_longer_has_is_left_behind(older: Form, tmp_path: Path):
    """A filled cell without a place in the current template is named with its old cell, its value and the reason."""
    upgraded = verbs.upgrade(write_older(older, tmp_path / "old.xlsx"), tmp_path / "new.xlsx")
    (lost,) = upgraded.lost
    assert place(older, "disclosure.letters.issued").address == lost.old.address
    assert "4" == lost.value
    assert "现行模板没有这一项" == lost.note


@pytest.mark.parametrize("version", ["0", "1"])
def test_number_over_a_formula_is_left_behind(tmp_path: Path, version: str):
    """What was typed over a total is named; the new workbook computes it."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_workbook(Filing(form=msgspec.structs.replace(CURRENT, version=version), values=huaian_2024()), old)
    total = place(CURRENT, "requests.new.total")
    set_cells(old, {(str(total.sheet), str(total.address)): 99})
    upgraded = verbs.upgrade(old, new)
    (lost,) = upgraded.lost
    assert (total, 99) == (lost.old, lost.value)
    assert {} == read_workbook(new).typed_over


@pytest.mark.parametrize("version", ["0", "1"])
def test_deleted_sheet_is_named(tmp_path: Path, version: str):
    """Cells of a sheet that is gone are listed as lost; the rest arrives."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_workbook(Filing(form=msgspec.structs.replace(CURRENT, version=version), values=VALUES_NOW), old)
    workbook = openpyxl.load_workbook(old)
    del workbook["四 复议诉讼"]
    for name in [name for name in workbook.defined_names if name.startswith("appeals.")]:
        workbook.defined_names[name].attr_text = "#REF!"
    workbook.save(old)
    upgraded = verbs.upgrade(old, new)
    stood = {id_ for id_, (sheet, _) in layout(CURRENT).fields.items() if sheet.title == "四 复议诉讼"}
    gone = {id_ for id_ in stood if CURRENT.fields[id_].role != "computed"}
    assert gone == {transfer.old.field for transfer in upgraded.lost}
    assert 3001 == read_workbook(new).values["requests.new.natural"]


def test_workbook_of_the_current_template(tmp_path: Path):
    """A current workbook is carried over as well."""
    write_workbook(Filing(form=CURRENT, values=VALUES_NOW, explanations=EXPLANATIONS), tmp_path / "old.xlsx")
    upgraded = verbs.upgrade(tmp_path / "old.xlsx", tmp_path / "new.xlsx")
    assert () == upgraded.lost
    assert upgraded.from_version == upgraded.to_version
    old, new = read_workbook(tmp_path / "old.xlsx"), read_workbook(tmp_path / "new.xlsx")
    assert (old.values, old.explanations) == (new.values, new.explanations)


VALUES_NOW = {id_: value for id_, value in VALUES.items() if id_ in CURRENT.fields}


def test_what_the_office_filled_in_stays_locked(older: Form, tmp_path: Path):
    """In a workbook that the receiving office sent out, its entries stay locked, and its token stays."""
    upgraded = verbs.upgrade(write_older(older, tmp_path / "old.xlsx", token="t1"), tmp_path / "new.xlsx")
    assert {"unit.name", "unit.code", "report.year", "prior.requests.carried_out.natural"} <= upgraded.given
    assert "t1" == read_workbook(tmp_path / "new.xlsx").meta.token


def test_workbook_of_another_form(tmp_path: Path):
    """A workbook is only ever carried into its own form."""
    write_workbook(Filing(form=find_form("gov2019")), tmp_path / "old.xlsx")
    with pytest.raises(InputError, match="gov2019"):
        verbs.upgrade(tmp_path / "old.xlsx", tmp_path / "new.xlsx", form="gov2021")
    assert not (tmp_path / "new.xlsx").exists()


def test_old_file_is_never_the_new_one(tmp_path: Path):
    """The old workbook is not written over, and neither is another filled one."""
    for name in ("old.xlsx", "other.xlsx"):
        write_workbook(Filing(form=CURRENT, values=VALUES_NOW), tmp_path / name)
    with pytest.raises(UsageError, match=r"old\.xlsx”就是要读取的文件，不能写在它上面"):
        verbs.upgrade(tmp_path / "old.xlsx", tmp_path / "old.xlsx", overwrite=True)
    with pytest.raises(UsageError, match="overwrite"):
        verbs.upgrade(tmp_path / "old.xlsx", tmp_path / "other.xlsx")


def test_form_outside_the_package(tmp_path: Path):
    """A form in a folder is upgraded with --form."""
    form = made_form(tmp_path / "form")
    old = msgspec.structs.replace(form, version="0")
    write_workbook(Filing(form=old, values={"visits.adults": 3, "hall.open": "是"}), tmp_path / "old.xlsx")
    upgraded = verbs.upgrade(tmp_path / "old.xlsx", tmp_path / "new.xlsx", form=str(tmp_path / "form"))
    assert {"visits.adults": 3, "hall.open": "是"} == {t.old.field: t.value for t in upgraded.transfers}


def test_command_prints_the_list(older: Form, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The command prints every transfer; its status says whether something stayed behind."""
    old = write_older(older, tmp_path / "old.xlsx")
    with pytest.raises(SystemExit) as stop:
        main(["upgrade", str(old), "-o", str(tmp_path / "new.xlsx")])
    printed = capsys.readouterr().out
    assert 1 == stop.value.code
    assert f"{place(older, 'requests.new.natural')} → {place(CURRENT, 'requests.new.natural')}：3001" in printed
    assert "没有带入：4（现行模板没有这一项）" in printed
    assert "没有带入1格" in printed


LOOKS = {
    "format": lambda cell: setattr(cell, "number_format", "0,"),
    "struck": lambda cell: setattr(cell, "font", Font(strike=True)),
    "white": lambda cell: setattr(cell, "font", Font(color="FFFFFF")),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("version", ["0", "1"])
def test_a_figure_that_was_seen_otherwise_stays_in_doubt(tmp_path: Path, version: str, look: str):
    """Shown as thousands, struck or white: the list says so, the new workbook doubts the figure, the status is 1."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_workbook(Filing(form=msgspec.structs.replace(CURRENT, version=version), values=VALUES_NOW), old)
    natural = place(CURRENT, "requests.new.natural")
    book = openpyxl.load_workbook(old)
    LOOKS[look](book[str(natural.sheet)][str(natural.address)])
    book.save(old)
    said = xlreport("upgrade", old, "-o", new)
    assert 1 == said.status
    assert f"{natural}：3001？（原表{natural}（自然人新收申请数）里" in said.out
    assert "其中1格看到的与填的不同，请核对" in said.out
    filing = read_workbook(new)
    assert "3001？" == filing.raw["requests.new.natural"]
    assert ["requests.new.natural"] == [cell.field for f in filing.findings if f.level == "error" for cell in f.cells]


@pytest.mark.parametrize("version", ["0", "1"])
def test_prose_that_was_not_seen_is_said(tmp_path: Path, version: str):
    """White prose is carried over as it stands, and the list and the status say that nobody saw it."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_workbook(Filing(form=msgspec.structs.replace(CURRENT, version=version), values=VALUES_NOW), old)
    problems = place(CURRENT, "problems.text")
    book = openpyxl.load_workbook(old)
    LOOKS["white"](book[str(problems.sheet)][str(problems.address)])
    book.save(old)
    said = xlreport("upgrade", old, "-o", new)
    assert 1 == said.status
    (line,) = [line for line in said.out.splitlines() if "看不见" in line]
    assert line.startswith(f"  ⚠ {CURRENT.fields['problems.text'].name}：{problems} → ")
    assert VALUES_NOW["problems.text"] == read_workbook(new).values["problems.text"]


@pytest.mark.parametrize("version", ["0", "1"])
def test_texts_that_no_cell_holds_are_said(tmp_path: Path, version: str):
    """A text box over a figure leaves the figure in doubt, and its text is listed as left behind."""
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_workbook(Filing(form=msgspec.structs.replace(CURRENT, version=version), values=VALUES_NOW), old)
    sheet, cell = layout(CURRENT).fields["requests.new.natural"]
    package = Package(old)
    draw(package, anchor(cell.row, cell.col, box("9999")), title=sheet.title)
    package.save(old)
    said = xlreport("upgrade", old, "-o", new)
    assert 1 == said.status
    assert f"✗ 文本框：“{sheet.title}”{cell.address}没有带入：9999（文本框里的文字不能带入" in said.out
    assert "3001？" == read_workbook(new).raw["requests.new.natural"]
