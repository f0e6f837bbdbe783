"""A report as open data: everything that it prints, and nothing that is not for the public."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from support.figures import huaian_2024, shanghai_2019
from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form
from xlreport.report.open_data import open_csv, open_json, open_report
from xlreport.reviewing.review import review
from xlreport.reviewing.reviewed import Review

PRIVATE: dict[str, FilingValue] = {
    "contact.name": "王不公开",
    "contact.phone": "0517-83600000",
    "upward.email": "secret@example.gov.cn",
    "upward.name": "某某办公厅",
}


def reviewed(form: str, values: dict[str, FilingValue]) -> Review:
    filing = Filing(form=find_form(form), values=values | PRIVATE, explanations={"procurement_pair": "内部说明"})
    return review(filing)


@pytest.fixture(params=["gov2019", "gov2021"])
def report(request: pytest.FixtureRequest) -> Review:
    return reviewed(request.param, shanghai_2019() if request.param == "gov2019" else huaian_2024())


def test_every_figure_of_the_printed_tables_and_every_text_is_there(report: Review):
    """Each with its id, once; totals as they are printed."""
    data = open_report(report)
    form = report.filing.form
    figures = {figure.id: figure.value for table in data.tables for figure in table.figures}
    assert [id_ for table in form.tables.values() if table.printed for id_ in table.ids] == list(figures)
    assert {id_: report.totals.get(id_) or 0 for id_ in figures} == figures
    assert {id_ for id_, text in report.prose.items() if text} == {text.id for text in data.texts}


def test_nothing_private_is_there(report: Review):
    """Neither contact nor addressee nor explanation, in either form."""
    for text in (open_json(report).decode(), open_csv(report).decode()):
        assert not [value for value in (*PRIVATE.values(), "内部说明") if str(value) in text]


def test_the_day_is_iso():
    """2025年1月31日 is 2025-01-31; no day is null."""
    data = json.loads(open_json(reviewed("gov2021", huaian_2024() | {"report.date": "2025年1月31日"})))
    assert date(2025, 1, 31) == date.fromisoformat(data["date"])
    assert open_report(reviewed("gov2021", huaian_2024() | {"report.date": None})).date is None


def test_the_csv_is_the_same_figures():
    """A row each; blanks, "/" and amounts as they are; Excel's mark in front."""
    values = huaian_2024() | {"report.blanks": "保留空白", "requests.granted.other": None, "requests.new.other": "/"}
    report = reviewed("gov2021", values | {"unit.name": '甲,"乙"局'})
    data = open_csv(report)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    by_id = {row["代码"]: row for row in rows}
    assert ("", "/") == tuple(by_id[f"requests.{row}.other"]["数值"] for row in ("granted", "new"))
    assert {'甲,"乙"局'} == {row["单位"] for row in rows}
    figures = [figure for table in open_report(report).tables for figure in table.figures]
    assert [figure.id for figure in figures] == [row["代码"] for row in rows]
    assert ["" if f.value is None else str(f.value) for f in figures] == [row["数值"] for row in rows]
    assert {"件", "万元"} <= {row["计量单位"] for row in rows}
