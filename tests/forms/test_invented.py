"""A new form takes no Python: an invented one, in a folder of its own, goes through every command.

It is of another kind than the built-in forms: dates, choices, a yes/no field, amounts, and a table whose rows staff add
themselves up to a limit. It has no signature, no unit code, and no question about blanks.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from support.command import type_into, xlreport
from xlreport.filing import Filing, FilingValue
from xlreport.filing_json import to_json
from xlreport.forms import find_form
from xlreport.published.tables import word_text
from xlreport.results.outcome import PageResult
from xlreport.results.page import result_page
from xlreport.reviewing.review import review
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.read.xlsx import read_workbook

FOLDER = Path(__file__).parent / "invented"

VALUES: dict[str, FilingValue] = {
    "unit.name": "柳岸社区",
    "report.year": 2025,
    "report.date": "2026-01-08",
    "hall.opened": "2019年5月1日",
    "hall.tenure": "租用",
    "hall.free": "否",
    "hall.income": 0.35,
    "visits.adults.q1": 120,
    "visits.adults.q2": 98,
    "visits.adults.q3": 143,
    "visits.adults.q4": 110,
    "visits.minors.q1": 60,
    "visits.minors.q2": 45,
    "visits.minors.q3": 210,
    "visits.minors.q4": "/",
    "budget.rent.granted": 6,
    "budget.rent.spent": 6,
    "budget.events.granted": 3.5,
    "budget.events.spent": 3.25,
    "events.event1.name": "消防讲座 & 演练",
    "events.event1.day": "2025-03-02",
    "events.event1.sort": "讲座",
    "events.event1.people": 45,
    "events.event1.cost": 0.2,
    "events.event3.name": "少儿画展",
    "events.event3.day": "2025年7月15日",
    "events.event3.sort": "展览",
    "events.event3.people": 180,
    "events.event3.cost": 1.05,
}

#: For each rule: what breaks it in the sound filing.
BREAKS: dict[str, dict[str, FilingValue]] = {
    "within_grant": {"budget.rent.spent": 7},
    "event_named": {"events.event1.name": None},
    "event_costs": {"events.event3.cost": 3.06},
    "event_people": {"events.event2.name": "歌会", "events.event2.people": 600},
    "free_of_charge": {"hall.free": "是"},
    "cell": {"visits.adults.q1": 1.5},
}
#: What makes a rule apply that the sound filing passes by.
APPLIES: dict[str, dict[str, FilingValue]] = {"free_of_charge": {"hall.free": "是", "hall.income": 0}}

#: Numbers typed over totals.
TYPED_OVER: dict[str, dict[str, FilingValue]] = {
    "year_sum": {"visits.adults.year": 470},
    "people_sum": {"visits.total.q1": 179},
    "events_counted": {"held.count": 3},
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    made = xlreport("template", "--form", FOLDER, "--year", 2025, "--unit", "柳岸社区", "-o", path)
    assert (0, "") == (made.status, made.err)
    return path


@pytest.fixture
def filled(blank: Path, tmp_path: Path) -> Path:
    return type_into(blank, tmp_path / "filled.xlsx", VALUES)


@pytest.mark.long
def test_definition_and_template_hold_together():
    """The lint has nothing to say, and the manual names every rule."""
    checked = xlreport("form", "check", FOLDER)
    assert (0, f"{FOLDER}：没有发现问题\n") == (checked.status, checked.out)
    manual = xlreport("form", "show", FOLDER).out
    assert [rule.id for rule in find_form(str(FOLDER)).rules if f"`{rule.id}`" not in manual] == []


def test_workbook_to_report(filled: Path, tmp_path: Path):
    """Checked and generated, the report holds the values, a generated sentence, and only the rows that were filled."""
    checked = xlreport("check", filled, "--form", FOLDER, "--json")
    assert 0 == checked.status
    assert [True] == [each["ok"] for each in json.loads(checked.out)]
    assert {"note"} >= {finding["level"] for each in json.loads(checked.out) for finding in each["findings"]}
    made = xlreport("generate", filled, "--form", FOLDER, "-o", tmp_path / "out", "--format", "docx,html,json")
    assert 0 == made.status
    (document,) = (tmp_path / "out").glob("*.docx")
    text = word_text(document.read_bytes(), document.name)
    assert "启用日期：2019年5月1日" in text.paragraphs
    assert "是否免费开放：否" in text.paragraphs
    assert "2025年到访786人次，举办活动2项。" in text.paragraphs
    assert "2026年1月8日" in text.paragraphs
    rows = [[cell.text if cell else "" for cell in row] for row in text.tables[-1]]
    assert [
        ["活动1", "消防讲座 & 演练", "2025年3月2日", "讲座", "45", "0.2"],
        ["活动3", "少儿画展", "2025年7月15日", "展览", "180", "1.05"],
    ] == rows[1:]
    assert ["合计", "180", "143", "353", "110", "786"] == [cell.text for cell in text.tables[0][-1] if cell]
    assert len(list((tmp_path / "out").glob("*.html"))) == 1


def test_json_there_and_back(filled: Path, tmp_path: Path):
    """What `export` writes, `fill` reads: the second workbook says what the first said."""
    data, again = tmp_path / "data.json", tmp_path / "again.xlsx"
    assert 0 == xlreport("export", filled, "--form", FOLDER, "-o", data).status
    assert 0 == xlreport("fill", data, "--form", FOLDER, "-o", again).status
    form = find_form(str(FOLDER))
    first, second = read_workbook(filled, form), read_workbook(again, form)
    assert first.values == second.values
    assert () == second.findings


def test_upgrade_and_prior(filled: Path, tmp_path: Path):
    """The workbook can be upgraded, and be last year's file for the next."""
    upgraded = xlreport("upgrade", filled, "--form", FOLDER, "-o", tmp_path / "new.xlsx")
    assert 0 == upgraded.status
    assert f"带入{len(VALUES)}格，没有带入0格" in upgraded.out
    made = xlreport("template", "--form", FOLDER, "--year", 2026, "--prior", filled, "-o", tmp_path / "next.xlsx")
    assert (0, "") == (made.status, made.err)


def test_without_form_the_message_says_what_to_do(filled: Path):
    """Nothing guesses where the definition lies."""
    checked = xlreport("check", filled)
    assert 3 == checked.status
    assert "--form" in checked.err


def test_blank_workbook_can_be_made_again(blank: Path, filled: Path):
    """A blank workbook is replaced, a filled one is not."""
    make = ("template", "--form", FOLDER, "--year", 2025, "--unit", "柳岸社区", "-o")
    assert 0 == xlreport(*make, blank).status
    assert 2 == xlreport(*make, filled).status


@pytest.mark.parametrize("rule", [*BREAKS, *TYPED_OVER])
def test_rule_fires(rule: str):
    """Each rule fails on its case and holds in the sound filing."""
    book = rulebook(find_form(str(FOLDER)))
    checks = [check for check in book.checks if check.rule.id == rule]
    sound = book.compute(VALUES | APPLIES.get(rule, {}))
    broken = book.compute(VALUES | BREAKS.get(rule, {}), TYPED_OVER.get(rule))
    assert {True, None} >= {book.verdict(check, sound) for check in checks}
    assert True in {book.verdict(check, sound) for check in checks}
    assert False in {book.verdict(check, broken) for check in checks}


def test_every_rule_has_a_case():
    """No rule is added to the form without saying how it fires."""
    assert {check.rule.id for check in rulebook(find_form(str(FOLDER))).checks} == BREAKS.keys() | TYPED_OVER.keys()


@pytest.mark.long
@settings(max_examples=40)
@given(st.lists(st.integers(min_value=0, max_value=10**11 - 1), min_size=4, max_size=4))
def test_amounts_show_no_more_decimals_than_were_typed(hundredths: list[int]):
    """Of amounts with two decimals no message, JSON or page shows a third; totals are what Decimal says they are."""
    names = ("budget.rent.granted", "budget.events.granted", "budget.rent.spent", "budget.events.spent")
    amounts: dict[str, FilingValue] = {name: amount / 100 for name, amount in zip(names, hundredths, strict=True)}
    reviewed = review(Filing(form=find_form(str(FOLDER)), values=VALUES | amounts))
    document = to_json(reviewed.filing, reviewed.totals).decode()
    page = result_page([PageResult(workbook=FOLDER / "表.xlsx", status=1, reviewed=reviewed)], FOLDER)
    figures = (*(f.message for f in reviewed.findings), document, str(html.document_fromstring(page).text_content()))
    stated = [(f.expected, f.actual) for f in reviewed.findings]
    assert [] == re.findall(r"\d\.\d{3,}|\de[-+]\d+", "\n".join((*figures, str(stated))))
    granted, spent = (Decimal(sum(hundredths[n : n + 2])) / 100 for n in (0, 2))
    assert (granted, spent) == tuple(
        Decimal(str(reviewed.totals[f"budget.total.{column}"])) for column in ("granted", "spent")
    )
    said = f"拨款{granted.normalize():f}万元，支出{spent.normalize():f}万元"
    assert (spent > granted) == any(said in finding.message for finding in reviewed.findings)
