"""A first Word template for any form: every section, sub-heading and table, in the layout of GB/T 9704.

What comes out is an ordinary document that a person goes on editing in Word; nothing reads it back but `report.word`.
The parts that do not depend on the form (styles, fonts, settings, headers, footers) lie in `first_template_parts/`.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlreport.maintain.first_template_table import table_xml
from xlreport.report.content import short_fields, signature
from xlreport.report.word.parts import CORE, DOCUMENT, core_properties, write_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.forms.model import Field, Form, Section

_PARTS: Final = Path(__file__).parent / "first_template_parts"

#: Part of the document → file in first_template_parts/.
_STATIC: Final = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/theme/theme1.xml": "theme.xml",
    "word/header1.xml": "header_odd.xml",
    "word/header2.xml": "header_even.xml",
    "word/footer1.xml": "footer_odd.xml",
    "word/footer2.xml": "footer_even.xml",
}

_NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)

#: A4 with the margins of GB/T 9704 (37, 35, 28, 26 mm); 22 lines of 28 characters of 16 pt on 225 × 156 mm. The lines
#: are a grid; the characters are scaled to 98 % in the styles, for LibreOffice sets a character grid half as wide again
#: and, where characters are set closer instead, loses the comma at the end of a line.
_PAGE: Final = (
    "<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="even" r:id="rId5"/>'
    '<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="even" r:id="rId7"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="1134" w:footer="1361" w:gutter="0"/>'
    '<w:docGrid w:type="lines" w:linePitch="579"/>'
    "</w:sectPr>"
)


# The document is Chinese by its defaults, which is the language of a PDF; its digits and Latin letters are in none by the
# style Normal, for LibreOffice breaks a figure at the end of a line where they are Chinese.


def starter_template(form: Form) -> bytes:
    """The Word template of a form, as the bytes of a .docx. The same form gives the same bytes."""
    body = "".join(_body(form))
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:document {_NAMESPACES}><w:body>{body}{_PAGE}</w:body></w:document>"
    )
    parts = {part: (_PARTS / file).read_bytes() for part, file in _STATIC.items()}
    parts[DOCUMENT] = document.encode()
    parts[CORE] = core_properties(f"{form.title}模板（{form.basis}）", form.id)
    return write_parts(parts)


def paragraph(text: str, style: str) -> str:
    """A paragraph of one run; a line break in `text` is one in the paragraph."""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(line, quote=False) for line in text.split("\n"))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        f'<w:t xml:space="preserve">{lines}</w:t></w:r></w:p>'
    )


def control(tag: str) -> str:
    """A paragraph that docxtpl takes for the tag in it: small and grey in the template, nothing in the report."""
    return paragraph(tag, "TemplateTag")


def _body(form: Form) -> Iterator[str]:
    yield from _draft_page()
    year = "{{ report.year }}年" if "report.year" in form.fields else ""
    period = f"{{{{ {form.period} }}}}" if form.period else ""
    unit = "{{ unit.name }}" if "unit.name" in form.fields else ""
    yield paragraph(f"{year}{period}{unit}\n{form.title}".strip(), "Title")
    for section in form.sections:
        if not section.number:
            prose = [form.fields[id_] for id_ in section.fields if form.fields[id_].style == "prose"]
            for field in prose:
                yield from _prose(field)
    numbered = [section for section in form.sections if section.number]
    for section in numbered:
        yield from _section(form, section, last=section is numbered[-1])
    if signature(form):
        yield paragraph(f"{{{{ {signature(form)} }}}}", "Signature")
    if "report.date" in form.fields:
        yield paragraph("{{ report.date }}", "Date")


def _draft_page() -> Iterator[str]:
    yield control("{%p if draft %}")
    yield paragraph("草稿", "Title")
    yield control("{%p if draft.count %}")
    yield paragraph("本稿尚有{{ draft.count }}项问题没有解决，不得报送和公布：", "BodyText")
    yield control("{%p else %}")
    yield paragraph("本稿没有待解决的问题。", "BodyText")
    yield control("{%p endif %}")
    yield control("{%p for finding in draft.findings %}")
    yield paragraph("{{ loop.index }}．【{{ finding.level }}】{{ finding.message }}", "BodyText")
    yield control("{%p endfor %}")
    yield '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
    yield control("{%p endif %}")


def _section(form: Form, section: Section, *, last: bool) -> Iterator[str]:
    yield paragraph(section.heading, "Heading1")
    fields = [form.fields[id_] for id_ in section.fields]
    prose = [field for field in fields if field.style == "prose"]
    tables = [table for table in section.tables if table.printed]
    for field in short_fields(form, section):
        yield paragraph(f"{field.label}：{{{{ {field.id} }}}}", "BodyText")
    for table in tables:
        if table.title:
            yield paragraph(table.title, "TableTitle")
        yield table_xml(table, f"{section.heading} {table.title}".strip())
    for n, field in enumerate(prose):
        yield from _prose(field, own=n == 0, last=last and field is prose[-1])


def _prose(field: Field, *, own: bool = False, last: bool = False) -> Iterator[str]:
    """The paragraphs of a prose field, under its numbered sub-heading; the first one may bring sub-headings of its own."""
    if field.heading:
        yield control(f"{{%p if number.{field.id} %}}")
        yield paragraph(f"{{{{ number.{field.id} }}}}{field.heading}", "Heading2")
        if not own:
            yield from _paragraphs(field, own=own, last=last)
        yield control("{%p endif %}")
    if own or not field.heading:
        yield from _paragraphs(field, own=own, last=last)


def _paragraphs(field: Field, *, own: bool, last: bool) -> Iterator[str]:
    text = paragraph("{{ paragraph }}", "BodyText")
    yield control(f"{{%p for paragraph in {field.id}.paragraphs %}}")
    if own:
        yield control("{%p if paragraph.heading %}")
        yield paragraph("{{ paragraph }}", "Heading2")
        yield control("{%p else %}")
    if last:
        # The last paragraph stays with the signature, which must not stand alone on a page.
        yield control("{%p if loop.last %}")
        yield paragraph("{{ paragraph }}", "BodyLast")
        yield control("{%p else %}")
        yield text
        yield control("{%p endif %}")
    else:
        yield text
    if own:
        yield control("{%p endif %}")
    yield control("{%p endfor %}")
