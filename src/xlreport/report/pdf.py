"""From a Word document to PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlreport.errors import EnvironmentFault
from xlreport.report.last_page import page_count, versions
from xlreport.storage.files import MAX_FILE, read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Longest time that LibreOffice may take, in seconds; a first start on a slow disk takes half a minute.
TIMEOUT: Final = 180

_MISSING: Final = "没有找到 LibreOffice，不能生成 PDF，请安装 LibreOffice，或在 Word、WPS 中打开报告后另存为 PDF。"

#: What stands in for the fonts of GB/T 9704 where they are not installed, the best first.
_SUBSTITUTES: Final = {
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "Source Han Serif SC", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "FandolFang", "Noto Serif CJK SC"),
    "楷体_GB2312": ("KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai", "AR PL UKai CN", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "STHeiti", "Source Han Sans SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    "宋体": ("SimSun", "STSong", "Source Han Serif SC", "Noto Serif CJK SC", "AR PL UMing CN"),
}


#: How the private profile has a PDF made: for screen readers (PDF/UA-1: headings and tables tagged, title shown, outline),
#: and to be kept for years (PDF/A-2b: fonts within). As settings of the profile, which every version of LibreOffice reads.
_EXPORT: Final = {
    "UseTaggedPDF": "true",
    "PDFUACompliance": "true",
    "SelectPdfVersion": "2",
    "ExportBookmarks": "true",
}

_SETTINGS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    '<item oor:path="/org.openoffice.Office.Common/Filter/PDF/Export">'
    + "".join(f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>' for name, value in _EXPORT.items())
    + "</item></oor:items>"
)


def find_libreoffice() -> Path | None:
    """The soffice program: on the path, or where Windows, macOS and Linux install it; None where there is none."""
    for name in ("soffice", "libreoffice"):
        program = shutil.which(name)
        if program:
            return Path(program)
    return next((path for path in _usual_places() if path.is_file()), None)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            base = os.environ.get(variable)
            if base:
                # soffice.com waits for the end, soffice.exe does not.
                yield from (Path(base) / "LibreOffice/program" / name for name in ("soffice.com", "soffice.exe"))
    elif sys.platform == "darwin":
        yield Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
        yield Path("~/Applications/LibreOffice.app/Contents/MacOS/soffice").expanduser()
    else:
        yield Path("/snap/bin/libreoffice")
        for folder in sorted(Path("/opt").glob("libreoffice*"), reverse=True):
            yield folder / "program/soffice"


def word_to_pdf(docx: Path) -> bytes:
    """The PDF of a Word document. A running LibreOffice is not touched: this one has a profile of its own.

    Raises EnvironmentFault where LibreOffice is missing, fails, or takes longer than TIMEOUT.
    """
    program = find_libreoffice()
    if program is None:
        raise EnvironmentFault(_MISSING)
    document = read_bounded(docx, MAX_FILE)
    try:
        for version in versions(document):
            whole, unsigned = _converted(program, version)
            if page_count(whole) == page_count(unsigned):
                return whole
        (made,) = _converted(program, [document])
    except subprocess.TimeoutExpired:
        raise EnvironmentFault(
            f"LibreOffice 超过{TIMEOUT}秒没有完成，请稍后重试，或在 Word、WPS 中打开“{docx.name}”后另存为 PDF。"
        ) from None
    except FileNotFoundError:
        raise EnvironmentFault(
            f"LibreOffice 没有生成 PDF，请在 Word 或 WPS 中打开“{docx.name}”后另存为 PDF。"
        ) from None
    return made


def _converted(program: Path, documents: Sequence[bytes]) -> list[bytes]:
    """The PDF of each document, by one start of LibreOffice. Raises FileNotFoundError where it makes none."""
    with tempfile.TemporaryDirectory(prefix="xlreport-", ignore_cleanup_errors=True) as folder:
        # Plain names: LibreOffice keeps them, and Chinese ones do not pass every command line.
        sources = [Path(folder) / f"report{n}.docx" for n in range(len(documents))]
        for source, document in zip(sources, documents, strict=True):
            source.write_bytes(document)
        _convert(program, sources, Path(folder))
        return [source.with_suffix(".pdf").read_bytes() for source in sources]


def _convert(program: Path, sources: Sequence[Path], folder: Path) -> None:
    settings = folder / "profile/user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    command = [
        str(program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        "pdf:writer_pdf_Export",
        "--outdir",
        str(folder),
        *map(str, sources),
    ]
    environment = dict(os.environ)
    if sys.platform not in ("win32", "darwin"):
        environment["FONTCONFIG_FILE"] = str(_font_configuration(folder))
    try:
        subprocess.run(
            command,
            check=True,
            timeout=TIMEOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError):
        raise EnvironmentFault(
            "LibreOffice 没有正常运行，不能生成 PDF，请检查它的安装，或在 Word、WPS 中另存为 PDF。"
        ) from None


def _font_configuration(folder: Path) -> Path:
    """The system's fonts, with a substitute for each font of GB/T 9704 that may be missing."""
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><accept>'
        + "".join(f"<family>{substitute}</family>" for substitute in substitutes)
        + "</accept></alias>"
        for name, substitutes in _SUBSTITUTES.items()
    )
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f'<fontconfig>{aliases}<include ignore_missing="yes">{system}</include></fontconfig>',
        encoding="utf-8",
    )
    return file
