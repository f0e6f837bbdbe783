"""The key that findings, checks and explanations carry, as text and in the names of cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xlreport.finding import RuleKey

ITEMS = st.none() | st.text(max_size=8)


@given(st.text(max_size=4) | st.from_regex(r"[a-z]{0,3}\[[a-z.\[\]]{0,6}\]?", fullmatch=True))
def test_every_text_is_the_key_it_stands_for(text: str):
    """What is read as a key is written as it was, brackets without their pair included: nothing of a text is lost."""
    assert text == str(RuleKey.parse(text))


@given(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), ITEMS)
def test_every_key_is_read_again(rule: str, item: str | None):
    """A key of a rule's id, with any item or none, comes back from its text."""
    assert RuleKey(rule, item) == RuleKey.parse(str(RuleKey(rule, item)))


def test_key_in_the_name_of_a_cell():
    """Names of cells hold no brackets: the item stands behind a dot."""
    assert ["balance.natural", "in_force"] == [RuleKey.parse(text).name for text in ("balance[natural]", "in_force")]
