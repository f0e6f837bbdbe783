"""Texts as staff type them: full-width characters made narrow, control characters taken out, line breaks made one."""

from __future__ import annotations

import re

#: Full-width forms of ASCII (！ … ～) and the spaces that look like one.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x09, 0x0A, 0x0D), 0x20
)

#: Characters that draw nothing: Default_Ignorable_Code_Point of Unicode with those it reserves, the marks of
#: interlinear notes, and the blank of braille. One definition for every kind of cell.
_NOTHING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_NOTHING}]")

#: Characters that no report can print: C0 and C1 controls without tab and line feed, lone surrogates, noncharacters,
#: and what stands for an object that was left behind.
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff"

#: Chinese and Korean writing and its punctuation, but for the four signs that are emoji as well.
_EAST = "\u2010-\u203b\u3000-\u302f\u3031-\u303c\u303e-\u3296\u3298\u329a-\u9fff\uac00-\ud7af\uff00-\uff9f\uffa1-\uffef\U00020000-\U0003ffff"
_HANGUL = "\u1100-\u115e\u1161-\u11ff\u3131-\u3163\u3165-\u318e\uac00-\ud7af"
_SHAPES = "\ufe00-\ufe0f\U000e0100-\U000e01ef"

#: Where characters that draw nothing shape what they stand beside, so that running text keeps them.
_SHAPING = (
    # Joiners in emoji and in scripts that join their letters; the looks of emoji and rare forms of characters.
    f"(?<=[^\x00-\x7f{_EAST}{_NOTHING}]|\ufe0f)[\u200c\u200d]",
    f"(?<=[^\x00-\x7f{_EAST}{_NOTHING}])[{_SHAPES}]",
    f"(?<=[{_EAST}])[\ufe00-\ufe02\U000e0100-\U000e01ef]",
    "(?<=[0-9#*])\ufe0f(?=\u20e3)",
    # Flags of regions, spelled in tags.
    "(?<=[\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]",
    # Fillers and marks of Korean, braille, accents, Khmer, Mongolian, shorthand and music among their own.
    f"[\u115f\u1160\u3164\uffa0](?=[{_HANGUL}])|(?<=[{_HANGUL}])[\u115f\u1160\u3164\uffa0]",
    "\u2800(?=[\u2801-\u28ff])|(?<=[\u2801-\u28ff])\u2800",
    "(?<=[\u0300-\u034e\u0350-\u036f\u0590-\u05ff])\u034f",
    "(?<=[\u1780-\u17b3\u17b6-\u17ff])[\u17b4\u17b5]",
    "(?<=[\u1800-\u180a\u1810-\u18af])[\u180b-\u180f]",
    "(?<=[\U0001bc00-\U0001bc9f])[\U0001bca0-\U0001bca3]",
    "(?<=[\U0001d100-\U0001d172\U0001d17b-\U0001d1ff])[\U0001d173-\U0001d17a]",
)
_ARABIC = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def _needless(*kept: str) -> re.Pattern[str]:
    """Characters to take out: from the first that shapes nothing to the next that is seen, or shapes."""
    return re.compile(f"(?!{'|'.join(kept)})[{_CONTROL}{_NOTHING}]+")


_NEEDLESS = _needless(*_SHAPING)
#: Marks of direction say beside Arabic and Hebrew letters in which order the words stand.
_NEEDLESS_BESIDE_ARABIC = _needless(*_SHAPING, "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_BREAKS = re.compile("\r\n|\r")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, every space as a plain one, invisible characters left out."""
    return _INVISIBLE.sub("", text.translate(_NARROW))


def clean_prose(text: str) -> tuple[str | None, str | None]:
    r"""The text with \n between paragraphs, and a note where characters were taken out. None where nothing is left."""
    text = _BREAKS.sub("\n", text)
    kept = (_NEEDLESS_BESIDE_ARABIC if _ARABIC.search(text) else _NEEDLESS).sub("", text)
    removed = len(text) - len(kept)
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


#: Words that say nothing of a reason, as letters alone: “无”, “N/A”, “#REF!”, TRUE.
NO_WORDS = frozenset(
    "没有 暂无 空白 不适用 na nan null none nil no yes ok true false ref value name num div error".split()
)


#: What is no letter, as far as staff type it: all that a formula can leave out.
NO_LETTERS = " 　0123456789０１２３４５６７８９。，、；：？！…—～·（）《》“”‘’【】／－．.,;:?!~-_/\\|()[]<>*#+=%&@'\""


def explains(text: str) -> bool:
    """Whether a text can be an explanation: two different letters or characters at least, and more than a way to say nothing."""
    letters = "".join(c for c in narrow(text).casefold() if c.isalpha())
    return len(set(letters)) > 1 and letters not in NO_WORDS
