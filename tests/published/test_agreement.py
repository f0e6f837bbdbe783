"""A report against a fresh one: what nobody edited is never held against staff, whatever the template prints around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from support.definitions import SMALL_FORM, made_form
from support.word_documents import W
from xlreport.filing import Filing, FilingValue
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.first_template import starter_template
from xlreport.published.agreement import compare_report
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

FORM = (
    SMALL_FORM
    + """
[[sections.tables]]
key = "projects"
id = "projects.{row}.{column}"

[[sections.tables.blocks]]
rows = [{ key = "project", title = "项目{n}", repeat = 3 }]
columns = [{ key = "name", title = "名称", kind = "text" }, { key = "cost", title = "金额", kind = "money" }]
"""
)

VALUES: dict[str, FilingValue] = {
    "unit.name": "某局",
    "report.year": 2024,
    "visits.adults": 12500,
    "visits.children": 31,
    "projects.project1.name": "甲",
    "projects.project1.cost": 7.5,
}

#: What a template may do: unit before and behind a figure, a row's number for its title, a row of its own.
CHANGES = {
    "unit_before": ("{{ visits.adults }}", "€{{ visits.adults }}"),
    "unit_behind": ("{{ visits.adults }}", "{{ visits.adults }}人次"),
    "row_number": ("{{ row.title }}", "{{ row.index }}"),
    "own_row": ("<w:tr>", None),
}


def with_own_row(document: bytes) -> bytes:
    """The first row of each table once more at its end, with a number of the office's own."""
    root = etree.fromstring(document)
    for table in root.iter(f"{W}tbl"):
        row = etree.fromstring(etree.tostring(table.find(f"{W}tr")))
        for n, text in enumerate(row.iter(f"{W}t")):
            text.text = ("标识码", "3710020001")[min(n, 1)]
        table.append(row)
    return bytes(etree.tostring(root))


def rendered(folder: Path, change: str) -> tuple[Review, bytes]:
    form = made_form(folder, FORM)
    parts = read_parts(starter_template(form))
    old, new = CHANGES[change]
    text = parts[DOCUMENT].decode()
    assert old in text or new is None
    parts[DOCUMENT] = with_own_row(parts[DOCUMENT]) if new is None else text.replace(old, new).encode()
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    review = Review.unchecked(Filing(form=form, values=VALUES))
    return review, render_word(review)


@pytest.mark.parametrize("change", CHANGES)
def test_an_untouched_report_was_not_edited(tmp_path: Path, change: str) -> None:
    """Rows of the template's own, row numbers and units in cells are no edits."""
    review, made = rendered(tmp_path, change)
    assert [] == compare_report(made, made, review.filing, review.totals, "报告.docx")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("old", "new"), [("12500", "12501"), ("7.5", "7.6"), ("成人", "老人")])
def test_an_edit_is_found_all_the_same(tmp_path: Path, change: str, old: str, new: str) -> None:
    """A figure or a label that differs from the fresh report is an error there too."""
    review, made = rendered(tmp_path, change)
    parts = read_parts(made)
    assert old in parts[DOCUMENT].decode()
    parts[DOCUMENT] = parts[DOCUMENT].decode().replace(old, new).encode()
    findings = compare_report(write_parts(parts), made, review.filing, review.totals, "报告.docx")
    assert "error" in {finding.level for finding in findings}
