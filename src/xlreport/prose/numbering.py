"""The numbers by which staff order their paragraphs and points: each kind goes 1, 2, 3 …, or begins again at 1.

Kinds stand inside one another (一、 holds （一）, （一） holds 1.): a list within begins again under each point of the one
around it, so a beginning is no slip; a number that is left out, or stands twice, is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from xlreport.prose.figures import chinese_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHINESE: Final = "[一二三四五六七八九十]{1,3}"

#: How a numbered line begins, kind by kind; ㈠ and ⑴ are （一） and （1）, by their compatibility forms.
_LINES: Final = (
    rf"[（(](?P<n>{_CHINESE})[）)]",
    rf"(?P<n>{_CHINESE})、(?!{_CHINESE})",
    rf"第(?P<n>{_CHINESE})[，、：:]",
    r"(?P<n>[0-9]{1,2})[.、．](?![0-9])",
    r"[（(](?P<n>[0-9]{1,2})[）)]",
    r"(?P<n>[0-9]{1,2})[）)]",
)

#: Points within running text, where a clause begins.
_POINTS: Final = (
    rf"(?:^|(?<=[。；：:;，,\n]))(?P<n>{_CHINESE})(?:是|则)",
    rf"(?:^|(?<=[。；：:;\n]))第(?P<n>{_CHINESE})[，,：:]",
)

#: Messages write brackets as a report does.
_WIDE: Final = str.maketrans("()", "（）")

_CIRCLED: Final = re.compile("[\u2460-\u2473]")


def out_of_order(lines: Sequence[str]) -> str | None:
    """The numbers of the first kind whose order is broken, as they stand (（一）（三））; None where all are in order."""
    for pattern in _LINES:
        begins = [match for line in lines if (match := re.match(pattern, _plain(line)))]
        if _broken([_value(match["n"]) for match in begins]):
            return "".join(match[0].rstrip(",:") for match in begins[:10]).translate(_WIDE)
    circled = _CIRCLED.findall("\n".join(lines))
    if _broken([ord(sign) - 0x245F for sign in circled]):
        return "".join(circled[:10])
    text = "\n".join(map(_plain, lines))
    for pattern in _POINTS:
        points = list(re.finditer(pattern, text, re.MULTILINE))
        if _broken([_value(match["n"]) for match in points]):
            return "、".join(match[0].rstrip(",:") for match in points[:10])
    return None


def _plain(line: str) -> str:
    """The line with ㈠ as (一), and without spaces before it; circled numbers are left."""
    return "".join(c if _CIRCLED.match(c) else unicodedata.normalize("NFKC", c) for c in line.strip())


def _value(numeral: str) -> float:
    return float(numeral) if numeral.isdecimal() else chinese_number(numeral) or 0


def _broken(numbers: Sequence[float]) -> bool:
    """Whether a list begins elsewhere than at 1, leaves a number out or says one twice; one alone is none."""
    return len(numbers) > 1 and any(_slips(numbers))


def _slips(numbers: Sequence[float]) -> Iterator[bool]:
    before, length = 0.0, 0
    for number in numbers:
        follows, begins = number == before + 1, number == 1 and length != 1
        yield not (follows or begins)
        length = length + 1 if follows else 1
        before = number
