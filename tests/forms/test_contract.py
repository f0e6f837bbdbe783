"""The field ids of both forms are a contract: none may change."""

from __future__ import annotations

import pytest

from support.figures import COLUMNS
from xlreport.forms import find_form, form_ids

BASICS = [
    "unit.name",
    "unit.code",
    "unit.short_name",
    "unit.signature",
    "unit.kind",
    "unit.makes_regulations",
    "report.year",
    "report.date",
    "report.blanks",
    "contact.name",
    "contact.phone",
    "upward.name",
    "upward.email",
    "report.intro",
    "overview.summary",
    "overview.proactive",
    "overview.on_request",
    "overview.management",
    "overview.platform",
    "overview.oversight",
    "problems.text",
    "other_matters.handling_fee",
    "other_matters.text",
    "published.policy",
    "published.budget",
    "published.work",
    "published.guide",
    "published.other",
    "published.total",
    "published.channel",
]

ROWS = [
    "new",
    "carried_in",
    "granted",
    "partial",
    "refused.state_secret",
    "refused.prohibited",
    "refused.security",
    "refused.third_party",
    "refused.internal",
    "refused.process",
    "refused.enforcement",
    "refused.inquiry",
    "unavailable.not_held",
    "unavailable.must_create",
    "unavailable.unclear",
    "declined.petition",
    "declined.repeat",
    "declined.publication",
    "declined.excessive",
    "declined.confirm",
    "result_total",
    "carried_out",
]

OTHER_ROWS = {
    "gov2019": ["other_handling"],
    "gov2021": ["other_handling.no_correction", "other_handling.unpaid", "other_handling.other"],
}

DISCLOSURE = {
    "gov2019": [
        "regulations.made",
        "regulations.published",
        "regulations.total",
        "normative.made",
        "normative.published",
        "normative.total",
        "licensing.prior",
        "licensing.change",
        "licensing.decisions",
        "services.prior",
        "services.change",
        "services.decisions",
        "penalty.prior",
        "penalty.change",
        "penalty.decisions",
        "coercion.prior",
        "coercion.change",
        "coercion.decisions",
        "fees.prior",
        "fees.change",
        "procurement.projects",
        "procurement.amount",
    ],
    "gov2021": [
        "regulations.issued",
        "regulations.repealed",
        "regulations.in_force",
        "normative.issued",
        "normative.repealed",
        "normative.in_force",
        "licensing.decisions",
        "penalty.decisions",
        "coercion.decisions",
        "fees.amount",
    ],
}

APPEALS = [
    f"appeals.{kind}.{outcome}"
    for kind in ("review", "direct", "after_review")
    for outcome in ("upheld", "corrected", "other", "pending", "total")
]


def contract(form: str) -> set[str]:
    requests = {f"requests.{row}.{column}" for row in [*ROWS, *OTHER_ROWS[form]] for column in (*COLUMNS, "total")}
    return {*BASICS, *APPEALS, *requests, *(f"disclosure.{id_}" for id_ in DISCLOSURE[form])}


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_ids(form: str):
    """Every id of the contract is a field; whatever is added is last year's, or a control total."""
    fields = set(find_form(form).fields)
    assert contract(form) - fields == set()
    assert {id_ for id_ in fields - contract(form) if not id_.startswith(("prior.", "control."))} == set()


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_computed(form: str):
    """Totals outside table two, and the row （七）, are computed; everything else is typed."""
    computed = {field.id for field in find_form(form).computed}
    expected = {
        id_
        for id_ in contract(form)
        if (id_.endswith(".total") and not id_.startswith("disclosure.")) or id_.startswith("requests.result_total.")
    }
    assert computed == expected


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_control_totals(form: str):
    """Each row's and each column's total of table three and each total of table four may have a control total."""
    fields = find_form(form).fields
    totals = {f"requests.{row}.total" for row in [*ROWS, *OTHER_ROWS[form]]}
    totals |= {f"requests.result_total.{column}" for column in COLUMNS}
    totals |= {id_ for id_ in APPEALS if id_.endswith(".total")}
    control = {field.id: field.role for field in fields.values() if field.control}
    assert control == {f"control.{id_}": "input" for id_ in totals}


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
def test_required(form: str):
    """Exactly four inputs are an error when blank."""
    required = {field.id for field in find_form(form).fields.values() if field.required}
    assert required == {"unit.name", "report.year", "report.date", "problems.text"}


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (
            "gov2019",
            {"requests.new.natural": "自然人新收申请数", "disclosure.fees.change": "行政事业性收费本年增/减"},
        ),
        (
            "gov2021",
            {"requests.new.total": "新收申请数", "appeals.review.upheld": "行政复议结果维持数"},
        ),
    ],
)
def test_names(form: str, names: dict[str, str]):
    """The unique Chinese names that messages and 【…】 use."""
    fields = find_form(form).fields
    assert {id_: fields[id_].name for id_ in names} == names


def test_years():
    """gov2019 is for 2019 and 2020, gov2021 for years since; no year before is covered, and each since by one form."""
    covering = {year: [name for name in form_ids() if find_form(name).covers(year)] for year in range(2015, 2050)}
    assert all(covering[year] == [] for year in range(2015, 2019))
    assert [["gov2019"], ["gov2019"], ["gov2021"]] == [covering[year] for year in (2019, 2020, 2021)]
    assert all(len(covering[year]) == 1 for year in range(2019, 2050))
