"""Change cells of a workbook file the way a person's program would, part by part, everything else untouched."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from xlreport.rules.evaluate import CellError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

#: Sheet title and address.
Position: TypeAlias = tuple[str, str]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shown(path: Path) -> dict[Position, object]:
    """The value of every filled cell as the file has it: a date is its number, an error a CellError."""
    held = parts(path)
    strings: list[str] = []
    if "xl/sharedStrings.xml" in held:
        items = etree.fromstring(held["xl/sharedStrings.xml"]).iter(f"{{{MAIN}}}si")
        strings = ["".join(text.text or "" for text in item.iter(f"{{{MAIN}}}t")) for item in items]
    book = etree.fromstring(held["xl/workbook.xml"])
    found: dict[Position, object] = {}
    for n, sheet in enumerate(book.iter(f"{{{MAIN}}}sheet"), 1):
        for cell in etree.fromstring(held[f"xl/worksheets/sheet{n}.xml"]).iter(f"{{{MAIN}}}c"):
            text = cell.findtext(f"{{{MAIN}}}v")
            if text is not None:
                found[sheet.get("name"), cell.get("r")] = _value(cell.get("t", "n"), text, strings)
    return found


def _value(kind: str, text: str, strings: list[str]) -> object:
    match kind:
        case "s":
            return unescaped(strings[int(text)])
        case "str":
            return unescaped(text)
        case "b":
            return text == "1"
        case "e":
            return CellError(text)
    return float(text) if text else ""


def unescaped(text: str) -> str:
    """Control characters stand in the file as _xHHHH_, and an underscore that would look so as _x005F_."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def set_cells(path: Path, changes: Mapping[Position, object]) -> None:
    """Put values (number, text, bool, CellError, None) in place of what stands in cells, formulas included."""
    held = parts(path)
    book = etree.fromstring(held["xl/workbook.xml"])
    titles = [sheet.get("name") for sheet in book.iter(f"{{{MAIN}}}sheet")]
    by_part: dict[str, dict[str, object]] = {}
    for (title, address), value in changes.items():
        by_part.setdefault(f"xl/worksheets/sheet{titles.index(title) + 1}.xml", {})[address] = value
    for name, cells in by_part.items():
        tree = etree.fromstring(held[name])
        for cell in tree.iter(f"{{{MAIN}}}c"):
            if cell.get("r") in cells:
                put_value(cell, cells.pop(cell.get("r")))
        assert {} == cells
        held[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)


def put_value(cell: etree._Element, value: object) -> None:
    """Put a number, text, truth value, CellError or None in place of what stands in a cell, its formula included."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if value is None:
        return
    if isinstance(value, str):
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        text.text = value
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    held = etree.SubElement(cell, f"{{{MAIN}}}v")
    if isinstance(value, CellError):
        cell.set("t", "e")
        held.text = value.code
    elif isinstance(value, bool):
        cell.set("t", "b")
        held.text = str(int(value))
    else:
        held.text = repr(value)
