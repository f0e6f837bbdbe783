"""What stands in a Word document, read with lxml alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from lxml import etree

from xlreport.report.word.parts import DOCUMENT, read_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import Filing, FilingValue

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: What people paste into cells that some layer below would act on, were it not text.
HOSTILE = (
    "A&B <w:p>&lt;",
    "{{ 7*7 }}",
    "{_{ unit.name }_}",
    "{% if x %}{%p endif %}",
    "{_% raw %_}",
    "{# gone #}",
    "tab\there",
    "bell\a feed\f null\x00 escape\x1b",
    "'quoted' \"twice\" ]]>",
    "</w:t></w:r></w:p>",
    "{{r x }}{%tr for %}",
    "𠮷😀ﬀ\u200b",
)


def body(document: bytes) -> Any:
    return etree.fromstring(read_parts(document)[DOCUMENT]).find(f"{W}body")


def text(element: Any) -> str:
    pieces = {f"{W}tab": "\t", f"{W}br": "\n"}
    return "".join(
        node.text or "" if node.tag == f"{W}t" else pieces[node.tag]
        for node in element.iter(f"{W}t", f"{W}tab", f"{W}br")
        if node.getparent().tag == f"{W}r"
    )


def paragraphs(document: bytes) -> list[str]:
    """The text of the paragraphs outside tables."""
    return [text(paragraph) for paragraph in body(document).iterfind(f"{W}p")]


def tables(document: bytes) -> list[list[list[str]]]:
    """The text of every cell, table by table, row by row."""
    return [
        [[text(cell) for cell in row.iterfind(f"{W}tc")] for row in table.iterfind(f"{W}tr")]
        for table in body(document).iterfind(f"{W}tbl")
    ]


def styles(document: bytes, style: str) -> list[str]:
    """The text of the paragraphs in that style, outside tables."""
    return [
        text(paragraph)
        for paragraph in body(document).iterfind(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == style
    ]


def changed(filing: Filing, values: Mapping[str, FilingValue]) -> Filing:
    """The filing with other values."""
    return msgspec.structs.replace(filing, values={**filing.values, **values})
