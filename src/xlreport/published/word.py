"""A Word document as its reader sees it: its paragraphs one by one, with the numbers that Word prints before them."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
from lxml import etree

from xlreport.errors import InputError
from xlreport.published.looks import HIDDEN, lay_styles, mark_of, odd
from xlreport.published.numbering import Numbering, labelled
from xlreport.storage.opc import Package, UnsafePart
from xlreport.storage.zips import BadZip, TooLarge, Zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: The same elements in the strict flavour of the format.
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

#: What is in the file and not in the text: deleted or moved away under revision tracking, or a second rendering.
_UNSEEN = frozenset({W + "del", W + "moveFrom", W + "instrText", W + "delText", _FALLBACK})
_SPACES = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n"}

#: Paragraphs in these stand in another order than the text around them, and count by themselves.
_ELSEWHERE = (W + "txbxContent",)

#: So many stretches of paragraphs does a message name.
_RUNS: Final = 12

_Element: TypeAlias = Any


class WordParagraph(msgspec.Struct, frozen=True):
    """A paragraph that is not blank: the number before it, its text, whether it is a heading of the first level."""

    label: str
    heading: bool
    element: _Element

    @property
    def text(self) -> str:
        return labelled(self.label, text_of(self.element))


class WordDocument:
    """The text of a .docx; `name` is for messages.

    Raises InputError: no Word document, damaged, a DOCTYPE in the text, too large.
    """

    def __init__(self, data: bytes, name: str) -> None:
        root, numbering, self._styles = _parts(data, name)
        body = root.find(W + "body")
        if body is None:
            raise InputError(f"“{name}”里没有正文，不是完整的 Word 文档，请重新生成或另存。")
        lay_styles(root, self._styles)
        self.body: _Element = body
        self._numbering = Numbering(numbering, self._styles)

    def paragraphs(self) -> Iterator[WordParagraph]:
        """Those outside tables that are not blank, in order."""
        shown = dict.fromkeys(seen(self.body, W + "p", skip=W + "tbl"))
        # Lists go on counting through tables.
        for element in self.body.iter(W + "p"):
            if any(True for _ in element.iterancestors(*_ELSEWHERE)):
                continue
            label = self._numbering.label(element)
            if element in shown and any(text.strip() for _, text in pieces(element)):
                yield WordParagraph(label, self._numbering.outline(element) == 0, element)


def _parts(data: bytes, name: str) -> tuple[_Element, _Element | None, _Element]:
    """The root of the part with the text, wherever it stands and in either flavour of the format; lists and styles."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            f"“{name}”是旧版 Word 文档（.doc）、WPS 文档（.wps）或加密的文档，请用 Word 或 WPS 另存为不加密的 .docx。"
        )
    try:
        package = Package(Zip(data))
        part = package.main()
        content = package.xml(part).getvalue() if part else b""
        styles, numbering = (_related(package, part, kind) for kind in ("styles", "numbering"))
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
        root, style, lists = (
            _transitional(etree.fromstring(each, parser)) if each else None for each in (content, styles, numbering)
        )
    except etree.XMLSyntaxError:
        raise InputError(f"“{name}”的正文不完整，请重新生成，或用 Word 打开后另存。") from None
    if root is None or root.tag != W + "document":
        raise InputError(f"“{name}”不是 Word 文档（.docx），请选择生成的报告。")
    return root, lists, etree.Element(W + "styles") if style is None else style


def _related(package: Package, part: str | None, kind: str) -> bytes:
    related = package.related(part, kind) if part else None
    return package.xml(related).getvalue() if related else b""


def _transitional(root: _Element) -> _Element:
    """A document in the strict flavour of the format with its elements and attributes as in the usual one."""
    if root.tag.startswith(_STRICT):
        for element in root.iter(f"{_STRICT}*"):
            element.tag = element.tag.replace(_STRICT, W)
            for key, value in element.attrib.items():
                if key.startswith(_STRICT):
                    element.set(key.replace(_STRICT, W), value)
    return root


def seen(element: _Element, tag: str, *, skip: str = "", deep: bool = False) -> Iterator[_Element]:
    """Elements `tag` below `element` that a reader sees, outermost first; `deep` also those inside one another."""
    for child in element:
        if child.tag in _UNSEEN or child.tag == skip:
            continue
        if child.tag == tag:
            yield child
            if not deep:
                continue
        yield from seen(child, tag, skip=skip, deep=deep)


def text_of(paragraph: _Element) -> str:
    """The text of a paragraph; what looks otherwise than it reads is marked so (`looks`), what is hidden left out."""
    return "".join(odd(mark, text) if mark else text for mark, text in pieces(paragraph) if mark != HIDDEN)


def pieces(paragraph: _Element) -> Iterator[tuple[str, str]]:
    """The text of a paragraph in pieces that look alike: how otherwise than they read (`looks`, HIDDEN), and the letters."""
    for mark, words in groupby(_words(paragraph, ""), key=itemgetter(0)):
        yield mark, "".join(word for _, word in words)


def _sign(number: str) -> str:
    return chr(int(number, 16)) if re.fullmatch("[0-9A-Fa-f]{1,4}", number) else "□"


def _words(element: _Element, mark: str) -> Iterator[tuple[str, str]]:
    for child in element:
        if child.tag in _UNSEEN or child.tag == W + "tbl":
            continue
        if child.tag == W + "t":
            yield mark, child.text or ""
        elif child.tag in _SPACES:
            yield mark, _SPACES[child.tag]
        elif child.tag == W + "noBreakHyphen":
            yield mark, "-"
        elif child.tag == W + "sym":  # a character of a font of signs, by its number there
            yield mark, _sign(child.get(W + "char", ""))
        else:
            yield from _words(child, mark_of(child) or mark if child.tag == W + "r" else mark)


def place(name: str, paragraphs: Iterable[int]) -> str:
    """“正文.docx”第3—5、7段."""
    return f"“{name}”{numbers(paragraphs)}"


def numbers(paragraphs: Iterable[int]) -> str:
    """第3—5、7段."""
    runs: list[list[int]] = []
    for n in sorted(set(paragraphs)):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    named = "、".join(str(a) if a == b else f"{a}—{b}" for a, b in runs[:_RUNS])
    return f"第{named}{'等' if len(runs) > _RUNS else ''}段"
