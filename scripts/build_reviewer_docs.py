"""Write docs/reviewers.md: what reviewers find fault with, the smallest filing that has it, what is said, what mends it.

python scripts/build_reviewer_docs.py
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.reviewer_cases import Case, Values, dated, filing_of, reviewer_cases, said_of  # noqa: E402
from xlreport.finding import LEVEL_NAMES  # noqa: E402
from xlreport.forms import find_form, form_ids  # noqa: E402
from xlreport.wording import shown  # noqa: E402

if TYPE_CHECKING:
    from xlreport.forms import Form

PAGE = ROOT / "docs" / "reviewers.md"

HEAD = """# 审查人员会挑的毛病

由 `scripts/build_reviewer_docs.py` 根据 `tests/support/reviewer_cases.toml` 逐条实际核对后生成，请勿手改；每一条都是测试
（`tests/reviewing/test_reviewers.py`）。

各地抽查年度报告时指出的毛病，分{rows}类{cases}种。每一种列出最小的一种填法（其余照[没有毛病的填法](#没有毛病的填法)）、程序说的话、依据，以及最小的改法；
照最小的改法改了，程序一句话也不说。**错误**不改正不能生成报告；**提醒**写明原因之后可以生成；**说明**不影响生成。
除写明“{oldest}”的以外，都按 {newest} 的表样；两种表样都有的，两种都试过。

要与别的单位的报告比较才看得出的（文字雷同、同类单位都有而本单位填 0），一份报告里看不出来，不在此列。
"""

TABLE = "| 毛病 | 最小的填法 | 级别 | 程序说的话 | 依据 | 最小的改法 |\n|---|---|---|---|---|---|\n"

#: Where a finding has no rule of the form behind it.
OF_THE_PROGRAM = "各地年度报告抽查通报；本工具对所有表样的核对"


def page() -> str:
    """The page, every case carried out."""
    held = reviewer_cases()
    oldest, newest = find_form(form_ids()[0]), find_form(form_ids()[-1])
    text = HEAD.format(rows=len(held.rows), cases=len(held.cases), oldest=oldest.basis, newest=newest.basis)
    for row, (_, cases) in zip(held.rows, groupby(held.cases, lambda case: case.row), strict=True):
        text += f"\n## {row.number}. {row.title}\n\n{TABLE}" + "".join(map(_line, cases))
    text += "\n## 没有毛病的填法\n\n| 格 | 填写 |\n|---|---|\n"
    sound = filing_of(newest.id, {})
    return text + "".join(
        f"| {newest.fields[id_].name} | {_escaped(shown(value))} |\n" for id_, value in sound.values.items()
    )


def _line(case: Case) -> str:
    form, year = find_form(case.form), reviewer_cases().years[case.form]
    finding = next(each for each in said_of(case.form, case.fails, case.prior) if each.rule.startswith(case.rule))
    filled = _filled(form, year, case.fails)
    if case.prior is not None:
        filled = f"{_filled(form, year - 1, case.prior, '去年的报告：')}<br>{filled}"
    cells = [
        case.what,
        filled,
        LEVEL_NAMES[finding.level],
        _escaped(finding.message),
        _basis(form, case.kind),
        _filled(form, year, _mended(case)),
    ]
    return f"| {' | '.join(cells)} |\n"


def _mended(case: Case) -> Values:
    """The smallest change as what stands in the cells that failed: where it says nothing of one, the sound filing's."""
    sound = reviewer_cases().sound
    laid = sound["both"] | sound[case.form] | case.near[0]
    return {
        id_: laid.get(id_, "") for id_ in {**case.fails, **case.near[0]} if laid.get(id_, "") != case.fails.get(id_)
    }


def _filled(form: Form, year: int, values: Values, before: str = "") -> str:
    return before + "<br>".join(f"{form.fields[id_].name}：{_value(value, year)}" for id_, value in values.items())


def _value(value: float | str, year: int) -> str:
    return "（空白）" if value == "" else _escaped(dated(value, year) if isinstance(value, str) else shown(value))


def _basis(form: Form, kind: str) -> str:
    named = {rule.id: rule.basis for rule in form.rules} | {each.id: each.basis for each in form.criteria}
    return named.get(kind, OF_THE_PROGRAM)


def _escaped(text: str) -> str:
    for sign in "\\*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "<br>")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
