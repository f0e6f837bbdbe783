"""Which figures of a text count something: not those that number what follows, nor those in the names of things."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from xlreport.prose.figures import read_figures

if TYPE_CHECKING:
    from xlreport.prose.figures import Figure

#: Units of figures that are no statement of their own: they tell a time, a share, an ordinal, a duration.
_ASIDE = frozenset({
    "年", "年度", "周年", "年来", "月", "日", "号", "时", "天", "岁", "小时", "分钟", "个月", "个工作日", "个百分点",
    "%", "‰", "倍", "成", "级", "类", "方面", "?",
})  # fmt: skip

#: What is quoted is a name: “12345”热线, “三个100%”.
_QUOTED = re.compile(r"“[^“”\n]{0,40}”")


def counted(figures: list[Figure]) -> list[Figure]:
    """The figures that make a statement."""
    return [figure for figure in figures if figure.unit not in _ASIDE]


def counting(text: str) -> list[Figure]:
    """The figures of a text but those that number what follows them, and those in quoted names."""
    named = [match.span() for match in _QUOTED.finditer(text)]
    return [figure for figure in read_figures(text) if not (_is_numbering(text, figure) or _within(named, figure))]


def _within(spans: list[tuple[int, int]], figure: Figure) -> bool:
    """Whether a figure stands in one of these stretches of text, which are in order."""
    n = bisect_left(spans, (figure.start,))
    return n > 0 and figure.start < spans[n - 1][1]


def _is_numbering(text: str, figure: Figure) -> bool:
    """Whether a figure numbers what follows: 其中：1.予以公开13件；2.不予公开3件."""
    before = text[max(0, figure.start - 2) : figure.start].rstrip()
    return (
        figure.unit == "" and text[figure.end : figure.end + 1] in _NUMBERS and (not before or before[-1] in _OPENING)
    )


_NUMBERS, _OPENING = tuple(".．、"), "：:；;。\n"
