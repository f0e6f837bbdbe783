"""The top of 校验: what is open, worst first, counted as the command line counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.edit import shown
from support.filings import city, seed
from support.office import recalculate
from xlreport.filing import BLANKS, BLANKS_KEPT, Filing
from xlreport.forms.registry import find_form
from xlreport.rules.check import check_rules
from xlreport.workbook.layout.check_sheet import TO_DO
from xlreport.workbook.layout.formulas import BAD, WARNED
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.layout.to_do import ALL_DONE, SHOWN
from xlreport.workbook.write.content import content_of
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["city", "seed"]

FORM = find_form("gov2021")
FIGURES = [field.id for field in FORM.inputs if field.numeric and field.table and not field.beside]


def counts(filing: Filing) -> tuple[int, int]:
    """Errors and open warnings of the rules, as `check` finds them."""
    content = content_of(filing, layout(filing.form))
    found = check_rules(filing, content.cells)
    late = ("date_year", "table_untouched")
    levels = [each.level for each in found if not each.rule.startswith(late)]
    return levels.count("error"), levels.count("warning")


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(
    figures=st.dictionaries(st.sampled_from(FIGURES), st.integers(0, 30), max_size=40),
    texts=st.sets(st.sampled_from([field.id for field in FORM.required if not field.numeric])),
)
def test_the_counts_are_those_of_check(figures, texts):
    """Whatever is typed: the sheet counts as many errors and warnings over figures as the command line finds."""
    filing = Filing(form=FORM, values={"report.year": 2025, **dict.fromkeys(texts, "甲局"), **figures})
    content = content_of(filing, layout(FORM))
    assert counts(filing) == tuple(content.states.count(mark) for mark in (BAD, WARNED))


def on_top(filing: Filing, held: dict[tuple[str, str], object]) -> list[object]:
    """The sentence, the links and what more there is, as they stand in a file."""
    cells = [
        cell
        for cell in layout(filing.form).by_title["校验"].cells
        if cell.row in range(TO_DO, TO_DO + 2 + SHOWN) and cell.formula
    ]
    return [held.get(("校验", cell.address)) for cell in cells]


@pytest.mark.parametrize("name", ["seed", "city"])
def test_a_complete_filing_shows_a_hundred_percent(name, request, tmp_path):
    """A real report has nothing to be done, and 100 % of what it must hold."""
    filing = request.getfixturevalue(name)
    write_workbook(filing, tmp_path / "a.xlsx")
    held = shown(tmp_path / "a.xlsx")
    assert [ALL_DONE, *[""] * (SHOWN + 1)] == on_top(filing, held)
    _, cell = layout(filing.form).names["check.filled"]
    assert str(held["校验", cell.address]).startswith("100%（")


def test_a_table_is_complete_with_its_first_figure():
    """Blanks beside it are 0; where blanks stay blanks, tables need no figure at all."""
    plan = layout(FORM)
    _, cell = plan.names["check.filled"]
    table = next(table for table in FORM.tables.values() if table.key == "appeals")
    ids = table.counted(FORM.fields)
    everything = sum(len(table.counted(FORM.fields)) for table in FORM.tables.values() if table.printed)
    for typed, answer, done in (((), None, 0), (ids[:1], None, len(ids)), ((), BLANKS_KEPT, everything)):
        filing = Filing(form=FORM, values={**dict.fromkeys(typed, 0), BLANKS: answer, "report.year": None})
        assert cell.display is not None
        assert f"（{done} / " in str(cell.display.value(content_of(filing, plan)))


@pytest.mark.program
def test_the_list_leads_to_what_is_open(city, tmp_path: Path):
    """Recalculated by LibreOffice after a figure and a name were taken out: errors first, with their titles, then the rest."""
    values = dict(city.values) | {"requests.new.natural": 1, "unit.name": None, "requests.granted.business": 7}
    filing = Filing(form=city.form, values=values)
    write_workbook(filing, tmp_path / "a.xlsx")
    before = on_top(filing, shown(tmp_path / "a.xlsx"))
    (after,) = recalculate([tmp_path / "a.xlsx"], tmp_path / "out")
    assert before == on_top(filing, shown(after))
    errors, warnings = counts(filing)
    assert f"还有 {errors} 处要改" in str(before[0])
    assert "✗ 必填：单位名称" == before[1]
    assert ["✗"] * min(errors, SHOWN) == [str(text)[0] for text in before[1 : 1 + min(errors, SHOWN)]]
    assert warnings + errors > 2
