"""LibreOffice and Python agree: every formula of every workbook, recalculated, shows what Python computed.

Fillings are random: figures that fit, blanks, text, "/", negatives, decimals, numbers up to 1e15, error values, and
totals typed over. TRUE and FALSE in input cells are left out: LibreOffice has no truth values, it holds them as
numbers; the reader refuses them as an error anyway. Case-mapping text and emoji are left out for the same reason:
programs count them differently.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.edit import set_cells, shown
from support.office import recalculate, require_office
from xlreport.filing import Filing, Meta
from xlreport.forms import find_form
from xlreport.rules.evaluate import CellError, Value
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.formulas import Content
from xlreport.workbook.layout.generated_prose import Generated, Sentence, Shown
from xlreport.workbook.layout.printed_prose import Joined, Line
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from xlreport.forms import Form

#: Workbooks in one call of LibreOffice, and calls; XLREPORT_THOROUGH is for the long run by hand.
BATCH, CALLS = (40, 12) if os.environ.get("XLREPORT_THOROUGH") else (12, 1)

SUPPRESSED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

#: Displays that hold or pass on generated text.
OF_SENTENCES = (Sentence, Generated, Shown, Joined, Line)

FORMS = ("gov2019", "gov2021", str(Path(__file__).parents[1] / "forms" / "invented"))

#: Stands for the one error value of a filling: which of several errors a SUM shows differs between programs.
BROKEN = CellError("#NULL!")
ERRORS = [CellError("#REF!"), CellError("#DIV/0!"), CellError("#N/A"), CellError("#VALUE!"), CellError("#NAME?")]

figures = st.one_of(
    st.integers(0, 9),
    st.integers(0, 999_999_999),
    st.none(),
    st.sampled_from([-1, -8, 0.5, 3.25, 0.1, 25.100001, 1_000_000_000, 10**15, -(10**12)]),
    st.sampled_from(["/", "3", " ", "约3", "12件", "—", "abc"]),
    st.just(BROKEN),
)
calm = st.one_of(st.integers(0, 4), st.none(), st.just("/"))
prose = st.one_of(
    st.none(), st.none(), st.text("政府信息公开工作，。（一）（二)AB 1\n", max_size=300).map(lambda t: t or None)
)


@st.composite
def filling(draw: st.DrawFn, form: Form) -> tuple[dict[str, Value], dict[str, Value]]:
    """Cell values for the inputs and given cells, and totals typed over."""
    cell = draw(st.sampled_from([figures, calm, st.none(), st.integers(0, 30)]))
    error = draw(st.sampled_from(ERRORS))
    cells: dict[str, Value] = {}
    for field in form.fields.values():
        if field.role != "computed":
            value = draw(prose if field.kind == "prose" else cell)
            cells[field.id] = error if value is BROKEN else value
    totals = st.sampled_from([field.id for field in form.computed])
    over = draw(st.one_of(st.just([]), st.lists(totals, max_size=2, unique=True)))
    return cells, {id_: draw(st.sampled_from([0, 7, 12.5, "/", "合计", None])) for id_ in over}


Case: TypeAlias = "tuple[Form, dict[str, Value], dict[str, Value]]"


def gather(form: Form, count: int) -> list[Case]:
    """Random fillings. They are collected first because LibreOffice is started once for all of them."""
    cases: list[Case] = []

    @given(case=filling(form))
    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=SUPPRESSED
    )
    def collect(case: tuple[dict[str, Value], dict[str, Value]]) -> None:
        cases.append((form, *case))

    collect()
    return cases


def make(path: Path, form: Form, cells: dict[str, Value], over: dict[str, Value]) -> None:
    """A workbook with these cells; values that a filing cannot hold are put in afterwards, as people do."""
    held = {id_: value for id_, value in cells.items() if not isinstance(value, CellError)}
    write_workbook(Filing(form=form, meta=Meta(year=form.first_year), values=held), path)
    fields = layout(form).fields
    changes = {id_: value for id_, value in cells.items() if isinstance(value, CellError)} | over
    set_cells(path, {(fields[id_][0].title, fields[id_][1].address): value for id_, value in changes.items()})


def disagreements(path: Path, form: Form, cells: dict[str, Value], over: dict[str, Value]) -> list[str]:
    """Formula cells whose recalculated value is not Python's."""
    book = rulebook(form)
    content = Content(book=book, cells=book.compute(cells, over), explanations={})
    held = shown(path)
    found = []
    for sheet in layout(form).sheets:
        # A sentence is never generated from a total typed over; what the workbook shows meanwhile is of no matter.
        sentences = over and any(isinstance(cell.display, Sentence) for cell in sheet.cells)
        for cell in sheet.cells:
            if cell.display is None or cell.field in over or (sentences and isinstance(cell.display, OF_SENTENCES)):
                continue
            expected, actual = cell.display.value(content), held.get((sheet.title, cell.address))
            if not same(expected, actual):
                found.append(f"{sheet.title}!{cell.address} {cell.name or ''} ={cell.formula}: {expected!r} {actual!r}")
    return found


def same(expected: Value, actual: object) -> bool:
    """Numbers to 15 digits, as both programs hold them in files; an empty text is read back as nothing."""
    if expected is None or expected == "":
        return actual is None or actual == ""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return math.isclose(expected, actual, rel_tol=1e-12, abs_tol=1e-12)
    return expected == actual


def agree(cases: list[Case], folder: Path) -> list[str]:
    """Make, recalculate and compare; returns every disagreement."""
    paths = [folder / f"{n}.xlsx" for n in range(len(cases))]
    for path, case in zip(paths, cases, strict=True):
        make(path, *case)
    found = []
    for path, case in zip(recalculate(paths, folder / "out"), cases, strict=True):
        found += [f"{text} in {case[1:]}" for text in disagreements(path, *case)]
    return found


@pytest.mark.program
@pytest.mark.parametrize("name", FORMS, ids=lambda name: Path(name).name)
def test_random_fillings(name: str, tmp_path: Path) -> None:
    """Every computed cell, verdict, state, side, difference, mark, figure and preview agrees on random fillings."""
    require_office()
    for call in range(CALLS):
        folder = tmp_path / str(call)
        folder.mkdir()
        assert [] == agree(gather(find_form(name), BATCH), folder)[:5]


@pytest.mark.program
def test_totals_typed_over(tmp_path: Path) -> None:
    """Where a number or a text stands in place of a total's formula, rules and further totals use what stands there."""
    require_office()
    form = find_form("gov2019")
    cells: dict[str, Value] = {field.id: None for field in form.fields.values() if field.role != "computed"}
    cells |= {"requests.new.natural": 3, "requests.granted.natural": 3}
    over: dict[str, Value] = {"requests.result_total.natural": 2, "requests.new.total": "三"}
    assert [] == agree([(form, cells, over), (form, cells, {})], tmp_path)
    book = rulebook(form)
    verdicts = [book.verdict(book.by_key["balance[natural]"], book.compute(cells, held)) for held in (over, {})]
    assert [False, True] == verdicts
