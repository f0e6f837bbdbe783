"""A workbook that came back, as data: what stands in its cells, names, locks and validations. No library types.

Rows and columns count from 0, as in the plan.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport.rules.evaluate import Value
from xlreport.wording import EXACT
from xlreport.workbook.layout.plan import a1
from xlreport.workbook.read.drawings import Drawn
from xlreport.workbook.read.ooxml import Area, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.workbook.read.colours import Colour
    from xlreport.workbook.read.conditional import Conditional
    from xlreport.workbook.read.fonts import Oddity

#: The index sheet of a marked copy, and last year's prose in a new workbook: ours, though no form's plan has them.
MARKED_SHEET, LAST_YEAR_SHEET = "标注", "上年文字"


class ReturnedCell(msgspec.Struct, frozen=True):
    """What stands in a cell. `value` is what staff see (of a formula: its cached result, None where there is none);
    `formula` has no leading "="; `date` is set where a number is shown as a date; `format` is the number format where it
    may show something else than the value; `odd` are the pieces of the text that look otherwise than they read;
    `letters` and `ground` are its colours; `unlocked` cells were made to be typed in.
    """

    value: Value = None
    formula: str | None = None
    date: datetime | None = None
    format: str = ""
    odd: tuple[tuple[str, tuple[Oddity, ...]], ...] = ()
    letters: tuple[Colour, ...] = (None,)
    ground: Colour = None
    unlocked: bool = False

    @property
    def text(self) -> str:
        """The cell as one would read it out: the formula, the date, or the value."""
        if self.formula is not None:
            return "=" + self.formula
        if self.date is not None:
            return f"{self.date.year}-{self.date.month}-{self.date.day}"
        return shown(self.value)


BLANK = ReturnedCell()


class ReturnedSheet(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """One sheet. `cells` holds every cell that is not blank; `state` is visible, hidden or veryHidden.

    `conditional` holds the conditional formats that can make a figure look otherwise; `drawn` what lies over the cells.
    """

    title: str
    position: int
    state: str = "visible"
    cells: dict[tuple[int, int], ReturnedCell] = {}
    protected: bool = False
    zeros_hidden: bool = False
    validations: tuple[Area, ...] = ()
    conditional: tuple[tuple[Area, Conditional], ...] = ()
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    drawn: tuple[Drawn, ...] = ()

    def at(self, row: int, col: int) -> ReturnedCell:
        return self.cells.get((row, col), BLANK)

    @cached_property
    def texts(self) -> dict[tuple[int, int], str]:
        """Every text on the sheet, white space squeezed out."""
        return {
            place: squeezed(cell.value)
            for place, cell in self.cells.items()
            if isinstance(cell.value, str) and cell.formula is None
        }

    @cached_property
    def text_set(self) -> frozenset[str]:
        return frozenset(self.texts.values())

    def validated(self, row: int, col: int) -> bool:
        return any(r1 <= row <= r2 and c1 <= col <= c2 for r1, c1, r2, c2 in self.validations)

    def conditions(self, row: int, col: int) -> Iterable[Conditional]:
        """What conditional formats can do to a cell, each once."""
        return dict.fromkeys(each for (r1, c1, r2, c2), each in self.conditional if r1 <= row <= r2 and c1 <= col <= c2)

    def covered(self, row: int, col: int) -> bool:
        """Whether a merge hides the cell: it lies in one, and not at its top left."""
        return any(r1 <= row <= r2 and c1 <= col <= c2 and (row, col) != (r1, c1) for r1, c1, r2, c2 in self.merges)

    def cell_name(self, row: int, col: int) -> str:
        """“三 依申请公开”E12"""
        return f"“{self.title}”{a1(row, col)}"


class ReturnedWorkbook(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """A whole workbook as it came back. `names` are the workbook-level defined names, lower case."""

    sheets: tuple[ReturnedSheet, ...]
    names: dict[str, Target] = {}
    structure_locked: bool = False

    @cached_property
    def by_title(self) -> dict[str, ReturnedSheet]:
        return {sheet.title.casefold(): sheet for sheet in self.sheets}

    def cell(self, name: str) -> ReturnedCell | None:
        """The cell a defined name points to; None where it points nowhere."""
        target = self.names.get(name.casefold())
        if target is None or target.sheet is None or target.row is None or target.col is None:
            return None
        sheet = self.by_title.get(target.sheet.casefold())
        return sheet.at(target.row, target.col) if sheet else None


def shown(value: object) -> str:
    """A cell value as text, as a person would read it in the cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and abs(value) < EXACT:
        return format(Decimal(f"{value:.15g}"), "f")  # as many digits as Excel shows of it
    if isinstance(value, str | int | float):
        return str(value)
    return repr(value)


def squeezed(value: object) -> str:
    """A text without white space, for comparing labels; "" for anything but text."""
    return "".join(value.split()) if isinstance(value, str) else ""
