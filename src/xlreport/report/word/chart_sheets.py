"""The data sheet of a chart of Word: an Excel file inside the document, and what the chart's formulas name in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from xlreport.published.marks import root_of
from xlreport.report.word.template_texts import SIGN, file_text
from xlreport.storage.opc import Package
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Iterator

_S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

#: 'Sheet 1'!$B$2:$B$5, also [Book1.xlsx]Sheet1!$B$2
_RANGE: Final = re.compile(
    r"(?:'((?:[^']|'')*)'|([^'!,()]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?"
)
_NAME: Final = re.compile(r"(?:(?:'((?:[^']|'')*)'|([^'!]+))!)?([^'!()\[\],:$]+)")
_BOOK: Final = re.compile(r".*\[[^\]]*\]")

#: A defined name may stand for another one.
_MOST_NAMES: Final = 8


class SheetCell(NamedTuple):
    """A cell that is not empty; `shown` is what it shows ("" for an error), or the formula that holds a tag."""

    sheet: str
    row: int
    column: int
    shown: str
    formula: str

    @property
    def tagged(self) -> bool:
        return bool(SIGN.search(self.shown))

    @property
    def address(self) -> str:
        """Sheet1!B3"""
        return f"{self.sheet}!{_letters(self.column)}{self.row}"


class Area(NamedTuple):
    """Cells of one sheet, whose name is in lower case; numbers count from 1, the last ones included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        return self.rows * self.columns

    def holds(self, cell: SheetCell) -> bool:
        inside = self.top <= cell.row <= self.bottom and self.left <= cell.column <= self.right
        return inside and cell.sheet.lower() == self.sheet


class DataSheet(msgspec.Struct, frozen=True):
    """The cells of a data sheet and what tells of them.

    `names` are the defined names in lower case, by sheet ("" for the book); `hidden` the rows and columns that are
    hidden, as areas; `elsewhere`: a tag stands in it outside its cells; `closed`: nobody can tell what is in it.
    """

    cells: tuple[SheetCell, ...] = ()
    names: dict[tuple[str, str], str] = {}
    hidden: tuple[Area, ...] = ()
    elsewhere: bool = False
    closed: bool = False

    @property
    def tagged(self) -> bool:
        return self.elsewhere or any(cell.tagged for cell in self.cells)

    def areas(self, formula: str, depth: int = 0) -> list[Area]:
        """The areas that a formula of the chart names, by range or by defined name; none where that cannot be told."""
        text = formula.strip().removeprefix("=")
        pieces = _pieces(text[1:-1] if text.startswith("(") and text.endswith(")") else text)
        named: list[Area] = []
        for piece in pieces:
            area = _area(piece)
            some = [area] if area else self._named(piece, depth)
            if not some:
                return []
            named += some
        return named

    def _named(self, text: str, depth: int) -> list[Area]:
        match = _NAME.fullmatch(text)
        if match is None or depth == _MOST_NAMES:
            return []
        sheet, name = _sheet_name(match[1] or match[2] or ""), match[3].strip().lower()
        formula = self.names.get((sheet, name)) or self.names.get(("", name))
        return self.areas(formula, depth + 1) if formula else []


#: How a package begins, and the stream of an encrypted one.
_PACKAGE, _ENCRYPTED = b"PK\x03\x04", "EncryptedPackage".encode("utf-16-le")


def data_sheet(workbook: bytes) -> DataSheet:
    """The data sheet; one without cells where the file is no workbook that can be read (.xls, .xlsb).

    It is closed where it is encrypted, or a package that is damaged.
    """
    try:
        return _read(Package(Zip(workbook)))
    except (BadZip, KeyError, ValueError, AttributeError, IndexError, TypeError):
        closed = workbook.startswith(_PACKAGE) or _ENCRYPTED in workbook
        return DataSheet(elsewhere=bool(SIGN.search(file_text(workbook))), closed=closed)


def _read(package: Package) -> DataSheet:
    main = package.main() or ""
    book, relations = root_of(package.read(main)), package.relations(main)
    strings = package.related(main, "sharedStrings")
    texts = [] if strings is None else [_text(item) for item in root_of(package.read(strings)).iter(f"{_S}si")]
    sheets = {sheet.get("name", ""): relations[sheet.get(f"{_R}id")].part for sheet in book.iter(f"{_S}sheet")}
    roots = {name: root_of(package.read(part)) for name, part in sheets.items()}
    titles = list(sheets)
    names = {}
    for each in book.iter(f"{_S}definedName"):
        local = each.get("localSheetId")
        names[titles[int(local)].lower() if local else "", each.get("name", "").lower()] = each.text or ""
    ordinary = {*sheets.values(), strings}
    return DataSheet(
        cells=tuple(cell for name, root in roots.items() for cell in _cells(name, root, texts)),
        names=names,
        hidden=tuple(area for name, root in roots.items() for area in _hidden(name.lower(), root)),
        elsewhere=any(_says_tag(package.read(part)) for part in package.names if part not in ordinary),
    )


def _cells(name: str, sheet: Any, texts: list[str]) -> Iterator[SheetCell]:
    for cell in sheet.iter(f"{_S}c"):
        formula = cell.findtext(f"{_S}f") or ("=" if cell.find(f"{_S}f") is not None else "")
        shown = _shown(cell, texts)
        shown = formula if SIGN.search(formula) and not SIGN.search(shown) else shown
        if formula or shown:
            letters, row, _ = re.split(r"([0-9]+)", cell.get("r", ""))
            yield SheetCell(name, int(row), _column(letters), shown, formula)


def _hidden(name: str, sheet: Any) -> Iterator[Area]:
    last_row, last_column = 1 << 20, 1 << 14
    for row in sheet.iter(f"{_S}row"):
        if row.get("hidden") in ("1", "true"):
            yield Area(name, int(row.get("r")), 1, int(row.get("r")), last_column)
    for each in sheet.iter(f"{_S}col"):
        if each.get("hidden") in ("1", "true"):
            yield Area(name, 1, int(each.get("min")), last_row, int(each.get("max")))


def _says_tag(part: bytes) -> bool:
    """Whether a part besides the sheets has a tag in its text: a comment, a text box, a page's header."""
    root = root_of(part)
    return root is not None and bool(SIGN.search("".join(root.itertext())))


def _pieces(text: str) -> list[str]:
    """The parts of a union, which commas separate outside quotes."""
    return [piece.strip() for piece in re.findall(r"(?:'(?:[^']|'')*'|[^',])+", text)]


def _area(text: str) -> Area | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    rows = sorted((int(match[4]), int(match[6] or match[4])))
    columns = sorted((_column(match[3]), _column(match[5] or match[3])))
    return Area(_sheet_name(match[1] or match[2]), rows[0], columns[0], rows[1], columns[1])


def _sheet_name(text: str) -> str:
    return _BOOK.sub("", text.replace("''", "'")).lower()


def _shown(cell: Any, texts: list[str]) -> str:
    value = cell.findtext(f"{_S}v") or ""
    if cell.get("t") == "e":
        return ""
    return texts[int(value)] if cell.get("t") == "s" else value or _text(cell)


def _text(element: Any) -> str:
    """The text of a cell or a shared string, without the reading aids of East Asian text."""
    texts = element.iter(f"{_S}t")
    return "".join(each.text or "" for each in texts if next(each.iterancestors(f"{_S}rPh"), None) is None)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
