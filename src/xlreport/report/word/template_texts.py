"""Every text of a Word template that tags are looked for in: paragraphs, and whatever else holds one.

Lint, filling and checking go by this one list. What stands where no tag can be filled in says so in `refused`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from lxml import etree

from xlreport.published.marks import TAKEN, root_of
from xlreport.report.word.template_places import Paragraph, W
from xlreport.storage.zips import BadZip, Zip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

#: A tag, or what was meant for one.
SIGN: Final = re.compile(r"\{\{|\{%|\{#|[｛{]\s*[｛％＃]|｛\s*[{%#]")

#: What a text is that tags are looked for in, where it is no paragraph of Word.
_ELEMENTS: Final = {
    f"{W}delText": "修订",
    f"{W}instrText": "域代码",
    f"{W}delInstrText": "域代码",
    "title": "标题",
    "subject": "主题",
    "creator": "作者",
    "keywords": "标记",
    "description": "备注",
    "category": "类别",
    "lastModifiedBy": "最后保存者",
    "Company": "单位",
    "Manager": "经理",
    "v": "数据",
    "f": "数据的出处",
}

#: Attributes that a reader sees or hears, so that tags in them are filled in.
READ: Final = {
    "descr": "替代文字",
    "title": "替代文字的标题",
    "alt": "替代文字",
    "string": "艺术字（水印）",
    f"{W}tooltip": "超链接的提示",
}

_ATTRIBUTES: Final = {**READ, f"{W}instr": "域代码", "Target": "地址"}

#: Other attributes by the local names of element and attribute, as Word calls what they hold.
_SETTINGS: Final = {
    ("alias", "val"): "内容控件的标题",
    ("tag", "val"): "内容控件的标记",
    ("listItem", "displayText"): "下拉列表的选项",
    ("listItem", "value"): "下拉列表的选项值",
    ("bookmarkStart", "name"): "书签的名称",
    ("tblCaption", "val"): "表格的替代文字标题",
    ("tblDescription", "val"): "表格的替代文字",
    ("docPr", "name"): "图片的名称",
    ("cNvPr", "name"): "图形的名称",
    ("lvlText", "val"): "编号的格式",
    ("hyperlink", "anchor"): "超链接的位置",
    ("name", "val"): "名称",
    ("docVar", "val"): "文档变量",
    ("docVar", "name"): "文档变量的名称",
}
_SETTING: Final = "设置项"

#: { and % and ｛ as an address spells them.
_BRACE: Final = re.compile(r"%7B|%EF%BD%9B", re.IGNORECASE)

#: A tag as old Excel and binary workbooks keep it, in one or two bytes a sign.
_BINARY_TAG: Final = re.compile(rb"\{\0?[{%]\0?(?:[ a-z0-9_.]\0?)*[a-z]\0?(?:[ a-z0-9_.]\0?)*[}%]\0?\}")

_FIELD: Final = "域代码里的标签填了，Word 显示的仍是旧的结果，请改用普通文字"
_COMMENT: Final = "批注不印进报告，请把标签移到正文，或删去批注"
_DELETED: Final = "这是修订中已删除的文字，请在 Word 里接受或拒绝全部修订"
_LINK: Final = "超链接的地址里不能放标签，请把标签移到正文"
_PROPERTY: Final = "标题、作者等属性由程序填写，请删去这个标签"
_FILE: Final = "嵌入的文件里的标签不填（图表的数据表里只填图表用到的单元格），请删去标签，或移到正文"
_HIDDEN: Final = "这里不是印出来的文字，不能放标签，请把标签移到正文"

#: What is one text though it stands in several elements, and those elements.
WHOLE: Final = {
    f"{A}p": (f"{A}t",),
    f"{M}oMath": (f"{M}t",),
    **dict.fromkeys(TAKEN, (f"{W}t", f"{W}delText", f"{W}delInstrText", f"{W}instrText")),
}


def paragraphs(parts: Mapping[str, bytes]) -> Iterator[Paragraph]:
    """Every paragraph of Word, and whatever else holds a tag: text of drawings, formulas, properties, attributes.

    Of each part, in the order of the document; of a file inside the file, what holds a tag. A part that is damaged has
    none.
    """
    for part in sorted(parts):
        root = root_of(parts[part])
        if root is not None:
            yield from _of_part(part, root)
        elif SIGN.search(file_text(parts[part])):
            text = next(line for line in file_text(parts[part]).splitlines() if SIGN.search(line))
            yield Paragraph(part, text.strip(), {}, etree.Element("file"), "内容", _FILE)


def _of_part(part: str, root: Any) -> Iterator[Paragraph]:
    for element in root.iter(etree.Element):
        for name, written in element.attrib.items():
            value = _address(written) if name in ("Target", f"{W}instr") else written
            if SIGN.search(value):
                what = _ATTRIBUTES.get(name) or _setting(element, name)
                yield Paragraph(part, value, {}, element, what, _attribute_refused(part, name))
        if element.tag == f"{W}p":
            yield Paragraph(part, *_read(element), element, "", _COMMENT if part.startswith("word/comments") else "")
        elif element.tag in WHOLE:
            text = "".join(each.text or "" for each in element.iter(WHOLE[element.tag]))
            if SIGN.search(text):
                yield Paragraph(part, text, {}, element, _whole_name(element), _refused(part, element))
        else:
            for text in (_own_text(element), element.tail or ""):
                if SIGN.search(text):
                    yield Paragraph(part, text, {}, element, _name(element), _refused(part, element))


def _address(text: str) -> str:
    """A text with addresses, in which Word writes braces as %7B and %7D."""
    return unquote(text) if _BRACE.search(text) else text


def _own_text(element: Any) -> str:
    """The text of an element that is not part of a larger one; field codes are looked at whole, with their first."""
    if element.tag == f"{W}instrText":
        paragraph = next(element.iterancestors(f"{W}p"), None)
        codes = [element] if paragraph is None else list(paragraph.iter(f"{W}instrText"))
        return _address("".join(each.text or "" for each in codes)) if codes[0] is element else ""
    if element.tag == f"{W}t" and next(element.iterancestors(f"{W}p"), None) is not None:
        return ""
    holder = next(element.iterancestors(*WHOLE), None)
    return "" if holder is not None and element.tag in WHOLE[holder.tag] else element.text or ""


def _name(element: Any) -> str:
    name = etree.QName(element).localname
    parent = element.getparent()
    if parent is not None and etree.QName(parent).localname == "property":
        return f"“{parent.get('name', '')}”"
    return _ELEMENTS.get(element.tag) or _ELEMENTS.get(name, "文字")


def _setting(element: Any, name: str) -> str:
    return _SETTINGS.get((etree.QName(element).localname, etree.QName(name).localname), _SETTING)


def _whole_name(element: Any) -> str:
    if element.tag in TAKEN:
        return "修订"
    return "公式" if element.tag == f"{M}oMath" else "文字"


def _attribute_refused(part: str, name: str) -> str:
    if part.endswith(".rels"):
        return _LINK
    if name == f"{W}instr":
        return _FIELD
    return "" if name in READ else _HIDDEN


def _refused(part: str, element: Any) -> str:
    if part.startswith("word/comments"):
        return _COMMENT
    if element.tag in TAKEN or next(element.iterancestors(*TAKEN), None) is not None:
        return _DELETED
    if element.tag in (f"{W}instrText", f"{W}delInstrText"):
        return _FIELD
    return _PROPERTY if part.startswith("docProps/core") else ""


def file_text(content: bytes) -> str:
    """What a file in the document says: text, a zip of XML, or what looks like tags in a binary file."""
    if content.startswith(b"PK"):
        try:
            parts = Zip(content).parts()
        except BadZip:
            return ""
        return "\n".join(_part_text(part) for part in parts.values())
    if b"\0" in content:
        return "\n".join(tag[0].replace(b"\0", b"").decode() for tag in _BINARY_TAG.finditer(content))
    return content.decode("utf-8", "replace") if b"{" in content else ""


def _part_text(part: bytes) -> str:
    root = root_of(part)
    return file_text(part) if root is None else "".join(root.itertext())


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
        if node.tag in (f"{W}p", f"{W}rPr", f"{W}pPr", *TAKEN):
            skipped = node if event == "start" else None
            continue
        between.setdefault(signs, set()).add(etree.QName(node).localname)
        if node.tag == f"{W}t" and event == "start":
            pieces.append(node.text or "")
            signs += len(node.text or "")
    return "".join(pieces), between
