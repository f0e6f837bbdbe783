"""What stands in one cell: value, formula, date, and how the text looks. Its place is for the sheet to say."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from xlreport.rules.evaluate import CellError, Value
from xlreport.storage.opc import PackageFault
from xlreport.wording import plain
from xlreport.workbook.read.dates import moment
from xlreport.workbook.read.from_openpyxl import dated, formula_translator
from xlreport.workbook.read.number_format import DATES
from xlreport.workbook.read.ooxml import Area, areas, characters, known, truth, unescape
from xlreport.workbook.read.returned import BLANK, ReturnedCell, shown
from xlreport.workbook.read.strings import Text, text_of

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from xlreport.workbook.read.styles import Styles

#: Characters of shared formulas that are translated for one sheet; a workbook of ours has none.
MAX_TRANSLATED = 2_000_000

_NUMBER = re.compile(r"[ \t\r\n]*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[ \t\r\n]*\Z")


class Shared(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[Text]
    styles: Styles
    epoch: datetime


class CellReader:
    """Reads the cells of one sheet. Raises PackageFault, ValueError and LookupError for a damaged one.

    `arrays` are the areas that one formula fills, with the formula.
    """

    #: Length of the longest shared formula so far, and the characters translated.
    longest = translated = 0

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        #: The formulas that cells share, by their index: openpyxl's translator, set on the cell that holds the formula.
        self.formulas: dict[str | None, Any] = {}
        self.arrays: list[tuple[Area, str]] = []

    def cell(self, element: Element, address: str) -> ReturnedCell:
        """What stands in a cell; BLANK where nothing does. `address` is any that is as far from those of other cells."""
        parts: dict[str, Element] = {}
        for name, child in known(element, ("f", "v", "is", "extLst")):
            if name in parts:
                raise PackageFault("two contents in one cell")
            parts[name] = child
        kind = element.get("t", "n")
        if ("v" if kind == "inlineStr" else "is") in parts:
            raise PackageFault(f"a content that is none of a cell of type {kind}")
        if not parts:
            return BLANK
        style = self.shared.styles.of(element.get("s", ""))
        formula = self.formula(parts["f"], address) if "f" in parts else None
        text = characters(parts["v"]) if "v" in parts else ""
        value: Value = None
        at: datetime | None = None
        string: Text | None = None
        if kind == "s" or "is" in parts:
            string = self.string(text) if kind == "s" else text_of(parts["is"], self.shared.styles.palette)
            value = None if string is None else string.value
        else:
            value, at = self.content(kind, text, dated_format=style.format == DATES)
        if value is None and formula is None:
            return BLANK
        string = string or Text(shown(value))
        looks = style.pieces(string), style.letters(string), style.ground
        return ReturnedCell(value, formula, at, style.format, *looks, style.unlocked)

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
            return number, None  # no day: the cell shows ####, and formulas see the number

    def formula(self, own: Element, address: str) -> str:
        """The formula's text without "="; a child of a shared formula is translated to its own cell."""
        text = characters(own)
        if own.get("t") in ("array", "dataTable"):
            self.arrays += [(area, text) for area in areas(own.get("ref", ""))]
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
