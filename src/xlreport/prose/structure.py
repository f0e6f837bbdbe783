"""How staff's texts are built: sub-headings in order and with something under them, nothing written twice."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.prose.headings import is_heading, is_numbered
from xlreport.prose.numbering import out_of_order
from xlreport.prose.paragraphs import paragraphs
from xlreport.prose.references import where
from xlreport.wording import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.filing import Filing
    from xlreport.finding import Finding
    from xlreport.forms.model import Field

#: A paragraph of fewer characters may well stand twice.
_SAME_LEAST = 20

#: So much of a line do messages quote.
_QUOTED = 24

#: What numbers a heading, and the signs that do not tell headings apart.
_NUMBER = r"[（(]?[一二三四五六七八九十0-9]+[）)、.．]"
_ORNAMENT = re.compile(rf"^{_NUMBER}|[\s：:。．*＊]")

#: What stands at the beginning of a line as a heading would, up to the sign behind it.
_RUN_IN = re.compile(rf"(?P<title>(?P<number>{_NUMBER})?[^\s：:。．，,；;]+)(?P<end>[\s：:。．]|$)")

#: So much may stand before the report's title: the unit's name, the year.
_TITLE_BEFORE = 40

_DAY = re.compile(r"(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


def misbuilt(filing: Filing, texts: Mapping[str, str]) -> Iterator[Finding]:
    """A warning for each slip in how staff's own texts (by field id) are built."""
    seen: dict[str, str] = {}
    sections = filing.form.sections
    titles = frozenset(
        _plain(title) for each in sections if each.number for title in (each.title, each.heading) if title
    )
    for field in filing.form.prose:
        lines = paragraphs(texts.get(field.id, ""))
        if not lines:
            continue
        yield from _typed_again(filing, field, lines, titles)
        yield from _out_of_order(filing, field, lines)
        yield from _with_nothing_under(filing, field, lines)
        yield from _twice(filing, field, lines, seen)


def _typed_again(filing: Filing, field: Field, lines: Sequence[str], titles: frozenset[str]) -> Iterator[Finding]:
    """What is printed anyway, in a line of its own or run in: headings, the title, the signature, the date."""
    own = {_plain(title) for title in (field.heading, field.label) if title}
    section = next(section for section in filing.form.sections if field.id in section.fields)
    # A label is no heading where none is printed.
    printed = titles | own if section.number else titles
    closing = {filing.unit, filing.text("unit.signature")}
    for n, line in enumerate(lines):
        if _plain(line) in printed or _is_title(line, filing.form.title):
            words, advice = shortened(line, _QUOTED), "这一行是标题，标题会自动印出，这里再写就印两遍，请删去这一行"
        elif len(lines) > 1 and (line in closing or _DAY.fullmatch(line)):
            words, advice = line, "这一行是落款，落款和日期会自动印出，这里再写就印两遍，请删去这一行"
        elif run_in := _heading_in(line, printed, section.number if n == 0 else ""):
            words, advice = run_in, "是标题，标题会自动印出，这里再写就印两遍，请删去这几个字"
        else:
            continue
        yield kinds.HEADING_AGAIN.finding(
            f"{where(filing, field.id)}：“{words}”{advice}", [filing.place(field.id)], item=field.id
        )
        return


def _is_title(line: str, title: str) -> bool:
    """Whether a line is the report's title: 环翠区信访局2024年政府信息公开工作年度报告."""
    return (
        line.endswith(title) and len(line) <= len(title) + _TITLE_BEFORE and not re.search(r"[，。；：、《》“”]", line)
    )


def _heading_in(line: str, printed: frozenset[str], number: str) -> str:
    """The heading that a line begins with, where it is one of `printed`, or one of another title with the section's `number`.

    A text may number its own parts from 一 on, so that 一、 tells nothing.
    """
    match = _RUN_IN.match(line)
    if match is None:
        return ""
    title = match["title"]
    told = match["number"] is not None or match["end"] in ("：", ":")
    other = number not in ("", "一") and title.startswith(f"{number}、")
    return title if other or (told and _plain(title) in printed) else ""


def _out_of_order(filing: Filing, field: Field, lines: Sequence[str]) -> Iterator[Finding]:
    said = out_of_order(lines)
    if said is not None:
        yield kinds.HEADING_NUMBERS.finding(
            f"{where(filing, field.id)}：序号“{said}”不连续，请改正",
            [filing.place(field.id)],
            item=field.id,
            actual=said,
        )


def _with_nothing_under(filing: Filing, field: Field, lines: Sequence[str]) -> Iterator[Finding]:
    opening = [is_heading(line.rstrip("：:")) for line in lines]
    numbered = [is_numbered(line) for line in lines]
    for line, opens, stops in zip(lines, opening, [*numbered[1:], True], strict=True):
        if opens and stops:
            yield kinds.HEADING_EMPTY.finding(
                f"{where(filing, field.id)}：小标题“{shortened(line, _QUOTED)}”下面没有内容，请补写，或者删去这个小标题",
                [filing.place(field.id)],
                item=field.id,
                actual=line,
            )
            return


def _sentences(line: str) -> list[str]:
    """The sentences of a line that are closed; what is open at its end is found too, so that nothing is gone through twice."""
    return [text for text in _SENTENCE.findall(line) if text[-1] in "。！？!?"]


def _twice(filing: Filing, field: Field, lines: Sequence[str], seen: dict[str, str]) -> Iterator[Finding]:
    """The first paragraph, else the first sentence, that stood before; `seen` are those before by their field."""
    again: dict[str, tuple[str, str]] = {}
    for line in lines:
        sentences = ((sentence, "这句话") for sentence in _sentences(line) if sentence != line)
        for text, what in ((line, "这一段"), *sentences):
            words = "".join(text.split())
            if words in seen and len(words) >= _SAME_LEAST:
                again.setdefault(what, (text, seen[words]))
            seen.setdefault(words, field.id)
    for what in ("这一段", "这句话"):
        if what in again:
            text, first = again[what]
            at = "这一格里" if first == field.id else f"“{filing.form.fields[first].name}”里"
            yield kinds.PROSE_TWICE.finding(
                f"{where(filing, field.id)}：“{shortened(text, _QUOTED)}”{what}在{at}已经写过，请删去一处",
                [filing.place(field.id), *([] if first == field.id else [filing.place(first)])],
                item=field.id,
            )
            return


def _plain(title: str) -> str:
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", title))
