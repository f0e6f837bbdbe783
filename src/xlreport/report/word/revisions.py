"""A template as Word leaves it when every revision is accepted and every comment deleted: that is what a report is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from xlreport.published.marks import ADDED, CELLS, FORMER, TAKEN, root_of
from xlreport.report.word.template_places import W

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK: Final = re.compile(
    rb"<w:(?:ins|del|moveTo|moveFrom|cellIns|cellDel|cellMerge|comment\w+|\w+Change|(?:move|customXml)\w+Range\w+)\b"
)

#: What relates a document to its comments and to the people who made them, in Word's own extensions too.
_COMMENTS: Final = re.compile(r".*/relationships/(?:comments\w*|people)")

_RANGED: Final = "comment moveFrom moveTo customXmlIns customXmlDel customXmlMoveFrom customXmlMoveTo".split()
_RANGES: Final = tuple(f"{W}{name}Range{end}" for name in _RANGED for end in ("Start", "End"))

#: Where an empty w:ins or w:del tells of a paragraph's mark, a row, a number.
_PROPERTIES: Final = frozenset(f"{W}{name}" for name in ("rPr", "trPr", "numPr"))


def settled(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts without revisions and comments; those without any are the very bytes."""
    return {name: _without_marks(name, content) for name, content in parts.items()}


def _without_marks(name: str, content: bytes) -> bytes:
    if name.endswith(".rels"):
        return _without_comments(content)
    root = root_of(content) if name.endswith(".xml") and _MARK.search(content) else None
    if root is None:
        return content
    _accept(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _without_comments(content: bytes) -> bytes:
    root = root_of(content)
    comments = [] if root is None else [each for each in root if _COMMENTS.fullmatch(each.get("Type", ""))]
    for relation in comments:
        root.remove(relation)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)) if comments else content


def _accept(root: Any) -> None:
    for element in list(root.iter(*TAKEN)):
        if element.getparent().tag not in _PROPERTIES:
            _remove(element)
    for mark in list(root.iter(*TAKEN)):
        _taken(mark)
    for element in list(root.iter(*ADDED)):
        _unwrap(element)
    for cell in list(root.iter(f"{W}cellDel")):
        _remove(next(cell.iterancestors(f"{W}tc")))
    for element in list(root.iter(*CELLS, *FORMER, *_RANGES)):
        _remove(element)
    for reference in list(root.iter(f"{W}commentReference", f"{W}annotationRef")):
        run = reference.getparent()
        _remove(reference)
        if all(each.tag == f"{W}rPr" for each in run):
            _remove(run)


def _taken(mark: Any) -> None:
    """A row that was deleted, or the mark of a paragraph that was joined with the next one."""
    properties = mark.getparent()
    _remove(mark)
    if properties.tag == f"{W}trPr":
        row = properties.getparent()
        table = row.getparent()
        _remove(row)
        if table.tag == f"{W}tbl" and table.find(f"{W}tr") is None:
            _remove(table)
        return
    holder = properties.getparent()
    paragraph = holder.getparent() if holder.tag == f"{W}pPr" else None
    following = None if paragraph is None else paragraph.getnext()
    if paragraph is None or following is None or following.tag != f"{W}p":
        return
    start = 1 if following.find(f"{W}pPr") is not None else 0
    following[start:start] = [child for child in paragraph if child.tag != f"{W}pPr"]
    _remove(paragraph)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    at = parent.index(element)
    parent[at : at + 1] = list(element)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
