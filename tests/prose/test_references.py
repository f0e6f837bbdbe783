"""【名称】 is the figure as printed; a slip of the name is an error with a suggestion; anything else is text."""

from __future__ import annotations

import pytest

from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import find_form
from xlreport.prose.references import resolve_references
from xlreport.rules.check import filing_cells

FIELD = "overview.on_request"


def resolve(text: str, **values: float | str) -> tuple[str, list[Finding]]:
    filing = Filing(form=find_form("gov2021"), values={FIELD: text, **values})
    texts, findings = resolve_references(filing, filing_cells(filing))
    return texts[FIELD], findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新收【新收申请数】件", "新收5件"),
        ("自然人【自然人新收申请数】件、企业【商业企业新收申请数】件", "自然人3件、企业2件"),
        ("收费【行政事业性收费本年收费金额】万元", "收费12.5万元"),
        ("结转【结转下年度数】件，维持【行政复议结果维持数】件", "结转0件，维持0件"),
        ("公开【公开信息总条数】条", "公开0条"),
    ],
)
def test_a_reference_is_the_figure_as_printed(text: str, expected: str):
    values = {"requests.new.natural": 3, "requests.new.business": 2, "disclosure.fees.amount": 12.5}
    assert (expected, []) == resolve(text, **values)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("自然人新收申请", "自然人新收申请数"),
        ("自然人新收申请数量", "自然人新收申请数"),
        (" 新收申请数 ", "新收申请数"),
        ("不予公开(属于国家秘密)数", "不予公开（属于国家秘密）数"),
        ("结转下年度继续办理数", "结转下年度数"),
    ],
)
def test_a_slip_is_an_error_with_a_suggestion(name: str, meant: str):
    text, (finding,) = resolve(f"共【{name}】件")
    assert f"共【{name}】件" == text
    assert (f"prose_reference[{FIELD}]", "error", f"【{meant}】") == (finding.rule, finding.level, finding.expected)
    assert f"【{meant}】" in finding.message
    assert find_form("gov2021").by_name[meant].id == finding.cells[1].field


@pytest.mark.parametrize("text", ["【注】略", "【重要通知】", "【主动公开】", "【】", "【未完"])
def test_any_other_brackets_stay_with_a_note(text: str):
    same, (finding,) = resolve(text)
    assert (text, "note") == (same, finding.level)


def test_a_blank_figure_is_an_error_where_blanks_are_kept():
    text = "自然人【自然人新收申请数】件"
    same, (finding,) = resolve(text, **{"report.blanks": "保留空白"})
    assert (text, "error") == (same, finding.level)
    assert [FIELD, "requests.new.natural"] == [cell.field for cell in finding.cells]
    assert ("自然人0件", []) == resolve(text)


def test_not_applicable_is_no_figure():
    _, (finding,) = resolve("自然人【自然人新收申请数】件", **{"requests.new.natural": "/"})
    assert "error" == finding.level


def test_a_resolved_figure_is_not_resolved_again():
    """A unit's own words that look like a template stay text."""
    assert ("{{ requests.new.total }}", []) == resolve("{{ requests.new.total }}")
