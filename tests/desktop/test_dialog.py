"""The file dialog: asked for where there is a screen, and never in the way where there is none."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from xlreport.desktop import dialog

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="zenity is a dialog of Linux desktops")


@pytest.fixture
def zenity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A screen, and a zenity that answers what stands in the file returned."""
    answer = tmp_path / "answer"
    program = tmp_path / "zenity"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{tmp_path}/asked"\ncat "{answer}" 2>/dev/null\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("xlreport.desktop.dialog.shutil.which", lambda name: str(program) if name == "zenity" else None)
    return answer


@pytest.mark.program
@linux
def test_files_chosen(zenity: Path):
    """Several files, with spaces and Chinese in their names."""
    zenity.write_text("/甲/年 报.xlsx\n/乙/表.xlsx\n", "utf-8")
    assert dialog.choose_files() == [Path("/甲/年 报.xlsx"), Path("/乙/表.xlsx")]
    assert "--multiple" in zenity.with_name("asked").read_text("utf-8")


@pytest.mark.program
@linux
def test_cancelled(zenity: Path):
    """Nothing chosen is no file."""
    assert dialog.choose_files() == []


@linux
def test_no_screen(zenity: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a screen no dialog is tried."""
    zenity.write_text("/甲/表.xlsx\n", "utf-8")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert dialog.choose_files() == []


def test_no_dialog_at_all(monkeypatch: pytest.MonkeyPatch):
    """Neither zenity nor Tk: no file, no exception."""
    monkeypatch.setattr(sys, "platform", "freebsd")
    monkeypatch.setitem(sys.modules, "tkinter", None)
    assert dialog.choose_files() == []


@pytest.mark.program
@linux
@pytest.mark.parametrize(("answer", "status", "text"), [("漏录一件。\n", 0, "漏录一件。"), ("", 0, ""), ("", 1, None)])
def test_sentence_typed(zenity: Path, answer: str, status: int, text: str | None):
    """What is typed; nothing where the field is left blank; None where the dialog is called off."""
    program = zenity.with_name("zenity")
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >"{zenity.parent}/asked"\nprintf "{answer}"\nexit {status}\n', "utf-8"
    )
    assert dialog.ask_text("更正已报送的报告", "请写一句更正原因：") == text
    assert "--text=请写一句更正原因：" in zenity.with_name("asked").read_text("utf-8")


@pytest.mark.parametrize(("line", "text"), [("漏录一件。\n", "漏录一件。"), ("\n", ""), ("", None)])
def test_sentence_typed_in_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys, line: str, text: str | None):
    """Without zenity or Tk the question stands in the launcher's own window; its end calls off."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "platform", "freebsd")
    monkeypatch.setitem(sys.modules, "tkinter", None)
    monkeypatch.setattr(sys, "stdin", Terminal(line))
    assert dialog.ask_text("更正已报送的报告", "请写一句更正原因：") == text
    assert "请写一句更正原因：" in capsys.readouterr().out


def test_nobody_to_ask(monkeypatch: pytest.MonkeyPatch):
    """Neither a dialog nor a terminal: "", which is no refusal."""
    monkeypatch.setattr(sys, "platform", "freebsd")
    monkeypatch.setitem(sys.modules, "tkinter", None)
    monkeypatch.setattr(sys, "stdin", io.StringIO("x"))
    assert dialog.ask_text("更正已报送的报告", "请写一句更正原因：") == ""


@pytest.mark.program
@linux
def test_dialog_opens_in_a_folder(zenity: Path):
    """Asked for a package, it opens where the packages lie."""
    dialog.choose_files(dialog.Asked("请选择", "报送包", "*.zip", "/甲/输出"))
    assert "--filename=/甲/输出/" in zenity.with_name("asked").read_text("utf-8")
