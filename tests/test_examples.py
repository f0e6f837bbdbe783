"""The examples are real runs: their workbooks are what filing.json gives, and their reports are made without a finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.command import xlreport

EXAMPLES = Path(__file__).parent.parent / "examples"
FOLDERS = sorted(path.parent for path in EXAMPLES.glob("*/filing.json"))


@pytest.mark.long
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_workbook_is_up_to_date(folder: Path, tmp_path: Path):
    """Run scripts/build_examples.py after a change of the form, the layout or the figures."""
    (workbook,) = folder.glob("*.xlsx")
    assert xlreport("fill", folder / "filing.json", "-o", tmp_path / "a.xlsx").status == 0
    assert workbook.read_bytes() == (tmp_path / "a.xlsx").read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_report_is_made_without_a_finding(folder: Path, tmp_path: Path):
    """Figures and prose of the examples agree; nothing has to be explained."""
    (workbook,) = folder.glob("*.xlsx")
    said = xlreport("generate", workbook, "-o", tmp_path)
    assert (said.status, said.err) == (0, "")
    assert not re.search("[✗⚠]", said.out)
    assert len(list(tmp_path.glob("*.docx"))) == 1
