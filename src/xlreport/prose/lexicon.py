"""The words of a form's lexicon and of the language, and text cut into them: the longest word wins.

A token is a stretch of text that a word covers, with every meaning that the word has; what no word covers is no token.
"""

from __future__ import annotations

import re
from collections import ChainMap
from functools import cache
from itertools import chain, product
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import DefinitionError
from xlreport.forms.base import LEXICON_FILE
from xlreport.prose.signs import SIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlreport.forms.definition import LexiconText, WordText
    from xlreport.forms.model import Form

#: The lists of the lexicon, each with the slot of a clause that its words fill.
SLOTS = {
    "objects": "object",
    "acts": "act",
    "outcomes": "outcome",
    "parties": "party",
    "parts": "part",
    "asides": "aside",
    "plain": "plain",
}

_CHOICE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|([^()\[\]]+)")


class Lexeme(msgspec.Struct, frozen=True, kw_only=True):
    """One meaning of a word: the slot it fills, its key there, the kinds of object it is told of (none: any)."""

    slot: str
    key: str
    name: str = ""
    of: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    def told_of(self, kind: str) -> bool:
        return not self.of or kind in self.of

    @property
    def within(self) -> str:
        """The outcome that this one is a reason for: refused of refused.process."""
        return self.key.rpartition(".")[0]


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A word in a text: its place, its meanings."""

    start: int
    end: int
    meanings: tuple[Lexeme, ...]

    def get(self, slot: str, kind: str = "") -> Lexeme | None:
        """The meaning that fills this slot (of this kind of object, where one is given)."""
        return next((m for m in self.meanings if m.slot == slot and (not kind or m.told_of(kind))), None)

    def only(self, slot: str) -> Lexeme | None:
        """The meaning that fills this slot, where it has but one for each kind of object."""
        meanings = [m for m in self.meanings if m.slot == slot]
        kinds = [kind for m in meanings for kind in (m.of or ("",))]
        return meanings[0] if meanings and len(kinds) == len({*kinds}) else None

    def has(self, *slots: str) -> bool:
        return any(m.slot in slots for m in self.meanings)


class Lexicon:
    """Words with their meanings; of a word in several layers the meaning in the first counts."""

    def __init__(self, words: Mapping[str, tuple[Lexeme, ...]], below: Lexicon | None = None) -> None:
        layers = [dict(words), *(below.words.maps if below else ())]
        self.words: ChainMap[str, tuple[Lexeme, ...]] = ChainMap(*layers)
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[0], set()).add(len(word))
        sizes = dict(below.lengths) if below else {}
        for first, more in lengths.items():
            sizes[first] = tuple(sorted({*sizes.get(first, ()), *more}, reverse=True))
        #: The lengths of the words that begin with a character, longest first.
        self.lengths: dict[str, tuple[int, ...]] = sizes

    def with_words(self, words: Mapping[str, tuple[Lexeme, ...]]) -> Lexicon:
        """The lexicon with more words; of equal ones these win."""
        return Lexicon(words, self)

    def tokens(self, text: str) -> list[Token]:
        """The words of a text from the left, at each place the longest."""
        tokens, at = [], 0
        while at < len(text):
            for length in self.lengths.get(text[at], ()):
                meanings = self.words.get(text[at : at + length])
                if meanings is not None and at + length <= len(text):
                    tokens.append(Token(start=at, end=at + length, meanings=meanings))
                    at += length
                    break
            else:
                at += 1
        return tokens


def spellings(word: str) -> list[str]:
    """Every way to write a word: (甲|乙) is one or the other, [甲|乙] one or none. Raises ValueError for open brackets."""
    parts: list[list[str]] = []
    at = 0
    for match in _CHOICE.finditer(word):
        if match.start() != at:
            break
        at = match.end()
        if match[1] is not None:
            parts.append(match[1].split("|"))
        elif match[2] is not None:
            parts.append(["", *match[2].split("|")])
        else:
            parts.append([match[3]])
    if at != len(word):
        raise ValueError(word)
    return ["".join(choice) for choice in product(*parts) if any(choice)]


def lexicon(form: Form) -> Lexicon:
    """The words of a form and of the language. Raises DefinitionError for a word that cannot be read."""
    return _lexicon(form.id, msgspec.structs.replace(form.lexicon, facts=(), rates=()))


@cache
def _lexicon(form: str, text: LexiconText) -> Lexicon:
    words: dict[str, list[Lexeme]] = {}
    for word, lexeme in chain(_form_words(form, text), _sign_words()):
        meanings = words.setdefault(word, [])
        if lexeme not in meanings:
            meanings.append(lexeme)
    return Lexicon({word: tuple(meanings) for word, meanings in words.items()})


def lexeme(slot: str, text: WordText) -> Lexeme:
    """An entry of the lexicon as the meaning of its words."""
    return Lexeme(slot=slot, key=text.key, name=text.name or text.key, of=text.of, cells=text.cells or (text.key,))


def _form_words(form: str, text: LexiconText) -> Iterator[tuple[str, Lexeme]]:
    for list_, slot in SLOTS.items():
        for entry in getattr(text, list_):
            meaning = lexeme(slot, entry)
            for word in entry.words:
                yield from ((spelling, meaning) for spelling in _spelled(form, f"{list_} {entry.key}", word))


def _sign_words() -> Iterable[tuple[str, Lexeme]]:
    for slot, words in SIGNS.items():
        meaning = Lexeme(slot=slot, key=slot)
        yield from ((spelling, meaning) for word in words.split() for spelling in spellings(word))


def _spelled(form: str, place: str, word: str) -> list[str]:
    try:
        return spellings(word)
    except ValueError:
        raise DefinitionError(
            f"表样定义“{form}”，{LEXICON_FILE} 的 {place}：“{word}”的括号不成对，请写成 (甲|乙) 或 [甲]。"
        ) from None
