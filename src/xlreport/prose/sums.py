"""A sum stated in one sentence whose parts do not add up: 共95条，其中1条…2条…91条…1条."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.prose.clauses import Sentence
    from xlreport.prose.statements import Stated
    from xlreport.prose.tables import Tables

_MARK = re.compile(r"其中|分别(?:是|为)|具体(?:是|为)")

#: Words of a list that names only some of the parts.
_PARTIAL = re.compile(
    r"等(?!级|次|于|待)|主要|包括|包含|涉及|重点|例如|比如|以[^，。]{0,12}为主|最多|居前|前[三五十]|含|如"
)
#: Where parts come first.
_ADDED = re.compile(r"[\s，]*(?:合计|共计|总计|总共)为?\s*")

_NEAR = 1e-6

#: No list has more parts; a longer one is no list that could be added up.
_PARTS_MOST = 40

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


def wrong_sums(sentence: Sentence, stated: list[Stated], before: list[Stated], tables: Tables) -> Iterator[WrongSum]:
    """The sums of one sentence that do not hold; `before` are the statements of the sentence before it.

    Where all parts stand in the tables, or would not come to the total there either, the list leaves some parts out.
    Lists that say so (等, 主要) are held to it only by a part above the total.
    """
    figures = _figures(stated)
    marks = [sentence.start + match.start() for match in _MARK.finditer(sentence.text)]
    lists = list(_bracket_lists(sentence, figures))
    firsts = [bisect_right(figures, at, key=_start) for at in (*marks, *lists)]
    totals = _totals(figures, firsts)
    # Where a figure is itself the total of a list, the last mark that begins one.
    nested = {id(total): at for at, total in zip(marks, totals, strict=False) if total}
    opening = sentence.start + len(sentence.text) - len(sentence.text.lstrip())
    for at, first, total in zip((*marks, *lists), firsts, totals, strict=True):
        inside = figures[first : first + _PARTS_MOST + 1]
        if not inside:
            continue
        if at == opening:
            total = _total(inside[0], _figures(before))  # noqa: PLW2901  (其中 opens the sentence)
        if total is not None:
            yield from _check(total, _parts(inside, at, nested), sentence, tables)
    yield from _added_up(figures)


def _figures(stated: list[Stated]) -> list[Stated]:
    return [one for one in stated if one.statement.figure is not None and not one.aside]


def _totals(figures: list[Stated], firsts: list[int]) -> list[Stated | None]:
    """For each place of a list's first part, the total before it: see `_total`."""
    outside: dict[str, Stated] = {}
    totals: dict[int, Stated | None] = {}
    wanted = set(firsts)
    for n, one in enumerate(figures):
        if n in wanted:
            total = outside.get(_unit(one))
            totals[n] = total if total and _exact(total) else None
        if one.statement.depth == 0:
            outside[_unit(one)] = one
    return [totals.get(first) for first in firsts]


def _total(first: Stated, before: list[Stated]) -> Stated | None:
    """The figure of which `first` begins the parts: the nearest one outside brackets, of the same unit."""
    outside = [one for one in before if one.statement.depth == 0 and _unit(one) == _unit(first)]
    return outside[-1] if outside and _exact(outside[-1]) else None


def _added_up(figures: list[Stated]) -> Iterator[WrongSum]:
    """Parts first, then 合计: some run of figures right before it must come to it."""
    outside: dict[str, list[Stated]] = {}
    for total in figures:
        parts = outside.setdefault(_unit(total), [])[-_PARTS_MOST - 1 :]
        if total.statement.depth == 0:
            outside[_unit(total)].append(total)
        if not 2 <= len(parts) <= _PARTS_MOST or not _ADDED.fullmatch(total.statement.head):
            continue
        if not all(map(_exact, (*parts, total))):
            continue
        values, whole = [_value(part) for part in parts], _value(total)
        if not any(abs(running - whole) < _NEAR for running in list(accumulate(reversed(values)))[1:]):
            start, end = parts[0].statement.start, total.statement.end
            yield WrongSum(total=whole, parts=tuple(values), unit=_unit(total), start=start, end=end)


def _check(total: Stated, parts: list[Stated], sentence: Sentence, tables: Tables) -> Iterator[WrongSum]:
    if not 1 <= len(parts) <= _PARTS_MOST or not all(_exact(part) for part in parts):
        return
    whole, values = _value(total), [_value(part) for part in parts]
    # What is claimed is in the list for sure, 、 carries it on; any other figure may already be of what comes after it.
    least = max((n for n, part in enumerate(parts) if _group(part)), default=0)
    while least and least + 1 < len(parts) and parts[least + 1].statement.lead == "、":
        least += 1
    if any(abs(running - whole) < _NEAR for running in list(accumulate(values))[least:]):
        return
    while any(map(_group, parts)) and len(parts) > least + 1 and sum(values) > whole:
        parts, values = parts[:-1], values[:-1]
    if max(values) <= whole and _leaves_out(total, parts, sentence.text, tables):
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


def _leaves_out(total: Stated, parts: list[Stated], sentence: str, tables: Tables) -> bool:
    """Whether the list leaves parts out: the tables know all that it names, and these are not the whole there either."""
    held = [value for part in parts if (value := tables.value(part, sentence)) is not None]
    if len(held) < len(parts):
        return False
    right = all(tables.stands(part, sentence) for part in parts)
    whole = tables.value(total, sentence)
    if whole is None:
        return right or sum(held) < _value(total) > sum(map(_value, parts))
    # A total may stand though it is not the plain figure: 共办理11件（含上年结转1件）.
    return (right and tables.stands(total, sentence)) or abs(sum(held) - whole) > _NEAR


def _parts(inside: list[Stated], at: int, nested: dict[int, int]) -> list[Stated]:
    """The statements that go on with the list at `at`: same depth, unit and sort of figure, up to the next list's total.

    A part that no claim takes goes on with a list of claims (部门工作91条、指南1条); claims go on with it behind 、 only.
    """
    group = _group(inside[0])
    depth = inside[0].statement.depth
    parts: list[Stated] = []
    for one in inside:
        if one.statement.depth > depth:
            continue
        if one.statement.depth < depth or _unit(one) != _unit(inside[0]) or nested.get(id(one), at) > at:
            break
        own = _group(one)
        if own and own != group and (group or one.statement.lead != "、"):
            break
        if own and parts and not _group(parts[-1]) and one.statement.lead != "、":
            break
        group = group or own
        parts.append(one)
    return parts


def _bracket_lists(sentence: Sentence, figures: list[Stated]) -> Iterator[int]:
    """Brackets behind a figure that list its parts without saying 其中."""
    for before, one, after in zip(figures, figures[1:], figures[2:], strict=False):
        opens = before.statement.depth == 0 and one.statement.depth == after.statement.depth == 1
        text = sentence.text[one.statement.start - sentence.start : one.statement.end - sentence.start]
        same = _group(one) and _group(after) == _group(one)
        if opens and same and not _MARK.search(text) and not _NO_PARTS.match(text):
            yield one.statement.start - 1


def _group(one: Stated) -> str:
    return one.claim.text.group if one.claim else ""


def _start(one: Stated) -> int:
    return one.statement.figure.start if one.statement.figure else one.statement.start


def _unit(one: Stated) -> str:
    return one.statement.figure.unit if one.statement.figure else ""


def _exact(one: Stated) -> bool:
    return one.statement.figure is not None and one.statement.figure.exact and one.statement.figure.step <= 1


def _value(one: Stated) -> float:
    return one.statement.figure.value if one.statement.figure else 0.0
