"""The sheet 校验: every rule live, one row each, and the figures that say how far the workbook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.words import in_words
from xlreport.workbook.addresses import a1, target
from xlreport.workbook.layout.canvas import TITLE_ROW, Grid
from xlreport.workbook.layout.formulas import (
    BAD,
    LEVEL_TEXT,
    PENDING,
    WARNED,
    Difference,
    Display,
    Level,
    RequiredLevel,
    RequiredState,
    Side,
    State,
    Verdict,
    compared,
)
from xlreport.workbook.layout.names import VERDICT as VERDICT_NAME
from xlreport.workbook.layout.names import LateRow, explanation_name, late_rows
from xlreport.workbook.layout.plan import Cell, Flag, Sheet
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
    from xlreport.rules.rulebook import Check

#: Column heads of the rule rows.
HEADS = (
    "序号",
    "勾稽关系",
    "级别",
    "结果",
    "前一项",
    "后一项",
    "相差",
    "转到",
    "说明（提醒项确实无误时写明原因）",
    "判定",
)

WIDTHS = {
    NUMBER: 6.0,
    RULE: 42.0,
    LEVEL: 9.5,
    STATE: 11.5,
    LEFT: 10.0,
    RIGHT: 10.0,
    DIFFERENCE: 9.0,
    GOTO: 17.5,
    EXPLANATION: 32.0,
    VERDICT: 8.0,
}

LATE_STATE = "生成时核对"
HINT = (
    "✗ 必须改正，改正前不能生成报告；⚠ 请核对，确实无误的在“说明”栏写明原因。未填：涉及的单元格都没有填；"
    "未填完：表还没有填完，填完后再看；—：不适用。点“结果”右边的箭头可以只看有 ✗、⚠ 的行。"
)

ROW_HEIGHT = 16.0

#: The row that says how much is to be done; links to it follow.
TO_DO = TITLE_ROW + 2

#: So much more of the small text of rules fits a width than of the workbook's own.
SMALLER = 1.3


def check_sheet(form: Form, places: Places) -> Sheet:
    """The plan of 校验. Each row: number, rule, level, state, both sides, difference, link, explanation, verdict."""
    grid = Grid(CHECK_SHEET, places, WIDTHS)
    checks = places.book.checks
    grid.head("校验：勾稽关系和填报进度", HINT, EXPLANATION)
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
    area = (FIRST_RULE, NUMBER, max(grid.row - 1, FIRST_RULE), EXPLANATION)
    _colour(grid, area)
    return Sheet(
        title=CHECK_SHEET,
        cells=tuple(grid.cells),
        widths=WIDTHS,
        heights=grid.heights,
        print_area=(TITLE_ROW, 0, grid.row - 1, EXPLANATION),
        filter=(FIRST_RULE - 1, *area[1:]),
        tab="check",
        landscape=True,
        repeat_rows=(FIRST_RULE - 1, FIRST_RULE - 1),
        hidden_columns=(VERDICT, ERRORS, WARNINGS, TARGET),
        flags=tuple(grid.flags),
    )


def _colour(grid: Grid, area: tuple[int, int, int, int]) -> None:
    """The rows of rules that fail, by their levels; one whose table is still being filled in is no alarm."""
    level = f"${a1(FIRST_RULE, LEVEL)}"
    styles = {"error": "bad", "warning": "warned", "note": "warned"}
    flags = {PENDING: "pending"} | {LEVEL_TEXT[name]: style for name, style in styles.items()}
    grid.flags += [Flag(area=area, formula=f'{level}="{text}"', style=style) for text, style in flags.items()]


def _rule_row(grid: Grid, check: Check) -> None:
    row = grid.row
    _number(grid)
    title = "\n".join(filter(None, [check.title, in_words(check, grid.places.book.form)]))
    grid.label(row, RULE, title, "small_cell")
    grid.fit(row, title, (WIDTHS[RULE] - 1) * SMALLER, ROW_HEIGHT, line=13.5)
    grid.show(row, LEVEL, Level(check), "cell_centre")
    grid.show(row, STATE, State(check), "state")
    sides = compared(check)
    if sides is None:
        for col in (LEFT, RIGHT, DIFFERENCE):
            grid.label(row, col, "", "cell")
    else:
        left, right = sides
        grid.show(row, LEFT, Side(check, left), "figure")
        grid.show(row, RIGHT, Side(check, right), "figure")
        grid.show(row, DIFFERENCE, Difference(check, left, right), "figure")
    _goto(grid, row, check.operands[0])
    _counted(grid, row, check.operands[0])
    if check.rule.level == "error":
        grid.label(row, EXPLANATION, "", "cell")
    else:
        _explain(grid, row, explanation_name(check.key))
    grid.show(row, VERDICT, Verdict(check), "verdict", role="verdict", name=VERDICT_NAME + check.name)
    grid.row += 1


def _to_do(grid: Grid, titles: tuple[str, ...]) -> None:
    """What is open, on top: a sentence, links, and how many there are beside."""
    grid.show(TO_DO, NUMBER, Summary(), "subtitle", name="check.to_do", cols=VERDICT)
    grid.heights[TO_DO] = 24.0
    for row in range(SHOWN):
        grid.show(TO_DO + 1 + row, NUMBER, Item(row + 1, titles), "to_do", cols=VERDICT)
        grid.heights[TO_DO + 1 + row] = 18.0
    grid.show(TO_DO + 1 + SHOWN, NUMBER, More(), "hint", cols=VERDICT)


def _required_title(field: Field) -> str:
    return f"必填：{field.name}"


def _number(grid: Grid) -> None:
    grid.label(grid.row, NUMBER, str(grid.row - FIRST_RULE + 1), "cell_centre")


def _required_row(grid: Grid, field: Field) -> None:
    row, title = grid.row, _required_title(field)
    _number(grid)
    grid.label(row, RULE, title, "small_cell")
    grid.fit(row, title, WIDTHS[RULE] - 1, ROW_HEIGHT)
    grid.show(row, LEVEL, RequiredLevel(field.id), "cell_centre")
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
    grid.label(row, LEVEL, "", "cell_centre")
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
