"""Workbooks as other programs return them: saved by openpyxl, and written the way WPS writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
from lxml import etree

from support.returns.package import MAIN, M, Package, put

if TYPE_CHECKING:
    from pathlib import Path


def by_openpyxl(path: Path, into: Path) -> Path:
    """Loaded and saved by openpyxl: cached results gone, strings shared anew."""
    openpyxl.load_workbook(path).save(into)
    return into


def like_wps(path: Path, into: Path) -> Path:
    """No dimension, inline strings, no shared strings, no row spans, no validations, other number formats, parts in
    another order, self-closing blanks after the used cells.
    """
    package = Package(path)
    strings = package.strings()
    for title in package.titles():
        sheet = package.sheet(title)
        for tag in ("dimension", "dataValidations"):
            for element in sheet.findall(f"{M}{tag}"):
                sheet.remove(element)
        for row in sheet.iter(f"{M}row"):
            row.attrib.pop("spans", None)
            for cell in row:
                if cell.get("t") == "s":
                    put(cell, "inlineStr", strings[int(cell.findtext(f"{M}v"))])
            etree.SubElement(row, f"{M}c", r=f"XFA{row.get('r')}", s="0")
    styles = package.tree("xl/styles.xml")
    formats = styles.find(f"{M}numFmts")
    if formats is None:
        formats = etree.Element(f"{M}numFmts", count="0")
        styles.insert(0, formats)
    etree.SubElement(formats, f"{M}numFmt", numFmtId="190", formatCode="0.00_ ;[Red]\\-0.00\\ ")
    formats.set("count", str(len(formats)))
    for xf in styles.find(f"{M}cellXfs"):
        if xf.get("numFmtId") == "0":
            xf.set("numFmtId", "190")
    _without(package, "xl/sharedStrings.xml")
    for part in list(package.trees):
        package.parts[part] = etree.tostring(package.trees.pop(part), xml_declaration=True, encoding="UTF-8")
    package.parts = dict(reversed(package.parts.items()))
    return package.save(into)


_STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def strict(path: Path, into: Path) -> Path:
    """The same workbook or document as Strict Open XML: its elements and relations in the standard's own namespaces."""
    package = Package(path)
    for transitional, own in _STRICT:
        package.parts = {name: data.replace(transitional, own) for name, data in package.parts.items()}
    return package.save(into)


def _without(package: Package, part: str) -> None:
    """Take a part out, with what refers to it."""
    package.parts.pop(part)
    package.trees.pop(part, None)
    for element in list(package.tree("[Content_Types].xml")):
        if element.get("PartName") == "/" + part:
            element.getparent().remove(element)
    for element in list(package.tree("xl/_rels/workbook.xml.rels")):
        if part.endswith(element.get("Target")):
            element.getparent().remove(element)


def shared_formulas(path: Path, into: Path) -> Path:
    """The row totals of a table written as one shared formula, as Excel does after filling down."""
    package = Package(path)
    for title in package.titles():
        groups: dict[str, list[etree._Element]] = {}
        for cell in package.sheet(title).iter(f"{M}c"):
            formula = cell.find(f"{M}f")
            if formula is not None and (formula.text or "").startswith("SUM("):
                row = "".join(c for c in cell.get("r") if c.isdigit())
                shape = formula.text.replace(row, "@")
                if all(ch not in shape for ch in "!$") and "@" in shape:
                    groups.setdefault("".join(c for c in cell.get("r") if c.isalpha()) + shape, []).append(cell)
        for number, cells in enumerate(groups.values()):
            if len(cells) < 2:
                continue
            for n, cell in enumerate(cells):
                formula = cell.find(f"{M}f")
                formula.set("t", "shared")
                formula.set("si", str(number))
                if n == 0:
                    formula.set("ref", f"{cells[0].get('r')}:{cells[-1].get('r')}")
                else:
                    formula.text = None
    return package.save(into)


__all__ = ["MAIN", "by_openpyxl", "like_wps", "shared_formulas", "strict"]
