"""What is kept on disk between runs because making it takes long: prepared templates, compiled pages, loaded forms.

Whatever is missing, stale or damaged is simply made again; where nothing can be kept, nothing is. Only files that belong
to the user, in a folder that nobody else may write to, are believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import stat
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from xlreport.storage.folders import cache_folder
from xlreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAGIC: Final = b"xlreport kept\n"

_SHA256: Final = 32

#: So many files are kept, the newest.
_KEPT: Final = 200

_PACKAGE: Final = Path(__file__).parent.parent


def load(key: str) -> bytes | None:
    """What was kept under `key`; None where that is nothing, or not what was written, or not the user's own."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        with _file(folder, key).open("rb") as file:
            if not (_own(os.fstat(file.fileno())) and _own(folder.stat())):
                return None
            content = file.read()
    except OSError:
        return None
    start = len(_MAGIC) + _SHA256
    payload = content[start:]
    return payload if content[:start] == _seal(key, payload) else None


def keep(key: str, payload: bytes) -> None:
    """Keep `payload` under `key`, written in one step; a folder that cannot be written to keeps nothing."""
    folder = cache_folder()
    if folder is None:
        return
    file = _file(folder, key)
    part = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(part, flags, 0o600), "wb") as to:
                to.write(_seal(key, payload) + payload)
            part.replace(file)
            for old in sorted(folder.glob("*.bin"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
                old.unlink()
        finally:
            part.unlink(missing_ok=True)


def load_struct(key: str, known: Mapping[str, object]) -> Any | None:
    """The struct (or the tuples and dicts of structs) kept under `key`, as `keep_struct` kept it; None where there is none.

    Nothing but structs of this program and plain data comes back, whatever the file says. `known` are the objects
    that it refers to by name.
    """
    payload = load(key)
    if payload is None:
        return None
    try:
        return _Loader(io.BytesIO(payload), known).load()
    except Exception:  # noqa: BLE001  (what cannot be loaded is made again)
        return None


def keep_struct(key: str, value: object, known: Mapping[str, object]) -> None:
    """Keep structs, plain data and references to `known` under `key`."""
    buffer = io.BytesIO()
    _Keeper(buffer, known).dump(value)
    keep(key, buffer.getvalue())


@cache
def program() -> str:
    """Stands for this program as it is installed: its version and modules, Python and msgspec."""
    makers = (__version__, sys.version, msgspec.__version__, str(_PACKAGE), sorted(_modules(str(_PACKAGE))))
    return hashlib.sha256(repr(makers).encode()).hexdigest()


def _modules(folder: str) -> Iterator[tuple[str, int, int]]:
    """Every module below a folder: which of them decide what structs mean, nobody has to know."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _modules(entry.path)


def _seal(key: str, payload: bytes) -> bytes:
    """What stands before a payload: it was kept under this key, and is whole."""
    return _MAGIC + hashlib.sha256(f"{key}\n".encode() + payload).digest()


def _own(status: os.stat_result) -> bool:
    """Whether a file is the user's, and nobody else's to write. On Windows the profile's own rights see to that."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _file(folder: Path, key: str) -> Path:
    return folder / f"{key}.bin"


class _Keeper(pickle.Pickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file, protocol=5)
        self.names = {id(each): name for name, each in known.items()}

    def persistent_id(self, each: object) -> str | None:
        return self.names.get(id(each))


class _Loader(pickle.Unpickler):
    """An unpickler that knows structs of this program and nothing else: no file can make it call anything."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, object]) -> None:
        super().__init__(file)
        self.known = known

    def persistent_load(self, name: str) -> object:
        return self.known[name]

    def find_class(self, module: str, name: str) -> Any:
        named = super().find_class(module, name) if module.startswith("xlreport.") else None
        if isinstance(named, type) and (issubclass(named, msgspec.Struct) or hasattr(named, "__dataclass_fields__")):
            return named
        if (module, name) == ("msgspec._utils", "rebuild"):  # makes a struct of keyword arguments
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")
