"""The end of a report in LibreOffice: the signature never stands alone on a page, nor does it leave half a page empty.

Word keeps the last lines of a paragraph with the signature below it; LibreOffice takes the whole paragraph over to the
signature's page. So for LibreOffice the last paragraph, where it is long, is let go, and whether the signature then stands
alone is asked of the pages. Where it does, there is less space over it, or a little more or less between the lines of the last
section, as GB/T 9704 (7.3.5.4) has it; the words are the same in every version.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES: Final = "word/styles.xml"

#: Characters of a last paragraph that may go over to the signature's page whole: three lines.
_SHORT: Final = 84

#: Space over the signature, and height of the lines of the last section; None is as the document has it.
_WAYS: Final = ((None, None), (579, None), (579, 530), (None, 620), (None, 664))

#: The properties that may stand in these paragraphs before and among those that are set here, as the schema has them.
_ORDER: Final = ("pStyle", "keepNext", "snapToGrid", "spacing")

_PAGE: Final = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_STREAM: Final = re.compile(rb"/ObjStm.*?stream\r?\n(.*?)endstream", re.DOTALL)


class Version(NamedTuple):
    """A report set so that its last paragraph may break, and the same without signature and date."""

    whole: bytes
    unsigned: bytes


def versions(document: bytes) -> Iterator[Version]:
    """The ways to set the end of a report, the best first; none where its last paragraph is short or nobody signs."""
    parts = read_parts(document)
    names = _style_names(parts.get(_STYLES, b"<none/>"))
    for space, height in _WAYS:
        root = etree.fromstring(parts[DOCUMENT])
        body = root.find(f"{_W}body")
        closing = [each for each in body.iterfind(f"{_W}p") if names.get(_style(each)) in ("signature", "date")]
        last = closing[0].getprevious() if closing else None
        if last is None or last.tag != f"{_W}p" or len("".join(last.itertext())) <= _SHORT:
            return
        _set(last, "keepNext", val=0)
        if space is not None:
            _set(closing[0], "spacing", before=space)
        for paragraph in _section(last, names) if height is not None else ():
            _set(paragraph, "snapToGrid", val=0)
            _set(paragraph, "spacing", line=height, lineRule="exact")
        whole = write_parts({**parts, DOCUMENT: _bytes(root)})
        for paragraph in closing:
            body.remove(paragraph)
        yield Version(whole, write_parts({**parts, DOCUMENT: _bytes(root)}))


def page_count(pdf: bytes) -> int:
    """The pages of a PDF, wherever its objects are kept."""
    return len(_PAGE.findall(pdf)) + sum(len(_PAGE.findall(_inflated(each))) for each in _STREAM.findall(pdf))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _style_names(part: bytes) -> dict[str, str]:
    names = etree.fromstring(part).iterfind(f"{_W}style/{_W}name")
    return {name.getparent().get(f"{_W}styleId", ""): name.get(f"{_W}val", "").lower() for name in names}


def _style(paragraph: Any) -> str:
    named = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return str(named.get(f"{_W}val", "")) if named is not None else ""


def _section(last: Any, names: dict[str, str]) -> Iterator[Any]:
    """The paragraphs from the last one up to the heading of its section or a table."""
    paragraph = last
    while paragraph is not None and paragraph.tag == f"{_W}p" and names.get(_style(paragraph)) != "heading 1":
        yield paragraph
        paragraph = paragraph.getprevious()


def _set(paragraph: Any, tag: str, **attributes: object) -> None:
    """A property over that of the paragraph's style, in its place among those of `_ORDER`."""
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        properties = etree.Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(_W + tag):
        properties.remove(old)
    before = _ORDER[: _ORDER.index(tag)]
    place = sum(len(properties.findall(_W + each)) for each in before)
    properties.insert(place, etree.Element(_W + tag, {_W + name: str(value) for name, value in attributes.items()}))


def _bytes(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
