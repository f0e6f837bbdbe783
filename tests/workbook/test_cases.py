"""Every case of what people do to a workbook, and the page in docs/ that tells of them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from support.cases import CASES, Case, Outcome, carry_out, sent
from xlreport.workbook.read.xlsx import read_workbook

ROOT = Path(__file__).parents[2]

#: The exit status of `check` that goes with a level.
STATUS = {"": 0, "note": 0, "warning": 0, "error": 1}

#: One Chinese sentence that says what to do; a full stop within quotation marks ends none.
SENTENCE = re.compile(r"(?:[^。\n]|。”)*请(?:[^。\n]|。”)*。\Z")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Path:
    return sent(tmp_path_factory.mktemp("sent"))


def amiss(case: Case, outcome: Outcome) -> bool:
    """Whether the finding, its level, its words or the exit status are other than the case says."""
    status = 3 if case.group == "不是填报工作簿" else STATUS[case.level]
    levels = {case.level} - {""}
    return (levels, status) != (set(outcome.levels), outcome.status) or not all(map(SENTENCE.match, outcome.messages))


@pytest.mark.long
def test_each_case_is_named_and_the_page_tells_of_it(workbook, tmp_path_factory):
    """Each case gives its finding, in one sentence, and docs/messages.md is what scripts/build_message_docs.py writes."""
    outcomes = {case: carry_out(case, workbook, tmp_path_factory.mktemp("case")) for case in CASES}
    assert [] == [(case.what, outcome) for case, outcome in outcomes.items() if amiss(case, outcome)]
    place = ROOT / "scripts" / "build_message_docs.py"
    spec = importlib.util.spec_from_file_location("build_message_docs", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page(outcomes) == (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")


def test_the_sent_workbook_has_nothing_to_say(workbook):
    """What is said in a case is said of what was done in it."""
    assert () == read_workbook(workbook).findings


@pytest.mark.long
def test_what_is_typed_is_read_as_the_page_says(workbook, tmp_path):
    """The value that goes into the report, None for a blank and for what cannot be read."""
    typed = [case for case in CASES if case.field]
    read = [read_workbook(case.make(workbook, tmp_path)).values[case.field] for case in typed]
    assert [(case.what, case.value) for case in typed] == [
        (case.what, value) for case, value in zip(typed, read, strict=True)
    ]
