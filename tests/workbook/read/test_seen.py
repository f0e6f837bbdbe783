"""What changes how a value looks is harmless or said; where values live, what the schema does not know is damage."""

from __future__ import annotations

import copy

import pytest
from lxml import etree

from support.definitions import REPORT_FORM, made_form, rule
from support.returns.package import MAIN, M, Package, address_of, put
from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.workbook.layout.names import explanation_name, prose_key
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

COLUMNS = ("natural", "business", "research", "welfare", "legal", "other")

#: A sum to hold, and a warning to explain.
REPORT_RULES = rule("SUM(requests.granted.natural:requests.granted.other) >= 0") + rule(
    "N(appeals.upheld) <= N(disclosure.licensing)", id="many", level="warning"
)

VALUES: dict[str, int | float | str | None] = {
    "unit.name": "甲局",
    "report.year": 2019,
    "report.date": "2020年1月20日",
    "disclosure.licensing": 31,
    "disclosure.fees": 12.5,
    **{f"requests.new.{column}": n for column, n in zip(COLUMNS, (821, 26, 1, 6, 5, 0), strict=True)},
    **{f"requests.granted.{column}": n for column, n in zip(COLUMNS, (300, 11, 0, 2, 1, 0), strict=True)},
    "appeals.upheld": 3,
    "appeals.pending": 0,
    "problems.text": "问题一。问题二。",
}

FIGURE, PROSE, TOTAL, NAME = "requests.new.research", "problems.text", "requests.new.total", "unit.name"


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    return made_form(tmp_path_factory.mktemp("form"), REPORT_FORM, REPORT_RULES)


@pytest.fixture(scope="module")
def sent(form, tmp_path_factory):
    """A filled workbook."""
    path = tmp_path_factory.mktemp("sent") / "a.xlsx"
    write_workbook(Filing(form=form, values=VALUES), path)
    return path


@pytest.fixture
def returned(sent, form, tmp_path):
    """The workbook with one change, read."""

    def read(change):
        package = Package(sent)
        change(package)
        return read_workbook(package.save(tmp_path / "a.xlsx"), form)

    return read


def cell_of(package, name=FIGURE):
    return package.cell(*address_of(package, name))


def rich(name, *runs):
    """A cell with runs: text and what stands in its run properties."""

    def change(package):
        cell = cell_of(package, name)
        put(cell, "inlineStr", "")
        string = cell[0]
        string.clear()
        for text, properties in runs:
            run = etree.fromstring(f'<r xmlns="{MAIN}"><rPr>{properties}</rPr><t xml:space="preserve">{text}</t></r>')
            string.append(run)

    return change


def styled(name, *, font="", number=None, fill="", alignment="", content=None):
    """A cell whose style has this font, number-format id, fill and alignment."""

    def change(package):
        styles = package.tree("xl/styles.xml")
        xfs, cell = styles.find(f"{M}cellXfs"), cell_of(package, name)
        xf = copy.deepcopy(xfs[int(cell.get("s", "0"))])
        for tag, content_, key in (("font", font, "fontId"), ("fill", fill, "fillId")):
            if content_:
                listed = styles.find(f"{M}{tag}s")
                listed.append(etree.fromstring(f'<{tag} xmlns="{MAIN}">{content_}</{tag}>'))
                xf.set(key, str(len(listed) - 1))
        if number is not None:
            xf.set("numFmtId", str(number))
        if alignment:
            for old in xf.findall(f"{M}alignment"):
                xf.remove(old)
            xf.insert(0, xf.makeelement(f"{M}alignment", horizontal=alignment))
        xfs.append(xf)
        cell.set("s", str(len(xfs) - 1))
        if content:
            put(cell, *content)

    return change


def conditional(name, dxf="", rule="", *, kind='type="expression"', formula="TRUE", where="A1:B2 {address}"):
    """A conditional format on a cell; `where` is its list of references."""

    def change(package):
        title, address = address_of(package, name)
        dxfs = package.tree("xl/styles.xml").find(f"{M}dxfs")
        dxfs.append(etree.fromstring(f'<dxf xmlns="{MAIN}">{dxf}</dxf>'))
        text = (
            f'<conditionalFormatting xmlns="{MAIN}" sqref="{where.format(address=address)}"><cfRule {kind} priority="1" '
            f'dxfId="{len(dxfs) - 1}"><formula>{formula}</formula>{rule}</cfRule></conditionalFormatting>'
        )
        data = package.sheet(title).find(f"{M}sheetData")
        data.addnext(etree.fromstring(text))

    return change


def told(filing, rule="odd_font"):
    return [(finding.level, finding.cells[0].field) for finding in filing.findings if finding.rule == rule]


STRUCK, RAISED, LOWERED = "<strike/>", '<vertAlign val="superscript"/>', '<vertAlign val="subscript"/>'
WHITE, HIDDEN = '<color rgb="FFFFFFFF"/>', "<vanish/>"
TINY, SIGNS = '<sz val="1"/>', '<rFont val="Wingdings"/>'
LIGHT, PALE = '<color theme="0"/>', '<color rgb="FFFAFAFA"/>'


@pytest.mark.parametrize("look", [STRUCK, RAISED, LOWERED, WHITE, HIDDEN, TINY, SIGNS, LIGHT, PALE])
def test_a_figure_with_a_run_that_looks_otherwise_is_an_error(returned, look):
    """A struck 1 before a 2 is no certain 12, a 1 raised behind 88 no certain 881."""
    filing = returned(rich(FIGURE, ("1", look), ("2", "<b/>")))
    assert [("error", FIGURE)] == told(filing)
    assert ["1"] == [f.message.split("“")[2].split("”")[0] for f in filing.findings if f.rule == "odd_font"]


@pytest.mark.parametrize(
    "runs",
    [
        [("1", "<b/>"), ("2", '<i/><u/><color rgb="FFFF0000"/>')],
        [(" ", STRUCK), ("12", "")],
        [("12", '<strike val="0"/>')],
    ],
)
def test_what_is_harmless_is_nothing_to_say(returned, runs):
    """Bold, colours, spaces struck out, a strike that is switched off."""
    filing = returned(rich(FIGURE, *runs))
    assert [] == told(filing)
    assert 12 == filing.values[FIGURE]


@pytest.mark.parametrize(
    ("look", "level"),
    [(STRUCK, "error"), (WHITE, "error"), (HIDDEN, "error"), (RAISED, "note"), (LOWERED, "note"), ("<b/>", None)],
)
def test_prose_that_looks_otherwise_is_said(returned, look, level):
    """What is struck out would be printed; a raised 2 is printed as a plain one."""
    filing = returned(rich(PROSE, ("删去的句子。", look), ("留下的。", "")))
    assert ([] if level is None else [(level, PROSE)]) == told(filing)
    assert "删去的句子。留下的。" == filing.values[PROSE]


def test_runs_of_shared_strings_and_of_explanations_count(returned):
    """Where the string stands makes no difference."""

    def change(package):
        cell = cell_of(package)
        table = package.tree("xl/sharedStrings.xml")
        table.append(etree.fromstring(f'<si xmlns="{MAIN}"><r><t>8</t></r><r><rPr>{RAISED}</rPr><t>1</t></r></si>'))
        put(cell, "s", str(len(table) - 1))
        rich("explain.prose.problems.text", ("已核实", STRUCK))(package)

    assert [("error", FIGURE), ("error", None)] == told(returned(change))


@pytest.mark.parametrize(
    ("name", "style", "level"),
    [
        (FIGURE, {"font": STRUCK}, "error"),
        (FIGURE, {"font": RAISED}, "error"),
        (FIGURE, {"font": WHITE, "fill": '<patternFill patternType="none"/>'}, "error"),
        (FIGURE, {"font": WHITE, "fill": '<patternFill patternType="solid"><fgColor rgb="FF1F4E79"/></patternFill>'}, None),
        (FIGURE, {"font": '<color rgb="FF1F4E79"/>', "fill": '<patternFill patternType="solid"><fgColor rgb="FF1F4E79"/></patternFill>'}, "error"),
        (FIGURE, {"alignment": "fill"}, "error"),
        (FIGURE, {"alignment": "right"}, None),
        (PROSE, {"font": STRUCK}, "error"),
        (NAME, {"font": '<name val="Webdings"/>'}, "error"),
        (TOTAL, {"font": STRUCK}, "note"),
    ],
)  # fmt: skip
def test_a_font_of_the_whole_cell_is_said(returned, name, style, level):
    """A struck or invisible cell, contents that repeat; white on a dark ground is seen."""
    content = ("n", "12") if name == FIGURE else None
    assert ([] if level is None else [(level, name)]) == told(returned(styled(name, content=content, **style)))


@pytest.mark.parametrize(
    ("dxf", "rule", "level"),
    [
        ('<numFmt numFmtId="200" formatCode="0&quot;0&quot;"/>', "number_format", "error"),
        ('<numFmt numFmtId="200" formatCode="yyyy"/>', "number_format", "error"),
        ('<numFmt numFmtId="200" formatCode="0.00"/>', "number_format", None),
        ("<font><strike/></font>", "odd_font", "error"),
        ('<font><color rgb="FFFFFFFF"/></font>', "odd_font", "error"),
        ('<font><b/><color rgb="FFC00000"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill>', "odd_font", None),
    ],
)  # fmt: skip
def test_what_a_conditional_format_can_do_is_said(returned, dxf, rule, level):
    """Whether its rule applies or not."""

    def change(package):
        put(cell_of(package), "n", "12")
        conditional(FIGURE, dxf)(package)

    assert ([] if level is None else [(level, FIGURE)]) == told(returned(change), rule)


TENFOLD = '<numFmt numFmtId="200" formatCode="0&quot;0&quot;"/>'


@pytest.mark.parametrize("where", ["A:{column}", "{row}:{row}", "XFD1048576:A1", "Z9 ${column}${row}", "a1:xfd{row}"])
def test_a_conditional_format_reaches_as_far_as_its_references(sent, returned, where):
    """Whole columns and rows, corners the other way round, and small letters are areas like others."""
    _, address = address_of(Package(sent), FIGURE)
    column, row = address.rstrip("0123456789"), address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def change(package):
        put(cell_of(package), "n", "12")
        conditional(FIGURE, TENFOLD, where=where.format(column=column, row=row))(package)

    assert ("error", FIGURE) in [
        (finding.level, cell.field)
        for finding in returned(change).findings
        if finding.rule == "number_format"
        for cell in finding.cells
    ]


@pytest.mark.parametrize("where", ["A1:", "B2:C", "nonsense", "#REF!"])
def test_a_reference_that_cannot_be_read_is_damage(returned, where):
    """What a conditional format may do is not passed over because nobody knows where."""
    with pytest.raises(InputError, match="已损坏"):
        returned(conditional(FIGURE, TENFOLD, where=where))


@pytest.mark.parametrize(
    ("operator", "formulas", "holds"),
    [("equal", "0", False), ("equal", "12", True), ("notEqual", "12", False), ("lessThan", "12", False),
     ("lessThanOrEqual", "12", True), ("greaterThan", "100", False), ("greaterThanOrEqual", "12", True),
     ("between", "1</formula><formula>20", True), ("notBetween", "20</formula><formula>1", False),
     ("equal", "$A$1", True)],
)  # fmt: skip
def test_a_comparison_that_does_not_hold_does_nothing(returned, operator, formulas, holds):
    """Only where a cell compared with numbers answers to the rule is it said; of other rules it is not known."""

    def change(package):
        put(cell_of(package), "n", "12")
        kind = f'type="cellIs" operator="{operator}"'
        conditional(FIGURE, TENFOLD, kind=kind, formula=formulas)(package)

    assert ([("error", FIGURE)] if holds else []) == told(returned(change), "number_format")


@pytest.mark.parametrize(
    ("dxf", "rule", "seen"),
    [
        ('<fill><patternFill><bgColor rgb="FF000000"/></patternFill></fill>', "", False),
        ('<fill><patternFill><bgColor theme="1"/></patternFill></fill>', "", False),
        ('<fill><patternFill><bgColor rgb="FFFFEB9C"/></patternFill></fill>', "", True),
        ("", '<colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FF000000"/><color indexed="8"/></colorScale>', False),
        ("", '<colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FFFFFFFF"/><color rgb="FF63BE7B"/></colorScale>', True),
    ],
)  # fmt: skip
def test_a_ground_on_which_letters_are_not_seen_is_said(returned, dxf, rule, seen):
    """A rule that changes the fill alone leaves black letters on it."""

    def change(package):
        put(cell_of(package), "n", "12")
        conditional(FIGURE, dxf, rule)(package)

    assert ([] if seen else [("error", FIGURE)]) == told(returned(change))


def solid(colour, place="bgColor"):
    """A fill of one colour, of a conditional format or (fgColor) of a cell."""
    return f'<patternFill patternType="solid"><{place} {colour}/></patternFill>'


def painted(font="", fill=""):
    """What a conditional format makes of letters and ground."""
    return (f"<font>{font}</font>" if font else "") + (f"<fill>{solid(fill)}</fill>" if fill else "")


def scale(*stops):
    """A colour scale with its stops as numbers: place and colour."""
    places = "".join(f'<cfvo type="num" val="{place}"/>' for place, _ in stops)
    colours = "".join(f'<color rgb="{colour}"/>' for _, colour in stops)
    return f"<colorScale>{places}{colours}</colorScale>"


BLUE, LIGHT_BLUE, NIGHT = 'rgb="FF1F4E79"', 'rgb="FFDDEBF7"', 'rgb="FF000000"'


@pytest.mark.parametrize(
    ("own", "below", "dxf", "rule", "seen"),
    [
        (BLUE, "", painted(fill=BLUE), "", False),
        (BLUE, "", painted(fill=NIGHT), "", True),
        (BLUE, "", painted(fill=LIGHT_BLUE), "", True),
        (BLUE, "", painted(font=f"<color {BLUE}/>"), "", True),
        ('rgb="FFFFFFFF"', BLUE, painted(fill='rgb="FFF2F2F2"'), "", False),
        ('rgb="FFFFFFFF"', BLUE, painted(fill=NIGHT), "", True),
        (BLUE, "", painted('<color rgb="FFFFFFFF"/>', NIGHT), "", True),
        ("", BLUE, painted(font='<color rgb="FFFFFFFF"/>'), "", True),
        ("", BLUE, painted(font=f"<color {BLUE}/>"), "", False),
        ('theme="4"', "", painted(fill='rgb="FF4F81BD"'), "", False),
        ('theme="4"', "", painted(fill='theme="4" tint="0.8"'), "", True),
        ('indexed="18"', "", painted(fill='rgb="FF000080"'), "", False),
        ('indexed="18"', "", painted(fill='theme="3" tint="0.9"'), "", True),
        ('theme="99"', "", painted(fill=NIGHT), "", False),
        ("", "", "", scale((0, "FFFFFFFF"), (24, "FF000000")), True),
        ("", "", "", scale((0, "FFFFFFFF"), (12, "FF000000")), False),
        ('rgb="FF808080"', "", "", scale((0, "FFFFFFFF"), (24, "FF000000")), False),
        ("", "", "", '<colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FFFFFFFF"/><color theme="1"/></colorScale>', False),
        ("", "", "", '<colorScale><cfvo type="min"/><cfvo type="max"/><color rgb="FFF8696B"/><color rgb="FFFFEB84"/></colorScale>', True),
        ("", "", "", '<dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>', True),
        ("", "", "", '<dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF000000"/></dataBar>', False),
    ],
)  # fmt: skip
def test_letters_and_ground_of_a_conditional_format_are_seen_together(returned, own, below, dxf, rule, seen):
    """What a rule leaves as it is, is the cell's own: its letters on the rule's ground, the rule's letters on its ground."""

    def change(package):
        fill = solid(below or 'rgb="FFFFFFFF"', "fgColor")
        styled(FIGURE, font=f"<color {own}/>" if own else "<b/>", fill=fill, content=("n", "12"))(package)
        conditional(FIGURE, dxf, rule)(package)

    assert ([] if seen else [("error", FIGURE)]) == told(returned(change))


@pytest.mark.parametrize(
    ("first", "second", "seen"),
    [
        (painted(font=f"<color {BLUE}/>"), painted(fill=BLUE), False),
        (painted('<color rgb="FFFFFFFF"/>', NIGHT), painted(fill='rgb="FFFFFFFF"'), True),
        (painted(fill='rgb="FFFFFFFF"'), painted('<color rgb="FFFFFFFF"/>', NIGHT), False),
    ],
)
def test_two_rules_can_hide_what_neither_hides(returned, first, second, seen):
    """Of two that apply, the first gives what it names, the second the rest."""

    def change(package):
        put(cell_of(package), "n", "12")
        for n, dxf in enumerate((first, second), 1):
            conditional(FIGURE, dxf)(package)
            title, _ = address_of(package, FIGURE)
            next(package.sheet(title).iter(f"{M}cfRule")).set("priority", str(n))

    assert ([] if seen else [("error", FIGURE)]) == told(returned(change))


def test_rules_that_certainly_apply_count_together(returned):
    """White letters and a black ground by two comparisons that both hold are seen; where one is uncertain, they may not be."""

    def change(formula):
        def both(package):
            put(cell_of(package), "n", "12")
            over = 'type="cellIs" operator="greaterThan"'
            conditional(FIGURE, painted(font='<color rgb="FFFFFFFF"/>'), kind=over, formula="1")(package)
            conditional(FIGURE, painted(fill=NIGHT), kind=over, formula=formula)(package)

        return both

    assert [] == told(returned(change("2")))
    assert [("error", FIGURE)] == told(returned(change("$A$1")))


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ("<colorScale/>", True),
        ('<colorScale><cfvo type="min"/><color rgb="FFFFEB84"/></colorScale>', True),
        ('<colorScale><cfvo type="min"/><color rgb="FF000000"/></colorScale>', False),
        (scale((5, "FF000000"), (1, "FFFFEB84")), False),
        (scale((5, "FFFFEB84"), (5, "FFFFFFFF")), True),
        (scale(("nan", "FFFFEB84"), ("x", "FFFFFFFF")), True),
        (scale((-1e308, "FFFFEB84"), (1e308, "FFFFFFFF")), True),
        (scale(*[(n, "FFFFEB84") for n in range(20_000)]), True),
    ],
    ids=range(8),
)
def test_a_scale_that_is_none_hides_what_its_colours_can_hide(returned, rule, seen):
    """Too few, too many or falling stops: no damage, and no end of work; any of its colours may be the cell's."""

    def change(package):
        put(cell_of(package), "n", "12")
        conditional(FIGURE, "", rule)(package)

    assert ([] if seen else [("error", FIGURE)]) == told(returned(change))


def test_rules_that_repeat_each_other_hide_no_more_than_one(returned):
    """Copied cells bring their rules along, again and again; many rules of many looks are not worked out."""

    def change(count, looks):
        def many(package):
            put(cell_of(package), "n", "12")
            for n in range(count):
                conditional(FIGURE, painted(font=f'<color rgb="FF7F{n % looks:02X}00"/>', fill='rgb="FFFFEB9C"'))(
                    package
                )

        return many

    assert [] == told(returned(change(60, 2)))
    assert [("error", FIGURE)] == told(returned(change(60, 60)))


@pytest.mark.parametrize("index", ["-1", "999", "x"])
def test_a_rule_with_a_format_that_is_not_there_is_damage(returned, index):
    """What it does to the cell is not known."""

    def change(package):
        conditional(FIGURE, TENFOLD)(package)
        title, _ = address_of(package, FIGURE)
        next(package.sheet(title).iter(f"{M}cfRule")).set("dxfId", index)

    with pytest.raises(InputError, match="已损坏"):
        returned(change)


@pytest.mark.parametrize(
    "theme", [b"", b"<a>", b"<!DOCTYPE a><a/>", b"<t><clrScheme><dk1><x/></dk1></clrScheme></t>", None]
)
def test_a_theme_that_cannot_be_read_is_no_damage(returned, theme):
    """White and black are known without it; no value hangs on the rest."""

    def change(package):
        styled(FIGURE, font='<color theme="0"/>', content=("n", "12"))(package)
        if theme is None:
            del package.parts["xl/theme/theme1.xml"]
        else:
            package.parts["xl/theme/theme1.xml"] = theme

    assert [("error", FIGURE)] == told(returned(change))


def test_a_bar_in_place_of_the_figure_is_said(returned):
    """A data bar can leave the figure out."""

    def change(package):
        put(cell_of(package), "n", "12")
        conditional(FIGURE, rule='<dataBar showValue="0"/>')(package)

    assert [("error", FIGURE)] == told(returned(change))


@pytest.mark.parametrize(
    ("number", "rule"),
    [(67, "number_format"), (68, "number_format"), (71, "unreadable"), (81, "unreadable"), (30, "unreadable"),
     (23, "number_format"), (59, "number_format"), (130, "number_format"), (1, None), (3, None)],
)  # fmt: skip
def test_number_formats_that_no_style_declares(returned, number, rule):
    """67 and 68 are percent, 71 to 81 dates; what others are depends on the edition: none is General."""
    filing = returned(styled(FIGURE, number=number, content=("n", "12")))
    found = [(finding.rule, finding.level) for finding in filing.findings if finding.cells[0].field == FIGURE]
    assert ([] if rule is None else [(rule, "error")]) == [each for each in found if each[0] != "shown_total"]


def test_zeros_that_a_sheet_does_not_show_are_one_note(returned):
    """0 is certain; that it is not to be seen is said once."""

    def change(package):
        title, _ = address_of(package, FIGURE)
        put(cell_of(package), "n", "0")
        package.sheet(title).find(f"{M}sheetViews")[0].set("showZeros", "0")

    assert [("note", FIGURE)] == told(returned(change), "number_format")[:1]


# Where values live


def wrapped(tag, name=FIGURE):
    """An element above or of a cell, put into a wrapper that the schema does not know."""

    def change(package):
        element = cell_of(package, name)
        put(element, "n", "12")
        for _ in range({"v": -1, "c": 0, "row": 1, "sheetData": 2}[tag]):
            element = element.getparent()
        element = element[0] if tag == "v" else element
        parent = element.getparent()
        wrapper = etree.Element("{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")
        parent.replace(element, wrapper)
        wrapper.append(element)

    return change


def in_value(package):
    cell = cell_of(package)
    put(cell, "n", "1")
    etree.SubElement(cell[0], "{urn:x}b").tail = "2"


def shared_wrapped(package):
    table = package.tree("xl/sharedStrings.xml")
    item = table[5]
    wrapper = etree.Element("{urn:x}wrapper")
    table.replace(item, wrapper)
    wrapper.append(item)


def in_string(package):
    put(cell_of(package), "inlineStr", "12")
    cell_of(package)[0].append(etree.fromstring('<x:more xmlns:x="urn:x"><x:t>3</x:t></x:more>'))


@pytest.mark.parametrize(
    "change",
    [
        *(wrapped(tag) for tag in ("v", "c", "row", "sheetData")),
        in_value,
        in_string,
        shared_wrapped,
        lambda package: cell_of(package, PROSE).set("t", "x"),
        lambda package: cell_of(package, PROSE).set("t", ""),
        lambda package: cell_of(package, PROSE).set("s", "9999"),
        lambda package: (
            package.sheet("三 依申请公开")
            .find(f"{M}sheetData")
            .append(package.sheet("三 依申请公开").makeelement(f"{M}record"))
        ),
    ],
)
def test_what_the_schema_does_not_know_is_damage(returned, change):
    """A value in a place that programs do not agree on is never left out, nor taken for something else."""
    with pytest.raises(InputError, match="损坏"):
        returned(change)


@pytest.mark.parametrize("kind", ["array", "dataTable"])
def test_cells_that_another_cells_formula_fills_hold_a_formula(returned, kind):
    """An array formula stands in its first cell only; the others are computed all the same."""

    def change(package):
        _, address = address_of(package, "requests.new.natural")
        cell = cell_of(package, "requests.new.natural")
        put(cell, "n", "3", "A1:C1*3")
        cell[0].set("t", kind)
        cell[0].set("ref", f"{address}:{address_of(package, FIGURE)[1]}")
        put(cell_of(package), "n", "3")

    assert ("error", FIGURE) in told(returned(change), "formula_in_input")


@pytest.mark.parametrize(
    "change",
    [
        lambda package: (
            package.sheet("三 依申请公开")
            .find(f"{M}sheetData")[0]
            .addprevious(package.sheet("三 依申请公开").makeelement(f"{M}row", r="0"))
        ),
    ],
)
def test_an_empty_row_of_no_number_moves_nothing(sent, returned, change, form):
    """A row 0 that holds nothing says nothing about the others."""
    assert read_workbook(sent, form).values == returned(change).values


@pytest.mark.long
@pytest.mark.parametrize("shape", ["formatCode", "nested", "strings", "runs", "names", "styles", "title", "areas"])
def test_forged_parts_end_soon(sent, tmp_path, shape, form):
    """Format codes of a million brackets, elements nested as deep, endless lists: read or refused, in linear time."""
    package = Package(sent)
    styles, strings = package.tree("xl/styles.xml"), package.tree("xl/sharedStrings.xml")
    deep = f"{'<a>' * 200_000}{'</a>' * 200_000}".encode()
    match shape:
        case "formatCode":
            formats = styles.find(f"{M}numFmts")
            for n, code in enumerate(("[" * 1_000_000, '"' * 999_999, "_" * 1_000_000, "0;" * 500_000)):
                formats.append(formats.makeelement(f"{M}numFmt", numFmtId=str(500 + n), formatCode=code))
                styles.find(f"{M}cellXfs").append(styles.makeelement(f"{M}xf", numFmtId=str(500 + n)))
            cell_of(package).set("s", str(len(styles.find(f"{M}cellXfs")) - 4))
            put(cell_of(package), "n", "12")
        case "nested":
            data = etree.tostring(package.sheet("校验"))
            package.trees.pop(package.part_of("校验"))
            package.parts[package.part_of("校验")] = data.replace(
                b"</worksheet>", b"<extLst>" + deep + b"</extLst></worksheet>"
            )
        case "strings":
            strings.extend(strings.makeelement(f"{M}si") for _ in range(200_000))
        case "runs":
            item = etree.SubElement(strings, f"{M}si")
            for _ in range(100_000):
                etree.SubElement(etree.SubElement(item, f"{M}r"), f"{M}t").text = "_x0041_"
        case "names":
            names = package.book.find(f"{M}definedNames")
            for n in range(40_000):
                etree.SubElement(names, f"{M}definedName", name=f"n{n}").text = "a." * 200
        case "styles":
            xfs = styles.find(f"{M}cellXfs")
            xfs.extend(xfs.makeelement(f"{M}xf") for _ in range(100_000))
        case "title":
            package.entry("校验").set("name", "长" * 1_000_000)
        case "areas":
            sheet = package.sheet("三 依申请公开")
            sheet.find(f"{M}sheetData").addnext(
                etree.fromstring(
                    f'<conditionalFormatting xmlns="{MAIN}" sqref="{"A1:XFD1048576 " * 30_000}"><cfRule type="dataBar">'
                    '<dataBar showValue="0"/></cfRule></conditionalFormatting>'
                )
            )
    try:
        told_ = [finding.message for finding in read_workbook(package.save(tmp_path / "a.xlsx"), form).findings]
    except InputError as error:
        told_ = [str(error)]
    assert all(len(message) < 1000 for message in told_)
    if shape == "formatCode":
        assert any("不明" in message for message in told_)


# Spelled otherwise


def all_cells(change):
    """A change of every cell and row of every sheet."""

    def apply(package):
        for title in package.titles():
            for row in package.sheet(title).find(f"{M}sheetData"):
                change(row)

    return apply


def lower(row):
    for cell in row:
        cell.set("r", cell.get("r").lower())


def dollars(row):
    for cell in row:
        cell.set("r", "$" + cell.get("r"))


def without_numbers(row):
    row.attrib.pop("r")


def empty_numbers(row):
    row.set("r", "")


def from_zero(row):
    row.set("r", str(int(row.get("r")) - 1))


def addresses_from_zero(row):
    letters = [cell.get("r").removesuffix(row.get("r")) for cell in row]
    from_zero(row)
    for cell, column in zip(row, letters, strict=True):
        cell.set("r", column + row.get("r"))


def empty_styles(row):
    for cell in row:
        if cell.get("s") == "0":
            cell.set("s", "")


@pytest.mark.parametrize(
    "change", [lower, dollars, without_numbers, empty_numbers, from_zero, addresses_from_zero, empty_styles]
)
def test_a_clumsy_spelling_is_read(sent, returned, change, form):
    """Lower-case addresses, rows counted from 0 or not at all, empty attributes: the place of every cell is certain."""
    filing = returned(all_cells(change))
    assert read_workbook(sent, form).values == filing.values
    assert () == filing.findings


# One cause, many cells


def test_one_cause_over_many_cells_is_told_once(returned):
    """Figures pasted as text: one note names the first cells, and lists them all."""
    names = [f"requests.new.{column}" for column in COLUMNS]

    def change(package):
        for n, name in enumerate(names):
            put(cell_of(package, name), "inlineStr", str(n))

    notes = [finding for finding in returned(change).findings if finding.rule == "cleaned"]
    assert [names] == [[cell.field for cell in note.cells] for note in notes]
    assert "等6个单元格把数字存成了文本" in notes[0].message
    assert "（如 B5 “0”按 0）" in notes[0].message


def test_a_few_cells_are_told_each(returned):
    """As long as each has room to say what it holds."""

    def change(package):
        for name in ("requests.new.natural", FIGURE):
            put(cell_of(package, name), "inlineStr", "3")

    assert 2 == len(told(returned(change), "cleaned"))


@pytest.mark.parametrize(
    ("content", "said"),
    [(("inlineStr", "\u3164"), "只有空格或看不见的字符"), (("inlineStr", "\u2800\u115f"), "只有空格或看不见的字符"),
     (("inlineStr", "-"), "不是说明"), (("inlineStr", "……"), "不是说明"), (("e", "#N/A"), "不是说明"), (("b", "1"), "不是说明"),
     (("n", "0"), "不是说明"), (("n", "20.5"), "不是说明")]
    + [(("inlineStr", text), "不是说明") for text in ("#N/A", "#DIV/0!", "TRUE", "ｆａｌｓｅ", "Ｎ／Ａ", "/", "无", "无。", "0", "无无无", "暂 无", "不适用")],
)  # fmt: skip
def test_what_says_nothing_explains_nothing(returned, content, said):
    """A warning stays open under signs alone, an error value or a truth value; a note says why."""

    def change(package):
        put(cell_of(package, explanation_name(prose_key(PROSE))), *content)

    filing = returned(change)
    assert {} == filing.explanations
    assert [said in finding.message for finding in filing.findings if finding.rule == "cleaned"] == [True]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("甲\u3164局", "甲局"),
        ("甲\u200b\ufe0f局", "甲局"),
        ("甲\u3164\u115f局", "甲局"),
        ("甲\ufffc局", "甲局"),
        ("☎\ufe0f局", "☎\ufe0f局"),
    ],
)
def test_what_draws_nothing_is_left_out_of_names(returned, typed, read):
    """Fillers, the looks of emoji on Chinese characters, what stands for a lost object; emoji keep theirs."""
    filing = returned(lambda package: put(cell_of(package, NAME), "inlineStr", typed))
    assert read == filing.values[NAME]
    assert (typed != read) == any(finding.rule == "cleaned" for finding in filing.findings)


def test_an_unreadable_year_is_told_once(returned):
    """The rule about the form's years would only say again what reading has said."""
    from xlreport.reviewing.review import review

    found = review(returned(lambda package: put(cell_of(package, "report.year"), "inlineStr", "两千零二十"))).findings
    assert ["unreadable"] == [
        finding.rule for finding in found if finding.level == "error" and finding.cells[0].field == "report.year"
    ]


@pytest.mark.parametrize(
    "typed", ["款未付", "见附件2", "含上年结转3件", "为空是因为没有收到申请", "as advised", "已\u200b核"]
)
def test_words_explain(returned, typed):
    """Two different characters that say something are enough."""
    filing = returned(lambda package: put(cell_of(package, explanation_name(prose_key(PROSE))), "inlineStr", typed))
    assert {prose_key(PROSE): typed.replace("\u200b", "")} == filing.explanations


@pytest.mark.parametrize("kind", ["n", "inlineStr"])
def test_an_absurd_year_is_told_in_a_short_sentence(returned, kind):
    """Nobody reads three hundred digits, neither of a number nor of one typed as text."""
    typed = "1e300" if kind == "n" else "1" + "0" * 300
    filing = returned(lambda package: put(cell_of(package, "report.year"), kind, typed))
    (message,) = [f.message for f in filing.findings if f.level == "error" and f.cells[0].field == "report.year"]
    assert len(message) < 100
    assert "0" * 40 not in message + "".join(filing.raw.values()) or kind == "inlineStr"


@pytest.mark.parametrize("sheets", [["三 依申请公开", "四 复议诉讼"], ["二 主动公开", "三 依申请公开", "四 复议诉讼"]])
def test_names_that_are_lost_on_several_sheets_are_told_once(returned, sheets):
    """One note for all, with every cell; the sentence names the sheets."""

    def change(package):
        for name in package.names().values():
            if any(title in (name.text or "") for title in sheets):
                name.getparent().remove(name)

    (told_once,) = [finding for finding in returned(change).findings if finding.rule == "name_lost"]
    assert set(sheets) == {cell.sheet for cell in told_once.cells}
    assert all(f"“{title}”" in told_once.message for title in sheets)
    assert f"里{len(told_once.cells)}个单元格的名称丢失" in told_once.message


def test_locks_that_a_program_drops_are_told_once(returned):
    """One note for the protection of all sheets, one for what limits typing, with every sheet in `cells`."""

    def change(package):
        for title in ("基本信息", "三 依申请公开", "四 复议诉讼"):
            for tag in ("sheetProtection", "dataValidations"):
                sheet = package.sheet(title)
                for each in sheet.findall(f"{M}{tag}"):
                    sheet.remove(each)

    found = [finding for finding in returned(change).findings if finding.rule in ("protection_gone", "validation_gone")]
    assert ["protection_gone", "validation_gone"] == sorted(finding.rule for finding in found)
    assert all(3 <= len({cell.sheet for cell in finding.cells}) for finding in found)


@pytest.mark.parametrize(("field", "level"), [(FIGURE, "error"), (NAME, "warning"), (PROSE, "warning")])
def test_a_turned_cell_is_said(returned, field: str, level: str):
    """A figure that is seen as another is an error; in running text it is to be explained or typed again."""

    def change(package):
        put(cell_of(package, field), "inlineStr", "\u202e12")

    assert [(level, field)] == told(returned(change))
