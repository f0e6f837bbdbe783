"""Texts as staff type them: full-width characters made narrow, control characters taken out, line breaks made one."""

from __future__ import annotations

import re

#: Full-width forms of ASCII (！ … ～) and the spaces that look like one.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09, 0x0A, 0x0D), 0x20
)

#: Characters that draw nothing (Unicode: default ignorable, with the formats and fillers that people paste unaware).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\u2800\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

#: Those of them that carry no meaning in running text: marks of direction and of where lines may break.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_BREAKING = "\u00ad\u200b\u2060-\u2065\ufeff\ufff9-\ufffb"
#: Joiners, variation selectors and tags make other characters of what they follow (emoji, rare forms), but not after these.
_AFTER = "(?<![^\x00-\x7f\u3000-\u9fff\uac00-\ud7af\uff00-\uffef])"
_STRAY = (
    f"{_AFTER}[\u200c\u200d]|(?<![^\x00-\x7f])[\ufe00-\ufe0f\U000e0100-\U000e01ef](?!\u20e3)"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
    # The looks of emoji on Chinese characters (but for the four that are emoji), fillers away from Korean and braille.
    "|(?<=[\u3000-\u302f\u3031-\u303c\u303e-\u3296\u3298\u329a-\u9fff])[\ufe0e\ufe0f]"
    "|(?<![\u1100-\u115e\u1161-\u11ff\uac00-\ud7af])[\u115f\u1160\u3164\uffa0](?![\u1100-\u115e\u1161-\u11ff\uac00-\ud7af])"
    "|(?<![\u2801-\u28ff])\u2800(?![\u2801-\u28ff])"
)

#: Characters that no report can print: C0 and C1 controls without tab and line feed, lone surrogates, noncharacters,
#: and what stands for an object that was left behind.
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff"

_NEEDLESS = re.compile(f"[{_CONTROL}{_BREAKING}{_DIRECTION}]|{_STRAY}")
_NEEDLESS_BESIDE_ARABIC = re.compile(f"[{_CONTROL}{_BREAKING}]|{_STRAY}")
_ARABIC = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

#: How often what stood behind a removed character is looked at again: nobody means a longer chain of them.
_PASSES = 8

_BREAKS = re.compile("\r\n|\r")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, every space as a plain one, invisible characters left out."""
    return _INVISIBLE.sub("", text.translate(_NARROW))


def clean_prose(text: str) -> tuple[str | None, str | None]:
    r"""The text with \n between paragraphs, and a note where characters were taken out. None where nothing is left."""
    text = _BREAKS.sub("\n", text)
    needless = _NEEDLESS_BESIDE_ARABIC if _ARABIC.search(text) else _NEEDLESS
    kept, removed = needless.subn("", text)
    for needless_now in (*(needless,) * _PASSES, _INVISIBLE):  # what stood behind one that is gone; at last, all
        kept, more = needless_now.subn("", kept)
        removed += more
        if not more:
            break
    kept = kept.replace("\u2028", "\n").replace("\u2029", "\n")
    if not _INVISIBLE.sub("", kept).strip():
        return None, "只有空格或看不见的字符，已按空白处理" if text else None
    return kept, f"含有 {removed} 个看不见的字符，已去掉" if removed else None


def clean_text(text: str) -> tuple[str | None, str | None]:
    """A short text on one line without space around it, and a note where something was changed."""
    kept, note = clean_prose(text)
    if kept is None:
        return None, note
    one_line = " ".join(kept.split("\n")).strip()
    address = narrow(one_line)
    if one_line != address and "@" in address and address.replace("、", "").isascii():
        return address, f"填的地址“{one_line[:30]}”已按“{address[:30]}”读取"
    if "\n" in kept.strip():
        note = note or "填了多行，已合为一行"
    elif one_line != kept:
        note = note or f"首尾有多余的空格，已按“{one_line[:30]}”读取"
    return one_line, note
