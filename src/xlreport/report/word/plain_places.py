"""Tags in texts that are no paragraphs of Word: what they print is one line of plain text, in a chart's data a number.

docxtpl knows paragraphs alone: it breaks lines by elements that stand in runs, and mends split tags in runs. Here each
tag is brought into one element and told to print plainly.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from xlreport.report.word.charts import NUMBERS
from xlreport.report.word.environment import IN_CHART, IN_LINE
from xlreport.report.word.template_texts import READ, SIGN, WHOLE, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PRINTS: Final = re.compile(r"\{\{([-+]?)(.*?)([-+]?)\}\}", re.DOTALL)


def with_plain_tags(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The parts with such tags made ready for Jinja, and what holds them: tags of elements, `element@attribute`."""
    result, trees = dict(parts), {}
    places: set[str] = set()
    for text in paragraphs(parts):
        if text.what and not text.refused:
            places.update(_make_plain(text.element))
            trees[text.part] = text.element.getroottree()
    for part, tree in trees.items():
        result[part] = bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
    return result, tuple(sorted(places))


def readable_tags(xml: str) -> str:
    """XML whose tags Jinja can read: what XML writes as entities are signs again in them."""
    return _TAG.sub(lambda tag: tag[0] if "</" in tag[0] else unescape(tag[0]), xml)


def _make_plain(element: Any) -> Iterable[str]:
    for name, value in element.attrib.items():
        if name in READ and SIGN.search(value):
            element.set(name, _plainly(value, IN_LINE))
            yield f"{element.tag}@{name}"
    leaves = [element]
    if element.tag in WHOLE:
        leaves = list(element.iter(WHOLE[element.tag]))
        _join(leaves)
    for leaf in leaves:
        if SIGN.search(leaf.text or ""):
            number = next(leaf.iterancestors(*NUMBERS), None) is not None
            leaf.text = _plainly(leaf.text, IN_CHART if number else IN_LINE)
            yield leaf.tag
        if leaf is element and SIGN.search(leaf.tail or ""):
            leaf.tail = _plainly(leaf.tail, IN_LINE)
            yield leaf.tag


def _plainly(text: str, how: str) -> str:
    """The text with `{{ x }}` as `{{ (x)|how }}`, once."""
    return _PRINTS.sub(lambda tag: tag[0] if how in tag[2] else f"{{{{{tag[1]} ({tag[2]})|{how} {tag[3]}}}}}", text)


def _join(leaves: list[Any]) -> None:
    """Every tag that stands in several elements into the first of them."""
    text = "".join(leaf.text or "" for leaf in leaves)
    owners = [n for n, leaf in enumerate(leaves) for _ in leaf.text or ""]
    for tag in _TAG.finditer(text):
        owners[tag.start() : tag.end()] = [owners[tag.start()]] * len(tag[0])
    for n, leaf in enumerate(leaves):
        leaf.text = "".join(sign for sign, owner in zip(text, owners, strict=True) if owner == n)
