"""Where something stands in a Word template, in words by which a person finds it in Word.

In a table that is table, row and cell (第2张表第3行第4格), each counted from 1 in its part, cells that a merge hides
included; outside tables it is the paragraph, paragraphs in tables not counted. What stands there is quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: The parts that may hold tags, with how messages call them, and which of several it is.
_PARTS: Final = (
    (r"word/document", "正文"),
    (r"word/header", "页眉"),
    (r"word/footer", "页脚"),
    (r"word/footnotes", "脚注"),
    (r"word/endnotes", "尾注"),
    (r"word/comments", "批注"),
    (r"word/glossary/", "文档部件"),
    (r"word/charts/\D*(\d*)", "图表"),
    (r"word/diagrams/\D*(\d*)", "SmartArt 图示"),
    (r"word/(?:styles|numbering|settings)", "样式、编号和设置"),
    (r"docProps/", "文档属性"),
    (r"customXml/", "文档附带的数据（customXml）"),
    (r"word/embeddings/(.*)", "嵌入的文件 "),
    (r"(?:.*/)?_rels/", "超链接"),
)

_OPENING: Final = re.compile(r"\{\{|\{%|\{#")
_BLOCK: Final = re.compile(r"\{%[-+]?\s*(end)?(?:if|for)\b")

_QUOTED: Final = 41


class Paragraph(NamedTuple):
    """One paragraph as typed: its text, and which elements stand between one sign and the next.

    `what` is what else than a paragraph of Word it is: 替代文字, 公式. `refused` says why no tag can be filled in
    there, and what to do; "" where it can.
    """

    part: str
    text: str
    between: dict[int, set[str]]
    element: Any
    what: str = ""
    refused: str = ""

    @property
    def place(self) -> str:
        """正文第3段“…”, or in a table 正文第2张表第3行第4格“…”; 正文第3段的替代文字“…”."""
        name = part_name(self.part)
        table, host = _outermost(self.element, "tbl"), _outermost(self.element, "p")
        if host is None and self.element.tag == f"{W}p":
            host = self.element
        if table is None and host is None:
            return f"{name}{'的' if self.what else ''}{self.what}“{quoted(self.text)}”"
        if table is None:
            before = (each for each in host.getroottree().iter(f"{W}p") if _counts(each))
            return f"{name}第{_position(host, before)}段{self._own()}“{quoted(self.text)}”"
        tables = (each for each in table.getroottree().iter(f"{W}tbl") if _outermost(each, "tbl") is None)
        number = _position(table, tables)
        row = next((each for each in self.element.iterancestors(f"{W}tr") if _table(each) is table), None)
        cell = next((each for each in self.element.iterancestors(f"{W}tc") if _row(each) is row), None)
        if row is None or cell is None:
            return f"{name}第{number}张表{self._own()}“{quoted(self.text)}”"
        rows = (each for each in table.iter(f"{W}tr") if _table(each) is table)
        cells = (each for each in row.iter(f"{W}tc") if _row(each) is row)
        text = self.text if self.what else "".join(each.text or "" for each in cell.iter(f"{W}t"))
        return (
            f"{name}第{number}张表第{_position(row, rows)}行第{_position(cell, cells)}格{self._own()}“{quoted(text)}”"
        )

    def _own(self) -> str:
        return f"的{self.what}" if self.what else ""


def part_name(part: str) -> str:
    """正文, 页眉, 图表2: how messages call a part."""
    for pattern, name in _PARTS:
        match = re.match(pattern, part)
        if match:
            return name + (match[1] if match.re.groups else "")
    return part


def quoted(text: str) -> str:
    return shortened(text, _QUOTED)


class TagLines:
    """A part as docxtpl hands it to Jinja, with each tag on a line of its own: the line that Jinja names is a tag.

    docxtpl takes whole paragraphs and rows for the tag in them, so that what it hands on cannot be counted; the tags
    keep their order. `typed` are the paragraphs of the template.
    """

    def __init__(self, part: str, xml: str, typed: Iterable[Paragraph]) -> None:
        self.part = part
        self.text = _OPENING.sub(lambda opening: "\n" + opening[0], xml.replace("\n", " "))
        self._typed = [
            paragraph
            for paragraph in typed
            if paragraph.part == part and not paragraph.refused
            for _ in _OPENING.finditer(paragraph.text)
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
    ancestor = None
    for ancestor in element.iterancestors(f"{W}{tag}"):  # noqa: B007  (the last one counts)
        pass
    return ancestor


def _counts(paragraph: Any) -> bool:
    """Whether a paragraph is one of those that are counted: in no table, in no text box of another one."""
    return next(paragraph.iterancestors(f"{W}tbl", f"{W}p"), None) is None


def _table(row: Any) -> Any:
    return next(row.iterancestors(f"{W}tbl"), None)


def _row(cell: Any) -> Any:
    return next(cell.iterancestors(f"{W}tr"), None)


def _position(element: Any, among: Iterable[Any]) -> int:
    return next((n for n, each in enumerate(among, 1) if each is element), 0)
