"""A workbook file taken apart and put together again, part by part: what other programs and people do to it."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING, TypeVar

from lxml import etree

from xlreport.workbook.layout.plan import a1

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
M = f"{{{MAIN}}}"

Target = TypeVar("Target", bound="Path | IO[bytes]")


class Package:
    """The parts of an .xlsx file; XML parts are parsed when asked for and written back by `save`."""

    def __init__(self, path: Path | IO[bytes]) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.trees: dict[str, etree._Element] = {}

    def tree(self, part: str) -> etree._Element:
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part])
        return self.trees[part]

    @property
    def book(self) -> etree._Element:
        return self.tree("xl/workbook.xml")

    def titles(self) -> list[str]:
        return [sheet.get("name") for sheet in self.book.iter(f"{M}sheet")]

    def entry(self, title: str) -> etree._Element:
        return next(sheet for sheet in self.book.iter(f"{M}sheet") if sheet.get("name") == title)

    def part_of(self, title: str) -> str:
        id_ = self.entry(title).get(f"{{{REL}}}id")
        rels = self.tree("xl/_rels/workbook.xml.rels")
        target = next(rel.get("Target") for rel in rels if rel.get("Id") == id_)
        return "xl/" + target.removeprefix("/xl/")

    def sheet(self, title: str) -> etree._Element:
        return self.tree(self.part_of(title))

    def strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.parts:
            return []
        table = self.tree("xl/sharedStrings.xml")
        return ["".join(t.text or "" for t in item.iter(f"{M}t")) for item in table.iter(f"{M}si")]

    def cell(self, title: str, address: str) -> etree._Element:
        """The cell's element, made where there is none."""
        row_number = re.sub("[A-Z]", "", address)
        data = self.sheet(title).find(f"{M}sheetData")
        row = next((row for row in data if row.get("r") == row_number), None)
        if row is None:
            row = etree.Element(f"{M}row", r=row_number)
            data.append(row)
            data[:] = sorted(data, key=lambda each: int(each.get("r")))
        found = next((cell for cell in row if cell.get("r") == address), None)
        if found is None:
            found = etree.SubElement(row, f"{M}c", r=address)
            row[:] = sorted(row, key=lambda each: (len(each.get("r")), each.get("r")))
        return found

    def names(self) -> dict[str, etree._Element]:
        return {
            name.get("name"): name for name in self.book.iter(f"{M}definedName") if name.get("localSheetId") is None
        }

    def save(self, path: Target) -> Target:
        for part, tree in self.trees.items():
            self.parts[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return path


def put(cell: etree._Element, kind: str | None, value: str | None = None, formula: str | None = None) -> None:
    """What stands in a cell, in the file's own terms: kind n, str, b, e, inlineStr; None for a blank."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if formula is not None:
        etree.SubElement(cell, f"{M}f").text = formula
    if kind is None or value is None:
        return
    if kind != "n":
        cell.set("t", kind)
    if kind == "inlineStr":
        text = etree.SubElement(etree.SubElement(cell, f"{M}is"), f"{M}t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    else:
        etree.SubElement(cell, f"{M}v").text = value


_REFERENCE = re.compile(
    r"(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?(?P<cells>\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])"
)
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")


def moved_row(at: int, count: int) -> Callable[[int], int | None]:
    """Where a row (from 1) goes when `count` rows are inserted before row `at`, or −`count` rows deleted from there."""

    def move(row: int) -> int | None:
        if row < at:
            return row
        if count < 0 and row < at - count:
            return None
        return row + count

    return move


def move_formula(formula: str, own: bool, title: str, move: Callable[[int], int | None]) -> str:
    """A formula after rows of sheet `title` moved, as Excel adjusts it; `own`: it stands on that sheet."""

    def change(match: re.Match[str]) -> str:
        sheet = match["sheet"]
        here = own if sheet is None else sheet.rstrip("!").strip("'") == title
        if not here:
            return match[0]
        ends = match["cells"].split(":")
        found = [cell for end in ends if (cell := _CELL.fullmatch(end))]
        rows = [move(int(cell[4])) for cell in found]
        if any(row is None for row in rows):
            return f"{sheet or ''}#REF!"
        cells = [f"{cell[1]}{cell[2]}{cell[3]}{row}" for cell, row in zip(found, rows, strict=True)]
        return (sheet or "") + ":".join(cells)

    pieces = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(piece if n % 2 else _REFERENCE.sub(change, piece) for n, piece in enumerate(pieces))


def move_rows(package: Package, title: str, at: int, count: int) -> None:
    """Insert or delete rows the way Excel does: cells, formulas of all sheets, names, validations and merges follow."""
    move = moved_row(at, count)
    for each in package.titles():
        for formula in package.sheet(each).iter(f"{M}f"):
            formula.text = move_formula(formula.text, each == title, title, move)
    for name in package.book.iter(f"{M}definedName"):
        name.text = move_formula(name.text, False, title, move)
    sheet = package.sheet(title)
    for row in list(sheet.find(f"{M}sheetData")):
        now = move(int(row.get("r")))
        if now is None:
            row.getparent().remove(row)
            continue
        row.set("r", str(now))
        for cell in row:
            cell.set("r", re.sub(r"\d+", str(now), cell.get("r")))
    for element in sheet.iter(f"{M}dataValidation", f"{M}mergeCell", f"{M}conditionalFormatting", f"{M}hyperlink"):
        key = "sqref" if element.get("sqref") else "ref"
        areas = [move_formula(area, True, title, move) for area in element.get(key).split()]
        kept = " ".join(area for area in areas if "#REF!" not in area)
        if kept:
            element.set(key, kept)
        else:
            element.getparent().remove(element)


def address_of(package: Package, name: str) -> tuple[str, str]:
    """Sheet title and address that a defined name points to."""
    title, address = package.names()[name].text.rsplit("!", 1)
    return title.strip("'"), address.replace("$", "")


def reference(title: str, row: int, col: int) -> str:
    """How a defined name writes a cell; row and column from 0."""
    return f"'{title}'!" + re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", a1(row, col))
