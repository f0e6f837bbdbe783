"""Packages as zip files: what comes back is what was sealed, or refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from support.packages import manifest as make_manifest
from xlreport.errors import InputError
from xlreport.published.archive import Part, open_package, read_package, seal

PARTS = [Part(name="填报.xlsx", kind="workbook", data=b"book"), Part(name="a.json", kind="json", data=b"{}")]


@pytest.fixture
def data():
    return seal(make_manifest(), PARTS)[1]


def rewritten(data, change):
    """The zip with its files changed: change(dict of name → bytes)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_round_trip(data):
    """Manifest and parts come back."""
    manifest, parts = read_package(data, "包.zip")
    assert {part.name: part.data for part in PARTS} == parts
    assert seal(make_manifest(), reversed(PARTS)) == (manifest, data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.update({"a.json": b"[]"}), "“a.json”封装后被改动过"),
        (lambda files: files.update({"a.json": b"{} "}), "“a.json”大小与清单不一致"),
        (lambda files: files.pop("a.json"), "与清单不一致"),
        (lambda files: files.update({"x.exe": b"MZ"}), "与清单不一致"),
        (lambda files: files.pop("manifest.json"), "不是报送包"),
        (lambda files: files.update({"manifest.json": b"{"}), "不完整"),
        (lambda files: files.update({"manifest.json": b"{}"}), "不完整"),
        (
            lambda files: files.update(
                {"manifest.json": files["manifest.json"].replace(b'"package": 1', b'"package": 99')}
            ),
            "请先升级",
        ),
    ],
)
def test_what_was_changed_is_refused(data, change, said):
    """A part changed, missing or added after sealing is named."""
    with pytest.raises(InputError, match=said):
        read_package(rewritten(data, change), "包.zip")


@pytest.mark.parametrize("bad", [b"", b"not a zip", b"PK\x03\x04" + bytes(100)])
def test_no_zip(bad):
    """What is no zip is said so."""
    with pytest.raises(InputError, match="不是完整的 zip 文件"):
        read_package(bad, "包.zip")


def test_every_damaged_byte_is_noticed(data):
    """No single changed byte in the parts' data passes, and none ends in anything but an InputError or the same parts."""
    _, parts = read_package(data, "包.zip")
    for at in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[at] ^= 0x55
        try:
            _, again = read_package(bytes(damaged), "包.zip")
        except InputError:
            continue
        assert parts == again


def test_files_that_are_not_there(tmp_path):
    """A folder or a missing file is one sentence."""
    with pytest.raises(InputError, match="是一个文件夹"):
        open_package(tmp_path)
    with pytest.raises(InputError, match="打不开"):
        open_package(tmp_path / "没有.zip")
