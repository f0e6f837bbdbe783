"""What comes next when a report is made, in the order in which an office does it, and what else has been made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.report.outputs import outputs
from xlreport.results.links import Link, link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlreport.results.outcome import PageResult

AGAIN = "要改，就改工作簿，保存后再双击一次“生成报告”，不要直接改报告里的数字。"


class Step(msgspec.Struct, frozen=True):
    """One thing to do: its name, the files to open for it, and how."""

    title: str
    links: tuple[Link, ...]
    text: str


def steps(result: PageResult, folder: Path) -> tuple[Step, ...]:
    """The steps from the report to the office above; as many as there are files for, none without a report."""
    return tuple(_steps(result, folder))


def _steps(result: PageResult, folder: Path) -> Iterator[Step]:
    if result.published is None:
        return
    made = result.published.files
    reports = tuple(link(o.label, made[o.id], folder) for o in outputs() if o.id in made and not o.record)
    yield Step("看报告", reports, f"对照原始材料核对数字和文字。{AGAIN}")
    if result.signoff is not None:
        sheet = (link("签发单", result.signoff, folder),)
        yield Step("打印签发单", sheet, "打开后按 Ctrl+P 打印，请负责同志签字。")
    if result.draft is not None:
        text = "打开后核对收件人和附件（报告和报送包）再发送。打不开的，在网页邮箱里写一封信，把报告和报送包作为附件"
        to = result.reviewed.filing.text("upward.email") if result.reviewed else ""
        yield Step("发邮件", (link("报送邮件草稿", result.draft, folder),), f"{text}，发到 {to}。")


def others(result: PageResult, folder: Path) -> tuple[Link, ...]:
    """The files that no step opens."""
    return tuple(_others(result, folder))


def _others(result: PageResult, folder: Path) -> Iterator[Link]:
    if result.marked is not None:
        yield link("标注副本（对照用，问题已标在单元格上；请在原工作簿里改）", result.marked, folder)
    if result.package is not None:
        yield link("报送包（报告、工作簿和核对情况，已封好）", result.package, folder)
    if result.published is not None:
        for path in result.published.kept:
            yield link("改过的旧报告", path, folder)
        for output in outputs():
            if output.record and output.id in result.published.files:
                yield link(output.label, result.published.files[output.id], folder)
