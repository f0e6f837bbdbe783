"""The mark in every file of a report: a hash of its content, by which the tool knows its own unedited files.

It is computed over the file with zeros in its place; of a zip (a Word document) over the parts, however they are packed.
A file saved by any other program bears no mark that fits.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = "xlreport-sha256:"
_MARK = re.compile(_NAME.encode() + rb"([0-9a-f]{64})")

#: What a renderer writes where the mark is to stand, once in a file.
BLANK: Final = _NAME + "0" * 64

_BLANK: Final = BLANK.encode()

_SOURCE: Final = "xlreport-from:"


def marked(data: bytes) -> bytes:
    """A file of text with its mark in place of `BLANK`."""
    return marked_parts({"": data})[""]


def marked_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a document with its mark in place of `BLANK`."""
    mark = _NAME.encode() + _digest(parts).encode()
    return {name: content.replace(_BLANK, mark, 1) for name, content in parts.items()}


def with_comment(pdf: bytes, docx: bytes) -> bytes:
    """A PDF with its mark, and that of the Word report it was made of, in comments behind its end."""
    return marked(pdf + f"%{_SOURCE}{own_mark(docx)}\n%{BLANK}\n".encode())


def made_of(pdf: bytes, docx: bytes) -> bool:
    """Whether a PDF is as the tool made it, of this very Word report."""
    source = own_mark(docx)
    return source is not None and f"%{_SOURCE}{source}\n".encode() in pdf and own_mark(pdf) is not None


def own_mark(data: bytes) -> str | None:
    """The mark of a file that is as the tool made it; None for one that was edited, or never had a mark."""
    try:
        parts = Zip(data).parts() if data.startswith(b"PK") else {"": data}
    except BadZip:
        return None
    marks = [mark for content in parts.values() for mark in _MARK.findall(content)]
    if len(marks) != 1:
        return None
    digest = _digest({name: _MARK.sub(_BLANK, content) for name, content in parts.items()})
    return digest if marks[0] == digest.encode() else None


def _digest(parts: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(parts):
        whole.update(f"{len(name)} {len(parts[name])} {name}\n".encode())
        whole.update(parts[name])
    return whole.hexdigest()
