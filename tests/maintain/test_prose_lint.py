"""Faulty wording is found, each fault by itself, and sound wording is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.definitions import made_form
from xlreport.forms import find_form, form_ids
from xlreport.maintain.prose_lint import lint_prose

SENTENCE = """
[[sentences]]
field = "hall.text"
template = "{{ visits.adults }}人"
"""


@pytest.mark.parametrize("form_id", form_ids())
def test_built_in_wording_is_sound(form_id: str):
    """Nothing is said of the built-in forms."""
    assert [] == lint_prose(find_form(form_id))


def test_sound_sentence(tmp_path: Path):
    """Nothing is said of a sentence whose names the form has."""
    assert [] == lint_prose(made_form(tmp_path, prose=SENTENCE))


def test_every_fault_is_named(tmp_path: Path):
    """An unknown field, a syntax error and a field that is no prose are three findings; the sound sentence is none."""
    faults = (
        SENTENCE.replace("visits.adults", "visits.men"),
        SENTENCE.replace("}}", "}"),
        SENTENCE.replace("hall.text", "hall.cost"),
    )
    findings = lint_prose(made_form(tmp_path, prose=SENTENCE + "".join(faults)))
    assert [("error", "wording")] * 3 == [(each.level, each.rule) for each in findings]
    assert "visits.men" in findings[0].message
    assert "hall.cost" in findings[2].message


def test_claim_about_a_field_there_is_not(tmp_path: Path):
    """What a claim states must be a figure of the form."""
    claim = '[[claims]]\nid = "c"\nname = "人数"\nvalue = "N(visits.{})"\nwords = ["到访"]\nunits = ["人"]\n'
    sound = made_form(tmp_path / "sound", prose=claim.format("adults"))
    assert [] == lint_prose(sound)
    (finding,) = lint_prose(made_form(tmp_path / "faulty", prose=claim.format("men")))
    assert "visits.men" in finding.message
