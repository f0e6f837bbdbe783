"""A real SMTP server on loopback with a certificate of its own authority, and packages to send."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP

from support.loopback_smtp import PASSWORD, USER, LoopbackServer, Office
from support.packages import manifest
from xlreport.mail.settings import Security, Settings, SmtpSettings
from xlreport.published.archive import Manifest, Part, seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def serve(authority, office, tmp_path) -> Iterator[Callable[..., Settings]]:
    """Start a server and return the settings that fit it: serve(security, **options of aiosmtpd's SMTP)."""
    running: list[LoopbackServer] = []

    def start(security: Security = "tls", *, name: str = "127.0.0.1", login: bool = True, **options: Any) -> Settings:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)

        def make(loop: asyncio.AbstractEventLoop) -> SMTP:
            return SMTP(
                office,
                hostname="mail.test",
                loop=loop,
                tls_context=context if security == "starttls" else None,
                require_starttls=security == "starttls",
                authenticator=office.authenticate,
                # aiosmtpd knows TLS only as STARTTLS; over TLS from the first byte it must not ask for it again.
                auth_required=login and security == "starttls",
                auth_require_tls=security == "starttls",
                **options,
            )

        server = LoopbackServer(make, context if security == "tls" else None)
        port = server.__enter__()
        running.append(server)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        smtp = SmtpSettings(
            host="127.0.0.1",
            port=port,
            security=security,
            user=USER if login else "",
            sender=f"某局 <{USER}>",
            ca_file="ca.pem",
            timeout=10,
        )
        return Settings(smtp=smtp, path=tmp_path / "xlreport.toml")

    yield start
    for server in running:
        server.__exit__()


@pytest.fixture
def sealed(tmp_path) -> Callable[..., Path]:
    """Seal a small package into the test's folder: sealed(name, **changes of the manifest)."""

    def make(name: str = "环翠区信访局_2020_报送包.zip", data: bytes = b"PK\x03\x04workbook", **changes: Any) -> Path:
        path = tmp_path / name
        _, bytes_ = seal(manifest(**changes), [Part(name="填报工作簿.xlsx", kind="workbook", data=data)])
        path.write_bytes(bytes_)
        return path

    return make


@pytest.fixture(scope="session")
def make_manifest() -> Callable[..., Manifest]:
    return manifest


@pytest.fixture(autouse=True)
def password(monkeypatch) -> str:
    monkeypatch.setenv("XLREPORT_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("XLREPORT_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("XLREPORT_SMTP_USER", USER)
    return PASSWORD
