"""A Word template made ready once: what docxtpl makes of its XML, compiled by Jinja, kept in memory and on disk.

Preparing takes docxtpl, python-docx and Jinja's compiler; filling in a prepared template takes none of them. A kept
file that is missing, stale or damaged is simply made again, and where nothing can be kept, nothing is.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import re
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jinja2

from xlreport import __version__
from xlreport.report.environment import word_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Goes up when a kept file means something else than before.
_LAYOUT: Final = 1

_MAGIC: Final = b"xlreport template\n"

#: docxtpl's line break before each paragraph; it numbers the paragraphs for messages.
_BREAK: Final = re.compile(r"\n(?=<w:p[ >])")

_SHA256: Final = 32

#: So many templates are kept, the newest.
_KEPT: Final = 20


class RenderedPart(NamedTuple):
    """A part with tags: its name, what stands before and after the rendered XML, the compiled template."""

    name: str
    head: str
    code: CodeType
    tail: str


class Prepared(NamedTuple):
    """A template ready to be filled in.

    `parts` are the parts without tags, as docxtpl would save them, `rendered` those with tags in docxtpl's order (body,
    headers, footers).
    `expected` says what stands where (see `xlreport.report.found`). `plain` is why docxtpl itself must fill the
    template in, or "".
    """

    parts: dict[str, bytes]
    rendered: tuple[RenderedPart, ...]
    expected: tuple[Any, ...]
    plain: str


def fill(part: RenderedPart, context: Mapping[str, Any]) -> bytes:
    """One part with its tags filled in. Errors of the template come through as Jinja raises them."""
    return (part.head + _BREAK.sub("", _template(part.code).render(context)) + part.tail).encode()


def prepared_template(template: bytes, prepare: Callable[[bytes], Prepared]) -> Prepared:
    """The template made ready: from memory, from disk, or by `prepare`, whose errors come through."""
    key = _key(template)
    if key not in _in_memory:
        file = _file(key)
        found = _load(file)
        if found is None:
            found = prepare(template)
            _keep(file, found)
        _in_memory[key] = found
    return _in_memory[key]


_in_memory: dict[str, Prepared] = {}
_templates: dict[CodeType, jinja2.Template] = {}


def _template(code: CodeType) -> jinja2.Template:
    if code not in _templates:
        environment = word_environment()
        _templates[code] = environment.template_class.from_code(environment, code, environment.make_globals(None))
    return _templates[code]


def _key(template: bytes) -> str:
    """The template, and everything that has a hand in preparing it."""
    makers = (_LAYOUT, __version__, sys.version, jinja2.__version__, _installed("docxtpl"), _installed("docx"))
    return hashlib.sha256(repr(makers).encode() + template).hexdigest()


@cache
def _installed(package: str) -> str:
    """Which release of a package is installed, without importing it (nor importlib.metadata, which takes 40 ms)."""
    spec = PathFinder.find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    names = sorted(path.name for path in origin.parent.parent.glob("*docx*.dist-info"))
    return repr(names) if names else f"{origin}:{origin.stat().st_mtime_ns}"


def cache_folder() -> Path | None:
    """The user's cache folder for prepared templates; None where the system names none."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111  (Path.home() raises where there is no home)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(base) / "xlreport" / "templates" if base and Path(base).is_absolute() else None


def _file(key: str) -> Path | None:
    folder = cache_folder()
    return folder / f"{key}.bin" if folder else None


def _load(file: Path | None) -> Prepared | None:
    """What is kept in `file`; None where that is nothing, or not what was written there."""
    if file is None:
        return None
    try:
        content = file.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + _SHA256
    payload = content[start:]
    if content[:start] != _MAGIC + hashlib.sha256(payload).digest():
        return None
    parts, rendered, expected, plain = marshal.loads(payload)  # noqa: S302  (our own file in the user's own folder)
    return Prepared(parts, tuple(RenderedPart(*part) for part in rendered), expected, plain)


def _keep(file: Path | None, prepared: Prepared) -> None:
    """Write `file` in one step; a folder that cannot be written to keeps nothing."""
    if file is None:
        return
    rendered = tuple(tuple(part) for part in prepared.rendered)
    content: Any = (prepared.parts, rendered, prepared.expected, prepared.plain)
    payload = marshal.dumps(content)
    part = file.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(_MAGIC + hashlib.sha256(payload).digest() + payload)
            part.replace(file)
            for old in sorted(file.parent.glob("*.bin"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
                old.unlink()
        finally:
            part.unlink(missing_ok=True)
