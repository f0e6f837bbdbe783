"""The sheet 校验: every rule live, one row each, and the figures that say how far the workbook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.expression import COMPARISONS, Binary, Call, Truth
from xlreport.workbook.addresses import a1, target
from xlreport.workbook.layout.canvas import Grid
from xlreport.workbook.layout.formulas import (
    BAD,
    WARNED,
    Difference,
    Display,
    RequiredState,
    Side,
    State,
    Verdict,
)
from xlreport.workbook.layout.names import VERDICT as VERDICT_NAME
from xlreport.workbook.layout.names import LateRow, explanation_name, late_rows
from xlreport.workbook.layout.plan import Cell, Sheet
from xlreport.workbook.layout.positions import (
    CHECK_SHEET,
    DIFFERENCE,
    ERRORS,
    EXPLANATION,
    FIRST_RULE,
    GOTO,
    LEFT,
    LEVEL,
    NUMBER,
    RIGHT,
    RULE,
    STATE,
    TARGET,
    VERDICT,
    WARNINGS,
    Places,
)
from xlreport.workbook.layout.progress import Filled, Progress, Tally
from xlreport.workbook.layout.to_do import SHOWN, Item, More, Running, Summary

if TYPE_CHECKING:
    from xlreport.forms.model import Field, Form
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check

#: Column heads of the rule rows.
HEADS = (
    "序号",
    "勾稽关系",
    "级别",
    "结果",
    "等号左边",
    "等号右边",
    "差额",
    "转到",
    "说明（提醒项确实无误时写明原因）",
    "判定",
)

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
    grid.head("校验：勾稽关系和填报进度", HINT, VERDICT)
    grid.fit(1, HINT, grid.width(0, VERDICT) * 0.7)
    titles = (*(_required_title(field) for field in form.required), *(check.title for check in checks))
    _to_do(grid, titles)
    required = tuple(field.id for field in form.required)
    figures: tuple[tuple[int, int, str, Display, str], ...] = (
        (FIRST_RULE - 3, NUMBER, "填报进度（已填 / 全部）", Progress(), "check.filled"),
        (FIRST_RULE - 3, LEFT, "必填项", Filled(required), "check.required"),
        (FIRST_RULE - 2, NUMBER, "必须改正（✗）", Tally(BAD), "check.errors"),
        (FIRST_RULE - 2, LEFT, "待说明（⚠）", Tally(WARNED), "check.warnings"),
    )
    for row, col, text, display, name in figures:
        grid.label(row, col, text, "head", cols=2)
        grid.show(row, col + 2, display, "figure", name=name, cols=2 if col == NUMBER else 1)
        grid.heights[row] = 21.0
    for col, head in enumerate(HEADS):
        grid.label(FIRST_RULE - 1, col, head, "head")
    grid.heights[FIRST_RULE - 1] = 24.0
    grid.row = FIRST_RULE
    for field in form.required:
        _required_row(grid, field)
    for check in checks:
        _rule_row(grid, check)
    for late in late_rows(form):
        _late_row(grid, late)
    grid.flag((FIRST_RULE, NUMBER, max(grid.row - 1, FIRST_RULE), EXPLANATION), f"${a1(FIRST_RULE, STATE)}")
    return Sheet(
        title=CHECK_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(0, 0, grid.row - 1, EXPLANATION),
        landscape=True,
        repeat_rows=(FIRST_RULE - 1, FIRST_RULE - 1),
        hidden_columns=(VERDICT, ERRORS, WARNINGS, TARGET),
        flags=tuple(grid.flags),
    )


def _rule_row(grid: Grid, check: Check) -> None:
    row = grid.row
    _number(grid)
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
    _counted(grid, row, check.operands[0])
    if check.rule.level == "error":
        grid.label(row, EXPLANATION, "", "cell")
    else:
        _explain(grid, row, explanation_name(check.key))
    grid.show(row, VERDICT, Verdict(check), "verdict", role="verdict", name=VERDICT_NAME + check.name)
    grid.row += 1


def _logical(side: Expr) -> bool:
    """Whether a side is TRUE or FALSE, which has no difference (and which LibreOffice would count as a number)."""
    match side:
        case Truth() | Call("AND" | "OR" | "NOT" | "ISNUMBER"):
            return True
        case Binary(op):
            return op in COMPARISONS
    return False


def _to_do(grid: Grid, titles: tuple[str, ...]) -> None:
    """What is open, on top: a sentence, links, and how many there are beside."""
    grid.show(2, NUMBER, Summary(), "subtitle", name="check.to_do", cols=VERDICT)
    grid.heights[2] = 24.0
    for n in range(SHOWN):
        grid.show(3 + n, NUMBER, Item(n + 1, titles), "to_do", cols=VERDICT)
        grid.heights[3 + n] = 18.0
    grid.show(3 + SHOWN, NUMBER, More(), "hint", cols=VERDICT)


def _required_title(field: Field) -> str:
    return f"必填：{field.name}"


def _number(grid: Grid) -> None:
    grid.label(grid.row, NUMBER, str(grid.row - FIRST_RULE + 1), "cell_centre")


def _required_row(grid: Grid, field: Field) -> None:
    row, title = grid.row, _required_title(field)
    _number(grid)
    grid.label(row, RULE, title, "small_cell")
    grid.fit(row, title, WIDTHS[RULE] - 1, ROW_HEIGHT)
    grid.label(row, LEVEL, LEVEL_TEXT["error"], "cell_centre")
    grid.show(row, STATE, RequiredState(field.id), "state")
    for col in (LEFT, RIGHT, DIFFERENCE, EXPLANATION):
        grid.label(row, col, "", "cell")
    _goto(grid, row, field.id)
    _counted(grid, row, field.id)
    grid.row += 1


def _counted(grid: Grid, row: int, id_: str) -> None:
    """The hidden cells by which the list on top finds a live row."""
    title, r, c = grid.places.fields[id_]
    grid.show(row, ERRORS, Running(BAD, row - FIRST_RULE), "working")
    grid.show(row, WARNINGS, Running(WARNED, row - FIRST_RULE), "working")
    grid.label(row, TARGET, f"#{target(title, r, c)}", "working")


def _late_row(grid: Grid, late: LateRow) -> None:
    row = grid.row
    _number(grid)
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
    grid.link(row, GOTO, f"{title} {a1(r, c)}", target(title, r, c))
