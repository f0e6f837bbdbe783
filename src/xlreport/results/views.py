"""What the result page says of a workbook, or of several that are one unit's: its state, its problems, its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import count
from xlreport.finding_kinds import names_prose_file
from xlreport.report.key_figures import headline
from xlreport.results.drawn_tables import DrawnSection, draw
from xlreport.results.links import Link, file_link, link
from xlreport.results.problem_views import ProblemView, problem_views
from xlreport.results.problems import marks, problems
from xlreport.results.steps import Step, others, steps
from xlreport.reviewing.twins import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.results.outcome import PageResult

#: So many cells in which workbooks differ are listed.
_DIFFERENT = 30


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One section of the page, ids on it beginning with `id`.

    `short` is the state for the table over several workbooks; `saved` says when the workbook was. `steps` are what comes
    next, `made` the files that none of them opens. Of workbooks of one unit and period, `same` are they, each with when
    it was saved, `different` the cells in which they differ, and `more` counts those beyond the first.
    """

    id: str
    title: str
    state: str
    short: str
    good: bool
    workbook: Link
    saved: str = ""
    figures: str = ""
    prose: str = ""
    open: tuple[ProblemView, ...] = ()
    explained: tuple[ProblemView, ...] = ()
    notes: tuple[str, ...] = ()
    sections: tuple[DrawnSection, ...] = ()
    steps: tuple[Step, ...] = ()
    made: tuple[Link, ...] = ()
    folder: str = ""
    notices: tuple[str, ...] = ()
    same: tuple[tuple[Link, str], ...] = ()
    different: tuple[Difference, ...] = ()
    more: int = 0
    later: tuple[str, ...] = ()


def views_of(results: Sequence[PageResult], folder: Path) -> list[View]:
    """A view for each workbook, one for those of one unit and period; what has failed stands first."""
    shown: dict[tuple[Path, ...], list[PageResult]] = {}
    for result in results:
        shown.setdefault(result.same or (result.workbook,), []).append(result)
    ordered = sorted(shown.values(), key=lambda group: group[0].published is not None)
    return [
        _same_view(n, group, folder) if group[0].same else _view(n, group[0], folder)
        for n, group in enumerate(ordered, start=1)
    ]


def _view(number: int, result: PageResult, folder: Path) -> View:
    prefix = f"w{number}"
    state = _state(result)
    view = View(
        id=prefix,
        title=result.workbook.name,
        state=state,
        short=state.removeprefix("没有生成报告：").partition("，改正")[0].rstrip("。"),
        good=result.published is not None,
        workbook=link("工作簿", result.workbook, folder),
        saved=result.saved,
        steps=steps(result, folder),
        made=others(result, folder),
        folder=str(result.published.folder) if result.published else "",
        notices=_notices(result),
        later=result.later,
    )
    if result.reviewed is None:
        return view
    filing = result.reviewed.filing
    told = problems(result.reviewed)
    sections = draw(result.reviewed, marks(result.reviewed, told), prefix)
    on_page = {cell.id for s in sections for t in s.tables for line in t.body for cell in line}
    shown = list(zip(problem_views(told, filing, prefix, on_page), told, strict=True))
    return msgspec.structs.replace(
        view,
        title=title_of(filing),
        figures=headline(result.reviewed) if result.published else "",
        prose=filing.prose_file.name if filing.prose_file is not None and filing.prose_file.paragraphs else "",
        open=tuple(each for each, problem in shown if problem.finding.blocks),
        explained=tuple(each for each, problem in shown if not problem.finding.blocks),
        notes=tuple(finding.message for finding in _notes(result) if not names_prose_file(finding)),
        sections=sections,
    )


def _same_view(number: int, results: Sequence[PageResult], folder: Path) -> View:
    """Several workbooks of one unit and year: one question, not one for each."""
    first = results[0]
    names = "、".join(result.workbook.name for result in results)
    filings = [result.reviewed.filing for result in results if result.reviewed]
    different = differences(filings) if filings else ()
    span = filings[0].form.span if filings else "年度"
    count_ = "两" if len(results) == 2 else f" {len(results)} "
    told = f"有 {len(different)} 格不同，请只留下要用的一本" if different else "内容完全相同，请只留下一本"
    short = f"同一单位同一{span}有{count_}本工作簿，{told}"
    return View(
        id=f"w{number}",
        title=title_of(filings[0]) if filings else names,
        state=f"没有生成报告：{short}。",
        short=short,
        good=False,
        workbook=Link(name="工作簿", file=names, href=file_link(first.workbook, folder)),
        same=tuple((link("工作簿", result.workbook, folder), result.saved) for result in results),
        different=different[:_DIFFERENT],
        more=max(len(different) - _DIFFERENT, 0),
    )


def title_of(filing: Filing) -> str:
    """Year, period and unit in the order of the report's own title: 2024年环翠区信访局."""
    return f"{filing.year or '未填年度'}{'年' if filing.year else ''}{filing.period}{filing.unit or '未填单位'}"


def _state(result: PageResult) -> str:
    """What became of the workbook, in one sentence."""
    if result.published is not None:
        return result.done or "报告已生成。"
    if result.error is not None:
        sentence = str(result.error)
        return sentence if "没有生成报告" in sentence else f"没有生成报告：{sentence}"
    told = count(result.reviewed.findings if result.reviewed else ())
    if told.errors and told.open:
        return f"没有生成报告：有 {told.errors} 处必须改正，{told.open} 处需要核对，改正并说明后再双击一次“生成报告”。"
    if told.errors:
        return f"没有生成报告：有 {told.errors} 处必须改正，改正后再双击一次“生成报告”。"
    return f"没有生成报告：有 {told.open} 处需要核对，改正或写明原因后再双击一次“生成报告”。"


def overall(results: Sequence[PageResult]) -> str:
    """What became of several workbooks, in one sentence."""
    done = sum(result.published is not None for result in results)
    if done == len(results):
        return f"{done} 本工作簿的报告都已生成。"
    same = sum(bool(result.same) for result in results)
    faulty = len(results) - done - same
    said = [f"已生成 {done} 份报告" if done else "没有生成报告"]
    if same:
        said.append(f"{same} 本是同一单位同一年度的，请只留下要用的一本")
    if faulty:
        said.append(f"{faulty} 本还有问题")
    return f"共 {len(results)} 本工作簿：{'，'.join(said)}，{'改正' if faulty else '留好'}后再双击一次“生成报告”。"


def _notices(result: PageResult) -> tuple[str, ...]:
    kept = result.published.kept if result.published else ()
    return (
        *(
            f"原来的报告被人改过，没有覆盖，已另存为“{path.name}”，需要保留的改动请抄到工作簿里，再双击一次“生成报告”。"
            for path in kept
        ),
        *result.notices,
        *(finding.message for finding in _notes(result) if names_prose_file(finding)),
    )


def _notes(result: PageResult) -> list[Finding]:
    findings = result.reviewed.findings if result.reviewed is not None else ()
    return [finding for finding in findings if finding.level == "note"]
