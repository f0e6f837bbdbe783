"""Marks beside rows and under columns, levels on 校验, states on the first sheet: neutral while a table is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.edit import shown
from support.figures import huaian_2024
from support.office import recalculate, require_office
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.workbook.layout.positions import CHECK_SHEET, GUIDE_SHEET, LEVEL
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.write.content import content_of
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.filing import FilingValue

FORM = find_form("gov2021")
REQUESTS = "三 依申请公开"
BALANCE = {"requests.new.business": 53, "requests.carried_in.business": 0, "requests.granted.business": 50}
LAST = "requests.carried_out.business"


def values(filled: dict[str, FilingValue]) -> dict[tuple[str, str], object]:
    """What the formulas of a workbook with these cells show."""
    plan = layout(FORM)
    content = content_of(Filing(form=FORM, values={"report.year": 2025, **filled}), plan)
    return {
        (sheet.title, cell.address): cell.display.value(content)
        for sheet in plan.sheets
        for cell in sheet.cells
        if cell.display is not None
    }


def column_mark(filled: dict[str, FilingValue]) -> object:
    """The mark under the column 商业企业."""
    plan = layout(FORM)
    column = plan.fields[LAST][1].col
    (mark,) = [c for c in plan.by_title[REQUESTS].cells if c.style == "column_mark" and c.col == column]
    return values(filled)[REQUESTS, mark.address]


def level(filled: dict[str, FilingValue]) -> object:
    """The level of the rule of that column on 校验."""
    row = layout(FORM).names["verdict.balance.business"][1].row
    return values(filled)[CHECK_SHEET, f"{'ABCDEF'[LEVEL]}{row + 1}"]


@pytest.mark.parametrize(
    ("more", "mark", "said"),
    [
        ({}, "还差 3", "未填完"),
        ({"requests.granted.business": 60}, "多 7", "未填完"),
        ({"requests.granted.business": 53}, "✓", ""),
        ({LAST: 0}, "✗ 差 3", "必须改正"),
        ({LAST: 3}, "✓", ""),
        ({LAST: 5}, "✗ 差 2", "必须改正"),
        ({"requests.granted.business": "约5", LAST: None}, "还差 53", "未填完"),
    ],
)
def test_a_column_is_neutral_until_its_last_figure(more: dict[str, FilingValue], mark: str, said: str):
    """What is still to come is told without alarm; once the last figure stands there, the difference is an error."""
    assert (mark, said) == (column_mark(BALANCE | more), level(BALANCE | more))


def test_a_blank_column_has_no_mark():
    """Nothing is said of what nobody has begun."""
    assert ("", "") == (column_mark({}), level({}))


def test_a_cell_that_cannot_be_is_an_error_at_once():
    """A negative figure is no matter of the table being complete."""
    row = layout(FORM).names["verdict.cell.requests.new"][1].row
    held = values({"requests.new.business": -5})
    assert "必须改正" == held[CHECK_SHEET, f"{'ABCDEF'[LEVEL]}{row + 1}"]


def states(held: dict[tuple[str, str], object]) -> dict[str, object]:
    """What the first sheet says of each sheet, by its title."""
    cells = {(cell.row, cell.col): cell for cell in layout(FORM).by_title[GUIDE_SHEET].cells}
    rows = {cell.text: row for (row, col), cell in cells.items() if col == 0 and cell.link}
    return {title: held.get((GUIDE_SHEET, cells[row, 3].address), "") for title, row in rows.items()}


def test_the_first_sheet_says_how_far_each_sheet_is():
    """未填, begun, wrong and finished, and how much there is to be done in all."""
    blank = dict.fromkeys(
        ("一 总体情况", "二 主动公开", REQUESTS, "四 复议诉讼", "五 问题和改进", "六 其他事项"), "未填"
    )
    rest = {"上年数和控制数": "", "可引用的数字": "", "校验": "还有 3 处要改"}
    assert {"基本信息": "还有 2 项必填的没有填"} | blank | rest == states(values({}))
    begun: dict[str, FilingValue] = {
        "requests.new.natural": 5,
        "disclosure.fees.amount": -5,
        "unit.name": "某局",
        "report.date": "2026年1月22日",
    }
    held = states(values(begun | {"problems.text": "有不足。"}))
    assert ("✓", "没有填完", "✗ 1 处要改", "✓") == tuple(
        held[title] for title in ("基本信息", REQUESTS, "二 主动公开", "五 问题和改进")
    )


@pytest.mark.parametrize(
    ("year", "deadline"),
    [
        (2025, "2026年1月31日前；县级以上人民政府的，2026年3月31日前"),
        (None, "（填写报告年度后显示）"),
        ("二〇二五", "（填写报告年度后显示）"),
    ],
)
def test_the_first_sheet_says_whose_report_is_due_when(year: FilingValue, deadline: str):
    """Unit, year, and the last days of the January and March after."""
    held = values({"unit.name": "某局", "report.year": year})
    facts = [held[GUIDE_SHEET, f"B{row}"] for row in (3, 4, 5)]
    assert ["某局", "（未填）" if year is None else year, deadline] == facts


def test_the_date_is_asked_for_as_of_the_coming_january():
    """The example of a date follows the year of the report."""
    sheet, cell = layout(FORM).fields["report.date"]
    for year, example in (
        (2025, "写成 2026年1月22日，或输入日期 2026-1-22。"),
        (None, "写成 2022年1月22日，或输入日期 2022-1-22。"),
    ):
        assert example == values({"report.year": year})[sheet.title, f"D{cell.row + 1}"]


@pytest.mark.program
def test_marks_and_states_are_those_of_libreoffice(tmp_path: Path):
    """Half filled, faulty and complete: calculated again, every cell of the first sheet, the tables and 校验 is the same."""
    require_office()
    whole = huaian_2024()
    half = {id_: value for id_, value in whole.items() if not id_.startswith(("appeals.", "requests.c", "problems."))}
    faulty = whole | {"requests.granted.business": 22, "disclosure.fees.amount": -5, "report.date": None}
    paths = [tmp_path / f"{n}.xlsx" for n in range(3)]
    for path, filled in zip(paths, (half, faulty, whole), strict=True):
        write_workbook(Filing(form=FORM, values=filled), path)
    for path, again in zip(paths, recalculate(paths, tmp_path / "out"), strict=True):
        before, after = shown(path), shown(again)
        for sheet in layout(FORM).sheets:
            for cell in sheet.cells:
                if cell.formula:
                    place = sheet.title, cell.address
                    assert before[place] == after.get(place, ""), (place, cell.formula)
