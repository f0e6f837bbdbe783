"""Charts of Word with their data sheets, as Word writes them: put into the first template of a form."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import xlsxwriter

from support.word_documents import add_part
from xlreport.forms.registry import TEMPLATE_NAME
from xlreport.maintain.first_template import starter_template
from xlreport.report.word.parts import DOCUMENT, read_parts, write_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlreport.forms import Form

CHART, SHEET = "word/charts/chart1.xml", "word/embeddings/sheet1.xlsx"
NS = "http://schemas.openxmlformats.org/"


def place_chart(form: Form, chart: str, sheet: bytes) -> Form:
    """The form with a template that has the chart behind its first table, and the chart's data sheet."""
    parts = read_parts(starter_template(form))
    id_ = add_part(parts, CHART, chart)
    add_part(parts, SHEET, sheet, of=CHART)
    drawing = (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{NS}drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        'distR="0"><wp:extent cx="4800000" cy="2700000"/><wp:docPr id="901" name="图表 1" descr="共{{ visits.total }}人次"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{NS}drawingml/2006/main"><a:graphicData uri="{NS}drawingml/2006/chart">'
        f'<c:chart xmlns:c="{NS}drawingml/2006/chart" xmlns:r="{NS}officeDocument/2006/relationships" r:id="{id_}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    text = parts[DOCUMENT].decode()
    at = text.index("</w:tbl>") + len("</w:tbl>")
    parts[DOCUMENT] = (text[:at] + drawing + text[at:]).encode()
    (form.folder / f"{TEMPLATE_NAME}.docx").write_bytes(write_parts(parts))
    return form


def excel_chart(write: Callable[[Any, Any, Any], None], kind: str = "column") -> tuple[str, bytes]:
    """A chart as XlsxWriter draws it, with the values that it keeps of the cells, and its workbook.

    `write` is given the workbook, its sheet and the chart.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        chart = book.add_chart({"type": kind})
        write(book, sheet, chart)
        sheet.insert_chart("H1", chart)
    with ZipFile(io.BytesIO(buffer.getvalue())) as file:
        drawn = file.read("xl/charts/chart1.xml").decode()
        plain = {name: file.read(name) for name in file.namelist() if not re.search("/(charts|drawings)/", name)}
    plain["xl/worksheets/sheet1.xml"] = re.sub(rb"<drawing [^>]*/>", b"", plain["xl/worksheets/sheet1.xml"])
    plain.pop("xl/worksheets/_rels/sheet1.xml.rels", None)
    drawn = re.sub("<c:cat>.*?</c:cat>", _as_texts, drawn)
    data = '<c:externalData r:id="rIdAdded0"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    drawn = re.sub(r"<c:printSettings>.*</c:printSettings>", "", drawn).replace("</c:chartSpace>", data)
    return drawn, write_parts(plain)


def _as_texts(categories: re.Match[str]) -> str:
    """Categories whose cells XlsxWriter does not know, as Word keeps them: as texts."""
    text = re.sub("<c:formatCode>.*?</c:formatCode>", "", categories[0])
    return text.replace("numRef>", "strRef>").replace("numCache>", "strCache>")
