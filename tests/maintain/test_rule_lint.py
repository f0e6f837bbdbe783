"""What is wrong with rules is found, and nothing is said of rules that are sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import SMALL_FORM, SMALL_RULES, made_form, rule
from xlreport.finding import Finding
from xlreport.forms import find_form, form_ids
from xlreport.maintain.rule_lint import lint_rules


def found(tmp_path: Path, *more: str, rules: str = SMALL_RULES) -> list[Finding]:
    """The findings of the small form with more rules."""
    return lint_rules(made_form(tmp_path, rules=rules + "".join(more)))


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.level, each.rule) for each in findings]


def test_sound_rules_are_passed_over(tmp_path: Path):
    """Nothing is said of the small form."""
    assert found(tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("form_id", form_ids())
def test_built_in_forms_are_sound(form_id: str):
    """The built-in forms give notes at most."""
    assert [each for each in lint_rules(find_form(form_id)) if each.level != "note"] == []


@pytest.mark.parametrize(
    "expr",
    [
        "N(visits.adults) = N(visits.adults)",
        "N(visits.adults)*0 = 0",
        "ABS(N(visits.adults)) >= 0",
        "OR(N(visits.adults) > 3, N(visits.adults) <= 3)",
        "SUM(visits.adults:visits.children) = N(visits.adults)+N(visits.children)",
        "OR(LEN(hall.text) > 0, LEN(hall.text) = 0)",
    ],
)
def test_rule_that_cannot_fail(tmp_path: Path, expr: str):
    """A rule that is true whatever is filled in is an error."""
    assert ("error", "never_fails") in kinds(found(tmp_path, rule(expr)))


def test_rule_that_fails_only_where_the_cell_is_wrong(tmp_path: Path):
    """No count is negative anyway: a rule that says so is a warning."""
    assert [("warning", "never_fails")] == kinds(found(tmp_path, rule("N(visits.adults) >= 0")))


def test_a_rule_that_only_wants_its_cells_filled_says_what_does(tmp_path: Path):
    """Of blank cells no rule is judged: the sentence says so, and names the key that makes a cell one to fill in."""
    (finding,) = found(tmp_path, rule("LEN(hall.text) > 0"))
    assert "都空着时不核对（必须填写的请写 required = true），而无论怎样填写都不会不成立" in finding.message


@pytest.mark.parametrize(
    ("expr", "when"),
    [
        ("N(visits.adults) <= 12345", ""),
        ("N(visits.adults)*N(visits.children) <= 5000000", ""),
        ("N(hall.cost) <= 5", "AND(N(visits.adults) = 37, N(visits.children) = 12, LEN(hall.text) > 100)"),
        ('hall.open = "是"', "N(visits.total) > 0"),
        ("N(report.year) >= 2021", ""),
    ],
)
def test_rule_that_can_fail(tmp_path: Path, expr: str, when: str):
    """Rules that only an uncommon filling breaks are no findings."""
    more = {"when": when} if when else {}
    assert found(tmp_path, rule(expr, **more)) == []


def test_rule_that_cannot_hold(tmp_path: Path):
    """A rule that no filling satisfies is an error."""
    assert ("error", "never_holds") in kinds(found(tmp_path, rule("N(visits.adults) > N(visits.adults)+1")))


@pytest.mark.parametrize(
    "expr",
    [
        "ROUND(N(visits.total),6) = ROUND(N(visits.children)+N(visits.adults),6)",
        "N(visits.total)-SUM(visits.adults,visits.children) = 0",
        "2*SUM(visits.adults:visits.children) = N(visits.total)*2",
    ],
)
def test_duplicate(tmp_path: Path, expr: str):
    """The same equation in other words is a duplicate, named with both rules."""
    (finding,) = found(tmp_path, rule(expr))
    assert ("error", "duplicate") == (finding.level, finding.rule)
    assert "规则 extra与规则 sum" in finding.message


def test_same_comparison_under_another_condition_is_no_duplicate(tmp_path: Path):
    """`when` makes two rules of one."""
    more = rule("N(visits.total) <= 9", when='hall.open = "是"') + rule(
        "N(visits.total) <= 9", id="b", when='hall.open = "否"'
    )
    assert found(tmp_path, more) == []


def test_each_without_its_item(tmp_path: Path):
    """A repeated rule whose formula does not name the item checks the same several times."""
    findings = found(tmp_path, rule("N(visits.total) <= 9", each='{ column = "visits" }'))
    assert [("error", "duplicate")] == kinds(findings)
    assert "each" in findings[0].message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("N(visits.adults) >= 5", "N(visits.adults) <= 3"),
        ("N(visits.adults) > 5", "5 >= N(visits.adults)"),
        ("N(visits.adults) = 5", "N(visits.adults) <> 5"),
        ("SUM(visits.adults:visits.children) >= 5", "AND(N(hall.cost) < 9, N(visits.children)+N(visits.adults) < 5)"),
        ("NOT(N(visits.adults) < 5)", "2*N(visits.adults) <= 6"),
    ],
)
def test_contradiction(tmp_path: Path, first: str, second: str):
    """Two rules that no filled cell satisfies together are an error that names both."""
    findings = found(tmp_path, rule(first, id="one"), rule(second, id="two"))
    assert [("error", "contradiction")] == kinds(findings)
    assert "one" in findings[0].message
    assert "two" in findings[0].message


def test_bounds_that_leave_room(tmp_path: Path):
    """Bounds that a value satisfies are no contradiction."""
    assert found(tmp_path, rule("N(visits.adults) >= 3", id="one"), rule("N(visits.adults) <= 3", id="two")) == []


def test_contradiction_with_the_kind(tmp_path: Path):
    """No count is below zero, so that a rule cannot demand it."""
    assert ("error", "contradiction") in kinds(found(tmp_path, rule("N(visits.adults) <= -1")))


def test_contradiction_within_one_rule(tmp_path: Path):
    """Both parts of an AND on the same cell must leave room."""
    findings = found(tmp_path, rule("AND(N(visits.adults) >= 5, N(visits.adults) <= 3)"))
    assert {("error", "contradiction"), ("error", "never_holds")} == set(kinds(findings))


def test_rule_without_a_basis(tmp_path: Path):
    """A rule says which clause it comes from."""
    assert [("error", "basis")] == kinds(found(tmp_path, rule("N(visits.total) <= 9", basis=" ")))


@pytest.mark.parametrize("message", ["{visits.men}人", "{Left}不对", "{item}不对", "{row}不对", "｛left｝不对"])
def test_placeholder_that_nothing_fills(tmp_path: Path, message: str):
    """A message may use the item, the sides and field ids, and nothing else."""
    assert [("error", "placeholder")] == kinds(found(tmp_path, rule("N(visits.total) <= 9", message=message)))


def test_sides_of_a_rule_without_a_comparison(tmp_path: Path):
    """{left} means something only where two sides are compared."""
    expr = "OR(N(visits.total) <= 9, N(visits.total) >= 99)"
    assert [("error", "placeholder")] == kinds(found(tmp_path, rule(expr, message="{left}不对")))


def test_every_faulty_formula_is_named(tmp_path: Path):
    """One faulty rule does not hide the next, nor what is wrong with sound ones."""
    findings = found(
        tmp_path,
        rule("N(visits.men) = 0", id="one"),
        rule("N(visits.adults = 0", id="two"),
        rule("N(visits.adults)*0 = 0", id="three"),
    )
    assert ["formula", "formula", "never_fails"] == [each.rule for each in findings]
    assert "visits.men" in findings[0].message
    assert "two" in findings[1].message


def test_figures_without_rules(tmp_path: Path):
    """A figure outside all tables without any rule is a warning, one of which only the format is checked a note."""
    findings = found(tmp_path, rules="")
    assert [("warning", "untouched"), ("note", "untouched")] == kinds(findings)
    assert "经费" in findings[0].message
    assert "成人、儿童" in findings[1].message


@pytest.mark.parametrize(
    "expr",
    [
        "N(left) >= 0",
        'hall.number <> "117"',
        'hall.grade <> "2"',
        "N(hall.end) >= N(hall.start)",
        "N(hall.end)-N(hall.start) <= 400",
        "LEN(hall.number) = 18",
    ],
)
def test_computed_cells_texts_digits_and_days_can_fail(tmp_path: Path, expr: str):
    """A difference may be negative, a text may be the one that a rule names, a day may come before another."""
    fields = """fields = [
  { id = "hall.number", label = "编号" },
  { id = "hall.grade", label = "等级", kind = "choice", options = ["1", "2"] },
  { id = "hall.start", label = "开始", kind = "date" },
  { id = "hall.end", label = "结束", kind = "date" },
  { id = "cost.left", label = "结余", kind = "money", compute = "N(hall.cost)-SUM(visits.adults:visits.children)" },
"""
    before, section, after = SMALL_FORM.partition('sheet = "一 数字"\n')
    form = before + section + after.replace("fields = [\n", fields, 1)
    rules = SMALL_RULES + rule(expr.replace("left", "cost.left"))
    assert [] == lint_rules(made_form(tmp_path, form=form, rules=rules))


@pytest.mark.parametrize("expr", ["N(hall.text) = 0", "NOT(ISNUMBER(hall.text))", "COUNT(hall.text,hall.open) = 0"])
def test_texts_are_no_numbers(tmp_path: Path, expr: str):
    """Whatever is typed into a cell for text is text: a rule that asks for a number there says nothing."""
    assert ("error", "never_fails") in kinds(found(tmp_path, rule(expr)))
