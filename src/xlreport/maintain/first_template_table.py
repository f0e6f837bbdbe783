"""A table of a form as WordprocessingML, in the official layout: merged headings, repeated header rows, whole rows.

Every block of a table stands in the same grid, one below the other. A figure's cell holds its tag; rows that staff
add themselves are one row in a loop.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from xlreport.forms.table_grid import place_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.forms.model import Block, Table
    from xlreport.forms.table_grid import PlacedBlock, PlacedCell

#: Width of the text, in twentieths of a point: A4 less the margins.
TEXT_WIDTH: Final = 8845

#: From this many columns on the table is set in small type.
_MANY: Final = 7

#: Widths of a figure and of a heading that runs down many rows, in a table with many columns.
_FIGURE, _DOWN, _GROUP = 650, 520, 970

#: A table longer than a page breaks between groups only where it has this many levels of row headings, another one keeps
#: so many rows together.
_LEVELS, _TOGETHER = 3, 3

#: Left and right margin of a cell, and the width of a character, in small type.
_MARGINS, _CHARACTER = 56, 180

#: Height of a line and of the space around a row's text, in small type and otherwise; that of the text on a page, less a
#: heading over the table.
_LINE: Final = {"TableSmall": (230, 50), "TableText": (300, 110)}
_PAGE_HEIGHT: Final = 12_000

_RUN: Final = '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'


class _Cell(NamedTuple):
    """A cell in the grid of its table; `merge` is "", "restart" or "continue" (vertically).

    `keep`: its row stays on one page with the next. `indent`: on both sides, so that a heading breaks into even lines.
    """

    column: int
    columns: int
    text: str = ""
    style: str = ""
    merge: str = ""
    keep: bool = False
    indent: int = 0


def table_xml(table: Table, title: str) -> str:
    """The table as a w:tbl element; `title` is what a screen reader calls it."""
    placed = place_table(table.blocks, [_rows(block) for block in table.blocks])
    widths = column_widths(placed)
    kind = "TableSmall" if len(widths) >= _MANY else "TableText"
    rows: list[str] = []
    fits = sum(_height(block, widths, kind) for block in placed) <= _PAGE_HEIGHT
    for n, block in enumerate(placed):
        # The headings of a block hold for no other one: a table of several blocks stays on one page.
        last = n == len(table.blocks) - 1
        breaks = set() if not last else {block.head + len(block.shown) - 1} if fits else _breaks(block)
        rows += _head(block, widths, kind, repeated=n == 0)
        rows += _body(table, block, widths, kind, breaks)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    labelled = any(block.labelled for block in table.blocks)
    look, heads = ("06A0", "行名在左边，") if labelled else ("0620", "")
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="{look}" w:firstRow="1" w:lastRow="0" '
        f'w:firstColumn="{int(labelled)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape(title)}"/>'
        f'<w:tblDescription w:val="{escape(title)}：{heads}列名在上边，共{len(widths)}列"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _rows(block: Block) -> list[int]:
    """The rows of a block; of those that staff add themselves one, for the loop."""
    first: dict[object, int] = {}
    for r, line in enumerate(block.row_lines):
        first.setdefault((line.node.key, line.node.title) if line.node.repeat > 1 else r, r)
    return list(first.values())


def column_widths(blocks: Sequence[PlacedBlock]) -> list[int]:
    """Widths of the grid columns, together TEXT_WIDTH."""
    labels, columns = blocks[0].labels, max(cell.right for block in blocks for cell in block.cells)
    figures = columns - labels
    if columns < _MANY:
        first = 0 if not labels else TEXT_WIDTH * 32 // 100 // labels
        return _spread([first] * labels, figures)
    if not labels:
        return _spread([], figures)
    down = [_label_width(blocks, column) for column in range(labels - 1)]
    figure = min(_FIGURE, (TEXT_WIDTH - sum(down)) * 2 // 3 // figures)
    return [*down, TEXT_WIDTH - sum(down) - figure * figures] + [figure] * figures


def _label_width(blocks: Sequence[PlacedBlock], column: int) -> int:
    """A heading that runs down many rows may be narrow; one beside few rows needs room."""
    heads = [cell for block in blocks for cell in block.of("row") if (cell.col, cell.cols) == (column, 1) and cell.text]
    return _DOWN if all(head.rows * 2 >= len(head.text) for head in heads) else _GROUP


def _spread(labels: list[int], figures: int) -> list[int]:
    rest = TEXT_WIDTH - sum(labels)
    each = [rest // figures] * figures
    each[-1] += rest - sum(each)
    return labels + each


def _head(block: PlacedBlock, widths: Sequence[int], kind: str, *, repeated: bool) -> Iterator[str]:
    """The caption and the rows of column headings, the corner merged over all of them."""
    for row in range(block.head):
        yield _row([_heading(cell, row, widths, kind) for cell in block.across(row)], widths, header=repeated)


def _heading(cell: PlacedCell, row: int, widths: Sequence[int], kind: str) -> _Cell:
    text = cell.text if row == cell.row else ""
    evened = cell.part == "column" and kind == "TableSmall"
    indent = _even_lines(text, sum(widths[cell.col : cell.right])) if evened else 0
    return _Cell(cell.col, cell.cols, text, kind, _merge(cell, row), keep=True, indent=indent)


def _body(table: Table, placed: PlacedBlock, widths: Sequence[int], kind: str, breaks: set[int]) -> Iterator[str]:
    """The rows of figures; after those in `breaks` a page may end."""
    block = placed.block
    for row, r in enumerate(placed.shown, placed.head):
        line = block.row_lines[r]
        loop = line.node.repeat > 1
        tags = dict(zip(block.ids[r], _loop_tags(block) if loop else map(_tag, block.ids[r]), strict=True))
        keep = row not in breaks and not loop
        cells = [_beside(cell, row, kind, tags, loop=loop)._replace(keep=keep) for cell in placed.across(row)]
        if loop:
            only = f' if row.key == "{line.node.key}"' if _loops(table) > 1 else ""
            yield _control(f"{{%tr for row in rows.{table.key}{only} %}}", widths)
            yield _row(cells, widths)
            yield _control("{%tr endfor %}", widths)
        else:
            yield _row(cells, widths)


def _beside(cell: PlacedCell, row: int, kind: str, tags: Mapping[str, str], *, loop: bool) -> _Cell:
    """A figure's tag, or a row heading as it stands in a row; in a loop nothing is merged over rows."""
    if cell.part != "row":
        return _Cell(cell.col, cell.cols, tags.get(cell.field, ""), kind)
    merge = "" if loop else _merge(cell, row)
    text = "" if merge == "continue" else "{{ row.title }}" if loop and not cell.group else cell.text
    style = kind if cell.group or kind != "TableSmall" else f"{kind}Label"
    return _Cell(cell.col, cell.cols, text, style, merge)


def _breaks(block: PlacedBlock) -> set[int]:
    """The rows after which a page may end: between two groups of items, or anywhere but near the ends."""
    heads = block.of("row")
    last, depth = block.head + len(block.shown) - 1, max((cell.right for cell in heads), default=0)
    groups = [cell for cell in heads if (cell.col, cell.cols) == (depth - 2, 1) and cell.rows > 1]
    starts = {cell.row for cell in groups}
    if depth >= _LEVELS and len(groups) > 1:
        return {cell.row + cell.rows - 1 for cell in groups if cell.row + cell.rows in starts} | {last}
    return set(range(block.head + _TOGETHER - 1, last - _TOGETHER + 1)) | {last}


def _height(block: PlacedBlock, widths: Sequence[int], kind: str) -> int:
    """How high a block is at the least, by the lines that the headings of its rows take."""
    line, around = _LINE[kind]
    rows = range(block.head + len(block.shown))
    return sum(line * max(_line_count(cell, widths) for cell in block.across(row)) + around for row in rows)


def _line_count(cell: PlacedCell, widths: Sequence[int]) -> int:
    room = (sum(widths[cell.col : cell.right]) - _MARGINS) // _CHARACTER
    return max(-(-len(cell.text) // room) if cell.rows == 1 and cell.part != "figure" else 1, 1)


def _loops(table: Table) -> int:
    return len({(line.node.key, line.node.title) for line in table.row_lines if line.node.repeat > 1})


def _loop_tags(block: Block) -> list[str]:
    return [_tag(f"row.{line.key or 'value'}") for line in block.column_lines]


def _tag(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _even_lines(text: str, width: int) -> int:
    """The indent on both sides that makes 商业企业 break as 商业/企业, not 商业企/业."""
    room = (width - _MARGINS) // _CHARACTER
    lines = -(-len(text) // room)
    even = -(-len(text) // lines) if lines else 0
    return (width - _MARGINS - even * _CHARACTER) // 2 - 10 if lines > 1 and even < room else 0


def _merge(cell: PlacedCell, row: int) -> str:
    return "" if cell.rows == 1 else "restart" if row == cell.row else "continue"


def _control(tag: str, widths: Sequence[int]) -> str:
    """A row that docxtpl takes for a loop's beginning or end."""
    return _row([_Cell(0, len(widths), tag, "TemplateTag")], widths)


def _row(cells: Sequence[_Cell], widths: Sequence[int], *, header: bool = False) -> str:
    repeated = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(_cell(cell, widths) for cell in cells)}</w:tr>"


def _cell(cell: _Cell, widths: Sequence[int]) -> str:
    width = sum(widths[cell.column : cell.column + cell.columns])
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[cell.merge]
    text = _RUN.format(escape(cell.text, quote=False)) if cell.text else ""
    keep = "<w:keepNext/>" if cell.keep else ""
    indent = f'<w:ind w:left="{cell.indent}" w:right="{cell.indent}"/>' if cell.indent else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{cell.style}"/>{keep}{indent}</w:pPr>{text}</w:p></w:tc>'
    )
