"""Links from a page to the files beside it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import msgspec

#: A page further away than this from a file does not move together with it.
_FAR = 3


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is to its reader, its name, and its address as seen from the page."""

    name: str
    file: str
    href: str


def link(name: str, path: Path, folder: Path) -> Link:
    """A link to `path` on a page in `folder`."""
    return Link(name=name, file=path.name, href=file_link(path, folder))


def file_link(path: Path, folder: Path) -> str:
    """The address of a file as seen from a page in `folder`: relative, or absolute where there is no way between them."""
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:
        return path.absolute().as_uri()
    if relative.count("..") > _FAR:
        return path.absolute().as_uri()
    return quote(Path(relative).as_posix())
