"""生成报告: every workbook meant is checked and its report made, and a page says what became of it."""

from __future__ import annotations

import contextlib
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from xlreport.console import say
from xlreport.desktop.choose import MISSING, begun, gather, named, seen
from xlreport.desktop.earlier_pages import outdate
from xlreport.desktop.extras import noticed, pack
from xlreport.desktop.launchers import GENERATE
from xlreport.desktop.lock import FolderTaken, only_one
from xlreport.desktop.show import quiet, show, unexpected
from xlreport.desktop.word_files import Paired, paired
from xlreport.errors import EnvironmentFault, InputError, XlreportError
from xlreport.results.outcome import PageResult
from xlreport.results.page import LeftOut, message_page, result_page
from xlreport.reviewing.prose_file import ProseFileError
from xlreport.storage.attempt import attempt
from xlreport.storage.log import log_exception, log_start, log_step
from xlreport.wording import is_folder, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlreport.report.generate import Generated
    from xlreport.reviewing.reviewed import Review

NOTHING = (
    "把填好的工作簿（.xlsx）和“生成报告”放在同一个文件夹里，再双击“生成报告”；",
    "或者把工作簿（一个或几个）、或装着工作簿的文件夹，拖到“生成报告”的图标上。",
    "文字写在 Word 里的，把 Word 文件和工作簿一起拖上去，或者存成“工作簿名-正文.docx”放在工作簿旁边。",
    "空白的工作簿、“输出”文件夹里的文件、下一级文件夹里的文件不处理。工作簿没有保存的，请先保存。",
)

Reviews: TypeAlias = "list[tuple[Path, Review | XlreportError]]"

#: Makes the package of a published report; its result, with what is to be said about it.
Packing: TypeAlias = "Callable[[PageResult], PageResult]"


def run(paths: Sequence[Path], folder: Path, ask: Callable[[], Sequence[Path]] | None = None) -> int:
    """Work on `paths`, or on what lies in `folder`; `ask` opens a file dialog where nothing is found."""
    say("正在检查工作簿、生成报告，请稍候……")
    try:
        gathered = gather(paths, folder)
    except EnvironmentFault as error:
        show(message_page(GENERATE, str(error)), None)
        return error.status
    brought = paired(gathered)
    log_start(len(brought.gathered.workbooks))
    reviews, left_out = reviews_of(brought, GENERATE)
    # A missing file is said beside the results, and counts; so does a Word file that nobody knows the workbook of.
    status = InputError.status if gathered.missing or brought.left_out else 0
    if reviews:
        return max(status, work(reviews, left_out, GENERATE, pack))
    if not paths and not quiet():
        chosen = (ask or _ask)()
        if chosen:
            return run(chosen, folder)
    log_step("nothing", status=status)
    folders = [path for path in paths or [folder] if is_folder(path)]
    state = f"在{'、'.join(map(named, folders))}里没有找到填好的工作簿，没有生成报告。"
    if gathered.missing:
        state = "没有找到拖到图标上的文件，没有生成报告。"
    show(message_page(GENERATE, state, (*map(seen, folders), *NOTHING), left_out=left_out), None)
    return status


def work(reviews: Reviews, left_out: Sequence[LeftOut], title: str, packing: Packing) -> int:
    """Publish what has been reviewed, `packing` what has an address, and show the page; returns the highest status."""
    with contextlib.ExitStack() as held:
        try:
            for place in sorted({_outputs(workbook) for workbook, _ in reviews}):
                held.enter_context(only_one(place))
        except FolderTaken as error:
            log_step("taken", status=error.status)
            show(message_page(title, str(error)), None)
            return error.status
        results = [_again(result, title) for result in _publish(reviews, packing)]
        now = datetime.now().astimezone()
        make = partial(result_page, results, left_out=left_out, now=now)
        folder = _page_folder(reviews)
        page = show(make(folder), folder, make)
        if page.parent == folder:
            outdate([workbook for workbook, _ in reviews], page, moment(now))
    for result in results:
        say(f"{result.workbook.name}：{result.done or '报告已生成' if result.published else '没有生成报告'}")
    return max(result.status for result in results)


def reviews_of(brought: Paired, title: str) -> tuple[Reviews, list[LeftOut]]:
    """Every workbook reviewed; of those that merely lie there, blank and foreign ones are left out with a reason."""
    gathered = brought.gathered
    reviews: Reviews = []
    left_out = [LeftOut(name=path.name or str(path), reason=MISSING.format(title=title)) for path in gathered.missing]
    unread: Reviews = []
    for number, workbook in enumerate(gathered.workbooks, start=1):
        result = attempt(partial(_review, brought, workbook), workbook, "review", number)
        if isinstance(result, XlreportError):
            log_step(f"refused-{result.code}", number, status=result.status)
        else:
            log_step("review", number, rules=[result.filing.form.id, *(finding.rule for finding in result.findings)])
        lying = workbook not in gathered.given
        if lying and isinstance(result, InputError) and not isinstance(result, ProseFileError):
            unread.append((workbook, result))
        elif lying and not isinstance(result, XlreportError) and not begun(result.filing):
            left_out.append(LeftOut(name=workbook.name, reason="工作簿是空白的，还没有填写。"))
        else:
            reviews.append((workbook, result))
    left_out += [LeftOut(name=workbook.name, reason=str(error)) for workbook, error in unread]
    return reviews, [*left_out, *brought.left_out]


def _review(brought: Paired, workbook: Path) -> Review:
    from xlreport.reviewing.review import review_file

    return review_file(workbook, prose=brought.prose(workbook))


def _publish(reviews: Reviews, packing: Packing) -> list[PageResult]:
    from xlreport.report.generate import publish_reviews

    results: list[PageResult] = []
    for number, generated in enumerate(publish_reviews(reviews), start=1):
        log_step(_outcome(generated), number, status=generated.status, rules=_stopping(generated))
        results.append(_beside(generated, number, packing))
    return results


def _outcome(generated: Generated) -> str:
    """The word of the log for what became of a workbook."""
    if generated.published is not None:
        return "published"
    if generated.same:
        return "same-report"
    return f"failed-{generated.error.code}" if generated.error else "stopped"


def _stopping(generated: Generated) -> list[str]:
    """The rules that stand between a workbook and its report."""
    if generated.published is not None or generated.reviewed is None:
        return []
    return [finding.rule for finding in generated.reviewed.findings if finding.blocks]


def _beside(generated: Generated, number: int, packing: Packing) -> PageResult:
    """The result with what is made beside the report: the marked copy, or the package and its draft."""
    result = PageResult(
        workbook=generated.workbook,
        status=generated.status,
        reviewed=generated.reviewed,
        published=generated.published,
        error=generated.error,
        same=generated.same,
    )
    if generated.reviewed is None:
        return result
    from xlreport.desktop.extras import cleared, dated, later, mark, masters, stale, unsent

    try:
        result = dated(result)
        if generated.same:
            return result
        if generated.published is not None:
            addressed = generated.reviewed.filing.values.get("upward.email")
            return later(cleared(masters(packing(result) if addressed else unsent(result))))
        return masters(stale(result if generated.reviewed.publishable else mark(result)))
    except Exception as error:  # noqa: BLE001  (the report stands; only what goes with it is missing)
        log_exception("beside", error, number)
        return noticed(result, unexpected())


def _again(result: PageResult, title: str) -> PageResult:
    """The page names 生成报告 as what to double-click next; of another launcher a notice says so."""
    again = title != GENERATE and result.published is None
    return noticed(result, f"改好以后请双击“{title}”，不是“{GENERATE}”。") if again else result


def _outputs(workbook: Path) -> Path:
    from xlreport.report.output_names import outputs_folder

    return outputs_folder(workbook.absolute().parent)


def _page_folder(reviews: Reviews) -> Path:
    """Where the page goes: into the report's folder; for several workbooks, and an unreadable one, into 输出/."""
    workbook, result = reviews[0]
    if len(reviews) > 1 or isinstance(result, XlreportError):
        return _outputs(workbook)
    from xlreport.report.output_names import names_beside

    try:
        return names_beside(result.filing, workbook.absolute().parent).folder
    except EnvironmentFault:
        return _outputs(workbook)


def _ask() -> Sequence[Path]:
    from xlreport.desktop.dialog import choose_files

    return choose_files()
