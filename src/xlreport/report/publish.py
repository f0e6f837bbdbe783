"""A checked filing to files on disk: written whole or not at all, and nothing of a person's lost.

Each file is written under another name beside its place and then moved there. A report that somebody edited since it
was made is kept beside the new one; the record for telling is the `made` part of the JSON written with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.filing_json import to_json
from xlreport.reviewing.explanations import Record, figures_explained
from xlreport.storage.file_names import safe_name, unit_year
from xlreport.storage.files import write_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlreport.filing import Filing
    from xlreport.reviewing.reviewed import Review

Format: TypeAlias = Literal["docx", "html", "pdf", "json"]

#: In the order in which they are made.
FORMATS: tuple[Format, ...] = ("docx", "html", "pdf", "json")

#: Made where nobody asks for a format; the JSON keeps the record that later runs need.
DEFAULT_FORMATS: tuple[Format, ...] = ("docx", "json")


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The files made, by format, and the edited ones that were kept under another name.

    `fault` says why a format that was asked for is not among them (a PDF without LibreOffice).
    """

    folder: Path
    files: dict[Format, Path]
    kept: tuple[Path, ...] = ()
    fault: EnvironmentFault | None = None


#: The folder beside the workbooks that holds what is made of them.
OUTPUT = "输出"


def outputs(beside: Path) -> Path:
    """输出/ in the folder of a workbook; for a copy that lies in 输出/ itself (a marked one), that same folder."""
    return next((folder for folder in (beside, beside.parent) if folder.name == OUTPUT), beside / OUTPUT)


def output_folder(filing: Filing, beside: Path) -> Path:
    """输出/<单位>_<年度>/ beside the workbook; see `outputs`."""
    return outputs(beside) / unit_year(filing.unit, filing.year)


def output_stem(filing: Filing, *, draft: bool = False) -> str:
    """<单位>_<年度>_政府信息公开工作年度报告; a draft's ends in _草稿, so that it never takes a report's place."""
    return f"{unit_year(filing.unit, filing.year)}_{safe_name(filing.form.title)}{'_草稿' if draft else ''}"


def record_path(filing: Filing, folder: Path, *, draft: bool = False) -> Path:
    return folder / f"{output_stem(filing, draft=draft)}.json"


def read_record(path: Path) -> Record:
    """The record beside an earlier report; an empty one where there is none or it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Record()


def publish(
    review: Review, folder: Path, *, formats: Iterable[Format] = DEFAULT_FORMATS, draft: bool = False
) -> Published:
    """Make the report of a reviewed filing in `folder`, or its draft.

    Everything is made before anything is put in its place; what an earlier run made in further formats is made again,
    so that nothing old lies beside the new report. A PDF that cannot be made stands in the result's `fault`. Raises
    EnvironmentFault where the folder cannot be written or a file is open in another program.
    """
    stem = output_stem(review.filing, draft=draft)
    before = read_record(record_path(review.filing, folder, draft=draft))
    earlier = {kind for kind in FORMATS if f"{stem}.{kind}" in before.made and (folder / f"{stem}.{kind}").exists()}
    wanted: set[Format] = {*formats, "docx", *earlier}
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".xlreport-", dir=folder) as name:
            made, fault = _make(review, Path(name), stem, wanted, draft=draft)
            kept = []
            for path in made.values():
                target = folder / path.name
                keep = _edited(target, before.made.get(path.name), path)
                _move(path, target, keep)
                if keep:
                    kept.append(keep)
            if fault and "pdf" in earlier:
                (folder / f"{stem}.pdf").unlink(missing_ok=True)
    except OSError as error:
        if new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise error if isinstance(error, EnvironmentFault) else write_fault(folder / stem, error) from None
    files = {kind: folder / path.name for kind, path in made.items()}
    return Published(folder=folder, files=files, kept=tuple(kept), fault=fault)


def _make(
    review: Review, work: Path, stem: str, formats: set[Format], *, draft: bool
) -> tuple[dict[Format, Path], EnvironmentFault | None]:
    """The files in the folder `work`, and why there is no PDF among them."""
    from xlreport.report.word.render import render_word

    paths = {kind: work / f"{stem}.{kind}" for kind in FORMATS if kind in formats}
    fault = None
    paths["docx"].write_bytes(render_word(review, draft=draft))
    if "html" in paths:
        from xlreport.report.html import render_html

        paths["html"].write_text(render_html(review, draft=draft), encoding="utf-8")
    if "pdf" in paths:
        from xlreport.report.pdf import word_to_pdf

        try:
            word_to_pdf(paths["docx"], paths["pdf"])
        except EnvironmentFault as error:
            fault = error
            del paths["pdf"]
    if "json" in paths:
        hashes = {path.name: _sha256(path) for kind, path in paths.items() if kind != "json"}
        extra = {"made": hashes, "explained": figures_explained(review)}
        paths["json"].write_bytes(to_json(review.filing, review.totals, extra))
    return paths, fault


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _edited(target: Path, recorded: str | None, new: Path) -> Path | None:
    """The name under which to keep what stands at `target`, if it is not what an earlier run made."""
    if target.suffix == ".json" or not target.exists():
        return None
    try:
        standing = _sha256(target)
    except OSError as error:
        raise write_fault(target, error) from None
    if standing in (recorded, _sha256(new)):
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
