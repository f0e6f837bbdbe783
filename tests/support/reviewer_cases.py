"""What reviewers find fault with, as filings that fail and filings that do not: the page and the tests are made of them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.filing import Filing
from xlreport.finding import CellRef
from xlreport.forms import find_form, form_ids
from xlreport.reviewing.prior import from_filing
from xlreport.reviewing.review import review
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.forms import Form

DATA = Path(__file__).with_suffix(".toml")

Values = dict[str, int | float | str]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the reviewers' list, in our own words."""

    number: int
    title: str


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault: values over the sound filing that fail `rule` and, unavoidably, `also`; with one of `near` instead it is silent."""

    row: int
    what: str
    rule: str
    fails: Values
    words: str
    near: tuple[Values, ...]
    also: tuple[str, ...] = ()
    prior: Values | None = None
    forms: tuple[str, ...] = form_ids()

    @property
    def form(self) -> str:
        """The form of the page: the newest that has the rule."""
        return self.forms[-1]

    @property
    def kind(self) -> str:
        """The rule without what it is repeated over."""
        return self.rule.partition("[")[0]


class Cases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. `sound` is by form, with "both", and "prior" for what stands otherwise in last year's."""

    years: dict[str, int]
    sound: dict[str, Values]
    rows: tuple[Row, ...]
    cases: tuple[Case, ...]


@cache
def reviewer_cases() -> Cases:
    """The file as it stands."""
    return msgspec.convert(tomllib.loads(DATA.read_text(encoding="utf-8")), Cases)


def filing_of(form: str, values: Values) -> Filing:
    """The sound filing of a form with values laid over it, placed as in a workbook."""
    return _filing(form, values, reviewer_cases().years[form])


def said_of(form: str, values: Values, prior: Values | None) -> list[Finding]:
    """All that a review says of a filing, beside last year's where the case gives one."""
    if prior is None:
        return list(review(filing_of(form, values)).findings)
    cases = reviewer_cases()
    last = _filing(form, cases.sound["prior"] | prior, cases.years[form] - 1)
    told = msgspec.structs.replace(from_filing(last, find_form(form)), source="去年的报告.xlsx")
    return list(review(filing_of(form, values), told).findings)


def dated(text: str, year: int) -> str:
    """A text with the years that it leaves open."""
    for name, number in (("{year}", year), ("{next}", year + 1), ("{last}", year - 1)):
        text = text.replace(name, str(number))
    return text


def _filing(form: str, values: Values, year: int) -> Filing:
    sound = reviewer_cases().sound
    laid = {"report.year": year} | sound["both"] | sound[form] | values
    given: dict[str, FilingValue] = {
        id_: dated(value, year) if isinstance(value, str) else value for id_, value in laid.items() if value != ""
    }
    return Filing(form=find_form(form), values=given, places=_places(find_form(form)))


@cache
def _places(form: Form) -> dict[str, CellRef]:
    cells = layout(form).fields
    return {id_: CellRef(field=id_, sheet=sheet.title, address=at.address) for id_, (sheet, at) in cells.items()}
