"""From a file to a filing with everything that is to be said about it: read, prior year, rules, prose, locator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import form_ids
from xlreport.reviewing.explanations import explained, recall
from xlreport.reviewing.prior import PriorFigures, from_filing, from_tables, with_prior
from xlreport.reviewing.reviewed import Reviewed
from xlreport.rules.check import by_severity, check_rules, filing_cells, sentence, totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlreport.forms import Form
    from xlreport.reviewing.explanations import Record


def review_file(path: Path, *, prior: Path | None = None, form: Form | None = None) -> Reviewed:
    """Read a workbook and review it. Raises InputError where it (or `prior`) cannot be read."""
    from xlreport.workbook.read.xlsx import read_workbook

    filing = read_workbook(path, form=form)
    return review(filing, read_prior(prior, filing.form) if prior else None)


def review(filing: Filing, prior: PriorFigures | None = None) -> Reviewed:
    """Everything to be said about a filing; a warning carries the explanation that staff wrote for it."""
    from xlreport.prose.check import check_prose
    from xlreport.prose.references import resolve_references
    from xlreport.prose.sentences import standard_prose

    if prior is not None:
        filing = with_prior(filing, prior)
    cells = totals(filing)
    rules = check_rules(filing)
    resolved, references = resolve_references(filing, cells)
    printed = standard_prose(filing, cells) | resolved
    found = [*filing.findings, *_with_fixes(filing, rules), *references, *check_prose(filing, cells)]
    findings = [msgspec.structs.replace(finding, message=sentence(finding.message)) for finding in found]
    return Reviewed(
        filing=filing,
        findings=tuple(by_severity(explained(findings, filing.explanations))),
        prose=printed,
    )


def explain_rest(reviewed: Reviewed, text: str) -> Reviewed:
    """`text` as the explanation of every warning that has none; it goes on the record like one from the workbook."""
    given = {f.rule: text for f in reviewed.findings if f.level == "warning" and not f.explanation}
    filing = msgspec.structs.replace(reviewed.filing, explanations=reviewed.filing.explanations | given)
    return msgspec.structs.replace(
        reviewed, filing=filing, findings=tuple(explained(reviewed.findings, filing.explanations))
    )


def remember(reviewed: Reviewed, record: Record) -> Reviewed:
    """The review with the explanations that an earlier run put on record; see `xlreport.reviewing.explanations.recall`."""
    filing, findings = recall(reviewed.filing, reviewed.findings, record)
    return msgspec.structs.replace(reviewed, filing=filing, findings=tuple(findings))


def read_prior(path: Path, form: Form) -> PriorFigures:
    """Last year's figures from a workbook, an exported JSON, or last year's published Word report."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        from xlreport.filing_json import read_json

        return from_filing(read_json(path, _outside(form)), form)
    if suffix == ".docx":
        from xlreport.published.figures import read_report_tables

        tables = read_report_tables(path, form)
        return from_tables(tables.values, form, path.name, year=tables.year, raw=tables.raw)
    if suffix == ".xlsx":
        from xlreport.workbook.read.xlsx import read_workbook

        return from_filing(read_workbook(path, _outside(form)), form)
    raise InputError(f"上年数据文件“{path.name}”应是工作簿（.xlsx）、导出的 JSON 或上年的 Word 报告（.docx）。")


def _outside(form: Form) -> Form | None:
    """The form to read last year's file by where that file cannot say it: one outside the package."""
    return None if form.id in form_ids() else form


def _with_fixes(filing: Filing, findings: Sequence[Finding]) -> list[Finding]:
    """Arithmetic failures with the changes that would mend them; each step stands on every rule it mends."""
    book = _arithmetic_failures(findings, filing)
    if not book:
        return list(findings)
    from xlreport.locator.locate import fix_steps, locate
    from xlreport.prose.check import stated_figures

    located = locate(filing, evidence=stated_figures(filing))
    mended = {key for keys in located.repairs for key in keys}
    return [
        msgspec.structs.replace(finding, fix=fix_steps(located, filing, finding.rule) or None)
        if finding.rule in mended
        else finding
        for finding in findings
    ]


def _arithmetic_failures(findings: Sequence[Finding], filing: Filing) -> Mapping[str, Finding]:
    """The failed error-level rules that compare two sums."""
    from xlreport.rules.rulebook import rulebook

    book = rulebook(filing.form)
    cells = filing_cells(filing)
    return {
        finding.rule: finding
        for finding in findings
        if finding.level == "error"
        and (check := book.by_key.get(finding.rule)) is not None
        and None not in book.sides(check, cells)
    }


__all__ = ["Reviewed", "explain_rest", "read_prior", "remember", "review", "review_file"]
