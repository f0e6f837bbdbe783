"""Write docs/findings.md, every finding there is, from the table of the program.

python scripts/build_finding_docs.py
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from xlreport.finding import LEVEL_NAMES, LEVELS
from xlreport.finding_kinds import FINDING_KINDS, FindingKind, Stage
from xlreport.forms import form_ids

PAGE = Path(__file__).parent.parent / "docs" / "findings.md"

#: What each stage is about.
STAGES: dict[Stage, str] = {
    "读取": "读填好的工作簿时：单元格里写的内容，以及对工作簿的改动。整个文件读不出来的，`check --json` 也给一条"
    " `unreadable`，没有单元格，话里说怎么办。",
    "核对": "每种表样都查的；表样自己的规则见下。",
    "文字": "填写的文字与表格、与自己核对。",
    "上年": "上年数据取自去年的文件时。",
    "导入": "从 JSON 导入数据、写成工作簿时（`xlreport fill`）。",
    "报送": "生成报送包时：报告与工作簿核对，以及打包、写邮件草稿。",
    "表样": "给表样的维护人：`xlreport form check` 查定义、规则、文字和 Word 模板。",
}

HEAD = """# 核对结果一览

由 `scripts/build_finding_docs.py` 根据 `src/xlreport/finding_kinds.py` 生成，请勿手改。

程序能给出的每一种核对结果一行。编号就是 `check --json` 里的 `rule`；逐项查的规则后面带方括号，如 `required[unit.name]`。
**错误**不改正不能生成报告，**提醒**写明原因之后可以生成，**说明**不影响生成；有几种级别的，先写通常的。省略号处是具体的内容。

表样自己的规则、对文字的要求写在表样的定义里，编号、级别和说法也是：{manuals}。
填报人看的说法见《使用指南》的提示表；做了什么会得到什么提示，见 [提示一览](messages.md)。
"""

TABLE = "| 编号 | 级别 | 说什么 | 怎么办 |\n|---|---|---|---|\n"


def page() -> str:
    """The page."""
    manuals = "、".join(f"[{name}](rules-{name}.md)" for name in form_ids())
    text = HEAD.format(manuals=manuals)
    for stage, kinds in groupby(FINDING_KINDS.values(), lambda kind: kind.stage):
        text += f"\n## {stage}\n\n{STAGES[stage]}\n\n{TABLE}" + "".join(map(_row, kinds))
    return text


def _row(kind: FindingKind) -> str:
    also = "、".join(LEVEL_NAMES[level] for level in LEVELS if level in kind.also)
    level = LEVEL_NAMES[kind.level] + (f"，也可能是{also}" if also else "")
    return f"| `{kind.id}` | {level} | {kind.title} | {kind.remedy} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
