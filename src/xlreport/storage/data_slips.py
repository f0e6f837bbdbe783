"""What the readers of JSON and TOML and the checker of types say, in Chinese: who writes such files is no programmer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.wording import cut

if TYPE_CHECKING:
    import json
    import tomllib
    from collections.abc import Sequence

    import msgspec

_TYPES = {
    "int": "整数",
    "str": "文字",
    "bool": "true 或 false",
    "float": "数",
    "array": "方括号里的列表",
    "object": "花括号或 [[…]] 里的一组键",
    "null": "不写",
}

_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`")
_QUOTED = re.compile(r"(?P<what>Object missing required field|Object contains unknown field) `(?P<key>[^`]+)`")
_ENUM = re.compile(r"Invalid enum value (?P<value>.+)\Z", re.DOTALL)
_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")

#: What is wrong where JSON ends to be JSON, by the beginning of what Python's reader says.
_JSON = {
    "Expecting ',' delimiter": "这里应有逗号，或者前面少了右括号",
    "Expecting ':' delimiter": "键名后面应有冒号",
    "Expecting property name": "这里应有双引号里的键名",
    "Expecting value": "这里应有一个值",
    "Illegal trailing comma": "这里多了一个逗号",
    "Extra data": "这里往后是多余的内容",
    "Unterminated string": "这里的文字没有右引号",
    "Invalid control character": "文字里有换行或控制字符",
    "Invalid \\": "反斜杠后面的字符不对",
}

#: Letters of a key or value that a message shows.
_SHOWN = 40


def type_slip(message: str, words: Sequence[str] = ()) -> str:
    """A message of msgspec as a Chinese clause; `words` are those that the place may hold."""
    if match := _EXPECTED.match(message):
        wanted = "或".join(_TYPES.get(each, each) for each in match["wanted"].split(" | "))
        return f"应为{wanted}，现在是{_TYPES.get(match['given'], match['given'])}"
    if match := _QUOTED.match(message):
        key = cut(match["key"], _SHOWN)
        return f"缺少 {key}" if "missing" in match["what"] else f"没有 {key} 这个键，请核对拼写"
    if match := _ENUM.match(message):
        return f"不能是 {cut(match['value'], _SHOWN)}" + (f"，应为 {'、'.join(words)} 之一" if words else "")
    return "值不对"


def type_and_place(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec says is wrong, and the path of it: $.sections[0].kind, or $."""
    message, _, path = str(error).rpartition(" - at ") if " - at `" in str(error) else (str(error), "", "")
    return message, path.strip("`") or "$"


def json_slip(error: json.JSONDecodeError) -> str:
    """Where a text is no JSON, and why."""
    why = next((said for begin, said in _JSON.items() if error.msg.startswith(begin)), "请检查引号、括号和逗号")
    return f"第{error.lineno}行第{error.colno}列不合 JSON 的写法，{why}"


def toml_slip(error: tomllib.TOMLDecodeError) -> str:
    """Where a text is no TOML: 第41行第13列, or 结尾."""
    match = _PLACE.search(str(error))
    where = f"第{match['line']}行第{match['column']}列" if match else "文件结尾"
    return f"{where}不合 TOML 的写法，请检查引号、括号和逗号，花括号里的内容要写在一行，同一个键只写一次"
