"""Last year's report, figures and prose: where it comes from, and how it meets this year's filing.

The same id means the same thing in every form, so a prior year in another form is carried over id by id; what the
other form does not have stays blank, and a note says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.filing import NOT_APPLICABLE, Filing, FilingValue
from xlreport.forms import Form
from xlreport.forms.model import PRIOR
from xlreport.prose.references import resolve_references
from xlreport.published.prose import report_texts
from xlreport.rules.check import totals
from xlreport.rules.expression import Binary
from xlreport.rules.rulebook import Check, rulebook
from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlreport.finding import CellRef, Finding
    from xlreport.published.figures import ReportTables


class Dropped(msgspec.Struct, frozen=True):
    """Something of last year's file that this form has no place for: its name there, and what stood there."""

    name: str
    text: str


class PriorReport(msgspec.Struct, frozen=True, kw_only=True):
    """Last year's report by this form's field ids.

    `values` holds what this form keeps of it in `prior.` fields, None where last year's file has none; `figures` all its
    figures, computed ones too; `constants` what is the same every year (unit, contact, addressee); `texts` its prose as it
    was printed, as far as staff wrote it. `source` names the file in messages; `year` and `unit` are its own where known;
    `missing` the fields of `values` that its form or its text does not have, `raw` the text of figures that cannot be read
    in it; `dropped` what staff typed in it that this form does not ask for.
    """

    values: dict[str, FilingValue]
    source: str
    figures: dict[str, FilingValue] = {}
    constants: dict[str, FilingValue] = {}
    texts: dict[str, str] = {}
    year: int | None = None
    unit: str | None = None
    missing: tuple[str, ...] = ()
    raw: dict[str, str] = {}
    dropped: tuple[Dropped, ...] = ()

    def precedes(self, filing: Filing) -> bool:
        """Whether it is the report of the year before, as far as its year is known."""
        return self.year is None or filing.year is None or self.year == filing.year - 1


def from_filing(last: Filing, form: Form) -> PriorReport:
    """Last year's filing, totals recomputed; a blank counts as 0 only where it was filed as 0.

    What could not be read, or was seen otherwise than it stands, is left out with all totals that it counts in.
    """
    cells = totals(last)
    raw = _uncertain(last, [id_ for id_ in form.fields if form.fields[id_].numeric and id_ in last.form.fields])

    def figure(id_: str) -> FilingValue:
        if id_ in raw:
            return None
        value = cells.get(id_)
        return 0 if value is None and last.blanks_are_zero and id_ not in last.raw else value

    ids = wanted(form)
    texts, _ = resolve_references(last, cells)
    return PriorReport(
        values={id_: figure(id_) for id_ in ids if id_ in last.form.fields},
        figures={id_: figure(id_) for id_, field in form.fields.items() if field.numeric and id_ in last.form.fields},
        constants={id_: last.values[id_] for id_ in constant(form) if last.values.get(id_) is not None},
        texts=texts,
        source=last.source or "",
        year=last.year,
        unit=last.unit or None,
        missing=tuple(id_ for id_ in ids if id_ not in last.form.fields),
        raw={id_: text for id_, text in raw.items() if id_ in ids},
        dropped=tuple(_dropped(last, form, texts)),
    )


def _dropped(last: Filing, form: Form, texts: Mapping[str, str]) -> Iterator[Dropped]:
    """What was typed in fields that the form does not have, noughts and “/” left out."""
    for field in last.form.inputs:
        if field.id not in form.fields and not field.beside:
            text = texts.get(field.id) or last.raw.get(field.id) or last.values.get(field.id)
            if text not in (None, 0, NOT_APPLICABLE):
                yield Dropped(field.name, shown(text))


def _uncertain(last: Filing, ids: Iterable[str]) -> dict[str, str]:
    """The figures of last year's filing of which it is uncertain what they are, each with what stands there."""
    doubts = dict(last.raw)
    for finding in last.findings:
        if kinds.seen_otherwise(finding):
            doubts |= {ref.field: _otherwise(last, ref) for ref in finding.cells if ref.field in last.values}
    inputs = rulebook(last.form).inputs
    return {id_: doubts[cause] for id_ in ids for cause in (id_, *inputs((id_,))) if cause in doubts}


def _otherwise(last: Filing, ref: CellRef) -> str:
    return f"{shown(last.values.get(ref.field or ''))}（{ref}看到的与填的不同）"


def from_report(report: ReportTables, form: Form, source: str) -> PriorReport:
    """Last year's published report; nothing tells whether staff wrote a text of it or it was generated."""
    ids = wanted(form)
    return PriorReport(
        values={id_: report.values.get(id_) for id_ in ids if id_ in report.values or id_ in report.raw},
        figures=report.values,
        texts=report_texts(report.paragraphs, form),
        source=source,
        year=report.year,
        missing=tuple(id_ for id_ in ids if id_ not in report.values and id_ not in report.raw),
        raw={id_: text for id_, text in report.raw.items() if id_ in ids},
    )


def wanted(form: Form) -> list[str]:
    """The ids whose last year's value the form keeps."""
    return [id_.removeprefix(PRIOR) for id_ in form.fields if id_.startswith(PRIOR)]


def constant(form: Form) -> list[str]:
    """The ids of what stays the same from year to year: short texts and choices outside of tables."""
    return [
        field.id
        for field in form.inputs
        if field.style in ("text", "choice") and field.table is None and field.id != form.period
    ]


def carried(form: Form, before: Mapping[str, FilingValue]) -> dict[str, FilingValue]:
    """The figures of this year that a rule sets equal to one of last year's: 上年结转, which is last year's 结转下年度.

    `before` are last year's figures, by the ids that they had then.
    """
    values: dict[str, FilingValue] = {}
    for check in rulebook(form).checks:
        match check:
            case Check(expr=Binary("="), operands=[one, other]):
                last, this = sorted((one, other), key=lambda id_: not id_.startswith(PRIOR))
                # A nought would make a table look touched that nobody has filled in.
                value = before.get(last.removeprefix(PRIOR)) if last.startswith(PRIOR) else None
                if value and form.fields[this].role == "input" and not form.fields[this].beside:
                    values[this] = value
    return values


def last_year(filing: Filing, prior: PriorReport | None) -> dict[str, FilingValue]:
    """All that is known of last year's figures: those beside this year's, and those of last year's report.

    Nothing where `prior` is the report of another year: its figures stand beside this year's then.
    """
    if prior is not None and not prior.precedes(filing):
        return {}
    beside = {id_.removeprefix(PRIOR): value for id_, value in filing.values.items() if id_.startswith(PRIOR)}
    return beside | (prior.figures if prior is not None else {})


def with_prior(filing: Filing, prior: PriorReport) -> Filing:
    """The filing with last year's figures in its `prior.*` fields; differences from what stands there are findings."""
    values = dict(filing.values)
    raw = {id_: text for id_, text in filing.raw.items() if not id_.startswith(PRIOR)}
    for id_, value in prior.values.items():
        values[PRIOR + id_] = value
    return msgspec.structs.replace(
        filing, values=values, raw=raw, findings=(*filing.findings, *_differences(filing, prior))
    )


def _differences(filing: Filing, prior: PriorReport) -> Iterator[Finding]:
    # Of the periods of a year none is known to be the one before.
    known = filing.year is not None and (prior.year != filing.year or not filing.form.period)
    if prior.year is not None and filing.year is not None and known and prior.year != filing.year - 1:
        yield kinds.PRIOR_YEAR.finding(
            f"上年数据取自“{prior.source}”，它是{prior.year}年度的，不是{filing.year - 1}年度的，请核对所给的文件",
            expected=filing.year - 1,
            actual=prior.year,
        )
    if prior.unit and filing.unit and prior.unit != filing.unit:
        yield kinds.PRIOR_UNIT.finding(
            f"上年数据取自“{prior.source}”，它是“{prior.unit}”的，不是“{filing.unit}”的，请核对所给的文件",
            expected=filing.unit,
            actual=prior.unit,
        )
    for id_, text in prior.raw.items():
        yield kinds.PRIOR_UNREADABLE.finding(
            f"“{prior.source}”里“{filing.form.fields[id_].name}”写的是“{text}”，不能确定是什么数，这个上年数留空，请核对",
            [filing.place(PRIOR + id_)],
            item=PRIOR + id_,
            actual=text,
        )
    for id_, value in prior.values.items():
        stated = filing.values.get(PRIOR + id_)
        if id_ not in prior.raw and stated is not None and stated != value:
            place = filing.place(PRIOR + id_)
            yield kinds.PRIOR_DIFFERS.finding(
                f"{place}“{filing.form.fields[PRIOR + id_].name}”填的是{shown(stated)}，"
                f"“{prior.source}”里是{shown(value)}，已采用后者，请核对",
                [place],
                item=PRIOR + id_,
                expected=value,
                actual=stated,
            )
    if prior.missing:
        names = [filing.form.fields[PRIOR + id_].name for id_ in prior.missing]
        more = f"等{len(names)}项" if len(names) > 3 else ""
        yield kinds.PRIOR_MISSING.finding(
            f"“{prior.source}”里没有与本表样含义相同的{'、'.join(names[:3])}{more}，这些上年数留空",
            [filing.place(PRIOR + id_) for id_ in prior.missing],
        )
