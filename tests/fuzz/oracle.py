"""Does a report say what a reader of the workbook sees? Judged without the program's reader.

A figure's cell is found twice: by its defined name, and by the labels around it. What the cell shows must be what the
report's table prints; where the two are written differently, a finding must say so.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fuzz.bases import FILLINGS, base
from fuzz.formats import SHOWN, TEXT_SHOWN
from fuzz.seen import Seen, SeenCell, SeenSheet, see
from support.word_documents import body, text
from xlreport.published.figures import read_report_tables
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.forms.model import Form

#: Sheet (its title, lower case), row and column.
Place: TypeAlias = tuple[str, int, int]

#: The words that stand around a cell: to its left, and above it.
Labels: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]

#: What a cell shows, given its place; None where that cannot be told.
Show: TypeAlias = "Callable[[Place], str | None]"

#: How many rows of labels above a cell tell its column.
_LEVELS = 3

#: The area of a merge that is looked at, at most.
_MERGED = 2_000


class Doubt(NamedTuple):
    """Where a report says something else than a reader of the workbook sees, or it cannot be told (`unknown`)."""

    field: str
    place: Place | None
    shown: str
    printed: str
    why: str
    unknown: bool = False


# Where the fields stand, by the labels around them


class Around(NamedTuple):
    """A form's sheets: the labels on each; which labels stand around each field, and around how many cells."""

    vocabulary: dict[str, frozenset[str]]
    labels: dict[str, tuple[str, Labels, int]]
    places: dict[str, Place]


@cache
def around(form: str) -> Around:
    """From the workbook of this form as it is sent out."""
    seen = see(base(next(name for name, (id_, _) in FILLINGS.items() if id_ == form) + "-written"))
    places = {name: at for name, at in seen.names.items() if not name.startswith(("verdict.", "check.", "meta."))}
    taken = set(places.values())
    vocabulary = {}
    labels: dict[str, tuple[str, Labels, int]] = {}
    for title, sheet in seen.sheets.items():
        words = frozenset(
            squeezed(cell.value)
            for (row, col), cell in sheet.cells.items()
            if cell.kind == "s" and not cell.formula and (title.casefold(), row, col) not in taken
        ) - {""}
        vocabulary[title] = words
        found = positions(sheet, words)
        for name, (home, row, col) in places.items():
            key = next((key for key, at in found.items() if _one(at) == (row, col)), None)
            if home == title.casefold() and key is not None:
                labels[name] = title, key, len(found[key])
    return Around(vocabulary, labels, places)


def _one(at: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The one cell: of several, the first, where they stand side by side (under one merged heading)."""
    side_by_side = all(other == (row, col + 1) for (row, col), other in pairwise(at))
    return at[0] if at and side_by_side else None


def squeezed(value: object) -> str:
    return "".join(str(value).split())


@lru_cache(maxsize=100)
def positions(sheet: SeenSheet, vocabulary: frozenset[str]) -> dict[Labels, list[tuple[int, int]]]:
    """For every set of labels, the cells that stand right of and below them."""
    grid: dict[tuple[int, int], str] = {}
    for place, cell in sheet.cells.items():
        if cell.kind == "s" and not cell.formula and squeezed(cell.value) in vocabulary:
            grid[place] = squeezed(cell.value)
    for r1, c1, r2, c2 in sheet.merges:
        if (r1, c1) in grid and 0 < (r2 - r1 + 1) * (c2 - c1 + 1) <= _MERGED:
            grid.update(dict.fromkeys(((r, c) for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)), grid[r1, c1]))
    rows: dict[int, dict[int, str]] = {}
    for (row, col), words in grid.items():
        rows.setdefault(row, {})[col] = words
    width = max((col for _, col in grid), default=0) + 2
    found: dict[Labels, list[tuple[int, int]]] = {}
    for row in sorted(rows.keys() | {row + 1 for row in rows}):
        line = rows.get(row, {})
        left: tuple[str, ...] = ()
        for col in range(1, width):
            label = line.get(col)
            if label is None:
                found.setdefault((left, _above(rows, row, col)), []).append((row, col))
            elif not left or left[-1] != label:
                left = (*left, label)
    return found


def _above(rows: dict[int, dict[int, str]], row: int, col: int) -> tuple[str, ...]:
    """The block of labels next above, at most three rows of it."""
    words: list[str] = []
    for r in range(row - 1, max(row - 60, 0), -1):
        label = rows.get(r, {}).get(col)
        if label is None:
            if words:
                break
            continue
        words.append(label)
        if len(words) == _LEVELS:
            break
    return tuple(words)


def places_of(seen: Seen, form: Form) -> dict[str, list[Place]]:
    """Where each field stands: by its name, and by its labels where these are found in one place."""
    known = around(form.id)
    found: dict[str, list[Place]] = {}
    sheets = {title.casefold() for title in seen.sheets}
    for id_ in form.fields:
        at = seen.names.get(id_)
        found[id_] = [at] if at is not None and at[0] in sheets else []
    by_title: dict[str, tuple[str, dict[Labels, list[tuple[int, int]]]]] = {}
    for title, words in known.vocabulary.items():
        sheet = _sheet_with(seen, title, words)
        by_title[title] = sheet.title.casefold(), positions(sheet, words)
    for id_, (title, key, cells) in known.labels.items():
        home, index = by_title[title]
        at_label = _one(index.get(key, [])) if len(index.get(key, [])) == cells else None
        if id_ in found and at_label is not None and (place := (home, *at_label)) not in found[id_]:
            found[id_].append(place)
    for id_, places in found.items():
        if not places and known.places[id_][0] in sheets:
            places.append(known.places[id_])
    return found


def _sheet_with(seen: Seen, title: str, words: frozenset[str]) -> SeenSheet:
    """The sheet that holds these words, whatever its title."""

    def share(sheet: SeenSheet) -> tuple[int, bool]:
        texts = {squeezed(cell.value) for cell in sheet.cells.values() if cell.kind == "s"}
        return len(words & texts), sheet.title == title

    return max(seen.sheets.values(), key=share)


# What a cell shows


def shown_in(seen: Seen) -> Show:
    """What the cells show, as far as their number formats are known."""
    sheets = {title.casefold(): sheet for title, sheet in seen.sheets.items()}

    def show(place: Place) -> str | None:
        title, row, col = place
        sheet = sheets.get(title)
        if sheet is None:
            return None
        if any(r1 <= row <= r2 and c1 <= col <= c2 and (row, col) != (r1, c1) for r1, c1, r2, c2 in sheet.merges):
            return ""
        cell = sheet.cells.get((row, col))
        return "" if cell is None else _shown(cell, mac=seen.mac)

    return show


def _shown(cell: SeenCell, *, mac: bool) -> str | None:
    match cell.kind:
        case "b":
            return "TRUE" if cell.value else "FALSE"
        case "e":
            return str(cell.value)
        case "s" if cell.code in TEXT_SHOWN:
            return TEXT_SHOWN[cell.code](str(cell.value))
        case "s":
            return str(cell.value) if cell.code in SHOWN or "@" not in cell.code else None
    if "y" in cell.code and isinstance(cell.value, float):
        start = dt.date(1904, 1, 1) if mac else dt.date(1899, 12, 30)
        try:
            day = start + dt.timedelta(int(cell.value))
        except OverflowError:
            return "#####"
        return f"{day.year}年{day.month}月{day.day}日" if cell.code in ("yyyy/m/d", 'yyyy"年"m"月"d"日"') else None
    return SHOWN[cell.code](float(cell.value)) if cell.code in SHOWN else None


# What a reader takes it for

_FIGURE = re.compile(r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)\s*(.*)\Z", re.DOTALL)


def figure(shown: str) -> float | str | None:
    """The figure that a reader takes from what is shown; "" for a blank, None for what is no figure."""
    narrow = "".join(c for c in unicodedata.normalize("NFKC", shown) if unicodedata.category(c) != "Cf").strip()
    if not narrow:
        return ""
    if narrow in ("/", "无") or all(unicodedata.category(c) == "Pd" or c in "ー─" for c in narrow):
        return "/"
    match = _FIGURE.match(narrow)
    if match is None:
        return None
    number = float(match[1].replace(",", ""))
    rest = match[2].replace("(", "").replace(")", "").strip()
    if rest[:1] == "元":
        number /= 10_000
    elif rest and not re.match(r"[件条个项次份宗起万年]|[^\W\d_]", rest):
        return None
    return round(number, 6)


def _same(seen: float | str | None, printed: str, *, zero: bool) -> bool:
    if seen == "":
        return printed == ("0" if zero else "")
    if seen == "/":
        return printed == "/"
    try:
        return seen is not None and abs(float(printed) - float(seen)) < 1e-6
    except ValueError:
        return False


# The judgement


def judge(
    content: bytes, form: Form, document: bytes, findings: Sequence[Finding], show: Show | None = None
) -> list[Doubt]:
    """Every figure and text of the report that is not what the workbook shows; empty where all is well."""
    seen = see(content)
    show = show or shown_in(seen)
    at = places_of(seen, form)
    blanks = next(iter(at.get("report.blanks") or ()), None)
    zero = (show(blanks) if blanks else "") != "保留空白"
    printed = read_report_tables(document, form).texts
    told = _Told(findings)
    doubts: list[Doubt] = []
    figures: dict[str, float | str | None] = {}
    blind = False
    for field in form.fields.values():
        if field.role != "input" or not field.numeric:
            continue
        taken = [(place, show(place)) for place in at[field.id]]
        figures[field.id] = next((figure(text) for _, text in taken if text is not None), "")
        blind = blind or any(text is None for _, text in taken)
        if field.id in printed:
            doubts += _figure(field.id, taken, printed[field.id], told, zero=zero)
    totals = rulebook(form).compute({id_: None if value == "" else value for id_, value in figures.items()})
    for field in form.computed:
        if field.id in printed:
            taken = [(place, show(place)) for place in at[field.id]]
            doubts += _total(field.id, None if blind else totals[field.id], taken, printed[field.id], told)
    doubts += _texts(form, at, show, document)
    doubts += _laid_over(seen, at, told)
    doubts += [Doubt("", None, "", "", f"two cells in one place on {sheet.title}") for sheet in _doubled(seen, at)]
    return doubts


class _Told:
    """Which fields and cells the findings name."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.fields = {ref.field for each in findings for ref in each.cells}
        self.words = "\n".join(each.message for each in findings)

    def of(self, field: str, place: Place) -> bool:
        letters = ""
        column = place[2]
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return field in self.fields or re.search(rf"{letters}{place[1]}(?![0-9])", self.words) is not None


def _figure(
    id_: str, taken: Sequence[tuple[Place, str | None]], printed: str, told: _Told, *, zero: bool
) -> Iterator[Doubt]:
    if not taken and printed != ("0" if zero else ""):
        yield Doubt(id_, None, "", printed, "printed, and stands nowhere")
    for place, shown in taken:
        if shown is None:
            yield Doubt(id_, place, "?", printed, "nobody knows what is shown", unknown=True)
        elif not _same(figure(shown), printed, zero=zero):
            yield Doubt(id_, place, shown, printed, "another figure")
        elif shown.strip() and not _bare(shown, printed) and not told.of(id_, place):
            yield Doubt(id_, place, shown, printed, "read without a word")


def _bare(shown: str, printed: str) -> bool:
    """Whether a figure is shown as digits alone, as many decimals as one likes."""
    digits = re.sub(r"^0+(?=[0-9])", "", shown.strip().replace(",", ""))
    return digits == printed or (re.fullmatch(r"-?[0-9]+\.[0-9]+", digits) is not None and shown != "3.0000001")


def _total(
    id_: str, total: object, taken: Sequence[tuple[Place, str | None]], printed: str, told: _Told
) -> Iterator[Doubt]:
    if total is not None and abs(float(printed or "nan") - float(str(total))) > 1e-6:
        yield Doubt(id_, None, str(total), printed, "another total")
    for place, shown in taken:
        if shown is None:
            if not told.of(id_, place):
                yield Doubt(id_, place, "?", printed, "nobody knows what is shown", unknown=True)
        elif shown.strip() and not _same(figure(shown), printed, zero=True) and not told.of(id_, place):
            yield Doubt(id_, place, shown, printed, "another total is shown, without a word")


def _texts(form: Form, at: dict[str, list[Place]], show: Show, document: bytes) -> Iterator[Doubt]:
    """Prose, the unit's name, the year and the date stand in the document as they stand in the workbook."""
    words = _letters(text(body(document)))
    for field in form.fields.values():
        if field.role != "input" or not (field.kind in ("prose", "date", "year") or field.id == "unit.name"):
            continue
        for place in at[field.id]:
            shown = show(place)
            if shown is None:
                yield Doubt(field.id, place, "?", "", "nobody knows what is shown", unknown=True)
                continue
            lines = [line for line in shown.splitlines() if "【" not in line]
            if field.kind == "date":
                parts = re.findall(r"\d+", unicodedata.normalize("NFKC", shown))
                lines = ["{}年{}月{}日".format(*map(int, parts))] if len(parts) == 3 else []
            if field.kind == "year":
                lines = re.findall(r"\d{4}", unicodedata.normalize("NFKC", shown))
            for line in lines:
                if _letters(line) not in words:
                    yield Doubt(field.id, place, line[:60], "", "not in the document")


def _laid_over(seen: Seen, at: dict[str, list[Place]], told: _Told) -> Iterator[Doubt]:
    """A box over a sheet is told; no report is made of a workbook where one lies over what is reported."""
    for sheet in seen.sheets.values():
        title = sheet.title.casefold()
        for box in sheet.boxes:
            top, bottom, left, right = box.area
            covered = [
                (field, place)
                for field, places in at.items()
                for place in places
                if place[0] == title and top <= place[1] <= bottom and left <= place[2] <= right
            ]
            yield from (Doubt(field, place, box.text, "", "a box lies over it") for field, place in covered)
            if squeezed(box.text[:10]) not in squeezed(told.words):
                yield Doubt("", (title, top, left), box.text, "", "a box without a word")


def _letters(words: str) -> str:
    """Letters and digits alone: what cleaning, numbering and typesetting leave."""
    return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum())


def _doubled(seen: Seen, at: dict[str, list[Place]]) -> list[SeenSheet]:
    homes = {place[0] for places in at.values() for place in places}
    return [sheet for title, sheet in seen.sheets.items() if sheet.doubled and title.casefold() in homes]
