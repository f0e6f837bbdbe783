"""更正: a report that went upward already and has changed since, and what it is a correction of."""

from __future__ import annotations

import contextlib
import re
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault, InputError, UsageError
from xlreport.filing_json import Exported, flat
from xlreport.mail.receipt import sendings
from xlreport.published.archive import Change, Manifest, open_package, sha256
from xlreport.storage.files import write_atomically
from xlreport.storage.plain_data import Malformed, decode_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlreport.reviewing.reviewed import Review

PACKAGE_ENDING, CORRECTION_ENDING = "_报送包", "_更正"

#: The folder in which a package is kept that another one takes the place of: nobody knows whether it was mailed by hand.
EARLIER = "以前的报送包"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A package on disk, opened."""

    path: Path
    digest: str
    manifest: Manifest
    parts: dict[str, bytes]
    data: bytes

    @property
    def number(self) -> int:
        """0 for a first package, n for the n-th correction."""
        return self.manifest.correction.number if self.manifest.correction else 0

    @property
    def sent(self) -> bool:
        return bool(sendings(self.path, self.digest))

    def part(self, kind: str) -> bytes | None:
        return next((self.parts[entry.name] for entry in self.manifest.parts if entry.kind == kind), None)


def open_sealed(path: Path) -> Sealed:
    """Raises InputError where it is no package or was changed since."""
    manifest, parts, data = open_package(path)
    return Sealed(path=path, digest=sha256(data), manifest=manifest, parts=parts, data=data)


def sealed_before(folder: Path, stems: Sequence[str], now: Manifest) -> tuple[str, list[Sealed]]:
    """The packages of this unit, year, period and form in the folder, in the order in which they were made, and their stem.

    `stems` are the names that they may begin with; where there are none, the first stands.
    """
    for stem in stems:
        pattern = re.compile(re.escape(stem + PACKAGE_ENDING) + rf"(?:{CORRECTION_ENDING}(\d+))?\.zip\Z")
        paths = [path for path in folder.glob("*.zip") if pattern.match(path.name)] if folder.is_dir() else []
        opened = [sealed for sealed in map(_opened, paths) if sealed is not None and of_same(sealed.manifest, now)]
        if opened:
            return stem, sorted(opened, key=lambda sealed: sealed.number)
    return stems[0], []


def place(folder: Path, stem: str, number: int, now: Manifest) -> Path:
    """<单位>_<年度>_报送包.zip, or …_报送包_更正1.zip, in the folder.

    Raises EnvironmentFault where another report's package stands there; a damaged one may be written over.
    """
    path = folder / f"{stem}{PACKAGE_ENDING}{f'{CORRECTION_ENDING}{number}' if number else ''}.zip"
    standing = _opened(path) if path.is_file() else None
    if standing is not None and not of_same(standing.manifest, now):
        there = standing.manifest
        raise EnvironmentFault(
            f"“{path.name}”是“{there.unit}”{there.year or ''}年度{there.report}的报送包，没有覆盖，请把它移走后再试。"
        )
    return path


def keep(path: Path, data: bytes) -> Path | None:
    """Put the package at `path` by, before `data` takes its place: where it now stands, None where there is nothing to keep.

    Raises EnvironmentFault where it cannot be put by.
    """
    standing = _opened(path) if path.is_file() else None
    if standing is None or standing.data == data:
        return None
    for n in count(1):
        kept = path.parent / EARLIER / f"{path.stem}_{n}{path.suffix}"
        if not kept.exists():
            write_atomically(kept, standing.data)
            return kept
        if (there := _opened(kept)) is not None and there.digest == standing.digest:
            return kept
    return None


def corrigible(folder: Path, stems: Sequence[str], now: Manifest, review: Review) -> tuple[list[Sealed], bool]:
    """The packages of which one went up and says otherwise than the filing does now; whether there is any package at all.

    One where that is certain: it has a receipt, or no other stands there. Of several somebody has to say which.
    """
    _, standing = sealed_before(folder, stems, now)
    sent = [sealed for sealed in standing if sealed.sent]
    if sent:
        return [sealed for sealed in sent[-1:] if changes(sealed, review)], True
    put_by = [sealed for sealed in map(_opened, sorted((folder / EARLIER).glob("*.zip"))) if sealed is not None]
    for packages in (standing, [sealed for sealed in put_by if of_same(sealed.manifest, now)]):
        if differing := [sealed for sealed in packages if changes(sealed, review)]:
            return differing, True
    return [], bool(standing)


def _opened(path: Path) -> Sealed | None:
    """None for what is no package, or a damaged one."""
    with contextlib.suppress(InputError):
        return open_sealed(path)
    return None


def of_same(one: Manifest, other: Manifest) -> bool:
    codes = {each.unit_code for each in (one, other)} - {None}
    same = all(getattr(one, key) == getattr(other, key) for key in ("form", "year", "period", "unit"))
    return same and len(codes) < 2


def corrected(before: list[Sealed], *, correct: bool, previous: Path | None) -> Sealed | None:
    """The package that the next one corrects; None where it is the first.

    That is `previous` where given; else the last one if it was sent, or if `correct` asks for a correction; else what
    the last, unsent correction corrected, which is then made anew. Raises UsageError where there is none to correct.
    """
    if previous is not None:
        return open_sealed(previous)
    last = before[-1] if before else None
    if last is None:
        if correct:
            raise UsageError("没有找到以前的报送包，不能做更正；请用 --previous 指明上次报送的报送包。")
        return None
    if last.sent or correct:
        return last
    of = last.manifest.correction.of if last.manifest.correction else None
    return next((sealed for sealed in before if sealed.digest == of), None) if of else None


def reason_given(before: Sequence[Sealed], base: Sealed) -> str:
    """The reason of the last correction of `base`, which is being made anew; "" where there is none."""
    made = [
        sealed.manifest.correction for sealed in before if not sealed.sent and sealed.manifest.correction is not None
    ]
    return next((correction.reason for correction in reversed(made) if correction.of == base.digest), "")


def same_content(sealed: Sealed, docx: bytes, filing_json: bytes) -> bool:
    """Whether the earlier package already holds this report and these figures."""
    return sealed.part("docx") == docx and sealed.part("json") == filing_json


def changes(sealed: Sealed, review: Review) -> tuple[Change, ...]:
    """Every value that differs from the earlier package's, in the order of the form."""
    try:
        document = decode_json(sealed.part("json") or b'{"values":{}}', Exported)
    except Malformed as error:
        raise InputError(f"报送包“{sealed.path.name}”里的数据文件不能读（{error}），不能列出更正了哪些数。") from None
    before = _values(dict(flat(document.values)), document.raw)
    filing = review.filing
    now = _values(review.totals, filing.raw)
    names = {field.id: field.name for field in filing.form.fields.values()}
    ids = [*names, *(id_ for id_ in before if id_ not in names)]
    return tuple(
        Change(field=id_, name=names.get(id_, id_), old=before.get(id_), new=now.get(id_))
        for id_ in ids
        if before.get(id_) != now.get(id_)
    )


def _values(values: Mapping[str, object], raw: Mapping[str, str]) -> dict[str, int | float | str | None]:
    return {
        id_: raw.get(id_, value) if value is None or isinstance(value, int | float | str) else str(value)
        for id_, value in values.items()
    }
