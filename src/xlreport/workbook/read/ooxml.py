"""Pieces of SpreadsheetML, in both flavours of the standard: tags, references, characters. Plain XML, no library."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import IO, TYPE_CHECKING, TypeAlias
from xml.etree.ElementTree import Element, parse

import msgspec

from xlreport.storage.opc import PackageFault
from xlreport.workbook.read.same_formula import column_index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: A rectangle of cells: first row, first column, last row, last column.
Area: TypeAlias = tuple[int, int, int, int]


class Target(msgspec.Struct, frozen=True):
    """Where a defined name points: one cell of a sheet. All None where it points nowhere (#REF!)."""

    sheet: str | None = None
    row: int | None = None
    col: int | None = None


#: Characters of a reference to a cell of another sheet: a title has at most 31.
LONGEST_TARGET = 500

_TARGET = re.compile(
    r"=?\$?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!]+?))[!.]"
    r"\$?(?P<col>[A-Za-z]{1,3})\$?(?P<row>[0-9]{1,7})(?::\$?(?P<col2>[A-Za-z]{1,3})\$?(?P<row2>[0-9]{1,7}))?\Z"
)


def target(text: str) -> Target:
    """The one cell that a name points to; an empty Target where it points to none, or to more."""
    match = _TARGET.match(text.strip()) if len(text) <= LONGEST_TARGET else None
    if not match or (match["col2"] and (match["col2"], match["row2"]) != (match["col"], match["row"])):
        return Target()
    title = match["quoted"].replace("''", "'") if match["quoted"] else match["bare"]
    return Target(title, int(match["row"]) - 1, column_index(match["col"]))


def truth(text: str | None) -> bool:
    """An attribute or cell of type boolean."""
    return text in ("1", "true", "on")


_CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?")

#: The last row and column of a sheet (ECMA-376: 1,048,576 by 16,384), counted from 0.
_LAST_ROW, _LAST_COL = 1_048_575, 16_383


def areas(text: str) -> Iterator[Area]:
    """The rectangles of a list of references: "B6:D7 B9", whole columns (B:C) and rows (7:7) too. Others are left out."""
    for part in text.split():
        first, colon, last = part.partition(":")
        corners = [_CORNER.fullmatch(each) for each in (first, last if colon else first)]
        cols = [column_index(each[1].upper()) if each and each[1] else None for each in corners]
        rows = [int(each[2]) - 1 if each and each[2] else None for each in corners]
        if (cols[0] is None) != (cols[1] is None) or (rows[0] is None) != (rows[1] is None):
            continue
        if None in (*cols, *rows) and (not colon or cols == rows):
            continue
        left, right = sorted(0 if col is None else col for col in cols) if None not in cols else (0, _LAST_COL)
        top, bottom = sorted(0 if row is None else row for row in rows) if None not in rows else (0, _LAST_ROW)
        yield (top, left, bottom, right)


# Tags

_MAIN = re.compile(
    r"\{http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006|purl\.oclc\.org/ooxml/spreadsheetml)/main\}(\w+)"
)


@lru_cache(maxsize=4096)
def _named(tag: str) -> tuple[str, str]:
    """The namespace of an element and its name where it is of SpreadsheetML; else its tag as it stands."""
    match = _MAIN.fullmatch(tag)
    return tag.rpartition("}")[0], match[1] if match else tag


def local(tag: str) -> str:
    """The name of an element of SpreadsheetML, transitional or strict; a tag of another namespace as it stands."""
    return _named(tag)[1]


def bare(tag: str) -> str:
    """The name of an element of any namespace: extensions of later editions repeat those of SpreadsheetML in theirs."""
    return tag.rpartition("}")[2]


def known(element: Element, names: Collection[str]) -> list[tuple[str, Element]]:
    """The children of an element that values hang on, by name.

    Raises PackageFault for any other child or stray text: a value may stand in there, and programs differ on what to
    make of it. In a part of one flavour, elements of the other are foreign.
    """
    if element.text and not element.text.isspace():
        raise PackageFault(f"text in {element.tag}")
    named = []
    flavour = _named(element.tag)[0]
    for child in element:
        own, name = _named(child.tag)
        if name not in names or own != flavour or (child.tail and not child.tail.isspace()):
            raise PackageFault(f"{child.tag} in {element.tag}")
        named.append((name, child))
    return named


def characters(element: Element) -> str:
    """The text of an element that holds nothing else."""
    if len(element):
        raise PackageFault(f"elements in {element.tag}")
    return element.text or ""


def children(root: Element, name: str) -> list[Element]:
    """The children of the one child `name` of a part's root; none where it is not there."""
    parents = [child for child in root if local(child.tag) == name]
    if len(parents) > 1:
        raise PackageFault(f"two {name}")
    items = list(parents[0]) if parents else []
    if any(_named(child.tag)[0] != _named(root.tag)[0] for child in (*parents, *items)):
        raise PackageFault(f"two flavours in {name}")
    return items


def tree(source: IO[bytes], name: str) -> Element:
    """A whole part, whose root must be `name`."""
    root = parse(source).getroot()  # noqa: S314  (the package lets no DOCTYPE through)
    if local(root.tag) != name:
        raise PackageFault(f"no {name}")
    return root


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
