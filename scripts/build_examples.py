#!/usr/bin/env python3
"""Write the workbook of each example from its filing.json; `--check` only says whether they are up to date."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from xlreport import verbs

EXAMPLES = Path(__file__).parent.parent / "examples"


def build(folder: Path, target: Path) -> Path:
    """The example's workbook, in `target`."""
    year, _, name = folder.name.partition("-")
    workbook = target / f"{name}-{year}.xlsx"
    verbs.fill(folder / "filing.json", workbook, overwrite=True)
    return workbook


def main() -> int:
    """0 where every example is up to date or was written, 1 where `--check` found one that is not."""
    stale = 0
    for folder in sorted(path.parent for path in EXAMPLES.glob("*/filing.json")):
        if "--check" not in sys.argv:
            print(build(folder, folder))
            continue
        with tempfile.TemporaryDirectory() as work:
            made = build(folder, Path(work))
            if made.read_bytes() != (folder / made.name).read_bytes():
                print(f"{folder / made.name} is not what filing.json gives", file=sys.stderr)
                stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
