"""What a double-click makes beside the report: the package with its mail draft, or the marked copy of a faulty workbook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xlreport.desktop.launchers import CORRECT, NEXT_YEAR
from xlreport.errors import XlreportError
from xlreport.report.output_names import folders_beside, names_beside, names_in, outputs_folder
from xlreport.rules.check import sentence
from xlreport.wording import moment

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.mail.package import PackageResult
    from xlreport.results.outcome import PageResult
    from xlreport.reviewing.reviewed import Review


def mark(result: PageResult) -> PageResult:
    """The result with its marked copy, or with a notice why there is none."""
    from xlreport.results.marked_copy import write_marked

    try:
        marked, kept = write_marked(_reviewed(result), result.workbook, _folder(result))
    except XlreportError as error:
        return noticed(result, f"没有生成标注副本：{error}")
    if kept is not None:
        result = noticed(result, f"原来的标注副本里有您改过的内容，没有覆盖，已另存为“{kept.name}”。")
    return replace(result, marked=marked)


def masters(result: PageResult) -> PageResult:
    """The result with a notice where a marked copy and its workbook both may pass for the one that counts.

    Either a copy was worked on, whose workbook stays as it was, or a workbook although staff have typed in its copy since.
    """
    from xlreport.results.marked_copy import changed_copies, marked_stem

    worked = result.workbook.absolute()
    stem = marked_stem(worked)
    if stem is not None and outputs_folder(worked.parent) in worked.parents:
        original = outputs_folder(worked.parent).parent / f"{stem}{worked.suffix}"
        if original.is_file():
            result = noticed(
                result,
                f"这次处理的是标注副本“{worked.name}”，原工作簿“{original.name}”（{_saved(original)}保存）没有改动。"
                "请把同样的改动抄到原工作簿里，不然下次双击时用的还是原工作簿。",
            )
    folders = {_folder(result): None} | dict.fromkeys(folders_beside(_reviewed(result).filing, worked.parent))
    for copy in (each for folder in folders for each in changed_copies(worked, folder, result.marked)):
        result = noticed(
            result,
            f"您改过标注副本“{copy.name}”（{_saved(copy)}保存），它比这次处理的工作簿“{worked.name}”（{_saved(worked)}保存）新，"
            f"里面的改动没有用上。请把改动抄到“{worked.name}”里，保存后再双击一次“生成报告”；不要这些改动，就删掉这个标注副本。",
        )
    return result


def pack(result: PageResult) -> PageResult:
    """The result with the package for the office above and its mail draft, or with a notice why there is none."""
    result, packed = sealed(result)
    if packed is None or packed.manifest is None:
        return result
    correction = packed.manifest.correction
    if correction is not None:
        why = "" if correction.reason else f"要写明更正原因，请双击“{CORRECT}”。"
        result = noticed(result, f"这份报告报送过，所以这次做成第{correction.number}次更正，原来的报送包没有动。{why}")
    if packed.kept:
        return noticed(
            result,
            f"报送包换成了这一次的，上一次的放进了“{packed.kept[0].parent.name}”文件夹。"
            f"上一次的如果已经报送，就不要再发这一个，请双击“{CORRECT}”。",
        )
    return result


def sealed(
    result: PageResult, previous: Path | None = None, reason: str = ""
) -> tuple[PageResult, PackageResult | None]:
    """The result with its package, and the package; with `previous`, the one that went up, a correction of it."""
    from xlreport.mail.package import package_report
    from xlreport.mail.settings import find_settings

    reviewed = _reviewed(result)
    try:
        packed = package_report(
            result.workbook, reviewed, _folder(result), settings=find_settings(), previous=previous, reason=reason
        )
    except XlreportError as error:
        return noticed(result, f"没有生成报送包：{error}"), None
    said = {finding.message for finding in reviewed.findings}
    for finding in packed.findings:
        if finding.message not in said:
            result = noticed(result, f"报送包：{sentence(finding.message)}")
    return replace(result, package=packed.path, draft=packed.eml, signoff=packed.signoff), packed


def unsent(result: PageResult) -> PageResult:
    """The result with a notice that nothing was made for the mail, where the form has a place for an address."""
    filing = _reviewed(result).filing
    if "upward.email" not in filing.form.fields:
        return result
    return noticed(
        result,
        f"没有填写“报送邮箱”（{filing.place('upward.email')}），所以没有做报送包、邮件草稿和签发单；"
        "要用邮件报送，请填写后再双击一次“生成报告”。",
    )


def cleared(result: PageResult) -> PageResult:
    """The result of a finished report, the marked copies of the faults before it gone; what staff typed in stays."""
    from xlreport.results.marked_copy import remove_copies

    for path in remove_copies(result.workbook, _folder(result)):
        result = noticed(result, f"以前的标注副本“{path.name}”没有删掉，可能正在 Excel 或 WPS 中打开；它已经没有用了。")
    return result


def later(result: PageResult) -> PageResult:
    """The result of a finished report with what comes after it: a mistake found too late, and next January."""
    form = _reviewed(result).filing.form
    again = f"报送以后才发现有错：在工作簿里改正、保存，再双击“{CORRECT}”。"
    when = "下一期" if form.period else "明年一月"
    following = f"{when}：工作簿留在这里，双击“{NEXT_YEAR}”，单位、联系人、上年结转和上年的数都带过去，不用再填。"
    return replace(result, later=(again, following) if result.package else (following,))


def stale(result: PageResult) -> PageResult:
    """The result with a notice where an earlier report still lies in the folder."""
    folder = _folder(result)
    report = folder / f"{names_in(_reviewed(result).filing, folder).report}.docx"
    try:
        when = _saved(report)
    except OSError:
        return result
    return noticed(result, f"文件夹里的“{report.name}”是以前（{when}）生成的，不是现在这本工作簿的内容，请不要报送。")


def dated(result: PageResult) -> PageResult:
    """The result with the moment at which its workbook was saved."""
    try:
        return replace(result, saved=_saved(result.workbook))
    except OSError:
        return result


def _saved(path: Path) -> str:
    """When a file was last written. Raises OSError where it cannot be asked."""
    return moment(datetime.fromtimestamp(path.stat().st_mtime).astimezone())


def _reviewed(result: PageResult) -> Review:
    if result.reviewed is None:
        raise ValueError("a workbook that could not be read has nothing beside it")
    return result.reviewed


def _folder(result: PageResult) -> Path:
    if result.published is not None:
        return result.published.folder
    return names_beside(_reviewed(result).filing, result.workbook.absolute().parent).folder


def noticed(result: PageResult, notice: str) -> PageResult:
    return replace(result, notices=(*result.notices, notice))
