"""The desktop entry as a person uses it: on a screen, through the desktop's own launcher, with a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import clerk
from support.screen import open_screen, require_programs

LAUNCH = Path(__file__).parents[2] / "launch"


@pytest.fixture
def screen() -> Iterator[str]:
    """An empty X screen of the test's own."""
    require_programs("gio", "chromium")
    with open_screen() as opened:
        yield opened.display


@pytest.mark.program
@pytest.mark.skipif(sys.platform != "linux", reason="desktop entries are for Linux")
def test_desktop_entry_opens_the_result_page(screen: str, tmp_path: Path):
    """A double-click on the entry makes the report, and a browser window with the result page comes up."""
    folder = tmp_path / "桌 面"
    shutil.copytree(LAUNCH, folder)
    python = folder / "python" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    workbook = clerk.write(tmp_path / "年 报" / "表.xlsx", clerk.sound())

    home, pid = tmp_path / "home", tmp_path / "browser.pid"
    home.mkdir()
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho $$ >"{pid}"\nexec chromium --no-sandbox --disable-gpu --no-first-run'
        " --disable-background-networking --disable-component-update --disable-sync"
        f' --user-data-dir="{home}/profile" "$1" >/dev/null 2>&1\n',
        encoding="utf-8",
    )
    browser.chmod(0o755)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "DISPLAY": screen,
        "BROWSER": f"{browser} %s &",
    }
    # The script notes once where it lies, for desktops that do not tell an entry where it was started from.
    once = env | {"XLREPORT_NO_BROWSER": "1"}
    subprocess.run([folder / "生成报告.sh", workbook], env=once, check=True, timeout=120, capture_output=True)
    shutil.rmtree(workbook.parent / "输出")
    subprocess.run(["gio", "launch", folder / "生成报告.desktop", workbook], env=env, check=True, timeout=60)
    try:
        # xdotool waits for the window itself.
        found = subprocess.run(
            ["xdotool", "search", "--sync", "--onlyvisible", "--name", "处理结果"],
            env=env,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
    finally:
        if pid.exists():
            subprocess.run(["kill", pid.read_text().strip()], check=False)
    assert found.stdout.strip() != ""
    assert len(list((workbook.parent / "输出").rglob("*.docx"))) == 1
