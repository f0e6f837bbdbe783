"""The report files that go into a package: those that lie in the folder, held against the workbook, or made now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import EnvironmentFault
from xlreport.finding import Finding
from xlreport.published.agreement import compare_beside, compare_report, compare_texts
from xlreport.published.archive import sha256
from xlreport.published.marks import marks
from xlreport.published.own_mark import made_of, own_mark
from xlreport.report.output_names import OutputNames, StandingRecord, read_record
from xlreport.report.outputs import REPORT, Job, outputs
from xlreport.report.publish import publish
from xlreport.report.word.render import DRAFT_MARK, render_word
from xlreport.reviewing.explanations import is_recorded
from xlreport.storage.file_set import exclusive
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.storage.opc import part_key
from xlreport.storage.zips import Zip
from xlreport.wording import fault, is_folder, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlreport.report.outputs import Output
    from xlreport.reviewing.reviewed import Review


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """The Word report, the other formats by id that say the same, and what was found on the way."""

    docx: bytes
    others: dict[str, bytes]
    findings: tuple[Finding, ...]


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The files that may go into the package as they stand, by format, and the record beside them."""

    names: OutputNames
    record: StandingRecord
    files: dict[str, bytes]

    def name(self, id_: str) -> str:
        return f"{self.names.report}.{id_}"

    def recorded(self, id_: str) -> bool:
        """Whether the record holds this very file."""
        return id_ in self.files and sha256(self.files[id_]) == self.record.made.get(self.name(id_))

    def own(self, id_: str) -> bool:
        """Whether this file is as the tool made it, by the record or by its own mark."""
        return self.recorded(id_) or (id_ in self.files and own_mark(self.files[id_]) is not None)

    def vouches(self, docx: bytes) -> bool:
        """Whether the record is of this Word report: what else is recorded was made with it."""
        return sha256(docx) == self.record.made.get(self.name(REPORT.id))


def reports_to_send(review: Review, names: OutputNames) -> Reports:
    """The reports of a reviewed filing under these names.

    Where there is none, or the workbook has changed since the tool made them, all are made (again). One that a person
    edited is compared; errors among the findings mean that it must not be sealed. Raises as `publish` does.
    """
    made = render_word(review)
    standing = _standing(names)
    findings: list[Finding] = []
    old = standing.files.get(REPORT.id)
    if old is None or _is_behind(standing, made, review):
        published = publish(review, names.folder, names=names)
        if published.fault is not None:
            findings.append(kinds.REPORT_LEFT_OUT.finding(f"PDF 没有放入报送包：{published.fault}"))
        before, standing = standing, _standing(names)
        if any(standing.files.get(id_) != data for id_, data in before.files.items()):
            kept = "、".join(f"“{path.name}”" for path in published.kept)
            message = f"“{names.report}”与工作簿不再一致，已重新生成{f'，原来改动过的另存为{kept}' if kept else ''}"
            findings.append(kinds.REPORT_REMADE.finding(message))
    docx, name = standing.files[REPORT.id], standing.name(REPORT.id)
    # What is sealed is read again, whoever made it.
    findings += compare_report(docx, made, review.filing, review.totals, name)
    findings += _marked(docx, made, name)
    if _is_draft(docx):
        message = f"“{name}”是草稿，不能报送，请重新生成正式的报告"
        findings.append(kinds.REPORT_DRAFT.finding(message))
    findings += _unknown(findings, standing)
    edited = any(finding.rule == kinds.REPORT_PROSE_EDITED.id for finding in findings)
    others = {}
    for output in outputs():
        if output is REPORT or output.id not in standing.files:
            continue
        extra, keep = _other(output, standing, made, review, edited=edited)
        findings += extra
        if keep:
            others[output.id] = standing.files[output.id]
    return Reports(docx=docx, others=others, findings=tuple(findings))


def _standing(names: OutputNames) -> _Standing:
    """What stands in the folder, read while nobody replaces it."""
    if not is_folder(names.folder):
        return _Standing(names=names, record=StandingRecord(), files={})
    with exclusive(names.folder):
        read = {each.id: _read(names.folder / f"{names.report}.{each.id}") for each in outputs() if each.packed}
        record = read_record(names.record())
    return _Standing(names=names, record=record, files={id_: data for id_, data in read.items() if data is not None})


def _is_behind(standing: _Standing, made: bytes, review: Review) -> bool:
    """Whether a Word report that nobody edited, or what was made with it, is not of the workbook as it is now."""
    docx = standing.files[REPORT.id]
    if docx != made:
        return standing.own(REPORT.id)
    return (bool(standing.record.made) and _off_record(standing, made, review)) or any(
        standing.own(each.id) and standing.files[each.id] != _fresh(each, review)
        for each in outputs()
        if each.text is not None and each is not REPORT
    )


def _off_record(standing: _Standing, made: bytes, review: Review) -> bool:
    """Whether the record is of another report, or an explanation is not in it yet: it goes there with the report."""
    return not standing.vouches(made) or not is_recorded(standing.record, review)


def _fresh(output: Output, review: Review) -> bytes:
    return output.render(Job(review=review, draft=False, made={}))


def _other(
    output: Output, standing: _Standing, made: bytes, review: Review, *, edited: bool
) -> tuple[list[Finding], bool]:
    """Findings about what lies beside the Word report, and whether it goes into the package."""
    data, name = standing.files[output.id], standing.name(output.id)
    if output.text is None:
        fits = (standing.recorded(output.id) and standing.vouches(made)) or made_of(data, made)
    else:
        fresh = _fresh(output, review)
        fits = data == fresh
        if not fits and not standing.own(output.id):
            one, other = output.text(data, name), output.text(fresh, name)
            findings = compare_texts(one, other, review.filing, review.totals, name)
            if output.beside is not None:
                findings += compare_beside(output.beside(data), output.beside(fresh), name)
            if standing.record.made or any(finding.level == "error" for finding in findings) or not findings:
                return findings, True
    if fits and not edited:
        return [], True
    why = (
        f"Word 报告的文字改动过，“{name}”没有随之改动"
        if fits
        else f"“{name}”不是和现在的 Word 报告一起生成的，不能核对"
    )
    message = f"{why}，没有放入报送包；要报送它，请在工作簿里改好后重新生成报告"
    return [kinds.REPORT_LEFT_OUT.finding(message)], False


def _marked(docx: bytes, made: bytes, name: str) -> list[Finding]:
    """A warning for comments, revisions and hidden text that an edited report would take along to whoever reads it."""
    if docx == made:
        return []
    own = marks(Zip(made).parts())
    left = [mark for mark in marks(Zip(docx).parts()) if mark not in own]
    said = []
    for what in dict.fromkeys(mark.what for mark in left):
        some = [mark for mark in left if mark.what == what]
        first = next((mark for mark in some if mark.text), some[0])
        words = "：".join(filter(None, (first.author, first.text and f"“{shortened(first.text, 30)}”")))
        message = (
            f"“{name}”里有{len(some)}处{what}{f'（{words}）' if words else ''}，会随报告一起报送，"
            "请在 Word 里删去批注和隐藏文字、接受或拒绝全部修订后再打包"
        )
        said.append(kinds.REPORT_MARKS.finding(message))
    return said


def _unknown(findings: Sequence[Finding], standing: _Standing) -> list[Finding]:
    """An error where a text differs and no record tells whether a person edited it, or an earlier workbook said so."""
    if standing.record.made or not any(finding.rule == kinds.REPORT_PROSE_EDITED.id for finding in findings):
        return []
    message = (
        f"“{standing.name(REPORT.id)}”的文字与工作簿不同，旁边又没有生成时留下的数据文件，不知道是改动过还是早先生成的，"
        "请重新生成报告（原来的会另存在旁边），要用其中的文字，请写进工作簿"
    )
    return [kinds.REPORT_UNKNOWN.finding(message)]


def _is_draft(docx: bytes) -> bool:
    archive = Zip(docx)
    headers = (name for name in archive.names if part_key(name).startswith("word/header"))
    return any(DRAFT_MARK.encode() in archive.read(name) for name in headers)


def _read(path: Path) -> bytes | None:
    try:
        return read_bounded(path, MAX_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        if is_folder(path):
            raise EnvironmentFault(f"“{path}”是一个文件夹，不是报告，请把它移走后再试。") from None
        raise EnvironmentFault(f"文件“{path.name}”打不开（{fault(error)}），请关闭正在使用它的程序后再试。") from None
