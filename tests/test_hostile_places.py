"""Wherever the outputs are sent: a sentence and status 4, the inputs as they were, and nothing half made."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from support import clerk
from support.command import xlreport

pytestmark = pytest.mark.long

VERBS = ("generate", "package", "upgrade", "template", "export")

#: What the file system is asked for a path.
CALLS = ("stat", "lstat", "open", "mkdir", "listdir", "scandir", "replace", "rename", "unlink")


def locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of another user's, into which this one may not look."""
    folder.mkdir()

    def refuse(real: Any) -> Any:
        def held(path: Any, *args: Any, **options: Any) -> Any:
            if not isinstance(path, int) and str(path).startswith(f"{folder}{os.sep}"):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return real(path, *args, **options)

        return held

    for name in CALLS:
        monkeypatch.setattr(os, name, refuse(getattr(os, name)))
    return folder


@pytest.fixture(params=["too long", "below a file", "a folder in the way", "locked"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nothing can be written."""
    match request.param:
        case "too long":
            return tmp_path / ("长" * 120)
        case "below a file":
            (tmp_path / "笔记").write_bytes(b"notes")
            return tmp_path / "笔记" / "里面"
        case "a folder in the way":
            for name in ("生成.xlsx", "生成.json", f"{clerk.UNIT}_2019_政府信息公开工作年度报告.docx"):
                (tmp_path / "处" / name / "别人的").mkdir(parents=True)
            return tmp_path / "处"
        case _:
            return locked(tmp_path / "锁", monkeypatch)


@pytest.mark.parametrize("verb", VERBS)
def test_a_place_that_takes_nothing(place: Path, tmp_path: Path, verb: str):
    """Each command that writes; what stood there is there afterwards, and nothing beside it."""
    book = clerk.write(tmp_path / "表.xlsx", clerk.sound())
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    match verb:
        case "generate" | "package":
            said = xlreport(verb, book, "--explain", "已核实", "-o", place)
        case "upgrade" | "export":
            said = xlreport(verb, book, "-o", place / f"生成.{'json' if verb == 'export' else 'xlsx'}")
        case _:
            said = xlreport(verb, "--year", "2024", "-o", place / "生成.xlsx")
    assert 4 == said.status, said
    (sentence,) = said.err.strip().splitlines()
    assert "请" in sentence
    assert "意外" not in sentence
    assert "程序出错" not in sentence
    assert before == {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}


def test_a_file_where_the_outputs_go(tmp_path: Path):
    """A file named 输出 beside the workbook is named, and stays."""
    book = clerk.write(tmp_path / "表.xlsx", clerk.sound())
    (tmp_path / "输出").write_bytes(b"notes")
    said = xlreport("generate", book, "--explain", "已核实")
    assert (4, f"“{tmp_path / '输出'}”是一个文件，不是文件夹，里面不能存放文件，请把它移走或改名后再试。\n") == (
        said.status,
        said.err,
    )
    assert b"notes" == (tmp_path / "输出").read_bytes()


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No room for a second report: the first stands whole, and the next run, with room again, replaces it in silence."""
    books = [
        clerk.write(tmp_path / f"{n}.xlsx", clerk.sound(disclosure__licensing__decisions=n)) for n in (411111, 522222)
    ]
    folder = tmp_path / "一处"
    assert 0 == xlreport("generate", books[0], "--explain", "已核实", "-o", folder).status
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for verb in ("generate", "package"):
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            said = xlreport(verb, books[1], "--explain", "已核实", "-o", folder)
        assert 4 == said.status
        assert "磁盘已满" in said.err
        assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert 0 == xlreport("generate", books[1], "--explain", "已核实", "-o", folder).status
    assert set(before) == {path.name for path in folder.iterdir()}


def test_a_report_set_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As Windows does, which moves such a file and does not delete it: it is replaced, and nothing stays behind."""
    books = [
        clerk.write(tmp_path / f"{n}.xlsx", clerk.sound(disclosure__licensing__decisions=n)) for n in (411111, 522222)
    ]
    folder = tmp_path / "一处"
    assert 0 == xlreport("generate", books[0], "--explain", "已核实", "-o", folder).status
    names = {path.name for path in folder.iterdir()}
    for path in folder.iterdir():
        path.chmod(0o444)
    real = os.unlink

    def unlink(path: Any, *, dir_fd: int | None = None) -> None:
        if not os.stat(path, dir_fd=dir_fd).st_mode & 0o200:
            raise PermissionError(errno.EACCES, "Access is denied", str(path))
        real(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", unlink)
    assert 0 == xlreport("generate", books[1], "--explain", "已核实", "-o", folder).status
    assert names == {path.name for path in folder.iterdir()}


def test_a_path_too_long_for_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Windows says that the file is not there; the sentence says how long the path is, and what to do."""
    book = clerk.write(tmp_path / "表.xlsx", clerk.sound())
    folder = tmp_path.joinpath(*["很深的文件夹"] * 40)
    real = os.replace

    def replace(source: Any, target: Any) -> None:
        if len(str(target)) > 259:
            raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    said = xlreport("generate", book, "--explain", "已核实", "-o", folder)
    assert 4 == said.status
    assert "超过了259个，不能写入，请把工作簿移到层数少、名字短的文件夹里再试。" in said.err
    assert not folder.exists()
