"""What people do to a workbook, done to its parts."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from support.returns.package import M, Package, address_of, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_CELL = re.compile(r"(\$?)\b([A-Z]{1,3})(\$?)(\d+)\b")


def _on_sheet(text: str, title: str, own: bool, change: Callable[[str], str]) -> str:
    """Change the references to cells of sheet `title` in a formula that stands on it (`own`) or elsewhere."""
    pieces = re.split(r"""("(?:[^"]|"")*"|'(?:[^']|'')+'!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)""", text)
    for n, piece in enumerate(pieces):
        if piece.startswith(f"'{title}'!"):
            pieces[n] = f"'{title}'!" + change(piece.removeprefix(f"'{title}'!"))
        elif own and n % 2 == 0:
            pieces[n] = change(piece)
    return "".join(pieces)


def _everywhere(package: Package, title: str, change: Callable[[str], str]) -> None:
    for each in package.titles():
        for formula in package.sheet(each).iter(f"{M}f"):
            formula.text = _on_sheet(formula.text, title, each == title, change)
    for name in package.book.iter(f"{M}definedName"):
        name.text = _on_sheet(name.text, title, False, change)


def insert_column(package: Package, title: str, before: str) -> None:
    """Insert a column the way Excel does (merges and validations left aside)."""
    at = column_index_from_string(before)

    def move(match: re.Match[str]) -> str:
        column = column_index_from_string(match[2])
        return match[1] + get_column_letter(column + (column >= at)) + match[3] + match[4]

    _everywhere(package, title, lambda text: _CELL.sub(move, text))
    for cell in package.sheet(title).iter(f"{M}c"):
        cell.set("r", _CELL.sub(move, cell.get("r")))


def shift_cells_only(package: Package, title: str, at: int, count: int) -> None:
    """Insert or delete rows the way openpyxl does: only the cells move."""
    data = package.sheet(title).find(f"{M}sheetData")
    for row in list(data):
        number = int(row.get("r"))
        if count < 0 and at <= number < at - count:
            data.remove(row)
        elif number >= at:
            row.set("r", str(number + count))
            for cell in row:
                cell.set("r", re.sub(r"\d+", str(number + count), cell.get("r")))


def swap_rows(package: Package, title: str, one: int, other: int) -> None:
    """Exchange labels and typed values of two rows, as sorting does; formulas and names stay."""
    rows = {row.get("r"): row for row in package.sheet(title).find(f"{M}sheetData")}
    for cell in rows[str(one)]:
        letters = re.sub(r"\d", "", cell.get("r"))
        mate = package.cell(title, f"{letters}{other}")
        if cell.find(f"{M}f") is None and mate.find(f"{M}f") is None:
            _exchange(cell, mate)


def _exchange(one, other) -> None:
    kinds = one.attrib.pop("t", None), other.attrib.pop("t", None)
    contents = list(one), list(other)
    for cell, content, kind in ((other, contents[0], kinds[0]), (one, contents[1], kinds[1])):
        for child in content:
            cell.append(child)
        if kind:
            cell.set("t", kind)


def copy_labels(package: Package, title: str, texts: Mapping[str, str]) -> None:
    """Write into each cell the text that stands in another."""
    strings = package.strings()
    seen = {address: package.cell(title, address).findtext(f"{M}v") for address in texts.values()}
    for address, source in texts.items():
        put(package.cell(title, address), "inlineStr", strings[int(seen[source])])


def rename_sheet(package: Package, title: str, new: str) -> None:
    """Rename the way Excel does: every formula and name follows."""
    package.entry(title).set("name", new)
    quoted = "'" + new.replace("'", "''") + "'!"
    for each in package.titles():
        for formula in package.sheet(each).iter(f"{M}f"):
            formula.text = formula.text.replace(f"'{title}'!", quoted)
    for name in package.book.iter(f"{M}definedName"):
        name.text = name.text.replace(f"'{title}'!", quoted)


def take_sheet(package: Package, title: str) -> None:
    """Delete a sheet the way Excel does: what referred to it is #REF!."""
    entry = package.entry(title)
    entry.getparent().remove(entry)
    pattern = re.compile(re.escape(f"'{title}'!") + r"\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?")
    for each in package.titles():
        for formula in package.sheet(each).iter(f"{M}f"):
            formula.text = pattern.sub("#REF!", formula.text)
    for name in list(package.book.iter(f"{M}definedName")):
        if name.get("localSheetId"):
            name.getparent().remove(name)
        else:
            name.text = pattern.sub("#REF!", name.text)


def lose_names(package: Package, prefix: str) -> None:
    for name, element in package.names().items():
        if name.startswith(prefix):
            element.getparent().remove(element)


def cut_and_paste(package: Package, title: str, source: str, target: str) -> None:
    """Cut one cell and paste it over another: name and references follow, the other's name is #REF!."""
    one, other = package.cell(title, source), package.cell(title, target)
    put(other, None)
    _exchange(one, other)
    names = {address_of(package, name): element for name, element in package.names().items()}
    names[title, target].text = f"'{title}'!#REF!"
    names[title, source].text = names[title, source].text.replace(
        re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", source), re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", target)
    )
    change = re.compile(rf"\b{source}\b")
    for each in package.titles():
        for formula in package.sheet(each).iter(f"{M}f"):
            formula.text = _on_sheet(formula.text, title, each == title, partial(change.sub, target))


def hide(package: Package, title: str, rows: Iterable[str] = (), columns: tuple[int, int] | None = None) -> None:
    sheet = package.sheet(title)
    for row in sheet.find(f"{M}sheetData"):
        if row.get("r") in rows:
            row.set("hidden", "1")
    if columns:
        for column in sheet.iter(f"{M}col"):
            if int(column.get("min")) <= columns[0] <= int(column.get("max")):
                column.set("hidden", "1")


def set_meta(package: Package, key: str, value: str) -> None:
    put(package.cell(*address_of(package, f"meta.{key}")), "str", value)
