"""Each damage is named with sheet and cell, at its level, and what can still be read is read."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from support.figures import shanghai_2019
from support.returns.damages import (
    copy_labels,
    cut_and_paste,
    hide,
    insert_column,
    lose_names,
    rename_sheet,
    set_meta,
    shift_cells_only,
    swap_rows,
    take_sheet,
)
from support.returns.drawn import anchor, box, draw
from support.returns.package import M, Package, address_of, move_rows, put, reference
from xlreport.filing import Filing
from xlreport.finding_kinds import FINDING_KINDS
from xlreport.forms import find_form
from xlreport.workbook.layout.generated_prose import Sentence
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.same_formula import normal
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

REQUESTS = "三 依申请公开"
FORM = find_form("gov2019")
VALUES = dict.fromkeys(f.id for f in FORM.fields.values() if f.role != "computed") | shanghai_2019()


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A filled workbook of gov2019."""
    path = tmp_path_factory.mktemp("sent") / "a.xlsx"
    write_workbook(Filing(form=FORM, values=VALUES), path)
    return path


@pytest.fixture
def returned(sent, tmp_path):
    """Damage a copy, read it: the filing."""

    def damage(*steps):
        package = Package(sent)
        for step in steps:
            step(package)
        return read_workbook(package.save(tmp_path / "a.xlsx"))

    return damage


def rules(filing):
    return [(finding.level, finding.rule) for finding in filing.findings]


def one(filing, rule):
    (finding,) = [finding for finding in filing.findings if finding.rule == rule]
    return finding


def cell(name, *content):
    """Set the cell of a field."""
    return lambda package: put(package.cell(*address_of(package, name)), *content)


def at(title, address, *content):
    return lambda package: put(package.cell(title, address), *content)


def differing(filing):
    return {id_ for id_, value in filing.values.items() if value != VALUES[id_]}


# Formulas


@pytest.mark.parametrize(
    ("content", "actual", "words"),
    [
        (("n", "7"), 7, "被“7”覆盖"),
        (("inlineStr", "约八百"), "约八百", "被“约八百”覆盖"),
        ((None,), None, "被删除"),
        (("n", "38", "SUM(D7:H7)"), 38, "被改成了“=SUM(D7:H7)”"),
        (("n", "859", "859"), 859, "被改成了“=859”"),
        (("e", "#REF!"), "#REF!", "被“#REF!”覆盖"),
    ],
)
def test_a_formula_replaced_or_deleted_is_an_error_with_expected_and_actual(returned, content, actual, words):
    """What stands there is kept as typed over; the figures typed are read all the same."""
    filing = returned(cell("requests.new.total", *content))
    error = one(filing, "formula_replaced")
    assert ("error", 859, actual) == (error.level, error.expected, error.actual)
    assert words in error.message
    assert ["requests.new.total"] == [ref.field for ref in error.cells] == list(filing.typed_over)
    assert set() == differing(filing)


def test_formulas_of_the_check_sheet_are_compared_too(returned):
    """Overwriting a ✗ on 校验 does not pass unseen; one finding for the sheet."""
    filing = returned(at("校验", "D15", "str", "✓"), at("校验", "D16", "str", "✓"))
    assert [("error", "formula_replaced")] == rules(filing)
    assert "“校验”D15、D16" in filing.findings[0].message


@pytest.mark.parametrize(
    "text",
    [
        "SUM(D7:I7)",
        " sum( $D$7 : $I$7 ) ",
        "of:=SUM(D7:I7)",
        f"SUM('{REQUESTS}'!D7:I7)",
        f"SUM($'{REQUESTS}'!D7:'{REQUESTS}'!I7)",
        "_xlfn.SUM(D7:I7)",
    ],
)
def test_other_ways_of_writing_a_formula_are_the_same(returned, text):
    """White space, $, case, prefixes and the sheet's own name make no difference."""
    assert () == returned(cell("requests.new.total", "n", "859", text)).findings


@pytest.mark.parametrize(
    ("one_way", "other_way", "same"),
    [
        ('IF(A1>0,"a b","")', 'if( A1 > 0 ; "a b" ; "" )', True),
        ('IF(A1>0,"a b","")', 'IF(A1>0,"a  b","")', False),
        ('IF(A1>0,"A","")', 'IF(A1>0,"a","")', False),
        ("IF(TRUE,1,0)", "IF(TRUE(),1,0)", True),
        ("'二'!A1+B2", "二!$A$1+B2", True),
        ("'二'!A1+B2", "'三'!A1+B2", False),
        ("SUM(A1:A3)", "SUM(A1,A3)", False),
        ("SUM(A1:A3)", "SUM(A1:A4)", False),
        ("LOG10(A1)", "LOG10(A1)", True),
        ("A1+B1", "A1-B1", False),
    ],
)
def test_normal_form_of_formulas(one_way, other_way, same):
    """Equal formulas have one normal form; different ones, case and blanks in texts included, have not."""
    assert same is (normal(one_way, "一") == normal(other_way, "一"))


# Rows and columns


@pytest.mark.long
@pytest.mark.parametrize("title", [sheet.title for sheet in layout(FORM).sheets if sheet.section])
@pytest.mark.parametrize("count", [1, 3])
def test_inserted_rows_are_an_error_and_everything_is_still_read(returned, title, count):
    """Excel's insertion: cells, formulas and names follow; the finding names the row."""
    filing = returned(lambda package: move_rows(package, title, 4, count))
    error = one(filing, "row_moved")
    assert f"“{title}”插入了第" in error.message
    assert {"row_moved"} == {finding.rule for finding in filing.findings}
    assert set() == differing(filing)
    assert {} == filing.typed_over


@pytest.mark.long
@pytest.mark.parametrize("address", ["A12", "D12", "J12"])
def test_an_inserted_row_is_named_where_it_stands(returned, address):
    """What is typed into it is pointed out as well."""
    filing = returned(lambda package: move_rows(package, REQUESTS, 12, 1), at(REQUESTS, address, "n", "5"))
    assert [("error", "row_moved"), ("note", "stray")] == rules(filing)
    assert "插入了第12行" in filing.findings[0].message
    assert f"“{REQUESTS}”{address}" in filing.findings[1].message


@pytest.mark.long
def test_a_deleted_row_is_named_with_what_it_held(returned):
    """The other rows are read; the lost ones are blank and named."""
    filing = returned(lambda package: move_rows(package, REQUESTS, 9, -1))
    error = one(filing, "row_moved")
    assert "error" == error.level
    assert "第9行" in error.message
    assert "自然人予以公开数" in error.message
    lost = {id_ for id_ in VALUES if id_.startswith("requests.granted.")}
    assert lost <= {ref.field for ref in error.cells}
    assert {id_ for id_ in lost if VALUES[id_] is not None} == differing(filing)


def test_an_inserted_column_is_an_error_and_everything_is_still_read(returned):
    """The finding names the column."""
    filing = returned(lambda package: insert_column(package, REQUESTS, "E"))
    assert {("error", "column_moved"), ("note", "validation_gone")} >= set(rules(filing))
    assert "插入了E列" in one(filing, "column_moved").message
    assert set() == differing(filing)


@pytest.mark.long
@pytest.mark.parametrize("count", [1, -1])
def test_rows_moved_by_a_program_that_leaves_names_behind(returned, count):
    """Names and formulas point to the wrong rows: an error, and the figures are read beside their labels."""
    filing = returned(lambda package: shift_cells_only(package, REQUESTS, 12, count))
    assert {("error", "row_moved"), ("error", "name_moved")} <= set(rules(filing))
    assert {id_ for id_ in VALUES if id_.startswith("requests.refused.prohibited") and count < 0} >= differing(filing)


def test_swapped_rows_are_an_error_and_read_by_their_labels(returned):
    """Sorting moves labels and figures; names stay behind."""
    filing = returned(lambda package: swap_rows(package, REQUESTS, 7, 8))
    assert {("error", "row_moved"), ("error", "name_moved")} <= set(rules(filing))
    assert "第7、8行" in one(filing, "row_moved").message
    assert set() == differing(filing)


def test_two_labels_of_one_row_exchanged_are_no_mere_edit(returned):
    """A heading that now says what another heading should say leaves open which figure is which."""
    filing = returned(lambda package: copy_labels(package, REQUESTS, {"E6": "F6", "F6": "E6"}))
    assert [level for level, _ in rules(filing)].count("error") >= 1


@pytest.mark.parametrize(("text", "words"), [("改过的", "被改成了“改过的”"), (None, "被删除了")])
def test_an_edited_label_is_a_note(returned, text, words):
    """The cell and both texts are named; the figures stay."""
    filing = returned(at(REQUESTS, "A9", "inlineStr" if text else None, text))
    assert [("note", "label_edited")] == rules(filing)
    (note,) = filing.findings
    assert words in note.message
    assert f"“{REQUESTS}”A9" in note.message
    assert text == note.actual
    assert set() == differing(filing)


def test_many_edited_labels_are_one_note(returned):
    """A translated sheet does not bury everything else."""
    steps = [at(REQUESTS, f"{column}6", "inlineStr", f"Column {column}") for column in "EFGHI"]
    steps += [at(REQUESTS, "D5", "inlineStr", "Natural"), at(REQUESTS, "A7", "inlineStr", "New")]
    filing = returned(*steps)
    assert [("note", "label_edited")] == rules(filing)
    assert "等7个单元格" in filing.findings[0].message
    assert set() == differing(filing)


def test_content_outside_the_form_is_pointed_out(returned):
    """A figure beside the table goes into no report, and that is said."""
    filing = returned(at(REQUESTS, "P30", "n", "5"), at(REQUESTS, "P31", "inlineStr", "  "))
    assert [("note", "stray")] == rules(filing)
    assert "P30" in filing.findings[0].message


def test_content_under_a_merged_figure_is_an_error(returned):
    """It shows as soon as the merge is undone, and would be lost."""
    sheet, merged = layout(FORM).fields["disclosure.procurement.amount"]
    filing = returned(at(sheet.title, f"{chr(66 + merged.col)}{merged.row + 1}", "n", "5"))
    assert [("error", "stray")] == rules(filing)


def test_a_field_merged_away_is_an_error(returned):
    """What stands under a merge is not to be seen."""

    def merge(package):
        merges = package.sheet(REQUESTS).find(f"{M}mergeCells")
        merges.append(merges.makeelement(f"{M}mergeCell", ref="D9:E10"))

    filing = returned(merge)
    assert {("error", "merged")} == set(rules(filing))
    assert ["E9", "D10", "E10"] == [finding.cells[0].address for finding in filing.findings]


# Sheets


def test_a_renamed_sheet_is_a_note_with_its_new_title(returned):
    """Findings and places carry the title as it is now."""
    filing = returned(lambda package: rename_sheet(package, REQUESTS, "Sheet3 'x'"))
    assert [("note", "sheet_renamed")] == rules(filing)
    assert "“Sheet3 'x'”" in filing.findings[0].message
    assert "Sheet3 'x'" == filing.places["requests.new.natural"].sheet
    assert set() == differing(filing)


def test_a_moved_sheet_is_a_note(returned):
    """Only the sheet that moved is named."""

    def move(package):
        sheets = package.book.find(f"{M}sheets")
        sheets.append(package.entry(REQUESTS))

    filing = returned(move)
    assert [("note", "sheet_moved")] == rules(filing)
    assert REQUESTS in filing.findings[0].message


@pytest.mark.parametrize(
    ("title", "level"), [(REQUESTS, "error"), ("五 问题和改进", "error"), ("校验", "note"), ("填表说明", "note")]
)
def test_a_deleted_sheet_is_an_error_where_values_are_lost(returned, title, level):
    """The rest is read; a sheet without inputs is a note."""
    filing = returned(lambda package: take_sheet(package, title))
    assert (level, "sheet_missing") in rules(filing)
    assert title in one(filing, "sheet_missing").message
    if level == "note":
        assert set() == differing(filing)
    else:
        assert VALUES["unit.name"] == filing.values["unit.name"]


def test_an_added_sheet_and_a_hidden_one_are_notes(returned):
    """Both are named."""

    def add(package):
        sheets = package.book.find(f"{M}sheets")
        new = sheets.makeelement(f"{M}sheet", dict(package.entry("校验").attrib))
        new.set("name", "草稿")
        new.set("sheetId", "99")
        sheets.append(new)
        package.entry("一 总体情况").set("state", "hidden")

    filing = returned(add)
    assert {("note", "sheet_added"), ("note", "sheet_hidden")} == set(rules(filing))
    assert "草稿" in one(filing, "sheet_added").message


@pytest.mark.long
def test_the_inner_sheet_seen_or_lost_is_a_note(returned):
    """LibreOffice makes very-hidden hidden; without _meta the form is recognised by its names."""
    assert [("note", "meta_visible")] == rules(returned(lambda package: package.entry("_meta").set("state", "hidden")))
    filing = returned(lambda package: take_sheet(package, "_meta"))
    assert [("note", "meta_lost")] == rules(filing)
    assert "gov2019" == filing.form.id
    assert filing.meta.year is None
    assert set() == differing(filing)


# Names


def test_lost_names_are_a_note_where_labels_agree(returned):
    """The cells are found by their place; one note a sheet."""
    filing = returned(lambda package: lose_names(package, "requests."))
    assert [("note", "name_lost")] == rules(filing)
    assert set() == differing(filing)


def test_all_names_lost_is_still_read_by_labels(returned):
    """Even _meta is found by its sheet."""
    filing = returned(lambda package: lose_names(package, ""))
    assert {("note", "name_lost")} == set(rules(filing))
    assert set() == differing(filing)
    assert 2019 == filing.meta.year


def test_lost_names_and_labels_are_an_error(returned):
    """Nothing says which figure is which: nothing is read from the sheet."""

    def wipe(package):
        lose_names(package, "requests.")
        for each in package.sheet(REQUESTS).iter(f"{M}c"):
            if each.get("t") == "s":
                put(each, None)

    filing = returned(wipe)
    error = one(filing, "name_lost")
    assert "error" == error.level
    assert filing.values["requests.new.natural"] is None
    assert VALUES["unit.name"] == filing.values["unit.name"]


def test_computed_cells_without_names_and_labels_are_lost_with_the_rest(returned):
    """A formula typed over on a sheet that nothing vouches for is no second finding."""

    def wipe(package):
        lose_names(package, "published.")
        for each in package.sheet("一 总体情况").iter(f"{M}c"):
            put(each, None)

    filing = returned(wipe)
    assert ("error", "name_lost") in rules(filing)
    assert {} == filing.typed_over


def test_a_name_that_points_elsewhere_is_an_error_with_both_cells(returned):
    """The figure beside the label is read; the error stops the report."""

    def point(package):
        package.names()["requests.granted.natural"].text = reference(REQUESTS, 29, 3)

    filing = returned(point)
    error = one(filing, "name_moved")
    assert "error" == error.level
    assert ["D9", "D30"] == [ref.address for ref in error.cells]


@pytest.mark.long
def test_cut_and_pasted_cells_are_an_error(returned):
    """Excel moves names and formulas along with the cell that was cut."""
    filing = returned(lambda package: cut_and_paste(package, REQUESTS, "D9", "D10"))
    assert {("error", "name_moved"), ("error", "formula_replaced")} <= set(rules(filing))
    assert "D9" in one(filing, "name_moved").message


# Locks and templates


def test_lost_validations_protection_and_hidden_rows_are_notes(returned):
    """One note each, with the sheet."""

    def strip(package):
        sheet = package.sheet(REQUESTS)
        for tag in ("dataValidations", "sheetProtection"):
            sheet.remove(sheet.find(f"{M}{tag}"))
        package.book.remove(package.book.find(f"{M}workbookProtection"))
        hide(package, REQUESTS, rows=("9", "10"), columns=(5, 5))

    filing = returned(strip)
    assert {"note"} == {level for level, _ in rules(filing)}
    assert ["hidden_rows", "hidden_rows", "protection_gone", "protection_gone", "validation_gone"] == sorted(
        rule for _, rule in rules(filing)
    )
    assert any("第9、10行" in finding.message for finding in filing.findings)
    assert any("列被隐藏" in finding.message for finding in filing.findings)
    assert set() == differing(filing)


@pytest.mark.long
def test_rows_left_out_by_the_filter_of_the_rules_are_no_matter(returned):
    """Staff may look at the rows with ✗ alone: nothing of the report stands there."""
    assert [] == rules(returned(lambda package: hide(package, "校验", rows=("15", "16", "40"))))


@pytest.mark.long
def test_another_template_version_that_fits_is_a_note(returned):
    """Cells stand where they are expected: everything is compared as ever, and upgrade is advised."""
    filing = returned(lambda package: set_meta(package, "template_version", "0.9"))
    assert [("note", "older_template")] == rules(filing)
    assert "xlreport upgrade" in filing.findings[0].message
    filing = returned(lambda package: set_meta(package, "template_version", "999.1"))
    assert [("note", "newer_template")] == rules(filing)


@pytest.mark.long
def test_an_older_template_whose_cells_stand_elsewhere_is_read_by_names(returned):
    """One note with what to do, in place of a finding for every cell; formulas typed over are still seen."""
    filing = returned(
        lambda package: set_meta(package, "template_version", "0.9"),
        lambda package: move_rows(package, REQUESTS, 9, 2),
        lambda package: move_rows(package, "基本信息", 5, 1),
        cell("requests.new.total", "n", "7"),
    )
    assert [("note", "older_template"), ("error", "formula_replaced")] == rules(filing)
    assert "xlreport upgrade" in filing.findings[0].message
    assert set() == differing(filing)


@pytest.mark.parametrize(
    ("name", "level"),
    [("requests.granted.", "error"), ("problems.text", "error"), ("report.date", "error"), ("unit.signature", "note")],
)
def test_what_an_older_template_lacks_is_named(returned, name, level):
    """Figures, texts and required fields stop it; what is optional, perhaps newer than the template, is only told."""
    filing = returned(
        lambda package: set_meta(package, "template_version", "0.9"),
        lambda package: move_rows(package, "基本信息", 5, 1),
        lambda package: lose_names(package, name),
    )
    (found_,) = [finding for finding in filing.findings if finding.rule == "older_template"]
    assert level == found_.level
    assert "里面没有“" in found_.message


def test_a_later_template_whose_cells_stand_elsewhere_is_an_error(returned):
    """It may hold what this program does not know."""
    filing = returned(
        lambda package: set_meta(package, "template_version", "999.1"),
        lambda package: move_rows(package, "基本信息", 5, 1),
    )
    assert ("error", "newer_template") in rules(filing)


def test_a_workbook_whose_inner_sheet_names_another_form(returned):
    """Names and labels tell the form; the contradiction is an error."""
    filing = returned(lambda package: set_meta(package, "form", "gov2021"))
    assert ("error", "other_form") in rules(filing)
    assert "gov2019" == filing.form.id
    assert set() == differing(filing)


@pytest.mark.long
def test_messages_are_sentences_with_sheet_and_remedy(returned):
    """Every finding of a thoroughly damaged workbook is one Chinese sentence that says what to do."""
    filing = returned(
        cell("requests.new.total", "n", "7"),
        cell("requests.new.natural", "inlineStr", "约3"),
        cell("requests.new.business", "inlineStr", "３"),
        cell("requests.new.legal", "n", "3", "1+2"),
        lambda package: move_rows(package, "四 复议诉讼", 5, 1),
        lambda package: take_sheet(package, "六 其他事项"),
        lambda package: rename_sheet(package, "二 主动公开", "二"),
        lambda package: lose_names(package, "published."),
        at("五 问题和改进", "F9", "n", "5"),
        lambda package: package.entry("_meta").set("state", "visible"),
    )
    assert len(filing.findings) >= 9
    for finding in filing.findings:
        assert FINDING_KINDS[finding.rule].stage == "读取"
        assert 1 == finding.message.count("。")
        assert finding.message.endswith("。")
        assert re.search("请", finding.message)
        assert "“" in finding.message or finding.rule == "protection_gone"


@pytest.mark.long
@pytest.mark.parametrize("version", ["1.0", None])
def test_other_formulas_of_an_older_template_are_its_own(returned, version: str | None):
    """Where the cells still fit, an older template's own formulas that are no field's are no damage; a lost one is."""
    title = "一 总体情况"
    place = next(c.address for c in layout(FORM).by_title[title].cells if isinstance(c.display, Sentence))
    older = [lambda package: set_meta(package, "template_version", version)] if version else []
    level = [] if version else [("error", "formula_replaced")]
    assert level == [
        each for each in rules(returned(*older, at(title, place, "str", "无。", '"无。"'))) if "formula" in each[1]
    ]
    lost = returned(*older, at(title, place, "str", "无。"))
    assert [("error", "formula_replaced")] == [each for each in rules(lost) if "formula" in each[1]]


# What stands where no name leads to


def elsewhere(package):
    """A template of another version whose cells stand elsewhere."""
    set_meta(package, "template_version", "0.9")
    move_rows(package, "基本信息", 5, 1)


def of_another_definition(package):
    set_meta(package, "definition", "x")


def stands_alone(package, title, address, text, like):
    """A text in a cell with the style of another field's cell."""
    put(package.cell(title, address), "inlineStr", text)
    package.cell(title, address).set("s", package.cell(*address_of(package, like)).get("s"))


@pytest.mark.parametrize("apart", [elsewhere, of_another_definition])
def test_what_is_filled_in_where_no_name_leads_to_is_told(returned, apart):
    """An unlocked cell of an older template that this one has no more, with its content; locked texts are the template's."""
    filing = returned(
        apart,
        lambda package: stands_alone(package, REQUESTS, "P40", "另有12件", "requests.new.natural"),
        lambda package: stands_alone(package, REQUESTS, "P41", "固定文字", "requests.new.total"),
    )
    found = one(filing, "stray")
    assert [("note", "P40")] == [(found.level, each.address) for each in found.cells]
    assert "（“另有12件”）不会进入报告" in found.message


@pytest.mark.parametrize("apart", [elsewhere, of_another_definition])
def test_what_hides_a_figure_stops_an_older_template_too(returned, apart):
    """A text box over a figure, and a merge over another; a box beside them is a note."""

    def hidden(package):
        title, address = address_of(package, "requests.new.natural")
        row, col = int(address[1:]) - 1, ord(address[0]) - 65
        draw(package, anchor(row, col, box("9999")), title=title)
        draw(package, anchor(row + 30, 12, box("请核对")), title="四 复议诉讼", name="xl/drawings/drawing2.xml")
        merges = package.sheet(REQUESTS).find(f"{M}mergeCells")
        covered = address_of(package, "requests.new.business")[1]
        etree.SubElement(merges, f"{M}mergeCell", ref=f"{address}:{covered}")

    filing = returned(apart, hidden)
    boxes = [(each.level, each.cells[0].field) for each in filing.findings if each.rule == "laid_over"]
    assert [("error", "requests.new.natural"), ("note", None)] == boxes
    merged = one(filing, "merged")
    assert ("error", "requests.new.business") == (merged.level, merged.cells[0].field)


def test_the_note_on_an_older_template_says_what_is_not_compared(returned):
    """Its fixed texts may have been edited; nobody here knows how they were."""
    assert "固定文字没有核对" in one(returned(elsewhere), "older_template").message
