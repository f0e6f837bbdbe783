"""A set of files in one folder, replaced together or not at all.

The new files stand whole in a folder of their own beside the old ones. Then the old ones are moved aside, all of them,
and only then the new ones move in. So old and new never stand side by side, and a file that another program holds is
found before anything is put in its place. A journal tells what a run that was broken off had under way: the next one
puts the old files back, or, where the new ones were moving in, moves in the rest. Either touches only places where
nothing stands: what a person has put there since stays.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from typing import TYPE_CHECKING, Final

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.storage.files import MAX_TEXT, keep_names, read_bounded, write_fault, write_through
from xlreport.storage.lock import give_back, take
from xlreport.storage.plain_data import Malformed, decode_json
from xlreport.wording import is_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

#: Folders (and single files) that a run works in, and nobody else's: this and eight characters.
_PREFIX: Final = ".xlreport-"
_OURS = re.compile(re.escape(_PREFIX) + r"[a-z0-9_]{8}")

_LOCK: Final = ".xlreport.set"

#: The journal while old files are moved aside, and from the moment when new ones move in.
_ASIDE, _IN = "aside.json", "in.json"

#: Seconds to wait for another run to finish its moves, and until a single file that was left over is surely nobody's.
_PATIENCE: Final = 30.0
_FORGOTTEN: Final = 24 * 3600.0


class _Step(msgspec.Struct, frozen=True):
    """A place in the folder: where what stands there goes, and what comes there, as paths from the folder; "" for nothing."""

    name: str
    aside: str
    new: str


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Be the only one who replaces files in `folder`, what an earlier run broke off there being settled.

    Raises EnvironmentFault where that cannot be settled, or another run does not finish.
    """
    handle = _wait(folder)
    try:
        _settle(folder, alone=handle is not None)
        yield
    finally:
        if handle is not None:
            give_back(folder / _LOCK, handle)


def settle(folder: Path) -> None:
    """Finish or undo what an earlier run broke off in `folder`, and clear what it left. Raises as `exclusive` does."""
    if _left(folder):
        with exclusive(folder):
            pass


def replace_set(folder: Path, files: Mapping[str, bytes], aside: Mapping[str, str], gone: Collection[str] = ()) -> None:
    """Put `files` (by name) in `folder`, which the caller holds; those of the names in `gone` are taken away.

    What stands at a name in `aside` is kept under the name given there. Raises EnvironmentFault where one of them cannot
    be replaced, OSError where nothing can be written; the folder is as it was then.
    """
    for name in (*files, *gone):
        if is_folder(folder / name):
            raise write_fault(folder / name, IsADirectoryError())
    # Not tempfile's: on Windows what was private there would stay so in its place.
    work = folder / f"{_PREFIX}{os.urandom(4).hex()}"
    work.mkdir()
    steps = []
    try:
        for n, name in enumerate((*files, *gone)):
            new = f"{work.name}/new{n}" if name in files else ""
            steps.append(_Step(name, aside.get(name, f"{work.name}/old{n}"), new))
            if new:
                write_through(folder / new, files[name])
        _write_journal(work, steps)
        _move_aside(folder, steps)
        keep_names(folder)
        (work / _ASIDE).replace(work / _IN)
        keep_names(work)
        _move_in(folder, steps)
        keep_names(folder)
        (work / _IN).unlink()
    except BaseException as error:
        # What cannot be undone here is settled by the next run, which finds the journal.
        with contextlib.suppress(OSError):
            _undo(folder, work, steps)
            _clear(work)
        if isinstance(error, _Held):
            raise _told(error) from None
        raise
    with contextlib.suppress(OSError):
        _clear(work)


def _told(held: _Held) -> EnvironmentFault:
    return write_fault(held.path, held.reason)


def put_together(folder: Path, files: Mapping[str, bytes], gone: Collection[str] = ()) -> None:
    """`replace_set` in a folder that is made where needed and that nobody holds yet. Raises EnvironmentFault."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder):
            replace_set(folder, files, {}, gone)
    except OSError as error:
        raise error if isinstance(error, EnvironmentFault) else write_fault(folder / min(files), error) from None


class _Held(Exception):
    """A file that cannot be moved from its place, or to it."""

    def __init__(self, path: Path, reason: OSError) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason


def _write_journal(work: Path, steps: Sequence[_Step]) -> None:
    part = work / "journal"
    write_through(part, msgspec.json.encode(steps))
    part.replace(work / _ASIDE)
    keep_names(work)
    keep_names(work.parent)


def _move_aside(folder: Path, steps: Sequence[_Step]) -> None:
    for step in steps:
        place = folder / step.name
        if os.path.lexists(place):
            _move(place, folder / step.aside, place)


def _move_in(folder: Path, steps: Sequence[_Step]) -> None:
    for step in steps:
        if step.new:
            _move(folder / step.new, folder / step.name, folder / step.name)


def _move(source: Path, target: Path, place: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        raise _Held(place, error) from None


def _undo(folder: Path, work: Path, steps: Sequence[_Step]) -> None:
    """Everything back to where it was. It may be broken off at any point itself."""
    if (work / _IN).exists():
        for step in steps:
            if step.new and not (folder / step.new).exists():
                (folder / step.name).rename(folder / step.new)
        (work / _IN).rename(work / _ASIDE)
    if (work / _ASIDE).exists():
        for step in steps:
            _fill(folder / step.aside, folder / step.name)
        (work / _ASIDE).unlink()


def _fill(source: Path, place: Path) -> None:
    """Move a file to a place where nothing stands."""
    if os.path.lexists(source) and not os.path.lexists(place):
        source.rename(place)


def _settle(folder: Path, *, alone: bool) -> None:
    """`alone`: whatever lies there is of a run that has ended; else what is new may be another run's."""
    for path in _left(folder):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            age = time.time() - path.stat().st_mtime
            if path.is_dir() and (alone or age > 2 * _PATIENCE):
                _settle_one(folder, path)
            elif path.is_file() and age > _FORGOTTEN:
                path.unlink()


def _left(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if _OURS.fullmatch(path.name) and not path.is_symlink()]
    except OSError:
        return []  # whoever reads or writes here says why it cannot be


def _settle_one(folder: Path, work: Path) -> None:
    """Finish or undo one set of moves, and clear what it left."""
    back = [(step.name, step.aside) for step in _journal(work, _ASIDE)]
    on = [(step.name, step.new) for step in _journal(work, _IN) if step.new]
    for name, source in (*back, *on):
        try:
            _fill(folder / source, folder / name)
        except OSError as error:
            raise write_fault(folder / name, error) from None
    keep_names(folder)
    with contextlib.suppress(OSError):
        for journal in (_ASIDE, _IN):
            (work / journal).unlink(missing_ok=True)
        _clear(work)


def _clear(work: Path) -> None:
    """Delete the folder; Windows deletes no file that was set read-only, as an old report may be. Raises OSError."""
    try:
        shutil.rmtree(work)
    except PermissionError:
        for path in work.iterdir():
            path.chmod(0o600)
        shutil.rmtree(work)


def _journal(work: Path, name: str) -> Sequence[_Step]:
    """The steps in a journal, none where there is no such journal. Raises EnvironmentFault where it cannot be read."""
    try:
        steps = decode_json(read_bounded(work / name, MAX_TEXT), list[_Step])
    except FileNotFoundError:
        return ()
    except (OSError, Malformed):
        steps = None
    if steps is None or not all(_within(step, work.name) for step in steps):
        raise EnvironmentFault(
            f"上次生成报告时中断，文件夹“{work.parent}”里的“{work.name}”读不出来，请把它移到别处保存后再试。"
        )
    return steps


def _within(step: _Step, work: str) -> bool:
    """Whether a step stays in the folder: a journal may have come from anywhere."""
    parts = (step.name, step.aside.removeprefix(f"{work}/"), step.new.removeprefix(f"{work}/") or "none")
    return all(part not in ("", ".", "..") and not re.search(r"[/\\:\x00]", part) for part in parts)


def _wait(folder: Path) -> int | None:
    """Take the lock; None where nothing can be locked there: then nobody is kept out."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            handle = take(folder / _LOCK)
        except OSError:
            return None
        if handle is not None:
            return handle
        if time.monotonic() > until:
            raise EnvironmentFault(f"另一个程序正在写文件夹“{folder}”里的报告，请等它结束后再试。")
        time.sleep(0.02)
