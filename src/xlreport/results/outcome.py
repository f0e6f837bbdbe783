"""What became of one workbook, as the result page is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from xlreport.errors import XlreportError
    from xlreport.report.publish import Published
    from xlreport.reviewing.reviewed import Review


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
