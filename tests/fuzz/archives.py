"""What happens to a file on its way: bytes lost or changed, entries of the archive missing, doubled, renamed, swapped."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Entries: TypeAlias = "list[tuple[str, bytes]]"

NAMES = (
    "xl/workbook.xml",
    "xl/worksheets/sheet3.xml",
    "[Content_Types].xml",
    "xl/vbaProject.bin",
    "content.xml",
    "../../etc/x.xml",
    "XL/WORKBOOK.XML",
    "xl\\workbook.xml",
    "/xl/workbook.xml",
    "",
    "表.xml",
)


def entries(content: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def packed(parts: Entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts:
            info = zipfile.ZipInfo(name or "_")
            info.compress_type = method
            archive.writestr(info, data, compresslevel=1)
    return buffer.getvalue()


def flipped(rng: Random, content: bytes) -> bytes:
    """A few bits anywhere."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 4, 40))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def flipped_directory(rng: Random, content: bytes) -> bytes:
    """A few bits of the directory at the end."""
    data = bytearray(content)
    start = content.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", content[start + 16 : start + 20])[0]
    for _ in range(rng.choice((1, 2, 8))):
        data[rng.randrange(start, len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def flipped_header(rng: Random, content: bytes) -> bytes:
    """A byte of an entry's own header."""
    data = bytearray(content)
    starts = [n for n in range(len(content) - 4) if content[n : n + 4] == b"PK\x03\x04"]
    data[rng.choice(starts) + rng.randrange(4, 30)] = rng.randrange(256)
    return bytes(data)


def truncated(rng: Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content))]


def cut_out(rng: Random, content: bytes) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.choice((1, 16, 512, 4096)) :]


def inserted(rng: Random, content: bytes) -> bytes:
    at = rng.choice((0, rng.randrange(len(content)), len(content)))
    return content[:at] + rng.randbytes(rng.choice((1, 16, 512))) + content[at:]


def wrong_checksum(rng: Random, content: bytes) -> bytes:
    data = bytearray(content)
    starts = [n for n in range(len(content) - 4) if content[n : n + 4] == b"PK\x01\x02"]
    at = rng.choice(starts) + 16
    data[at : at + 4] = rng.randbytes(4)
    return bytes(data)


def doubled_entry(rng: Random, content: bytes) -> bytes:
    """One name twice, with other content: which one counts is anybody's guess."""
    parts = entries(content)
    name, data = rng.choice(parts)
    extra = data.replace(b"3", b"4") if rng.random() < 0.7 else rng.choice(parts)[1]
    parts.insert(rng.randrange(len(parts) + 1), (name, extra))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, body in parts:
            archive.NameToInfo.pop(each, None)
            archive.writestr(each, body)
    return buffer.getvalue()


def missing_entry(rng: Random, content: bytes) -> bytes:
    parts = entries(content)
    parts.pop(rng.randrange(len(parts)))
    return packed(parts)


def renamed_entry(rng: Random, content: bytes) -> bytes:
    parts = entries(content)
    n = rng.randrange(len(parts))
    name = parts[n][0]
    new = rng.choice((*NAMES, name.upper(), name.replace("/", "\\"), name + "x", "./" + name))
    parts[n] = new, parts[n][1]
    return _unique(parts)


def swapped_entries(rng: Random, content: bytes) -> bytes:
    """Two parts under each other's name: two sheets, as often as not."""
    parts = entries(content)
    sheets = [n for n, (name, _) in enumerate(parts) if "worksheets/sheet" in name]
    one, other = rng.sample(sheets if rng.random() < 0.6 else range(len(parts)), 2)
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    return packed(parts)


def reordered(rng: Random, content: bytes) -> bytes:
    parts = entries(content)
    rng.shuffle(parts)
    return packed(parts, rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


def emptied(rng: Random, content: bytes) -> bytes:
    parts = entries(content)
    n = rng.randrange(len(parts))
    name, data = parts[n]
    parts[n] = name, rng.choice((b"", data[: len(data) // 2], b"\x00" * len(data), data + b"<x/>", b"<x/>"))
    return packed(parts)


def added_entry(rng: Random, content: bytes) -> bytes:
    parts = entries(content)
    body = rng.choice((b"", b"x" * 100_000, b"<x/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'))
    parts.append((rng.choice(("xl/extra.xml", "xl/media/image1.png", "customXml/item1.xml", *NAMES[3:])), body))
    return _unique(parts)


def _unique(parts: Entries) -> bytes:
    return packed(list({name: (name, data) for name, data in parts}.values()))


ARCHIVES: tuple[Callable[[Random, bytes], bytes], ...] = (
    flipped,
    flipped_directory,
    flipped_header,
    truncated,
    cut_out,
    inserted,
    wrong_checksum,
    doubled_entry,
    missing_entry,
    renamed_entry,
    swapped_entries,
    reordered,
    emptied,
    added_entry,
)
