"""Where a title that is longer than a line breaks: where words end, into lines that are alike (GB/T 9704, 7.3.1).

A text is measured in halves of a Chinese character, which are the widths of Latin letters and digits.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Halves of a Chinese character.
NARROW: Final = 2

#: Behind these words, or before an opening bracket, the name of an organ may break.
_WORD_ENDS: Final = re.compile(
    r"(?:年度?|省|市|自治[区州县旗]|[县区旗州盟乡镇]|街道|办事处|政府|委员会|办公[厅室]|[局厅署办院、）)和与])\Z"
)
_OPENING: Final = frozenset("（(《〈“‘【〔")
_CLOSING: Final = frozenset("、，。；：？！）)》〉”’】〕")

#: What a line costs that breaks a word, one that begins with a mark or ends with an opening bracket, a last one of a
#: character or two, and lines that another font would break elsewhere, against a half character of difference between
#: the longest line and the shortest.
_BROKEN, _ODD, _LONELY, _UNSTEADY = 8, 40, 100, 60

#: So much more room than a line needs still breaks it in the same place.
SLACK: Final = 1


def width(text: str) -> int:
    """The width of a text in halves of a Chinese character; one more where figures and letters stand in it, for the space
    that word processors put around them.
    """
    wide = [east_asian_width(character) in "WFA" for character in text]
    return sum(NARROW if each else 1 for each in wide) + int(len(set(wide)) > 1)


def evened(lines: Sequence[str], fit: int) -> int:
    """The width, at most `fit`, at which the lines break best without becoming more; `fit` where all fit on it."""
    broken = [line for line in lines if width(line) > fit]
    if not broken:
        return fit
    most = len(_broken(lines, fit))
    widths = [each for each in range(fit - SLACK, 2 * NARROW, -1) if len(_broken(lines, each)) == most]
    return min(widths, key=lambda each: sum(_cost(line, each) for line in broken), default=fit)


def _broken(lines: Sequence[str], fit: int) -> list[str]:
    return [piece for line in lines for piece in _pieces(line, fit)]


def _pieces(line: str, fit: int) -> list[str]:
    """A line broken as a word processor breaks it; digits stay together."""
    pieces, piece = [], ""
    for word in re.findall(r"[!-~]+|.", line):
        if piece and width(piece + word) > fit:
            pieces.append(piece)
            piece = ""
        piece += word
    return [*pieces, piece]


def _cost(line: str, fit: int) -> int:
    pieces = _pieces(line, fit)
    widths = list(map(width, pieces))
    breaks = sum(_break_cost(before, after) for before, after in pairwise(pieces))
    unsteady = _UNSTEADY if pieces != _pieces(line, fit + SLACK) else 0
    return breaks + unsteady + max(widths) - min(widths) + (_LONELY if widths[-1] <= 2 * NARROW else 0)


def _break_cost(before: str, after: str) -> int:
    if before[-1] in _OPENING or after[0] in _CLOSING:
        return _ODD
    return 0 if _WORD_ENDS.search(before) or after[0] in _OPENING else _BROKEN
