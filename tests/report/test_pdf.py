"""PDF by LibreOffice: nothing lost on the way, and a plain sentence where it cannot be made."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from support.office import require_office
from support.word_documents import body, text
from xlreport.errors import EnvironmentFault
from xlreport.filing import Filing
from xlreport.report import pdf
from xlreport.report.pdf import find_libreoffice, word_to_pdf
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

posix = pytest.mark.skipif(sys.platform == "win32", reason="a stand-in for LibreOffice is a shell script here")


@pytest.fixture
def docx(seed: Filing, tmp_path: Path) -> Path:
    file = tmp_path / "年度 报告.docx"
    file.write_bytes(render_word(Review.unchecked(seed)))
    return file


@pytest.mark.program
def test_no_character_is_lost_in_the_pdf(docx: Path, seed: Filing) -> None:
    """Every character of the Word report stands in the PDF; LibreOffice drops some where characters are set closer."""
    require_office()
    if shutil.which("pdftotext") is None:
        if os.environ.get("CI"):
            pytest.fail("pdftotext is not installed")
        pytest.skip("pdftotext is not installed")
    made = docx.with_suffix(".pdf")
    made.write_bytes(word_to_pdf(docx))
    run = subprocess.run(["pdftotext", "-raw", str(made), "-"], capture_output=True, text=True, check=True)
    written, read = Counter(text(body(docx.read_bytes()))), Counter(run.stdout)
    assert {} == {char: n for char, n in (written - read).items() if not char.isspace()}
    assert b"/StructTreeRoot" in made.read_bytes()
    assert [docx.name, made.name] == sorted(path.name for path in docx.parent.iterdir())


@pytest.mark.program
def test_the_pdf_is_tagged_titled_and_chinese(docx: Path, tmp_path: Path) -> None:
    """PDF/UA-1 and PDF/A-2b by its own word; the title, an outline of the sections, and no language but Chinese."""
    require_office()
    content = word_to_pdf(docx)
    assert {b"/Lang(zh-CN)"} == set(re.findall(rb"/Lang ?\([^)]*\)", content))
    assert all(
        word in content for word in (b"<pdfuaid:part>1<", b"<pdfaid:part>2<", b"/DisplayDocTitle true", b"/Outlines")
    )
    made = tmp_path / "made.pdf"
    made.write_bytes(content)
    title = subprocess.run(["pdfinfo", str(made)], capture_output=True, text=True, check=True).stdout
    assert "2020年环翠区信访局政府信息公开工作年度报告" in title
    tags = subprocess.run(["pdfinfo", "-struct", str(made)], capture_output=True, text=True, check=True).stdout.split()
    assert (6, 6, 3) == (tags.count("H1"), tags.count("H2"), tags.count("Table"))
    # Every table is on one page: one element each, whose heading cells say that they head columns.
    assert tags.count("TH:") == tags.count("/Scope") > 20


def test_without_libreoffice_there_is_a_sentence(docx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing and another way."""
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: None)
    with pytest.raises(EnvironmentFault, match="请安装 LibreOffice"):
        word_to_pdf(docx)


def stand_in(folder: Path, script: str) -> Path:
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.mark.program
@posix
@pytest.mark.parametrize(
    ("script", "said"), [("exit 1", "没有正常运行"), ("exit 0", "没有生成 PDF"), ("sleep 60", "没有完成")]
)
def test_a_failing_libreoffice_is_a_sentence(
    docx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    """It crashes, does nothing, or hangs: no PDF, no half one, no traceback."""
    program = stand_in(tmp_path, script)
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: program)
    monkeypatch.setattr(pdf, "TIMEOUT", 1)
    with pytest.raises(EnvironmentFault, match=said):
        word_to_pdf(docx)
    assert [docx.name] == sorted(path.name for path in docx.parent.iterdir() if path != program)


@posix
def test_libreoffice_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever put one there means it."""
    program = stand_in(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program == find_libreoffice()


def test_libreoffice_is_found_where_windows_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not on the path there."""
    program = tmp_path / "LibreOffice/program/soffice.com"
    program.parent.mkdir(parents=True)
    program.write_text("")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    assert program == find_libreoffice()
