"""What lies over the cells of a sheet: text boxes, shapes with text, pictures, charts. None of it is a cell's content.

DrawingML (ECMA-376 part 1, 20.5) and the VML of older programs, where notes on cells are shapes too: those are left out.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError, fromstring

from xlreport.storage.opc import PackageFault, UnsafePart
from xlreport.workbook.read.ooxml import Area, bare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from xlreport.storage.opc import Package

#: Kinds of relations that lead from a sheet to what is drawn on it.
_KINDS = frozenset({"drawing", "vmlDrawing"})

_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})

#: How small and how large rows and columns may be, in EMU (360,000 a cm).
_LEAST_ROW, _LEAST_COLUMN = 144_000, 180_000
_MOST_ROW, _MOST_COLUMN = 5_200_000, 18_000_000

#: So many drawings of a sheet are looked at.
MOST = 500


class Drawn(NamedTuple):
    """A drawing: the cells it lies over, and its text ("" for a picture). Where it says no place it lies on A1."""

    area: Area
    text: str

    def over(self, row: int, col: int) -> bool:
        top, left, bottom, right = self.area
        return top <= row <= bottom and left <= col <= right


def drawings(package: Package, sheet: str) -> tuple[Drawn, ...]:
    """The drawings of a sheet's part. What is no drawing at all shows nothing, in any program."""
    drawn: list[Drawn] = []
    for relation in package.relations(sheet).values():
        if relation.kind not in _KINDS or relation.part not in package:
            continue
        try:
            content = package.xml(relation.part).getvalue()
            vml = posixpath.splitext(relation.part)[1] == ".vml"
            drawn.extend(_shapes(_of_vml(content)) if vml else _anchors(_parsed(content)))
        except (ParseError, PackageFault, UnsafePart, LookupError, ValueError):
            continue
    return tuple(drawn[:MOST])


def _parsed(content: bytes) -> Element:
    return fromstring(content)  # noqa: S314  (the package lets no DOCTYPE through)


def _of_vml(content: bytes) -> Element:
    """VML is no XML to the programs that write it: line breaks are left open, entities and attributes are those of HTML."""
    try:
        return _parsed(content)
    except ParseError:
        from lxml import etree, html

        try:
            return _parsed(etree.tostring(html.document_fromstring(content.decode("utf-8", "replace"))))
        except etree.LxmlError:
            raise ParseError from None


def _anchors(root: Element) -> Iterator[Drawn]:
    for anchor in root.iter():
        if bare(anchor.tag) not in _ANCHORS:
            continue
        text = "\n".join(_paragraphs(anchor))
        position = _extent(anchor, "pos", ("y", "x"))
        first = _corner(anchor, "from") or (position[0] // _MOST_ROW, position[1] // _MOST_COLUMN)
        last = _corner(anchor, "to", before=True) or (_reach(anchor, first, position) if text else first)
        yield Drawn((*first, *last), text)


def _extent(anchor: Element, name: str, sides: tuple[str, str]) -> tuple[int, int]:
    """Two lengths, down and to the right; 0 where they are not said."""
    child = next((child for child in anchor if bare(child.tag) == name), None)
    down, right = ((child.get(side, "") if child is not None else "") for side in sides)
    return int(down) if down.isdecimal() else 0, int(right) if right.isdecimal() else 0


def _reach(anchor: Element, first: tuple[int, int], position: tuple[int, int]) -> tuple[int, int]:
    """The last cell that a drawing may lie over of which only the size is said, however small the cells are."""
    size = _extent(anchor, "ext", ("cy", "cx"))
    rows, columns = (
        (at + long) // least for at, long, least in zip(position, size, (_LEAST_ROW, _LEAST_COLUMN), strict=True)
    )
    return (rows, columns) if any(position) else (first[0] + rows, first[1] + columns)


def _corner(anchor: Element, name: str, *, before: bool = False) -> tuple[int, int] | None:
    """The row and column of a corner; with `before` those of the last cell that it lies in, not at the beginning of."""
    corner = next((child for child in anchor if bare(child.tag) == name), None)
    if corner is None:
        return None
    held = {bare(child.tag): (child.text or "").strip() for child in corner}
    row, col = held.get("row", ""), held.get("col", "")
    if not (row.isdecimal() and col.isdecimal()):
        return None
    least = [before and held.get(name, "0") == "0" for name in ("rowOff", "colOff")]
    return max(int(row) - least[0], 0), max(int(col) - least[1], 0)


def _paragraphs(anchor: Element) -> Iterator[str]:
    """The paragraphs of every shape of an anchor, grouped ones too; a second rendering of the same says nothing new."""
    seen: set[str] = set()
    for body in anchor.iter():
        if bare(body.tag) != "p":
            continue
        text = "".join(each.text or "" for each in body.iter() if bare(each.tag) == "t").strip()
        if text and text not in seen:
            seen.add(text)
            yield text


def _shapes(root: Element) -> Iterator[Drawn]:
    """The shapes of VML, as XML or as HTML, which knows neither capitals nor namespaces."""
    for shape in root.iter():
        if _name(shape) not in ("shape", "rect", "roundrect", "oval"):
            continue
        data = next((child for child in shape.iter() if _name(child) == "clientdata"), None)
        if data is not None and "Note" in data.attrib.values():
            continue
        boxes = (child for child in shape.iter() if _name(child) == "textbox")
        text = "\n".join(filter(None, (" ".join("".join(box.itertext()).split()) for box in boxes)))
        yield Drawn(_area(data), text)


def _name(element: Element) -> str:
    return bare(element.tag).rpartition(":")[2].lower()


def _area(data: Element | None) -> Area:
    """x:Anchor: left column, offset, top row, offset, right column, offset, bottom row, offset."""
    text = next((child.text or "" for child in data or () if _name(child) == "anchor"), "")
    numbers = [int(part) for part in text.replace(" ", "").split(",") if part.isdecimal()]
    return (numbers[2], numbers[0], numbers[6], numbers[4]) if len(numbers) == 8 else (0, 0, 0, 0)
