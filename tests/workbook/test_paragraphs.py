"""Prose as people bring it: several paragraphs pasted from Word, a row each, below the cell that takes the whole text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from support.edit import shown
from support.office import recalculate
from xlreport import finding_kinds as kinds
from xlreport.filing import Filing
from xlreport.filing_json import read_json, to_json
from xlreport.forms.registry import find_form
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.assemble import assemble
from xlreport.workbook.read.recognise import recognise
from xlreport.workbook.read.returned import ReturnedCell, ReturnedWorkbook
from xlreport.workbook.read.xlsx import load, read_workbook
from xlreport.workbook.upgrade import upgrade
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FORM = find_form("gov2021")
PLAN = layout(FORM)

TEXT = ("（一）主动公开。公开信息30条。", "其中政策文件2件。", "（二）依申请公开。没有收到申请。")


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    write_workbook(Filing(form=FORM, values={"report.year": 2025, "unit.name": "甲市乙局"}), path)
    return path


def addresses(field: str) -> tuple[str, list[str]]:
    """The sheet of a prose field, its own cell and those for paragraphs below."""
    sheet, cell = PLAN.fields[field]
    return sheet.title, [cell.address, *(each.address for each in PLAN.paragraphs[field])]


def pasted(source: Path, into: Path, field: str, rows: Sequence[str | None]) -> Path:
    """The workbook with a row each from the field's own cell on, saved by openpyxl."""
    book = openpyxl.load_workbook(source)
    title, cells = addresses(field)
    for address, text in zip(cells, rows, strict=False):
        if text is not None:
            book[title][address] = text
    book.save(into)
    return into


def test_every_prose_field_has_unlocked_cells_for_paragraphs_below_its_own():
    """They stand in the field's column, row under row, without a merge, and more of them where the whole section fits."""
    for field in FORM.prose:
        _, own = PLAN.fields[field.id]
        below = PLAN.paragraphs[field.id]
        assert [(own.row + n, own.col) for n in range(1, len(below) + 1)] == [(cell.row, cell.col) for cell in below]
        assert {(1, 1)} == {(cell.rows, cell.cols) for cell in below}
        assert len(below) >= 9
    assert 20 == len(addresses("overview.summary")[1]) == len(addresses("problems.text")[1])


@pytest.mark.long
@pytest.mark.parametrize("start", [0, 1, 3], ids=["in the cell itself", "below it", "after blank rows"])
def test_pasted_paragraphs_are_one_text(blank, tmp_path, start):
    """Wherever the first stands, the field holds all of them, one paragraph a line, and nothing is found stray."""
    path = pasted(blank, tmp_path / "a.xlsx", "problems.text", [None] * start + [TEXT[0], None, *TEXT[1:]])
    back = read_workbook(path)
    assert "\n".join(TEXT) == back.values["problems.text"]
    assert not [finding for finding in back.findings if finding.rule == kinds.STRAY.id]
    (tmp_path / "a.json").write_bytes(to_json(back))
    filing = read_json(tmp_path / "a.json")
    assert "\n".join(TEXT) == filing.values["problems.text"]


@pytest.mark.long
def test_a_written_text_stands_in_the_cell_of_its_name(tmp_path):
    """What `fill` writes is whole in the named cell, the rows below stay free, and it reads back equal."""
    path = tmp_path / "a.xlsx"
    write_workbook(Filing(form=FORM, values={"problems.text": "\n".join(TEXT)}), path)
    title, cells = addresses("problems.text")
    held = shown(path)
    assert "\n".join(TEXT) == held[title, cells[0]]
    assert not any((title, address) in held for address in cells[1:])
    assert "\n".join(TEXT) == read_workbook(path).values["problems.text"]


@pytest.mark.program
def test_the_workbook_takes_pasted_paragraphs_as_one_text(blank, tmp_path):
    """Recalculated by LibreOffice: the printed copy, the mark of a required cell and the count of characters know all of it."""
    sheet, _ = PLAN.fields["problems.text"]
    title = sheet.title
    path = pasted(blank, tmp_path / "a.xlsx", "problems.text", [None, *TEXT])
    (path,) = recalculate([path], tmp_path / "out")
    seen = shown(path)
    preview = [seen.get((title, cell.address)) for cell in sheet.cells if cell.role == "preview"]
    assert [f"　　{text}" for text in TEXT] == [text for text in preview if text][:3]
    texts = {text for (name, _), text in seen.items() if name == title}
    assert f"共 {sum(map(len, TEXT))} 字" in texts
    assert "✓" in texts
    assert "✗ 未填" not in texts


@pytest.mark.long
def test_a_struck_paragraph_is_named_by_its_own_cell(blank, tmp_path):
    """What looks otherwise than it reads, or is a formula, is said of the cell below in which it stands."""
    title, cells = addresses("problems.text")
    path = pasted(blank, tmp_path / "a.xlsx", "problems.text", [*TEXT, "=1+1"])
    book = openpyxl.load_workbook(path)
    book[title][cells[1]].font = Font(strike=True)
    book.save(path)
    back = read_workbook(path)
    found = {(finding.rule, finding.cells[0].address) for finding in back.findings if finding.level == "error"}
    assert {(kinds.ODD_FONT.id, cells[1]), (kinds.FORMULA_IN_INPUT.id, cells[3])} <= found
    assert back.values["problems.text"] is None
    assert "\n".join([*TEXT, "=1+1"]) == back.raw["problems.text"]


@pytest.mark.long
def test_more_than_a_cell_holds_is_an_error_that_names_the_rows(blank, tmp_path):
    """Each row is short enough, together they are not: said with first and last cell; nothing is cut off."""
    _, cells = addresses("problems.text")
    path = pasted(blank, tmp_path / "a.xlsx", "problems.text", ["问" * 20000, "题" * 20000])
    (error,) = [
        each
        for each in read_workbook(path).findings
        if each.level == "error" and each.cells[0].field == "problems.text"
    ]
    assert f"到{cells[1]}合起来有40001个字" in error.message


@pytest.mark.long
def test_paragraphs_go_along_into_the_current_template(blank, tmp_path):
    """A workbook of another template is read by its names; the rows below a named cell go with it."""
    path = pasted(blank, tmp_path / "a.xlsx", "problems.text", TEXT)
    book = openpyxl.load_workbook(path)
    book["_meta"]["B3"] = "2.8"
    book.save(path)
    upgraded = upgrade(load(path.read_bytes()), "a.xlsx")
    assert "\n".join(TEXT) == upgraded.filing.values["problems.text"]


rows = st.lists(st.none() | st.text("政府信息公开，。1２a（）", min_size=1), max_size=20)


@cache
def loaded(path: Path) -> ReturnedWorkbook:
    return load(path.read_bytes())


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(rows=rows)
def test_any_rows_are_joined_by_line_feeds(blank, rows):
    """Blank rows count for nothing, and every other is a paragraph, in order."""
    returned = loaded(blank)
    home, own = PLAN.fields["problems.text"]
    sheet = returned.by_title[home.title.casefold()]
    for n in range(20):
        sheet.cells.pop((own.row + n, own.col), None)
    sheet.cells.update(
        {(own.row + n, own.col): ReturnedCell(value=text) for n, text in enumerate(rows) if text is not None}
    )
    filing = assemble(returned, recognise(returned, None, "a.xlsx"), "a.xlsx")
    read = filing.raw.get("problems.text", filing.values["problems.text"])
    visible = [text for text in rows if text is not None]
    assert ("\n".join(visible) or None) == read
