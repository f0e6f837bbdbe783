"""Result pages of earlier runs about the same workbooks: they are made to look old, and lead to the new page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.desktop.show import PAGE_NAME
from xlreport.errors import EnvironmentFault
from xlreport.report.output_names import outputs_folder
from xlreport.results.links import file_link
from xlreport.results.outdated import outdated, workbooks_of
from xlreport.storage.files import MAX_TEXT, read_bounded, write_atomically
from xlreport.storage.log import log_step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def outdate(workbooks: Sequence[Path], page: Path, when: str) -> None:
    """Put a line on every other page in their 输出/ that is about one of them; `page` is the new one, made at `when`.

    What cannot be read or written stays as it is.
    """
    for outputs in sorted({outputs_folder(workbook.absolute().parent) for workbook in workbooks}):
        names = [each.name for each in workbooks if outputs_folder(each.absolute().parent) == outputs]
        for other in sorted((*outputs.glob(PAGE_NAME), *outputs.glob(f"*/{PAGE_NAME}"))):
            if other != page:
                _outdate(other, names, when, file_link(page, other.parent))


def _outdate(page: Path, names: Sequence[str], when: str, href: str) -> None:
    try:
        before = read_bounded(page, MAX_TEXT).decode()
        after = before
        for name in set(names) & set(workbooks_of(before)):
            after = outdated(after, name, when, href)
        if after != before:
            write_atomically(page, after.encode())
    except (OSError, EnvironmentFault, UnicodeDecodeError):
        log_step("old-page-left")
