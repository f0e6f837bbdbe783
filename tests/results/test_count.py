"""One count: the sheet 校验, the command line and the result page tell the same number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from support import clerk
from support.command import xlreport
from xlreport.finding import count
from xlreport.results.outcome import PageResult
from xlreport.results.page import result_page
from xlreport.results.problems import problems
from xlreport.reviewing.review import review_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FAULTY = {
    "one": clerk.one_wrong(),
    "two sums": clerk.two_sums_wrong(),
    "two slips": clerk.sound(requests__granted__business=21, requests__new__research=7),
    "jump": clerk.sound(report__date=None, prior__requests__new__total=1),
}


@pytest.mark.long
@pytest.mark.parametrize("values", FAULTY.values(), ids=FAULTY)
def test_one_count(tmp_path: Path, values: Mapping[str, int | float | str | None]):
    """What must be mended and what is to be explained, with sums that fail by the same slip counted like any other."""
    path = clerk.write(tmp_path / "a.xlsx", values)
    reviewed = review_file(path)
    told = count(reviewed.findings)
    assert told.errors + told.open > 0
    book = load_workbook(path, data_only=True)
    for name, number in (("check.errors", told.errors), ("check.warnings", told.open)):
        sheet, cell = next(iter(book.defined_names[name].destinations))
        assert number == book[sheet][cell].value
    page = result_page([PageResult(workbook=path, status=1, reviewed=reviewed)], tmp_path)
    state = page.partition("没有生成报告：有 ")[2].partition("。")[0]
    assert [each for each in (told.errors, told.open) if each] == [int(n) for n in re.findall(r"(\d+) 处", f" {state}")]
    said = xlreport("check", path).out
    assert ("错误", f"{told.errors}项") in re.findall(r"(错误)(\d+项)", said) or not told.errors
    numbers = {each.number for problem in problems(reviewed) for each in (problem, *problem.also)}
    assert set(range(1, told.errors + told.open + told.explained + 1)) == numbers
