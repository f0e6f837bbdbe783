"""What the cells show against what is read from them: number formats, fonts, conditional formats, zeros left out.

What changes how a value looks is shown to be harmless, or said. An input that shows another figure is an error, for
nobody saw what the report would print; a computed cell is a note, as is a figure that is shown with words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.rules.evaluate import CellError
from xlreport.workbook.read.clean import clean, quote
from xlreport.workbook.read.conditional import may_hide
from xlreport.workbook.read.fonts import ODDITIES
from xlreport.workbook.read.number_format import DATES, UNCERTAIN, displayed
from xlreport.workbook.read.remarks import Remark
from xlreport.workbook.read.returned import shown
from xlreport.workbook.read.styles import format_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlreport.filing import FilingValue
    from xlreport.finding import Level
    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.read.align import Alignment, FoundCell
    from xlreport.workbook.read.fonts import Oddity
    from xlreport.workbook.read.paragraphs import ReadCell

#: A figure that says no more than its digits.
_BARE = re.compile(r"\s*([-+]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?)\s*\Z")

#: How accounting formats (会计专用) show 0, with a sign of money before or behind it.
_DASH = re.compile(r"[\s¥￥$€£]*[-‐‑‒–—―][\s¥￥$€£元]*\Z")

_REMEDY = "请把单元格的数字格式改为“常规”后核对"

#: Harmless in prose, where the report prints plain letters.
_SMALL: frozenset[Oddity] = frozenset({"raised", "lowered"})


def appearance(
    form: Form, located: Alignment, read: Mapping[str, Sequence[ReadCell]], totals: Mapping[str, Value]
) -> Iterator[Remark]:
    """Cells that show something else than what was `read` from them (inputs), and `totals` (computed), say."""
    for field in form.fields.values():
        spot = located.spots.get(field.id)
        if field.role == "computed" and spot is not None:
            yield from _computed(field, spot, totals.get(field.id))
        yield from looks(field, read.get(field.id, ()))


def looks(field: Field, read: Iterable[ReadCell]) -> Iterator[Remark]:
    """The cells of one input that show something else than was read from them."""
    for cell in read:
        if cell.cleaned.value is not None:
            yield from _filled(field, cell.spot, cell.cleaned.value)
            yield from _odd(field, cell.spot)
            yield from _conditional(field, cell.spot, cell.cleaned.value)


# Number formats


def _computed(field: Field, spot: FoundCell, true: Value) -> Iterator[Remark]:
    cell = spot.cell
    if cell.formula is None:
        return  # an error of its own
    for piece, odd in cell.odd:
        clause = f"里的合计“{quote(piece)}”{_said(odd)}，报告按重新计算的 {quote(true)} 印，请核对"
        yield Remark(kind=kinds.ODD_FONT, spot=spot, field=field, level="note", clause=clause)
    held = true if cell.value is None else cell.value
    text = None if cell.format == DATES else displayed(held, cell.format)
    if not cell.format or (text is not None and _bare(text) == held):
        return
    if held == 0 and true == 0 and _is_dash(text):
        yield _zero(field, spot)
        return
    how = "显示为日期" if cell.format == DATES else _how(text)
    what = "" if cell.format == DATES else f"“{quote(cell.format)}”"
    yield Remark(
        kind=kinds.NUMBER_FORMAT,
        spot=spot,
        field=field,
        clause=f"的数字格式{what}使合计{how}，报告按重新计算的 {quote(true)}，{_REMEDY}",
        cause=f"的数字格式{what}使合计{'显示为日期' if cell.format == DATES else '显示得不同'}，报告按重新计算的数字，{_REMEDY}",
        level="note",
        expected=_plain(true),
        actual=text,
    )


def _filled(field: Field, spot: FoundCell, value: FilingValue) -> Iterator[Remark]:
    cell = spot.cell
    if value == 0 and spot.sheet.zeros_hidden and not isinstance(cell.value, str):
        clause = "里的 0 没有显示出来（工作表设为不显示零值），已按 0 读取，请核对"
        yield Remark(
            kind=kinds.NUMBER_FORMAT, spot=spot, field=field, level="note", clause=clause, expected=0, actual=""
        )
    if not cell.format or cell.date is not None:
        return
    if isinstance(cell.value, str) and (cell.format == DATES or UNCERTAIN.match(cell.format)):
        return  # text under a format for numbers shows as it stands
    text = displayed(cell.value, cell.format)
    if text is not None and _bare(text) == value and field.numeric:
        return
    if cell.value == 0 and value == 0 and _is_dash(text):
        yield _zero(field, spot)
        return
    seen = None if text is None else clean(text, field)
    if seen is not None and not seen.error and seen.value == value:
        if field.numeric and text != cell.value:
            yield Remark(
                kind=kinds.NUMBER_FORMAT,
                spot=spot,
                field=field,
                clause=f"按数字格式显示为“{quote(text)}”，已按 {quote(value)} 读取，请核对",
                cause=f"按数字格式“{quote(cell.format)}”显示（如 {quote(value)} 显示为“{quote(text)}”），已按填的数字读取，请核对",
                level="note",
                expected=value,
                actual=text,
            )
        return
    yield _other(field, spot, f"数字格式“{quote(cell.format)}”", text, value)


def _other(field: Field, spot: FoundCell, what: str, text: str | None, value: FilingValue) -> Remark:
    return Remark(
        kind=kinds.NUMBER_FORMAT,
        spot=spot,
        field=field,
        clause=f"里填的是“{quote(spot.cell.value)}”，但{what}使它{_how(text)}，报告用哪个不能确定，{_REMEDY}",
        cause=f"的{what}使显示的与填写的不同（或显示什么不能确定），报告用哪个不能确定，{_REMEDY}",
        expected=value,
        actual=text,
    )


def _zero(field: Field, spot: FoundCell) -> Remark:
    """A dash for nothing is how accountants write 0, and 0 is what stands in the cell."""
    return Remark(
        kind=kinds.NUMBER_FORMAT,
        spot=spot,
        field=field,
        clause="里的 0 按会计格式显示为“-”，已按 0 读取，请核对",
        level="note",
        expected=0,
        actual="-",
    )


def _is_dash(text: str | None) -> bool:
    return text is not None and _DASH.match(text) is not None


def _how(text: str | None) -> str:
    if text is None:
        return "显示的内容不能确定"
    return f"显示为“{quote(text)}”" if text.strip() else "不显示出来"


def _bare(text: str) -> float | None:
    match = _BARE.match(text)
    return float(match[1].replace(",", "")) if match else None


def _plain(value: Value) -> float | str | None:
    return None if isinstance(value, CellError) else value


# Fonts


def _said(odd: Iterable[Oddity]) -> str:
    return "、".join(ODDITIES[each] for each in odd)


def _odd(field: Field, spot: FoundCell) -> Iterator[Remark]:
    for piece, odd in spot.cell.odd:
        yield odd_text(field, spot, piece, odd)


def odd_text(field: Field | None, spot: FoundCell, piece: str, odd: tuple[Oddity, ...]) -> Remark:
    """A piece of a cell's text that looks otherwise than it reads; `field` is None for an explanation."""
    words, what = _said(odd), f"里的“{quote(piece)}”"
    level: Level = "error"
    running = field is None or field.style in ("prose", "text")
    if "turned" in odd:
        level = "warning" if running else "error"
        rest = "，填的究竟是什么不能确定，请删去后重新键入"
    elif not running:
        rest = "，填的究竟是什么不能确定，请只留下要填的内容，并清除格式"
    elif _SMALL.issuperset(odd):
        level, rest = "note", "，报告里会印成普通的字，请核对"
    else:
        rest = "，报告却会照样印出，不要的请删去，要的请清除格式"
    return Remark(
        kind=kinds.ODD_FONT,
        spot=spot,
        field=field,
        clause=f"{what}{words}{rest}",
        cause=f"里的内容{words}{rest}",
        level=level,
        actual=shown(spot.cell.value),
    )


# Conditional formats


def _conditional(field: Field, spot: FoundCell, value: FilingValue) -> Iterator[Remark]:
    """What conditional formats can do to what is filled in; what the cell's own font hides is said already."""
    cell = spot.cell
    rules = [each for each in spot.sheet.conditions(spot.row, spot.col) if each.may_apply(cell.value)]
    odd = {each.odd: None for each in rules if each.odd}
    if not any("unseen" in each for _, each in cell.odd) and may_hide(rules, cell.value, cell.letters, cell.ground):
        odd["unseen",] = None
    for each in odd:
        what = f"{_said(each)}，看到的是什么不能确定，请清除条件格式后核对"
        yield Remark(
            kind=kinds.ODD_FONT,
            spot=spot,
            field=field,
            clause=f"的条件格式可能使填的“{quote(cell.value)}”{what}",
            cause=f"的条件格式可能使填的内容{what}",
            actual=shown(cell.value),
        )
    codes = dict.fromkeys(format_of(each.format) for each in rules if each.format and not isinstance(cell.value, str))
    for code in filter(None, codes):
        text = None if code == DATES else displayed(cell.value, code)
        if text is None or not (field.numeric and _bare(text) == value):
            yield _other(field, spot, f"条件格式里的数字格式“{quote(code)}”", text, value)
