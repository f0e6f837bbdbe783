"""What the cells show against what is read from them: a number format may show another figure than the cell holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport.rules.evaluate import CellError
from xlreport.workbook.clean import clean, quote
from xlreport.workbook.number_format import displayed
from xlreport.workbook.reading import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.forms.model import Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.locate import Located

#: A figure that says no more than its digits.
_BARE = re.compile(r"\s*([-+]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?)\s*\Z")

_REMEDY = "请把单元格的数字格式改为“常规”后核对"


def appearance(
    form: Form, located: Located, values: Mapping[str, FilingValue], totals: Mapping[str, Value]
) -> Iterator[Finding]:
    """Cells whose number format shows something else than `values` (inputs, as read) and `totals` (computed) say.

    An input that shows another figure is an error, for nobody saw what the report would print; a computed cell is a
    note, as is a figure that is shown with words.
    """
    for field in form.fields.values():
        spot = located.spots.get(field.id)
        if spot is None or not spot.cell.format or spot.cell.date is not None:
            continue
        cell = spot.cell
        text = displayed(cell.value, cell.format)
        where, ref = f"{spot}（{field.name}）", [spot.ref(field.id)]
        computed = field.role == "computed"
        value = totals.get(field.id) if computed else values.get(field.id)
        if cell.value is None or (value is None and not computed):
            continue  # blank, or an error of its own already
        if text is not None and _bare(text) == value and field.numeric:
            continue
        seen = None if text is None else clean(text, field)
        if seen is not None and text is not None and not seen.error and seen.value == value:
            if field.numeric and not computed and text != cell.value:
                message = f"{where}按数字格式显示为“{quote(text)}”，已按 {quote(value)} 读取，请核对。"
                yield finding("number_format", message, ref, level="note", expected=_plain(value), actual=text)
            continue
        held, code = quote(cell.value), quote(cell.format)
        how = "显示的内容不能确定" if text is None else f"显示为“{quote(text)}”" if text.strip() else "不显示出来"
        if computed:
            message = f"{where}的数字格式“{code}”使合计{how}，报告按重新计算的 {quote(value)}，{_REMEDY}。"
            yield finding("number_format", message, ref, level="note", actual=text)
        else:
            message = f"{where}里填的是“{held}”，但数字格式“{code}”使它{how}，报告用哪个不能确定，{_REMEDY}。"
            yield finding("number_format", message, ref, expected=_plain(value), actual=text)


def _bare(text: str) -> float | None:
    match = _BARE.match(text)
    return float(match[1].replace(",", "")) if match else None


def _plain(value: Value) -> float | str | None:
    return None if isinstance(value, CellError) else value
