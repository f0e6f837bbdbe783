"""From trees of headings to the placed cells of a table: its geometry, once, for whoever paints it.

The result page, the HTML report, the first Word template and the workbook draw the same official tables. What stands
where, over how many rows and columns, and which headings a figure has, is worked out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.forms.definition import NodeText
    from xlreport.forms.model import Block

#: What a cell of a table is: the caption of a block, the corner over the row headings, a heading over or beside
#: figures, the place of row headings in a row that has none, a figure.
Part: TypeAlias = Literal["caption", "corner", "column", "row", "blank", "figure"]


class PlacedCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a block, merged or not; rows and columns count from 0 in the block's grid.

    `key` tells a heading from the others of its block; `headings` are the keys of those over and then beside a figure,
    the outer ones first. `group`: a heading with headings beneath it. `field` is a figure's field id.
    """

    part: Part
    row: int
    col: int
    rows: int = 1
    cols: int = 1
    text: str = ""
    key: str = ""
    group: bool = False
    headings: tuple[str, ...] = ()
    field: str = ""

    @property
    def right(self) -> int:
        """The first column right of the cell."""
        return self.col + self.cols

    @property
    def scope(self) -> str:
        """What a heading heads, as HTML has it; "" for a figure and for a cell without a word."""
        if self.part in ("figure", "blank") or (self.part == "corner" and not self.text):
            return ""
        return ("row" if self.part == "row" else "col") + ("group" if self.group else "")


class PlacedBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a table with its cells in their places.

    The first `head` rows hold the caption, where there is one, and the column headings; row `head + n` holds the
    figures of the row `shown[n]` of the block. `labels` columns hold row headings.
    """

    block: Block
    cells: tuple[PlacedCell, ...]
    head: int
    shown: tuple[int, ...]
    labels: int

    @property
    def top(self) -> int:
        """The first row of column headings, below the caption."""
        return int(bool(self.block.caption))

    @property
    def starts(self) -> list[int]:
        """The grid column of each column of figures."""
        return [cell.col for cell in self.cells if cell.part == "figure" and cell.row == self.head]

    @property
    def right(self) -> int:
        """The first grid column right of the figures."""
        return max((cell.right for cell in self.of("column", "figure")), default=self.labels)

    @property
    def lines(self) -> tuple[tuple[PlacedCell, ...], ...]:
        """Row by row the cells that begin in it, from the left: how HTML has a table."""
        lines: list[list[PlacedCell]] = [[] for _ in range(self.head + len(self.shown))]
        for cell in self.cells:
            lines[cell.row].append(cell)
        return tuple(tuple(sorted(line, key=lambda cell: cell.col)) for line in lines)

    @property
    def paths(self) -> list[tuple[str, ...]]:
        """Of each row that is shown the texts of its row headings, from the outside in."""
        heads = self.of("row")
        rows = range(self.head, self.head + len(self.shown))
        return [tuple(cell.text for cell in heads if cell.row <= row < cell.row + cell.rows) for row in rows]

    def of(self, *parts: Part) -> list[PlacedCell]:
        """The cells that are such parts."""
        return [cell for cell in self.cells if cell.part in parts]

    def across(self, row: int) -> list[PlacedCell]:
        """The cells that take part in a row, those that began above it included, from the left: how Word has a table."""
        return sorted((c for c in self.cells if c.row <= row < c.row + c.rows), key=lambda cell: cell.col)


def place_table(blocks: Sequence[Block], shown: Sequence[Sequence[int]] | None = None) -> list[PlacedBlock]:
    """The blocks of a table in the grid that they share; `shown` as for `place`, block by block."""
    labels, width = table_size(blocks)
    seen = shown or [range(len(block.ids)) for block in blocks]
    return [place(block, labels, width, shown=rows) for block, rows in zip(blocks, seen, strict=True)]


def table_size(blocks: Sequence[Block]) -> tuple[int, int]:
    """Grid columns of the row headings, and of the whole table, that blocks one below the other take."""
    labels = max((_depth(block.rows) for block in blocks), default=0)
    return labels, labels + max((sum(map(_length, block.columns)) for block in blocks), default=0)


def place(
    block: Block,
    labels: int | None = None,
    width: int | None = None,
    *,
    shown: Sequence[int] | None = None,
    stretched: bool = True,
) -> PlacedBlock:
    """The cells of a block: caption, corner, column headings, row headings, figures row by row.

    Blocks of one table share a grid: `labels` columns of row headings (the innermost of a block with fewer levels takes
    the rest) and `width` columns in all (the last of a block with fewer takes the rest where it is `stretched`).
    Both are the block's own where they are not given. `shown` are the rows of the block that are to be seen.
    """
    own_labels, own_width = table_size([block])
    labels = own_labels if labels is None else labels
    figures = own_width - own_labels
    width = labels + figures if width is None else width
    rest = width - labels - figures if stretched else 0
    rows = tuple(range(len(block.ids)) if shown is None else shown)
    top, height = int(bool(block.caption)), _depth(block.columns)
    over, beside = list(_spans("c", block.columns)), list(_spans("r", block.rows))

    def across(start: int, length: int) -> int:
        return length + (rest if start + length == figures else 0)

    cells = []
    if block.caption:
        cells.append(PlacedCell(part="caption", row=0, col=0, cols=width, text=block.caption, key="b", group=True))
    if labels and height:
        cells.append(PlacedCell(part="corner", row=top, col=0, rows=height, cols=labels, text=block.corner))
    for at in over:
        row, col, cols = top + at.level, labels + at.start, across(at.start, at.length)
        cells.append(_heading("column", at, row=row, col=col, rows=at.levels, cols=cols))
    cells += _beside(beside, own_labels, labels, top + height, rows)
    for row, r in enumerate(rows, top + height):
        start, heads = 0, tuple(at.key for at in beside if own_labels and at.covers(r))
        for line, id_ in zip(block.column_lines, block.ids[r], strict=True):
            keys = (*(at.key for at in over if at.covers(start)), *heads)
            col, cols = labels + start, across(start, line.node.span)
            cells.append(PlacedCell(part="figure", row=row, col=col, cols=cols, headings=keys, field=id_))
            start += line.node.span
    return PlacedBlock(block=block, cells=tuple(cells), head=top + height, shown=rows, labels=labels)


def _beside(spans: Sequence[_Span], depth: int, labels: int, head: int, shown: Sequence[int]) -> Iterator[PlacedCell]:
    """The row headings of a block with `depth` levels of them; where it has none in a table that has, empty cells."""
    if labels and not depth:
        yield from (PlacedCell(part="blank", row=head + n, col=0, cols=labels) for n in range(len(shown)))
    for at in spans if depth and labels else ():
        rows = [n for n, r in enumerate(shown, head) if at.covers(r)]
        if rows:
            cols = at.levels + (labels - depth if at.level + at.levels == depth else 0)
            yield _heading("row", at, row=rows[0], col=at.level, rows=len(rows), cols=cols)


def _heading(part: Part, at: _Span, *, row: int, col: int, rows: int, cols: int) -> PlacedCell:
    return PlacedCell(part=part, row=row, col=col, rows=rows, cols=cols, text=at.title, key=at.key, group=at.group)


class _Span(NamedTuple):
    """A heading: `level` counts from the outer edge, `start` and `length` along the axis, in grid units."""

    key: str
    level: int
    levels: int
    start: int
    length: int
    title: str
    group: bool

    def covers(self, unit: int) -> bool:
        return self.start <= unit < self.start + self.length


def _spans(axis: str, nodes: Sequence[NodeText]) -> Iterator[_Span]:
    """The headings of an axis with their merges, outer levels first; a leaf reaches down to the innermost level."""
    return _walk(axis, nodes, 0, 0, _depth(nodes))


def _walk(axis: str, nodes: Sequence[NodeText], level: int, start: int, total: int) -> Iterator[_Span]:
    for node in nodes:
        size = _length(node)
        if node.items:
            # A group takes one level; the levels its subtree does not need go to its leaves.
            yield _Span(f"{axis}{level}-{start}", level, 1, start, size, node.title, group=True)
            yield from _walk(axis, node.items, level + 1, start, total)
        else:
            for n in range(node.repeat):
                at, title = start + n * node.span, node.title.replace("{n}", str(n + 1))
                yield _Span(f"{axis}{level}-{at}", level, total - level, at, node.span, title, group=False)
        start += size


def _depth(nodes: Sequence[NodeText]) -> int:
    """How many levels of headings the axis has; 0 where no leaf or group has a title."""
    return max((max(_depth(node.items) + 1, 1) if node.items or node.title else 0 for node in nodes), default=0)


def _length(node: NodeText) -> int:
    """How many grid units a heading covers: its leaves, each with its span and repetitions."""
    return sum(map(_length, node.items)) if node.items else node.span * node.repeat
