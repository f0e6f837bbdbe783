"""Write docs/messages.md, what is said of everything that people do to a workbook, by doing it.

python scripts/build_message_docs.py
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.cases import CASES, Case, Outcome, carry_out, sent  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = ROOT / "docs" / "messages.md"

#: How many sentences of one case are shown.
SHOWN = 2

LEVELS = {"error": "错误", "warning": "提醒", "note": "提示", "": "—"}

HEAD = """# 提示一览

由 `scripts/build_message_docs.py` 逐条实际操作后生成，请勿手改。每一条都是测试（`tests/support/cases.py`）。

- **错误**：改正之前不能生成报告；**提醒**：写明原因之后可以生成；**提示**：不影响生成，请核对。
- “退出状态”是 `xlreport check` 的：0 可以继续（可能有提醒和提示），1 有错误，3 文件读不出来。
- “按……读取”一栏是报告采用的内容；错误的单元格读不出内容，或者读出的内容不能采用。
"""

COLUMNS = {
    "填写的内容": "| 情形 | 级别 | 填报人看到的话 | 按……读取 | 退出状态 |\n|---|---|---|---|---|\n",
    "工作簿的改动": "| 情形 | 级别 | 填报人看到的话 | 退出状态 |\n|---|---|---|---|\n",
    "不是填报工作簿": "| 情形 | 填报人看到的话 | 退出状态 |\n|---|---|---|\n",
}


def page(outcomes: Mapping[Case, Outcome]) -> str:
    """The page, from what became of each case."""
    text = HEAD
    for group, cases in groupby(outcomes, lambda case: case.group):
        text += f"\n## {group}\n\n{COLUMNS[group]}"
        text += "".join(_row(case, outcomes[case]) for case in cases)
    return text


def _row(case: Case, outcome: Outcome) -> str:
    said = [_escaped(message) for message in outcome.messages[:SHOWN]]
    if len(outcome.messages) > SHOWN:
        said.append(f"（共 {len(outcome.messages)} 条）")
    cells = [_escaped(case.what), LEVELS[case.level], "<br>".join(said) or "（没有话说）"]
    if case.field:
        cells.append(_value(case))
    if not case.field and outcome.status == 3:
        del cells[1]
    return "| " + " | ".join([*cells, str(outcome.status)]) + " |\n"


def _value(case: Case) -> str:
    if case.value is None:
        return "读不出" if case.level == "error" else "空白"
    text = _escaped(str(case.value))
    return text if len(text) <= 20 else f"{text[:10]}…（{len(str(case.value)):,} 字）"


def _escaped(text: str) -> str:
    visible = text.replace("\t", "⇥").replace("\n", "↵").replace("|", "\\|")
    return visible.replace("<", "&lt;").replace("*", "\\*").replace("$", "\\$").replace("`", "\\`")


def outcomes() -> dict[Case, Outcome]:
    """Every case, carried out."""
    found = {}
    with TemporaryDirectory() as top:
        workbook = sent(Path(top))
        for number, case in enumerate(CASES):
            folder = Path(top, str(number))
            folder.mkdir()
            found[case] = carry_out(case, workbook, folder)
    return found


if __name__ == "__main__":
    PAGE.write_text(page(outcomes()), encoding="utf-8")
