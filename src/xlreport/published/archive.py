"""The zip of a package: the same parts give the same bytes; what comes back is read with bounds."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.storage.plain_data import Malformed, decode_json
from xlreport.storage.zips import BadZip, TooLarge, Zip
from xlreport.wording import cannot_open

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = "manifest.json"

#: The format of manifest.json; goes up when a reader would have to change.
PACKAGE_FORMAT = 1

#: Bounds for reading: a package is a handful of office files.
MAX_PARTS, MAX_PART_BYTES, MAX_MANIFEST_BYTES = 64, 200_000_000, 10_000_000

_EPOCH = (1980, 1, 1, 0, 0, 0)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a package. `kind` says what it is: workbook, docx, html, pdf, json, findings, findings_page,
    self_check.
    """

    name: str
    kind: str
    data: bytes


class PartEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A part as the manifest lists it; `sha256` in hexadecimal, `size` in bytes."""

    name: str
    kind: str
    sha256: str
    size: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a correction changes; a blank is null."""

    field: str
    name: str
    old: int | float | str | None
    new: int | float | str | None


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What a correction corrects: the earlier package by its SHA-256, every value that changed, and why, in staff's words."""

    number: int
    of: str
    changes: tuple[Change, ...]
    reason: str = ""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A name with an address: the office above, or the contact (whose address is a telephone number)."""

    name: str = ""
    address: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """manifest.json: what the package is, of whom, for whom, made by what, and the hash of every other part."""

    package: int = PACKAGE_FORMAT
    title: str
    unit: str
    unit_code: str | None
    year: int | None
    #: The part of the year that is reported on; null where a unit reports once a year.
    period: str | None = None
    form: str
    form_version: str
    template_version: str
    tool: str
    tool_version: str
    upward: Party = Party()
    contact: Party = Party()
    correction: Correction | None = None
    parts: tuple[PartEntry, ...] = ()

    @property
    def report(self) -> str:
        """What stands behind unit and year: the title, with the period before it."""
        return f"{self.period or ''}{self.title}"

    @property
    def report_title(self) -> str:
        """The whole title in the order of the report's own: 2020年环翠区信访局政府信息公开工作年度报告."""
        year = f"{self.year}年" if self.year else ""
        return f"{year}{self.period or ''}{' '.join(self.unit.split())}{self.title}"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal(manifest: Manifest, parts: Iterable[Part]) -> tuple[Manifest, bytes]:
    """The manifest with the parts' hashes, and the zip: entries sorted by name, times fixed."""
    ordered = sorted(parts, key=lambda part: part.name)
    entries = tuple(PartEntry(name=p.name, kind=p.kind, sha256=sha256(p.data), size=len(p.data)) for p in ordered)
    manifest = msgspec.structs.replace(manifest, parts=entries)
    document = msgspec.json.encode(manifest)
    files = {part.name: part.data for part in ordered}
    files[MANIFEST] = msgspec.json.format(document, indent=2) + b"\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            # zipfile sets the UTF-8 flag for names beyond ASCII by itself.
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, files[name])
    return manifest, out.getvalue()


def open_package(path: Path) -> tuple[Manifest, dict[str, bytes], bytes]:
    """Manifest, parts by name, and the bytes of the whole file.

    Raises InputError where it cannot be read, is no package, or a part is not what the manifest says.
    """
    try:
        data = read_bounded(path, MAX_FILE)
    except OSError as error:
        raise InputError(cannot_open(f"报送包“{path.name}”", path, error)) from None
    manifest, parts = read_package(data, path.name)
    return manifest, parts, data


def read_package(data: bytes, name: str) -> tuple[Manifest, dict[str, bytes]]:
    """Manifest and parts of a package's bytes; `name` is for messages. Raises InputError."""
    try:
        return _read(Zip(data), name)
    except Malformed as error:
        raise InputError(f"报送包“{name}”的 {MANIFEST} 不完整（{error}），请重新打包。") from None
    except TooLarge:
        raise InputError(f"“{name}”里的文件多得或者大得不正常，没有打开；请重新打包。") from None
    except BadZip:
        raise InputError(f"“{name}”不是完整的 zip 文件，请重新打包或重新下载。") from None


def _read(archive: Zip, name: str) -> tuple[Manifest, dict[str, bytes]]:
    if MANIFEST not in archive or archive.size(MANIFEST) > MAX_MANIFEST_BYTES:
        raise InputError(f"“{name}”不是报送包（里面没有 {MANIFEST}），请选择 xlreport package 生成的文件。")
    manifest = decode_json(archive.read(MANIFEST, MAX_MANIFEST_BYTES), Manifest)
    if manifest.package > PACKAGE_FORMAT:
        raise InputError(f"报送包“{name}”是更新的版本做的，请先升级 xlreport。")
    listed = {entry.name for entry in manifest.parts} | {MANIFEST}
    if len(archive.names) > MAX_PARTS or listed != set(archive.names):
        raise InputError(f"报送包“{name}”里的文件与清单不一致，封装后被改动过，请重新打包。")
    parts = {}
    for entry in manifest.parts:
        if archive.size(entry.name) != entry.size or entry.size > MAX_PART_BYTES:
            raise InputError(f"报送包“{name}”里的“{entry.name}”大小与清单不一致，请重新打包。")
        parts[entry.name] = archive.read(entry.name)
        if sha256(parts[entry.name]) != entry.sha256:
            raise InputError(f"报送包“{name}”里的“{entry.name}”封装后被改动过，请重新打包。")
    return manifest, parts
