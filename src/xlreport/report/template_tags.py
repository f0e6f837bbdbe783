"""Tags of a Word template as they were typed: full-width braces, tags left open, tags that Word has split.

This looks at the document before docxtpl mends it: what docxtpl cannot mend, or mends by throwing away what stands
inside a tag (a bookmark, a link, a paragraph's end), is found here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from xlreport.rules.lint import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.finding import Finding

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: The parts that may hold tags, with how messages call them.
_PARTS = (("word/document", "正文"), ("word/header", "页眉"), ("word/footer", "页脚"), ("word/footnotes", "脚注"))

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_OPEN, _CLOSE = re.compile(r"\{\{|\{%|\{#"), re.compile(r"\}\}|%\}|#\}")

#: Braces, percent signs and names in full width, or braces apart, where a tag was meant.
_WIDE = re.compile(
    r"[｛{]\s*[｛％＃]|｛\s*[{%#]|[｝％＃]\s*[｝}]|[%#}]\s*｝|[{｛]\s+[{%](?!})|｛\s*[A-Za-z][A-Za-z0-9_.．]*\s*｝"
)

#: What may stand inside a tag: docxtpl throws it away, and nothing is lost.
_HARMLESS = frozenset({"r", "t", "proofErr", "lastRenderedPageBreak", "tab", "br", "cr", "softHyphen", "noBreakHyphen"})

#: What else Word puts between two signs, as people call it.
_NAMES = {
    "bookmarkStart": "书签",
    "bookmarkEnd": "书签",
    "fldChar": "域",
    "instrText": "域",
    "fldSimple": "域",
    "hyperlink": "超链接",
    "ins": "修订",
    "del": "修订",
    "delText": "修订",
    "moveFrom": "修订",
    "moveTo": "修订",
    "sdt": "内容控件",
    "sdtContent": "内容控件",
    "commentRangeStart": "批注",
    "commentRangeEnd": "批注",
    "commentReference": "批注",
    "smartTag": "智能标记",
    "drawing": "图片",
    "pict": "图片",
}

_QUOTED = 40


class Paragraph(NamedTuple):
    """One paragraph as typed: where it is, its text, and which elements stand between one sign and the next."""

    part: str
    number: int
    text: str
    between: dict[int, set[str]]
    element: Any

    @property
    def place(self) -> str:
        """正文第3段“…”"""
        return f"{part_name(self.part)}第{self.number}段“{quoted(self.text)}”"


def part_name(part: str) -> str:
    return next((name for start, name in _PARTS if part.startswith(start)), part)


def quoted(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def paragraphs(parts: Mapping[str, bytes]) -> Iterator[Paragraph]:
    """Every paragraph of body, headers, footers and footnotes. A part that is no XML has none."""
    for part in sorted(parts):
        if not part.endswith(".xml") or not any(part.startswith(start) for start, _ in _PARTS):
            continue
        try:
            root = etree.fromstring(parts[part], etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            continue
        for number, element in enumerate(root.iter(f"{W}p"), 1):
            yield Paragraph(part, number, *_read(element), element)


def lint_tags(found: list[Paragraph]) -> Iterator[Finding]:
    """Findings about how tags were typed, in the order of the document."""
    open_before = False
    for paragraph in found:
        rest = _TAG.sub(lambda match: " " * len(match[0]), paragraph.text)
        wide = _WIDE.search(rest)
        opened, closed = _OPEN.search(rest), _CLOSE.search(rest)
        if wide:
            text = f"Word 模板{paragraph.place}里的“{wide[0]}”是全角符号或中间有空格，不是标签，请改成半角的 {{{{ }}}} 或 {{% %}}。"
            yield finding("braces", "error", text)
        elif opened:
            text = f"Word 模板{paragraph.place}里的标签没有写完，或被分到了两段，请把整个标签写在同一段里。"
            yield finding("split", "error", text)
        elif closed and not open_before:
            text = f"Word 模板{paragraph.place}里的“{closed[0]}”没有对应的开头，请补上标签的开头或删去。"
            yield finding("split", "error", text)
        open_before = bool(opened)
        yield from _splits(paragraph)


def _splits(paragraph: Paragraph) -> Iterator[Finding]:
    """Tags with something of Word's inside."""
    for tag in _TAG.finditer(paragraph.text):
        inside: set[str] = set().union(*(paragraph.between.get(n, set()) for n in range(tag.start() + 1, tag.end())))
        foreign = sorted({_NAMES.get(name, f"w:{name}") for name in inside - _HARMLESS})
        if foreign:
            text = f"Word 模板{paragraph.place}里的标签 {tag[0]} 被{'、'.join(foreign)}拆开，不能拼回，请删去整个标签，一次重新输入。"
            yield finding("split", "error", text)
        elif inside:
            text = (
                f"Word 模板{paragraph.place}里的标签 {tag[0]} 被 Word 拆成了几截，生成时会自动拼回，"
                "但请最好删去整个标签，一次重新输入。"
            )
            yield finding("split", "warning", text)


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
