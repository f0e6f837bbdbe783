"""Every output format, a row each: publishing, the result page, `--format` and the package go by these rows.

A new format is a row here and its renderer; nothing else knows formats by name, but for two: the Word report, against
which everything is held, and the JSON, which keeps the record of what was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.errors import UsageError
from xlreport.published.own_mark import blank, marked, with_comment
from xlreport.storage.files import MAX_FILE, read_bounded

if TYPE_CHECKING:
    from xlreport.published.surroundings import Shown
    from xlreport.published.tables import DocumentText
    from xlreport.reviewing.reviewed import Review


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a renderer is given: the review, whether a draft is wanted, and the files made before it by format."""

    review: Review
    draft: bool
    made: Mapping[str, Path]


Renderer: TypeAlias = Callable[[Job], bytes]


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """An output format. `id` is its word in `--format`, its key in results, and the ending of its files unless `ending` is.

    `label`: what the result page calls the file. `by_default`: made where nobody names formats. `packed`: sealed into
    the package where it has been made. `record`: kept for later runs, nobody need open it; written last, over an
    earlier one. `by_program`: made by another program that may be missing (EnvironmentFault); the rest is made all the
    same. `text`: reads a file of it again (its name is for messages), to hold it against one that is made anew; what cannot
    be read again is sealed only where the record or its own mark vouches for it. `beside`: what it shows besides text.
    """

    id: str
    label: str
    render: Renderer
    ending: str = ""
    by_default: bool = False
    packed: bool = False
    record: bool = False
    by_program: bool = False
    text: Callable[[bytes, str], DocumentText] | None = None
    beside: Callable[[bytes], frozenset[Shown]] | None = None

    def file(self, stem: str) -> str:
        """The name of a file of this format; `stem` is what the files of one report have in common."""
        return f"{stem}.{self.ending or self.id}"


def _word(job: Job) -> bytes:
    from xlreport.report.word.render import render_word

    return render_word(job.review, draft=job.draft)


def _html(job: Job) -> bytes:
    from xlreport.report.html import render_html

    return render_html(job.review, draft=job.draft).encode()


def _fragment(job: Job) -> bytes:
    from xlreport.report.html import render_fragment

    return render_fragment(job.review, draft=job.draft).encode()


def _html_text(page: bytes, name: str) -> DocumentText:
    from xlreport.published.tables import html_text

    del name  # whatever it is, it is read as a page
    return html_text(page)


def _html_beside(page: bytes) -> frozenset[Shown]:
    from xlreport.published.surroundings import page_surroundings

    return page_surroundings(page)


def _pdf(job: Job) -> bytes:
    from xlreport.report.pdf import word_to_pdf

    docx = job.made[REPORT.id]
    return with_comment(word_to_pdf(docx), read_bounded(docx, MAX_FILE), job.review.filing)


def _open_json(job: Job) -> bytes:
    from xlreport.report.open_data import open_json

    return open_json(job.review, draft=job.draft)


def _open_csv(job: Job) -> bytes:
    from xlreport.report.open_data import open_csv

    return open_csv(job.review)


def _json(job: Job) -> bytes:
    from xlreport.filing_json import to_json
    from xlreport.reviewing.explanations import figures_explained

    hashes = {path.name: sha256(read_bounded(path, MAX_FILE)) for path in job.made.values()}
    extra = {"made": hashes, "explained": figures_explained(job.review), "mark": blank(job.review.filing)}
    return marked(to_json(job.review.filing, job.review.totals, extra))


#: The report itself: always made, compared with the workbook before it is sealed.
REPORT = Output(id="docx", label="Word 报告", render=_word, by_default=True, packed=True)

#: The package holds a JSON of its own, without the record of what lies in this folder.
RECORD = Output(id="json", label="数据文件（留存备查，不用打开）", render=_json, by_default=True, record=True)

#: In the order in which they are made: a renderer finds made what stands before it.
OUTPUTS: tuple[Output, ...] = (
    REPORT,
    Output(id="html", label="网页版报告", render=_html, packed=True, text=_html_text, beside=_html_beside),
    Output(id="fragment", label="网站编辑器粘贴用的网页片段", render=_fragment, ending="fragment.html"),
    Output(id="pdf", label="PDF 报告", render=_pdf, packed=True, by_program=True),
    Output(id="csv", label="数据表（供公开，不含联系人）", render=_open_csv),
    Output(id="open", label="公开数据（不含联系人）", render=_open_json, ending="open.json"),
    RECORD,
)


def outputs() -> tuple[Output, ...]:
    """All formats, in the order in which they are made: that of the rows, the record last."""
    return tuple(sorted(OUTPUTS, key=lambda output: output.record))


def default_formats() -> tuple[str, ...]:
    """The ids of those made where nobody names any."""
    return tuple(output.id for output in outputs() if output.by_default)


def chosen(formats: Iterable[str]) -> tuple[Output, ...]:
    """The formats of these ids and the report, in the order in which they are made. Raises UsageError on another id."""
    wanted = list(formats)
    known = [output.id for output in outputs()]
    unknown = [each for each in wanted if each not in known]
    if unknown:
        raise UsageError(f"没有“{'、'.join(unknown)}”这种格式，--format 可用 {'、'.join(known)}，用逗号分开。")
    return tuple(output for output in outputs() if output is REPORT or output.id in wanted)


def parse_formats(text: str) -> tuple[str, ...]:
    """docx,html → the ids, in the order in which they are made. Raises UsageError on another word."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    made = [output.id for output in chosen(words or [text])]
    return tuple(each for each in made if each in words)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
