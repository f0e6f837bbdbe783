"""A checked filing to files on disk: all of them or none, and nothing of a person's lost.

The files of a report are replaced as one set (storage/file_set). A report that somebody edited since it was made is kept
beside the new one. Its own mark tells (`own_mark`); for what earlier versions made without one, the hashes in the `made`
part of the JSON written with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.published.own_mark import own_mark
from xlreport.report.output_names import OutputNames, names_in, own_record, read_record
from xlreport.report.outputs import RECORD, REPORT, Job, chosen, default_formats, outputs, sha256
from xlreport.reviewing.reviewed import Review
from xlreport.storage.file_set import exclusive, replace_set
from xlreport.storage.files import MAX_FILE, StrPath, read_bounded, write_fault
from xlreport.wording import stands

if TYPE_CHECKING:
    from xlreport.filing import Filing
    from xlreport.report.output_names import StandingRecord
    from xlreport.report.outputs import Output


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The files made, by format, and the edited ones that were kept under another name.

    `fault` says why a format that was asked for is not among them (a PDF without LibreOffice).
    """

    folder: Path
    files: dict[str, Path]
    kept: tuple[Path, ...] = ()
    fault: EnvironmentFault | None = None


def publish(
    review: Review,
    folder: StrPath,
    *,
    formats: Iterable[str] | None = None,
    draft: bool = False,
    names: OutputNames | None = None,
) -> Published:
    """Make the report of a reviewed filing in `folder`, or its draft, in these formats (see `report/outputs`).

    Everything is made before anything is put in its place; what an earlier run made in further formats is made again,
    so that nothing old lies beside the new report. A PDF that cannot be made stands in the result's `fault`. `names` are
    those of the files, where they have been chosen already. Raises UsageError on an unknown format, EnvironmentFault
    where the folder cannot be written or a file is open elsewhere.
    """
    folder = Path(folder)
    names = names or names_in(review.filing, folder)
    stem, record = names.stem(draft=draft), names.record(draft=draft)
    files = {output.id: output.file(stem) for output in outputs()}
    earlier = _earlier(folder, files, read_record(record), review.filing)
    wanted = chosen([*(default_formats() if formats is None else formats), *earlier])
    new = not stands(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="xlreport-", ignore_cleanup_errors=True) as work:
            made, fault = _make(review, Path(work), stem, wanted, draft=draft)
            content = {path.name: read_bounded(path, MAX_FILE) for path in made.values()}
        with exclusive(folder):
            # Another run may have been here meanwhile.
            before = own_record(record, review.filing)
            gone = [files[id_] for id_ in earlier if id_ not in made]
            aside = {
                name: keep
                for name in (*content, *gone)
                if (keep := _edited(folder / name, before, content.get(name), review.filing))
            }
            replace_set(folder, content, aside, gone)
    except OSError as error:
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, EnvironmentFault) else write_fault(folder / files[REPORT.id], error) from None
    return Published(
        folder=folder,
        files={id_: folder / path.name for id_, path in made.items()},
        kept=tuple(folder / name for name in aside.values()),
        fault=fault,
    )


def _earlier(folder: Path, files: Mapping[str, str], before: StandingRecord, filing: Filing) -> list[str]:
    """The formats that stand in the folder, and are to be made again; what a program makes only if it was made here."""

    def again(output: Output) -> bool:
        path = folder / files[output.id]
        return stands(path) and (not output.by_program or path.name in before.made or _own(_standing(path), filing))

    return [output.id for output in outputs() if again(output)]


def _own(standing: bytes, filing: Filing) -> bool:
    """Whether a file is as the tool made it of this filing."""
    mark = own_mark(standing)
    return mark is not None and mark.of(filing)


def _standing(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_FILE)
    except OSError as error:
        raise write_fault(path, error) from None


def _make(
    review: Review, work: Path, stem: str, formats: Iterable[Output], *, draft: bool
) -> tuple[dict[str, Path], EnvironmentFault | None]:
    """The files in the folder `work` by format, and why one that another program makes is not among them."""
    paths: dict[str, Path] = {}
    fault = None
    for output in formats:
        path = work / output.file(stem)
        try:
            path.write_bytes(output.render(Job(review=review, draft=draft, made=dict(paths))))
        except EnvironmentFault as error:
            if not output.by_program:
                raise
            fault = error
        else:
            paths[output.id] = path
    return paths, fault


def _edited(target: Path, before: StandingRecord, new: bytes | None, filing: Filing) -> str | None:
    """The name under which to keep what stands at `target`, if it is not what an earlier run made.

    Where there is no mark the record is known by what is in it; the hashes in it tell of the rest.
    """
    if not stands(target):
        return None
    standing = _standing(target)
    if target.suffix == f".{RECORD.id}":
        ours = before.form is not None and not before.mark
    else:
        ours = standing == new or sha256(standing) == before.made.get(target.name)
    if ours or _own(standing, filing):
        return None
    stamp = datetime.fromtimestamp(target.stat().st_mtime).astimezone()
    base = f"{target.stem}（人工修改{stamp:%Y%m%d-%H%M%S}）"
    keep, n = target.with_name(base + target.suffix), 2
    while keep.exists():
        keep, n = target.with_name(f"{base}-{n}{target.suffix}"), n + 1
    return keep.name
