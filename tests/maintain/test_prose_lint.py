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


LEXICON = """
[[objects]]
key = "visit"
of = ["visit"]
words = ["到访[人数]"]

[[facts]]
id = "visits"
of = "visit"
plain = true
cells = ["visits.adults"]
units = ["人"]
"""


@pytest.mark.parametrize(
    ("sound", "faulty", "named"),
    [
        ("visits.adults", "visits.men", "没有字段 visits.men"),
        ('of = "visit"', 'of = "call"', "objects 里没有种类 call"),
        ("plain = true", 'acts = ["came"]', "acts 里没有 came"),
        ("到访[人数]", "到访[人数", "括号不成对"),
        ('of = ["visit"]', "of = []", "of 应写一个种类"),
        ('key = "visit"', 'key = "visit"\nfields = ["hall.cost"]', "没有文字字段 hall.cost"),
    ],
)
def test_faults_of_the_lexicon(tmp_path: Path, sound: str, faulty: str, named: str):
    """What a fact states must be figures of the form, told of words that there are, in brackets that close."""
    assert [] == lint_prose(made_form(tmp_path / "sound", lexicon=LEXICON))
    (finding,) = lint_prose(made_form(tmp_path / "faulty", lexicon=LEXICON.replace(sound, faulty)))
    assert named in finding.message


def test_a_rate_of_a_field_there_is_not(tmp_path: Path):
    """The cells of a rate are fields too."""
    rate = '[[rates]]\nkey = "r"\nwords = ["率"]\nways = [{ part = ["visits.adults"], whole = ["visits.all"] }]\n'
    (finding,) = lint_prose(made_form(tmp_path, lexicon=LEXICON + rate))
    assert "visits.all" in finding.message
