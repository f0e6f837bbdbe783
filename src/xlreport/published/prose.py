"""The prose of a finished report by the form's fields, read again from its paragraphs by their headings.

Headings in the wild have lost their number to Word's list numbering, carry a word more or less, or run into the text
under them (（一）主动公开情况。2024年…).
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import msgspec

from xlreport.prose.figures import chinese_number
from xlreport.published.figures import core_label
from xlreport.published.looks import ODD

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from xlreport.forms import Form

#: How alike the words of a heading must be to those of the form, and those of one whose number is the section's.
_ALIKE, _ALIKE_NUMBERED = 0.8, 0.5

#: A heading has at most so many characters.
_HEADING_LONG = 32

SECTION_NUMBER = re.compile(r"([一二三四五六七八九十]+)[、.．]")
_BRACKETED = re.compile(r"[（(][一二三四五六七八九十]+[）)]")

#: A sub-heading with its text behind it on the same line.
_RUN_IN = re.compile(
    r"(?P<heading>[（(][一二三四五六七八九十]+[）)][^。．：:，,；;]{2,20})[。．：:]\s*(?P<rest>.+)", re.DOTALL
)

#: A line of a table of contents ends in a page number behind a tab or dots.
_CONTENTS_LINE = re.compile(r"[^。]{2,40}?(?:[\s…]|[.·]{2,})\s*[0-9]{1,3}\s*")

#: What headings of one meaning differ by.
_WEIGHTLESS = re.compile(r"政府信息公开工作|政府|信息|情况|工作|方面|开展|加强|规范|受理|办理|答复|本年度|的")

#: How the name of an organ ends, of several that sign together.
_ORGAN = re.compile(r"(?:[局委办室厅府会处院部署社行站所队]|中心)[）)]?\Z")

_DATE = re.compile(
    r"(20[0-9]{2}|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})年([0-9一二三四五六七八九十]{1,3})月([0-9一二三四五六七八九十]{1,3})日"
)
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")


class _Heading(msgspec.Struct, frozen=True):
    """A section of the report, or a text with a sub-heading of its own: what it is called, where its text goes."""

    words: tuple[str, ...]
    field: str | None


class _Section(msgspec.Struct, frozen=True):
    number: str
    title: str
    heading: _Heading
    below: tuple[_Heading, ...]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a document: in which of its paragraphs, and where it belongs.

    `field` is the prose field of its text, or of the text that this heading opens; None where there is none. `section`
    counts those of the form that have a number, -1 before the first. `heading` is what the form calls it. A line may be a
    sub-heading with text behind it: that text follows by itself, `run_on`.
    """

    paragraph: int
    line: str
    role: Literal["section", "below", "text"]
    section: int
    field: str | None
    heading: str = ""
    run_on: bool = False


def report_texts(paragraphs: Iterable[str], form: Form) -> dict[str, str]:
    """The texts of a report by field id, paragraphs as lines; only those that are there.

    Paragraphs before the first section are the introduction (report.intro, where the form has it); title, signature and
    date belong to no field.
    """
    texts: dict[str, list[str]] = {}
    section, last = -1, None
    for each in placed(_lines(paragraphs), form):
        section, last = each.section, each.field
        if each.role == "text" and last is not None and (section >= 0 or "。" in each.line):
            texts.setdefault(last, []).append(each.line)
    if section >= 0 and last is not None and last in texts:
        texts[last] = texts[last][: signature(texts[last]).start]
    return {id_: "\n".join(lines) for id_, lines in texts.items() if lines}


def placed(lines: Iterable[tuple[int, str]], form: Form) -> Iterator[Placed]:
    """Where each line of a document, given with the number of its paragraph, belongs by the headings before it."""
    sections = _sections(form)
    at, field = -1, "report.intro" if "report.intro" in form.fields else None
    begun: set[str] = set()
    for paragraph, line in lines:
        number = _section_of(line, sections, at, begun)
        if number is not None:
            at, field = number, sections[number].heading.field
            yield Placed(
                paragraph=paragraph, line=line, role="section", section=at, field=field, heading=sections[at].title
            )
            continue
        text, run_on = line, False
        below = _below(line, sections[at].below) if at >= 0 else None
        if below is not None:
            field, text = below
            heading, run_on = form.fields[field].heading or "", True
            yield Placed(paragraph=paragraph, line=line, role="below", section=at, field=field, heading=heading)
        if text:
            begun.update([field] if field is not None else [])
            yield Placed(paragraph=paragraph, line=text, role="text", section=at, field=field, run_on=run_on)


def _lines(paragraphs: Iterable[str]) -> Iterator[tuple[int, str]]:
    for n, paragraph in enumerate(paragraphs):
        text = ODD.sub("", paragraph)
        if not is_contents(text):
            yield from ((n, line.strip()) for line in text.split("\n") if line.strip())


def is_contents(text: str) -> bool:
    """Whether a paragraph may be a line of a table of contents."""
    return _CONTENTS_LINE.fullmatch(text.strip()) is not None


def _sections(form: Form) -> list[_Section]:
    made = []
    for section in form.sections:
        if not section.number:
            continue
        prose = [form.fields[id_] for id_ in section.fields if form.fields[id_].style == "prose"]
        below = tuple(
            _Heading((_words(field.heading), _words(field.label)), field.id) for field in prose if field.heading
        )
        made.append(
            _Section(
                section.number,
                section.heading or section.title,
                _Heading((_words(section.title),), prose[0].id if prose else None),
                below,
            )
        )
    return made


def _section_of(line: str, sections: Sequence[_Section], at: int, begun: Collection[str]) -> int | None:
    """Which section begins with this line; None where none does."""
    if not may_be_heading(line) or _BRACKETED.match(line):
        return None
    number = SECTION_NUMBER.match(line)
    if number is None and at >= 0 and (below := _below(line, sections[at].below)) and below[0] not in begun:
        return None
    for n, section in enumerate(sections):
        ratio = _likeness(_words(line), section.heading.words[0])
        same_number = number is not None and number[1] == section.number and n > at
        if ratio >= (_ALIKE_NUMBERED if same_number else _ALIKE):
            return n
    return None


def _below(line: str, headings: Sequence[_Heading]) -> tuple[str, str] | None:
    """The field whose sub-heading this line is, and the text behind the heading; None where it is none."""
    run_in = _RUN_IN.fullmatch(line)
    words = run_in["heading"] if run_in else line
    if not run_in and not may_be_heading(line):
        return None
    likeness = [(_likeness(_words(words), other), each.field or "") for each in headings for other in each.words]
    ratio, field = max(likeness, default=(0.0, ""))
    return (field, run_in["rest"].strip() if run_in else "") if ratio >= _ALIKE else None


def may_be_heading(line: str) -> bool:
    return len(line) <= _HEADING_LONG and not line.endswith(("。", "；", "，", "：", "无"))


@lru_cache(maxsize=4096)
def _words(heading: str) -> str:
    """What a heading is about, without its number and the words that any heading has."""
    words = core_label(heading)
    return _WEIGHTLESS.sub("", words) or words


@lru_cache(maxsize=4096)
def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def date_of(line: str) -> str | None:
    """The date, as 2025年1月31日, that a line is and nothing else: 二〇二五年一月三十一日."""
    match = _DATE.fullmatch("".join(line.split()))
    if match is None:
        return None
    month, day = (each if each.isdecimal() else f"{chinese_number(each) or 0:g}" for each in match.groups()[1:])
    return f"{match[1].translate(_DIGITS)}年{month.lstrip('0')}月{day.lstrip('0')}日"


def signature(lines: Sequence[str]) -> range:
    """Which lines of the last section are the signature and the date that close a report; none where no date does."""
    dates = [n for n, line in enumerate(lines) if date_of(line)]
    if not dates:
        return range(len(lines), len(lines))
    end = dates[-1]
    start = end - 1 if end and "。" not in lines[end - 1] and len(lines[end - 1]) <= _HEADING_LONG else end
    while 0 < start < end and len(lines[start - 1]) <= _HEADING_LONG and _ORGAN.search(lines[start - 1]):
        start -= 1
    return range(start if lines[start] not in ("无", "无。") else end, end + 1)
