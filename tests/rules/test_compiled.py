"""Expressions as functions give what the evaluator gives, whatever stands in the cells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlreport.forms import find_form
from xlreport.rules.compiled import compiled
from xlreport.rules.evaluate import ARITHMETIC, CellError, Value, evaluate
from xlreport.rules.expression import FUNCTIONS, Binary, Call, Expr, Number, Range, Ref, Text, Truth, Unary
from xlreport.rules.rulebook import rulebook

FORM = find_form("gov2021")

IDS = ("requests.new.natural", "requests.new.business", "requests.new.other", "unit.name", "report.date")

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(10**16), 10**16),
    st.floats(-1e16, 1e16, allow_nan=False),
    st.sampled_from([0.1, 0.2, 0.3, 1.5, 2.5, "", "/", "7", "a", "A", CellError("#REF!"), CellError("#N/A")]),
)

CELLS = st.dictionaries(st.sampled_from(IDS), VALUES)

LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.sampled_from([Ref(id_) for id_ in IDS]),
    st.just(Range("requests.new.natural", "requests.new.other")),
    st.sampled_from([0.0, 1.0, 2.0, 0.1, 0.2, 0.3, 1e200]).map(Number),
    st.sampled_from(["", "/", "a", "B"]).map(Text),
    st.booleans().map(Truth),
)


def _call(name: str, inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    least, most = FUNCTIONS[name]
    return st.lists(inner, min_size=least, max_size=most or 3).map(lambda args: Call(name, tuple(args)))


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(Binary, st.sampled_from([*ARITHMETIC, "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        *(_call(name, inner) for name in FUNCTIONS),
    )


@pytest.mark.long
@settings(max_examples=1500)
@given(st.recursive(LEAVES, _larger, max_leaves=8), CELLS)
def test_a_function_gives_what_the_evaluator_gives(expr: Expr, cells: dict[str, Value]):
    """Trees that the parser lets through and trees that it does not: the same value, of the same type."""
    expected, actual = evaluate(expr, cells, FORM), compiled(expr, FORM)(cells)
    assert (type(expected), expected) == (type(actual), actual)


@pytest.mark.long
@given(st.dictionaries(st.sampled_from([field.id for field in FORM.inputs]), VALUES, min_size=1, max_size=60))
def test_every_rule_of_the_form_as_well(values: dict[str, Value]):
    """Totals, conditions, rules and both of their sides."""
    book = rulebook(FORM)
    cells = book.compute(values)
    expected: dict[str, Value] = dict(values)
    for id_, expr in book.computed.items():
        expected[id_] = evaluate(expr, expected, FORM)
    assert expected == cells
    for check in book.checks:
        for expr in (check.expr, *filter(None, [check.when]), *(check.sides or ())):
            assert evaluate(expr, cells, FORM) == book.value(expr, cells)
