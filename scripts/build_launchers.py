#!/usr/bin/env python3
"""Make the launchers beside 生成报告: the same scripts under other names, by which the program tells what to do.

    python scripts/build_launchers.py

Each stands alone, so that it can be copied to wherever its workbooks lie. Only the desktop entries differ: in the name
that a desktop shows, the remark, and the name that they hand on.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from xlreport.desktop.launchers import CORRECT, GENERATE, NEXT_YEAR

LAUNCH = Path(__file__).resolve().parent.parent / "launch"

#: What a desktop says about each.
REMARKS = {
    GENERATE: "检查填好的工作簿，生成政府信息公开工作年度报告",
    CORRECT: "已报送的报告有错，在工作簿里改正以后，生成更正",
    NEXT_YEAR: "由上一年度的工作簿或报送包做下一年度的工作簿",
}


def entry(title: str) -> str:
    """The desktop entry of a launcher."""
    text = (LAUNCH / f"{GENERATE}.desktop").read_text(encoding="utf-8")
    for line in (f"Name={GENERATE}\n", f"Comment={REMARKS[GENERATE]}\n", f"XLREPORT_LAUNCHER={GENERATE};"):
        if line not in text:
            raise SystemExit(f"{GENERATE}.desktop has no “{line.strip()}”")
        key = line.partition("=")[0]
        own = REMARKS[title] if key == "Comment" else title
        text = text.replace(line, f"{key}={own}{line[-1]}")
    return text


def build() -> None:
    for title in (NEXT_YEAR, CORRECT):
        for ending in (".bat", ".sh", ".command"):
            shutil.copy(LAUNCH / f"{GENERATE}{ending}", LAUNCH / f"{title}{ending}")
        path = LAUNCH / f"{title}.desktop"
        path.write_text(entry(title), encoding="utf-8")
        path.chmod(0o755)


if __name__ == "__main__":
    build()
