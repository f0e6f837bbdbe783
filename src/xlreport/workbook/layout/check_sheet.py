"""The sheet 校验: every rule live, one row each, and the figures that say how far the workbook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.expression import COMPARISONS, Binary, Call, Truth
from xlreport.workbook.addresses import a1, quoted
from xlreport.workbook.layout.canvas import Grid
from xlreport.workbook.layout.formulas import BAD, WARNED, Difference, Display, Filled, Side, State, Tally, Verdict
from xlreport.workbook.layout.names import VERDICT as VERDICT_NAME
from xlreport.workbook.layout.names import LateRow, explanation_name, late_rows
from xlreport.workbook.layout.plan import Cell, Flag, Sheet
from xlreport.workbook.layout.positions import (
    CHECK_SHEET,
    DIFFERENCE,
    EXPLANATION,
    FIRST_RULE,
    GOTO,
    LEFT,
    LEVEL,
    NUMBER,
    RIGHT,
    RULE,
    STATE,
    VERDICT,
    Places,
)

if TYPE_CHECKING:
    from xlreport.forms.model import Form
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check

#: Column heads of the rule rows.
HEADS = ("序号", "勾稽关系", "级别", "结果", "左边", "右边", "差额", "转到", "说明（提醒项确实无误时写明原因）", "判定")

WIDTHS = {
    NUMBER: 6.0,
    RULE: 46.0,
    LEVEL: 9.0,
    STATE: 11.0,
    LEFT: 11.0,
    RIGHT: 11.0,
    DIFFERENCE: 10.0,
    GOTO: 19.0,
    EXPLANATION: 32.0,
    VERDICT: 8.0,
}

LEVEL_TEXT = {"error": "必须改正", "warning": "请核对", "note": "说明"}

LATE_STATE = "生成时核对"
HINT = "✗ 必须改正，改正前不能生成报告；⚠ 请核对，确实无误的在“说明”栏写明原因。未填：涉及的单元格都没有填；—：不适用。"

ROW_HEIGHT = 16.0

#: So much more of the small text of rules fits a width than of the workbook's own.
SMALLER = 1.25


def check_sheet(form: Form, places: Places) -> Sheet:
    """The plan of 校验. Each row: number, rule, level, state, both sides, difference, link, explanation, verdict."""
    grid = Grid(CHECK_SHEET, places, WIDTHS)
    checks = places.book.checks
    grid.label(0, 0, "校验：勾稽关系和填报进度", "title", cols=VERDICT)
    grid.heights[0] = 30.0
    grid.label(1, 0, HINT, "hint", cols=VERDICT)
    grid.fit(1, HINT, grid.width(0, VERDICT) * 0.7, 18.0)
    inputs = tuple(field.id for field in form.inputs if not field.beside)
    required = tuple(field.id for field in form.inputs if field.required)
    figures: tuple[tuple[int, int, str, Display, str], ...] = (
        (2, NUMBER, "填报进度（已填 / 全部）", Filled(inputs), "check.filled"),
        (2, LEFT, "必填项", Filled(required), "check.required"),
        (3, NUMBER, "必须改正（✗）", Tally(BAD), "check.errors"),
        (3, LEFT, "待说明（⚠）", Tally(WARNED), "check.warnings"),
    )
    for row, col, text, display, name in figures:
        grid.label(row, col, text, "head", cols=2)
        grid.show(row, col + 2, display, "figure", name=name)
        grid.heights[row] = 21.0
    for col, head in enumerate(HEADS):
        grid.label(FIRST_RULE - 1, col, head, "head")
    grid.heights[FIRST_RULE - 1] = 24.0
    for n, check in enumerate(checks):
        _rule_row(grid, FIRST_RULE + n, n + 1, check)
    grid.row = FIRST_RULE + len(checks)
    for n, late in enumerate(late_rows(form)):
        _late_row(grid, len(checks) + n + 1, late)
    states = (FIRST_RULE, NUMBER, max(grid.row - 1, FIRST_RULE), EXPLANATION)
    at = f"$D{FIRST_RULE + 1}"
    return Sheet(
        title=CHECK_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, EXPLANATION),
        landscape=True,
        repeat_rows=(FIRST_RULE - 1, FIRST_RULE - 1),
        freeze=(FIRST_RULE, 2),
        flags=(
            Flag(area=states, formula=f'{at}="{BAD}"', style="bad"),
            Flag(area=states, formula=f'{at}="{WARNED}"', style="warned"),
        ),
    )


def _rule_row(grid: Grid, row: int, number: int, check: Check) -> None:
    grid.label(row, NUMBER, str(number), "cell_centre")
    grid.label(row, RULE, check.title, "small_cell")
    grid.fit(row, check.title, (WIDTHS[RULE] - 1) * SMALLER, ROW_HEIGHT)
    grid.label(row, LEVEL, LEVEL_TEXT[check.rule.level], "cell_centre")
    grid.show(row, STATE, State(check), "state")
    if check.sides is None:
        for col in (LEFT, RIGHT, DIFFERENCE):
            grid.label(row, col, "", "cell")
    else:
        left, right = check.sides
        grid.show(row, LEFT, Side(check, left), "figure")
        grid.show(row, RIGHT, Side(check, right), "figure")
        if _logical(left) or _logical(right):
            grid.label(row, DIFFERENCE, "", "cell")
        else:
            grid.show(row, DIFFERENCE, Difference(check, left, right), "figure")
    _goto(grid, row, check.operands[0])
    if check.rule.level == "error":
        grid.label(row, EXPLANATION, "", "cell")
    else:
        _explain(grid, row, explanation_name(check.key))
    grid.show(row, VERDICT, Verdict(check), "verdict", role="verdict", name=VERDICT_NAME + check.name)


def _logical(side: Expr) -> bool:
    """Whether a side is TRUE or FALSE, which has no difference (and which LibreOffice would count as a number)."""
    match side:
        case Truth() | Call("AND" | "OR" | "NOT" | "ISNUMBER"):
            return True
        case Binary(op):
            return op in COMPARISONS
    return False


def _late_row(grid: Grid, number: int, late: LateRow) -> None:
    row = grid.row
    grid.label(row, NUMBER, str(number), "cell_centre")
    grid.label(row, RULE, late.title, "small_cell")
    grid.fit(row, late.title, WIDTHS[RULE] - 1, ROW_HEIGHT)
    grid.label(row, LEVEL, LEVEL_TEXT["warning"], "cell_centre")
    grid.label(row, STATE, LATE_STATE, "state")
    for col in (LEFT, RIGHT, DIFFERENCE):
        grid.label(row, col, "", "cell")
    _goto(grid, row, late.field)
    _explain(grid, row, explanation_name(late.key))
    grid.row += 1


def _explain(grid: Grid, row: int, name: str) -> None:
    prompt = "确实无误的，在这里写明原因；数字改动以后要重新说明。"
    grid.cells.append(Cell(row=row, col=EXPLANATION, role="explain", style="explain", name=name, prompt=prompt))


def _goto(grid: Grid, row: int, id_: str) -> None:
    title, r, c = grid.places.fields[id_]
    grid.link(row, GOTO, f"{title} {a1(r, c)}", f"{quoted(title)}!{a1(r, c)}")
