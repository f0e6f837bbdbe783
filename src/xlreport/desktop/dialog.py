"""The dialogs of the system: for files that a double-click does not find by itself, and for a sentence that it needs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from xlreport.console import say
from xlreport.storage.log import log_exception


class Asked(NamedTuple):
    """What the file dialog asks for: its title, what the files are called and how their names go (`*.a *.b`), where it opens."""

    title: str
    kind: str
    patterns: str
    folder: str = ""


WORKBOOKS = Asked("请选择填好的工作簿", "填报工作簿", "*.xlsx")


def choose_files(asked: Asked = WORKBOOKS) -> list[Path]:
    """The files chosen; none where nothing is chosen, or where no dialog can be shown."""
    try:
        return _chosen(asked)
    except (OSError, ImportError, RuntimeError) as error:
        log_exception("dialog", error)
        return []


def ask_text(title: str, question: str) -> str | None:
    """A sentence typed in a dialog, or where none can be shown in the terminal; None where it was called off.

    "" where there is nobody to ask.
    """
    try:
        zenity = _zenity_on_screen()
        return _zenity_text(zenity, title, question) if zenity else _tk_text(title, question)
    except (OSError, ImportError, RuntimeError) as error:
        log_exception("dialog", error)
    return _typed(question)


def _zenity_on_screen() -> str | None:
    """Where zenity is, on a Linux desktop that has it. Raises RuntimeError on one without a screen."""
    if not sys.platform.startswith("linux"):
        return None
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise RuntimeError("no screen")
    return shutil.which("zenity")


def _zenity_text(program: str, title: str, question: str) -> str | None:
    command = [program, "--entry", f"--title={title}", f"--text={question}", "--width=560"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None


def _tk_text(title: str, question: str) -> str | None:
    import tkinter as tk
    from tkinter import simpledialog

    try:
        window = tk.Tk()
        window.withdraw()
        text = simpledialog.askstring(title, question, parent=window)
        window.destroy()
    except tk.TclError as error:
        raise RuntimeError("Tk") from error
    return None if text is None else text.strip()


def _typed(question: str) -> str | None:
    """A line typed where the launcher's own window is a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        return ""
    say(question)
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


def _zenity(program: str, asked: Asked) -> list[Path]:
    command = [program, "--file-selection", "--multiple", "--separator=\n", f"--title={asked.title}"]
    done = subprocess.run(
        [
            *command,
            *([f"--filename={asked.folder}/"] if asked.folder else []),
            f"--file-filter={asked.kind} | {asked.patterns}",
        ],
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
            parent=window,
            title=asked.title,
            initialdir=asked.folder or None,
            filetypes=[(asked.kind, asked.patterns.split())],
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
            lpstrInitialDir=asked.folder or None,
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
        zenity = _zenity_on_screen()
        return _zenity(zenity, asked) if zenity else _tk(asked)
