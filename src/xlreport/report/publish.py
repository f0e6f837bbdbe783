"""A checked filing to files on disk: written whole or not at all, and nothing of a person's lost.

Each file is written under another name beside its place and then moved there. A report that somebody edited since it
was made is kept beside the new one; the record for telling is the `made` part of the JSON written with it.
"""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.exchange import to_json
from xlreport.files import write_fault
from xlreport.naming import safe_name, unit_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.finding import Finding

Format: TypeAlias = Literal["docx", "html", "pdf", "json"]

#: In the order in which they are made.
FORMATS: tuple[Format, ...] = ("docx", "html", "pdf", "json")

#: Made where nobody asks for a format; the JSON keeps the record that later runs need.
DEFAULT_FORMATS: tuple[Format, ...] = ("docx", "json")


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation and the values, by field, that it was given for."""

    text: str
    figures: dict[str, int | float | str | None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier run left in the JSON: hashes of what it made, and the figures that each explanation was for."""

    made: dict[str, str] = {}
    explained: dict[str, Explained] = {}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The files made, by format, and the edited ones that were kept under another name."""

    folder: Path
    files: dict[Format, Path]
    kept: tuple[Path, ...] = ()


#: The folder beside the workbooks that holds what is made of them.
OUTPUT = "输出"


def outputs(beside: Path) -> Path:
    """输出/ in the folder of a workbook; for a copy that lies in 输出/ itself (a marked one), that same folder."""
    return next((folder for folder in (beside, beside.parent) if folder.name == OUTPUT), beside / OUTPUT)


def output_folder(filing: Filing, beside: Path) -> Path:
    """输出/<单位>_<年度>/ beside the workbook; see `outputs`."""
    return outputs(beside) / unit_year(filing.unit, filing.year)


def output_stem(filing: Filing) -> str:
    """<单位>_<年度>_政府信息公开工作年度报告."""
    return f"{unit_year(filing.unit, filing.year)}_{safe_name(filing.form.title)}"


def record_path(filing: Filing, folder: Path) -> Path:
    return folder / f"{output_stem(filing)}.json"


def read_record(path: Path) -> Record:
    """The record beside an earlier report; an empty one where there is none or it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Record()


def publish(
    filing: Filing,
    findings: Sequence[Finding],
    folder: Path,
    *,
    formats: Iterable[Format] = DEFAULT_FORMATS,
    prose: Mapping[str, str] | None = None,
    draft: bool = False,
) -> Published:
    """Make the report of `filing` in `folder`; `prose` replaces prose fields by what is printed for them.

    Everything is made before anything is put in its place. Raises EnvironmentFault where the folder cannot be written,
    a file is open in another program, or LibreOffice is missing for a PDF.
    """
    wanted: set[Format] = {*formats, "docx"}
    stem = output_stem(filing)
    before = read_record(record_path(filing, folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = tempfile.TemporaryDirectory(prefix=".xlreport-", dir=folder)
    except OSError as error:
        raise write_fault(folder / stem, error) from None
    with work as name:
        made = _make(filing, findings, Path(name), stem, wanted, prose, draft=draft)
        kept = []
        for path in made.values():
            target = folder / path.name
            keep = _edited(target, before.made.get(path.name), path)
            _move(path, target, keep)
            if keep:
                kept.append(keep)
    return Published(folder=folder, files={kind: folder / path.name for kind, path in made.items()}, kept=tuple(kept))


def _make(
    filing: Filing,
    findings: Sequence[Finding],
    work: Path,
    stem: str,
    formats: set[Format],
    prose: Mapping[str, str] | None,
    *,
    draft: bool,
) -> dict[Format, Path]:
    from xlreport.report.word import render_word  # noqa: PLC0415

    paths = {kind: work / f"{stem}.{kind}" for kind in FORMATS if kind in formats}
    open_findings = [finding for finding in findings if finding.blocks] if draft else None
    paths["docx"].write_bytes(render_word(filing, draft=open_findings, prose=prose))
    if "html" in paths:
        from xlreport.report.html import render_html  # noqa: PLC0415

        paths["html"].write_text(render_html(filing, draft=open_findings, prose=prose), encoding="utf-8")
    if "pdf" in paths:
        from xlreport.report.pdf import word_to_pdf  # noqa: PLC0415

        word_to_pdf(paths["docx"], paths["pdf"])
    if "json" in paths:
        hashes = {path.name: _sha256(path) for kind, path in paths.items() if kind != "json"}
        extra = {"made": hashes, "explained": _figures_explained(filing, findings)}
        paths["json"].write_bytes(to_json(filing, extra))
    return paths


def _figures_explained(filing: Filing, findings: Sequence[Finding]) -> dict[str, Explained]:
    """For each explained warning, the values of its cells: when they change, the explanation is asked for again."""
    from xlreport.rules.check import totals  # noqa: PLC0415

    cells = totals(filing)
    return {
        finding.rule: Explained(
            text=finding.explanation,
            figures={cell.field: cells.get(cell.field) for cell in finding.cells if cell.field},
        )
        for finding in findings
        if finding.level == "warning" and finding.explanation
    }


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
