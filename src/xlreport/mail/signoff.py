"""签发单: one A4 page for the leader in charge, with the key figures, what was found and explained, and room to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import msgspec

from xlreport.forms.table_grid import place
from xlreport.mail.wording import SIGNOFF, change_words, one_line, render
from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlreport.filing import Filing, FilingValue
    from xlreport.forms import Block, Form, Line, Table
    from xlreport.published.archive import Manifest
    from xlreport.reviewing.reviewed import Review

#: Printed lines that one A4 page has for everything between its title and the room to sign, and how many of them the
#: figures may take. A little less than fits, since fonts differ.
PAGE_LINES, FIGURE_LINES = 38, 24

#: Full-width characters on one line: of a remark, of a figure's label and text, of the title, of the head's cells.
REMARK_WIDTH, LABEL_WIDTH, TEXT_WIDTH, TITLE_WIDTH, HEAD_WIDTH = 41, 19, 22, 38, 15


class FigureGroup(msgspec.Struct, frozen=True):
    """A section's key figures: lines of a label and its figures."""

    title: str
    lines: tuple[tuple[str, str], ...]

    @property
    def printed(self) -> int:
        return 1 + sum(line_height(label, text) for label, text in self.lines)


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
    groups, left_out = fitting(key_figures(review))
    warnings = [Remark(f.message, f.explanation or "") for f in findings if f.level == "warning"]
    words = [change_words(change) for change in (manifest.correction.changes if manifest.correction else ())]
    edits = [Remark(f"{word['name']}：原为{word['old']}，改为{word['new']}") for word in words]
    room = PAGE_LINES - _head_lines(manifest, filing) - sum(group.printed for group in groups)
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
        "groups": groups,
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
    title = f"{manifest.unit}{manifest.report}（第9次更正）2020年"
    extra = sum(printed_lines(text, HEAD_WIDTH) - 1 for text in cells)
    return extra + printed_lines(title, TITLE_WIDTH) - 1 + 3


def fitting(groups: Sequence[FigureGroup]) -> tuple[list[FigureGroup], int]:
    """The groups as far as they fit on the page, and how many lines had to be left out."""
    kept, left, room = [], 0, FIGURE_LINES
    for group in groups:
        lines = []
        room -= 1
        for label, text in group.lines:
            room -= line_height(label, text)
            if room < 0:
                break
            lines.append((label, text))
        left += len(group.lines) - len(lines)
        if lines:
            kept.append(FigureGroup(group.title, tuple(lines)))
    return kept, left


def line_height(label: str, text: str) -> int:
    """The printed lines of a label and its figures beside it; without a label the figures have the whole width."""
    if not label:
        return printed_lines(text, LABEL_WIDTH + TEXT_WIDTH)
    return max(printed_lines(label, LABEL_WIDTH), printed_lines(text, TEXT_WIDTH))


def key_figures(review: Review) -> list[FigureGroup]:
    """Of each printed table: the totals of its main rows where it has totals, else every figure, a line a row."""
    filing, cells = review.filing, review.totals
    groups = []
    for section in filing.form.sections:
        lines = [
            line
            for table in section.tables
            if table.printed
            for block in table.blocks
            for line in _lines(block, table, filing.form, cells, zero=filing.blanks_are_zero)
        ]
        if lines:
            groups.append(FigureGroup(section.heading, tuple(lines)))
    return groups


def _lines(
    block: Block, table: Table, form: Form, cells: Mapping[str, FilingValue], *, zero: bool
) -> list[tuple[str, str]]:
    computed = [line for line in block.column_lines if line.node.compute]
    columns = computed or list(block.column_lines)
    main = {id(node) for node in block.rows}
    lines = []
    for row, path, ids in zip(block.row_lines, place(block).paths, block.ids, strict=True):
        if computed and block.labelled and id(row.node) not in main and not row.node.compute:
            continue
        by_column = dict(zip((line.key for line in block.column_lines), ids, strict=True))
        figures = [
            (_column_name(column, form, by_column[column.key], block), by_column[column.key]) for column in columns
        ]
        texts = [_figure(cells.get(id_), zero=zero and form.fields[id_].numeric) for _, id_ in figures]
        if len(figures) == 1 and block.labelled:
            lines.append(("".join(path), texts[0]))
        else:
            label = "".join(path) or table.title
            lines.append((label, "，".join(f"{name} {text}" for (name, _), text in zip(figures, texts, strict=True))))
    return lines


def _column_name(column: Line, form: Form, id_: str, block: Block) -> str:
    return column.title if block.labelled else form.fields[id_].name


def _figure(value: FilingValue, *, zero: bool) -> str:
    if value is None:
        return "0" if zero else "未填"
    return shown(value)
