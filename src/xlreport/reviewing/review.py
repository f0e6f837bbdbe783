"""From a file to a filing with everything that is to be said about it: read, prior year, rules, prose, locator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import Form, form_ids
from xlreport.reviewing.explanations import explained
from xlreport.reviewing.prior import PriorReport, from_filing, from_report, last_year, with_prior
from xlreport.reviewing.reviewed import Review
from xlreport.rules.check import by_severity, check_rules, computed, sentence
from xlreport.storage.files import MAX_FILE, StrPath, read_bounded
from xlreport.wording import cannot_open

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.rules.check import Computed
    from xlreport.rules.evaluate import Value


def review_file(
    path: Path, *, prior: Path | None = None, form: Form | None = None, prose: Path | None = None
) -> Review:
    """Read a workbook and review it, with the prose of a Word file: of `prose`, else of one beside it that says so.

    Raises InputError where one of them cannot be read.
    """
    from xlreport.reviewing.prose_file import read_with_prose

    filing = read_with_prose(path, form, prose)
    return review(filing, read_prior(prior, filing.form) if prior else None)


def review(filing: Filing, prior: PriorReport | None = None) -> Review:
    """Everything to be said about a filing, the gravest first; a warning carries the explanation that staff wrote for it."""
    from xlreport.prose.changes import wrong_changes
    from xlreport.prose.check import check_prose
    from xlreport.prose.criteria import unmet
    from xlreport.prose.plans import left_plans
    from xlreport.prose.references import resolve_references
    from xlreport.prose.sentences import standard_prose
    from xlreport.prose.speakers import mixed_selves, other_speakers
    from xlreport.prose.structure import misbuilt
    from xlreport.reviewing.prose_file import pinpointed
    from xlreport.reviewing.repeated import repeated

    if prior is not None:
        filing = with_prior(filing, prior)
    cells = computed(filing)
    rules = check_rules(filing, cells.standing)
    resolved, references = resolve_references(filing, cells.totals)
    generated = standard_prose(filing, cells.totals)
    unpunctuated = [
        *filing.findings,
        *_with_fixes(filing, cells, rules),
        *references,
        *check_prose(filing, cells.totals, resolved, generated),
        *wrong_changes(filing, resolved, cells.totals, last_year(filing, prior)),
        *(repeated(filing, prior, resolved) if prior is not None else ()),
        *unmet(filing, resolved, generated, cells.totals),
        *left_plans(filing, resolved),
        *other_speakers(filing, resolved),
        *misbuilt(filing, resolved),
        *mixed_selves(filing, resolved, generated),
    ]
    placed = (pinpointed(finding, filing, resolved) for finding in unpunctuated)
    findings = [msgspec.structs.replace(finding, message=sentence(finding.message)) for finding in placed]
    return Review(
        filing=filing,
        cells=cells,
        findings=tuple(by_severity(explained(findings, filing.explanations))),
        prose=generated | resolved,
    )


def read_prior(path: StrPath, form: Form) -> PriorReport:
    """Last year's report from a workbook, an exported JSON, a package, or last year's published Word report."""
    if Path(path).suffix.lower() == ".docx":
        from xlreport.published.figures import read_report_tables

        return from_report(read_report_tables(Path(path), form), form, Path(path).name)
    return from_filing(read_filing(path, _outside(form)), form)


def read_filing(path: StrPath, form: Form | None = None) -> Filing:
    """A filing from a workbook, an exported JSON or a package. `form` is one that the file cannot name: outside the program."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        from xlreport.filing_json import read_json

        return read_json(path, form)
    if suffix == ".xlsx":
        from xlreport.reviewing.prose_file import read_with_prose

        return read_with_prose(path, form)
    if suffix == ".zip":
        from xlreport.filing_json import decoded
        from xlreport.published.archive import open_package

        manifest, parts, _ = open_package(path)
        data = next((parts[entry.name] for entry in manifest.parts if entry.kind == "json"), b"")
        return decoded(data, path.name, form)
    if str(path) == ".":
        raise InputError("没有给出上年数据文件的文件名，请写上它，或去掉 --prior。")
    try:
        read_bounded(path, MAX_FILE)
    except FileNotFoundError:
        raise InputError(f"找不到文件“{path}”，请检查文件名和所在的文件夹。") from None
    except OSError as error:
        raise InputError(cannot_open(f"上年数据文件“{path}”", path, error)) from None
    raise InputError(
        f"上年数据文件“{path.name}”应是工作簿（.xlsx）、报送包（.zip）、导出的 JSON 或上年的 Word 报告（.docx）。"
    )


def _outside(form: Form) -> Form | None:
    """The form to read last year's file by where that file cannot say it: one outside the package."""
    return None if form.id in form_ids() else form


def _with_fixes(filing: Filing, cells: Computed, findings: Sequence[Finding]) -> list[Finding]:
    """Arithmetic failures with the changes that would mend them; each step stands on every rule it mends."""
    if not _sums_fail(findings, filing, cells.standing):
        return list(findings)
    from xlreport.locator.locate import fix_steps, locate
    from xlreport.prose.check import stated_figures

    located = locate(filing, cells=cells.recomputed, evidence=stated_figures(filing, cells.standing))
    mended = {key for keys in located.repairs for key in keys}
    return [
        msgspec.structs.replace(finding, fix=fix_steps(located, filing, finding.rule) or None)
        if finding.rule in mended
        else finding
        for finding in findings
    ]


def _sums_fail(findings: Sequence[Finding], filing: Filing, cells: Mapping[str, Value]) -> bool:
    """Whether an error-level rule that compares two sums is among the failed ones."""
    from xlreport.rules.evaluate import is_number
    from xlreport.rules.rulebook import rulebook

    book = rulebook(filing.form)
    return any(
        finding.level == "error"
        and (check := book.by_key.get(finding.rule)) is not None
        and all(map(is_number, book.sides(check, cells)))
        for finding in findings
    )
