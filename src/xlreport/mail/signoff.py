"""签发单: one A4 page for the leader in charge, with the key figures, what was found and explained, and room to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import msgspec

from xlreport.mail.wording import SIGNOFF, change_words, one_line, render
from xlreport.report.key_figures import key_figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlreport.filing import Filing
    from xlreport.published.archive import Manifest
    from xlreport.report.key_figures import FigureGroup, KeyFigure
    from xlreport.reviewing.reviewed import Review

#: Printed lines that one A4 page has for everything between its title and the room to sign, and how many of them the
#: figures may take. A little less than fits, since fonts differ.
PAGE_LINES, FIGURE_LINES = 36, 24

#: Full-width characters on one line: of a remark, of a figure's label, of the title, of the head's cells.
REMARK_WIDTH, LABEL_WIDTH, TITLE_WIDTH, HEAD_WIDTH = 41, 21, 38, 15


class SheetGroup(msgspec.Struct, frozen=True):
    """A section's key figures, each with a label that says by itself what it is."""

    title: str
    entries: tuple[tuple[str, KeyFigure], ...]

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Label and figure with its unit, for the templates of offices."""
        return tuple((label, f"{each.text} {each.unit}".rstrip()) for label, each in self.entries)

    @property
    def printed(self) -> int:
        return 1 + sum(printed_lines(label, LABEL_WIDTH) for label, _ in self.entries)


class Remark(msgspec.Struct, frozen=True):
    """A warning with its explanation, or a changed value."""

    text: str
    explanation: str = ""

    @property
    def lines(self) -> int:
        explanation = f"填报单位说明：{self.explanation}" if self.explanation else ""
        return sum(printed_lines(part, REMARK_WIDTH) for part in (self.text, explanation) if part)


def printed_lines(text: str, width: int) -> int:
    """How many lines of `width` full-width characters a text takes; at least one."""
    halves = sum(2 if east_asian_width(c) in "WFA" else 1 for c in text)
    return max(-(-halves // (2 * width)), 1)


def signoff_page(manifest: Manifest, review: Review, package: str, digest: str, templates: Path | None) -> bytes:
    """The sheet as self-contained HTML. What does not fit on the page is counted, and stands in the package."""
    filing, findings = review.filing, review.findings
    groups, left_out = fitting(sheet_groups(review))
    warnings = [Remark(f.message, f.explanation or "") for f in findings if f.level == "warning"]
    words = [change_words(change) for change in (manifest.correction.changes if manifest.correction else ())]
    edits = [Remark(f"{word['name']}：原为{word['old']}，改为{word['new']}") for word in words]
    reason = manifest.correction.reason if manifest.correction else ""
    room = (
        PAGE_LINES
        - _head_lines(manifest, filing)
        - (printed_lines(reason, REMARK_WIDTH) if reason else 0)
        - sum(group.printed for group in groups)
        - 1
    )
    listed_edits, rest = _first(edits, room // 2 if warnings else room)
    listed, _ = _first(warnings, rest + room - room // 2 if edits else room)
    context = {
        "unit": one_line(manifest.unit),
        "year": manifest.year,
        "title": manifest.report,
        "form": manifest.form,
        "basis": filing.form.basis,
        "date": filing.text("report.date"),
        "upward": manifest.upward,
        "contact": manifest.contact,
        "correction": manifest.correction,
        "changes": listed_edits,
        "more_changes": len(edits) - len(listed_edits),
        "report": one_line(manifest.report_title),
        "groups": groups,
        "compared": any(each.last is not None for group in groups for _, each in group.entries),
        "more_figures": left_out,
        "warnings": listed,
        "more_warnings": len(warnings) - len(listed),
        "notes": sum(finding.level == "note" for finding in findings),
        "package": package,
        "sha256": digest,
    }
    return render(SIGNOFF, context, templates).encode()


def _first(remarks: Sequence[Remark], lines: int) -> tuple[list[Remark], int]:
    """As many as fit on so many lines, and the lines that are left."""
    listed: list[Remark] = []
    for remark in remarks:
        if remark.lines > lines:
            break
        listed.append(remark)
        lines -= remark.lines
    return listed, lines


def _head_lines(manifest: Manifest, filing: Filing) -> int:
    """Lines that long names take beyond the one each has, and those that count what was left out."""
    cells = (manifest.upward.name, manifest.contact.name + manifest.contact.address, filing.form.basis)
    title = f"（第9次更正）{manifest.report_title}"
    extra = sum(printed_lines(text, HEAD_WIDTH) - 1 for text in cells)
    return extra + printed_lines(title, TITLE_WIDTH) - 1 + 3


def sheet_groups(review: Review) -> list[SheetGroup]:
    """The key figures of a filing; where they are more than fit, those that are compared with last year's stand for their row."""
    groups = key_figures(review)
    whole = [_group(group, whole=True) for group in groups]
    if sum(group.printed for group in whole) <= FIGURE_LINES:
        return whole
    return [_group(group, whole=False) for group in groups]


def _group(group: FigureGroup, *, whole: bool) -> SheetGroup:
    entries: list[tuple[str, KeyFigure]] = []
    for row in group.rows:
        compared = [entry for entry in row.entries if entry[1].compared]
        entries += row.entries if whole or not compared else compared
    return SheetGroup(group.title, tuple(entries))


def fitting(groups: Sequence[SheetGroup]) -> tuple[list[SheetGroup], int]:
    """The groups as far as they fit on the page, and how many lines had to be left out."""
    kept, left, room = [], 0, FIGURE_LINES
    for group in groups:
        entries = []
        room -= 1
        for label, each in group.entries:
            room -= printed_lines(label, LABEL_WIDTH)
            if room < 0:
                break
            entries.append((label, each))
        left += len(group.entries) - len(entries)
        if entries:
            kept.append(SheetGroup(group.title, tuple(entries)))
    return kept, left
