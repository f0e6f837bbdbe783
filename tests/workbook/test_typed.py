"""Days, choices that are digits, and texts that are numbers: the workbook's verdicts and Python's, however they are typed.

The workbook is recalculated by LibreOffice. The cells hold a number with or without its format, a shared, cached or
inline text, or a day written out (`t="d"`), as Excel, WPS, LibreOffice and other programs write them.
"""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from support.definitions import made_form, rule
from support.edit import MAIN, parts, shown
from support.office import recalculate, require_office
from xlreport.filing import Filing, Meta
from xlreport.filing_json import read_json, to_json
from xlreport.reviewing.review import review
from xlreport.rules.check import verdicts
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlreport.finding import Finding
    from xlreport.forms import Form

#: Workbooks in the one call of LibreOffice.
BATCH = 40

FORM = """
id = "project"
version = "1"
title = "项目表"
basis = "测试"
first_year = 2020

[[sections]]
key = "basics"
sheet = "基本信息"
title = "基本信息"
fields = [
  { id = "unit.name", label = "单位名称" },
  { id = "report.year", label = "报告年度", kind = "year" },
]

[[sections]]
key = "project"
number = "一"
title = "项目"
sheet = "一 项目"
fields = [
  { id = "project.number", label = "编号" },
  { id = "project.grade", label = "等级", kind = "choice", options = ["1", "2", "3"] },
  { id = "project.start", label = "开始日期", kind = "date" },
  { id = "project.end", label = "结束日期", kind = "date" },
  { id = "project.days", label = "天数", kind = "signed", compute = "N(project.end)-N(project.start)" },
]

[[sections.tables]]
key = "steps"
id = "steps.{row}.{column}"
name = "{row}{column}"
blocks = [ { rows = [
  { key = "first", title = "第一步" },
  { key = "second", title = "第二步" },
], columns = [
  { key = "code", title = "代号", kind = "text" },
  { key = "day", title = "日期", kind = "date" },
  { key = "sort", title = "类别", kind = "choice", options = ["1", "2"] },
  { key = "cost", title = "支出", kind = "count" },
] } ]
"""

EXPRESSIONS = {
    "order": "N(project.end) >= N(project.start)",
    "given": "COUNT(project.start,project.end) = 2",
    "span": "N(project.days) <= 366",
    "after": "N(project.start) >= 43831",
    "number": 'project.number <> "117"',
    "letters": "LEN(project.number) = 3",
    "figure": "NOT(ISNUMBER(project.number))",
    "nothing": "N(project.grade) = 0",
    "grade": 'OR(project.grade = "1", project.grade = "2")',
    "several": "COUNT(steps.first.code:steps.second.cost) >= 3",
    "sum": "SUM(project.number,steps.first.code:steps.second.cost) < 100000",
    "most": "MAX(steps.first.day,steps.second.day) > MIN(steps.first.code,steps.first.sort)",
    "blank": "COUNTBLANK(steps.first.code:steps.second.cost) < 4",
    "sorted": 'IF(steps.first.sort = "1", N(steps.first.day) > 0, ISNUMBER(steps.first.day))',
}

RULES = "".join(
    rule(expr, id=id_, name=id_, message="{left}早于{right}" if id_ == "order" else "不对")
    for id_, expr in EXPRESSIONS.items()
)


class Typed(NamedTuple):
    """What stands in a cell of the file: type, content, and whether it keeps its number format."""

    kind: str
    text: str
    formatted: bool = True


def texts(*values: str) -> st.SearchStrategy[Typed]:
    return st.builds(Typed, st.sampled_from(["s", "str", "inlineStr"]), st.sampled_from(values))


def numbers(*values: str) -> st.SearchStrategy[Typed]:
    return st.builds(Typed, st.just("n"), st.sampled_from(values), st.booleans())


BLANK = st.just(None)
DAY = st.one_of(
    BLANK,
    numbers("43831", "44218", "44219", "44218.625", "44600", "20210122", "0", "1"),
    texts("2021年1月22日", "2021-1-22", "2021/01/23", "二〇二一年一月二十二日", "20210122", "明年", " ", "44218"),
    st.builds(Typed, st.just("d"), st.sampled_from(["2021-01-22", "2021-01-23", "2021-01-22T15:00:00"])),
)
DIGIT = st.one_of(BLANK, numbers("1", "2", "3", "1.0", "7"), texts("1", "2", "１", "2 ", "甲"))
NUMBER = st.one_of(
    BLANK, numbers("117", "0", "0.5", "0.0001", "44218", "12345678901"), texts("117", "０", "甲乙丙", "1e3")
)
COST = st.one_of(BLANK, numbers("3", "0"), texts("3", "/"))

KINDS = {"text": NUMBER, "choice": DIGIT, "date": DAY, "count": COST}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return made_form(tmp_path_factory.mktemp("project"), form=FORM, rules=RULES)


def typed_into(path: Path, form: Form, cells: Mapping[str, Typed | None]) -> None:
    """Put the cells into a workbook file as another program would write them."""
    held = parts(path)
    strings = etree.fromstring(held["xl/sharedStrings.xml"])
    titles = [sheet.title for sheet in layout(form).sheets]
    trees: dict[str, etree._Element] = {}
    for id_, typed in cells.items():
        sheet, planned = layout(form).fields[id_]
        name = f"xl/worksheets/sheet{titles.index(sheet.title) + 1}.xml"
        tree = trees.setdefault(name, etree.fromstring(held[name]))
        (cell,) = tree.iterfind(f".//{{{MAIN}}}c[@r='{planned.address}']")
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if typed is not None:
            put(cell, typed, strings)
    held["xl/sharedStrings.xml"] = etree.tostring(strings, xml_declaration=True, encoding="UTF-8", standalone=True)
    for name, tree in trees.items():
        held[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)


def put(cell: etree._Element, typed: Typed, strings: etree._Element) -> None:
    if not typed.formatted:
        cell.attrib.pop("s", None)
    cell.set("t", typed.kind)
    where = cell
    if typed.kind == "inlineStr":
        where = etree.SubElement(cell, f"{{{MAIN}}}is")
    held = etree.SubElement(where, f"{{{MAIN}}}{'t' if typed.kind == 'inlineStr' else 'v'}")
    held.text = typed.text
    if typed.kind == "s":
        held.text = str(len(strings))
        held = etree.SubElement(etree.SubElement(strings, f"{{{MAIN}}}si"), f"{{{MAIN}}}t")
        held.text = typed.text
    held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def workbook(path: Path, form: Form, cells: Mapping[str, Typed | None]) -> Path:
    write_workbook(Filing(form=form, meta=Meta(year=2021), values={"unit.name": "甲", "report.year": 2021}), path)
    typed_into(path, form, cells)
    return path


def gather(form: Form) -> list[dict[str, Typed | None]]:
    """Random fillings. They are collected first because LibreOffice is started once for all of them."""
    cases: list[dict[str, Typed | None]] = []
    fields = [f for f in form.inputs if not f.id.startswith(("unit.", "report."))]

    @given(case=st.fixed_dictionaries({field.id: KINDS[field.kind] for field in fields}))
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    def collect(case: dict[str, Typed | None]) -> None:
        cases.append(case)

    collect()
    return cases


def shown_verdicts(path: Path, form: Form) -> dict[str, object]:
    """The verdict cells of a recalculated workbook by rule; None where a cell shows an empty text."""
    held = shown(path)
    found = {}
    for name, (sheet, cell) in layout(form).names.items():
        if name.startswith("verdict."):
            value = held.get((sheet.title, cell.address))
            found[name.removeprefix("verdict.")] = None if value in (None, "") else value
    return found


def told(findings: tuple[Finding, ...]) -> set[str | None]:
    """The cells that reading named: cleaned with a note, or not readable."""
    names = {"cleaned", "unreadable", "out_of_range"}
    return {cell.field for finding in findings if finding.rule in names for cell in finding.cells}


@pytest.mark.program
def test_both_verdicts_agree_however_cells_are_typed(form: Form, tmp_path: Path) -> None:
    """Over the cells as they stand always; over the cleaned ones wherever no note says that a cell was cleaned."""
    require_office()
    cases = gather(form)
    paths = [workbook(tmp_path / f"{n}.xlsx", form, case) for n, case in enumerate(cases)]
    differing, silent = [], []
    for path, again, case in zip(paths, recalculate(paths, tmp_path / "out"), cases, strict=True):
        filing = read_workbook(path, form)
        ours, theirs = verdicts(filing), shown_verdicts(again, form)
        differing += [(name, ours[name], theirs[name], case) for name in ours if ours[name] is not theirs[name]]
        failed = {finding.rule for finding in review(filing).findings}
        named = told(filing.findings)
        silent += [
            (check.key, theirs[check.name], case)
            for check in rulebook(form).checks
            if not named & {*check.operands, *check.inputs} and (check.key in failed) != (theirs[check.name] is False)
        ]
    assert [] == differing[:3]
    assert [] == silent[:3]


@pytest.mark.parametrize("start", [Typed("n", "44219"), Typed("s", "2021年1月23日"), Typed("d", "2021-01-23")])
@pytest.mark.parametrize("end", [Typed("n", "44218"), Typed("inlineStr", "2021-1-22"), Typed("d", "2021-01-22")])
def test_an_end_before_its_start_is_found(form: Form, tmp_path: Path, start: Typed, end: Typed) -> None:
    """A day is a day to `check` as number and as text; the message says days; a text is named, the workbook cannot count it."""
    path = workbook(tmp_path / "a.xlsx", form, {"project.start": start, "project.end": end})
    checked = review(read_workbook(path, form))
    (order,) = [finding for finding in checked.findings if finding.rule == "order"]
    assert "2021年1月22日早于2021年1月23日" in order.message
    assert (44218, 44219) == (order.expected, order.actual)
    assert ["2021年1月23日", "2021年1月22日", -1] == [
        checked.totals[id_] for id_ in ("project.start", "project.end", "project.days")
    ]
    texts = {f"project.{name}" for name, typed in (("start", start), ("end", end)) if typed.kind in ("s", "inlineStr")}
    assert texts == told(checked.findings)


def test_days_of_the_1904_system_are_the_same_days(form: Form, tmp_path: Path) -> None:
    """Serial numbers of a workbook that counts from 1904 are 1,462 days behind; what its formulas see is said."""
    cells = {"project.start": Typed("n", "42756"), "project.end": Typed("n", "42757")}
    path = workbook(tmp_path / "a.xlsx", form, cells)
    held = parts(path)
    book = held["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    assert held["xl/workbook.xml"] != book
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (held | {"xl/workbook.xml": book}).items():
            archive.writestr(name, data)
    checked = review(read_workbook(path, form))
    assert ["2021年1月22日", "2021年1月23日"] == [checked.totals[id_] for id_ in ("project.start", "project.end")]
    assert "after" not in {finding.rule for finding in checked.findings}
    assert set(cells) == told(checked.findings)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"number": 117, "grade": 1, "start": "2021-01-22"}, {"number": "117", "grade": "1", "start": "2021年1月22日"}),
        ({"number": "0117", "start": "2021年1月22日"}, {"number": "0117", "grade": None, "start": "2021年1月22日"}),
        ({"start": 44218}, {"number": None, "start": "2021年1月22日"}),
    ],
)
def test_json_and_workbook_keep_days_and_digits(
    form: Form, tmp_path: Path, given: dict[str, object], kept: dict[str, object]
) -> None:
    """From JSON into a workbook, out of it and into JSON again: a day is a number in the cell, digits are text."""
    source = tmp_path / "a.json"
    document = {"values": {"unit": {"name": "甲"}, "report": {"year": 2021}, "project": given}, "year": 2021}
    source.write_text(json.dumps(document), encoding="utf-8")
    path = tmp_path / "a.xlsx"
    write_workbook(read_json(source, form), path)
    back = read_workbook(path, form)
    assert () == back.findings
    assert kept == {name: back.values[f"project.{name}"] for name in kept}
    assert 44218 == back.as_read["project.start"]
    source.write_bytes(to_json(back))
    assert back.values == read_json(source, form).values
