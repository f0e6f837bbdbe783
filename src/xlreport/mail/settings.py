"""`xlreport.toml`: how an office sends mail. Passwords never stand in it.

The file is looked for beside the workbook or package, then in the current folder, then in the user's configuration
folder; the first one found counts alone.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.storage.folders import settings_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS_FILE = "xlreport.toml"

#: Environment variable of the SMTP password; stands before the keyring.
PASSWORD_VARIABLE = "XLREPORT_SMTP_PASSWORD"  # noqa: S105  (a name, no password)

#: Service name under which `keyring set xlreport <user>` keeps the password.
KEYRING_SERVICE = "xlreport"

#: TLS from the first byte (port 465), or STARTTLS after the greeting (port 587). There is no third way.
Security: TypeAlias = Literal["tls", "starttls"]

DEFAULT_PORTS: dict[Security, int] = {"tls": 465, "starttls": 587}

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
        return base / Path(name).expanduser()


def candidates(beside: Path | None) -> Iterator[Path]:
    """Where xlreport.toml may lie, in the order of looking. `beside` is a folder, or a file in that folder."""
    if beside is not None:
        yield (beside if beside.is_dir() else beside.parent) / SETTINGS_FILE
    yield Path.cwd() / SETTINGS_FILE
    own = settings_folder()
    if own is not None:
        yield own / SETTINGS_FILE


def find_settings(beside: Path | None = None) -> Settings:
    """The settings of the first xlreport.toml found; the defaults where there is none. Raises EnvironmentFault."""
    for path in candidates(beside):
        if path.is_file():
            return load_settings(path)
    return Settings()


def load_settings(path: Path) -> Settings:
    """Read one xlreport.toml.

    Raises EnvironmentFault with file, key and what is expected: bad TOML, an unknown key, a wrong type, a password.
    """
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise EnvironmentFault(f"设置文件“{path}”打不开（{error.strerror}），请检查路径和权限。") from None
    except UnicodeDecodeError:
        raise EnvironmentFault(f"设置文件“{path}”不是 UTF-8 文本，请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:
        raise EnvironmentFault(f"设置文件“{path}”不是正确的 TOML（{error}），请改正。") from None
    secret = next(_secrets(raw), None)
    if secret:
        raise EnvironmentFault(
            f"设置文件“{path}”里写了密码（{secret}），密码不能放在文件里：请删去这一行，"
            f"改用 keyring set {KEYRING_SERVICE} <用户名> 或环境变量 {PASSWORD_VARIABLE}。"
        )
    try:
        content = msgspec.convert(raw, _Content)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        raise EnvironmentFault(
            f"设置文件“{path}”的 {place.strip('`').removeprefix('$.') or '顶层'}：{_said(message)}"
        ) from None
    _sound(content.smtp, path)
    return Settings(smtp=content.smtp, mail=content.mail, path=path)


def _secrets(tree: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if key.casefold() in _SECRET_KEYS or key.casefold().endswith("password"):
            yield prefix + key
        if isinstance(value, dict):
            yield from _secrets(value, f"{prefix}{key}.")


def _said(message: str) -> str:
    """A message of msgspec in Chinese where it is one of the usual ones."""
    if message.startswith("Object contains unknown field"):
        return f"不认识的键 {message.partition('`')[2].rstrip('`')}，请核对拼写或删去。"
    if message.startswith("Object missing required field"):
        return f"缺少必需的键 {message.partition('`')[2].rstrip('`')}，请补上。"
    return f"值不对（{message}），请改正。"


def _sound(smtp: SmtpSettings | None, path: Path) -> None:
    if smtp is None:
        return
    for good, key, expected in (
        (bool(smtp.host) and not any(c.isspace() for c in smtp.host), "host", "邮件服务器的名称"),
        (0 < smtp.actual_port < 65536, "port", "1 至 65535 的端口号"),
        (0 < smtp.timeout <= 3600, "timeout", "1 至 3600 的秒数"),
        (1 <= smtp.attempts <= 20, "attempts", "1 至 20 的次数"),
        (0 <= smtp.backoff <= 3600, "backoff", "0 至 3600 的秒数"),
    ):
        if not good:
            raise EnvironmentFault(f"设置文件“{path}”的 smtp.{key} 应为{expected}，请改正。")


def smtp_password(user: str, environ: Mapping[str, str] = os.environ) -> str:
    """The password of `user`, from the environment or the keyring. Raises EnvironmentFault where there is none."""
    if environ.get(PASSWORD_VARIABLE):
        return environ[PASSWORD_VARIABLE]
    import keyring  # slow, and only needed to send
    from keyring.errors import KeyringError

    try:
        password = keyring.get_password(KEYRING_SERVICE, user)
    except KeyringError:
        password = None
    if not password:
        raise EnvironmentFault(
            f"没有找到邮箱“{user}”的密码，请运行 keyring set {KEYRING_SERVICE} {user} 存入系统密钥环，"
            f"或设置环境变量 {PASSWORD_VARIABLE}。"
        )
    return password
