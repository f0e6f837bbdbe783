"""A sum stated in one sentence whose parts do not add up: 共95条，其中1条…2条…91条…1条."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.reading import Stated

_MARK = re.compile(r"其中|分别(?:是|为)|具体(?:是|为)")

#: Words of a list that names only some of the parts.
_PARTIAL = re.compile(
    r"等(?!级|次|于|待)|主要|包括|包含|涉及|重点|例如|比如|以[^，。]{0,12}为主|最多|居前|前[三五十]|含|如"
)
#: Where parts come first.
_ADDED = re.compile(r"[\s，]*(?:合计|共计|总计|总共)为?\s*")

_NEAR = 1e-6

_NO_PARTS = re.compile(r"[ ]*(?:含|不含|包括|另|较|同比|比|占|约)")


class WrongSum(msgspec.Struct, frozen=True, kw_only=True):
    """A total and the sum of its parts; `start` and `end` mark the words from the first to the last of them."""

    total: float
    parts: tuple[float, ...]
    unit: str
    start: int
    end: int

    @property
    def sum(self) -> float:
        return round(sum(self.parts), 6)


def wrong_sums(
    sentence: Sentence, stated: list[Stated], before: list[Stated], agrees: Callable[[Stated], bool]
) -> Iterator[WrongSum]:
    """The sums of one sentence that do not hold; `before` are the statements of the sentence before it.

    `agrees` says whether a statement stands in the tables with just this figure: where all parts do, the list merely
    leaves some out. Lists that say so (等, 主要) are held to it only by a part above the total.
    """
    figures = _figures(stated)
    marks = [sentence.start + match.start() for match in _MARK.finditer(sentence.text)]
    for at in (*marks, *_bracket_lists(sentence, figures)):
        inside = [one for one in figures if _start(one) > at]
        if not inside:
            continue
        opening = at == sentence.start + len(sentence.text) - len(sentence.text.lstrip())
        total = _total(inside[0], _figures(before) if opening else [one for one in figures if _start(one) < at])
        if total is not None:
            nested = [one for mark in marks if mark > at for one in [_last_before(figures, mark)] if one]
            yield from _check(total, _parts(inside, nested), sentence, agrees)
    yield from _added_up(figures)


def _figures(stated: list[Stated]) -> list[Stated]:
    return [one for one in stated if one.statement.figure is not None and not one.aside]


def _total(first: Stated, before: list[Stated]) -> Stated | None:
    """The figure of which `first` begins the parts: the nearest one outside brackets, of the same unit."""
    outside = [one for one in before if one.statement.depth == 0 and _unit(one) == _unit(first)]
    return outside[-1] if outside and _exact(outside[-1]) else None


def _added_up(figures: list[Stated]) -> Iterator[WrongSum]:
    """Parts first, then 合计: some run of figures right before it must come to it."""
    for n, total in enumerate(figures):
        parts = [one for one in figures[:n] if _unit(one) == _unit(total) and one.statement.depth == 0]
        if len(parts) < 2 or not _ADDED.fullmatch(total.statement.head) or not all(map(_exact, (*parts, total))):
            continue
        values, whole = [_value(part) for part in parts], _value(total)
        if not any(abs(sum(values[k:]) - whole) < _NEAR for k in range(len(values) - 1)):
            start, end = parts[0].statement.start, total.statement.end
            yield WrongSum(total=whole, parts=tuple(values), unit=_unit(total), start=start, end=end)


def _check(
    total: Stated, parts: list[Stated], sentence: Sentence, agrees: Callable[[Stated], bool]
) -> Iterator[WrongSum]:
    if not parts or not all(_exact(part) for part in parts):
        return
    whole, values = _value(total), [_value(part) for part in parts]
    # A list of one sort of claims is to be added as a whole; any other may run into what comes after it.
    sure = all(part.claim is not None and part.claim.text.group for part in parts)
    if any(abs(sum(values[:n]) - whole) < _NEAR for n in range(len(values) if sure else 1, len(values) + 1)):
        return
    # Parts that all stand in the tables only leave some out, unless it is the total that is wrong and they are the whole.
    if max(values) <= whole and all(agrees(part) for part in parts):
        whole_list = not agrees(total) and agrees(_as(total, sum(values)))
        if not whole_list:
            return
    if len(parts) > 1 and parts[1].statement.lead == "、":
        n = next((n for n, part in enumerate(parts[1:], 1) if part.statement.lead != "、"), len(parts))
        parts, values = parts[:n], values[:n]
    words = sentence.text[
        max(0, parts[0].statement.start - sentence.start - 4) : parts[-1].statement.end - sentence.start
    ]
    partial = _PARTIAL.search(words) is not None or not all(part.usable for part in parts)
    if max(values) > whole if partial or len(parts) < 2 else abs(sum(values) - whole) > _NEAR:
        start, end = total.statement.start, parts[-1].statement.end
        yield WrongSum(total=whole, parts=tuple(values), unit=_unit(total), start=start, end=end)


def _as(one: Stated, value: float) -> Stated:
    """The same statement with another figure."""
    figure = one.statement.figure and msgspec.structs.replace(one.statement.figure, value=value)
    return msgspec.structs.replace(one, statement=msgspec.structs.replace(one.statement, figure=figure))


def _parts(inside: list[Stated], nested: list[Stated]) -> list[Stated]:
    """The statements that go on with the list: same depth, unit and sort of figure, up to the next list's total."""
    group = inside[0].claim.text.group if inside[0].claim else ""
    depth = inside[0].statement.depth
    found: list[Stated] = []
    for one in inside:
        if one.statement.depth > depth:
            continue
        own = one.claim.text.group if one.claim else ""
        if one.statement.depth < depth or _unit(one) != _unit(inside[0]) or own != group or one in nested:
            break
        found.append(one)
    return found


def _bracket_lists(sentence: Sentence, figures: list[Stated]) -> Iterator[int]:
    """Brackets behind a figure that list its parts without saying 其中."""
    for before, one, after in zip(figures, figures[1:], figures[2:], strict=False):
        opens = before.statement.depth == 0 and one.statement.depth == after.statement.depth == 1
        text = sentence.text[one.statement.start - sentence.start : one.statement.end - sentence.start]
        group = one.claim.text.group if one.claim else ""
        same = group and after.claim and after.claim.text.group == group
        if opens and same and not _MARK.search(text) and not _NO_PARTS.match(text):
            yield one.statement.start - 1


def _last_before(figures: list[Stated], mark: int) -> Stated | None:
    return next((one for one in reversed(figures) if _start(one) < mark and one.statement.depth == 0), None)


def _start(one: Stated) -> int:
    return one.statement.figure.start if one.statement.figure else one.statement.start


def _unit(one: Stated) -> str:
    return one.statement.figure.unit if one.statement.figure else ""


def _exact(one: Stated) -> bool:
    return one.statement.figure is not None and one.statement.figure.exact and one.statement.figure.step <= 1


def _value(one: Stated) -> float:
    return one.statement.figure.value if one.statement.figure else 0.0
