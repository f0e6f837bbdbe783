"""The user's own folders, where the system has them: what is kept between runs, the log, the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import PlatformDirs

if TYPE_CHECKING:
    from collections.abc import Callable

_DIRS = PlatformDirs("xlreport", appauthor=False, opinion=False)

#: The settings follow the user from machine to machine, where Windows is set up for that.
_ROAMING = PlatformDirs("xlreport", appauthor=False, roaming=True)


def cache_folder() -> Path | None:
    """What is kept between runs; None where the system names no place. Nothing is made here."""
    folder = _named(lambda: _DIRS.user_cache_dir)
    return folder and folder / "kept"


def log_folder() -> Path | None:
    """The log; None where the system names no place."""
    return _named(lambda: _DIRS.user_log_dir)


def settings_folder() -> Path | None:
    """Where an office's settings are looked for; None where the system names no place."""
    return _named(lambda: _ROAMING.user_config_dir)


def _named(folder: Callable[[], str]) -> Path | None:
    try:
        path = Path(folder())
    except (RuntimeError, LookupError, ValueError, OSError):  # no home
        return None
    return path if path.is_absolute() else None
