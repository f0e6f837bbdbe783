"""The styles of a workbook: what the number format, the font and the alignment of a cell do to what is seen of it."""

from __future__ import annotations

from functools import cached_property
from typing import IO, TYPE_CHECKING

import msgspec

from xlreport.storage.opc import PackageFault
from xlreport.workbook.read.colours import WHITE, Colour, Palette, ground, own_palette
from xlreport.workbook.read.conditional import Conditional, conditional
from xlreport.workbook.read.dates import BUILTIN_FORMATS, shows_date
from xlreport.workbook.read.direction import turned
from xlreport.workbook.read.fonts import Font, Oddity, font
from xlreport.workbook.read.number_format import DATES, LONGEST_CODE, PLAIN, uncertain
from xlreport.workbook.read.ooxml import children, local, tree, truth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from xlreport.workbook.read.strings import Text

#: Formats of other editions of Excel, which a workbook may use without spelling them out: East Asian and Thai dates.
_DATE_IDS = frozenset({*range(27, 37), *range(50, 59), *range(71, 82)})
_PERCENT = {67: "0%", 68: "0.00%"}

#: A workbook of ours has some 100 styles; Excel allows 65,490.
MAX_STYLES = 70_000


class Style(msgspec.Struct, frozen=True, dict=True):
    """`format` is the number format: "" where it shows every value as it stands, DATES for one of dates and times.

    `unlocked` cells can be typed in while the sheet is protected.
    """

    format: str = ""
    font: Font = Font()
    ground: Colour = WHITE
    repeated: bool = False
    unlocked: bool = False

    @cached_property
    def odd(self) -> tuple[Oddity, ...]:
        return self.of(self.font)

    def of(self, font: Font) -> tuple[Oddity, ...]:
        """What makes a text in this font look otherwise in such a cell."""
        return font.oddities(self.ground) + (("repeated",) if self.repeated else ())

    def letters(self, text: Text) -> tuple[Colour, ...]:
        """The colours of the letters of a text, each once."""
        if not text.runs:
            return (self.font.colour,)
        return tuple(dict.fromkeys((own or self.font).colour for _, own in text.runs))

    def pieces(self, text: Text) -> tuple[tuple[str, tuple[Oddity, ...]], ...]:
        """The pieces of a text under this style that look otherwise than they read; spaces look like nothing anyway."""
        reordered: tuple[tuple[str, tuple[Oddity, ...]], ...]
        reordered = tuple((piece, ("turned",)) for piece in turned(text.value))
        if not self.odd and not text.runs:
            return reordered
        looks = ((piece, self.of(own or self.font)) for piece, own in text.runs or ((text.value, None),))
        return (*((piece, odd) for piece, odd in looks if odd and piece.strip()), *reordered)


class Styles(msgspec.Struct, frozen=True):
    """The styles of cells and those of conditional formats, by their index."""

    cells: tuple[Style, ...] = ()
    conditional: tuple[Conditional, ...] = ()
    palette: Palette = Palette()

    def of(self, index: str) -> Style:
        """The style of a cell with this `s`. Raises PackageFault where there is none: it would look one does not know how."""
        number = int(index) if index.strip() else 0
        if not number and not self.cells:
            return Style()
        if not 0 <= number < len(self.cells):
            raise PackageFault(f"no style {number}")
        return self.cells[number]


def read_styles(source: IO[bytes], theme: Sequence[Colour] = Palette().theme) -> Styles:
    """The part with the styles; `theme` are the colours that it may name by number. Raises PackageFault where its lists hold what the schema does not know."""
    root = tree(source, "styleSheet")
    codes = _declared(root)
    palette = own_palette(root, theme)
    fonts = tuple(font(each, palette) for each in _listed(root, "fonts", "font"))
    grounds = tuple(ground(each, palette) for each in _listed(root, "fills", "fill"))
    cells = []
    for xf in _listed(root, "cellXfs", "xf"):
        alignment = next((child for child in xf if local(child.tag) == "alignment"), None)
        repeated = alignment is not None and alignment.get("horizontal") == "fill"
        lock = next((child for child in xf if local(child.tag) == "protection"), None)
        unlocked = lock is not None and not truth(lock.get("locked", "1"))
        below = grounds[int(xf.get("fillId") or 0)] if grounds else WHITE
        own = fonts[int(xf.get("fontId") or 0)] if fonts else Font()
        cells.append(Style(_format(int(xf.get("numFmtId") or 0), codes), own, below, repeated, unlocked))
    changes = tuple(conditional(dxf, palette) for dxf in _listed(root, "dxfs", "dxf"))
    return Styles(tuple(cells), changes, palette)


def _listed(root: Element, name: str, item: str) -> list[Element]:
    items = children(root, name)
    if len(items) > MAX_STYLES or any(local(child.tag) != item for child in items):
        raise PackageFault(name)
    return items


def _declared(root: Element) -> dict[int, str]:
    """The number formats that are spelled out, by id; "" is none. Excel repeats them for readers of other editions."""
    codes: dict[int, str] = {}
    for each in (each for child in root if local(child.tag) == "numFmts" for each in child.iter()):
        if local(each.tag) == "numFmt":
            id_, code = int(each.get("numFmtId") or 0), each.get("formatCode", "")
            codes[id_] = code if codes.get(id_, code) == code else uncertain(f"编号{id_}")
    return codes


def _format(id_: int, declared: dict[int, str]) -> str:
    if id_ in declared:
        return format_of(declared[id_])
    if id_ in _DATE_IDS:
        return DATES
    code = BUILTIN_FORMATS.get(id_) or _PERCENT.get(id_)
    # What other ids stand for is a matter of the edition.
    return uncertain(f"编号{id_}") if code is None else format_of(code)


def format_of(code: str) -> str:
    """A number format as cells bear it: "" where it shows every value as it stands, DATES for one of dates and times."""
    if code in PLAIN:
        return ""
    if len(code) > LONGEST_CODE:
        return uncertain(f"{len(code)}个字符")
    return DATES if shows_date(code) else code
