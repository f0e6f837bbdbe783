"""How the rows and columns of a returned sheet lie against the plan: moved where some were inserted or deleted.

Labels tell: a row whose labels are found again, unchanged, in another row has moved there. Rows between two found ones
moved with them; where the two disagree, defined names decide (Excel moves them along), and what is left is lost.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.workbook.layout.plan import Sheet
    from xlreport.workbook.read.returned import ReturnedSheet


#: How many rows or columns beyond the plan's are looked at for labels that moved.
ROOM = 1_000


class Axis(msgspec.Struct, frozen=True, dict=True):
    """Where each line (row or column) of the plan stands now; None where it is lost.

    `inserted` are lines of the returned sheet that the plan does not have, within its extent.
    """

    places: tuple[int | None, ...]

    @cached_property
    def moved(self) -> bool:
        return any(now != line for line, now in enumerate(self.places))

    @property
    def lost(self) -> tuple[int, ...]:
        return tuple(line for line, now in enumerate(self.places) if now is None)

    @property
    def inserted(self) -> tuple[int, ...]:
        kept = {now for now in self.places if now is not None}
        return tuple(line for line in range(max(kept, default=-1) + 1) if line not in kept)

    def now(self, line: int) -> int | None:
        """Where a line of the plan stands; lines below the plan's last move with it."""
        if line < len(self.places):
            return self.places[line]
        last = self.places[-1] if self.places else 0
        return None if last is None else line + last - (len(self.places) - 1)

    def before(self) -> dict[int, int]:
        """The plan's line for each line of the returned sheet."""
        return {now: line for line, now in enumerate(self.places) if now is not None}


class Shift(msgspec.Struct, frozen=True, dict=True):
    """Both axes of a sheet. `matched` is the share of the plan's labels that stand where they are expected."""

    rows: Axis
    columns: Axis
    matched: float = 1.0

    @cached_property
    def moved(self) -> bool:
        return self.rows.moved or self.columns.moved

    def now(self, row: int, col: int) -> tuple[int, int] | None:
        """Where the cell of the plan stands; None where its row or column is lost."""
        if not self.moved:
            return row, col
        new_row, new_col = self.rows.now(row), self.columns.now(col)
        return None if new_row is None or new_col is None else (new_row, new_col)


def shift_of(sheet: Sheet, returned: ReturnedSheet, named: Mapping[tuple[int, int], tuple[int, int]]) -> Shift:
    """Lay a returned sheet against its plan. `named` says where the names of the plan's cells point on this sheet."""
    labels = sheet.labels
    height = max((cell.row + cell.rows for cell in sheet.cells), default=1)
    width = max((cell.col + cell.cols for cell in sheet.cells), default=1)
    if all(returned.texts.get(place) == text for place, text in labels.items()):
        return Shift(_still(height), _still(width))
    vocabulary = set(labels.values())
    standing = {
        place: text
        for place, text in returned.texts.items()
        if text in vocabulary and place[0] < height + ROOM and place[1] < width + ROOM
    }
    axes = [
        _axis(
            size,
            _lines(labels, n),
            _lines(standing, n),
            _hints({before[n]: [] for before in named}, named, n),
        )
        for n, size in enumerate((height, width))
    ]
    shift = Shift(axes[0], axes[1])
    hits = sum(returned.texts.get(now) == text for place, text in labels.items() if (now := shift.now(*place)))
    return Shift(axes[0], axes[1], hits / len(labels) if labels else 1.0)


def _still(size: int) -> Axis:
    return Axis(tuple(range(size)))


def _lines(texts: Mapping[tuple[int, int], str], n: int) -> dict[int, frozenset[str]]:
    """The labels of each line of axis `n` (0: rows, 1: columns)."""
    lines: dict[int, set[str]] = {}
    for place, text in texts.items():
        lines.setdefault(place[n], set()).add(text)
    return {line: frozenset(labels) for line, labels in lines.items()}


def _hints(hints: dict[int, list[int]], named: Mapping[tuple[int, int], tuple[int, int]], n: int) -> dict[int, int]:
    """Where the names of each line point, where all of a line agree."""
    for before, now in named.items():
        hints[before[n]].append(now[n])
    return {line: places[0] for line, places in hints.items() if len(set(places)) == 1}


def _axis(
    size: int, lines: Mapping[int, frozenset[str]], now_lines: Mapping[int, frozenset[str]], hints: Mapping[int, int]
) -> Axis:
    anchors = _anchors(lines, now_lines)
    if not anchors:
        return _still(size)
    places: list[int | None] = []
    for line in range(size):
        at = bisect_left(anchors, (line, -1))
        after = anchors[at] if at < len(anchors) else None
        before = anchors[at - 1] if at else None
        if after and after[0] == line:
            places.append(after[1])
        else:
            places.append(_between(line, before, after, lines, now_lines, hints))
    return Axis(_distinct(_found_again(places, lines, now_lines)))


def _found_again(
    places: list[int | None], lines: Mapping[int, frozenset[str]], now_lines: Mapping[int, frozenset[str]]
) -> list[int | None]:
    """Lines lost from the order whose labels stand, all of them, in one other line: they were moved or sorted there."""
    taken = set(places)
    for line, place in enumerate(places):
        if place is None and line in lines:
            now = [each for each, texts in now_lines.items() if texts == lines[line] and each not in taken]
            if len(now) == 1:
                places[line] = now[0]
                taken.add(now[0])
    return places


def _anchors(lines: Mapping[int, frozenset[str]], now_lines: Mapping[int, frozenset[str]]) -> list[tuple[int, int]]:
    """Lines whose labels, unique on the sheet, are found again in one line: the longest run in unchanged order.

    A line that still has all its labels where it was counts first.
    """
    where: dict[frozenset[str], list[int]] = {}
    for line, texts in now_lines.items():
        where.setdefault(texts, []).append(line)
    counts: dict[frozenset[str], int] = {}
    for texts in lines.values():
        counts[texts] = counts.get(texts, 0) + 1
    pairs = sorted(
        (line, where[texts][0])
        for line, texts in lines.items()
        if counts[texts] == 1 and len(where.get(texts, ())) == 1
    )
    return longest_rising(pairs)


def longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of pairs whose second members rise."""
    tails: list[int] = []
    tail_at: list[int] = []
    previous: list[int | None] = []
    for n, (_, now) in enumerate(pairs):
        at = bisect_left(tails, now)
        previous.append(tail_at[at - 1] if at else None)
        if at == len(tails):
            tails.append(now)
            tail_at.append(n)
        else:
            tails[at] = now
            tail_at[at] = n
    run: list[tuple[int, int]] = []
    step = tail_at[-1] if tail_at else None
    while step is not None:
        run.append(pairs[step])
        step = previous[step]
    return run[::-1]


def _between(
    line: int,
    before: tuple[int, int] | None,
    after: tuple[int, int] | None,
    lines: Mapping[int, frozenset[str]],
    now_lines: Mapping[int, frozenset[str]],
    hints: Mapping[int, int],
) -> int | None:
    """Where a line stands that is no anchor, from its neighbours, its labels, and its names, in this order."""
    lowest = before[1] + 1 if before else 0
    highest = after[1] - 1 if after else None

    def fits(place: int) -> bool:
        return place >= lowest and (highest is None or place <= highest)

    options = {anchor[1] + line - anchor[0] for anchor in (before, after) if anchor}
    if len(options) == 1 and fits(place := options.pop()):
        return place
    options = {place for place in options if fits(place)}
    by_labels = [place for place in options if lines.get(line) and lines[line] & now_lines.get(place, frozenset())]
    if len(by_labels) == 1:
        return by_labels[0]
    hint = hints.get(line)
    if hint is not None and fits(hint):
        return hint
    # A line without labels or names (a blank one) moves with the one above.
    if line not in lines and before and fits(before[1] + line - before[0]):
        return before[1] + line - before[0]
    return None


def _distinct(places: list[int | None]) -> tuple[int | None, ...]:
    """No two lines of the plan stand in one: the later one is lost."""
    seen: set[int] = set()
    result: list[int | None] = []
    for place in places:
        result.append(None if place in seen else place)
        if place is not None:
            seen.add(place)
    return tuple(result)
