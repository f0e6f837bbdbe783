"""The verbs of the command line as Python functions: the same names, the same results, exceptions instead of status."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError, UsageError, XlreportError
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.forms import Form, find_form, form_for_year, form_ids
from xlreport.reviewing.explanations import explain_rest, remember
from xlreport.reviewing.review import read_prior, review, review_file
from xlreport.reviewing.reviewed import Review
from xlreport.storage.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.report.publish import Published
    from xlreport.workbook.upgrade import Upgrade


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


def choose_form(name: str | None, year: int | None) -> tuple[Form, int]:
    """The form and report year meant by --form and --year, either or both left out.

    With neither: the form in force and the last calendar year. Raises UsageError where the two do not fit.
    """
    last = datetime.now(UTC).astimezone().year - 1
    if name is None:
        year = last if year is None else year
        return form_for_year(year), year
    form = find_form(name)
    if year is None:
        year = last if form.covers(last) else (form.last_year or form.first_year)
    if not form.covers(year):
        raise UsageError(f"表样 {form.id} 适用于{form.years_text()}，不能用于{year}年度，请改正 --year 或 --form。")
    return form, year


def make_template(
    output: Path,
    *,
    form: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    unit_code: str | None = None,
    prior: Path | None = None,
    overwrite: bool = False,
) -> tuple[Finding, ...]:
    """Write a blank workbook; what is given is filled in, last year's figures are locked.

    Returns what is to be said about last year's file: figures it does not have or that cannot be read.
    """
    from xlreport.reviewing.prior import with_prior
    from xlreport.workbook.layout.sheets import template_version
    from xlreport.workbook.write.xlsx import write_workbook

    chosen, year = choose_form(form, year)
    given: dict[str, FilingValue] = {"report.year": year, "unit.name": unit, "unit.code": unit_code}
    values: dict[str, FilingValue] = {
        id_: value for id_, value in given.items() if value is not None and id_ in chosen.fields
    }
    meta = Meta(
        form=chosen.id,
        form_version=chosen.version,
        template_version=template_version(chosen),
        unit_code=unit_code,
        year=year,
    )
    filing = Filing(form=chosen, meta=meta, values=values)
    locked: frozenset[str] = frozenset()
    if prior is not None:
        figures = read_prior(prior, chosen)
        filing = with_prior(filing, figures)
        locked = frozenset("prior." + id_ for id_, value in figures.values.items() if value is not None)
    _not_filled(output, chosen, overwrite=overwrite)
    write_workbook(filing, output, locked=locked)
    return filing.findings


def fill_workbook(data: Path, output: Path, *, form: str | None = None, overwrite: bool = False) -> tuple[Finding, ...]:
    """Write a filled workbook from a filing's JSON.

    Returns what differs from the computed values in it, and the explanations that no cell takes.
    """
    from xlreport.filing_json import read_json
    from xlreport.workbook.layout.sheets import template_version
    from xlreport.workbook.write.content import explanations_left_out
    from xlreport.workbook.write.xlsx import write_workbook

    filing = read_json(data, find_form(form) if form else None)
    code = filing.values.get("unit.code")
    meta = Meta(
        form=filing.form.id,
        form_version=filing.form.version,
        template_version=template_version(filing.form),
        unit_code=str(code) if code is not None else None,
        year=filing.year,
    )
    _not_filled(output, filing.form, overwrite=overwrite)
    write_workbook(msgspec.structs.replace(filing, meta=meta), output)
    return (*filing.findings, *explanations_left_out(filing))


def export_filing(workbook: Path, output: Path, *, form: str | None = None, overwrite: bool = False) -> Review:
    """Write the filing in a workbook as JSON, whatever its findings; returns the review."""
    from xlreport.filing_json import to_json

    reviewed = review_file(workbook, form=find_form(form) if form else None)
    if not overwrite and _is_archive(output):
        raise UsageError(f"“{output}”是工作簿或压缩包，没有覆盖，请为导出的数据另取一个 .json 文件名。")
    write_atomically(output, to_json(reviewed.filing, reviewed.totals))
    return reviewed


def check_workbook(workbook: Path, *, form: str | None = None, prior: Path | None = None) -> Review:
    """Read a workbook and say everything there is to say about it. Raises InputError where it cannot be read."""
    return review_file(workbook, prior=prior, form=find_form(form) if form else None)


def upgrade_workbook(old: Path, output: Path, *, form: str | None = None, overwrite: bool = False) -> Upgrade:
    """Carry a filled workbook into the current template of its form; the old file is left alone.

    The new workbook is read again before it is written, and must say what the old one said. Raises InputError where
    the old workbook cannot be read, UsageError where `output` is the old file or holds something.
    """
    from xlreport.workbook.read.file_check import open_workbook
    from xlreport.workbook.read.xlsx import load
    from xlreport.workbook.upgrade import confirm, upgrade
    from xlreport.workbook.write.xlsx import workbook_bytes

    if output.exists() and output.samefile(old):
        raise UsageError("新工作簿不能写在旧工作簿上，请用 -o 给出另一个文件名。")
    chosen = find_form(form) if form else None
    upgraded = upgrade(load(open_workbook(old), old.name), old.name, chosen)
    data = workbook_bytes(upgraded.filing, locked=upgraded.given)
    confirm(upgraded, load(data, output.name))
    _not_filled(output, upgraded.filing.form, overwrite=overwrite)
    write_atomically(output, data)
    return upgraded


def generate_reports(
    workbooks: Sequence[Path],
    output: Path | None = None,
    *,
    form: str | None = None,
    prior: Path | None = None,
    formats: Sequence[str] | None = None,
    explain: str | None = None,
    draft: bool = False,
) -> Iterator[Generated]:
    """Check each workbook and publish its report; a good one is published whatever becomes of the others.

    Two workbooks that would give the same report are both left alone. Nothing is raised for what a single workbook
    holds: it stands in its result.
    """
    chosen = find_form(form) if form else None
    reviews: list[tuple[Path, Review | XlreportError]] = []
    for workbook in workbooks:
        try:
            reviews.append((workbook, review_file(workbook, prior=prior, form=chosen)))
        except XlreportError as error:
            reviews.append((workbook, error))
    yield from publish_reviews(reviews, output, formats=formats, explain=explain, draft=draft)


def publish_reviews(
    reviews: Sequence[tuple[Path, Review | XlreportError]],
    output: Path | None = None,
    *,
    formats: Sequence[str] | None = None,
    explain: str | None = None,
    draft: bool = False,
) -> Iterator[Generated]:
    """The second half of `generate_reports`: workbooks that are reviewed already, or the reason why they are not."""
    targets = [_target(workbook, result, output) for workbook, result in reviews]
    for (workbook, result), target in zip(reviews, targets, strict=True):
        if isinstance(result, XlreportError):
            yield Generated(workbook=workbook, status=result.status, error=result)
        elif targets.count(target) > 1:
            same = tuple(w for (w, _), t in zip(reviews, targets, strict=True) if t == target)
            names = "、".join(each.name for each in same)
            error = UsageError(f"{names} 是同一单位同一年度的工作簿，没有生成报告，请只留下要用的一个。")
            yield Generated(workbook=workbook, status=error.status, reviewed=result, error=error, same=same)
        else:
            yield _generate(workbook, result, target, formats, explain, draft=draft)


def _target(workbook: Path, result: Review | XlreportError, output: Path | None) -> Path:
    """The record file of the report to be made: equal for two workbooks that would make the same report."""
    from xlreport.report.publish import output_folder, record_path

    if isinstance(result, XlreportError):
        return workbook
    return record_path(result.filing, output or output_folder(result.filing, workbook.parent))


def _generate(
    workbook: Path, reviewed: Review, target: Path, formats: Sequence[str] | None, explain: str | None, *, draft: bool
) -> Generated:
    from xlreport.report.publish import publish, read_record

    reviewed = remember(reviewed, read_record(target))
    if explain:
        reviewed = explain_rest(reviewed, explain)
    if not reviewed.publishable and not draft:
        return Generated(workbook=workbook, status=1, reviewed=reviewed)
    try:
        published = publish(reviewed, target.parent, formats=formats, draft=draft and not reviewed.publishable)
    except XlreportError as error:
        return Generated(workbook=workbook, status=error.status, reviewed=reviewed, error=error)
    status = published.fault.status if published.fault else 0
    return Generated(workbook=workbook, status=status, reviewed=reviewed, published=published, error=published.fault)


def _is_archive(path: Path) -> bool:
    """Whether a workbook (or another zip) stands at `path`."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _not_filled(output: Path, form: Form, *, overwrite: bool) -> None:
    """Refuse to overwrite anything but a blank workbook of ours, unless asked to; `form` may be outside the package."""
    if overwrite or not output.exists():
        return
    from xlreport.workbook.read.xlsx import read_workbook

    try:
        filing = read_workbook(output, None if form.id in form_ids() else form)
    except InputError:
        filled = True
    else:
        given = {"report.year", "unit.name", "unit.code"}
        filled = bool(filing.raw or filing.explanations or filing.typed_over) or any(
            value is not None and value != field.default
            for field in filing.form.inputs
            if field.id not in given and not field.prior
            for value in [filing.values.get(field.id)]
        )
    if filled:
        raise UsageError(f"“{output}”已经存在而且不是空白工作簿，没有覆盖；确要覆盖请加 --overwrite，或换一个文件名。")


__all__ = [
    "Generated",
    "check_workbook",
    "choose_form",
    "export_filing",
    "fill_workbook",
    "form_ids",
    "generate_reports",
    "make_template",
    "publish_reviews",
    "review",
    "upgrade_workbook",
]
