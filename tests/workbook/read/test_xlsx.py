"""What staff filled in comes back as it was, whoever saved the file."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils import column_index_from_string

from support import office
from support.figures import huaian_2024, shanghai_2019
from support.returns.package import M, Package, address_of, put
from support.returns.programs import by_openpyxl, like_wps, shared_formulas
from xlreport.errors import InputError
from xlreport.filing import Filing, Meta
from xlreport.forms import find_form
from xlreport.rules.days import operands
from xlreport.rules.evaluate import CellError
from xlreport.rules.rulebook import rulebook
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

PROSE = "一、第一段，含 A&B、<尖括号>、“引号”。\n二、第二段：😀，\t制表符。\n\n  空行之后，行首两个空格"

FORMS = {"gov2019": shanghai_2019, "gov2021": huaian_2024}


def filled(form_id: str) -> Filing:
    """A real report's figures, with prose, blanks, "/" and explanations beside them."""
    form = find_form(form_id)
    values = dict.fromkeys(field.id for field in form.fields.values() if field.role != "computed") | FORMS[form_id]()
    values |= {"overview.summary": PROSE, "unit.code": "11370000MB2841234X", "requests.new.research": "/"}
    check = next(check for check in rulebook(form).checks if check.rule.level == "warning")
    explanations = {check.key: "已核实。\n第二行", "prose[overview.summary]": "已核对"}
    return Filing(form=form, values=values, explanations=explanations)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Both forms, filled and written once."""
    folder = tmp_path_factory.mktemp("made")
    paths = {}
    for form_id in FORMS:
        paths[form_id] = folder / f"{form_id}.xlsx"
        write_workbook(filled(form_id), paths[form_id], token="t-1")
    return paths


def edited(path, into, **cells):
    """A copy with cells set, by field id ("__" for "."): (kind, value) or (kind, value, formula)."""
    package = Package(path)
    for name, content in cells.items():
        put(package.cell(*address_of(package, name.replace("__", "."))), *content)
    return package.save(into)


def by_rule(filing, rule):
    return [finding for finding in filing.findings if finding.rule == rule]


@pytest.mark.parametrize("form_id", FORMS)
def test_a_filled_workbook_comes_back_as_it_was(made, form_id):
    """Values, explanations, meta and places; nothing to report."""
    sent, back = filled(form_id), read_workbook(made[form_id])
    assert () == back.findings
    assert sent.values == back.values
    assert sent.explanations == back.explanations
    year = sent.values["report.year"]
    assert isinstance(year, int)
    assert (
        Meta(
            form=form_id,
            form_version=sent.form.version,
            template_version=back.meta.template_version,
            unit_code="11370000MB2841234X",
            year=year,
            token="t-1",
        )
        == back.meta
    )
    assert set(sent.form.fields) == {name for name in back.places if not name.startswith("explain.")}
    assert {} == back.raw == back.typed_over
    assert f"{form_id}.xlsx" == back.source
    assert operands(sent.form, sent.values) == back.as_read


@pytest.mark.long
@pytest.mark.parametrize("program", [by_openpyxl, like_wps, shared_formulas])
@pytest.mark.parametrize("form_id", FORMS)
def test_other_programs_returns_give_the_same_filing_and_at_most_notes(made, tmp_path, form_id, program):
    """openpyxl, a WPS-like writer, and Excel's shared formulas."""
    back = read_workbook(program(made[form_id], tmp_path / "a.xlsx"))
    assert filled(form_id).values == back.values
    assert filled(form_id).explanations == back.explanations
    assert {"note"} >= {finding.level for finding in back.findings}
    assert {} == back.typed_over
    assert {"validation_gone"} >= {finding.rule for finding in back.findings}


@pytest.mark.program
def test_libreoffice_returns_give_the_same_filing_and_at_most_notes(made, tmp_path):
    """Real conversions: a filled workbook of each form, and those that openpyxl and a WPS-like writer saved before."""
    files = []
    for form_id, path in made.items():
        for program in (shutil.copy, by_openpyxl, like_wps):
            file = tmp_path / f"{form_id}-{program.__name__}.xlsx"
            program(path, file)
            files.append(file)
    for file in office.recalculate(files, tmp_path / "saved"):
        sent, back = filled(file.stem.partition("-")[0]), read_workbook(file)
        assert sent.values == back.values, file.name
        assert sent.explanations == back.explanations
        assert {"note"} >= {finding.level for finding in back.findings}, back.findings
        assert {} == back.typed_over
        assert {"meta_visible", "validation_gone", "protection_gone"} >= {finding.rule for finding in back.findings}


# Round trip


#: Characters of letters and signs that draw nothing: they are left out.
_UNSEEN = "\u115f\u1160\u2800\u3164\uffa0\ufffc"


def texts(*, lines: bool):
    """Texts as a cell may hold them."""
    one = st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cf", "Mn", "Zl", "Zp", "Cn"), exclude_characters=_UNSEEN),
        min_size=1,
        max_size=40,
    )
    one = one.map(str.strip).filter(bool)
    return st.lists(one, min_size=1, max_size=3).map("\n".join) if lines else one


def values_of(field, form):
    """Every valid value of a field."""
    blank = st.none()
    match field.kind:
        case "count":
            return blank | st.just("/") | st.integers(0, 999_999_999)
        case "signed":
            return blank | st.just("/") | st.integers(-999_999_999, 999_999_999)
        case "money":
            return blank | st.just("/") | st.integers(0, 10**12).map(lambda n: float(Decimal(n) / 10**6))
        case "fee":
            return blank | st.just("/") | st.integers(0, 10**9).map(lambda n: float(Decimal(n) / 100))
        case "year":
            return st.integers(form.first_year, form.last_year or 2099)
        case "choice":
            return blank | st.sampled_from(field.options)
        case "date":
            return blank | st.dates().map(
                lambda day: f"{day.year}年{day.month}月{day.day}日" if day.year > 999 else None
            )
        case "prose":
            return blank | texts(lines=True)
    return blank | texts(lines=False) | st.sampled_from(["=1+1", "@甲", "+1", "-", "/", "007", "_x000D_", "TRUE"])


@st.composite
def filings(draw):
    form = find_form(draw(st.sampled_from(list(FORMS))))
    fields = [field for field in form.fields.values() if field.role != "computed"]
    values = {field.id: draw(values_of(field, form)) for field in fields}
    keys = [check.key for check in rulebook(form).checks if check.rule.level == "warning"]
    keys += [f"prose[{field.id}]" for field in form.prose]
    explanations = draw(st.dictionaries(st.sampled_from(keys), texts(lines=True).map("因故".__add__), max_size=4))
    return Filing(form=form, values=values, explanations=explanations)


@pytest.mark.long
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(filing=filings())
def test_any_valid_filing_is_read_back_equal(tmp_path_factory, filing):
    """Any values, texts with line breaks and odd characters, blanks and "/" apart: written and read, nothing changes."""
    path = tmp_path_factory.mktemp("trip") / "a.xlsx"
    write_workbook(filing, path)
    back = read_workbook(path)
    assert filing.values == back.values
    assert filing.explanations == back.explanations
    assert () == back.findings


# What is typed


def test_a_cleaned_cell_names_the_total_that_staff_saw(made, tmp_path):
    """SUM passes over the text: one note says what was read and what the totals showed; no second finding."""
    path = edited(
        made["gov2019"],
        tmp_path / "a.xlsx",
        requests__new__natural=("inlineStr", "821件"),
        requests__new__total=("n", "38", "SUM(D7:I7)"),
    )
    back = read_workbook(path)
    assert 821 == back.values["requests.new.natural"]
    assert "821件" == back.as_read["requests.new.natural"]
    (note,) = back.findings
    assert ("cleaned", "note", 821, "821件") == (note.rule, note.level, note.expected, note.actual)
    total = back.places["requests.new.total"]
    assert f"{total}显示 38、应为 859" in note.message


def test_a_total_that_shows_another_number_is_a_note(made, tmp_path):
    """The formula is intact, its cached result is not the sum: Python's figure counts, the note shows both."""
    path = edited(made["gov2019"], tmp_path / "a.xlsx", requests__new__total=("n", "999", "SUM(D7:I7)"))
    (note,) = read_workbook(path).findings
    assert ("shown_total", "note", 859, 999) == (note.rule, note.level, note.expected, note.actual)
    assert "requests.new.total" == note.cells[0].field


def test_a_total_without_a_cached_result_is_no_finding(made, tmp_path):
    """openpyxl and other programs leave the result out."""
    path = edited(made["gov2019"], tmp_path / "a.xlsx", requests__new__total=(None, None, "SUM(D7:I7)"))
    assert () == read_workbook(path).findings


@pytest.mark.parametrize(
    ("content", "rule", "text"),
    [
        (("inlineStr", "约3"), "unreadable", "约3"),
        (("n", "-3"), "out_of_range", "-3"),
        (("n", "3.5"), "out_of_range", "3.5"),
        (("b", "1"), "unreadable", "TRUE"),
        (("e", "#REF!"), "unreadable", "#REF!"),
        (("n", "3", "1+2"), "formula_in_input", "=1+2"),
        (("n", "44000"), None, None),
        (("n", "1e999"), "unreadable", "#NUM!"),
        (("n", "abc"), "unreadable", "abc"),
        (("d", "2020-05-01"), "unreadable", "2020-5-1"),
    ],
)
def test_unreadable_cells_keep_their_text(made, tmp_path, content, rule, text):
    """An error with field, sheet, cell and remedy; the value is None, the text under raw."""
    back = read_workbook(edited(made["gov2019"], tmp_path / "a.xlsx", requests__granted__welfare=content))
    found = [finding for finding in back.findings if finding.rule != "shown_total"]
    if rule is None:
        assert [] == found
        assert 44000 == back.values["requests.granted.welfare"]
        return
    (error,) = found
    assert (rule, "error") == (error.rule, error.level)
    assert back.values["requests.granted.welfare"] is None
    assert {"requests.granted.welfare": text} == back.raw
    assert error.cells == (back.places["requests.granted.welfare"],)
    assert error.message.startswith(str(error.cells[0]))
    assert "请" in error.message


def test_as_read_holds_what_the_workbook_computes_with(made, tmp_path):
    """Dates as their number, errors as CellError, cached results of formulas typed into inputs."""
    path = edited(
        made["gov2019"],
        tmp_path / "a.xlsx",
        requests__new__research=("d", "2020-05-01"),
        requests__new__welfare=("e", "#N/A"),
        requests__new__legal=("n", "3", "1+2"),
        requests__new__other=("b", "1"),
    )
    as_read = read_workbook(path).as_read
    got = [as_read[f"requests.new.{column}"] for column in ("research", "welfare", "legal", "other")]
    assert [43952, CellError("#N/A"), 3, True] == got


@pytest.mark.parametrize(("mac", "expected"), [(False, "2021年1月22日"), (True, "2025年1月23日")])
def test_date_cells(made, tmp_path, mac, expected):
    """A number with a date format is that date, in both of Excel's calendars; a figure with one is an error."""
    package = Package(made["gov2019"])
    styles = package.tree("xl/styles.xml").find(f"{M}cellXfs")
    dated = styles[0].__copy__()
    dated.set("numFmtId", "31")
    styles.append(dated)
    if mac:
        package.book.find(f"{M}workbookPr").set("date1904", "1")
    for name in ("report.date", "requests.new.research"):
        cell = package.cell(*address_of(package, name))
        put(cell, "n", "44218")
        cell.set("s", str(len(styles) - 1))
    back = read_workbook(package.save(tmp_path / "a.xlsx"))
    assert expected == back.values["report.date"]
    assert ["requests.new.research"] == [finding.cells[0].field for finding in by_rule(back, "unreadable")]


@pytest.mark.long
def test_rich_text_and_phonetic_guides_give_plain_text(made, tmp_path):
    """Formatted runs are joined; Japanese-style reading guides are not part of the text."""
    workbook = openpyxl.load_workbook(made["gov2019"], rich_text=True)
    sheet, address = address_of(Package(made["gov2019"]), "problems.text")
    workbook[sheet][address].value = CellRichText("第一，", TextBlock(InlineFont(b=True), "重点"), "在此。\n第二段")
    workbook.save(tmp_path / "a.xlsx")
    package = Package(tmp_path / "a.xlsx")
    for item in package.sheet(sheet).iter(f"{M}is"):
        guide = item.makeelement(f"{M}rPh", sb="0", eb="1")
        guide.append(item.makeelement(f"{M}t"))
        guide[0].text = "よみ"
        item.append(guide)
    assert "第一，重点在此。\n第二段" == read_workbook(package.save(tmp_path / "b.xlsx")).values["problems.text"]


def test_control_characters_are_removed_with_a_note(made, tmp_path):
    """Escaped control characters and lone surrogates, which no report can print, never go silently."""
    path = edited(
        made["gov2019"], tmp_path / "a.xlsx", problems__text=("inlineStr", "甲_x0007_乙_xD83D_丙_x000D__x000A_丁")
    )
    back = read_workbook(path)
    assert "甲乙丙\n丁" == back.values["problems.text"]
    (note,) = back.findings
    assert ("cleaned", "problems.text") == (note.rule, note.cells[0].field)
    assert "2 个" in note.message


def test_escaped_surrogate_pairs_are_one_character(made, tmp_path):
    """_xD83D__xDE00_ is an emoji."""
    path = edited(made["gov2019"], tmp_path / "a.xlsx", problems__text=("inlineStr", "甲_xD83D__xDE00_"))
    assert "甲😀" == read_workbook(path).values["problems.text"]


def test_a_formula_in_an_explanation_is_an_error(made, tmp_path):
    """Also an explanation is typed, not computed."""
    path = edited(made["gov2019"], tmp_path / "a.xlsx", explain__prose__problems__text=("str", "x", '"x"'))
    back = read_workbook(path)
    assert ["formula_in_input"] == [finding.rule for finding in back.findings]
    assert "prose[problems.text]" not in back.explanations


@pytest.mark.long
@pytest.mark.parametrize(
    ("cells", "rule", "level"),
    [
        ({"report__year": ("n", "2018")}, "other_year", "error"),
        ({"unit__code": ("inlineStr", "别的单位")}, "other_unit", "warning"),
    ],
)
def test_another_year_or_unit_than_the_workbook_was_made_for(made, tmp_path, cells, rule, level):
    """What is filled in contradicts _meta."""
    (found,) = read_workbook(edited(made["gov2019"], tmp_path / "a.xlsx", **cells)).findings
    assert (rule, level) == (found.rule, found.level)


def test_an_explicit_form_is_read_by_and_its_difference_is_an_error(made):
    """The workbook of another form than asked for."""
    back = read_workbook(made["gov2021"], find_form("gov2019"))
    assert "gov2019" == back.form.id
    assert ["error"] == [finding.level for finding in by_rule(back, "other_form")]
    assert () == read_workbook(made["gov2021"], find_form("gov2021")).findings


def test_cells_without_addresses_stand_side_by_side(made, tmp_path):
    """A writer may leave out the addresses of cells that follow one another."""
    package = Package(made["gov2019"])
    for title in package.titles():
        data = package.sheet(title).find(f"{M}sheetData")
        for row in data:
            columns = {column_index_from_string(re.sub(r"\d", "", cell.get("r"))): cell for cell in row}
            for column in range(1, max(columns, default=0)):
                if column not in columns:
                    row.insert(column - 1, row.makeelement(f"{M}c"))
            for cell in row:
                cell.attrib.pop("r", None)
    back = read_workbook(package.save(tmp_path / "a.xlsx"))
    assert filled("gov2019").values == back.values
    assert () == back.findings


def test_a_form_of_ones_own(tmp_path):
    """A definition folder is given with its workbook: the same reading; without it, the sentence says what to do."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "form.toml").write_text(OWN_FORM, encoding="utf-8")
    form = find_form(str(folder))
    sent = Filing(
        form=form, values={"unit.name": "甲局", "report.year": 2024, "a.b": 3, "a.c": "/", "a.text": "一\n二"}
    )
    write_workbook(sent, tmp_path / "a.xlsx")
    back = read_workbook(tmp_path / "a.xlsx", form)
    assert sent.values == back.values
    assert () == back.findings
    with pytest.raises(InputError, match="--form"):
        read_workbook(tmp_path / "a.xlsx")


OWN_FORM = """
id = "own"
version = "1"
title = "自定表"
basis = "本单位规定"
first_year = 2020

[[sections]]
key = "basics"
sheet = "基本信息"

[[sections.fields]]
id = "unit.name"
label = "单位名称"

[[sections.fields]]
id = "report.year"
label = "报告年度"
kind = "year"

[[sections.fields]]
id = "a.b"
label = "数量"
kind = "count"

[[sections.fields]]
id = "a.c"
label = "金额"
kind = "money"

[[sections.fields]]
id = "a.text"
label = "文字"
kind = "prose"
"""
