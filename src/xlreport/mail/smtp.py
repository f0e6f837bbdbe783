"""One upload of one message to an SMTP server, over TLS only; every failure is a sentence, and what it leaves certain.

Whatever a server answers: each reply is bounded in size and time, the whole exchange in time, and nothing but SmtpFault
comes out. Up to the dot that ends the message nothing was sent; from there on only a plain 250, or a plain refusal, is
certain.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, NoReturn

from xlreport.errors import XlreportError
from xlreport.mail.wording import one_line
from xlreport.storage.log import log_exception
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from xlreport.mail.settings import SmtpSettings

#: What EHLO says: an address literal, as smtplib does where a machine has no name. Machine names may be Chinese.
_LOCAL_NAME = "[127.0.0.1]"

#: The whole exchange may take so many timeouts, and what the message takes at so many bytes a second.
_TIMEOUTS, _SLOWEST = 5, 10_000

#: Bytes of one reply, all its lines together; bytes handed to the network at a time; letters of a reply in a sentence.
_REPLY_BYTES, _CHUNK, _WORDS = 65_536, 65_536, 300

#: One line of a reply (RFC 5321, 4.2): three digits, a hyphen where another line follows.
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?\Z", re.DOTALL)


class SmtpFault(Exception):
    """An upload that failed. `temporary` is worth another try; `uncertain` may have arrived all the same."""

    def __init__(self, sentence: str, *, temporary: bool = False, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.temporary = temporary
        self.uncertain = uncertain


class _NoReply(smtplib.SMTPException):
    """What a server said that is no reply, or not its turn."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


#: Why a certificate is not trusted, by OpenSSL's number for it.
_DISTRUST: dict[int, str] = {
    2: "找不到签发它的机构",
    9: "还没有生效，请核对本机的日期",
    10: "已过期，或本机的日期不对",
    18: "是自签名的",
    19: "签发它的机构不在信任之列",
    20: "签发它的机构不在信任之列",
    21: "签发它的机构不在信任之列",
    23: "已被吊销",
    62: "不是发给这个服务器名称的",
    64: "不是发给这个 IP 地址的",
}

#: What OpenSSL calls the usual reasons why TLS does not come about.
_TLS = {
    "WRONG_VERSION_NUMBER": "对方没有用 TLS 应答",
    "RECORD_LAYER_FAILURE": "对方没有用 TLS 应答",
    "PACKET_LENGTH_TOO_LONG": "对方没有用 TLS 应答",
    "HTTP_REQUEST": "对方没有用 TLS 应答",
    "UNSUPPORTED_PROTOCOL": "对方的 TLS 版本太旧",
    "TLSV1_ALERT_PROTOCOL_VERSION": "对方的 TLS 版本太旧",
    "DH_KEY_TOO_SMALL": "对方的密钥太短",
    "EE_KEY_TOO_SMALL": "对方的密钥太短",
}


def _no_tls(error: ssl.SSLError) -> str:
    """Why no TLS came about."""
    return _TLS.get(error.reason or "", "加密方式谈不拢")


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """The system's trusted certificates, and those of `ca_file` (PEM). Raises SmtpFault."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(ca_file))
        except (ssl.SSLError, ValueError):
            raise SmtpFault(f"证书文件“{ca_file}”不是 PEM 格式的证书，请检查 smtp.ca_file") from None
        except OSError as error:
            raise SmtpFault(f"证书文件“{ca_file}”不能使用（{fault(error)}），请检查 smtp.ca_file") from None
    return context


def upload(
    smtp: SmtpSettings,
    context: ssl.SSLContext,
    password: str | None,
    sender: str,
    to: Sequence[str],
    raw: bytes,
    *,
    committing: Callable[[], None] = lambda: None,
) -> str:
    """Hand `raw` (CRLF lines) to the server for all of `to`, or for none. Returns the server's answer. Raises SmtpFault.

    `committing` is called when the message is up but for the dot that ends it: what it raises leaves nothing sent.
    """
    with _session(smtp, context, len(raw)) as server:
        _greet(server, smtp, context)
        if smtp.user:
            _login(server, smtp, password or "")
        _fits(server, smtp, len(raw))
        options = [f"size={len(raw)}"] if server.has_extn("size") else []
        _expect(server.mail(sender, options), f"不接受发件地址 {sender}")
        for address in to:
            _expect(server.rcpt(address), f"不接受收件地址 {address}", 250, 251)
        return _data(server, raw, committing)


class _Session(smtplib.SMTP):
    """smtplib's client on a socket of our own, with replies that are bounded in size, form and time."""

    def __init__(self, smtp: SmtpSettings, size: int) -> None:
        super().__init__(local_hostname=_LOCAL_NAME, timeout=smtp.timeout)  # connects to nothing yet
        self.settings = smtp
        self.until = time.monotonic() + _TIMEOUTS * smtp.timeout + size / _SLOWEST
        self.heard = bytearray()

    def open(self, context: ssl.SSLContext) -> None:
        """Connect, over TLS where it starts with the first byte, and hear the greeting."""
        self.sock = socket.create_connection((self.settings.host, self.settings.actual_port), self._time(self._soon()))
        # The dot goes out by itself, and is not to wait for word of what went before it.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.settings.security == "tls":
            self.encrypt(context)
        _expect(self.getreply(), "拒绝了连接", 220)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Go on over TLS. What the server said ahead of it, in the clear, is nothing to go by."""
        self._in_turn()
        self._socket.settimeout(self._time(self._soon()))
        self.sock = context.wrap_socket(self._socket, server_hostname=self.settings.host)
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def send(self, s: Any) -> None:  # smtplib's names
        """Send a command, or a part of the message; the server is to have said nothing out of turn."""
        self._in_turn()
        self._hand_over(s.encode("ascii") if isinstance(s, str) else s)

    def finish(self) -> tuple[int, bytes]:
        """Send the dot and hear whether the message is taken; a server that looks it over first is given all the time left."""
        self._hand_over(b".\r\n")
        return self._reply(self.until)

    def getreply(self) -> tuple[int, bytes]:
        """The code and the lines of the next reply. Raises _NoReply for what is none, TimeoutError where it is late."""
        return self._reply(self._soon())

    def said_already(self) -> bool:
        """Whether the server has said something although it was not its turn. Raises SMTPServerDisconnected."""
        if not self.heard:
            self._socket.settimeout(0)
            with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
                self._hear()
        return bool(self.heard)

    @property
    def _socket(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected
        return self.sock

    def _in_turn(self) -> None:
        if self.heard:
            raise _NoReply(_excerpt(self.heard))

    def _hand_over(self, data: bytes) -> None:
        for start in range(0, len(data), _CHUNK):
            self._socket.settimeout(self._time(self.until))
            self._socket.sendall(data[start : start + _CHUNK])

    def _reply(self, until: float) -> tuple[int, bytes]:
        lines: list[bytes] = []
        codes: set[bytes] = set()
        size = 0
        while True:
            line = self._line(until)
            size += len(line)
            match = _LINE.match(line.rstrip(b"\r\n"))
            if match is None or size > _REPLY_BYTES or len(codes | {match[1]}) > 1:
                raise _NoReply(_excerpt(line))
            codes.add(match[1])
            lines.append((match[3] or b"").strip())
            if match[2] != b"-":
                return int(match[1]), b"\n".join(lines)

    def _line(self, until: float) -> bytes:
        at = -1
        while at < 0:
            before = len(self.heard)
            if before > _REPLY_BYTES:
                raise _NoReply(_excerpt(self.heard))
            at = self.heard.find(b"\n")
            if at < 0:
                self._socket.settimeout(self._time(until))
                self._hear()
        line = bytes(self.heard[: at + 1])
        del self.heard[: at + 1]
        return line

    def _hear(self) -> None:
        data = self._socket.recv(4096)
        if not data:
            raise smtplib.SMTPServerDisconnected
        self.heard += data

    def _soon(self) -> float:
        return min(time.monotonic() + self.settings.timeout, self.until)

    @staticmethod
    def _time(until: float) -> float:
        """The seconds left. Raises TimeoutError."""
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextlib.contextmanager
def _session(smtp: SmtpSettings, context: ssl.SSLContext, size: int) -> Iterator[_Session]:
    server = _Session(smtp, size)
    try:
        server.open(context)
        yield server
    except (SmtpFault, XlreportError):
        raise
    except Exception as error:  # noqa: BLE001  (whatever an answer makes smtplib and ssl raise)
        raise _fault(error, smtp) from None
    finally:
        if server.sock is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.send("QUIT\r\n")  # its answer is not waited for
        server.close()


def _fault(error: Exception, smtp: SmtpSettings) -> SmtpFault:
    """What went wrong between two commands, as a sentence."""
    place = f"{smtp.host}:{smtp.actual_port}"
    match error:
        case smtplib.SMTPServerDisconnected() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return SmtpFault(f"与邮件服务器 {place} 的连接断开了", temporary=True)
        case smtplib.SMTPResponseException():
            return _refusal((error.smtp_code, error.smtp_error), "拒绝了连接")
        case ssl.SSLCertVerificationError():
            return SmtpFault(
                f"邮件服务器 {place} 的证书不能信任（{_DISTRUST.get(error.verify_code, f'校验代码 {error.verify_code}')}），没有发送；请核对 smtp.host，"
                "内部证书请在 smtp.ca_file 写明"
            )
        case ssl.SSLError(reason="SSLV3_ALERT_UNEXPECTED_MESSAGE"):
            return SmtpFault(f"与邮件服务器 {place} 的连接断开了", temporary=True)
        case ssl.SSLError():
            log_exception("tls", error)
            return SmtpFault(
                f"与邮件服务器 {place} 不能建立加密连接（{_no_tls(error)}），请核对 smtp.port 和 smtp.security"
            )
        case socket.gaierror():
            temporary = error.errno == socket.EAI_AGAIN
            return SmtpFault(f"找不到邮件服务器 {smtp.host}，请核对 smtp.host 和网络连接", temporary=temporary)
        case UnicodeError() if not isinstance(error, UnicodeEncodeError) or error.encoding == "idna":
            return SmtpFault(f"找不到邮件服务器 {smtp.host}，请核对 smtp.host 和网络连接")
        case TimeoutError():
            return SmtpFault(f"邮件服务器 {place} 在{smtp.timeout:g}秒内没有回应，或者回应得太慢", temporary=True)
        case _NoReply():
            return SmtpFault(f"邮件服务器 {place} 的回应不能理解：「{error.said}」")
        case OSError() if not isinstance(error, smtplib.SMTPException):
            return SmtpFault(f"连不上邮件服务器 {place}（{fault(error)}）", temporary=True)
    log_exception("smtp", error)
    return SmtpFault(f"邮件服务器 {place} 的回应不能理解")


def _greet(server: _Session, smtp: SmtpSettings, context: ssl.SSLContext) -> None:
    server.ehlo_or_helo_if_needed()
    if smtp.security == "starttls":
        if not server.has_extn("starttls"):
            raise SmtpFault(f'邮件服务器 {smtp.host} 不支持 STARTTLS，为了安全没有发送，请改用 smtp.security = "tls"')
        _expect(server.docmd("STARTTLS"), "没有开始加密", 220)
        server.encrypt(context)
        server.ehlo_or_helo_if_needed()


def _login(server: _Session, smtp: SmtpSettings, password: str) -> None:
    try:
        password.encode("ascii")
        server.login(smtp.user, password)
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            raise _refusal((error.smtp_code, error.smtp_error), "暂时不能登录") from None
        raise SmtpFault(
            f"邮件服务器不接受用户“{smtp.user}”的密码（对方答复「{answer(error.smtp_code, error.smtp_error)}」），"
            "请核对用户名和密码；有的邮箱要用授权码代替密码"
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise SmtpFault(
            f"邮件服务器 {smtp.host} 不支持登录，请核对 smtp.port 和 smtp.security，或删去 smtp.user"
        ) from None
    except UnicodeEncodeError:
        raise SmtpFault(f"用户“{smtp.user}”的密码里有邮件服务器不能接受的字符，请核对密码") from None


def _fits(server: _Session, smtp: SmtpSettings, size: int) -> None:
    announced = server.esmtp_features.get("size", "").strip()
    # A limit of more digits is none.
    if re.fullmatch(r"[0-9]{1,18}", announced) and 0 < int(announced) < size:
        raise SmtpFault(
            f"邮件大小为{megabytes(size)}，超过邮件服务器 {smtp.host} 允许的{megabytes(int(announced))}，没有上传；"
            "请去掉 PDF 后重新打包，或改用别的方式报送"
        )


def _data(server: _Session, raw: bytes, committing: Callable[[], None]) -> str:
    """DATA, the message, the dot."""
    _expect(server.docmd("DATA"), "不接受邮件内容", 354)
    quoted = raw.replace(b"\r\n.", b"\r\n..")
    if quoted.startswith(b"."):
        quoted = b"." + quoted
    server.send(quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n")
    if server.said_already():  # too large, too late: an answer before the dot is no answer to it
        _refuse(server.getreply(), "没有收下邮件")
    committing()
    try:
        code, text = server.finish()
    except Exception as error:  # noqa: BLE001  (the dot may be out: whatever happened, nobody knows)
        sentence = _fault(error, server.settings).sentence
        raise SmtpFault(f"邮件传完以后，{sentence}", uncertain=True) from None
    if code != 250 and not 400 <= code < 600:
        raise SmtpFault(f"邮件传完以后，邮件服务器的回应不能理解：「{answer(code, text)}」", uncertain=True)
    _expect((code, text), "没有收下邮件")
    return answer(code, text)


def _expect(reply: tuple[int, bytes], what: str, *codes: int) -> None:
    if reply[0] not in (codes or (250,)):
        _refuse(reply, what)


def _refuse(reply: tuple[int, bytes | str], what: str) -> NoReturn:
    raise _refusal(reply, what)


def _refusal(reply: tuple[int, bytes | str], what: str) -> SmtpFault:
    code, text = reply
    return SmtpFault(f"邮件服务器{what}（对方答复「{answer(code, text)}」）", temporary=400 <= code < 500)


def answer(code: int, text: bytes | str) -> str:
    """The server's words in one line of bounded length; servers write UTF-8 or GB18030."""
    return one_line(f"{code} {text if isinstance(text, str) else _decoded(text)}")[:_WORDS]


def _excerpt(said: bytes | bytearray) -> str:
    return one_line(_decoded(bytes(said[:_WORDS])))


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("gb18030", "replace")


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size} 字节"
