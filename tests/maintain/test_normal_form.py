"""Normal forms: what looks the same says the same, and what excludes each other never holds together."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlreport.forms import find_form
from xlreport.maintain.normal_form import bounds, canonical, exclude, parts
from xlreport.rules.evaluate import Value, evaluate
from xlreport.rules.expression import parse

FORM = find_form("gov2021")
A, B, C = "published.policy", "published.budget", "published.work"

cells = st.fixed_dictionaries(
    dict.fromkeys((A, B, C), st.one_of(st.integers(-3, 6), st.none(), st.sampled_from(["/", "约3"])))
)
atoms = st.sampled_from(
    [f"N({A})", f"N({B})", f"SUM({A},{B})", f"SUM({A}:{C})", "0", "1", "2", f"MAX({A},{B})", f"ROUND(N({C}),6)"]
)
sums = st.recursive(
    atoms, lambda s: st.tuples(s, st.sampled_from("+-*"), s).map(lambda t: f"({t[0]}{t[1]}{t[2]})"), max_leaves=4
)
comparisons = st.tuples(sums, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), sums).map(
    lambda t: f"{t[0]} {t[1]} {t[2]}"
)
few = st.sampled_from([f"N({A})", f"N({B})", f"2*N({A})", "0", "1", "2"])
simple = st.tuples(few, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), few).map(lambda t: f"{t[0]} {t[1]} {t[2]}")

#: Enough small formulas that some say the same, and some exclude each other.
many = st.lists(st.one_of(simple, comparisons), min_size=12, max_size=24)

formulas = st.recursive(
    comparisons,
    lambda f: st.one_of(
        st.lists(f, min_size=1, max_size=3).map(lambda parts: f"AND({','.join(parts)})"),
        st.lists(f, min_size=1, max_size=3).map(lambda parts: f"OR({','.join(parts)})"),
        f.map(lambda part: f"NOT({part})"),
    ),
    max_leaves=4,
)


def value(formula: str, held: dict[str, Value]) -> Value:
    return evaluate(parse(formula), held, FORM)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"N({A})+N({B}) = 3", f"3 = SUM({A},{B})"),
        (f"2*N({A}) >= 4", f"N({A}) >= 2"),
        (f"-N({A}) < 1", f"N({A}) > -1"),
        (f"AND(N({A}) > 1, N({B}) > 2)", f"AND(N({B}) > 2, N({A}) > 1, 1 < N({A}))"),
        (f"SUM({A}:{B}) = 1", f"SUM({B},{A}) = 1"),
        (f"NOT(NOT(N({A}) = 1))", f"N({A}) = 1"),
        (f'{A} = "无"', f'"无" = {A}'),
    ],
)
def test_same(one: str, other: str):
    """Order, spelling and common factors do not matter."""
    assert canonical(parse(one), FORM) == canonical(parse(other), FORM)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"N({A}) > 1", f"N({A}) >= 1"),
        (f"N({A})-N({B}) = 1", f"N({B})-N({A}) = 1"),
        (f"N({A})/N({B}) = 1", f"N({B})/N({A}) = 1"),
        (f"LEN({A}) = 1", f"N({A}) = 1"),
        (f"AND(N({A}) > 1, N({B}) > 2)", f"OR(N({A}) > 1, N({B}) > 2)"),
        (f'{A} = "无"', f'{A} <> "无"'),
        (f"IF(N({A}) > 1, 1, 2) = 1", f"IF(N({A}) > 1, 2, 1) = 1"),
    ],
)
def test_not_the_same(one: str, other: str):
    """What can come out differently looks different."""
    assert canonical(parse(one), FORM) != canonical(parse(other), FORM)


@pytest.mark.long
@given(found=many, held=cells)
@settings(max_examples=60, deadline=None)
def test_what_looks_the_same_is_the_same(found: list[str], held: dict[str, Value]):
    """Formulas with one normal form have one value on every filling."""
    values: dict[str, Value] = {}
    for formula in found:
        text = canonical(parse(formula), FORM)
        assert values.setdefault(text, value(formula, held)) == value(formula, held)


@pytest.mark.long
@given(one=formulas, held=cells)
@settings(max_examples=150, deadline=None)
def test_bounds_hold_where_the_formula_holds(one: str, held: dict[str, Value]):
    """What is read out of a formula is true wherever the formula is."""
    if value(one, held) is True:
        for part, negated in parts(parse(one)):
            assert evaluate(part, held, FORM) is not negated


@pytest.mark.long
@given(found=many, held=cells)
@settings(max_examples=60, deadline=None)
def test_what_excludes_each_other_never_holds_together(found: list[str], held: dict[str, Value]):
    """Of formulas with bounds that exclude each other one at most is true."""
    true = [bound for formula in found if value(formula, held) is True for bound in bounds(parse(formula), FORM)]
    assert [] == [(one, other) for one, other in combinations(true, 2) if exclude(one, other)]
