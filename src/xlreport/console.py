"""Chinese where the surroundings do not expect it: names of files, and what is printed. It never fails for that."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def require_utf8() -> None:
    """Start this process anew in UTF-8 mode where names of files could not be Chinese: under the C locale without it.

    For a process of our own only, before anything is done; it does not come back then.
    """
    try:
        "年度报告".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        if sys.executable and not sys.flags.utf8_mode:
            os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  (itself)


def plain_output() -> None:
    """Pipes and files are UTF-8; a console that cannot show a character shows a replacement.

    Without a console nothing is written.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  (stays open to the end)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def say(text: str) -> None:
    """Print a line at once. Where nobody reads any more, nothing is printed from then on."""
    _write(text, sys.stdout)


def say_error(text: str) -> None:
    """Print a line to standard error, as `say` does."""
    _write(text, sys.stderr)


def silence(stream: TextIO) -> None:
    """Let nothing be printed from then on: what already waits goes nowhere too, or Python itself complains at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _write(text: str, stream: TextIO) -> None:
    try:
        print(text, file=stream, flush=True)
    except (OSError, ValueError):
        silence(stream)
