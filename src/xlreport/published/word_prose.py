"""The prose of a filing in a Word file, section by section under the form's headings: what people write in Word anyway.

Nothing of it is lost without a word: what has no place in the report, or would not be printed as it is seen, is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError
from xlreport.published.beside_prose import beside
from xlreport.published.figures import match_tables
from xlreport.published.looks import HIDDEN, LOWERED, RAISED, STRUCK, WHITE
from xlreport.published.numbering import labelled
from xlreport.published.own_mark import own_mark
from xlreport.published.placed_prose import Line, PlacedProse, WordProse, first
from xlreport.published.tables import word_tables
from xlreport.published.word import WordDocument, pieces, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.finding import Finding
    from xlreport.forms import Form
    from xlreport.published.word import WordParagraph

#: Letters that look otherwise than they read, as staff call them; raised and lowered ones are printed as plain ones.
_LOOKS: Final = {STRUCK: "有删除线", WHITE: "是白色的，看不见", HIDDEN: "是隐藏文字，看不见"}
_SMALL: Final = {RAISED: "是上标", LOWERED: "是下标"}


def read_word_prose(data: bytes, name: str, form: Form, year: int | None) -> WordProse:
    """The prose in a Word file, for a filing of that form and year; `name` is for messages.

    Raises InputError: no Word document, damaged, too large, or a whole report instead of its text.
    """
    if own_mark(data) is not None:
        raise InputError(f"“{name}”是 xlreport 生成的报告，不是报告的正文，请另给写好的正文，或把它移走。")
    document = WordDocument(data, name)
    figures = match_tables(word_tables(document), form).texts.values()
    if any(map(str.isdecimal, "".join(figures))):
        raise InputError(
            f"“{name}”里有填了数字的报告表格，是一份完整的报告，不是正文；数字填在工作簿里，这里请只留标题和文字，把表格删去。"
        )
    paragraphs = [each for each in document.paragraphs() if _read(each).strip() or _looks(each)]
    lines = [
        Line(n, line.strip())
        for n, each in enumerate(paragraphs, 1)
        for line in _read(each).split("\n")
        if line.strip()
    ]
    reading = PlacedProse(name, form, year)
    reading.read(lines, {n for n, each in enumerate(paragraphs, 1) if each.heading})
    reading.findings += _odd(paragraphs, name)
    reading.findings += beside(data, document, {each.element: n for n, each in enumerate(paragraphs, 1)}, name)
    return reading.result()


def _read(paragraph: WordParagraph) -> str:
    """What is read of a paragraph: its letters that are seen, and its number."""
    seen = "".join(text for mark, text in pieces(paragraph.element) if mark not in _LOOKS)
    return labelled(paragraph.label, seen) if seen.strip() else ""


def _looks(paragraph: WordParagraph) -> list[tuple[str, str]]:
    return [(mark, text) for mark, text in pieces(paragraph.element) if mark and text.strip()]


def _odd(paragraphs: Sequence[WordParagraph], name: str) -> Iterator[Finding]:
    """A finding for each way to look, with the first such letters."""
    pieces_of: dict[str, list[Line]] = {}
    for n, paragraph in enumerate(paragraphs, 1):
        for mark, text in _looks(paragraph):
            pieces_of.setdefault(mark, []).append(Line(n, text))
    for mark, lines in pieces_of.items():
        said = f"{place(name, [line.paragraph for line in lines])}{first(lines)}"
        if mark in _SMALL:
            yield kinds.PROSE_FILE_ODD.finding(f"{said}{_SMALL[mark]}，报告里会印成普通的字，请核对", level="note")
        else:
            yield kinds.PROSE_FILE_ODD.finding(f"{said}{_LOOKS[mark]}，没有读入，不要的请删去，要的请清除格式")
