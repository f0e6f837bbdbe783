"""Where fields and rules stand in a workbook, and how a formula on some sheet writes their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.excel import nested
from xlreport.rules.rulebook import CELL_RULE
from xlreport.workbook.addresses import a1, quoted, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlreport.rules.excel import Addresses
    from xlreport.rules.rulebook import Check, Rulebook

GUIDE_SHEET, CHECK_SHEET = "填表说明", "校验"

#: Columns of the rule rows of 校验; from VERDICT on they are hidden.
NUMBER, RULE, LEVEL, STATE, LEFT, RIGHT, DIFFERENCE, GOTO, EXPLANATION, VERDICT, ERRORS, WARNINGS, TARGET = range(13)

#: First row of the rule rows of 校验; what is to be done and the completion figures stand above.
FIRST_RULE = 14


class Places:
    """Positions of all fields and rules. Fields are added while the sheets are laid out; rules stand in their order."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        #: While sheets are laid out for their places only, formulas are not written yet.
        self.drafting = True
        #: field id → (sheet title, row, col).
        self.fields: dict[str, tuple[str, int, int]] = {}
        #: id of a prose field → the last row of its cells, and the hidden cell with its whole text.
        self.last_rows: dict[str, int] = {}
        self.wholes: dict[str, tuple[str, int, int]] = {}
        #: id of a guessed field → the hidden cell that says what it is taken for.
        self.guessed: dict[str, tuple[str, int, int]] = {}
        #: Rows of 校验 whose state is live: one for each required field, and below them those of the rules.
        self.live_rows = len(book.form.required) + len(book.checks)
        self._rules = {check.key: FIRST_RULE + len(book.form.required) + n for n, check in enumerate(book.checks)}

    def address(self, sheet: str) -> Addresses:
        """How formulas on `sheet` write a field's cell or a range of cells; of prose, the cell with its whole text."""

        def write(first: str, last: str | None = None) -> str:
            title, row, col = self.wholes.get(first) or self.fields.get(first, (sheet, 0, 0))
            text = a1(row, col)
            if last is not None:
                _, row2, col2 = self.fields.get(last, (sheet, 0, 0))
                text += f":{a1(row2, col2)}"
            return seen_from(sheet, title, text)

        return write

    def cell(self, sheet: str, id_: str) -> str:
        """One field's cell as seen from `sheet`."""
        return self.address(sheet)(id_)

    def taken(self, sheet: str, id_: str) -> str | None:
        """The cell that says what a guessed field is taken for, as seen from `sheet`; None where there is none."""
        if id_ not in self.guessed:
            return None
        title, row, col = self.guessed[id_]
        return seen_from(sheet, title, a1(row, col))

    def cells(self, sheet: str, ids: Iterable[str]) -> str:
        """Arguments that cover exactly the cells of `ids`, paragraphs included, as few ranges as rows and columns allow."""
        return ",".join(self._areas(sheet, ids))

    def count(self, sheet: str, ids: Iterable[str]) -> str:
        """How many of these cells are filled."""
        return nested("COUNTA", self._areas(sheet, ids))

    def _areas(self, sheet: str, ids: Iterable[str]) -> list[str]:
        by_sheet: dict[str, list[tuple[int, int]]] = {}
        for id_ in ids:
            title, row, col = self.fields.get(id_, (sheet, 0, 0))
            rows = range(row, self.last_rows.get(id_, row) + 1)
            by_sheet.setdefault(title, []).extend((each, col) for each in rows)
        parts = []
        for title, positions in by_sheet.items():
            for r1, c1, r2, c2 in rectangles(positions):
                area = a1(r1, c1) if (r1, c1) == (r2, c2) else f"{a1(r1, c1)}:{a1(r2, c2)}"
                parts.append(seen_from(sheet, title, area))
        return parts

    def rule(self, sheet: str, check: Check, col: int) -> str:
        """A cell of a rule's row on 校验, as seen from `sheet`."""
        return seen_from(sheet, CHECK_SHEET, a1(self._rules[check.key], col))

    def readable(self, bad: str) -> str:
        """A condition for any sheet but 校验: no row of figures is in state `bad` for what it holds. "" without rows."""
        rows = [self._rules[check.key] for check in self.book.checks if check.rule.id == CELL_RULE]
        if not rows:
            return ""
        column = f"{a1(min(rows), STATE)}:{a1(max(rows), STATE)}"
        return f'COUNTIF({quoted(CHECK_SHEET)}!{column},"{bad}")=0'

    def live(self, rows: Iterable[int], col: int) -> list[str]:
        """Cells of a column of 校验 in these live rows, counted from 0, as few ranges as they make."""
        areas = rectangles([(FIRST_RULE + row, col) for row in rows])
        return [f"{a1(r1, col)}:{a1(r2, col)}" for r1, _, r2, _ in areas]

    def rule_column(self, col: int) -> str:
        """A column of the rows whose state is live, as seen from 校验."""
        return f"{a1(FIRST_RULE, col)}:{a1(FIRST_RULE + max(self.live_rows, 1) - 1, col)}"


def rectangles(positions: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Cover exactly these (row, col) positions with rectangles: runs along rows, equal runs merged downwards."""
    rows: dict[int, list[int]] = {}
    for row, col in sorted(set(positions)):
        rows.setdefault(row, []).append(col)
    done: list[tuple[int, int, int, int]] = []
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    for row, cols in rows.items():
        runs: list[list[int]] = []
        for col in cols:
            if runs and runs[-1][1] == col - 1:
                runs[-1][1] = col
            else:
                runs.append([col, col])
        now = {(a, b) for a, b in runs}
        for run, (start, end) in list(open_.items()):
            if run not in now or end != row - 1:
                done.append((start, run[0], end, run[1]))
                del open_[run]
        for run in sorted(now):
            start = open_[run][0] if run in open_ else row
            open_[run] = (start, row)
    done.extend((start, run[0], end, run[1]) for run, (start, end) in open_.items())
    return sorted(done)
