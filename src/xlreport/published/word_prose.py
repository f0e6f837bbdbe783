"""The prose of a filing in a Word file, section by section under the form's headings: what people write in Word anyway.

Nothing of it is lost without a word: what has no place in the report, or would not be printed as it is seen, is an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError
from xlreport.prose.headings import has_own_headings
from xlreport.published.beside_prose import beside
from xlreport.published.figures import match_tables, plain_label, title_year
from xlreport.published.looks import HIDDEN, LOWERED, RAISED, STRUCK, WHITE
from xlreport.published.numbering import labelled
from xlreport.published.own_mark import own_mark
from xlreport.published.prose import SECTION_NUMBER, Placed, is_contents, is_date, may_be_heading, placed, signature
from xlreport.published.tables import word_tables
from xlreport.published.word import WordDocument, numbers, pieces, place
from xlreport.wording import shortened
from xlreport.workbook.layout.validation import MAX_CELL
from xlreport.workbook.texts import clean_prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.finding import Finding, Level
    from xlreport.forms import Form
    from xlreport.published.word import WordParagraph

#: So much of a line do messages quote.
_QUOTED: Final = 24

_INTRO: Final = "report.intro"

#: What opens the introduction by name.
_INTRO_HEADING = re.compile(r"\s*(?:引\s*言|前\s*言|导\s*语)\s*[:：]?\s*")

#: A title has at most so many characters.
_TITLE_LONG: Final = 80
_TITLE = re.compile(r"[^。]*(?:年度报告[^。]*|报告)")

_CONTENTS = re.compile(r"\s*目\s*录\s*")

#: Letters that look otherwise than they read, as staff call them; raised and lowered ones are printed as plain ones.
_LOOKS: Final = {STRUCK: "有删除线", WHITE: "是白色的，看不见", HIDDEN: "是隐藏文字，看不见"}
_SMALL: Final = {RAISED: "是上标", LOWERED: "是下标"}


class WordProse(msgspec.Struct, frozen=True, kw_only=True):
    """What a Word file gives: texts by field id, the paragraph (from 1, blank ones not counted) of each of their lines."""

    name: str
    texts: dict[str, str]
    paragraphs: dict[str, tuple[int, ...]]
    findings: tuple[Finding, ...]


class _Line(msgspec.Struct, frozen=True):
    paragraph: int
    text: str


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
    reading = _Reading(name, form, year)
    reading.read(paragraphs)
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
    for n, paragraph in enumerate(paragraphs, 1):
        for mark, text in _looks(paragraph):
            said = f"{place(name, [n])}“{shortened(text, _QUOTED)}”"
            if mark in _SMALL:
                yield kinds.PROSE_FILE_ODD.finding(f"{said}{_SMALL[mark]}，报告里会印成普通的字，请核对", level="note")
            else:
                yield kinds.PROSE_FILE_ODD.finding(f"{said}{_LOOKS[mark]}，没有读入，不要的请删去，要的请清除格式")


class _Reading:
    """One file on its way from lines to texts."""

    def __init__(self, name: str, form: Form, year: int | None) -> None:
        self.name, self.form, self.year = name, form, year
        self.findings: list[Finding] = []
        self.texts: dict[str, list[_Line]] = {}
        #: Headings and text by the number of their section.
        self.sections: dict[int, list[Placed]] = {}
        self.before: list[_Line] = []
        self.contents: list[_Line] = []
        #: A heading that the form does not have, and what stands below it.
        self.lost: list[_Line] = []
        #: Headings that are not written as the form has them.
        self.renamed: list[Placed] = []

    def read(self, paragraphs: Sequence[WordParagraph]) -> None:
        self._divide(paragraphs)
        if not self.sections:
            self._no_heading()
            return
        self._head()
        last = self._assign()
        if last is not None:
            self._close(last)
        self._tell_renamed()

    def result(self) -> WordProse:
        texts: dict[str, str] = {}
        for field in self.form.prose:
            lines = self.texts.get(field.id, [])
            text, note = clean_prose("\n".join(line.text for line in lines))
            at = [line.paragraph for line in lines]
            if text is None:
                continue
            texts[field.id] = text
            if note:
                self._tell(kinds.PROSE_FILE_ODD.finding(f"{place(self.name, at)}{note}", level="note"))
            if len(text) > MAX_CELL:
                self._left_out(at, f"“{field.name}”有{len(text)}个字，超过{MAX_CELL}个字的上限，请缩短")
        paragraphs = {id_: tuple(line.paragraph for line in self.texts[id_]) for id_ in texts}
        if texts:
            self.findings.insert(0, self._source(paragraphs))
        return WordProse(name=self.name, texts=texts, paragraphs=paragraphs, findings=tuple(self.findings))

    def _tell(self, finding: Finding) -> None:
        self.findings.append(finding)

    def _left_out(self, paragraphs: Iterable[int], said: str, level: Level = "error") -> None:
        self._tell(kinds.PROSE_FILE_LEFT_OUT.finding(f"{place(self.name, paragraphs)}{said}", level=level))

    def _source(self, paragraphs: dict[str, tuple[int, ...]]) -> Finding:
        by_section: dict[str, list[int]] = {}
        for section in self.form.sections:
            for id_ in section.fields:
                title = section.heading if section.number else self.form.fields[id_].name
                if id_ in paragraphs:
                    by_section.setdefault(title, []).extend(paragraphs[id_])
        told = "、".join(f"“{title}”（{numbers(at)}）" for title, at in by_section.items())
        return kinds.PROSE_FILE.finding(f"{told}的文字取自 Word 文件“{self.name}”")

    def _divide(self, paragraphs: Sequence[WordParagraph]) -> None:
        """The lines to their sections; those before the first, and below a heading that the form does not have, apart."""
        tops = {n for n, each in enumerate(paragraphs, 1) if each.heading}
        lines = (
            (n, line.strip())
            for n, each in enumerate(paragraphs, 1)
            for line in _read(each).split("\n")
            if line.strip()
        )
        for each in placed(self._without_contents(lines), self.form):
            line = _Line(each.paragraph, each.line)
            if each.kind == "section":
                self._end_lost()
                self._open(each)
            elif self.lost:
                self.lost.append(line)
            elif each.section < 0:
                self.before.append(line)
            elif each.kind == "text" and not each.run_on and _is_foreign(each.line, top=each.paragraph in tops):
                self.lost.append(line)
            else:
                self.sections[each.section].append(each)
        self._end_lost()

    def _without_contents(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for n, line in lines:
            if not self.sections and (is_contents(line) or _CONTENTS.fullmatch(line)):
                self.contents.append(_Line(n, line))
            else:
                yield n, line

    def _open(self, heading: Placed) -> None:
        if any(each.kind == "text" for each in self.sections.get(heading.section, ())):
            message = f"{place(self.name, [heading.paragraph])}“{shortened(heading.line, _QUOTED)}”这一部分前面已经有了，请合在一起，只留一个标题"
            self._tell(kinds.PROSE_FILE_HEADING.finding(message))
        self.sections.setdefault(heading.section, [])
        self._alike(heading)

    def _alike(self, heading: Placed) -> None:
        line = plain_label(heading.line).rstrip(":")
        numbered = heading.kind == "section" and SECTION_NUMBER.match(heading.line)
        if (line != plain_label(heading.heading)) if numbered else (_plain(line) != _plain(heading.heading)):
            self.renamed.append(heading)

    def _tell_renamed(self) -> None:
        if self.renamed:
            told = "、".join(f"“{shortened(each.line, _QUOTED)}”按“{each.heading}”" for each in self.renamed)
            at = place(self.name, [each.paragraph for each in self.renamed])
            self._tell(
                kinds.PROSE_FILE_HEADING.finding(f"{at}的标题与本表样的不完全相同：{told}读取，请核对", level="note")
            )

    def _end_lost(self) -> None:
        if self.lost:
            heading, *below = self.lost
            what = f"它和下面的{len(below)}段文字" if below else "它"
            known = "、".join(
                each.heading for each in self.form.sections if each.number and _has_prose(self.form, each.fields)
            )
            message = (
                f"{place(self.name, [heading.paragraph])}“{shortened(heading.text, _QUOTED)}”像一个部分的标题，本表样没有这个部分，"
                f"{what}没有读入；请改成{known}中的一个，是小标题的前面写（一）（二），不要的删去"
            )
            self._tell(kinds.PROSE_FILE_HEADING.finding(message))
        self.lost = []

    def _no_heading(self) -> None:
        known = "、".join(
            f"“{each.heading}”" for each in self.form.sections if each.number and _has_prose(self.form, each.fields)
        )
        message = (
            f"“{self.name}”里没有本表样的标题，不知道哪些文字属于哪一部分，没有读入；请在各部分文字前面写上标题{known}"
        )
        self._tell(kinds.PROSE_FILE_LEFT_OUT.finding(message))

    def _head(self) -> None:
        """What stands before the first section: title, contents and date are printed anyway, the rest is the introduction."""
        titles = [n for n, line in enumerate(self.before) if _is_title(line.text)]
        end = titles[0] + 1 if titles and not any("。" in line.text for line in self.before[: titles[0]]) else 0
        printed, rest = self.before[:end], self.before[end:]
        year = title_year([line.text for line in printed])
        if year is not None and self.year is not None and year != self.year:
            said = f"{place(self.name, [printed[-1].paragraph])}“{shortened(printed[-1].text, _QUOTED)}”是{year}年度的"
            message = f"{said}，工作簿是{self.year}年度的，请核对是不是拿错了文件"
            self._tell(kinds.PROSE_FILE_YEAR.finding(message))
        named = [line for line in rest if _INTRO_HEADING.fullmatch(line.text)]
        dates = [line for line in rest if is_date(line.text.strip("（）()"))]
        rest = [line for line in rest if line not in named and line not in dates]
        if rest and _INTRO in self.form.fields and (named or any("报告" in line.text for line in rest)):
            self.texts[_INTRO] = rest
        elif rest:
            said = f"“{shortened(rest[0].text, _QUOTED)}”在第一个标题前面，不知道属于哪一部分，没有读入；请移到它那一部分的标题下面，不要的删去"
            self._left_out([line.paragraph for line in rest], said)
        self._printed_anyway([*printed, *self.contents, *dates], "题目、目录和日期由程序印出，没有读入")

    def _printed_anyway(self, lines: Sequence[_Line], why: str) -> None:
        if lines:
            said = f"“{shortened(lines[0].text, _QUOTED)}”" + ("等" if len(lines) > 1 else "")
            self._left_out([line.paragraph for line in lines], f"{said}：{why}", "note")

    def _assign(self) -> str | None:
        """The lines of each section to its fields; the one with the last text of the file."""
        last = None
        for number in self.sections:
            lines = self.sections[number]
            text = [each for each in lines if each.kind == "text"]
            unplaced = [each for each in text if each.field is None]
            if unplaced:
                said = f"“{shortened(unplaced[0].line, _QUOTED)}”所在的部分只有表格，没有文字，没有读入；请移到别的部分，不要的删去"
                self._left_out([each.paragraph for each in unplaced], said)
            elif text:
                last = self._assign_section(lines)
        return last

    def _assign_section(self, lines: Sequence[Placed]) -> str:
        fields = [each.field for each in lines if each.field is not None]
        own = any(each.kind == "text" and not each.run_on and has_own_headings(each.line) for each in lines)
        below = [each for each in lines if each.kind == "below"]
        if own and any(map(has_own_headings, (each.line for each in below))):
            # Sub-headings of one's own among those of the form: the section is printed as it stands.
            first = _prose_of(self.form, fields[0])[0]
            self.texts[first] = [_Line(each.paragraph, each.line) for each in lines if not each.run_on]
            return first
        for each in below:
            if sum(other.field == each.field for other in below) > 1:
                message = (
                    f"{place(self.name, [each.paragraph])}小标题“{shortened(each.line, _QUOTED)}”写了两次，请合在一起"
                )
                self._tell(kinds.PROSE_FILE_HEADING.finding(message))
                break
        for each in lines:
            if each.kind == "below":
                self._alike(each)
            elif each.kind == "text" and each.field is not None:
                self.texts.setdefault(each.field, []).append(_Line(each.paragraph, each.line))
        return fields[-1]

    def _close(self, field: str) -> None:
        """Signature and date behind the last text are printed anyway."""
        lines = self.texts[field]
        closing = signature([line.text for line in lines])
        self.texts[field] = lines[: closing.start]
        self._printed_anyway(lines[closing.start : closing.stop], "落款和日期由程序印出，没有读入")
        if after := lines[closing.stop :]:
            said = f"“{shortened(after[0].text, _QUOTED)}”在落款和日期后面，不知道属于哪一部分，没有读入；请移到它那一部分的标题下面，不要的删去"
            self._left_out([line.paragraph for line in after], said)


def _is_title(line: str) -> bool:
    return len(line) <= _TITLE_LONG and _TITLE.fullmatch(plain_label(line)) is not None


def _is_foreign(line: str, *, top: bool) -> bool:
    """Whether a line looks like the heading of a section, though it is none of the form's."""
    if has_own_headings(line) or not may_be_heading(line):
        return False
    return top or SECTION_NUMBER.match(line) is not None


def _prose_of(form: Form, field: str) -> list[str]:
    section = next(each for each in form.sections if field in each.fields)
    return [id_ for id_ in section.fields if form.fields[id_].style == "prose"]


def _has_prose(form: Form, fields: Iterable[str]) -> bool:
    return any(form.fields[id_].style == "prose" for id_ in fields)


def _plain(heading: str) -> str:
    return re.sub(r"^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+\.)", "", plain_label(heading)).rstrip(":")
