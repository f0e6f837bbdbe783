"""Send a sealed package to the office above: once, over TLS, with a receipt."""

from __future__ import annotations

import time
from datetime import datetime
from email import policy
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from xlreport.errors import EnvironmentFault, UsageError
from xlreport.mail.message import compose, mailbox, reports_in
from xlreport.mail.receipt import Receipt, claimed, receipts, record, sendings
from xlreport.mail.settings import SETTINGS_FILE, find_settings, settings_path, smtp_password
from xlreport.mail.smtp import SmtpFault, tls_context, upload
from xlreport.published.archive import open_package, sha256

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.headerregistry import Address
    from email.message import EmailMessage
    from pathlib import Path

    from xlreport.mail.receipt import Claim
    from xlreport.mail.settings import Settings, SmtpSettings


def _now() -> datetime:
    return datetime.now().astimezone()


def send_package(
    package: Path,
    settings: Settings | None = None,
    *,
    dry_run: bool = False,
    again: bool = False,
    now: Callable[[], datetime] = _now,
    sleep: Callable[[float], None] = time.sleep,
) -> Receipt:
    """Send one package and write its receipt beside it.

    `settings` default to the user's own xlreport.toml. A dry run checks the package, the settings and the receipts, and
    touches neither the network nor the disk. `again` sends what was sent before.

    Raises InputError (no sealed package, or changed since), UsageError (sent before, being sent, no address),
    DefinitionError (a mail template), EnvironmentFault (settings, password, server, disk).
    """
    manifest, parts, data = open_package(package)
    settings = settings if settings is not None else find_settings()
    smtp = settings.smtp
    if smtp is None:
        where = settings.path or settings_path() or SETTINGS_FILE
        raise EnvironmentFault(
            f"没有设置发信服务器，请在“{where}”里写 [smtp] 的 host、user 等项，或用邮件草稿手工发送。"
        )
    if not manifest.upward.address:
        raise UsageError(f"报送包“{package.name}”没有收件人，请在“基本信息”里填写报送邮箱后再生成一次报送包。")
    digest = sha256(data)
    sender, moment = _sender(smtp), now()
    message = compose(
        manifest,
        package.name,
        data,
        digest,
        on=moment,
        reports=reports_in(manifest, parts),
        templates=settings.resolve(settings.mail.templates),
        cc=settings.mail.cc,
    )
    message["From"] = sender
    message["Date"] = format_datetime(moment)
    receipt = Receipt(
        package=package.name,
        sha256=digest,
        state="dry-run" if dry_run else "preparing",
        sender=sender.addr_spec,
        to=_recipients(message),
        subject=str(message["Subject"]),
        message_id="",
        when=moment.isoformat(timespec="seconds"),
        server=f"{smtp.host}:{smtp.actual_port}",
        size=0,
    )
    if dry_run:
        return _numbered(package, receipt, message, again=again)[0]
    password = smtp_password(smtp) if smtp.user else None
    with claimed(package, receipt, again=again) as claim:
        receipt, raw = _numbered(package, receipt, message, again=again)
        exchange = Exchange(smtp, settings, password, raw, sleep)
        return _send(exchange, claim, receipt, now)


class Exchange(NamedTuple):
    """What one sending takes: with whom, in whose name, the mail, and how to wait."""

    smtp: SmtpSettings
    settings: Settings
    password: str | None
    raw: bytes
    sleep: Callable[[float], None]


def _numbered(package: Path, receipt: Receipt, message: EmailMessage, *, again: bool) -> tuple[Receipt, bytes]:
    """The receipt and the bytes of the mail under its Message-ID. Raises UsageError where it was sent before."""
    receipts(package)  # Unreadable, it would hide an earlier sending.
    earlier = sendings(package, receipt.sha256)
    if earlier and not again:
        last = earlier[-1]
        raise UsageError(
            f"报送包“{package.name}”已于{last.when}发给 {'、'.join(last.to)}，没有重发；确要重发请加 --again。"
        )
    # The id follows from the bytes: a retry that arrives twice can be told apart from a second sending.
    number = f".{len(earlier)}" if earlier else ""
    message["Message-ID"] = f"<{receipt.sha256[:40]}{number}@{receipt.sender.rpartition('@')[2]}>"
    raw = message.as_bytes(policy=policy.SMTP)
    return msgspec.structs.replace(receipt, message_id=str(message["Message-ID"]), size=len(raw)), raw


def _send(exchange: Exchange, claim: Claim, receipt: Receipt, now: Callable[[], datetime]) -> Receipt:
    """Upload under a claim, and put on record what became of it."""
    package = claim.package
    try:
        answer, attempts = _persist(exchange, claim, receipt)
    except SmtpFault as fault:
        if fault.uncertain:
            claim.settle(msgspec.structs.replace(receipt, state="uncertain"))
            raise EnvironmentFault(
                f"发送报送包“{package.name}”时状态不明：{fault.sentence}，不能确定是否送达，请先向对方核实，确要重发请加 --again。"
            ) from None
        tried = f"（共试了{exchange.smtp.attempts}次），请稍后再发" if fault.temporary else ""
        raise EnvironmentFault(f"报送包“{package.name}”没有发出：{fault.sentence}{tried}。") from None
    except BaseException:
        if claim.left:
            claim.settle(msgspec.structs.replace(receipt, state="uncertain"))
        raise
    done = msgspec.structs.replace(
        receipt, state="sent", answer=answer, attempts=attempts, when=now().isoformat(timespec="seconds")
    )
    record(package, done)
    claim.left = False
    return done


def _persist(exchange: Exchange, claim: Claim, receipt: Receipt) -> tuple[str, int]:
    """Upload, again after temporary failures with doubled waits. Returns the answer and the number of attempts.

    A failure that leaves it uncertain whether the mail was taken is the last one.
    """
    smtp = exchange.smtp
    context = tls_context(exchange.settings.resolve(smtp.ca_file))

    def committing() -> None:
        claim.note(msgspec.structs.replace(receipt, state="sending"))

    attempt = 1
    while True:
        try:
            return (
                upload(
                    smtp, context, exchange.password, receipt.sender, receipt.to, exchange.raw, committing=committing
                ),
                attempt,
            )
        except SmtpFault as fault:
            if fault.uncertain:
                raise
            claim.left = False  # refused in so many words
            if not fault.temporary or attempt == smtp.attempts:
                raise
        claim.note(receipt)
        exchange.sleep(smtp.backoff * 2 ** (attempt - 1))
        attempt += 1


def _sender(smtp: SmtpSettings) -> Address:
    try:
        return mailbox(smtp.sender or smtp.user)
    except ValueError:
        raise EnvironmentFault(
            f"“{SETTINGS_FILE}”的 smtp.sender 应为发件人邮箱（如 xxgk@example.gov.cn），请改正。"
        ) from None


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    recipients = [
        address.addr_spec
        for name in ("To", "Cc")
        for header in message.get_all(name, [])
        for address in header.addresses
    ]
    return tuple(dict.fromkeys(recipients))
