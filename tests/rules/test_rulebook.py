"""The rulebook: computed cells in order, verdicts, and definitions that are refused with their place."""

from __future__ import annotations

import msgspec
import pytest

from support.figures import huaian_2024, shanghai_2019
from xlreport.errors import DefinitionError
from xlreport.forms import find_form
from xlreport.forms.definition import EachText, RuleText
from xlreport.rules.evaluate import CellError
from xlreport.rules.rulebook import Rulebook, rulebook

FORM = find_form("gov2019")

RULE = RuleText(id="r", level="error", name="名", basis="据", expr="N(requests.new.total)>=0", message="错")


def with_rule(**changes: object) -> Rulebook:
    return Rulebook(msgspec.structs.replace(FORM, rules=(msgspec.structs.replace(RULE, **changes),)))


def test_totals_of_a_real_report():
    """The Shanghai totals as printed: 859 new, 805 handled, 72 carried out."""
    cells = rulebook(FORM).compute(shanghai_2019())
    assert [cells[f"requests.{row}.total"] for row in ("new", "carried_in", "result_total", "carried_out")] == [
        859,
        18,
        805,
        72,
    ]
    assert [cells[f"appeals.{kind}.total"] for kind in ("review", "direct", "after_review")] == [7, 9, 0]


def test_totals_of_the_form_in_force():
    """The Huai'an totals as printed: 3119 new, 3050 handled, 351 reviews."""
    cells = rulebook(find_form("gov2021")).compute(huaian_2024())
    assert (cells["requests.new.total"], cells["requests.result_total.total"], cells["appeals.review.total"]) == (
        3119,
        3050,
        351,
    )


def test_blank_filing():
    """Over blanks every computed cell is 0 and no verdict is given."""
    book = rulebook(FORM)
    cells = book.compute({})
    assert {cells[field.id] for field in FORM.computed} == {0}
    assert {book.verdict(check, cells) for check in book.checks} == {None}


def test_error_value_is_a_failed_verdict():
    """An error in a cell travels into its totals, and every rule over them is False, as IFERROR makes it."""
    book = rulebook(FORM)
    cells = book.compute({"requests.granted.natural": CellError("#REF!")})
    assert cells["requests.result_total.total"] == CellError("#REF!")
    assert book.verdict(book.by_key["balance[natural]"], cells) is False
    assert book.verdict(book.by_key["cell[requests.granted]"], cells) is False


def test_typed_over_total_stands():
    """A number typed over a total is what the totals above it add up."""
    cells = rulebook(FORM).compute({"requests.new.natural": 1}, {"requests.new.total": 5})
    assert cells["requests.new.total"] == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"expr": "N(requests.nobody)>0"}, "没有字段 requests.nobody"),
        ({"expr": "SUM(requests.new.natural:appeals.review.total)=0"}, "不在同一张表里"),
        ({"expr": "SUM(requests.new.natural:unit.name)=0"}, "unit.name 不是表里的一格"),
        ({"expr": "1=1"}, "公式里没有字段"),
        ({"each": EachText(row="nothing")}, "表的 key"),
        ({"each": EachText(row="requests", only=("nobody",))}, "没有“nobody”这一项"),
        ({"each": EachText(row="requests", column="requests")}, "row 或 column 之一"),
        ({"when": "N("}, "的 when"),
    ],
)
def test_refused(changes: dict[str, object], words: str):
    """A rule that does not hold together is refused with its file, its id and what was expected."""
    with pytest.raises(DefinitionError, match=words) as caught:
        with_rule(**changes)
    assert "rules.toml 规则 r" in str(caught.value)


def test_circular_totals_are_refused():
    """Totals that are computed from each other are named, not recursed into."""
    fields = dict(FORM.fields)
    one = fields["requests.new.total"]
    fields[one.id] = msgspec.structs.replace(one, compute="SUM(requests.carried_in.total)")
    two = fields["requests.carried_in.total"]
    fields[two.id] = msgspec.structs.replace(two, compute="SUM(requests.new.total)")
    with pytest.raises(DefinitionError, match="绕回到自己"):
        Rulebook(msgspec.structs.replace(FORM, fields=fields))
