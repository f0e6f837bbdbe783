"""A returned workbook, laid against its plan, → a `Filing` with everything that reading found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.filing import Filing, FilingValue
from xlreport.rules.check import computed, with_findings
from xlreport.rules.days import operands, serial
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.names import explanation_keys
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.appearance import appearance, odd_text
from xlreport.workbook.read.clean import Cleaned, clean, quote
from xlreport.workbook.read.compare import compare
from xlreport.workbook.read.paragraphs import ReadCell, joined, standing, typed
from xlreport.workbook.read.remarks import Remark, told
from xlreport.workbook.read.totals import Total, as_stated, replaced, seen_without, shown_total, shown_totals
from xlreport.workbook.texts import clean_prose, explains

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.finding import CellRef, Finding
    from xlreport.forms.model import Field, Form
    from xlreport.rules.evaluate import Value
    from xlreport.workbook.read.align import Alignment, FoundCell
    from xlreport.workbook.read.recognise import Recognised
    from xlreport.workbook.read.returned import ReturnedWorkbook


def assemble(returned: ReturnedWorkbook, recognised: Recognised, source: str) -> Filing:
    """The filing that a returned workbook holds: every input cleaned, every damage a finding."""
    form = recognised.form
    located, comparison = compare(layout(form), returned, recognised)
    read: dict[str, list[ReadCell]] = {}
    whole: dict[str, Cleaned] = {}
    raw: dict[str, str] = {}
    as_read: dict[str, Value] = {}
    places: dict[str, CellRef] = {}
    days = rulebook(form).days
    for field in form.fields.values():
        spot = located.spots.get(field.id)
        if spot is not None:
            places[field.id] = spot.ref(field.id)
        if field.role == "computed":
            continue
        spots = (*filter(None, [spot]), *located.paragraphs.get(field.id, ()))
        cells = [ReadCell(each, _read(each, field, dated=field.id in days)) for each in spots]
        read[field.id] = cells
        whole[field.id] = joined(cells)
        as_read[field.id] = standing(cells)
        if whole[field.id].error:
            raw[field.id] = typed(cells)
    values: dict[str, FilingValue] = {id_: each.value for id_, each in whole.items()}
    explanations, more = _explanations(form, located)
    places |= {name: spot.ref() for name in explanation_keys(form) if (spot := located.spots.get(name)) is not None}
    filing = Filing(
        form=form,
        meta=recognised.meta,
        values=values,
        raw=raw,
        typed_over=dict(comparison.typed_over),
        as_read=dict(as_read),
        places=places,
        explanations=explanations,
        source=source,
    )
    totals = computed(filing)
    # Under an unreadable cell staff saw totals of their own; what they should have seen leaves it out.
    counted = operands(form, values)
    true = rulebook(form).compute(counted, comparison.typed_over) if raw else totals.standing
    differing = [*shown_totals(form, located, comparison.typed_over, true, counted, as_read)]
    findings = [
        *comparison.findings,
        *told(
            (
                *replaced(form, located, comparison.typed_over, totals.recomputed),
                *_cell_remarks(form, read, whole, differing),
                *(shown_total(total, own_formula=recognised.changed) for total in differing if not total.blamed),
                *appearance(form, located, read, true),
                *more,
            )
        ),
    ]
    findings.extend(_consistency(recognised, values, located))
    order = {title: n for n, title in enumerate(sheet.title for sheet in returned.sheets)}
    findings.sort(key=lambda each: order.get(each.cells[0].sheet or "", -1) if each.cells else -1)
    return with_findings(filing, findings)


def _read(spot: FoundCell, field: Field, *, dated: bool) -> Cleaned:
    cell = spot.cell
    if cell.formula is not None:
        return Cleaned(error="formula")
    cleaned = clean(cell.date or cell.value, field)
    return _counted(cell.value, cleaned) if dated else cleaned


def _counted(held: Value, read: Cleaned) -> Cleaned:
    """A day that rules count, with a note where the workbook's own formulas see something else than its serial number."""
    number = serial(str(read.value))
    if read.note or number is None or held == number:
        return read
    if isinstance(held, str):
        cause = "把日期存成了文本，工作簿里的公式没有把它当作日期计算"
        return msgspec.structs.replace(read, note=f"{cause}，已按 {read.value} 核对", cause=cause)
    cause = "里的日期带有时间，或按 1904 年日期系统存放，工作簿里的公式计算得不同"
    return msgspec.structs.replace(read, note=f"{cause}，已按 {read.value} 核对", cause=cause)


def _cell_remarks(
    form: Form, read: Mapping[str, list[ReadCell]], whole: Mapping[str, Cleaned], totals: list[Total]
) -> Iterator[Remark]:
    for id_, cells in read.items():
        own = [cell for cell in cells if cell.cleaned.note or cell.cleaned.error]
        # Cells that can be read each, and not together.
        own = own or [cell._replace(cleaned=whole[id_]) for cell in cells[:1] if whole[id_].error]
        for cell in own:
            yield from _cell_remark(form.fields[id_], *cell, totals)


def _cell_remark(field: Field, spot: FoundCell, each: Cleaned, totals: list[Total]) -> Iterator[Remark]:
    actual = as_stated(spot.cell.value)
    if spot.cell.formula is not None:
        yield _formula(spot, field, "里是公式")
    elif each.error:
        kind = kinds.OUT_OF_RANGE if each.out_of_range else kinds.UNREADABLE
        yield Remark(kind=kind, spot=spot, field=field, clause=each.error, actual=actual)
    elif spot.cell.odd and field.numeric:
        return  # what is meant is uncertain, and `appearance` says so
    else:
        seen = seen_without([total for total in totals if field.id in total.blamed])
        yield Remark(
            kind=kinds.CLEANED,
            spot=spot,
            field=field,
            clause=f"{each.note}{seen}",
            cause=each.cause or each.note or "",
            example=f"“{quote(spot.cell.value)}”按 {quote(each.value)}" if each.cause else "",
            end="，请核对",
            expected=each.value,
            actual=actual,
        )


def _formula(spot: FoundCell, field: Field | None, what: str) -> Remark:
    """A formula where something is to be typed."""
    formula = f"={spot.cell.formula}"
    result = f"（结果 {quote(spot.cell.value)}）" if field is not None and spot.cell.value is not None else ""
    return Remark(
        kind=kinds.FORMULA_IN_INPUT,
        spot=spot,
        field=field,
        clause=f"{what}“{quote(formula)}”{result}",
        cause=what,
        end="，请改为直接填写内容" if field else "，请改为直接填写文字",
        actual=formula,
    )


def _explanations(form: Form, located: Alignment) -> tuple[dict[str, str], list[Remark]]:
    """What staff wrote in the explanation cells, by `rule[item]` and `prose[field]`."""
    written: dict[str, str] = {}
    remarks = []
    for name, key in explanation_keys(form).items():
        spot = located.spots.get(name)
        if spot is None:
            continue
        if spot.cell.formula is not None:
            remarks.append(_formula(spot, None, "里是公式"))
            continue
        text, note = clean_prose(spot.cell.text)
        if text is not None and not explains(text):
            text, note = None, f"里的“{quote(spot.cell.value)}”不是说明，没有采用，请写明原因"
        if text is not None:
            written[key] = text
        if note:
            remarks.append(
                Remark(
                    kind=kinds.CLEANED,
                    spot=spot,
                    field=None,
                    clause=note,
                    end="，请核对" if text is not None else "",
                    expected=text,
                )
            )
        remarks.extend(odd_text(None, spot, piece, odd) for piece, odd in spot.cell.odd)
    return written, remarks


def _consistency(recognised: Recognised, values: Mapping[str, FilingValue], located: Alignment) -> Iterator[Finding]:
    """What was filled in against what the workbook was made for."""
    meta = recognised.meta
    year, code = values.get("report.year"), values.get("unit.code")
    if meta.year is not None and isinstance(year, int) and year != meta.year:
        spot = located.spots["report.year"]
        yield kinds.OTHER_YEAR.finding(
            f"{spot}填的报告年度是 {year}，而这本工作簿是 {meta.year} 年度的，请改为 {meta.year}，或换用 {year} 年度的工作簿。",
            [spot.ref("report.year")],
            expected=meta.year,
            actual=year,
        )
    if meta.unit_code and code is not None and str(code) != meta.unit_code:
        spot = located.spots["unit.code"]
        yield kinds.OTHER_UNIT.finding(
            f"{spot}填的单位代码是“{quote(code)}”，而这本工作簿是发给“{quote(meta.unit_code)}”的，请核对是否用错了别的单位的工作簿。",
            [spot.ref("unit.code")],
            expected=meta.unit_code,
            actual=str(code),
        )
