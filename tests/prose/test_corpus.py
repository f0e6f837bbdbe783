"""The corpus of sentences: few false alarms, little missed, and the real reports' own prose in peace."""

from __future__ import annotations

import pytest

from support.prose_cases import corpus, score


def test_the_corpus_is_large_and_half_of_it_traps():
    cases = corpus("corpus.toml").cases
    traps = [case for case in cases if not case.expect]
    assert len(cases) >= 80
    assert len(traps) * 2 >= len(cases) - 6


@pytest.mark.parametrize(
    "name",
    [
        "corpus.toml",
        "held_out.toml",
        "fresh.toml",
        "unseen.toml",
        "once_wrong.toml",
        "other_hand.toml",
        "reviewers.toml",
    ],
)
def test_precision_and_recall_stay_above_their_floor(name: str):
    result = score(corpus(name))
    assert result.precision >= 0.97, result.wrong
    assert result.recall >= 0.92, result.wrong


def test_prose_that_nothing_was_mended_for():
    """Sentences written last for an earlier reader, which was left as it was."""
    result = score(corpus("left_as_found.toml"))
    assert result.precision >= 0.97, result.wrong
    assert result.recall >= 0.92, result.wrong
