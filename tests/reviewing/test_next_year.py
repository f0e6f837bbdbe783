"""What follows a filing: the next year, or the next period of the year, in the form of then."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import clerk
from support.definitions import SMALL_FORM, write_form
from xlreport.errors import InputError
from xlreport.filing import Filing, FilingValue
from xlreport.forms import Form, find_form, load_form
from xlreport.reviewing.next_year import following
from xlreport.workbook.write.xlsx import write_workbook

FIELD = (
    '  { id = "report.period", label = "时期", kind = "choice", options = ["上半年", "下半年"], required = true },\n'
)


@pytest.fixture
def half_yearly(tmp_path: Path) -> Form:
    """The small form, twice a year."""
    text = 'period = "report.period"\n' + SMALL_FORM.replace('label = "报告年度", ', 'label = "年", ')
    head, mark, tail = text.partition('  { id = "report.year"')
    return load_form(write_form(tmp_path / "半年报", head + FIELD + mark + tail))


@pytest.mark.parametrize(("period", "then"), [("上半年", (2024, "下半年")), ("下半年", (2025, "上半年"))])
def test_next_period(half_yearly: Form, tmp_path: Path, period: str, then: tuple[int, str]):
    """Where the form lists its periods, the next one of the year follows, and after the last the first of the next year."""
    path = tmp_path / "表.xlsx"
    values: dict[str, FilingValue] = {"unit.name": "站", "report.year": 2024, "report.period": period}
    write_workbook(Filing(form=half_yearly, values=values | {"visits.adults": 3}), path)
    filing = following(path, half_yearly).filing
    assert then == (filing.year, filing.period)
    assert ("站", None) == (filing.unit, filing.values.get("visits.adults"))


@pytest.mark.long
def test_year_is_unknown(tmp_path: Path):
    """A workbook that does not say its year cannot be followed: one sentence says what to fill in."""
    path = clerk.write(tmp_path / "表.xlsx", clerk.sound(report__year=None))
    with pytest.raises(InputError, match="看不出是哪一年度的报告"):
        following(path)


@pytest.mark.long
def test_what_the_form_has_no_place_for(tmp_path: Path):
    """Figures of the old form that the new one does not ask for are kept by name and text; noughts and “/” are none."""
    values = clerk.sound(
        report__year=2020,
        disclosure__procurement__amount=12.5,
        disclosure__procurement__projects=0,
        disclosure__licensing__prior="/",
    )
    last = following(clerk.write(tmp_path / "表.xlsx", values)).last
    assert last is not None
    dropped = {each.name: each.text for each in last.dropped}
    assert dropped["政府集中采购采购总金额"] == "12.5"
    names = {field.name: field.id for field in find_form("gov2019").inputs}
    assert all(names[name] not in find_form("gov2021").fields for name in dropped)
    assert not {"政府集中采购采购项目数量", "行政许可上一年项目数量"} & set(dropped)
