"""Figures as people type them in Chinese prose: １２, 1,234, 1，234, 1 234, 十二, 三百零五, 两, 3.5万, 1.2亿.

Positions are those of the text that was given: nothing is inserted or taken away while reading.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

#: Full-width digits, point and percent sign as half-width ones, and the spaces that part groups of digits, one for one.
_WIDTH = (
    {ord("０") + n: str(n) for n in range(10)}
    | {ord("．"): ".", ord("％"): "%"}
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2009\u202f"), " ")
)

_NUMBER = re.compile(
    r"(?P<arabic>(?:[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])|(?<![0-9.〔\[])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?)"
    r"(?:[ \u3000]*(?P<scale>[百千]?[万亿]|[百千]))?"
    r"|(?P<chinese>[零〇一二两三四五六七八九十百千万亿]+)"
)

#: What may follow a figure and makes it a count, a sum of money, or something that no table holds.
_UNITS = (
    *"件份条项次人起宗个例篇期场家部类种批名册页倍元%‰年月日号时天岁张户所台成位字幅处组级",
    *("人次", "件次", "批次", "场次", "小时", "分钟", "个月", "个工作日", "个百分点", "个部门", "个单位"),
    *("年度", "周年", "年来", "方面"),
)
_UNIT = re.compile("|".join(sorted(_UNITS, key=len, reverse=True)))

#: Units of a Chinese numeral: without one of these, 一 and 十 are words and no figures (统一, 十分).
_COUNTED = frozenset("件份条项次起宗个例篇期场家类种批名册页元人") | {"人次", "件次", "批次", "场次"}

#: Words in which the numeral and its unit are no count.
_IDIOM = re.compile(r"项(?:合计|共计|之和|相加)|件事|次性|条龙|站式|个样|条心|项项|件件|条条|次次|份份|类似|种种")
_WORD_WITH_ONE = re.compile(r"(?:[统专单唯进划均逐万无未]|没有|未有|任何)\Z")

#: 五个环节, 3个栏目 count the thing that is named behind them.
_OTHER_THING = re.compile(r"个(?=[\u4e00-\u9fff])(?!申请|政府信息|信息公开|案|项目|和|及|与)")

_BEFORE_ORDINAL = re.compile(r"(?:第|每|某|同|任[一何]?|这|那|哪|逐|前|后|上|下|另外?一|〔|\[|[Nn][Oo]\.?)[ \u3000]*\Z")
_BEFORE_ROUGH = re.compile(
    r"(?:约|大约|近|将近|接近|超|超过|逾|突破|不少于|不低于|不多于|不超过|不足|不到|至少|最多|以上|高于|低于|多达|上|几|(?<![\u4e00-\u9fff])数)"
    r"[ \u3000]*\Z"
)
_AFTER_ROUGH = re.compile(r"[ \u3000]*(?:余|多|几|来(?!自|源|信|访)|以上|以下|以内|左右|上下)")
_RANGE_BEFORE = re.compile(r"[0-9件条份次项][ ]*(?:[-—–~～]|至|到)[ ]*\Z")
_RANGE_AFTER = re.compile(r"[ ]*(?:[-—–~～]|至|到)[ ]*[0-9]")
_CODE = re.compile(r"[0-9A-Za-z][-—/.][ ]*\Z")


#: How many signs before and behind a figure are looked at.
_NEAR = 16

#: Signs of the longest number that anything here counts, marks included; longer ones are codes or no numbers.
_DIGITS_MOST = 16


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in a text: where it stands (without and with its unit), its value, its unit.

    `step` is the worth of its last written place (1 for 12, 1000 for 3.5万): what it stands for lies within one step.
    `exact` is False for rough figures (30余件, 约30件), ranges, ordinals and numbers in codes: they state nothing that
    could be held against a table.
    """

    start: int
    end: int
    unit_end: int
    value: float
    unit: str
    step: float = 1.0
    exact: bool = True

    @property
    def decimals(self) -> int:
        """The decimal places that are written."""
        return max(0, round(-math.log10(self.step)))

    def agrees(self, value: float) -> bool:
        """Whether this figure may stand for `value`: equal, or rounded or cut off to the places that are written."""
        return abs(self.value - value) < (self.step if self.step > 1 else 1e-6)


def half_width(text: str) -> str:
    """The text with half-width digits; same length, same positions."""
    return text.translate(_WIDTH)


def read_figures(text: str) -> list[Figure]:
    """All figures of a text in order. Chinese numerals count only where a counting unit follows."""
    return list(_read(half_width(text)))


def chinese_number(text: str) -> float | None:
    """三百零五 → 305, 二十三万 → 230000; None where it is no number (万, 三四, 百十) or longer than any count."""
    if len(text) > _DIGITS_MOST:
        return None
    total = section = digit = 0
    last = ""
    for sign in text:
        if sign in _DIGITS:
            if last in _DIGITS and last not in "零〇":
                return None
            digit = _DIGITS[sign]
        elif sign in _TENS:
            if last == "" and sign != "十":
                return None
            section += (digit or (1 if sign == "十" else 0)) * _TENS[sign]
            digit = 0
        else:
            if section + digit == 0:
                return None
            total = (total + section + digit) * _MYRIADS[sign]
            section = digit = 0
        last = sign
    # 三百五 is 350.
    if digit and len(text) > 1 and text[-2] in "百千":
        digit *= {"百": 10, "千": 100}[text[-2]]
    return float(total + section + digit)


def _read(text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        behind = text[match.end() : match.end() + _NEAR]
        rest = behind.lstrip(" \u3000")
        gap = len(behind) - len(rest)
        unit = _unit(rest)
        if match["chinese"]:
            value = chinese_number(match["chinese"])
            if (
                value is None
                or unit not in _COUNTED
                or _IDIOM.match(rest)
                or _WORD_WITH_ONE.search(text[max(0, match.start() - 2) : match.start()])
            ):
                continue
            step = 1.0
        else:
            if len(match["arabic"]) > _DIGITS_MOST:
                continue
            value, step = _arabic(match["arabic"], match["scale"] or "")
        before = text[max(0, match.start() - _NEAR) : match.start()]
        numbering = _BEFORE_ORDINAL.search(before) is not None or _CODE.search(before) is not None
        if numbering:
            unit = "?"
        unit_end = match.end() + (gap + len(unit) if unit not in ("", "?") else 0)
        yield Figure(
            start=match.start(),
            end=match.end(),
            unit_end=unit_end,
            value=value,
            unit=unit,
            step=step,
            exact=not numbering and _exact(text, before, match.end(), unit_end),
        )


def _unit(rest: str) -> str:
    """The unit at the beginning of what follows a figure; "" where nothing does, "?" for what is no unit known here."""
    if match := _UNIT.match(rest):
        return "?" if match[0] == "个" and _OTHER_THING.match(rest) else match[0]
    return "?" if rest[:1].isalnum() else ""


def _arabic(digits: str, scale: str) -> tuple[float, float]:
    digits = re.sub("[,， ]", "", digits)
    factor = 1.0
    for sign in scale:
        factor *= {**_TENS, **_MYRIADS}[sign]
    places = len(digits.partition(".")[2])
    value = round(float(digits) * factor, 6)
    return value, factor / 10**places


def _exact(text: str, before: str, end: int, unit_end: int) -> bool:
    after = text[end : end + _NEAR]
    behind = text[unit_end : unit_end + _NEAR]
    return not (
        _BEFORE_ROUGH.search(before)
        or _RANGE_BEFORE.search(before)
        or _AFTER_ROUGH.match(after)
        or _AFTER_ROUGH.match(behind)
        or _RANGE_AFTER.match(after)
    )
