"""The log is a service: wherever it cannot be written, the work goes on."""

from __future__ import annotations

import os
import tempfile

import pytest

from xlreport.storage import log


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the log, asked for anew."""
    monkeypatch.setattr(log, "log_folder", lambda: tmp_path / "state")
    log.state_folder.cache_clear()
    yield tmp_path / "state"
    log.state_folder.cache_clear()


def write():
    """A line of each kind; what is in the place of the log does not matter to them."""
    log.log_start(1)
    log.log_step("check", 1, rules=["a", "a"])
    log.log_exception("check", OSError(5, "secret"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_pipe_in_its_place(folder):
    """A pipe that nobody reads is not waited for."""
    folder.mkdir()
    os.mkfifo(folder / "xlreport.log")
    write()
    assert ["xlreport.log"] == [path.name for path in folder.iterdir()]


def test_folder_in_its_place(folder):
    """A folder of that name is left alone."""
    (folder / "xlreport.log").mkdir(parents=True)
    write()
    assert [] == list((folder / "xlreport.log").iterdir())


def test_nowhere_to_write(folder, monkeypatch):
    """Without any folder that can be written there is no log, and nobody is stopped by that."""

    def refused(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    folder.write_text("in the way")
    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    monkeypatch.chdir(folder.parent)
    write()
    assert log.log_path().name == "xlreport.log"


def test_exception_that_went_round_in_circles(folder):
    """Of a thousand calls of itself only the ends are noted, and nothing of the text."""

    def circle():
        circle()

    with pytest.raises(RecursionError) as caught:
        circle()
    log.log_exception("check", caught.value)
    line = (folder / "xlreport.log").read_text(encoding="utf-8")
    assert "RecursionError" in line
    assert " … " in line
    assert len(line) < 3000
