"""Which workbooks a double-click means: those dropped on it, or those that lie in a folder."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import EnvironmentFault
from xlreport.storage.log import log_exception
from xlreport.wording import fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from xlreport.filing import Filing

#: Windows hands a launcher a name with one of these signs in pieces, of which none is a file.
MISSING = (
    "没有这个文件，请检查它是否已改名或移走；"
    "文件名或文件夹名里有“&”“^”“%”“!”等符号的，请改名去掉这些符号，或把工作簿和“{title}”放在一起双击。"
)

#: Files that may be a filled workbook, or one saved in a format that cannot be read and is to be named.
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et"})

#: A sealed package.
PACKAGE = ".zip"

#: How the files begin that Excel, WPS and LibreOffice lay beside an open workbook, and hidden ones.
_PASSING = ("~$", ".~", ".")

#: So many names are listed of what lies in a folder.
_SHOWN = 6

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

    Only files with one of `endings` are found in a folder, and only in the folder itself, not below it. Raises
    EnvironmentFault where one cannot be looked into.
    """
    try:
        return _gathered(paths or [folder], endings)
    except OSError as error:
        log_exception("gather", error)
        name = Path(os.fsdecode(error.filename)).name if error.filename else folder.name
        raise EnvironmentFault(
            f"文件夹“{name}”打不开（{fault(error)}），请检查权限，或把工作簿复制到自己的文件夹里再试。"
        ) from None


def _gathered(paths: Sequence[Path], endings: Collection[str]) -> Gathered:
    given: dict[Path, Path] = {}
    lying: dict[Path, Path] = {}
    missing = []
    for path in paths:
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


def named(folder: Path) -> str:
    """A folder in a sentence: 文件夹“年报”."""
    return f"文件夹“{folder.absolute().name or folder.absolute()}”"


def seen(folder: Path) -> str:
    """What there is in a folder in which no filled workbook was found, in one sentence with its path."""
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith(_PASSING))
        files = [path.name for path in inside if path.is_file()]
        folders = [path for path in inside if path.is_dir()]
        below = {path.name: len(list(_lying(path, WORKBOOKS))) for path in folders}
    except OSError:
        return f"找的地方是“{folder.absolute()}”。"
    what = [
        _listed(names, unit) for names, unit in ((files, "个文件"), ([f.name for f in folders], "个文件夹")) if names
    ]
    told = f"里面有 {'，'.join(what)}" if what else "里面什么也没有"
    deeper = [f"“{name}”里有 {n} 本" for name, n in below.items() if n]
    hint = f"。下一级文件夹{'，'.join(deeper)}工作簿，要处理它们，就把那个文件夹拖到图标上" if deeper else ""
    return f"找的地方是“{folder.absolute()}”，{told}{hint}。"


def _listed(names: Sequence[str], unit: str) -> str:
    return f"{len(names)} {unit}（{'、'.join(names[:_SHOWN])}{'……' if len(names) > _SHOWN else ''}）"


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
