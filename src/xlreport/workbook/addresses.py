"""Cell addresses in Excel's A1 writing. Rows and columns count from 0."""

from __future__ import annotations

from functools import cache


@cache
def column_letters(col: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def a1(row: int, col: int) -> str:
    return f"{column_letters(col)}{row + 1}"


def quoted(title: str) -> str:
    """A sheet title as it stands in a formula."""
    return "'" + title.replace("'", "''") + "'"


def target(title: str, row: int = 0, col: int = 0) -> str:
    """A cell of a sheet from wherever it is seen, as links and formulas write it: '三 依申请公开'!E12."""
    return f"{quoted(title)}!{a1(row, col)}"


def seen_from(sheet: str, title: str, address: str) -> str:
    """An address on the sheet `title` as a formula on `sheet` writes it."""
    return address if title == sheet else f"{quoted(title)}!{address}"
