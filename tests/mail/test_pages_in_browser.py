"""The pages that go upward, in a real browser: nobody is shut out of the sheet to sign, the findings, the self-check."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from support.browser import chromium, faults
from support.figures import huaian_2024
from support.packages import manifest
from xlreport.filing import Filing
from xlreport.finding import Finding
from xlreport.forms import find_form
from xlreport.mail.findings_page import findings_page
from xlreport.mail.self_check import self_check_context
from xlreport.mail.signoff import signoff_page
from xlreport.mail.wording import SELF_CHECK, render
from xlreport.published.archive import Change, Correction
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.program


def test_nobody_is_shut_out(tmp_path: Path):
    """WCAG 2.2 AA as far as a program can tell, at three widths, with findings, changes and last year's figures."""
    warning = Finding(rule="jump[new]", level="warning", message="请核对。", explanation="已核对。")
    note = Finding(rule="cleaned", level="note", message="“三 依申请公开”D7填的“３”已按 3 读取。")
    values = huaian_2024() | {"prior.requests.new.total": 3000}
    of = Review.unchecked(Filing(form=find_form("gov2021"), values=values), findings=[warning, note])
    changes = (Change(field="requests.new.natural", name="自然人新收申请数", old=1, new=2),)
    about = manifest(correction=Correction(number=1, of="0" * 64, changes=changes))
    pages = {
        "signoff": signoff_page(about, of, "环翠区信访局_2020_报送包.zip", "0" * 64, None),
        "findings": findings_page(about, of, of.findings, ["环翠区信访局_2020_填报工作簿.xlsx"], date(2020, 1, 9)),
        "self_check": render(SELF_CHECK, self_check_context(about, of)).encode(),
    }
    with chromium() as browser:
        page = browser.new_page()
        for name, data in pages.items():
            path = tmp_path / f"{name}.html"
            path.write_bytes(data)
            assert (name, []) == (name, faults(page, path.as_uri()))
