"""A workbook that came back → a `Filing`. Nothing is ever saved.

The parts are read as they are: each sheet is gone through once, formulas and their cached results together, and what the
filing does not need (pictures, themes) is left alone, so that nothing there can fail. openpyxl is asked where its knowledge
is needed, for formulas that cells share and dates written out; a test holds that it reads the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.forms.model import Form
from xlreport.storage.files import StrPath
from xlreport.storage.opc import Package, PackageFault, UnsafePart
from xlreport.storage.zips import BadZip, TooLarge, Zip
from xlreport.workbook.read.assemble import assemble
from xlreport.workbook.read.cell import Shared
from xlreport.workbook.read.colours import Palette, theme_colours
from xlreport.workbook.read.dates import MAC_EPOCH, WINDOWS_EPOCH
from xlreport.workbook.read.drawings import drawings
from xlreport.workbook.read.file_check import open_workbook, refusal
from xlreport.workbook.read.ooxml import Target, children, local, target, tree, truth
from xlreport.workbook.read.recognise import recognise
from xlreport.workbook.read.returned import ReturnedSheet, ReturnedWorkbook
from xlreport.workbook.read.sheet import SheetParser
from xlreport.workbook.read.strings import shared_strings
from xlreport.workbook.read.styles import Styles, read_styles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from xlreport.workbook.read.colours import Colour

#: Limits, far above what a workbook of ours needs: sheets, names, characters of a title (Excel allows 31).
MAX_SHEETS = 500
MAX_NAMES = 50_000
MAX_TITLE = 255

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
    BadZip,
)


def read_workbook(path: StrPath, form: Form | None = None) -> Filing:
    """Read what staff filled in, cleaned, with every damage named as a finding.

    `form` is the form to read by; without it the workbook itself says which built-in form it is of. Totals are never
    taken from the file. Raises InputError where the file is no workbook, or none of ours.
    """
    path = Path(path)
    returned = load(open_workbook(path), path.name)
    recognised = recognise(returned, form, path.name)
    return assemble(returned, recognised, path.name)


def load(content: bytes, source: str = "") -> ReturnedWorkbook:
    """The content of an .xlsx file as data. Raises InputError where it is damaged."""
    try:
        return _workbook(Package(Zip(content)))
    except (TooLarge, UnsafePart) as fault:
        raise refusal(fault, source) from None
    except _DAMAGE:
        raise InputError(
            f"文件“{source}”已损坏，或不是完整的 Excel 工作簿，请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再试。"
        ) from None


def _workbook(package: Package) -> ReturnedWorkbook:
    part = package.main()
    if part is None:
        raise PackageFault("no workbook")
    book = tree(package.xml(part), "workbook")
    strings, styles = package.related(part, "sharedStrings"), package.related(part, "styles")
    epoch, locked = _properties(book)
    own = read_styles(package.xml(styles), _theme(package, part)) if styles else Styles()
    shared = Shared(
        strings=shared_strings(package.xml(strings), own.palette) if strings else [], styles=own, epoch=epoch
    )
    sheets = tuple(_sheets(package, part, children(book, "sheets"), shared))
    return ReturnedWorkbook(sheets=sheets, names=_names(children(book, "definedNames")), structure_locked=locked)


def _theme(package: Package, part: str) -> tuple[Colour, ...]:
    """The colours of the workbook's theme; the usual black and white where it cannot be read: values do not hang on it."""
    try:
        theme = package.related(part, "theme")
        return theme_colours(package.xml(theme)) if theme else Palette().theme
    except (PackageFault, UnsafePart, SyntaxError):
        return Palette().theme


def _properties(book: Element) -> tuple[datetime, bool]:
    """What serial numbers of dates count from, and whether the structure is locked."""
    epoch, locked = WINDOWS_EPOCH, False
    for element in book:
        match local(element.tag):
            case "workbookPr" if truth(element.get("date1904")):
                epoch = MAC_EPOCH
            case "workbookProtection":
                locked = truth(element.get("lockStructure"))
    return epoch, locked


def _sheets(package: Package, part: str, entries: list[Element], shared: Shared) -> Iterator[ReturnedSheet]:
    """The sheets in their order; those of other kinds (charts) without cells."""
    titles = [entry.attrib["name"] for entry in entries]
    ids = [next((id_ for name, id_ in entry.items() if name.endswith("relationships}id")), "") for entry in entries]
    if not entries or len(entries) > MAX_SHEETS or max(map(len, titles)) > MAX_TITLE:
        raise PackageFault("sheets")
    if len({title.casefold() for title in titles}) < len(titles):
        raise PackageFault("two sheets of one title")
    relations = package.relations(part)
    read: dict[str, ReturnedSheet] = {}
    for position, (entry, title, id_) in enumerate(zip(entries, titles, ids, strict=True)):
        kind, sheet_part = relations[id_][:2]
        state = entry.get("state") or "visible"
        if local(entry.tag) != "sheet" or sheet_part not in package:
            raise PackageFault(title)
        if kind == "worksheet" and sheet_part not in read:
            cells = SheetParser(shared).sheet(package.xml(sheet_part))
            read[sheet_part] = replace(cells, drawn=drawings(package, sheet_part))
        sheet = read.get(sheet_part) or ReturnedSheet(title=title, position=position)
        yield replace(sheet, title=title, position=position, state=state)


def _names(elements: list[Element]) -> dict[str, Target]:
    """The names of the workbook (not those of a sheet), lower case, with the one cell they point to."""
    if len(elements) > MAX_NAMES:
        raise PackageFault("names")
    names: dict[str, Target] = {}
    for element in elements:
        if local(element.tag) == "definedName" and element.get("localSheetId") is None:
            name, to = element.attrib["name"].casefold(), target(element.text or "")
            names[name] = to if names.get(name, to) == to else Target()
    return names
