"""Every finding that reading a workbook can give: its id, its level and what it means to staff.

The docs are generated from this table; levels follow DESIGN §3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.finding import CellRef


class ReadingRule(msgspec.Struct, frozen=True):
    """One kind of finding. `level` is the usual one; where it depends, `finding` is told."""

    level: Level
    title: str


READING: dict[str, ReadingRule] = {
    "cleaned": ReadingRule("note", "填写的内容写法不规范，已按通常的意思读取"),
    "unreadable": ReadingRule("error", "填写的内容不能确定是什么"),
    "out_of_range": ReadingRule("error", "填写的数字、日期或年度超出允许的范围"),
    "number_format": ReadingRule("error", "单元格的数字格式使显示的内容与填写的不同"),
    "formula_in_input": ReadingRule("error", "填写格里是公式"),
    "formula_replaced": ReadingRule("error", "自动计算格的公式被改动、覆盖或删除"),
    "shown_total": ReadingRule("note", "表中显示的合计与重新计算的不同"),
    "label_edited": ReadingRule("note", "表头、项目名称等固定文字被改动"),
    "merged": ReadingRule("error", "填写格或自动计算格被合并到别的单元格里"),
    "stray": ReadingRule("note", "表样之外的单元格里有内容，不会进入报告"),
    "row_moved": ReadingRule("error", "插入、删除或移动了行"),
    "column_moved": ReadingRule("error", "插入、删除或移动了列"),
    "sheet_renamed": ReadingRule("note", "工作表改了名"),
    "sheet_moved": ReadingRule("note", "工作表换了位置"),
    "sheet_missing": ReadingRule("error", "工作表不见了"),
    "sheet_added": ReadingRule("note", "多出了工作表"),
    "sheet_hidden": ReadingRule("note", "工作表被隐藏"),
    "name_lost": ReadingRule("note", "单元格的名称丢失"),
    "name_moved": ReadingRule("error", "单元格的名称指向了别处"),
    "validation_gone": ReadingRule("note", "填写格的输入限制丢失"),
    "protection_gone": ReadingRule("note", "工作表或工作簿的保护被撤销"),
    "meta_visible": ReadingRule("note", "内部工作表不再深度隐藏"),
    "meta_lost": ReadingRule("note", "内部工作表丢失，不知道工作簿当初发给谁"),
    "hidden_rows": ReadingRule("note", "有行或列被隐藏"),
    "older_template": ReadingRule("note", "工作簿是旧版本的模板"),
    "newer_template": ReadingRule("note", "工作簿是更新版本的模板"),
    "other_form": ReadingRule("error", "工作簿属于另一种表样"),
    "other_year": ReadingRule("error", "报告年度与工作簿的年度不同"),
    "other_unit": ReadingRule("warning", "单位代码与工作簿发放的单位不同"),
}


def finding(
    rule: str,
    message: str,
    cells: Iterable[CellRef] = (),
    *,
    level: Level | None = None,
    expected: float | str | None = None,
    actual: float | str | None = None,
) -> Finding:
    """A finding of reading; its level comes from the table unless given."""
    return Finding(
        rule=rule,
        level=level or READING[rule].level,
        message=message,
        cells=tuple(cells),
        expected=expected,
        actual=actual,
    )
