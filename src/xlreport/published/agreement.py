"""Whether a report, Word or HTML, still says what the workbook says: figures cell by cell, labels, and prose.

A figure, a label or a table that differs is an error; edited prose is a note.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.finding import CellRef
from xlreport.published.figures import TablePlace, match_tables, plain_label
from xlreport.published.surroundings import Shown, surroundings
from xlreport.published.tables import word_text
from xlreport.wording import shortened, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.filing import Filing, FilingValue
    from xlreport.finding import Finding
    from xlreport.published.figures import ReportTables
    from xlreport.published.tables import DocumentText, Grid, GridCell

#: How many edited paragraphs are quoted.
_QUOTED_EDITS = 10

_REMEDY = "请改正工作簿后重新生成报告，不要直接改报告里的表格"


def compare_report(
    document: bytes, made: bytes, filing: Filing, totals: Mapping[str, FilingValue], name: str
) -> list[Finding]:
    """`compare_texts` of two Word reports, and what stands beside their text. Raises InputError for a damaged document."""
    findings = compare_texts(word_text(document, name), word_text(made, name), filing, totals, name)
    return [*findings, *compare_beside(surroundings(document, name), surroundings(made, name), name)]


def compare_texts(
    text: DocumentText, fresh: DocumentText, filing: Filing, totals: Mapping[str, FilingValue], name: str
) -> list[Finding]:
    """A report as it stands held against the filing, and against the same report as it is generated.

    `totals` are all values of the filing, computed ones too. What stands as it does in `fresh` was not edited, whatever
    the template puts around a figure (€12500).

    Errors for every figure, label and table that differs, notes for edited prose.
    """
    read, expected = match_tables(text.tables, filing.form), match_tables(fresh.tables, filing.form)
    figures = list(_figures(read, filing, totals, name, expected))
    places = set(expected.places.values())
    return [*figures, *_tables(text.tables, fresh.tables, places, name), *_prose(text, fresh, name)]


def _figures(
    read: ReportTables,
    filing: Filing,
    totals: Mapping[str, FilingValue],
    name: str,
    expected: ReportTables,
) -> Iterator[Finding]:
    """An error for each printed figure that is missing or differs.

    `expected`: the same read from the report as it is generated. What it has no label for is not looked for, what reads
    as it does there is not edited.
    """
    for table in filing.form.tables.values():
        for id_ in table.ids:
            if not table.printed or id_ not in expected.texts:
                continue
            if read.texts.get(id_) == expected.texts[id_]:
                continue
            field = filing.form.fields[id_]
            value = totals.get(id_)
            if value is None and field.numeric and filing.blanks_are_zero:
                value = 0
            if id_ in read.values and _same(read.values[id_], value):
                continue
            where = filing.place(id_)
            cell = str(where) if where.sheet else ""
            if id_ in read.texts:
                printed = read.texts[id_] or "空白"
                said = f"“{name}”{read.places[id_]}“{field.name}”是{printed}，工作簿{cell}是{shown(value)}，{_REMEDY}"
            else:
                printed = ""
                said = f"“{name}”的表格里找不到“{field.name}”，工作簿{cell}是{shown(value)}，{_REMEDY}"
            yield kinds.REPORT_DIFFERS.finding(
                said,
                [where],
                item=id_,
                expected=value,
                actual=read.values.get(id_, read.raw.get(id_)),
            )
    known = () if expected is None else expected.unmatched
    for sentence in (each for each in read.unmatched if each not in known):
        yield _edited(f"“{name}”{sentence}，{_REMEDY}")


def _same(one: FilingValue, other: FilingValue) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return round(one - other, 6) == 0
    return plain_label(str(one or "")) == plain_label(str(other or "")) and (one is None) == (other is None)


def _tables(now: Sequence[Grid], made: Sequence[Grid], figures: set[TablePlace], name: str) -> Iterator[Finding]:
    """Tables held against the generated ones, position by position; figures that were read by label are left out."""
    if len(now) != len(made):
        yield _edited(f"“{name}”有{len(now)}张表，生成的报告是{len(made)}张，{_REMEDY}")
        return
    for t, (grid, original) in enumerate(zip(now, made, strict=True), 1):
        if [len(row) for row in grid] != [len(row) for row in original]:
            yield _edited(f"“{name}”第{t}张表的行或列被增删过，{_REMEDY}")
            continue
        # Cells that are no figures; a merged one is looked at once.
        seen = {id(original[place.row - 1][place.column - 1]) for place in figures if place.table == t}
        for r, (row, source) in enumerate(zip(grid, original, strict=True), 1):
            for c, (cell, was) in enumerate(zip(row, source, strict=True), 1):
                if id(was) in seen or _text(cell) == _text(was):
                    continue
                seen.add(id(was))
                yield _edited(
                    f"“{name}”{TablePlace(t, r, c)}原为“{_short(_text(was))}”，改成了“{_short(_text(cell))}”，{_REMEDY}"
                )


def _text(cell: GridCell | None) -> str:
    return plain_label(cell.text) if cell is not None else ""


def _edited(message: str) -> Finding:
    return kinds.REPORT_TABLE_EDITED.finding(message)


def _prose(now: DocumentText, made: DocumentText, name: str) -> Iterator[Finding]:
    """A note for each stretch of paragraphs that was edited."""
    before, after = [p.strip() for p in made.paragraphs], [p.strip() for p in now.paragraphs]
    edits = [
        edit
        for edit in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if edit[0] != "equal"
    ]
    for _, i1, i2, j1, j2 in edits[:_QUOTED_EDITS]:
        old, new = _part("\n".join(before[i1:i2]), "\n".join(after[j1:j2]))
        yield kinds.REPORT_PROSE_EDITED.finding(
            f"“{name}”的文字改动过，工作簿里没有改：原为“{old}”，现为“{new}”", [CellRef()]
        )
    if len(edits) > _QUOTED_EDITS:
        yield kinds.REPORT_PROSE_EDITED.finding(f"“{name}”还有{len(edits) - _QUOTED_EDITS}处文字改动过")


def compare_beside(now: frozenset[Shown], before: frozenset[Shown], name: str) -> Iterator[Finding]:
    """A note for what was put in by hand, or taken out, beside the text: a header, a footnote, a picture."""
    changes = [*((each, "多了") for each in sorted(now - before)), *((each, "少了") for each in sorted(before - now))]
    for shown_, how in changes[:_QUOTED_EDITS]:
        what = Shown(shown_.what, _short(shown_.text))
        yield kinds.REPORT_PROSE_EDITED.finding(f"“{name}”与生成的报告相比，正文之外{how}{what}，请核对是否要报送")
    if len(changes) > _QUOTED_EDITS:
        yield kinds.REPORT_PROSE_EDITED.finding(f"“{name}”正文之外还有{len(changes) - _QUOTED_EDITS}处改动")


def _part(old: str, new: str) -> tuple[str, str]:
    """Where two texts begin to differ, a few words each."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(start - 6, 0)
    return _short(old[start:]), _short(new[start:])


def _short(text: str) -> str:
    return shortened(text, 30)
