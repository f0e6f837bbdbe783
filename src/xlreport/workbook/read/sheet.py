"""One sheet of a returned workbook, gone through once: what a filing needs, formula and cached result of a cell together.

Where values stand, what the schema does not know is damage: programs differ on whether they show it. Spelling is no
damage where the place and the content of every cell are certain.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from xlreport.rules.evaluate import CellError, Value, plain
from xlreport.storage.opc import PackageFault
from xlreport.workbook.layout.plan import a1
from xlreport.workbook.read.dates import moment
from xlreport.workbook.read.fonts import Conditional
from xlreport.workbook.read.from_openpyxl import dated, formula_translator
from xlreport.workbook.read.number_format import DATES
from xlreport.workbook.read.ooxml import Text, areas, characters, known, local, text_of, truth, unescape
from xlreport.workbook.read.returned import BLANK, Area, ReturnedCell, ReturnedSheet, shown
from xlreport.workbook.read.same_formula import column_index
from xlreport.workbook.read.styles import Styles, conditional

if TYPE_CHECKING:
    from datetime import datetime

#: Limits of one sheet, far above what a workbook of ours needs, so that a forged one ends soon: rectangles of
#: validations, merges, columns and conditional formats; characters of shared formulas translated.
MAX_AREAS = 20_000
MAX_TRANSLATED = 2_000_000

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_NUMBER = re.compile(r"[ \t\r\n]*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[ \t\r\n]*\Z")

#: Lines less high (points) or wide (characters) than this are as good as hidden.
_LEAST_HEIGHT, _LEAST_WIDTH = 2.0, 0.3


@lru_cache(maxsize=10_000)
def _place(address: str) -> tuple[int, int]:
    """E12 → (12, 4), the row as it is written; lower case and $ are as good."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise PackageFault(address)
    return int(match[2]), column_index(match[1])


class Shared(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[Text]
    styles: Styles
    epoch: datetime


class SheetParser:
    """Raises PackageFault, ValueError and what XML parsers raise for a damaged part."""

    #: Length of the longest shared formula so far, and the characters translated.
    longest = translated = 0

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        #: The formulas that cells share, by their index: openpyxl's translator, set on the cell that holds the formula.
        self.formulas: dict[str | None, Any] = {}
        #: Cells by row as written and column; the number of the row and column last gone through.
        self.cells: dict[tuple[int, int], ReturnedCell] = {}
        self.row = self.col = 0
        self.rows = 0
        self.numbers: set[int] = set()
        #: By how much the addresses of cells differ from the numbers of their rows.
        self.shifts: set[int] = set()
        self.unaddressed: set[tuple[int, int]] = set()
        self.protected = self.zeros_hidden = False
        self.validations: list[Area] = []
        self.merges: list[Area] = []
        self.conditional: list[tuple[Area, Conditional]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []

    def sheet(self, source: IO[bytes]) -> ReturnedSheet:
        """Read the part; its title is for the workbook to say. A parser reads one sheet."""
        data = 0
        root = None  # in the end: its end comes last
        for _, root in iterparse(source):  # noqa: S314  (the package lets no DOCTYPE through)
            self.take(root)
            data += local(root.tag) == "sheetData"
        if root is None or local(root.tag) != "worksheet":
            raise PackageFault("no sheet")
        own = [child for child in root if local(child.tag) == "sheetData"]
        if len(own) != 1 or data != 1:
            raise PackageFault("not one table of cells")
        if sum(1 for _ in known(own[0], ("row",))) != self.rows:
            raise PackageFault("rows outside the data of the sheet")
        first = self.first_row()
        return ReturnedSheet(
            title="",
            position=0,
            cells={(row - first, col): cell for (row, col), cell in self.cells.items()},
            protected=self.protected,
            zeros_hidden=self.zeros_hidden,
            validations=tuple(self.validations),
            conditional=tuple(self.conditional),
            merges=tuple(self.merges),
            hidden_rows=frozenset(row - first for row in self.hidden_rows),
            hidden_columns=tuple(self.hidden_columns),
        )

    def take(self, element: Element) -> None:
        """An element whose end has come."""
        match local(element.tag):
            case "row":
                self.read_row(element)
                element.clear()
            case "col":
                if truth(element.get("hidden")) or _below(element.get("width"), _LEAST_WIDTH):
                    self.hidden_columns.append((int(element.get("min", "1")) - 1, int(element.get("max", "1")) - 1))
            case "sheetView":
                self.zeros_hidden = self.zeros_hidden or element.get("showZeros", "1") in ("0", "false", "off")
            case "sheetProtection":
                self.protected = truth(element.get("sheet"))
            case "dataValidation":
                self.validations.extend(islice(areas(element.get("sqref", "")), MAX_AREAS))
            case "mergeCell":
                self.merges.extend(areas(element.get("ref", "")))
            case name if name.endswith("conditionalFormatting"):
                self.read_conditional(element)
            case _:
                return
        if max(len(self.validations), len(self.merges), len(self.hidden_columns), len(self.conditional)) > MAX_AREAS:
            raise PackageFault("too many areas")

    def first_row(self) -> int:
        """The number that the first row bears: 1, or 0 where a program counted from there throughout."""
        if 0 not in self.numbers:
            if self.shifts - {0}:
                raise PackageFault("a cell in another row")
            return 1
        if self.shifts == {1}:  # the rows alone count from 0, their cells from 1
            self.cells = {
                ((row + 1, col) if (row, col) in self.unaddressed else (row, col)): cell
                for (row, col), cell in self.cells.items()
            }
            self.hidden_rows = {row + 1 for row in self.hidden_rows}
            return 1
        if self.shifts - {0}:
            raise PackageFault("a cell in another row")
        return 0

    def read_row(self, element: Element) -> None:
        number = element.get("r") or None
        self.row = self.row + 1 if number is None else int(number)
        if self.row < 0:
            raise PackageFault("a row above the first")
        self.rows += 1
        self.col = -1
        if number is not None:
            self.numbers.add(self.row)
        for name, child in known(element, ("c", "extLst")):
            if name == "c":
                self.read_cell(child, numbered=number is not None)
        if truth(element.get("hidden")) or _below(element.get("ht"), _LEAST_HEIGHT):
            self.hidden_rows.add(self.row)

    def read_cell(self, element: Element, *, numbered: bool) -> None:
        """A cell without an address stands right of the one before."""
        address = element.get("r") or None
        row, self.col = (self.row, self.col + 1) if address is None else _place(address)
        if address is not None and numbered:
            self.shifts.add(row - self.row)
        elif address is not None:
            self.row = row  # a row without a number is where its cells are
        cell = self.returned_cell(element, a1(row, self.col))
        if cell is BLANK:
            return
        if (row, self.col) in self.cells:
            raise PackageFault("two cells in one place")
        self.cells[row, self.col] = cell
        if address is None:
            self.unaddressed.add((row, self.col))

    def returned_cell(self, element: Element, address: str) -> ReturnedCell:
        """What stands in a cell; BLANK where nothing does. `address` is any that is as far from those of other cells."""
        found: dict[str, Element] = {}
        for name, child in known(element, ("f", "v", "is", "extLst")):
            if name in found:
                raise PackageFault("two contents in one cell")
            found[name] = child
        kind = element.get("t", "n")
        if ("v" if kind == "inlineStr" else "is") in found:
            raise PackageFault(f"a content that is none of a cell of type {kind}")
        if not found:
            return BLANK
        style = self.shared.styles.of(element.get("s", ""))
        formula = self.formula(found["f"], address) if "f" in found else None
        text = characters(found["v"]) if "v" in found else ""
        value: Value = None
        at: datetime | None = None
        if kind == "s" or "is" in found:
            string = self.string(text) if kind == "s" else text_of(found["is"])
            value = None if string is None else string.value
        else:
            value, at = self.content(kind, text, dated_format=style.format == DATES)
            string = Text(shown(value))
        if value is None and formula is None:
            return BLANK
        return ReturnedCell(value, formula, at, style.format, style.oddities(string) if string else ())

    def string(self, text: str) -> Text | None:
        """A string of the workbook's table; None where the cell names none."""
        if not text:
            return None
        if not (text.isascii() and text.strip().isdecimal()):
            raise PackageFault(text[:20])
        return self.shared.strings[int(text)]

    def content(self, kind: str, text: str, *, dated_format: bool) -> tuple[Value, datetime | None]:
        """The value that stands in a cell of one of the plain types, and the date it is shown as."""
        match kind:
            case "inlineStr":
                return None, None
            case "str":
                return unescape(text) or None, None
            case "n" | "b" | "e" | "d" if not text:
                return None, None
            case "b":
                return truth(text), None
            case "e":
                return CellError(text), None
            case "d":
                return dated(text, self.shared.epoch)
            case "n":
                pass
            case _:
                raise PackageFault(f"a cell of type {kind}")
        if not _NUMBER.match(text):
            return CellError(text), None  # no number, in a cell of numbers: programs differ on what to show
        number = plain(float(text))
        if not math.isfinite(number):
            return CellError("#NUM!"), None
        if not dated_format:
            return number, None
        try:
            return number, moment(number, self.shared.epoch)
        except (OverflowError, ValueError):
            return CellError("#VALUE!"), None

    def formula(self, own: Element, address: str) -> str:
        """The formula's text without "="; a child of a shared formula is translated to its own cell."""
        text = characters(own)
        if own.get("t") != "shared":
            return text
        self.longest = max(self.longest, len(text))
        self.translated += self.longest
        if self.translated > MAX_TRANSLATED:
            raise PackageFault("too many shared formulas")
        translate, faults = formula_translator()
        try:
            shared = self.formulas.get(own.get("si"))
            if shared is not None:
                return str(shared.translate_formula(address)).removeprefix("=")
            if text:
                self.formulas[own.get("si")] = translate(f"={text}", address)
        except faults:
            pass
        return text

    def read_conditional(self, element: Element) -> None:
        """What a conditional format may do to its cells; those of later editions bring their own style with them."""
        own = [child for child in element.iter() if child.tag.endswith("}sqref")]
        reference = element.get("sqref") or " ".join(child.text or "" for child in own)
        for rule in element:
            if rule.tag.rpartition("}")[2] == "cfRule" and (change := self.change(rule)):
                self.conditional += [(area, change) for area in islice(areas(reference), MAX_AREAS)]

    def change(self, rule: Element) -> Conditional:
        for child in rule:
            match child.tag.rpartition("}")[2]:
                case "dxf":
                    return conditional(child)
                case "dataBar" | "iconSet" if child.get("showValue") in ("0", "false", "off"):
                    return Conditional(odd=("unseen",))
        index = rule.get("dxfId")
        return Conditional() if index is None else self.shared.styles.conditional[int(index)]


def _below(text: str | None, least: float) -> bool:
    try:
        return text is not None and float(text) < least
    except ValueError:
        return False
