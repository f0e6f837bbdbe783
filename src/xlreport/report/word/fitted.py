"""Layout that depends on what is printed, which no template can say: laid over the report when its text is complete.

A figure too wide for its cell is set narrower, so that no number breaks; a title of several lines is broken into even
ones; signature and date share one axis and as much room as the longest line needs. No word is touched. Sizes come from
the document's own styles, so that this holds for any template; lengths are twentieths of a point, as in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from lxml import etree

from xlreport.report.even_lines import NARROW, SLACK, evened, width
from xlreport.report.word.parts import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL: Final = f"{_W}val"
_STYLES: Final = "word/styles.xml"

#: A figure as a report prints it.
_FIGURE: Final = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?%?")

#: A digit in the widest font that may stand in, in sizes of the letter; below this percentage nobody reads it.
_DIGIT, _LEAST_SCALE = 0.56, 40

#: Properties of a run that stand behind its scale, and of a paragraph behind its indent.
_AFTER_SCALE: Final = frozenset(
    "kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath".split()
)
_AFTER_INDENT: Final = frozenset(
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId"
    " cnfStyle rPr sectPr pPrChange".split()
)


class _Style(msgspec.Struct, frozen=True):
    """What a style of the document comes to: its built-in name, size and scale of its letters, indent, margins of cells."""

    name: str = ""
    size: int = 20
    scale: int = 100
    left: int = 0
    margins: int = 216

    @property
    def letter(self) -> float:
        """The width of a Chinese character."""
        return self.size * 10 * self.scale / 100


def fitted(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a report with the layout that its text asks for."""
    root = etree.fromstring(parts[DOCUMENT])
    styles = _styles(parts.get(_STYLES, b"<none/>"))
    room = _text_width(root)
    changes = [*_narrow_figures(root, styles), *_even_titles(root, styles, room), *_one_axis(root, styles, room)]
    if not any(changes):
        return dict(parts)
    return {**parts, DOCUMENT: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}


def _styles(part: bytes) -> dict[str, _Style]:
    """Every style of the document by its id; "" is what holds where none is named."""
    root = etree.fromstring(part)
    elements = {element.get(f"{_W}styleId", ""): element for element in root.iter(f"{_W}style")}
    plain = _laid(_Style(), root.find(f"{_W}docDefaults/{_W}rPrDefault"))

    def style(id_: str, seen: frozenset[str]) -> _Style:
        element = elements.get(id_)
        if element is None or id_ in seen:
            return plain
        base = element.find(f"{_W}basedOn")
        under = style(base.get(_VAL, ""), seen | {id_}) if base is not None else plain
        return _laid(under, element)

    return {"": plain} | {id_: style(id_, frozenset()) for id_ in elements}


def _laid(under: _Style, element: Any) -> _Style:
    """The style with what an element says over it."""
    if element is None:
        return under

    def said(path: str, attribute: str, default: int) -> int:
        stated = element.find("/".join(_W + step for step in path.split("/")))
        text = stated.get(_W + attribute, "") if stated is not None else ""
        return int(text) if text.lstrip("-").isdecimal() else default

    name = element.find(f"{_W}name")
    sides = [said(f"tblPr/tblCellMar/{side}", "w", under.margins // 2) for side in ("left", "right")]
    return _Style(
        name=name.get(_VAL, "") if name is not None else under.name,
        size=said("rPr/sz", "val", under.size),
        scale=said("rPr/w", "val", under.scale),
        left=said("pPr/ind", "left", under.left),
        margins=sum(sides),
    )


def _text_width(root: Any) -> int:
    """The width of the text on a page of the last section; 0 where the document has none."""
    section = root.find(f"{_W}body/{_W}sectPr")
    size, margins = (section.find(_W + tag) if section is not None else None for tag in ("pgSz", "pgMar"))
    if size is None or margins is None:
        return 0
    lengths = [size.get(f"{_W}w", ""), *(margins.get(_W + side, "") for side in ("left", "right"))]
    if not all(text.isdecimal() for text in lengths):
        return 0
    page, left, right = map(int, lengths)
    return page - left - right


def _style_of(paragraph: Any, styles: Mapping[str, _Style]) -> _Style:
    named = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return styles.get(named.get(_VAL, "") if named is not None else "Normal") or styles[""]


def _text(element: Any) -> str:
    return "".join("\n" if each.tag == f"{_W}br" else each.text or "" for each in element.iter(f"{_W}t", f"{_W}br"))


def _narrow_figures(root: Any, styles: Mapping[str, _Style]) -> Iterator[bool]:
    """Sets a figure that would not fit on one line of its cell narrower; True for each."""
    for table in root.iter(f"{_W}tbl"):
        named = table.find(f"{_W}tblPr/{_W}tblStyle")
        margins = styles.get(named.get(_VAL, "") if named is not None else "", styles[""]).margins
        for cell in table.iter(f"{_W}tc"):
            figure = _text(cell).strip()
            given = cell.find(f"{_W}tcPr/{_W}tcW")
            if given is None or given.get(f"{_W}type") != "dxa" or not given.get(f"{_W}w", "").isdecimal():
                continue
            if not _FIGURE.fullmatch(figure):
                continue
            paragraph = next(cell.iter(f"{_W}p"))
            needed = len(figure) * _DIGIT * _style_of(paragraph, styles).letter
            scale = int((int(given.get(f"{_W}w")) - margins) * 100 / needed)
            if scale < 100:
                for run in cell.iter(f"{_W}r"):
                    _put(_properties(run, "rPr"), "w", _AFTER_SCALE, val=max(scale, _LEAST_SCALE))
                yield True


def _even_titles(root: Any, styles: Mapping[str, _Style], room: int) -> Iterator[bool]:
    """Indents a title that is longer than a line on both sides, so that it breaks where words end and lines are alike."""
    for paragraph in root.iterfind(f"{_W}body/{_W}p"):
        style = _style_of(paragraph, styles)
        if style.name.lower() == "title":
            yield _even(paragraph, style, room, 0)


def _even(paragraph: Any, style: _Style, room: int, left: int) -> bool:
    """Indents a centred paragraph so that its lines are alike; `left` is the indent that it has in any case."""
    lines = _text(paragraph).split("\n")
    fit = int((room - left) / style.letter * NARROW)
    even = evened(lines, fit)
    if even == fit:
        return False
    indent = int((room - left - (even + SLACK / 2) / NARROW * style.letter) / 2)
    if indent > 0:
        _put(_properties(paragraph, "pPr"), "ind", _AFTER_INDENT, left=left + indent, right=indent, firstLine=0)
    return indent > 0


def _one_axis(root: Any, styles: Mapping[str, _Style], room: int) -> Iterator[bool]:
    """Gives signature and date, which are centred on one axis at the right, as much room as their longest line needs."""
    closing = [
        (paragraph, style)
        for paragraph in root.iterfind(f"{_W}body/{_W}p")
        if (style := _style_of(paragraph, styles)).name.lower() in ("signature", "date") and style.left
    ]
    longest = max((_longest(paragraph, style) for paragraph, style in closing), default=0)
    left = max(room - int(longest), 0)
    for paragraph, style in closing:
        if left < style.left and not _even(paragraph, style, room, left):
            _put(_properties(paragraph, "pPr"), "ind", _AFTER_INDENT, left=left, firstLine=0)
            yield True
        yield left < style.left


def _longest(paragraph: Any, style: _Style) -> float:
    """The width of the longest line of a paragraph, with a little to spare."""
    return (max(map(width, _text(paragraph).split("\n"))) + SLACK) / NARROW * style.letter


def _properties(element: Any, tag: str) -> Any:
    """The properties of a run or paragraph, made where it has none."""
    held = element.find(_W + tag)
    if held is None:
        held = etree.Element(_W + tag)
        element.insert(0, held)
    return held


def _put(properties: Any, tag: str, after: Sequence[str] | frozenset[str], **attributes: int) -> None:
    """One property in its place among the others: the schema fixes their order."""
    for old in properties.findall(_W + tag):
        properties.remove(old)
    place = next((n for n, each in enumerate(properties) if etree.QName(each).localname in after), len(properties))
    properties.insert(place, etree.Element(_W + tag, {_W + name: str(value) for name, value in attributes.items()}))
