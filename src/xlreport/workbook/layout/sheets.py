"""Where everything stands in the workbook of a form.

Sheets: 填表说明, 基本信息, one per section of the report, 上年数和控制数, 可引用的数字, 校验, and the very-hidden _meta. A section's sheet
shows, from the top: its heading and hint, its short fields, its tables in the official layout, then its prose with a preview
below that prints. Its unlocked cells are the form's own, so that Tab visits these and nothing else.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.forms.model import Field, Form, Section
from xlreport.forms.registry import kept_key
from xlreport.rules.rulebook import rulebook
from xlreport.storage.cache import keep_struct, load_struct
from xlreport.workbook.addresses import a1
from xlreport.workbook.layout.canvas import TITLE_ROW, Grid
from xlreport.workbook.layout.check_sheet import check_sheet
from xlreport.workbook.layout.comparison_sheet import COMPARISON_SHEET, comparison_sheet
from xlreport.workbook.layout.dated import show_text
from xlreport.workbook.layout.generated_prose import place_generated, place_own_headings, place_taken, workings
from xlreport.workbook.layout.guide_sheet import guide_sheet
from xlreport.workbook.layout.names_sheet import NAMES_SHEET, names_sheet
from xlreport.workbook.layout.plan import Cell, Flag, Plan, Sheet
from xlreport.workbook.layout.positions import CHECK_SHEET, GUIDE_SHEET, Places
from xlreport.workbook.layout.printed_prose import Preview
from xlreport.workbook.layout.progress import Required
from xlreport.workbook.layout.tables import Tables
from xlreport.workbook.layout.typed_prose import FIRST, OTHERS, place_paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CHECK_SHEET", "GUIDE_SHEET", "META_KEYS", "META_SHEET", "definition_hash", "layout", "template_version"]

META_SHEET = "_meta"

#: Names and order of the cells of `_meta`: label in column A, value in column B.
META_KEYS = ("form", "form_version", "template_version", "unit_code", "year", "token", "definition")

#: Layout of the workbook itself; goes up when cells move. Stands in _meta as template_version with the form version.
LAYOUT_VERSION = 12

HINT = "黄色单元格由填报单位填写，灰色单元格自动计算。没有发生的填 0，不适用的填“/”。"

#: At the top of a printed table.
NUMBER = "表号：表{number}　制定依据：{basis}"

#: Beside every prose cell.
PASTING = (
    "可从 Word 直接粘贴：选中黄色格粘贴，一段占一行；段落比黄色行多时，先按 F2 再粘贴。"
    "也可写在 Word 里，存成“工作簿名-正文.docx”放在旁边。"
)

#: Height of a blank prose cell, in points.
PROSE_HEIGHT = 225.0

#: Columns of a sheet with prose, and their widths in Latin characters: label, input, mark, prompt.
LABEL, INPUT = 0, 1
#: Together they are seen on a screen of 1366 pixels.
LABEL_WIDTH, INPUT_WIDTH, MARK_WIDTH, PROMPT_WIDTH = 17.0, 64.0, 8.0, 35.0


def template_version(form: Form) -> str:
    """Changes whenever the workbook's cells or rules change: form version and layout version."""
    return f"{form.version}.{LAYOUT_VERSION}"


@cache
def definition_hash(form: Form) -> str:
    """Tells two definitions of one version apart: what stands where in their workbooks, formulas and all."""
    made = [
        (sheet.title, [(c.row, c.col, c.rows, c.cols, c.role, c.text, c.formula, c.name) for c in sheet.cells])
        for sheet in layout(form).sheets
    ]
    typed = [(field.id, field.kind, field.options) for field in form.inputs]
    return hashlib.sha256(msgspec.json.encode((made, typed))).hexdigest()[:16]


@cache
def layout(form: Form) -> Plan:
    """The plan of the workbook of `form`."""
    key = kept_key(form, "plan")
    if key is None:
        return _planned(form)
    known = {"form": form} | {f"check {check.key}": check for check in rulebook(form).checks}
    plan = load_struct(key, known)
    if not isinstance(plan, Plan):
        plan = _planned(form)
        keep_struct(key, plan, known)
    return plan


def _planned(form: Form) -> Plan:
    places = Places(rulebook(form))
    # Two passes: formulas may point forward, so places come first.
    onward = [*(section.sheet for section in form.sections[1:]), CHECK_SHEET]
    for section, following in zip(form.sections, onward, strict=True):
        _section(section, form, places, following)
    comparison_sheet(form, places)
    places.drafting = False
    sections = [_section(section, form, places, next_) for section, next_ in zip(form.sections, onward, strict=True)]
    comparison = comparison_sheet(form, places)
    others = [(NAMES_SHEET, "可在文字中用【名称】引用的数字")]
    if comparison is not None:
        others.insert(0, (COMPARISON_SHEET, "上年数和控制数，可不填"))
    beside = filter(None, [comparison, names_sheet(form, places)])
    sheets = (guide_sheet(form, places, others), *sections, *beside, check_sheet(form, places), _meta())
    return Plan(form=form, sheets=sheets)


def _meta() -> Sheet:
    cells = []
    for row, key in enumerate(META_KEYS):
        cells.append(Cell(row=row, col=0, role="label", style="cell", text=key))
        cells.append(Cell(row=row, col=1, role="label", style="cell", name=f"meta.{key}"))
    return Sheet(title=META_SHEET, cells=tuple(cells), widths={0: 20, 1: 40}, hidden=True)


def _section(section: Section, form: Form, places: Places, onward: str) -> Sheet:
    fields = [form.fields[id_] for id_ in section.fields]
    prose = [field for field in fields if field.style == "prose"]
    tables = Tables(section, form, places.book)
    if prose or not tables.blocks:
        return _prose_sheet(section, fields, prose, tables, places, onward)
    return _table_sheet(section, fields, tables, places, onward)


def _heads(grid: Grid, section: Section, cols: int, onward: str) -> None:
    grid.head(section.heading or section.sheet, section.hint or HINT, cols, onward)
    grid.row = 3


def _table_sheet(section: Section, fields: Sequence[Field], tables: Tables, places: Places, onward: str) -> Sheet:
    """A sheet whose tables print as they stand."""
    grid = Grid(section.sheet, places, tables.widths())
    width = max(tables.width, 2)
    _heads(grid, section, width, onward)
    for field in fields:
        _input(grid, field, tables.mark_col)
    grid.row += bool(fields)
    start = grid.row
    tables.place(grid)
    top, bottom = tables.head_rows[0]
    one = len(tables.blocks) == 1
    return Sheet(
        title=section.sheet,
        cells=tuple(grid.cells),
        section=section.key,
        widths=grid.widths,
        heights=grid.heights,
        print_area=(TITLE_ROW, 0, tables.last_printed, width - 1),
        tab="fill",
        number=NUMBER.format(number=section.number, basis=places.book.form.basis) if section.number else "",
        signed=True,
        landscape=tables.figures > 4,
        fit=(1, 1) if tables.last_printed <= 50 else (1, 0),
        repeat_rows=(top, bottom) if one and tables.last_printed > 50 else None,
        freeze=(bottom + 1, tables.labels) if one else (start, 0),
        flags=tuple(grid.flags),
    )


def _prose_sheet(
    section: Section, fields: Sequence[Field], prose: Sequence[Field], tables: Tables, places: Places, onward: str
) -> Sheet:
    """A sheet with prose: inputs above, for the screen; below, what prints."""
    form = places.book.form
    mark = max(tables.mark_col, INPUT + 1)
    widths = {LABEL: LABEL_WIDTH, INPUT: INPUT_WIDTH, mark: MARK_WIDTH, mark + 1: PROMPT_WIDTH}
    grid = Grid(section.sheet, places, dict.fromkeys(range(INPUT + 1, mark), 14.0) | widths)
    _heads(grid, section, 2, onward)
    short = [field for field in fields if field.style != "prose"]
    hidden = mark + 3
    texts = hidden + 3
    for field in short:
        place_taken(grid, form, field, grid.row, texts)
        _input(grid, field, mark)
    grid.row += bool(short)
    if tables.blocks:
        tables.place(grid)
        grid.row += 1
    own = place_own_headings(grid, prose, 0, texts) if prose and form.sentences else ""
    generated = {}
    for n, field in enumerate(prose):
        _input(grid, field, mark, PROSE_HEIGHT)
        place_paragraphs(grid, field, LABEL, INPUT, texts, OTHERS if n or not section.heading else FIRST)
        generated[field.id] = place_generated(grid, form, field, prose, own, texts)
    area: tuple[int, int, int, int] = (TITLE_ROW, 0, grid.row - 1, 1)
    if prose:
        grid.row += 1
        repeats = [*short, *(form.fields[id_] for id_ in _table_ids(section))]
        preview = Preview(grid, prose, generated, repeats, hidden, mark + 1)
        title = f"{section.heading or section.sheet}（打印稿）"
        first, last = preview.place(title)
        area = (first, 0, last, mark)
    return Sheet(
        title=section.sheet,
        cells=tuple(grid.cells),
        section=section.key,
        widths=grid.widths,
        hidden_columns=tuple(range(hidden, texts + workings(form, prose))),
        heights=grid.heights,
        print_area=area,
        tab="fill",
        signed=True,
        fit=(1, 1),
        freeze=(3, 0),
        flags=tuple(grid.flags),
    )


def _table_ids(section: Section) -> Iterator[str]:
    for table in section.tables:
        yield from table.ids


def _input(grid: Grid, field: Field, mark: int, least: float = 21.0) -> None:
    """A row with a field: label, cell, beside a required one ✓ or ✗ 未填, and the prompt in words."""
    label = field.label + (" *" if field.required else "")
    grid.label(grid.row, LABEL, label, "name")
    grid.fit(grid.row, label, grid.width(LABEL) - 1, least)
    grid.field(field, grid.row, INPUT)
    if field.required:
        grid.show(grid.row, mark, Required(field.id), "mark")
        area = (grid.row, INPUT, grid.row, INPUT)
        held = a1(grid.row, INPUT) if grid.places.drafting else grid.places.cell(grid.sheet, field.id)
        grid.flags.append(Flag(area=area, formula=f"LEN({held})=0", style="missing"))
    prompt = f"{field.prompt}\n{PASTING}" if field.style == "prose" else field.prompt or field.traits.prompt
    if prompt:
        show_text(grid, grid.row, mark + 1, prompt.strip(), "prompt")
        grid.fit(grid.row, prompt.strip(), grid.width(mark + 1) * 11 / 9, line=12.0)
    grid.row += 1
