"""A filled workbook of an older template → the current template, cell by cell, with a list of what went where.

An older template has its cells elsewhere, so that its defined names alone say what stands in them. What was typed is
carried over as it is understood; what cannot be understood is carried over as it stands. A figure that was seen
otherwise than it stands gets a ？ behind it, so that the new workbook doubts it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import InputError, XlreportError
from xlreport.filing import Filing, Meta
from xlreport.finding import CellRef
from xlreport.rules.rulebook import rulebook
from xlreport.wording import shown
from xlreport.workbook.layout.names import EXPLAIN, VERDICT, explanation_keys, explanation_name, late_rows
from xlreport.workbook.layout.sheets import layout, template_version
from xlreport.workbook.read.align import FoundCell, align, paragraphs_under
from xlreport.workbook.read.appearance import looks
from xlreport.workbook.read.assemble import assemble
from xlreport.workbook.read.clean import clean, quote
from xlreport.workbook.read.paragraphs import ReadCell, joined, typed
from xlreport.workbook.read.recognise import Recognised, recognise
from xlreport.workbook.texts import clean_prose, explains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import FilingValue
    from xlreport.finding import Finding
    from xlreport.forms.model import Field, Form
    from xlreport.workbook.read.returned import ReturnedWorkbook

#: Names of the workbook that are no fields and hold nothing that staff type.
_OURS = ("meta.", VERDICT, "check.", "preview.")


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one filled cell. `name` is its Chinese name; `new` is None where it was not carried over.

    `value` is what stands in the new cell (in the old one, where there is no new one); `note` is a Chinese clause: how
    it was understood, or why it was left behind. `doubtful`: the old cell showed something else than `value`.
    """

    name: str
    old: CellRef
    new: CellRef | None
    value: FilingValue
    note: str = ""
    doubtful: bool = False


class Upgrade(msgspec.Struct, frozen=True, kw_only=True):
    """The filing to be written into the current template, and the fate of every filled cell of the old workbook.

    `given` are fields to be written locked: what the receiving office had filled in before it sent the workbook out.
    """

    filing: Filing
    transfers: tuple[Transfer, ...]
    from_version: str | None
    to_version: str
    given: frozenset[str] = frozenset()

    @property
    def lost(self) -> tuple[Transfer, ...]:
        """What was not carried over."""
        return tuple(transfer for transfer in self.transfers if transfer.new is None)

    @property
    def doubtful(self) -> tuple[Transfer, ...]:
        """What was carried over and was seen otherwise than it stands."""
        return tuple(transfer for transfer in self.transfers if transfer.doubtful)


def upgrade(returned: ReturnedWorkbook, source: str, form: Form | None = None) -> Upgrade:
    """Carry the content of a returned workbook over. `form` as for `read_workbook`.

    Raises InputError where the workbook is none of ours, or of another form than `form`.
    """
    recognised = recognise(returned, form, source)
    if recognised.other:
        raise InputError(
            f"文件“{source}”是表样“{recognised.meta.form}”的工作簿，不能转成表样“{recognised.form.id}”的，"
            "请用 --form 指明它自己的表样。"
        )
    return _Transfer(returned, recognised, source).upgrade()


class _Transfer:
    """One old workbook on its way."""

    def __init__(self, returned: ReturnedWorkbook, recognised: Recognised, source: str) -> None:
        self.returned, self.recognised, self.source = returned, recognised, source
        self.form = recognised.form
        self.plan = layout(self.form)
        self.located = align(self.plan, returned)
        self.named = dict(self._named())
        self.transfers: list[Transfer] = []
        self.doubted: dict[str, str] = {}

    def upgrade(self) -> Upgrade:
        meta, current = self.recognised.meta, template_version(self.form)
        filing = self._same() if meta.template_version == current and not self.recognised.changed else self._older()
        self.transfers.extend(self._left_behind())
        self.transfers.extend(self._drawn())
        given = ["unit.name", "unit.code", "report.year", *(field.id for field in self.form.inputs if field.prior)]
        return Upgrade(
            filing=msgspec.structs.replace(
                filing,
                values=filing.values | dict.fromkeys(self.doubted),
                raw=filing.raw | self.doubted,
                meta=Meta(
                    form=self.form.id,
                    form_version=self.form.version,
                    template_version=current,
                    unit_code=meta.unit_code,
                    year=meta.year,
                    token=meta.token,
                ),
                typed_over={},
                findings=(),
                source=self.source,
            ),
            # What was left behind stands last, where it is seen.
            transfers=tuple(sorted(self.transfers, key=lambda transfer: transfer.new is None)),
            from_version=meta.template_version,
            to_version=current,
            # Only the receiving office's workbooks carry a token, and it locks what it fills in.
            given=frozenset(id_ for id_ in given if meta.token and filing.values.get(id_) is not None),
        )

    def _same(self) -> Filing:
        """A workbook of the current template: read as every other, damage and all."""
        filing = assemble(self.returned, self.recognised, self.source)
        notes = {
            cell.field: f"原表{finding.message.rstrip('。')}" for finding in filing.findings for cell in finding.cells
        }
        doubts = {cell.field for finding in filing.findings if kinds.seen_otherwise(finding) for cell in finding.cells}
        for field in self.form.fields.values():
            old = filing.places.get(field.id)
            if old is None:
                self._gone(field)
                continue
            if field.role == "computed":
                if field.id in filing.typed_over:
                    self._computed(field, old, filing.typed_over[field.id])
            elif field.id in filing.raw:
                self._carry(field, old, filing.raw[field.id], "读不出数，按原样保留，请改正")
            elif filing.values.get(field.id) is not None:
                doubtful = field.id in doubts
                self._carry(field, old, filing.values[field.id], notes.get(field.id, ""), doubtful=doubtful)
        for key, text in filing.explanations.items():
            self._explained(key, text)
        self._stray(filing.findings)
        return filing

    def _older(self) -> Filing:
        """A workbook of another template version: read by its names."""
        values: dict[str, FilingValue] = {}
        raw: dict[str, str] = {}
        spots = {field.id: spot for field in self.form.fields.values() if (spot := self._spot(field.id))}
        below = dict(paragraphs_under(spots, self.plan))
        for field in self.form.fields.values():
            spot = spots.get(field.id)
            if spot is None:
                if field.id in self.returned.names:
                    self._gone(field)
                continue
            cell = spot.cell
            if field.role == "computed":
                if cell.formula is None and cell.value is not None:
                    self._computed(field, spot.ref(field.id), cell.value)
                continue
            cells = [
                ReadCell(each, clean(each.cell.date or each.cell.value, field))
                for each in (spot, *below.get(field.id, ()))
            ]
            if cell.formula is not None:
                raw[field.id] = typed(cells)
                values[field.id] = None
                self._carry(field, spot.ref(field.id), raw[field.id], "原来是公式，已改为文字保留，请改为直接填写内容")
                continue
            cleaned = joined(cells)
            values[field.id] = cleaned.value
            if cleaned.error:
                raw[field.id] = typed(cells)
                self._carry(field, spot.ref(field.id), raw[field.id], f"{cleaned.error}，按原样保留，请改正")
            elif cleaned.value is not None:
                seen = [finding for finding in self._seen(field, cells) if kinds.seen_otherwise(finding)]
                note = "；".join(f"原表{finding.message.rstrip('。')}" for finding in seen) or cleaned.note or ""
                self._carry(field, spot.ref(field.id), cleaned.value, note, doubtful=bool(seen))
        return Filing(form=self.form, values=values, raw=raw, explanations=self._explanations())

    def _seen(self, field: Field, cells: list[ReadCell]) -> Iterator[Finding]:
        """What is to be said of how the cells of a field look, and of what lies over them."""
        yield from (remark.finding() for remark in looks(field, cells))
        for spot in (cell.spot for cell in cells):
            for drawn in spot.sheet.drawn:
                if drawn.text and drawn.over(spot.row, spot.col):
                    message = f"{spot}（{field.name}）上面盖着文本框（“{quote(drawn.text)}”）"
                    yield kinds.LAID_OVER.finding(message, [spot.ref(field.id)], level="error")

    def _drawn(self) -> Iterator[Transfer]:
        """Texts in drawings: no cell holds them."""
        for sheet in self.returned.sheets:
            for drawn in sheet.drawn:
                if drawn.text:
                    old = FoundCell(sheet, *drawn.area[:2]).ref()
                    note = "文本框里的文字不能带入，要报的请填到单元格里"
                    yield Transfer(name="文本框", old=old, new=None, value=drawn.text, note=note)

    def _explanations(self) -> dict[str, str]:
        written = {}
        for name, key in explanation_keys(self.form).items():
            spot = self._spot(name)
            text, _ = clean_prose(spot.cell.text) if spot else (None, None)
            if text and explains(text):
                written[key] = text
            if text:
                self._explained(key, text)
        return written

    def _spot(self, name: str) -> FoundCell | None:
        """Where a name points; where it was lost, the cell that the labels around it lead to."""
        return self.named.get(name.casefold()) or (self.located.spots.get(name) if name in self.located.lost else None)

    def _named(self) -> Iterator[tuple[str, FoundCell]]:
        for name, target in self.returned.names.items():
            sheet = self.returned.by_title.get(target.sheet.casefold()) if target.sheet else None
            if sheet is not None and target.row is not None and target.col is not None:
                yield name, FoundCell(sheet, target.row, target.col)

    def _carry(self, field: Field, old: CellRef, value: FilingValue, note: str, *, doubtful: bool = False) -> None:
        if doubtful and field.numeric:
            value = self.doubted[field.id] = f"{shown(value)}？"
        sheet, cell = self.plan.fields[field.id]
        new = CellRef(field=field.id, sheet=sheet.title, address=cell.address)
        self.transfers.append(Transfer(name=field.name, old=old, new=new, value=value, note=note, doubtful=doubtful))

    def _gone(self, field: Field) -> None:
        """A cell that the workbook had and has no more."""
        if field.role != "computed":
            note = "单元格已经不在了（工作表、行或列可能被删除），读不出原来填的内容，请补填"
            self.transfers.append(
                Transfer(name=field.name, old=CellRef(field=field.id), new=None, value=None, note=note)
            )

    def _computed(self, field: Field, old: CellRef, value: object) -> None:
        """A number typed over a formula stays behind: the new workbook computes it."""
        text = value if isinstance(value, int | float | str) else None
        note = "自动计算格里填的不是公式，新工作簿按各项重新计算"
        self.transfers.append(Transfer(name=field.name, old=old, new=None, value=text, note=note))

    def _explained(self, key: str, text: str) -> None:
        check = rulebook(self.form).by_key.get(key)
        late = {row.key: row.title for row in late_rows(self.form)}
        title = check.title if check is not None else late[key]
        name = explanation_name(key)
        old = self._spot(name) or self.located.spots[name]
        sheet, cell = self.plan.names[name]
        new = CellRef(sheet=sheet.title, address=cell.address) if explains(text) else None
        note = "" if new else "不是说明，没有转过来，请写明原因"
        self.transfers.append(Transfer(name=f"说明（{title}）", old=old.ref(), new=new, value=text, note=note))

    def _left_behind(self) -> Iterator[Transfer]:
        """Filled cells whose name the current template does not have."""
        known = {name.casefold() for name in self.plan.names}
        for name, spot in self.named.items():
            cell = spot.cell
            if name in known or "." not in name or name.startswith(_OURS) or cell.formula is not None or not cell.text:
                continue
            what = "说明" if name.startswith(EXPLAIN) else "项目"
            reason = "现行模板没有这条规则" if name.startswith(EXPLAIN) else "现行模板没有这一项"
            yield Transfer(name=f"{what} {name}", old=spot.ref(), new=None, value=cell.text, note=reason)

    def _stray(self, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            if finding.rule == kinds.STRAY.id:
                for cell in finding.cells:
                    note = "不在填写格里，不会带入"
                    self.transfers.append(
                        Transfer(name="表外内容", old=cell, new=None, value=finding.actual, note=note)
                    )


def confirm(upgraded: Upgrade, written: ReturnedWorkbook) -> None:
    """Hold the new workbook against the filing. Raises XlreportError where a value did not arrive."""
    filing = upgraded.filing
    again = assemble(written, Recognised(form=filing.form, meta=filing.meta), "")
    lost = [
        field.name
        for field in filing.form.fields.values()
        if field.id in filing.values and _standing(filing, field.id) != _standing(again, field.id)
    ]
    if lost or again.explanations != filing.explanations:
        raise XlreportError(
            f"新工作簿里的{lost[0] if lost else '说明'}与原来的不一致，没有写出，请把旧工作簿发给维护人。"
        )


def _standing(filing: Filing, id_: str) -> FilingValue:
    return filing.raw.get(id_, filing.values.get(id_))


def transfer_text(transfer: Transfer) -> str:
    """One line of the list: · 自然人新收申请数：“三 依申请公开”D6 → “三 依申请公开”D7：3"""
    value = "空白" if transfer.value is None else quote(transfer.value)
    where = f"{transfer.old} → {transfer.new}" if transfer.new else f"{transfer.old}没有带入"
    note = f"（{transfer.note}）" if transfer.note else ""
    mark = "✗" if transfer.new is None else "⚠" if transfer.note else "·"
    return f"{mark} {transfer.name}：{where}：{value}{note}"
