"""What a Word document shows besides its paragraphs and tables: headers, footers, notes, text boxes, drawings, pictures.

Watermarks and formulas too, field codes, addresses of links and the numbers of lists; of a page of HTML its pictures,
programs, style sheets, links and what else changes how it looks.

Found by the relations from part to part, so that nothing that a program added escapes by its name. How often a thing
stands there, in which part, and what a program fills in by itself (the page number for PAGE) does not count.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree, html

from xlreport.errors import InputError
from xlreport.published.marks import root_of
from xlreport.published.numbering import numbered
from xlreport.storage.opc import Package
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What parts are called, by the kind of the relation that leads to them; any other that holds text or a picture is 附件.
_KINDS: Final = {
    "header": "页眉",
    "footer": "页脚",
    "footnotes": "脚注",
    "endnotes": "尾注",
    "chart": "图表",
    "chartEx": "图表",
    "diagramData": "示意图",
    "diagramDrawing": "示意图",
    "image": "图片",
    "oleObject": "嵌入对象",
    "package": "嵌入对象",
    "aFChunk": "嵌入文档",
}

#: Parts that show nothing, or what `marks` says.
_SILENT: Final = frozenset(
    "styles settings webSettings fontTable theme numbering comments commentsExtended commentsIds commentsExtensible people"
    " customXml glossaryDocument stylesWithEffects font attachedTemplate hyperlink thumbnail".split()
)

#: What is one text wherever it stands, and no paragraph of Word, by local names.
_ANYWHERE: Final = {"textpath": "艺术字或水印", "oMath": "公式"}

#: What is outside of the document, by the kind of the relation that leads there; any other is 外部内容.
_OUTSIDE: Final = {"hyperlink": "链接", "image": "图片", "oleObject": "嵌入对象"}

#: What every program adds to the code of a field, and does not change it.
_SAME_FIELD: Final = re.compile(r"\\\*\s*(?:MERGEFORMAT|CHARFORMAT)\b", re.IGNORECASE)

#: Elements of a page that show something besides its text, or hide and add some.
_OF_PAGE: Final = {
    **dict.fromkeys(("img", "svg", "canvas"), "图片"),
    **dict.fromkeys(("iframe", "object", "embed", "video", "audio"), "嵌入对象"),
    "script": "脚本",
    "style": "样式",
    "link": "外部样式",
    **dict.fromkeys(("a", "area", "base"), "链接"),
    **dict.fromkeys(("form", "input", "button", "select", "textarea"), "表单"),
    "meta": "页面信息",
}

#: Attributes that change how an element of a page looks, or what happens with it; also those that begin with “on”.
_LOOKS: Final = frozenset({"style", "class", "hidden"})

#: Text in these is no text of its paragraph: a program works it out, or it is told by itself.
_OTHER: Final = ("fldSimple", "oMath")

#: Of what nothing but that it is there can be told in words.
_MUTE: Final = frozenset({"图片", "嵌入对象", "嵌入文档", "脚本", "样式", "外部样式", "页面信息"})

#: Local names of elements: paragraphs, text boxes, the values of a chart.
_PARAGRAPH, _BOX, _VALUE = "p", "txbxContent", "v"


class Shown(NamedTuple):
    """页眉, 脚注, 文本框, 图片 … and what it says; of a picture and the like the hash of its bytes."""

    what: str
    text: str

    def __str__(self) -> str:
        return self.what if self.what in _MUTE else f"{self.what}“{self.text}”"


def surroundings(document: bytes, name: str) -> frozenset[Shown]:
    """Everything of a Word document that is seen beside its text, each once. Raises InputError where it is damaged."""
    try:
        package = Package(Zip(document))
        main = package.main()
        return frozenset(_shown(package, main) if main else ())
    except (BadZip, ValueError):
        raise InputError(f"“{name}”不是完整的 Word 文档，可能已损坏，请重新生成报告。") from None


def _shown(package: Package, main: str) -> Iterator[Shown]:
    root = root_of(package.read(main))
    if root is not None:
        numbers = numbered(root, _related(package, main, "numbering"), _related(package, main, "styles"))
        yield from (Shown("自动编号", f"{label} {''.join(_words(each))}") for label, each in numbers)
    for box in [] if root is None else [each for each in root.iter() if _local(each) == _BOX]:
        yield from (Shown("文本框", text) for text in _paragraphs(box))
    yield from _anywhere(root)
    seen, waiting = {main}, [(main, relation) for relation in package.relations(main).values()]
    while waiting:
        _, relation = waiting.pop()
        part = relation.part
        if relation.outside:
            yield Shown(_OUTSIDE.get(relation.kind, "外部内容"), relation.outside)
        if part in seen or part not in package or relation.kind in _SILENT:
            continue
        seen.add(part)
        yield from _of(package.read(part), _KINDS.get(relation.kind, "附件"))
        waiting += [(part, each) for each in package.relations(part).values()]


def _related(package: Package, main: str, kind: str) -> Any:
    part = package.related(main, kind)
    return None if part is None else root_of(package.read(part))


def _of(content: bytes, what: str) -> Iterator[Shown]:
    root = None if what in _MUTE else root_of(content)
    if root is None:
        yield Shown(what, hashlib.sha256(content).hexdigest())
    else:
        yield from (Shown(what, text) for text in _paragraphs(root))
        yield from _anywhere(root)


def _anywhere(root: Any) -> Iterator[Shown]:
    yield from (Shown("域", code) for code in _fields(root))
    for element in [] if root is None else root.iter(etree.Element):
        if _local(element) == "dataBinding":  # what the control shows is taken from elsewhere when Word opens the file
            yield Shown("内容控件的数据", " ".join(sorted(map(str, element.attrib.values()))))
        what = _ANYWHERE.get(_local(element))
        if not what:
            continue
        text = element.get("string") or "".join(each.text or "" for each in element.iter() if _local(each) == "t")
        if text.strip():
            yield Shown(what, text.strip())


def _fields(root: Any) -> Iterator[str]:
    """The codes of fields (PAGE, DATE, HYPERLINK …), spaces squeezed; fields may stand inside one another."""
    codes: list[str] = []
    for element in [] if root is None else root.iter(etree.Element):
        match _local(element):
            case "fldSimple":
                yield _code(_attribute(element, "instr"))
            case "fldChar" if _attribute(element, "fldCharType") == "begin":
                codes.append("")
            case "fldChar" if _attribute(element, "fldCharType") == "end" and codes:
                yield _code(codes.pop())
            case "instrText" if codes:
                codes[-1] += element.text or ""


def _code(text: str) -> str:
    name, _, rest = " ".join(_SAME_FIELD.sub("", text).split()).partition(" ")
    return f"{name.upper()} {rest}".strip()


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def page_surroundings(page: bytes) -> frozenset[Shown]:
    """The same of a page of HTML in UTF-8; nothing where it is no page at all."""
    try:
        root = html.document_fromstring(page.decode("utf-8", "replace"))
    except (etree.ParserError, ValueError):
        return frozenset()
    return frozenset(_of_page(root))


def _of_page(root: Any) -> Iterator[Shown]:
    for each in root.iter(etree.Element):
        what = _OF_PAGE.get(each.tag)
        if what is not None:
            own = each.attrib.values() if what == "链接" else map("=".join, sorted(each.attrib.items()))
            yield Shown(what, " ".join((*own, _squeezed(each))).strip())
        for name, value in each.attrib.items():
            if name in _LOOKS or name.startswith("on"):
                yield Shown("样式", f"{each.tag} {name} {value}")


def _squeezed(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _paragraphs(root: Any) -> Iterator[str]:
    """The text of each paragraph without what fields fill in; the values of a chart one by one."""
    for element in root.iter():
        if _local(element) == _PARAGRAPH:
            text = "".join(_words(element)).strip()
        elif _local(element) == _VALUE:
            text = (element.text or "").strip()
        else:
            continue
        if text:
            yield text


def _words(paragraph: Any) -> Iterator[str]:
    inside = 0
    for element in paragraph.iter():
        match _local(element):
            case "fldChar":
                kind = _attribute(element, "fldCharType")
                inside += (kind == "begin") - (kind == "end")
            case "t" if not inside and not any(_local(above) in _OTHER for above in element.iterancestors()):
                yield element.text or ""


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
