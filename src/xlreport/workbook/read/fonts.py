"""What a font does to what is read: struck out, raised, lowered, not to be seen, in signs instead of letters.

Bold, italic, underline and colour that stands out from its ground are harmless. Colours are told apart as far as they are
written out; themes are taken for the usual one (0 white, 1 black).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.rules.evaluate import is_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlreport.rules.evaluate import Value

#: What makes a text look like another than is read.
Oddity: TypeAlias = Literal["struck", "raised", "lowered", "unseen", "signs", "repeated"]

#: In the words of staff, after the text that looks so.
ODDITIES: dict[Oddity, str] = {
    "struck": "加了删除线",
    "raised": "是上标",
    "lowered": "是下标",
    "unseen": "看不见（字是隐藏的、与底色几乎相同，或小得看不清）",
    "signs": "用了符号字体，显示的不是这些字",
    "repeated": "的对齐方式是“填充”，会重复显示",
}

#: A colour: red, green and blue; None where it is not known (or automatic, which is always seen).
Colour: TypeAlias = "tuple[int, int, int] | None"

WHITE, BLACK = (255, 255, 255), (0, 0, 0)

#: Colours whose channels differ by less than this cannot be told apart.
_CONTRAST = 56

#: Points; smaller letters are specks.
_LEAST_SIZE = 4

_SIGN_FONTS = ("wingdings", "webdings", "symbol", "marlett", "mt extra", "zapf dingbats", "opensymbol")

#: The first colours of the palette, in both of its runs; 64 and 65 are those of the system.
_PALETTE = (
    (0, 0, 0),
    (255, 255, 255),
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 0),
    (255, 0, 255),
    (0, 255, 255),
)
_INDEXED: dict[str, tuple[int, int, int]] = {str(n): _PALETTE[n % 8] for n in range(16)} | {"64": BLACK, "65": WHITE}


class Font(msgspec.Struct, frozen=True):
    """What of a font can make a text look otherwise; the size in points."""

    marks: tuple[Oddity, ...] = ()
    colour: Colour = None

    def oddities(self, ground: Colour = WHITE) -> tuple[Oddity, ...]:
        """What makes a text in this font, on this ground, look like another than is read."""
        if "unseen" in self.marks or not _alike(self.colour, ground):
            return self.marks
        return (*self.marks, "unseen")


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


class Conditional(msgspec.Struct, frozen=True):
    """What a conditional format can do to a cell when its rule applies; `format` None where it leaves the number format."""

    format: str | None = None
    odd: tuple[Oddity, ...] = ()
    when: Comparison | None = None

    def may_apply(self, value: Value) -> bool:
        """Whether the rule can hold for a cell of this value: known where it compares numbers with numbers."""
        return self.when is None or not is_number(value) or self.when.holds(float(value))  # type: ignore[arg-type]

    def __bool__(self) -> bool:
        return self.format is not None or bool(self.odd)


def _alike(one: Colour, other: Colour) -> bool:
    return (
        one is not None and other is not None and max(abs(a - b) for a, b in zip(one, other, strict=True)) < _CONTRAST
    )


def font(element: Element) -> Font:
    """A font of the styles (`font`), of a run (`rPr`) or of a conditional format."""
    marks: list[Oddity] = []
    colour: Colour = None
    for child in element:
        name, value = child.tag.rpartition("}")[2], child.get("val", "")
        off = value in ("0", "false", "off")
        match name:
            case "strike" | "dstrike" if not off:
                marks.append("struck")
            case "vertAlign" if value in ("superscript", "subscript"):
                marks.append("raised" if value == "superscript" else "lowered")
            case "vanish" | "webHidden" | "specVanish" if not off:
                marks.append("unseen")
            case "sz" if _size(value) < _LEAST_SIZE:
                marks.append("unseen")
            case "charset" if value == "2":
                marks.append("signs")
            case "name" | "rFont" if value.casefold().startswith(_SIGN_FONTS):
                marks.append("signs")
            case "color":
                colour = colour_of(child)
    return Font(tuple(dict.fromkeys(marks)), colour)


def _size(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return _LEAST_SIZE


def colour_of(element: Element) -> Colour:
    """A colour that is written out, an entry of the palette, or white and black of the theme."""
    if (rgb := element.get("rgb")) is not None:
        try:
            red, green, blue = bytes.fromhex(rgb)[-3:]
        except ValueError:
            return None
        return _tinted((red, green, blue), element.get("tint"))
    theme = {"0": WHITE, "1": BLACK}.get(element.get("theme", ""))
    base = _INDEXED.get(element.get("indexed", "")) if theme is None else theme
    return None if base is None else _tinted(base, element.get("tint"))


def _tinted(colour: tuple[int, int, int], tint: str | None) -> Colour:
    """A colour made lighter (up to 1) or darker (down to −1)."""
    try:
        by = max(-1.0, min(1.0, float(tint or 0)))
    except ValueError:
        return None
    red, green, blue = (round(c * (1 + by) if by < 0 else c + (255 - c) * by) for c in colour)
    return red, green, blue


def ground(element: Element, *, of_rule: bool = False) -> Colour:
    """The colour of a fill that is of one colour; white where there is none. Conditional formats swap the two colours."""
    for pattern in element:
        if pattern.tag.rpartition("}")[2] != "patternFill":
            return None
        kind = pattern.get("patternType", "solid" if of_rule else "none")
        if kind == "none":
            return WHITE
        colours = {child.tag.rpartition("}")[2]: colour_of(child) for child in pattern}
        return colours.get("bgColor" if of_rule else "fgColor") if kind == "solid" else None
    return WHITE
