"""What goes wrong when a template that people write is compiled or filled in, in Chinese: no message of Jinja or Python is
passed on.
"""

from __future__ import annotations

import re
from typing import Final

from jinja2 import (
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.exceptions import SecurityError

#: What a template may raise that is written wrongly.
FAULTS: Final = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    AssertionError,
    NameError,
    RuntimeError,
    MemoryError,
)

#: Jinja's messages and what they say. A name in them is quoted.
_SLIPS: Final = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"No filter named '(.+?)'", "没有名为“{}”的过滤器"),
        (r"No test named '(.+?)'", "没有名为“{}”的判断（is 后面的词）"),
        (r"Encountered unknown tag '(.+?)'\. Jinja was looking for .*?'(\w+)'\.?.*", "没有“{}”这种标签，这里应当是 {}"),
        (r"Encountered unknown tag '(.+?)'", "没有“{}”这种标签"),
        (r"Unexpected end of template.*?innermost block that needs to be closed is '(\w+)'", "{} 没有对应的结束标签"),
        (r"Unexpected end of template", "没有写完"),
        (r"expected token '(.+?)', got '(.+?)'", "应为“{}”，写的是“{}”"),
        (r"unexpected char (.+?) at", "有不认识的符号{}"),
        (r"unexpected '(.+?)'", "多了“{}”"),
        (r"[Ee]xpected an expression, got '(.+?)'", "缺少要印的内容，写的是“{}”"),
        (r"Missing end of (?:comment|raw)", "注释没有写完"),
        (r"block '(.+?)' defined twice", "块“{}”写了两次"),
    )
)

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")

_WORDS: Final = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "end of template": "结尾",
    "begin of statement block": "{%",
    "name": "名称",
    "string": "文字",
    "integer": "整数",
    "float": "小数",
}


class Unprintable(ValueError):
    """What a tag gives cannot be printed where it stands; the text says why, in Chinese."""


class Unknown(StrictUndefined):
    """A name that the template uses and the form does not have; the error's text is the name alone, "" for no name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return "" if self._undefined_name is None else str(self._undefined_name)


def fault_text(error: Exception) -> str:
    """没有名为“a.b”的字段，请改正标签。"""
    match error:
        case UndefinedError() if error.message:
            return f"{reason(error)}，请改正标签。"
        case TemplateSyntaxError():
            return f"标签写错了（{slip_text(error)}），请改正标签。"
        case SecurityError():
            return f"标签里{reason(error)}，请改正标签。"
    return f"标签不能计算（{reason(error)}），请改正标签。"


def reason(error: Exception) -> str:
    """没有名为“a.b”的字段: the clause for whatever of `FAULTS` a template raised whose unknown names are `Unknown`."""
    match error:
        case UndefinedError(message=""):
            return _reason(LookupError())
        case UndefinedError():
            return f"没有名为“{error.message}”的字段"
        case TemplateNotFound():
            return f"没有名为“{error.name}”的模板"
        case SecurityError():
            names = re.findall(r"'(\w+)'", error.message or "")
            said = error.message if _CHINESE.search(error.message or "") else "".join(names[:1])
            return f"有不允许的操作{f'（{said}）' if said else ''}"
        case TemplateSyntaxError() | TemplateRuntimeError():
            return slip_text(error)
        case Unprintable():
            return str(error)
    return _reason(error)


def slip_text(error: TemplateError) -> str:
    """What Jinja does not understand."""
    if _CHINESE.search(error.message or ""):
        return error.message or ""
    for pattern, text in _SLIPS:
        match = pattern.search(error.message or "")
        if match:
            return text.format(*(_WORDS.get(word, word) for word in match.groups()))
    return "写法不对"


def _reason(error: Exception) -> str:
    match error:
        case ZeroDivisionError():
            return "除数是0"
        case ArithmeticError() | MemoryError():
            return "数太大"
        case NameError():
            return "数太大"  # Jinja writes a number that is infinite as the name inf
        case RecursionError():
            return "宏或循环一直调用自己"
        case TypeError() | ValueError():
            return "文字、数字和列表不能这样一起用"
        case LookupError() | AttributeError():
            return "要的一项不存在"
    return "写法不对"
