"""Advice: every combination of two mistakes is told as two questions, and each finding is told its own."""

from __future__ import annotations

from itertools import product

from xlreport.finding import CellRef, Finding, FixStep
from xlreport.forms import find_form
from xlreport.results.advice import advice, mends_all

FORM = find_form("gov2019")


def step(cell: str, new: int, choice: int = 1) -> FixStep:
    return FixStep(field=f"requests.{cell}", sheet="三 依申请公开", address="E9", old=3, new=new, choice=choice)


def finding(*cells: str, fix: list[FixStep]) -> Finding:
    refs = tuple(CellRef(field=f"requests.{cell}") for cell in cells)
    return Finding(rule="balance", level="error", message="", cells=refs, fix=tuple(fix))


def fields(given: Finding) -> list[list[tuple[str, ...]]]:
    """The fields of each choice of each mistake, without the table's name."""
    return [
        [tuple(name.removeprefix("requests.") for name in choice.fields) for choice in mistake.choices]
        for mistake in advice(given, FORM)
    ]


#: Two mistakes, one in each column: three cells may be wrong in the one, two in the other.
BUSINESS = [("granted.business", 2), ("new.business", 4), ("partial.business", 1)]
LEGAL = [("new.legal", 5), ("granted.legal", 6)]
TWICE = [
    change
    for number, (one, other) in enumerate(product(BUSINESS, LEGAL), start=1)
    for change in (step(*one, number), step(*other, number))
]


def test_text_names_sheet_cell_field_and_both_figures():
    """把“三 依申请公开”E9（…）由 3 改为 2."""
    (mistake,) = advice(finding("granted.business", fix=[step("granted.business", 2)]), FORM)
    assert mistake.choices[0].text == "把“三 依申请公开”E9（商业企业予以公开数）由 3 改为 2"


def test_ties_of_one_mistake_stay_together_best_first():
    """Alternatives of one mistake are one question, in the locator's order."""
    fix = [step(cell, new, n) for n, (cell, new) in enumerate(BUSINESS, start=1)]
    given = finding("new.business", fix=fix)
    assert fields(given) == [[("granted.business",), ("new.business",), ("partial.business",)]]
    assert mends_all(given)


def test_combinations_of_two_mistakes_are_told_apart():
    """Six combinations are one question of three and one of two; a finding that rests on both is told both."""
    given = finding("new.business", "new.legal", fix=TWICE)
    assert sorted(fields(given), key=len) == [
        [("new.legal",), ("granted.legal",)],
        [("granted.business",), ("new.business",), ("partial.business",)],
    ]
    assert not mends_all(given)


def test_a_finding_is_told_only_its_own_mistake():
    """The sum of one column says nothing about the other column."""
    assert fields(finding("new.legal", fix=TWICE)) == [[("new.legal",), ("granted.legal",)]]


def test_changes_made_together_are_one_choice():
    """Two cells that were exchanged, or else one cell elsewhere: two choices of one mistake."""
    fix = [step("new.legal", 1), step("new.other", 2), step("granted.legal", 9, choice=2)]
    given = finding("new.legal", fix=fix)
    assert fields(given) == [[("new.legal", "new.other"), ("granted.legal",)]]


def test_what_is_no_product_is_listed_as_it_is():
    """Where some combinations are missing nothing is claimed that the locator did not say."""
    assert len(fields(finding("new.business", fix=TWICE[:-2]))[0]) == 5


def test_no_fix_no_advice():
    """A finding without a fix has no advice."""
    assert advice(finding("new.legal", fix=[]), FORM) == ()
