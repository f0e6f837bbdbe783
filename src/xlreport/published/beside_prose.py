"""What a Word file of prose holds besides its text: tables, pictures, notes, revisions … none of it comes into the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from xlreport import finding_kinds as kinds
from xlreport.published.surroundings import Shown, surroundings
from xlreport.published.word import W, place, seen
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.finding import Finding
    from xlreport.published.word import WordDocument

_Element: TypeAlias = Any

#: Elements within paragraphs by local name: what they are, and what is to be done about them.
_DELETE: Final = "不会印在报告里，请删去，要写的话写成文字"
_INSIDE: Final = {
    **dict.fromkeys(
        ("ins", "del", "moveFrom", "moveTo"), ("尚未接受的修订", "请在 Word 里接受或拒绝全部修订，保存后再试")
    ),
    **dict.fromkeys(("blip", "imagedata"), ("图片", _DELETE)),
    "txbxContent": ("文本框", "不会印在报告里，请把里面的文字移到正文里"),
    "footnoteReference": ("脚注", _DELETE),
    "endnoteReference": ("尾注", _DELETE),
    "oMath": ("公式", _DELETE),
    "object": ("嵌入对象", _DELETE),
    "chart": ("图表", _DELETE),
    "relIds": ("示意图", _DELETE),
    "sym": ("符号字体的字", "读不出来，请改用普通的字"),
    "ruby": ("拼音指南", "读不出来，请去掉拼音指南"),
}

#: Comments are not of the text: a note.
_COMMENT: Final = "commentReference"

#: What is read with the text, as it is seen.
_READ: Final = frozenset({"自动编号", "域"})

#: What stands in the margins of every page, or behind a text, is not of the text either.
_MARGINS: Final = frozenset({"页眉", "页脚", "艺术字或水印", "图片", "附件", "链接", "外部内容", "内容控件的数据"})

#: So much of a text do messages quote.
_QUOTED: Final = 24


def beside(data: bytes, document: WordDocument, paragraphs: Mapping[_Element, int], name: str) -> Iterator[Finding]:
    """A finding for each kind of thing that is not read; `paragraphs` are those that were, with their numbers."""
    places = _found(document.body, paragraphs)
    for local, at in places.items():
        if local == _COMMENT:
            yield kinds.PROSE_FILE_BESIDE.finding(f"{_where(name, at)}有批注，批注没有读入", level="note")
        else:
            what, remedy = _INSIDE[local]
            yield kinds.PROSE_FILE_BESIDE.finding(f"{_where(name, at)}有{what}，{remedy}")
    yield from _tables(document, paragraphs, name)
    known = {_INSIDE[local][0] for local in places if local in _INSIDE}
    others = sorted(each for each in surroundings(data, name) if each.what not in known | _READ)
    margins = dict.fromkeys(each.what for each in others if each.what in _MARGINS)
    if margins:
        yield kinds.PROSE_FILE_BESIDE.finding(f"“{name}”有{'、'.join(margins)}，没有读入", level="note")
    for what, text in (each for each in others if each.what not in _MARGINS):
        yield kinds.PROSE_FILE_BESIDE.finding(f"“{name}”里有{Shown(what, shortened(text, _QUOTED))}，{_DELETE}")


def _found(body: _Element, paragraphs: Mapping[_Element, int]) -> dict[str, list[int]]:
    """By the first local name of its kind, the paragraphs in or after which it stands (0 before the first)."""
    first: dict[tuple[str, str], str] = {}
    places: dict[str, list[int]] = {}
    at = 0
    for element in body.iter():
        at = paragraphs.get(element, at)
        local = str(element.tag).rpartition("}")[2]
        if local in _INSIDE or local == _COMMENT:
            kind = _INSIDE.get(local, (local, ""))
            places.setdefault(first.setdefault(kind, local), []).append(at)
    return places


def _tables(document: WordDocument, paragraphs: Mapping[_Element, int], name: str) -> Iterator[Finding]:
    tables = dict.fromkeys(seen(document.body, W + "tbl"))
    if not tables:
        return
    words = ("".join(each.text or "" for each in table.iter(W + "t")).strip() for table in tables)
    said = shortened(next(filter(None, words), ""), _QUOTED)
    count = f"{len(tables)}张表格" if len(tables) > 1 else "表格"
    after = 0
    for element in document.body.iter(W + "p", W + "tbl"):
        if element in tables:
            break
        after = paragraphs.get(element, after)
    where = f"{place(name, [after])}后面" if after else f"“{name}”开头"
    quoted = f"（“{said}”）" if said else ""
    yield kinds.PROSE_FILE_BESIDE.finding(f"{where}有{count}{quoted}，表格不会印在报告里；数字填到工作簿里，表格请删去")


def _where(name: str, at: list[int]) -> str:
    return place(name, [n for n in at if n]) if any(at) else f"“{name}”开头"
