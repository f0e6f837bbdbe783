"""Two workbooks of one unit and period: whether they say the same, and in which cells they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import CellRef
from xlreport.wording import shortened, shown
from xlreport.workbook.layout.names import explanation_name
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.filing import Filing

#: So many cells are named in one sentence; letters of a text that are shown.
_NAMED, _TEXT = 3, 60


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A cell in which filings differ: where it is, what it is called, what each of them has there as text."""

    place: CellRef
    name: str
    values: tuple[str, ...]

    @property
    def where(self) -> str:
        """“三 依申请公开”E7（商业企业新收申请数）."""
        return f"{self.place}（{self.name}）"


def differences(filings: Sequence[Filing]) -> tuple[Difference, ...]:
    """The cells, in the order of the form, in which filings of one form differ; none where all say the same."""
    return tuple(_differences(filings))


def told_apart(filings: Sequence[Filing]) -> str:
    """Whether they are equal, in words: 内容完全相同, or the cells in which they are not."""
    different = differences(filings)
    if not different:
        return "内容完全相同"
    named = "、".join(each.where for each in different[:_NAMED])
    return f"有{len(different)}格不同：{named}{'等' if len(different) > _NAMED else ''}"


def _differences(filings: Sequence[Filing]) -> Iterator[Difference]:
    first = filings[0]
    for id_, field in first.form.fields.items():
        if field.role == "computed":
            values = [filing.typed_over.get(id_) for filing in filings]
        else:
            values = [filing.raw.get(id_, filing.values.get(id_)) for filing in filings]
        if any(value != values[0] for value in values):
            yield Difference(place=first.place(id_), name=field.name, values=_texts(values))
    names = layout(first.form).names
    for key in dict.fromkeys(key for filing in filings for key in filing.explanations):
        texts = [filing.explanations.get(key) for filing in filings]
        if any(text != texts[0] for text in texts):
            sheet, cell = names.get(explanation_name(key), (None, None))
            place = CellRef(sheet=sheet.title, address=cell.address) if sheet and cell else CellRef()
            yield Difference(place=place, name="说明", values=_texts(texts))


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(shortened(shown(value), _TEXT) for value in values)
