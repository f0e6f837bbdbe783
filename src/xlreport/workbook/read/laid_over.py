"""What lies over the cells of a returned sheet: its text is none of the report's, and may show another than the cell's."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from xlreport import finding_kinds as kinds
from xlreport.workbook.read.align import FoundCell
from xlreport.workbook.read.clean import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.finding import Finding
    from xlreport.forms.model import Form
    from xlreport.workbook.layout.plan import Plan, Sheet
    from xlreport.workbook.read.align import Alignment
    from xlreport.workbook.read.returned import ReturnedSheet

#: A cell that staff look at, with its field; None for that of an explanation.
SeenCell: TypeAlias = "tuple[str | None, FoundCell]"

_TEXT_LOST = "，里面的文字读不出来，不会进入报告，请把它填到单元格里，再删去文本框。"
_NO_TEXT = "，报告里没有它，请核对下面单元格里的内容。"

#: Roles of cells that staff look at for what they typed, or for what is made of it.
_SEEN = frozenset({"input", "paragraph", "given", "computed", "explain"})


def laid_over(form: Form, returned: ReturnedSheet, cells: Iterable[SeenCell]) -> Iterator[Finding]:
    """An error for a drawing with text over `cells` of the form, a note for any other: a text box elsewhere, a picture."""
    cells = [*cells] if returned.drawn else []
    for drawn in returned.drawn:
        what = f"文本框（“{quote(drawn.text)}”）" if drawn.text else "图片或图形"
        covered = [each for each in cells if drawn.over(each[1].row, each[1].col)]
        if covered:
            field, first = covered[0]
            name = f"（{form.fields[field].name}）" if field else ""
            more = f"等{len(covered)}格" if len(covered) > 1 else ""
            where = f"{first}{name}{more}上面盖着{what}"
            refs = [spot.ref(field) for field, spot in covered]
        else:
            corner = FoundCell(returned, *drawn.area[:2])
            where, refs = f"{corner}处有{what}", [corner.ref()]
        yield kinds.LAID_OVER.finding(
            f"{where}{_TEXT_LOST if drawn.text else _NO_TEXT}",
            refs,
            level="error" if drawn.text and covered else "note",
            actual=drawn.text or None,
        )


def seen_cells(sheet: Sheet, located: Alignment) -> Iterator[SeenCell]:
    """The cells of a plan's sheet that staff look at, where they stand now."""
    for cell in sheet.cells:
        if cell.role in _SEEN and (spot := located.spot(sheet.title, cell.row, cell.col)) is not None:
            yield cell.field or cell.continues, spot


def named_cells(plan: Plan, returned: ReturnedSheet, located: Alignment) -> Iterator[SeenCell]:
    """The same, where only names lead to cells."""
    for name, (_, cell) in plan.names.items():
        spot = located.spots.get(name)
        if cell.role in _SEEN and spot is not None and spot.sheet is returned:
            yield cell.field, spot
    for field, spots in located.paragraphs.items():
        yield from ((field, spot) for spot in spots if spot.sheet is returned)
