"""What is kept on disk between runs because making it takes long: prepared Word templates, compiled page templates.

Whatever is missing, stale or damaged is simply made again; where nothing can be kept, nothing is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2

from xlreport import __version__

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

_MAGIC: Final = b"xlreport template\n"

_SHA256: Final = 32

#: So many files are kept, the newest.
_KEPT: Final = 20


def cache_folder() -> Path | None:
    """The user's cache folder for templates; None where the system names none."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111  (Path.home() raises where there is no home)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(base) / "xlreport" / "templates" if base and Path(base).is_absolute() else None


def load(key: str) -> bytes | None:
    """What was kept under `key`; None where that is nothing, or not what was written."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        content = _file(folder, key).read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + _SHA256
    payload = content[start:]
    return payload if content[:start] == _MAGIC + hashlib.sha256(payload).digest() else None


def keep(key: str, payload: bytes) -> None:
    """Keep `payload` under `key`, written in one step; a folder that cannot be written to keeps nothing."""
    folder = cache_folder()
    if folder is None:
        return
    file = _file(folder, key)
    part = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_MAGIC + hashlib.sha256(payload).digest() + payload)
            part.replace(file)
            for old in sorted(folder.glob("*.bin"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
                old.unlink()
        finally:
            part.unlink(missing_ok=True)


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key}.bin"


class KeptBytecode(jinja2.BytecodeCache):
    """Compiled Jinja templates of pages, for `Environment(bytecode_cache=KeptBytecode())`."""

    def load_bytecode(self, bucket: Bucket) -> None:
        payload = load(self._key(bucket))
        if payload is not None:
            bucket.bytecode_from_string(payload)

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        """The template and everything that has a hand in compiling it: a stale file is never even opened."""
        makers = (bucket.key, bucket.checksum, __version__, sys.version, jinja2.__version__)
        return hashlib.sha256(repr(makers).encode()).hexdigest()
