"""All that is said about prose: figures against the tables, sums, years, sections without a word."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.finding import RuleKey
from xlreport.prose.evidence import Company
from xlreport.prose.facts import Claim, Reading, readings
from xlreport.prose.headings import left_out
from xlreport.prose.references import resolve_references, where
from xlreport.prose.sentences import each_sentence
from xlreport.prose.shares import WrongShare, wrong_shares
from xlreport.prose.stated import Stated
from xlreport.prose.statements import read_prose
from xlreport.prose.sums import WrongSum, wrong_sums
from xlreport.prose.tables import Tables
from xlreport.prose.years import stray_years
from xlreport.wording import plain, shortened_inside, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.rules.evaluate import Value


def check_prose(
    filing: Filing, cells: Mapping[str, Value], texts: Mapping[str, str], generated: Mapping[str, str]
) -> list[Finding]:
    """Every warning about staff's prose, field by field.

    `texts` are staff's own by field id, references (【…】) resolved; what is wrong with those `resolve_references` says.
    `generated` are the standard sentences where they wrote none: they come from the figures and are not checked. `cells`
    holds computed cells too.
    """
    findings: list[Finding] = []
    tables = Tables(filing, cells)
    for field in filing.form.prose:
        if field.id in texts:
            findings.extend(_told_once(_check_field(tables, field.id, texts[field.id])))
    findings.extend(_presence(filing, texts, generated))
    findings.extend(_unprinted(filing, texts, generated))
    findings.extend(_untold(filing, texts, generated, cells))
    return findings


def stated_figures(filing: Filing, cells: Mapping[str, Value]) -> dict[str, list[float]]:
    """The figures that staff's prose states, by the one field each claims: evidence for the error locator.

    Claims of a sum are left out. Money is in 万元, as in the tables.
    """
    texts, _ = resolve_references(filing, cells)
    tables = Tables(filing, cells)
    figures: dict[str, list[float]] = {}
    for field, text in texts.items():
        for stated in read_prose(filing, field, text)[1]:
            claim = stated.claim
            if claim is None or stated.figure is None or claim.rule == kinds.PROSE_SETTLED.id:
                continue
            reading = next(iter(readings(filing.form, claim, stated.signs, stated.behind)), None)
            if reading is not None and len(reading.operands) == 1:
                figures.setdefault(reading.operands[0], []).append(tables.in_table_units(stated, reading))
    return figures


def _told_once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """The findings without those that say the same of the same cells."""
    return {finding.message: finding for finding in findings}.values()


def _check_field(tables: Tables, field: str, text: str) -> Iterator[Finding]:
    filing = tables.filing
    sentences, stated = read_prose(filing, field, text)
    figures: list[list[Stated]] = [[] for _ in sentences]
    for one, contradicted in _contradicted(tables, stated):
        if contradicted is not None:
            yield _figure_finding(tables, field, text, one, *contradicted)
        if not one.nil:
            figures[one.sentence].append(one)
    for sentence, before, own in zip(sentences, [[], *figures], figures, strict=False):
        for wrong in wrong_sums(sentence, own, before, tables):
            yield _sum_finding(filing, field, text, wrong)
        for share in wrong_shares(sentence, own, before, tables):
            yield _share_finding(filing, field, text, share)
    if filing.year is not None:
        for year, words in stray_years(text, filing.year):
            place = filing.place(field)
            yield kinds.PROSE_YEAR.finding(
                f"{where(filing, field)}：文中“{shortened_inside(words)}”写的是{year}年，报告年度是{filing.year}年，请核对年份",
                [place, filing.place("report.year")],
                item=field,
                expected=filing.year,
                actual=year,
            )


def _contradicted(tables: Tables, stated: Sequence[Stated]) -> Iterator[tuple[Stated, tuple[Claim, Reading] | None]]:
    """The statements, each with what it contradicts, where the figures of its sentence let it be meant."""
    judged = [(one, tables.contradicted(one)) for one in stated]
    counted = [(one, wrong) for one, wrong in judged if one.claims and not (one.nil or one.share)]
    agree = Counter(_kind(one) for one, wrong in counted if wrong is None)
    # Where a table holds nothing, any figure differs.
    differ = Counter(_kind(one) for one, wrong in counted if wrong and tables.held(wrong[1]).value)
    others = Counter(one.sentence for one in stated if one.statement.figure and not one.claims and not one.aside)
    # 继续有效14件，连同新制发的2件，现行有效16件: what is told twice is right once.
    right = {(one.sentence, *_told(one.claim)) for one, wrong in counted if wrong is None and one.claim}
    for one, wrong in judged:
        if wrong is None or one.nil:
            yield one, wrong
            continue
        kind = (one.sentence, wrong[0].fact.of)
        company = Company(agree=agree[kind], differ=max(0, differ[kind] - 1), others=others[one.sentence])
        meant = (one.sentence, *_told(wrong[0])) not in right and tables.is_meant(one, wrong[1], company)
        yield one, wrong if meant else None


def _kind(one: Stated) -> tuple[int, str]:
    """Its sentence and the kind of thing that it is of."""
    return one.sentence, one.claims[0].fact.of


def _told(claim: Claim) -> tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """What a claim tells: its fact, its objects, outcomes and parties, its acts."""
    return claim.fact.id, claim.slots.told, tuple(act.key for act in claim.slots.acts)


def _figure_finding(tables: Tables, field: str, text: str, stated: Stated, claim: Claim, reading: Reading) -> Finding:
    filing, value = tables.filing, tables.held(reading).value
    expected = None if value is None else plain(value)
    words = _quoted(text, stated.statement.start, stated.statement.end)
    single = filing.form.fields[reading.operands[0]] if len(reading.operands) == 1 else None
    at = "、".join(str(place) for place in map(filing.place, reading.operands) if place.sheet)
    if claim.rule == kinds.PROSE_SETTLED.id:
        unit = filing.form.fields[reading.operands[0]].traits.counted_in
        told = f"还有{shown(expected)}{unit}{reading.name}"
    else:
        told = f"{single.name if single else reading.name}是{shown(expected)}"
    told += f"（{at}）" if at else ""
    actual = plain(tables.in_table_units(stated, reading))
    said = f"文中写“{words}”" if stated.nil else f"文中“{words}”写的是{shown(actual)}"
    return kinds.form_finding(
        RuleKey(claim.rule, field),
        "warning",
        f"{where(filing, field)}：{said}，表中{told}，请核对后改正文字或表格",
        [filing.place(field), *tables.places(reading)],
        expected=expected,
        actual=actual,
    )


def _sum_finding(filing: Filing, field: str, text: str, wrong: WrongSum) -> Finding:
    place = filing.place(field)
    parts = "+".join(shown(part) for part in wrong.parts)
    added = f"各部分相加（{parts}）是{shown(wrong.sum)}" if len(wrong.parts) > 1 else f"其中一项是{parts}"
    words = _quoted(text, wrong.start, wrong.end)
    return kinds.PROSE_SUM.finding(
        f"{where(filing, field)}：文中“{words}”写的总数是{shown(wrong.total)}{wrong.unit}，{added}{wrong.unit}，请核对",
        [place],
        item=field,
        expected=plain(wrong.total),
        actual=plain(wrong.sum),
    )


def _share_finding(filing: Filing, field: str, text: str, wrong: WrongShare) -> Finding:
    words = _quoted(text, wrong.start, wrong.end)
    return kinds.PROSE_PERCENT.finding(
        f"{where(filing, field)}：文中“{words}”写的是{shown(plain(wrong.stated))}%，按{wrong.how}算是{shown(plain(wrong.right))}%，请核对",
        [filing.place(field)],
        item=field,
        expected=plain(wrong.right),
        actual=plain(wrong.stated),
    )


def _quoted(text: str, start: int, end: int) -> str:
    """The words as they stand in the cell, shortened."""
    return shortened_inside(re.sub(r"\s+", "", text[start:end]).strip("，,；;：:、（()）"))


# Sections that say nothing, or too little


def _presence(filing: Filing, texts: Mapping[str, str], generated: Mapping[str, str]) -> Iterator[Finding]:
    told = {**generated, **texts}
    for length in filing.form.wording.lengths:
        count = len(re.sub(r"\s", "", texts.get(length.field, "")))
        if 0 < count < length.least:
            place = filing.place(length.field)
            yield kinds.PROSE_SHORT.finding(
                f"{where(filing, length.field)}：“{filing.form.fields[length.field].name}”只有{count}个字，请写明具体情况",
                [place],
                item=length.field,
                expected=f"至少{length.least}个字",
                actual=f"{count}个字",
            )
    for section in filing.form.sections:
        fields = [id_ for id_ in section.fields if filing.form.fields[id_].style == "prose"]
        printed = any(table.printed for table in section.tables)
        asked = any(filing.form.fields[id_].required for id_ in fields)
        if section.number and fields and not printed and not asked and not any(told.get(id_) for id_ in fields):
            place = filing.place(fields[0])
            # A section of several texts always has something to tell.
            name = filing.form.fields[fields[0]].name
            advice = f"请至少填写“{name}”" if len(fields) > 1 else "请填写，没有内容的写“无。”"
            yield kinds.PROSE_MISSING.finding(
                f"{where(filing, fields[0])}：“{section.heading}”没有文字，{advice}", [place], item=fields[0]
            )


def _unprinted(filing: Filing, texts: Mapping[str, str], generated: Mapping[str, str]) -> Iterator[Finding]:
    """Texts that the report leaves out because the first one of their section brings its own sub-headings."""
    for id_, first in left_out(filing.form, {**generated, **texts}).items():
        if id_ not in texts:
            continue
        whole, name = filing.place(first), filing.form.fields[first].name
        at = f"（{whole}）" if whole.sheet else ""
        yield kinds.PROSE_UNPRINTED.finding(
            f"{where(filing, id_)}：这一格的文字不会印在报告里，因为“{name}”{at}自带“（一）”"
            "这样的小标题，整节只印那一格，请把这里的文字移到那一格，或者删去那一格的小标题",
            [filing.place(id_), whole],
            item=id_,
        )


def _untold(
    filing: Filing, texts: Mapping[str, str], generated: Mapping[str, str], cells: Mapping[str, Value]
) -> Iterator[Finding]:
    """Texts that only a generated sentence would tell, where staff's own text stands instead and does not."""
    form, told = filing.form, {**generated, **texts}
    out = left_out(form, told)
    printed = "".join("".join(text.split()) for id_, text in told.items() if id_ not in out)
    for id_, field in form.fields.items():
        if field.printed or field.style != "text" or "".join(filing.text(id_).split()) in printed:
            continue
        for sentence, said in zip(form.sentences, each_sentence(filing, cells, generated), strict=True):
            if re.search(rf"(?<![\w.]){re.escape(id_)}(?![\w.])", sentence.template):
                if said:  # it tells what was typed in words of its own
                    break
                name, place = form.fields[sentence.field].name, filing.place(sentence.field)
                why = "是自己写的，没有写到它" if told.get(sentence.field) else "没有文字"
                yield kinds.PROSE_UNPRINTED.finding(
                    f"{where(filing, id_)}：这一格的文字不会印在报告里，因为“{name}”{why}，请核对要不要写进那一格",
                    [filing.place(id_), place],
                    item=id_,
                    level="note",
                )
                break
