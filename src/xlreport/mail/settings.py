"""`xlreport.toml`: how an office sends mail. Passwords never stand in it.

Only the one in the user's own configuration folder counts. One that lies beside a workbook or package may have come
with it out of a stranger's mail: it names no server, no certificate, no template, and nobody who gets a copy.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.storage.data_slips import type_and_place, type_slip
from xlreport.storage.files import MAX_TEXT, read_bounded
from xlreport.storage.folders import settings_folder
from xlreport.storage.plain_data import Malformed, decode_toml
from xlreport.wording import cannot_open, stands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS_FILE = "xlreport.toml"

#: Environment variables of the SMTP password, and of the only server and user that may see it; before the keyring.
PASSWORD_VARIABLE = "XLREPORT_SMTP_PASSWORD"  # noqa: S105  (a name, no password)
HOST_VARIABLE, USER_VARIABLE = "XLREPORT_SMTP_HOST", "XLREPORT_SMTP_USER"

#: What stands before the server's name where `keyring set xlreport@<host> <user>` keeps the password.
KEYRING_SERVICE = "xlreport@"

#: TLS from the first byte (port 465), or STARTTLS after the greeting (port 587). There is no third way.
Security: TypeAlias = Literal["tls", "starttls"]

DEFAULT_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587}

#: Labels with dots between them, or an IPv6 address.
_HOST = re.compile(r"(?:[\w-]{1,63}(?:\.[\w-]{1,63})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\Z")

#: Keys that would put a password into a file.
_SECRET_KEYS = frozenset({"password", "passwd", "pass", "secret", "token", "密码", "口令", "授权码"})


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[smtp]`. `sender` is an address or 名称 <地址>, by default the user; `timeout` in seconds; `attempts` at least 1;
    `backoff` the seconds before the first retry, doubled before each further one.
    """

    host: str
    port: int | None = None
    security: Security = "tls"
    user: str = ""
    sender: str = ""
    ca_file: str = ""
    timeout: float = 60.0
    attempts: int = 4
    backoff: float = 5.0

    @property
    def actual_port(self) -> int:
        return DEFAULT_PORTS[self.security] if self.port is None else self.port


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[mail]`. `templates` is a folder with the office's own subject.txt, body.txt and signoff.html."""

    templates: str = ""
    cc: tuple[str, ...] = ()


class _Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file as it is written."""

    smtp: SmtpSettings | None = None
    mail: MailSettings = MailSettings()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. `path` is where it was read from; relative paths in it count from there."""

    smtp: SmtpSettings | None = None
    mail: MailSettings = MailSettings()
    path: Path | None = None

    def resolve(self, name: str) -> Path | None:
        """A path written in the file, or None where it is empty."""
        if not name:
            return None
        base = self.path.parent if self.path is not None else Path()
        try:
            return base / Path(name).expanduser()
        except RuntimeError:  # ~ of nobody
            return base / name


def settings_path() -> Path | None:
    """Where the user's own xlreport.toml lies, or would lie; None where the system knows no folder for it."""
    folder = settings_folder()
    return None if folder is None else folder / SETTINGS_FILE


def find_settings() -> Settings:
    """The user's own settings; the defaults where there are none. Raises EnvironmentFault."""
    path = settings_path()
    return load_settings(path) if path is not None and stands(path) else Settings()


def passed_over(beside: Path) -> str | None:
    """The sentence about an xlreport.toml beside `beside` or in the current folder, which counts for nothing."""
    own = settings_path()
    for path in (beside.parent / SETTINGS_FILE, Path(SETTINGS_FILE)):
        if stands(path) and not (own is not None and stands(own) and own.samefile(path)):
            return (
                f"没有采用“{path}”：邮件服务器、证书和用户名只认您自己的设置文件“{own or SETTINGS_FILE}”，"
                "因为别人发来的文件夹里也可能放着这样一个文件；确是您自己写的，请移到那里。"
            )
    return None


def load_settings(path: Path) -> Settings:
    """Read one xlreport.toml.

    Raises EnvironmentFault with file, key and what is expected: bad TOML, an unknown key, a wrong type, a password.
    """
    try:
        raw = decode_toml(read_bounded(path, MAX_TEXT))
    except OSError as error:
        raise EnvironmentFault(cannot_open(f"设置文件“{path}”", path, error)) from None
    except Malformed as error:
        raise EnvironmentFault(f"设置文件“{path}”不是正确的 TOML（{error}），请改正。") from None
    secret = next(_secrets(raw), None)
    if secret:
        raise EnvironmentFault(
            f"设置文件“{path}”里写了密码（{secret}），密码不能放在文件里：请删去这一行，"
            f"改用 keyring set {KEYRING_SERVICE}<邮件服务器> <用户名> 或环境变量 {PASSWORD_VARIABLE}。"
        )
    try:
        content = msgspec.convert(raw, _Content)
    except msgspec.ValidationError as error:
        message, place = type_and_place(error)
        where = "顶层" if place == "$" else place.removeprefix("$.")
        words = get_args(Security) if where == "smtp.security" else ()
        raise EnvironmentFault(f"设置文件“{path}”的 {where}：{type_slip(message, words)}。") from None
    _sound(content.smtp, path)
    return Settings(smtp=content.smtp, mail=content.mail, path=path)


def _secrets(tree: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if key.casefold() in _SECRET_KEYS or key.casefold().endswith("password"):
            yield prefix + key
        if isinstance(value, dict):
            yield from _secrets(value, f"{prefix}{key}.")


def _sound(smtp: SmtpSettings | None, path: Path) -> None:
    if smtp is None:
        return
    for good, key, expected in (
        (bool(_HOST.match(smtp.host)) and len(smtp.host) <= 253, "host", "邮件服务器的名称"),
        (0 < smtp.actual_port < 65536, "port", "1 至 65535 的端口号"),
        (0 < smtp.timeout <= 3600, "timeout", "1 至 3600 的秒数"),
        (1 <= smtp.attempts <= 20, "attempts", "1 至 20 的次数"),
        (0 <= smtp.backoff <= 3600, "backoff", "0 至 3600 的秒数"),
    ):
        if not good:
            raise EnvironmentFault(f"设置文件“{path}”的 smtp.{key} 应为{expected}，请改正。")


def smtp_password(smtp: SmtpSettings, environ: Mapping[str, str] = os.environ) -> str:
    """The password of this user at this server, and of no other, from the environment or the keyring.

    Raises EnvironmentFault where there is none.
    """
    host = _name(smtp.host)
    bound = (_name(environ.get(HOST_VARIABLE, "")), environ.get(USER_VARIABLE))
    if environ.get(PASSWORD_VARIABLE) and bound == (host, smtp.user):
        return environ[PASSWORD_VARIABLE]
    import keyring  # slow, and only needed to send

    try:
        password = keyring.get_password(KEYRING_SERVICE + host, smtp.user)
    except Exception:  # noqa: BLE001  (each system's keyring raises errors of its own)
        password = None
    if password:
        return password
    other = (
        f"环境变量 {PASSWORD_VARIABLE} 里的密码没有注明是给它的，没有使用；" if environ.get(PASSWORD_VARIABLE) else ""
    )
    raise EnvironmentFault(
        f"没有找到用户“{smtp.user}”在邮件服务器 {host} 的密码，{other}请运行 keyring set {KEYRING_SERVICE}{host} {smtp.user} "
        f"存入系统密钥环，或设置环境变量 {PASSWORD_VARIABLE}，并用 {HOST_VARIABLE}={host}、{USER_VARIABLE}={smtp.user} 注明。"
    )


def _name(host: str) -> str:
    """A server's name in one spelling."""
    return host.strip().rstrip(".").casefold()
