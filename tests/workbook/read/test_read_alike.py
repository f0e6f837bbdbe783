"""Cells are read as openpyxl reads them, which is what people read workbooks with: values, formulas and dates."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from support.returns.programs import by_openpyxl, like_wps, shared_formulas
from xlreport.rules.evaluate import CellError
from xlreport.workbook.read.dates import WINDOWS_EPOCH
from xlreport.workbook.read.returned import ReturnedCell, ReturnedWorkbook
from xlreport.workbook.read.xlsx import load

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/*.xlsx"))


def as_openpyxl(path: Path) -> dict[str, dict[tuple[int, int], tuple[object, object]]]:
    """Cached value and formula of every cell that is not blank, by sheet and place."""
    sheets: dict[str, dict[tuple[int, int], tuple[object, object]]] = {}
    values, formulas = (openpyxl.load_workbook(path, data_only=only) for only in (True, False))
    for sheet in formulas.worksheets:
        cells = sheets.setdefault(sheet.title, {})
        # Only cells that stand in the file: rows may reach to the last column.
        for (row, column), cell in sheet._cells.items():
            formula = None
            if cell.data_type == "f":
                text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                formula = str(text).removeprefix("=")
            value = values[sheet.title]._cells[row, column].value
            if value is not None or formula is not None:
                cells[row - 1, column - 1] = value, formula
    return sheets


def as_here(workbook: ReturnedWorkbook) -> dict[str, dict[tuple[int, int], tuple[object, object]]]:
    return {
        sheet.title: {place: (_value(cell), cell.formula) for place, cell in sheet.cells.items()}
        for sheet in workbook.sheets
    }


def _value(cell: ReturnedCell) -> object:
    if cell.date is not None:
        return cell.date
    return cell.value.code if isinstance(cell.value, CellError) else cell.value


def compare(path: Path) -> None:
    theirs, ours = as_openpyxl(path), as_here(load(path.read_bytes()))
    assert theirs.keys() == ours.keys()
    for title, cells in theirs.items():
        assert cells == {place: ours[title][place] for place in cells if place in ours[title]}
        # openpyxl takes an empty text for no value.
        assert {("", None)} >= {ours[title][place] for place in ours[title].keys() - cells.keys()}


@pytest.mark.long
@pytest.mark.parametrize("program", [shutil.copy, by_openpyxl, like_wps, shared_formulas])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_example_workbooks(path: Path, program: Callable[[Path, Path], Path], tmp_path: Path):
    """Every cell of every example, as written and as other programs save it."""
    compare(Path(program(path, tmp_path / "a.xlsx")))


@pytest.mark.parametrize("iso", [False, True], ids=["serial", "iso"])
def test_all_sorts_of_cells(tmp_path: Path, iso: bool):
    """Numbers, texts, truth values, errors, formulas, array formulas; dates and times as serial numbers and written out."""
    book = openpyxl.Workbook(iso_dates=iso)
    sheet = book.worksheets[0]
    values: list[object] = [
        *(
            1,
            -2.5,
            1e-7,
            123456789012,
            0.1 + 0.2,
            "文字",
            " 空格 ",
            "a\nb",
            True,
            False,
            "#N/A",
            "#DIV/0!",
        ),
        *(
            "=1+1",
            "=SUM(A1:A3)",
            ArrayFormula("B1:B2", "=A1:A2*2"),
            WINDOWS_EPOCH + timedelta(44218),
            WINDOWS_EPOCH + timedelta(44218.25, 5),
        ),
        *(date(1900, 1, 5), date(2024, 2, 29), time(23, 59, 59)),
    ]
    for value in values:
        sheet.append([value])
    path = tmp_path / "a.xlsx"
    book.save(path)
    theirs, ours = as_openpyxl(path)["Sheet"], as_here(load(path.read_bytes()))["Sheet"]
    assert theirs.keys() == ours.keys()
    for place, (value, formula) in theirs.items():
        assert (_moment(value), formula) == ours[place]


def _moment(value: object) -> object:
    """Days and times as the moments that we make of them: times fall on Excel's day 0."""
    if isinstance(value, time):
        return datetime.combine(WINDOWS_EPOCH, value)
    return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value
