"""LibreOffice for tests: many files in one call, a private profile, recalculation on load.

A test that needs it asks for `require_office()`: without LibreOffice it is skipped with a reason, in CI it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Seconds for one call, whatever the number of files.
TIMEOUT = 600

#: OOXMLRecalcMode 0: formulas of workbooks made elsewhere are always calculated again on load.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def require_office() -> str:
    """The LibreOffice program; skips the test without it, fails it in CI."""
    return _require("LibreOffice", "soffice", "libreoffice")


def _require(title: str, *programs: str) -> str:
    for name in programs:
        if found := shutil.which(name):
            return found
    reason = f"{title} ({programs[0]}) is not installed"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def convert(files: Sequence[Path], into: Path, kind: str) -> list[Path]:
    """Convert all `files` in one call; returns the new files in the same order. File stems must differ."""
    program = require_office()
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="office-") as profile:
        user = Path(profile) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
        command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to", kind]
        command += ["--outdir", str(into), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    suffix = "." + kind.partition(":")[0]
    made = [into / (file.stem + suffix) for file in files]
    missing = [file.name for file in made if not file.exists()]
    assert [] == missing
    return made


def recalculate(files: Sequence[Path], into: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after calculating every formula again."""
    return convert(files, into, "xlsx:Calc MS Excel 2007 XML")


def to_pdf(files: Sequence[Path], into: Path) -> list[Path]:
    return convert(files, into, "pdf")


def page_texts(pdf: Path) -> list[str]:
    """The text of each page, by poppler's pdftotext."""
    program = _require("poppler", "pdftotext")
    done = subprocess.run([program, "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=TIMEOUT)
    return done.stdout.decode("utf-8").split("\f")[:-1]
