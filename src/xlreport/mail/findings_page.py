"""核对情况.html: what was checked, on which day, by which version, and what was found and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlreport.mail.self_check import counts
from xlreport.mail.wording import FINDINGS, change_words, render
from xlreport.wording import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from xlreport.finding import Finding
    from xlreport.published.archive import Manifest
    from xlreport.reviewing.reviewed import Review


def findings_page(
    manifest: Manifest, review: Review, findings: Sequence[Finding], checked: Sequence[str], on: date
) -> bytes:
    """The page, self-contained; `checked` are the files that were held against each other, `findings` what is told."""
    changes = manifest.correction.changes if manifest.correction else ()
    context = {
        "report": manifest.report_title,
        "basis": review.filing.form.basis,
        "checked": checked,
        "counts": counts(review),
        "date": day(on),
        "tool": f"{manifest.tool} {manifest.tool_version}",
        "form": f"{manifest.form} 第 {manifest.form_version} 版，工作簿模板 {manifest.template_version}",
        "correction": manifest.correction,
        "changes": [change_words(change) for change in changes],
        "warnings": [finding for finding in findings if finding.level == "warning"],
        "notes": [finding for finding in findings if finding.level == "note"],
    }
    return render(FINDINGS, context).encode()
