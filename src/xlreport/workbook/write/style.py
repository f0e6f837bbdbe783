"""How cells look: the properties of every style that a plan names, as XlsxWriter takes them."""

from __future__ import annotations

from typing import Any, TypeAlias

from xlreport.workbook.layout.plan import Cell

Properties: TypeAlias = dict[str, Any]

FONT = "宋体"
HEADING_FONT = "黑体"

YELLOW, PALE, GREY, HEAD, LINE = "#FFF9D6", "#FFFDF0", "#EDEDED", "#DCE6F1", "#808080"
RED_FILL, RED_TEXT, AMBER_FILL, AMBER_TEXT = "#FFC7CE", "#9C0006", "#FFE699", "#7F4F00"
BLUE_FILL = "#EAF3FA"

#: Colours of the tabs by what a sheet is for.
TABS = {"guide": "#2F75B5", "fill": "#FFC000", "beside": "#A6A6A6", "check": "#70AD47"}

#: Text as text, numbers with up to six decimals and no needless point, dates as the report prints them.
TEXT, WHOLE, DATE, PERCENT = "@", "0", 'yyyy"年"m"月"d"日"', "+0.0%;-0.0%;0.0%"

#: The workbook's own font: column widths are counted in its digits.
DEFAULT: Properties = {"font_name": FONT, "font_size": 11}

_BASE: Properties = {**DEFAULT, "font_scheme": "none", "valign": "vcenter"}
_BOX: Properties = {"border": 1, "border_color": LINE}
_TABLE: Properties = {"border": 1, "border_color": "#000000"}
_CENTRE: Properties = {"align": "center"}
_WRAP: Properties = {"text_wrap": True}
_SMALL: Properties = {"font_size": 9, "font_color": "#595959"}

_STYLES: dict[str, Properties] = {
    "title": {"font_name": HEADING_FONT, "font_size": 16, **_CENTRE},
    "subtitle": {"font_name": HEADING_FONT, "font_size": 12},
    "hint": {"font_color": "#595959", **_WRAP},
    "guide": _WRAP,
    "name": {"bold": True, "bg_color": HEAD, **_BOX, **_WRAP},
    "prompt": {**_SMALL, **_WRAP},
    "head": {"bold": True, "bg_color": HEAD, **_TABLE, **_CENTRE, **_WRAP},
    "row_head": {**_TABLE, **_WRAP},
    "side_head": {**_SMALL, **_BOX, **_CENTRE, **_WRAP},
    "cell": {**_BOX, **_WRAP},
    "small_cell": {"font_size": 10, **_BOX, **_WRAP},
    "small_head": {"font_size": 10, "bold": True, "bg_color": HEAD, **_TABLE, **_CENTRE, **_WRAP},
    "cell_centre": {**_BOX, **_CENTRE},
    "figure": {**_BOX, **_CENTRE, "num_format": "General"},
    "link": {"font_size": 10, "font_color": "#0563C1", "underline": 1, **_BOX},
    "way": {"font_size": 10, "font_color": "#0563C1", "underline": 1},
    "fact": {**_BOX, "align": "left"},
    "to_do": {"font_color": "#0563C1", "underline": 1},
    "state": {"bold": True, **_BOX, **_CENTRE},
    "verdict": {**_SMALL, **_BOX, **_CENTRE},
    "mark": {"bold": True, **_CENTRE},
    "column_mark": {"font_size": 9, "bold": True, **_CENTRE, **_WRAP},
    "change": {**_SMALL, **_BOX, **_CENTRE, "num_format": PERCENT},
    "explain": {"bg_color": YELLOW, **_BOX, **_WRAP},
    "generated": {"font_size": 10, "font_color": "#1F4E79", **_BOX, **_WRAP, "valign": "top"},
    # Where a program draws columns narrower than Excel, a line is shrunk, not cut.
    "preview": {"font_size": 9.5, "shrink": True},
    "preview_name": {"font_size": 9.5, "bg_color": HEAD, **_BOX, **_WRAP},
    "preview_value": {"font_size": 9.5, **_BOX, **_WRAP, "align": "left"},
    "preview_date": {"font_size": 9.5, **_BOX, "align": "left", "num_format": DATE},
    "working": {"font_size": 8, "font_color": "#BFBFBF"},
}

#: What flags put over a cell's own style.
FLAGS: dict[str, Properties] = {
    "bad": {"bg_color": RED_FILL, "font_color": RED_TEXT, "bold": True},
    "warned": {"bg_color": AMBER_FILL, "font_color": AMBER_TEXT, "bold": True},
    "missing": {"bg_color": AMBER_FILL},
    "pending": {"bg_color": BLUE_FILL},
}

_ROLES: dict[str, Properties] = {
    "input": {"bg_color": YELLOW},
    "optional": {"bg_color": PALE, "border_color": LINE},
    "computed": {"bg_color": GREY, "bold": True},
    "given": {"bg_color": GREY},
}

_READ: dict[str, Properties] = {
    # Shrunk where it is too long: a figure never breaks, nor shows ####.
    "number": {**_TABLE, **_CENTRE, "shrink": True},
    "year": {**_BOX, "align": "left"},
    "text": {**_BOX, "num_format": TEXT, **_WRAP},
    # Not the text format: older Excel shows text of more than 255 characters in it as ####.
    "prose": {**_BOX, "valign": "top", **_WRAP},
    "date": {**_BOX, "num_format": DATE, "align": "left"},
    "choice": {**_BOX, "num_format": TEXT},
}


#: Roles of cells that staff fill in; those of a field.
FIELDS = frozenset({"input", "paragraph"})
UNLOCKED = FIELDS | {"explain"}


def properties(cell: Cell, locked: frozenset[str]) -> Properties:
    """The look of a cell; only inputs and explanations that are not in `locked` are unlocked."""
    fixed = _STYLES.get(cell.style)
    if fixed is None:  # a field's: its role and how it is read
        role, _, read = cell.style.partition("_")
        fixed = {**_READ[read], **_ROLES[role]}
    style = fixed
    unlocked = cell.role in UNLOCKED and (cell.field or cell.continues) not in locked
    if cell.role in FIELDS and not unlocked:
        style = {**style, **_ROLES["given"]}
    return {**_BASE, **style, "locked": not unlocked}
