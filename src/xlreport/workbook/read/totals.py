"""Computed cells of a returned workbook, held against what they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.rules.evaluate import CellError, is_number
from xlreport.rules.rulebook import rulebook
from xlreport.wording import stated
from xlreport.workbook.read.clean import quote
from xlreport.workbook.read.remarks import Remark
from xlreport.workbook.read.returned import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.read.align import Alignment, FoundCell

#: How many totals a note on a cleaned cell names.
_TOTALS_NAMED = 4


def replaced(
    form: Form, located: Alignment, typed_over: Mapping[str, Value], true: Mapping[str, Value]
) -> Iterator[Remark]:
    """Computed cells whose formula was typed over, deleted or changed, with what should stand there."""
    for id_, seen in typed_over.items():
        spot, expected = located.spots[id_], shown(_stated(true[id_]))
        if spot.cell.formula is not None:
            what, cause = f"的公式被改成了“{quote('=' + spot.cell.formula)}”", "的公式被改动了"
        elif seen is not None:
            what, cause = f"的公式被“{quote(seen)}”覆盖了", "的公式被填的内容覆盖了"
        else:
            what = cause = "的公式被删除了"
        yield Remark(
            kind=kinds.FORMULA_REPLACED,
            spot=spot,
            field=form.fields[id_],
            clause=f"{what}，按填写的数字应为 {expected}",
            cause=cause,
            end="，请恢复公式，或用新领的工作簿重填",
            expected=as_stated(true[id_]),
            actual=as_stated(seen),
        )


class Total(msgspec.Struct, frozen=True):
    """A computed cell under an intact formula that shows another number than the true one.

    `blamed` are the input cells whose cleaning explains the difference.
    """

    field: Field
    spot: FoundCell
    seen: Value
    true: Value
    blamed: tuple[str, ...]


def shown_totals(
    form: Form,
    located: Alignment,
    typed_over: Mapping[str, Value],
    true: Mapping[str, Value],
    values: Mapping[str, Value],
    as_read: Mapping[str, Value],
) -> Iterator[Total]:
    """Totals whose cached result is not the true one; `blamed` are the cells whose cleaning explains the difference."""
    book = rulebook(form)
    plain: Mapping[str, Value] = {}
    for field in form.computed:
        spot = located.spots.get(field.id)
        if spot is None or field.id in typed_over:
            continue
        seen = spot.cell.value
        if seen in (None, "") or _same(seen, true[field.id]):
            continue
        blamed: tuple[str, ...] = ()
        plain = plain or book.compute(as_read, typed_over)
        if _same(seen, plain[field.id]):
            blamed = tuple(id_ for id_ in book.inputs((field.id,)) if not _same(as_read[id_], values[id_]))
        yield Total(field, spot, _stated(seen), _stated(true[field.id]), blamed)


def _stated(value: Value) -> Value:
    return stated(value) if isinstance(value, float) else value


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if is_number(a) and is_number(b):
        return abs(float(a) - float(b)) < 5e-7
    return a == b


def shown_total(total: Total, *, own_formula: bool) -> Remark:
    """What is said of such a total; one of a workbook whose own formulas may differ stays so when it is calculated again."""
    again = "" if own_formula else "，请打开工作簿重新计算后保存"
    return Remark(
        kind=kinds.SHOWN_TOTAL,
        spot=total.spot,
        field=total.field,
        clause=f"显示的是 {shown(total.seen)}，重新计算应为 {shown(total.true)}",
        cause="显示的合计与重新计算的不同",
        example=f"显示 {shown(total.seen)}、应为 {shown(total.true)}",
        end=f"，报告按重新计算的数字{again}",
        expected=as_stated(total.true),
        actual=as_stated(total.seen),
    )


def as_stated(value: object) -> float | str | None:
    """What stands in a cell, as a finding tells it."""
    if isinstance(value, CellError | bool):
        return shown(value)
    return value if isinstance(value, int | float | str) else None


def seen_without(totals: Sequence[Total]) -> str:
    """The totals that staff saw without the cleaned cell."""
    if not totals:
        return ""
    parts = [f"{total.spot}显示 {shown(total.seen)}、应为 {shown(total.true)}" for total in totals[:_TOTALS_NAMED]]
    return f"；表中的合计没有这样计算（{'，'.join(parts)}{'等' if len(totals) > _TOTALS_NAMED else ''}）"
