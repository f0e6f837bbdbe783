"""A clerk's folder, and a double-click in it that opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlreport.storage import log as helpdesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def quiet(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No window is opened; the log and homeless pages go to a folder of the test's own, which is returned."""
    state = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XLREPORT_NO_BROWSER", "1")
    monkeypatch.setattr(helpdesk, "log_folder", lambda: state)
    helpdesk.state_folder.cache_clear()
    yield state
    helpdesk.state_folder.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The clerk's folder, with spaces and Chinese in its name."""
    folder = tmp_path / "年报 2019（上报）"
    folder.mkdir()
    return folder
