"""Names of files and folders made from a unit's name: safe on every file system."""

from __future__ import annotations

import re
import unicodedata

#: Device names that Windows refuses as a file name, whatever the extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?\Z", re.IGNORECASE)

#: Bytes of UTF-8 for one name, with room for an ending such as _政府信息公开工作年度报告.docx (most systems stop at 255).
_LIMIT = 150


def safe_name(text: str, fallback: str = "未命名") -> str:
    """`text` as one path component: no separators, controls, wildcards or reserved names, at most 150 bytes of UTF-8."""
    name = unicodedata.normalize("NFC", text)
    name = "".join("_" if c in '<>:"/\\|?*' else c for c in name if unicodedata.category(c)[0] != "C")
    name = re.sub(r"\s+", " ", name).strip(" .")
    if _RESERVED.match(name):
        name = "_" + name
    while len(name.encode()) > _LIMIT:
        name = name[:-1]
    return name.strip(" .") or fallback


def unit_year(unit: str, year: int | None) -> str:
    """<单位>_<年度>, the stem of everything made for one filing."""
    return f"{safe_name(unit, '未填单位')}_{year if year is not None else '未填年度'}"
