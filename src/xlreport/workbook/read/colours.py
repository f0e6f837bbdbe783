"""Colours of letters and grounds: those written out, of the palette and of the theme; what cannot be told apart."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, TypeAlias
from xml.etree.ElementTree import parse

import msgspec

from xlreport.workbook.read.ooxml import bare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

#: A colour: red, green and blue; None where it is not known or not said.
Colour: TypeAlias = "tuple[int, int, int] | None"

WHITE, BLACK = (255, 255, 255), (0, 0, 0)

#: Colours whose channels differ by less than this cannot be told apart.
_CONTRAST: Final = 56


def _listed(text: str) -> tuple[Colour, ...]:
    return tuple((each[0], each[1], each[2]) for each in map(bytes.fromhex, text.split()))


_EIGHT = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
#: ECMA-376 part 1, 18.8.27; 64 and 65 are the system's letters and ground.
_INDEXED = _listed(
    f"{_EIGHT}{_EIGHT}"
    "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF "
    "000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333 "
    "000000 FFFFFF"
)
#: Where a workbook brings no theme: white and black, as in all of them.
_THEME: tuple[Colour, ...] = (WHITE, BLACK)


class Palette(msgspec.Struct, frozen=True):
    """What a workbook's colours by number stand for."""

    indexed: tuple[Colour, ...] = _INDEXED
    theme: tuple[Colour, ...] = _THEME

    def colour(self, element: Element) -> Colour:
        """A colour of a font, a fill or a scale; an automatic one is black, as letters are."""
        if (rgb := element.get("rgb")) is not None:
            base = _rgb(rgb)
        elif (theme := element.get("theme")) is not None:
            base = _at(self.theme, theme)
        elif (indexed := element.get("indexed")) is not None:
            base = _at(self.indexed, indexed)
        else:
            base = BLACK if element.get("auto") in ("1", "true") else None
        return base and _tinted(base, element.get("tint") or "0")


def own_palette(styles: Element, theme: Sequence[Colour]) -> Palette:
    """The palette of the part with the styles, which may bring one of its own."""
    own = tuple(_rgb(each.get("rgb", "")) for each in styles.iter() if bare(each.tag) == "rgbColor")
    return Palette((*own[:64], *_INDEXED[len(own[:64]) :]), tuple(theme))


def theme_colours(source: IO[bytes]) -> tuple[Colour, ...]:
    """The colours of a theme in the order in which cells number them: light before dark, twice, then the accents."""
    own: list[Colour] = []
    for scheme in (each for each in parse(source).iter() if bare(each.tag) == "clrScheme"):  # noqa: S314  (the package lets no DOCTYPE through)
        for entry in scheme:
            value = next(iter(entry), None)
            own.append(None if value is None else _rgb(value.get("lastClr") or value.get("val") or ""))
        break
    return (*own[1::-1], *own[3:1:-1], *own[4:]) if len(own) >= 4 else _THEME


def _rgb(text: str) -> Colour:
    try:
        red, green, blue = bytes.fromhex(text)[-3:]
    except ValueError:
        return None
    return red, green, blue


def _at(colours: Sequence[Colour], number: str) -> Colour:
    return colours[int(number)] if number.isascii() and number.isdecimal() and int(number[:5]) < len(colours) else None


def _tinted(colour: tuple[int, int, int], tint: str) -> Colour:
    """A colour made lighter (up to 1) or darker (down to −1)."""
    try:
        by = float(tint)
    except ValueError:
        return None
    if not -1 <= by <= 1:
        return None
    return between(colour, BLACK if by < 0 else WHITE, abs(by))


def between(one: tuple[int, int, int], other: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    """The colour that lies a part (0 to 1) of the way from one to another."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def alike(one: Colour, other: Colour) -> bool:
    """Whether letters of one colour are not seen on a ground of the other, as far as both are known."""
    return (
        one is not None and other is not None and max(abs(a - b) for a, b in zip(one, other, strict=True)) < _CONTRAST
    )


def ground(element: Element, palette: Palette, *, of_rule: bool = False) -> Colour:
    """The colour of a fill that is of one colour; white where there is none. Conditional formats swap the two colours."""
    for pattern in element:
        if bare(pattern.tag) != "patternFill":
            return None
        kind = pattern.get("patternType", "solid" if of_rule else "none")
        if kind == "none":
            return WHITE
        colours = {bare(child.tag): palette.colour(child) for child in pattern}
        return colours.get("bgColor" if of_rule else "fgColor") if kind == "solid" else None
    return WHITE
