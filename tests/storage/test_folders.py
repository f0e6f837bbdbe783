"""Where the program's own files lie on each system, as README.md and docs/mail.md say."""

from __future__ import annotations

import pytest
from platformdirs import PlatformDirs, macos, unix, windows

from xlreport.storage import folders

ALL = (folders.cache_folder, folders.log_folder, folders.settings_folder)


def named(system: type, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The three folders as they are on another system, with slashes."""
    monkeypatch.setattr(folders, "_DIRS", system("xlreport", appauthor=False, opinion=False))
    monkeypatch.setattr(folders, "_ROAMING", system("xlreport", appauthor=False, roaming=True))
    monkeypatch.setattr("xlreport.storage.folders.Path.is_absolute", lambda _: True)
    return [str(folder()).replace("\\", "/") for folder in ALL]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/li")
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_on_linux(monkeypatch: pytest.MonkeyPatch):
    """The folders of the XDG Base Directory Specification."""
    base = "/home/li"
    expected = [f"{base}/.cache/xlreport/kept", f"{base}/.local/state/xlreport", f"{base}/.config/xlreport"]
    assert expected == named(unix.Unix, monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/e")
    assert ["/c/xlreport/kept", "/s/xlreport", "/e/xlreport"] == named(unix.Unix, monkeypatch)


def test_on_a_mac(monkeypatch: pytest.MonkeyPatch):
    """Below ~/Library."""
    library = "/home/li/Library"
    expected = ["Caches/xlreport/kept", "Logs/xlreport", "Application Support/xlreport"]
    assert [f"{library}/{each}" for each in expected] == named(macos.MacOS, monkeypatch)


def test_on_windows(monkeypatch: pytest.MonkeyPatch):
    """%LOCALAPPDATA%, and %APPDATA% for the settings."""
    monkeypatch.setattr(windows, "get_win_folder", {"CSIDL_LOCAL_APPDATA": "L", "CSIDL_APPDATA": "R"}.__getitem__)
    assert ["L/xlreport/kept", "L/xlreport", "R/xlreport"] == named(windows.Windows, monkeypatch)


def test_without_a_home(monkeypatch: pytest.MonkeyPatch):
    """Where the system names no folder there is none, and no exception."""

    def nowhere(_: PlatformDirs) -> str:
        raise RuntimeError

    for name in ("user_cache_dir", "user_log_dir", "user_config_dir"):
        monkeypatch.setattr(PlatformDirs, name, property(nowhere))
    assert [None] * 3 == [folder() for folder in ALL]
