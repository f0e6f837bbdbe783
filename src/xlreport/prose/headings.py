"""Sub-headings that staff write into a text themselves: （一）情况概述.

Where the first text of a section carries its own it is the whole of the section: it is printed as it stands, nothing is
numbered again, and no other text of the section is printed or generated beside it. In any other text they are lines like
any other, under the heading of its field.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.prose.paragraphs import paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlreport.forms.model import Form, Section

#: Characters of the numbers that sub-headings carry.
NUMERALS = "一二三四五六七八九十"

#: How a numbered line begins. Half-width brackets are what some keyboards give.
_NUMBER = re.compile(rf"[（(][{NUMERALS}]+[）)]")

#: A heading is short and no sentence; a longer numbered line is a paragraph.
_HEADING_LENGTH = 30


def is_heading(line: str) -> bool:
    """Whether a line without indent is a sub-heading: numbered, short, and no sentence."""
    return bool(_NUMBER.match(line)) and len(line) <= _HEADING_LENGTH and not line.endswith(("。", "；", "："))


def is_numbered(line: str) -> bool:
    """Whether a line without indent begins as a sub-heading does, alone or with its text run in: （一）…"""
    return _NUMBER.match(line) is not None


def has_own_headings(text: str) -> bool:
    """Whether a text carries its own sub-headings: lines that begin with （一）, （二）…"""
    return any(map(is_numbered, paragraphs(text)))


def prose_fields(form: Form, section: Section) -> list[str]:
    """The ids of a section's texts, in the order of the report."""
    return [id_ for id_ in section.fields if form.fields[id_].style == "prose"]


def wholes(form: Form, texts: Mapping[str, str]) -> list[str]:
    """The prose fields that are the whole of their section, by its own sub-headings: only its first text can be.

    `texts` by field id, as they would be printed. In any other cell such lines are text like any other.
    """
    first = [fields[0] for section in form.sections if (fields := prose_fields(form, section))]
    return [id_ for id_ in first if has_own_headings(texts.get(id_, ""))]


def left_out(form: Form, texts: Mapping[str, str]) -> dict[str, str]:
    """The prose fields that a report leaves out, filled or not, each with the field that is its section's whole."""
    whole = wholes(form, texts)
    beside: dict[str, str] = {}
    for section in form.sections:
        first, *others = prose_fields(form, section) or [""]
        if first in whole:
            beside |= dict.fromkeys(others, first)
    return beside
