"""Below blank prose the workbook shows what will be generated: in its caches, and as LibreOffice calculates it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from support.edit import shown
from support.figures import COLUMNS
from support.office import recalculate, require_office
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.forms.definition import SentenceText
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells
from xlreport.workbook.layout.generated_prose import NOT_SHOWN, WAITING, Shown
from xlreport.workbook.layout.printed_prose import LineText
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.write.content import content_of
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from xlreport.filing import FilingValue
    from xlreport.forms import Form
    from xlreport.workbook.layout.plan import Plan

FORMS = ("gov2019", "gov2021", str(Path(__file__).parents[2] / "forms" / "invented"))

Values = dict[str, "FilingValue"]

PUBLISHED: Values = {"published.policy": 1, "published.work": 91, "published.channel": "区政府网站"}
RECEIVED: Values = {"requests.new.natural": 3, "requests.granted.natural": 2, "requests.carried_out.natural": 1}
HEADED = "　（一）情况概述\n本年度工作平稳。\n(二)主动公开\n公开92条。"

#: What is filled in, and whether any text is then shown, for the built-in forms.
CASES: tuple[tuple[Values, bool], ...] = (
    ({"appeals.review.pending": 0}, True),
    ({"report.blanks": "保留空白", "other_matters.text": "无。"}, False),
    (PUBLISHED | RECEIVED, True),
    (PUBLISHED | RECEIVED | {"unit.short_name": "我局", "overview.proactive": "公开92条。"}, True),
    (PUBLISHED | {"overview.proactive": "一", "overview.on_request": "二", "other_matters.text": "无。"}, False),
    (PUBLISHED | RECEIVED | {"overview.summary": HEADED, "other_matters.text": "无。"}, False),
    (PUBLISHED | RECEIVED | {"overview.summary": "上半年（一）季度公开92条。"}, True),
    (PUBLISHED | {f"requests.new.{column}": "/" for column in COLUMNS}, True),
)


def texts(plan: Plan, held: dict[tuple[str, str], object]) -> dict[str, object]:
    """What stands below each prose field that has standard sentences."""
    return {
        cell.display.field: held.get((sheet.title, cell.address)) or ""
        for sheet in plan.sheets
        for cell in sheet.cells
        if isinstance(cell.display, Shown)
    }


def expected(filing: Filing, plan: Plan) -> dict[str, str]:
    """The text that the report will have; where figures are awaited, that is said; "" where staff wrote the text."""
    generated = standard_prose(filing, filing_cells(filing))
    summary = filing.text("overview.summary") == HEADED
    return {
        field: generated.get(field)
        or ("" if filing.text(field) or (summary and field.startswith("overview.")) else WAITING)
        for field in texts(plan, {})
    }


@pytest.mark.program
def test_what_is_shown_is_what_is_generated(tmp_path: Path) -> None:
    """For many fillings, caches and recalculated cells hold the report's sentences, and nothing below filled prose."""
    require_office()
    filings = [Filing(form=find_form(name), values=dict(values)) for name in FORMS[:2] for values, _ in CASES]
    filings.append(Filing(form=find_form(FORMS[2]), values={"visits.adults.q1": 5, "hall.free": "是"}))
    paths = [tmp_path / f"{n}.xlsx" for n in range(len(filings))]
    for path, filing in zip(paths, filings, strict=True):
        write_workbook(filing, path)
    for path, again, filing in zip(paths, recalculate(paths, tmp_path / "out"), filings, strict=True):
        plan = layout(filing.form)
        assert expected(filing, plan) == texts(plan, shown(path))
        assert expected(filing, plan) == texts(plan, shown(again))


@pytest.mark.long
@pytest.mark.parametrize("name", FORMS[:2])
def test_something_is_shown_where_something_is_generated(name: str, tmp_path: Path) -> None:
    """The fillings above are of both kinds: with sentences to be generated, and with none."""
    form = find_form(name)
    for values, any_text in CASES:
        write_workbook(Filing(form=form, values=dict(values)), tmp_path / "a.xlsx")
        found = {text for text in texts(layout(form), shown(tmp_path / "a.xlsx")).values() if text != WAITING}
        assert any_text == bool(found - {""})


@pytest.mark.long
def test_the_print_has_what_is_generated(tmp_path: Path) -> None:
    """The printed copy has the generated text under its label, marked as such, and staff's own text unmarked."""
    form = find_form("gov2021")
    values: Values = {**PUBLISHED, "overview.summary": "工作平稳。", "overview.on_request": "三件。"}
    write_workbook(Filing(form=form, values=values), tmp_path / "a.xlsx")
    held = shown(tmp_path / "a.xlsx")
    sheet = layout(form).by_title["一 总体情况"]
    printed = [held.get((sheet.title, cell.address)) for cell in sheet.cells if isinstance(cell.display, LineText)]
    lines = [line for line in printed if isinstance(line, str) and line][:6]
    assert [
        "情况概述",
        "　　工作平稳。",
        "（一）主动公开（自动生成）",
        "　　本年度，本单位通过区政府网站主动公开政府信息92条，其中政策文件1条、部门工作信息91条。",
        "（二）依申请公开",
        "　　三件。",
    ] == lines


def test_nothing_is_shown_from_figures_that_cannot_be_read(tmp_path: Path) -> None:
    """While a cell holds no figure, no sentence is shown: none will be generated."""
    form = find_form("gov2021")
    write_workbook(Filing(form=form, values=PUBLISHED | RECEIVED | {"requests.new.legal": -1}), tmp_path / "a.xlsx")
    assert {WAITING} == set(texts(layout(form), shown(tmp_path / "a.xlsx")).values())


def with_sentences(form: Form, *sentences: SentenceText) -> Form:
    wording = msgspec.structs.replace(form.wording, sentences=sentences)
    return msgspec.structs.replace(form, wording=wording)


def test_without_a_preview_that_is_said() -> None:
    """A sentence that no formula can follow cannot be shown; its cell says where the text will be."""
    loop = "{% for n in [1, 2] %}{{ n }}{% endfor %}"
    form = with_sentences(find_form("gov2021"), SentenceText(field="problems.text", template=loop))
    sheet = layout(form).by_title["五 问题和改进"]
    assert [NOT_SHOWN] == [cell.text for cell in sheet.cells if cell.style == "generated"]


def test_sentences_of_one_field_are_joined() -> None:
    """Several sentences follow each other; one that begins a paragraph does so where one stands before it."""
    sentences = [
        SentenceText(field="problems.text", template=text, paragraph=paragraph)
        for text, paragraph in (("", True), ("甲。", True), ("乙。", False), ("", True), ("丙。", True))
    ]
    form = with_sentences(find_form("gov2021"), *sentences)
    plan = layout(form)
    content = content_of(Filing(form=form), plan)
    found = [
        cell.display.value(content)
        for sheet in plan.sheets
        for cell in sheet.cells
        if cell.style == "generated" and cell.display is not None
    ]
    assert ["甲。乙。\n丙。"] == found
