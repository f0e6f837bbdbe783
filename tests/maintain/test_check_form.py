"""`xlreport form check`: one Chinese sentence a finding, and a status that a script can go by."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.command import xlreport
from support.definitions import ROWS_FORM, SMALL_FORM, SMALL_RULES, made_form, rule, write_form
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import find_form, form_ids, registry
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.check_form import check_form
from xlreport.maintain.first_template import starter_template
from xlreport.maintain.trial_fillings import trial_fillings
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts


@pytest.fixture(autouse=True)
def _afresh() -> None:
    """Definitions are read again, as each command does."""
    registry._load.cache_clear()


@pytest.mark.long
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


@pytest.mark.parametrize("verb", ["template -o a.xlsx", "check a.xlsx", "generate a.xlsx", "form show"])
def test_no_verb_takes_a_form_with_the_id_of_a_built_in_one(tmp_path: Path, verb: str):
    """A workbook made of it would be read by the built-in form wherever --form is left out."""
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('"small"', '"gov2021"'))
    words = verb.split()
    refused = xlreport(*words, folder) if words[0] == "form" else xlreport(*words, "--form", folder)
    assert (2, True) == (refused.status, "“gov2021”是自带表样的编号" in refused.err)
    assert not Path("a.xlsx").exists()


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
    """A list of choices longer than Excel takes is found before staff meet it."""
    long = f'options = ["是", "否", "{"长" * 300}"]'
    folder = write_form(tmp_path / "form", SMALL_FORM.replace('options = ["是", "否"]', long))
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


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("{{ row.cost }}", "{{ row.cost + row.name }}", "正文第2张表第3行第", "文字、数字和列表不能这样一起用"),
        ("{{ row.cost }}", "{{ row.cost }}{{ row.name.missing() }}", "正文第2张表第3行第", "missing"),
        ("{{ row.cost }}", "{{ row.cost }}{{ row.name[99] + '' }}", "正文第2张表第3行第", "没有名为"),
        ("{{ row.cost }}", "{{ row.cost }}{{ 1 / (row.index - 2) }}", "正文第2张表第3行第", "除数是0"),
        ("{{ visits.adults }}", "{{ visits.adults }}{{ 1 / visits.children }}", "正文第1张表第", "除数是0"),
        (
            "{{ visits.adults }}",
            "{{ visits.adults }}{% if visits.children > 500 %}{{ visits.children + unit.name }}{% endif %}",
            "正文第1张表第",
            "不能这样一起用",
        ),
        (
            "{{ visits.adults }}",
            "{{ visits.adults }}{% if hall.open == '否' %}{{ unit.name * 1.5 }}{% endif %}",
            "正文第1张表第",
            "不能这样一起用",
        ),
        ("{{ visits.adults }}", "{{ visits.adults }}{{ hall.text.paragraphs }}", "正文第1张表第", "不是文字，也不是数"),
    ],
)
def test_what_form_check_passes_generate_renders(tmp_path: Path, old: str, new: str, place: str, said: str):
    """Rows, branches, choices: what goes wrong only where something is filled in is found, and told in Chinese alone."""
    form = made_form(tmp_path / "form", ROWS_FORM)
    parts = read_parts(starter_template(form))
    assert old in parts[DOCUMENT].decode()
    parts[DOCUMENT] = parts[DOCUMENT].decode().replace(old, new, 1).encode()
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    messages = [finding.message for finding in check_form(str(form.folder)) if finding.level == "error"]
    assert 1 <= len(messages)
    assert place in messages[0]
    assert said in messages[0]
    words = re.sub(r"“.*?”|[a-z]+(?:\.[a-z]+)+", "", messages[0].split("report_template.docx")[-1])
    assert set(re.findall(r"[A-Za-z]+", words)) <= {"Word"}


def test_trial_fillings_are_as_filings_are():
    """Every option of every choice is tried, rows alone at either end, blanks of both meanings."""
    form = find_form("gov2021")
    fillings = dict(trial_fillings(form, [7.0]))
    assert {"全部空白", "全部填写", "数字都填“/”", "数字都填6", "数字都填8", "各表只填末行"} <= set(fillings)
    for field in form.inputs:
        values = {filing.values.get(field.id) for filing in fillings.values()}
        assert set(field.options) <= values or field.style != "choice"
