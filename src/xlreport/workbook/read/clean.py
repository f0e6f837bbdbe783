"""One cell value → a cleaned value, with a note where it had to be understood, or an error where it could not be.

Nothing is guessed silently: a value that is not exactly what the cell asks for leaves a note or an error. Blank, 0 and
"/" stay three different things.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, assert_never

import msgspec

from xlreport.filing import NOT_APPLICABLE, FilingValue
from xlreport.forms.kinds import KINDS
from xlreport.rules.days import chinese
from xlreport.rules.evaluate import CellError, written
from xlreport.wording import DECIMALS, cut, plain, round_half_up
from xlreport.workbook.read.returned import shown
from xlreport.workbook.texts import clean_prose, clean_text, narrow

if TYPE_CHECKING:
    from xlreport.forms.kinds import Kind
    from xlreport.forms.model import Field

#: What a cell of a workbook can hold, dates included.
CellValue: TypeAlias = "bool | int | float | str | datetime | date | CellError | None"


class Cleaned(msgspec.Struct, frozen=True):
    """`value` is None for a blank and for what cannot be read; `note` and `error` are Chinese clauses without the cell.

    At most one of the two is set; `out_of_range` tells an unreadable value from a readable one that is not allowed.
    `cause` is the note as it is said of many cells at once; the note itself where it is empty.
    """

    value: FilingValue = None
    note: str | None = None
    error: str | None = None
    out_of_range: bool = False
    cause: str = ""


#: Signs people use for "not applicable" (“/”, as fields.md has it).
_DASHES = re.compile(r"[-‐‑‒–—―─ー]+\Z|无\Z")

#: A remark that makes the figure before it doubtful, or changes its unit.
_DOUBTFUL = re.compile(r"约|估|左右|以上|以下|余|近|待|[百千万亿元]")

#: Characters that a cell can hold in Excel, which counts units of UTF-16.
MAX_TEXT = 32_767

#: Characters of the longest text that may be a figure with a remark; also keeps the patterns quick.
_LONGEST = 200

_WORDS = re.compile(r"[^\W\d_]")


def clean(value: CellValue, field: Field) -> Cleaned:
    r"""The value that a cell stands for, by the kind of its field.

    `value` is what stands in the cell: a number shown as a date comes as a datetime, an error value as a CellError.
    Figures come back as int or float (万元 for money, at most six decimals), "/" or None; dates as 2021年1月22日;
    texts without control characters, line breaks as \n.
    """
    if value is None:
        return Cleaned()
    if isinstance(value, CellError):
        return Cleaned(error=f"是错误值 {quote(value.code)}，请重新填写")
    match field.style:
        case "number" | "year":
            return _number(value, field.traits)
        case "date":
            return _date(value, field.traits)
        case "text" | "prose" | "choice":
            return _text(value, field)
    assert_never(field.style)


def _text(value: CellValue, field: Field) -> Cleaned:
    if isinstance(value, bool):
        return Cleaned(error=f"是逻辑值 {shown(value)}，请改填文字")
    if isinstance(value, date):
        day = chinese(value)
        return Cleaned(day, f"是日期，已按文字“{day}”读取")
    if isinstance(value, int | float) and not abs(value) < 1e15:
        return Cleaned(error="是过长的数字，表格软件已丢掉后几位，请把单元格设为文本格式后重新填写")
    typed = written(value)
    if (length := len(typed.encode("utf-16-le", "surrogatepass")) // 2) > MAX_TEXT:
        counted = "（一个表情符号或生僻字算两个）" if length > len(typed) else ""
        return Cleaned(error=f"有 {length} 个字{counted}，超过一格能放的 {MAX_TEXT} 个，请分开填写")
    if field.style == "prose" or field.lines:
        return Cleaned(*clean_prose(typed))
    text, note = clean_text(typed)
    if field.style == "choice" and text is not None:
        return _choice(typed, text, note, field)
    return Cleaned(text, note)


def _one_spaced(text: str) -> str:
    """The narrow text with single spaces and none around it; "…" for a text too long to be a figure or a date."""
    spaced = " ".join(narrow(text).split())
    return spaced if len(spaced) <= _LONGEST else "…"


def quote(value: object) -> str:
    """A cell's text in a message: on one line, at most 30 characters."""
    return cut("".join(c if c.isprintable() else " " for c in shown(value)[:31]), 30)


def _choice(value: str, text: str, note: str | None, field: Field) -> Cleaned:
    if text in field.options:
        return Cleaned(text, note)
    for option in field.options:
        if narrow(text).replace(" ", "") == narrow(option).replace(" ", ""):
            return Cleaned(option, f"填的“{quote(value)}”已按“{option}”读取")
    return Cleaned(error=f"填的“{quote(value)}”不在可选项中，请改为{'、'.join(f'“{o}”' for o in field.options)}之一")


# Figures


@lru_cache(maxsize=64)
def _figure(words: tuple[str, ...]) -> re.Pattern[str]:
    """A figure as people write it: sign, digits, and before or behind a remark in brackets one of these words."""
    unit = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(
        r"(?P<sign>[-+]?)(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?P<part>\.[0-9]+)?"
        rf"\s*(?P<unit>{unit})?\s*(?:\((?P<remark>[^()]*)\))?\s*(?P<after>{unit})?\Z"
    )


def _words() -> tuple[str, ...]:
    """The units of all kinds, as narrow text: a figure with the unit of another kind is none that is wanted here."""
    return tuple(dict.fromkeys(narrow(word) for kind in KINDS.values() for word in kind.units))


def _number(value: object, kind: Kind) -> Cleaned:
    if isinstance(value, bool):
        return Cleaned(error=f"是逻辑值 {shown(value)}，不是数字，{kind.wanted}")
    if isinstance(value, date):
        shown_date = f"{value.year}-{value.month}-{value.day}"
        return Cleaned(error=f"是日期 {shown_date}，不是数字，{kind.wanted}（先把单元格格式改为常规）")
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return Cleaned(error=f"不是数字，{kind.wanted}")
        exact = plain(round_half_up(value, DECIMALS))
        noise = exact != value
        result = _ranged(exact, value, kind)
        if result.error or not noise:
            return result
        return Cleaned(result.value, f"填的 {value!r} 带有多余的小数，已按 {shown(exact)} 读取")
    return _text_number(str(value), kind)


def _text_number(value: str, kind: Kind) -> Cleaned:
    text = _one_spaced(value)
    if not text:
        return Cleaned(note="只有空格，已按空白处理" if value else None)
    if kind.summed and (text == NOT_APPLICABLE or _DASHES.match(text)):
        note = None if value == NOT_APPLICABLE else f"填的“{quote(value)}”已按不适用“/”读取"
        return Cleaned(NOT_APPLICABLE, note)
    unreadable = Cleaned(error=f"填的“{quote(value)}”不是能确定的数字，{kind.wanted}")
    if kind.style == "year":
        text = text.removesuffix("度").removesuffix("年").rstrip()
        if not re.fullmatch(r"[0-9]{4}", text):
            return unreadable
    words = _words()
    match = _figure(words).match(text)
    if not match:
        return unreadable
    power = _power(match, words, kind)
    if power is None:
        return unreadable
    digits = (match["sign"] + match["whole"] + (match["part"] or "")).replace(",", "")
    figure = Decimal(digits) * Decimal(10) ** power
    result = _ranged(plain(round_half_up(float(figure), DECIMALS)), value, kind)
    if result.error:
        return result
    note = _note(value, text, result.value, kind)
    how = "把数字存成了文本" if note.startswith("把") else "里数字的写法不规范"
    return Cleaned(result.value, note, cause=f"{how}，已按通常的意思读取")


def _power(match: re.Match[str], words: tuple[str, ...], kind: Kind) -> int | None:
    """The power of ten for the unit that is written; None where unit or remark make the figure doubtful."""
    units = [word for word in (match["unit"], match["after"]) if word]
    if match["remark"] is not None:
        remark = match["remark"].strip()
        if remark in words:
            units.append(remark)
        elif _DOUBTFUL.search(remark) or not _WORDS.search(remark):
            return None
    if not units:
        return 0
    own = {narrow(word): power for word, power in kind.units.items()}
    return own.get(units[0]) if len(units) == 1 else None


def _note(value: str, text: str, number: FilingValue, kind: Kind) -> str:
    unit = f" {kind.unit}" if kind.unit else ""
    if value == text and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return f"把数字“{quote(value)}”存成了文本，已按 {shown(number)}{unit} 读取"
    return f"填的“{quote(value)}”已按 {shown(number)}{unit} 读取"


def _ranged(number: float, value: object, kind: Kind) -> Cleaned:
    """The number where its kind allows it."""
    fault = kind.fault(number)
    if fault is not None:
        return Cleaned(error=f"填的“{quote(value)}”{fault}，{kind.wanted}", out_of_range=True)
    return Cleaned(plain(number + 0.0))


# Dates

_DATE = re.compile(r"([0-9]{4})\s*([-/.年])\s*([0-9]{1,2})\s*([-/.月])\s*([0-9]{1,2})\s*([日号]?)\Z")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0"}
_CHINESE_DATE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]\Z"
)

#: A time of day is a date before it.
_FIRST_YEAR = 1949


def _date(value: CellValue, kind: Kind) -> Cleaned:
    if isinstance(value, bool):
        return Cleaned(error=f"是逻辑值 {shown(value)}，{kind.wanted}")
    if isinstance(value, date):
        if value.year < _FIRST_YEAR:
            return Cleaned(error=f"是时间或 {chinese(value)}，{kind.wanted}", out_of_range=True)
        return Cleaned(chinese(value))
    typed = shown(value)
    text = _one_spaced(typed)
    if not text:
        return Cleaned(note="只有空格，已按空白处理" if typed else None)
    parts: tuple[str, str, str] | None = None
    certain = isinstance(value, str) and text == typed and " " not in text
    if match := _DATE.match(text):
        year, mark, month, mark2, day, end = match.groups()
        if (mark == "年") == (mark2 == "月") and (mark == "年" or (mark == mark2 and not end)):
            parts = year, month, day
            certain = certain and (mark != "年" or end == "日")
    elif match := _COMPACT.match(text):
        parts, certain = (match[1], match[2], match[3]), False
    elif match := _CHINESE_DATE.match(text):
        year = "".join(_DIGITS[c] for c in match[1])
        parts, certain = (year, _small(match[2]), _small(match[3])), False
    if parts is None:
        return Cleaned(error=f"填的“{quote(value)}”不是能确定的日期，{kind.wanted}")
    try:
        day_ = date(*map(int, parts))
    except ValueError:
        return Cleaned(error=f"填的“{quote(value)}”是不存在的日期，{kind.wanted}", out_of_range=True)
    result = chinese(day_)
    return Cleaned(result, None if certain else f"填的“{quote(value)}”已按 {result} 读取")


def _small(text: str) -> str:
    """十二 → 12, 二十二 → 22; "0", no day of a month, where it is no number below 100."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS[text] if len(text) == 1 else "0"
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return "0"
    return str((int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0))
