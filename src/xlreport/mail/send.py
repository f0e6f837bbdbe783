"""Send a sealed package to the office above: once, over TLS, with a receipt."""

from __future__ import annotations

import time
from datetime import datetime
from email import policy
from email.utils import format_datetime
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault, UsageError
from xlreport.mail.archive import open_package, sha256
from xlreport.mail.message import compose, mailbox
from xlreport.mail.receipt import Receipt, claim, receipts, record, release, sendings
from xlreport.mail.settings import SETTINGS_FILE, find_settings, smtp_password
from xlreport.mail.smtp import SmtpFault, tls_context, upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.headerregistry import Address
    from email.message import EmailMessage
    from pathlib import Path

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

    `settings` default to the xlreport.toml that `find_settings` finds for the package. A dry run checks the package, the
    settings and the receipts, and touches neither the network nor the disk. `again` sends what was sent before.

    Raises InputError (no sealed package, or changed since), UsageError (sent before, no address), DefinitionError (a
    mail template), EnvironmentFault (settings, password, server, disk).
    """
    manifest, _, data = open_package(package)
    settings = settings if settings is not None else find_settings(package)
    smtp = settings.smtp
    if smtp is None:
        where = settings.path or SETTINGS_FILE
        raise EnvironmentFault(
            f"没有设置发信服务器，请在“{where}”里写 [smtp] 的 host、user 等项，或用邮件草稿手工发送。"
        )
    if not manifest.upward.address:
        raise UsageError(f"报送包“{package.name}”没有收件人，请在“基本信息”里填写报送邮箱后再生成一次报送包。")
    digest = sha256(data)
    receipts(package)  # Unreadable, it would hide an earlier sending.
    earlier = sendings(package, digest)
    if earlier and not again:
        last = earlier[-1]
        raise UsageError(
            f"报送包“{package.name}”已于{last.when}发给 {'、'.join(last.to)}，没有重发；确要重发请加 --again。"
        )
    sender = _sender(smtp)
    message = compose(
        manifest, package.name, data, digest, templates=settings.resolve(settings.mail.templates), cc=settings.mail.cc
    )
    moment = now()
    message["From"] = sender
    message["Date"] = format_datetime(moment)
    # The id follows from the bytes: a retry that arrives twice can be told apart from a second sending.
    message["Message-ID"] = f"<{digest[:40]}{f'.{len(earlier)}' if earlier else ''}@{sender.domain}>"
    raw = message.as_bytes(policy=policy.SMTP)
    receipt = Receipt(
        package=package.name,
        sha256=digest,
        state="dry-run" if dry_run else "sending",
        sender=sender.addr_spec,
        to=_recipients(message),
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]),
        when=moment.isoformat(timespec="seconds"),
        server=f"{smtp.host}:{smtp.actual_port}",
        size=len(raw),
    )
    if dry_run:
        return receipt
    password = smtp_password(smtp.user) if smtp.user else None
    claim(package, receipt, again=again)
    try:
        answer, attempts = _persist(smtp, settings, password, receipt, raw, sleep)
    except SmtpFault as fault:
        if fault.uncertain:
            release(package, msgspec.structs.replace(receipt, state="uncertain"))
            raise EnvironmentFault(
                f"发送报送包“{package.name}”时，{fault.sentence}，不能确定是否送达，请先向对方核实，确要重发请加 --again。"
            ) from None
        release(package)
        tried = f"（共试了{smtp.attempts}次），请稍后再发" if fault.temporary else ""
        raise EnvironmentFault(f"报送包“{package.name}”没有发出：{fault.sentence}{tried}。") from None
    except BaseException:
        release(package, msgspec.structs.replace(receipt, state="uncertain"))
        raise
    done = msgspec.structs.replace(
        receipt, state="sent", answer=answer, attempts=attempts, when=now().isoformat(timespec="seconds")
    )
    record(package, done)
    return done


def _persist(
    smtp: SmtpSettings,
    settings: Settings,
    password: str | None,
    receipt: Receipt,
    raw: bytes,
    sleep: Callable[[float], None],
) -> tuple[str, int]:
    """Upload, again after temporary failures with doubled waits. Returns the answer and the number of attempts."""
    context = tls_context(settings.resolve(smtp.ca_file))
    uncertain = False
    attempt = 1
    while True:
        try:
            return upload(smtp, context, password, receipt.sender, receipt.to, raw), attempt
        except SmtpFault as fault:
            uncertain = uncertain or fault.uncertain
            if not fault.temporary or attempt == smtp.attempts:
                raise SmtpFault(fault.sentence, temporary=fault.temporary, uncertain=uncertain) from None
        sleep(smtp.backoff * 2 ** (attempt - 1))
        attempt += 1


def _sender(smtp: SmtpSettings) -> Address:
    try:
        return mailbox(smtp.sender or smtp.user)
    except ValueError:
        raise EnvironmentFault(
            f"“{SETTINGS_FILE}”的 smtp.sender 应为发件人邮箱（如 xxgk@example.gov.cn），请改正。"
        ) from None


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    found = [
        address.addr_spec
        for name in ("To", "Cc")
        for header in message.get_all(name, [])
        for address in header.addresses
    ]
    return tuple(dict.fromkeys(found))
