"""自查表: every rule and criterion of the form with its source, one printed page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support.browser import printed
from support.figures import huaian_2024, shanghai_2019
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form, form_ids
from xlreport.mail.self_check import EXPLAINED, IDLE, MET, NOTED, SelfCheck, documents, self_check, self_check_context
from xlreport.mail.wording import SELF_CHECK, render
from xlreport.published.archive import Manifest
from xlreport.reviewing.review import review
from xlreport.rules.rulebook import rulebook

FIGURES = {"gov2019": shanghai_2019, "gov2021": huaian_2024}


def sheet(form: str, values: dict[str, FilingValue], explanations: dict[str, str] | None = None) -> SelfCheck:
    filing = Filing(form=find_form(form), values=FIGURES[form]() | values, explanations=explanations or {})
    return self_check(review(filing))


@pytest.mark.parametrize("form", form_ids())
def test_every_rule_and_criterion_is_listed_with_its_source(form: str):
    """The sheet is made of the rules: none can be left out, each names where it comes from."""
    rows = {row.name: row for row in sheet(form, {}).rows}
    sources = sheet(form, {}).sources
    listed = [(check.rule.name, check.rule.basis) for check in rulebook(find_form(form)).checks]
    listed += [(criterion.name, criterion.basis) for criterion in find_form(form).criteria]
    for name, basis in listed:
        assert set(documents(basis)) <= set(sources)
        assert name in rows
    assert {source for row in rows.values() for source in row.sources} <= set(range(1, len(sources) + 1))


def test_documents_of_a_source():
    """A document is told once, whatever it is cited for."""
    assert ["条例第四十九条", "通报"] == documents("条例第四十九条：部门在1月31日前；通报：迟报；通报：日期不改")


def test_what_came_of_each():
    """A sound thing is met; one that cannot be asked is idle; a warning is explained, a note is noted."""
    rows = {row.name: row.outcome for row in sheet("gov2021", {"overview.platform": "公从号平台1个,好用。"}).rows}
    assert (MET, IDLE, NOTED) == (rows["收办平衡"], rows["上年结转与上年报告"], rows["标点用全角"])
    told = sheet("gov2021", {"appeals.review.upheld": 9999}, {"review_over_requests": "往年的申请。"})
    assert EXPLAINED == {row.name: row.outcome for row in told.rows}["行政复议不多于申请"]


@pytest.mark.program
@pytest.mark.parametrize("form", form_ids())
def test_prints_on_one_a4_page(form: str, make_manifest: Callable[..., Manifest], tmp_path: Path):
    """However many rules a built-in form has, Chromium prints one A4 page."""
    filing = Filing(form=find_form(form), values=FIGURES[form]())
    page = render(
        SELF_CHECK, self_check_context(make_manifest(unit="某省某市某区政务服务和数据管理局"), review(filing))
    )
    info = printed(page, tmp_path)
    assert ["1"] == re.findall(r"Pages:\s+(\d+)", info)
    assert re.search(r"Page size:.*A4", info)
