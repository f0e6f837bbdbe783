"""Single files written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xlreport.errors import EnvironmentFault
from xlreport.storage.files import write_atomically


def test_a_single_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A power cut leaves the old file or the new one, never an empty one: written, put on the disk, named, the name put there."""
    events: list[str] = []
    sync, move = os.fsync, os.replace

    def fsync(handle: int) -> None:
        there = os.fstat(handle)
        events.append("folder" if os.path.samestat(there, tmp_path.stat()) else f"{there.st_size} bytes")
        sync(handle)

    def replace(source: Path, target: Path) -> None:
        events.append(f"named {Path(target).name}")
        move(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_atomically(tmp_path / "回执.json", b"12345")
    assert ["5 bytes", "named 回执.json"] == events[:2]
    assert events[2:] == (["folder"] if os.name == "posix" else [])


@pytest.mark.parametrize(("number", "written"), [(errno.EINVAL, True), (errno.EIO, False), (errno.ENOSPC, False)])
def test_a_disk_that_does_not_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, written: bool):
    """A file system that cannot be asked is written to all the same; one that fails leaves the old file, and nothing beside it."""
    path = tmp_path / "回执.json"
    path.write_bytes(b"old")

    def fsync(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    if written:
        write_atomically(path, b"new")
    else:
        with pytest.raises(EnvironmentFault):
            write_atomically(path, b"new")
    assert (b"new" if written else b"old") == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())
