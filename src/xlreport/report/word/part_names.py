r"""A Word document with its parts under the names by which Word itself saves them, whoever saved it.

Word for the web calls the main part word/document2.xml; other programs write names in other letters, or with `\`.
python-docx and what looks at the parts here go by the names.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from xlreport.errors import DefinitionError
from xlreport.report.word.parts import CONTENT_TYPES, DOCUMENT, NO_DOCUMENT, write_parts
from xlreport.storage.opc import CONTENT_TYPES as TYPES_KEY
from xlreport.storage.opc import Package, part_key, resolved
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


def usual_names(document: bytes) -> bytes:
    """The document, its parts renamed where they have other names than Word's; the very bytes where none has.

    Raises DefinitionError where it is no Word document, or one in the strict flavour of the format, which docxtpl cannot
    fill in.
    """
    try:
        archive = Zip(document)
        package = Package(archive)
        main = package.main()
        if main is None:
            return document
        if _root(package, main).startswith(_STRICT):
            raise DefinitionError(
                "Word 模板是“Strict Open XML 文档”，请用 Word 打开，另存为“Word 文档（.docx）”（不要选 Strict）。"
            )
        names = _names(package, main)
        if all(names[key] == name for key, name in package.names.items()) and _plain(package, names):
            return document
        return write_parts({names[key]: _rewritten(package, key, names) for key in package.names})
    except BadZip:
        raise DefinitionError(NO_DOCUMENT) from None


def lacking(document: bytes) -> str:
    """What is said of a document in which a part that another one uses is missing; "" where none is."""
    package = Package(Zip(document))
    for key in ("", *package.names):
        for relation in package.relations(key).values():
            if relation.part and relation.part not in package:
                user = f"（{key} 用到它）" if key else ""
                return f"Word 模板里缺少 {relation.part}{user}，请用 Word 打开核对，另存为 .docx。"
    return ""


def _root(package: Package, part: str) -> str:
    """The tag of a part's root; "" where it is no XML, which is for others to say."""
    try:
        _, element = next(iter(etree.iterparse(package.xml(part), events=("start",))))
    except etree.XMLSyntaxError:
        return ""
    return str(element.tag)


def _names(package: Package, main: str) -> dict[str, str]:
    """The new name of each part by its key."""
    names = {key: name.replace("\\", "/").lstrip("/") for key, name in package.names.items()}
    names |= {TYPES_KEY: CONTENT_TYPES, main: DOCUMENT}
    for key in package.names:
        source = _source(key)
        if source is not None and (not source or source in names):  # else it belongs to nothing
            folder, name = posixpath.split(names.get(source, ""))
            names[key] = posixpath.join(folder, "_rels", f"{name}.rels")
    if len(set(names.values())) < len(names):
        raise BadZip
    return names


def _source(key: str) -> str | None:
    """The part whose relations a part holds, "" for the package's; None where it holds none."""
    folder, name = posixpath.split(key)
    above, last = posixpath.split(folder)
    return posixpath.join(above, name.removesuffix(".rels")) if last == "_rels" and name.endswith(".rels") else None


def _plain(package: Package, names: Mapping[str, str]) -> bool:
    """Whether every relation names its part as it is named."""
    for key in package.names:
        source = _source(key)
        for element in [] if source is None else _relations(package, key):
            target = element.get("Target", "")
            part = resolved(posixpath.dirname(source or ""), target)
            written = posixpath.normpath(posixpath.join("/", posixpath.dirname(names.get(source or "", "")), target))
            if part in names and written != "/" + names[part]:
                return False
    return True


def _relations(package: Package, key: str) -> list[etree._Element]:
    root = etree.fromstring(package.xml(key).getvalue())
    return [element for element in root if element.get("TargetMode", "").lower() != "external"]


def _rewritten(package: Package, key: str, names: Mapping[str, str]) -> bytes:
    """A part, with the names in it changed where it is one of relations or of content types."""
    data, source = package.read(key), _source(key)
    if source is None and key != TYPES_KEY:
        return data
    root = etree.fromstring(data)
    for element in root:
        if key == TYPES_KEY:
            own = part_key(element.get("PartName", ""))
            if own in names:
                element.set("PartName", "/" + names[own])
        elif element.get("TargetMode", "").lower() != "external":
            part = resolved(posixpath.dirname(source or ""), element.get("Target", ""))
            if part in names:
                element.set("Target", "/" + names[part])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
