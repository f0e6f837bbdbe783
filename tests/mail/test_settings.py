"""xlreport.toml: found, typed, and never with a password in it."""

from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from xlreport.errors import EnvironmentFault
from xlreport.mail import settings
from xlreport.mail.settings import (
    MailSettings,
    Settings,
    SmtpSettings,
    candidates,
    find_settings,
    load_settings,
    smtp_password,
)

GOOD = """
[smtp]
host = "smtp.example.gov.cn"
port = 587
security = "starttls"
user = "xxgk@example.gov.cn"

[mail]
templates = "邮件模板"
cc = ["archive@example.gov.cn"]
"""


def written(folder, text, name="xlreport.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_file_is_typed(tmp_path):
    """Every key arrives, the others have their defaults, and folders count from the file."""
    path = written(tmp_path, "\ufeff" + GOOD)
    settings = load_settings(path)
    assert (
        Settings(
            smtp=SmtpSettings(host="smtp.example.gov.cn", port=587, security="starttls", user="xxgk@example.gov.cn"),
            mail=MailSettings(templates="邮件模板", cc=("archive@example.gov.cn",)),
            path=path,
        )
        == settings
    )
    assert tmp_path / "邮件模板" == settings.resolve(settings.mail.templates)
    assert settings.resolve("") is None


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("starttls", 587)])
def test_default_port(security, port):
    """Without a port the usual one of the security is taken."""
    assert port == SmtpSettings(host="x", security=security).actual_port


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[smtp]\nhost='x'\npasswd='geheim'", r"写了密码（smtp\.passwd）.*keyring set xlreport"),
        ("[smtp]\nhost='x'\nsmtp_password='geheim'", r"写了密码（smtp\.smtp_password）"),
        ("password='geheim'", "写了密码（password）"),
        ("[smtp]\nhost='x'\n'授权码'='geheim'", r"写了密码"),
        ("[smtp]\nhost='x'\nhots='y'", "smtp：不认识的键 hots，请核对拼写或删去"),
        ("[stmp]\nhost='x'", "顶层：不认识的键 stmp"),
        ("path='x'", "顶层：不认识的键 path"),
        ("[smtp]\nport=25", "smtp：缺少必需的键 host"),
        ("[smtp]\nhost='x'\nport='25'", r"smtp\.port：值不对"),
        ("[smtp]\nhost='x'\nsecurity='none'", r"smtp\.security：值不对"),
        ("[smtp]\nhost='x'\nport=0", r"smtp\.port 应为1 至 65535 的端口号"),
        ("[smtp]\nhost=''", r"smtp\.host 应为邮件服务器的名称"),
        ("[smtp]\nhost='x'\nattempts=0", r"smtp\.attempts 应为1 至 20 的次数"),
        ("[smtp]\nhost='x'\ntimeout=0", r"smtp\.timeout 应为"),
        ("[smtp]\nhost='x'\nbackoff=-1", r"smtp\.backoff 应为"),
        ("[smtp", "不是正确的 TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, said):
    """Unknown keys, wrong types, bad values and passwords are each one sentence, without the password."""
    path = written(tmp_path, text)
    with pytest.raises(EnvironmentFault, match=said) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_other_encoding(tmp_path):
    """A file that Notepad saved as GBK is said to be no UTF-8."""
    path = tmp_path / "xlreport.toml"
    path.write_bytes('[mail]\ntemplates = "模板"'.encode("gbk"))
    with pytest.raises(EnvironmentFault, match="不是 UTF-8 文本"):
        load_settings(path)


def test_where_it_is_looked_for(tmp_path, monkeypatch):
    """Beside the workbook first, then the current folder, then the user's folder; the first one counts alone."""
    beside, current, user = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    for folder in (beside, current, user):
        folder.mkdir(parents=True)
    monkeypatch.chdir(current)
    monkeypatch.setattr(settings, "settings_folder", lambda: user)
    expected = [beside / "xlreport.toml", current / "xlreport.toml", user / "xlreport.toml"]
    assert expected == list(candidates(beside / "填报.xlsx"))
    assert Settings() == find_settings(beside / "填报.xlsx")
    for path in reversed(expected):
        written(path.parent, GOOD)
        assert path == find_settings(beside / "填报.xlsx").path


def test_password_from_the_environment_first():
    """The environment stands before the keyring."""
    assert "geheim" == smtp_password("office", {"XLREPORT_SMTP_PASSWORD": "geheim"})


class Ring(KeyringBackend):
    """A keyring in memory, or none at all."""

    priority = 1
    kept: str | None = None
    broken = False

    def get_password(self, service, username):
        if self.broken:
            raise NoKeyringError
        return self.kept if (service, username) == ("xlreport", "office") else None

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    own = Ring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_password_from_the_keyring(ring):
    """`keyring set xlreport <user>` is where the password comes from."""
    ring.kept = "geheim"
    assert "geheim" == smtp_password("office", {})


@pytest.mark.parametrize("broken", [True, False])
def test_no_password(ring, broken):
    """Without keyring or entry the sentence says both ways."""
    ring.broken = broken
    with pytest.raises(EnvironmentFault, match=r"keyring set xlreport office .*XLREPORT_SMTP_PASSWORD"):
        smtp_password("office", {})
