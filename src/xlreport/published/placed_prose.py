"""The lines of a file that carries prose → the texts of a form's fields, and a finding for all that has no place among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.prose.headings import has_own_headings
from xlreport.published.figures import plain_label, title_year
from xlreport.published.prose import SECTION_NUMBER, Placed, date_of, is_contents, may_be_heading, placed, signature
from xlreport.published.word import numbers, place
from xlreport.wording import shortened
from xlreport.workbook.layout.validation import MAX_CELL
from xlreport.workbook.texts import clean_prose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from xlreport.finding import Finding, Level
    from xlreport.forms import Form
    from xlreport.forms.model import Section

#: So much of a line do messages quote.
QUOTED: Final = 24

#: So many headings that are written otherwise are named.
_NAMED: Final = 10

_INTRO: Final = "report.intro"

#: What opens the introduction by name.
_INTRO_HEADING = re.compile(r"\s*(?:引\s*言|前\s*言|导\s*语)\s*[:：]?\s*")

#: A title has at most so many characters.
_TITLE_LONG: Final = 80
_TITLE = re.compile(r"[^。]*(?:年度报告[^。]*|报告)")

_CONTENTS = re.compile(r"\s*目\s*录\s*")


class Line(msgspec.Struct, frozen=True):
    """A line of a paragraph of the file, paragraphs counted from 1."""

    paragraph: int
    text: str


class WordProse(msgspec.Struct, frozen=True, kw_only=True):
    """What a Word file gives: texts by field id, the paragraph (from 1, blank ones not counted) of each of their lines.

    `date` is the last line that is a date and no text, with it as 2025年1月31日; it is printed by the program.
    """

    name: str
    texts: dict[str, str]
    paragraphs: dict[str, tuple[int, ...]]
    findings: tuple[Finding, ...]
    date: Line | None = None


def first(lines: Sequence[Line]) -> str:
    """“……”等: the first of several lines, quoted."""
    return f"“{shortened(lines[0].text, QUOTED)}”" + ("等" if len(lines) > 1 else "")


class PlacedProse:
    """One file on its way from lines to texts. `tops` are its paragraphs that are headings of the first level."""

    def __init__(self, name: str, form: Form, year: int | None) -> None:
        self.name, self.form, self.year = name, form, year
        self.findings: list[Finding] = []
        self.texts: dict[str, list[Line]] = {}
        #: Headings and text by the number of their section.
        self.sections: dict[int, list[Placed]] = {}
        self.before: list[Line] = []
        self.contents: list[Line] = []
        self.date: Line | None = None
        #: A heading that the form does not have, and what stands below it.
        self.lost: list[Line] = []
        self.foreign: list[list[Line]] = []
        #: Headings of sections that have text already.
        self.again: list[Line] = []
        #: Headings that are not written as the form has them.
        self.renamed: list[Placed] = []

    def read(self, lines: Iterable[Line], tops: Collection[int]) -> None:
        self._divide(lines, tops)
        self._tell_foreign()
        if not self.sections:
            self._no_heading()
            return
        self._head()
        last = self._assign()
        if last is not None:
            self._close(last)
        self._tell_headings()

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
        return WordProse(
            name=self.name, texts=texts, paragraphs=paragraphs, findings=tuple(self.findings), date=self.date
        )

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
        return kinds.PROSE_FILE.finding(f"报告的文字取自 Word 文件“{self.name}”：{told}")

    def _divide(self, lines: Iterable[Line], tops: Collection[int]) -> None:
        """The lines to their sections; those before the first, and below a heading that the form does not have, apart."""
        for each in placed(self._without_contents(lines), self.form):
            line = Line(each.paragraph, each.line)
            if each.role == "section":
                self._end_lost()
                self._open(each)
            elif self.lost:
                self.lost.append(line)
            elif each.section < 0:
                self.before.append(line)
            elif each.role == "text" and not each.run_on and _is_foreign(each.line, top=each.paragraph in tops):
                self.lost.append(line)
            else:
                self.sections[each.section].append(each)
        self._end_lost()

    def _without_contents(self, lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
        for line in lines:
            if not self.sections and (is_contents(line.text) or _CONTENTS.fullmatch(line.text)):
                self.contents.append(line)
            else:
                yield line.paragraph, line.text

    def _open(self, heading: Placed) -> None:
        if any(each.role == "text" for each in self.sections.get(heading.section, ())):
            self.again.append(Line(heading.paragraph, heading.line))
        self.sections.setdefault(heading.section, [])
        self._alike(heading)

    def _tell_headings(self) -> None:
        if self.again:
            at = place(self.name, [line.paragraph for line in self.again])
            message = f"{at}{first(self.again)}这一部分前面已经有了，请合在一起，只留一个标题"
            self._tell(kinds.PROSE_FILE_HEADING.finding(message))
        self.renamed.sort(key=lambda each: each.paragraph)
        if self.renamed:
            told = "、".join(f"“{shortened(each.line, QUOTED)}”按“{each.heading}”" for each in self.renamed[:_NAMED])
            at = place(self.name, [each.paragraph for each in self.renamed])
            message = f"{at}的标题与本表样的不完全相同：{told}读取，请核对"
            self._tell(kinds.PROSE_FILE_HEADING.finding(message, level="note"))

    def _alike(self, heading: Placed) -> None:
        line = plain_label(heading.line).rstrip(":")
        numbered = heading.role == "section" and SECTION_NUMBER.match(heading.line)
        if (line != plain_label(heading.heading)) if numbered else (_plain(line) != _plain(heading.heading)):
            self.renamed.append(heading)

    def _end_lost(self) -> None:
        self.foreign += [self.lost] if self.lost else []
        self.lost = []

    def _tell_foreign(self) -> None:
        headings = [lines[0] for lines in self.foreign]
        below = sum(len(lines) for lines in self.foreign) - len(headings)
        if headings:
            what = f"它和下面的{below}段文字" if below else "它"
            message = (
                f"{place(self.name, [line.paragraph for line in headings])}{first(headings)}像一个部分的标题，本表样没有这个部分，"
                f"{what}没有读入；请改成{self._known()}中的一个，是小标题的前面写（一）（二），不要的删去"
            )
            self._tell(kinds.PROSE_FILE_HEADING.finding(message))

    def _known(self) -> str:
        """The headings under which there can be text: “一、总体情况”、….."""
        return "、".join(f"“{each.heading}”" for each in self.form.sections if each.number and self._has_prose(each))

    def _has_prose(self, section: Section) -> bool:
        return any(self.form.fields[id_].style == "prose" for id_ in section.fields)

    def _no_heading(self) -> None:
        what = "不知道哪些文字属于哪一部分，没有读入"
        message = f"“{self.name}”里没有本表样的标题，{what}；请在各部分文字前面写上标题{self._known()}"
        self._tell(kinds.PROSE_FILE_LEFT_OUT.finding(message))

    def _head(self) -> None:
        """What stands before the first section: title, contents and date are printed anyway, the rest is the introduction."""
        titles = [n for n, line in enumerate(self.before) if _is_title(line.text)]
        end = titles[0] + 1 if titles and not any("。" in line.text for line in self.before[: titles[0]]) else 0
        printed, rest = self.before[:end], self.before[end:]
        year = title_year([line.text for line in printed])
        if year is not None and self.year is not None and year != self.year:
            said = f"{place(self.name, [printed[-1].paragraph])}“{shortened(printed[-1].text, QUOTED)}”是{year}年度的"
            message = f"{said}，工作簿是{self.year}年度的，请核对是不是拿错了文件"
            self._tell(kinds.PROSE_FILE_YEAR.finding(message))
        named = [line for line in rest if _INTRO_HEADING.fullmatch(line.text)]
        dates = [line for line in rest if date_of(line.text.strip("（）()"))]
        rest = [line for line in rest if line not in named and line not in dates]
        if rest and _INTRO in self.form.fields and (named or any("报告" in line.text for line in rest)):
            self.texts[_INTRO] = rest
        elif rest:
            said = f"“{shortened(rest[0].text, QUOTED)}”在第一个标题前面，不知道属于哪一部分，没有读入；请移到它那一部分的标题下面，不要的删去"
            self._left_out([line.paragraph for line in rest], said)
        self._printed_anyway([*printed, *self.contents, *dates], "题目、目录和日期由程序印出，没有读入")

    def _printed_anyway(self, lines: Sequence[Line], why: str) -> None:
        for line in lines:
            if date := date_of(line.text.strip("（）()")):
                self.date = Line(line.paragraph, date)
        if lines:
            self._left_out([line.paragraph for line in lines], f"{first(lines)}：{why}", "note")

    def _assign(self) -> str | None:
        """The lines of each section to its fields; the one with the last text of the file."""
        last = None
        for number in self.sections:
            lines = self.sections[number]
            text = [each for each in lines if each.role == "text"]
            unplaced = [each for each in text if each.field is None]
            if unplaced:
                said = f"“{shortened(unplaced[0].line, QUOTED)}”所在的部分只有表格，没有文字，没有读入；请移到别的部分，不要的删去"
                self._left_out([each.paragraph for each in unplaced], said)
            elif text:
                last = self._assign_section(lines)
        return last

    def _assign_section(self, lines: Sequence[Placed]) -> str:
        fields = [each.field for each in lines if each.role == "text" and each.field is not None]
        own = any(each.role == "text" and not each.run_on and has_own_headings(each.line) for each in lines)
        below = [each for each in lines if each.role == "below"]
        if own and any(map(has_own_headings, (each.line for each in below))):
            # Sub-headings of one's own among those of the form: the section is printed as it stands.
            first = _prose_of(self.form, fields[0])[0]
            self.texts[first] = [Line(each.paragraph, each.line) for each in lines if not each.run_on]
            return first
        for each in below:
            if sum(other.field == each.field for other in below) > 1:
                message = (
                    f"{place(self.name, [each.paragraph])}小标题“{shortened(each.line, QUOTED)}”写了两次，请合在一起"
                )
                self._tell(kinds.PROSE_FILE_HEADING.finding(message))
                break
        for each in lines:
            if each.role == "below":
                self._alike(each)
            elif each.role == "text" and each.field is not None:
                self.texts.setdefault(each.field, []).append(Line(each.paragraph, each.line))
        return fields[-1]

    def _close(self, field: str) -> None:
        """Signature and date behind the last text are printed anyway."""
        lines = self.texts[field]
        closing = signature([line.text for line in lines])
        self.texts[field] = lines[: closing.start]
        self._printed_anyway(lines[closing.start : closing.stop], "落款和日期由程序印出，没有读入")
        if after := lines[closing.stop :]:
            said = f"“{shortened(after[0].text, QUOTED)}”在落款和日期后面，不知道属于哪一部分，没有读入；请移到它那一部分的标题下面，不要的删去"
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


def _plain(heading: str) -> str:
    return re.sub(r"^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+\.)", "", plain_label(heading)).rstrip(":")
