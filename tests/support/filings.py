"""Filings to report on, and a place of its own for prepared templates in every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlreport.filing import Filing
from xlreport.filing_json import read_json
from xlreport.report.word import prepared
from xlreport.storage import cache as kept

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of prepared templates: empty, and nothing in memory."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(kept, "cache_folder", lambda: folder)
    monkeypatch.setattr(prepared, "_in_memory", {})
    return folder


@pytest.fixture(scope="session")
def seed() -> Filing:
    """A small bureau, year 2020: no requests, blanks kept."""
    return read_json(EXAMPLES / "2020-huancui-xinfang/filing.json")


@pytest.fixture(scope="session")
def city() -> Filing:
    """A city in the form in force: every figure filled."""
    return read_json(EXAMPLES / "2024-huaian/filing.json")


__all__ = ["cache", "city", "seed"]
