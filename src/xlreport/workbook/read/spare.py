"""Spare an import: openpyxl takes numpy in where it is installed (the locator brings it), which no reading needs.

That is 80 of 210 milliseconds of a clerk's waiting (DESIGN §11: import late, import little).
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without(module: str) -> Iterator[None]:
    """While the block runs, importing `module` fails as if it were not installed, unless it was imported before."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own way to say so
    try:
        yield
    finally:
        del sys.modules[module]
