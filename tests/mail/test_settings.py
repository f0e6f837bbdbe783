"""xlreport.toml: found, typed, and never with a password in it."""

from __future__ import annotations

import os

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from xlreport.errors import EnvironmentFault
from xlreport.mail import settings
from xlreport.mail.settings import (
    MailSettings,
    Settings,
    SmtpSettings,
    find_settings,
    load_settings,
    passed_over,
    settings_path,
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
        ("[smtp]\nhost='x'\npasswd='geheim'", r"写了密码（smtp\.passwd）.*keyring set xlreport@"),
        ("[smtp]\nhost='x'\nsmtp_password='geheim'", r"写了密码（smtp\.smtp_password）"),
        ("password='geheim'", "写了密码（password）"),
        ("[smtp]\nhost='x'\n'授权码'='geheim'", r"写了密码"),
        ("[smtp]\nhost='x'\nhots='y'", "smtp：没有 hots 这个键，请核对拼写。"),
        ("[stmp]\nhost='x'", "顶层：没有 stmp 这个键"),
        ("path='x'", "顶层：没有 path 这个键"),
        ("[smtp]\nport=25", "smtp：缺少 host"),
        ("[smtp]\nhost='x'\nport='25'", r"smtp\.port：应为整数或不写，现在是文字。"),
        ("[smtp]\nhost='x'\nsecurity='none'", r"smtp\.security：不能是 'none'，应为 tls、starttls 之一。"),
        ("[smtp]\nhost='x'\nport=0", r"smtp\.port 应为1 至 65535 的端口号"),
        ("[smtp]\nhost=''", r"smtp\.host 应为邮件服务器的名称"),
        ("[smtp]\nhost='x'\nattempts=0", r"smtp\.attempts 应为1 至 20 的次数"),
        ("[smtp]\nhost='x'\ntimeout=0", r"smtp\.timeout 应为"),
        ("[smtp]\nhost='x'\nbackoff=-1", r"smtp\.backoff 应为"),
        ("[smtp]\nhost='a..b'", r"smtp\.host 应为邮件服务器的名称"),
        ("[smtp]\nhost='x'\nport=" + "9" * 5000, "不是正确的 TOML（有数或日期超出范围）"),
        ("[smtp]\nhost='x'\nport=" + "9" * 400, "不是正确的 TOML（有数超过15位）"),
        ("[smtp]\nhost='x'\ntimeout=nan", "不是正确的 TOML（有数超过15位）"),
        ("a = " + "[" * 5000 + "]" * 5000, "不是正确的 TOML（嵌套超过64层）"),
        ("a" + ".a" * 5000 + " = 1", "不是正确的 TOML（嵌套超过64层）"),
        ("a = " + "{a=" * 5000 + "1" + "}" * 5000, "不是正确的 TOML（嵌套超过64层）"),
        ("a = 2021-02-30", "有数或日期超出范围|不合 TOML 的写法"),
        ("a = '" + "x" * 20_000_000 + "'", "打不开（超过 20 MB）"),
        ("[smtp", "第1行第6列|文件结尾"),
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
    with pytest.raises(EnvironmentFault, match="不是 UTF-8 文本（像是 GBK"):
        load_settings(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a package's folder a, the current folder b, and the user's own c."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "b")
    monkeypatch.setattr(settings, "settings_folder", lambda: tmp_path / "c")
    return tmp_path


def test_only_the_users_own_file_counts(folder):
    """What lies beside a package or in the current folder is never read, whatever stands in it, and is said so."""
    own = folder / "c/xlreport.toml"
    assert own == settings_path()
    assert passed_over(folder / "a/报送包.zip") is None
    strange = written(folder / "a", '[smtp]\nhost = "thief.example.com"\nca_file = "thief.pem"\n')
    written(folder / "b", "[smtp")
    assert Settings() == find_settings()
    written(own.parent, GOOD)
    assert own == find_settings().path
    said = passed_over(folder / "a/报送包.zip")
    assert said is not None
    assert said.startswith(f"没有采用“{strange}”：邮件服务器、证书和用户名只认您自己的设置文件“{own}”")
    strange.unlink()
    said = passed_over(folder / "a/报送包.zip")
    assert said is not None
    assert "没有采用“xlreport.toml”" in said


def test_package_beside_the_users_own_file(folder, monkeypatch):
    """The user's own file is not passed over because a package lies beside it."""
    own = written(folder / "c", GOOD)
    monkeypatch.chdir(own.parent)
    assert passed_over(own.with_name("报送包.zip")) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_settings_that_are_a_pipe(folder):
    """A pipe in the place of the settings is said to be no file, and not waited for."""
    os.mkfifo(folder / "c/xlreport.toml")
    with pytest.raises(EnvironmentFault, match="打不开（不是普通文件）"):
        find_settings()


OFFICE = SmtpSettings(host="smtp.example.gov.cn", user="office")

BOUND = {
    "XLREPORT_SMTP_PASSWORD": "geheim",
    "XLREPORT_SMTP_HOST": "SMTP.example.gov.cn.",
    "XLREPORT_SMTP_USER": "office",
}


def test_password_from_the_environment_first(ring):
    """The environment stands before the keyring, where it names this server and this user."""
    ring.kept = "other"
    assert "geheim" == smtp_password(OFFICE, BOUND)
    assert "other" == smtp_password(OFFICE, {})


@pytest.mark.parametrize(
    "change",
    [
        {"XLREPORT_SMTP_HOST": "thief.example.com"},
        {"XLREPORT_SMTP_HOST": ""},
        {"XLREPORT_SMTP_USER": "chief"},
        {"XLREPORT_SMTP_USER": ""},
    ],
)
def test_password_of_another_server(ring, change):
    """A password that is bound to another server or user, or to none, is not used, and the sentence says why."""
    with pytest.raises(
        EnvironmentFault, match=r"没有注明是给它的，没有使用.*XLREPORT_SMTP_HOST=smtp\.example\.gov\.cn"
    ) as caught:
        smtp_password(OFFICE, BOUND | change)
    assert "geheim" not in str(caught.value)


class Ring(KeyringBackend):
    """A keyring in memory, or none at all."""

    priority = 1
    kept: str | None = None
    error: Exception | None = None

    def get_password(self, service, username):
        if self.error:
            raise self.error
        return self.kept if (service, username) == ("xlreport@smtp.example.gov.cn", "office") else None

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError


@pytest.fixture
def ring(monkeypatch):
    own = Ring()
    monkeypatch.setattr("keyring.core._keyring_backend", own)  # asking for the one before would load every backend
    return own


def test_password_from_the_keyring(ring):
    """`keyring set xlreport@<host> <user>` is where the password comes from; that of another server is not asked for."""
    ring.kept = "geheim"
    assert "geheim" == smtp_password(OFFICE, {})
    with pytest.raises(EnvironmentFault, match=r"没有找到用户“office”在邮件服务器 thief\.example\.com 的密码"):
        smtp_password(SmtpSettings(host="thief.example.com", user="office"), {})


@pytest.mark.parametrize("error", [None, NoKeyringError(), RuntimeError("no session bus"), OSError()])
def test_no_password(ring, error):
    """Without keyring or entry, or with one that fails in its own way, the sentence says both ways."""
    ring.error = error
    with pytest.raises(
        EnvironmentFault, match=r"keyring set xlreport@smtp\.example\.gov\.cn office .*XLREPORT_SMTP_PASSWORD"
    ):
        smtp_password(OFFICE, {})
