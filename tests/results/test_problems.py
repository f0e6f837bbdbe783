"""Which cells a problem marks."""

from __future__ import annotations

import pytest

from xlreport.finding import CellRef, Finding
from xlreport.results.problems import Problem, named_cells

CELLS = tuple(CellRef(field=f"requests.new.{n}") for n in range(9))


@pytest.mark.parametrize(("rule", "count"), [("formula_replaced", 9), ("unreadable", 9), ("prose_figure", 2)])
def test_one_cause_over_many_cells_names_them_all(rule, count):
    """What reading found is about each of its cells; what is said of prose is about the prose and one figure."""
    found = Finding(rule=rule, level="error", message="", cells=CELLS)
    assert count == len(named_cells(Problem(number=1, finding=found)))
