"""A Word document as a zip of parts: read, and written so that the same parts give the same bytes."""

from __future__ import annotations

import io
import zipfile
from html import escape
from typing import TYPE_CHECKING, Final

from xlreport.errors import DefinitionError
from xlreport.prose.paragraphs import clean
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT: Final = "word/document.xml"
CORE: Final = "docProps/core.xml"
CONTENT_TYPES: Final = "[Content_Types].xml"

NO_DOCUMENT: Final = "Word 模板不是 Word 文档（.docx），请用 Word 打开后另存为 .docx。"

#: The oldest time a zip can hold: the parts carry no time of their own.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)

#: A document says what it is, never when a machine made it.
_FIXED_TIME: Final = "2000-01-01T00:00:00Z"

_CORE_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator>{identifier}<dc:language>zh-CN</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{time}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{time}</dcterms:modified>'
    "</cp:coreProperties>"
)


def core_properties(title: str, creator: str, identifier: str = "") -> bytes:
    """docProps/core.xml with title, author and identifier, and with times that never change."""
    title, creator = (escape(clean(text), quote=False) for text in (title, creator))
    own = f"<dc:identifier>{identifier}</dc:identifier>" if identifier else ""
    return _CORE_XML.format(title=title, creator=creator, identifier=own, time=_FIXED_TIME).encode()


def read_parts(document: bytes) -> dict[str, bytes]:
    """The parts of a template, or of a report made from it, by name. Raises DefinitionError where it is no document."""
    try:
        return Zip(document).parts()
    except BadZip:
        raise DefinitionError(NO_DOCUMENT) from None


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a document: content types first, the package's relations next, the rest by name, no times."""
    first = (CONTENT_TYPES, "_rels/.rels")
    names = [name for name in first if name in parts] + sorted(name for name in parts if name not in first)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, parts[name])
    return buffer.getvalue()
