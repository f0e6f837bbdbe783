"""The figures of a finished report, read again from its tables by their row labels and column headings.

Used before a package is sealed, and for `--prior` on last year's published Word report. Labels in the wild have odd
spaces, line breaks and numbering (1、其他 for 1.其他); tables break over pages; merges are lost.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.filing import FilingValue
from xlreport.forms.table_grid import place
from xlreport.published.looks import ODD
from xlreport.published.tables import GridCell, word_text
from xlreport.storage.files import MAX_FILE, read_bounded
from xlreport.wording import cannot_open, shortened
from xlreport.workbook.read.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from xlreport.forms import Block, Form
    from xlreport.published.tables import Grid

#: How alike a misprinted label must be to one of the form, and how much more than to any other.
_ALIKE, _CLEARER = 0.8, 0.1

#: Rows of headings above the last one that a heading lost by unmerging is looked for in.
_HEADING_ROWS = 4


class TablePlace(msgspec.Struct, frozen=True, order=True):
    """Where a figure stands in the report: table, row and grid column, each from 1."""

    table: int
    row: int
    column: int

    def __str__(self) -> str:
        return f"第{self.table}张表第{self.row}行第{self.column}列"


class ReportTables(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables of a report say.

    `values` by field id, blank as None; `raw` the text of figures that cannot be read; `texts` every cell's text as
    printed; `places` where it stands; `unmatched` sentences about what has no place in the form;
    `year` the report year in the title, where there is one; `paragraphs` the text outside the tables.
    """

    values: dict[str, FilingValue]
    raw: dict[str, str]
    texts: dict[str, str]
    places: dict[str, TablePlace]
    unmatched: tuple[str, ...]
    year: int | None = None
    paragraphs: tuple[str, ...] = ()


def read_report_tables(source: Path | bytes, form: Form) -> ReportTables:
    """The figures of a Word report. Raises InputError where it cannot be read, or has none of the form's tables."""
    if isinstance(source, bytes):
        data, name = source, "Word 报告"
    else:
        name = source.name
        try:
            data = read_bounded(source, MAX_FILE)
        except OSError as error:
            raise InputError(cannot_open(f"Word 报告“{name}”", source, error)) from None
    text = word_text(data, name)
    read = match_tables(text.tables, form, title_year(text.paragraphs))
    if not read.texts:
        raise InputError(f"“{name}”里没有找到{form.title}的表格，请核对所给的文件。")
    return msgspec.structs.replace(read, paragraphs=text.paragraphs)


def match_tables(tables: Iterable[Grid], form: Form, year: int | None = None) -> ReportTables:
    """The figures in these grids, by the labels of the form's printed tables."""
    matcher = _Matcher(form)
    for number, grid in enumerate(tables, 1):
        matcher.read(number, grid)
    return ReportTables(
        values=matcher.values,
        raw=matcher.raw,
        texts=matcher.texts,
        places=matcher.places,
        unmatched=tuple(matcher.unmatched),
        year=year,
    )


def title_year(paragraphs: Sequence[str]) -> int | None:
    """The year that the title names, or else the first year of the first lines: a date of publication may come first."""
    head = [unicodedata.normalize("NFKC", text) for text in paragraphs[:12]]
    for words in (r"(20[0-9]{2})\s*年(?:度|(?=[^0-9。，]*报告))", r"(20[0-9]{2})年"):
        for text in head:
            if match := re.search(words, text):
                return int(match[1])
    return None


@lru_cache(maxsize=4096)
def plain_label(text: str) -> str:
    """A label without what print changes: spaces, line breaks, quotation marks, full width, the mark after a number."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    text = re.sub(r"[“”‘’\"'「」『』〝〞]", "", text)
    return re.sub(r"^([0-9]+|[一二三四五六七八九十]+)[.、,:·。]", r"\1.", text)


@lru_cache(maxsize=4096)
def core_label(text: str) -> str:
    """A label's words alone: no numbering, no remark in brackets, no punctuation."""
    text = re.sub(r"^(?:\([0-9一二三四五六七八九十]+\)|[0-9一二三四五六七八九十]+\.)", "", plain_label(text))
    text = re.sub(r"\([^()]*\)", "", text)
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


class _Row(msgspec.Struct, frozen=True):
    """A row of the form: the labels from the outside in, and its cells."""

    labels: tuple[str, ...]
    ids: tuple[str, ...]


class _Shape(msgspec.Struct, frozen=True):
    """Blocks of the form that have the same column headings, as one list of rows."""

    headings: tuple[str, ...]
    rows: tuple[_Row, ...]


class _Header(msgspec.Struct, frozen=True):
    """A header found in a document: whose it is, the grid column of each heading, and which are in 元, not 万元."""

    shape: _Shape
    columns: tuple[int, ...]
    yuan: tuple[bool, ...]
    width: int


class _Matcher:
    def __init__(self, form: Form) -> None:
        self.form = form
        self.shapes = _shapes(form)
        self.values: dict[str, FilingValue] = {}
        self.raw: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.places: dict[str, TablePlace] = {}
        self.unmatched: list[str] = []
        self.header: _Header | None = None

    def read(self, number: int, grid: Grid) -> None:
        width = max((len(row) for row in grid), default=0)
        if self.header is not None and self.header.width != width:
            self.header = None  # A table that goes on over the page has as many columns.
        for r, row in enumerate(grid):
            header = self._header(grid, r, width)
            if header is not None:
                self.header = header
            elif self.header is not None:
                self._row(self.header, row, number, r + 1)

    def _header(self, grid: Grid, r: int, width: int) -> _Header | None:
        """The header whose last row is `r`. Headings lost by unmerging are looked for above."""
        texts: list[tuple[int, str]] = []
        last: GridCell | None = None
        for c, cell in enumerate(grid[r]):
            if cell is None or cell is last:
                continue
            last = cell
            text = cell.text
            for above in range(r - 1, max(r - 1 - _HEADING_ROWS, -1), -1):
                if plain_label(text) or c >= len(grid[above]):
                    break
                higher = grid[above][c]
                text = higher.text if higher is not None else ""
            texts.append((c, text))
        for shape in self.shapes:
            size = len(shape.headings)
            for start in range(len(texts) - size, -1, -1):
                part = texts[start : start + size]
                if all(_same_heading(text, wanted) for (_, text), wanted in zip(part, shape.headings, strict=True)):
                    yuan = tuple(bool(re.search(r"(?<!万)元", text)) for _, text in part)
                    return _Header(shape, tuple(c for c, _ in part), yuan, width)
        return None

    def _row(self, header: _Header, row: Sequence[GridCell | None], table: int, number: int) -> None:
        first = header.columns[0]
        labels = [cell.text for cell in _unique(row[:first]) if plain_label(cell.text)]
        cells: Sequence[GridCell | None] = [row[c] if c < len(row) else None for c in header.columns]
        if len({id(cell) for cell in cells if cell is not None}) != len(cells) or any(
            cell is other for cell in cells for other in row[:first]
        ):
            # The grid is askew (or this is a caption over the whole width): count from the right.
            cells = list(_unique(row))[-len(cells) :] if len(_unique(row)) >= len(cells) + bool(first) else []
        if not cells:
            return
        wanted = self._find(header.shape, labels)
        texts = [cell.text if cell is not None else "" for cell in cells]
        if wanted is None:
            if any(re.search(r"[0-9]", text) for text in texts):
                self.unmatched.append(
                    f"第{table}张表第{number}行“{_short(labels[-1] if labels else '')}”不是本表样的行，没有读取"
                )
            return
        for id_, cell, text, yuan in zip(wanted.ids, cells, texts, header.yuan, strict=True):
            column = next((c for c, other in enumerate(row, 1) if other is cell), 0)
            self._take(id_, text, TablePlace(table, number, column), yuan=yuan)

    def _find(self, shape: _Shape, labels: Sequence[str]) -> _Row | None:
        """The row of the form with these labels: exactly, by its words, by its likeness; the first not read yet."""
        if not labels:
            rows = [row for row in shape.rows if not row.labels]
        else:
            rows = self._alike(shape, labels[-1])
            outer = {plain_label(text) for text in labels[:-1]}
            within = [row for row in rows if outer.intersection(map(plain_label, row.labels[:-1]))]
            rows = within if len(rows) > 1 and within else rows
        fresh = [row for row in rows if row.ids[0] not in self.texts]
        return next(iter(fresh or rows), None)

    def _alike(self, shape: _Shape, label: str) -> list[_Row]:
        for form_of in (plain_label, core_label):
            wanted = form_of(label)
            rows = [row for row in shape.rows if row.labels and form_of(row.labels[-1]) == wanted]
            if rows and wanted:
                return rows
        words = core_label(label)
        ranked = sorted(
            (
                (difflib.SequenceMatcher(None, words, core_label(row.labels[-1])).ratio(), i)
                for i, row in enumerate(shape.rows)
                if row.labels
            ),
            reverse=True,
        )
        if ranked and ranked[0][0] >= _ALIKE and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= _CLEARER):
            return [shape.rows[ranked[0][1]]]
        return []

    def _take(self, id_: str, text: str, place: TablePlace, *, yuan: bool) -> None:
        text = text.strip()
        if id_ in self.texts:
            if self.texts[id_] != text:
                self.unmatched.append(
                    f"“{self.form.fields[id_].name}”在{self.places[id_]}是“{_short(self.texts[id_])}”，"
                    f"在{place}又是“{_short(text)}”，采用了前一个"
                )
            return
        field = self.form.fields[id_]
        in_yuan = yuan and field.traits.yuan and re.search(r"[0-9]\s*\Z", text)
        cleaned = clean((text + "元" if in_yuan else text) or None, field)
        self.texts[id_], self.places[id_] = text, place
        if ODD.search(text):
            self.raw[id_] = f"{text}（{place}）"
        elif cleaned.error:
            self.raw[id_] = text
        else:
            self.values[id_] = cleaned.value


@lru_cache(maxsize=4096)
def _same_heading(text: str, wanted: str) -> bool:
    """Whether a printed heading is this one; a misprint may change a fifth of it."""
    words = core_label(text)
    return words == wanted or (bool(words and wanted) and difflib.SequenceMatcher(None, words, wanted).ratio() > _ALIKE)


def _shapes(form: Form) -> list[_Shape]:
    """The headings of the printed tables, the longest first, so that a part of a header is not taken for another."""
    rows: dict[tuple[str, ...], list[_Row]] = {}
    for table in form.tables.values():
        if not table.printed:
            continue
        for block in table.blocks:
            headings = tuple(core_label(line.title) for line in block.column_lines)
            rows.setdefault(headings, []).extend(_rows(block))
    shapes = [_Shape(headings, tuple(alike)) for headings, alike in rows.items() if any(headings)]
    return sorted(shapes, key=lambda shape: -len(shape.headings))


def _rows(block: Block) -> list[_Row]:
    return [_Row(labels, ids) for labels, ids in zip(place(block).paths, block.ids, strict=True)]


def _unique(row: Sequence[GridCell | None]) -> list[GridCell]:
    """The cells of a row, each merged one once."""
    cells: list[GridCell] = []
    for cell in row:
        if cell is not None and (not cells or cells[-1] is not cell):
            cells.append(cell)
    return cells


def _short(text: str) -> str:
    return shortened(text, 20)
