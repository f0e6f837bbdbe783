"""Names of files and folders made from texts such as a unit's name: safe on every file system, one name for one text.

Where a text cannot be its own name, or not all of it, a mark made of the text is added: `县/局` is `县_局~3qkx7ma2`. So
two texts have one name only where they differ in nothing but what file systems themselves do not tell apart (`folded`).
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import Final

#: Device names that Windows refuses as a file name, whatever the extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE)

#: Bytes of UTF-8 for one name, with room for an ending (most systems stop at 255), and for the stem of a file's name.
NAME_LIMIT: Final = 150
STEM_LIMIT: Final = 204

#: The same for the unit and the period where both are in a stem.
UNIT_LIMIT: Final = 110
PERIOD_LIMIT: Final = 40

#: Stand for what a filing does not name.
NO_UNIT: Final = "未填单位"
NO_PERIOD: Final = "未填时期"

_MARK = re.compile(r"~[a-z2-7]{8}\Z")


def safe_name(text: str, fallback: str = "未命名", limit: int = NAME_LIMIT) -> str:
    """`text` as one path component of at most `limit` bytes of UTF-8; `fallback` where it is empty.

    No separators, controls, wildcards, reserved names, characters that draw nothing or are nobody's.
    """
    plain = unicodedata.normalize("NFC", text)
    name = _cleaned(plain)
    if not plain or (name == plain != fallback and len(name.encode()) <= limit and not _MARK.search(folded(name))):
        return name or fallback
    return told_apart(name or fallback, plain, limit)


def told_apart(name: str, text: str, limit: int = NAME_LIMIT) -> str:
    """`name`, a safe one, with a mark made of `text`: the same for the same text, another for another."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    mark = "~" + base64.b32encode(digest[:5]).decode().lower()
    return _cut(name, limit - len(mark)) + mark


def folded(name: str) -> str:
    """Equal for names that some file system takes for one: letters in either case, composed and decomposed."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def time_name(year: int | None, period: str | None) -> str:
    """<年度>, or <年度>_<时期> where there is more than one report a year; `period` is None where there is not."""
    name = str(year) if year is not None else "未填年度"
    return name if period is None else f"{name}_{safe_name(period, NO_PERIOD, PERIOD_LIMIT)}"


def earlier_name(text: str, fallback: str = "未命名") -> str:
    """The name without any mark: the same for texts that `safe_name` tells apart. Folders made of it may still stand."""
    return _cut(_cleaned(unicodedata.normalize("NFC", text)), NAME_LIMIT) or fallback


def _cleaned(text: str) -> str:
    name = "".join("_" if c in '<>:"/\\|?*' else c for c in text if unicodedata.category(c)[0] != "C")
    name = unicodedata.normalize("NFC", re.sub(r"\s+", " ", name)).strip(" .")
    return "_" + name if _RESERVED.fullmatch(name) else name


def _cut(name: str, limit: int) -> str:
    return name.encode()[:limit].decode(errors="ignore").strip(" .")
