"""Charts of Word whose data are tags: taken over from the chart's data sheet, and left without it once they are figures.

A chart is drawn from the values kept in its own part. Its data sheet is an Excel file inside the document; a report's
chart has none, because it would show the tags, or figures of the template, to whoever opens “编辑数据”. Word then says
that the linked file is not available; the chart itself stands.
"""

from __future__ import annotations

import posixpath
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lxml import etree

from xlreport import finding_kinds as kinds
from xlreport.published.marks import root_of
from xlreport.report.word.chart_sheets import data_sheet
from xlreport.report.word.template_places import Paragraph
from xlreport.report.word.template_tags import Slip
from xlreport.report.word.template_texts import SIGN
from xlreport.storage.opc import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.report.word.chart_sheets import Area, DataSheet, SheetCell

C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_C15: Final = "{http://schemas.microsoft.com/office/drawing/2012/chart}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

#: Values that must be numbers.
NUMBERS: Final = (f"{C}numCache", f"{C}numLit")

#: What refers to cells, the element with the formula, and the one that keeps the cells' values.
_REFERENCES: Final = {
    f"{C}numRef": (f"{C}f", f"{C}numCache"),
    f"{C}strRef": (f"{C}f", f"{C}strCache"),
    f"{C}multiLvlStrRef": (f"{C}f", f"{C}multiLvlStrCache"),
    f"{_C15}datalabelsRange": (f"{_C15}f", f"{_C15}dlblRangeCache"),
}

#: What stands before the points of kept values.
_LEADING: Final = (f"{C}formatCode", f"{C}ptCount")

_UNUSED: Final = "图表没有用到这个单元格，填了也看不见，请在“编辑数据”里删去，或在“选择数据”里让图表用到它"
_FORMULA: Final = "里是公式，报告里不会重新计算，请在“编辑数据”里改为直接写标签或数。"
_UNCLEAR: Final = "不是直接选取的单元格，不知道对应数据表的哪些标签，请在“选择数据”里改为选取单元格区域。"
_CLOSED: Final = "打不开（加了密码或已损坏），里面有没有标签不能知道，请取消密码，或删去图表重新插入。"
_MISSING: Final = "不在文件里，里面有没有标签不能知道，请删去图表重新插入。"
_CONCEALED: Final = "用到了隐藏的行或列，不知道图表画了哪些数，请在“编辑数据”里取消隐藏。"


class _Chart(NamedTuple):
    """A chart with a data sheet: its part and tree, the part with its relations and their tree, the sheet's part."""

    part: str
    root: Any
    rels: str
    relations: Any
    relation: Any
    target: str

    @property
    def missing(self) -> str:
        """What its data sheet is called, where that is neither in the document nor a file outside of it."""
        outside = self.relation is not None and self.relation.get("TargetMode", "").lower() == "external"
        if self.target or outside:
            return ""
        id_: str = self.root.find(f"{C}externalData").get(f"{_R}id", "")
        return id_ if self.relation is None else posixpath.basename(self.relation.get("Target", ""))

    def slip(self, what: str, text: str, said: str) -> Slip:
        return Slip(kinds.TAG_PLACE, Paragraph(self.part, text, {}, etree.Element("cell"), what), said)


def own_data(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[Slip, ...]]:
    """The parts, each chart that has tags with all of them in its own part and without a data sheet.

    And what is wrong with data sheets: tags that no chart uses, cells of which nobody can tell what they will show. A
    sheet with tags outside its cells stays where it is.
    """
    result = dict(parts)
    slips: list[Slip] = []
    tagged: dict[tuple[str, SheetCell], _Chart] = {}
    used: dict[str, set[SheetCell]] = {}
    for chart in _charts(parts):
        sheet = data_sheet(parts.get(chart.target, b""))
        if chart.missing:
            slips.append(chart.slip("数据表", chart.missing, _MISSING))
        if sheet.closed:
            slips.append(chart.slip("数据表", posixpath.basename(chart.target), _CLOSED))
        if sheet.elsewhere or not (
            sheet.tagged or chart.missing or any(SIGN.search(text) for text in chart.root.itertext())
        ):
            continue
        if sheet.tagged:
            taken = used.setdefault(chart.target, set())
            for reference in chart.root.iter(*_REFERENCES):
                slips += _take_over(chart, reference, sheet, taken)
            for cell in sheet.cells:
                tagged.setdefault((chart.target, cell), chart)
        chart.root.remove(chart.root.find(f"{C}externalData"))
        result[chart.part] = _written(chart.root)
        if chart.relation is not None:
            chart.relations.remove(chart.relation)
            result[chart.rels] = _written(chart.relations)
            result.pop(chart.target, None)
    slips += [
        _unused(chart, cell)
        for (sheet_part, cell), chart in tagged.items()
        if cell.tagged and cell not in used[sheet_part]
    ]
    return result, tuple(slips)


def _unused(chart: _Chart, cell: SheetCell) -> Slip:
    return chart.slip(f"数据表的单元格 {cell.address} ", cell.shown, f"里的标签填不了：{_UNUSED}。")


def _charts(parts: Mapping[str, bytes]) -> Iterator[_Chart]:
    for name, content in parts.items():
        root = root_of(content) if name.startswith("word/charts/") else None
        sheet = None if root is None else root.find(f"{C}externalData")
        if root is None or sheet is None:
            continue
        rels = posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels")
        relations = root_of(parts.get(rels, b""))
        relation = next((each for each in _each(relations) if each.get("Id") == sheet.get(f"{_R}id")), None)
        yield _Chart(name, root, rels, relations, relation, "" if relation is None else _target(name, relation, parts))


def without_blanks(chart: bytes) -> bytes:
    """A filled chart: a figure that is blank or “/” is no point of it, as in a chart of Excel."""
    root = root_of(chart)
    blank = [] if root is None else [p for each in root.iter(*NUMBERS) for p in each.findall(f"{C}pt") if not _value(p)]
    for point in blank:
        point.getparent().remove(point)
    return _written(root) if blank else chart


def _each(root: Any) -> Iterator[Any]:
    yield from () if root is None else root


def _target(chart: str, relation: Any, parts: Mapping[str, bytes]) -> str:
    key = resolved(posixpath.dirname(chart).lower(), relation.get("Target", ""))
    return next((name for name in parts if name.lower() == key), "")


def _value(point: Any) -> str:
    return (point.findtext(f"{C}v") or "").strip()


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _take_over(chart: _Chart, reference: Any, sheet: DataSheet, taken: set[SheetCell]) -> Iterator[Slip]:
    """The tags of the cells that a series, its name or its categories refer to, as its own values; `taken` grows."""
    name, cache = _REFERENCES[reference.tag]
    formula = (reference.findtext(name) or reference.findtext(f".//{_C15}sqref") or "").strip()
    areas = sheet.areas(formula)
    if not areas:
        yield chart.slip("数据的出处", formula, _UNCLEAR)
        return
    if any(_meet(area, hidden) for area in areas for hidden in sheet.hidden):
        yield chart.slip("数据的出处", formula, _CONCEALED)
    before = 0
    for area in areas:
        for cell in filter(area.holds, sheet.cells):
            if cell.tagged:
                taken.add(cell)
            if cell.tagged or not cell.formula:
                _keep(reference, cache, area, cell, before, sum(each.size for each in areas))
            else:
                yield chart.slip(f"数据表的单元格 {cell.address} ", f"={cell.formula.lstrip('=')}", _FORMULA)
        before += area.size


def _keep(reference: Any, name: str, area: Area, cell: SheetCell, before: int, size: int) -> None:
    """What a cell shows as a kept value of what refers to it; `before` cells of other areas come first."""
    cache = reference.find(name)
    if cache is None:
        cache = etree.Element(name)
        reference.insert(1, cache)
    row, column = cell.row - area.top, cell.column - area.left
    if name != f"{C}multiLvlStrCache":
        _count(cache).set("val", str(size))
        _set(cache, before + row * area.columns + column, cell)
    elif _in_rows(reference, cache, area):
        _count(cache).set("val", str(area.columns))
        _set(_level(cache, area.rows, area.rows - 1 - row), column, cell)
    else:
        _count(cache).set("val", str(area.rows))
        _set(_level(cache, area.columns, area.columns - 1 - column), row, cell)


def _in_rows(reference: Any, cache: Any, area: Area) -> bool:
    """Whether each level of the categories is a row of the sheet: as many levels are kept as the area has rows."""
    levels, points = len(cache.findall(f"{C}lvl")), cache.find(f"{C}ptCount")
    shape = (levels, 0 if points is None else int(points.get("val", "0")))
    if area.rows != area.columns and shape in ((area.rows, area.columns), (area.columns, area.rows)):
        return shape[0] == area.rows
    series = next(reference.iterancestors(f"{C}ser"), None)
    values = "" if series is None else series.findtext(f"{C}val/{C}numRef/{C}f") or ""
    corners = [each.strip("$").split("$") for each in values.rpartition("!")[2].split(":")]
    if len(corners) == 2 and all(len(each) == 2 for each in corners):
        return corners[0][1] == corners[1][1]
    return area.columns > area.rows


def _level(cache: Any, levels: int, at: int) -> Any:
    """A level of the categories; the first is the one next to the axis."""
    while len(cache.findall(f"{C}lvl")) < levels:
        etree.SubElement(cache, f"{C}lvl")
    return cache.findall(f"{C}lvl")[at]


def _count(cache: Any) -> Any:
    count = cache.find(f"{C}ptCount")
    if count is None:
        count = etree.Element(f"{C}ptCount")
        cache.insert(1 if cache.find(f"{C}formatCode") is not None else 0, count)
    return count


def _set(holder: Any, at: int, cell: SheetCell) -> None:
    """A tag replaces the point that is kept; what is no tag stands there already, unless no values were kept."""
    point = next((each for each in holder.iterfind(f"{C}pt") if each.get("idx") == str(at)), None)
    if not cell.tagged and (point is not None or (holder.tag in NUMBERS and not _is_number(cell.shown))):
        return
    if point is None:
        point = etree.Element(f"{C}pt", idx=str(at))
        etree.SubElement(point, f"{C}v")
        before = [each for each in holder if each.tag in _LEADING or int(each.get("idx", at)) < at]
        holder.insert(holder.index(before[-1]) + 1 if before else 0, point)
    point.find(f"{C}v").text = cell.shown


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _meet(one: Area, other: Area) -> bool:
    return (
        one.sheet == other.sheet
        and one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )
