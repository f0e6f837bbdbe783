"""The dialogs of the system: for files that a double-click does not find by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from xlreport.storage.log import log_exception


class Asked(NamedTuple):
    """What the file dialog asks for: its title, and what the files are called and how their names go, `*.a *.b`."""

    title: str
    kind: str
    patterns: str


WORKBOOKS = Asked("请选择填好的工作簿", "填报工作簿", "*.xlsx")


def choose_files(asked: Asked = WORKBOOKS) -> list[Path]:
    """The files chosen; none where nothing is chosen, or where no dialog can be shown."""
    try:
        return _chosen(asked)
    except (OSError, ImportError, RuntimeError) as error:
        log_exception("dialog", error)
        return []


def _zenity(program: str, asked: Asked) -> list[Path]:
    command = [program, "--file-selection", "--multiple", "--separator=\n", f"--title={asked.title}"]
    done = subprocess.run(
        [*command, f"--file-filter={asked.kind} | {asked.patterns}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return [Path(line) for line in os.fsdecode(done.stdout).splitlines() if line]


def _tk(asked: Asked) -> list[Path]:
    import tkinter as tk
    from tkinter import filedialog

    try:
        window = tk.Tk()
        window.withdraw()
        names = filedialog.askopenfilenames(
            parent=window, title=asked.title, filetypes=[(asked.kind, asked.patterns.split())]
        )
        window.destroy()
    except tk.TclError as error:
        raise RuntimeError("Tk") from error
    return [Path(name) for name in names]


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _OpenFileName(ctypes.Structure):
        """OPENFILENAMEW of commdlg.h. The embeddable Python has no Tk, but every Windows has this dialog."""

        _fields_ = (
            ("lStructSize", wintypes.DWORD),
            ("hwndOwner", wintypes.HWND),
            ("hInstance", wintypes.HINSTANCE),
            ("lpstrFilter", wintypes.LPCWSTR),
            ("lpstrCustomFilter", wintypes.LPWSTR),
            ("nMaxCustFilter", wintypes.DWORD),
            ("nFilterIndex", wintypes.DWORD),
            ("lpstrFile", ctypes.c_void_p),
            ("nMaxFile", wintypes.DWORD),
            ("lpstrFileTitle", wintypes.LPWSTR),
            ("nMaxFileTitle", wintypes.DWORD),
            ("lpstrInitialDir", wintypes.LPCWSTR),
            ("lpstrTitle", wintypes.LPCWSTR),
            ("Flags", wintypes.DWORD),
            ("nFileOffset", wintypes.WORD),
            ("nFileExtension", wintypes.WORD),
            ("lpstrDefExt", wintypes.LPCWSTR),
            ("lCustData", wintypes.LPARAM),
            ("lpfnHook", ctypes.c_void_p),
            ("lpTemplateName", wintypes.LPCWSTR),
            ("pvReserved", ctypes.c_void_p),
            ("dwReserved", wintypes.DWORD),
            ("FlagsEx", wintypes.DWORD),
        )

    #: OFN_EXPLORER | OFN_ALLOWMULTISELECT | OFN_FILEMUSTEXIST | OFN_NOCHANGEDIR | OFN_HIDEREADONLY
    _FLAGS = 0x80000 | 0x200 | 0x1000 | 0x8 | 0x4

    _ROOM = 32_768

    def _chosen(asked: Asked) -> list[Path]:
        buffer = ctypes.create_unicode_buffer(_ROOM)
        wanted = _OpenFileName(
            lStructSize=ctypes.sizeof(_OpenFileName),
            lpstrFilter=f"{asked.kind}\0{asked.patterns.replace(' ', ';')}\0\0",
            lpstrFile=ctypes.addressof(buffer),
            nMaxFile=_ROOM,
            lpstrTitle=asked.title,
            Flags=_FLAGS,
        )
        if not ctypes.windll.comdlg32.GetOpenFileNameW(ctypes.byref(wanted)):
            return []
        # One file: its path. Several: the folder, then the names, with a NUL after each and one more at the end.
        folder, *names = ctypes.wstring_at(buffer, _ROOM).split("\0\0", 1)[0].split("\0")
        return [Path(folder) / name for name in names] if names else [Path(folder)]

else:

    def _chosen(asked: Asked) -> list[Path]:
        if sys.platform.startswith("linux"):
            if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
                return []
            zenity = shutil.which("zenity")
            if zenity:
                return _zenity(zenity, asked)
        return _tk(asked)
