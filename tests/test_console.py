"""Chinese names and Chinese output where the surroundings expect neither, and output that nobody reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.command import xlreport

EXAMPLE = Path(__file__).parents[1] / "examples" / "2024-huaian" / "huaian-2024.xlsx"
WORKBOOK = "填报 表.xlsx"
posix = pytest.mark.skipif(os.name != "posix", reason="locales and pipes of POSIX")

#: The C locale, and nothing that would make up for it.
BARE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "XLREPORT_NO_BROWSER": "1"}

COMMANDS = (
    ("--help",),
    ("没有",),
    ("template", "--year", "2024", "--unit", "某局", "-o", "空白.xlsx"),
    ("fill", "数据.json", "-o", "填好.xlsx"),
    ("export", WORKBOOK, "-o", "导出.json"),
    ("check", WORKBOOK),
    ("check", WORKBOOK, "没有.xlsx", "--json"),
    ("generate", WORKBOOK, "--format", "docx,html,json"),
    ("upgrade", WORKBOOK, "-o", "新.xlsx"),
    ("package", WORKBOOK),
    ("send", "没有.zip"),
    ("form", "list"),
    ("form", "show", "gov2021"),
    ("form", "check", "gov2021"),
    ("form", "template", "gov2021", "-o", "模板.docx"),
)


def folder(at: Path) -> Path:
    """A folder with a filled workbook and its JSON, under Chinese names."""
    at.mkdir()
    shutil.copy(EXAMPLE, at / WORKBOOK)
    assert 0 == xlreport("export", at / WORKBOOK, "-o", at / "数据.json").status
    return at


def bare(
    *command: object, at: Path, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        stdout=stdout,
        stderr=stderr,
        cwd=at,
        env={**os.environ, **BARE},
        check=False,
        timeout=120,
    )


@pytest.mark.program
@posix
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_c_locale_changes_nothing(command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With UTF-8 mode off, too, every command says and writes what it does elsewhere, in UTF-8."""
    here, there = folder(tmp_path / "a"), folder(tmp_path / "b")
    monkeypatch.chdir(here)
    expected = xlreport(*command)
    done = bare("xlreport", *command, at=there)
    assert expected == (done.returncode, done.stdout.decode(), done.stderr.decode())
    files = [sorted(str(path.relative_to(at)) for path in at.rglob("*")) for at in (here, there)]
    assert files[0] == files[1]


@pytest.mark.program
@posix
def test_the_c_locale_does_not_stop_a_double_click(tmp_path: Path):
    """The report is made in a folder with a Chinese name, and the page says so."""
    at = folder(tmp_path / "年报")
    done = bare("xlreport.desktop", WORKBOOK, at=at)
    assert (0, b"") == (done.returncode, done.stderr)
    (page,) = at.rglob("结果.html")
    assert f"结果页：{page.relative_to(at.resolve())}" in done.stdout.decode() or str(page) in done.stdout.decode()
    assert list(at.rglob("*.docx"))


def closed_pipe() -> int:
    """The end to write to of a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    return write


@pytest.mark.program
@posix
def test_a_double_click_that_nobody_listens_to(tmp_path: Path):
    """Standard output is a closed pipe: report and page are made, nothing is complained of."""
    at = folder(tmp_path / "年报")
    write = closed_pipe()
    try:
        done = bare("xlreport.desktop", WORKBOOK, at=at, stdout=write)
    finally:
        os.close(write)
    assert (0, b"") == (done.returncode, done.stderr)
    assert ["docx", "html", "json"] == sorted(path.suffix[1:] for path in (at / "输出").rglob("*.*"))


@pytest.mark.program
@posix
def test_a_folder_that_is_gone(tmp_path: Path):
    """The folder that a command was called in has been deleted: a sentence that says so, not a complaint about files."""
    script = "import os, sys; os.mkdir('去'); os.chdir('去'); os.rmdir('../去'); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-m", "xlreport", "generate", str(EXAMPLE), "-o", "报告", "--explain", "已核实"]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script, *command],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert 4 == done.returncode, done
    assert "当前文件夹已被删去或移走" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.program
@posix
def test_results_that_nobody_reads_are_no_findings(tmp_path: Path):
    """Standard output is a closed pipe: that is the environment's fault, not the workbook's, and no complaint."""
    at = folder(tmp_path / "年报")
    write = closed_pipe()
    try:
        done = bare("xlreport", "check", WORKBOOK, at=at, stdout=write)
    finally:
        os.close(write)
    assert (4, b"") == (done.returncode, done.stderr)


@pytest.mark.program
@posix
def test_an_error_that_nobody_reads_keeps_its_status(tmp_path: Path):
    """Standard error is a closed pipe: the exit status still says what was wrong."""
    write = closed_pipe()
    try:
        done = bare("xlreport", "check", "没有.xlsx", at=tmp_path, stderr=write)
    finally:
        os.close(write)
    assert 3 == done.returncode


@pytest.mark.program
@posix
@pytest.mark.parametrize("program", ["xlreport", "xlreport.desktop"])
def test_without_standard_streams(program: str, tmp_path: Path):
    """Both are closed before the start: the work is done."""
    at = folder(tmp_path / "年报")
    arguments = [program, *(["generate"] if program == "xlreport" else []), WORKBOOK]
    script = 'exec "$0" -m "$@" >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, *arguments], cwd=at, env={**os.environ, **BARE}, check=False, timeout=120
    )
    assert 0 == done.returncode
    assert list(at.rglob("*.docx"))


#: What every command line may meet at once: no folder to write in of its own, none for temporary files, no input.
NOWHERE = {"HOME": "/proc", "XDG_CACHE_HOME": "/proc", "XDG_STATE_HOME": "/proc", "TMPDIR": "/nonexistent"}


def placed(command: tuple[str, ...], at: Path) -> list[str]:
    """The command with whole paths."""
    return [str(at / word) if word.endswith((".xlsx", ".json", ".docx", ".zip")) else word for word in command]


@pytest.mark.program
@posix
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no folder that nobody can write in")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_home_where_nothing_can_be_written(command: tuple[str, ...], tmp_path: Path):
    """Current folder, home and temporary folder take nothing, standard input is closed: each command does what it does."""
    usual, here = folder(tmp_path / "平常"), folder(tmp_path / "别处")
    expected = xlreport(*placed(command, usual))
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" <&-', sys.executable, "-m", "xlreport", *placed(command, here)],
        capture_output=True,
        cwd="/proc",
        env={**os.environ, **BARE, **NOWHERE, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        timeout=120,
    )
    assert (expected.status, expected.err.replace(str(usual), str(here))) == (done.returncode, done.stderr.decode())
    assert {path.name for path in usual.rglob("*")} == {path.name for path in here.rglob("*")}


@pytest.mark.program
@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_output_that_finds_no_room(command: tuple[str, ...], tmp_path: Path):
    """Standard output goes to a full disk: one sentence and status 4 where anything was to be printed there."""
    at = folder(tmp_path / "年报")
    expected = xlreport(*placed(command, folder(tmp_path / "平常")))
    with Path("/dev/full").open("wb") as full:
        done = bare("xlreport", *command, at=at, stdout=full.fileno())
    if expected.out:
        assert (4, "结果写不出去（磁盘已满），请检查磁盘后再试。") == (
            done.returncode,
            done.stderr.decode().strip().splitlines()[-1],
        )
    else:
        assert expected.status == done.returncode
