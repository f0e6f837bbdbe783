"""What checking says beside the rules: required cells, a date left over, sentences and their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import made_form, rule
from support.figures import shanghai_2019
from xlreport.filing import Filing, FilingValue
from xlreport.finding import Finding, Level
from xlreport.forms import find_form
from xlreport.reviewing.explanations import explained
from xlreport.rules.check import by_severity, cell_failures, check_rules, filing_cells, sentence, totals
from xlreport.rules.evaluate import CellError

FORM = find_form("gov2019")


def rules(**changes: FilingValue) -> list[str]:
    values = shanghai_2019() | {id_.replace("__", "."): value for id_, value in changes.items()}
    filing = Filing(form=FORM, values=values)
    return [finding.rule for finding in check_rules(filing, filing_cells(filing))]


def test_required_cells():
    """A blank required cell is an error; blank others are nothing."""
    assert rules(problems__text=None, unit__code=None) == ["required[problems.text]"]


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("2020年1月31日", []),
        ("2019年12月31日", []),
        ("2019年1月22日", []),
        ("2018年1月22日", ["date_year"]),
        ("2021年1月22日", ["date_year"]),
    ],
)
def test_date_left_over_from_another_year(date: str, found: list[str]):
    """A date in neither the report year nor the next is a note."""
    assert rules(report__date=date) == found


def test_unreadable_cells_are_no_zero():
    """Text in a figure's cell counts as nothing in the sums, and its total is still a number."""
    filing = Filing(form=FORM, values={"requests.new.natural": 3}, raw={"requests.new.business": "约3"})
    assert totals(filing)["requests.new.total"] == 3


def broken(cell: str, **changes: FilingValue) -> Filing:
    """The figures as they were filed, but for changes and an error value in one cell."""
    values = shanghai_2019() | {id_.replace("__", "."): value for id_, value in changes.items()} | {cell: None}
    return Filing(form=FORM, values=values, raw={cell: "#N/A"}, as_read={**values, cell: CellError("#N/A")})


@pytest.mark.parametrize("cell", ["requests.new.business", "requests.granted.legal", "appeals.review.upheld"])
def test_an_error_value_is_told_once(cell: str):
    """#N/A in one cell leaves every rule above it without a verdict: reading has named the cell, no rule is told."""
    filing = broken(cell)
    assert check_rules(filing, filing_cells(filing)) == []
    assert cell in {ref.field for found in cell_failures(filing, filing_cells(filing)) for ref in found.cells}


def test_a_rule_apart_from_an_error_value_is_told():
    """What fails elsewhere is said beside it."""
    filing = broken("requests.new.business", requests__carried_in__legal=999, problems__text=None)
    assert [found.rule for found in check_rules(filing, filing_cells(filing))] == [
        "required[problems.text]",
        "balance[legal]",
    ]


def test_explanations_reach_their_warnings():
    """By the rule's key, or for prose by the field's; never an error."""
    findings = [
        Finding(rule="jump[new]", level="warning", message="a"),
        Finding(rule="prose_year[report.intro]", level="warning", message="b"),
        Finding(rule="balance[total]", level="error", message="c"),
    ]
    texts = {"jump[new]": "往年的", "prose[report.intro]": "引用", "balance[total]": "笔误"}
    assert [finding.explanation for finding in explained(findings, texts)] == ["往年的", "引用", None]


def test_order_and_full_stop():
    """Errors first, otherwise as they came; each message is closed once."""
    levels: list[Level] = ["note", "error", "warning", "error"]
    findings = [Finding(rule=str(n), level=level, message="x") for n, level in enumerate(levels)]
    assert [finding.rule for finding in by_severity(findings)] == ["1", "3", "2", "0"]
    assert [sentence("请核对"), sentence("请核对。"), sentence("哪一个？")] == ["请核对。", "请核对。", "哪一个？"]


def test_a_rule_of_texts_says_what_stands_there(tmp_path: Path):
    """Its sides are texts: not blank in the message, nor in what was expected and what is."""
    extra = rule('hall.open <> "否"', message="左边是{left}，右边是{right}，相差{difference}")
    filing = Filing(form=made_form(tmp_path, rules=extra), values={"unit.name": "甲", "hall.open": "否"})
    (finding,) = [each for each in check_rules(filing, filing_cells(filing)) if "左边" in each.message]
    assert "左边是否，右边是否，相差空白" in finding.message
    assert ("否", "否") == (finding.expected, finding.actual)
