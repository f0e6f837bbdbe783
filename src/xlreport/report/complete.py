"""Nothing that staff typed is lost: every paragraph of the filing stands in the report, whatever a template prints.

What is due is taken from the filing, not from what was handed to a template. Not due are the texts that a finding names
as left out (`prose_unprinted`), and by design the cells that no report prints: tables and fields that are not `printed`
(published.channel, which a generated sentence tells; where none does, a finding says so), and how the unit is called in such a sentence (unit.short_name).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from typing import TYPE_CHECKING

from xlreport.prose.headings import left_out
from xlreport.prose.paragraphs import paragraphs
from xlreport.report.content import date_text, short_fields, signature
from xlreport.wording import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlreport.forms.model import Form
    from xlreport.reviewing.reviewed import Review

#: Between lines: no document can hold it, so nothing that is looked for spans two.
_END = "\uffff"


def due(review: Review) -> dict[str, list[str]]:
    """The paragraphs that the report of a filing must hold, by field id: staff's texts, and prose generated for them."""
    filing, form = review.filing, review.filing.form
    prose = {
        field.id: filing.raw.get(field.id) or review.prose.get(field.id) or filing.text(field.id)
        for field in form.prose
    }
    out = left_out(form, prose)
    texts = {id_: text for id_, text in prose.items() if id_ not in out}
    texts |= {id_: filing.raw.get(id_) or filing.text(id_) for id_ in _short(form) if id_ in form.fields}
    if "report.date" in form.fields:
        texts["report.date"] = filing.raw.get("report.date") or date_text(filing.text("report.date"))
    return {id_: said for id_, text in texts.items() if (said := paragraphs(text))}


def lost(lines: Iterable[str], wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The fields of which a paragraph is not found, each with the first such; every line is found once only.

    A line is first looked for as it stands; a template may also put text of its own before or behind it.
    """
    left = Counter(line.strip() for line in lines)
    within: list[tuple[str, str]] = []
    for field, said in wanted.items():
        for text in said:
            if left[text] > 0:
                left[text] -= 1
            else:
                within.append((field, text))
    return _lost_within(_END.join(left.elements()), within) if within else {}


def named(form: Form, missing: Mapping[str, str]) -> str:
    """“主动公开”（公开120条。）、…: the fields of which something is lost, for messages."""
    return "、".join(f"“{form.fields[id_].name}”（{cut(text, 21)}）" for id_, text in missing.items())


def _lost_within(rest: str, within: Iterable[tuple[str, str]]) -> dict[str, str]:
    missing: dict[str, str] = {}
    taken: list[tuple[int, int]] = []
    position = 0
    for field, text in within:
        if field in missing:
            continue
        at = rest.find(text, position)
        if at < 0:
            # Out of the usual order: anywhere that nothing else was found.
            at = rest.find(text)
            while at >= 0 and _overlaps(taken, at, at + len(text)):
                at = rest.find(text, at + 1)
        if at < 0:
            missing[field] = text
            continue
        insort(taken, (at, at + len(text)))
        position = max(position, at + len(text))
    return missing


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    n = bisect_left(taken, (end, 0))
    return n > 0 and taken[n - 1][1] > start


def _short(form: Form) -> Iterator[str]:
    """The texts besides prose that every report prints: unit, signature, those of a section and of a printed table."""
    yield from ("unit.name", signature(form))
    for section in form.sections:
        if section.number:
            yield from (field.id for field in short_fields(form, section) if field.style == "text")
        for table in section.tables:
            if table.printed:
                yield from (id_ for id_ in table.ids if form.fields[id_].style in ("text", "prose"))
