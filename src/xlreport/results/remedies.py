"""What is to be done about a warning: mended, or explained in the very cell of 校验 that is for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.finding import CellRef
from xlreport.reviewing.explanations import asked
from xlreport.workbook.layout.names import explanation_keys
from xlreport.workbook.layout.sheets import layout

if TYPE_CHECKING:
    from xlreport.forms.model import Form
    from xlreport.reviewing.explanations import Asked
    from xlreport.reviewing.reviewed import Review


class Remedy(msgspec.Struct, frozen=True):
    """Where an open warning is explained: the defined name of the cell and where it stands; nowhere where there is none.

    `several` says how several explanations share the cell.
    """

    name: str = ""
    place: CellRef | None = None
    several: str = ""

    @property
    def explain(self) -> str:
        """What to write, and where."""
        if self.place is None:
            return "请改正；确实无误的，请技术支持生成报告时用 --explain 写明原因。"
        return f"确实无误，就在“{self.place.sheet}”表{self.place.address}写明原因{self.several}。"

    @property
    def text(self) -> str:
        """The whole of it, as one sentence."""
        return f"有误就改正；{self.explain}" if self.name else self.explain

    def in_template(self, form: Form) -> Remedy:
        """The same for a workbook of the current template."""
        if not self.name:
            return self
        sheet, cell = layout(form).names[self.name]
        return msgspec.structs.replace(self, place=CellRef(sheet=sheet.title, address=cell.address))


def remedies(review: Review) -> tuple[Remedy | None, ...]:
    """For each finding of a review in its order; None where it is no warning, or one that is explained."""
    form, read = review.filing.form, review.filing.places
    names = {key: name for name, key in explanation_keys(form).items()}
    cells = asked(review, names.keys())

    def remedy(at: Asked | None) -> Remedy:
        if at is None:
            return Remedy()
        name = names[at.key]
        several = f"（这一格要说明{at.of}条提醒，一条一行，这一条写成“{at.number}. ……”）" if at.of > 1 else ""
        if not read:
            return Remedy(name, None, several).in_template(form)
        # In a workbook of an older template the cell stands elsewhere, or nowhere.
        return Remedy(name, read[name], several) if name in read else Remedy()

    return tuple(
        remedy(cells.get(n)) if finding.level == "warning" and finding.blocks else None
        for n, finding in enumerate(review.findings)
    )
