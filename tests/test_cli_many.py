"""Many files on the command line: how far it is, on a terminal alone, and how it ended."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from support import clerk
from support.command import xlreport
from xlreport.cli_many import tracked

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    """A sound workbook, a faulty one, one with a warning, one that is none."""
    books = {"甲": clerk.sound(), "乙": clerk.one_wrong() | {"unit.name": "乙局"}}
    books["丙"] = clerk.sound(unit__name="丙局", overview__summary="2019年收到申请5件。")
    paths = [clerk.write(tmp_path / f"{name}.xlsx", values) for name, values in books.items()]
    (tmp_path / "丁.xlsx").write_bytes(b"PK")
    return [*paths, tmp_path / "丁.xlsx"]


@pytest.mark.long
def test_check_sums_up(folder: list[Path]):
    """After the last file: how many came out in which way, and those that cannot go on, with why."""
    said = xlreport("check", *folder)
    lines = said.out.splitlines()
    at = lines.index("共 4 本工作簿：1 本没有问题，1 本有错误，1 本有提醒待说明，1 本读不了。")
    assert "  ✗ 乙.xlsx：错误4项" == lines[at + 1]
    assert lines[at + 2].startswith("  ✗ 丁.xlsx：")
    assert 3 == said.status
    assert "共" not in xlreport("check", folder[0]).out
    assert "共" not in xlreport("check", "--json", *folder[:2]).out.rpartition("]")[2]


@pytest.mark.long
def test_generate_sums_up(folder: list[Path]):
    """The same of reports made and not made; the status is the highest, as ever."""
    said = xlreport("generate", *folder)
    last = said.out.splitlines()[-4:]
    assert "共 4 本工作簿：1 本已生成报告，3 本没有生成报告。" == last[0]
    assert ["  ✗ 乙.xlsx：错误4项", "  ✗ 丙.xlsx：提醒1项"] == last[1:3]
    assert 3 == said.status


def test_bar_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch):
    """On a terminal a bar counts the files, on standard error; in a pipe, and for a few files, there is none."""
    out, err = io.StringIO(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setenv("TERM", "xterm")
    for each in tracked(range(5), 5, "正在检查"):
        print(each)
    assert "0\n1\n2\n3\n4\n" == out.getvalue()
    assert "正在检查" in err.getvalue()
    assert "5/5" in err.getvalue()
    for total, stream in ((5, io.StringIO()), (2, Terminal())):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(range(total)) == list(tracked(range(total), total, "正在检查"))
        assert "" == stream.getvalue()


@pytest.mark.program
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_several_processes_say_what_one_says(folder: list[Path], options: tuple[str, ...]):
    """The same texts in the same order, the same status; what cannot be read stands in its place."""
    one = xlreport("check", "--jobs", 1, *options, *folder)
    assert one == xlreport("check", "--jobs", 3, *options, *folder)
    assert 3 == one.status


def test_jobs_are_a_number():
    """One sentence for anything else."""
    assert "--jobs" in xlreport("check", "--jobs", 0, "a.xlsx").err
