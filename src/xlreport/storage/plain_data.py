"""JSON and TOML as plain data, whoever wrote it: bounded in depth and in the size of its numbers, no key written twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from xlreport.storage.data_slips import json_slip, toml_slip, type_and_place, type_slip
from xlreport.wording import cut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

T = TypeVar("T")

#: Tables within tables: what the program writes itself is six deep.
MAX_DEPTH = 64

#: Keys and values of one file, all levels together: the largest form there is has a hundredth of it.
MAX_NODES = 500_000

#: A whole number within these bounds is the same number in a cell of a workbook.
MAX_NUMBER = 10**15

#: Letters of a key's path that a message shows.
_SHOWN = 120

_TOO_DEEP, _TOO_LARGE = f"嵌套超过{MAX_DEPTH}层", "有数超过15位"

#: How a text begins that is UTF-16 or UTF-32; what is no text begins so too, which no editor saves as JSON or TOML.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Malformed(ValueError):
    """Its text says in Chinese what is wrong; it stands within brackets."""


class _Doubled(dict[str, object]):
    """An object of JSON with a key that is written twice."""

    def __init__(self, pairs: list[tuple[str, object]], key: str) -> None:
        super().__init__(pairs)
        self.key = key


def decode_text(data: bytes) -> str:
    """UTF-8, with Notepad's mark before it or without. Raises Malformed, which names the encoding where it can."""
    if data.startswith(_UTF16) or b"\0" in data[:4]:
        raise Malformed("不是 UTF-8 文本（是 UTF-16），请另存为 UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        raise Malformed("不是 UTF-8 文本，请另存为 UTF-8") from None
    raise Malformed("不是 UTF-8 文本（像是 GBK，即“ANSI”），请另存为 UTF-8")


def decode_json(data: bytes, type_: type[T]) -> T:
    """UTF-8 JSON as a value of `type_`. Raises Malformed."""
    import json  # start-up

    text = decode_text(data)
    if not text.strip():
        raise Malformed("文件是空的")
    try:
        raw = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Malformed(json_slip(error)) from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    except Malformed:
        raise
    except ValueError:  # an integer of thousands of digits
        raise Malformed(_TOO_LARGE) from None
    _bounded(raw)
    _written_once(raw, "")
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        message, path = type_and_place(error)
        place = "整个文件" if path == "$" else cut(path.removeprefix("$."), _SHOWN)
        raise Malformed(f"{place}：{type_slip(message)}") from None


def decode_toml(data: bytes) -> dict[str, object]:
    """UTF-8 TOML as tables, lists and plain values. Raises Malformed."""
    import tomllib  # start-up

    text = decode_text(data)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Malformed(toml_slip(error)) from None
    except ValueError:  # an integer of thousands of digits, a date that no calendar has
        raise Malformed("有数或日期超出范围") from None
    except RecursionError:
        raise Malformed(_TOO_DEEP) from None
    _bounded(raw)
    return raw


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Doubled(pairs, key)
        seen.add(key)
    raise AssertionError  # pragma: no cover  (fewer keys than pairs: one stood twice)


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} 不是数")


def _written_once(tree: object, path: str) -> None:
    """Raises Malformed where a key stands twice: which of the two is meant, nobody can say."""
    if isinstance(tree, _Doubled):
        raise Malformed(f"“{cut(path + tree.key, _SHOWN)}”写了两次，请删去一个")
    if isinstance(tree, dict):
        for key, value in tree.items():
            _written_once(value, f"{path}{key}.")
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            _written_once(value, f"{path.removesuffix('.')}[{n}].")


def _bounded(tree: object) -> None:
    """Raises Malformed where `tree` is too deep or too large, a number in it too large, or a text no text."""
    level: list[object] = [tree]
    nodes = 0
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise Malformed(f"内容太多，超过{MAX_NODES // 10_000}万项")
        if any(isinstance(node, int | float) and not abs(node) < MAX_NUMBER for node in level):
            raise Malformed(_TOO_LARGE)
        if any(isinstance(node, str) and not _is_text(node) for node in level):
            raise Malformed("文字里有不成对的代理字符（\\ud800 至 \\udfff）")
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise Malformed(_TOO_DEEP)


def _children(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        yield from node
        yield from node.values()
    elif isinstance(node, list):
        yield from node


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
