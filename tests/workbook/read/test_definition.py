"""A workbook made before its form was edited within one version says so itself: one finding, and nobody is accused."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import SMALL_FORM, SMALL_RULES, made_form, rule
from support.edit import set_cells
from xlreport import verbs
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.finding import Finding
from xlreport.forms import Form
from xlreport.workbook.layout.sheets import definition_hash, layout
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

VALUES: dict[str, FilingValue] = {
    "unit.name": "甲",
    "report.year": 2021,
    "visits.adults": 3,
    "visits.children": 4,
    "hall.cost": 1.5,
}

#: Forms as they were before: another rule, a formula, a title, a field, a row of text above.
BEFORE = {
    "rule": (SMALL_FORM, SMALL_RULES.replace("N(hall.cost) = 0", "N(hall.cost) <= 1")),
    "rules": (SMALL_FORM, SMALL_RULES + rule("N(visits.adults) <= 100")),
    "formula": (SMALL_FORM.replace("SUM(visits.adults:visits.children)", "N(visits.adults)"), SMALL_RULES),
    "label": (SMALL_FORM.replace('label = "经费"', 'label = "费用"'), SMALL_RULES),
}


def sent(folder: Path, before: tuple[str, str]) -> tuple[Form, Path]:
    """The form as it is now, and a filled workbook of the form as it was."""
    folder.mkdir()
    write_workbook(
        Filing(form=made_form(folder / "old", *before), meta=Meta(form="small", year=2021), values=VALUES),
        folder / "a.xlsx",
    )
    return made_form(folder / "new"), folder / "a.xlsx"


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.level, finding.rule) for finding in findings]


@pytest.mark.parametrize("before", BEFORE)
def test_one_finding_says_that_the_form_was_changed(tmp_path: Path, before: str) -> None:
    """No formula is called edited; everything that was filled in is read, and totals are computed by the form as it is.

    A total that the workbook's own formula shows otherwise is told, and nobody is asked to calculate it again.
    """
    form, path = sent(tmp_path / "case", BEFORE[before])
    filing = read_workbook(path, form)
    changed, *totals = filing.findings
    assert ("note", "other_definition") == (changed.level, changed.rule)
    assert "xlreport upgrade" in changed.message
    assert ["visits.total"] * (before == "formula") == [total.cells[0].field for total in totals]
    assert all(total.message.endswith("显示的是 3，重新计算应为 7，报告按重新计算的数字。") for total in totals)
    assert VALUES == {id_: filing.values[id_] for id_ in VALUES}


def test_a_formula_typed_over_is_still_found(tmp_path: Path) -> None:
    """A number where any definition has a formula is staff's."""
    form, path = sent(tmp_path / "case", BEFORE["rule"])
    sheet, cell = layout(form).fields["visits.total"]
    set_cells(path, {(sheet.title, cell.address): 9})
    filing = read_workbook(path, form)
    assert ["other_definition", "formula_replaced"] == [rule for _, rule in said(filing.findings)]
    assert {"visits.total": 9} == filing.typed_over


def test_a_field_that_it_lacks_is_named(tmp_path: Path) -> None:
    """What the workbook has no cell for cannot have been filled in: an error that names it."""
    less = SMALL_FORM.replace(
        '  { id = "hall.open", label = "是否开放", kind = "choice", options = ["是", "否"] },\n', ""
    )
    form, path = sent(tmp_path / "case", (less, SMALL_RULES.replace("""when = 'hall.open = "否"'\n""", "")))
    filing = read_workbook(path, form)
    assert ("error", "other_definition") == said(filing.findings)[0]
    assert "“是否开放”" in filing.findings[0].message
    assert ["hall.open"] == [cell.field for cell in filing.findings[0].cells]
    assert VALUES == {id_: filing.values[id_] for id_ in VALUES}


def test_a_workbook_of_the_same_definition_is_compared_as_ever(tmp_path: Path) -> None:
    """Comments, and what the workbook does not show, change nothing; an edited formula is staff's."""
    commented = "# 说明\n" + SMALL_RULES.replace("，请改正", "，请核对后改正")
    form, path = sent(tmp_path / "case", (SMALL_FORM, commented))
    assert () == read_workbook(path, form).findings


def test_a_workbook_that_says_no_definition_is_taken_to_fit(tmp_path: Path) -> None:
    """Workbooks without the hash, made before there was one, are compared as ever: what the rule compares, in words and as formula."""
    form, path = sent(tmp_path / "case", BEFORE["rule"])
    sheet, cell = layout(form).names["meta.definition"]
    set_cells(path, {(sheet.title, cell.address): None})
    assert [("note", "label_edited"), ("error", "formula_replaced")] == said(read_workbook(path, form).findings)


@pytest.mark.long
def test_upgrade_carries_it_over(tmp_path: Path) -> None:
    """The workbook that upgrade makes of it is one of the form as it is."""
    form, path = sent(tmp_path / "case", BEFORE["rules"])
    verbs.upgrade(path, tmp_path / "b.xlsx", form=str(form.folder))
    again = read_workbook(tmp_path / "b.xlsx", form)
    assert () == again.findings
    assert VALUES == {id_: again.values[id_] for id_ in VALUES}


def test_the_hash_is_of_what_the_workbook_is_made_of(tmp_path: Path) -> None:
    """Another basis or folder gives the same hash, another option of a choice another one."""
    form = made_form(tmp_path / "a")
    assert definition_hash(form) == definition_hash(made_form(tmp_path / "b"))
    other = made_form(tmp_path / "c", SMALL_FORM.replace('["是", "否"]', '["是", "否", "停"]'))
    assert definition_hash(form) != definition_hash(other)
