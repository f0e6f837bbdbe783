"""What a font does to what is read: struck out, raised, lowered, not to be seen, in signs instead of letters.

Bold, italic, underline and colour that stands out from its ground are harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.workbook.read.colours import WHITE, Colour, alike
from xlreport.workbook.read.ooxml import bare

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from xlreport.workbook.read.colours import Palette

#: What makes a text look like another than is read.
Oddity: TypeAlias = Literal["struck", "raised", "lowered", "unseen", "signs", "repeated", "turned"]

#: In the words of staff, after the text that looks so.
ODDITIES: dict[Oddity, str] = {
    "struck": "加了删除线",
    "raised": "是上标",
    "lowered": "是下标",
    "unseen": "看不见（字是隐藏的、与底色几乎相同，或小得看不清）",
    "signs": "用了符号字体，显示的不是这些字",
    "repeated": "的对齐方式是“填充”，会重复显示",
    "turned": "前面有看不见的方向符号，显示的次序与实际的不同",
}

#: Points; smaller letters are specks.
_LEAST_SIZE = 4

_SIGN_FONTS = ("wingdings", "webdings", "symbol", "marlett", "mt extra", "zapf dingbats", "opensymbol")


class Font(msgspec.Struct, frozen=True):
    """What of a font can make a text look otherwise; the size in points."""

    marks: tuple[Oddity, ...] = ()
    colour: Colour = None

    def oddities(self, ground: Colour = WHITE) -> tuple[Oddity, ...]:
        """What makes a text in this font, on this ground, look like another than is read."""
        if "unseen" in self.marks or not alike(self.colour, ground):
            return self.marks
        return (*self.marks, "unseen")


def font(element: Element, palette: Palette) -> Font:
    """A font of the styles (`font`), of a run (`rPr`) or of a conditional format."""
    marks: list[Oddity] = []
    colour: Colour = None
    for child in element:
        name, value = bare(child.tag), child.get("val", "")
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
                colour = palette.colour(child)
    return Font(tuple(dict.fromkeys(marks)), colour)


def _size(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return _LEAST_SIZE
