"""Word files as people bring them, written out as they stand: paragraphs with lists, styles and whatever lies beside."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from support.word_documents import add_part
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlreport.forms import Form

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OPEN = f'xmlns:w="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def run(text: str, looks: str = "") -> str:
    """A run; tabs and line feeds as Word has them."""
    pieces = escape(text).replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>")
    pieces = pieces.replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t xml:space='preserve'>{pieces}</w:t></w:r>"


def paragraph(text: str = "", *, style: str = "", item: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph of that text; `item` is its list and level, `more` what stands in it behind its text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{item[1]}"/><w:numId w:val="{item[0]}"/></w:numPr>' if item else ""
    return f"<w:p><w:pPr>{named}{listed}</w:pPr>{run(text) if text else ''}{more}</w:p>"


def word_file(paragraphs: Iterable[str], *, numbering: str = "", styles: str = "") -> bytes:
    """A .docx: a text is a paragraph of its own, what begins with < is the XML of one."""
    body = "".join(each if each.startswith("<w:") else paragraph(each) for each in paragraphs)
    parts = {
        "document": f"<w:document {_OPEN}><w:body>{body}</w:body></w:document>",
        "numbering": f"<w:numbering {_OPEN}>{_kinds_first(numbering)}</w:numbering>",
        "styles": f"<w:styles {_OPEN}>{styles}</w:styles>",
    }
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}{name if name != "document" else "document.main"}+xml"/>'
        for name in parts
    )
    related = "".join(
        f'<Relationship Id="{name}" Type="{_KIND}{name}" Target="{name}.xml"/>' for name in parts if name != "document"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{types}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_KIND}officeDocument" Target="word/document.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{_RELATIONS}">{related}</Relationships>'
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return made.getvalue()


def _kinds_first(numbering: str) -> str:
    """The lists of a document as the schema wants them: all their kinds, then the lists."""
    kinds = re.findall("<w:abstractNum .*?</w:abstractNum>", numbering)
    return "".join(kinds + re.findall("<w:num .*?</w:num>", numbering))


def with_part(document: bytes, name: str, content: str | bytes) -> bytes:
    """The document with one more part, related to its text."""
    parts = read_parts(document)
    add_part(parts, name, content, of=DOCUMENT)
    return write_parts(parts)


def level(at: int, text: str, form: str = "chineseCounting", more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbered(*levels: str, id_: int = 1) -> str:
    """A list of these levels, and the one that paragraphs are of."""
    return (
        f'<w:abstractNum w:abstractNumId="{id_}">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="{id_}"><w:abstractNumId w:val="{id_}"/></w:num>'
    )


def under_headings(form: Form, texts: Mapping[str, str]) -> list[str]:
    """The lines of a file that carries these texts (by field id) as staff write it: each under the form's own headings."""
    lines = []
    for section in form.sections:
        if section.number:
            lines.append(section.heading)
        below = [id_ for id_ in section.fields if form.fields[id_].heading]
        for id_ in section.fields:
            if id_ in texts:
                if id_ in below:
                    lines.append(f"（{'一二三四五六七八九'[below.index(id_)]}）{form.fields[id_].heading}")
                lines += texts[id_].split("\n")
    return lines
