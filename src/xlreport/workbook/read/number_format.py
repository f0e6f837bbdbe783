"""What a cell shows under its number format (ECMA-376 part 1, 18.8.31), for formats that show another number.

0"0" makes 12 look like 120, 0, makes 12000 look like 12, and ;;; shows nothing at all: a figure must not go into a
report that no reader of the workbook saw. What is not certain here is None, and never taken for shown as it stands.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import TypeAlias

from xlreport.rules.evaluate import Value, is_number
from xlreport.workbook.read.returned import shown

#: Formats that show every value as it stands; some programs write the names of their own language.
PLAIN = frozenset({"", "General", "@", "GENERAL", "general", "G/通用格式", "通用格式", "G/標準"})

#: Stands for every format of a date or a time.
DATES = "yyyy-m-d"

#: Characters of a format; Excel allows 255.
LONGEST_CODE = 1000

#: Every digit that a double of 309 can have under such a code.
_ROUNDING = Context(prec=5 * LONGEST_CODE, rounding=ROUND_HALF_UP)

#: A piece of a section: its kind (literal, digit, point, comma, percent, general, text) and its characters.
_Piece: TypeAlias = tuple[str, str]

_PIECES = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<filled>.)|(?P<general>[Gg]eneral|GENERAL|(?:G/)?通用格式|G/標準)'
    r"|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]"
    r"|\[(?P<colour>(?i:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2}"
    r"|[黑蓝青绿红白黄]色?|蓝绿色?|洋红色?|品红色?|颜色 ?[0-9]{1,2}))\]"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)"
    r"|(?P<literal>[^A-Za-z\"\\\[\]_*/])",
    re.DOTALL,
)

_WHITES = frozenset({"white", "color2", "白", "白色", "颜色2"})

_PARTS = re.compile(r'(?:"[^"]*"|\\.|[_*].|\[[^\]]*\]|[^;"\\_*\[])*', re.DOTALL)


#: A code that stands for a format of which nobody knows what it shows.
UNCERTAIN = re.compile(r"\[不明：")


def uncertain(words: str) -> str:
    """Stands for a format of which nobody knows what it shows; `words` say which one."""
    return f"[不明：{words}]"


def displayed(value: Value, code: str) -> str | None:
    """The text that a cell with this value shows under format `code`; None where that is not certain."""
    if code in PLAIN or value is None:
        return shown(value)
    sections = _sections(code)
    if sections is None:
        return None
    texts, numbers = _split(sections)
    if isinstance(value, str):
        return value if texts is None else "".join(value if kind == "text" else piece for kind, piece in texts)
    if not is_number(value) or not numbers or len(numbers) > 3:
        return None
    number = Decimal(repr(value))
    if number < 0 and len(numbers) > 1:
        return _number(-number, numbers[1])
    if number == 0 and len(numbers) > 2:
        return _number(number, numbers[2])
    text = _number(abs(number), numbers[0])
    if text is None or number >= 0 or (text and not re.search("[1-9]", text)):
        # What has been rounded to 0 carries no sign; whether mere words carry one is not certain.
        return text if number >= 0 or re.search("[0-9]", text or "") else None
    return "-" + text


def _split(sections: tuple[tuple[_Piece, ...], ...]) -> tuple[tuple[_Piece, ...] | None, list[tuple[_Piece, ...]]]:
    """The section for text, where there is one, and those for numbers."""
    last = sections[-1]
    if len(sections) == 4 or any(kind == "text" for kind, _ in last):
        return last, list(sections[:-1]) or [(("general", ""),)]
    return None, list(sections)


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[tuple[_Piece, ...], ...] | None:
    """The sections of a format, taken to pieces; None where a piece is a date's, a fraction's, or unknown."""
    if len(code) > LONGEST_CODE:
        return None
    sections = []
    position = 0
    while True:
        part = _PARTS.match(code, position)
        if part is None or (part.end() < len(code) and code[part.end()] != ";"):
            return None
        pieces = _pieces(part[0])
        if pieces is None:
            return None
        sections.append(pieces)
        position = part.end() + 1
        if part.end() == len(code):
            return tuple(sections) if len(sections) <= 4 else None


def _pieces(section: str) -> tuple[_Piece, ...] | None:
    pieces: list[_Piece] = []
    position = 0
    while position < len(section):
        match = _PIECES.match(section, position)
        if match is None or match.lastgroup is None:
            return None
        kind = match.lastgroup
        if kind == "colour" and match[kind].lower().replace(" ", "") in _WHITES:
            return None  # seen only on a dark ground
        if kind in ("quoted", "escaped", "currency", "literal"):
            pieces.append(("literal", match[kind]))
        elif kind == "space":
            pieces.append(("literal", " "))
        elif kind == "filled" and match[kind] != " ":
            return None  # repeated as often as the column is wide
        elif kind not in ("colour", "filled"):
            pieces.append((kind, match[kind]))
        position = match.end()
    return tuple(pieces)


def _number(value: Decimal, pieces: tuple[_Piece, ...]) -> str | None:
    """A number that is not negative, under one section."""
    kinds = [kind for kind, _ in pieces]
    if "text" in kinds or kinds.count("point") > 1:
        return None
    if "general" in kinds:
        if "digit" in kinds or "percent" in kinds:
            return None
        return "".join(shown(float(value)) if kind == "general" else text for kind, text in pieces)
    if "digit" not in kinds:
        return None if "comma" in kinds or "point" in kinds else "".join(text for _, text in pieces)
    point = kinds.index("point") if "point" in kinds else len(pieces)
    whole, part = pieces[:point], pieces[point + 1 :]
    digits = [n for n, (kind, _) in enumerate(whole) if kind == "digit"]
    last = digits[-1] if digits else -1
    grouped = any(kind == "comma" for kind, _ in whole[:last]) if digits else False
    scale = sum(kind == "comma" for kind, _ in whole[last + 1 :]) + sum(kind == "comma" for kind, _ in part)
    value = value.scaleb(2 * kinds.count("percent") - 3 * scale)
    places = sum(kind == "digit" for kind, _ in part)
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
    before, _, after = f"{rounded:f}".partition(".")
    left = _whole(before.lstrip("0"), whole, grouped=grouped)
    if left is None:
        return None
    return left + ("." if point < len(pieces) else "") + _part(after, part)


def _whole(digits: str, pieces: tuple[_Piece, ...], *, grouped: bool) -> str | None:
    """The digits before the point, the first placeholder taking all that are left over."""
    places = [n for n, (kind, _) in enumerate(pieces) if kind == "digit"]
    if grouped and any(kind in ("literal", "percent") for kind, _ in pieces[places[0] : places[-1]]):
        return None
    out: list[str] = []
    for n in range(len(pieces) - 1, -1, -1):
        kind, text = pieces[n]
        if kind == "digit":
            first = n == places[0]
            taken, digits = (digits, "") if first else (digits[-1:], digits[:-1])
            out.append(taken or {"0": "0", "?": " "}.get(text, ""))
        elif kind != "comma":
            out.append(text)
    joined = "".join(reversed(out))
    if not grouped:
        return joined
    return re.sub(r"[0-9]+", lambda run: _thousands(run[0]), joined, count=1)


def _thousands(digits: str) -> str:
    return re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+\Z)", ",", digits)


def _part(digits: str, pieces: tuple[_Piece, ...]) -> str:
    """The digits after the point; those that are 0 to the end are left out under #."""
    out = []
    left = digits
    for kind, text in pieces:
        if kind == "digit":
            digit, left = left[0], left[1:]
            needless = digit == "0" and not left.strip("0")
            out.append({"#": "", "?": " "}.get(text, digit) if needless else digit)
        elif kind != "comma":
            out.append(text)
    return "".join(out)
