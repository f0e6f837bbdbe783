"""Texts of cells, with the fonts of their runs: those that stand in the cell and those of the workbook's table."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from xlreport.storage.opc import PackageFault
from xlreport.workbook.read.fonts import Font, font
from xlreport.workbook.read.ooxml import characters, known, local, unescape

if TYPE_CHECKING:
    from xlreport.workbook.read.colours import Palette


class Text(NamedTuple):
    """A string: its characters, and, where it has runs, each run with its own font (None: the cell's)."""

    value: str
    runs: tuple[tuple[str, Font | None], ...] = ()


def text_of(element: Element, palette: Palette) -> Text:
    """A string (`si`, `is`): its runs joined, phonetic guides left out. Raises PackageFault for what the schema does not know."""
    runs: list[tuple[str, Font | None]] = []
    rich = False
    for kind, child in known(element, ("t", "r", "rPh", "phoneticPr", "extLst")):
        if kind == "t":
            runs.append((characters(child), None))
        elif kind == "r":
            rich = True
            own: Font | None = None
            for part, piece in known(child, ("rPr", "t")):
                if part == "rPr":
                    own = font(piece, palette)
                else:
                    runs.append((characters(piece), own))
    value = unescape("".join(piece for piece, _ in runs))
    return Text(value, tuple((unescape(piece), own) for piece, own in runs) if rich else ())


def shared_strings(source: IO[bytes], palette: Palette) -> list[Text]:
    """The workbook's table of strings. Raises PackageFault where a string may stand elsewhere than in the table."""
    strings: list[Text] = []
    root = None
    for _, root in iterparse(source):  # noqa: S314  (the package lets no DOCTYPE through)
        if local(root.tag) == "si":
            strings.append(text_of(root, palette))
            root.clear()
    if root is None or local(root.tag) != "sst":
        raise PackageFault("no table of strings")
    if sum(kind == "si" for kind, _ in known(root, ("si", "extLst"))) != len(strings):
        raise PackageFault("strings outside the table")
    return strings
