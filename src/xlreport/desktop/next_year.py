"""新建下一年度工作簿: from last year's workbook or package the one that follows it; a page says what came along and what did not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from xlreport.console import say
from xlreport.desktop.brought import parts
from xlreport.desktop.choose import MISSING, PACKAGE, WORKBOOKS, begun, gather
from xlreport.desktop.dialog import Asked
from xlreport.desktop.launchers import NEXT_YEAR
from xlreport.desktop.show import quiet, show
from xlreport.errors import EnvironmentFault, InputError, UsageError, XlreportError
from xlreport.report.output_names import outputs_folder
from xlreport.results.page import LeftOut, Part, message_page
from xlreport.reviewing.next_year import Begun, following
from xlreport.reviewing.review import review
from xlreport.storage.attempt import attempt
from xlreport.storage.file_names import NO_UNIT, safe_name, time_name
from xlreport.storage.files import write_atomically
from xlreport.storage.log import log_start, log_step
from xlreport.wording import stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from xlreport.desktop.choose import Gathered

ENDING = "_填报工作簿.xlsx"

ASKED = Asked("请选择上一年度填好的工作簿或报送包", "工作簿、报送包或 Word 报告", "*.xlsx *.zip *.docx *.json")

NOTHING = (
    f"把上一年度填好的工作簿（.xlsx）和“{NEXT_YEAR}”放在同一个文件夹里，再双击“{NEXT_YEAR}”；",
    f"或者把它拖到“{NEXT_YEAR}”的图标上。上一年度的报送包（.zip）、Word 报告（.docx）也可以。",
)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file of last year's, and what follows it; `errors` counts what is still wrong in it, `lying`: nobody named it."""

    path: Path
    begun: Begun
    errors: int = 0
    lying: bool = False

    @property
    def unit(self) -> tuple[str, str]:
        """Equal for workbooks of which one follows the other."""
        filing = self.begun.filing
        return filing.unit, filing.form.title

    @property
    def time(self) -> tuple[int, str]:
        return self.begun.filing.year or 0, self.begun.filing.period

    @property
    def target(self) -> Path:
        """The new workbook: beside the old one, not in 输出/."""
        filing = self.begun.filing
        time = time_name(filing.year, filing.period if filing.form.period else None)
        return outputs_folder(self.path.absolute().parent).parent / f"{safe_name(filing.unit, NO_UNIT)}_{time}{ENDING}"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new workbook; not `fresh` where a file of its name stood there, which was left alone."""

    source: Source
    path: Path
    fresh: bool


def run(paths: Sequence[Path], folder: Path, ask: Callable[[], Sequence[Path]] | None = None) -> int:
    """Work on `paths`, or on what lies in `folder`; `ask` opens a file dialog where nothing is found."""
    say("正在做下一年度的工作簿，请稍候……")
    try:
        gathered = gather(paths, folder, WORKBOOKS | {PACKAGE})
    except EnvironmentFault as error:
        show(message_page(NEXT_YEAR, str(error)), None)
        return error.status
    log_start(len(gathered.workbooks))
    sources, left_out, status = _sources(gathered)
    made, failed, worst = _written(sources)
    status = max(status, worst)
    if not made and not failed and not paths and not quiet():
        chosen = (ask or _ask)()
        if chosen:
            return run(chosen, folder)
    place = outputs_folder(made[0].path.parent) if made else None
    page = partial(_page, made, left_out, failed)
    show(page(place), place, page)
    for each in made:
        say(f"{each.path.name}：{'已做好' if each.fresh else '已经有了，没有覆盖'}")
    return status


def _sources(gathered: Gathered) -> tuple[list[Source], list[LeftOut], int]:
    """Of what was named everything that can be read; of what merely lies there the last finished one of each unit."""
    left_out = [LeftOut(name=p.name or str(p), reason=MISSING.format(title=NEXT_YEAR)) for p in gathered.missing]
    status = InputError.status if gathered.missing else 0
    given: list[Source] = []
    lying: list[Source] = []
    for number, path in enumerate(gathered.workbooks, start=1):
        result = attempt(partial(_source, path, lying=path in gathered.lying), path, "next-year", number)
        if isinstance(result, XlreportError):
            log_step(f"refused-{result.code}", number, status=result.status)
            foreign = path in gathered.lying and isinstance(result, InputError)
            status = status if foreign else max(status, result.status)
            if not (foreign and path.suffix.lower() == PACKAGE):
                left_out.append(LeftOut(name=path.name, reason=str(result)))
        elif reason := _unfinished(result):
            left_out.append(LeftOut(name=path.name, reason=reason))
        else:
            (lying if result.lying else given).append(result)
    latest, others, doubled = _latest(lying)
    return given + latest, left_out + others, max(status, UsageError.status * doubled)


def _source(path: Path, *, lying: bool) -> Source:
    new = following(path)
    errors = 0
    if new.before is not None and path.suffix.lower() != PACKAGE:
        errors = sum(finding.level == "error" for finding in review(new.before).findings)
    return Source(path=path, begun=new, errors=errors, lying=lying)


def _unfinished(source: Source) -> str:
    """Why a workbook that merely lies there is not meant; "" where it is, or was named."""
    if not source.lying or source.begun.before is None:
        return ""
    if not begun(source.begun.before):
        return "工作簿是空白的，还没有填写。"
    if source.errors:
        return f"还有 {source.errors} 处错误没有改正，请先双击“生成报告”改好；确要接着它做下一年度的，就把它拖到“{NEXT_YEAR}”的图标上。"
    return ""


def _latest(sources: Iterable[Source]) -> tuple[list[Source], list[LeftOut], bool]:
    """Of each unit the last workbook, else the last package; the others; whether there are two of which either may be meant."""
    units: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        units.setdefault(source.unit, []).append(source)
    latest: list[Source] = []
    others: list[LeftOut] = []
    for of_unit in units.values():
        last = max(each.time for each in of_unit)
        same = [each for each in of_unit if each.time == last]
        chosen = [each for each in same if each.path.suffix.lower() != PACKAGE] or same
        latest += chosen if len(chosen) == 1 else []
        names = "”“".join(each.path.name for each in chosen)
        reason = f"同一单位的，用了“{names}”。"
        if len(chosen) > 1:
            reason = f"同一单位同一{chosen[0].begun.filing.form.span}的有“{names}”，请把要用的那一个拖到“{NEXT_YEAR}”的图标上。"
        left = [each for each in of_unit if len(chosen) > 1 or each not in chosen]
        others += [LeftOut(name=each.path.name, reason=reason) for each in left]
    return latest, others, len(latest) < len(units)


def _written(sources: Sequence[Source]) -> tuple[list[Made], list[LeftOut], int]:
    """Every new workbook put in its place, where nothing stands there yet."""
    made: list[Made] = []
    failed: list[LeftOut] = []
    status = 0
    for number, source in enumerate(sources, start=1):
        done = attempt(partial(_write, source), source.path, "next-year", number)
        if isinstance(done, XlreportError):
            log_step(f"failed-{done.code}", number, status=done.status)
            failed.append(LeftOut(name=source.path.name, reason=str(done)))
            status = max(status, done.status)
        else:
            log_step("next-year", number, status=0)
            made.append(done)
    return made, failed, status


def _write(source: Source) -> Made:
    path = source.target
    if stands(path):
        return Made(source=source, path=path, fresh=False)
    write_atomically(path, source.begun.workbook())
    return Made(source=source, path=path, fresh=True)


def _page(made: Sequence[Made], left_out: Sequence[LeftOut], failed: Sequence[LeftOut], folder: Path | None) -> str:
    left_out = [*failed, *left_out]
    if not made:
        return message_page(NEXT_YEAR, "没有做成下一年度的工作簿。", () if failed else NOTHING, left_out=left_out)
    shown: list[Part] = []
    for each in made:
        shown += parts(each.source.path, each.path, each.source.begun, each.source.errors, fresh=each.fresh)
    return message_page(NEXT_YEAR, _state(made), parts=shown, left_out=left_out, good=True, folder=folder)


def _state(made: Sequence[Made]) -> str:
    if len(made) > 1:
        return f"{len(made)} 本下一年度的工作簿都在了。"
    filing, name = made[0].source.begun.filing, made[0].path.name
    if made[0].fresh:
        return f"{filing.unit}{filing.year}年度{filing.period}的工作簿已做好。"
    return f"“{name}”已经有了，没有重做，也没有覆盖。"


def _ask() -> Sequence[Path]:
    from xlreport.desktop.dialog import choose_files

    return choose_files(ASKED)
