"""Files that are no workbook of ours, as they arrive: built byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def ole(*streams: str) -> bytes:
    """The beginning of an OLE container with these streams in its directory."""
    header = OLE + bytes(16) + struct.pack("<HHH", 0x3E, 3, 0xFFFE) + bytes(512 - 30)
    return header + b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in ("Root Entry", *streams))


def package(parts: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'

WORD = "openxmlformats-officedocument.wordprocessingml.document"


def with_main(content_type: str) -> dict[str, str]:
    """The parts of a package whose main part is of this type, wherever it stands."""
    return {
        "[Content_Types].xml": CONTENT_TYPES.replace(
            "/>", f'><Override PartName="/MAIN/part.bin" ContentType="{content_type}"/></Types>'
        ),
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="main/part.bin" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument"/></Relationships>',
        "main/part.bin": "",
    }


def with_macros(kind: str) -> dict[str, str]:
    """A workbook that says it has none, and relates to a part that holds them."""
    return with_main("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml") | {
        "main/_rels/part.bin.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Target="x.bin" Type="http://schemas.microsoft.com/office/2006/relationships/{kind}"/>'
        "</Relationships>"
    }


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'

EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


@cache
def zip_bomb() -> bytes:
    """A few hundred kilobytes that unpack to 300 megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        with archive.open("xl/media/image1.png", "w") as part:
            for _ in range(300):
                part.write(bytes(2**20))
    return buffer.getvalue()


def lying_bomb() -> bytes:
    """A part that claims to be small and is not: the sizes in the directory are forged."""
    data = bytearray(zip_bomb())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def blanks(megabytes: int) -> bytes:
    """A part that is parsed, with styled blank cells, many megabytes of them."""
    row = "<row>" + '<c s="1"/>' * 1000 + "</row>"
    rows = megabytes * 2**20 // len(row) + 1
    parts = with_main("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "_rels/.rels"):
            archive.writestr(name, parts[name])
        with archive.open("main/part.bin", "w") as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(rows):
                part.write(row.encode())
            part.write(b"</sheetData></worksheet>")
    return buffer.getvalue()


def many_parts(count: int) -> bytes:
    return package({"[Content_Types].xml": CONTENT_TYPES} | {f"p{n}": b"" for n in range(count)})


def encrypted_zip() -> bytes:
    """A zip whose entries carry the encryption flag."""
    data = bytearray(package({"[Content_Types].xml": CONTENT_TYPES}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)
