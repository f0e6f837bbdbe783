"""Which form a returned workbook is of, and what it was made for: by `_meta`, else by its names, else by its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xlreport.errors import InputError
from xlreport.filing import Meta
from xlreport.forms import find_form, form_ids
from xlreport.workbook.layout.sheets import META_KEYS, META_SHEET, definition_hash, layout, template_version
from xlreport.workbook.read.returned import shown

if TYPE_CHECKING:
    from xlreport.forms.model import Form
    from xlreport.workbook.read.returned import ReturnedWorkbook

#: How many of a form's field names, or what share of its labels, make a workbook one of ours.
_LEAST_NAMES, _LEAST_LABELS = 5, 0.5


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """The form to read by, what `_meta` says, and whether `_meta` contradicts the form.

    `changed`: the workbook was made by another definition of the form's version. One that does not say so is taken to fit.
    """

    form: Form
    meta: Meta
    other: bool = False
    definition: str | None = None

    @property
    def changed(self) -> bool:
        if self.other or self.definition is None or self.meta.template_version != template_version(self.form):
            return False
        return self.definition != definition_hash(self.form)


def recognise(returned: ReturnedWorkbook, form: Form | None, source: str) -> Recognised:
    """Raises InputError where the workbook is none of ours, or of a form that is not at hand."""
    meta, definition = read_meta(returned)
    if form is not None:
        if meta.form is None and not _likeness(returned, form):
            raise _not_ours(source)
        return Recognised(form=form, meta=meta, other=meta.form not in (None, form.id), definition=definition)
    likely = max((find_form(id_) for id_ in form_ids()), key=lambda each: _likeness(returned, each))
    if meta.form is None:
        if not _likeness(returned, likely):
            raise _not_ours(source)
        return Recognised(form=likely, meta=meta)
    if meta.form not in form_ids():
        raise InputError(
            f"文件“{source}”是表样“{meta.form[:40]}”的工作簿，本程序没有这个表样，请用 --form 指出它的定义文件夹。"
        )
    stated = find_form(meta.form)
    if _likeness(returned, stated) >= _likeness(returned, likely):
        return Recognised(form=stated, meta=meta, definition=definition)
    return Recognised(form=likely, meta=meta, other=True)


def read_meta(returned: ReturnedWorkbook) -> tuple[Meta, str | None]:
    """What `_meta` says and the hash of the definition, by its names, else by the keys in its first column."""
    sheet = returned.by_title.get(META_SHEET)
    by_key = {text: row for (row, col), text in sheet.texts.items() if col == 0} if sheet else {}
    written: dict[str, str | None] = {}
    for key in META_KEYS:
        cell = returned.cell(f"meta.{key}")
        if (cell is None or cell.value is None) and sheet and key in by_key:
            cell = sheet.at(by_key[key], 1)
        written[key] = shown(cell.value).strip() or None if cell else None
    year, definition = written.pop("year"), written.pop("definition")
    return Meta(**written, year=int(year) if year and year.isascii() and year.isdigit() else None), definition


def _likeness(returned: ReturnedWorkbook, form: Form) -> float:
    """How much of the form is in the workbook: 0 where it is too little to be one of its workbooks."""
    names = sum(id_ in returned.names for id_ in form.fields)
    if names >= min(_LEAST_NAMES, len(form.fields)):
        return 1 + names / len(form.fields)
    labels = {text for sheet in layout(form).sheets for text in sheet.labels.values()}
    texts = frozenset().union(*(sheet.text_set for sheet in returned.sheets))
    share = len(labels & texts) / len(labels)
    return share if share >= _LEAST_LABELS else 0


def _not_ours(source: str) -> InputError:
    return InputError(
        f"文件“{source}”不是本工具发出的填报工作簿，请换成上级发来的或用 xlreport template 生成的工作簿。"
    )
