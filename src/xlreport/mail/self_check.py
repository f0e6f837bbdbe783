"""自查表: what was looked at before the report was sealed, with its source and what came of it; a reviewer ticks it off.

Made of the form's own rules and criteria, so that it cannot claim more than was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.finding import RuleKey
from xlreport.prose.criteria import applying
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.finding import Finding
    from xlreport.published.archive import Manifest
    from xlreport.reviewing.reviewed import Review

MET, EXPLAINED, NOTED, IDLE = "符合", "已说明", "有说明", "不适用"

#: What the program looks at whatever the form says: the findings that would tell, and whether it can be idle.
_ALWAYS: tuple[tuple[str, tuple[kinds.FindingKind, ...]], ...] = (
    ("必填项都已填写", (kinds.REQUIRED,)),
    ("每张表都填过", (kinds.TABLE_UNTOUCHED,)),
    ("文字里的数字与表格一致", (kinds.PROSE_FIGURE, kinds.PROSE_SETTLED)),
    ("文字里的合计等于各部分之和", (kinds.PROSE_SUM,)),
    ("百分比和与上年相比的增减算得对", (kinds.PROSE_PERCENT, kinds.PROSE_CHANGE)),
    ("文字里的年份是报告年度，没有把本年度说成将来", (kinds.PROSE_YEAR, kinds.PROSE_PLAN)),
    (
        "单位名称、自称和落款是本单位的",
        (kinds.PROSE_OTHER_UNIT, kinds.PROSE_OTHER_SELF, kinds.PROSE_MIXED_SELF, kinds.OTHER_SIGNATURE),
    ),
    ("各部分都有文字，不过短", (kinds.PROSE_MISSING, kinds.PROSE_SHORT)),
    ("小标题连续、不空、不重复", (kinds.HEADING_NUMBERS, kinds.HEADING_EMPTY, kinds.HEADING_AGAIN)),
    ("没有写两遍的段落", (kinds.PROSE_TWICE,)),
    ("填写的内容都印在报告里", (kinds.PROSE_UNPRINTED,)),
)

_OWN_BASIS = "本工具对所有表样的核对"


class Checked(msgspec.Struct, frozen=True):
    """One thing that was looked at: what, by which sources (their numbers in the list), what came of it."""

    name: str
    sources: tuple[int, ...]
    outcome: str


class SelfCheck(msgspec.Struct, frozen=True):
    """The sheet: every thing in the order of the form, and the sources by number, from 1."""

    rows: tuple[Checked, ...]
    sources: tuple[str, ...]


def self_check(review: Review) -> SelfCheck:
    """What was looked at in a review that nothing stops."""
    sources: dict[str, int] = {}
    rows = tuple(
        Checked(name, tuple(sources.setdefault(each, len(sources) + 1) for each in documents(basis)), outcome)
        for name, basis, outcome in _rows(review)
    )
    return SelfCheck(rows=rows, sources=tuple(sources))


def documents(basis: str) -> list[str]:
    """The documents that a source names, without what they say: 甲：某事；乙：某事 are 甲 and 乙."""
    return list(dict.fromkeys(part.partition("：")[0] for part in basis.split("；")))


def self_check_context(manifest: Manifest, review: Review) -> dict[str, object]:
    """The variables of templates/self_check.html."""
    sheet = self_check(review)
    return {
        "report": manifest.report_title,
        "unit": manifest.unit,
        "year": manifest.year,
        "title": manifest.report,
        "rows": sheet.rows,
        "sources": sheet.sources,
        "counts": counts(review),
    }


def counts(review: Review) -> list[tuple[str, int]]:
    """How many things came out in which way: 符合 160, 已说明 2."""
    outcomes = [row.outcome for row in self_check(review).rows]
    return [(outcome, outcomes.count(outcome)) for outcome in (MET, EXPLAINED, NOTED, IDLE) if outcome in outcomes]


def _rows(review: Review) -> Iterator[tuple[str, str, str]]:
    said: dict[str, list[Finding]] = {}
    for finding in review.findings:
        said.setdefault(RuleKey.parse(finding.rule).rule, []).append(finding)
    book, cells = rulebook(review.filing.form), review.cells.standing
    by_rule: dict[str, bool] = {}
    for check in book.checks:
        by_rule[check.rule.id] = by_rule.get(check.rule.id, False) or book.verdict(check, cells) is not None
    rules = {check.rule.id: check.rule for check in book.checks}
    for id_, rule in rules.items():
        yield rule.name, rule.basis, _outcome(said.get(id_, ()), idle=not by_rule[id_])
    for name, its in _ALWAYS:
        yield name, _OWN_BASIS, _outcome([finding for kind in its for finding in said.get(kind.id, ())])
    applied = applying(review.filing, review.cells.totals)
    for criterion in review.filing.form.criteria:
        idle = not criterion.of_figures and criterion not in applied
        outcome = _outcome(said.get(criterion.id, ()), idle=idle)
        yield criterion.name, criterion.basis, outcome


def _outcome(findings: Iterable[Finding], *, idle: bool = False) -> str:
    levels = {finding.level for finding in findings}
    if levels:
        return EXPLAINED if "warning" in levels else NOTED
    return IDLE if idle else MET
