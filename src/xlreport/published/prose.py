"""The prose of a finished report by the form's fields, read again from its paragraphs by their headings.

Headings in the wild have lost their number to Word's list numbering, carry a word more or less, or run into the text
under them (（一）主动公开情况。2024年…).
"""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.published.figures import core_label
from xlreport.published.looks import ODD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.forms import Form

#: How alike the words of a heading must be to those of the form, and those of one whose number is the section's.
_ALIKE, _ALIKE_NUMBERED = 0.8, 0.5

#: A heading has at most so many characters.
_HEADING_LONG = 32

_SECTION_NUMBER = re.compile(r"([一二三四五六七八九十]+)[、.．]")
_BRACKETED = re.compile(r"[（(][一二三四五六七八九十]+[）)]")

#: A sub-heading with its text behind it on the same line.
_RUN_IN = re.compile(
    r"(?P<heading>[（(][一二三四五六七八九十]+[）)][^。．：:，,；;]{2,20})[。．：:]\s*(?P<rest>.+)", re.DOTALL
)

#: A line of a table of contents ends in a page number behind a tab or dots.
_CONTENTS_LINE = re.compile(r"[^。]{2,40}?(?:[\s…]|[.·]{2,})\s*[0-9]{1,3}\s*")

#: What headings of one meaning differ by.
_WEIGHTLESS = re.compile(r"政府信息公开工作|政府|信息|情况|工作|方面|开展|加强|规范|受理|办理|答复|本年度|的")

_DATE = re.compile(
    r"(?:20[0-9]{2}|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)


class _Heading(msgspec.Struct, frozen=True):
    """A section of the report, or a text with a sub-heading of its own: what it is called, where its text goes."""

    words: tuple[str, ...]
    field: str | None


class _Section(msgspec.Struct, frozen=True):
    number: str
    heading: _Heading
    below: tuple[_Heading, ...]


def report_texts(paragraphs: Iterable[str], form: Form) -> dict[str, str]:
    """The texts of a report by field id, paragraphs as lines; only those that are there.

    Paragraphs before the first section are the introduction (report.intro, where the form has it); title, signature and
    date belong to no field.
    """
    texts: dict[str, list[str]] = {}
    sections = _sections(form)
    at, field = -1, "report.intro" if "report.intro" in form.fields else None
    for line in _lines(paragraphs):
        number = _section_of(line, sections, at, texts)
        if number is not None:
            at, field = number, sections[number].heading.field
            continue
        below = _below(line, sections[at].below) if at >= 0 else None
        if below is not None:
            field, rest = below
            if rest:
                texts.setdefault(field, []).append(rest)
            continue
        if field is not None and (at >= 0 or "。" in line):
            texts.setdefault(field, []).append(line)
    if at >= 0 and field in texts:
        texts[field] = _unsigned(texts[field])
    return {id_: "\n".join(lines) for id_, lines in texts.items() if lines}


def _lines(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        text = ODD.sub("", paragraph)
        if not _CONTENTS_LINE.fullmatch(text.strip()):
            yield from (line.strip() for line in text.split("\n") if line.strip())


def _sections(form: Form) -> list[_Section]:
    made = []
    for section in form.sections:
        if not section.number:
            continue
        prose = [form.fields[id_] for id_ in section.fields if form.fields[id_].style == "prose"]
        below = tuple(
            _Heading((_words(field.heading), _words(field.label)), field.id) for field in prose if field.heading
        )
        made.append(_Section(section.number, _Heading((_words(section.title),), prose[0].id if prose else None), below))
    return made


def _section_of(line: str, sections: Sequence[_Section], at: int, texts: dict[str, list[str]]) -> int | None:
    """Which section begins with this line; None where none does."""
    if not _may_be_heading(line) or _BRACKETED.match(line):
        return None
    number = _SECTION_NUMBER.match(line)
    if number is None and at >= 0 and (below := _below(line, sections[at].below)) and below[0] not in texts:
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
    if not run_in and not _may_be_heading(line):
        return None
    likeness = [(_likeness(_words(words), other), each.field or "") for each in headings for other in each.words]
    ratio, field = max(likeness, default=(0.0, ""))
    return (field, run_in["rest"].strip() if run_in else "") if ratio >= _ALIKE else None


def _may_be_heading(line: str) -> bool:
    return len(line) <= _HEADING_LONG and not line.endswith(("。", "；", "，", "：", "无"))


@lru_cache(maxsize=4096)
def _words(heading: str) -> str:
    """What a heading is about, without its number and the words that any heading has."""
    words = core_label(heading)
    return _WEIGHTLESS.sub("", words) or words


@lru_cache(maxsize=4096)
def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _unsigned(lines: Sequence[str]) -> list[str]:
    """The lines of the last section without the signature and the date that close a report."""
    kept = list(lines)
    dates = [n for n, line in enumerate(kept) if _DATE.fullmatch("".join(line.split()))]
    if not dates:
        return kept
    end = dates[-1]
    signature = end - 1 if end and "。" not in kept[end - 1] and len(kept[end - 1]) <= _HEADING_LONG else end
    return kept[: signature if kept[signature] not in ("无", "无。") else end]
