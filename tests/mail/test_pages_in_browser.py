"""The pages of a package in a real browser: sign-off, findings, self-check, read with eyes, ears and keyboard alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import clerk
from support.browser import chromium, faults
from xlreport.mail.package import build_package
from xlreport.mail.settings import Settings
from xlreport.storage.zips import Zip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every page of HTML that a package holds or leaves beside it, of a filing with a warning that was explained."""
    folder = tmp_path_factory.mktemp("包")
    workbook = clerk.write(folder / "表.xlsx", clerk.sound(problems__text="不足有三。"))
    result = build_package(workbook, folder / "出", explain="经核对无误", settings=Settings())
    assert result.path is not None
    parts = Zip(result.path.read_bytes()).parts()
    for name, content in parts.items():
        if name.endswith(".html"):
            (folder / "出" / name.rpartition("/")[2]).write_bytes(content)
    return sorted((folder / "出").rglob("*.html"))


def test_axe_finds_nothing(browser: Browser, pages: list[Path]) -> None:
    """WCAG 2.2 AA and good practice, every rule on, of every page; there are three besides reports at the least."""
    found = {}
    for page in pages:
        shown = browser.new_page()
        found[page.name] = faults(shown, page.as_uri())
        shown.close()
    assert {page.name: [] for page in pages} == found
    assert len(pages) > 2
