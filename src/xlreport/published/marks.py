"""What a Word document holds besides its text and takes along unnoticed: comments, revision marks, hidden text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: Elements of revisions (ECMA-376 part 1, 17.13.5): text added and taken away, and what is kept of former formatting.
ADDED: Final = (f"{_W}ins", f"{_W}moveTo")
TAKEN: Final = (f"{_W}del", f"{_W}moveFrom")
CELLS: Final = (f"{_W}cellIns", f"{_W}cellDel", f"{_W}cellMerge")
FORMER: Final = tuple(
    f"{_W}{name}Change" for name in "rPr pPr sectPr tblPr tblPrEx tblGrid tcPr trPr numbering".split()
)

_STORIES: Final = frozenset(
    f"{_W}{name}" for name in ("document", "hdr", "ftr", "footnotes", "endnotes", "comments", "glossaryDocument")
)

_OFF: Final = frozenset({"0", "false", "off"})


class Mark(NamedTuple):
    """批注, 修订 or 隐藏文字, who made it, and what it says."""

    what: str
    author: str
    text: str


def root_of(content: bytes) -> Any:
    """The root of a part; None where it is no XML."""
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def marks(parts: Mapping[str, bytes]) -> list[Mark]:
    """The comments, revisions and hidden texts of a document, part by part."""
    roots = (root_of(parts[name]) for name in sorted(parts) if name.startswith("word/") and name.endswith(".xml"))
    return [mark for root in roots if root is not None and root.tag in _STORIES for mark in _of(root)]


def _of(root: Any) -> Iterator[Mark]:
    for element in root.iter(f"{_W}comment", *ADDED, *TAKEN, *CELLS, *FORMER):
        what = "批注" if element.tag == f"{_W}comment" else "修订"
        yield Mark(what, element.get(f"{_W}author", ""), _text(element))
    for run in root.iter(f"{_W}r"):
        hidden = run.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and hidden.get(f"{_W}val", "1") not in _OFF and _text(run):
            yield Mark("隐藏文字", "", _text(run))


def _text(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_W}t", f"{_W}delText"))
