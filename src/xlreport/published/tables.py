"""Tables of a finished report as grids of text: from a Word document, and from the HTML page.

A merged cell covers several positions of the grid; all of them show the same `GridCell`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from lxml import etree, html

from xlreport.errors import InputError
from xlreport.published.looks import LOWERED, RAISED, STRUCK, has, lay_styles, mark_of, merged, odd
from xlreport.storage.opc import Package, UnsafePart
from xlreport.storage.zips import BadZip, TooLarge, Zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: No table of a report is as wide as that.
MAX_SPAN = 1_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The same elements in the strict flavour of the format.
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

#: What is in the file and not in the text: deleted or moved away under revision tracking, or a second rendering.
_UNSEEN = frozenset({_W + "del", _W + "moveFrom", _W + "instrText", _W + "delText", _FALLBACK})
_BREAKS = frozenset({_W + "tab", _W + "br", _W + "cr"})

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
    body = _document(data, name).find(_W + "body")
    if body is None:
        raise InputError(f"“{name}”里没有正文，不是完整的 Word 文档，请重新生成或另存。")
    tables = tuple(_word_grid(table) for table in _descend(body, _W + "tbl", deep=True))
    paragraphs = (_text(p) for p in _descend(body, _W + "p", skip=_W + "tbl"))
    return DocumentText(paragraphs=tuple(p for p in paragraphs if p.strip()), tables=tables)


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


def _document(data: bytes, name: str) -> _Element:
    """The root of the part with the text, wherever it stands and in either flavour of the format."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"“{name}”是旧版 Word 文档（.doc）或加密的文档，请用 Word 或 WPS 另存为不加密的 .docx。")
    try:
        package = Package(Zip(data))
        part = package.main()
        content = package.xml(part).getvalue() if part else b""
        styles = package.related(part, "styles") if part else None
        look = package.xml(styles).getvalue() if styles else b"<styles/>"
    except UnsafePart as fault:
        raise InputError(
            f"“{name}”的 {fault.part} 里有 DOCTYPE，不是正常的 Word 文档，请不要使用，重新生成或另存。"
        ) from None
    except TooLarge:
        raise InputError(f"“{name}”展开后过大，不像报告，请用 Word 打开检查后另存。") from None
    except BadZip:
        raise InputError(f"“{name}”不是完整的 Word 文档（.docx），请重新生成，或用 Word 打开后另存。") from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = _transitional(etree.fromstring(content, parser)) if part else None
        style = _transitional(etree.fromstring(look, parser))
    except etree.XMLSyntaxError:
        raise InputError(f"“{name}”的正文不完整，请重新生成，或用 Word 打开后另存。") from None
    if root is None or root.tag != _W + "document":
        raise InputError(f"“{name}”不是 Word 文档（.docx），请选择生成的报告。")
    lay_styles(root, style)
    return root


def _transitional(root: _Element) -> _Element:
    """A document in the strict flavour of the format with its elements and attributes as in the usual one."""
    if root.tag.startswith(_STRICT):
        for element in root.iter(f"{_STRICT}*"):
            element.tag = element.tag.replace(_STRICT, _W)
            for key, value in element.attrib.items():
                if key.startswith(_STRICT):
                    element.set(key.replace(_STRICT, _W), value)
    return root


def _descend(element: _Element, tag: str, *, skip: str = "", deep: bool = False) -> Iterator[_Element]:
    """Elements `tag` below `element` that a reader sees, outermost first; `deep` also those inside one another."""
    for child in element:
        if child.tag in _UNSEEN or child.tag == skip:
            continue
        if child.tag == tag:
            yield child
            if not deep:
                continue
        yield from _descend(child, tag, skip=skip, deep=deep)


def _word_grid(table: _Element) -> Grid:
    rows: list[tuple[GridCell | None, ...]] = []
    for row in _descend(table, _W + "tr", skip=_W + "tc"):
        properties = row.find(_W + "trPr")
        if properties is not None and properties.find(_W + "del") is not None:
            continue
        line: list[GridCell | None] = [None] * _number(properties, "gridBefore", 0)
        for cell in _descend(row, _W + "tc"):
            own = cell.find(_W + "tcPr")
            gone = own is not None and own.find(_W + "cellDel") is not None
            merge = own.find(_W + "vMerge") if own is not None else None
            above = rows[-1][len(line)] if rows and len(line) < len(rows[-1]) else None
            follows = merge is not None and merge.get(_W + "val", "continue") == "continue" and above is not None
            text = "\n".join(_text(p) for p in _descend(cell, _W + "p", skip=_W + "tbl"))
            shown = above if follows else GridCell(odd(STRUCK, text) if gone else text)
            line.extend([shown] * _number(own, "gridSpan", 1))
        rows.append(tuple(line))
    return tuple(rows)


def _number(properties: _Element | None, tag: str, default: int) -> int:
    element = properties.find(_W + tag) if properties is not None else None
    text = element.get(_W + "val", "") if element is not None else ""
    return min(int(text), MAX_SPAN) if text.isdecimal() else default


def _sign(number: str) -> str:
    return chr(int(number, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", number) else "□"


def _text(paragraph: _Element) -> str:
    return merged("".join(_words(paragraph)))


def _words(element: _Element) -> Iterable[str]:
    for child in element:
        if child.tag in _UNSEEN or child.tag == _W + "tbl":
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == _W + "noBreakHyphen":
            yield "-"
        elif child.tag == _W + "sym":  # a character of a font of signs, by its number there
            yield _sign(child.get(_W + "char", ""))
        elif child.tag != _W + "r":
            yield from _words(child)
        elif not has(child, "vanish"):
            mark = mark_of(child)
            text = "".join(_words(child))
            yield odd(mark, text) if mark else text
