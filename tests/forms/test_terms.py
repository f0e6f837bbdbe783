"""Terms of criteria.toml: written once, named in angle brackets."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlreport.errors import DefinitionError
from xlreport.forms import find_form

FORM = 'base = "gov2021"\nid = "mine"\nversion = "1"\nbasis = "测试"\nfirst_year = 2030\n'
CRITERION = '[[criteria]]\nid = "own"\nlevel = "note"\nname = "某"\nbasis = "某"\nmessage = "{said}"\n'


def criterion(folder: Path, text: str):
    (folder / "form.toml").write_text(FORM, encoding="utf-8")
    (folder / "criteria.toml").write_text(text, encoding="utf-8")
    return next(each for each in find_form(str(folder)).criteria if each.id == "own")


def test_terms_are_written_out(tmp_path: Path):
    """In words, slips and what excuses; a term may name one before it."""
    text = (
        '[[terms]]\nid = "姓"\nwords = "[张王]"\n[[terms]]\nid = "姓名"\nwords = "<姓>三|李四"\n'
        + CRITERION
        + 'words = ["申请人<姓名>"]\nunless = ["<姓>某"]\n'
    )
    own = criterion(tmp_path, text)
    assert ("申请人(?:(?:[张王])三|李四)",) == own.words
    assert ("(?:[张王])某",) == own.unless


def test_a_term_that_there_is_none_of(tmp_path: Path):
    """It is named, with the file."""
    with pytest.raises(DefinitionError, match=r"criteria\.toml.*没有“住址”"):
        criterion(tmp_path, CRITERION + 'words = ["申请人<姓名>住<住址>"]\n')


def test_terms_of_a_base_stand(tmp_path: Path):
    """A definition may name those of its base."""
    assert "赵钱孙李" in criterion(tmp_path, CRITERION + 'words = ["<姓>某"]\n').words[0]
