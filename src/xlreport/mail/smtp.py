"""One upload of one message to an SMTP server, over TLS only; every failure is a sentence and temporary or not."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlreport.mail.settings import SmtpSettings

#: What EHLO says: an address literal, as smtplib does where a machine has no name. Machine names may be Chinese.
_LOCAL_NAME = "[127.0.0.1]"


class SmtpFault(Exception):
    """An upload that failed. `temporary` is worth another try; `uncertain` may have arrived all the same."""

    def __init__(self, sentence: str, *, temporary: bool = False, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.temporary = temporary
        self.uncertain = uncertain


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """The system's trusted certificates, and those of `ca_file` (PEM). Raises SmtpFault."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=str(ca_file))
        except OSError as error:
            raise SmtpFault(f"证书文件“{ca_file}”不能使用（{error.strerror or error}），请检查 smtp.ca_file") from None
    return context


def upload(
    smtp: SmtpSettings, context: ssl.SSLContext, password: str | None, sender: str, to: Sequence[str], raw: bytes
) -> str:
    """Hand `raw` (CRLF lines) to the server for all of `to`, or for none. Returns the server's answer. Raises SmtpFault."""
    with _connection(smtp, context) as server:
        _greet(server, smtp, context)
        if smtp.user:
            _login(server, smtp, password or "")
        _fits(server, smtp, len(raw))
        options = [f"size={len(raw)}"] if server.has_extn("size") else []
        _expect(server.mail(sender, options), 250, f"不接受发件地址 {sender}")
        for address in to:
            _expect(server.rcpt(address), 250, f"不接受收件地址 {address}")
        return _data(server, raw)


@contextlib.contextmanager
def _connection(smtp: SmtpSettings, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    place = f"{smtp.host}:{smtp.actual_port}"
    server: smtplib.SMTP | None = None
    try:
        if smtp.security == "tls":
            server = smtplib.SMTP_SSL(
                smtp.host, smtp.actual_port, local_hostname=_LOCAL_NAME, timeout=smtp.timeout, context=context
            )
        else:
            server = smtplib.SMTP(smtp.host, smtp.actual_port, local_hostname=_LOCAL_NAME, timeout=smtp.timeout)
        yield server
    except smtplib.SMTPResponseException as error:
        _refuse((error.smtp_code, error.smtp_error), "拒绝了连接")
    except smtplib.SMTPServerDisconnected:
        raise SmtpFault(f"与邮件服务器 {place} 的连接断开了", temporary=True) from None
    except smtplib.SMTPException as error:
        raise SmtpFault(f"邮件服务器 {place} 的回应不能理解（{error}）") from None
    except ssl.SSLCertVerificationError as error:
        raise SmtpFault(
            f"邮件服务器 {place} 的证书不能信任（{error.verify_message}），没有发送；请核对 smtp.host，"
            "内部证书请在 smtp.ca_file 写明"
        ) from None
    except ssl.SSLError as error:
        if error.reason in ("UNEXPECTED_EOF_WHILE_READING", "SSLV3_ALERT_UNEXPECTED_MESSAGE"):
            raise SmtpFault(f"与邮件服务器 {place} 的连接断开了", temporary=True) from None
        raise SmtpFault(
            f"与邮件服务器 {place} 不能建立加密连接（{error.reason or error}），请核对 smtp.port 和 smtp.security"
        ) from None
    except socket.gaierror as error:
        temporary = error.errno == socket.EAI_AGAIN
        raise SmtpFault(f"找不到邮件服务器 {smtp.host}，请核对 smtp.host 和网络连接", temporary=temporary) from None
    except TimeoutError:
        raise SmtpFault(f"邮件服务器 {place} 在{smtp.timeout:g}秒内没有回应", temporary=True) from None
    except OSError as error:
        raise SmtpFault(f"连不上邮件服务器 {place}（{error.strerror or error}）", temporary=True) from None
    finally:
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


def _greet(server: smtplib.SMTP, smtp: SmtpSettings, context: ssl.SSLContext) -> None:
    server.ehlo_or_helo_if_needed()
    if smtp.security == "starttls":
        if not server.has_extn("starttls"):
            raise SmtpFault(f'邮件服务器 {smtp.host} 不支持 STARTTLS，为了安全没有发送，请改用 smtp.security = "tls"')
        server.starttls(context=context)
        server.ehlo_or_helo_if_needed()


def _login(server: smtplib.SMTP, smtp: SmtpSettings, password: str) -> None:
    try:
        server.login(smtp.user, password)
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:
            _refuse((error.smtp_code, error.smtp_error), "暂时不能登录")
        raise SmtpFault(
            f"邮件服务器不接受用户“{smtp.user}”的密码（{answer(error.smtp_code, error.smtp_error)}），"
            "请核对用户名和密码；有的邮箱要用授权码代替密码"
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise SmtpFault(
            f"邮件服务器 {smtp.host} 不支持登录，请核对 smtp.port 和 smtp.security，或删去 smtp.user"
        ) from None
    except UnicodeEncodeError:
        raise SmtpFault(f"用户“{smtp.user}”的密码里有邮件服务器不能接受的字符，请核对密码") from None


def _fits(server: smtplib.SMTP, smtp: SmtpSettings, size: int) -> None:
    announced = server.esmtp_features.get("size", "").strip()
    if announced.isdecimal() and 0 < int(announced) < size:
        raise SmtpFault(
            f"邮件大小为{megabytes(size)}，超过邮件服务器 {smtp.host} 允许的{megabytes(int(announced))}，没有上传；"
            "请去掉 PDF 后重新打包，或改用别的方式报送"
        )


def _data(server: smtplib.SMTP, raw: bytes) -> str:
    """DATA. A connection that breaks once the last byte is out leaves it uncertain whether the mail was taken."""
    _expect(server.docmd("data"), 354, "不接受邮件内容")
    quoted = raw.replace(b"\r\n.", b"\r\n..")
    if quoted.startswith(b"."):
        quoted = b"." + quoted
    if not quoted.endswith(b"\r\n"):
        quoted += b"\r\n"
    server.send(quoted + b".\r\n")
    try:
        code, text = server.getreply()
    except (smtplib.SMTPServerDisconnected, OSError):
        raise SmtpFault(
            f"邮件传完以后，与邮件服务器 {server._host} 的连接断开了",  # type: ignore[attr-defined]  # noqa: SLF001
            temporary=True,
            uncertain=True,
        ) from None
    _expect((code, text), 250, "没有收下邮件")
    return answer(code, text)


def _expect(reply: tuple[int, bytes], code: int, what: str) -> None:
    if reply[0] != code and not (code == 250 and reply[0] == 251):
        _refuse(reply, what)


def _refuse(reply: tuple[int, bytes | str], what: str) -> NoReturn:
    code, text = reply
    raise SmtpFault(f"邮件服务器{what}（{answer(code, text)}）", temporary=400 <= code < 500 or code == -1)


def answer(code: int, text: bytes | str) -> str:
    """The server's words in one line; servers write UTF-8 or GB18030."""
    words = text if isinstance(text, str) else _decoded(text)
    return " ".join(f"{code} {words}".split())


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("gb18030", "replace")


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size} 字节"
