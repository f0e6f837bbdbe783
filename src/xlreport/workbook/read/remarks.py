"""What is to be said of single cells, told once where one cause lies behind many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding, Level
    from xlreport.finding_kinds import FindingKind
    from xlreport.forms.model import Field
    from xlreport.workbook.read.align import FoundCell

#: How many cells one sentence names; with more of one cause there is one sentence for all.
NAMED = 5


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One cell and what is said of it: a clause that goes on after the cell's name, without the full stop.

    `cause` is what is said of several at once, followed by the `example` of the first and by `end`; where it is empty,
    the clause says it of each. `field` is None for the cell of an explanation.
    """

    kind: FindingKind
    spot: FoundCell
    field: Field | None
    clause: str
    cause: str = ""
    example: str = ""
    end: str = ""
    level: Level | None = None
    expected: FilingValue = None
    actual: FilingValue = None

    def finding(self) -> Finding:
        where = f"{self.spot}（{self.field.name}）" if self.field else f"{self.spot}的说明"
        id_ = self.field.id if self.field else None
        return self.kind.finding(
            f"{where}{self.clause}{self.end}。",
            [self.spot.ref(id_)],
            level=self.level,
            expected=self.expected,
            actual=self.actual,
        )


def told(remarks: Iterable[Remark]) -> Iterator[Finding]:
    """A finding for each remark; of one cause over more than a few cells, one for all, with every cell of them."""
    groups: dict[tuple[str, Level | None, str], list[Remark]] = {}
    for remark in remarks:
        groups.setdefault((remark.kind.id, remark.level, remark.cause or remark.clause), []).append(remark)
    for (_, level, cause), group in groups.items():
        if len(group) <= NAMED:
            yield from (remark.finding() for remark in group)
            continue
        cells = [remark.spot.ref(remark.field.id if remark.field else None) for remark in group]
        first = group[0]
        example = f"（如 {first.spot.address} {first.example}）" if first.example else ""
        text = f"{cells_text([remark.spot for remark in group])}{cause}{example}{first.end}。"
        yield first.kind.finding(text, cells, level=level)


def cells_text(spots: Sequence[FoundCell]) -> str:
    """“二 主动公开”B10、“三 依申请公开”A5、C7、C8、D8等12个单元格"""
    named, title = [], None
    for spot in spots[:NAMED]:
        named.append(spot.address if spot.sheet.title == title else str(spot))
        title = spot.sheet.title
    return "、".join(named) + (f"等{len(spots)}个单元格" if len(spots) > NAMED else "")
