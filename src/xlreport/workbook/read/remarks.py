"""What is to be said of single cells, told once where one cause lies behind many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.filing import FilingValue
    from xlreport.finding import CellRef, Finding, Level
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
    return _cells_text([spot.ref() for spot in spots])


def _cells_text(cells: Sequence[CellRef]) -> str:
    named, title = [], None
    for cell in cells[:NAMED]:
        named.append(cell.address or "" if cell.sheet == title else f"“{cell.sheet}”{cell.address or ''}")
        title = cell.sheet
    return "、".join(named) + (f"等{len(cells)}个单元格" if len(cells) > NAMED else "")


class Cause(msgspec.Struct, frozen=True):
    """What may be said of cells or sheets by the sheet, and of all sheets at once: `words` go on after them."""

    kind: FindingKind
    words: str
    level: Level | None = None

    def finding(self, what: str, cells: Sequence[CellRef]) -> Finding:
        return self.kind.finding(f"{what}{self.words}", cells, level=self.level)


def over_sheets(findings: Iterable[Finding], causes: Iterable[Cause]) -> list[Finding]:
    """The findings, one cause over several sheets told once: what drops locks or names drops them everywhere."""
    told = list(findings)
    for cause in causes:
        alike = [each for each in told if each.rule == cause.kind.id and each.message.endswith(cause.words)]
        if len(alike) < 2:
            continue
        cells = [cell for each in alike for cell in each.cells]
        first = told.index(alike[0])
        told[first] = cause.finding(_over(cells), cells)
        told = [each for n, each in enumerate(told) if n == first or each not in alike]
    return told


def _over(cells: Sequence[CellRef]) -> str:
    """A few cells by their addresses, more by their sheets, sheets by their titles."""
    placed = all(cell.address for cell in cells)
    if placed and len(cells) <= NAMED:
        return _cells_text(cells)
    titles = [f"“{title}”" for title in dict.fromkeys(cell.sheet for cell in cells)]
    more = f"等{len(titles)}张" if len(titles) > NAMED else ""
    inside = f"里{len(cells)}个单元格" if placed or len(cells) > len(titles) else ""
    return f"工作表{'、'.join(titles[:NAMED])}{more}{inside}"
