"""The result page: what became of one or several workbooks, as one self-contained HTML file in Chinese.

It loads nothing: styles stand in it, there is no script, links go to the files made, relative to the page's own folder
where that is possible.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from xlreport.finding import count
from xlreport.finding_kinds import names_prose_file
from xlreport.report.outputs import outputs
from xlreport.results.drawn_tables import DrawnSection, draw
from xlreport.results.problem_views import ProblemView, problem_views
from xlreport.results.problems import SIGN_NAMES, SIGNS, marks, problems
from xlreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import jinja2

    from xlreport.errors import XlreportError
    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.report.publish import Published
    from xlreport.reviewing.reviewed import Review

_TEMPLATES = Path(__file__).parent / "templates"

#: How many alternatives of the locator are shown at once; the rest stand in a fold.
SHOWN_CHOICES = 6


class PageResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one workbook: the verbs' `Generated`, and what was made beside the report.

    `marked` is the marked copy; `package`, `draft` and `signoff` (the sheet to sign) are for the office above. `notices` are sentences for staff about these.
    `same` are the workbooks, this one too, of one unit and year; `saved` says when this one was saved. `done` says what has
    been made instead of 报告已生成。; `later` are sentences about what comes when the report has gone upward.
    """

    workbook: Path
    status: int
    reviewed: Review | None = None
    published: Published | None = None
    error: XlreportError | None = None
    marked: Path | None = None
    package: Path | None = None
    draft: Path | None = None
    signoff: Path | None = None
    notices: tuple[str, ...] = ()
    same: tuple[Path, ...] = ()
    saved: str = ""
    done: str = ""
    later: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page that says something else than what became of a workbook: files with a name each, and lines."""

    heading: str
    files: tuple[tuple[str, Path], ...] = ()
    lines: tuple[str, ...] = ()
    numbered: bool = False


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the folder that was not worked on, and why, as one sentence."""

    name: str
    reason: str


def result_page(results: Sequence[PageResult], folder: Path, *, left_out: Sequence[LeftOut] = ()) -> str:
    """The page about `results`, to be written into `folder`. Raises ValueError without any result."""
    if not results:
        raise ValueError("no result to show")
    shown: dict[tuple[Path, ...], list[PageResult]] = {}
    for result in results:
        shown.setdefault(result.same or (result.workbook,), []).append(result)
    views = [
        _same_view(n, group, folder) if group[0].same else _view(n, group[0], folder)
        for n, group in enumerate(shown.values(), start=1)
    ]
    return _render(
        title=views[0].title if len(views) == 1 else f"{len(results)} 本工作簿的处理结果",
        state=views[0].state if len(views) == 1 else _overall(results),
        good=all(result.published is not None for result in results),
        views=views,
        left_out=left_out,
        lines=(),
        parts=(),
    )


def message_page(
    title: str,
    state: str,
    lines: Sequence[str] = (),
    *,
    left_out: Sequence[LeftOut] = (),
    good: bool = False,
    parts: Sequence[Part] = (),
    folder: Path | None = None,
) -> str:
    """A page that only says something: one sentence, lines that explain it, and parts; `folder` is where it will lie."""
    shown = [(part, [_link(name, path, folder or path.parent) for name, path in part.files]) for part in parts]
    return _render(title=title, state=state, good=good, views=[], left_out=left_out, lines=lines, parts=shown)


def file_link(path: Path, folder: Path) -> str:
    """The address of a file as seen from a page in `folder`: relative, or absolute where there is no way between them."""
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:
        return path.absolute().as_uri()
    if relative.count("..") > _FAR:
        return path.absolute().as_uri()
    return quote(Path(relative).as_posix())


#: A page further away than this from a file does not move together with it.
_FAR = 3


class _Link(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    file: str
    href: str


class _View(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    state: str
    good: bool
    workbook: _Link
    open: tuple[ProblemView, ...] = ()
    explained: tuple[ProblemView, ...] = ()
    notes: tuple[str, ...] = ()
    sections: tuple[DrawnSection, ...] = ()
    made: tuple[_Link, ...] = ()
    folder: str = ""
    notices: tuple[str, ...] = ()
    same: tuple[tuple[_Link, str], ...] = ()
    later: tuple[str, ...] = ()


def _view(number: int, result: PageResult, folder: Path) -> _View:
    prefix = f"w{number}"
    open_: tuple[ProblemView, ...] = ()
    explained: tuple[ProblemView, ...] = ()
    notes: tuple[str, ...] = ()
    sections: tuple[DrawnSection, ...] = ()
    title = result.workbook.name
    if result.reviewed is not None:
        filing = result.reviewed.filing
        title = _title(filing)
        told = problems(result.reviewed)
        marked = marks(result.reviewed, told)
        sections = draw(result.reviewed, marked, prefix)
        on_page = {cell.id for s in sections for t in s.tables for line in t.body for cell in line}
        shown_problems = problem_views(told, filing, prefix, on_page)
        open_ = tuple(view for view, problem in zip(shown_problems, told, strict=True) if problem.finding.blocks)
        explained = tuple(v for v, problem in zip(shown_problems, told, strict=True) if not problem.finding.blocks)
        notes = tuple(finding.message for finding in _notes(result) if not names_prose_file(finding))
    return _View(
        id=prefix,
        title=title,
        state=_state(result),
        good=result.published is not None,
        workbook=_link("工作簿", result.workbook, folder),
        open=open_,
        explained=explained,
        notes=notes,
        sections=sections,
        made=tuple(_made(result, folder)),
        folder=str(result.published.folder) if result.published else "",
        notices=_notices(result),
        later=result.later,
    )


def _same_view(number: int, results: Sequence[PageResult], folder: Path) -> _View:
    """Several workbooks of one unit and year: one question, not one for each."""
    first = results[0]
    names = "、".join(result.workbook.name for result in results)
    span = first.reviewed.filing.form.span if first.reviewed else "年度"
    count = "两" if len(results) == 2 else f" {len(results)} "
    return _View(
        id=f"w{number}",
        title=_title(first.reviewed.filing) if first.reviewed else names,
        state=f"没有生成报告：同一单位同一{span}有{count}本工作簿，请只留下要用的一本。",
        good=False,
        workbook=_Link(name="工作簿", file=names, href=file_link(first.workbook, folder)),
        same=tuple((_link("工作簿", result.workbook, folder), result.saved) for result in results),
    )


def _title(filing: Filing) -> str:
    return f"{filing.unit or '未填单位'} {filing.year or '未填年度'}年度{filing.period}"


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


def _overall(results: Sequence[PageResult]) -> str:
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


def _made(result: PageResult, folder: Path) -> Iterator[_Link]:
    if result.published is not None:
        yield from _files(result.published, folder, record=False)
        for path in result.published.kept:
            yield _link("改过的旧报告", path, folder)
    others = (
        ("标注副本（对照用，问题已标在单元格上；请在原工作簿里改）", result.marked),
        ("报送包", result.package),
        ("报送邮件草稿（点击打开，核对后发送）", result.draft),
        ("签发单（打印后请负责同志签字）", result.signoff),
    )
    for name, extra in others:
        if extra is not None:
            yield _link(name, extra, folder)
    if result.published is not None:
        yield from _files(result.published, folder, record=True)


def _files(published: Published, folder: Path, *, record: bool) -> Iterator[_Link]:
    for output in outputs():
        if output.id in published.files and output.record is record:
            yield _link(output.label, published.files[output.id], folder)


def _link(name: str, path: Path, folder: Path) -> _Link:
    return _Link(name=name, file=path.name, href=file_link(path, folder))


@cache
def _template() -> jinja2.Template:
    from xlreport.storage.jinja_cache import page_environment

    return page_environment(_TEMPLATES).get_template("result.html.jinja")


def _render(**context: object) -> str:
    return _template().render(**context, version=__version__, signs=SIGNS, sign_names=SIGN_NAMES, at_once=SHOWN_CHOICES)
