"""Words of one slot that belong together: 予以公开和部分公开, a reason before what it is the reason for, 行政诉讼8件未经复议."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.prose.lexicon import Lexeme, Token


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A token of weight, or a word that nobody knows (`token` None)."""

    start: int
    end: int
    token: Token | None = None


def has(words: Sequence[Item], slot: str) -> bool:
    return any(item.token is not None and item.token.has(slot) for item in words)


def joined(words: Sequence[Item], slot: str, *, last: bool) -> tuple[Token, ...]:
    """The words of a slot that 和 and 、 join: the last group of them, or the first."""
    groups: list[list[Token]] = []
    together = False
    for n, item in enumerate(words):
        token = item.token
        if token is not None and (meaning := token.get(slot)) is not None:
            alike = bool(groups) and any(meaning.of == other.of for other in groups[-1][-1].meanings)
            # 复议诉讼 are both, 直接起诉的行政诉讼 is one.
            if alike and (together or (slot == "object" and token.start - groups[-1][-1].end <= 1)):
                groups[-1].append(token)
            else:
                groups.append([token])
            together = False
        elif token is not None and token.has("and", "including"):
            together = bool(groups) and words[n - 1].token is groups[-1][-1]
        else:
            together = False
    return tuple(groups[-1 if last else 0]) if groups else ()


def outcomes_of(words: Sequence[Item]) -> tuple[tuple[Token, ...], bool] | None:
    """The outcomes told, a reason before what it is the reason for; and whether they end in 等."""
    places = [n for n, item in enumerate(words) if item.token is not None and item.token.has("outcome")]
    if not places:
        return None
    group = joined(words, "outcome", last=True)
    whole = {meaning.key for token in group for meaning in token.meanings}
    for n in places:
        token = words[n].token
        if token is None or token in group:
            continue
        reason = token.get("outcome")
        closed = not has(words[n + 1 :], "etc")
        if reason and reason.within in whole and closed:
            return (token,), False
    return group, has(words[places[-1] + 1 : places[-1] + 2], "etc")


def with_narrower(objects: tuple[Token, ...], behind: tuple[Token, ...]) -> tuple[Token, ...]:
    """The objects before a figure with the one behind it that is a part of them: 行政诉讼8件未经复议."""
    wide = {cell for token in objects for meaning in token.meanings for cell in meaning.cells if cell != meaning.key}
    more = tuple(t for t in behind if t not in objects and any(meaning.key in wide for meaning in t.meanings))
    return objects + more


def pick(tokens: Sequence[Token], slot: str, kind: str) -> tuple[Lexeme, ...]:
    """The meanings that these words have in a slot, of a kind of object."""
    told = (m for token in tokens for m in token.meanings if m.slot == slot and (not kind or m.told_of(kind)))
    return tuple(dict.fromkeys(told))
