"""Terms of criteria.toml: a part of an expression that several criteria use is written once and named in them as <姓名>."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.forms.definition import CriteriaText, CriterionText

_TERM = re.compile(r"<([\u4e00-\u9fff]{1,20})>")


class NoTerm(LookupError):
    """A term that a criterion names and nobody wrote; its text is the name."""


def spelled_out(text: CriteriaText) -> tuple[CriterionText, ...]:
    """The criteria with every term that they name written out; a term may name those before it.

    Raises NoTerm for a term that there is none of.
    """
    terms: dict[str, str] = {}
    for term in text.terms:
        terms[term.id] = _written(term.words, terms)
    return tuple(_spelled(criterion, terms) for criterion in text.criteria)


def _spelled(criterion: CriterionText, terms: Mapping[str, str]) -> CriterionText:
    return msgspec.structs.replace(
        criterion,
        words=tuple(_written(words, terms) for words in criterion.words),
        unless=tuple(_written(words, terms) for words in criterion.unless),
        slips={_written(words, terms): instead for words, instead in criterion.slips.items()},
        lacks={name: _written(words, terms) for name, words in criterion.lacks.items()},
    )


def _written(words: str, terms: Mapping[str, str]) -> str:
    def term(match: re.Match[str]) -> str:
        if match[1] not in terms:
            raise NoTerm(match[1])
        return f"(?:{terms[match[1]]})"

    return _TERM.sub(term, words)
