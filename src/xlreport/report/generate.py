"""Reviewed workbooks to reports: each by itself, a good one is published whatever becomes of the others."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import UsageError, XlreportError
from xlreport.report.output_names import names_beside, names_in, read_record, same_report
from xlreport.report.publish import Published, publish
from xlreport.reviewing.explanations import explain_rest, remember
from xlreport.reviewing.reviewed import Review
from xlreport.storage.attempt import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.filing import Filing
    from xlreport.report.output_names import OutputNames


class Generated(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one workbook: the report published, or why not; `status` as the command line exits.

    `same` are all workbooks, this one too, that would make one and the same report: none of them is published.
    """

    workbook: Path
    status: int
    reviewed: Review | None = None
    published: Published | None = None
    error: XlreportError | None = None
    same: tuple[Path, ...] = ()


def publish_reviews(
    reviews: Sequence[tuple[Path, Review | XlreportError]],
    output: Path | None = None,
    *,
    formats: Sequence[str] | None = None,
    explain: str | None = None,
    draft: bool = False,
) -> Iterator[Generated]:
    """Publish the report of each reviewed workbook; of one that could not be read the reason stands in its place.

    Each is made when it is asked for. Two workbooks that would give the same report are both left alone; one with errors
    would give none, and stops nobody. Nothing is raised for what a single workbook holds: it stands in its result.
    """
    targets = _targets(reviews, output)
    alike: dict[OutputNames, list[tuple[Path, Filing]]] = {}
    for (workbook, result), target in zip(reviews, targets, strict=True):
        if not isinstance(target, XlreportError) and not isinstance(result, XlreportError) and (result.ok or draft):
            alike.setdefault(target, []).append((workbook, result.filing))
    for number, ((workbook, result), target) in enumerate(zip(reviews, targets, strict=True), start=1):
        if isinstance(result, XlreportError):
            yield _failed(workbook, result)
        elif isinstance(target, XlreportError):
            yield _failed(workbook, target, result)
        elif len(twins := alike.get(target, [])) > 1 and (result.ok or draft):
            error, same = _twins(twins), tuple(each for each, _ in twins)
            yield Generated(workbook=workbook, status=error.status, reviewed=result, error=error, same=same)
        else:
            work = partial(_generate, workbook, result, target, formats, explain, draft=draft)
            made = attempt(work, workbook, "publish", number)
            yield _failed(workbook, made, result) if isinstance(made, XlreportError) else made


def _twins(twins: Sequence[tuple[Path, Filing]]) -> UsageError:
    from xlreport.reviewing.twins import told_apart

    names, filings = "、".join(path.name for path, _ in twins), [filing for _, filing in twins]
    span = filings[0].form.span
    return UsageError(
        f"{names} 是同一单位同一{span}的工作簿，{told_apart(filings)}，没有生成报告，请只留下要用的一个。"
    )


def _failed(workbook: Path, error: XlreportError, reviewed: Review | None = None) -> Generated:
    return Generated(workbook=workbook, status=error.status, reviewed=reviewed, error=error)


def _targets(
    reviews: Sequence[tuple[Path, Review | XlreportError]], output: Path | None
) -> list[OutputNames | XlreportError]:
    """The names of what is to be made of each: equal for workbooks of one report, different for any others."""
    given: list[tuple[Filing, OutputNames]] = []
    targets: list[OutputNames | XlreportError] = []
    for workbook, result in reviews:
        target: OutputNames | XlreportError
        if isinstance(result, XlreportError):
            target = result
        else:
            target = attempt(partial(_target, workbook, result.filing, output, given), workbook, "target")
            if not isinstance(target, XlreportError):
                given.append((result.filing, target))
        targets.append(target)
    return targets


def _target(
    workbook: Path, filing: Filing, output: Path | None, given: Sequence[tuple[Filing, OutputNames]]
) -> OutputNames:
    taken = {names.key for other, names in given if not same_report(filing, other)}
    return names_in(filing, output, taken) if output else names_beside(filing, workbook.parent, taken)


def _generate(
    workbook: Path,
    reviewed: Review,
    names: OutputNames,
    formats: Sequence[str] | None,
    explain: str | None,
    *,
    draft: bool,
) -> Generated:
    reviewed = remember(reviewed, read_record(names.record()))
    if explain:
        reviewed = explain_rest(reviewed, explain)
    if not reviewed.publishable and not draft:
        return Generated(workbook=workbook, status=1, reviewed=reviewed)
    try:
        draft = draft and not reviewed.publishable
        published = publish(reviewed, names.folder, formats=formats, draft=draft, names=names)
    except XlreportError as error:
        return _failed(workbook, error, reviewed)
    status = published.fault.status if published.fault else 0
    return Generated(workbook=workbook, status=status, reviewed=reviewed, published=published, error=published.fault)
