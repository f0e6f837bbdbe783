"""Are two formulas the same? Written by XlsxWriter, and written again by Excel, WPS, LibreOffice or openpyxl."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xlreport.workbook.layout.plan import a1

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    #: From a cell as it stands now (sheet, row, col) to its place in the plan.
    Place: TypeAlias = Callable[[str, int, int], tuple[str, int, int] | None]

_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<sheet>\$?'(?:[^']|'')+'[!.]|[^\W\d][\w.]*!)"
    r"|(?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w(.]))"
    r"|(?P<truth>TRUE(?:\(\))?|FALSE(?:\(\))?)(?![\w(.])"
    r"|(?P<space>\s+)"
    r"|(?P<other>[^\W]+|.)",
    re.DOTALL,
)
#: Formulas whose normal form is remembered: twice those of the official forms' sheets, theirs and the plan's.
_REMEMBERED = 8192

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def normal(formula: str, title: str, home: str | None = None, place: Place | None = None) -> str:
    """A formula in one way of writing: no spaces, no $, upper case, the sheet's own prefix left out.

    `title` is the sheet it stands on. `place` says where a cell (sheet, row, col) stands in the plan, None where it has
    no place there, and `home` is the plan's title of the sheet; so formulas of a sheet that was renamed or whose rows
    moved compare equal to the plan's.
    """
    text = re.sub(r"\A(?:of:|msoxl:|oooc:)?=?", "", formula.strip(), flags=re.IGNORECASE)
    text = re.sub(r"_xlfn\.(?:_xlws\.)?", "", text)
    parts: list[str] = []
    sheet: str | None = None
    range_on: str | None = None
    for match in _TOKEN.finditer(text):
        piece = match[0]
        match match.lastgroup:
            case "space":
                pass
            case "sheet":
                sheet = piece.lstrip("$")[:-1]
                if sheet.startswith("'"):
                    sheet = sheet[1:-1].replace("''", "'")
            case "cell":
                on = sheet or range_on or title
                prefix, address = _cell(on, piece, home or title, place)
                parts.append(address if range_on else prefix + address)
                range_on, sheet = on, None
            case "text":
                parts.append(piece)
                range_on = None
            case "truth":
                parts.append(piece.upper().removesuffix("()"))
            case _:
                parts.append("," if piece == ";" else piece.upper())
                range_on = range_on if piece == ":" else None
    return "".join(parts)


@lru_cache(maxsize=_REMEMBERED)
def normal_in_place(formula: str, title: str, home: str) -> str:
    """`normal` where every row and sheet stands where the plan has it: alike in each workbook of a form, so remembered."""
    return normal(formula, title, home)


def _cell(title: str, piece: str, home: str, place: Place | None) -> tuple[str, str]:
    """The prefix and the address of a cell; #REF! where it has no place in the plan."""
    letters, digits = _CELL.fullmatch(piece).groups()  # type: ignore[union-attr]  # the piece pattern holds this one
    where: tuple[str, int, int] | None = (title, int(digits) - 1, column_index(letters))
    if place is not None and where is not None:
        where = place(*where)
    if where is None:
        return "", "#REF!"
    prefix = "" if where[0].casefold() == home.casefold() else f"'{where[0].casefold()}'!"
    return prefix, a1(where[1], where[2])


@cache
def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    col = 0
    for letter in letters.upper():
        col = col * 26 + ord(letter) - ord("A") + 1
    return col - 1
