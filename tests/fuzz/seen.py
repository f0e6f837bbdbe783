"""A workbook as a reader of it sees it: a small reader of its own, with nothing of the program's in it.

What the cells hold, under which number format, and where the names point. Rows and columns count from 1.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement, fromstring

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

#: Built-in formats that a workbook need not declare, as far as they matter here.
BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    31: 'yyyy"年"m"月"d"日"',
    37: "#,##0_);(#,##0)",
    49: "@",
}


class SeenCell(NamedTuple):
    """`kind` is n, s, b or e; `value` a float, a text, a bool or an error code; `code` the number format."""

    kind: str
    value: float | str | bool
    code: str
    formula: bool


class SeenBox(NamedTuple):
    """A text box: its text without white space, and the cells it lies over (first and last row, first and last column)."""

    text: str
    area: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class SeenSheet:
    """One sheet; `doubled` where two cells claim one place, or a cell no place at all; `boxes` lie over its cells."""

    title: str
    cells: dict[tuple[int, int], SeenCell]
    merges: tuple[tuple[int, int, int, int], ...]
    doubled: bool
    boxes: tuple[SeenBox, ...] = ()


class Seen(NamedTuple):
    sheets: dict[str, SeenSheet]
    names: dict[str, tuple[str, int, int]]
    mac: bool


STRICT = "http://purl.oclc.org/ooxml"


def parse(data: bytes) -> Element:
    """Comments are nothing to a reader: the texts around them are one. What has a DOCTYPE never gets here.

    A part in the strict flavour is taken for one in the usual flavour.
    """
    root = fromstring(data)
    if root.tag.startswith(f"{{{STRICT}"):
        data = data.replace(f"{STRICT}/spreadsheetml/main".encode(), M[1:-1].encode())
        root = fromstring(data.replace(f"{STRICT}/officeDocument/relationships".encode(), OFFICE[1:-1].encode()))
    return root


def same_name(name: str) -> str:
    """Names are equal in either case of ASCII letters, with either slash, with percent signs resolved."""
    path = posixpath.normpath("/" + unquote(name).replace("\\", "/")).lstrip("/")
    return "".join(c.lower() if c.isascii() else c for c in path)


def see(content: bytes) -> Seen:
    """Raises whatever a broken file makes it raise."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {same_name(name): archive.read(name) for name in archive.namelist()}
    book_part = next(to for kind, to in relations(parts, "").values() if kind == "officeDocument")
    rels = relations(parts, book_part)
    strings = [
        text_of(item)
        for kind, to in rels.values()
        if kind == "sharedStrings" and to in parts
        for item in parse(parts[to]).findall(f"{M}si")
    ]
    codes = [code for kind, to in rels.values() if kind == "styles" and to in parts for code in _codes(parts[to])]
    codes = codes or ["General"]
    book = parse(parts[book_part])
    properties = book.find(f"{M}workbookPr")
    sheets = {}
    for entry in book.iter(f"{M}sheet"):
        kind, to = rels.get(entry.get(f"{OFFICE}id", ""), ("", ""))
        if kind == "worksheet" and to in parts:
            title = entry.attrib["name"]
            sheet = _sheet(title, parts[to], tuple(strings), tuple(codes))
            sheets[title] = replace(sheet, boxes=tuple(_boxes(parts, to)))
    names: dict[str, tuple[str, int, int]] = {}
    doubtful = set()
    for name in book.iter(f"{M}definedName"):
        if name.get("localSheetId") is None:
            key = name.attrib["name"].casefold()
            at = _cell_of(name.text or "")
            if at is None or names.get(key, at) != at:
                doubtful.add(key)
            else:
                names[key] = at
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    return Seen(sheets, {key: at for key, at in names.items() if key not in doubtful}, mac)


def relations(parts: dict[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(part)
    tree = parse(parts[posixpath.join(folder, "_rels", name + ".rels")])
    return {
        rel.get("Id", ""): (
            rel.get("Type", "").rsplit("/", 1)[-1],
            same_name(posixpath.join("/" + folder, unquote(rel.get("Target", "")).replace("\\", "/"))),
        )
        for rel in tree
    }


def _boxes(parts: dict[str, bytes], sheet: str) -> Iterator[SeenBox]:
    """The text boxes of a sheet, of either kind; a drawing that is no XML shows nothing."""
    folder, name = posixpath.split(sheet)
    related = relations(parts, sheet) if posixpath.join(folder, "_rels", name + ".rels") in parts else {}
    for kind, to in related.values():
        try:
            root = parse(parts.get(to, b"")) if kind in ("drawing", "vmlDrawing") else None
        except SyntaxError:
            continue
        for each in root if root is not None else ():
            name = each.tag.rpartition("}")[2]
            if name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
                texts = [text.text or "" for text in each.iter(f"{DRAWING}t")]
                ends, beyond = (
                    [[int(child.text or 0) for child in each.iter(f"{ANCHOR}{what}{off}")] for what in ("row", "col")]
                    for off in ("", "Off")
                )
            elif name == "shape" and not [data for data in each.iter() if data.get("ObjectType") == "Note"]:
                texts = ["".join(box.itertext()) for box in each.iter("{urn:schemas-microsoft-com:vml}textbox")]
                where = next((data.text or "" for data in each.iter() if data.tag.endswith("}Anchor")), "")
                numbers = [int(number) for number in where.split(",")]
                ends, beyond = ([numbers[2 + off : 7 + off : 4], numbers[off : 5 + off : 4]] for off in (0, 1))
            else:
                continue
            (top, bottom), (left, right) = (_extent(end, off) for end, off in zip(ends, beyond, strict=True))
            if text := "".join("".join(texts).split()):
                yield SeenBox(text, (top, bottom, left, right))


def _extent(ends: list[int], beyond: list[int]) -> tuple[int, int]:
    """The first and last line of a box; one that ends where a line begins does not lie over that line."""
    if not ends:
        return 1, 1
    outside = len(ends) > 1 and len(beyond) > 1 and beyond[-1] == 0 and ends[-1] > ends[0]
    return ends[0] + 1, ends[-1] + 1 - outside


def _codes(styles: bytes) -> list[str]:
    tree = parse(styles)
    declared = {int(each.attrib["numFmtId"]): each.get("formatCode", "General") for each in tree.iter(f"{M}numFmt")}
    formats = BUILT_IN | declared
    xfs = tree.find(f"{M}cellXfs")
    return [] if xfs is None else [formats.get(int(xf.get("numFmtId", "0")), "General") for xf in xfs]


def _cell_of(text: str) -> tuple[str, int, int] | None:
    match = re.fullmatch(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Za-z]+)\$?(\d+)", text.strip())
    if not match:
        return None
    return (match[1] or match[2]).replace("''", "'").casefold(), int(match[4]), column(match[3].upper())


def column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def text_of(item: Element) -> str:
    found = []
    for child in item:
        if child.tag == f"{M}t":
            found.append(child.text or "")
        elif child.tag == f"{M}r":
            look = child.find(f"{M}rPr")
            if look is None or look.find(f"{M}strike") is None:  # what is struck out is not there for a reader
                found += [t.text or "" for t in child if t.tag == f"{M}t"]
    units = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), "".join(found))
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@lru_cache(maxsize=100)
def _sheet(title: str, part: bytes, strings: tuple[str, ...], codes: tuple[str, ...]) -> SeenSheet:
    tree = parse(part)
    cells: dict[tuple[int, int], SeenCell] = {}
    doubled = False
    row_number = 0
    for row in tree.findall(f"{M}sheetData/{M}row"):
        row_number = int(row.get("r") or row_number + 1)
        column_number = 0
        for cell in row.findall(f"{M}c"):
            place = row_number, column_number + 1
            if address := cell.get("r"):
                match = re.fullmatch(r"\$?([A-Za-z]+)\$?(\d+)", address)
                if match and not row.get("r"):
                    row_number = int(match[2])
                place = (int(match[2]), column(match[1].upper())) if match else place
                doubled = doubled or match is None or int(match[2]) != row_number
            column_number = place[1]
            found = _cell(cell, strings, codes)
            if found is not None:
                doubled = doubled or place in cells
                cells[place] = found
    merges = []
    for merge in tree.iter(f"{M}mergeCell"):
        match = re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", merge.get("ref") or "")
        if match:
            last = match[3] or match[1], match[4] or match[2]
            merges.append((int(match[2]), column(match[1]), int(last[1]), column(last[0])))
    return SeenSheet(title, cells, tuple(merges), doubled)


def _cell(cell: Element, strings: tuple[str, ...], codes: tuple[str, ...]) -> SeenCell | None:
    style = cell.get("s", "0")
    number = int(style) if re.fullmatch(r"\s*\d+\s*", style) else 0
    code = codes[number] if number < len(codes) else "General"
    formula = cell.find(f"{M}f") is not None
    text = cell.findtext(f"{M}v")
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{M}is")
        return None if inline is None else SeenCell("s", text_of(inline), code, formula)
    if not text:
        return SeenCell("s", "", code, formula) if formula else None
    match kind:
        case "s":
            return SeenCell("s", strings[int(text)], code, formula)
        case "str":
            item = Element("si")
            SubElement(item, f"{M}t").text = text
            return SeenCell("s", text_of(item), code, formula)
        case "b":
            return SeenCell("b", text.strip() in ("1", "true"), code, formula)
        case "e":
            return SeenCell("e", text, code, formula)
        case "d":
            day = dt.datetime.fromisoformat(text.strip()).date()
            serial = float((day - dt.date(1899, 12, 30)).days)
            return SeenCell("n", serial, "yyyy/m/d", formula)
    if re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", text, re.ASCII):
        return SeenCell("n", float(text), code, formula)
    return SeenCell("e", text, code, formula)
