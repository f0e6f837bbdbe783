"""One zip a report, sealed for the office above, with the mail draft that carries it and the sheet to sign.

Nothing is sealed while an error stands, a warning has no explanation, or the Word report says something else than the
workbook. The same workbook and report give the same bytes.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError
from xlreport.filing_json import to_json
from xlreport.finding import CellRef, Finding
from xlreport.mail.correction import (
    PACKAGE_ENDING,
    changes,
    corrected,
    keep,
    place,
    reason_given,
    same_content,
    sealed_before,
)
from xlreport.mail.findings_page import findings_page
from xlreport.mail.message import BadAddress, addresses, compose, draft, reports_in
from xlreport.mail.reports import Reports, reports_to_send
from xlreport.mail.self_check import self_check_context
from xlreport.mail.settings import Settings, find_settings
from xlreport.mail.signoff import signoff_page
from xlreport.mail.wording import SELF_CHECK, one_line, render
from xlreport.published.archive import Correction, Manifest, Part, Party, read_package, seal, sha256
from xlreport.report.output_names import OutputNames, names_beside, names_in, read_record
from xlreport.reviewing.prose_file import name_for
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import by_severity
from xlreport.storage.file_set import put_together
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.version import __version__
from xlreport.wording import cannot_open
from xlreport.workbook.layout.sheets import template_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.filing import Filing
    from xlreport.mail.correction import Sealed

FINDINGS_STEM, SELF_CHECK_NAME = "核对情况", "自查表.html"
#: The kind of the part that tells what was checked, on which day.
FINDINGS_PAGE = "findings_page"

WORKBOOK_ENDING, DRAFT_ENDING, SIGNOFF_ENDING = "_填报工作簿.xlsx", "_报送邮件", "_签发单"


class PackageResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one workbook. `path` is None where it was refused; the findings then say why.

    `eml` is None where there is no address to send to; `kept` are earlier packages that this one, or the one it corrects,
    took the place of, where they lie now. `status` is 0, or 1 where it was refused; `reviewed` then holds the filing with
    the same findings.
    """

    findings: tuple[Finding, ...]
    path: Path | None = None
    eml: Path | None = None
    signoff: Path | None = None
    sha256: str | None = None
    manifest: Manifest | None = None
    kept: tuple[Path, ...] = ()
    reviewed: Review | None = None

    @property
    def status(self) -> int:
        return 0 if self.path is not None else 1


def build_package(
    workbook: Path,
    out_dir: Path | None = None,
    *,
    form: str | None = None,
    prior: Path | None = None,
    prose: Path | None = None,
    explain: str | None = None,
    correct: bool = False,
    previous: Path | None = None,
    reason: str = "",
    settings: Settings | None = None,
) -> PackageResult:
    """Check a workbook, make its report where there is none yet, and seal both for the office above.

    `out_dir` is where the report lies and the package goes: by default 输出/<单位>_<年度>/ beside the workbook. A report
    whose package was sent and has changed since becomes a correction by itself; `correct` asks for one where it was
    mailed by hand, `previous` names the package that went up. `reason` says why there is a correction, and asks for one.

    Raises InputError, UsageError, DefinitionError, EnvironmentFault; what the workbook holds stands in the result.
    """
    from xlreport.forms import find_form
    from xlreport.reviewing.explanations import explain_rest, remember
    from xlreport.reviewing.review import review_file

    reviewed = review_file(workbook, prior=prior, form=None if form is None else find_form(form), prose=prose)
    filing = reviewed.filing
    names = names_in(filing, out_dir) if out_dir else names_beside(filing, workbook.parent)
    reviewed = remember(reviewed, read_record(names.record()))
    if explain:
        reviewed = explain_rest(reviewed, explain)
    return package_report(
        workbook,
        reviewed,
        names.folder,
        names=names,
        correct=correct,
        previous=previous,
        reason=reason,
        settings=settings if settings is not None else find_settings(),
        explain=explain,
    )


def package_report(
    workbook: Path,
    review: Review,
    folder: Path,
    *,
    settings: Settings,
    correct: bool = False,
    previous: Path | None = None,
    reason: str = "",
    names: OutputNames | None = None,
    explain: str | None = None,
) -> PackageResult:
    """Seal the report of a reviewed filing; see `build_package`.

    `names` are those in the folder, where chosen already; `explain` is for warnings about the report itself.
    """
    from xlreport.reviewing.explanations import explain_rest

    if not review.publishable:
        return PackageResult(findings=review.findings, reviewed=review)
    try:
        workbook_bytes = read_bounded(workbook, MAX_FILE)
    except OSError as error:
        raise InputError(cannot_open(f"工作簿“{workbook.name}”", workbook, error)) from None
    names = names or names_in(review.filing, folder)
    reports = reports_to_send(review, names)
    review = _also(review, reports.findings)
    if explain:
        review = explain_rest(review, explain)
    if not review.publishable:
        findings = tuple(by_severity(review.findings))
        return PackageResult(findings=findings, reviewed=msgspec.structs.replace(review, findings=findings))
    data = to_json(review.filing, review.totals)
    stem, before = sealed_before(folder, (names.package, names.earlier_package), manifest_of(review))
    base = corrected(before, correct=correct or bool(reason), previous=previous)
    if base is not None and same_content(base, reports.docx, data):
        note = kinds.PACKAGE_UNCHANGED.finding(f"与已有的报送包“{base.path.name}”没有差别，没有重新打包")
        return _put(base.path, base.data, base.manifest, _also(review, [note]), settings, stem)
    manifest = manifest_of(review)
    if base is not None:
        number = max([base.number, *(sealed.number for sealed in before if sealed.sent)]) + 1
        why = one_line(reason) or reason_given(before, base)
        correction = Correction(number=number, of=base.digest, changes=changes(base, review), reason=why)
        manifest = msgspec.structs.replace(manifest, correction=correction)
    today = datetime.now().astimezone().date()
    manifest, sealed = seal(manifest, _parts(workbook_bytes, data, reports, manifest, review, names, today))
    number = manifest.correction.number if manifest.correction else 0
    for standing in before:
        if standing.number == number and _alike(standing, manifest):
            manifest, sealed = standing.manifest, standing.data
    path = place(folder, stem, number, manifest)
    return _put(path, sealed, manifest, review, settings, stem, base)


def _alike(standing: Sealed, manifest: Manifest) -> bool:
    """Whether a package holds the same but for the page that tells on which day it was checked.

    It stays as it is then, so that the code on a sheet printed yesterday is still that of the package.
    """
    one, other = (
        msgspec.structs.replace(each, parts=tuple(part for part in each.parts if part.kind != FINDINGS_PAGE))
        for each in (standing.manifest, manifest)
    )
    return one == other


def _also(review: Review, findings: Sequence[Finding]) -> Review:
    """The review with what was found about its report and package."""
    return msgspec.structs.replace(review, findings=(*review.findings, *findings))


def manifest_of(review: Review) -> Manifest:
    """What the manifest of a package of this filing says, but for its parts."""
    filing = review.filing
    code = filing.values.get("unit.code")
    return Manifest(
        title=filing.form.title,
        unit=one_line(filing.unit),
        unit_code=one_line(str(code)) if code is not None else filing.meta.unit_code,
        year=filing.year,
        period=one_line(filing.period) or None,
        form=filing.form.id,
        form_version=filing.form.version,
        template_version=filing.meta.template_version or template_version(filing.form),
        tool="xlreport",
        tool_version=__version__,
        upward=Party(name=one_line(filing.text("upward.name")), address=filing.text("upward.email").strip()),
        contact=Party(name=one_line(filing.text("contact.name")), address=one_line(filing.text("contact.phone"))),
    )


def _parts(
    workbook: bytes, data: bytes, reports: Reports, manifest: Manifest, review: Review, names: OutputNames, today: date
) -> list[Part]:
    stem, name = names.package, names.report
    # That the report had to be made again tells of this run, not of the package.
    findings = [finding for finding in review.findings if finding.rule != kinds.REPORT_REMADE.id]
    parts = [
        Part(name=stem + WORKBOOK_ENDING, kind="workbook", data=workbook),
        Part(name=f"{name}.docx", kind="docx", data=reports.docx),
        Part(name=f"{name}.json", kind="json", data=data),
        Part(name=f"{FINDINGS_STEM}.json", kind="findings", data=_findings_json(manifest, findings)),
        Part(
            name=SELF_CHECK_NAME,
            kind="self_check",
            data=render(SELF_CHECK, self_check_context(manifest, review)).encode(),
        ),
    ]
    if (prose := review.filing.prose_file) is not None:
        # Beside the workbook under the name by which it is found there.
        parts.append(Part(name=name_for(Path(stem + WORKBOOK_ENDING)), kind="prose", data=prose.data))
    parts += [Part(name=f"{name}.{kind}", kind=kind, data=extra) for kind, extra in reports.others.items()]
    checked = [part.name for part in parts if part.kind not in ("findings", "self_check", "json")]
    page = findings_page(manifest, review, findings, checked, today)
    return [*parts, Part(name=f"{FINDINGS_STEM}.html", kind=FINDINGS_PAGE, data=page)]


def _findings_json(manifest: Manifest, findings: Sequence[Finding]) -> bytes:
    document = {
        "form": manifest.form,
        "year": manifest.year,
        "unit": manifest.unit,
        "ok": True,
        "findings": findings,
        "correction": manifest.correction,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _put(
    path: Path,
    sealed: bytes,
    manifest: Manifest,
    review: Review,
    settings: Settings,
    stem: str,
    base: Sealed | None = None,
) -> PackageResult:
    """The package in its place, with the draft that carries it and its sign-off sheet: all of them or none.

    What goes up is kept: a package whose place is taken is put by, and `base` stands under its own name again.
    """
    digest = sha256(sealed)
    folder = path.parent
    templates = settings.resolve(settings.mail.templates)
    signoff, eml = _beside(path, stem)
    files = {path.name: sealed, signoff.name: signoff_page(manifest, review, path.name, digest, templates)}
    problem = _address_problem(review.filing, manifest)
    if problem is None:
        _, parts = read_package(sealed, path.name)
        message = compose(
            manifest,
            path.name,
            sealed,
            digest,
            on=datetime.now().astimezone(),
            reports=reports_in(manifest, parts),
            templates=templates,
            cc=settings.mail.cc,
        )
        files[eml.name] = draft(message)
    # An earlier draft carries an earlier package.
    gone = [] if problem is None else [eml.name]
    if base is not None and (origin := place(folder, stem, base.number, manifest)) != path:
        files[origin.name] = base.data
        if keep(origin, base.data) is not None:
            gone += [each.name for each in _beside(origin, stem)]
    kept = [keep(folder / name, data) for name, data in files.items() if name.endswith(path.suffix)]
    put_together(folder, files, gone=gone)
    return PackageResult(
        findings=tuple(by_severity([*review.findings, *([problem] if problem else [])])),
        path=path,
        eml=eml if problem is None else None,
        signoff=signoff,
        sha256=digest,
        manifest=manifest,
        kept=tuple(each for each in kept if each is not None),
    )


def _beside(package: Path, stem: str) -> tuple[Path, Path]:
    """The sheet to sign and the mail draft that go with a package."""
    tail = package.stem.rpartition(PACKAGE_ENDING)[2]
    return package.with_name(f"{stem}{SIGNOFF_ENDING}{tail}.html"), package.with_name(f"{stem}{DRAFT_ENDING}{tail}.eml")


def _address_problem(filing: Filing, manifest: Manifest) -> Finding | None:
    place: CellRef = filing.place("upward.email")
    where = str(place) if place.sheet else ""
    try:
        to = addresses(manifest.upward.address)
    except BadAddress as error:
        return kinds.UPWARD_EMAIL_WRONG.finding(
            f"{where}报送邮箱“{one_line(str(error))}”不是邮箱地址，没有生成邮件草稿，请改正后再生成一次",
            [place],
            actual=manifest.upward.address,
        )
    if not to:
        return kinds.UPWARD_EMAIL_BLANK.finding(
            f"{where}报送邮箱没有填写，没有生成邮件草稿；要用邮件报送，请填写后再生成一次", [place]
        )
    return None
