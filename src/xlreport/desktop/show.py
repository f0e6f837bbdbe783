"""How a double-click ends: a page in the browser, written where its user finds it again, whatever has happened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from xlreport.console import say
from xlreport.errors import EnvironmentFault
from xlreport.results.page import message_page
from xlreport.storage.log import log_exception, log_path, log_step, state_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE_NAME = "结果.html"

QUIET = "XLREPORT_NO_BROWSER"


def quiet() -> bool:
    """Whether nothing is to be opened: no browser, no dialog."""
    return bool(os.environ.get(QUIET))


def show(page: str, folder: Path | None, again: Callable[[Path], str] | None = None) -> Path:
    """Write the page into `folder`, or where that cannot be done into the user's own folder, and open it.

    `again` makes the page for another folder than the one it was made for. Returns where the page is.
    """
    from xlreport.storage.files import write_atomically

    path = (folder or state_folder()) / PAGE_NAME
    try:
        write_atomically(path, page.encode())
    except EnvironmentFault as error:
        log_step(f"page-{error.code}", status=error.status)
        path = state_folder() / PAGE_NAME
        write_atomically(path, (again(path.parent) if again else page).encode())
    say(f"结果页：{path}")
    if not quiet():
        _open(path)
    return path


def unexpected() -> str:
    """The sentence for a defect of the program."""
    return f"程序遇到意外情况，没有完成；请把日志文件 {log_path()} 交给技术支持（里面没有填报内容）。"


def unexpected_page(title: str) -> str:
    return message_page(title, unexpected(), [f"工作簿没有改动。可以先重新启动电脑，再双击一次“{title}”。"])


def _open(path: Path) -> None:
    import webbrowser

    try:
        opened = webbrowser.open(path.absolute().as_uri())
    except (OSError, webbrowser.Error) as error:
        log_exception("browser", error)
        opened = False
    if not opened:
        log_step("no-browser")
        say("没有能打开结果页的浏览器，请用浏览器打开上面的文件。")
