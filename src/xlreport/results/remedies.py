"""What is to be done about a warning: mended, or explained in the very cell of 校验 that is for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.reviewing.explanations import asked
from xlreport.workbook.layout.names import explanation_keys
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from xlreport.reviewing.explanations import Asked
    from xlreport.reviewing.reviewed import Review


class Remedy(msgspec.Struct, frozen=True):
    """Where an open warning is explained: the defined name of the cell, "" where 校验 has none, and what to write there."""

    name: str
    explain: str

    @property
    def text(self) -> str:
        """The whole of it, as one sentence."""
        return f"有误就改正；{self.explain}" if self.name else self.explain


def remedies(review: Review) -> tuple[Remedy | None, ...]:
    """For each finding of a review in its order; None where it is no warning, or one that is explained."""
    form = review.filing.form
    names = {key: name for name, key in explanation_keys(form).items()}
    places = asked(review, names.keys())
    cells = layout(form).names

    def remedy(at: Asked | None) -> Remedy:
        if at is None:
            return Remedy("", "请改正；确实无误的，请技术支持生成报告时用 --explain 写明原因。")
        sheet, cell = cells[names[at.key]]
        several = f"（这一格要说明{at.of}条提醒，一条一行，这一条写成“{at.number}. ……”）" if at.of > 1 else ""
        return Remedy(names[at.key], f"确实无误，就在“{sheet.title}”表{cell.address}写明原因{several}。")

    return tuple(
        remedy(places.get(n)) if finding.level == "warning" and finding.blocks else None
        for n, finding in enumerate(review.findings)
    )
