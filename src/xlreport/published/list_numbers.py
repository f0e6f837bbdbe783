"""Numbers and bullets that Word itself puts before the paragraphs of a list: they stand in no text of the document.

ECMA-376 part 1, 17.9: a paragraph, or its style, names a list and a level; the level says what stands before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlreport.published.marks import root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.storage.opc import Package

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: Styles may be based on one another so many times.
_DEEP: Final = 20

_CHINESE: Final = "〇一二三四五六七八九十"


class _Level(NamedTuple):
    """What stands before a paragraph of the level: a text in which %1 is the number of the first level."""

    text: str
    format: str
    start: int


def numbered(package: Package, main: str, root: Any) -> Iterator[tuple[str, Any]]:
    """The paragraphs of a document that Word numbers, each with what it puts before it."""
    lists, styles = _lists(_part(package, main, "numbering")), _styles(_part(package, main, "styles"))
    counts: dict[str, dict[int, int]] = {}
    for paragraph in root.iter(f"{_W}p"):
        list_, level = _of(paragraph.find(f"{_W}pPr"), styles)
        abstract, levels = lists.get(list_, ("", {}))
        own = levels.get(level)
        if own is None or own.format == "none":
            continue
        count = counts.setdefault(abstract, {})
        count[level] = count.get(level, own.start - 1) + 1
        for deeper in [each for each in count if each > level]:
            del count[deeper]
        if label := _label(own, levels, count):
            yield label, paragraph


def _part(package: Package, main: str, kind: str) -> Any:
    part = package.related(main, kind)
    return None if part is None else root_of(package.read(part))


def _value(element: Any, path: str) -> str:
    """The value of an element below another; "" where there is none."""
    below = None if element is None else element.find(path)
    return "" if below is None else str(below.get(f"{_W}val", ""))


def _number(text: str, default: int) -> int:
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else default


def _lists(root: Any) -> dict[str, tuple[str, dict[int, _Level]]]:
    """By the number of a list: what it is made of, and its levels."""
    if root is None:
        return {}
    abstract = {
        each.get(f"{_W}abstractNumId", ""): dict(map(_level, each.iterfind(f"{_W}lvl")))
        for each in root.iterfind(f"{_W}abstractNum")
    }
    lists = {}
    for each in root.iterfind(f"{_W}num"):
        of, own = _value(each, f"{_W}abstractNumId"), dict(map(_level, each.iterfind(f"{_W}lvlOverride/{_W}lvl")))
        lists[each.get(f"{_W}numId", "")] = of, abstract.get(of, {}) | own
    return lists


def _level(element: Any) -> tuple[int, _Level]:
    own = _Level(
        _value(element, f"{_W}lvlText"),
        _value(element, f"{_W}numFmt") or "decimal",
        _number(_value(element, f"{_W}start"), 0),
    )
    return _number(element.get(f"{_W}ilvl", ""), 0), own


def _styles(root: Any) -> dict[str, Any]:
    return {} if root is None else {each.get(f"{_W}styleId", ""): each for each in root.iter(f"{_W}style")}


def _of(properties: Any, styles: dict[str, Any]) -> tuple[str, int]:
    """The list and the level of a paragraph, by its own properties or those of its style; "" for none."""
    name = _value(properties, f"{_W}pStyle")
    for _ in range(_DEEP):
        own = None if properties is None else properties.find(f"{_W}numPr")
        if own is not None and (list_ := _value(own, f"{_W}numId")):
            return list_, _number(_value(own, f"{_W}ilvl"), 0)
        if name not in styles:
            break
        properties, name = styles[name].find(f"{_W}pPr"), _value(styles[name], f"{_W}basedOn")
    return "", 0


def _label(own: _Level, levels: dict[int, _Level], count: dict[int, int]) -> str:
    def number(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        of = levels.get(level, own)
        value = count.get(level, of.start)
        chinese = re.match("chinese|ideograph|taiwanese|japanese", of.format) and value < len(_CHINESE)
        return _CHINESE[value] if chinese else str(value)

    return re.sub("%([1-9])", number, own.text).strip()
