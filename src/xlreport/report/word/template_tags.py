"""Tags of a Word template as they were typed: full-width braces, tags left open, tags that Word has split.

This looks at the document before docxtpl mends it: what docxtpl cannot mend, or mends by throwing away what stands
inside a tag (a bookmark, a link, a paragraph's end), is found here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from xlreport import finding_kinds as kinds
from xlreport.published.marks import ADDED, CELLS, FORMER, TAKEN
from xlreport.report.word.template_texts import SIGN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.finding_kinds import FindingKind
    from xlreport.report.word.template_places import Paragraph

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_OPEN, _CLOSE = re.compile(r"\{\{|\{%|\{#"), re.compile(r"\}\}|%\}|#\}")

#: Braces, percent signs and names in full width, braces apart, or single ones, where a tag was meant.
_WIDE = re.compile(
    r"[｛{]\s*[｛％＃]|｛\s*[{%#]|[｝％＃]\s*[｝}]|[%#}]\s*｝|[{｛]\s+[{%](?!})|[{｛]\s*[A-Za-z][A-Za-z0-9_.．]*\s*[}｝]"
)

#: What may stand inside a tag: docxtpl throws it away, and nothing is lost.
_HARMLESS = frozenset({"r", "t", "proofErr", "lastRenderedPageBreak", "tab", "br", "cr", "softHyphen", "noBreakHyphen"})

#: Revisions and comments are gone before a tag is looked at.
_SETTLED = frozenset(etree.QName(tag).localname for tag in (*ADDED, *TAKEN, *CELLS, *FORMER)) | {
    "commentRangeStart",
    "commentRangeEnd",
    "commentReference",
    "delText",
    "rPr",
}

#: What else Word puts between two signs, as people call it.
_NAMES = {
    "bookmarkStart": "书签",
    "bookmarkEnd": "书签",
    "fldChar": "域",
    "instrText": "域",
    "fldSimple": "域",
    "hyperlink": "超链接",
    "sdt": "内容控件",
    "sdtContent": "内容控件",
    "smartTag": "智能标记",
    "drawing": "图片",
    "pict": "图片",
}


class Slip(NamedTuple):
    """A tag that was typed wrong and would be published as it stands: the kind of finding, where, what is wrong."""

    kind: FindingKind
    paragraph: Paragraph
    text: str

    @property
    def message(self) -> str:
        """正文第3段“…”里的标签没有写完，…。"""
        return f"{self.paragraph.place}{self.text}"

    @property
    def finding(self) -> Finding:
        return self.kind.finding(f"Word 模板{self.message}")


def slips(paragraphs: Sequence[Paragraph]) -> Iterator[Slip]:
    """Signs of tags that are none, in the order of the document: Jinja leaves them where they stand, or stumbles."""
    open_before = False
    for paragraph in paragraphs:
        if paragraph.refused:
            if SIGN.search(paragraph.text):
                yield Slip(kinds.TAG_PLACE, paragraph, f"里的标签填不了：{paragraph.refused}。")
            continue
        rest = _TAG.sub(lambda match: " " * len(match[0]), paragraph.text)
        wide = _WIDE.search(rest)
        opened, closed = _OPEN.search(rest), _CLOSE.search(rest)
        if wide:
            text = f"里的“{wide[0]}”是全角符号、少了括号或中间有空格，不是标签，请改成半角的 {{{{ }}}} 或 {{% %}}。"
            yield Slip(kinds.BRACES, paragraph, text)
        elif opened:
            yield Slip(kinds.SPLIT, paragraph, "里的标签没有写完，或被分到了两段，请把整个标签写在同一段里。")
        elif closed and not open_before:
            yield Slip(kinds.SPLIT, paragraph, f"里的“{closed[0]}”没有对应的开头，请补上标签的开头或删去。")
        open_before = bool(opened)


def lint_tags(paragraphs: Sequence[Paragraph]) -> Iterator[Finding]:
    """Findings about how tags were typed."""
    for slip in slips(paragraphs):
        yield slip.finding
    for paragraph in paragraphs:
        yield from _splits(paragraph)


def _splits(paragraph: Paragraph) -> Iterator[Finding]:
    """Tags with something of Word's inside."""
    for tag in _TAG.finditer(paragraph.text):
        inside: set[str] = set().union(*(paragraph.between.get(n, set()) for n in range(tag.start() + 1, tag.end())))
        foreign = sorted({_NAMES.get(name, f"w:{name}") for name in inside - _HARMLESS - _SETTLED})
        if foreign:
            text = f"Word 模板{paragraph.place}里的标签 {tag[0]} 被{'、'.join(foreign)}拆开，不能拼回，请删去整个标签，一次重新输入。"
            yield kinds.SPLIT.finding(text)
        elif inside - _SETTLED:
            text = (
                f"Word 模板{paragraph.place}里的标签 {tag[0]} 被 Word 拆成了几截，生成时会自动拼回，"
                "但请最好删去整个标签，一次重新输入。"
            )
            yield kinds.SPLIT.finding(text, level="warning")
