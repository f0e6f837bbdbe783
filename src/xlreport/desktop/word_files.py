"""Word files that were dropped together with workbooks: of which each carries the prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.results.page import LeftOut
from xlreport.reviewing.prose_file import WORD_ENDINGS, ProseFileError, is_named_for, workbook_of

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.desktop.choose import Gathered

_ALONE = (
    "这是 Word 文件，不知道它是哪一本工作簿的正文：和那一本工作簿一起拖到“生成报告”上，"
    "或者改名为“工作簿名-正文.docx”，放在工作簿旁边。"
)


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """The workbooks, the Word files that were dropped with each, and those that belong to none."""

    gathered: Gathered
    word: dict[Path, tuple[Path, ...]]
    left_out: tuple[LeftOut, ...]

    def prose(self, workbook: Path) -> Path | None:
        """The Word file of a workbook. Raises ProseFileError where several were dropped for it."""
        files = self.word.get(workbook, ())
        if len(files) > 1:
            names = "、".join(f"“{path.name}”" for path in files)
            raise ProseFileError(
                f"给工作簿“{workbook.name}”拖来了{names}几份 Word 文件，不知道用哪一份正文，请只拖要用的一份。"
            )
        return files[0] if files else None


def paired(gathered: Gathered) -> Paired:
    """Each Word file with its workbook: the one that its name says, else the only one there is.

    One that was dropped without any workbook brings the one that it lies beside and is named for.
    """
    word = [path for path in gathered.given if path.suffix.lower() in WORD_ENDINGS]
    given = [path for path in gathered.given if path not in word]
    if word and not given and not gathered.lying:
        beside = (workbook_of(path) for path in word)
        given = list(dict.fromkeys(path for path in beside if path is not None))
    workbooks = (*given, *gathered.lying)
    files: dict[Path, tuple[Path, ...]] = {}
    left_out = []
    for path in word:
        named = [workbook for workbook in workbooks if is_named_for(path, workbook)]
        candidates = named or workbooks
        if len(candidates) == 1:
            files[candidates[0]] = (*files.get(candidates[0], ()), path)
        else:
            left_out.append(LeftOut(name=path.name, reason=_ALONE))
    return Paired(gathered=msgspec.structs.replace(gathered, given=tuple(given)), word=files, left_out=tuple(left_out))
