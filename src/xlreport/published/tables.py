"""Tables of a finished report as grids of text: from a Word document, and from the HTML page.

A merged cell covers several positions of the grid; all of them show the same `GridCell`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from lxml import etree, html

from xlreport.published.looks import LOWERED, RAISED, STRUCK, odd
from xlreport.published.word import W, WordDocument, seen, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: No table of a report is as wide as that.
MAX_SPAN = 1_000

#: Elements of HTML that do not end a paragraph, and those whose text is none of the page's paragraphs.
_INLINE = frozenset("a abbr b bdi bdo cite code em font i mark q s small span strong sub sup time u wbr".split())
_APART = frozenset({"head", "script", "style", "table", "template"})

#: The same in HTML.
_ODD_HTML = {"s": STRUCK, "strike": STRUCK, "del": STRUCK, "sup": RAISED, "sub": LOWERED}

_END = "\x1e"

_Element: TypeAlias = Any


class GridCell(msgspec.Struct, frozen=True, eq=False):
    """One cell, merged or not; equal only to itself."""

    text: str


#: Rows of positions; None where a row has no cell.
Grid: TypeAlias = "tuple[tuple[GridCell | None, ...], ...]"


class DocumentText(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a report: its paragraphs outside tables, its tables in order."""

    paragraphs: tuple[str, ...]
    tables: tuple[Grid, ...]


def word_text(data: bytes, name: str) -> DocumentText:
    """Paragraphs and tables of a .docx as a reader sees them; `name` is for messages.

    Raises InputError: no Word document, damaged, a DOCTYPE in the text, too large.
    """
    document = WordDocument(data, name)
    texts = (each.text for each in document.paragraphs())
    return DocumentText(paragraphs=tuple(text for text in texts if text.strip()), tables=word_tables(document))


def word_tables(document: WordDocument) -> tuple[Grid, ...]:
    """The tables of a Word document, those inside one another too."""
    return tuple(_word_grid(table) for table in seen(document.body, W + "tbl", deep=True))


def html_text(data: bytes) -> DocumentText:
    """Paragraphs and tables of an HTML page in UTF-8, in order; captions are paragraphs. Nothing where it is no page at all."""
    try:
        root = html.document_fromstring(data.decode("utf-8", "replace"))
    except (etree.ParserError, ValueError):
        return DocumentText(paragraphs=(), tables=())
    lines = "".join(_END if piece is None else piece for piece in _flow(root)).split(_END)
    paragraphs = (" ".join(line.split()) for line in lines)
    return DocumentText(paragraphs=tuple(line for line in paragraphs if line), tables=tuple(_html_grids(root)))


def _flow(element: _Element) -> Iterator[str | None]:
    """The text of an element in pieces, None where a paragraph ends."""
    if element.tag in _APART or not isinstance(element.tag, str):
        for caption in element.findall("caption"):
            yield from _flow(caption)
        return
    ends = [] if element.tag in _INLINE else [None]
    yield from ends
    if element.tag in _ODD_HTML:
        yield odd(_ODD_HTML[element.tag], _html_text(element))
    else:
        yield element.text or ""
        for child in element:
            yield from _flow(child)
            yield child.tail or ""
    yield from ends


def _html_text(element: _Element) -> str:
    """The text of an element; what is struck, raised or lowered is marked as such."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            text = _html_text(child)
            pieces.append(odd(_ODD_HTML[child.tag], text) if child.tag in _ODD_HTML else text)
        pieces.append(child.tail or "")
    return "".join(pieces)


def _html_grids(root: _Element) -> Iterator[Grid]:
    for table in root.iter("table"):
        rows = []
        for row in table.iter("tr"):
            cells = [
                (GridCell(_html_text(cell)), _span(cell, "colspan"), _span(cell, "rowspan"))
                for cell in row.iter("td", "th")
            ]
            rows.append(cells)
        yield _spread(rows)


def _span(cell: _Element, name: str) -> int:
    text = cell.get(name, "").strip()
    return min(max(int(text), 1), MAX_SPAN) if text.isdecimal() else 1


def _spread(rows: Sequence[Sequence[tuple[GridCell, int, int]]]) -> Grid:
    """HTML's placing of cells: each takes the first free position of its row."""
    taken: dict[tuple[int, int], GridCell] = {}
    for r, row in enumerate(rows):
        c = 0
        for cell, columns, depth in row:
            while (r, c) in taken:
                c += 1
            for i in range(min(depth, len(rows) - r)):
                for j in range(columns):
                    taken[r + i, c + j] = cell
            c += columns
    width = max((c for _, c in taken), default=-1) + 1
    return tuple(tuple(taken.get((r, c)) for c in range(width)) for r in range(len(rows)))


def _word_grid(table: _Element) -> Grid:
    rows: list[tuple[GridCell | None, ...]] = []
    for row in seen(table, W + "tr", skip=W + "tc"):
        properties = row.find(W + "trPr")
        if properties is not None and properties.find(W + "del") is not None:
            continue
        line: list[GridCell | None] = [None] * _number(properties, "gridBefore", 0)
        for cell in seen(row, W + "tc"):
            own = cell.find(W + "tcPr")
            gone = own is not None and own.find(W + "cellDel") is not None
            merge = own.find(W + "vMerge") if own is not None else None
            above = rows[-1][len(line)] if rows and len(line) < len(rows[-1]) else None
            follows = merge is not None and merge.get(W + "val", "continue") == "continue" and above is not None
            text = "\n".join(text_of(p) for p in seen(cell, W + "p", skip=W + "tbl"))
            shown = above if follows else GridCell(odd(STRUCK, text) if gone else text)
            line.extend([shown] * _number(own, "gridSpan", 1))
        rows.append(tuple(line))
    return tuple(rows)


def _number(properties: _Element | None, tag: str, default: int) -> int:
    element = properties.find(W + tag) if properties is not None else None
    text = element.get(W + "val", "") if element is not None else ""
    return min(int(text), MAX_SPAN) if text.isdecimal() else default
