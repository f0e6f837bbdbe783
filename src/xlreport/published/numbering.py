"""The numbers that Word prints before paragraphs by itself: 一、 of a list, as its reader sees them (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_Element: TypeAlias = Any

#: Word has nine levels.
LEVELS: Final = 9

#: No list of a report counts further; a start beyond is a slip of whoever made the file.
_MOST: Final = 9999

#: What a bullet of a symbol font, whose letters mean nothing elsewhere, is shown as.
_BULLET: Final = "●"
_PRIVATE = re.compile("[\ue000-\uf8ff]")

#: Behind these signs a number needs no space to stand apart from what follows.
_APART: Final = tuple("、）)．。,，：:】〕》 ")

_DIGITS: Final = "零一二三四五六七八九"


def chinese(number: int, digits: str = _DIGITS, units: tuple[str, ...] = ("千", "百", "十", "")) -> str:
    """One to 9999 in words: 十二, 一百零三."""
    said, gap = "", False
    for digit, unit in zip(map(int, f"{number:04d}"), units, strict=True):
        if digit:
            said += (digits[0] if gap and said else "") + digits[digit] + unit
        gap = digit == 0
    return said.removeprefix(digits[1]) if 10 <= number < 20 and digits is _DIGITS else said


def _legal(number: int) -> str:
    return chinese(number, "零壹贰叁肆伍陆柒捌玖", ("仟", "佰", "拾", ""))


def _roman(number: int) -> str:
    said = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True
    ):
        said += sign * (number // value)
        number %= value
    return said


def _letter(number: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(number - 1) % 26] * ((number - 1) // 26 + 1)


def _signs(first: str, most: int) -> Callable[[int], str]:
    """Signs that follow one another in Unicode, as far as they go."""
    return lambda number: chr(ord(first) + number - 1) if number <= most else str(number)


def _row(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMATS: Final[Mapping[str, Callable[[int], str]]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
            "japaneseCounting",
        ),
        chinese,
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _legal),
    **dict.fromkeys(
        ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"),
        lambda number: str(number).translate({ord(str(n)): sign for n, sign in enumerate("〇一二三四五六七八九")}),
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _signs("①", 20)),
    **dict.fromkeys(
        ("decimalFullWidth", "decimalFullWidth2"),
        lambda number: str(number).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
    ),
    "decimalEnclosedParen": _signs("⑴", 20),
    "decimalEnclosedFullstop": _signs("⒈", 20),
    "ideographEnclosedCircle": _signs("㊀", 10),
    "ideographTraditional": _row("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _row("子丑寅卯辰巳午未申酉戌亥"),
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "none": lambda _: "",
}


def labelled(label: str, text: str) -> str:
    """A paragraph's text with its label before it, so that neither is taken for a part of the other (1. and 5万)."""
    if not label:
        return text
    text = text.lstrip(" \t")
    return f"{label} {text}" if text[:1].isascii() and not label.endswith(_APART) else label + text


class _Level(msgspec.Struct, frozen=True, kw_only=True):
    """A level of a list; `restart` is the level (from 1) whose numbers make it begin again, 0 for never."""

    start: int
    format: str
    text: str
    suffix: str
    legal: bool
    restart: int
    style: str


class _List(msgspec.Struct, frozen=True):
    """A list: of which kind (lists of one kind go on counting), its levels, and where it begins itself."""

    kind: str
    levels: dict[int, _Level]
    starts: dict[int, int]


def numbered(root: _Element, numbering: _Element | None, styles: _Element | None) -> Iterator[tuple[str, _Element]]:
    """The paragraphs of a document that Word numbers, each with what it puts before it."""
    lists = Numbering(numbering, styles)
    labels = ((lists.label(paragraph), paragraph) for paragraph in root.iter(_W + "p"))
    return ((label, paragraph) for label, paragraph in labels if label)


class Numbering:
    """The lists of a document. `label` is to be asked for each of its paragraphs, once and in their order."""

    def __init__(self, numbering: _Element | None, styles: _Element | None) -> None:
        self._styles = _by_id(styles, "style", "styleId")
        default = (each for each in self._styles.values() if each.get(_W + "type", "paragraph") == "paragraph")
        self._default = next((each.get(_W + "styleId") for each in default if _on(each.get(_W + "default"))), None)
        self._kinds = _by_id(numbering, "abstractNum", "abstractNumId")
        self._nums = _by_id(numbering, "num", "numId")
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: _Element) -> str:
        """What stands before a paragraph's own text; "" where nothing does."""
        named = self._named(paragraph)
        if named is None or named[0] == "0" or (counted := self._list(named[0])) is None:
            return ""
        number, at = named
        level = counted.levels.get(at)
        if level is None:
            return ""
        counts = self._count(number, counted, at, level)
        return self._shown(counted, level, counts) if level.format != "bullet" else _PRIVATE.sub(_BULLET, level.text)

    def outline(self, paragraph: _Element) -> int:
        """The level of a paragraph in the outline of its document, 0 for the highest; 9 for what is no heading."""
        properties = paragraph.find(_W + "pPr")
        levels = (
            _value(each, "outlineLvl")
            for each in (
                properties,
                *(style.find(_W + "pPr") for _, style in self._chain(_value(properties, "pStyle"))),
            )
        )
        return _whole(next((level for level in levels if level is not None), None), LEVELS)

    def _named(self, paragraph: _Element) -> tuple[str, int] | None:
        """The list and level of a paragraph: its own, else those of its style."""
        properties = paragraph.find(_W + "pPr")
        own = None if properties is None else properties.find(_W + "numPr")
        number, level = _value(own, "numId"), _value(own, "ilvl")
        style = _value(properties, "pStyle") or self._default
        for id_, each in self._chain(style):
            of_style = each.find(f"{_W}pPr/{_W}numPr")
            if number is None and (number := _value(of_style, "numId")) is not None and level is None:
                level = self._level_of(number, id_) or _value(of_style, "ilvl")
        if number is None:
            return None
        return number, min(_whole(level, 0), LEVELS - 1)

    def _level_of(self, number: str, style: str) -> str | None:
        """The level of a list that says it is that of a style."""
        counted = self._list(number)
        return (
            None if counted is None else next((str(n) for n, of in counted.levels.items() if of.style == style), None)
        )

    def _chain(self, style: str | None) -> Iterator[tuple[str, _Element]]:
        seen: set[str] = set()
        while style is not None and style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            yield style, element
            style = _value(element, "basedOn")

    def _list(self, number: str) -> _List | None:
        if number not in self._lists:
            self._lists[number] = None  # one that leads back to itself is none
            self._lists[number] = self._made(number)
        return self._lists[number]

    def _made(self, number: str) -> _List | None:
        num = self._nums.get(number)
        kind = _value(num, "abstractNumId")
        if num is None or kind is None or kind not in self._kinds:
            return None
        linked = _value(self._kinds[kind], "numStyleLink")
        if linked is not None:
            to = self._styles.get(linked)
            link = None if to is None else _value(to.find(f"{_W}pPr/{_W}numPr"), "numId")
            of = None if link is None else self._list(link)
            kind, levels = (kind, {}) if of is None else (of.kind, dict(of.levels))
        else:
            levels = dict(_levels(self._kinds[kind]))
        starts: dict[int, int] = {}
        for override in num.iter(_W + "lvlOverride"):
            levels |= dict(_levels(override))
            start = _value(override, "startOverride")
            if start is not None:
                starts[_whole(override.get(_W + "ilvl"), 0)] = _whole(start, 1)
        return _List(kind, levels, starts)

    def _count(self, number: str, counted: _List, at: int, level: _Level) -> dict[int, int]:
        counts = self._counts.setdefault(counted.kind, {})
        begins = at in counted.starts and (number, at) not in self._begun
        self._begun.add((number, at))
        if begins:
            counts[at] = counted.starts[at]
        else:
            counts[at] = min(counts[at] + 1, _MOST) if at in counts else counted.starts.get(at, level.start)
        for deeper in [each for each in counts if each > at]:
            of = counted.levels.get(deeper)
            if of is None or of.restart > at:
                del counts[deeper]
        return counts

    def _shown(self, counted: _List, level: _Level, counts: Mapping[int, int]) -> str:
        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of = counted.levels.get(at, level)
            written = str if level.legal else _FORMATS.get(of.format, str)
            count = counts.get(at, of.start)
            return written(count) if count > 0 else str(count)

        label = re.sub("%([1-9])", number, level.text).strip()
        return f"{label} " if level.suffix == "space" and label else label


def _levels(element: _Element) -> Iterator[tuple[int, _Level]]:
    for each in element.iter(_W + "lvl"):
        at = _whole(each.get(_W + "ilvl"), 0)
        legal = each.find(_W + "isLgl")
        yield (
            at,
            _Level(
                start=_whole(_value(each, "start"), 0),
                format=next((of.get(_W + "val", "") for of in each.iter(_W + "numFmt")), "decimal"),
                text=_value(each, "lvlText") or "",
                suffix=_value(each, "suff") or "tab",
                legal=legal is not None and _on(legal.get(_W + "val", "1")),
                # Of itself any level around it makes a level begin again.
                restart=_whole(_value(each, "lvlRestart"), LEVELS),
                style=_value(each, "pStyle") or "",
            ),
        )


def _by_id(root: _Element | None, tag: str, key: str) -> dict[str, _Element]:
    return {} if root is None else {each.get(_W + key, ""): each for each in root.iter(_W + tag)}


def _value(element: _Element | None, tag: str) -> str | None:
    child = None if element is None else element.find(_W + tag)
    value = None if child is None else child.get(_W + "val")
    return None if value is None else str(value)


def _whole(text: str | None, default: int) -> int:
    return min(int(text), _MOST) if text is not None and text.isascii() and text.isdecimal() else default


def _on(text: str | None) -> bool:
    return text is not None and text not in ("0", "false", "off")
