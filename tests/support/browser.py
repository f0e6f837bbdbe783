"""Pages as Chromium prints them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


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
