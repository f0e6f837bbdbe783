"""Sending against a real SMTP server on loopback."""

from __future__ import annotations

import email
import json
from datetime import UTC, datetime
from email import policy

import msgspec
import pytest

from xlreport.errors import EnvironmentFault, InputError, UsageError
from xlreport.mail.receipt import claim_path, pretty, receipt_path
from xlreport.mail.send import send_package
from xlreport.mail.settings import Settings
from xlreport.published.archive import Party, sha256
from xlreport.storage.files import write_atomically

NOON = datetime(2021, 1, 22, 12, 0, tzinfo=UTC)


def send(package, settings, **options):
    """Send at noon, noting how long the waits would have been."""
    waits: list[float] = []
    receipt = send_package(package, settings, now=lambda: NOON, sleep=waits.append, **options)
    return receipt, waits


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_package_arrives_byte_for_byte(serve, office, sealed, security):
    """Over TLS and over STARTTLS the received mail's attachment is the package, under its Chinese name."""
    settings, package = serve(security), sealed()
    receipt, waits = send(package, settings)
    (envelope,) = office.received
    message = email.message_from_bytes(envelope.content, policy=policy.default)
    (attachment,) = message.iter_attachments()
    assert package.read_bytes() == attachment.get_content()
    assert package.name == attachment.get_filename()
    assert package.name == attachment.get_param("name", header="content-type")
    assert "报送2020年环翠区信访局政府信息公开工作年度报告" == message["subject"]
    assert ["upward@example.gov.cn"] == envelope.rcpt_tos
    assert "office@example.gov.cn" == envelope.mail_from
    assert "某局 <office@example.gov.cn>" == str(message["from"])
    assert "区政府办公室 <upward@example.gov.cn>" == str(message["to"])
    assert NOON == message["date"].datetime
    assert receipt.message_id == message["message-id"]
    assert message["x-unsent"] is None
    body = message.get_body()
    assert body is not None
    assert package.name in body.get_content()
    assert [] == message.defects
    assert ("sent", 1, []) == (receipt.state, receipt.attempts, waits)


def test_receipt_lies_beside_the_package(serve, sealed):
    """The receipt says when, to whom, under which id, which bytes, and what the server answered."""
    package = sealed()
    receipt, _ = send(package, serve())
    (written,) = json.loads(receipt_path(package).read_bytes())
    assert {
        "package": package.name,
        "sha256": sha256(package.read_bytes()),
        "state": "sent",
        "from": "office@example.gov.cn",
        "to": ["upward@example.gov.cn"],
        "subject": "报送2020年环翠区信访局政府信息公开工作年度报告",
        "message_id": receipt.message_id,
        "when": "2021-01-22T12:00:00+00:00",
        "answer": "250 received",
        "attempts": 1,
    }.items() <= written.items()
    assert not claim_path(package).exists()


def test_never_twice_unless_asked(serve, office, sealed):
    """A second sending is refused with the date of the first; `again` sends it under another Message-ID."""
    settings, package = serve(), sealed()
    first, _ = send(package, settings)
    with pytest.raises(
        UsageError, match=r"已于2021-01-22T12:00:00\+00:00发给 upward@example.gov.cn，没有重发.*--again"
    ):
        send(package, settings)
    copy = package.with_name("副本.zip")
    copy.write_bytes(package.read_bytes())
    with pytest.raises(UsageError, match="没有重发"):
        send(copy, settings)
    assert 1 == len(office.received)
    second, _ = send(package, settings, again=True)
    assert 2 == len(office.received)
    assert first.message_id != second.message_id
    assert 2 == len(json.loads(receipt_path(package).read_bytes()))


def test_another_package_of_the_same_name_is_sent(serve, office, sealed):
    """What was sent is known by its bytes: a rebuilt package is another one."""
    settings = serve()
    send(sealed(), settings)
    send(sealed(data=b"PK\x03\x04changed"), settings)
    assert 2 == len(office.received)


def test_dry_run_touches_nothing(serve, office, sealed, monkeypatch, tmp_path):
    """A dry run says what would be sent, without password, network or file."""
    settings, package = serve(), sealed()
    monkeypatch.delenv("XLREPORT_SMTP_PASSWORD")
    before = sorted(tmp_path.iterdir())
    receipt, _ = send(package, settings, dry_run=True)
    assert ("dry-run", ("upward@example.gov.cn",)) == (receipt.state, receipt.to)
    assert len(package.read_bytes()) < receipt.size
    assert before == sorted(tmp_path.iterdir())
    assert 0 == office.greetings


def test_wrong_password(serve, office, sealed, monkeypatch):
    """A wrong password is one sentence with status 4, tried once, and never shown."""
    monkeypatch.setenv("XLREPORT_SMTP_PASSWORD", "not-the-one")
    package = sealed()
    with pytest.raises(EnvironmentFault, match=r"不接受用户“office@example\.gov\.cn”的密码") as caught:
        send(package, serve())
    assert "not-the-one" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert (1, []) == (office.greetings, office.received)
    assert not receipt_path(package).exists()
    assert not claim_path(package).exists()


def test_password_beyond_ascii(serve, office, sealed, monkeypatch):
    """A password that the protocol cannot carry is said so."""
    monkeypatch.setenv("XLREPORT_SMTP_PASSWORD", "密码")
    with pytest.raises(EnvironmentFault, match="密码里有邮件服务器不能接受的字符"):
        send(sealed(), serve())


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_certificate_of_another_server(serve, office, sealed, security):
    """A certificate for another name is not accepted; nothing is sent, and no password."""
    with pytest.raises(EnvironmentFault, match=r"证书不能信任.*没有发送"):
        send(sealed(), serve(security, name="mail.example.com"))
    assert (0, []) == (office.logins, office.received)


def test_certificate_of_an_unknown_authority(serve, office, sealed):
    """Without the CA file the test's authority is unknown, and the certificate refused."""
    settings = serve()
    settings = msgspec.structs.replace(settings, smtp=msgspec.structs.replace(settings.smtp, ca_file=""))
    with pytest.raises(EnvironmentFault, match=r"证书不能信任.*smtp\.ca_file"):
        send(sealed(), settings)
    assert 0 == office.logins


def test_missing_ca_file(serve, sealed):
    """A CA file that is not there is said so."""
    settings = serve()
    settings = msgspec.structs.replace(settings, smtp=msgspec.structs.replace(settings.smtp, ca_file="no.pem"))
    with pytest.raises(EnvironmentFault, match=r"证书文件“.*no\.pem”不能使用"):
        send(sealed(), settings)


def test_temporary_refusal_then_success(serve, office, sealed):
    """4xx is tried again after doubling waits; the receipt tells the number of attempts."""
    office.replies = ["451 try later", "452 too many", "250 OK"]
    receipt, waits = send(sealed(), serve())
    assert ([5.0, 10.0], 3) == (waits, receipt.attempts)
    assert 1 == len(office.received)


def test_temporary_refusal_that_stays(serve, office, sealed):
    """After the last attempt the server's words are told, and nothing is on record as sent."""
    office.replies = ["451 try later"] * 9
    package = sealed()
    with pytest.raises(EnvironmentFault, match="没有收下邮件（对方答复「451 try later」）（共试了4次），请稍后再发"):
        send(package, serve())
    assert 5 == len(office.replies)
    assert not receipt_path(package).exists()
    assert not claim_path(package).exists()


def test_permanent_refusal(serve, office, sealed):
    """5xx is not tried again."""
    office.replies = ["554 spam"] * 2
    with pytest.raises(EnvironmentFault, match=r"没有收下邮件（对方答复「554 spam」）。"):
        send(sealed(), serve())
    assert 1 == len(office.replies)


def test_refused_recipient(serve, office, sealed):
    """An address that the server refuses is named, and nobody gets the mail."""
    office.recipients = ["250 OK", "550 no such user"]
    package = sealed(upward=Party(address="a@example.gov.cn；b@example.gov.cn"))
    with pytest.raises(EnvironmentFault, match=r"不接受收件地址 b@example.gov.cn（对方答复「550 no such user」）"):
        send(package, serve())
    assert [] == office.received


def test_disconnect_in_the_middle_then_success(serve, office, sealed):
    """A connection that breaks before the message is tried again, with the same Message-ID."""
    office.recipients = ["disconnect", "250 OK"]
    receipt, waits = send(sealed(), serve("starttls"))
    assert (1, 2, [5.0]) == (len(office.received), receipt.attempts, waits)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("disconnect", "连接断开了"),
        ("rubbish", "回应不能理解：「rubbish」"),
        ("354 go on", "回应不能理解：「354 go on」"),
        ("220 welcome", "回应不能理解：「220 welcome」"),
        ("25", "回应不能理解：「25」"),
        ("250-OK\r\n554 no", "回应不能理解：「554 no」"),
    ],
)
def test_doubtful_answer_leaves_it_uncertain(serve, office, sealed, reply, said):
    """Where nobody knows whether the mail was taken it is not tried again, the next sending asks first; `again` sends."""
    office.replies = [reply]
    settings, package = serve(), sealed()
    with pytest.raises(EnvironmentFault, match=r"状态不明：邮件传完以后，.*不能确定是否送达.*--again") as caught:
        send(package, settings)
    assert said in str(caught.value)
    assert [] == office.replies
    assert "uncertain" == json.loads(claim_path(package).read_bytes())["state"]
    with pytest.raises(UsageError, match=r"不能确定是否送达.*--again"):
        send(package, settings)
    copy = package.with_name("副本.zip")
    copy.write_bytes(package.read_bytes())
    with pytest.raises(UsageError, match=r"不能确定是否送达.*--again"):
        send(copy, settings)
    assert [] == office.received
    send(package, settings, again=True)
    assert 1 == len(office.received)
    assert not claim_path(package).exists()


def test_size_limit_is_told_before_the_upload(serve, office, sealed):
    """A mail over the announced SIZE is not uploaded; both sizes are told."""
    package = sealed(data=bytes(range(256)) * 2000)
    with pytest.raises(EnvironmentFault, match=r"邮件大小为.*超过邮件服务器 127\.0\.0\.1 允许的3000 字节，没有上传"):
        send(package, serve(data_size_limit=3000))
    assert [] == office.received


def test_server_without_starttls(serve, office, sealed, authority):
    """Without STARTTLS nothing is sent in the clear, and no password."""
    settings = serve("starttls")
    plain = serve("plain", login=False)
    smtp = msgspec.structs.replace(plain.smtp, security="starttls")
    with pytest.raises(EnvironmentFault, match="不支持 STARTTLS，为了安全没有发送"):
        send(sealed(), msgspec.structs.replace(settings, smtp=smtp))
    assert (0, []) == (office.logins, office.received)


def test_tls_to_a_plain_port(serve, sealed):
    """Security and port that do not fit are said so."""
    settings = serve("starttls")
    smtp = msgspec.structs.replace(settings.smtp, security="tls")
    with pytest.raises(EnvironmentFault, match=r"不能建立加密连接.*smtp\.port 和 smtp\.security"):
        send(sealed(), msgspec.structs.replace(settings, smtp=smtp))


def test_nobody_listens(serve, sealed):
    """A refused connection is temporary: tried again, then told."""
    settings = serve()
    smtp = msgspec.structs.replace(settings.smtp, port=1, attempts=2)
    waits: list[float] = []
    with pytest.raises(EnvironmentFault, match=r"连不上邮件服务器 127\.0\.0\.1:1（.*）（共试了2次）"):
        send_package(sealed(), msgspec.structs.replace(settings, smtp=smtp), now=lambda: NOON, sleep=waits.append)
    assert [5.0] == waits


def test_relay_without_login(serve, office, sealed):
    """A relay that asks for no user gets none."""
    send(sealed(), serve(login=False))
    assert (0, 1) == (office.logins, len(office.received))


def test_unit_name_cannot_inject_headers(serve, office, sealed):
    """Line breaks in a unit's name or the addressee's end up as spaces."""
    package = sealed(
        unit="某局\r\nBcc: thief@example.com\r\n\r\n正文",
        upward=Party(name="办公室\nCc: thief@example.com", address="upward@example.gov.cn"),
    )
    send(package, serve())
    (envelope,) = office.received
    message = email.message_from_bytes(envelope.content, policy=policy.default)
    assert (None, None) == (message["bcc"], message["cc"])
    assert ["upward@example.gov.cn"] == envelope.rcpt_tos
    assert message["subject"].startswith("报送2020年某局 Bcc: thief@example.com 正文")


@pytest.mark.parametrize("address", ["a@b.cn\r\nBcc: x", "上级", "<a@b.cn>", "a@b", "a b@c.cn"])
def test_address_that_is_none(serve, office, sealed, address):
    """What is no address is refused before anything is opened."""
    with pytest.raises(UsageError, match="不是邮箱地址"):
        send(sealed(upward=Party(address=address)), serve())
    assert 0 == office.greetings


def test_package_without_address(sealed, serve):
    """A package that names no addressee is not sent."""
    with pytest.raises(UsageError, match="没有收件人"):
        send(sealed(upward=Party(name="区政府办公室")), serve())


def test_tampered_package(sealed, serve, office):
    """What was changed after sealing is not sent."""
    package = sealed()
    package.write_bytes(package.read_bytes().replace(b"manifest", b"manifesT"))
    with pytest.raises(InputError):
        send(package, serve())
    assert 0 == office.greetings


def test_no_settings(sealed):
    """Without [smtp] the sentence says what to write where."""
    with pytest.raises(EnvironmentFault, match=r"xlreport\.toml”里写 \[smtp\]"):
        send(sealed(), Settings())


def test_broken_receipt_is_no_licence_to_send_again(serve, office, sealed):
    """A receipt that cannot be read stops the sending: perhaps it was sent."""
    package = sealed()
    receipt_path(package).write_bytes(b"[{")
    with pytest.raises(EnvironmentFault, match="不能确定是否发送过"):
        send(package, serve())
    assert [] == office.received


def test_copies(serve, office, sealed):
    """`mail.cc` gets a copy, openly."""
    settings = serve()
    settings = msgspec.structs.replace(
        settings, mail=msgspec.structs.replace(settings.mail, cc=("存档 <archive@example.gov.cn>",))
    )
    receipt, _ = send(sealed(), settings)
    assert ("upward@example.gov.cn", "archive@example.gov.cn") == receipt.to
    assert list(receipt.to) == office.received[0].rcpt_tos


@pytest.mark.parametrize("late", [True, False])
def test_interrupted_sending_is_on_record(serve, sealed, monkeypatch, late):
    """A sending that is interrupted at the end of the message leaves its claim: the next one asks first; before, none."""

    def interrupted(*_, committing):
        if late:
            committing()
        raise KeyboardInterrupt

    package, settings = sealed(), serve()
    with monkeypatch.context() as patch:
        patch.setattr("xlreport.mail.send.upload", interrupted)
        with pytest.raises(KeyboardInterrupt):
            send(package, settings)
    if late:
        assert "uncertain" == json.loads(claim_path(package).read_bytes())["state"]
        with pytest.raises(UsageError, match="上次发送中断"):
            send(package, settings)
    else:
        assert not claim_path(package).exists()
        assert "sent" == send(package, settings)[0].state


def test_killed_sending(serve, office, sealed):
    """What a killed process left says whether the end of the message may be out; only then the next sending asks."""
    settings, package = serve(), sealed()
    receipt, _ = send(package, settings)
    receipt_path(package).unlink()
    claim_path(package).write_bytes(pretty(msgspec.structs.replace(receipt, state="sending")))
    with pytest.raises(UsageError, match="上次发送中断"):
        send(package, settings)
    claim_path(package).write_bytes(pretty(msgspec.structs.replace(receipt, state="preparing")))
    send(package, settings)
    assert 2 == len(office.received)
    assert not claim_path(package).exists()


def test_claim_that_cannot_be_kept(serve, office, sealed, monkeypatch):
    """Where the disk fills up before the message ends, it is not ended: nothing is sent, and no claim left."""

    def full(path, data):
        raise EnvironmentFault("磁盘满了。")

    monkeypatch.setattr("xlreport.mail.receipt.write_atomically", full)
    package = sealed()
    with pytest.raises(EnvironmentFault, match=r"\A磁盘满了"):
        send(package, serve())
    assert [] == office.received
    assert not claim_path(package).exists()


def test_two_at_once(serve, office, sealed):
    """While one sending is under way, a second one is refused."""
    package = sealed()
    refusals: list[str] = []

    def meanwhile(_: float) -> None:
        with pytest.raises(UsageError) as caught:
            send(package, settings)
        refusals.append(str(caught.value))

    settings = serve()
    office.replies = ["451 try later", "250 OK"]
    send_package(package, settings, now=lambda: NOON, sleep=meanwhile)
    assert 1 == len(office.received)
    assert "正在由另一个程序发送" in refusals[0]


def test_receipt_that_cannot_be_written(serve, office, sealed, monkeypatch):
    """Where the mail is out and the receipt fails, the sentence says so and warns of a second sending."""

    def full(path, data):
        if path == receipt_path(package):
            raise EnvironmentFault("磁盘满了。")
        write_atomically(path, data)

    package = sealed()
    monkeypatch.setattr("xlreport.mail.receipt.write_atomically", full)
    with pytest.raises(EnvironmentFault, match=r"已经发出，不要重发.*磁盘满了"):
        send(package, serve())
    assert 1 == len(office.received)
    with pytest.raises(UsageError, match="不能确定是否送达"):
        send(package, serve())


@pytest.mark.long
def test_package_with_texts_without_end(serve, office, sealed):
    """Names of any length make a subject and headers of bounded length; more addresses than a mail has are refused."""
    long = "单" * 1_000_000
    receipt, _ = send(sealed(unit=long, upward=Party(name=long, address="upward@example.gov.cn")), serve())
    assert len(receipt.subject) <= 300
    assert ["upward@example.gov.cn"] == office.received[0].rcpt_tos
    for address in ("a@b.cn," * 50_000, "a" * 1_000_000):
        with pytest.raises(UsageError, match=r"\A报送邮箱“a[^\n]{0,120}”不是邮箱地址") as caught:
            send(sealed(upward=Party(address=address)), serve())
        assert len(str(caught.value)) < 300
