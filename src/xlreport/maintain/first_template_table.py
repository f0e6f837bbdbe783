"""A table of a form as WordprocessingML, in the official layout: merged headings, repeated header rows, whole rows.

Every block of a table stands in the same grid, one below the other. A figure's cell holds its tag; rows that staff
add themselves are one row in a loop.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from xlreport.forms.table_grid import column_width, header_height, heading_cells, label_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.forms.model import Block, Line, Table
    from xlreport.forms.table_grid import HeadingCell

#: Width of the text, in twentieths of a point: A4 less the margins.
TEXT_WIDTH: Final = 8845

#: From this many columns on the table is set in small type.
_MANY: Final = 7

#: Widths of a figure and of a heading that runs down many rows, in a table with many columns.
_FIGURE, _DOWN, _GROUP = 650, 520, 970

#: A table with this many levels of row headings breaks between groups only, another one keeps so many rows together.
_LEVELS, _TOGETHER = 3, 3

#: Left and right margin of a cell, and the width of a character, in small type.
_MARGINS, _CHARACTER = 56, 180

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
    labels = max(label_width(block) for block in table.blocks)
    figures = max(column_width(block) for block in table.blocks)
    widths = column_widths(table, labels, figures)
    kind = "TableSmall" if len(widths) >= _MANY else "TableText"
    rows: list[str] = []
    for n, block in enumerate(table.blocks):
        # The headings of a block hold for no other one: a table of several blocks stays on one page.
        whole = len(table.blocks) > 1 and n < len(table.blocks) - 1
        rows += _block(table, block, labels, widths, kind, first=n == 0, whole=whole)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
        'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape(title)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def column_widths(table: Table, labels: int, figures: int) -> list[int]:
    """Widths of the grid columns, together TEXT_WIDTH."""
    if labels + figures < _MANY:
        first = 0 if not labels else TEXT_WIDTH * 32 // 100 // labels
        return _spread([first] * labels, figures)
    if not labels:
        return _spread([], figures)
    down = [_label_level_width(table, level) for level in range(labels - 1)]
    figure = min(_FIGURE, (TEXT_WIDTH - sum(down)) * 2 // 3 // figures)
    return [*down, TEXT_WIDTH - sum(down) - figure * figures] + [figure] * figures


def _label_level_width(table: Table, level: int) -> int:
    """A heading that runs down many rows may be narrow; one beside few rows needs room."""
    heads = [head for block in table.blocks for head in heading_cells(block.rows) if head.level == level]
    own = [head for head in heads if head.levels == 1 and head.title]
    return _DOWN if all(head.length * 2 >= len(head.title) for head in own) else _GROUP


def _spread(labels: list[int], figures: int) -> list[int]:
    rest = TEXT_WIDTH - sum(labels)
    each = [rest // figures] * figures
    each[-1] += rest - sum(each)
    return labels + each


def _block(
    table: Table, block: Block, labels: int, widths: Sequence[int], kind: str, *, first: bool, whole: bool
) -> Iterator[str]:
    if block.caption:
        yield _row([_Cell(0, len(widths), block.caption, kind, keep=True)], widths, header=first)
    yield from _header(block, labels, widths, kind, repeated=first)
    seen: set[tuple[str, ...]] = set()
    heads = heading_cells(block.rows)
    breaks = set() if whole else _breaks(block, heads)
    for r, (line, ids) in enumerate(zip(block.row_lines, block.ids, strict=True)):
        loop = line.node.repeat > 1
        key = (line.node.key, line.node.title)
        if loop and key in seen:
            continue
        seen.add(key)
        cells = list(_row_labels(block, heads, r, labels, kind, loop=loop))
        tags = _loop_tags(block) if loop else [f"{{{{ {id_} }}}}" for id_ in ids]
        cells += _figures(block.column_lines, tags, labels, len(widths), kind)
        row = _row([cell._replace(keep=r not in breaks and not loop) for cell in cells], widths)
        if loop:
            only = f' if row.key == "{line.node.key}"' if _loops(table) > 1 else ""
            yield _control(f"{{%tr for row in rows.{table.key}{only} %}}", widths)
            yield row
            yield _control("{%tr endfor %}", widths)
        else:
            yield row


def _breaks(block: Block, heads: Sequence[HeadingCell]) -> set[int]:
    """The rows after which a page may end: between two groups of items, or anywhere but near the ends."""
    last = len(block.ids) - 1
    depth = label_width(block)
    groups = [head for head in heads if head.levels == 1 and head.level == depth - 2 and head.length > 1]
    starts = {head.start for head in groups}
    if depth >= _LEVELS and len(groups) > 1:
        return {head.start + head.length - 1 for head in groups if head.start + head.length in starts} | {last}
    return set(range(_TOGETHER - 1, last - _TOGETHER + 1)) | {last}


def _loops(table: Table) -> int:
    return len({(line.node.key, line.node.title) for line in table.row_lines if line.node.repeat > 1})


def _loop_tags(block: Block) -> list[str]:
    return [f"{{{{ row.{line.key or 'value'} }}}}" for line in block.column_lines]


def _header(block: Block, labels: int, widths: Sequence[int], kind: str, *, repeated: bool) -> Iterator[str]:
    """The rows of column headings, the corner merged over all of them."""
    height = header_height(block)
    heads = heading_cells(block.columns)
    for level in range(height):
        cells = []
        if labels:
            cells.append(_Cell(0, labels, block.corner if level == 0 else "", kind, _merge(level, height)))
        for head in heads:
            if head.level <= level < head.level + head.levels:
                text = head.title if level == head.level else ""
                start = labels + head.start
                # Where a block has fewer columns than the table, its last one takes the rest.
                end = len(widths) if head.start + head.length == column_width(block) else start + head.length
                indent = _even_lines(text, sum(widths[start:end])) if kind == "TableSmall" else 0
                merge = _merge(level - head.level, head.levels)
                cells.append(_Cell(start, end - start, text, kind, merge, indent=indent))
        yield _row([cell._replace(keep=True) for cell in sorted(cells)], widths, header=repeated)


def _even_lines(text: str, width: int) -> int:
    """The indent on both sides that makes 商业企业 break as 商业/企业, not 商业企/业."""
    room = (width - _MARGINS) // _CHARACTER
    lines = -(-len(text) // room)
    even = -(-len(text) // lines) if lines else 0
    return (width - _MARGINS - even * _CHARACTER) // 2 - 10 if lines > 1 and even < room else 0


def _merge(step: int, steps: int) -> str:
    return "" if steps == 1 else "restart" if step == 0 else "continue"


def _row_labels(
    block: Block, heads: Sequence[HeadingCell], row: int, labels: int, kind: str, *, loop: bool
) -> Iterator[_Cell]:
    depth = label_width(block)
    if labels and not depth:
        yield _Cell(0, labels, "", kind)
    for head in heads if depth else ():
        if not head.start <= row < head.start + head.length:
            continue
        columns = head.levels + (labels - depth if head.level + head.levels == depth else 0)
        merge = "" if loop else _merge(row - head.start, head.length)
        text = "" if merge == "continue" else "{{ row.title }}" if loop and not head.node.items else head.title
        style = kind if head.node.items else f"{kind}Label" if kind == "TableSmall" else kind
        yield _Cell(head.level, columns, text, style, merge)


def _figures(lines: Sequence[Line], tags: Sequence[str], labels: int, total: int, kind: str) -> Iterator[_Cell]:
    column = labels
    for n, (line, tag) in enumerate(zip(lines, tags, strict=True)):
        columns = line.node.span if n < len(lines) - 1 else total - column
        yield _Cell(column, columns, tag, kind)
        column += columns


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
