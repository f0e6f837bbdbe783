"""签发单: one A4 page for the leader in charge, with the key figures, what was found and explained, and room to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.mail.wording import SIGNOFF, change_words, one_line, render
from xlreport.report.reread import row_paths
from xlreport.rules.check import shown, totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xlreport.filing import Filing, FilingValue
    from xlreport.finding import Finding
    from xlreport.forms import Block, Form, Line, Table
    from xlreport.mail.archive import Manifest

#: What one A4 page holds beside its frame: lines of figures, and lines of findings with explanations and changes.
MAX_FIGURE_LINES, MAX_TEXT_LINES = 26, 22

#: Full-width characters on one printed line.
LINE = 46


class FigureGroup(msgspec.Struct, frozen=True):
    """A section's key figures: lines of a label and its figures."""

    title: str
    lines: tuple[tuple[str, str], ...]


class Remark(msgspec.Struct, frozen=True):
    """A warning with its explanation, or a changed value."""

    text: str
    explanation: str = ""

    @property
    def lines(self) -> int:
        return sum(-(-len(part) // LINE) for part in (self.text, self.explanation) if part)


def signoff_page(
    manifest: Manifest, filing: Filing, findings: Sequence[Finding], package: str, digest: str, templates: Path | None
) -> bytes:
    """The sheet as self-contained HTML. What does not fit on the page is counted, and stands in the package."""
    groups, left_out = fitting(key_figures(filing))
    warnings = [Remark(f.message, f.explanation or "") for f in findings if f.level == "warning"]
    words = [change_words(change) for change in (manifest.correction.changes if manifest.correction else ())]
    edits = [Remark(f"{word['name']}：原为{word['old']}，改为{word['new']}") for word in words]
    notes = sum(finding.level == "note" for finding in findings)
    listed_edits, room = _first(edits, MAX_TEXT_LINES // 2 if warnings else MAX_TEXT_LINES)
    listed, _ = _first(warnings, MAX_TEXT_LINES - (MAX_TEXT_LINES // 2 - room if edits else 0))
    context = {
        "unit": one_line(manifest.unit),
        "year": manifest.year,
        "title": manifest.title,
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
        "notes": notes,
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


def fitting(groups: Sequence[FigureGroup]) -> tuple[list[FigureGroup], int]:
    """The groups as far as they fit on the page, and how many lines had to be left out."""
    kept, left, room = [], 0, MAX_FIGURE_LINES
    for group in groups:
        lines = group.lines[: max(room, 0)]
        left += len(group.lines) - len(lines)
        room -= len(lines)
        if lines:
            kept.append(FigureGroup(group.title, lines))
    return kept, left


def key_figures(filing: Filing) -> list[FigureGroup]:
    """Of each printed table: the totals of its main rows where it has totals, else every figure, a line a row."""
    cells = totals(filing)
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
    for row, path, ids in zip(block.row_lines, row_paths(block.rows), block.ids, strict=True):
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
