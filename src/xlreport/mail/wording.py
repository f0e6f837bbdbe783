"""The words of mails and sign-off sheets: Jinja2 templates that an office can replace by its own.

`subject.txt`, `body.txt` and `signoff.html` lie in this package; a file of the same name in the folder that
xlreport.toml names stands before it. Templates are sandboxed and undefined names are errors.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport.errors import DefinitionError
from xlreport.storage.files import MAX_TEXT, read_bounded
from xlreport.storage.plain_data import Malformed, decode_text
from xlreport.wording import cannot_open, cut, day, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from xlreport.published.archive import Change, Manifest

_OWN = Path(__file__).parent / "templates"

SUBJECT, BODY, SIGNOFF = "subject.txt", "body.txt", "signoff.html"
FINDINGS, SELF_CHECK = "findings.html", "self_check.html"

#: How many changed values the body of a correction lists; all of them stand in the package.
LISTED_CHANGES = 60


def render(name: str, context: Mapping[str, object], folder: Path | None = None) -> str:
    """One template with its variables. `folder` holds the office's own templates; HTML is escaped, text is not.

    Raises DefinitionError where an office's own template cannot be read or does not work.
    """
    from jinja2 import DictLoader, TemplateSyntaxError  # start-up

    from xlreport.storage.jinja_bounds import BoundedEnvironment
    from xlreport.storage.jinja_cache import KeptBytecode
    from xlreport.storage.jinja_faults import FAULTS, Unknown, reason, slip_text

    path = next(p for p in ((folder / name) if folder else None, _OWN / name) if p is not None and p.exists())
    try:
        source = decode_text(read_bounded(path, MAX_TEXT))
    except OSError as error:
        raise DefinitionError(cannot_open(f"邮件模板“{path}”", path, error)) from None
    except Malformed as error:
        raise DefinitionError(f"邮件模板“{path}”{error}。") from None
    environment = BoundedEnvironment(
        loader=DictLoader({name: source}),
        bytecode_cache=KeptBytecode(),
        autoescape=name.endswith(".html"),
        undefined=Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(name).render(context)
    except TemplateSyntaxError as error:
        raise DefinitionError(f"邮件模板“{path}”第{error.lineno}行写法不对（{slip_text(error)}），请改正。") from None
    except FAULTS as error:
        raise DefinitionError(
            f"邮件模板“{path}”不能使用（{reason(error)}），请改正，或删去它以使用默认模板。"
        ) from None


def one_line(text: str) -> str:
    """`text` as one header line: line breaks, controls and direction marks become a space or nothing."""
    spaced = "".join(" " if c.isspace() or unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in spaced if unicodedata.category(c) not in ("Cf", "Cs")).split())


#: The longest value that a mail prints whole.
_VALUE = 40


def value_text(value: object) -> str:
    """A value as a mail prints it."""
    text = shown(value)
    return text if len(text) <= _VALUE else f"“{cut(text, _VALUE)}”"


#: What the parts of a package are to its reader, by kind.
CONTENTS = {
    "docx": "报告",
    "pdf": "PDF 报告",
    "html": "网页",
    "workbook": "填报工作簿",
    "json": "数据",
    "findings_page": "核对情况",
    "self_check": "自查表",
}


def mail_context(
    manifest: Manifest, package: str, digest: str, *, attached: Sequence[str], on: date
) -> dict[str, object]:
    """The variables of subject.txt and body.txt (docs/mail.md lists them)."""
    correction = manifest.correction
    changes = correction.changes if correction else ()
    return {
        "report": one_line(manifest.report_title),
        "attached": attached,
        "contents": [word for kind, word in CONTENTS.items() if any(part.kind == kind for part in manifest.parts)],
        "date": day(on),
        "title": manifest.report,
        "unit": one_line(manifest.unit),
        "unit_code": manifest.unit_code or "",
        "year": manifest.year,
        "upward": manifest.upward,
        "contact": manifest.contact,
        "correction": correction,
        "changes": [change_words(change) for change in changes[:LISTED_CHANGES]],
        "more_changes": max(len(changes) - LISTED_CHANGES, 0),
        "parts": manifest.parts,
        "package": package,
        "sha256": digest,
    }


def change_words(change: Change) -> dict[str, str]:
    return {"field": change.field, "name": change.name, "old": value_text(change.old), "new": value_text(change.new)}
