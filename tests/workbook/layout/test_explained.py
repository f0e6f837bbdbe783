"""The state 已说明 of 校验 is what the tool says of an explanation, when LibreOffice recalculates the workbook."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.edit import set_cells, shown
from support.office import recalculate, require_office
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.forms import find_form
from xlreport.workbook.layout.names import explanation_name
from xlreport.workbook.layout.positions import STATE
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.texts import explains
from xlreport.workbook.write.xlsx import write_workbook

FORM = find_form("gov2021")

EMPTY = [
    "",
    " ",
    "无",
    "无。",
    "……",
    "---",
    "无无无",
    "N/A",
    "n/a",
    "暂无",
    "没有。",
    "不适用",
    "无\\",
    "100",
    "2024.1",
    "1月",
    "啊",
    "True",
    "/",
    "（无）",
]
SAID = ["往年的案件", "ab", "无此事项", "含重复登记1件。", "没有收到申请", "。。说明", "跨年", "见第3页", "OK的"]


@pytest.mark.program
@pytest.mark.long
def test_state_says_what_the_tool_says(tmp_path: Path):
    """Nothing said leaves the warning, words that explain take it: one workbook for each text, recalculated."""
    require_office()
    values: dict[str, FilingValue] = {"requests.new.natural": 1, "prior.requests.new.total": 300}
    sheet, cell = layout(FORM).names[explanation_name("jump[new]")]
    books = []
    blank = tmp_path / "blank.xlsx"
    write_workbook(Filing(form=FORM, meta=Meta(year=2024), values=values), blank)
    for n, text in enumerate([*EMPTY, *SAID]):
        path = Path(shutil.copy(blank, tmp_path / f"{n}.xlsx"))
        set_cells(path, {(sheet.title, cell.address): text})
        books.append(path)
    state = next(each for each in sheet.cells if (each.row, each.col) == (cell.row, STATE))
    seen = [shown(book)[sheet.title, state.address] for book in recalculate(books, tmp_path / "again")]
    assert [*["⚠"] * len(EMPTY), *["已说明"] * len(SAID)] == seen
    assert [*[False] * len(EMPTY), *[True] * len(SAID)] == [explains(text) for text in (*EMPTY, *SAID)]
