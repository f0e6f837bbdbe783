"""What conditional formats can make of the looks of a cell: of its number format, its letters and its ground together.

Comparisons with numbers and colour scales are worked out; whether other rules apply is not, so that they may.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

import msgspec

from xlreport.rules.evaluate import is_number
from xlreport.storage.opc import PackageFault
from xlreport.workbook.read.colours import BLACK, Colour, Palette, alike, between, ground
from xlreport.workbook.read.fonts import Oddity, font
from xlreport.workbook.read.ooxml import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

    from xlreport.rules.evaluate import Value

#: How many looks of one cell, and colours of its letters, are held against each other; with more, what is seen is not known.
MOST_LOOKS: Final = 25

#: Stops of a colour scale (ECMA-376 part 1, 18.3.1.16).
MOST_STOPS: Final = 3

#: How many colours stand for a scale of which the cell's own place is not known.
_STEPS: Final = 16


class Comparison(msgspec.Struct, frozen=True):
    """A rule `cellIs` that compares a cell with numbers (ECMA-376 part 1, 18.18.15 ST_ConditionalFormattingOperator)."""

    operator: str
    bounds: tuple[float, ...]

    def holds(self, value: float) -> bool:
        low, high = min(self.bounds), max(self.bounds)
        match self.operator:
            case "equal":
                return value == low
            case "notEqual":
                return value != low
            case "lessThan":
                return value < low
            case "lessThanOrEqual":
                return value <= low
            case "greaterThan":
                return value > low
            case "greaterThanOrEqual":
                return value >= low
            case "between":
                return low <= value <= high
            case "notBetween":
                return not low <= value <= high
        return True  # an operator of another edition


class Scale(msgspec.Struct, frozen=True):
    """The stops of a colour scale: where they stand (None where that is not a number written out), and their colours."""

    places: tuple[float | None, ...]
    colours: tuple[Colour, ...]

    def grounds(self, value: float) -> tuple[Colour, ...]:
        """The colours that a cell of this value may get: one where all stops are known."""
        if None in self.places:
            return tuple(
                between(one, other, n / _STEPS)
                for one, other in pairwise((self.colours[0], *self.colours))
                if one is not None and other is not None
                for n in range(_STEPS + 1)
            )
        stops = [(place, colour) for place, colour in zip(self.places, self.colours, strict=True) if place is not None]
        for (low, one), (high, other) in pairwise(stops):
            if value <= low:
                return (one,)
            if value < high:
                part = (value - low) / (high - low)
                return (None if one is None or other is None else between(one, other, part),)
        return (stops[-1][1],)


class Conditional(msgspec.Struct, frozen=True):
    """A rule, and what it does where it applies; None where it leaves number format, letters or ground as they are.

    Of two rules that do one thing, the one of the lower priority number prevails.
    """

    priority: int = 0
    format: str | None = None
    odd: tuple[Oddity, ...] = ()
    letters: Colour = None
    grounds: tuple[Colour, ...] = ()
    scale: Scale | None = None
    when: Comparison | None = None

    def may_apply(self, value: Value) -> bool:
        """Whether the rule can hold for a cell of this value: known where it compares numbers with numbers."""
        return self.when is None or not is_number(value) or self.when.holds(float(value))

    def of(self, value: Value) -> Conditional:
        """The rule as it meets a cell of this value: a colour scale colours numbers alone."""
        if self.scale is None:
            return self
        grounds = self.scale.grounds(float(value)) if is_number(value) else ()
        return msgspec.structs.replace(self, scale=None, grounds=grounds)

    def __bool__(self) -> bool:
        return self != Conditional(priority=self.priority, when=self.when)


def may_hide(rules: Iterable[Conditional], value: Value, letters: Sequence[Colour], below: Colour) -> bool:
    """Whether letters and ground can come to be alike, with some of the rules that may apply; by themselves they are not.

    Which two colours meet is for the first rule with letters and the first with a ground: no more than two beside those
    that certainly apply. `letters` are the colours of the cell's own.
    """
    looks: dict[Conditional, list[Conditional]] = {}
    for each in sorted((each.of(value) for each in rules), key=lambda rule: rule.priority):
        if each.letters or each.grounds:
            looks.setdefault(msgspec.structs.replace(each, priority=0), []).append(each)
    if looks and max(len(looks), len(letters)) > MOST_LOOKS:
        return True
    # Of one look under several rules, the first and the last have the others between them.
    ends = [each for same in looks.values() for each in dict.fromkeys((same[0], same[-1]))]
    painted = sorted(ends, key=lambda rule: rule.priority)
    certain = [n for n, each in enumerate(painted) if each.when and is_number(value)]
    doubtful = [n for n in range(len(painted)) if n not in certain]
    some = (sorted((*each, *certain)) for count in range(3) for each in combinations(doubtful, count))
    return any(_meet_alike([painted[n] for n in each], letters, below) for each in some if each)


def _meet_alike(rules: Sequence[Conditional], letters: Sequence[Colour], below: Colour) -> bool:
    """Whether letters and ground are alike where all of these rules apply; letters of no colour are black."""
    own = next(((each.letters,) for each in rules if each.letters), letters)
    grounds = next((each.grounds for each in rules if each.grounds), (below,))
    return any(alike(each or BLACK, other) for each in own for other in grounds)


def conditional(dxf: Element, palette: Palette) -> Conditional:
    """A format of a conditional format (`dxf`)."""
    parts = {bare(child.tag): child for child in dxf}
    own, fill, numbers, alignment = (parts.get(name) for name in ("font", "fill", "numFmt", "alignment"))
    letters = None if own is None else font(own, palette)
    repeated: tuple[Oddity, ...] = (
        ("repeated",) if alignment is not None and alignment.get("horizontal") == "fill" else ()
    )
    return Conditional(
        format=None if numbers is None else numbers.get("formatCode", ""),
        odd=((*letters.marks, *repeated) if letters else repeated),
        letters=letters.colour if letters else None,
        grounds=() if fill is None else (ground(fill, palette, of_rule=True),),
    )


def rule_of(element: Element, palette: Palette, listed: Sequence[Conditional]) -> Conditional:
    """A rule (`cfRule`) with what it does: a format of the list, or one of its own in later editions."""
    rule = _change(element, palette, listed)
    return msgspec.structs.replace(rule, priority=_whole(element.get("priority", "")), when=_comparison(element))


def _change(element: Element, palette: Palette, listed: Sequence[Conditional]) -> Conditional:
    if element.get("type") in ("containsBlanks", "containsErrors"):
        return Conditional()  # no cell that is read as filled
    for child in element:
        match bare(child.tag):
            case "dxf":
                return conditional(child, palette)
            case "colorScale":
                return Conditional(scale=_scale(child, palette))
            case "dataBar" | "iconSet" if child.get("showValue") in ("0", "false", "off"):
                return Conditional(odd=("unseen",))
            case "dataBar":
                return Conditional(
                    grounds=tuple(palette.colour(each) for each in child if bare(each.tag) in ("color", "fillColor"))
                )
    index = element.get("dxfId")
    if index is not None and not 0 <= int(index) < len(listed):
        raise PackageFault(f"no format {index}")
    return Conditional() if index is None else listed[int(index)]


def _scale(element: Element, palette: Palette) -> Scale | None:
    """A scale of two or three stops; of one that is not, or not rising, nobody knows the places."""
    stops = [each for each in element if bare(each.tag) == "cfvo"]
    colours = tuple(palette.colour(each) for each in element if bare(each.tag) == "color")
    places = tuple(map(_place, stops[:MOST_STOPS]))
    numbers = [each for each in places if each is not None]
    whole = len(places) == len(colours) == len(numbers) and numbers == sorted(numbers)
    return Scale(places if whole else (None,), colours[:MOST_STOPS]) if colours else None


def _place(stop: Element) -> float | None:
    inside = next((each.text for each in stop if bare(each.tag) == "f"), None)
    return _number(stop.get("val") or inside or "") if stop.get("type") == "num" else None


def _comparison(rule: Element) -> Comparison | None:
    """What a rule compares a cell with, where that is numbers; None for every other rule."""
    if rule.get("type") != "cellIs":
        return None
    bounds = [_number(each.text or "") for each in rule if bare(each.tag) in ("formula", "f")]
    known = tuple(each for each in bounds if each is not None)
    return Comparison(rule.get("operator", ""), known) if known and len(known) == len(bounds) else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
