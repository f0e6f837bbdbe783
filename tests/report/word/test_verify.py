"""The look for printed values in the written document."""

from __future__ import annotations

import pytest

from xlreport.errors import DefinitionError, XlreportError
from xlreport.report.word.verify import check_found, expected_tables, grids_stand

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...], columns: int = 2) -> str:
    cells = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>{cells}</w:tbl>"


def document(*parts: str) -> bytes:
    return f"<w:document {W}><w:body>{''.join(parts)}</w:body></w:document>".encode()


TEMPLATE = document(paragraph("{{ title }}"), table(("甲", "{{ a.b }}"), ("乙", "{{ a.c }}件")))
VALUES = {"title": "标题", "a": {"b": "1", "c": "2"}}


def test_each_figure_in_its_own_cell_is_found() -> None:
    """A document that holds every value where the template has it passes."""
    written = document(paragraph("标题"), table(("甲", "1"), ("乙", "2件")))
    check_found([written], expected_tables(TEMPLATE), VALUES, ["标题", "1", "2"])


@pytest.mark.parametrize(
    "rows", [(("甲", "2"), ("乙", "1件")), (("甲", ""), ("乙", "2件")), (("甲", "11"), ("乙", "2件"))]
)
def test_a_figure_in_another_cell_is_not_found(rows: tuple[tuple[str, str], ...]) -> None:
    """Swapped, lost and doubled figures are named with row and column, although each stands somewhere."""
    written = document(paragraph("标题"), table(*rows))
    with pytest.raises(XlreportError, match=r"第1行第2格应为“1”"):
        check_found([written], expected_tables(TEMPLATE), VALUES, [])


def test_a_cell_without_a_paragraph_is_no_cell() -> None:
    """A {%p %} block that prints nothing may not leave its cell empty: Word would not open the document."""
    written = document(paragraph("标题"), table(("甲", "1"))).replace(paragraph("1").encode(), b"")
    with pytest.raises(DefinitionError, match="第1张表第1行第2格里一段也没有"):
        check_found([written], (), {}, [])


def test_a_missing_table_is_noticed() -> None:
    """A table that the template always has must be there."""
    with pytest.raises(XlreportError, match="少了一张表格"):
        check_found([document(paragraph("标题"))], expected_tables(TEMPLATE), VALUES, [])


def test_a_table_under_a_condition_may_be_missing() -> None:
    """A table between {%p if %} and {%p endif %} is looked for only where it stands."""
    template = document(paragraph("{%p if x %}"), table(("甲", "{{ a.b }}")), paragraph("{%p endif %}"))
    check_found([document(paragraph("标题"))], expected_tables(template), VALUES, [])


def test_prose_is_looked_for_in_the_order_of_printing() -> None:
    """Two equal paragraphs must both be there."""
    with pytest.raises(XlreportError, match="“一段”没有印进报告"):
        check_found([document(paragraph("一段"))], (), {}, ["一段", "一段"])


def test_a_value_does_not_span_two_paragraphs() -> None:
    """Half a sentence in one paragraph and half in the next is not that sentence."""
    with pytest.raises(XlreportError, match="没有印进报告"):
        check_found([document(paragraph("一"), paragraph("段"))], (), {}, ["一段"])


def test_a_document_that_is_no_xml_is_no_document() -> None:
    """Tags that broke the document are the template's fault."""
    with pytest.raises(DefinitionError, match="结构不完整"):
        check_found([b"<w:document>"], (), {}, [])


@pytest.mark.parametrize(("columns", "stands"), [(2, True), (3, False), (1, False)])
def test_a_grid_has_as_many_columns_as_its_widest_row(columns: int, stands: bool) -> None:
    """Otherwise docxtpl mends the table, and must fill in the template itself."""
    assert stands == grids_stand(document(table(("甲", "1"), columns=columns)))
