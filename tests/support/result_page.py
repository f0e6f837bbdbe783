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
    """The lines of the lists below the heading of the page that begins so."""
    for head in page(made / "结果.html").cssselect("h2"):
        if head.text_content().startswith(heading):
            lines = []
            for after in head.itersiblings():
                if after.tag == "h2":
                    break
                lines += [re.sub(r"\s+", " ", each.text_content()).strip() for each in after.cssselect("li")]
            return lines
    return []


def left_out(path: Path) -> list[tuple[str, str]]:
    """The files that a page says were not worked on, each with the reason."""
    parts = page(path).cssselect("section[aria-labelledby=left-out] li")
    return [tuple(part.text_content().split("：", 1)) for part in parts]
