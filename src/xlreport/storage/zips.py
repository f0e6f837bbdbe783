"""A zip file in memory, read with bounds: its directory within limits, its parts by name and never beyond a size."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final, NamedTuple

_CHUNK: Final = 2**16

#: Packing that is read: what the packages of Office may have (ECMA-376 part 2, annex C).
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

#: Below this size (bytes, all parts together) it does not matter how well they were packed.
_SMALL: Final = 2**25

#: What damage makes the standard library raise.
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


class BadZip(Exception):
    """No zip file, or one that is cut off, damaged, packed in a way that is not read, or names a part twice."""


class TooLarge(BadZip):
    """More parts, or more in them, than the limits allow."""


class Limits(NamedTuple):
    """How many parts there may be, how many bytes in all of them, and how many for each byte of the file."""

    parts: int = 5_000
    size: int = 200_000_000
    ratio: int = 500


class Zip:
    """A zip file. Raises BadZip, TooLarge among them, when it is opened and when a part is read.

    `names` are those of its parts in the order of the directory, folders (ending in "/") included. A part of a file
    that is `encrypted` cannot be read.
    """

    def __init__(self, content: bytes, limits: Limits = Limits()) -> None:  # noqa: B008  (a tuple: nobody can alter it)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise BadZip from error
        entries = self._archive.infolist()
        self._entries = {entry.filename: entry for entry in entries}
        self._limits = limits
        size = sum(entry.file_size for entry in entries)
        if len(entries) > limits.parts or size > max(_SMALL, limits.ratio * len(content)) or size > limits.size:
            raise TooLarge
        if len(self._entries) < len(entries):
            raise BadZip
        self.names = tuple(self._entries)
        self.encrypted = any(entry.flag_bits & 0x1 for entry in entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """How many bytes a part is said to have, unpacked. It never gives more."""
        return self._entries[name].file_size

    def read(self, name: str, most: int | None = None) -> bytes:
        """A part, read in pieces whatever size it claims to have. Raises TooLarge where it has more than `most` bytes."""
        most = self._limits.size if most is None else most
        entry = self._entries[name]
        if entry.compress_type not in _METHODS:
            raise BadZip
        pieces: list[bytes] = []
        size = 0
        try:
            with self._archive.open(entry) as source:
                while piece := source.read(_CHUNK):
                    size += len(piece)
                    if size > most:
                        raise TooLarge
                    pieces.append(piece)
        except _DAMAGE as error:
            raise BadZip from error
        return b"".join(pieces)

    def parts(self) -> dict[str, bytes]:
        """Every part by name, folders left out."""
        return {name: self.read(name) for name in self.names if not name.endswith("/")}
