"""Pages as Chromium shows and prints them, and what axe-core finds on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

#: Quiet and alone: no update, no account, no first-run page.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: Every rule of WCAG 2.2 A and AA and of good practice, the size of targets too, which axe leaves off by default.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}

#: Widths in CSS pixels at which pages are looked at: a desk, a phone, and 1280 enlarged to 400 % (WCAG 1.4.10).
WIDTHS = (1200, 390, 320)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium as the system has it; skips without it, fails in CI."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


def faults(page: Page, address: str) -> list[tuple[str, int, object]]:
    """What is wrong with a page for those who see, read or point otherwise: rule, width, where.

    At each of `WIDTHS`, folds opened: every rule of axe, and that nothing but tables scrolls sideways.
    """
    from axe_playwright_python.sync_playwright import Axe

    found: list[tuple[str, int, object]] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        told = Axe().run(page, options=RULES).response["violations"]
        found += [(each["id"], width, [node["target"] for node in each["nodes"]]) for each in told]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(("reflow", width, page.evaluate("document.documentElement.scrollWidth")))
    return found


def printed(page: str, folder: Path, name: str = "page") -> str:
    """What poppler's pdfinfo says of a page of HTML that Chromium printed; skips (in CI fails) where one is missing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    pdfinfo = shutil.which("pdfinfo")
    if program is None or pdfinfo is None:
        reason = "Chromium or pdfinfo (poppler) is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    source, target = folder / f"{name}.html", folder / f"{name}.pdf"
    source.write_text(page, encoding="utf-8")
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
    subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
    return subprocess.run([pdfinfo, str(target)], check=True, capture_output=True, timeout=60, text=True).stdout
