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


_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_WORD, _DRAWING = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.",
    "application/vnd.openxmlformats-officedocument.drawingml.",
)

#: Parts that tests add: the kind of relation to them, and their content type.
_ADDED = {
    "word/footnotes.xml": ("footnotes", f"{_WORD}footnotes+xml"),
    "word/numbering.xml": ("numbering", f"{_WORD}numbering+xml"),
    "word/endnotes.xml": ("endnotes", f"{_WORD}endnotes+xml"),
    "word/comments.xml": ("comments", f"{_WORD}comments+xml"),
    "word/glossary/document.xml": ("glossaryDocument", f"{_WORD}document.glossary+xml"),
    "word/charts/chart1.xml": ("chart", f"{_DRAWING}chart+xml"),
    "word/diagrams/data1.xml": ("diagramData", f"{_DRAWING}diagramData+xml"),
    "word/embeddings/sheet1.xlsx": ("package", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docProps/app.xml": (
        "extended-properties",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    ),
    "docProps/custom.xml": ("custom-properties", "application/vnd.openxmlformats-officedocument.custom-properties+xml"),
    "customXml/item1.xml": ("customXml", "application/xml"),
}


def add_part(parts: dict[str, bytes], name: str, content: str | bytes, *, of: str | None = None) -> str:
    """Put a part into a package with its relation and content type; the relation's id."""
    kind, content_type = _ADDED[name]
    parts[name] = content.encode() if isinstance(content, str) else content
    source = of if of is not None else "" if name.startswith("docProps/") else DOCUMENT
    folder, _, last = source.rpartition("/")
    rels = f"{folder}/_rels/{last}.rels".lstrip("/")
    empty = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
    relations = etree.fromstring(parts.get(rels, empty))
    id_ = f"rIdAdded{len(relations)}"
    etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", Id=id_, Type=_KINDS + kind, Target=f"/{name}")
    parts[rels] = bytes(etree.tostring(relations))
    types = etree.fromstring(parts["[Content_Types].xml"])
    etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
    parts["[Content_Types].xml"] = bytes(etree.tostring(types))
    return id_


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
