"""Jinja templates, of pages and of standard sentences, whose compiled form is kept on disk between runs."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import jinja2

from xlreport.storage.cache import keep, load
from xlreport.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2.bccache import Bucket


def page_environment(folder: Path) -> jinja2.Environment:
    """The environment of the program's own HTML pages, whose templates lie in `folder`."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        bytecode_cache=KeptBytecode(),
        trim_blocks=True,
        lstrip_blocks=True,
    )


class KeptBytecode(jinja2.BytecodeCache):
    """For `Environment(bytecode_cache=KeptBytecode())`."""

    def load_bytecode(self, bucket: Bucket) -> None:
        payload = load(self._key(bucket))
        if payload is not None:
            bucket.bytecode_from_string(payload)

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        """The template and everything that has a hand in compiling it: a stale file is never even opened."""
        makers = (bucket.key, bucket.checksum, __version__, sys.version, jinja2.__version__)
        return hashlib.sha256(repr(makers).encode()).hexdigest()
