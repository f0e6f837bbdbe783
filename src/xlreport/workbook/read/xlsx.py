"""A workbook that came back → a `Filing`. Nothing is ever saved.

The parts are read as they are: each sheet is gone through once, formulas and their cached results together, and what the
filing does not need (styles, pictures, conditional formats) is left alone, so that nothing there can fail. openpyxl is
asked where its knowledge is needed, for formulas that cells share and dates written out; a test holds that it reads the same.
"""

from __future__ import annotations

import math
import re
import zipfile
import zlib
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import islice
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, iterparse

from xlreport.errors import InputError
from xlreport.rules.evaluate import CellError, Value, plain
from xlreport.workbook.layout.plan import a1
from xlreport.workbook.read.assemble import assemble
from xlreport.workbook.read.dates import BUILTIN_FORMATS, MAC_EPOCH, WINDOWS_EPOCH, moment, shows_date
from xlreport.workbook.read.file_check import open_workbook
from xlreport.workbook.read.from_openpyxl import dated, formula_translator
from xlreport.workbook.read.number_format import DATES, PLAIN
from xlreport.workbook.read.ooxml import MAIN, areas, plain_text, related, shared_strings, target, truth, unescape
from xlreport.workbook.read.recognise import recognise
from xlreport.workbook.read.returned import BLANK, Area, ReturnedCell, ReturnedSheet, ReturnedWorkbook, Target
from xlreport.workbook.read.same_formula import column_index

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.forms.model import Form

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

#: Limits of one sheet, far above what a workbook of ours needs, so that a forged one ends soon: rectangles of
#: validations, merges and columns; characters of shared formulas translated.
MAX_AREAS = 20_000
MAX_TRANSLATED = 2_000_000

#: What a damaged part makes openpyxl and the standard library raise.
_DAMAGE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,  # both XML libraries derive their parse errors from it
    EOFError,
    NotImplementedError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_workbook(path: Path, form: Form | None = None) -> Filing:
    """Read what staff filled in, cleaned, with every damage named as a finding.

    `form` is the form to read by; without it the workbook itself says which built-in form it is of. Totals are never
    taken from the file. Raises InputError where the file is no workbook, or none of ours.
    """
    returned = load(open_workbook(path), path.name)
    recognised = recognise(returned, form, path.name)
    return assemble(returned, recognised, path.name)


def load(content: bytes, source: str = "") -> ReturnedWorkbook:
    """The content of an .xlsx file as data. Raises InputError where it is damaged."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _workbook(archive)
    except _DAMAGE:
        raise InputError(
            f"文件“{source}”已损坏，或不是完整的 Excel 工作簿，请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再试。"
        ) from None


def _workbook(archive: zipfile.ZipFile) -> ReturnedWorkbook:
    part = dict(related(archive, "").values())["officeDocument"]
    relations = related(archive, part)
    by_kind = {kind: to for kind, to in relations.values() if to in archive.NameToInfo}
    strings = shared_strings(archive, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else []
    codes = _number_formats(archive, by_kind["styles"]) if "styles" in by_kind else {}
    entries: list[tuple[str, str, str]] = []
    names: dict[str, Target] = {}
    epoch, locked = WINDOWS_EPOCH, False
    with archive.open(part) as source:
        for _, element in iterparse(source):  # noqa: S314  (intake refuses every DOCTYPE)
            match element.tag.removeprefix(MAIN):
                case "workbookPr" if truth(element.get("date1904")):
                    epoch = MAC_EPOCH
                case "workbookProtection":
                    locked = truth(element.get("lockStructure"))
                case "sheet":
                    entries.append((element.attrib["name"], element.get("state", "visible"), element.get(_ID, "")))
                case "definedName" if element.get("localSheetId") is None:
                    name, to = element.attrib["name"].casefold(), target(element.text or "")
                    names[name] = to if names.get(name, to) == to else Target()
    sheets = []
    for position, (title, state, id_) in enumerate(entries):
        kind, sheet_part = relations.get(id_, ("", ""))
        if kind != "worksheet" or sheet_part not in archive.NameToInfo:
            sheets.append(ReturnedSheet(title=title, position=position, state=state))
            continue
        with archive.open(sheet_part) as source:
            parser = _SheetParser(source, strings, codes, epoch=epoch)
            sheets.append(parser.sheet(title, position, state))
    if not sheets or len({sheet.title.casefold() for sheet in sheets}) < len(sheets):
        raise LookupError("sheets")
    return ReturnedWorkbook(sheets=tuple(sheets), names=names, structure_locked=locked)


# Styles


def _number_formats(archive: zipfile.ZipFile, part: str) -> dict[str, str | None]:
    """The number format of each cell style by its index: "" where it shows every value as it stands, None for a date."""
    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    codes: dict[str, str | None] = {}
    with archive.open(part) as source:
        for _, element in iterparse(source):  # noqa: S314  (intake refuses every DOCTYPE)
            if element.tag == f"{MAIN}numFmt":
                formats[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
            elif element.tag == f"{MAIN}cellXfs":
                for n, xf in enumerate(element.findall(f"{MAIN}xf")):
                    id_ = int(xf.get("numFmtId", "0"))
                    code = formats.get(id_, "")
                    # 27–36 and 50–58 are date formats of East Asian editions, not among the built-in ones.
                    if (id_ not in formats and (27 <= id_ <= 36 or 50 <= id_ <= 58)) or shows_date(code):
                        codes[str(n)] = None
                    else:
                        codes[str(n)] = "" if code in PLAIN else code
    return codes


# Sheets

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NUMBER = re.compile(r"[ \t\r\n]*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[ \t\r\n]*\Z")

_CELL, _VALUE, _FORMULA, _STRING = (MAIN + name for name in ("c", "v", "f", "is"))
_WANTED = {MAIN + name: name for name in ("row", "sheetData", "col", "sheetProtection", "dataValidation", "mergeCell")}


@lru_cache(maxsize=10_000)
def _place(address: str) -> tuple[int, int] | None:
    """E12 → (11, 4); None where it is no address."""
    match = _ADDRESS.fullmatch(address)
    return (int(match[2]) - 1, column_index(match[1])) if match and int(match[2]) else None


class _SheetParser:
    """One pass over a sheet: what a filing needs, with formula and cached result of a cell together."""

    def __init__(self, source: IO[bytes], strings: list[str], codes: dict[str, str | None], *, epoch: datetime) -> None:
        self.source = source
        self.shared_strings = strings
        self.codes = codes
        self.epoch = epoch
        self.row_counter = self.col_counter = 0
        #: Formulas that cells share, by their index: openpyxl's translator, set on the cell that holds the formula.
        self.shared_formulas: dict[str | None, Any] = {}

    #: Length of the longest shared formula so far, and the characters translated.
    longest = translated = 0

    def sheet(self, title: str, position: int, state: str) -> ReturnedSheet:
        cells: dict[tuple[int, int], ReturnedCell] = {}
        protected = False
        validations: list[Area] = []
        merges: list[Area] = []
        hidden_rows: set[int] = set()
        hidden_columns: list[tuple[int, int]] = []
        loose = 0  # rows that stand in no sheetData, where no program shows them
        for _, element in iterparse(self.source):  # noqa: S314  (intake refuses every DOCTYPE)
            match _WANTED.get(element.tag):
                case "row":
                    number = element.get("r")
                    self.row_counter = self.row_counter + 1 if number is None else int(number)
                    self.col_counter = 0
                    if truth(element.get("hidden")) or element.get("ht") == "0":
                        hidden_rows.add(self.row_counter - 1)
                    for child in element:
                        if child.tag != _CELL:
                            continue
                        place = self.place(child)
                        if place[0] != self.row_counter - 1 and number is not None:
                            raise ValueError("a cell in another row")
                        if len(child) and (cell := self.returned_cell(child)) is not BLANK:
                            if place in cells:
                                raise ValueError("two cells in one place")
                            cells[place] = cell
                    element.clear()
                    loose += 1
                case "sheetData":
                    loose -= len(element)
                case "col":
                    if truth(element.get("hidden")) or element.get("width") == "0":
                        hidden_columns.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
                case "sheetProtection":
                    protected = truth(element.get("sheet"))
                case "dataValidation":
                    validations.extend(islice(areas(element.get("sqref", "")), MAX_AREAS))
                case "mergeCell":
                    merges.extend(areas(element.get("ref", "")))
                case _:
                    continue
            if max(len(validations), len(merges), len(hidden_columns)) > MAX_AREAS:
                raise ValueError("too many areas")
        if loose:
            raise ValueError("rows outside the data of the sheet")
        return ReturnedSheet(
            title=title,
            position=position,
            state=state,
            cells=cells,
            protected=protected,
            validations=tuple(validations),
            merges=tuple(merges),
            hidden_rows=frozenset(hidden_rows),
            hidden_columns=tuple(hidden_columns),
        )

    def place(self, element: Element) -> tuple[int, int]:
        """Row and column; a cell without an address stands right of the one before, and is given its own."""
        address = element.get("r")
        if address is None:
            place = self.row_counter - 1, self.col_counter
            element.set("r", a1(*place))
        elif (found := _place(address)) is None:
            raise ValueError(address)
        else:
            place = found
        self.col_counter = place[1] + 1
        return place

    def returned_cell(self, element: Element) -> ReturnedCell:
        """What stands in a cell; BLANK where nothing does."""
        text: str | None = None
        string: Element | None = None
        formula: str | None = None
        if len(element) > 1 and len({child.tag for child in element}) < len(element):
            raise ValueError("two contents in one cell")
        for child in element:
            if child.tag == _VALUE:
                text = child.text
            elif child.tag == _FORMULA and formula is None:
                formula = self.formula(element, child)
            elif child.tag == _STRING:
                string = child
        value, moment = self.content(element, text, string)
        if value is None and formula is None:
            return BLANK
        code = self.code(element)
        return ReturnedCell(value, formula, moment, DATES if code is None else code)

    def code(self, element: Element) -> str | None:
        """The number format of a cell: "" where it shows every value as it stands, None for a date or a time."""
        style = element.get("s", "0")
        return self.codes[style] if style in self.codes else self.codes.get(str(int(style)), "")

    def content(self, element: Element, text: str | None, string: Element | None) -> tuple[Value, datetime | None]:
        """The value that stands in a cell, and the date it is shown as."""
        match element.get("t", "n"):
            case "inlineStr":
                return (None if string is None else plain_text(string)), None
            case "str":
                return (None if text is None else unescape(text)), None
            case _ if not text:
                return None, None
            case "s":
                if not text.isdecimal():
                    raise ValueError(text)
                return self.shared_strings[int(text)], None
            case "b":
                return truth(text), None
            case "e":
                return CellError(text), None
            case "d":
                return dated(text, self.epoch)
        if not _NUMBER.match(text):
            return CellError(text), None  # no number, in a cell of numbers: programs differ on what to show
        number = plain(float(text))
        if not math.isfinite(number):
            return CellError("#NUM!"), None
        if self.code(element) is not None:
            return number, None
        try:
            return number, moment(number, self.epoch)
        except (OverflowError, ValueError):
            return CellError("#VALUE!"), None

    def formula(self, element: Element, own: Element) -> str:
        """The formula's text without "="; a child of a shared formula is translated to its own cell."""
        text = own.text or ""
        if own.get("t") != "shared":
            return text
        self.longest = max(self.longest, len(text))
        self.translated += self.longest
        if self.translated > MAX_TRANSLATED:
            raise ValueError("too many shared formulas")
        translator, faults = formula_translator()
        try:
            shared = self.shared_formulas.get(own.get("si"))
            if shared is not None:
                return str(shared.translate_formula(element.attrib["r"])).removeprefix("=")
            if text:
                self.shared_formulas[own.get("si")] = translator(f"={text}", element.attrib["r"])
        except faults:
            pass
        return text
