"""Where something stands in a Word template, in words by which a person finds it in Word.

In a table that is table, row and cell (第2张表第3行第4格), each counted from 1 in its part, cells that a merge hides
included; outside tables it is the paragraph, paragraphs in tables not counted. What stands there is quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: The parts that may hold tags, with how messages call them.
_PARTS: Final = (
    ("word/document", "正文"),
    ("word/header", "页眉"),
    ("word/footer", "页脚"),
    ("word/footnotes", "脚注"),
)

_OPENING: Final = re.compile(r"\{\{|\{%|\{#")
_BLOCK: Final = re.compile(r"\{%[-+]?\s*(end)?(?:if|for)\b")

_QUOTED: Final = 41


class Paragraph(NamedTuple):
    """One paragraph as typed: its text, and which elements stand between one sign and the next."""

    part: str
    text: str
    between: dict[int, set[str]]
    element: Any

    @property
    def place(self) -> str:
        """正文第3段“…”, or in a table 正文第2张表第3行第4格“…”."""
        name = part_name(self.part)
        table = _outermost(self.element, "tbl")
        if table is None:
            paragraph = _outermost(self.element, "p")
            host = self.element if paragraph is None else paragraph
            before = (each for each in host.getroottree().iter(f"{W}p") if _counts(each))
            return f"{name}第{_position(host, before)}段“{quoted(self.text)}”"
        tables = (each for each in table.getroottree().iter(f"{W}tbl") if _outermost(each, "tbl") is None)
        number = _position(table, tables)
        row = next(each for each in self.element.iterancestors(f"{W}tr") if _table(each) is table)
        cell = next(each for each in self.element.iterancestors(f"{W}tc") if _row(each) is row)
        rows = (each for each in table.iter(f"{W}tr") if _table(each) is table)
        cells = (each for each in row.iter(f"{W}tc") if _row(each) is row)
        text = "".join(each.text or "" for each in cell.iter(f"{W}t"))
        return f"{name}第{number}张表第{_position(row, rows)}行第{_position(cell, cells)}格“{quoted(text)}”"


def part_name(part: str) -> str:
    return next((name for start, name in _PARTS if part.startswith(start)), part)


def quoted(text: str) -> str:
    return shortened(text, _QUOTED)


def paragraphs(parts: Mapping[str, bytes]) -> Iterator[Paragraph]:
    """Every paragraph of body, headers, footers and footnotes. A part that is no XML has none."""
    for part in sorted(parts):
        if not part.endswith(".xml") or not any(part.startswith(start) for start, _ in _PARTS):
            continue
        try:
            root = etree.fromstring(parts[part], etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            continue
        for element in root.iter(f"{W}p"):
            yield Paragraph(part, *_read(element), element)


class TagLines:
    """A part as docxtpl hands it to Jinja, with each tag on a line of its own: the line that Jinja names is a tag.

    docxtpl takes whole paragraphs and rows for the tag in them, so that what it hands on cannot be counted; the tags
    keep their order. `typed` are the paragraphs of the template.
    """

    def __init__(self, part: str, xml: str, typed: Iterable[Paragraph]) -> None:
        self.part = part
        self.text = _OPENING.sub(lambda opening: "\n" + opening[0], xml.replace("\n", " "))
        self._typed = [
            paragraph for paragraph in typed if paragraph.part == part for _ in _OPENING.finditer(paragraph.text)
        ]

    def place(self, line: int) -> str:
        """Where the tag on that line of `text` stands; the part alone where that is not known."""
        lines = self.text.split("\n")
        if 1 < line <= len(lines) and len(lines) - 1 == len(self._typed):
            return self._typed[line - 2].place
        return part_name(self.part)

    def unclosed(self) -> str:
        """Where the last `if` or `for` stands that has no end."""
        opened = []
        for line, text in enumerate(self.text.split("\n"), 1):
            block = _BLOCK.match(text)
            if block and not block[1]:
                opened.append(line)
            elif block and opened:
                opened.pop()
        return self.place(opened[-1] if opened else 0)


def _outermost(element: Any, tag: str) -> Any:
    """The outermost ancestor of that name, or None."""
    found = None
    for found in element.iterancestors(f"{W}{tag}"):  # noqa: B007  (the last one counts)
        pass
    return found


def _counts(paragraph: Any) -> bool:
    """Whether a paragraph is one of those that are counted: in no table, in no text box of another one."""
    return next(paragraph.iterancestors(f"{W}tbl", f"{W}p"), None) is None


def _table(row: Any) -> Any:
    return next(row.iterancestors(f"{W}tbl"), None)


def _row(cell: Any) -> Any:
    return next(cell.iterancestors(f"{W}tr"), None)


def _position(element: Any, among: Iterable[Any]) -> int:
    return next((n for n, each in enumerate(among, 1) if each is element), 0)


def _read(element: Any) -> tuple[str, dict[int, set[str]]]:
    """The text of a paragraph, paragraphs inside it left out, and the elements that begin or end after n signs."""
    signs = 0
    pieces: list[str] = []
    between: dict[int, set[str]] = {}
    skipped = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if skipped is not None:
            skipped = None if node is skipped and event == "end" else skipped
            continue
        if node is element or not isinstance(node.tag, str):
            continue
        if node.tag in (f"{W}p", f"{W}rPr", f"{W}pPr"):
            skipped = node if event == "start" else None
            continue
        between.setdefault(signs, set()).add(etree.QName(node).localname)
        if node.tag == f"{W}t" and event == "start":
            pieces.append(node.text or "")
            signs += len(node.text or "")
    return "".join(pieces), between
