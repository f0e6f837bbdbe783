"""Which workbooks a double-click means: those dropped on it, or those that lie in a folder."""

from __future__ import annotations

import errno
import stat
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from xlreport.filing import Filing

#: Files that may be a filled workbook, or one saved in a format that cannot be read and is to be named.
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})

#: How the files begin that Excel, WPS and LibreOffice lay beside an open workbook, and hidden ones.
_PASSING = ("~$", ".~", ".")

#: What is there but may not be looked at, or does not answer, is not missing.
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EIO})


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """`given` were named one by one, `lying` found in a folder, `missing` named but not there. Each stands once."""

    given: tuple[Path, ...] = ()
    lying: tuple[Path, ...] = ()
    missing: tuple[Path, ...] = ()

    @property
    def workbooks(self) -> tuple[Path, ...]:
        return self.given + self.lying


def gather(paths: Sequence[Path], folder: Path, endings: Collection[str] = WORKBOOKS) -> Gathered:
    """The files among `paths`, those lying in the folders among them, or without any path those in `folder`.

    Only files with one of `endings` are found in a folder, and only in the folder itself, not below it.
    """
    given: dict[Path, Path] = {}
    lying: dict[Path, Path] = {}
    missing = []
    for path in paths or [folder]:
        kind = _mode(path)
        if stat.S_ISDIR(kind):
            lying.update((each.resolve(), each) for each in _lying(path, endings))
        elif kind:
            given[path.resolve()] = path
        else:
            missing.append(path)
    return Gathered(
        given=tuple(given.values()),
        lying=tuple(path for key, path in lying.items() if key not in given),
        missing=tuple(missing),
    )


def _mode(path: Path) -> int:
    """The mode of what is there; 0 where nothing is, or where no file can have such a name."""
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in _DENIED:
            raise
        return 0
    except ValueError:
        return 0


def _lying(folder: Path, endings: Collection[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in endings and not path.name.startswith(_PASSING) and path.is_file():
            yield path


def begun(filing: Filing) -> bool:
    """Whether staff have filled in anything but the cover: a figure, prose, an explanation, anything unreadable.

    What a new workbook brings along from last year does not count.
    """
    from xlreport.reviewing.prior import carried, last_year

    brought = carried(filing.form, last_year(filing, None))
    return bool(filing.raw or filing.typed_over or filing.explanations) or any(
        filing.values.get(field.id) not in (None, brought.get(field.id))
        for field in filing.form.inputs
        if not field.prior and (field.table is not None or field.style == "prose")
    )
