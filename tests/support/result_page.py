"""What stands on a page that a double-click wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html

if TYPE_CHECKING:
    from pathlib import Path


def page(path: Path) -> html.HtmlElement:
    return html.document_fromstring(path.read_bytes())


def sentence(path: Path) -> str:
    """The state at the top of a page."""
    return re.sub(r"\s+", " ", page(path).cssselect("header .sentence")[0].text_content()).strip()


def notices(made: Path) -> list[str]:
    """The notices on the page in a report's folder."""
    return [each.text_content() for each in page(made / "结果.html").cssselect(".notice")]


def listed(made: Path, heading: str) -> list[str]:
    """The lines of the page's part whose heading begins so."""
    for part in page(made / "结果.html").cssselect("section"):
        if part.cssselect("h2") and part.cssselect("h2")[0].text_content().startswith(heading):
            return [re.sub(r"\s+", " ", each.text_content()).strip() for each in part.cssselect("li")]
    return []


def left_out(path: Path) -> list[tuple[str, str]]:
    """The files that a page says were not worked on, each with the reason."""
    parts = page(path).cssselect("section[aria-labelledby=left-out] li")
    return [tuple(part.text_content().split("：", 1)) for part in parts]
