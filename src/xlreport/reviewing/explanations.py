"""Explanations of warnings: those that staff wrote, and those that an earlier run put on record with their figures."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from xlreport.errors import UsageError
from xlreport.wording import shortened
from xlreport.workbook.layout.names import keys_of_explanation
from xlreport.workbook.texts import explains

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.reviewing.reviewed import Review

#: What staff number the reasons in one cell with.
_NUMBERS = r"第?(\d{1,2})[条处]?[.．、：:)）](?!\d)|第(\d{1,2})[条处]|[（(](\d{1,2})[)）]|([①-⑳])"
_NUMBER = re.compile(rf"\s*(?:{_NUMBERS})\s*")
_BEFORE_NUMBER = re.compile(rf"(?<=[；;。])\s*(?={_NUMBERS})")

#: So many keys a warning may be explained by, see `keys_of_explanation`.
_DEPTH = 3

#: Stands before the number of a warning that is not the first of its rule, in the record.
_AGAIN = "#"


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation and the values, by field, that it was given for."""

    text: str
    figures: dict[str, int | float | str | None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier run left in the JSON: hashes of what it made, and the figures that each explanation was for.

    `mark` is a hash of the JSON itself (`xlreport.published.own_mark`).
    """

    made: dict[str, str] = {}
    explained: dict[str, Explained] = {}
    mark: str = ""


class Asked(msgspec.Struct, frozen=True):
    """Under which key a warning is explained, and which of the `of` warnings under it this is, from 1."""

    key: str
    number: int
    of: int


def explained(findings: Iterable[Finding], explanations: Mapping[str, str]) -> list[Finding]:
    """The findings with what staff wrote about each warning; one explanation settles one warning.

    A cell of 校验 about a text takes the reasons of all that is said of it, see `reasons`. What says nothing of a reason
    (无, …) explains nothing, wherever it was written.
    """
    done = list(findings)
    for depth in range(_DEPTH):
        for key, places in _sharing(done, depth).items():
            for n, text in zip(places, reasons(explanations.get(key, ""), len(places)), strict=True):
                if explains(text):
                    done[n] = replace(done[n], explanation=text)
    return done


def asked(review: Review, keys: Collection[str]) -> dict[int, Asked]:
    """Where each warning of a review is explained, by its place among the findings; `keys` are those that have a cell."""
    by_cell: dict[str, list[int]] = {}
    for n, finding in enumerate(review.findings):
        # One that a JSON or --explain explained by its own key takes no part of the cell.
        told = finding.explanation and finding.rule in review.filing.explanations and finding.rule not in keys
        key = next((key for key in keys_of_explanation(finding.rule) if key in keys), None)
        if finding.level == "warning" and key is not None and not told:
            by_cell.setdefault(key, []).append(n)
    return {n: Asked(key, at, len(own)) for key, own in by_cell.items() for at, n in enumerate(own, start=1)}


def _sharing(findings: Sequence[Finding], depth: int) -> dict[str, list[int]]:
    """The unexplained warnings by the key that `keys_of_explanation` has at that place."""
    shared: dict[str, list[int]] = {}
    for n, finding in enumerate(findings):
        keys = keys_of_explanation(finding.rule)
        if finding.level == "warning" and not finding.explanation and depth < len(keys):
            shared.setdefault(keys[depth], []).append(n)
    return shared


def reasons(text: str, count: int) -> list[str]:
    """What is written about each of `count` warnings; "" about one that is left out.

    Of several each has a line of its own, or a number: 2. …, （2）…, ② …; a line without one belongs to the number above it.
    """
    if count == 1:
        return [text]
    lines = [line for line in map(str.strip, _BEFORE_NUMBER.sub("\n", text).split("\n")) if line]
    numbered = [_numbered(line, count) for line in lines]
    told = [""] * count
    at = 0
    for n, (number, words) in enumerate(numbered):
        at = number or (max(at, 1) if any(each for each, _ in numbered) else min(n + 1, count))
        told[at - 1] = "\n".join(filter(None, (told[at - 1], words)))
    return told


def _numbered(line: str, count: int) -> tuple[int, str]:
    """The number that a line begins with, and the rest; 0 where it begins with none that is meant."""
    match = _NUMBER.match(line)
    digits = match and next(filter(None, match.groups()))
    number = 0 if not digits else int(unicodedata.numeric(digits) if len(digits) == 1 else int(digits))
    return (number, line[match.end() :]) if match and 0 < number <= count else (0, line)


def explain_rest(review: Review, text: str) -> Review:
    """`text` as the explanation of every warning that has none; it goes on the record like one from the workbook.

    Raises UsageError for a text that says nothing (无, ……). A word in Latin letters is taken: a script may have its own.
    """
    if not any(map(str.isalnum, text)) or not (text.isascii() or explains(text)):
        raise UsageError(f"--explain 后面的“{shortened(text, 20)}”不是说明，请写明这些提醒的原因。")
    open_ = {f.rule for f in review.findings if f.level == "warning" and not f.explanation}
    told = tuple(
        replace(f, explanation=text) if f.level == "warning" and not f.explanation else f for f in review.findings
    )
    return _recorded(review, told, open_)


def remember(review: Review, record: Record) -> Review:
    """The review with the explanations that an earlier run put on record.

    An explanation stands as long as the figures it was given for do. Where they have changed and nobody has rewritten
    it, it is asked for again; with no earlier record an explanation stands.
    """
    done, kept = [], set()
    given = dict(record.explained)
    for key, finding in _keyed(review.findings):
        told, figures = finding, _figures(finding, review.totals)
        alike = [k for k, each in given.items() if _rule(k) == finding.rule and each.figures == figures]
        then = given.pop(alike[0] if alike else key, None) if finding.level == "warning" else None
        if then is not None:
            if alike and not finding.explanation:
                kept.add(finding.rule)
                told = replace(finding, explanation=then.text)
            elif not alike and then.text == finding.explanation:
                message = f"{finding.message}数字在上次说明之后有改动，请重新核对并更新说明。"
                told = replace(finding, explanation=None, message=message)
        done.append(told)
    return _recorded(review, tuple(done), kept)


def _recorded(review: Review, findings: tuple[Finding, ...], rules: Collection[str]) -> Review:
    """The review with these findings, and what explains those of `rules` among the filing's own explanations."""
    written = dict(review.filing.explanations)
    for rule in rules:
        own = [finding.explanation or "" for finding in findings if finding.rule == rule and finding.level == "warning"]
        lines = [f"{n}. {' '.join(text.split())}" for n, text in enumerate(own, start=1) if text]
        written[rule] = own[0] if len(own) == 1 else "\n".join(lines)
    return replace(review, filing=replace(review.filing, explanations=written), findings=findings)


def is_recorded(record: Record, review: Review) -> bool:
    """Whether every explanation of the review stands on the record."""
    return all(
        key in record.explained and record.explained[key].text == finding.explanation
        for key, finding in _keyed(review.findings)
        if finding.level == "warning" and finding.explanation
    )


def _keyed(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each finding with a key of its own: the rule's, with a number for the second of one rule and on."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.rule] += 1
        number = seen[finding.rule]
        yield f"{finding.rule}{_AGAIN}{number}" if number > 1 else finding.rule, finding


def _rule(key: str) -> str:
    return key.partition(_AGAIN)[0]


def figures_explained(review: Review) -> dict[str, Explained]:
    """For each explained warning, the values of its cells: when they change, the explanation is asked for again."""
    return {
        key: Explained(text=finding.explanation, figures=_figures(finding, review.totals))
        for key, finding in _keyed(review.findings)
        if finding.level == "warning" and finding.explanation
    }


def _figures(finding: Finding, totals: Mapping[str, FilingValue]) -> dict[str, FilingValue]:
    return {cell.field: totals.get(cell.field) for cell in finding.cells if cell.field}
