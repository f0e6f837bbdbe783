"""The result page: what became of one or several workbooks, as one self-contained HTML file in Chinese.

It loads nothing: styles stand in it, links go to the files made, relative to the page's own folder where that is
possible. Its one script says how long ago the page was made; without it the page says when.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.results.links import link
from xlreport.results.outdated import BETWEEN, WORKBOOKS
from xlreport.results.problems import SIGN_NAMES, SIGNS
from xlreport.results.views import overall, views_of
from xlreport.version import __version__
from xlreport.wording import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import jinja2

    from xlreport.results.outcome import PageResult

_TEMPLATES = Path(__file__).parent / "templates"

#: How many alternatives of the locator are shown at once; the rest stand in a fold.
SHOWN_CHOICES = 6


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page that says something else than what became of a workbook: files with a name each, and lines."""

    heading: str
    files: tuple[tuple[str, Path], ...] = ()
    lines: tuple[str, ...] = ()
    numbered: bool = False


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the folder that was not worked on, and why, as one sentence."""

    name: str
    reason: str


def result_page(
    results: Sequence[PageResult], folder: Path, *, left_out: Sequence[LeftOut] = (), now: datetime | None = None
) -> str:
    """The page about `results`, to be written into `folder`; `now` is when they were made. Raises ValueError without any."""
    if not results:
        raise ValueError("no result to show")
    views = views_of(results, folder)
    return _render(
        title=views[0].title if len(views) == 1 else f"{len(results)} 本工作簿的处理结果",
        state=views[0].state if len(views) == 1 else overall(results),
        good=all(result.published is not None for result in results),
        views=views,
        left_out=left_out,
        workbooks=BETWEEN.join(result.workbook.name for result in results),
        now=now,
    )


def message_page(
    title: str,
    state: str,
    lines: Sequence[str] = (),
    *,
    left_out: Sequence[LeftOut] = (),
    good: bool = False,
    parts: Sequence[Part] = (),
    folder: Path | None = None,
) -> str:
    """A page that only says something: one sentence, lines that explain it, and parts; `folder` is where it will lie."""
    shown = [(part, [link(name, path, folder or path.parent) for name, path in part.files]) for part in parts]
    return _render(title=title, state=state, good=good, left_out=left_out, lines=lines, parts=shown)


@cache
def _template() -> jinja2.Template:
    from xlreport.storage.jinja_cache import page_environment

    return page_environment(_TEMPLATES).get_template("result.html.jinja")


@cache
def _script() -> tuple[str, str]:
    """The script, and its hash for the policy that lets it run and no other."""
    script = f"\n{(_TEMPLATES / 'age.js').read_text(encoding='utf-8')}"
    return script, base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _render(*, now: datetime | None = None, **context: object) -> str:
    script, digest = _script()
    blank: dict[str, object] = {"views": (), "lines": (), "parts": (), "workbooks": ""}
    return _template().render(
        **blank | context,
        now=now and now.isoformat(timespec="seconds"),
        made=moment(now) if now else "",
        script=script,
        script_hash=digest,
        meta=WORKBOOKS,
        version=__version__,
        signs=SIGNS,
        sign_names=SIGN_NAMES,
        at_once=SHOWN_CHOICES,
    )
