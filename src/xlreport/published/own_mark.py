"""The mark in every file of a report: whose it is, and a hash of its content, by which the tool knows its own unedited files.

The hash is computed over the file with zeros in its place; of a zip (a Word document) over the parts, however they are
packed. A file saved by any other program bears no mark that fits. Whose it is stands there as hashes: of unit, year, period
and form, and of the unit's code.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.filing import Filing

_NAME: Final = "xlreport-sha256:"
_MARK = re.compile(rb"xlreport-of:([0-9a-f]{32})-([0-9a-f]{16}) xlreport-sha256:([0-9a-f]{64})")

_BLANK: Final = f"{_NAME}{'0' * 64}".encode()

_NO_CODE: Final = "0" * 16

_SOURCE: Final = "xlreport-from:"


class Mark(NamedTuple):
    """The mark of a file: hashes of its report and of the unit's code (zeros where it has none), and of its content."""

    report: str
    code: str
    digest: str

    def of(self, filing: Filing) -> bool:
        """Whether the file is of this filing; where the unit has no code yet, its name tells."""
        report, code = _owner(filing)
        return report == self.report and (code == self.code or _NO_CODE in (code, self.code))


def blank(filing: Filing) -> str:
    """What a renderer writes where the mark is to stand, once in a file."""
    return f"xlreport-of:{'-'.join(_owner(filing))} {_BLANK.decode()}"


def marked(data: bytes) -> bytes:
    """A file of text with its mark in place of `blank`."""
    return marked_parts({"": data})[""]


def marked_parts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a document with its mark in place of `blank`."""
    mark = _NAME.encode() + _digest(parts).encode()
    return {name: content.replace(_BLANK, mark, 1) for name, content in parts.items()}


def with_comment(pdf: bytes, docx: bytes, filing: Filing) -> bytes:
    """A PDF with its mark, and that of the Word report it was made of, in comments behind its end."""
    source = own_mark(docx)
    return marked(pdf + f"%{_SOURCE}{source.digest if source else ''}\n%{blank(filing)}\n".encode())


def made_of(pdf: bytes, docx: bytes) -> bool:
    """Whether a PDF is as the tool made it, of this very Word report."""
    source = own_mark(docx)
    return source is not None and f"%{_SOURCE}{source.digest}\n".encode() in pdf and own_mark(pdf) is not None


def own_mark(data: bytes) -> Mark | None:
    """The mark of a file that is as the tool made it; None for one that was edited, or never had a mark."""
    try:
        parts = Zip(data).parts() if data.startswith(b"PK") else {"": data}
    except BadZip:
        return None
    marks = [Mark(*map(bytes.decode, mark)) for content in parts.values() for mark in _MARK.findall(content)]
    if len(marks) != 1:
        return None
    own = _NAME.encode() + marks[0].digest.encode()
    fits = marks[0].digest == _digest({name: content.replace(own, _BLANK) for name, content in parts.items()})
    return marks[0] if fits else None


def _owner(filing: Filing) -> tuple[str, str]:
    """Hashes of what makes a report another, and of the unit's code."""
    report = "\n".join((filing.form.id, str(filing.year), unicodedata.normalize("NFC", filing.unit), filing.period))
    code = filing.values.get("unit.code")
    return _hash(report)[:32], _NO_CODE if code is None else _hash(str(code))[:16]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest(parts: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(parts):
        whole.update(f"{len(name)} {len(parts[name])} {name}\n".encode())
        whole.update(parts[name])
    return whole.hexdigest()
