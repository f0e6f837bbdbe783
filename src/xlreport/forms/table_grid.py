"""From a tree of headings to the merged cells of a table, for the workbook and the Word template alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.forms.definition import NodeText
    from xlreport.forms.model import Block


class HeadingCell(msgspec.Struct, frozen=True, kw_only=True):
    """A heading: `level` counts from the outer edge, `start` and `length` along the axis, in grid units."""

    level: int
    levels: int
    start: int
    length: int
    title: str
    node: NodeText


def depth(nodes: tuple[NodeText, ...]) -> int:
    """How many levels of headings the axis has; 0 where no leaf or group has a title."""
    return max((max(depth(node.items) + 1, 1) if node.items or node.title else 0 for node in nodes), default=0)


def length(node: NodeText) -> int:
    """How many grid units a heading covers: its leaves, each with its span and repetitions."""
    return sum(length(item) for item in node.items) if node.items else node.span * node.repeat


def heading_cells(nodes: tuple[NodeText, ...]) -> list[HeadingCell]:
    """The headings of an axis with their merges, outer levels first; a leaf reaches down to the innermost level."""
    return list(_walk(nodes, 0, 0, depth(nodes)))


def _walk(nodes: tuple[NodeText, ...], level: int, start: int, total: int) -> Iterator[HeadingCell]:
    for node in nodes:
        size = length(node)
        if node.items:
            # A group takes one level; the levels its subtree does not need go to its leaves.
            yield HeadingCell(level=level, levels=1, start=start, length=size, title=node.title, node=node)
            yield from _walk(node.items, level + 1, start, total)
        else:
            for n in range(node.repeat):
                title = node.title.replace("{n}", str(n + 1))
                yield HeadingCell(
                    level=level,
                    levels=total - level,
                    start=start + n * node.span,
                    length=node.span,
                    title=title,
                    node=node,
                )
        start += size


def column_width(block: Block) -> int:
    """Grid columns of the figures, spans counted."""
    return sum(length(node) for node in block.columns)


def label_width(block: Block) -> int:
    """Grid columns of the row labels."""
    return depth(block.rows)


def header_height(block: Block) -> int:
    """Grid rows of the column headings, without the caption."""
    return depth(block.columns)
