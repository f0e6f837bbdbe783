"""JSON and TOML as plain data, whoever wrote it: bounded in depth and in the size of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

#: Tables within tables: what the program writes itself is six deep.
MAX_DEPTH = 64

#: A whole number within these bounds is the same number in a cell of a workbook.
MAX_NUMBER = 10**15

_TOO_DEEP, _TOO_LARGE = f"嵌套超过{MAX_DEPTH}层", "有数超过15位"


class Malformed(ValueError):
    """Its text says in Chinese what is wrong; it stands within brackets."""


def decode_json(data: bytes, type_: type[T]) -> T:
    """UTF-8 JSON as a value of `type_`. Raises Malformed."""
    try:
        raw = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        _bounded(raw)
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"不是正确的 JSON：{error}") from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None


def decode_toml(text: str) -> dict[str, object]:
    """TOML as tables, lists and plain values. Raises tomllib.TOMLDecodeError, and Malformed for what is beyond the bounds."""
    import tomllib  # start-up

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # an integer of thousands of digits, a date that no calendar has
        raise Malformed("有数或日期超出范围") from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    _bounded(raw)
    return raw


def _bounded(tree: object) -> None:
    """Raises Malformed where `tree` is too deep, or a number in it too large to be one of a report."""
    level: list[object] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
        if any(isinstance(node, int | float) and not abs(node) < MAX_NUMBER for node in level):
            raise Malformed(_TOO_LARGE)
    raise Malformed(_TOO_DEEP)


def _children(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        yield from node.values()
    elif isinstance(node, list):
        yield from node
