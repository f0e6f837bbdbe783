"""Whatever a server answers, the state is right, and nothing but the sentences of this program comes out."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest

from support.hostile_smtp import HostileServer
from xlreport.errors import EnvironmentFault
from xlreport.mail.receipt import claim_path, receipt_path
from xlreport.mail.send import send_package
from xlreport.mail.settings import Settings, SmtpSettings
from xlreport.mail.smtp import SmtpFault, upload


class Clear(ssl.SSLContext):
    """In the place of a TLS context: everything as it is, without the cost of thousands of handshakes."""

    def wrap_socket(self, sock: Any, *_: object, **__: object) -> Any:
        return sock


CLEAR = Clear(ssl.PROTOCOL_TLS_CLIENT)

START = datetime(2021, 1, 1, tzinfo=UTC)

#: How often a server took a mail that is told to be in that state.
TIMES = {"sent": {1}, "unsent": {0}, "uncertain": {0, 1}}


def settings_for(server, n):
    """TLS and STARTTLS, with and without login, one attempt and two, in turns."""
    return SmtpSettings(
        host="127.0.0.1",
        port=server.port,
        security="tls" if n % 2 else "starttls",
        user="office@example.gov.cn" if n % 3 else "",
        sender="office@example.gov.cn",
        timeout=0.02,
        attempts=1 + n % 2,
    )


def agree(results, server):
    """Every state is one that fits what the server took, and every sentence is one; all states occur."""
    for moment, state, said in results:
        assert server.taken[f"Date: {format_datetime(moment)}"] in TIMES[state], (moment, state, said)
        assert len(said) < 700
        assert not re.search(r"[\x00-\x1f\u202e]|Error|Traceback", said), said
    states = Counter(state for _, state, _ in results)
    assert min(states[each] for each in TIMES) > len(results) / 20, states


@pytest.mark.long
def test_thousands_of_random_answers():
    """An upload is sent, and taken exactly once; not sent, and not taken; or uncertain. No exception but ours."""
    results = []
    with HostileServer(20210122) as server:
        for n in range(2000):
            moment = START + timedelta(seconds=n)
            raw = f"Date: {format_datetime(moment)}\r\nSubject: x\r\n\r\n.x\r\n".encode()
            state, said = "sent", ""
            try:
                said = upload(settings_for(server, n), CLEAR, "geheim", "a@example.gov.cn", ["b@example.gov.cn"], raw)
            except SmtpFault as fault:
                state, said = "uncertain" if fault.uncertain else "unsent", fault.sentence
            results.append((moment, state, said))
    agree(results, server)


def clock(moment: datetime) -> Callable[[], datetime]:
    """It stands still."""
    return lambda: moment


@pytest.mark.long
def test_hundreds_of_sendings(sealed, tmp_path, monkeypatch):
    """So it is with retries, receipts and claims: a claim is left where it is uncertain, and only there."""
    monkeypatch.setattr("xlreport.mail.send.tls_context", lambda _: CLEAR)
    package, results = sealed(), []
    claim, receipt = claim_path(package), receipt_path(package)
    with HostileServer(20210123) as server:
        for n in range(200):
            moment = START + timedelta(seconds=n)
            settings = Settings(smtp=settings_for(server, n), path=tmp_path / "xlreport.toml")
            try:
                state: str = send_package(package, settings, now=clock(moment), sleep=lambda _: None).state
                said = json.loads(receipt.read_bytes())[-1]["answer"]
            except EnvironmentFault as error:
                state, said = "uncertain" if "状态不明" in str(error) else "unsent", str(error)
            results.append((moment, state, said))
            assert (state == "sent", state == "uncertain") == (receipt.exists(), claim.exists()), said
            assert not claim.exists() or "uncertain" == json.loads(claim.read_bytes())["state"]
            claim.unlink(missing_ok=True)
            receipt.unlink(missing_ok=True)
    agree(results, server)


def scripted(*answers: bytes, pause: threading.Event | None = None):
    """A server for one connection: it says each answer to a line, the last one byte by byte until `pause` is set."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as heard, contextlib.suppress(OSError):
            *first, last = answers
            for answer in first:
                connection.sendall(answer)
                line = heard.readline()
                while answer.startswith(b"354") and line not in (b".\r\n", b""):
                    line = heard.readline()
            while pause is None or not pause.wait(0.005):
                connection.sendall(last)
        listener.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


EHLO, OK = b"250 mail.test\r\n", b"250 ok\r\n"


@pytest.mark.long
@pytest.mark.parametrize(
    ("answers", "uncertain"),
    [
        ((b"2",), False),
        ((b"220-x\r\n",), False),
        ((b"220 x\r\n", b"250-x\r\n"), False),
        ((b"220 x\r\n", EHLO, b"2"), False),
        ((b"220 x\r\n", EHLO, OK, OK, b"354 go\r\n", b"2"), True),
        ((b"220 x\r\n", EHLO, OK, OK, b"354 go\r\n", b"250-x\r\n"), True),
    ],
)
def test_answers_that_never_end(answers, uncertain):
    """A server that drips for ever is left after the time of the whole exchange; after the dot nobody knows."""
    pause = threading.Event()
    port, thread = scripted(*answers, pause=pause)
    smtp = SmtpSettings(host="127.0.0.1", port=port, timeout=0.1)
    try:
        with pytest.raises(SmtpFault, match=r"回应得太慢|不能理解") as caught:
            upload(smtp, CLEAR, None, "a@example.gov.cn", ["b@example.gov.cn"], b"Subject: x\r\n\r\nx\r\n")
    finally:
        pause.set()
        thread.join()
    assert uncertain == caught.value.uncertain


def test_flood(tmp_path):
    """Endless lines, as fast as they come, are cut off by their length."""
    port, thread = scripted(b"220 x\r\n", b"250-" + b"x" * 70 + b"\r\n")
    smtp = SmtpSettings(host="127.0.0.1", port=port, timeout=60)
    with pytest.raises(SmtpFault, match="回应不能理解"):
        upload(smtp, CLEAR, None, "a@example.gov.cn", ["b@example.gov.cn"], b"x")
    thread.join()


@pytest.mark.parametrize("host", ["a..b", ".", "x" * 300, "a\x00b", "\udc80", "例.例", "[::1", "-"])
def test_host_that_is_none(host):
    """A name that no server can have is a sentence, however it got here."""
    with pytest.raises(SmtpFault, match=r"找不到邮件服务器|不能理解|连不上"):
        upload(SmtpSettings(host=host, port=1, timeout=1), CLEAR, None, "a@b.cn", ["c@d.cn"], b"x")


SEND = "import sys; from xlreport.cli import main; main(['send', *sys.argv[1:]])"


@pytest.fixture
def own_settings(serve, tmp_path, monkeypatch):
    """The user's own settings, for processes of their own."""
    smtp = serve().smtp
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    path = tmp_path / "own/xlreport/xlreport.toml"
    path.parent.mkdir(parents=True)
    lines = {**msgspec.structs.asdict(smtp), "ca_file": str(tmp_path / "ca.pem")}
    path.write_text("[smtp]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items()))
    return path


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", SEND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.mark.program
@pytest.mark.parametrize("options", [[], ["--again"]])
def test_second_process_meanwhile(own_settings, office, sealed, options):
    """While a process is between DATA and the answer, another one sends nothing, not even when told to send again."""
    package = sealed()
    copy = package.with_name("副本.zip")
    copy.write_bytes(package.read_bytes())
    office.hold = threading.Event()
    first = started(package)
    assert office.reached.wait(60)
    for path in (package, copy):
        second = started(*options, path)
        said = second.communicate(timeout=60)[1]
        assert (2, True) == (second.returncode, "正在由另一个程序发送" in said), said
    office.hold.set()
    first.communicate(timeout=60)
    assert (0, 1) == (first.returncode, len(office.received))
    assert not list(package.parent.glob(".xlreport*"))


@pytest.mark.program
def test_processes_at_the_same_moment(own_settings, office, sealed):
    """Of several processes that start at once, one sends."""
    package = sealed()
    processes = [started(package) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [0, 2, 2, 2] == sorted(process.returncode for process in processes)
    assert 1 == len(office.received)
    assert not claim_path(package).exists()


@pytest.mark.program
def test_killed_process(own_settings, office, sealed):
    """A process killed after the dot leaves it uncertain: the next one asks first."""
    package = sealed()
    office.hold = threading.Event()
    first = started(package)
    assert office.reached.wait(60)
    first.kill()
    first.communicate(timeout=60)
    office.hold.set()
    second = started(package)
    said = second.communicate(timeout=60)[1]
    assert (2, True) == (second.returncode, "不能确定是否送达" in said), said
    assert len(office.received) <= 1
