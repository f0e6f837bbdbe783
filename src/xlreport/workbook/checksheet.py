"""The sheet 校验: every rule live, one row each, and the figures that say how far the workbook is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.rules.excel import to_excel
from xlreport.workbook.plan import Cell, Sheet, a1, quoted

if TYPE_CHECKING:
    from xlreport.rules.book import Check
    from xlreport.workbook.layout import _Layout

#: Column heads of the rule rows.
HEADS = ("序号", "勾稽关系", "级别", "结果", "左边", "右边", "差额", "转到", "说明（提醒项确实无误时填写原因）", "判定")
NUMBER, RULE, LEVEL, STATE, LEFT, RIGHT, DIFFERENCE, GOTO, EXPLANATION, VERDICT = range(len(HEADS))

#: First row of the rule rows; the completion figures stand above.
FIRST_ROW = 6

LEVEL_TEXT = {"error": "必须改正", "warning": "请核对", "note": "说明"}

PROSE_STATE = "生成时核对"


def check_sheet(layout: _Layout) -> Sheet:
    """The plan of 校验. Each row: number, rule, level, ✓/✗/未填, both sides, difference, link, explanation, verdict."""
    form, checks = layout.form, layout.book.checks
    cells: list[Cell] = []
    last_rule = FIRST_ROW + len(checks) - 1
    rows = f"{a1(FIRST_ROW, STATE)}:{a1(last_rule, STATE)}"

    def label(row: int, col: int, text: str, style: str, cols: int = 1) -> None:
        cells.append(Cell(row=row, col=col, role="label", style=style, text=text, cols=cols))

    def formula(row: int, col: int, text: str, style: str, name: str | None = None) -> None:
        role = "verdict" if name and name.startswith("verdict.") else "formula"
        cells.append(Cell(row=row, col=col, role=role, style=style, formula=text, name=name))

    label(0, 0, "校验：勾稽关系和填报进度", "title", cols=VERDICT)
    label(1, 0, "✗ 必须改正，改正前不能生成报告；⚠ 请核对，确实无误的在“说明”栏写明原因。", "hint", cols=VERDICT)
    inputs = [field.id for field in form.inputs if not field.prior]
    required = [field.id for field in form.inputs if field.required]
    filled = layout.cells_of("校验", inputs)
    label(2, NUMBER, "填报进度", "head", cols=2)
    formula(2, LEVEL, f'COUNTA({filled})&" / {len(inputs)}"', "figure", "check.filled")
    label(2, LEFT, "必填项", "head", cols=2)
    formula(
        2,
        DIFFERENCE,
        f'COUNTA({layout.cells_of("校验", required)})&" / {len(required)}"' if required else '"0 / 0"',
        "figure",
        "check.required",
    )
    label(3, NUMBER, "必须改正", "head", cols=2)
    formula(3, LEVEL, f'COUNTIF({rows},"✗")', "figure", "check.errors")
    label(3, LEFT, "待说明的提醒", "head", cols=2)
    formula(3, DIFFERENCE, f'COUNTIF({rows},"⚠")', "figure", "check.warnings")
    for col, text in enumerate(HEADS):
        label(FIRST_ROW - 1, col, text, "head")
    for n, check in enumerate(checks):
        _rule_row(layout, cells, FIRST_ROW + n, n + 1, check)
    row = last_rule + 1
    for n, field in enumerate(form.prose):
        label(row, NUMBER, str(len(checks) + n + 1), "cell")
        label(row, RULE, f"文字：{field.name}", "cell")
        label(row, LEVEL, LEVEL_TEXT["warning"], "cell")
        label(row, STATE, PROSE_STATE, "cell")
        for col in (LEFT, RIGHT, DIFFERENCE):
            label(row, col, "", "cell")
        _goto(layout, cells, row, field.id)
        cells.append(Cell(row=row, col=EXPLANATION, role="explain", style="explain", name=f"explain.prose.{field.id}"))
        row += 1
    return Sheet(
        title="校验",
        cells=tuple(cells),
        widths={0: 6, 1: 44, 2: 10, 3: 11, 4: 11, 5: 11, 6: 10, 7: 16, 8: 34, 9: 8},
        print_area=(0, 0, row - 1, EXPLANATION),
        landscape=True,
        repeat_rows=(FIRST_ROW - 1, FIRST_ROW - 1),
        freeze=(FIRST_ROW, 2),
    )


def _rule_row(layout: _Layout, cells: list[Cell], row: int, number: int, check: Check) -> None:
    refer = layout.address("校验")
    verdict = a1(row, VERDICT)
    explain = a1(row, EXPLANATION)
    warning = check.rule.level == "warning"

    def add(col: int, role: str, style: str, text: str = "", formula: str = "", name: str | None = None) -> None:
        cells.append(Cell(row=row, col=col, role=role, style=style, text=text, formula=formula, name=name))  # type: ignore[arg-type]

    add(NUMBER, "label", "cell", str(number))
    add(RULE, "label", "cell", check.title)
    add(LEVEL, "label", "cell", LEVEL_TEXT[check.rule.level])
    bad = f'IF(LEN({explain})>0,"已说明","⚠")' if warning else '"✗"'
    state = f'IF(ISLOGICAL({verdict}),IF({verdict},"✓",{bad}),IF(COUNTA({layout.cells_of("校验", check.inputs)})=0,"未填","—"))'
    add(STATE, "formula", "state", formula=state)
    if check.sides is None:
        for col in (LEFT, RIGHT, DIFFERENCE):
            add(col, "label", "cell")
    else:
        left, right = (to_excel(side, refer) for side in check.sides)
        add(LEFT, "formula", "figure", formula=left)
        add(RIGHT, "formula", "figure", formula=right)
        add(
            DIFFERENCE,
            "formula",
            "figure",
            formula=f'IF(COUNT({a1(row, LEFT)},{a1(row, RIGHT)})=2,ROUND({a1(row, LEFT)}-{a1(row, RIGHT)},6),"")',
        )
    _goto(layout, cells, row, check.operands[0])
    if warning:
        add(EXPLANATION, "explain", "explain", name=f"explain.{check.name}")
    else:
        add(EXPLANATION, "label", "cell")
    add(VERDICT, "verdict", "verdict", formula=verdict_formula(layout, check), name=f"verdict.{check.name}")


def verdict_formula(layout: _Layout, check: Check) -> str:
    """TRUE, FALSE, or "" where nothing is filled or the rule does not apply; an error on the way is FALSE."""
    refer = layout.address("校验")
    expr = to_excel(check.expr, refer)
    if check.when is not None:
        expr = f'IF({to_excel(check.when, refer)},{expr},"")'
    return f'IFERROR(IF(COUNTA({layout.cells_of("校验", check.inputs)})=0,"",{expr}),FALSE)'


def _goto(layout: _Layout, cells: list[Cell], row: int, id_: str) -> None:
    title, r, c = layout.places.get(id_, ("校验", 0, 0))
    cells.append(
        Cell(
            row=row,
            col=GOTO,
            role="label",
            style="link",
            text=f"{title}!{a1(r, c)}"[:31],
            link=f"{quoted(title)}!{a1(r, c)}",
        )
    )
