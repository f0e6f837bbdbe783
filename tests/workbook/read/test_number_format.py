"""What a number format makes of a value: as LibreOffice shows it, or not certain; and what the reader says of it."""

from __future__ import annotations

import csv

import pytest
import xlsxwriter

from fuzz.formats import DEVIOUS, SHOWN
from support import office
from support.figures import shanghai_2019
from support.returns.package import M, Package, address_of, put
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.workbook.read.number_format import displayed
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

VALUES = (0, 3, 12, 345, 1200, 12000, 1234567, -8, 25.1, 25.14, 0.5, 96171.6, "/", "12件")

#: Formats that LibreOffice shows in its own way: it ignores [DBNum1] in files, or shows dates it does not share.
CODES = (
    *SHOWN,
    *(code for code in DEVIOUS if code != "ggge"),
    "# ##0",
    '"~"0',
    "0.0#",
    "?0",
    "0;(0)",
    '0;-0;"无";@',
)

AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true"


@pytest.fixture(scope="module")
def by_office(tmp_path_factory):
    """What LibreOffice shows, by format and value."""
    folder = tmp_path_factory.mktemp("formats")
    path = folder / "formats.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False})
    sheet = book.add_worksheet()
    sheet.set_column(0, len(CODES), 60)
    for col, code in enumerate(CODES):
        style = book.add_format({"num_format": code})
        for row, value in enumerate(VALUES):
            (sheet.write_string if isinstance(value, str) else sheet.write_number)(row, col, value, style)
    book.close()
    (made,) = office.convert([path], folder / "shown", AS_SHOWN)
    with made.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return {(code, value): rows[row][col] for col, code in enumerate(CODES) for row, value in enumerate(VALUES)}


@pytest.mark.program
@pytest.mark.parametrize("code", CODES)
def test_what_is_certain_is_what_libreoffice_shows(by_office, code):
    """Where the text is certain, it is LibreOffice's; where it is not, the format is one of the odd ones."""
    for value in VALUES:
        text = displayed(value, code)
        if text is None:
            assert code in DEVIOUS or value == -8
        else:
            assert by_office[code, value].strip() == text.strip(), (code, value)


@pytest.mark.program
@pytest.mark.parametrize("code", SHOWN)
def test_the_table_of_the_fuzzer_is_what_libreoffice_shows(by_office, code):
    """The fuzzer judges by this table."""
    for value in VALUES:
        if not isinstance(value, str) and value >= 0:
            assert by_office[code, value].strip() == SHOWN[code](value).strip(), (code, value)


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A filled workbook of gov2019."""
    path = tmp_path_factory.mktemp("sent") / "a.xlsx"
    write_workbook(Filing(form=find_form("gov2019"), values=shanghai_2019()), path)
    return path


def told(sent, into, code, **cells):
    """What the reader says when cells, by field id ("__" for "."), have a number format."""
    package = Package(sent)
    styles = package.tree("xl/styles.xml")
    formats = styles.find(f"{M}numFmts")
    formats.append(styles.makeelement(f"{M}numFmt", numFmtId="200", formatCode=code))
    xfs = styles.find(f"{M}cellXfs")
    xfs.append(xfs.makeelement(f"{M}xf", numFmtId="200"))
    for name, content in cells.items():
        cell = package.cell(*address_of(package, name.replace("__", ".")))
        cell.set("s", str(len(xfs) - 1))
        if content:
            put(cell, *content)
    filing = read_workbook(package.save(into / "a.xlsx"))
    return filing, [finding for finding in filing.findings if finding.rule == "number_format"]


@pytest.mark.parametrize("code", ["0", "0.00", "#,##0", "0_ ", "[Red]0", "0;-0;0;@", "@"])
def test_a_format_that_shows_the_figure_is_nothing_to_say(sent, tmp_path, code):
    """More decimals or a thousands separator show the same figure."""
    assert [] == told(sent, tmp_path, code, requests__new__research=("n", "1200"))[1]


@pytest.mark.parametrize(
    ("code", "value", "how"),
    [
        ('0"0"', "12", "显示为“120”"),
        ("0,", "12000", "显示为“12”"),
        ("0%", "12", "显示为“1200%”"),
        (";;;", "12", "不显示出来"),
        ('0;0;"3"', "0", "显示为“3”"),
        ("[DBNum1]0", "12", "不能确定"),
    ],
)
def test_a_format_that_shows_another_figure_is_an_error(sent, tmp_path, code, value, how):
    """Nobody saw the figure that the report would print."""
    filing, (error,) = told(sent, tmp_path, code, requests__new__research=("n", value))
    assert "error" == error.level
    assert error.cells == (filing.places["requests.new.research"],)
    assert how in error.message
    assert int(value) == filing.values["requests.new.research"]


def test_fewer_decimals_than_were_typed_are_an_error(sent, tmp_path):
    """25.14 shown as 25.1 is another amount."""
    _, (error,) = told(sent, tmp_path, "0.0", disclosure__procurement__amount=("n", "25.14"))
    assert ("error", "25.1") == (error.level, error.actual)


def test_a_figure_shown_with_words_is_a_note(sent, tmp_path):
    """12件 is 12, as if it had been typed so."""
    _, (note,) = told(sent, tmp_path, '0"件"', requests__new__research=("n", "12"))
    assert ("note", 12, "12件") == (note.level, note.expected, note.actual)


def test_hidden_text_is_an_error(sent, tmp_path):
    """A unit's name that nobody sees."""
    _, (error,) = told(sent, tmp_path, ";;;", unit__name=None)
    assert "不显示出来" in error.message


def test_a_total_under_another_format_is_a_note(sent, tmp_path):
    """Totals are computed again; that another one is shown is said."""
    _, (note,) = told(sent, tmp_path, '0"0"', requests__new__total=None)
    assert ("note", "8590") == (note.level, note.actual)


@pytest.mark.parametrize("content", [None, (None, None, "SUM(D7:I7)")])
def test_a_total_shown_as_a_date_is_a_note(sent, tmp_path, content):
    """With a cached result or, as openpyxl saves, without one."""
    _, (note,) = told(sent, tmp_path, "yyyy/m/d", requests__new__total=content)
    assert ("note", 859) == (note.level, note.expected)
    assert "显示为日期" in note.message


def test_a_total_without_a_cached_result_is_judged_by_its_true_value(sent, tmp_path):
    """Whoever opens the workbook sees it calculated."""
    _, (note,) = told(sent, tmp_path, '0"0"', requests__new__total=(None, None, "SUM(D7:I7)"))
    assert ("note", "8590") == (note.level, note.actual)


@pytest.mark.long
def test_blank_cells_and_unreadable_ones_have_no_second_finding(sent, tmp_path):
    """A blank shows nothing, and what cannot be read has its error already."""
    assert [] == told(sent, tmp_path, ";;;", requests__new__research=(None, None))[1]
    assert [] == told(sent, tmp_path, ";;;", requests__new__research=("inlineStr", "约3"))[1]


#: What 会计专用 writes in Excel and in WPS; and formats of one's own after it.
ACCOUNTING = (
    '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    '_-* #,##0_-;\\-* #,##0_-;_-* "-"_-;_-@_-',
    '0;-0;"—"',
)


#: The same with a sign of money, before the figure or behind it.
WITH_MONEY = (
    '_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ',
    '_-* #,##0.00\\ [$€-407]_-;\\-* #,##0.00\\ [$€-407]_-;_-* "-"??\\ [$€-407]_-;_-@_-',
)


@pytest.mark.parametrize("code", ACCOUNTING)
def test_zeros_that_accounting_formats_show_as_a_dash_are_one_note(sent, tmp_path, code):
    """0 is certain: it stands in the cell. One note names the first cells and lists them all; 12 is nothing to say."""
    columns = ("natural", "business", "research", "welfare", "legal", "other")
    zeros = {f"requests__new__{column}": ("n", "0") for column in columns}
    filing, (note,) = told(sent, tmp_path, code, requests__granted__natural=("n", "12"), **zeros)
    assert ("note", 6) == (note.level, len(note.cells))
    assert "等6个单元格里的 0 按会计格式显示为“-”，已按 0 读取" in note.message
    assert {0} == {filing.values[f"requests.new.{column}"] for column in columns}


@pytest.mark.parametrize("code", WITH_MONEY)
def test_a_dash_beside_a_sign_of_money_is_0(sent, tmp_path, code):
    """Whatever the money: nothing stands in the cell but 0."""
    _, (note,) = told(sent, tmp_path, code, requests__new__research=("n", "0"))
    assert ("note", True) == (note.level, "里的 0 按会计格式显示为“-”，已按 0 读取" in note.message)


def test_a_dash_for_another_figure_is_an_error(sent, tmp_path):
    """Only 0 is written so."""
    _, (error,) = told(sent, tmp_path, '"-";"-";"-"', requests__new__research=("n", "12"))
    assert "error" == error.level


@pytest.mark.parametrize("code", ["[White]0", "[Color2]0", "[WHITE]General", "[白色]0", "[颜色2]0"])
def test_white_figures_are_an_error(sent, tmp_path, code):
    """On a light ground nobody sees them."""
    _, (error,) = told(sent, tmp_path, code, requests__new__research=("n", "12"))
    assert "不能确定" in error.message


@pytest.mark.parametrize("code", ["*10", "0*0", "*9#", "*-0", '"件"*x0'])
def test_a_filler_that_is_no_space_is_never_certain(code):
    """It stands there as often as the column is wide; spaces, as accounting formats have them, add nothing."""
    assert displayed(8, code) is None
    assert "8" == displayed(8, "* #,##0")


@pytest.mark.parametrize(
    "code", ["G/通用格式", "通用格式", "[红色]0", "[蓝色]0;[红色]-0", "[颜色10]0", "[$-804]0", "[洋红]G/通用格式"]
)
def test_names_in_the_language_of_a_program_show_the_figure(code: str):
    """As WPS and Chinese editions write them."""
    assert "3001" == displayed(3001, code)
