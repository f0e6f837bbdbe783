"""A Word template made ready once: what docxtpl makes of its XML, compiled by Jinja, kept in memory and on disk.

Preparing takes docxtpl, python-docx and Jinja's compiler; filling in a prepared template takes none of them.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jinja2

from xlreport.report.word.environment import word_environment
from xlreport.storage.cache import keep, load
from xlreport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Goes up when a kept file means something else than before.
_LAYOUT: Final = 4

#: docxtpl's line break before each paragraph; it numbers the paragraphs for messages.
_BREAK: Final = re.compile(r"\n(?=<w:p[ >])")


class RenderedPart(NamedTuple):
    """A part with tags: its name, what stands before and after the rendered XML, the compiled template.

    `ours`: docxtpl never fills it in itself.
    """

    name: str
    head: str
    code: CodeType
    tail: str
    ours: bool


class Prepared(NamedTuple):
    """A template ready to be filled in.

    `parts` are the parts without tags, as docxtpl would save them, `rendered` those with tags in docxtpl's order (body,
    headers, footers), then all others.
    `expected` says what stands where (see `xlreport.report.word.verify`), `places` what holds tags besides paragraphs.
    `plain` is why docxtpl itself must fill the template in, or "", and `settled` the template that it is given.
    """

    parts: dict[str, bytes]
    rendered: tuple[RenderedPart, ...]
    expected: tuple[Any, ...]
    plain: str
    settled: bytes
    places: tuple[str, ...]


def fill(part: RenderedPart, context: Mapping[str, Any]) -> bytes:
    """One part with its tags filled in. Errors of the template come through as Jinja raises them."""
    return (part.head + _BREAK.sub("", _template(part.code).render(context)) + part.tail).encode()


def prepared_template(template: bytes, prepare: Callable[[bytes], Prepared]) -> Prepared:
    """The template made ready: from memory, from disk, or by `prepare`, whose errors come through."""
    key = _key(template)
    if key not in _in_memory:
        payload = load(key)
        if payload is None:
            _in_memory[key] = prepare(template)
            keep(key, _dumped(_in_memory[key]))
        else:
            _in_memory[key] = _loaded(payload)
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


def _dumped(prepared: Prepared) -> bytes:
    content: Any = (prepared.parts, tuple(map(tuple, prepared.rendered)), *prepared[2:])
    return marshal.dumps(content)


def _loaded(payload: bytes) -> Prepared:
    parts, rendered, *others = marshal.loads(payload)  # noqa: S302  (our own file in the user's own folder)
    return Prepared(parts, tuple(RenderedPart(*part) for part in rendered), *others)
