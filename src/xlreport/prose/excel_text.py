"""Pieces of Excel as a sentence is put together from them: texts, numbers, truths, and lists of (name, figure)."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from xlreport.rules.excel import literal

#: What Excel takes: characters of a formula and of a text in it, with room for what stands around the sentence, and for
#: characters that Excel counts twice.
MOST_CHARACTERS: Final = 7900
MOST_TEXT: Final = 120

#: Longest text of a cell.
LONGEST: Final = 32767


class NoPreview(Exception):
    """A sentence that cannot become a formula: why not, in Chinese."""


class Formula(msgspec.Struct, frozen=True):
    """A piece of Excel, and what it gives. It stands for itself: no operator beside it can tear it apart."""

    gives: Literal["number", "text", "truth"]
    text: str


class Pairs(msgspec.Struct, frozen=True):
    """A list of (name, figure); of `present` ones only those whose figure is not 0."""

    pairs: tuple[tuple[Formula, Formula], ...]
    present: bool = False


class First(msgspec.Struct, frozen=True):
    """The first of present pairs: its name is [0], its figure [1]."""

    pairs: tuple[tuple[Formula, Formula], ...]


Meaning: TypeAlias = Formula | Pairs | First


def last_found(text: str, pairs: list[tuple[str, str]], otherwise: str) -> str:
    """What goes with the last of these words that stands in a text; `otherwise` where none does."""
    words, values = ",".join(quoted(word) for word, _ in pairs), ",".join(value for _, value in pairs)
    return f"IFERROR(LOOKUP(2,1/FIND({{{words}}},{text}),{{{values}}}),{otherwise})"


def either(test: str, this: Formula, that: Formula) -> Formula:
    """IF; "" and a text are texts, and so is a number that may be a text instead."""
    gives = this.gives if this.gives == that.gives else "text"
    return Formula(gives, f"IF({test},{this.text},{that.text})")


def called(name: str, args: list[str]) -> str:
    return f"({args[0]})" if len(args) == 1 else f"{name}({','.join(args)})"


def joined(parts: list[str]) -> Formula:
    """Parts joined to a text."""
    if len(parts) < 2:
        return Formula("text", parts[0] if parts else '""')
    return Formula("text", f"({'&'.join(parts)})")


def quoted(text: str) -> str:
    """A text as Excel writes it, in pieces that Excel takes."""
    pieces = [text[n : n + MOST_TEXT] for n in range(0, len(text), MOST_TEXT)]
    return "&".join(map(literal, pieces)) or literal("")


def printed(data: str, *, before: bool, after: bool) -> str:
    """Text of a template without line breaks and indents, as `one_line` leaves it.

    `before` and `after`: a value is printed right before, right after it. A space beside a tag may be an indent or none,
    depending on what the tag prints; that no formula can know.
    """
    lines = data.split("\n")
    for n, line in enumerate(lines):
        loose = line if n == 0 and not before and line[:1].isspace() else ""
        loose = loose or (line if n == len(lines) - 1 and not after and line[-1:].isspace() else "")
        if loose and (loose.strip() or len(lines) == 1):
            raise NoPreview("标签旁边有空格")
    first, last = lines[0], lines[-1]
    if len(lines) == 1:
        return data
    return first.rstrip() + "".join(line.strip() for line in lines[1:-1]) + last.lstrip()
