"""更正已报送的报告: what was changed in a workbook since its report went up becomes a correction, with number and reason.

Nobody types a package's name: one with a receipt is known to have gone up, and so is the only one there is. Where several
may have, the dialog asks which; or the one that went up is dropped together with the workbook.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.console import say
from xlreport.desktop.choose import PACKAGE, Gathered, gather
from xlreport.desktop.dialog import Asked, ask_text, choose_files
from xlreport.desktop.extras import noticed, sealed
from xlreport.desktop.generate import Reviews, reviews_of, work
from xlreport.desktop.launchers import CORRECT
from xlreport.desktop.show import quiet, show
from xlreport.desktop.word_files import paired
from xlreport.errors import EnvironmentFault, InputError, XlreportError
from xlreport.mail.correction import EARLIER, Sealed, changes, corrigible, of_same, open_sealed
from xlreport.mail.package import manifest_of
from xlreport.mail.wording import change_words
from xlreport.report.output_names import names_beside, read_record
from xlreport.results.outcome import PageResult
from xlreport.results.page import LeftOut, message_page
from xlreport.reviewing.explanations import remember
from xlreport.storage.attempt import attempt
from xlreport.storage.log import log_start, log_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlreport.mail.package import PackageResult
    from xlreport.reviewing.reviewed import Review

#: So many of the changes are named on the page; all of them stand in the package.
NAMED = 8

NOTHING = (
    f"先在工作簿里改正、保存、关闭，再双击“{CORRECT}”，工作簿和它要在同一个文件夹里；或者把工作簿拖到“{CORRECT}”的图标上。",
    f"这台电脑上没有当时的报送包的，把它（.zip，寄出的邮件的附件里有）和工作簿一起拖到“{CORRECT}”的图标上。",
    "直接改 Word 报告不算改正，请在工作簿里改。",
)


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is asked: for the package that went up, in this folder; and for the reason of a correction."""

    package: Callable[[str, Path], Sequence[Path]]
    reason: Callable[[str], str | None]


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be corrected, and why."""

    base: Sealed
    reason: str


def run(paths: Sequence[Path], folder: Path, asking: Asking | None = None) -> int:
    """Work on the workbooks among `paths`, or on those in `folder`; a package among `paths` is one that went up."""
    say("正在核对工作簿和报送过的报告，请稍候……")
    packages = [path for path in paths if path.suffix.lower() == PACKAGE]
    try:
        gathered = gather([path for path in paths if path not in packages], folder)
    except EnvironmentFault as error:
        show(message_page(CORRECT, str(error)), None)
        return error.status
    brought = paired(gathered)
    log_start(len(brought.gathered.workbooks))
    asking = asking or (_NOBODY if quiet() else _DIALOGS)
    reviews, left_out = reviews_of(brought, CORRECT)
    corrections, open_, more = _decided(reviews, packages, asking)
    left_out += more
    status = InputError.status if gathered.missing or brought.left_out else 0
    going = [(workbook, result) for workbook, result in reviews if workbook in corrections or workbook in open_]
    if going:
        return max(status, work(going, left_out, CORRECT, partial(_pack, corrections)))
    log_step("nothing", status=status)
    show(message_page(CORRECT, _state(brought.gathered), NOTHING, left_out=left_out), None)
    return status


def _state(gathered: Gathered) -> str:
    return "没有做更正。" if gathered.workbooks else "没有找到工作簿，没有做更正。"


def _decided(
    reviews: Reviews, packages: Sequence[Path], asking: Asking
) -> tuple[dict[Path, Correction], set[Path], list[LeftOut]]:
    """What is to be corrected by workbook; the workbooks that cannot be yet; those that are not, each with the reason."""
    corrections: dict[Path, Correction] = {}
    open_: set[Path] = set()
    left_out: list[LeftOut] = []
    for number, (workbook, result) in enumerate(reviews, start=1):
        if isinstance(result, XlreportError):
            open_.add(workbook)
            continue
        decided = attempt(partial(_decide, workbook, result, packages, asking), workbook, "correct", number)
        if isinstance(decided, Correction):
            corrections[workbook] = decided
        elif decided is None:
            open_.add(workbook)
        else:
            left_out.append(LeftOut(name=workbook.name, reason=str(decided)))
    return corrections, open_, left_out


def _decide(workbook: Path, review: Review, packages: Sequence[Path], asking: Asking) -> Correction | str | None:
    """The correction; a sentence why there is none; None where the workbook itself has to be mended first."""
    names = names_beside(review.filing, workbook.absolute().parent)
    review = remember(review, read_record(names.record()))
    dropped = [package for package in map(open_sealed, packages) if of_same(package.manifest, manifest_of(review))]
    if packages and not dropped:
        return "一起拖来的报送包不是这本工作簿的，没有做更正。"
    stems = (names.package, names.earlier_package)
    known, any_ = corrigible(names.folder, stems, manifest_of(review), review)
    bases = dropped or known
    if not bases and not any_:
        return "还没有做过报送包，没有可以更正的；没有报送过的，双击“生成报告”就行。"
    if not bases:
        return "和报送包里的没有差别，没有做更正；请先在工作簿里改正、保存，再双击一次。"
    if not review.publishable:
        return None
    base = bases[0] if len(bases) == 1 else _chosen(review, bases, names.folder, asking)
    if base is None:
        listed = "、".join(f"“{each.path.name}”" for each in bases)
        return (
            f"做过几个报送包（{listed}），不知道报送的是哪一个；"
            f"请把报送的那一个（在“{names.folder.name}”或其中的“{EARLIER}”文件夹里）和工作簿一起拖到“{CORRECT}”的图标上。"
        )
    count = len(changes(base, review))
    if not count:
        return f"和“{base.path.name}”里的没有差别，没有做更正；请先在工作簿里改正、保存，再双击一次。"
    reason = asking.reason(
        f"{review.filing.unit}{review.filing.year}年度{review.filing.period}的报告改了 {count} 处。请写一句更正原因："
    )
    return "没有写更正原因，没有做更正；要做，再双击一次。" if reason is None else Correction(base=base, reason=reason)


def _chosen(review: Review, bases: Sequence[Sealed], folder: Path, asking: Asking) -> Sealed | None:
    """The package that a person says went up; None where nobody says, or it is another report's."""
    chosen = asking.package(review.filing.unit, bases[0].path.parent if bases[0].path.parent != folder else folder)
    opened = [package for package in map(open_sealed, chosen) if of_same(package.manifest, manifest_of(review))]
    return opened[0] if len(opened) == 1 else None


def _pack(corrections: dict[Path, Correction], result: PageResult) -> PageResult:
    """The result of a published report with its correction, and what is to be said about it."""
    correction = corrections[result.workbook]
    result, packed = sealed(result, correction.base.path, correction.reason)
    if packed is None or packed.manifest is None or packed.manifest.correction is None:
        return result
    made = packed.manifest.correction
    result = msgspec.structs.replace(result, done=f"第{made.number}次更正已做好，改动 {len(made.changes)} 处。")
    for notice in _notices(correction, packed):
        result = noticed(result, notice)
    return result


def _notices(correction: Correction, packed: PackageResult) -> list[str]:
    made = packed.manifest.correction if packed.manifest else None
    words = [change_words(change) for change in (made.changes if made else ())]
    listed = "；".join(f"{word['name']}原为{word['old']}，改为{word['new']}" for word in words[:NAMED])
    more = f"；另有 {len(words) - NAMED} 处，见“核对情况.html”" if len(words) > NAMED else ""
    said = [f"更正的是“{correction.base.path.name}”，它没有动。改动：{listed}{more}。"]
    said.append(
        f"更正原因：{correction.reason}" if correction.reason else f"没有写更正原因；要写，再双击一次“{CORRECT}”。"
    )
    said.append("请看一遍新的报告，再发新的邮件草稿：信里写明了是更正、改了哪些、为什么。原来那一封不用再发。")
    return said


def _choose(unit: str, folder: Path) -> Sequence[Path]:
    return choose_files(Asked(f"请选择{unit}报送过的那个报送包", "报送包", "*.zip", str(folder)))


_DIALOGS = Asking(package=_choose, reason=partial(ask_text, CORRECT))

_NOBODY = Asking(package=lambda _unit, _folder: (), reason=lambda _question: "")
