"""Files are read with a bound: nothing is waited for, and nothing but an ordinary file is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlreport.storage.files import read_bounded

POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and devices in the file system")


def test_up_to_the_bound(tmp_path):
    """A file of just that size is read, through a link too; one byte more is too large."""
    path, link = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"x" * 1000)
    link.symlink_to(path)
    assert b"x" * 1000 == read_bounded(path, 1000) == read_bounded(link, 1000)
    with pytest.raises(OSError, match=r"超过 0\.000999 MB"):
        read_bounded(path, 999)


def test_folder_and_nothing(tmp_path):
    """A folder is called one; what is not there is FileNotFoundError; a name that no file can have is no traceback."""
    with pytest.raises(OSError, match="是一个文件夹"):
        read_bounded(tmp_path, 10)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "x", 10)
    for name in ("a\x00b", "x" * 5000):
        with pytest.raises(OSError, match=r"文件名不能用|name too long"):
            read_bounded(Path(name), 10)


@POSIX
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_device(device):
    """A device, endless or empty, is no ordinary file."""
    with pytest.raises(OSError, match=r"不是普通文件|No such device"):
        read_bounded(Path(device), 10)


@POSIX
def test_pipe(tmp_path):
    """A pipe that nobody writes to is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="不是普通文件"):
        read_bounded(tmp_path / "pipe", 10)
