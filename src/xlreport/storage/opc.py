r"""Packages of the Office formats (ECMA-376 part 2): parts by name, what they relate to, and of what type they are.

A part is known by its key: its name without the first slash, percent signs resolved, `\` as `/`, ASCII letters in lower
case; so a name is found however relation, content type and zip entry spell it. Whoever parses a part opens it by `xml`,
which lets nothing through that a parser must not see. Bounded in memory and time.
"""

from __future__ import annotations

import posixpath
import re
import string
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, XMLParser

from xlreport.storage.zips import BadZip, TooLarge, Zip

#: Limits for all parts of a package that are parsed, together. A filled workbook has 1 MB of XML and 50,000 tags.
MAX_XML = 48 * 2**20
MAX_TAGS = 1_500_000

CONTENT_TYPES = "[content_types].xml"

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

#: Kinds of relations that the formats themselves define, in both flavours of the standard.
_KIND = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/officeDocument)"
    r"/relationships/(\w+)"
)

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class PackageFault(BadZip, ValueError):
    """A package of which it is not certain what it holds: a part is missing, or two have one name."""


class UnsafePart(PackageFault):
    """A part that is parsed holds a DOCTYPE."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Relation(NamedTuple):
    """What a part relates to: the kind (`worksheet`, `styles`; the whole address for those of other makers) and the part.

    `part` is a key, "" for what is outside of the package: at the address `outside`.
    """

    kind: str
    part: str
    outside: str = ""


def part_key(name: str) -> str:
    """The key of a part or zip entry: equal for names that are equivalent (ECMA-376 part 2, 6.3)."""
    return _normal(_decoded(name))


def _decoded(name: str) -> str:
    # An encoded slash is no slash.
    return unquote(re.sub("%(?=2f|5c)", "%25", name.replace("\\", "/"), flags=re.IGNORECASE))


def _normal(path: str) -> str:
    return posixpath.normpath("/" + path).lstrip("/").translate(_LOWER)


class Package:
    """The parts of a zip file, `names` by their keys. Raises PackageFault where two of them have one."""

    def __init__(self, archive: Zip) -> None:
        self.archive = archive
        self.names: dict[str, str] = {}
        self._xml_size = self._tags = 0
        self._types: tuple[dict[str, str], dict[str, str]] | None = None
        for name in archive.names:
            if name.endswith(("/", "\\")):
                continue
            key = part_key(name)
            if key in self.names:
                raise PackageFault(f"two parts {key}")
            self.names[key] = name

    def __contains__(self, part: str) -> bool:
        return part in self.names

    def read(self, part: str, most: int | None = None) -> bytes:
        """The bytes of a part. Raises BadZip, PackageFault and TooLarge among them."""
        if part not in self.names:
            raise PackageFault(f"no part {part}")
        return self.archive.read(self.names[part], most)

    def xml(self, part: str) -> BytesIO:
        """A part for a parser: in UTF-8 or UTF-16 and without a DOCTYPE. Raises BadZip, UnsafePart and TooLarge among them."""
        data = self.read(part, MAX_XML - self._xml_size)
        self._xml_size += len(data)
        self._tags += _tags(data, part)
        if self._tags > MAX_TAGS:
            raise TooLarge(part)
        return BytesIO(data)

    def relations(self, part: str = "") -> dict[str, Relation]:
        """What a part ("" for the package) relates to, by the relation's id."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        by_id: dict[str, Relation] = {}
        if rels not in self:
            return by_id
        for element in self._tree(rels).iter(_RELATION):
            id_, type_, to = (element.get(name) for name in ("Id", "Type", "Target"))
            if id_ is None or type_ is None or to is None or id_ in by_id:
                raise PackageFault(f"relation {id_}")  # without what it must have, or twice
            kind = _KIND.fullmatch(type_)
            outside = element.get("TargetMode", "").lower() == "external"
            by_id[id_] = Relation(kind[1] if kind else type_, *(("", to) if outside else (resolved(folder, to), "")))
        return by_id

    def related(self, part: str, kind: str) -> str | None:
        """The one part of a kind that a part relates to; None where there is none.

        Raises PackageFault where there are several, or the part is not in the package: a missing part is not an empty one.
        """
        targets = {each.part for each in self.relations(part).values() if each.kind == kind}
        if not targets:
            return None
        (target, *more) = targets
        if more or target not in self:
            raise PackageFault(f"{kind} of {part}")
        return target

    def main(self) -> str | None:
        """The part that the package is about: workbook or document. Raises PackageFault as `related` does."""
        return self.related("", "officeDocument")

    def content_type(self, part: str) -> str:
        """The content type of a part, "" where none is given."""
        if self._types is None:
            self._types = {}, {}
            for element in self._tree(CONTENT_TYPES) if CONTENT_TYPES in self else ():
                type_ = element.get("ContentType", "")
                if element.tag == f"{_TYPES}Override":
                    self._types[0][part_key(element.get("PartName", ""))] = type_
                elif element.tag == f"{_TYPES}Default":
                    self._types[1][element.get("Extension", "").translate(_LOWER)] = type_
        own, by_extension = self._types
        return own.get(part) or by_extension.get(posixpath.splitext(part)[1][1:], "")

    def _tree(self, part: str) -> Element:
        data = self.xml(part).getvalue()
        parser = XMLParser()  # noqa: S314  (`xml` lets no DOCTYPE through)
        try:
            parser.feed(data)
            root: Element = parser.close()
        except (ParseError, LookupError, ValueError):  # the latter: an encoding that nobody knows
            raise PackageFault(part) from None
        return root


def resolved(folder: str, target: str) -> str:
    """The key of what a relation of a part in `folder` (of a key) points to."""
    return _normal(posixpath.join("/", folder, _decoded(target.partition("#")[0])))


_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")


def _tags(data: bytes, part: str) -> int:
    """The number of tags of an XML part. OOXML parts are UTF-8 or UTF-16 (ECMA-376 part 2); nothing else is read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:2] in (b"<\x00", b"\x00<"):
        encoding = "utf-16" if data[0] in (0xFF, 0xFE) else "utf-16-le" if data[0] else "utf-16-be"
        try:
            data = data.decode(encoding).encode()
        except UnicodeError:
            raise PackageFault("encoding") from None
    else:
        declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf")[:200])
        if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            raise PackageFault("encoding")
    if b"\x00" in data or not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise PackageFault("no XML")
    if _DOCTYPE.search(data):
        raise UnsafePart(part)
    return data.count(b"<")
