"""The mail that carries a package upward: the draft an office opens, and what `send` uploads.

File names are written twice, for every mail program: RFC 2231 in Content-Disposition (filename*=utf-8''…), which
Thunderbird, Outlook and new Foxmail read, and RFC 2047 in Content-Type (name="=?utf-8?B?…?="), for older ones.
"""

from __future__ import annotations

import base64
import re
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import quote

from xlreport.errors import UsageError
from xlreport.mail.wording import BODY, SUBJECT, mail_context, one_line, render
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from email.policy import Policy
    from pathlib import Path

    from xlreport.published.archive import Manifest

#: addr-spec as mail systems really have it: ASCII, no quoting, a dot in the domain (or localhost).
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:localhost|[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)\Z"
)

#: So many addresses may a cell hold; letters of a subject and of a name in a header.
MAX_ADDRESSES, _SUBJECT, _NAME = 50, 300, 100

#: The kinds of parts that a leader reads, with their types: they are attached beside the package too.
TYPES = {"docx": "vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "pdf"}

#: Characters of UTF-8 in one encoded word: 45 bytes make 60 of base64, within the 75 of RFC 2047.
_WORD_BYTES = 45


class _Folded(str):
    """A header value that is written as it is, line folds included: the email package would encode it again."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}".replace("\r\n", "\n").replace("\n", policy.linesep)


class BadAddress(ValueError):
    """Its text is what stands in the place of an address."""


def addresses(text: str) -> list[str]:
    """The addresses in a cell: one, or several with commas, semicolons, 、 or spaces between them.

    Raises ValueError with the beginning of the first word that is no address, or is one too many.
    """
    words = [word for word in re.split(r"[\s,;，；、]+", text.strip()) if word]
    for number, word in enumerate(words, start=1):
        if number > MAX_ADDRESSES:
            raise BadAddress(f"{shortened(word, _NAME)}（第{number}个，最多{MAX_ADDRESSES}个）")
        if not _ADDRESS.match(word):
            raise BadAddress(shortened(word, _NAME))
    return words


def mailbox(text: str) -> Address:
    """名称 <地址>, or a bare address. Raises BadAddress where the address is none."""
    match = re.fullmatch(r"\s*(?:(.*?)\s*<([^<>]*)>|([^<>]*))\s*", text, re.DOTALL)
    if match is None:
        raise BadAddress(text)
    named = addresses(match[2] if match[2] is not None else match[3])
    if len(named) != 1:
        raise BadAddress(text)
    return Address(shortened(one_line(match[1] or "").strip('"'), _NAME), addr_spec=named[0])


def compose(
    manifest: Manifest,
    package: str,
    data: bytes,
    digest: str,
    *,
    on: date,
    reports: Mapping[str, bytes] | None = None,
    templates: Path | None = None,
    cc: Sequence[str] = (),
) -> EmailMessage:
    """The message with the package attached, addressed to the office above; no From, Date or Message-ID yet.

    `reports` are the files by name that go beside the package, so that whoever reads need not open it. `on` stands
    under the signature. Raises UsageError where an address is none, DefinitionError where a template does not work.
    """
    reports = reports or {}
    context = mail_context(manifest, package, digest, attached=list(reports), on=on)
    message = EmailMessage(policy=policy.SMTP)
    try:
        to = addresses(manifest.upward.address)
    except BadAddress as error:
        raise UsageError(f"报送邮箱“{one_line(str(error))}”不是邮箱地址，请在“基本信息”里改正后再生成一次。") from None
    try:
        copies = [mailbox(text) for text in cc]
    except BadAddress as error:
        raise UsageError(f"设置文件里 mail.cc 的“{one_line(str(error))}”不是邮箱地址，请改正。") from None
    name = shortened(one_line(manifest.upward.name), _NAME) if len(to) == 1 else ""
    subject = shortened(one_line(render(SUBJECT, context, templates)), _SUBJECT)
    try:
        message["To"] = [Address(name, addr_spec=spec) for spec in to]
        if copies:
            message["Cc"] = copies
        message["Subject"] = subject
    except (MessageError, ValueError):
        raise UsageError(
            f"邮件的收件人“{name or '、'.join(to)}”或主题“{subject}”不能用，请核对单位名称和邮箱。"
        ) from None
    body = render(BODY, context, templates).replace("\r\n", "\n").strip("\n") + "\n"
    message.set_content(body, charset="utf-8", cte="base64")
    message.make_mixed(boundary=f"=_xlreport_{digest[:32]}")
    for name, report in reports.items():
        _attach(message, name, report, TYPES[name.rpartition(".")[2]])
    _attach(message, package, data, "zip")
    return message


def reports_in(manifest: Manifest, parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Of the parts of a package, the reports that people read, by name."""
    return {entry.name: parts[entry.name] for entry in manifest.parts if entry.kind in TYPES}


def _attach(message: EmailMessage, name: str, data: bytes, subtype: str) -> None:
    part = EmailMessage(policy=policy.SMTP)
    part.set_content(data, "application", subtype, cte="base64")
    _replace(part, "Content-Type", f'application/{subtype};\r\n name="{encoded_words(name)}"')
    _replace(part, "Content-Disposition", f"attachment;\r\n filename*=utf-8''{quote(name, safe='')}")
    del part["MIME-Version"]
    message.attach(part)


def draft(message: EmailMessage) -> bytes:
    """The bytes of an .eml that mail programs open as an unsent mail."""
    message["X-Unsent"] = "1"
    return message.as_bytes(policy=policy.SMTP)


def encoded_words(text: str) -> str:
    """RFC 2047 encoded words of `text`, one a line, no character split; plain ASCII stays as it is."""
    if text.isascii() and not re.search(r'["\\\x00-\x1f\x7f]|=\?', text):
        return text
    pieces, piece = [], b""
    for char in text:
        raw = char.encode()
        if len(piece) + len(raw) > _WORD_BYTES:
            pieces.append(piece)
            piece = b""
        piece += raw
    pieces.append(piece)
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(p).decode()}?=" for p in pieces)


def _replace(part: EmailMessage, name: str, text: str) -> None:
    value = _Folded(text)
    value.name = name
    del part[name]
    part[name] = value
