"""The corpus of sentences: few false alarms, little missed, and the real reports' own prose in peace."""

from __future__ import annotations

import pytest

from support.prose_cases import corpus, findings_of, plain_text, planted, score


def test_the_corpus_is_large_and_half_of_it_traps():
    cases = corpus("corpus.toml").cases
    traps = [case for case in cases if not case.expect]
    assert len(cases) >= 80
    assert len(traps) * 2 >= len(cases) - 6


@pytest.mark.parametrize(
    "name",
    [
        "corpus.toml",
        pytest.param("held_out.toml", marks=pytest.mark.long),
        pytest.param("fresh.toml", marks=pytest.mark.long),
        pytest.param("unseen.toml", marks=pytest.mark.long),
        pytest.param("once_wrong.toml", marks=pytest.mark.long),
        pytest.param("other_hand.toml", marks=pytest.mark.long),
        pytest.param("reviewers.toml", marks=pytest.mark.long),
        pytest.param("by_kind.toml", marks=pytest.mark.long),
    ],
)
def test_precision_and_recall_stay_above_their_floor(name: str):
    result = score(corpus(name))
    assert result.precision >= 0.97, result.wrong
    assert result.recall >= 0.92, result.wrong


@pytest.mark.long
@pytest.mark.parametrize(("name", "least"), [("planted.toml", 250), ("planted_long.toml", 150)])
def test_every_figure_that_is_changed_in_a_true_paragraph_is_found(name: str, least: int):
    """Nothing is said of what agrees with the tables; of hundreds of changed figures few are missed."""
    corpus_ = corpus(name)
    assert [] == [case.text for case in corpus_.cases if findings_of(corpus_, plain_text(case))]
    changed = [each for case in corpus_.cases for each in planted(case)]
    missed = [case.text for case in changed if not findings_of(corpus_, case)]
    assert len(changed) >= least
    assert len(missed) <= 0.05 * len(changed), missed


@pytest.mark.long
def test_prose_that_nothing_was_mended_for():
    """Sentences written last for an earlier reader, which was left as it was."""
    result = score(corpus("left_as_found.toml"))
    assert result.precision >= 0.97, result.wrong
    assert result.recall >= 0.92, result.wrong
