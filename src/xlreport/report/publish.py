"""A checked filing to files on disk: written whole or not at all, and nothing of a person's lost.

Each file is written under another name beside its place and then moved there. A report that somebody edited since it
was made is kept beside the new one; the record for telling is the `made` part of the JSON written with it.
"""

from __future__ import annotations

import contextlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.report.output_names import names_in, read_record
from xlreport.report.outputs import Job, chosen, default_formats, file_hash, outputs
from xlreport.storage.files import write_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.report.output_names import OutputNames
    from xlreport.report.outputs import Output
    from xlreport.reviewing.reviewed import Review
    from xlreport.storage.files import StrPath


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
    chosen_names = names or names_in(review.filing, folder)
    stem, before = chosen_names.stem(draft=draft), read_record(chosen_names.record(draft=draft))
    files = {output.id: f"{stem}.{output.id}" for output in outputs()}
    earlier = [id_ for id_, name in files.items() if name in before.made and (folder / name).exists()]
    wanted = chosen([*(default_formats() if formats is None else formats), *earlier])
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".xlreport-", dir=folder) as name:
            made, fault = _make(review, Path(name), stem, wanted, draft=draft)
            kept = []
            for output in wanted:
                if output.id not in made:
                    continue
                path, target = made[output.id], folder / files[output.id]
                keep = None if output.record else _edited(target, before.made.get(path.name), path)
                _move(path, target, keep)
                if keep:
                    kept.append(keep)
            for id_ in set(earlier) - set(made):
                (folder / files[id_]).unlink(missing_ok=True)
    except OSError as error:
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, EnvironmentFault) else write_fault(folder / stem, error) from None
    published = {id_: folder / path.name for id_, path in made.items()}
    return Published(folder=folder, files=published, kept=tuple(kept), fault=fault)


def _make(
    review: Review, work: Path, stem: str, formats: Iterable[Output], *, draft: bool
) -> tuple[dict[str, Path], EnvironmentFault | None]:
    """The files in the folder `work` by format, and why one that another program makes is not among them."""
    paths: dict[str, Path] = {}
    fault = None
    for output in formats:
        path = work / f"{stem}.{output.id}"
        try:
            path.write_bytes(output.render(Job(review=review, draft=draft, made=dict(paths))))
        except EnvironmentFault as error:
            if not output.by_program:
                raise
            fault = error
        else:
            paths[output.id] = path
    return paths, fault


def _edited(target: Path, recorded: str | None, new: Path) -> Path | None:
    """The name under which to keep what stands at `target`, if it is not what an earlier run made."""
    if not target.exists():
        return None
    try:
        standing = file_hash(target)
    except OSError as error:
        raise write_fault(target, error) from None
    if standing in (recorded, file_hash(new)):
        return None
    stamp = datetime.fromtimestamp(target.stat().st_mtime).astimezone()
    base = f"{target.stem}（人工修改{stamp:%Y%m%d-%H%M%S}）"
    keep, n = target.with_name(base + target.suffix), 2
    while keep.exists():
        keep, n = target.with_name(f"{base}-{n}{target.suffix}"), n + 1
    return keep


def _move(path: Path, target: Path, keep: Path | None) -> None:
    try:
        if keep:
            target.replace(keep)
        path.replace(target)
    except OSError as error:
        raise write_fault(target, error) from None
