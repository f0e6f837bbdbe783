"""The review: made once, handed on whole, its totals computed once however much is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.command import xlreport
from support.figures import huaian_2024
from xlreport.desktop.main import main as double_click
from xlreport.filing import Filing, FilingValue
from xlreport.finding import Finding
from xlreport.forms import find_form
from xlreport.reviewing.review import review
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import computed
from xlreport.rules.rulebook import Rulebook
from xlreport.workbook.write.xlsx import write_workbook

#: Everything is made for a unit with an address: the report in all formats, package, mail draft, sheet to sign.
VALUES = huaian_2024() | {"upward.email": "upward@example.gov.cn"}

FORM = find_form("gov2021")


@pytest.fixture
def computations(monkeypatch: pytest.MonkeyPatch) -> list[Rulebook]:
    """One entry for each time that the computed cells of a form are computed."""
    calls: list[Rulebook] = []
    compute = Rulebook.compute

    def counted(book: Rulebook, *args: Any) -> object:
        calls.append(book)
        return compute(book, *args)

    monkeypatch.setattr(Rulebook, "compute", counted)
    return calls


def written(folder: Path, **changes: FilingValue) -> Path:
    path = folder / "填报.xlsx"
    write_workbook(Filing(form=FORM, values=VALUES | changes), path)
    return path


@pytest.mark.long
@pytest.mark.parametrize(
    "make",
    [
        lambda path: xlreport("generate", path, "--format", "docx,html,json", "--explain", "已核实").status,
        lambda path: xlreport("package", path, "--explain", "已核实").status,
        lambda path: xlreport("check", path, "--json").status,
        lambda path: double_click([str(path)]),
    ],
    ids=["generate", "package", "check", "double-click"],
)
def test_totals_are_computed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computations: list[Rulebook], make: Callable[[Path], int]
):
    """Reading computes them to hold against the totals that staff saw; nobody after it does."""
    monkeypatch.setenv("XLREPORT_NO_BROWSER", "1")
    path = written(tmp_path)
    computations.clear()
    assert 0 == make(path)
    assert 1 == len(computations)


@pytest.mark.long
def test_a_faulty_workbook_needs_no_more(tmp_path: Path, computations: list[Rulebook]):
    """The error locator and its evidence, too, start from the totals of the review."""
    path = written(tmp_path, **{"requests.granted.natural": 1287})
    computations.clear()
    said = xlreport("check", path)
    assert 1 == said.status
    assert "建议" in said.out
    assert 1 == len(computations)


def test_a_broken_cell_is_computed_with_and_without():
    """What stands in an unreadable cell counts for the rules, as in the workbook, and not for the report."""
    filing = Filing(form=FORM, raw={"requests.new.natural": "约3"}, typed_over={"requests.carried_in.total": 9})
    cells = computed(filing)
    assert ("约3", None) == tuple(each.get("requests.new.natural") for each in (cells.standing, cells.recomputed))
    assert (9, 0) == tuple(each["requests.carried_in.total"] for each in (cells.standing, cells.recomputed))
    assert cells.totals == Review.unchecked(filing).totals


def test_an_unchecked_review_says_what_it_is_given():
    """To render a filing nobody has to check it: the totals are there, findings and prose are those handed over."""
    filing = Filing(form=FORM, values=dict(VALUES))
    warning = Finding(rule="x", level="warning", message="请核对。")
    plain = Review.unchecked(filing, findings=[warning], prose={"problems.text": "无。"})
    assert ((warning,), {"problems.text": "无。"}) == (plain.findings, plain.prose)
    assert review(filing).totals == plain.totals
    assert (True, False) == (plain.ok, plain.publishable)


@pytest.mark.parametrize(("text", "told"), [("无", False), ("……", False), ("N/A", False), ("上年有群体申请", True)])
def test_what_says_nothing_explains_nothing(text: str, told: bool):
    """From a JSON as from a workbook: the warning stays open, and `generate` would stop."""
    filing = Filing(
        form=find_form("gov2021"),
        values={"unit.name": "甲局", "report.year": 2024, "requests.new.natural": 1, "prior.requests.new.total": 300},
        explanations={"jump[new]": text},
    )
    (jump,) = [finding for finding in review(filing).findings if finding.rule == "jump[new]"]
    assert (text if told else None) == jump.explanation


@pytest.mark.long
@pytest.mark.parametrize("text", ["无", "……", "已已", " "])
@pytest.mark.parametrize("verb", ["generate", "package"])
def test_no_empty_words_explain_on_the_command_line(tmp_path: Path, verb: str, text: str):
    """--explain with a word that gives no reason is wrong usage, and nothing is published."""
    said = xlreport(
        verb, written(tmp_path, **{"prior.requests.new.total": 3}), "--explain", text, "-o", tmp_path / "out"
    )
    assert 2 == said.status
    assert "不是说明，请写明这些提醒的原因" in said.err
    assert not (tmp_path / "out").exists()
