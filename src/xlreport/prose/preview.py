"""The `excel_preview` of a standard sentence: Excel's text for what its template says, fields in braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELD = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


def preview_ids(preview: str) -> list[str]:
    """The field ids in the braces of an `excel_preview`, in the order of reading."""
    return _FIELD.findall(preview)


def excel_formula(preview: str, address: Callable[[str], str]) -> str:
    """An `excel_preview` as one line of Excel, without "=", each `{field.id}` as `address` writes its cell."""
    return _FIELD.sub(lambda match: address(match[1]), one_line(preview))


def one_line(text: str) -> str:
    """A template or a preview without the line breaks and indents that only served its author."""
    return "".join(line.strip() for line in text.splitlines())
