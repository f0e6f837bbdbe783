"""The verbs of the command line as Python functions: the same names, the same results, exceptions instead of status.

A command's function bears its name: `xlreport form check` is `form_check`. Paths may be str; `form` is an id or the
folder of a definition, as for --form.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError, UsageError
from xlreport.filing import FilingValue, Meta
from xlreport.forms import Form, find_form, form_for_year, form_ids
from xlreport.forms.kinds import KINDS
from xlreport.reviewing.review import read_prior, review_file
from xlreport.storage.attempt import attempt
from xlreport.storage.files import as_path, write_atomically, write_fault
from xlreport.wording import is_folder, stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.mail.verbs import package, send
    from xlreport.report.generate import Generated
    from xlreport.reviewing.reviewed import Review
    from xlreport.storage.files import StrPath
    from xlreport.workbook.upgrade import Upgrade

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what posts a report when it is first asked for (PEP 562)."""
        if name not in ("package", "send"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from xlreport.mail import verbs

        return getattr(verbs, name)


def choose_form(name: str | None, year: int | None) -> tuple[Form, int]:
    """The form and report year meant by --form and --year, either or both left out.

    With neither: the form in force and the last calendar year. Raises UsageError where the two do not fit.
    """
    last = datetime.now(UTC).astimezone().year - 1
    if year is not None and (wrong := KINDS["year"].fault(year)):
        raise UsageError(f"“{year}”{wrong}，请把 --year 改为四位数字的年度，如 {last}。")
    if name is None:
        year = last if year is None else year
        return form_for_year(year), year
    form = find_form(name)
    if year is None:
        year = last if form.covers(last) else (form.last_year or form.first_year)
    if not form.covers(year):
        raise UsageError(f"表样 {form.id} 适用于{form.years_text()}，不能用于{year}年度，请改正 --year 或 --form。")
    return form, year


def template(
    output: StrPath,
    *,
    form: StrPath | None = None,
    year: int | None = None,
    unit: str | None = None,
    unit_code: str | None = None,
    prior: StrPath | None = None,
    overwrite: bool = False,
) -> tuple[Finding, ...]:
    """Write a blank workbook; what is given is filled in.

    Of last year's file its figures stand there locked, what stays the same (unit, contact, addressee) and 上年结转 to be
    looked at, its prose on a sheet of its own.

    Returns what is to be said about last year's file: figures it does not have or that cannot be read.
    """
    from xlreport.reviewing.next_year import begin

    _not_the_source(Path(output), prior)
    chosen, year = choose_form(None if form is None else str(form), year)
    unit, unit_code = _given("--unit", unit), _given("--unit-code", unit_code)
    given: dict[str, FilingValue] = {"report.year": year, "unit.name": unit, "unit.code": unit_code}
    begun = begin(chosen, given, None if prior is None else read_prior(prior, chosen))
    _not_filled(Path(output), chosen, overwrite=overwrite)
    write_atomically(Path(output), begun.workbook())
    return begun.filing.findings


def fill(
    data: StrPath, output: StrPath, *, form: StrPath | None = None, overwrite: bool = False
) -> tuple[Finding, ...]:
    """Write a filled workbook from a filing's JSON.

    Returns what differs from the computed values in it, and the explanations that no cell takes.
    """
    from xlreport.filing_json import read_json
    from xlreport.workbook.layout.sheets import template_version
    from xlreport.workbook.write.content import explanations_left_out
    from xlreport.workbook.write.xlsx import write_workbook

    _not_the_source(Path(output), data)
    filing = read_json(data, _form(form))
    code = filing.values.get("unit.code")
    meta = Meta(
        form=filing.form.id,
        form_version=filing.form.version,
        template_version=template_version(filing.form),
        unit_code=str(code) if code is not None else None,
        year=filing.year,
    )
    _not_filled(Path(output), filing.form, overwrite=overwrite)
    write_workbook(msgspec.structs.replace(filing, meta=meta), output)
    return (*filing.findings, *explanations_left_out(filing))


def export(
    workbook: StrPath,
    output: StrPath,
    *,
    form: StrPath | None = None,
    prose: StrPath | None = None,
    overwrite: bool = False,
) -> Review:
    """Write the filing in a workbook as JSON, whatever its findings; returns the review. `prose` as for `check`."""
    from xlreport.filing_json import to_json

    _not_the_source(Path(output), workbook)
    _not_the_source(Path(output), prose)
    reviewed = review_file(Path(workbook), form=_form(form), prose=as_path(prose))
    if not overwrite and _is_archive(Path(output)):
        raise UsageError(f"“{output}”是工作簿或压缩包，没有覆盖，请为导出的数据另取一个 .json 文件名。")
    write_atomically(Path(output), to_json(reviewed.filing, reviewed.totals))
    return reviewed


def check(
    workbook: StrPath, *, form: StrPath | None = None, prior: StrPath | None = None, prose: StrPath | None = None
) -> Review:
    """Read a workbook and say everything there is to say about it. Raises InputError where it cannot be read.

    `prose` is a Word file that carries its texts, by default 〈工作簿名〉-正文.docx beside it where there is one.
    """
    return review_file(Path(workbook), prior=as_path(prior), form=_form(form), prose=as_path(prose))


def upgrade(old: StrPath, output: StrPath, *, form: StrPath | None = None, overwrite: bool = False) -> Upgrade:
    """Carry a filled workbook into the current template of its form; the old file is left alone.

    The new workbook is read again before it is written, and must say what the old one said. Raises InputError where
    the old workbook cannot be read, UsageError where `output` is the old file or holds something.
    """
    from xlreport.workbook.read.file_check import open_workbook
    from xlreport.workbook.read.xlsx import load
    from xlreport.workbook.upgrade import confirm
    from xlreport.workbook.upgrade import upgrade as carried
    from xlreport.workbook.write.xlsx import workbook_bytes

    old, output = Path(old), Path(output)
    _not_the_source(output, old)
    upgraded = carried(load(open_workbook(old), old.name), old.name, _form(form))
    data = workbook_bytes(upgraded.filing, locked=upgraded.given)
    confirm(upgraded, load(data, output.name))
    _not_filled(output, upgraded.filing.form, overwrite=overwrite)
    write_atomically(output, data)
    return upgraded


def generate(
    workbooks: Iterable[StrPath],
    output: StrPath | None = None,
    *,
    form: StrPath | None = None,
    prior: StrPath | None = None,
    prose: StrPath | None = None,
    formats: Sequence[str] | None = None,
    explain: str | None = None,
    draft: bool = False,
    follow: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> Iterator[Generated]:
    """Check each workbook and publish its report; a good one is published whatever becomes of the others.

    All are checked before the first is published; each is published when its result is asked for. Two workbooks that
    would give the same report are both left alone. Nothing is raised for what a single workbook holds: it stands in its
    result. `prose`, as for `check`, is that of one workbook: raises UsageError where there are several. `follow` hands the
    workbooks on as they are checked, for whoever shows how far it is.
    """
    from xlreport.report.generate import publish_reviews

    paths = one_prose([Path(workbook) for workbook in workbooks], prose)
    read = partial(review_file, prior=as_path(prior), form=_form(form), prose=as_path(prose))
    reviews = [(workbook, attempt(partial(read, workbook), workbook, "review")) for workbook in follow(paths)]
    return publish_reviews(reviews, as_path(output), formats=formats, explain=explain, draft=draft)


def one_prose(workbooks: list[Path], prose: StrPath | None) -> list[Path]:
    """The workbooks. Raises UsageError where one Word file is given for several of them."""
    if prose is not None and len(workbooks) > 1:
        raise UsageError(
            "--prose 给的是一本工作簿的正文，不能用于几本；请一本一本地做，或把正文放在各工作簿旁边，名为“工作簿名-正文.docx”。"
        )
    return workbooks


def form_list() -> tuple[Form, ...]:
    """The built-in forms."""
    return tuple(map(find_form, form_ids()))


def form_show(name: StrPath) -> str:
    """The rule manual of a form, as Markdown."""
    from xlreport.maintain.manual import rule_manual

    return rule_manual(find_form(name))


def form_schema(name: StrPath) -> str:
    """The JSON Schema of a form's filing."""
    from xlreport.maintain.schemas import filing_schema, schema_text

    return schema_text(filing_schema(find_form(name)))


def form_check(name: StrPath) -> tuple[Finding, ...]:
    """Everything wrong with a form definition and its Word template. Raises UsageError where there is no such form."""
    from xlreport.maintain.check_form import check_form

    return check_form(str(name))


def form_template(name: StrPath, output: StrPath | None = None, *, overwrite: bool = False) -> Path:
    """Write a first Word template for a form; see `xlreport.maintain.check_form.make_word_template`."""
    from xlreport.maintain.check_form import make_word_template

    return make_word_template(str(name), as_path(output), overwrite=overwrite)


def _form(form: StrPath | None) -> Form | None:
    return None if form is None else find_form(form)


def _given(option: str, text: str | None) -> str | None:
    """What goes into a cell as it is read back from one; None where nothing is left."""
    from xlreport.workbook.read.clean import MAX_TEXT
    from xlreport.workbook.texts import clean_text

    if text is not None and len(text) > MAX_TEXT:
        raise UsageError(f"{option} 给的文字有{len(text)}个字，超过一格能放的{MAX_TEXT}个，请缩短。")
    return None if text is None else clean_text(text)[0]


def _is_archive(path: Path) -> bool:
    """Whether a workbook (or another zip) stands at `path`."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _not_the_source(output: Path, source: StrPath | None) -> None:
    """Refuse to write over the file that is read, by whatever name and whatever else was asked for."""
    try:
        same = source is not None and output.samefile(source)
    except (OSError, ValueError):
        return  # what is not there, or bears no name that can be, is told of by whoever reads or writes it
    if same:
        raise UsageError(f"“{output}”就是要读取的文件，不能写在它上面，请用 -o 给出另一个文件名。")


def _not_filled(output: Path, form: Form, *, overwrite: bool) -> None:
    """Refuse to overwrite anything but a blank workbook of ours, unless asked to; `form` may be outside the package."""
    if is_folder(output):
        raise write_fault(output, IsADirectoryError())
    if overwrite or not stands(output):
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
    "check",
    "choose_form",
    "export",
    "fill",
    "form_check",
    "form_list",
    "form_schema",
    "form_show",
    "form_template",
    "generate",
    "package",
    "send",
    "template",
    "upgrade",
]
