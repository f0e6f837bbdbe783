"""One sheet of a returned workbook, gone through once: what a filing needs, formula and cached result of a cell together.

Where values stand, what the schema does not know is damage: programs differ on whether they show it. Spelling is no
damage where the place and the content of every cell are certain.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from msgspec.structs import replace

from xlreport.storage.opc import PackageFault
from xlreport.workbook.layout.plan import a1
from xlreport.workbook.read.cell import CellReader, Shared
from xlreport.workbook.read.conditional import Conditional, rule_of
from xlreport.workbook.read.ooxml import Area, areas, bare, known, local, truth
from xlreport.workbook.read.returned import BLANK, ReturnedCell, ReturnedSheet
from xlreport.workbook.read.same_formula import column_index

#: Limits of one sheet, far above what a workbook of ours needs, so that a forged one ends soon: rectangles of
#: validations, merges and columns; cells that array formulas fill.
MAX_AREAS = 20_000
MAX_FILLED = 2_000_000

#: Rectangles of conditional formats that can make a figure look otherwise: each is held against every figure.
MAX_CONDITIONAL = 2_000

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

#: What stands in a row is gone through with its row: most of a sheet.
_OF_ROWS = frozenset(("c", "f", "v", "is", "t"))

#: Lines less high (points) or wide (characters) than this are as good as hidden.
_LEAST_HEIGHT, _LEAST_WIDTH = 2.0, 1.0


@lru_cache(maxsize=10_000)
def _place(address: str) -> tuple[int, int]:
    """E12 → (12, 4), the row as it is written; lower case and $ are as good."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise PackageFault(address)
    return int(match[2]), column_index(match[1])


class SheetParser:
    """Raises PackageFault, ValueError and what XML parsers raise for a damaged part."""

    def __init__(self, shared: Shared) -> None:
        self.styles, self.contents = shared.styles, CellReader(shared)
        #: Cells by row as written and column; the number of the row and column last gone through.
        self.cells: dict[tuple[int, int], ReturnedCell] = {}
        self.row = self.col = 0
        self.rows = 0
        self.numbers: set[int] = set()
        #: By how much the addresses of cells differ from the numbers of their rows.
        self.shifts: set[int] = set()
        self.unaddressed: set[tuple[int, int]] = set()
        self.from_zero = False
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
            name = local(root.tag)
            if name not in _OF_ROWS:
                self.take(name, root)
            data += name == "sheetData"
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
            cells=self.filled({(row - first, col): cell for (row, col), cell in self.cells.items()}),
            protected=self.protected,
            zeros_hidden=self.zeros_hidden,
            validations=tuple(self.validations),
            conditional=tuple(self.conditional),
            merges=tuple(self.merges),
            hidden_rows=frozenset(row - first for row in self.hidden_rows),
            hidden_columns=tuple(self.hidden_columns),
        )

    def take(self, name: str, element: Element) -> None:
        """An element whose end has come."""
        match name:
            case "row":
                self.read_row(element)
                element.clear()
                return
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
            case _ if name.endswith("conditionalFormatting"):
                self.read_conditional(element)
            case _:
                return
        longest = max(len(self.validations), len(self.merges), len(self.hidden_columns))
        if longest > MAX_AREAS or len(self.conditional) > MAX_CONDITIONAL:
            raise PackageFault("too many areas")

    def first_row(self) -> int:
        """The number that the first row bears: 1, or 0 where a program counted from there throughout."""
        if 0 in self.numbers and self.shifts == {1}:  # the rows alone count from 0, their cells from 1
            self.cells = {
                ((row + 1, col) if (row, col) in self.unaddressed else (row, col)): cell
                for (row, col), cell in self.cells.items()
            }
            self.hidden_rows = {row + 1 for row in self.hidden_rows}
            return 1
        if self.shifts - {0}:
            raise PackageFault("a cell in another row")
        if self.from_zero or (0 in self.numbers and not self.shifts):
            return 0
        if any(row == 0 for row, _ in self.cells):
            raise PackageFault("a cell above the first row")
        return 1

    def filled(self, cells: dict[tuple[int, int], ReturnedCell]) -> dict[tuple[int, int], ReturnedCell]:
        """The cells, with its formula in each that a formula of another cell fills: only the first one bears it."""
        work = 0
        for (r1, c1, r2, c2), formula in self.contents.arrays:
            size = (r2 - r1 + 1) * (c2 - c1 + 1)
            inside = (
                [(row, col) for row in range(r1, r2 + 1) for col in range(c1, c2 + 1)]
                if 0 < size < len(cells)
                else [(row, col) for row, col in cells if r1 <= row <= r2 and c1 <= col <= c2]
            )
            work += min(max(size, 0), len(cells))
            if work > MAX_FILLED:
                raise PackageFault("too many array formulas")
            for place in inside:
                if place in cells and cells[place].formula is None:
                    cells[place] = replace(cells[place], formula=formula)
        return cells

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
        self.from_zero = self.from_zero or (address is not None and row == 0)
        if address is not None and numbered:
            self.shifts.add(row - self.row)
        elif address is not None:
            self.row = row  # a row without a number is where its cells are
        cell = self.contents.cell(element, a1(row, self.col))
        if cell is BLANK:
            return
        if (row, self.col) in self.cells:
            raise PackageFault("two cells in one place")
        self.cells[row, self.col] = cell
        if address is None:
            self.unaddressed.add((row, self.col))

    def read_conditional(self, element: Element) -> None:
        """What a conditional format may do to its cells; those of later editions bring their own style with them."""
        own = [child for child in element.iter() if child.tag.endswith("}sqref")]
        reference = element.get("sqref") or " ".join(child.text or "" for child in own)
        where = list(islice(areas(reference), MAX_AREAS))
        if len(where) < min(len(reference.split()), MAX_AREAS):
            raise PackageFault(f"sqref {reference[:40]}")
        for rule in element:
            if bare(rule.tag) == "cfRule" and (change := rule_of(rule, self.styles.palette, self.styles.conditional)):
                self.conditional += [(area, change) for area in where]


def _below(text: str | None, least: float) -> bool:
    try:
        return text is not None and float(text) < least
    except ValueError:
        return False
