"""What the TOML and type checkers say about a definition, in Chinese: the maintainer is no programmer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from xlreport.finding import Level
from xlreport.forms.definition import Prior
from xlreport.forms.kinds import KINDS

if TYPE_CHECKING:
    import tomllib

_TYPES = {
    "int": "整数",
    "str": "文字",
    "bool": "true 或 false",
    "float": "数",
    "array": "方括号里的列表",
    "object": "花括号或 [[…]] 里的一组键",
    "null": "不写",
}

#: What a key with fixed words may be.
_WORDS = {"kind": KINDS, "level": get_args(Level), "prior": get_args(Prior)}

_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`")
_QUOTED = re.compile(r"(?P<what>Object missing required field|Object contains unknown field) `(?P<key>[^`]+)`")
_ENUM = re.compile(r"Invalid enum value (?P<value>.+)\Z")
_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")


def type_slip(message: str, place: str) -> str:
    """A message of msgspec as a Chinese clause; `place` is its path, $.sections[0].fields[1].kind."""
    if match := _EXPECTED.match(message):
        wanted = "或".join(_TYPES.get(each, each) for each in match["wanted"].split(" | "))
        return f"应为{wanted}，现在是{_TYPES.get(match['given'], match['given'])}"
    if match := _QUOTED.match(message):
        return f"缺少 {match['key']}" if "missing" in match["what"] else f"没有 {match['key']} 这个键，请核对拼写"
    if match := _ENUM.match(message):
        known = _WORDS.get(place.rpartition(".")[2], ())
        return f"不能是 {match['value']}" + (f"，应为 {'、'.join(known)} 之一" if known else "")
    return message


def syntax_slip(error: tomllib.TOMLDecodeError) -> str:
    """Where a file is no TOML: 第41行第13列, or 结尾."""
    match = _PLACE.search(str(error))
    where = f"第{match['line']}行第{match['column']}列" if match else "文件结尾"
    return f"{where}不合 TOML 的写法，请检查引号、括号和逗号（花括号里的内容要写在一行）"
