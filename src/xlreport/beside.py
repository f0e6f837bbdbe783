"""What a double-click makes beside the report: the package with its mail draft, or the marked copy of a faulty workbook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from xlreport.errors import XlreportError
from xlreport.report.publish import output_folder, output_stem

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.report.page import PageResult
    from xlreport.review import Reviewed


def mark(result: PageResult) -> PageResult:
    """The result with its marked copy, or with a notice why there is none."""
    from xlreport.workbook.marked import write_marked  # noqa: PLC0415

    reviewed = _reviewed(result)
    try:
        marked, kept = write_marked(reviewed.filing, reviewed.findings, result.workbook, _folder(result))
    except XlreportError as error:
        return _noticed(result, f"没有生成标注副本：{error}")
    if kept is not None:
        result = _noticed(result, f"原来的标注副本里有您改过的内容，没有覆盖，已另存为“{kept.name}”。")
    return replace(result, marked=marked)


def pack(result: PageResult) -> PageResult:
    """The result with the package for the office above and its mail draft, or with a notice why there is none."""
    from xlreport.mail.package import package_report  # noqa: PLC0415
    from xlreport.mail.settings import find_settings  # noqa: PLC0415

    reviewed = _reviewed(result)
    try:
        packed = package_report(
            result.workbook,
            reviewed.filing,
            reviewed.findings,
            _folder(result),
            prose=reviewed.prose,
            settings=find_settings(result.workbook),
        )
    except XlreportError as error:
        return _noticed(result, f"没有生成报送包：{error}")
    said = {finding.message for finding in reviewed.findings}
    for finding in packed.findings:
        if finding.message not in said:
            result = _noticed(result, f"报送包：{finding.message}。")
    return replace(result, package=packed.path, draft=packed.eml, signoff=packed.signoff)


def stale(result: PageResult) -> PageResult:
    """The result with a notice where an earlier report still lies in the folder."""
    report = _folder(result) / f"{output_stem(_reviewed(result).filing)}.docx"
    try:
        made = datetime.fromtimestamp(report.stat().st_mtime).astimezone()
    except OSError:
        return result
    when = f"{made.year}年{made.month}月{made.day}日 {made:%H:%M}"
    return _noticed(result, f"文件夹里的“{report.name}”是以前（{when}）生成的，不是现在这本工作簿的内容，请不要报送。")


def _reviewed(result: PageResult) -> Reviewed:
    if result.reviewed is None:
        raise ValueError("a workbook that could not be read has nothing beside it")
    return result.reviewed


def _folder(result: PageResult) -> Path:
    if result.published is not None:
        return result.published.folder
    return output_folder(_reviewed(result).filing, result.workbook.absolute().parent)


def _noticed(result: PageResult, notice: str) -> PageResult:
    return replace(result, notices=(*result.notices, notice))
