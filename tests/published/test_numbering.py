"""The numbers that Word prints before paragraphs by itself are read as they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.office import convert, require_office
from support.word_files import level, numbered, paragraph, word_file
from xlreport.prose.figures import chinese_number
from xlreport.published.numbering import chinese
from xlreport.published.word import WordDocument

if TYPE_CHECKING:
    from pathlib import Path

#: Formats that LibreOffice prints as Word does.
FORMATS = (
    "chineseCountingThousand",
    "chineseCounting",
    "japaneseCounting",
    "decimal",
    "decimalEnclosedCircle",
    "upperLetter",
    "lowerRoman",
    "chineseLegalSimplified",
)


def read(data: bytes) -> list[str]:
    return [each.text for each in WordDocument(data, "a.docx").paragraphs()]


@given(st.integers(1, 9999))
def test_chinese_numerals_say_their_number(number: int):
    """What is written for a number is read as that number by the reader of prose."""
    assert number == chinese_number(chinese(number))


def lists() -> bytes:
    """Lists of every format with levels below, one that begins at 5, and paragraphs that belong to none."""
    kinds = [
        numbered(level(0, "%1、", form), level(1, "（%2）"), level(2, "%1.%3", "decimal"), id_=n)
        for n, form in enumerate(FORMATS, 1)
    ]
    again = '<w:num w:numId="50"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    lines = []
    for n in range(1, len(FORMATS) + 1):
        lines += [paragraph(f"第{n}种", item=(n, 0)) for _ in range(12)]
        lines += [paragraph("下面", item=(n, at)) for at in (1, 1, 2, 2, 0, 1)]
        lines += ["不编号", paragraph("接着", item=(n, 0))]
    lines += [paragraph("从五起", item=(50, 0)), paragraph("六", item=(50, 0)), paragraph("原来的", item=(1, 0))]
    return word_file(lines, numbering="".join(kinds) + again)


@pytest.mark.program
def test_labels_are_those_of_libreoffice(tmp_path: Path):
    """Another program prints the same numbers: levels, what begins again, what goes on, where a list begins elsewhere."""
    require_office()
    (tmp_path / "a.docx").write_bytes(lists())
    (plain,) = convert([tmp_path / "a.docx"], tmp_path / "out", "txt:Text (encoded):UTF8")
    seen = plain.read_text("utf-8-sig").split("\n")
    expected = ["".join(line.split()) for line in seen if line.strip()]
    assert expected == ["".join(line.split()) for line in read(lists())]


def test_a_style_may_number():
    """A heading style with a list of its own, the level of which names the style; the one based on it has it too."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H3"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    levels = numbered(level(0, "%1、"), level(1, "（%2）", more='<w:pStyle w:val="H3"/>'))
    lines = [paragraph("总体", style="H1"), paragraph("主动", style="H3"), paragraph("问题", style="H2")]
    assert ["一、总体", "（一）主动", "二、问题"] == read(word_file(lines, numbering=levels, styles=styles))


def test_a_paragraph_may_have_no_number():
    """List 0 takes the number of its style away; a list or level that is not there gives none."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    lines = [paragraph("无", style="H", item=(0, 0)), paragraph("缺", item=(9, 0)), paragraph("层", item=(1, 7))]
    assert ["无", "缺", "层"] == read(word_file(lines, numbering=numbered(level(0, "%1、")), styles=styles))


def test_a_list_that_leads_back_to_itself_is_none():
    """Links in a circle, of lists and of styles, end."""
    styles = (
        '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    lines = [paragraph("一行", item=(1, 0)), paragraph("又一行", style="A")]
    assert ["一行", "又一行"] == read(word_file(lines, numbering=numbering, styles=styles))


@pytest.mark.parametrize(
    ("text", "form", "more", "said", "seen"),
    [
        ("%1.", "decimal", "", "5万元", "1. 5万元"),
        ("%1.", "decimal", "", "加强学习", "1.加强学习"),
        ("%1", "decimalFullWidth", '<w:suff w:val="space"/>', "加强", "１ 加强"),
        ("\uf0b7", "bullet", "", "加强", "●加强"),
        ("第%1条", "none", "", "加强", "第条加强"),
        ("%1、", "madeUp", "", "加强", "1、加强"),
    ],
)
def test_a_number_stands_apart(text: str, form: str, more: str, said: str, seen: str):
    """A number never runs into a figure behind it; signs of symbol fonts are seen as a dot; unknown formats count on."""
    data = word_file([paragraph(said, item=(1, 0))], numbering=numbered(level(0, text, form, more)))
    assert [seen] == read(data)
