"""A clerk's day for the staff guide, really gone through: what the pictures are taken of.

A blank workbook, a deliberately wrong one and a right one of the form in force are written, and the double-click is run
on the last two. Neither LibreOffice nor a browser is needed, so that a test can tell whether the pictures are still what
the program shows.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from xlreport import __version__
from xlreport.desktop.main import FOLDER
from xlreport.desktop.show import PAGE_NAME, QUIET
from xlreport.filing import Filing, FilingValue, Meta
from xlreport.filing_json import read_json
from xlreport.results.marked_copy import ENDING
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "2024-huaian" / "filing.json"

#: Where the clerk's files lie in the pictures.
CLERK_FOLDER = "D:\\信息公开"

#: When it is in the pictures.
MORNING = "2025年1月20日 10:05"

#: What the example leaves out and the mail needs.
UPWARD: dict[str, FilingValue] = {"upward.name": "江苏省人民政府办公厅", "upward.email": "baosong@example.gov.cn"}

#: A clerk's mistakes: a slip of the hand, a required cell forgotten, prose that contradicts the table; and under `RAW`
#: a figure that is none, and one that is read with a note.
MISTAKES: dict[str, FilingValue] = {
    "requests.granted.business": 12,
    "report.date": None,
    "overview.on_request": "2024年，全市新收政府信息公开申请3191件。",
}
RAW = {"disclosure.coercion.decisions": "约88283", "disclosure.normative.issued": "８件"}


@dataclass(frozen=True)
class Day:
    """The files of the day by the name that shots use, and the names under which the clerk sees what was made."""

    files: dict[str, Path]
    made: tuple[str, ...]


@contextmanager
def clerks_day() -> Iterator[Day]:
    """Fill in, double-click, mend, double-click again, in a folder that goes away afterwards."""
    with TemporaryDirectory(prefix="guide-") as name:
        yield _day(Path(name))


def example() -> Filing:
    """The example as a clerk's filing."""
    filing = read_json(EXAMPLE)
    return Filing(form=filing.form, meta=Meta(form=filing.form.id, year=filing.year), values=filing.values | UPWARD)


def _day(work: Path) -> Day:
    good = example()
    stem = f"{good.unit}_{good.year}"
    blank: dict[str, FilingValue] = {"unit.name": good.unit, "report.year": good.year, **UPWARD}
    files = {}
    made: set[str] = set()
    for key, filing in (
        ("空白", Filing(form=good.form, meta=good.meta, values=blank)),
        ("错误", Filing(form=good.form, meta=good.meta, values=good.values | MISTAKES, raw=RAW)),
        ("正确", good),
    ):
        folder = work / key
        folder.mkdir()
        workbook = folder / f"{stem}.xlsx"
        write_workbook(filing, workbook)
        files[key] = workbook
        if key == "空白":
            continue
        _double_click(folder)
        output = next((folder / "输出").iterdir())
        made |= {path.name for path in output.iterdir()}
        page = (output / PAGE_NAME).read_text(encoding="utf-8")
        files[f"{key}.html"] = _as_seen(page, work / f"{key}.html", folder)
    files["标注"] = work / "错误" / "输出" / stem / f"{stem}{ENDING}.xlsx"
    output = work / "正确" / "输出" / stem
    files["报告.docx"] = next(output.glob("*.docx"))
    files["签发单.html"] = next(output.glob("*签发单*.html"))
    return Day(files=files, made=tuple(sorted(made)))


def _double_click(folder: Path) -> None:
    """The double-click in `folder`, as a process of its own; its log stays out of the user's folder."""
    state = str(folder.parent / "state")
    own = {FOLDER: str(folder), QUIET: "1", "XDG_STATE_HOME": state, "LOCALAPPDATA": state}
    command = [sys.executable, "-m", "xlreport.desktop"]
    done = subprocess.run(command, env=os.environ | own, capture_output=True, timeout=300, check=False)
    if done.stderr:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))


def _as_seen(page: str, target: Path, folder: Path) -> Path:
    """The page as the clerk sees it: her folder for the temporary one, a morning in January for the moment of the run."""

    def path(match: re.Match[str]) -> str:
        return CLERK_FOLDER + match[0].removeprefix(str(folder)).replace("/", "\\")

    page = re.sub(r'(<time datetime=")[^"]*', r"\1", page)
    page = re.sub(r"\d{4}年\d+月\d+日 \d\d:\d\d", MORNING, page)
    target.write_text(re.sub(re.escape(str(folder)) + r"[^<\"]*", path, page), encoding="utf-8")
    return target


def content(path: Path) -> str:
    """A hash of what stands in a file, however it was packed, whatever the program's version."""
    if path.suffix == ".html":
        # The package's own hash depends on how its parts were compressed.
        text = re.sub(r"SHA-256 [0-9a-f]{64}", "", path.read_text(encoding="utf-8"))
        return hashlib.sha256(text.replace(f"xlreport {__version__}", "").encode()).hexdigest()
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.startswith("docProps/"):
                digest.update(name.encode() + archive.read(name))
    return digest.hexdigest()
