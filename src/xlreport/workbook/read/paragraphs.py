"""A field's cells → its value: of prose, the paragraphs in the cells below its own are joined to one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlreport.workbook.layout.validation import MAX_CELL
from xlreport.workbook.read.clean import Cleaned
from xlreport.workbook.read.returned import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.rules.evaluate import Value
    from xlreport.workbook.read.align import FoundCell


class ReadCell(NamedTuple):
    """A cell with what was understood of it."""

    spot: FoundCell
    cleaned: Cleaned


def joined(cells: Sequence[ReadCell]) -> Cleaned:
    """The value of a field from its cells; an error where one of them cannot be read, or where they hold too much."""
    if len(cells) < 2:
        return cells[0].cleaned if cells else Cleaned()
    broken = next((cell.cleaned for cell in cells if cell.cleaned.error), None)
    if broken is not None:
        return broken
    text = "\n".join(str(cell.cleaned.value) for cell in cells if cell.cleaned.value is not None)
    if len(text) > MAX_CELL:
        rows = f"从这里到{cells[-1].spot.address}合起来有{len(text)}个字，超过{MAX_CELL}个字的上限，请缩短"
        return Cleaned(error=rows)
    return Cleaned(text or None)


def typed(cells: Sequence[ReadCell]) -> str:
    """What stands in the cells, readable or not."""
    return "\n".join(filter(None, (cell.spot.cell.text for cell in cells)))


def standing(cells: Sequence[ReadCell]) -> Value:
    """The cells as the formulas of the workbook take them."""
    values = [cell.spot.cell.value for cell in cells]
    if len(values) < 2:
        return values[0] if values else None
    return "\n".join(filter(None, map(shown, values)))
