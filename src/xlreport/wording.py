"""Words that messages of every part share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def shortened(text: str, most: int) -> str:
    """A text on one line, at most `most` characters of it."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def cannot_open(what: str, path: Path, error: OSError) -> str:
    """The sentence for a file that cannot be read; `what` names it: 设置文件“a.toml”."""
    reason = "是一个文件夹" if path.is_dir() else error.strerror
    return f"{what}打不开（{reason}），请检查路径和权限。"
