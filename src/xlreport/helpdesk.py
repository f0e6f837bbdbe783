"""What the helpdesk needs when a double-click goes wrong: a log without the clerk's data, and the folder it lies in.

Only versions, steps, rule ids, error codes and places in the program are written: no figure, no name, no prose, no
path, and no text of an exception, since that may quote any of them.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport import __version__

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable

LOG_NAME = "xlreport.log"

#: The log goes on in a new file at this size; so many old ones are kept.
_LOG_BYTES, _LOGS_KEPT = 256 * 1024, 3


@cache
def state_folder() -> Path:
    """The user's folder for the log and for pages that have no other place; a temporary one where there is none."""
    try:
        folder = _home()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return Path(tempfile.mkdtemp(prefix="xlreport-"))


def _home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "xlreport"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "xlreport"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "xlreport"


def log_path() -> Path:
    return state_folder() / LOG_NAME


@cache
def _log() -> logging.Logger:
    import logging.handlers  # noqa: PLC0415

    class Handler(logging.handlers.RotatingFileHandler):
        """The log is a service: where it cannot be written, the work goes on."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the library's name)
            del record

    log = logging.getLogger("xlreport.helpdesk")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = Handler(log_path(), maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(message)s"))
    log.addHandler(handler)
    return log


def log_start(workbooks: int) -> None:
    """The surroundings, once a run."""
    python = platform.python_version()
    _log().info("start xlreport=%s python=%s system=%s workbooks=%d", __version__, python, _system(), workbooks)


def log_step(step: str, number: int = 0, *, status: int = 0, rules: Iterable[str] = ()) -> None:
    """A step of the work on workbook `number`, with the ids of the rules that spoke."""
    counts: dict[str, int] = {}
    for rule in rules:
        name = re.sub(r"[^a-z0-9_.\[\]-]", "?", rule.lower())
        counts[name] = counts.get(name, 0) + 1
    listed = " ".join(f"{name}×{n}" if n > 1 else name for name, n in counts.items())
    _log().info("%s workbook=%d status=%d %s", step, number, status, listed)


def log_exception(step: str, error: BaseException, number: int = 0) -> None:
    """An exception: its class, its error number, and the lines of the program it came through."""
    code = errno.errorcode.get(error.errno, error.errno) if isinstance(error, OSError) and error.errno else "-"
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    _log().error("%s workbook=%d %s errno=%s %s", step, number, type(error).__name__, code, " > ".join(frames))


def _system() -> str:
    # platform.platform() starts a program on Windows; the release says enough.
    return f"{platform.system()}-{platform.release()}-{platform.machine()}".replace(" ", "_")
