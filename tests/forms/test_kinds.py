"""A kind of cell is one row: an invented one goes from the definition to the report by its row alone."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import xlreport as package
from support.command import type_into, xlreport
from support.definitions import SMALL_FORM, SMALL_RULES, write_form
from xlreport.errors import DefinitionError
from xlreport.forms import Field, find_form
from xlreport.forms.kinds import KINDS, Kind, Style
from xlreport.published.tables import word_text
from xlreport.rules.evaluate import evaluate
from xlreport.rules.expression import parse
from xlreport.workbook.layout.plan import Cell
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.layout.validation import validation
from xlreport.workbook.read.clean import Cleaned, clean
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.style import properties

#: A figure below zero, with one decimal and a unit of its own: like no kind there is.
TEMPERATURE = Kind(
    id="temperature",
    title="气温（℃）",
    style="number",
    sample=1,
    low=-60,
    high=60,
    decimals=1,
    unit="℃",
    units={"℃": 0, "度": 0},
    wanted="请改为 -60 至 60 之间、最多一位小数的数，“/”或留空",
    prompt="单位：℃，最多一位小数；不适用的填“/”。",
    stop="请填写 -60 至 60 之间的数，最多一位小数。",
    width=13.0,
)

FORM = SMALL_FORM.replace('label = "经费", kind = "money"', 'label = "气温", kind = "temperature"').replace(
    'id = "visits.{column}"\n', 'id = "visits.{column}"\nkind = "temperature"\n'
)
RULES = SMALL_RULES.replace("N(hall.cost) = 0", "N(hall.cost) <= 30")

FORM_IN_FORCE = find_form("gov2021")

SOUND = {
    "unit.name": "某局",
    "report.year": 2024,
    "hall.open": "否",
    "hall.text": "无。",
    "hall.cost": "-3.5℃",
    "visits.adults": -20.5,
    "visits.children": "8 度",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A form with a field and a table of the invented kind, and the Word template made for it."""
    monkeypatch.setitem(KINDS, TEMPERATURE.id, TEMPERATURE)
    folder = write_form(tmp_path / "form", FORM, RULES)
    assert 0 == xlreport("form", "template", folder).status
    return folder


def filled(folder: Path, values: dict[str, object]) -> Path:
    """A workbook of the form with these values typed."""
    blank = folder.parent / "blank.xlsx"
    made = xlreport("template", "--form", folder, "--year", 2024, "--unit", "某局", "-o", blank)
    assert (0, "") == (made.status, made.err)
    return type_into(blank, folder.parent / "filled.xlsx", values)


def test_an_invented_kind_is_defined_and_described(folder: Path):
    """The definition loads, its lint and that of its template have nothing to say, the handbook has the kind's name."""
    checked = xlreport("form", "check", folder)
    assert (0, f"{folder}：没有发现问题\n") == (checked.status, checked.out)
    assert "| `hall.cost` | 气温 | 气温（℃） | 可留空 |" in xlreport("form", "show", folder).out


def test_an_invented_kind_is_guarded_in_the_workbook(folder: Path):
    """Excel takes what the row allows and a text with the unit, says the row's own words; the prompt stands beside."""
    form = find_form(str(folder))
    options = validation(Cell(row=4, col=2, role="input", style="", field="hall.cost"), form)
    assert options is not None
    assert '=IF(ISNUMBER(C5),AND(ABS(C5)<=60,C5=ROUND(C5,1)),OR(C5="/",RIGHT(C5,1)="℃"))' == options["value"]
    assert TEMPERATURE.stop == options["error_message"]
    sheet, cell = layout(form).fields["hall.cost"]
    assert [TEMPERATURE.prompt] == [
        each.text for each in sheet.cells if each.row == cell.row and each.style == "prompt"
    ]


def test_an_invented_kind_is_read_and_published(folder: Path, tmp_path: Path):
    """Good values come through reading, check, Word, HTML and JSON; what had to be understood leaves a note."""
    workbook = filled(folder, SOUND)
    filing = read_workbook(workbook, find_form(str(folder)))
    assert (-3.5, -20.5, 8) == tuple(filing.values[id_] for id_ in ("hall.cost", "visits.adults", "visits.children"))
    (first, second) = [finding.message for finding in filing.findings if finding.level == "note"]
    assert "填的“-3.5℃”已按 -3.5 ℃ 读取" in first
    assert "填的“8 度”已按 8 ℃ 读取" in second
    made = xlreport("generate", workbook, "--form", folder, "-o", tmp_path / "out", "--format", "docx,html,json")
    assert 0 == made.status
    (document,), (page,), (data,) = ((tmp_path / "out").glob(f"*.{ending}") for ending in ("docx", "html", "json"))
    report = word_text(document.read_bytes(), document.name)
    assert "气温：-3.5" in report.paragraphs
    assert ["-20.5", "8", "-12.5"] == [cell.text for cell in report.tables[0][-1] if cell]
    assert ">-20.5</td>" in page.read_text(encoding="utf-8")
    values = json.loads(data.read_bytes())["values"]
    assert {"adults": -20.5, "children": 8, "total": -12.5} == values["visits"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (80, "填的“80”大于60，请改为 -60 至 60 之间"),
        (-61, "填的“-61”小于-60，请改为 -60 至 60 之间"),
        (1.25, "填的“1.25”的小数多于1位，请改为 -60 至 60 之间"),
        ("3件", "填的“3件”不是能确定的数字，请改为 -60 至 60 之间"),
        ("约3度", "填的“约3度”不是能确定的数字，请改为 -60 至 60 之间"),
        (True, "是逻辑值 TRUE，不是数字，请改为 -60 至 60 之间"),
        ("2万元", "填的“2万元”不是能确定的数字，请改为 -60 至 60 之间"),
    ],
)
def test_what_an_invented_kind_does_not_take_is_an_error(folder: Path, typed: object, said: str):
    """Bad values are errors in the words of the row, in a single cell and in a table, and nothing is published."""
    for id_ in ("hall.cost", "visits.adults"):
        checked = xlreport("check", filled(folder, SOUND | {id_: typed}), "--form", folder)
        assert 1 == checked.status
        assert said in checked.out


def test_rules_hold_a_table_to_an_invented_kind(folder: Path):
    """The workbook's own check of a row of figures follows the row: out of bounds and too many decimals fail."""
    from xlreport.rules.rulebook import CELL_RULE, rulebook

    book = rulebook(find_form(str(folder)))
    (check,) = [check for check in book.checks if check.rule.id == CELL_RULE]
    held = [book.verdict(check, {"visits.adults": value}) for value in (-60, 0.5, "/", 60.1, 0.55, "甲")]
    assert [True, True, True, False, False, False] == held


def test_a_kind_that_no_row_describes_is_an_error():
    """Nothing is silently taken for money: not in a definition (see test_chinese_errors), and not in a field."""
    field = Field(id="a.b", name="某项", label="某项", kind="cash", section="s")
    with pytest.raises(DefinitionError, match="没有“cash”这种单元格，kind 应为 count、"):
        clean(3, field)
    with pytest.raises(DefinitionError):
        assert field.numeric


@pytest.mark.long
def test_no_module_knows_a_kind_by_its_id():
    """No module compares a field's kind with an id, or lists ids: what depends on a kind stands in its row."""
    source = Path(package.__file__).parent
    only_kinds = KINDS.keys() - set(get_args(Style))
    wrong = []
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            compared = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            matched = [node.subject] if isinstance(node, ast.Match) else []
            kinds = [each for each in (*compared, *matched) if isinstance(each, ast.Attribute) and each.attr == "kind"]
            parts = (
                node.keys if isinstance(node, ast.Dict) else node.elts if isinstance(node, ast.Set | ast.Tuple) else []
            )
            # A mapping with other words among its keys, such as that of the filters of templates, is none of kinds.
            if isinstance(node, ast.Dict) and not KINDS.keys() >= {getattr(key, "value", None) for key in node.keys}:
                parts = []
            listed = [each for each in parts if isinstance(each, ast.Constant) and each.value in only_kinds]
            ids = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and each.value in KINDS]
            if (kinds and ids) or listed:
                wrong.append(f"{path.relative_to(source)}:{ast.unparse(node)} {ids}")
    assert [] == wrong


@pytest.mark.parametrize("style", get_args(Style))
@pytest.mark.parametrize("role", ["input", "optional", "computed", "given"])
def test_every_style_has_a_look(style: str, role: str):
    """The workbook paints every way of reading a cell, in every role."""
    look = properties(Cell(row=0, col=0, role="input", style=f"{role}_{style}"), frozenset())
    assert 1 == look["border"]


def test_every_kind_is_documented():
    """The maintainer's page on definitions has a line for each kind."""
    page = (Path(package.__file__).parents[2] / "docs" / "form-definition.md").read_text(encoding="utf-8")
    assert [] == [id_ for id_ in KINDS if f"| `{id_}` | " not in page]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_sample_of_a_kind_passes(kind: Kind):
    """What a row gives as a sample is read without a word."""
    field = Field(id="a.b", name="某项", label="某项", kind=kind.id, section="s", options=(str(kind.sample),))
    assert Cleaned(kind.sample) == clean(kind.sample, field)


@pytest.mark.parametrize("kind", [*KINDS.values(), TEMPERATURE], ids=[*KINDS, TEMPERATURE.id])
@given(number=st.integers(-2_000_000_000, 2_000_000_000) | st.integers(-6000, 6000).map(lambda n: n / 100))
def test_python_and_the_workbook_bound_a_kind_alike(kind: Kind, number: float):
    """What reading takes is what the row's own bounds, as a formula, hold for."""
    if kind.numeric:
        text = f"AND({kind.bounds(f'({number})')},({number})=ROUND(({number}),{kind.decimals}))"
        good = evaluate(parse(text), {}, FORM_IN_FORCE)
        assert good is (kind.fault(number) is None)
