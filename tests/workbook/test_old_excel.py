"""Saved as .xls on the way and back as .xlsx: no formula is lost, since none has more arguments than .xls knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.figures import huaian_2024, shanghai_2019
from support.office import convert, require_office
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form
from xlreport.rules.excel import MOST_ARGUMENTS, nested
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

FORMS: dict[str, dict[str, FilingValue]] = {"gov2019": shanghai_2019(), "gov2021": huaian_2024()}


@pytest.mark.program
@pytest.mark.long
def test_no_formula_is_lost_over_xls(tmp_path: Path):
    """Both official forms, filled: nothing but notes about what .xls drops, and the figures are the same."""
    require_office()
    books = []
    for name, values in FORMS.items():
        books.append(tmp_path / f"{name}.xlsx")
        write_workbook(Filing(form=find_form(name), values=values), books[-1])
    again = convert(convert(books, tmp_path / "xls", "xls"), tmp_path / "again", "xlsx")
    for before, after in zip(books, again, strict=True):
        old, new = read_workbook(before), read_workbook(after)
        assert [] == [finding.message for finding in new.findings if finding.level == "error"]
        assert old.values == new.values


@pytest.mark.parametrize("name", FORMS)
def test_no_function_has_more_arguments_than_xls_knows(name: str):
    """Every locked formula of the workbook."""
    formulas = [cell.formula for sheet in layout(find_form(name)).sheets for cell in sheet.cells if cell.formula]
    assert formulas
    assert MOST_ARGUMENTS >= max(map(most_arguments, formulas))


def most_arguments(formula: str) -> int:
    """Of the function with the most in it; texts and constants in braces are one each."""
    most, open_ = 0, [1]
    for mark in re.findall(r"[(),]", re.sub(r'"[^"]*"|\'[^\']*\'|\{[^}]*\}', "x", formula)):
        if mark == "(":
            open_.append(1)
        elif mark == ")":
            most = max(most, open_.pop())
        else:
            open_[-1] += 1
    return most


def test_calls_of_many_arguments_are_nested():
    """OR of OR, COUNT by addition, over as many levels as it takes."""
    cells = [f"A{n}" for n in range(1, 902)]
    assert "OR(A1,A2)" == nested("OR", cells[:2])
    assert f"OR(OR({','.join(cells[:30])}),OR(A31))" == nested("OR", cells[:31])
    assert f"(COUNT({','.join(cells[:30])})+COUNT(A31))" == nested("COUNT", cells[:31])
    assert MOST_ARGUMENTS == most_arguments(nested("SUM", cells))
    assert cells == re.findall(r"A[0-9]+", nested("SUM", cells))
