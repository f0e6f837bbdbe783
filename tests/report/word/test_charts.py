"""A chart of Word shows figures of the form: drawn by LibreOffice, taken by Microsoft's validator."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree

from support.definitions import made_form
from support.office import page_texts, to_pdf
from support.validators import audit_errors, malformed_parts, sdk_errors
from support.word_charts import CHART, NS, SHEET, place_chart
from xlreport.errors import DefinitionError
from xlreport.filing import BLANKS_KEPT, Filing, FilingValue
from xlreport.forms import Form
from xlreport.maintain.check_form import check_form
from xlreport.report.word.parts import DOCUMENT, read_parts
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

C = f"{{{NS}drawingml/2006/chart}}"

#: The data sheet as a maintainer fills it in, behind 编辑数据.
CELLS = (("", "人次"), ("成人", "{{ visits.adults }}"), ("{{ unit.name }}", "{{ visits.children }}"))


def data_sheet(cells: tuple[tuple[str, str], ...] = CELLS) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for r, row in enumerate(cells):
            for c, text in enumerate(row):
                sheet.write_string(r, c, text)
    return buffer.getvalue()


def reference(kind: str, cells: str, texts: tuple[str, ...]) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{text}</c:v></c:pt>' for n, text in enumerate(texts) if text)
    code = "<c:formatCode>General</c:formatCode>" if kind == "num" else ""
    cache = f'<c:{kind}Cache>{code}<c:ptCount val="{len(texts)}"/>{points}</c:{kind}Cache>'
    return f"<c:{kind}Ref><c:f>Sheet1!{cells}</c:f>{cache}</c:{kind}Ref>"


def chart(title: str = "{{ report.year }}年读书") -> str:
    """What Word writes for a column chart; of text in a cell of numbers it keeps 0, or nothing."""
    axes = (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling>'
        '<c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
    )
    labels = (
        '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    series = (
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx>{reference("str", "$B$1", ("人次",))}</c:tx>{labels}'
        f"<c:cat>{reference('str', '$A$2:$A$3', ('成人', ''))}</c:cat>"
        f"<c:val>{reference('num', '$B$2:$B$3', ('0', ''))}</c:val></c:ser>"
    )
    return (
        f'<c:chartSpace xmlns:c="{NS}drawingml/2006/chart" xmlns:a="{NS}drawingml/2006/main" '
        f'xmlns:r="{NS}officeDocument/2006/relationships"><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r>'
        f'<a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        f'<c:axId val="1"/><c:axId val="2"/></c:barChart>{axes}</c:plotArea></c:chart>'
        '<c:externalData r:id="rIdAdded0"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def with_chart(form: Form, cells: tuple[tuple[str, str], ...] = CELLS, title: str = "{{ report.year }}年读书") -> Form:
    return place_chart(form, chart(title), data_sheet(cells))


def report(form: Form, adults: float | str | None = 31415, children: float | str | None = 2718) -> bytes:
    values: dict[str, FilingValue] = {"unit.name": "某局", "report.year": 2024, "report.blanks": BLANKS_KEPT}
    figures: dict[str, FilingValue] = {"visits.adults": adults, "visits.children": children}
    return render_word(Review.unchecked(Filing(form=form, values={**values, **figures})))


def points(document: bytes) -> list[list[tuple[str | None, str | None]]]:
    """Name, categories and values: of each the kept points."""
    root = etree.fromstring(read_parts(document)[CHART])
    return [
        [(point.get("idx"), point.findtext(f"{C}v")) for point in cache.iterfind(f"{C}pt")]
        for cache in root.iter(f"{C}strCache", f"{C}numCache")
    ]


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return made_form(tmp_path / "form")


def test_the_tags_of_the_data_sheet_become_figures(form: Form) -> None:
    """Values and categories come from the cells behind 编辑数据; the chart is left without its sheet, which held tags."""
    document = report(with_chart(form))
    assert [[("0", "人次")], [("0", "成人"), ("1", "某局")], [("0", "31415"), ("1", "2718")]] == points(document)
    parts = read_parts(document)
    assert [] == [
        name
        for name in parts
        if "embeddings" in name or (name.startswith("word/charts/_rels/chart1") and b"Target" in parts[name])
    ]
    assert b"externalData" not in parts[CHART]
    assert "2024年读书" in "".join(etree.fromstring(parts[CHART]).itertext())
    assert 'descr="共34133人次"' in parts[DOCUMENT].decode()


@pytest.mark.parametrize(("value", "kept"), [(None, []), ("/", []), (0, [("0", "0")])])
def test_a_figure_that_is_none_is_no_point(form: Form, value: float | str | None, kept: list[tuple[str, str]]) -> None:
    """Blank and “/” leave a gap, zero is zero."""
    assert [*kept, ("1", "2718")] == points(report(with_chart(form), adults=value))[2]


@pytest.mark.long
def test_form_check_passes_it(form: Form) -> None:
    """Nothing is said of a template with such a chart."""
    assert () == check_form(str(with_chart(form).folder))


def test_a_wrong_tag_in_the_data_sheet_is_refused(form: Form) -> None:
    """form check and generate name the chart and the tag."""
    with_chart(form, (*CELLS[:1], ("成人", "{{ visits.adult }}"), CELLS[2]))
    (finding,) = check_form(str(form.folder))
    assert "图表1的数据“{{ visits.adult }}”里的 visits.adult 不是本表样的字段" in finding.message
    with pytest.raises(DefinitionError, match=r"图表1的数据“\{\{ visits\.adult \}\}”：没有名为“visits\.adult”的字段"):
        report(form)


def test_a_chart_without_tags_keeps_its_data_sheet(form: Form) -> None:
    """What the template only shows is left as it is."""
    document = report(with_chart(form, (("", "人次"), ("成人", "1"), ("儿童", "2")), title="读书"))
    assert {SHEET} == {name for name in read_parts(document) if "embeddings" in name}


@pytest.mark.program
def test_word_opens_the_chart(form: Form, tmp_path: Path) -> None:
    """No complaint of Microsoft's validator, of openxml-audit, of an XML parser."""
    file = tmp_path / "报告.docx"
    file.write_bytes(report(with_chart(form)))
    assert ([], [], []) == (malformed_parts(file), audit_errors(file), sdk_errors(file))


@pytest.mark.program
def test_libreoffice_draws_the_figures(form: Form, tmp_path: Path) -> None:
    """The labels of the columns, the categories and the title, as a reader sees them."""
    file = tmp_path / "report.docx"
    file.write_bytes(report(with_chart(form)))
    (pdf,) = to_pdf([file], tmp_path)
    drawn = "".join(page_texts(pdf)).split()
    # Once in the table, once in the chart.
    assert (2, 2) == (drawn.count("31415"), drawn.count("2718"))
    assert "2024年读书" in "".join(drawn)
