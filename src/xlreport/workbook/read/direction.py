"""Marks that turn the direction of writing: what is seen of a text stands in another order than what is read.

Taken out of a text they leave no trace, so what they turned is found before. Letters from right to left make them
rightful, but for those that turn digits and Chinese as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.workbook.texts import narrow

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What an override (U+202E) reverses, up to its end or the line's; what an embedding or a mark makes run from the right.
_TURNING = re.compile("\u202e(?P<reversed>[^\u202c\r\n]*)|[\u202b\u2067\u200f\u061c](?P<swapped>[^\u202c\u2069\r\n]*)")

#: What keeps its order from either side: letters and digits in one piece; digits with a sign between them.
_STEADY = re.compile(r"\w*|[0-9]+(?:[-+.,:/][0-9]+)*")

_FROM_THE_RIGHT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def turned(text: str) -> Iterator[str]:
    """The pieces of a text that are seen in another order than they are read in, as they are read."""
    for match in _TURNING.finditer(text):
        piece = narrow(match["reversed"] or match["swapped"] or "").strip()
        if match["reversed"]:
            changed = piece != piece[::-1]
        else:
            changed = any(c.isdigit() for c in piece) and not _FROM_THE_RIGHT.search(piece)
            changed = changed and not _STEADY.fullmatch(piece)
        if changed:
            yield piece
