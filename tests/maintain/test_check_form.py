"""`xlreport form check`: one Chinese sentence a finding, and a status that a script can go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import xlreport
from support.definitions import SMALL_FORM, SMALL_RULES, made_form, rule, write_form
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import form_ids, registry
from xlreport.maintain.check_form import check_form


@pytest.fixture(autouse=True)
def _afresh() -> None:
    """Definitions are read again, as each command does."""
    registry._load.cache_clear()


@pytest.mark.parametrize("form_id", form_ids())
def test_built_in_forms(form_id: str):
    """The built-in forms and their templates are sound."""
    assert 0 == xlreport("form", "check", form_id).status


def test_sound_definition(tmp_path: Path):
    """A small definition with the template made for it is sound."""
    folder = write_form(tmp_path / "form")
    assert 0 == xlreport("form", "template", folder).status
    checked = xlreport("form", "check", folder)
    assert (0, f"{folder}：没有发现问题\n", "") == checked


def test_findings_stand_in_sentences(tmp_path: Path):
    """Errors make the status 1; each finding is a line with its level, on standard output."""
    folder = write_form(tmp_path / "form", rules=SMALL_RULES + rule("N(visits.adults)*0 = 0", basis=""))
    xlreport("form", "template", folder)
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    head, *lines = checked.out.splitlines()
    assert f"{folder}：错误2项" == head
    assert [True, True] == [line.startswith("  ✗ 错误：") and line.endswith("。") for line in lines]


def test_warnings_alone_are_no_failure(tmp_path: Path):
    """A figure outside all rules is said, and the status stays 0."""
    folder = write_form(tmp_path / "form", rules="")
    xlreport("form", "template", folder)
    checked = xlreport("form", "check", folder)
    assert 0 == checked.status
    assert "⚠ 提醒：经费：没有任何规则" in checked.out


def test_definition_that_does_not_load(tmp_path: Path):
    """A slip in form.toml is a finding that names file and place."""
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('kind = "money"', 'kind = "cash"'))
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    assert "form.toml" in checked.out
    assert "sections[1].fields[1].kind" in checked.out


def test_form_without_name_and_year(tmp_path: Path):
    """Reports are named after unit and year."""
    folder = write_form(tmp_path / "form", SMALL_FORM.replace("unit.name", "unit.title"))
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    assert "unit.name" in checked.out


@pytest.mark.parametrize("form_id", form_ids())
def test_id_of_a_built_in_form(tmp_path: Path, form_id: str):
    """Workbooks name their form by its id: another form may not have it."""
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('"small"', f'"{form_id}"'))
    xlreport("form", "template", folder)
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    assert f"id：“{form_id}”是自带表样的编号" in checked.out


def test_empty_version(tmp_path: Path):
    """Without a version nobody could tell an old workbook from a new one."""
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('version = "1"', 'version = ""'))
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    assert "version：应为不空的文字" in checked.out


def test_no_such_form(tmp_path: Path):
    """A path without a definition is wrong usage."""
    checked = xlreport("form", "check", tmp_path / "nowhere")
    assert 2 == checked.status
    assert "form.toml" in checked.err


def test_template_is_not_overwritten(tmp_path: Path):
    """A Word template that somebody edited is kept unless asked."""
    folder = write_form(tmp_path / "form")
    (folder / "report_template.docx").write_bytes(b"edited")
    assert 2 == xlreport("form", "template", folder).status
    assert b"edited" == (folder / "report_template.docx").read_bytes()
    assert 0 == xlreport("form", "template", folder, "-o", tmp_path / "other.docx").status
    assert 0 == xlreport("form", "template", folder, "--overwrite").status
    assert (tmp_path / "other.docx").read_bytes() == (folder / "report_template.docx").read_bytes()


def test_what_only_making_a_workbook_shows(tmp_path: Path):
    """A prompt longer than Excel takes is found before staff meet it."""
    long = f'label = "经费", prompt = "{"长" * 300}"'
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('label = "经费"', long))
    xlreport("form", "template", folder)
    checked = xlreport("form", "check", folder)
    assert 1 == checked.status
    assert "255" in checked.out


def test_rules_with_the_ids_of_findings(tmp_path: Path):
    """A finding of a filing is known by its id: no rule of a form may have that of one of the program's."""
    taken = sorted(id_ for id_, kind in FINDING_KINDS.items() if kind.stage != "表样")
    rules = SMALL_RULES + "".join(rule("N(visits.adults) < 9", id=id_) for id_ in (*taken, "adults"))
    form = made_form(tmp_path / "form", rules=rules)
    said = [finding.message for finding in check_form(str(form.folder)) if finding.rule == "id"]
    assert taken == [message.split("“")[1].split("”")[0] for message in said]
    assert "unreadable" in taken
