"""What the cells show against what is read from them: a number format may show another figure than the cell holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.rules.evaluate import CellError
from xlreport.workbook.read.clean import clean, quote
from xlreport.workbook.read.number_format import DATES, displayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.read.align import Alignment, FoundCell

#: A figure that says no more than its digits.
_BARE = re.compile(r"\s*([-+]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?)\s*\Z")

_REMEDY = "请把单元格的数字格式改为“常规”后核对"


def appearance(
    form: Form, located: Alignment, values: Mapping[str, FilingValue], totals: Mapping[str, Value]
) -> Iterator[Finding]:
    """Cells whose number format shows something else than `values` (inputs, as read) and `totals` (computed) say.

    An input that shows another figure is an error, for nobody saw what the report would print; a computed cell is a
    note, as is a figure that is shown with words.
    """
    for field in form.fields.values():
        spot = located.spots.get(field.id)
        if spot is None or not spot.cell.format:
            continue
        if field.role == "computed":
            yield from _total(field, spot, totals.get(field.id))
        elif spot.cell.date is None and values.get(field.id) is not None:
            yield from _filled(field, spot, values[field.id])


def _total(field: Field, spot: FoundCell, true: Value) -> Iterator[Finding]:
    cell = spot.cell
    if cell.formula is None:
        return  # an error of its own
    held = true if cell.value is None else cell.value
    text = None if cell.format == DATES else displayed(held, cell.format)
    if text is not None and _bare(text) == held:
        return
    how = "显示为日期" if cell.format == DATES else _how(text)
    what = "" if cell.format == DATES else f"“{quote(cell.format)}”"
    message = f"{spot}（{field.name}）的数字格式{what}使合计{how}，报告按重新计算的 {quote(true)}，{_REMEDY}。"
    yield kinds.NUMBER_FORMAT.finding(message, [spot.ref(field.id)], level="note", expected=_plain(true), actual=text)


def _filled(field: Field, spot: FoundCell, value: FilingValue) -> Iterator[Finding]:
    cell = spot.cell
    if cell.format == DATES:
        return  # text under a date's format shows as it stands
    text = displayed(cell.value, cell.format)
    if text is not None and _bare(text) == value and field.numeric:
        return
    where, ref = f"{spot}（{field.name}）", [spot.ref(field.id)]
    seen = None if text is None else clean(text, field)
    if seen is not None and not seen.error and seen.value == value:
        if field.numeric and text != cell.value:
            message = f"{where}按数字格式显示为“{quote(text)}”，已按 {quote(value)} 读取，请核对。"
            yield kinds.NUMBER_FORMAT.finding(message, ref, level="note", expected=value, actual=text)
        return
    message = (
        f"{where}里填的是“{quote(cell.value)}”，但数字格式“{quote(cell.format)}”使它{_how(text)}，"
        f"报告用哪个不能确定，{_REMEDY}。"
    )
    yield kinds.NUMBER_FORMAT.finding(message, ref, expected=value, actual=text)


def _how(text: str | None) -> str:
    if text is None:
        return "显示的内容不能确定"
    return f"显示为“{quote(text)}”" if text.strip() else "不显示出来"


def _bare(text: str) -> float | None:
    match = _BARE.match(text)
    return float(match[1].replace(",", "")) if match else None


def _plain(value: Value) -> float | str | None:
    return None if isinstance(value, CellError) else value
