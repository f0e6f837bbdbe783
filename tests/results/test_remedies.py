"""What is to be done about a warning names the cell of the very workbook that was read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from support.definitions import SMALL_FORM, made_form, rule
from support.returns.damages import lose_names, set_meta
from support.returns.package import Package, address_of, move_rows
from xlreport.filing import Filing, FilingValue
from xlreport.forms import Form
from xlreport.results.remedies import Remedy, remedies
from xlreport.reviewing.review import review
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import workbook_bytes

NAME = "explain.extra"
VALUES: dict[str, FilingValue] = {"unit.name": "甲局", "report.year": 2024, "visits.adults": 1, "hall.open": "否"}


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path / "form", SMALL_FORM, rule('hall.open <> "否"', level="warning"))


def asked_of(filing: Filing) -> Remedy:
    reviewed = review(filing)
    (remedy,) = [
        each for finding, each in zip(reviewed.findings, remedies(reviewed), strict=True) if finding.rule == "extra"
    ]
    assert remedy is not None
    return remedy


def older(form: Form, *steps) -> Filing:
    """The filing of a workbook whose 校验 has its rows elsewhere."""
    package = Package(io.BytesIO(workbook_bytes(Filing(form=form, values=VALUES))))
    set_meta(package, "template_version", "0.9")
    move_rows(package, "校验", 5, 3)
    for step in steps:
        step(package)
    buffer = io.BytesIO()
    package.save(buffer)
    path = form.folder / "a.xlsx"
    path.write_bytes(buffer.getvalue())
    return read_workbook(path, form)


def test_a_filing_of_no_workbook_is_explained_in_one_of_the_current_template(form: Form):
    """From JSON no cell is known but the plan's."""
    _, cell = layout(form).names[NAME]
    assert f"“校验”表{cell.address}写明原因" in asked_of(Filing(form=form, values=VALUES)).text


def test_an_older_workbook_s_own_cell_is_named(form: Form):
    """Its 校验 has the cell three rows below; a marked copy is made anew, and has it where the template has it."""
    addresses = []
    remedy = asked_of(older(form, lambda package: addresses.append(address_of(package, NAME)[1])))
    _, cell = layout(form).names[NAME]
    assert addresses[0] != cell.address
    assert f"“校验”表{addresses[0]}写明原因" in remedy.text
    assert f"“校验”表{cell.address}写明原因" in remedy.in_template(form).explain


def test_an_older_workbook_without_the_cell_is_explained_otherwise(form: Form):
    """Nobody is sent to a cell that is not there."""
    assert "--explain" in asked_of(older(form, lambda package: lose_names(package, NAME))).text
