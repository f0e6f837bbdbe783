"""The report files that go into a package: those that lie in the folder, held against the workbook, or made now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import EnvironmentFault
from xlreport.finding import Finding
from xlreport.mail.archive import sha256
from xlreport.published.agreement import compare_figures, compare_report
from xlreport.published.marks import marks
from xlreport.report.output_names import OutputNames, read_record
from xlreport.report.outputs import REPORT, Job, outputs
from xlreport.report.publish import publish
from xlreport.report.word.render import DRAFT_MARK, render_word
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.storage.opc import part_key
from xlreport.storage.zips import Zip
from xlreport.wording import shortened

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.report.outputs import Output
    from xlreport.reviewing.explanations import Record
    from xlreport.reviewing.reviewed import Review


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """The Word report, the other formats by id that say the same, and what was found on the way."""

    docx: bytes
    others: dict[str, bytes]
    findings: tuple[Finding, ...]


def reports_to_send(review: Review, names: OutputNames) -> Reports:
    """The reports of a reviewed filing under these names.

    Where there is none, or the workbook has changed since the tool made it, it is made (again). One that a person
    edited is compared; errors among the findings mean that it must not be sealed. Raises as `publish` does.
    """
    folder, stem, record_file = names.folder, names.report, names.record()
    made = render_word(review)
    record = read_record(record_file)
    docx = _read(folder / f"{stem}.docx")
    found: list[Finding] = []
    ours = docx is not None and sha256(docx) == record.made.get(f"{stem}.docx")
    # An explanation that is not on record yet goes there with the report.
    recorded = all(
        finding.rule in record.explained and record.explained[finding.rule].text == finding.explanation
        for finding in review.findings
        if finding.level == "warning" and finding.explanation
    )
    if docx is None or (ours and not (docx == made and recorded)):
        formats = [each.id for each in outputs() if each.by_default or (folder / f"{stem}.{each.id}").exists()]
        publish(review, folder, formats=formats, names=names)
        if docx is not None and docx != made:
            found.append(kinds.REPORT_REMADE.finding(f"“{stem}”与工作簿不再一致，已重新生成"))
        record = read_record(record_file)
        docx = made
    # What is sealed is read again, whoever made it.
    found += compare_report(docx, made, review.filing, review.totals, f"{stem}.docx")
    found += _marked(docx, made, f"{stem}.docx")
    if _is_draft(docx):
        message = f"“{stem}.docx”是草稿，不能报送，请重新生成正式的报告"
        found.append(kinds.REPORT_DRAFT.finding(message))
    edited = any(finding.rule == kinds.REPORT_PROSE_EDITED.id for finding in found)
    others = {}
    for output in outputs():
        name = f"{stem}.{output.id}"
        data = _read(folder / name) if output.packed and output is not REPORT else None
        if data is None:
            continue
        extra, keep = _other(output, data, name, record, review, edited=edited)
        found += extra
        if keep:
            others[output.id] = data
    return Reports(docx=docx, others=others, findings=tuple(found))


def _other(
    output: Output, data: bytes, name: str, record: Record, review: Review, *, edited: bool
) -> tuple[list[Finding], bool]:
    """Findings about what lies beside the Word report, and whether it goes into the package."""
    ours = sha256(data) == record.made.get(name)
    if ours and edited:
        message = f"Word 报告的文字改动过，“{name}”没有随之改动，没有放入报送包；请在工作簿里改动文字后重新生成"
        return [kinds.REPORT_LEFT_OUT.finding(message)], False
    if ours:
        return [], True
    if output.tables is not None:
        form = review.filing.form
        made = output.tables(output.render(Job(review=review, draft=False, made={})), form)
        return list(compare_figures(output.tables(data, form), review.filing, review.totals, name, made)), True
    message = f"“{name}”不是本次生成的那一份，内容没有核对，请自行核对与 Word 报告一致"
    return [kinds.REPORT_NOT_COMPARED.finding(message)], True


def _marked(docx: bytes, made: bytes, name: str) -> list[Finding]:
    """A warning for comments, revisions and hidden text that an edited report would take along to whoever reads it."""
    if docx == made:
        return []
    own = marks(Zip(made).parts())
    found = [mark for mark in marks(Zip(docx).parts()) if mark not in own]
    said = []
    for what in dict.fromkeys(mark.what for mark in found):
        some = [mark for mark in found if mark.what == what]
        first = next((mark for mark in some if mark.text), some[0])
        words = "：".join(filter(None, (first.author, first.text and f"“{shortened(first.text, 30)}”")))
        message = (
            f"“{name}”里有{len(some)}处{what}{f'（{words}）' if words else ''}，会随报告一起报送，"
            "请在 Word 里删去批注和隐藏文字、接受或拒绝全部修订后再打包"
        )
        said.append(kinds.REPORT_MARKS.finding(message))
    return said


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
        raise EnvironmentFault(f"文件“{path.name}”打不开（{error.strerror}），请关闭正在使用它的程序后再试。") from None
