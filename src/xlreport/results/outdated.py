"""Result pages that a later run has overtaken: they look so, and lead to the new page.

A page names in its head the workbooks that it is about. Nothing of it is taken away; a line is put on its top.
"""

from __future__ import annotations

import html
import re

#: In the head of a page: the files it is about, with a sign between them that no name can hold.
WORKBOOKS, BETWEEN = "xlreport-workbooks", "/"

_NAMED = re.compile(rf'<meta name="{WORKBOOKS}" content="([^"]*)">')
_LINES = re.compile(r'<p class="later" data-workbook="([^"]*)">.*?</p>\n', re.DOTALL)
_PLACE = "<!-- later -->\n"


def workbooks_of(page: str) -> tuple[str, ...]:
    """The names of the workbooks that a page is about; none of a page that is not ours."""
    named = _NAMED.search(page)
    return tuple(filter(None, html.unescape(named[1]).split(BETWEEN))) if named else ()


def outdated(page: str, workbook: str, when: str, href: str) -> str:
    """The page with a line that `workbook` has been worked on again, and where its new page is.

    A page about nothing else looks old altogether. A second line about the same workbook replaces the first.
    """
    name, target = html.escape(workbook), html.escape(href)
    page = _LINES.sub(lambda line: "" if line[1] == name else line[0], page)
    told = f'“{name}”已在 {html.escape(when)} 重新处理，请看<a href="{target}">新的结果页</a>。'
    line = f'<p class="later" data-workbook="{name}"><strong>这一页过时了：</strong>{told}</p>\n'
    page = page.replace(_PLACE, _PLACE + line, 1)
    if workbooks_of(page) != (workbook,):
        return page
    return page.replace("<body>", '<body class="old">', 1).replace("<title>", "<title>（过时）", 1)
