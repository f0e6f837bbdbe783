"""Pieces of an OOXML package: relations, strings, references. Plain XML, no library."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, iterparse

from xlreport.workbook.read.returned import Area, Target
from xlreport.workbook.read.same_formula import column_index

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part ("" for the package) relates to: kind and target part, by the relation's id."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}
    with archive.open(posixpath.join(folder, "_rels", f"{name}.rels")) as source:
        for _, element in iterparse(source):  # noqa: S314  (intake refuses every DOCTYPE)
            if element.tag.endswith("}Relationship") and element.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, element.attrib["Target"])).lstrip("/")
                found[element.attrib["Id"]] = element.attrib["Type"].rpartition("/")[2], target
    return found


_TARGET = re.compile(
    r"=?\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!]+?))[!.]"
    r"\$?(?P<col>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})(?::\$?(?P<col2>[A-Za-z]{1,3})\$?(?P<row2>[0-9]{1,7}))?\Z"
)


def target(text: str) -> Target:
    """The one cell that a name points to; an empty Target where it points to none, or to more."""
    match = _TARGET.match(text.strip())
    if not match or (match["col2"] and (match["col2"], match["row2"]) != (match["col"], match["row"])):
        return Target()
    title = match["quoted"].replace("''", "'") if match["quoted"] else match["bare"]
    return Target(title, int(match["row"]) - 1, column_index(match["col"]))


def truth(text: str | None) -> bool:
    """An attribute or cell of type boolean."""
    return text in ("1", "true", "on")


def areas(text: str) -> Iterator[Area]:
    """The rectangles of a list of references: "B6:D7 B9"."""
    for part in text.split():
        match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?", part)
        if match:
            row, col = int(match[2]) - 1, column_index(match[1])
            yield (row, col, int(match[4] or match[2]) - 1, column_index(match[3] or match[1]))


# Strings

_ESCAPE = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def unescape(text: str) -> str:
    """_x000D_ and its like as the characters they stand for (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_characters, text)


def _characters(match: re.Match[str]) -> str:
    units = "".join(chr(int(code, 16)) for code in re.findall(r"_x(.{4})_", match[0]))
    # Surrogates that stand in pairs become one character; a lone one stays, for cleaning to remove with a note.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def plain_text(element: Element) -> str:
    """The plain text of a string: its runs joined, phonetic guides left out."""
    parts = []
    for child in element:
        if child.tag == f"{MAIN}t":
            parts.append(child.text or "")
        elif child.tag == f"{MAIN}r":
            parts.extend(t.text or "" for t in child.findall(f"{MAIN}t"))
    return unescape("".join(parts))


def shared_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The workbook's table of strings."""
    strings = []
    with archive.open(part) as source:
        for _, element in iterparse(source):  # noqa: S314  (intake refuses every DOCTYPE)
            if element.tag == f"{MAIN}si":
                strings.append(plain_text(element))
                element.clear()
    return strings
