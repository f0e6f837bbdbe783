"""The parser: what it takes, what it refuses and how it says so; and the way back to Excel text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.errors import DefinitionError
from xlreport.rules.excel import to_excel
from xlreport.rules.expression import Binary, Call, Number, Range, Ref, Text, Truth, Unary, parse


def ids(first: str, last: str | None = None) -> str:
    """Ids stand for their own addresses."""
    return first if last is None else f"{first}:{last}"


def test_tree():
    """Products bind tighter than sums, sums tighter than comparisons, and a range is one operand."""
    assert parse('SUM(a.b:a.c)+2*N(a.d)<>"x"') == Binary(
        "<>",
        Binary("+", Call("SUM", (Range("a.b", "a.c"),)), Binary("*", Number(2.0), Call("N", (Ref("a.d"),)))),
        Text("x"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "SUM(a.b",
        "a.b +",
        "VLOOKUP(a.b)",
        "N(a.b,a.c)",
        "ROUND(1)",
        "1 2",
        "a.b:",
        "a.b:3",
        "=1",
        "a.b + 1",
        "NOT(a.b)",
        "N(a.b:a.c)",
        "COUNTBLANK(1)",
        "a.b > 3",
        "IF(a.b,1,2)",
        "-a.b",
        "#REF!",
        "",
    ],
)
def test_refused(text: str):
    """Broken syntax, unknown functions, wrong numbers of arguments, and cells that reach an operator bare."""
    with pytest.raises(DefinitionError, match="公式"):
        parse(text)


def test_bare_cell_may_be_compared_with_text():
    """Equality with a text constant is the one operator that takes a bare cell."""
    assert parse('a.b="/"') == Binary("=", Ref("a.b"), Text("/"))


EXPRESSIONS = st.recursive(
    st.one_of(
        st.integers(0, 10**6).map(lambda n: Number(float(n))),
        st.booleans().map(Truth),
        st.text(st.characters(exclude_categories=["C"]), max_size=5).map(Text),
        st.sampled_from(["a.b", "a.c"]).map(lambda id_: Call("N", (Ref(id_),))),
    ),
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">="]), inner, inner),
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(lambda args: Call("AND", tuple(args)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_text_and_tree_agree(tree):
    """What is written for Excel is read back as the same tree: no parenthesis is missing."""
    assert parse(to_excel(tree, ids)) == tree
