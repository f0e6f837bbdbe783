"""What was printed is found again in the document that was written, or it is no report.

Two looks. In tables without row loops every cell is compared with what its tags should have given, by position. And
everything that any tag printed, title, prose, signature and date included, is looked for in the order of printing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from lxml import etree

from xlreport.errors import DefinitionError, XlreportError
from xlreport.report.word.environment import is_expression, printed
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY, _TABLE, _ROW, _CELL = f"{_W}body", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_PARAGRAPH, _TEXT, _TAB, _BREAK, _RUN = f"{_W}p", f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}r"

#: {{ requests.new.natural }}: a tag that prints, and one that names a field and does nothing else.
_TAG: Final = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_NAME: Final = re.compile(r"[A-Za-z_][\w.]*")
_OPENS: Final = re.compile(r"\{%-?\s*(?:p|tr|r)?\s*(?:if|for)\b")
_CLOSES: Final = re.compile(r"\{%-?\s*(?:p|tr|r)?\s*end(?:if|for)\b")

_QUOTES: Final = str.maketrans("“”‘’", "\"\"''")

BROKEN_STRUCTURE: Final = (
    "Word 模板的标签放错了位置，生成的文档结构不完整，请检查 {%p %}、{%tr %} 是否成对、是否独占一段或一行。"
)

#: The parts whose text is printed.
_PRINTED: Final = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)[^/]*\.xml\Z")

#: How a tag begins, in bytes that any text in UTF-8 has only where it is one or looks like one.
_SIGNS: Final = (b"{{", b"{%", b"{#", "｛".encode())

#: Between paragraphs: no document can hold it, so no value spans two.
_END: Final = "\uffff"

#: (row, cell, text with tags)
Cell: TypeAlias = tuple[int, int, str]


class ExpectedTable(NamedTuple):
    """A table of the template: how many cells its rows have, the cells that hold tags, whether it is always there."""

    shape: tuple[int, ...]
    cells: tuple[Cell, ...]
    always: bool


def expected_tables(template: bytes) -> tuple[ExpectedTable, ...]:
    """The tables of word/document.xml (of the template) whose cells stand where the template has them."""
    tables = []
    depth = 0
    body = etree.fromstring(template).find(_BODY)
    for element in body if body is not None else ():
        text = _text(element)
        if element.tag != _TABLE:
            depth += len(_OPENS.findall(text)) - len(_CLOSES.findall(text))
            continue
        if "{%" in text:
            continue
        rows = [[_text(cell) for cell in row.iterfind(_CELL)] for row in element.iterfind(_ROW)]
        cells = tuple(
            (r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if "{{" in cell or "{#" in cell
        )
        plain = tuple(cell for cell in cells if _evaluable(cell[2]))
        tables.append(ExpectedTable(tuple(map(len, rows)), plain, depth == 0))
    return tuple(tables)


def _evaluable(cell: str) -> bool:
    """Whether what a cell will hold can be told from the text of its template alone."""
    tags = _TAG.findall(cell)
    return "{" not in _TAG.sub("", cell) and all(_NAME.fullmatch(tag) or is_expression(_straight(tag)) for tag in tags)


def _straight(tag: str) -> str:
    """A tag with Word's quotation marks as docxtpl makes them."""
    return tag.translate(_QUOTES)


def grids_stand(template: bytes) -> bool:
    """Whether every table of word/document.xml has as many grid columns as its widest row, so that docxtpl mends none."""
    for table in etree.fromstring(template).iter(_TABLE):
        columns = len(table.findall(f"{_W}tblGrid/{_W}gridCol"))
        widths = [sum(_span(cell) for cell in row.iterfind(_CELL)) for row in table.iter(_ROW)]
        if columns != max(widths, default=0):
            return False
    return True


def _span(cell: Any) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if span is None else int(span.get(f"{_W}val"))


def check_found(
    parts: Sequence[bytes],
    expected: Iterable[Any],
    context: Mapping[str, Any],
    record: Sequence[str],
    *,
    attributes: bool = False,
    places: Collection[str] = (),
) -> None:
    """Look for what was printed in the parts with tags: word/document.xml, then headers and footers, then others.

    `record` is what the tags printed, in order; with `attributes` some of it may have gone into the span or the
    background of a cell; `places` are the elements, and `element@attribute`, that print besides paragraphs.
    Raises DefinitionError where the tags have broken the document, XlreportError where a value is not where it should be.
    """
    try:
        roots = [etree.fromstring(part) for part in parts]
    except etree.XMLSyntaxError:
        raise DefinitionError(BROKEN_STRUCTURE) from None
    _check_cells(roots)
    tables = [ExpectedTable(*table) for table in expected]
    _check_tables(roots[0].find(_BODY), tables, context)
    _check_order(roots, record, _attributes(roots) if attributes else frozenset(), places)


def _check_cells(roots: Iterable[Any]) -> None:
    """A cell without a paragraph (ECMA-376 part 1, 17.4.65) makes Word call the whole document damaged."""
    for root in roots:
        for number, table in enumerate(root.iter(_TABLE), 1):
            for r, row in enumerate(table.iterfind(_ROW), 1):
                for c, cell in enumerate(row.iterfind(_CELL), 1):
                    if next(cell.iter(_PARAGRAPH), None) is None:
                        raise DefinitionError(
                            f"报告第{number}张表第{r}行第{c}格里一段也没有，Word 会说文档已损坏，"
                            "请在模板的这一格里、{%p %} 标签之外另留一个空段。"
                        )


def check_no_tags(parts: Mapping[str, bytes], record: Sequence[str], name: str) -> None:
    """Raise DefinitionError where a tag is left in any part, its place named. What staff typed is text, never a tag."""
    for part, content in parts.items():
        if not any(sign in content for sign in _SIGNS):
            continue
        from xlreport.report.word.template_texts import SIGN, paragraphs

        typed = sorted({value for value in record if SIGN.search(value)}, key=len, reverse=True)
        typed += [" ".join(value.split("\n")) for value in typed]
        for text in paragraphs({part: content}):
            left = text.text
            for value in typed:
                left = left.replace(value, "")
                for line in value.split("\n"):
                    left = left.replace(line, "") if SIGN.search(line) else left
            if SIGN.search(left):
                raise DefinitionError(f"Word 模板 {name}，{text.place}里的标签没有填上，报告没有写出，请改正标签。")


def lines(parts: Mapping[str, bytes]) -> Iterator[str]:
    """Every line of a document's text: of its paragraphs, headers, footers and notes."""
    for name, content in parts.items():
        if _PRINTED.match(name):
            for paragraph in etree.fromstring(content).iter(_PARAGRAPH):
                yield from _text(paragraph).split("\n")


def _check_tables(body: Any, expected: Sequence[ExpectedTable], context: Mapping[str, Any]) -> None:
    tables = [[list(row.iterfind(_CELL)) for row in table.iterfind(_ROW)] for table in body.iterfind(_TABLE)]
    shapes = [tuple(map(len, rows)) for rows in tables]
    start = 0
    for table in expected:
        try:
            start = shapes.index(table.shape, start)
        except ValueError:
            if table.always:
                raise XlreportError("生成的报告少了一张表格，报告没有写出，请检查 Word 模板后重新生成。") from None
            continue
        for r, c, template in table.cells:
            wanted = _TAG.sub(lambda match: _value(context, match[1]), template)
            there = _text(tables[start][r][c])
            if wanted != there:
                raise XlreportError(
                    f"报告第{start + 1}张表第{r + 1}行第{c + 1}格应为“{wanted}”（{template.strip()}），"
                    f"写出的文档里是“{there}”，报告没有写出，请检查 Word 模板。"
                )
        start += 1


def _value(context: Mapping[str, Any], name: str) -> str:
    if not _NAME.fullmatch(name):
        return printed(_straight(name), context)
    value: Any = context
    for key in name.split("."):
        value = value[key]
    return str(value)


def _attributes(roots: Sequence[Any]) -> frozenset[str]:
    nodes = (node for root in roots for node in root.iter(f"{_W}gridSpan", f"{_W}shd"))
    return frozenset(value for node in nodes for value in node.attrib.values())


def _check_order(
    roots: Sequence[Any], record: Sequence[str], attributes: frozenset[str], places: Collection[str]
) -> None:
    if places:
        text = _END.join("".join(_all_texts(root, places)) for root in roots)
    else:
        text = _END.join(_text(paragraph) for root in roots for paragraph in root.iter(_PARAGRAPH))
    position = 0
    for value in record:
        if value in attributes:
            continue
        at = text.find(value, position)
        if at < 0:
            raise XlreportError(f"“{shortened(value, 31)}”没有印进报告，报告没有写出，请检查 Word 模板后重新生成。")
        position = at + len(value)


def _all_texts(root: Any, places: Collection[str]) -> Iterator[str]:
    """What the paragraphs of a part say and what those other places do, in the order of the document."""
    for node in root.iter(etree.Element):
        yield from (f"{_END}{value}{_END}" for name, value in node.attrib.items() if f"{node.tag}@{name}" in places)
        if node.tag == _PARAGRAPH:
            yield _END
        elif node.tag in (_TEXT, _TAB, _BREAK):
            yield from _piece(node)
        elif node.tag in places:
            yield f"{_END}{node.text or ''}{_END}"


def _text(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for node in element.iter(_TEXT, _TAB, _BREAK):
        yield from _piece(node)


def _piece(node: Any) -> Iterator[str]:
    if node.tag == _TEXT:
        yield node.text or ""
    elif node.getparent().tag == _RUN:
        yield "\t" if node.tag == _TAB else "\n"
