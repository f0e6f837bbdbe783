"""What the helpdesk needs when a double-click goes wrong: a log without the clerk's data, and the folder it lies in.

Only versions, steps, rule ids, error codes and places in the program are written: no figure, no name, no prose, no
path, and no text of an exception, since that may quote any of them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlreport.storage.folders import log_folder
from xlreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

LOG_NAME = "xlreport.log"

#: The log goes on in a new file at this size; so many old ones are kept.
_LOG_BYTES, _LOGS_KEPT = 256 * 1024, 3

#: So many places in the program are noted from either end of the way that an exception came.
_FRAMES = 20


@cache
def state_folder() -> Path:
    """The user's folder for the log and for pages that have no other place; a temporary one where there is none."""
    folder = log_folder()
    if folder is not None:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    try:
        return Path(tempfile.mkdtemp(prefix="xlreport-"))
    except OSError:  # nowhere to write at all: the page and the log then fail by themselves
        return Path()


def log_path() -> Path:
    return state_folder() / LOG_NAME


def _write(level: str, text: str) -> None:
    """Append a line. The log is a service: where it cannot be written, the work goes on."""
    path = log_path()
    # Not the logging package: its rotating handler takes 30 ms to import, a tenth of a whole run.
    moment = time.strftime("%Y-%m-%d %H:%M:%S%z")
    with contextlib.suppress(OSError):
        if path.exists() and not path.is_file():  # a pipe would be waited for
            return
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            _rotate(path)
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{moment} {os.getpid()} {level} {text}\n")


def _rotate(path: Path) -> None:
    """xlreport.log becomes xlreport.log.1, and so on; the oldest goes."""
    names = [path, *(path.with_name(f"{LOG_NAME}.{n}") for n in range(1, _LOGS_KEPT + 1))]
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        if newer.exists():
            newer.replace(older)


def log_start(workbooks: int) -> None:
    """The surroundings, once a run."""
    python = ".".join(map(str, sys.version_info[:3]))
    _write("info", f"start xlreport={__version__} python={python} system={_system()} workbooks={workbooks}")


def log_step(step: str, number: int = 0, *, status: int = 0, rules: Iterable[str] = ()) -> None:
    """A step of the work on workbook `number`, with the ids of the rules that spoke."""
    counts: dict[str, int] = {}
    for rule in rules:
        name = re.sub(r"[^a-z0-9_.\[\]-]", "?", rule.lower())
        counts[name] = counts.get(name, 0) + 1
    listed = " ".join(f"{name}×{n}" if n > 1 else name for name, n in counts.items())
    _write("info", f"{step} workbook={number} status={status} {listed}".rstrip())


def log_exception(step: str, error: BaseException, number: int = 0) -> None:
    """An exception: its class, its error number, and the lines of the program it came through."""
    code = errno.errorcode.get(error.errno, error.errno) if isinstance(error, OSError) and error.errno else "-"
    frames, at = [], error.__traceback__
    while at is not None:
        frames.append(f"{at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}")
        at = at.tb_next
    if len(frames) > 2 * _FRAMES:  # it went round in circles
        frames = [*frames[:_FRAMES], "…", *frames[-_FRAMES:]]
    _write("error", f"{step} workbook={number} {type(error).__name__} errno={code} {' > '.join(frames)}")


def _system() -> str:
    if sys.platform == "win32":
        version = sys.getwindowsversion()
        return f"Windows-{version.major}.{version.minor}.{version.build}"
    system = os.uname()
    return f"{system.sysname}-{system.release}-{system.machine}".replace(" ", "_")
