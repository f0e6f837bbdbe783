"""Where everything made of one filing stands: two units, years, periods or forms never share a file.

The names are made of unit, year, period where the form has one, and the form's title. Where another filing's record stands under them all the same (two
units of one name, letters in another case), this one takes names with a mark of its own.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.filing_json import nested
from xlreport.forms import find_form, form_ids
from xlreport.published.own_mark import own_mark
from xlreport.report.outputs import RECORD, REPORT
from xlreport.reviewing.explanations import Record
from xlreport.storage.file_names import (
    NAME_LIMIT,
    NO_UNIT,
    STEM_LIMIT,
    UNIT_LIMIT,
    earlier_name,
    folded,
    safe_name,
    time_name,
    told_apart,
)
from xlreport.storage.file_set import settle
from xlreport.storage.files import MAX_FILE, MAX_TEXT, read_bounded
from xlreport.storage.plain_data import Malformed, decode_json

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.forms import Form

#: The folder beside the workbooks that holds what is made of them.
OUTPUT = "输出"


class StandingRecord(Record, frozen=True, kw_only=True):
    """The JSON of an earlier run: its record, and of which filing it is; `form` is None where there is none."""

    form: str | None = None
    year: int | None = None
    unit: str | None = None
    values: dict[str, object] = msgspec.field(default_factory=dict)


class OutputNames(msgspec.Struct, frozen=True, kw_only=True):
    """The folder, and how the files in it begin: the report in all its formats, and what goes upward with it.

    `earlier_package`: how a package may begin that was made when forms did not yet have packages of their own.
    """

    folder: Path
    report: str
    package: str
    earlier_package: str

    def stem(self, *, draft: bool = False) -> str:
        """A draft's ends in _草稿, so that it never takes a report's place."""
        return f"{self.report}_草稿" if draft else self.report

    def record(self, *, draft: bool = False) -> Path:
        """The JSON that vouches for what an earlier run made."""
        return self.folder / f"{self.stem(draft=draft)}.{RECORD.id}"

    @property
    def key(self) -> str:
        """Equal for names that some file system takes for one."""
        return folded(str(self.record()))


def outputs_folder(beside: Path) -> Path:
    """输出/ in the folder of a workbook; for a copy that lies in 输出/ itself (a marked one), that same folder."""
    return next((folder for folder in (beside, beside.parent) if folder.name == OUTPUT), beside / OUTPUT)


def names_beside(filing: Filing, beside: Path, taken: Collection[str] = ()) -> OutputNames:
    """In 输出/<单位>_<年度>/ (with a period: <单位>_<年度>_<时期>/) beside the workbook, see `outputs_folder`.

    `taken` are the keys of names that others have. Raises EnvironmentFault where records of others stand everywhere.
    """
    outputs = outputs_folder(beside)
    return _choose(filing, [_names(stem, title, filing, outputs / stem) for stem, title in _stems(filing)], taken)


def folders_beside(filing: Filing, beside: Path) -> list[Path]:
    """Every folder that may hold something of this filing's, earlier versions' among them."""
    return [outputs_folder(beside) / stem for stem, _ in _stems(filing)]


def names_in(filing: Filing, folder: Path, taken: Collection[str] = ()) -> OutputNames:
    """The same in a folder that is given."""
    stems = sorted(_stems(filing), key=lambda each: each[0] != folder.name)
    return _choose(filing, [_names(stem, title, filing, folder) for stem, title in stems], taken)


def read_record(path: Path) -> StandingRecord:
    """The record beside an earlier report; an empty one where there is none or it is damaged."""
    try:
        return decode_json(read_bounded(path, MAX_TEXT), StandingRecord)
    except (OSError, Malformed):
        return StandingRecord()


def own_record(path: Path, filing: Filing) -> StandingRecord:
    """The record at `path`, or an empty one. Raises EnvironmentFault where it is another filing's."""
    record = read_record(path)
    if record.form is not None and not _is_of(filing, record):
        raise _taken(path)
    return record


def same_report(one: Filing, other: Filing) -> bool:
    """Whether two filings are of one unit, year, period and form; units of one name are two where they have different codes."""
    return _is_of(one, StandingRecord(form=other.form.id, year=other.year, unit=other.unit, values=_values(other)))


def _stems(filing: Filing) -> list[tuple[str, str]]:
    """Unit with year, and the form's title: as they are, with a mark of this filing alone, and without any mark."""
    unit, title = _nfc(filing.unit), filing.form.title
    by_year = filing.form.period is None
    time = time_name(filing.year, None if by_year else filing.period)
    identity = "\n".join((unit, _code(_values(filing)), filing.form.id, time))
    limit = NAME_LIMIT if by_year else UNIT_LIMIT
    name = safe_name(unit, NO_UNIT, limit)
    plain, apart = (f"{each}_{time}" for each in (name, told_apart(name, identity, limit)))
    earlier = f"{earlier_name(unit, NO_UNIT)}_{time}", earlier_name(title)
    stems = [(stem, safe_name(title, limit=STEM_LIMIT - len(stem.encode()) - 1)) for stem in (plain, apart)]
    return stems if earlier == stems[0] or not by_year else [*stems, earlier]


def _names(stem: str, title: str, filing: Filing, folder: Path) -> OutputNames:
    report = f"{stem}_{title}"
    return OutputNames(
        folder=folder,
        report=report,
        package=stem if _ordinary(filing.form) else report,
        earlier_package=stem,
    )


def _ordinary(form: Form) -> bool:
    """Whether a form bears the title of the built-in ones: a unit has one such report a year."""
    return form.id in form_ids() or any(form.title == find_form(id_).title for id_ in form_ids())


def _choose(filing: Filing, candidates: list[OutputNames], taken: Collection[str]) -> OutputNames:
    """The names under which an earlier run put this filing's report, else the first under which nothing stands.

    What a run that was broken off left there is settled first, so that its record is found.
    """
    for folder in {names.folder for names in candidates}:
        settle(folder)
    standing = [False if names.key in taken else _standing(filing, names) for names in candidates]
    if True in standing:
        return candidates[standing.index(True)]
    # What only earlier versions would have named so is looked for, not made.
    for names, ours in zip(candidates[:2], standing, strict=False):
        if ours is None:
            return names
    raise _taken(candidates[0].record())


def _taken(path: Path) -> EnvironmentFault:
    return EnvironmentFault(
        f"文件夹“{path.parent}”里的“{path.name}”是另一份报告的数据，没有覆盖，请另选一个文件夹，或把它移走后再试。"
    )


def _standing(filing: Filing, names: OutputNames) -> bool | None:
    """Whether what stands under these names is this filing's; None where nothing does."""
    known = [told for draft in (False, True) if (told := _told(filing, names, draft=draft)) is not None]
    return all(known) if known else None


def _told(filing: Filing, names: OutputNames, *, draft: bool) -> bool | None:
    """What the record, or where there is none the mark of the Word report, tells of whose it is."""
    record = read_record(names.record(draft=draft))
    if record.form is not None:
        return _is_of(filing, record)
    try:
        mark = own_mark(read_bounded(names.folder / f"{names.stem(draft=draft)}.{REPORT.id}", MAX_FILE))
    except OSError:
        return None
    return None if mark is None else mark.of(filing)


def _is_of(filing: Filing, record: StandingRecord) -> bool:
    mine, other = _code(_values(filing)), _code(record.values)
    return (
        (filing.form.id, filing.year, _nfc(filing.unit)) == (record.form, record.year, _nfc(record.unit or ""))
        and _period(filing.form, _values(filing)) == _period(filing.form, record.values)
        # Where a unit has no code yet, its name tells.
        and (not mine or not other or mine == other)
    )


def _values(filing: Filing) -> dict[str, object]:
    """What tells filings of one name and year apart, as their JSON has it."""
    return nested({id_: filing.values.get(id_) for id_ in ("unit.code", filing.form.period) if id_})


def _period(form: Form, values: dict[str, object]) -> str:
    """The period among the values of a filing's JSON, "" where the form has none."""
    value: object = values if form.period else None
    for part in (form.period or "").split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return "" if value is None else _nfc(str(value))


def _code(values: dict[str, object]) -> str:
    """The unit's code among the values of a filing's JSON, "" where there is none."""
    unit = values.get("unit")
    code = unit.get("code") if isinstance(unit, dict) else None
    return "" if code is None else str(code)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
