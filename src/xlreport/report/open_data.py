"""What a report says, as data fit to be published: no contact, no explanation, no record; days as ISO 8601 has them.

As CSV it is tidy (Wickham 2014): a row a figure, with the unit and year it is of.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from xlreport.forms.model import Form
from xlreport.prose.paragraphs import paragraphs
from xlreport.report.key_figures import printed, unit_of
from xlreport.rules.days import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.reviewing.reviewed import Review

_HEAD = ("单位", "年度", "时期", "表", "指标", "代码", "计量单位", "数值")


class OpenFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a printed table; `id` is its field id, `unit` what it counts in (""). Null is blank, "/" not applicable."""

    id: str
    name: str
    unit: str
    value: int | float | str | None


class OpenTable(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    figures: tuple[OpenFigure, ...]


class OpenText(msgspec.Struct, frozen=True, kw_only=True):
    """The paragraphs that a prose field prints, typed or made of the figures."""

    id: str
    name: str
    paragraphs: tuple[str, ...]


class OpenReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as open data; `date` is a day of ISO 8601, `period` "" where a year has one report."""

    title: str
    unit: str | None
    unit_code: str | None
    form: str
    form_version: str
    basis: str
    year: int | None
    period: str
    date: str | None
    draft: bool
    tables: tuple[OpenTable, ...]
    texts: tuple[OpenText, ...]


def open_report(review: Review, *, draft: bool = False) -> OpenReport:
    filing = review.filing
    form, code = filing.form, filing.values.get("unit.code")
    return OpenReport(
        title=form.title,
        unit=filing.unit or None,
        unit_code=None if code is None else str(code),
        form=form.id,
        form_version=form.version,
        basis=form.basis,
        year=filing.year,
        period=filing.period,
        date=iso(str(filing.values.get("report.date"))),
        draft=draft,
        tables=tuple(_tables(form, review)),
        texts=tuple(
            OpenText(id=id_, name=form.fields[id_].name, paragraphs=tuple(paragraphs(text)))
            for id_, text in review.prose.items()
            if text
        ),
    )


def open_json(review: Review, *, draft: bool = False) -> bytes:
    """UTF-8, two spaces deep."""
    return msgspec.json.format(msgspec.json.encode(open_report(review, draft=draft)), indent=2) + b"\n"


def open_csv(review: Review) -> bytes:
    """RFC 4180 in UTF-8, with the mark by which Excel knows it; a row a figure of the printed tables."""
    report = open_report(review)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    for table in report.tables:
        for figure in table.figures:
            writer.writerow(
                (
                    report.unit,
                    report.year,
                    report.period,
                    table.title,
                    figure.name,
                    figure.id,
                    figure.unit,
                    figure.value,
                )
            )
    return text.getvalue().encode("utf-8-sig")


def _tables(form: Form, review: Review) -> Iterator[OpenTable]:
    for section in form.sections:
        for table in section.tables:
            if table.printed:
                figures = tuple(_figure(id_, review) for id_ in table.ids)
                yield OpenTable(title=section.title if len(section.tables) == 1 else table.title, figures=figures)


def _figure(id_: str, review: Review) -> OpenFigure:
    field = review.filing.form.fields[id_]
    return OpenFigure(id=id_, name=field.name, unit=unit_of(field), value=printed(id_, review))
