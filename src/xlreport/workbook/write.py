"""From a filing to a workbook: the only module that writes Excel files (besides the roll-up writer)."""

from __future__ import annotations

import io
import os
import tempfile
import warnings
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from xlreport.errors import DefinitionError, EnvironmentFault, InputError
from xlreport.finding import CellRef
from xlreport.rules.book import rulebook
from xlreport.rules.evaluate import CellError, Value
from xlreport.workbook.display import Content
from xlreport.workbook.grid import LINE, MAX_HEIGHT, lines_needed
from xlreport.workbook.layout import EXPLAIN, META_KEYS, layout, template_version
from xlreport.workbook.plan import Cell, Plan, Sheet, quoted
from xlreport.workbook.style import FLAGS, properties
from xlreport.workbook.validation import MAX_CELL, validation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlreport.filing import Filing, FilingValue
    from xlreport.forms.model import Form

#: The same filing gives the same bytes, whenever it is written.
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001  (XlsxWriter writes it as UTC, and takes no zone)

PAPER_A4 = 9

#: Points to a page margin in inches: 12 mm at the sides, 15 mm above and below.
MARGINS = {"left": 0.47, "right": 0.47, "top": 0.75, "bottom": 0.7}


class _LockedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter carries no types for subclassing
    """XlsxWriter has no lock for the structure of a workbook: sheets added, deleted, renamed, shown."""

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        # CT_Workbook: workbookProtection stands between workbookPr and bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])


def write_workbook(
    filing: Filing, path: Path, *, locked: frozenset[str] = frozenset(), token: str | None = None
) -> None:
    """Write the workbook of `filing` to `path`; an existing file is replaced in one step.

    Field defaults stand where `filing.values` has no entry; an entry of None stays blank. Unreadable text in
    `filing.raw` is written back as it was. The input cells in `locked` are written locked; `token` (or the filing's)
    goes into `_meta`. Raises InputError where a text is longer than a cell holds, DefinitionError where the form
    asks for more than Excel takes, EnvironmentFault where the disk refuses.
    """
    data = workbook_bytes(filing, locked=locked, token=token)
    try:
        handle, name = tempfile.mkstemp(prefix=".~", suffix=".xlsx", dir=path.parent)
    except OSError as error:
        raise _disk(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o666 & ~_umask())  # noqa: PTH101  (mkstemp makes it private)
        os.replace(name, path)  # noqa: PTH105
    except OSError as error:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise _disk(path, error) from None


def workbook_bytes(filing: Filing, *, locked: frozenset[str] = frozenset(), token: str | None = None) -> bytes:
    """The workbook as a file's bytes; see `write_workbook`."""
    plan = layout(filing.form)
    content = _content(filing, plan)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # XlsxWriter only warns where it drops a validation or a name.
        warnings.simplefilter("error")
        try:
            _Writer(plan, content, filing, locked, token).write(buffer)
        except UserWarning as warning:
            raise DefinitionError(f"表样定义“{filing.form.id}”不能写成工作簿：{warning}。") from None
    return buffer.getvalue()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _disk(path: Path, error: OSError) -> EnvironmentFault:
    if isinstance(error, PermissionError):
        return EnvironmentFault(
            f"不能写入“{path}”：文件正在 Excel 或 WPS 中打开，或没有写入权限，请关闭文件或换一个位置再试。"
        )
    if isinstance(error, FileNotFoundError):
        return EnvironmentFault(f"不能写入“{path}”：文件夹“{path.parent}”不存在，请先建立文件夹。")
    if isinstance(error, IsADirectoryError):
        return EnvironmentFault(f"不能写入“{path}”：这是一个文件夹，请另取文件名。")
    return EnvironmentFault(f"不能写入“{path}”（{error.strerror}），请检查磁盘空间和路径后再试。")


# What the cells hold


def cell_value(value: FilingValue) -> FilingValue:
    """A value as a cell holds it: line breaks are single line feeds, an empty text is a blank."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n") or None
    return value


def _content(filing: Filing, plan: Plan) -> Content:
    book = rulebook(filing.form)
    cells: dict[str, Value] = {}
    for id_, field in filing.form.fields.items():
        if field.role == "computed":
            continue
        value: FilingValue = filing.raw[id_] if id_ in filing.raw else filing.values.get(id_)
        if id_ not in filing.raw and id_ not in filing.values and field.role == "input":
            value = field.default
        cells[id_] = cell_value(value)
        _fits(plan, id_, cells[id_])
    explanations = {key: cell_value(text) or "" for key, text in filing.explanations.items()}
    return Content(book=book, cells=book.compute(cells), explanations={k: str(v) for k, v in explanations.items()})


def _fits(plan: Plan, id_: str, value: Value) -> None:
    if isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > MAX_CELL:
        sheet, cell = plan.fields[id_]
        place = CellRef(field=id_, sheet=sheet.title, address=cell.address)
        raise InputError(f"{place}的文字有{len(value)}个字，超过一格{MAX_CELL}个字的上限，请缩短。")


def _meta(filing: Filing, form: Form, token: str | None) -> dict[str, str | int | None]:
    code = filing.meta.unit_code or filing.values.get("unit.code")
    values: dict[str, str | int | None] = {
        "form": form.id,
        "form_version": form.version,
        "template_version": template_version(form),
        "unit_code": None if code is None else str(code),
        "year": filing.meta.year if filing.meta.year is not None else filing.year,
        "token": token or filing.meta.token,
    }
    return {f"meta.{key}": values[key] for key in META_KEYS}


# Painting


class _Writer:
    def __init__(self, plan: Plan, content: Content, filing: Filing, locked: frozenset[str], token: str | None) -> None:
        self.plan = plan
        self.content = content
        self.locked = locked
        self.unit = filing.unit
        self.meta = _meta(filing, plan.form, token)
        self.explanations = {_explain_name(key, content): text for key, text in content.explanations.items() if text}
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self, buffer: io.BytesIO) -> None:
        self.book = _LockedWorkbook(buffer, {"in_memory": True})
        self.book.set_properties(
            {"title": self.plan.form.title, "subject": self.plan.form.basis, "author": "", "created": CREATED}
        )
        self.book.set_calc_mode("auto")
        sheets = [(sheet, self.book.add_worksheet(sheet.title)) for sheet in self.plan.sheets]
        for sheet, worksheet in sheets:
            self.sheet(sheet, worksheet)
        for name, (sheet, cell) in self.plan.names.items():
            column, row = cell.address.rstrip("0123456789"), cell.row + 1
            self.book.define_name(name, f"={quoted(sheet.title)}!${column}${row}")
        sheets[0][1].activate()
        self.book.close()

    def format(self, look: Mapping[str, Any]) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(look))
        return self.formats[key]

    def sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        for col, width in sheet.widths.items():
            worksheet.set_column(col, col, width)
        for row, height in self.heights(sheet).items():
            worksheet.set_row(row, height)
        for cell in sheet.cells:
            self.cell(worksheet, cell)
        for flag in sheet.flags:
            style = {"type": "formula", "criteria": "=" + flag.formula, "format": self.format(FLAGS[flag.style])}
            worksheet.conditional_format(*flag.area, style)
        worksheet.protect("", {"select_locked_cells": True, "select_unlocked_cells": True})
        if sheet.hidden:
            worksheet.very_hidden()
            return
        self.page(sheet, worksheet)
        first = next((cell for cell in sheet.cells if cell.role == "input" and cell.field not in self.locked), None)
        if first is not None:
            worksheet.set_selection(first.row, first.col, first.row, first.col)
        if sheet.freeze:
            worksheet.freeze_panes(*sheet.freeze)

    def heights(self, sheet: Sheet) -> dict[int, float]:
        """Row heights, with those of filled prose grown to what is in it."""
        heights = dict(sheet.heights)
        for cell in sheet.cells:
            text = self.content.text(cell.field) if cell.style == "input_prose" and cell.field else ""
            if text:
                needed = lines_needed(text, sheet.widths.get(cell.col, 9.0) - 1) * LINE + 6
                heights[cell.row] = min(MAX_HEIGHT, max(heights.get(cell.row, 0.0), needed))
        return heights

    def page(self, sheet: Sheet, worksheet: Worksheet) -> None:
        worksheet.set_paper(PAPER_A4)
        if sheet.landscape:
            worksheet.set_landscape()
        worksheet.set_margins(**MARGINS)
        worksheet.center_horizontally()
        worksheet.hide_gridlines(2)
        # "&" begins a code in headers and footers.
        unit = self.unit.replace("&", "&&")[:60]
        worksheet.set_header(f"&L&9{unit}&R&9&A", {"margin": 0.35})
        worksheet.set_footer("&C&9第 &P 页，共 &N 页", {"margin": 0.3})
        if sheet.print_area:
            worksheet.print_area(*sheet.print_area)
        if sheet.repeat_rows:
            worksheet.repeat_rows(*sheet.repeat_rows)
        worksheet.fit_to_pages(*sheet.fit)

    def cell(self, worksheet: Worksheet, cell: Cell) -> None:
        look = self.format(properties(cell, self.locked))
        if cell.rows > 1 or cell.cols > 1:
            worksheet.merge_range(cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1, "", look)
        if cell.link:
            worksheet.write_url(cell.row, cell.col, "internal:" + cell.link, look, cell.text)
        elif cell.display is not None:
            self.formula(worksheet, cell, look)
        else:
            self.constant(worksheet, cell, self.held(cell), look)
        if cell.role in ("input", "explain") and cell.field not in self.locked:
            options = validation(cell, self.plan.form)
            if options is not None:
                worksheet.data_validation(cell.row, cell.col, cell.row, cell.col, options)

    def held(self, cell: Cell) -> Value:
        if cell.field is not None:
            return self.content.cells.get(cell.field)
        if cell.role == "explain":
            return self.explanations.get(cell.name or "")
        if cell.name in self.meta:
            return self.meta[cell.name]
        return cell.text

    def constant(self, worksheet: Worksheet, cell: Cell, value: Value, look: Format) -> None:
        if value is None or value == "":
            worksheet.write_blank(cell.row, cell.col, None, look)
        elif isinstance(value, str):
            # Never write(): what staff typed is text, not a formula, link or number.
            worksheet.write_string(cell.row, cell.col, value, look)
        elif isinstance(value, int | float):
            worksheet.write_number(cell.row, cell.col, value, look)

    def formula(self, worksheet: Worksheet, cell: Cell, look: Format) -> None:
        assert cell.display is not None  # noqa: S101
        value = cell.display.value(self.content)
        shown = value.code if isinstance(value, CellError) else value
        worksheet.write_formula(cell.row, cell.col, "=" + cell.formula, look, "" if shown is None else shown)


def _explain_name(key: str, content: Content) -> str:
    """The defined name of an explanation's cell: balance[natural] → explain.balance.natural."""
    check = content.book.by_key.get(key)
    if check is not None:
        return EXPLAIN + check.name
    rule, _, item = key.partition("[")
    return f"{EXPLAIN}{rule}.{item.rstrip(']')}" if item else EXPLAIN + rule
