"""Regular expressions that a maintainer writes: compiled, or refused in Chinese where they are none or could run without end.

Python's engine tries every way to match. A repeat within a repeat, or alternatives that begin alike within one, double the
ways with each character; repeats beside one another multiply them. Both show in the expression itself.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from xlreport.wording import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Characters of one expression.
MAX_LETTERS: Final = 4000

#: A repeat of more rounds is one without end.
MAX_ROUNDS: Final = 16

#: Ways in which the repeats beside one another may share out a text.
MAX_WAYS: Final = 10_000_000

#: Characters that are looked at together; no repeat takes more.
_SEEN = 512

_SHOWN = 60

#: What Python says of an expression, by its beginning.
_SLIPS: Final = {
    "missing )": "少了右括号",
    "unbalanced parenthesis": "多了右括号",
    "unterminated character set": "少了右方括号",
    "nothing to repeat": "* + ? 前面没有要重复的内容",
    "multiple repeat": "两个重复记号连在一起",
    "min repeat greater": "{m,n} 里 m 大于 n",
    "bad escape": "反斜杠后面的字符不对",
    "bad character range": "方括号里的范围写反了",
    "look-behind requires": "(?<=…) 里的内容长短要固定",
    "unknown extension": "(? 后面的写法不对",
    "missing group name": "没有组名",
    "unknown group name": "没有这个组名",
    "redefinition of group name": "组名重复",
    "invalid group reference": "没有这一组",
    "global flags not at the start": "(?i) 一类的标记要写成 (?i:…)",
}


class BadPattern(ValueError):
    """Its text says in Chinese which expression cannot be used, and why."""


@cache
def compiled(sources: tuple[str, ...]) -> re.Pattern[str]:
    """One expression that finds any of `sources`. Raises BadPattern."""
    for source in sources:
        _sound(source)
    return _compiled("|".join(f"(?:{source})" for source in sources))


def compiled_alone(source: str) -> re.Pattern[str]:
    """One expression as it stands, its groups counted from 1. Raises BadPattern."""
    _sound(source)
    return _compiled(source)


def _compiled(source: str) -> re.Pattern[str]:
    try:
        return re.compile(source)
    except re.error as error:
        raise BadPattern(f"“{cut(source, _SHOWN)}”不是正确的正则表达式（{pattern_slip(error)}）") from None
    except (RecursionError, OverflowError, MemoryError):
        raise BadPattern(f"“{cut(source, _SHOWN)}”嵌套太深，或重复的次数太大") from None


def pattern_slip(error: re.error) -> str:
    """What is wrong with an expression, and at which character."""
    why = next((said for begin, said in _SLIPS.items() if error.msg.startswith(begin)), "写法不对")
    return why if error.pos is None else f"第{error.pos + 1}个字符处{why}"


def _sound(source: str) -> None:
    if len(source) > MAX_LETTERS:
        raise BadPattern(f"“{cut(source, _SHOWN)}”超过{MAX_LETTERS}个字符，请分开写")
    _compiled(source)
    ways = _ways(_tree(source), source, within=False)
    if ways > MAX_WAYS:
        raise BadPattern(f"“{cut(source, _SHOWN)}”里有太多的 .* 一类的重复，遇到长句会算不完，请减少或写出上限")


def _tree(source: str) -> Iterable[tuple[Any, Any]]:
    """What Python itself reads in an expression: operations with their arguments."""
    parser: Any = import_module("re._parser")
    tree: Iterable[tuple[Any, Any]] = parser.parse(source)
    return tree


def _ways(tree: Iterable[tuple[Any, Any]], source: str, *, within: bool) -> int:
    """In how many ways a text may be shared out among what is repeated. Raises BadPattern for what has no end.

    What looks ahead is gone through by itself. `within` a repeat without end nothing may be matched in two ways.
    """
    ways, aside = 1, 1
    for operation, argument in tree:
        match str(operation), argument:
            case (("MAX_REPEAT" | "MIN_REPEAT"), (least, most, inner)):
                if within and most != least:
                    raise _endless(source)
                ways *= (min(int(most), _SEEN) - least + 1 if most > least else 1) * _ways(
                    inner, source, within=within or most > MAX_ROUNDS
                )
            case "POSSESSIVE_REPEAT", (_, most, inner):
                aside = max(aside, _ways(inner, source, within=most > MAX_ROUNDS))
            case "ATOMIC_GROUP", inner:
                aside = max(aside, _ways(inner, source, within=within))
            case (("ASSERT" | "ASSERT_NOT"), (_, inner)):
                aside = max(aside, _ways(inner, source, within=within))
            case "SUBPATTERN", (*_, inner):
                ways *= _ways(inner, source, within=within)
            case "GROUPREF_EXISTS", (_, *branches):
                ways *= max(_ways(branch, source, within=within) for branch in branches if branch is not None)
            case "BRANCH", (_, branches):
                if within and not _begin_differently(branches):
                    raise _endless(source)
                ways *= max(_ways(branch, source, within=within) for branch in branches)
    return max(ways, aside)


def _begin_differently(branches: Sequence[Sequence[tuple[Any, Any]]]) -> bool:
    """Whether the first character of a text tells which alternative it can be."""
    firsts = [branch[0][1] if len(branch) and str(branch[0][0]) == "LITERAL" else None for branch in branches]
    return None not in firsts and len(set(firsts)) == len(firsts)


def _endless(source: str) -> BadPattern:
    return BadPattern(
        f"“{cut(source, _SHOWN)}”里重复套着重复，或重复的几种写法开头相同（如 (a+)+、(a|ab)*），遇到长句会算不完，请改写"
    )
