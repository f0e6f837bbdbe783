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


def wrong_sums(sentence: Sentence, stated: list[Stated], agrees: Callable[[Stated], bool]) -> Iterator[WrongSum]:
    """The sums of one sentence that do not hold.

    `agrees` says whether a statement stands in the tables with just this figure: where all parts do, the list merely
    leaves some out (and a wrong total is found by itself). Lists that say so (等, 主要) are held to it only by a part above the total.
    """
    figures = [one for one in stated if one.statement.figure is not None and not one.aside]
    marks = [sentence.start + match.start() for match in _MARK.finditer(sentence.text)]
    for at in (*marks, *_bracket_lists(sentence, figures)):
        inside = [one for one in figures if _start(one) > at]
        before = [one for one in figures if _start(one) < at]
        if not inside:
            continue
        first = inside[0].statement
        depth = first.depth
        totals = [one for one in before if one.statement.depth == 0 and _unit(one) == _unit(inside[0])]
        if depth == 0 and before:
            totals = totals[-1:]
        if not totals or not _exact(totals[-1]):
            continue
        nested = [one for mark in marks if mark > at for one in [_last_before(figures, mark)] if one]
        yield from _check(totals[-1], _parts(inside, depth, nested), sentence, agrees)


def _check(
    total: Stated, parts: list[Stated], sentence: Sentence, agrees: Callable[[Stated], bool]
) -> Iterator[WrongSum]:
    if not parts or not all(_exact(part) for part in parts):
        return
    whole, values = _value(total), [_value(part) for part in parts]
    # A list of one sort of claims is to be added as a whole; any other may run into what comes after it.
    sure = all(part.claim is not None and part.claim.text.group for part in parts)
    if any(abs(sum(values[:n]) - whole) < 1e-6 for n in range(len(values) if sure else 1, len(values) + 1)):
        return
    if max(values) <= whole and all(agrees(part) for part in parts):
        return
    if len(parts) > 1 and parts[1].statement.lead == "、":
        n = next((n for n, part in enumerate(parts[1:], 1) if part.statement.lead != "、"), len(parts))
        parts, values = parts[:n], values[:n]
    start, end = total.statement.start, parts[-1].statement.end
    words = sentence.text[total.statement.end - sentence.start : end - sentence.start]
    partial = _PARTIAL.search(words) is not None or not all(part.usable for part in parts)
    wrong = max(values) > whole if partial or len(parts) < 2 else abs(sum(values) - whole) > 1e-6
    if wrong:
        yield WrongSum(total=whole, parts=tuple(values), unit=_unit(total), start=start, end=end)


def _parts(inside: list[Stated], depth: int, nested: list[Stated]) -> list[Stated]:
    """The statements that go on with the list: same depth, unit and sort of figure, up to the next list's total."""
    group = inside[0].claim.text.group if inside[0].claim else ""
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
