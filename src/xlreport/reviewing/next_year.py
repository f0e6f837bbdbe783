"""The workbook that follows a filing: what is brought along from it, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.forms import Form, find_form, form_for_year, form_ids
from xlreport.forms.model import PRIOR
from xlreport.reviewing.prior import PriorReport, carried, from_filing, with_prior
from xlreport.reviewing.review import read_filing, read_prior
from xlreport.rules.check import sentence
from xlreport.workbook.layout.last_year_sheet import last_year_sheet
from xlreport.workbook.layout.sheets import template_version
from xlreport.workbook.read.returned import LAST_YEAR_SHEET
from xlreport.workbook.write.xlsx import workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A filing that staff have not filled in yet, and the fields of it that stand locked.

    `last` is the report that it follows, `before` that report's filing where there is one.
    """

    filing: Filing
    locked: frozenset[str] = frozenset()
    last: PriorReport | None = None
    before: Filing | None = None

    def workbook(self) -> bytes:
        """Its workbook, last year's prose and what has no place in it on a sheet of their own. Raises as `workbook_bytes`."""
        beside = None
        if self.last is not None:
            told = [("说明", sentence(finding.message)) for finding in self.filing.findings]
            dropped = told + [(each.name, each.text) for each in self.last.dropped]
            beside = last_year_sheet(self.filing.form, self.last.texts, LAST_YEAR_SHEET, dropped)
        return workbook_bytes(self.filing, locked=self.locked, extra=beside)


def begin(form: Form, given: Mapping[str, FilingValue], last: PriorReport | None = None) -> Begun:
    """A filing with what is `given`; of last year's report its figures, what stays the same, and 上年结转."""
    values: dict[str, FilingValue] = {
        id_: value for id_, value in given.items() if value is not None and id_ in form.fields
    }
    code, year = values.get("unit.code"), values.get("report.year")
    meta = Meta(
        form=form.id,
        form_version=form.version,
        template_version=template_version(form),
        unit_code=None if code is None else str(code),
        year=year if isinstance(year, int) else None,
    )
    filing = Filing(form=form, meta=meta, values=values)
    if last is None:
        return Begun(filing=filing)
    filing = with_prior(filing, last)
    filing = msgspec.structs.replace(filing, values=last.constants | carried(form, last.values) | filing.values)
    locked = frozenset(PRIOR + id_ for id_, value in last.values.items() if value is not None)
    return Begun(filing=filing, locked=locked, last=last)


def following(path: Path, form: Form | None = None) -> Begun:
    """What follows the filing in a workbook, package, JSON or Word report: the next year, or the next period of the year.

    It is of the form in force then; of `form` where that is one outside the program. Raises InputError where the file
    cannot be read or does not say its year, UsageError where no form covers the next.
    """
    if path.suffix.lower() == ".docx":
        return _after_report(path, form)
    last = read_filing(path, form)
    year, period = _next(last)
    chosen = form_for_year(year) if last.form.id in form_ids() else last.form
    given: dict[str, FilingValue] = {"report.year": year, "unit.code": last.values.get("unit.code")}
    if chosen.period is not None:
        given[chosen.period] = period
    return msgspec.structs.replace(begin(chosen, given, from_filing(last, chosen)), before=last)


def _after_report(path: Path, form: Form | None) -> Begun:
    """A Word report tells its year; its figures are then read by the labels of the form that follows."""
    year = _known(read_prior(path, form or find_form(form_ids()[-1])).year, path.name) + 1
    chosen = form or form_for_year(year)
    return begin(chosen, {"report.year": year}, read_prior(path, chosen))


def _next(last: Filing) -> tuple[int, str | None]:
    """The year and period after a filing's: where the form lists its periods, the next of them, and then the first."""
    year = _known(last.year, last.source or "")
    field = last.form.fields.get(last.form.period or "")
    options = field.options if field is not None else ()
    if not options or last.period not in options:
        return year + 1, None
    n = options.index(last.period) + 1
    return (year, options[n]) if n < len(options) else (year + 1, options[0])


def _known(year: int | None, source: str) -> int:
    if year is None:
        raise InputError(
            f"“{source}”看不出是哪一年度的报告，不能接着做下一年度的工作簿，请在原工作簿里填好报告年度后再试。"
        )
    return year
