"""What a new workbook brings along from last year's, what it does not, and what to do with it: parts of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.desktop.launchers import GENERATE
from xlreport.forms.model import PRIOR
from xlreport.results.page import Part
from xlreport.reviewing.prior import carried
from xlreport.rules.check import sentence
from xlreport.workbook.read.returned import LAST_YEAR_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.reviewing.next_year import Begun
    from xlreport.reviewing.prior import PriorReport

#: So many of the things left behind are named on the page; all of them stand in the workbook.
NAMED = 8


def parts(source: Path, path: Path, begun: Begun, errors: int, *, fresh: bool) -> list[Part]:
    """The page's parts about one new workbook: the file, what came along, what did not, what to do next.

    `errors` counts what is wrong in the old one; not `fresh`: a workbook stood there, and is not what this one would be.
    """
    time = f"{begun.filing.year}年度{begun.filing.period}"
    book = Part(heading=f"{time}的工作簿", files=(("打开填写", path),), lines=tuple(_doubts(source, errors)))
    if not fresh or begun.last is None:
        again = f"要从头再做一本，就先把“{path.name}”改名或移走，再双击一次。"
        return [book, Part(heading="接下来", lines=(f"接着填“{path.name}”就行。", again), numbered=True)]
    return [
        book,
        Part(heading=f"从“{source.name}”带过来的", lines=tuple(_brought(begun.filing, begun.last))),
        Part(heading="没有带过来的", lines=tuple(_left(begun, begun.last))),
        Part(heading="接下来", lines=tuple(_steps(begun.last, path)), numbered=True),
    ]


def _doubts(source: Path, errors: int) -> Iterator[str]:
    if errors:
        yield f"“{source.name}”里还有 {errors} 处错误没有改正，带过来的数可能不对，请核对。"


def _brought(filing: Filing, last: PriorReport) -> Iterator[str]:
    fields = filing.form.fields
    if constants := [id_ for id_ in last.constants if id_ in fields]:
        yield f"每年不变的：{_named([fields[id_].name for id_ in constants], len(constants))}。"
    if figures := carried(filing.form, last.values):
        yield f"上年结转：{len(figures)} 个数，就是上年的“结转下年度”，请核对。"
    if known := sum(value is not None for value in last.values.values()):
        yield f"上年的数：{known} 个，已锁定，用来和今年的比较。"
    if last.texts:
        yield f"上年的文字：在“{LAST_YEAR_SHEET}”表，只供查看，不会进今年的报告。"


def _left(begun: Begun, last: PriorReport) -> Iterator[str]:
    form = begun.filing.form
    yield "成文日期、今年的数和文字，要重新填。"
    if begun.before is None:
        yield "Word 报告里没有单位代码、联系人、报送邮箱等，请在“基本信息”里填。"
    elif begun.before.form.id != form.id:
        yield f"{begun.filing.year}年度用新的表样（{form.basis}），与上年（{begun.before.form.basis}）不同。"
    if last.dropped:
        names = _named([f"{each.name}（{each.text}）" for each in last.dropped if len(each.text) <= NAMED], NAMED)
        yield (
            f"新表样里没有的 {len(last.dropped)} 项，如{names}；全部列在新工作簿的“{LAST_YEAR_SHEET}”表末尾，只供查看。"
        )
    for finding in begun.filing.findings:
        yield sentence(finding.message)
    beside = [
        id_ for id_ in last.values if last.values[id_] is None and id_ not in last.missing and id_ not in last.raw
    ]
    if beside:
        names = _named([form.fields[PRIOR + id_].name for id_ in beside], 3)
        yield f"上年没有填的：{names}，这 {len(beside)} 个上年数留空，可以填。"


def _steps(last: PriorReport, path: Path) -> Iterator[str]:
    yield f"打开“{path.name}”，看“基本信息”里的{'联系人、报送给、报送邮箱有没有变' if last.constants else '各项，逐项填好'}。"
    yield (
        f"填今年的数；文字看着“{LAST_YEAR_SHEET}”表按今年的情况重写，不要照抄。" if last.texts else "填今年的数和文字。"
    )
    yield f"保存并关闭，双击“{GENERATE}”。"


def _named(names: Sequence[str], most: int) -> str:
    more = f"等 {len(names)} 项" if len(names) > most else ""
    return "、".join(names[:most]) + more
