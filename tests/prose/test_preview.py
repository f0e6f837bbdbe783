"""What the workbook shows of a sentence to be generated is the sentence: LibreOffice against Jinja."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter
from openpyxl import load_workbook

from support.office import recalculate
from xlreport.filing import Filing
from xlreport.forms import find_form, form_ids
from xlreport.prose.preview import excel_formula
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells
from xlreport.workbook.layout.plan import quoted
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from pathlib import Path

KEPT = {"report.blanks": "保留空白"}
COLUMNS = ("natural", "business", "research", "welfare", "legal", "other")
CASES: tuple[dict[str, int | float | str], ...] = (
    {},
    KEPT,
    {"published.policy": 1, "published.budget": 2, "published.work": 91, "published.channel": "区政府网站"},
    {"published.other": 5, "unit.short_name": "我局", "requests.new.natural": 1, "requests.carried_out.natural": 1},
    {"published.guide": 1, "requests.new.natural": 0, "requests.carried_in.natural": 0, **KEPT},
    {"published.guide": 0, "requests.carried_in.legal": 2, "requests.declined.repeat.legal": 2, **KEPT},
    {
        "requests.new.natural": 9,
        "requests.granted.natural": 1,
        "requests.partial.natural": 1,
        "requests.refused.internal.natural": 2,
        "requests.unavailable.unclear.natural": 1,
        "requests.declined.confirm.natural": 1,
        "requests.carried_out.natural": 3,
        "appeals.review.upheld": 1,
        "appeals.review.pending": 2,
        "appeals.direct.other": 1,
        "appeals.after_review.corrected": 4,
    },
    {"appeals.after_review.upheld": 1, **KEPT},
    {"appeals.review.upheld": 0, "appeals.direct.upheld": 0, "appeals.after_review.upheld": 0, **KEPT},
    {f"requests.new.{column}": "/" for column in COLUMNS},
)


def write(path: Path, filing: Filing) -> None:
    """The figures where the form's workbook has them, and every preview formula in a sheet of its own."""
    cells = filing_cells(filing)
    plan = layout(filing.form)
    with xlsxwriter.Workbook(path) as book:
        sheets = {sheet.title: book.add_worksheet(sheet.title) for sheet in plan.sheets}
        for id_, (sheet, cell) in plan.fields.items():
            value = cells.get(id_, filing.form.fields[id_].default)
            if value is not None:
                sheets[sheet.title].write(cell.row, cell.col, value)
        preview = book.add_worksheet("预览")
        addresses = {id_: f"{quoted(sheet.title)}!{cell.address}" for id_, (sheet, cell) in plan.fields.items()}
        for row, sentence in enumerate(filing.form.sentences):
            assert sentence.excel_preview is not None
            preview.write_formula(row, 0, "=" + excel_formula(sentence.excel_preview, addresses.__getitem__))


def test_previews_show_what_will_be_generated(tmp_path: Path):
    filings = {
        f"{form}-{n}": Filing(form=find_form(form), values=dict(case))
        for form in form_ids()
        for n, case in enumerate(CASES)
    }
    files = [tmp_path / f"{name}.xlsx" for name in filings]
    for path, filing in zip(files, filings.values(), strict=True):
        write(path, filing)
    for name, path in zip(filings, recalculate(files, tmp_path / "out"), strict=True):
        filing = filings[name]
        sheet = load_workbook(path, data_only=True)["预览"]
        shown: dict[str, str] = {}
        for row, sentence in enumerate(filing.form.sentences, 1):
            shown[sentence.field] = shown.get(sentence.field, "") + (sheet.cell(row, 1).value or "")
        generated = standard_prose(filing, filing_cells(filing))
        assert generated == {field: text for field, text in shown.items() if text}, name
