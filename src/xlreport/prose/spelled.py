"""Regular expressions that stand for a handful of texts, spelled out: for Excel, which has no regular expressions.

(镇|乡)(?:人民政府)?$ is 镇人民政府$, 镇$, 乡人民政府$, 乡$. The signs ^ and $ stay: they stand for where a text begins and
ends. Taken are letters, groups, | ? and [ ] without ranges.
"""

from __future__ import annotations

from typing import Final, NoReturn

import msgspec

#: So many texts may an expression stand for.
MOST_TEXTS: Final = 200

_SIGNS: Final = r"\.*+?{}()[]|"


class NotSpelled(ValueError):
    """An expression that does not stand for a handful of texts."""


class Spelled(msgspec.Struct, frozen=True):
    """One text that an expression stands for, and what its groups hold then."""

    text: str = ""
    groups: dict[int, str] = {}

    def __add__(self, after: Spelled) -> Spelled:
        return Spelled(self.text + after.text, self.groups | after.groups)

    def expanded(self, value: str) -> str:
        r"""A replacement text: \1 is what the first group holds."""
        for number in range(1, 10):
            value = value.replace(f"\\{number}", self.groups.get(number, ""))
        return value


def spelled_out(words: str) -> list[Spelled]:
    """Every text that an expression stands for. Raises NotSpelled where there are too many, or where it is written otherwise."""
    reading = _Reading(words)
    texts = reading.alternatives()
    return texts if reading.at == len(words) else reading.fail()


class _Reading:
    def __init__(self, words: str) -> None:
        self.words = words
        self.at = 0
        self.groups = 0

    def fail(self) -> NoReturn:
        raise NotSpelled(self.words)

    def take(self, sign: str) -> bool:
        taken = self.words.startswith(sign, self.at)
        self.at += len(sign) if taken else 0
        return taken

    def alternatives(self) -> list[Spelled]:
        options = self.sequence()
        while self.take("|"):
            options += self.sequence()
        return options

    def sequence(self) -> list[Spelled]:
        done = [Spelled()]
        while self.at < len(self.words) and self.words[self.at] not in "|)":
            item = self.atom()
            if self.take("?"):
                item.append(Spelled())
            done = [head + tail for head in done for tail in item]
            if len(done) > MOST_TEXTS:
                self.fail()
        return done

    def atom(self) -> list[Spelled]:
        if self.take("(?:"):
            return self.closed(self.alternatives())
        if self.take("("):
            self.groups += 1
            number = self.groups
            return [Spelled(each.text, each.groups | {number: each.text}) for each in self.closed(self.alternatives())]
        if self.take("["):
            end = self.words.find("]", self.at)
            letters, self.at = self.words[self.at : end], end + 1
            return self.fail() if end < 0 or not letters or set(letters) & set("^-\\[") else [*map(Spelled, letters)]
        letter = self.words[self.at]
        self.at += 1
        return self.fail() if letter in _SIGNS else [Spelled(letter)]

    def closed(self, options: list[Spelled]) -> list[Spelled]:
        return options if self.take(")") else self.fail()
