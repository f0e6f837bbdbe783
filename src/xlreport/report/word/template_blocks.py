"""Where the tags of docxtpl stand that take a whole paragraph, row or cell with them: {%p %}, {%tr %}, {%tc %}.

docxtpl puts the tag in the place of all that it stands in, so that what stands beside it is lost without a word, and a
block that begins in one table and ends in another takes rows from both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xlreport import finding_kinds as kinds
from xlreport.report.word.template_places import W, quoted
from xlreport.report.word.template_tags import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.report.word.template_places import Paragraph

_TAG: Final = re.compile(
    r"\{(?P<sign>[{%#])[-+]?(?P<prefix>p|tr|tc|r)?(?(prefix)\s)\s*(?P<word>\w*).*?(?:\}\}|%\}|#\})"
)

#: What a prefix takes, as people call it and as Word does.
_UNITS: Final = {"p": ("段", f"{W}p"), "tr": ("表格行", f"{W}tr"), "tc": ("格", f"{W}tc")}

_BLOCKS: Final = frozenset({"if", "for", "filter", "with", "call", "macro", "block"})

#: Where such a block must begin and end in one and the same.
_WITHIN: Final = {"tr": ("表格", f"{W}tbl"), "tc": ("表格行", f"{W}tr")}


class _Tag(NamedTuple):
    paragraph: Paragraph
    text: str
    sign: str
    prefix: str
    word: str

    def inside(self, element: str) -> Any:
        """The nearest element of Word of that kind which the tag stands in; None where it stands in none."""
        own = self.paragraph.element
        return own if own.tag == element else next(own.iterancestors(element), None)

    @property
    def unit(self) -> Any:
        return self.inside(_UNITS[self.prefix][1])


def block_slips(typed: Sequence[Paragraph]) -> Iterator[Slip]:
    """What is wrong with such tags, part by part in the order of the document."""
    for part in dict.fromkeys(paragraph.part for paragraph in typed):
        tags = [
            _Tag(paragraph, match[0], match["sign"], match["prefix"] or "", match["word"])
            for paragraph in typed
            if paragraph.part == part and not paragraph.what and not paragraph.refused
            for match in _TAG.finditer(paragraph.text)
        ]
        for tag in tags:
            text = _alone(tag)
            if text:
                yield Slip(kinds.STRUCTURE, tag.paragraph, f"里的 {tag.text} {text}")
        yield from _pairs(tags)


def lint_blocks(typed: Sequence[Paragraph]) -> Iterator[Finding]:
    """Findings about such tags."""
    for slip in block_slips(typed):
        yield slip.finding


def _alone(tag: _Tag) -> str:
    """What is wrong with a tag by itself; "" where nothing is."""
    if tag.prefix and tag.sign == "{":
        return f"不能印：这里要印的都是文字，请去掉前面的 {tag.prefix}，写成 {{{{ … }}}}。"
    if tag.prefix not in _UNITS:
        return ""
    name, _ = _UNITS[tag.prefix]
    if tag.unit is None:
        return f"只能写在表格里，请移到表格里，或去掉 {tag.prefix}。"
    beside = _beside(tag)
    if not beside:
        return ""
    if _TAG.sub("", beside).strip():
        return f"会把整个{name}换掉，旁边的“{quoted(beside)}”印不出来，请让这个标签独占一{name[-1]}。"
    return f"与“{quoted(beside)}”在同一{name}里，只有一个起作用，请各占一{name[-1]}。"


def _beside(tag: _Tag) -> str:
    """What else stands in the paragraph, row or cell that the tag takes."""
    texts = "".join(each.text or "" for each in tag.unit.iter(f"{W}t"))
    pictures = "图片" if next(tag.unit.iter(f"{W}drawing", f"{W}pict", f"{W}object"), None) is not None else ""
    return texts.replace(tag.text, "", 1).strip() + pictures


def _pairs(tags: Sequence[_Tag]) -> Iterator[Slip]:
    """Blocks whose tags do not belong together. One without an end is for Jinja to find."""
    opened: list[_Tag] = []
    for tag in (each for each in tags if each.sign == "%"):
        if tag.word in _BLOCKS:
            opened.append(tag)
        elif opened and (tag.word in ("else", "elif") or tag.word.startswith("end")):
            text = _pair(opened[-1], tag)
            if text:
                yield Slip(kinds.STRUCTURE, tag.paragraph, f"里的 {tag.text} {text}")
            if tag.word.startswith("end") and tag.word != "endset":
                opened.pop()


def _pair(first: _Tag, last: _Tag) -> str:
    begins = f"与{first.paragraph.place}里的 {first.text} "
    if first.prefix != last.prefix:
        return f"{begins}是一对，前缀却不同，请写成一样的（都写 p、tr、tc，或都不写）。"
    if last.prefix in _WITHIN:
        name, element = _WITHIN[last.prefix]
        if first.inside(element) is not last.inside(element):
            return f"{begins}是一对，却不在同一个{name}里，请移到同一个{name}里。"
    return ""
