"""The double-click: every workbook meant is checked and its report made, and a page in the browser says what became of it.

    python -m xlreport.desktop [workbooks and folders…]

Without arguments, the folder that the launcher names in XLREPORT_FOLDER (else the current one) is looked through. With
XLREPORT_NO_BROWSER set nothing is opened, neither browser nor file dialog; the page's path is printed all the same.
Whatever happens ends in a page. Exit status as on the command line, the highest of all workbooks.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from xlreport.console import plain_output, require_utf8, say
from xlreport.desktop.choose import Gathered, begun, gather
from xlreport.desktop.lock import FolderTaken, only_one
from xlreport.errors import EnvironmentFault, InputError, XlreportError
from xlreport.results.page import LeftOut, PageResult, message_page, result_page
from xlreport.storage.attempt import attempt
from xlreport.storage.log import log_exception, log_path, log_start, log_step, state_folder
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlreport.report.generate import Generated
    from xlreport.reviewing.reviewed import Review

PAGE_NAME = "结果.html"

FOLDER, QUIET = "XLREPORT_FOLDER", "XLREPORT_NO_BROWSER"

NOTHING = (
    "把填好的工作簿（.xlsx）和“生成报告”放在同一个文件夹里，再双击“生成报告”；",
    "或者把工作簿（一个或几个）、或装着工作簿的文件夹，拖到“生成报告”的图标上。",
    "空白的工作簿、“输出”文件夹里的文件、下一级文件夹里的文件不处理。工作簿没有保存的，请先保存。",
)

#: Windows hands a launcher a name with one of these signs in pieces, of which none is a file.
MISSING = (
    "没有这个文件，请检查它是否已改名或移走；"
    "文件名或文件夹名里有“&”“^”“%”“!”等符号的，请改名去掉这些符号，或把工作簿和“生成报告”放在一起双击。"
)

#: So many more objects than freed ones before the collector looks for garbage, in a process of our own.
_GARBAGE = 100_000

_Reviews: TypeAlias = "list[tuple[Path, Review | XlreportError]]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one double-click; see the module. Never raises for what files or the surroundings hold."""
    if arguments is None:
        require_utf8()
        # A process of its own, soon over: looking for garbage would take a tenth of it and find hardly any.
        gc.set_threshold(_GARBAGE)
    plain_output()
    try:
        paths = [Path(text) for text in (sys.argv[1:] if arguments is None else arguments)]
        return run(paths, Path(os.environ.get(FOLDER) or Path.cwd()))
    except Exception as error:  # noqa: BLE001  (the last resort: a sentence instead of a traceback)
        log_exception("run", error)
        _show(_unexpected_page(), None)
        return EnvironmentFault.status


def run(paths: Sequence[Path], folder: Path, ask: Callable[[], Sequence[Path]] | None = None) -> int:
    """Work on `paths`, or on what lies in `folder`; `ask` opens a file dialog where nothing is found."""
    say("正在检查工作簿、生成报告，请稍候……")
    try:
        gathered = gather(paths, folder)
    except OSError as error:
        log_exception("gather", error)
        name = Path(os.fsdecode(error.filename)).name if error.filename else folder.name
        state = f"文件夹“{name}”打不开（{fault(error)}），请检查权限，或把工作簿复制到自己的文件夹里再试。"
        _show(message_page("生成报告", state), None)
        return EnvironmentFault.status
    log_start(len(gathered.workbooks))
    reviews, left_out = _reviews(gathered)
    # A missing file is said beside the results, and counts.
    status = InputError.status if gathered.missing else 0
    if reviews:
        return max(status, _work(reviews, left_out))
    if not paths and not os.environ.get(QUIET):
        chosen = (ask or _ask)()
        if chosen:
            return run(chosen, folder)
    log_step("nothing", status=status)
    state = "没有找到填好的工作簿，没有生成报告。"
    if gathered.missing:
        state = "没有找到拖到图标上的文件，没有生成报告。"
    _show(message_page("生成报告", state, NOTHING, left_out=left_out), None)
    return status


def _work(reviews: _Reviews, left_out: Sequence[LeftOut]) -> int:
    """Publish what has been reviewed, and show the page; returns the highest status."""
    with contextlib.ExitStack() as held:
        try:
            for place in sorted({_outputs(workbook) for workbook, _ in reviews}):
                held.enter_context(only_one(place))
        except FolderTaken as error:
            log_step("taken", status=error.status)
            _show(message_page("生成报告", str(error)), None)
            return error.status
        results = _publish(reviews)
        page = result_page(results, _page_folder(reviews), left_out=left_out)
        _show(page, _page_folder(reviews), lambda folder: result_page(results, folder, left_out=left_out))
    for result in results:
        say(f"{result.workbook.name}：{'报告已生成' if result.published else '没有生成报告'}")
    return max(result.status for result in results)


def _reviews(gathered: Gathered) -> tuple[_Reviews, list[LeftOut]]:
    """Every workbook reviewed; of those that merely lie there, blank and foreign ones are left out with a reason."""
    from xlreport.reviewing.review import review_file

    reviews: _Reviews = []
    left_out = [LeftOut(name=path.name or str(path), reason=MISSING) for path in gathered.missing]
    unread: _Reviews = []
    for number, workbook in enumerate(gathered.workbooks, start=1):
        result = attempt(partial(review_file, workbook), workbook, "review", number)
        if isinstance(result, XlreportError):
            log_step(f"refused-{result.code}", number, status=result.status)
        else:
            log_step("review", number, rules=[result.filing.form.id, *(finding.rule for finding in result.findings)])
        lying = workbook not in gathered.given
        if lying and isinstance(result, InputError):
            unread.append((workbook, result))
        elif lying and not isinstance(result, XlreportError) and not begun(result.filing):
            left_out.append(LeftOut(name=workbook.name, reason="工作簿是空白的，还没有填写。"))
        else:
            reviews.append((workbook, result))
    left_out += [LeftOut(name=workbook.name, reason=str(error)) for workbook, error in unread]
    return reviews, left_out


def _publish(reviews: _Reviews) -> list[PageResult]:
    from xlreport.report.generate import publish_reviews

    results: list[PageResult] = []
    for number, generated in enumerate(publish_reviews(reviews), start=1):
        log_step(_outcome(generated), number, status=generated.status, rules=_stopping(generated))
        results.append(_beside(generated, number))
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


def _beside(generated: Generated, number: int) -> PageResult:
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
    from xlreport.desktop.extras import dated, mark, masters, pack, stale, unsent

    try:
        if generated.same:
            return dated(result)
        if generated.published is not None:
            addressed = generated.reviewed.filing.values.get("upward.email")
            return masters(pack(result) if addressed else unsent(result))
        return masters(stale(result if generated.reviewed.publishable else mark(result)))
    except Exception as error:  # noqa: BLE001  (the report stands; only what goes with it is missing)
        log_exception("beside", error, number)
        return _with_notice(result, _unexpected())


def _with_notice(result: PageResult, notice: str) -> PageResult:
    from msgspec.structs import replace

    return replace(result, notices=(*result.notices, notice))


def _outputs(workbook: Path) -> Path:
    from xlreport.report.output_names import outputs_folder

    return outputs_folder(workbook.absolute().parent)


def _page_folder(reviews: _Reviews) -> Path:
    """Where the page goes: into the report's folder; for several workbooks, and an unreadable one, into 输出/."""
    workbook, result = reviews[0]
    if len(reviews) > 1 or isinstance(result, XlreportError):
        return _outputs(workbook)
    from xlreport.report.output_names import names_beside

    try:
        return names_beside(result.filing, workbook.absolute().parent).folder
    except EnvironmentFault:
        return _outputs(workbook)


def _unexpected() -> str:
    return f"程序遇到意外情况，没有完成；请把日志文件 {log_path()} 交给技术支持（里面没有填报内容）。"


def _unexpected_page() -> str:
    return message_page("生成报告", _unexpected(), ["工作簿没有改动。可以先重新启动电脑，再双击一次“生成报告”。"])


def _show(page: str, folder: Path | None, again: Callable[[Path], str] | None = None) -> None:
    """Write the page into `folder`, or where that cannot be done into the user's own folder, and open it."""
    from xlreport.storage.files import write_atomically

    path = (folder or state_folder()) / PAGE_NAME
    try:
        write_atomically(path, page.encode())
    except EnvironmentFault as error:
        log_step(f"page-{error.code}", status=error.status)
        path = state_folder() / PAGE_NAME
        write_atomically(path, (again(path.parent) if again else page).encode())
    say(f"结果页：{path}")
    if not os.environ.get(QUIET):
        _open(path)


def _open(path: Path) -> None:
    import webbrowser

    try:
        opened = webbrowser.open(path.absolute().as_uri())
    except (OSError, webbrowser.Error) as error:
        log_exception("browser", error)
        opened = False
    if not opened:
        log_step("no-browser")
        say("没有能打开结果页的浏览器，请用浏览器打开上面的文件。")


def _ask() -> Sequence[Path]:
    from xlreport.desktop.dialog import choose_workbooks

    return choose_workbooks()
