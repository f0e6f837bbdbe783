"""Charts of Word whose data are tags: taken over from the chart's data sheet, and left without it once they are figures.

A chart is drawn from the values kept in its own part. Its data sheet is an Excel file inside the document; a report's
chart has none, because it would show the tags, or figures of the template, to whoever opens “编辑数据”. Word then says
that the linked file is not available; the chart itself stands.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from xlreport.published.marks import root_of
from xlreport.report.word.template_texts import SIGN
from xlreport.storage.opc import Package, resolved
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

#: Values that must be numbers.
NUMBERS: Final = (f"{C}numCache", f"{C}numLit")

#: 'Sheet 1'!$B$2:$B$5
_RANGE: Final = re.compile(
    r"(?:'((?:[^']|'')*)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?"
)


class _Cell(NamedTuple):
    sheet: str
    row: int
    column: int
    text: str


def own_data(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts, each chart that has tags with all of them in its own part and without a data sheet."""
    result = dict(parts)
    for name, content in parts.items():
        root = root_of(content) if name.startswith("word/charts/") else None
        sheet = None if root is None else root.find("{*}externalData")
        if root is None or sheet is None:
            continue
        rels = posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels")
        relations = root_of(parts.get(rels, b""))
        relation = next((each for each in _each(relations) if each.get("Id") == sheet.get(f"{_R}id")), None)
        target = "" if relation is None else _target(name, relation, parts)
        cells = list(_tagged_cells(parts.get(target, b"")))
        if not cells and not any(SIGN.search(text) for text in root.itertext()):
            continue
        for reference in root.iter(f"{C}numRef", f"{C}strRef"):
            _take_over(reference, cells)
        root.remove(sheet)
        result[name] = _written(root)
        if relation is not None:
            relations.remove(relation)
            result[rels] = _written(relations)
            result.pop(target, None)
    return result


def without_blanks(chart: bytes) -> bytes:
    """A filled chart: a figure that is blank or “/” is no point of it, as in a chart of Excel."""
    root = root_of(chart)
    blank = [] if root is None else [p for each in root.iter(*NUMBERS) for p in each.findall(f"{C}pt") if not _value(p)]
    for point in blank:
        point.getparent().remove(point)
    return _written(root) if blank else chart


def _each(root: Any) -> Iterator[Any]:
    yield from () if root is None else root


def _target(chart: str, relation: Any, parts: Mapping[str, bytes]) -> str:
    key = resolved(posixpath.dirname(chart).lower(), relation.get("Target", ""))
    return next((name for name in parts if name.lower() == key), "")


def _value(point: Any) -> str:
    return (point.findtext(f"{C}v") or "").strip()


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _take_over(reference: Any, cells: list[_Cell]) -> None:
    """The tags of the cells that a series, its name or its categories refer to, as its own values."""
    match = _RANGE.fullmatch((reference.findtext(f"{C}f") or "").strip())
    if match is None:
        return
    sheet = (match[1] or match[2]).replace("''", "'")
    left, top = _column(match[3]), int(match[4])
    right, bottom = _column(match[5] or match[3]), int(match[6] or match[4])
    for cell in cells:
        if cell.sheet == sheet and top <= cell.row <= bottom and left <= cell.column <= right:
            at = (cell.row - top) * (right - left + 1) + cell.column - left
            _set(reference, at, cell.text, (bottom - top + 1) * (right - left + 1))


def _set(reference: Any, at: int, text: str, size: int) -> None:
    name = f"{C}numCache" if reference.tag == f"{C}numRef" else f"{C}strCache"
    cache = reference.find(name)
    if cache is None:
        cache = etree.Element(name)
        reference.insert(1, cache)
    count = cache.find(f"{C}ptCount")
    if count is None:
        count = etree.Element(f"{C}ptCount")
        cache.insert(1 if cache.find(f"{C}formatCode") is not None else 0, count)
    count.set("val", str(size))
    point = next((each for each in cache.iterfind(f"{C}pt") if each.get("idx") == str(at)), None)
    if point is None:
        point = etree.Element(f"{C}pt", idx=str(at))
        etree.SubElement(point, f"{C}v")
        before = [each for each in cache.iterfind(f"{C}pt") if int(each.get("idx", "0")) < at]
        cache.insert(cache.index(before[-1] if before else count) + 1, point)
    point.find(f"{C}v").text = text


def _tagged_cells(workbook: bytes) -> Iterator[_Cell]:
    """The cells of a data sheet that hold tags."""
    try:
        package = Package(Zip(workbook))
        main = package.main() or ""
        relations = package.relations(main)
        strings = package.related(main, "sharedStrings")
        texts = [] if strings is None else [_text(item) for item in root_of(package.read(strings)).iter(f"{_S}si")]
        for sheet in root_of(package.read(main)).iter(f"{_S}sheet"):
            root = root_of(package.read(relations[sheet.get(f"{_R}id")].part))
            for cell in root.iter(f"{_S}c"):
                text = _cell_text(cell, texts)
                if SIGN.search(text):
                    letters, row, _ = re.split(r"([0-9]+)", cell.get("r", ""))
                    yield _Cell(sheet.get("name", ""), int(row), _column(letters), text)
    except (BadZip, KeyError, ValueError, AttributeError, IndexError):
        return


def _cell_text(cell: Any, texts: list[str]) -> str:
    value = cell.findtext(f"{_S}v") or ""
    return texts[int(value)] if cell.get("t") == "s" else value or _text(cell)


def _text(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_S}t"))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
