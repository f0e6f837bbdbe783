"""An SMTP server on loopback, in a thread of its own, and what it does by the script of a test."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

USER, PASSWORD = "office@example.gov.cn", "s3cret"


@dataclass
class Office:
    """The handler of the server: keeps what arrives, and answers by the script of a test, one reply a mail."""

    received: list[Envelope] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    greetings: int = 0
    logins: int = 0
    #: A mail is at its end; the answer waits for `hold`, where there is one.
    reached: threading.Event = field(default_factory=threading.Event)
    hold: threading.Event | None = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802  (aiosmtpd's name)
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  (aiosmtpd's name)
        reply = self.recipients.pop(0) if self.recipients else "250 OK"
        if reply == "disconnect":
            server.transport.abort()
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        reply = self.replies.pop(0) if self.replies else "250 received"
        self.reached.set()
        if self.hold is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.hold.wait, 60)
        if reply == "disconnect":
            server.transport.abort()
            return "250 OK"
        if reply.startswith("250 "):
            self.received.append(envelope)
        return reply

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=good)


class LoopbackServer:
    """An SMTP server in a thread of its own, on a port that the system chooses."""

    def __init__(self, make: Callable[[asyncio.AbstractEventLoop], SMTP], context: ssl.SSLContext | None) -> None:
        self.make, self.context = make, context
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> int:
        self.thread.start()
        started = asyncio.run_coroutine_threadsafe(self._start(), self.loop)
        return started.result(timeout=10)

    async def _start(self) -> int:
        self.server = await self.loop.create_server(lambda: self.make(self.loop), "127.0.0.1", 0, ssl=self.context)
        return self.server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self.server.close()
        others = asyncio.all_tasks(self.loop) - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.server.wait_closed()
        await self.loop.shutdown_asyncgens()

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(timeout=10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=10)
        self.loop.close()
