"""Texts as staff type them: full-width characters made narrow, control characters taken out, line breaks made one."""

from __future__ import annotations

import re

#: Full-width forms of ASCII (！ … ～) and the spaces that look like one.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09, 0x0A, 0x0D), 0x20
)
_NARROW_NOTHING = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F))

#: Characters that no report can print: C0 and C1 controls without tab and line feed, lone surrogates, noncharacters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_BREAKS = re.compile("\r\n|\r")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, every space as a plain one, invisible characters left out."""
    return text.translate(_NARROW).translate(_NARROW_NOTHING)


def clean_prose(text: str) -> tuple[str | None, str | None]:
    r"""The text with \n between paragraphs, and a note where characters were taken out. None where nothing is left."""
    text = _BREAKS.sub("\n", text)
    kept, removed = _CONTROL.subn("", text)
    kept = kept.replace("\u2028", "\n").replace("\u2029", "\n")
    if not kept.strip():
        return None, "只有空格或看不见的字符，已按空白处理" if text else None
    return kept, f"含有 {removed} 个看不见的控制字符，已去掉" if removed else None


def clean_text(text: str) -> tuple[str | None, str | None]:
    """A short text on one line without space around it, and a note where something was changed."""
    kept, note = clean_prose(text)
    if kept is None:
        return None, note
    one_line = " ".join(kept.split("\n")).strip()
    if "\n" in kept.strip():
        note = note or "填了多行，已合为一行"
    elif one_line != kept:
        note = note or f"首尾有多余的空格，已按“{one_line[:30]}”读取"
    return one_line, note
