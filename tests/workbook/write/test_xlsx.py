"""Workbooks as they are written: parts that Excel takes, locks, names, values, caches, validations, print set-up."""

from __future__ import annotations

import importlib.util
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.cell_range import CellRange

from support.edit import MAIN, parts, shown
from support.office import page_texts, recalculate, require_office, to_pdf
from xlreport.errors import EnvironmentFault, InputError
from xlreport.filing import Filing, Meta
from xlreport.forms import find_form, form_ids
from xlreport.forms.registry import TEMPLATE_NAME, templates_folder
from xlreport.rules.days import operands
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.layout.plan import Cell
from xlreport.workbook.layout.sheets import definition_hash, layout, template_version
from xlreport.workbook.layout.validation import validation
from xlreport.workbook.write.content import content_of, explanations_left_out
from xlreport.workbook.write.style import properties
from xlreport.workbook.write.xlsx import workbook_bytes, write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell import Cell as ReadCell
    from openpyxl.workbook import Workbook

FORMS = ("gov2019", "gov2021")
ROOT = Path(__file__).parents[3]

LONG = "\n".join("本机关坚持以公开为常态、不公开为例外，共受理申请１２件。" * 20 for _ in range(7))[:3400]

#: Texts that Excel, XML or XlsxWriter could mistake for something else.
ODD = "=1+1 @<b>&\"'{{ x }} _x0041_ http://a.example 😀\n\n 第二段\t。\x0b"


def filled(name: str = "gov2019", odd: str = ODD) -> Filing:
    """A filing with figures, blanks, "/", unreadable text, long and odd prose, and an explanation."""
    form = find_form(name)
    values: dict[str, Any] = {field.id: None for field in form.inputs}
    for n, field in enumerate(form.inputs):
        if field.kind in ("count", "signed"):
            values[field.id] = ("/", None, n % 7)[n % 3]
    values |= {
        "unit.name": "甲&乙局",
        "report.year": form.first_year,
        "report.date": f"{form.first_year + 1}年1月22日",
        "report.blanks": "保留空白",
        "overview.summary": LONG,
        "problems.text": odd,
        "requests.new.natural": 3,
        "requests.carried_in.natural": 1,
    }
    return Filing(
        form=form,
        meta=Meta(form=form.id, year=form.first_year, unit_code="371002", token="t1"),
        values=values,
        raw={"requests.granted.natural": "约3"},
        explanations={"prose[problems.text]": "已核对\n无误"},
    )


def blank(name: str) -> Filing:
    form = find_form(name)
    return Filing(form=form, meta=Meta(form=form.id, year=form.first_year), values={"report.year": form.first_year})


@pytest.fixture(scope="module", params=[f"{kind}-{name}" for kind in ("blank", "filled") for name in FORMS])
def filing(request: pytest.FixtureRequest) -> Filing:
    kind, name = request.param.split("-")
    return blank(name) if kind == "blank" else filled(name)


@pytest.fixture(scope="module")
def path(filing: Filing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "工作簿.xlsx"
    write_workbook(filing, path)
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    """What openpyxl reads of it."""
    return openpyxl.load_workbook(path)


def named(book: Workbook, name: str) -> ReadCell:
    ((sheet, address),) = book.defined_names[name].destinations
    cell = book[sheet][address.replace("$", "")]
    assert not isinstance(cell, tuple)
    return cell


def standing(path: Path, form: str, *names: str) -> list[object]:
    """What stands in the cells of these names, as the file has it."""
    held = shown(path)
    places = [layout(find_form(form)).names[name] for name in names]
    return [held.get((sheet.title, cell.address)) for sheet, cell in places]


# Parts


def test_every_part_is_well_formed(path: Path) -> None:
    """Each part parses, is declared in the content types, and no two merges of a sheet overlap."""
    held = parts(path)
    types = etree.fromstring(held["[Content_Types].xml"])
    declared = {item.get("PartName") for item in types} | {item.get("Extension") for item in types}
    for name, data in held.items():
        etree.fromstring(data)
        assert f"/{name}" in declared or name.rpartition(".")[2] in declared
    for name, data in held.items():
        if name.startswith("xl/worksheets/sheet"):
            seen: set[tuple[int, int]] = set()
            for merge in etree.fromstring(data).iter(f"{{{MAIN}}}mergeCell"):
                cells = set(CellRange(merge.get("ref")).cells)
                assert not seen & cells
                seen |= cells


@pytest.mark.long
def test_audit_finds_nothing(path: Path) -> None:
    """openxml-audit, which knows the schemas, finds no error."""
    audit = pytest.importorskip("openxml_audit")
    result = audit.OpenXmlValidator().validate(path)
    assert [] == list(result.errors)


def test_no_extensions_macros_or_links(path: Path) -> None:
    """No x14 extensions, macros, external links, dynamic arrays: what WPS and old Excel do not have."""
    held = parts(path)
    assert not [name for name in held if "external" in name.lower() or "vba" in name.lower() or "metadata" in name]
    for name, data in held.items():
        assert b"extLst" not in data, name
        assert b"_xlfn" not in data, name


@pytest.mark.long
def test_same_filing_same_bytes(filing: Filing) -> None:
    """Written twice, a filing gives the same bytes."""
    assert workbook_bytes(filing) == workbook_bytes(filing)


# Locks and names


def test_everything_is_locked_but_inputs(book: Workbook, filing: Filing) -> None:
    """Every sheet is protected, the structure is locked, only inputs and explanations are unlocked."""
    assert book.security is not None
    assert book.security.lockStructure is True
    open_cells = {
        (sheet.title, cell.address)
        for sheet in layout(filing.form).sheets
        for cell in sheet.cells
        if cell.role in ("input", "paragraph", "explain")
    }
    for sheet in book:
        assert sheet.protection.sheet is True
        under = {place for merge in sheet.merged_cells.ranges for place in list(merge.cells)[1:]}
        unlocked = {
            (sheet.title, cell.coordinate)
            for row in sheet
            for cell in row
            if not cell.protection.locked and (cell.row, cell.column) not in under
        }
        assert {place for place in open_cells if place[0] == sheet.title} == unlocked


@pytest.mark.long
def test_locked_ids_are_locked(tmp_path: Path) -> None:
    """Ids in `locked` are written locked; their validation stays, so that nothing seems lost when they come back."""
    path = tmp_path / "a.xlsx"
    write_workbook(blank("gov2021"), path, locked=frozenset({"report.year", "unit.code"}))
    book = openpyxl.load_workbook(path)
    assert [True, True, False] == [
        named(book, id_).protection.locked for id_ in ("report.year", "unit.code", "unit.name")
    ]
    address = named(book, "report.year").coordinate
    assert [v for v in book["基本信息"].data_validations.dataValidation if address in str(v.sqref)]


def test_every_name_is_defined(book: Workbook, filing: Filing) -> None:
    """Each name of the plan is a workbook-level name of its one cell."""
    for name, (sheet, cell) in layout(filing.form).names.items():
        assert [(sheet.title, absolute(cell))] == list(book.defined_names[name].destinations)


def absolute(cell: Cell) -> str:
    letters = cell.address.rstrip("0123456789")
    return f"${letters}${cell.row + 1}"


def test_meta_is_very_hidden(book: Workbook, filing: Filing) -> None:
    """_meta is very hidden and says what the workbook was made for."""
    assert "veryHidden" == book["_meta"].sheet_state
    expected = {
        "form": filing.form.id,
        "form_version": filing.form.version,
        "template_version": template_version(filing.form),
        "unit_code": filing.meta.unit_code,
        "year": filing.meta.year,
        "token": filing.meta.token,
        "definition": definition_hash(filing.form),
    }
    assert expected == {key: named(book, f"meta.{key}").value for key in expected}


def test_the_title_says_whose_workbook_it_is(book: Workbook, filing: Filing) -> None:
    """Year, unit and form, on one line, as file managers show it."""
    year = filing.form.first_year
    assert f"{year}年{filing.unit}{filing.form.title}" == book.properties.title


def test_token_given_wins(tmp_path: Path) -> None:
    """A token given at writing stands in _meta."""
    path = tmp_path / "a.xlsx"
    write_workbook(filled(), path, token="t2")
    assert ["t2"] == standing(path, "gov2019", "meta.token")


# Values


@pytest.mark.long
def test_values_stand_as_they_are(tmp_path: Path) -> None:
    """Figures, blanks, "/", unreadable text, prose and explanations stand in their cells; nothing becomes a formula."""
    path = tmp_path / "a.xlsx"
    filing = filled()
    write_workbook(filing, path)
    book, held = openpyxl.load_workbook(path), shown(path)
    for id_, value in operands(filing.form, filing.values).items():
        cell = named(book, id_)
        assert filing.raw.get(id_, value) == held.get((cell.parent.title, cell.coordinate)), id_
        assert cell.data_type in ("n", "s", "d"), id_
    assert "约3" == named(book, "requests.granted.natural").value
    assert "已核对\n无误" == named(book, "explain.prose.problems.text").value


@pytest.mark.long
def test_defaults_where_nothing_is_given(tmp_path: Path) -> None:
    """A default stands where the filing has no entry; an entry of None stays blank."""
    form = find_form("gov2019")
    write_workbook(Filing(form=form, values={}), tmp_path / "a.xlsx")
    write_workbook(Filing(form=form, values={"report.blanks": None}), tmp_path / "b.xlsx")
    assert ["按0填报", None] == standing(tmp_path / "a.xlsx", "gov2019", "report.blanks", "unit.signature")
    assert [None, None] == standing(tmp_path / "b.xlsx", "gov2019", "report.blanks", "unit.signature")


def test_line_breaks_are_line_feeds(tmp_path: Path) -> None:
    """CRLF in prose becomes a line break of a cell; an empty text becomes a blank."""
    form = find_form("gov2019")
    write_workbook(Filing(form=form, values={"problems.text": "一\r\n二\r三", "unit.name": ""}), tmp_path / "a.xlsx")
    assert ["一\n二\n三", None] == standing(tmp_path / "a.xlsx", "gov2019", "problems.text", "unit.name")


def test_caches_are_right(path: Path, filing: Filing) -> None:
    """Without any recalculation each formula cell holds what Python computes: no false 0."""
    content = content_of(filing, layout(filing.form))
    held = shown(path)
    for sheet in layout(filing.form).sheets:
        for cell in sheet.cells:
            if cell.display is not None:
                assert cell.display.value(content) == held[sheet.title, cell.address], (sheet.title, cell.address)


@pytest.mark.long
def test_blank_shows_empty_rules(tmp_path: Path) -> None:
    """In a blank workbook totals show 0, verdicts are empty texts, and every rule over figures shows 未填."""
    path = tmp_path / "a.xlsx"
    write_workbook(Filing(form=find_form("gov2019"), values={}), path)
    book = openpyxl.load_workbook(path, data_only=True)
    assert 0 == named(book, "requests.result_total.total").value
    assert {None, ""} >= {named(book, f"verdict.{c.name}").value for c in rulebook(find_form("gov2019")).checks}
    rules = rulebook(find_form("gov2019")).checks
    states = {book["校验"].cell(named(book, f"verdict.{check.name}").row, 4).value for check in rules}
    assert {"未填"} == states
    assert "0 / 4" == named(book, "check.required").value


@pytest.mark.long
def test_an_explained_warning_is_marked(tmp_path: Path) -> None:
    """A warning shows ⚠ until its explanation is filled, then 已说明; an error stays ✗."""
    form = find_form("gov2019")
    values = {
        "disclosure.procurement.projects": 0,
        "disclosure.procurement.amount": 25.1,
        "requests.new.natural": 1,
    }
    for name, explanations in (("a", {}), ("b", {"procurement_pair": "上年项目的尾款"})):
        write_workbook(Filing(form=form, values=dict(values), explanations=explanations), tmp_path / f"{name}.xlsx")
    rows = {}
    for name in ("a", "b"):
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx", data_only=True)
        sheet = book["校验"]
        rows[name] = [
            sheet.cell(named(book, f"verdict.{rule}").row, 4).value for rule in ("procurement_pair", "balance.natural")
        ] + [named(book, "check.warnings").value]
    assert {"a": ["⚠", "✗", 1], "b": ["已说明", "✗", 0]} == rows


def test_an_explanation_without_a_cell_is_said() -> None:
    """An explanation whose key has no cell on 校验 is a warning that names the key and keeps the text; others are none."""
    given = {
        "procurement_pair": "尾款",
        "carried_over[natural]": "上年漏报",
        "prose[problems.text]": "已核对",
        "prose_figure[problems.text]": "口径不同",
        "no_such_rule[甲]": "文字",
        "gone": " ",
    }
    findings = explanations_left_out(Filing(form=find_form("gov2019"), explanations=given))
    assert [
        ("explanation_left_out[prose_figure[problems.text]]", "warning"),
        ("explanation_left_out[no_such_rule[甲]]", "warning"),
    ] == [(finding.rule, finding.level) for finding in findings]
    assert "“no_such_rule[甲]”" in findings[1].message
    assert findings[1].message.endswith("文字")


# Validation, looks, printing


def validations(form_name: str) -> Iterator[tuple[Cell, dict[str, Any]]]:
    form = find_form(form_name)
    for sheet in layout(form).sheets:
        for cell in sheet.cells:
            if cell.role in ("input", "explain"):
                options = validation(cell, form)
                if options:
                    yield cell, options


@pytest.mark.parametrize("name", FORMS)
def test_prompts_and_stops_fit_excel(name: str) -> None:
    """Every figure has a stop with a message within Excel's limits. Only explanations have a prompt over the sheet: others
    would cover the cells to be filled next, and stand beside their rows."""
    form = find_form(name)
    found = list(validations(name))
    assert {field.id for field in form.inputs if field.numeric} <= {cell.field for cell, _ in found}
    for cell, options in found:
        assert ("explain" == cell.role) == ("input_message" in options)
        assert len(options.get("input_message", "")) <= 255
        assert len(options.get("error_message", "")) <= 255
        if cell.field and form.fields[cell.field].numeric:
            assert "stop" == options["error_type"]


@pytest.mark.parametrize("name", FORMS)
def test_prompts_stand_beside_their_rows(name: str) -> None:
    """What the definition tells about a cell stands in words in its row, right of it, where nothing is filled in."""
    form = find_form(name)
    plan = layout(form)
    for field in form.inputs:
        if not field.prompt or field.beside:
            continue
        sheet, cell = plan.fields[field.id]
        beside = [each for each in sheet.cells if each.row == cell.row and each.style == "prompt"]
        told = "".join(each.text or each.formula for each in beside)
        assert field.prompt.split("{next}")[0] in told, field.id
        assert all(each.col > cell.col for each in beside)


def test_looks_exist_for_every_style() -> None:
    """Every style that a plan names is known, and a locked input loses its yellow."""
    for name in FORMS:
        for sheet in layout(find_form(name)).sheets:
            for cell in sheet.cells:
                assert "font_name" in properties(cell, frozenset())
    cell = layout(find_form("gov2019")).fields["unit.name"][1]
    assert properties(cell, frozenset())["bg_color"] != properties(cell, frozenset({"unit.name"}))["bg_color"]


def test_first_sheet_active_and_cursor_in_first_input(book: Workbook, filing: Filing) -> None:
    """The guide is shown first; each sheet's cursor stands in its first input."""
    assert book["填表说明"] is book.active
    for sheet in layout(filing.form).sheets[1:-3]:
        first = next(cell for cell in sheet.cells if cell.role == "input")
        assert first.address == book[sheet.title].sheet_view.selection[-1].activeCell


def test_sheets_print_on_a4(book: Workbook) -> None:
    """Every visible sheet has A4 paper, one page across, a print area, and a Chinese footer."""
    for sheet in book.worksheets[:-1]:
        assert "9" == str(sheet.page_setup.paperSize)
        assert 1 == sheet.page_setup.fitToWidth or sheet.page_setup.fitToWidth is None
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
        assert sheet.print_area
        footer = sheet.oddFooter
        assert footer is not None
        assert footer.center is not None
        assert "第 &P 页" in (footer.center.text or "").replace("&[Page]", "&P")


def test_tables_have_their_number_and_lines_to_sign_on_paper(book: Workbook, filing: Filing) -> None:
    """At the top of each printed table its number and basis, below it who filled in, checked and answers for it."""
    for section in filing.form.sections:
        sheet = book[section.sheet]
        assert sheet.oddFooter is not None
        assert sheet.oddHeader is not None
        parts = (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right)
        signs = ["".join((part.text or "").split())[:4] for part in parts if part is not None]
        assert ["填报人：", "审核人：", "负责人："] == signs
        if section.number and not section.fields:
            head = sheet.oddHeader.right
            assert head is not None
            assert f"表号：表{section.number}　制定依据：{filing.form.basis}" == head.text


def test_tabs_are_coloured_by_what_a_sheet_is_for(book: Workbook, filing: Filing) -> None:
    """One colour for all that is filled in, others for the guide, what may be left, and 校验."""
    colours = {sheet.title: sheet.sheet_properties.tabColor for sheet in book.worksheets[:-1]}
    assert None not in colours.values()
    shown = {title: colour.rgb for title, colour in colours.items() if colour is not None}
    fill = {shown[section.sheet] for section in filing.form.sections}
    assert 1 == len(fill)
    assert 4 == len(fill | {shown[title] for title in ("填表说明", "上年数和控制数", "可引用的数字", "校验")})


def test_rules_can_be_filtered(book: Workbook) -> None:
    """校验 is protected, but its rows can be filtered by their heads."""
    sheet = book["校验"]
    assert sheet.protection.autoFilter is False  # "is forbidden", as the file format has it
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A14:I")


# LibreOffice


@pytest.mark.program
def test_recalculated_equals_cached(tmp_path: Path) -> None:
    """LibreOffice, made to calculate again, changes no value of blank and filled workbooks of both forms."""
    require_office()
    # LibreOffice writes control characters in formula results wrongly; they are left out here.
    filings = [filing for name in FORMS for filing in (blank(name), filled(name, "一\n\n 二=3。\n"))]
    paths = [tmp_path / f"{n}.xlsx" for n in range(len(filings))]
    for path, filing in zip(paths, filings, strict=True):
        write_workbook(filing, path)
    for path, again, filing in zip(paths, recalculate(paths, tmp_path / "out"), filings, strict=True):
        before, after = shown(path), shown(again)
        for sheet in layout(filing.form).sheets:
            for cell in sheet.cells:
                if cell.display is not None:
                    place = sheet.title, cell.address
                    assert before[place] == after.get(place, ""), (place, cell.formula)


@pytest.mark.program
def test_pages_of_the_print(tmp_path: Path) -> None:
    """3,400 characters print whole, and no page is empty, in a blank workbook and a filled one."""
    require_office()
    paths = [tmp_path / "blank.xlsx", tmp_path / "filled.xlsx"]
    for path, filing in zip(paths, (blank("gov2019"), filled()), strict=True):
        write_workbook(filing, path)
    for path in to_pdf(paths, tmp_path / "pdf"):
        pages = [re.sub(r"\s", "", page) for page in page_texts(path)]
        headers = [re.sub(r"\s", "", sheet.title) for sheet in layout(find_form("gov2019")).sheets]
        for page in pages:
            body = re.sub(r"第\d+页，共\d+页$", "", page).removeprefix(filled().unit if path.stem == "filled" else "")
            assert body not in headers
        if path.stem == "filled":
            assert re.sub(r"\s", "", LONG)[-200:] in "".join(pages)


# The disk


def test_replaces_in_one_step(tmp_path: Path) -> None:
    """An existing file is replaced, and no temporary file is left."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    write_workbook(blank("gov2019"), path)
    assert zipfile.is_zipfile(io.BytesIO(path.read_bytes()))
    assert [path] == list(tmp_path.iterdir())


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The folders above the file are made where they are missing."""
    path = tmp_path / "新建" / "2024" / "a.xlsx"
    write_workbook(blank("gov2019"), path)
    assert zipfile.is_zipfile(path)


@pytest.mark.long
def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file where a folder should be is an EnvironmentFault in one Chinese sentence."""
    (tmp_path / "甲").write_text("")
    with pytest.raises(EnvironmentFault, match="是一个文件，不是文件夹"):
        write_workbook(blank("gov2019"), tmp_path / "甲" / "a.xlsx")


def test_a_folder_of_that_name_is_said(tmp_path: Path) -> None:
    """A folder where the file should be is an EnvironmentFault, and nothing is left behind."""
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(EnvironmentFault, match="是一个文件夹"):
        write_workbook(blank("gov2019"), tmp_path / "a.xlsx")
    assert ["a.xlsx"] == [item.name for item in tmp_path.iterdir()]


def test_a_file_in_use_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that Excel holds open is an EnvironmentFault that says to close it."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    (tmp_path / "a.xlsx").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFault, match="请关闭后再试"):
        write_workbook(blank("gov2019"), tmp_path / "a.xlsx")
    assert ["a.xlsx"] == [item.name for item in tmp_path.iterdir()]


def test_a_text_too_long_is_said(tmp_path: Path) -> None:
    """A text that a cell cannot hold is an InputError with sheet and cell."""
    filing = Filing(form=find_form("gov2019"), values={"problems.text": "长" * 32768})
    with pytest.raises(InputError, match=r"“五 问题和改进”B\d+.*32767"):
        write_workbook(filing, tmp_path / "a.xlsx")


@pytest.mark.long
def test_templates_are_up_to_date(tmp_path: Path) -> None:
    """templates/ holds exactly what scripts/build_workbook_templates.py writes."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "scripts" / "build_workbook_templates.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    made = build.build(tmp_path)
    assert len(form_ids()) == len(made)
    for path in made:
        kept = templates_folder() / path.relative_to(tmp_path)
        assert f"{TEMPLATE_NAME}.xlsx" == kept.name
        assert parts(path) == parts(kept), f"run scripts/build_workbook_templates.py: {kept}"


def test_a_header_takes_any_unit(tmp_path: Path) -> None:
    """Digits and & in a unit's name stay text in the page header, where both could begin a code."""
    filing = Filing(form=find_form("gov2019"), values={"unit.name": "12345&热线办"})
    write_workbook(filing, tmp_path / "a.xlsx")
    sheet = etree.fromstring(parts(tmp_path / "a.xlsx")["xl/worksheets/sheet2.xml"])
    assert "&L&9 12345&&热线办&R&9&A" == sheet.findtext(f".//{{{MAIN}}}oddHeader")
