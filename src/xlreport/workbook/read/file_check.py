"""Is this file a workbook at all? Looked at as bytes, before any library opens it; bounded in memory and time.

Every refusal is an InputError: one Chinese sentence that says what the file is and what to do.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from xlreport.errors import InputError
from xlreport.storage.opc import CONTENT_TYPES, Package, UnsafePart
from xlreport.storage.zips import BadZip, Limits, TooLarge, Zip
from xlreport.wording import fault

if TYPE_CHECKING:
    from pathlib import Path

#: Limits. A filled workbook has some 30 parts and 1 MB of XML; pasted pictures may add megabytes.
MAX_FILE = 64 * 2**20
MAX_PARTS = 2_000
MAX_UNPACKED = 128 * 2**20

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"

#: What programs put before a file that they take for text is no longer than this.
_MOST_BEFORE = 512

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再交"

#: Beginnings of other files, with what they are.
_KNOWN = (
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x1f\x8b", "压缩包（.gz）"),
    (b"\xfd7zXZ", "压缩包（.xz）"),
    (b"GIF8", "图片"),
)

#: What a package is whose main part is no workbook, by what its content type holds, or else by the part's usual name.
_PACKAGES = (
    ("sheet.binary", "xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("wordprocessingml", "word/document.xml", "Word 文档"),
    ("presentationml", "ppt/presentation.xml", "演示文稿"),
    ("opendocument", "content.xml", "OpenDocument 文档（.ods 等）"),
)

#: What holds macros: relations of the workbook, and the part as it is usually called.
_MACROS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "vbaproject.bin"})

#: What the encryption software of offices writes at the beginning of every file (亿赛通, 天锐绿盾, IP-guard, 华途,
#: 明朝万达, 联软, 中软, 深信达); others leave no mark but bytes that look like chance.
_SEALS = (
    b"E-SafeNet",
    b"Tipray",
    b"IPGUARD",
    b"IP-guard",
    b"VamTech",
    b"Chinasec",
    b"LeagSoft",
    b"LEAGSOFT",
    b"CSSEC",
    b"SDC-",
)

#: Of the bytes that chance would give, the share that a piece of a file must show to be taken for encrypted.
_CHANCE = 0.85


def open_workbook(path: Path) -> bytes:
    """The bytes of a file that is a sound .xlsx package without macros and excess.

    What its parts hold is looked at where they are parsed. Raises InputError for a missing file, a folder, a lock file,
    an empty or unreadable one, any other kind of file, and for an encrypted, truncated or oversized package.
    """
    content = _content(path)
    name = path.name
    if not content.startswith(_ZIP):
        raise InputError(_what_it_is(content, path))
    try:
        _inspect(Zip(content, Limits(parts=MAX_PARTS, size=MAX_UNPACKED)), name)
    except (TooLarge, UnsafePart) as fault:
        raise refusal(fault, name) from None
    except InputError:  # a ValueError too
        raise
    except (BadZip, ValueError):
        raise InputError(
            f"文件“{name}”不完整或已损坏（可能没有传完），请向发送人重新索取，或用 Excel、WPS 修复后另存再交。"
        ) from None
    return content


def _content(path: Path) -> bytes:
    name = path.name or str(path)
    if name.startswith("~$"):
        raise InputError(f"“{name}”是工作簿打开时留下的临时文件，请关闭工作簿，改交名称不带“~$”的那个文件。")
    try:
        status = path.stat()
        regular = stat.S_ISREG(status.st_mode)
        content = b""
        if regular and status.st_size <= MAX_FILE:
            with path.open("rb") as file:
                content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise InputError(f"找不到文件“{path}”，请检查文件名和所在的文件夹。") from None
    except PermissionError:
        raise InputError(f"没有读取“{name}”的权限，请关闭正在使用它的程序，或把它复制到自己的文件夹后再试。") from None
    except (OSError, ValueError) as error:
        reason = fault(error) if isinstance(error, OSError) else "路径无效"
        raise InputError(f"文件“{name}”读不出来（{reason}），请检查磁盘或网络后再试。") from None
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"“{name}”是文件夹，请给出其中的工作簿文件（.xlsx）。")
    if not regular:
        raise InputError(f"“{name}”不是普通文件，请给出工作簿文件（.xlsx）。")
    if max(status.st_size, len(content)) > MAX_FILE:
        raise InputError(_too_big(name))
    if not content:
        raise InputError(f"文件“{name}”是空的（0 字节），请向发送人重新索取。")
    return content


def _too_big(name: str) -> str:
    return f"文件“{name}”大得不正常，已停止读取，请删去工作簿里的图片和空白行列，或把内容复制到新领的工作簿里再交。"


def _what_it_is(content: bytes, path: Path) -> str:
    """What a file is that is no zip package, and what to do."""
    name = path.name
    if content.startswith(_OLE):
        return _what_ole_is(content, path)
    if content.startswith(b"PK"):
        return f"文件“{name}”不是 Excel 工作簿，{_SAVE_AS}。"
    if _ZIP in content[:_MOST_BEFORE]:
        return (
            f"文件“{name}”的开头多了别的内容，或换行符被改过，多半是按文本方式传送、转存时弄坏的，"
            "请向发送人重新索取原来的工作簿，用压缩包、邮件附件或 U 盘传送。"
        )
    for magic, kind in _KNOWN:
        if content.startswith(magic):
            return f"文件“{name}”{_really(kind, path)}，请交填好的工作簿（.xlsx）。"
    head = _as_text(content[:4096])
    if any(seal in content[:4096] for seal in _SEALS) or (head is None and _by_chance(content[:4096])):
        return (
            f"文件“{name}”的内容是加密的，像是单位的加密软件（如亿赛通、绿盾）加的，只有装了它的电脑才打得开，"
            "请在那台电脑上解密，把明文的工作簿（.xlsx）交来。"
        )
    if head is None:
        return f"文件“{name}”不是 Excel 工作簿，请交填好的工作簿（.xlsx）。"
    start = head.lstrip("\ufeff \t\r\n").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        kind = "XML 表格（2003）"
    elif start.startswith(("<!doctype html", "<html", "<table", "<head", "<meta", "<body")):
        kind = "网页（HTML）"
    elif start.startswith("<"):
        kind = "XML 文件"
    elif start.startswith(("{", "[")):
        kind = "文本数据（JSON）"
    elif any(mark in head for mark in ",;\t"):
        kind = "文本表格（CSV）"
    else:
        kind = "文本文件"
    return f"文件“{name}”{_really(kind, path)}，请把内容填进发来的工作簿（.xlsx）再交。"


def _really(kind: str, path: Path) -> str:
    """What a file is; its name says otherwise where it ends like a workbook's."""
    alike = path.suffix.lower().startswith((".xl", ".et"))
    return f"其实是{kind}，只是扩展名像工作簿" if alike else f"是{kind}，不是工作簿"


def _what_ole_is(content: bytes, path: Path) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    name = path.name
    if has("DRMEncrypted") or has("DRMContent") or has("DRMTransform"):
        return (
            f"文件“{name}”设了权限管理（IRM，限制访问），只有获准的人打得开，"
            "请用 Excel 打开，在“文件—信息—保护工作簿—限制访问”里改为“无限制访问”后另存再交。"
        )
    if has("EncryptedPackage"):
        return f"文件“{name}”设了打开密码，请用 Excel 或 WPS 打开，取消密码后另存再交。"
    if path.suffix.lower() == ".et":
        return f"文件“{name}”是 WPS 表格（.et）格式，{_SAVE_AS}。"
    if has("WordDocument"):
        return f"文件“{name}”是旧版 Word 文档，请交填好的工作簿（.xlsx）。"
    if has("Workbook") or has("Book"):
        return f"文件“{name}”是旧版 Excel（.xls）格式，{_SAVE_AS}。"
    return f"文件“{name}”不是 Excel 工作簿，{_SAVE_AS}。"


def _by_chance(piece: bytes) -> bool:
    """Whether nearly as many bytes occur in a piece as would by chance: it is encrypted, or packed without a mark."""
    expected = 256 * (1 - (255 / 256) ** len(piece))
    return len(piece) >= 256 and len(set(piece)) > _CHANCE * expected


def _as_text(head: bytes) -> str | None:
    """The beginning of a file as text in one of the encodings that staff meet; None where it is no text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if b"\x00" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


# The package


def _inspect(archive: Zip, name: str) -> None:
    if archive.encrypted:
        raise InputError(f"文件“{name}”是加了密码的压缩包，请取消密码后再交。")
    _identify(Package(archive), name)
    left = MAX_UNPACKED
    for part in archive.names:
        left -= len(archive.read(part, left))


def _identify(package: Package, name: str) -> None:
    """Raises InputError for a package that is no workbook, or holds macros: by the parts it is made of, not its lists."""
    content_types = CONTENT_TYPES in package
    main = package.main() if content_types else None
    type_ = package.content_type(main) if main else ""
    for word, part, kind in _PACKAGES:
        if word in type_ or (main is None and part in package):
            raise InputError(f"文件“{name}”是{kind}，不是 .xlsx 工作簿，{_SAVE_AS}。")
    if not content_types:
        raise InputError(f"文件“{name}”是普通压缩包，不是工作簿，请解压后交其中填好的工作簿（.xlsx）。")
    kinds = {each.kind.rpartition("/")[2] for each in package.relations(main or "").values()}
    names = {part.rpartition("/")[2] for part in package.names}
    if "macroEnabled" in type_ or not _MACROS.isdisjoint(kinds | names):
        raise InputError(f"文件“{name}”含有宏（.xlsm），为安全起见不能读取，{_SAVE_AS}。")


def refusal(fault: TooLarge | UnsafePart, name: str) -> InputError:
    """What is told of a workbook with a part that must not be parsed."""
    if isinstance(fault, TooLarge):
        return InputError(_too_big(name))
    return InputError(
        f"文件“{name}”里有不该有的文档类型声明（DOCTYPE），可能被改动过，为安全起见不能读取，"
        "请把内容填进发来的原工作簿再交。"
    )
