"""Every formula of every form is one that Excel 2010 takes: its functions, lengths, nesting, and where it may look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl.formula.tokenizer import Token, Tokenizer

from xlreport.forms import find_form
from xlreport.rules.expression import FUNCTIONS as RULE_FUNCTIONS
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.layout.validation import validation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.workbook.layout.plan import Plan

FORMS = ("gov2019", "gov2021", str(Path(__file__).parents[2] / "forms" / "invented"))

#: Every function the workbook uses: those of the rule language, and these; all are in Excel 2010, WPS and LibreOffice.
FUNCTIONS = frozenset(RULE_FUNCTIONS) | {
    *(
        "CHAR",
        "COUNTA",
        "COUNTIF",
        "FIND",
        "HYPERLINK",
        "IFERROR",
        "INDEX",
        "LEFT",
        "LOOKUP",
        "MATCH",
        "MID",
        "ROUNDDOWN",
    ),
    *("ISERROR", "SUBSTITUTE", "SUMPRODUCT", "TRIM", "UPPER"),
}

#: Functions of data validations.
STOPS = FUNCTIONS | {"INT", "RIGHT"}

#: Excel's limits: characters of a formula in UTF-16 units, of a text in it, levels of nesting, arguments of a function;
#: and the characters of a formula in a data validation or a conditional format.
LONGEST, LONGEST_TEXT, DEEPEST, MOST_ARGUMENTS, LONGEST_CONDITION = 8192, 255, 64, 255, 255


@pytest.fixture(params=FORMS, ids=lambda name: Path(name).name)
def plan(request: pytest.FixtureRequest) -> Plan:
    return layout(find_form(request.param))


def formulas(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every formula of a cell, with its place."""
    for sheet in plan.sheets:
        for cell in sheet.cells:
            if cell.formula:
                yield f"{sheet.title}!{cell.address}", cell.formula


def conditions(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every formula of a data validation or a conditional format, with its place."""
    for sheet in plan.sheets:
        for flag in sheet.flags:
            yield f"{sheet.title}!{flag.area}", flag.formula
        for cell in sheet.cells:
            options = validation(cell, plan.form) if cell.role in ("input", "explain") else None
            for key in ("value", "minimum", "maximum", "source"):
                held = (options or {}).get(key)
                if isinstance(held, str) and held.startswith("="):
                    yield f"{sheet.title}!{cell.address}", held.removeprefix("=")


def tokens(formula: str) -> list[Token]:
    return Tokenizer("=" + formula).items


def shape(formula: str) -> tuple[int, int]:
    """How deep functions and parentheses nest, and the most arguments any of them has."""
    counts: list[int] = []
    deepest = most = 0
    for token in tokens(formula):
        if token.subtype == Token.OPEN and token.type in (Token.FUNC, Token.PAREN):
            counts.append(1)
            deepest = max(deepest, len(counts))
        elif token.subtype == Token.CLOSE and token.type in (Token.FUNC, Token.PAREN):
            most = max(most, counts.pop())
        elif token.type == Token.SEP and token.subtype == Token.ARG and counts:
            counts[-1] += 1
    return deepest, most


def functions(formula: str) -> set[str]:
    return {t.value.removesuffix("(") for t in tokens(formula) if t.type == Token.FUNC and t.subtype == Token.OPEN}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_shape_counts() -> None:
    """The measure itself: nesting and arguments of a known formula."""
    assert (3, 3) == shape('IF((A1+MAX(1,2))>0,"a,(b",C1)')
    assert {"IF", "MAX"} == functions('IF(A1,MAX(1,2),"SUM(")')


def test_only_old_functions(plan: Plan) -> None:
    """No function newer than Excel 2010, in cells, validations and conditional formats."""
    for place, formula in formulas(plan):
        assert functions(formula) <= FUNCTIONS, place
    for place, formula in conditions(plan):
        assert functions(formula) <= STOPS, place


@pytest.mark.long
def test_formulas_fit_excel(plan: Plan) -> None:
    """Length, texts, nesting and arguments are within Excel's limits."""
    for place, formula in formulas(plan):
        assert units(formula) < LONGEST, place
        texts = [t.value[1:-1].replace('""', '"') for t in tokens(formula) if t.subtype == Token.TEXT]
        assert all(units(text) <= LONGEST_TEXT for text in texts), place
        deepest, most = shape(formula)
        assert deepest <= DEEPEST, place
        assert most <= MOST_ARGUMENTS, place


def test_conditions_fit_excel(plan: Plan) -> None:
    """Validations and conditional formats are short and look at their own sheet only, as old Excel and WPS want it."""
    found = list(conditions(plan))
    assert found
    for place, formula in found:
        assert units(formula) <= LONGEST_CONDITION, place
        assert "!" not in formula, place


def test_no_formula_looks_at_another_workbook(plan: Plan) -> None:
    """References lead to sheets of the workbook."""
    titles = set(plan.by_title)
    for place, formula in formulas(plan):
        for token in tokens(formula):
            if token.subtype == Token.RANGE and "!" in token.value:
                for part in token.value.split(":"):
                    if "!" in part:
                        assert part.rpartition("!")[0].strip("'") in titles, place
