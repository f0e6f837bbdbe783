"""One explanation settles one warning: what several reasons in one cell of 校验 explain, and what a record remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.command import xlreport
from support.figures import huaian_2024
from xlreport import finding_kinds as kinds
from xlreport.filing import Filing
from xlreport.finding import count
from xlreport.forms import find_form
from xlreport.results.outcome import PageResult
from xlreport.results.page import result_page
from xlreport.results.remedies import remedies
from xlreport.reviewing.explanations import Record, explain_rest, explained, figures_explained, reasons, remember
from xlreport.reviewing.review import review
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.reviewing.reviewed import Review

FORM = find_form("gov2021")
FIELD = "overview.on_request"
TEXT = "2024年共收到政府信息公开申请3100件，全部办结。"


def reviewed(text: str = TEXT, **explanations: str) -> Review:
    """A filing in whose text two figures contradict the tables."""
    written = {key.replace("__", "."): value for key, value in explanations.items()}
    told = {f"prose[{FIELD}]" if key == "cell" else key: value for key, value in written.items()}
    return review(Filing(form=FORM, values=huaian_2024() | {FIELD: text}, explanations=told))


def told(of: Review) -> list[str | None]:
    return [finding.explanation for finding in of.findings if finding.level == "warning"]


@pytest.mark.parametrize(
    ("text", "count_", "parts"),
    [
        ("含咨询件；已核实", 1, ["含咨询件；已核实"]),
        ("含咨询件", 2, ["含咨询件", ""]),
        ("含咨询件\n口径不同", 2, ["含咨询件", "口径不同"]),
        ("含咨询件\n口径不同\n见附件", 2, ["含咨询件", "口径不同\n见附件"]),
        ("2. 口径不同", 2, ["", "口径不同"]),
        ("1. 含咨询件；2. 口径不同", 2, ["含咨询件；", "口径不同"]),
        ("（2）口径不同\n（1）含咨询件", 2, ["含咨询件", "口径不同"]),
        ("②口径不同\n见附件", 2, ["", "口径不同\n见附件"]),
        ("第2条：口径不同", 3, ["", "口径不同", ""]),
        ("1.5万件是累计数", 2, ["1.5万件是累计数", ""]),
        ("2024年的数\n2024、2023年合计", 2, ["2024年的数", "2024、2023年合计"]),
        ("", 2, ["", ""]),
    ],
)
def test_reasons_of_one_cell(text: str, count_: int, parts: list[str]):
    """A line or a number each; whoever writes one reason for two warnings has explained the first."""
    assert parts == reasons(text, count_)


@given(st.lists(st.text("甲乙丙丁0123456789.、；（）\n", max_size=12), max_size=5).map("\n".join), st.integers(2, 5))
def test_no_reason_serves_twice(text: str, count_: int):
    """Whatever is written: as many parts as warnings, and together no longer than the text."""
    parts = reasons(text, count_)
    assert count_ == len(parts)
    assert sum(map(len, parts)) <= len(text) + text.count("；") + text.count("。")


def test_one_explanation_one_warning():
    """含咨询件 does not excuse 全部办结 as well; a second line does."""
    assert [None, None] == told(reviewed())
    once = reviewed(cell="含咨询件")
    assert ["含咨询件", None] == told(once)
    assert not once.publishable
    assert ["含咨询件", "上月办结"] == told(reviewed(cell="含咨询件\n上月办结"))


@pytest.mark.long
def test_the_open_one_names_its_line_on_page_and_command_line(tmp_path: Path):
    """The cell of 校验, and the number to begin with, in the same words in both places."""
    path = tmp_path / "填报.xlsx"
    write_workbook(
        Filing(form=FORM, values=huaian_2024() | {FIELD: TEXT}, explanations={f"prose[{FIELD}]": "含咨询件"}), path
    )
    of = review(read_workbook(path))
    (open_,) = [remedy for remedy in remedies(of) if remedy is not None]
    assert "“校验”表I" in open_.text
    assert "（这一格要说明2条提醒，一条一行，这一条写成“2. ……”）" in open_.text
    assert open_.text in result_page([PageResult(workbook=path, status=1, reviewed=of)], tmp_path)
    assert open_.text in xlreport("check", path).out


def test_settled_is_said_in_words():
    """全部办结 with requests carried over: the page has no 应为 and 实为 for that, the sentence says what is left."""
    (settled,) = [f for f in reviewed().findings if f.rule == f"{kinds.PROSE_SETTLED.id}[{FIELD}]"]
    assert "文中写“全部办结”，表中还有103件结转下年度的申请" in settled.message
    assert (103, 0) == (settled.expected, settled.actual)


def test_rest_explained_and_read_again():
    """What --explain gives the second of two warnings of one text is the second's when the JSON is read again."""
    text = "2024年收到申请3100件。予以公开100件。"
    rest = explain_rest(reviewed(text, cell="含咨询件"), "口径不同")
    assert ["含咨询件", "口径不同"] == told(rest)
    again = review(msgspec.structs.replace(reviewed(text).filing, explanations=rest.filing.explanations))
    assert ["含咨询件", "口径不同"] == told(again)


def test_record_knows_the_warning_by_its_figures():
    """Mending the first of two warnings takes the record of the second along, and asks again where figures changed."""
    both = reviewed(cell="含咨询件\n上月办结")
    record = Record(explained=figures_explained(both))
    assert 2 == len(record.explained)
    assert ["含咨询件", "上月办结"] == told(remember(reviewed(), record))


def test_counts():
    """Errors, open and explained warnings, notes: the one count of command line and page."""
    of = reviewed(cell="含咨询件")
    told_ = count(of.findings)
    assert (0, 1, 1) == told_[:3]
    assert told_.notes == sum(finding.level == "note" for finding in of.findings)
    assert list(of.findings) == explained(of.findings, {})
