"""An SMTP server that answers at random, and knows what it took."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import struct
import threading
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Instead of an answer: hang up, or say nothing more.
HANG_UP, SILENCE = b"hang up", b"silence"

#: What no server should answer to a command.
NONSENSE = (
    b"",
    b"\r\n",
    b"2\r\n",
    b"2500 ok\r\n",
    b"250\tok\r\n",
    b"hello\r\n",
    b"\x00\x01\xff\xfe\r\n",
    "你好\r\n".encode("gb18030"),
    "250 中文 \x1b[2J\u202e\r\n".encode(),
    b"250-a\r\n550 b\r\n",
    b"250-a\r\nrubbish\r\n",
    b"250-endless\r\n" * 6000,
    b"250 " + b"x" * 100_000 + b"\r\n",
    b"x" * 100_000,
    b"334 !!!!\r\n",
    b"334 \xff\xff=\r\n",
    b"334 VXNlcm5hbWU6\r\n",
    b"334 a\r\n",
    b"235\r\n",
    b"354 go\r\n",
    b"221 bye\r\n",
    b"199 what\r\n",
    b"999 what\r\n",
    b"250 ok\r\n250 ok\r\n354 ok\r\n250 ok\r\n",
    b"421 busy\r\n",
    b"451 later\r\n",
    b"550 no\r\n",
    b"550",
    HANG_UP,
    SILENCE,
)

#: Lines of an EHLO reply that are beside what they should be.
FEATURES = (
    b"SIZE",
    b"SIZE " + b"9" * 5000,
    b"SIZE -1",
    b"SIZE abc",
    b"SIZE \xb2",
    b"SIZE 10",
    b"AUTH",
    b"AUTH=LOGIN",
    b"AUTH CRAM-MD5 PLAIN",
    b"AUTH LOGIN",
    b"AUTH NTLM",
    b"STARTTLS\xff",
    b"\xe4\xbd\xa0",
    b"",
    b"8BITMIME",
)

#: After the dot: what a server says that took the mail, or did not; the rest it may say either way.
TOOK, REFUSED = (b"250 taken\r\n", b"250-taken\r\n250 indeed\r\n"), (b"451 later\r\n", b"554 no\r\n", b"421 busy\r\n")
EITHER = tuple(each for each in NONSENSE if not re.match(rb"250 |[45]\d\d ", each))


class HostileServer:
    """Serves one connection after the other; `taken` counts the mails that it took, by their Date."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.taken: Counter[str] = Counter()
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as heard, contextlib.suppress(OSError):
                connection.settimeout(5)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._talk(connection, heard)

    def _talk(self, connection: socket.socket, heard: BinaryIO) -> None:
        going = self._say(connection, b"220 mail.test\r\n")
        while going and (line := heard.readline()):
            verb = line[:4].upper()
            if verb == b"EHLO":
                going = self._say(connection, self._ehlo())
            elif verb == b"STAR":
                going = self._say(connection, b"220 go on\r\n")
            elif verb == b"AUTH":
                going = self._say(connection, b"235 welcome\r\n")
            elif verb == b"DATA":
                going = self._say(connection, b"354 go on\r\n") and self._data(connection, heard)
            else:
                going = self._say(connection, b"250 ok\r\n")
        if going is None:
            connection.recv(1)  # silence, until the other side has enough

    def _ehlo(self) -> bytes:
        lines = [b"250-mail.test", b"250-STARTTLS", b"250-AUTH PLAIN LOGIN"]
        if not self.random.randrange(4):
            lines += [b"250-" + self.random.choice(FEATURES) for _ in range(3)]
        return b"\r\n".join([*lines, b"250 HELP\r\n"])

    def _data(self, connection: socket.socket, heard: BinaryIO) -> bool | None:
        if not self.random.randrange(20):
            return False  # hangs up in the middle of it
        lines = []
        while (line := heard.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        date = next(each for each in lines if each.startswith(b"Date: ")).decode().strip()
        took = self.random.random() < 0.6
        self.taken[date] += took
        return self._say(connection, self.random.choice(TOOK if took else REFUSED), EITHER, 3)

    def _say(
        self, connection: socket.socket, right: bytes, wrong: Sequence[bytes] = NONSENSE, often: int = 25
    ) -> bool | None:
        """Whether to go on; None for silence. One answer of `often` is a wrong one; some come in pieces."""
        words = right if self.random.randrange(often) else self.random.choice(wrong)
        if words == HANG_UP:
            if self.random.randrange(2):
                # With a reset instead of an end.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if words == SILENCE:
            return None
        at = self.random.randrange(len(words) + 1)
        connection.sendall(words[:at])
        connection.sendall(words[at:])
        return True
