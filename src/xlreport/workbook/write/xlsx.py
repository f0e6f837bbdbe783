"""From a filing to a workbook: the only module that writes Excel files (besides the roll-up writer)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import xlsxwriter
import xlsxwriter.worksheet

from xlreport.errors import DefinitionError
from xlreport.filing import Filing
from xlreport.rules.evaluate import CellError
from xlreport.storage.files import StrPath, write_atomically
from xlreport.storage.log import log_exception
from xlreport.wording import shortened
from xlreport.workbook.layout.canvas import LINE, MAX_HEIGHT, lines_needed
from xlreport.workbook.layout.names import explanation_name
from xlreport.workbook.layout.plan import Cell, CellMark, Plan, Sheet, quoted
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.layout.validation import validation
from xlreport.workbook.write.content import content_of, meta_of
from xlreport.workbook.write.style import DEFAULT, FLAGS, FONT, TABS, properties

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlreport.rules.evaluate import Value
    from xlreport.workbook.layout.formulas import Content, Display

#: The same filing gives the same bytes, whenever it is written.
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001  (XlsxWriter writes it as UTC, and takes no zone)

PAPER_A4 = 9

#: Pixels.
NOTE_WIDTH = 340

#: Letters of a unit's name in the title that file managers show.
UNIT_SHOWN = 100

#: Styles of cells whose row grows with their text.
GROWING = frozenset({"input_prose", "explain"})

#: Below each page that is signed: lines for those who sign, with room to write, over the number of the page.
SIGNED_FOOTER = "&L&10填报人：\n &C&10审核人：　　　　　　　&9\n第 &P 页，共 &N 页&R&10负责人：　　　　　　　　\n "
SIGNED_MARGIN = 0.85

#: Margins in inches.
MARGINS = {"left": 0.47, "right": 0.47, "top": 0.6, "bottom": 0.55}


class _Worksheet(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]  # XlsxWriter carries no types for subclassing
    """XlsxWriter writes an empty text cached by a formula without its type, and without escaping control characters."""

    def _xml_formula_element(self, formula: str, result: object, attributes: list[tuple[str, object]]) -> None:
        if result == "":
            attributes = [*attributes, ("t", "str")]
        elif isinstance(result, str):
            result = self._escape_control_characters(result)
        super()._xml_formula_element(formula, result, attributes)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002  (XlsxWriter's signature)
        # The plans use no function newer than Excel 2010, so there is none to mark as such: a third of the time saved.
        return formula.removeprefix("=")


class _LockedWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]  # XlsxWriter carries no types for subclassing
    """XlsxWriter has no lock for the structure of a workbook: sheets added, deleted, renamed, shown."""

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        # CT_Workbook: workbookProtection stands between workbookPr and bookViews.
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])


def write_workbook(
    filing: Filing,
    path: StrPath,
    *,
    locked: frozenset[str] = frozenset(),
    token: str | None = None,
    marks: Mapping[str, CellMark] | None = None,
    extra: Sheet | None = None,
) -> None:
    """Write the workbook of `filing` to `path`, making its folder where needed; an existing file is replaced at once.

    Field defaults stand where `filing.values` has no entry; an entry of None stays blank. Unreadable text in
    `filing.raw` is written back as it was. The input cells in `locked` are written locked; `token` (or the filing's)
    goes into `_meta`. `marks` colours and notes cells, by defined name; `extra` is one more sheet, put last; with
    marks it is shown first. Raises InputError where a text is longer than a cell holds, DefinitionError where the form
    asks for more than Excel takes, EnvironmentFault where the disk refuses.
    """
    write_atomically(Path(path), workbook_bytes(filing, locked=locked, token=token, marks=marks, extra=extra))


def workbook_bytes(
    filing: Filing,
    *,
    locked: frozenset[str] = frozenset(),
    token: str | None = None,
    marks: Mapping[str, CellMark] | None = None,
    extra: Sheet | None = None,
) -> bytes:
    """The workbook as a file's bytes; see `write_workbook`."""
    plan = layout(filing.form)
    if extra is not None:
        plan = msgspec.structs.replace(plan, sheets=(*plan.sheets, extra))
    content = content_of(filing, plan)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # XlsxWriter only warns where it drops a validation or a name.
        warnings.simplefilter("error", UserWarning)
        try:
            _Writer(plan, content, filing, locked, token, marks or {}).write(buffer, extra)
        except UserWarning as warning:
            log_exception("workbook", warning)
            raise DefinitionError(
                f"表样定义“{filing.form.id}”不能写成工作簿：有选项、提示、名称或文字超过 Excel 的限度，请改短。"
            ) from None
    return buffer.getvalue()


def _note(text: str) -> dict[str, Any]:
    """A box that holds the whole note, without an author's name in it."""
    height = LINE * (lines_needed(text, NOTE_WIDTH / 7) + 1)
    return {"author": "", "width": NOTE_WIDTH, "height": height * 4 / 3, "font_name": FONT, "font_size": 10}


# Painting


class _Writer:
    def __init__(
        self,
        plan: Plan,
        content: Content,
        filing: Filing,
        locked: frozenset[str],
        token: str | None,
        marks: Mapping[str, CellMark],
    ) -> None:
        self.plan = plan
        self.content = content
        self.locked = locked
        self.marks = marks
        self.unit = filing.unit
        year = f"{filing.year}年" if filing.year else ""
        self.title = f"{year}{filing.period}{shortened(filing.unit, UNIT_SHOWN)}{plan.form.title}"
        self.meta = meta_of(filing, token)
        self.explanations = {explanation_name(key): text for key, text in content.explanations.items() if text}
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self, buffer: io.BytesIO, extra: Sheet | None = None) -> None:
        self.book = _LockedWorkbook(buffer, {"in_memory": True, "default_format_properties": dict(DEFAULT)})
        self.book.set_properties(
            {"title": self.title, "subject": self.plan.form.basis, "author": "", "created": CREATED}
        )
        self.book.set_calc_mode("auto")
        sheets = [(sheet, self.book.add_worksheet(sheet.title, _Worksheet)) for sheet in self.plan.sheets]
        for sheet, worksheet in sheets:
            self.sheet(sheet, worksheet)
        for name, (sheet, cell) in self.plan.names.items():
            column, row = cell.address.rstrip("0123456789"), cell.row + 1
            self.book.define_name(name, f"={quoted(sheet.title)}!${column}${row}")
        next(worksheet for sheet, worksheet in sheets if sheet is (extra if extra and self.marks else sheet)).activate()
        self.book.close()

    def format(self, look: Mapping[str, Any]) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(look))
        return self.formats[key]

    def sheet(self, sheet: Sheet, worksheet: Worksheet) -> None:
        for col, width in sheet.widths.items():
            worksheet.set_column(col, col, width)
        for col in sheet.hidden_columns:
            worksheet.set_column(col, col, None, None, {"hidden": True})
        for row, height in self.heights(sheet).items():
            worksheet.set_row(row, height)
        for cell in sheet.cells:
            self.cell(worksheet, cell)
        for flag in sheet.flags:
            style = {"type": "formula", "criteria": "=" + flag.formula, "format": self.format(FLAGS[flag.style])}
            worksheet.conditional_format(*flag.area, style)
        allowed = {"select_locked_cells": True, "select_unlocked_cells": True, "autofilter": sheet.filter is not None}
        worksheet.protect("", allowed)
        if sheet.hidden:
            worksheet.very_hidden()
            return
        self.page(sheet, worksheet)
        first = next((cell for cell in sheet.cells if cell.role == "input" and cell.field not in self.locked), None)
        if first is not None:
            worksheet.set_selection(first.row, first.col, first.row, first.col)
        if sheet.freeze:
            worksheet.freeze_panes(*sheet.freeze)
        if sheet.filter:
            worksheet.autofilter(*sheet.filter)
        if sheet.tab:
            worksheet.set_tab_color(TABS[sheet.tab])

    def heights(self, sheet: Sheet) -> dict[int, float]:
        """Row heights, grown to the prose and explanations that are already there."""
        heights = dict(sheet.heights)
        for cell in sheet.cells:
            text = self.held(cell) if cell.style in GROWING else None
            if isinstance(text, str):
                needed = lines_needed(text, sheet.widths.get(cell.col, 9.0) - 1) * LINE + 6
                heights[cell.row] = min(MAX_HEIGHT, max(heights.get(cell.row, 0.0), needed))
        return heights

    def page(self, sheet: Sheet, worksheet: Worksheet) -> None:
        worksheet.set_paper(PAPER_A4)
        if sheet.landscape:
            worksheet.set_landscape()
        worksheet.set_margins(**MARGINS | ({"bottom": SIGNED_MARGIN} if sheet.signed else {}))
        worksheet.center_horizontally()
        worksheet.hide_gridlines(2)
        # "&" begins a code in headers and footers.
        unit = self.unit.replace("&", "&&")[:60]
        number = sheet.number.replace("&", "&&")[:120] or "&A"
        worksheet.set_header(f"&L&9 {unit}&R&9{number}", {"margin": 0.35})
        worksheet.set_footer(SIGNED_FOOTER if sheet.signed else "&C&9第 &P 页，共 &N 页", {"margin": 0.3})
        if sheet.print_area:
            worksheet.print_area(*sheet.print_area)
        if sheet.repeat_rows:
            worksheet.repeat_rows(*sheet.repeat_rows)
        worksheet.fit_to_pages(*sheet.fit)

    def cell(self, worksheet: Worksheet, cell: Cell) -> None:
        mark = self.marks.get(cell.name) if cell.name else None
        look = self.format(properties(cell, self.locked) | (FLAGS[mark.style] if mark else {}))
        if mark:
            worksheet.write_comment(cell.row, cell.col, mark.note, _note(mark.note))
        if cell.rows > 1 or cell.cols > 1:
            worksheet.merge_range(cell.row, cell.col, cell.row + cell.rows - 1, cell.col + cell.cols - 1, "", look)
        if cell.link:
            worksheet.write_url(cell.row, cell.col, "internal:" + cell.link, look, cell.text)
        elif cell.display is not None:
            self.formula(worksheet, cell, cell.display, look)
        else:
            self.constant(worksheet, cell, self.held(cell), look)
        if cell.role in ("input", "explain"):
            options = validation(cell, self.plan.form, self.content.filing.year)
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

    def formula(self, worksheet: Worksheet, cell: Cell, display: Display, look: Format) -> None:
        value = display.value(self.content)
        shown = value.code if isinstance(value, CellError) else value
        worksheet.write_formula(cell.row, cell.col, "=" + cell.formula, look, "" if shown is None else shown)
