"""The error locator: every choice mends, none smaller exists, the planted error is listed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Literal

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlreport.filing import Filing, FilingValue
from xlreport.finding import CellRef
from xlreport.forms.definition import EachText, RuleText
from xlreport.forms.kinds import MAX_NUMBER
from xlreport.forms.model import Field, Form
from xlreport.forms.registry import find_form
from xlreport.locator.candidates import Candidates
from xlreport.locator.equations import components, equations, figure, independent, linear
from xlreport.locator.likelihood import AGREES, EXCHANGE, QUOTED
from xlreport.locator.locate import Located, fix_steps, locate
from xlreport.locator.smallest_sets import (
    KNOWN_BAD,
    WHOLE,
    Row,
    Unknown,
    cheapest_covers,
    single_changes,
    smallest_sets,
)
from xlreport.rules.expression import parse
from xlreport.rules.rulebook import rulebook


def without_controls(form: Form) -> Form:
    """The form as it is where nobody fills in a control total."""
    fields = {id_: field for id_, field in form.fields.items() if not field.control}
    rules = tuple(rule for rule in form.rules if not rule.id.endswith("_control"))
    return msgspec.structs.replace(form, fields=fields, rules=rules)


FORM = without_controls(find_form("gov2019"))
COLUMNS = ("natural", "business", "research", "welfare", "legal", "other")


def with_controls(form: Form) -> Form:
    """The form with an optional control total beside three rows of table three."""
    rows = ("new", "granted", "carried_out")
    fields = {
        f"control.{row}": Field(id=f"control.{row}", name=f"核对{row}", label=row, kind="count", section="requests")
        for row in rows
    }
    rule = RuleText(
        id="control",
        level="error",
        name="核对数",
        basis="由表义得出",
        each=EachText(row="requests", only=rows),
        when="COUNT(control.{row}) = 1",
        expr="ROUND(SUM(requests.{row}.natural:requests.{row}.other),6) = ROUND(N(control.{row}),6)",
        message="{item}",
    )
    return msgspec.structs.replace(form, fields={**form.fields, **fields}, rules=(*form.rules, rule))


CONTROLLED = with_controls(FORM)


def filing(values: Mapping[str, FilingValue], form: Form = FORM, raw: dict[str, str] | None = None) -> Filing:
    """A filing of these request figures, each cell placed on its sheet by its name."""
    full = {
        f"requests.{id_}" if id_.count(".") < 3 and not id_.startswith("control") else id_: v
        for id_, v in values.items()
    }
    places = {id_: CellRef(field=id_, sheet="三 依申请公开", address=f"E{n}") for n, id_ in enumerate(form.fields)}
    return Filing(form=form, values=full, places=places, raw={f"requests.{k}": v for k, v in (raw or {}).items()})


def changed(start: Filing, located: Located, number: int) -> Filing:
    new = {id_: value for id_, _, value in located.choices[number].steps}
    return msgspec.structs.replace(start, values={**start.values, **new})


def failing(start: Filing) -> set[str]:
    """Keys of the error-level checks that fail."""
    book = rulebook(start.form)
    cells = book.compute(dict(start.values))
    return {check.key for check in book.checks if check.rule.level == "error" and book.verdict(check, cells) is False}


small = st.integers(0, 30)
cells_of_two_columns = st.fixed_dictionaries(
    {
        f"{row}.{column}": st.none() | small
        for column in COLUMNS[:2]
        for row in ("new", "carried_in", "granted", "partial", "carried_out")
    }
)


# Equations


def test_totals_that_are_formulas_leave_one_equation_a_column() -> None:
    """Row and column sums hold whatever is typed; only the balance of each column is left, and the six imply the total's."""
    assert {f"balance[{column}]" for column in (*COLUMNS, "total")} == {equation.key for equation in equations(FORM)}
    kept = independent(FORM, frozenset(equation.key for equation in equations(FORM)))
    assert {f"balance[{column}]" for column in COLUMNS} == {equation.key for equation in kept}


def test_columns_are_separate_until_control_totals_join_them() -> None:
    """Six groups without control totals, one with them."""
    keys = frozenset(equation.key for equation in equations(CONTROLLED))
    assert [1] * 6 == [len(group) for group in components(independent(FORM, keys))]
    assert [9] == [len(group) for group in components(independent(CONTROLLED, keys))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2*N(published.policy)-SUM(published.budget:published.work)/4+3",
            {"policy": 2, "budget": "-1/4", "work": "-1/4", "": 3},
        ),
        ("ROUND(N(published.total),6)", {"policy": 1, "budget": 1, "work": 1, "guide": 1, "other": 1}),
        ("ROUND(N(published.policy),0)", None),
        ("N(published.policy)*N(published.work)", None),
        ("MAX(published.policy,0)", None),
        ("N(unit.name)", None),
    ],
)
def test_linear_expressions_are_recognised(text: str, expected: dict[str, int | str] | None) -> None:
    """Sums, differences and fixed multiples become coefficients over inputs; anything else is no equation."""
    wanted = None if expected is None else {f"published.{k}" if k else "": Fraction(v) for k, v in expected.items()}
    assert wanted == linear(parse(text), rulebook(FORM))


# Properties


@pytest.mark.long
@given(cells_of_two_columns)
@settings(max_examples=60, deadline=None)
def test_every_complete_choice_mends_every_rule(values: dict[str, FilingValue]) -> None:
    """Whatever is typed, each listed choice makes all error-level rules hold."""
    start = filing(values)
    located = locate(start, limit=8)
    assert bool(located.failed) == bool(located.choices)
    for number in range(min(25, len(located.choices))):
        assert set() == failing(changed(start, located, number))


@pytest.mark.long
@given(
    cells_of_two_columns,
    st.fixed_dictionaries({f"control.{row}": st.none() | small for row in ("new", "granted", "carried_out")}),
)
@settings(max_examples=25, deadline=None)
def test_choices_mend_with_control_totals_too(values: dict[str, FilingValue], controls: dict[str, FilingValue]) -> None:
    """Equations that share cells are satisfied together."""
    start = filing({**values, **controls}, CONTROLLED)
    located = locate(start, limit=4)
    assert bool(located.failed) == bool(located.choices)
    for number in range(len(located.choices)):
        assert set() == failing(changed(start, located, number))


factors = st.sampled_from([Fraction(-1), Fraction(0), Fraction(1)])


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Row], list[Unknown]]:
    """Up to three rows over up to five cells whose figures lie between 0 and 3."""
    ids = "abcde"[: draw(st.integers(2, 5))]
    values = {id_: Fraction(draw(st.integers(0, 3))) for id_ in ids}
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        row = {id_: a for id_ in ids if (a := draw(factors))}
        rows.append(Row(factors=row, rest=Fraction(draw(st.integers(-4, 4)))))
    unknowns = [
        Unknown(id=id_, value=value, low=Fraction(0), high=Fraction(3), step=Fraction(1))
        for id_, value in values.items()
    ]
    return rows, unknowns


def brute_force(rows: list[Row], unknowns: list[Unknown]) -> list[dict[str, Fraction]]:
    """All solutions with the fewest changed cells, by trying every value of every set."""

    def tried(cells: tuple[Unknown, ...]) -> list[dict[str, Fraction]]:
        if not cells:
            return [{}]
        rest = tried(cells[1:])
        options = [new - cells[0].value for new in map(Fraction, range(4)) if new != cells[0].value]
        return [{cells[0].id: delta, **others} for delta in options for others in rest]

    for size in range(len(unknowns) + 1):
        found = [
            change
            for cells in combinations(unknowns, size)
            for change in tried(cells)
            if all(sum(a * change.get(i, 0) for i, a in row.factors.items()) == row.rest for row in rows)
        ]
        if found:
            return found
    return []


def sets_of(
    changes: tuple[dict[str, Fraction], ...] | list[dict[str, Fraction]],
) -> set[frozenset[tuple[str, Fraction]]]:
    return {frozenset(change.items()) for change in changes}


@pytest.mark.long
@given(systems())
@settings(max_examples=120, deadline=None)
def test_no_smaller_set_exists_and_none_is_missed(system: tuple[list[Row], list[Unknown]]) -> None:
    """The changes found are those of an exhaustive search: as few cells, all of them, each with its figure."""
    rows, unknowns = system
    if not any(row.rest for row in rows):
        return
    found = smallest_sets(rows, unknowns, limit=1000, accept=lambda _: True)
    expected = brute_force(rows, unknowns)
    assert {frozenset(change) for change in expected} == {frozenset(change) for change in found.changes}
    if found.complete:
        assert sets_of(expected) == sets_of(found.changes)


@given(systems())
@settings(max_examples=60, deadline=None)
def test_the_short_way_for_one_cell_equals_the_solver(system: tuple[list[Row], list[Unknown]]) -> None:
    """Where one cell will do, listing them by proportion and covering edits with HiGHS give the same."""
    rows, unknowns = system
    singles = single_changes(rows, unknowns)
    if singles:
        assert sets_of(singles) == sets_of(cheapest_covers(rows, unknowns, limit=1000, accept=lambda _: True).changes)


@pytest.mark.long
@given(
    cells_of_two_columns,
    st.sampled_from(COLUMNS[:2]),
    st.sampled_from(["new", "carried_in", "granted", "partial"]),
    small,
)
@settings(max_examples=60, deadline=None)
def test_a_single_planted_error_is_listed(values: dict[str, FilingValue], column: str, row: str, wrong: int) -> None:
    """Whatever figure of a valid table is replaced by another, the true cell and figure are among the choices."""
    for name in COLUMNS[:2]:
        left = sum(int(figure(values[f"{r}.{name}"])) for r in ("granted", "partial", "carried_out"))
        values[f"carried_in.{name}"] = min(left, int(figure(values[f"carried_in.{name}"])))
        values[f"new.{name}"] = left - int(figure(values[f"carried_in.{name}"]))
    cell = f"{row}.{column}"
    true = int(figure(values[cell]))
    located = locate(filing({**values, cell: wrong}))
    if wrong == true:
        assert Located() == located
    else:
        assert not located.capped
        assert (f"requests.{cell}", wrong, true) in [step for choice in located.choices for step in choice.steps]
        assert {1} == {len(choice.steps) for choice in located.choices}


# Cases


def test_a_valid_filing_has_nothing_to_locate() -> None:
    """No failed rule, no choice."""
    start = filing({"new.natural": 3, "granted.natural": 3})
    assert Located() == locate(start)


def test_the_transposed_figure_comes_first_and_ties_are_listed() -> None:
    """21 typed for 12: both ends of the balance could be transposed, so neither is chosen."""
    start = filing({"new.natural": 12, "granted.natural": 21})
    located = locate(start)
    first = {choice.steps for choice in located.choices[:2]}
    assert {(("requests.new.natural", 12, 21),), (("requests.granted.natural", 21, 12),)} == first
    assert located.choices[1].score > located.choices[2].score


def test_evidence_breaks_the_tie() -> None:
    """A total of 12 named in the prose singles out the cell that makes it so."""
    start = filing({"new.natural": 12, "granted.natural": 21})
    alone = {choice.steps: choice.score for choice in locate(start).choices}
    for id_, step in (
        ("requests.result_total.total", ("requests.granted.natural", 21, 12)),
        ("requests.new.natural", ("requests.new.natural", 12, 21)),
    ):
        located = locate(start, evidence={id_: [step[2]], "requests.partial.natural": []})
        assert (step,) == located.choices[0].steps
        assert round(alone[step,] + AGREES, 2) == located.choices[0].score


def test_an_unreadable_cell_is_the_one_to_mend() -> None:
    """A figure that could not be read is missing for certain: no other cell is suspected."""
    start = filing({"new.natural": 12, "granted.natural": 9, "partial.natural": None}, raw={"partial.natural": "约3"})
    located = locate(start)
    assert [(("requests.partial.natural", None, 3),)] == [choice.steps for choice in located.choices]
    assert QUOTED == located.choices[0].score


def test_of_two_unreadable_cells_neither_is_chosen() -> None:
    """Either alone would do: both are listed."""
    start = filing({"new.natural": 12, "granted.natural": 9}, raw={"partial.natural": "三", "carried_out.natural": "?"})
    assert {"requests.partial.natural", "requests.carried_out.natural"} == {
        choice.steps[0][0] for choice in locate(start).choices
    }


def test_a_figure_outside_its_domain_must_change() -> None:
    """A negative count is wrong whatever the balance says; it is changed, and to a count."""
    start = filing({"new.natural": 5, "granted.natural": 7, "partial.natural": -3})
    located = locate(start)
    assert located.choices
    for number, choice in enumerate(located.choices):
        assert "requests.partial.natural" in choice.ids
        assert set() == failing(changed(start, located, number))


def test_blank_and_not_applicable_cells_are_candidates() -> None:
    """Both count as 0; the step says what stands there."""
    start = filing({"new.natural": 3, "granted.natural": "/"})
    steps = {choice.steps[0] for choice in locate(start).choices}
    assert {("requests.granted.natural", "/", 3), ("requests.partial.natural", None, 3)} <= steps


def test_no_choice_exceeds_nine_digits_or_falls_below_zero() -> None:
    """Domains hold: a choice that would need such a figure is not listed."""
    located = locate(filing({"new.natural": MAX_NUMBER, "granted.natural": MAX_NUMBER, "partial.natural": 5}))
    steps = [choice.steps[0] for choice in located.choices]
    assert ("requests.new.natural", MAX_NUMBER, MAX_NUMBER + 5) not in steps
    assert all(0 <= new <= MAX_NUMBER for _, _, new in steps)


def test_errors_in_two_columns_are_mended_apart_and_together() -> None:
    """Each column's finding has its own choices, the total's has the complete ones."""
    start = filing({"new.natural": 3, "granted.natural": 5, "new.business": 40, "granted.business": 44})
    located = locate(start)
    assert ("balance[natural]", "balance[business]", "balance[total]") == located.failed
    assert [("balance[natural]",), ("balance[business]",)] == [part.failed for part in located.parts]
    assert all(len(choice.steps) == 1 for choice in located.for_check("balance[natural]"))
    assert located.choices == located.for_check("balance[total]")
    assert len(located.choices) == len(located.parts[0].choices) * len(located.parts[1].choices)
    assert located.repairs == tuple(located.failed for _ in located.choices)


def test_a_figure_one_column_too_far_is_one_slip() -> None:
    """Two columns fail by the same amount: moving the figure back comes first and mends both, and the total never failed."""
    start = filing(
        {"new.natural": 8, "granted.natural": 1, "new.business": 2, "granted.business": 2, "partial.business": 7}
    )
    located = locate(start)
    assert ("balance[natural]", "balance[business]") == located.failed
    moved = (("requests.partial.natural", None, 7), ("requests.partial.business", 7, 0))
    assert moved == located.choices[0].steps
    assert EXCHANGE == located.choices[0].score
    for key in located.failed:
        assert moved == located.for_check(key)[0].steps
    assert moved[0] in [step[:3] for step in located.slips[0].steps]


def test_control_totals_single_out_the_cell() -> None:
    """With a total typed beside the row, one cell is left of twenty-two."""
    values = {"new.natural": 12, "granted.natural": 21, "new.business": 4, "granted.business": 4, "control.granted": 16}
    start = filing(values, CONTROLLED)
    located = locate(start)
    assert [(("requests.granted.natural", 21, 12),)] == [choice.steps for choice in located.choices]


def test_two_errors_in_one_column_are_found_with_control_totals() -> None:
    """The solver's case: two cells of one column, each shown by the total of its row."""
    values = {
        "new.natural": 10,
        "granted.natural": 7,
        "carried_out.natural": 4,
        "control.granted": 8,
        "control.carried_out": 2,
    }
    located = locate(filing(values, CONTROLLED))
    steps = (("requests.granted.natural", 7, 8), ("requests.carried_out.natural", 4, 2))
    assert [steps] == [choice.steps for choice in located.choices]
    assert {"balance[natural]", "control[granted]", "control[carried_out]"} <= set(located.choices[0].mends)


def test_control_totals_left_blank_change_nothing() -> None:
    """The rule applies only where staff typed one."""
    values = {"new.natural": 12, "granted.natural": 21}
    plain = [choice.steps for choice in locate(filing(values)).choices]
    assert plain == [choice.steps for choice in locate(filing(values, CONTROLLED)).choices]


def test_the_limit_is_said() -> None:
    """More ties than the limit: so many are listed, and it is said that there are others."""
    start = filing({"new.natural": 3})
    located = locate(start, limit=5)
    assert 5 == len(located.choices)
    assert located.capped


def test_a_total_typed_over_is_left_aside() -> None:
    """The locator works on recomputed totals: what stands over a formula has its own finding."""
    start = filing({"new.natural": 3, "granted.natural": 3})
    standing = msgspec.structs.replace(start, typed_over={"requests.result_total.natural": 99})
    assert Located() == locate(standing)


def test_fix_steps_say_where_from_and_to() -> None:
    """One step for each change, numbered by choice, with sheet and address."""
    start = filing({"new.natural": 3, "granted.natural": 5, "new.business": 4, "granted.business": 6})
    located = locate(start)
    own = fix_steps(located, start, "balance[natural]")
    assert list(range(1, len(own) + 1)) == [step.choice for step in own]
    granted = next(step for step in own if step.field == "requests.granted.natural")
    assert ("三 依申请公开", start.place("requests.granted.natural").address, 5, 3) == (
        granted.sheet,
        granted.address,
        granted.old,
        granted.new,
    )
    whole = fix_steps(located, start)
    assert [1, 1, 2, 2] == [step.choice for step in whole[:4]]


def test_a_choice_that_breaks_another_rule_is_not_listed() -> None:
    """A rule that is no equation still counts: a change that breaks it is turned down."""
    rule = RuleText(
        id="few",
        level="error",
        name="至多五件",
        basis="由表义得出",
        expr="N(requests.new.natural) <= 5",
        message="至多五件",
    )
    form = msgspec.structs.replace(FORM, rules=(*FORM.rules, rule))
    values = {"new.natural": 5, "granted.natural": 9}
    assert "requests.new.natural" in {choice.steps[0][0] for choice in locate(filing(values)).choices}
    assert "requests.new.natural" not in {choice.steps[0][0] for choice in locate(filing(values, form)).choices}


def across(level: Literal["error", "warning"]) -> RuleText:
    """A rule, of this level, over the first cells of two columns."""
    return RuleText(
        id="pair",
        level=level,
        name="两类",
        basis="由表义得出",
        expr="N(requests.new.natural)+N(requests.new.business) <= 24",
        message="至多二十四件",
    )


@pytest.mark.long
@pytest.mark.parametrize("level", ["error", "warning"])
@given(values=cells_of_two_columns)
@example(values={"new.natural": 8, "granted.natural": 14, "new.business": 9, "granted.business": 13})
@settings(max_examples=40, deadline=None)
def test_choices_are_joined_as_if_every_rule_were_tried(
    level: Literal["error", "warning"], values: dict[str, FilingValue]
) -> None:
    """Choices of two columns go together where trying all their changes breaks no rule that holds."""
    form = msgspec.structs.replace(FORM, rules=(*FORM.rules, across(level)))
    start = filing(values, form)
    parts = [part.choices for part in locate(start, limit=8).parts]
    candidates = Candidates(start, None, {})
    for chosen in product(*parts):
        tried = candidates.try_steps(tuple(step for choice in chosen for step in choice.steps))
        assert (candidates.join(chosen) is None) == (tried is None)


def test_rules_that_contradict_each_other_leave_no_choice() -> None:
    """Nothing mends them: the failed rules are named, no change is proposed."""
    rules = tuple(
        RuleText(id=f"is{n}", level="error", name="定数", basis="无", expr=f"N(published.policy) = {n}", message="定数")
        for n in (1, 2)
    )
    form = msgspec.structs.replace(FORM, rules=(*FORM.rules, *rules))
    start = Filing(form=form, values={"published.policy": 1})
    located = locate(start)
    assert ("is2",) == located.failed
    assert () == located.choices


def test_more_errors_than_anyone_would_follow_are_not_located() -> None:
    """Nine rows that must each change one cell of its own: no set of more than six cells is proposed."""
    ids = "abcdefghi"
    rows = [
        Row(factors={id_: Fraction(1), id_ * 2: Fraction(1), "z": Fraction(n + 1)}, rest=Fraction(1))
        for n, id_ in enumerate(ids)
    ]
    unknowns = [
        Unknown(id=id_, value=Fraction(0), low=Fraction(0), high=Fraction(9), step=Fraction(1))
        for id_ in (*ids, *(id_ * 2 for id_ in ids), "z")
    ]
    found = smallest_sets(rows, unknowns, limit=9, accept=lambda _: True)
    assert () == found.changes
    assert not found.complete


def test_known_bad_cells_cost_less_than_any_readable_one() -> None:
    """Two cells that must be mended anyway are preferred to one that need not be."""

    def cell(id_: str, cost: int) -> Unknown:
        return Unknown(id=id_, value=Fraction(0), low=Fraction(0), high=Fraction(9), step=Fraction(1), cost=cost)

    rows = [
        Row(factors={"a": Fraction(1), "c": Fraction(1)}, rest=Fraction(2)),
        Row(factors={"b": Fraction(1), "c": Fraction(1)}, rest=Fraction(2)),
    ]
    found = smallest_sets(
        rows, [cell("a", KNOWN_BAD), cell("b", KNOWN_BAD), cell("c", WHOLE)], limit=9, accept=lambda _: True
    )
    assert ({"a": Fraction(2), "b": Fraction(2)},) == found.changes
