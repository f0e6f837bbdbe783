"""Every finding of the program has its row, every row its finding, and docs/findings.md tells of all."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cases import CASES
from support.source import nodes
from xlreport import finding_kinds
from xlreport.finding import LEVELS, Level, RuleKey
from xlreport.finding_kinds import FINDING_KINDS, FindingKind

ROOT = Path(__file__).parents[1]

#: The modules that make findings of what a form's definition declares: its rules, its claims about prose, its criteria.
BY_THE_FORM = {"rules/check.py", "prose/check.py", "prose/criteria.py"}


@cache
def aliases() -> dict[str, str]:
    """By module, what it calls the table."""
    return {
        module: alias.asname or alias.name
        for module, node in nodes()
        if isinstance(node, ast.ImportFrom) and node.module == "xlreport"
        for alias in node.names
        if alias.name == "finding_kinds"
    }


def row(module: str, node: ast.AST) -> str:
    """The name of the row that a node names; "" where it names none."""
    match node:
        case ast.Attribute(value=ast.Name(table), attr=name) if table == aliases().get(module) and name.isupper():
            return name
    return ""


def called(node: ast.AST) -> str:
    """The last name of what a node calls; "" where it calls nothing by name."""
    match node:
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name
    return ""


def modules_that_call(name: str) -> set[str]:
    return {module for module, node in nodes() if called(node) == name}


def levels(kind: FindingKind) -> set[str]:
    return {kind.level, *kind.also}


def given_levels(node: ast.expr) -> Iterator[str]:
    """The levels that an expression writes out."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and part.value in LEVELS:
            yield part.value


@pytest.mark.long
def test_a_finding_is_made_by_its_row_alone():
    """No module makes a finding, a row, or another rule of a finding, but the table; only rules of forms bring their own id."""
    assert {"finding_kinds.py"} == modules_that_call("Finding")
    assert {"finding_kinds.py"} == modules_that_call("FindingKind")
    assert {"finding_kinds.py", *BY_THE_FORM} == modules_that_call("form_finding")
    renamed = [
        (module, ast.unparse(node))
        for module, node in nodes()
        if called(node) == "replace" and any(word.arg == "rule" for word in getattr(node, "keywords", ()))
    ]
    assert [] == renamed


@pytest.mark.long
def test_every_row_is_a_finding_that_is_made():
    """What the modules name is in the table (mypy holds that too), and the table has no row that nothing names."""
    named = {row(module, node) for module, node in nodes()} - {"", "FINDING_KINDS"}
    rows = {name for name, value in vars(finding_kinds).items() if isinstance(value, FindingKind)}
    assert named == rows
    assert len(rows) > 70


def test_rows_are_named_as_their_ids():
    """A row's constant is its id in capitals, so that a search for the one finds the other; no id stands twice."""
    rows = {name: value.id for name, value in vars(finding_kinds).items() if isinstance(value, FindingKind)}
    assert {id_.upper(): id_ for id_ in FINDING_KINDS} == rows


def test_rows_say_what_it_is_and_what_to_do():
    """The title is what is read, without its full stop; the remedy is a sentence; stages stand together."""
    assert [] == [kind.id for kind in FINDING_KINDS.values() if not kind.title or kind.title.endswith("。")]
    assert [] == [kind.id for kind in FINDING_KINDS.values() if not kind.remedy.endswith(("。", "”"))]
    stages = [kind.stage for kind in FINDING_KINDS.values()]
    assert sorted(stages, key=list(dict.fromkeys(stages)).index) == stages


def test_levels_written_out_are_in_the_row():
    """Where a finding is given another level than the usual one, its row says that it can have it."""
    wrong = []
    for module, node in nodes():
        match node:
            case ast.Call(func=ast.Attribute(value=kind, attr="finding")) if name := row(module, kind):
                words = [word.value for word in node.keywords if word.arg == "level"]
                wrong += [
                    (module, name, level)
                    for value in words
                    for level in given_levels(value)
                    if level not in levels(getattr(finding_kinds, name))
                ]
    assert [] == wrong


def test_levels_of_the_cases_are_in_the_row():
    """What is said of everything that people do to a workbook is at a level of its row."""
    assert [] == [
        (case.what, case.rule, case.level)
        for case in CASES
        if case.rule in FINDING_KINDS and case.level not in levels(FINDING_KINDS[case.rule])
    ]


@given(st.sampled_from([*FINDING_KINDS.values()]), st.none() | st.text(max_size=6), st.none() | st.sampled_from(LEVELS))
def test_finding_of_a_row(kind: FindingKind, item: str | None, level: Level | None):
    """A finding bears the id of its row, its item, and the usual level unless another is given."""
    finding = kind.finding("话", item=item, level=level)
    assert (kind.id, item) == RuleKey.parse(finding.rule)
    assert (level or kind.level) == finding.level


def test_page_is_up_to_date():
    """docs/findings.md is what scripts/build_finding_docs.py writes."""
    place = ROOT / "scripts" / "build_finding_docs.py"
    spec = importlib.util.spec_from_file_location("build_finding_docs", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
