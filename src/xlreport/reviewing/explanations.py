"""Explanations of warnings: those that staff wrote, and those that an earlier run put on record with their figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from xlreport.errors import UsageError
from xlreport.wording import shortened
from xlreport.workbook.layout.names import keys_of_explanation
from xlreport.workbook.texts import explains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.reviewing.reviewed import Review


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation and the values, by field, that it was given for."""

    text: str
    figures: dict[str, int | float | str | None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier run left in the JSON: hashes of what it made, and the figures that each explanation was for.

    `mark` is a hash of the JSON itself (`xlreport.report.own_mark`).
    """

    made: dict[str, str] = {}
    explained: dict[str, Explained] = {}
    mark: str = ""


def explained(findings: Iterable[Finding], explanations: Mapping[str, str]) -> list[Finding]:
    """The findings with what staff wrote about each warning; one cell of 校验 may explain several.

    What says nothing of a reason (无, …) explains nothing, wherever it was written.
    """
    done = []
    for finding in findings:
        text = next((explanations[key] for key in keys_of_explanation(finding.rule) if key in explanations), "")
        told = finding.level == "warning" and explains(text)
        done.append(replace(finding, explanation=text) if told else finding)
    return done


def explain_rest(review: Review, text: str) -> Review:
    """`text` as the explanation of every warning that has none; it goes on the record like one from the workbook.

    Raises UsageError for a text that says nothing (无, ……). A word in Latin letters is taken: a script may have its own.
    """
    if not any(map(str.isalnum, text)) or not (text.isascii() or explains(text)):
        raise UsageError(f"--explain 后面的“{shortened(text, 20)}”不是说明，请写明这些提醒的原因。")
    given = {f.rule: text for f in review.findings if f.level == "warning" and not f.explanation}
    filing = replace(review.filing, explanations=review.filing.explanations | given)
    told = tuple(replace(f, explanation=given[f.rule]) if f.rule in given else f for f in review.findings)
    return replace(review, filing=filing, findings=told)


def remember(review: Review, record: Record) -> Review:
    """The review with the explanations that an earlier run put on record.

    An explanation stands as long as the figures it was given for do. Where they have changed and nobody has rewritten
    it, it is asked for again; with no earlier record an explanation stands.
    """
    done, kept = [], {}
    for finding in review.findings:
        told = finding
        then = record.explained.get(finding.rule) if finding.level == "warning" else None
        if then is not None:
            same = then.figures == _figures(finding, review.totals)
            if same and not finding.explanation:
                kept[finding.rule] = then.text
                told = replace(finding, explanation=then.text)
            elif not same and then.text == finding.explanation:
                message = f"{finding.message}数字在上次说明之后有改动，请重新核对并更新说明。"
                told = replace(finding, explanation=None, message=message)
        done.append(told)
    filing = replace(review.filing, explanations=review.filing.explanations | kept)
    return replace(review, filing=filing, findings=tuple(done))


def figures_explained(review: Review) -> dict[str, Explained]:
    """For each explained warning, the values of its cells: when they change, the explanation is asked for again."""
    return {
        finding.rule: Explained(text=finding.explanation, figures=_figures(finding, review.totals))
        for finding in review.findings
        if finding.level == "warning" and finding.explanation
    }


def _figures(finding: Finding, totals: Mapping[str, FilingValue]) -> dict[str, FilingValue]:
    return {cell.field: totals.get(cell.field) for cell in finding.cells if cell.field}
