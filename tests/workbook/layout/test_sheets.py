"""The plan of a workbook: everything has a place of its own, and the places are what the contracts say."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from xlreport.forms import find_form
from xlreport.forms.consistent import ADDRESS
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.comparison_sheet import COMPARISON_SHEET
from xlreport.workbook.layout.names_sheet import NAMES_SHEET
from xlreport.workbook.layout.plan import Cell, Plan, Sheet, a1, column_letters
from xlreport.workbook.layout.positions import rectangles
from xlreport.workbook.layout.printed_prose import LINE_LENGTH, LineText
from xlreport.workbook.layout.sheets import META_KEYS, layout, template_version
from xlreport.workbook.write.style import properties

FORMS = ("gov2019", "gov2021")


@pytest.fixture(params=FORMS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return layout(find_form(request.param))


def covered(cell: Cell) -> list[tuple[int, int]]:
    return [(cell.row + r, cell.col + c) for r in range(cell.rows) for c in range(cell.cols)]


def test_sheets_in_order(plan: Plan) -> None:
    """填表说明, 基本信息, one sheet a section, what is optional, the names, 校验, _meta; only _meta is hidden."""
    titles = [sheet.title for sheet in plan.sheets]
    assert ["填表说明", "基本信息"] == titles[:2]
    assert ["校验", "_meta"] == titles[-2:]
    assert ["_meta"] == [sheet.title for sheet in plan.sheets if sheet.hidden]


def test_every_field_has_one_named_cell(plan: Plan) -> None:
    """Each field stands once, under its id as the defined name, in the role that the form gives it."""
    assert set(plan.form.fields) == set(plan.fields)
    for id_, (_, cell) in plan.fields.items():
        assert id_ == cell.name
        assert plan.form.fields[id_].role == cell.role
        assert 1 == cell.rows


def test_every_rule_has_a_verdict_cell(plan: Plan) -> None:
    """verdict.<rule>.<item> for each check, and an explanation cell for each that is no error."""
    checks = rulebook(plan.form).checks
    assert {f"verdict.{check.name}" for check in checks} <= set(plan.names)
    assert {check.rule.level != "error" for check in checks if f"explain.{check.name}" in plan.names} == {True}
    assert all(f"explain.{check.name}" in plan.names for check in checks if check.rule.level == "warning")
    assert all(f"explain.prose.{field.id}" in plan.names for field in plan.form.prose)
    assert all(f"meta.{key}" in plan.names for key in META_KEYS)
    assert {"check.filled", "check.required", "check.errors", "check.warnings"} <= set(plan.names)


def test_names_are_unique_and_no_addresses(plan: Plan) -> None:
    """Excel takes names without regard to case, and none that is a cell address (to XFD1048576, or R1C1)."""
    names = [cell.name for sheet in plan.sheets for cell in sheet.cells if cell.name]
    assert len(names) == len({name.casefold() for name in names})
    for name in names:
        assert re.fullmatch(r"[a-z_][a-z0-9_.]*", name)
        assert not ADDRESS.match(name)
        assert len(name) <= 255


def test_no_cells_overlap(plan: Plan) -> None:
    """No two cells or merges share a position."""
    for sheet in plan.sheets:
        positions = [position for cell in sheet.cells for position in covered(cell)]
        assert len(positions) == len(set(positions)), sheet.title


def test_tab_order_is_the_order_of_the_form(plan: Plan) -> None:
    """Tab moves through unlocked cells row by row; within a sheet that is the order of the fields, and of these alone:
    what is optional stands on a sheet of its own."""
    for sheet in plan.sheets[1:-3]:
        inputs = [cell for cell in sheet.cells if cell.role == "input"]
        if sheet.title == COMPARISON_SHEET:
            assert all(beside(plan, cell) for cell in inputs)
            continue
        for before, after in pairwise(inputs):
            assert (before.row, before.col) < (after.row, after.col)
        order = [id_ for id_, field in plan.form.fields.items() if field.role == "input" and not field.beside]
        assert [cell.field for cell in inputs] == [id_ for id_ in order if plan.fields[id_][0] is sheet]


def test_formula_and_display_belong_together(plan: Plan) -> None:
    """Every formula has a display that knows its value, and computed, verdict and preview cells are formulas."""
    for sheet in plan.sheets:
        for cell in sheet.cells:
            assert bool(cell.formula) == (cell.display is not None)
            if cell.role in ("computed", "verdict", "preview", "formula"):
                assert cell.formula


def outside(sheet: Sheet, cell: Cell) -> bool:
    assert sheet.print_area is not None
    top, left, bottom, right = sheet.print_area
    return not (top <= cell.row <= bottom and left <= cell.col <= right)


def beside(plan: Plan, cell: Cell) -> bool:
    return cell.field is not None and plan.form.fields[cell.field].beside


def test_marks_and_last_year_do_not_print(plan: Plan) -> None:
    """Marks and the workings of previews do not print with a section, where nothing of last year stands."""
    for sheet in plan.sheets[1:-3]:
        if sheet.title == COMPARISON_SHEET:
            continue
        for cell in sheet.cells:
            assert not beside(plan, cell)
            if cell.style in ("mark", "column_mark", "change", "side_head", "working", "prompt", "way"):
                assert outside(sheet, cell), (sheet.title, cell.address)


def test_prose_prints_on_one_page(plan: Plan) -> None:
    """A sheet with prose prints on one page, readable, with room for 2,700 characters: a second page could stay empty."""
    for sheet in plan.sheets:
        lines = [cell for cell in sheet.cells if isinstance(cell.display, LineText)]
        if not lines:
            continue
        assert (1, 1) == sheet.fit
        assert 2700 <= LINE_LENGTH * len(lines)
        assert sheet.print_area is not None
        top, _, bottom, _ = sheet.print_area
        assert 945 > sum(sheet.heights.get(row, 15.0) for row in range(top, bottom + 1))


def test_official_tables_print(plan: Plan) -> None:
    """Each figure of a printed table stands inside the print area of its sheet."""
    for table in plan.form.tables.values():
        if not table.printed:
            continue
        for block in table.blocks:
            for id_ in (id_ for ids in block.ids for id_ in ids):
                sheet, cell = plan.fields[id_]
                assert not outside(sheet, cell)


def test_links_lead_to_cells(plan: Plan) -> None:
    """Each internal link names a sheet of the workbook."""
    for sheet in plan.sheets:
        for cell in sheet.cells:
            if cell.link:
                title, _, address = cell.link.rpartition("!")
                assert title.strip("'") in plan.by_title
                assert re.fullmatch(r"[A-Z]+[0-9]+", address)


def figures(plan: Plan) -> dict[str, str]:
    """The names that prose may use, with their field ids: figures of this year."""
    return {f"【{field.name}】": field.id for field in plan.form.fields.values() if field.numeric and not field.beside}


def test_a_sheet_lists_the_names_for_prose(plan: Plan) -> None:
    """Right of the print, 填表说明 lists 【名称】 in full, sheet and cell of every figure of this year, and no other."""
    names = plan.by_title[NAMES_SHEET]
    assert names.print_area is not None
    listed = {cell.text: cell for cell in names.cells if cell.text.startswith("【") and cell.col > names.print_area[3]}
    assert set(figures(plan)) == set(listed)
    cells = {(cell.row, cell.col): cell for cell in names.cells}
    for name, id_ in figures(plan).items():
        sheet, cell = plan.fields[id_]
        beside = [cells[listed[name].row, listed[name].col + n] for n in (1, 2)]
        assert [sheet.title, cell.address] == [held.text for held in beside]
        assert f"'{sheet.title}'!{cell.address}" == beside[1].link


def test_printed_names_are_those_of_the_list(plan: Plan) -> None:
    """On paper, names stand beside their cells, or are their column's and row's words where those cross."""
    names = plan.by_title[NAMES_SHEET]
    assert names.print_area is not None
    right = names.print_area[3]
    found: dict[str, str | None] = {}
    heads: dict[int, str] = {}
    name = ""
    for cell in sorted(names.cells, key=lambda cell: (cell.row, cell.col)):
        if cell.col > right:
            continue
        if cell.style == "small_head":
            heads[cell.col] = "" if cell.text.startswith("（") else cell.text
        elif cell.style == "small_cell":
            name = cell.text
        elif cell.style == "link" and name:
            full = name if name.startswith("【") else f"【{heads[cell.col]}{name.removeprefix('…')}】"
            found[full] = cell.link
    expected = {name: plan.fields[id_] for name, id_ in figures(plan).items()}
    assert {name: f"'{sheet.title}'!{cell.address}" for name, (sheet, cell) in expected.items()} == found


def test_official_merges() -> None:
    """Table three has the merges of the official form: corner 3 × 3, results 20 rows high, 23 rows of figures."""
    plan = layout(find_form("gov2019"))
    sheet = plan.by_title["三 依申请公开"]
    by_text = {cell.text: cell for cell in sheet.cells}
    corner = next(cell for text, cell in by_text.items() if text.startswith("（本列数据"))
    assert (3, 3) == (corner.rows, corner.cols)
    assert (1, 7) == (by_text["申请人情况"].rows, by_text["申请人情况"].cols)
    assert (2, 1) == (by_text["自然人"].rows, by_text["自然人"].cols)
    assert (20, 1) == (by_text["三、本年度办理结果"].rows, by_text["三、本年度办理结果"].cols)
    assert (8, 1) == (by_text["（三）不予公开"].rows, by_text["（三）不予公开"].cols)
    assert (1, 3) == (by_text["四、结转下年度继续办理"].rows, by_text["四、结转下年度继续办理"].cols)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("gov2019", {"fees.change": 2, "procurement.amount": 2}),
        ("gov2021", {"licensing.decisions": 3, "penalty.decisions": 3, "coercion.decisions": 3, "fees.amount": 3}),
    ],
)
def test_figures_are_merged_as_in_the_official_table(form: str, expected: dict[str, int]) -> None:
    """Table two: as many columns wide as the official form has each figure, and no dead cell beside it."""
    fields = layout(find_form(form)).fields
    merged = {
        id_.removeprefix("disclosure."): cell.cols
        for id_, (_, cell) in fields.items()
        if id_.startswith("disclosure.") and cell.cols > 1
    }
    assert expected == merged


def test_template_version_names_form_and_layout() -> None:
    """The template version changes with the form's version and with the layout's."""
    form = find_form("gov2019")
    assert template_version(form).startswith(form.version + ".")


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], []),
        ([(0, 0)], [(0, 0, 0, 0)]),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], [(0, 0, 1, 1)]),
        ([(0, 0), (0, 2), (1, 0), (1, 2)], [(0, 0, 1, 0), (0, 2, 1, 2)]),
        ([(0, 0), (2, 0)], [(0, 0, 0, 0), (2, 0, 2, 0)]),
        ([(0, 0), (0, 1), (1, 0)], [(0, 0, 0, 1), (1, 0, 1, 0)]),
    ],
)
def test_rectangles_cover_exactly(positions: list[tuple[int, int]], expected: list[tuple[int, int, int, int]]) -> None:
    """Rectangles cover the given positions, each once, and nothing else."""
    assert expected == rectangles(positions)


def test_column_letters() -> None:
    """Columns count from 0: A, Z, AA, XFD."""
    assert ["A", "Z", "AA", "AZ", "BA", "XFD"] == [column_letters(n) for n in (0, 25, 26, 51, 52, 16383)]
    assert "C5" == a1(4, 2)


#: Characters that a screen of 1366 pixels shows across, in LibreOffice with fonts put in place of missing ones.
SCREEN = 125.0


def test_each_sheet_that_is_filled_in_is_seen_whole_across(plan: Plan) -> None:
    """Labels, figures and marks of every table, and prose with its prompts, fit a screen of 1366 pixels."""
    for sheet in plan.sheets:
        if sheet.tab != "fill":
            continue
        marks = [cell.col for cell in sheet.cells if cell.style in ("mark", "side_head") or cell.role == "input"]
        last = max(cell.col for cell in sheet.cells if cell.style == "prompt") if sheet.number == "" else max(marks)
        assert SCREEN >= sum(sheet.widths.get(col, 9.0) for col in range(last + 1)), sheet.title


def test_figures_have_room(plan: Plan) -> None:
    """Seven digits of table three and six of table four stand in their columns as they are; longer ones shrink."""
    for table, digits in (("requests", 7), ("appeals", 6)):
        for id_ in plan.form.tables[table].ids:
            sheet, cell = plan.fields[id_]
            assert sheet.widths[cell.col] > digits + 1
            assert properties(cell, frozenset())["shrink"]


def test_links_lead_from_sheet_to_sheet(plan: Plan) -> None:
    """From each sheet that is filled in to the next, from the last of them to 校验, and from every one back to the guide."""
    titles = [section.sheet for section in plan.form.sections]
    for title, onward in pairwise([*titles, "校验"]):
        ways = {cell.text: cell.link for cell in plan.by_title[title].cells if cell.style == "way"}
        assert f"'{onward}'!A1" == ways[f"下一张：{onward} →"]
    for sheet in plan.sheets[1:-1]:
        assert "'填表说明'!A1" in [cell.link for cell in sheet.cells if cell.style == "way"]
        assert all(outside(sheet, cell) for cell in sheet.cells if cell.style == "way")
