"""Every case of what people do to a workbook, and the page in docs/ that tells of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from workbook.cases import CASES, Case, Outcome, carry_out, sent
from xlreport.workbook.read import read_workbook

ROOT = Path(__file__).parents[2]

#: The exit status that goes with a level.
STATUS = {"": 0, "note": 0, "warning": 0, "error": 1}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[Case, Outcome]:
    """Every case, carried out once."""
    folder = tmp_path_factory.mktemp("cases")
    workbook = sent(folder)
    return {case: carry_out(case, workbook, tmp_path_factory.mktemp("case")) for case in CASES}


def test_the_sent_workbook_has_nothing_to_say(tmp_path):
    """What is said in a case is said of what was done in it."""
    assert () == read_workbook(sent(tmp_path)).findings


@pytest.mark.parametrize("case", CASES, ids=[f"{case.group}：{case.what}" for case in CASES])
def test_each_case_is_named(outcomes, case):
    """The finding, its level and the exit status; each message one Chinese sentence that says what to do."""
    outcome = outcomes[case]
    assert {case.level} - {""} == set(outcome.levels)
    assert (3 if case.rule == "unreadable" and not case.field else STATUS[case.level]) == outcome.status
    for message in outcome.messages:
        assert message.endswith("。")
        assert 1 == message.count("。") - message.count("。”")
        assert "请" in message
        assert "\n" not in message


@pytest.mark.parametrize("case", [case for case in CASES if case.field], ids=lambda case: case.what)
def test_what_is_typed_is_read_as_the_table_says(tmp_path, case):
    """The value that goes into the report, None for a blank and for what cannot be read."""
    filing = read_workbook(case.make(sent(tmp_path), tmp_path))
    assert case.value == filing.values[case.field]


def test_the_page_is_up_to_date(outcomes):
    """docs/messages.md is what scripts/build_message_docs.py writes."""
    place = ROOT / "scripts" / "build_message_docs.py"
    spec = importlib.util.spec_from_file_location("build_message_docs", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page(outcomes) == (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
