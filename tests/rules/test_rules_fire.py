"""Each rule of each built-in form fires once and stays silent once."""

from __future__ import annotations

import pytest

from support.figures import huaian_2024, shanghai_2019
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form, form_ids
from xlreport.rules.check import check_rules, filing_cells
from xlreport.rules.rulebook import rulebook

#: Last year's figures with which every cross-year rule holds.
PRIOR_2018 = {
    "prior.requests.carried_out.natural": 18,
    "prior.requests.carried_out.total": 18,
    "prior.requests.new.total": 800,
    "prior.appeals.review.total": 20,
    "prior.appeals.direct.total": 20,
    "prior.appeals.after_review.total": 20,
    "prior.disclosure.licensing.decisions": 100,
    "prior.disclosure.regulations.total": 511,
    "prior.disclosure.procurement.amount": 30,
}
PRIOR_2023 = {
    "prior.requests.carried_out.natural": 34,
    "prior.requests.carried_out.total": 34,
    "prior.requests.new.total": 2800,
    "prior.appeals.review.total": 300,
    "prior.appeals.direct.total": 30,
    "prior.appeals.after_review.total": 30,
    "prior.disclosure.regulations.in_force": 10,
    "prior.disclosure.normative.in_force": 84,
    "prior.disclosure.licensing.decisions": 400000,
    "prior.disclosure.fees.amount": 90000,
}

#: Control totals that are as the tables have them.
CONTROL_2019 = {
    "control.requests.carried_in.total": 18,
    "control.requests.result_total.natural": 767,
    "control.appeals.review.total": 17,
    "control.appeals.direct.total": 19,
    "control.appeals.after_review.total": 7,
}
CONTROL_2024 = {
    "control.requests.carried_in.total": 34,
    "control.requests.result_total.natural": 2932,
    "control.appeals.review.total": 351,
    "control.appeals.direct.total": 26,
    "control.appeals.after_review.total": 20,
}

#: A filing in which every rule applies and holds.
SOUND: dict[str, dict[str, FilingValue]] = {
    "gov2019": shanghai_2019()
    | PRIOR_2018
    | CONTROL_2019
    | {
        "published.policy": 1,
        "published.work": 2,
        "appeals.review.upheld": 15,
        "appeals.direct.upheld": 18,
        "appeals.after_review.upheld": 7,
        "disclosure.licensing.prior": 12,
        "disclosure.licensing.change": -2,
        "disclosure.licensing.decisions": 90,
    },
    "gov2021": huaian_2024() | PRIOR_2023 | CONTROL_2024 | {"published.policy": 1, "published.work": 2},
}

#: For each rule: what to change in the sound filing, and the checks that must then fail, and no others.
#: A change of a computed cell is a number typed over its formula.
BREAKS: dict[str, dict[str, tuple[dict[str, FilingValue], set[str]]]] = {
    "both": {
        "row_sum": ({"requests.granted.total": 1}, {"row_sum[granted]", "result_sum[total]"}),
        "result_sum": (
            {"requests.result_total.business": 36},
            {"result_sum[business]", "balance[business]", "result_sum[total]", "balance[total]"},
        ),
        "balance": ({"requests.new.research": 1}, {"balance[research]", "balance[total]"}),
        "review_sum": ({"appeals.review.total": 100}, {"review_sum", "review_control"}),
        "direct_sum": ({"appeals.direct.total": 21}, {"direct_sum", "direct_control"}),
        "after_review_sum": ({"appeals.after_review.total": 21}, {"after_review_sum", "after_review_control"}),
        "published_sum": ({"published.total": 4}, {"published_sum"}),
        "review_over_requests": (
            {"appeals.review.upheld": 4000},
            {"review_over_requests", "review_control", "review_jump"},
        ),
        "after_review_over_review": (
            {"appeals.after_review.upheld": 4000},
            {"after_review_over_review", "after_review_control", "after_review_jump"},
        ),
        "carried_over": ({"prior.requests.carried_out.natural": 19}, {"carried_over[natural]"}),
        "jump": ({"prior.requests.new.total": 20}, {"jump[new]"}),
        "review_jump": ({"prior.appeals.review.total": 3000}, {"review_jump"}),
        "direct_jump": ({"prior.appeals.direct.total": 2000}, {"direct_jump"}),
        "after_review_jump": ({"prior.appeals.after_review.total": 2000}, {"after_review_jump"}),
        "decisions_jump": ({"prior.disclosure.licensing.decisions": 1}, {"decisions_jump[licensing]"}),
        "row_control": ({"control.requests.carried_in.total": 1}, {"row_control[carried_in]"}),
        "column_control": ({"control.requests.result_total.natural": 76}, {"column_control[natural]"}),
        "review_control": ({"control.appeals.review.total": 0}, {"review_control"}),
        "direct_control": ({"control.appeals.direct.total": 0}, {"direct_control"}),
        "after_review_control": ({"control.appeals.after_review.total": 0}, {"after_review_control"}),
        "cell": ({"requests.partial.legal": 1.5}, {"cell[requests.partial]", "balance[legal]", "balance[total]"}),
    },
    "gov2019": {
        "published_within_total": ({"disclosure.regulations.published": 525}, {"published_within_total[regulations]"}),
        "items_left": ({"disclosure.penalty.change": -1}, {"items_left[penalty]"}),
        "decisions_without_items": ({"disclosure.services.decisions": 3}, {"decisions_without_items[services]"}),
        "procurement_pair": ({"disclosure.procurement.projects": 0}, {"procurement_pair"}),
        "year_of_form": ({"report.year": 2021, "report.date": "2022年1月20日"}, {"year_of_form"}),
        "total_jump": ({"prior.disclosure.regulations.total": 100}, {"total_jump[regulations]"}),
        "amount_jump": ({"prior.disclosure.procurement.amount": 1}, {"amount_jump[procurement]"}),
    },
    "gov2021": {
        "year_of_form": ({"report.year": 2020, "report.date": "2021年1月20日"}, {"year_of_form"}),
        "in_force": ({"prior.disclosure.regulations.in_force": 9}, {"in_force[regulations]"}),
        "issued_in_force": (
            {"disclosure.regulations.issued": 20, "prior.disclosure.regulations.in_force": -9},
            {"issued_in_force[regulations]"},
        ),
        "amount_jump": ({"prior.disclosure.fees.amount": 1}, {"amount_jump[fees]"}),
    },
}

#: Rules that a filing with requests cannot break: they need one without.
WITHOUT_REQUESTS: dict[str, dict[str, FilingValue]] = {
    "appeals_without_requests": {"appeals.review.upheld": 1},
    "fee_without_requests": {"other_matters.handling_fee": 0.5},
}

CASES = [
    (form, rule, change, fails)
    for form in form_ids()
    for rule, (change, fails) in (BREAKS["both"] | BREAKS.get(form, {})).items()
]


def failures(form_id: str, values: dict[str, FilingValue]) -> set[str]:
    """The keys of the checks that fail; values of computed cells stand over their formulas."""
    form = find_form(form_id)
    computed = {field.id for field in form.computed}
    filing = Filing(
        form=form,
        values={id_: value for id_, value in values.items() if id_ not in computed},
        typed_over={id_: value for id_, value in values.items() if id_ in computed},
    )
    return {finding.rule for finding in check_rules(filing, filing_cells(filing)) if finding.level != "note"}


@pytest.mark.parametrize("form_id", form_ids())
def test_every_rule_has_a_case(form_id: str):
    """No rule is added without saying how it fires."""
    rules = {check.rule.id for check in rulebook(find_form(form_id)).checks}
    assert rules == {rule for form, rule, *_ in CASES if form == form_id} | WITHOUT_REQUESTS.keys()


@pytest.mark.parametrize("form_id", form_ids())
def test_every_rule_stays_silent(form_id: str):
    """In a sound filing no rule fails, and each has at least one item where it applies and holds."""
    form = find_form(form_id)
    book = rulebook(form)
    cells = book.compute(SOUND[form_id])
    held = {check.rule.id for check in book.checks if book.verdict(check, cells) is True}
    assert failures(form_id, SOUND[form_id]) == set()
    # decisions_without_items holds where there are items; every other rule holds as it stands.
    assert held == {check.rule.id for check in book.checks}


@pytest.mark.parametrize(("form_id", "rule", "change", "fails"), CASES)
def test_rule_fires(form_id: str, rule: str, change: dict[str, FilingValue], fails: set[str]):
    """The change breaks this rule, and only what rests on the same figures with it."""
    assert any(key.split("[")[0] == rule for key in fails)
    assert failures(form_id, SOUND[form_id] | change) == fails


@pytest.mark.parametrize("rule", WITHOUT_REQUESTS)
@pytest.mark.parametrize("form_id", form_ids())
def test_what_needs_requests_fires(form_id: str, rule: str):
    """An appeal, or a fee for handling, in a year without any request is a warning."""
    year = find_form(form_id).first_year
    basics: dict[str, FilingValue] = {"unit.name": "甲局", "report.date": f"{year}年12月31日", "problems.text": "有。"}
    touched: dict[str, FilingValue] = {
        "disclosure.penalty.decisions": 0,
        "requests.new.natural": 0,
        "appeals.review.other": 0,
    }
    values = {**basics, "report.year": year} | touched | WITHOUT_REQUESTS[rule]
    assert failures(form_id, values) == {rule}
