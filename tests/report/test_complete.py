"""Every paragraph that staff typed stands in the Word report and on the page, or a finding names its cell."""

from __future__ import annotations

import gc
import io
import time
import zipfile
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from support.definitions import write_form
from support.long_prose import CELL, filing, repeated
from xlreport.errors import DefinitionError
from xlreport.filing import Filing, FilingValue
from xlreport.forms import Form, find_form, load_form
from xlreport.forms.registry import word_template
from xlreport.maintain.first_template import starter_template
from xlreport.report.complete import lost
from xlreport.report.html import render_html
from xlreport.report.word.render import render_word
from xlreport.reviewing.review import review
from xlreport.workbook.texts import clean_prose

if TYPE_CHECKING:
    from pathlib import Path

    from xlreport.reviewing.reviewed import Review

#: A form of nobody's: an introduction, a section of three texts, a table with a text in it, a section of one text.
INVENTED = """
id = "invented"
version = "1"
title = "测试报告"
basis = "测试"
first_year = 2020

[[sections]]
key = "basics"
sheet = "基本信息"
fields = [
  { id = "unit.name", label = "单位名称", required = true },
  { id = "report.year", label = "报告年度", kind = "year", required = true },
  { id = "report.intro", label = "引言", kind = "prose" },
]

[[sections]]
key = "work"
number = "一"
title = "工作"
sheet = "一 工作"
fields = [
  { id = "work.place", label = "地点" },
  { id = "work.first", label = "（一）起", heading = "起", kind = "prose" },
  { id = "work.second", label = "（二）承", heading = "承", kind = "prose" },
  { id = "work.third", label = "转", kind = "prose" },
]

[[sections.tables]]
key = "visits"
id = "visits.{column}"
name = "{column}"
blocks = [ { columns = [
  { key = "count", title = "人数" },
  { key = "remark", title = "备注", kind = "text" },
] } ]

[[sections]]
key = "rest"
number = "二"
title = "其他"
sheet = "二 其他"
fields = [ { id = "rest.text", label = "其他", kind = "prose" } ]
"""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: Texts besides prose that are typed for other uses than to be printed: by design in no report.
NOT_PRINTED = {
    *("unit.code", "unit.short_name", "published.channel"),
    *("contact.name", "contact.phone", "upward.name", "upward.email"),
}


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The invented form with the Word template that is made for any form."""
    form = load_form(write_form(tmp_path_factory.mktemp("forms") / "invented", INVENTED, ""))
    word_template(form).write_bytes(starter_template(form))
    return form


class _Lines(HTMLParser):
    """The text of a page, a line for each element."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.lines.append("")

    def handle_data(self, data: str) -> None:
        first, *more = data.split("\n")
        self.lines[-1] += first
        self.lines.extend(more)


def page_lines(page: str) -> Counter[str]:
    parser = _Lines()
    parser.feed(page)
    return Counter(line.strip() for line in parser.lines)


def word_lines(document: bytes) -> Counter[str]:
    """The lines of the document's paragraphs, those in tables included."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        body = etree.fromstring(package.read("word/document.xml"))
    signs = {f"{W}t": lambda node: node.text or "", f"{W}tab": lambda _: "\t", f"{W}br": lambda _: "\n"}
    texts = (
        "".join(signs[node.tag](node) for node in p.iter(*signs) if node.getparent().tag == f"{W}r")
        for p in body.iter(f"{W}p")
    )
    return Counter(line.strip() for text in texts for line in text.split("\n"))


def typed(text: str) -> list[str]:
    """The paragraphs that a person sees in a cell: its lines, without the space around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def unfound(review_: Review, lines: Counter[str]) -> dict[str, str]:
    """The prose fields of which not every paragraph is a line, each line counted once."""
    left, missing = Counter(lines), {}
    # What is told is looked for last: it may say the same as a text that is printed.
    for field in sorted(review_.filing.form.prose, key=lambda field: field.id in told(review_)):
        for text in typed(review_.filing.text(field.id)):
            if "requests.new.total" in review_.filing.form.fields:
                text = text.replace("【新收申请数】", "5")  # noqa: PLW2901
            left[text] -= 1
            if left[text] < 0:
                missing[field.id] = text
    return missing


def told(review_: Review) -> set[str]:
    """The fields that a finding says will not be printed."""
    cells = [f.cells[0] for f in review_.findings if str(f.rule).startswith("prose_unprinted")]
    return {cell.field for cell in cells if cell.field}


LINE = st.one_of(
    st.sampled_from(
        [
            *(
                "无。",
                "（一）主动公开。公开120条。",
                "（二）依申请公开",
                "(三)平台",
                "　　（四）缩进的标题",
                "一、总体情况",
                "1.要点",
            ),
            *(
                "{{ unit.name }}",
                "{% if x %}",
                "{_{ a }_}",
                "&amp; <w:p> ]]>",
                "a\tb",
                "【新收申请数】件",
                "【注】",
                "【没有完",
            ),
            *(
                "\u200b（一）看不见的字",
                "\u202e反写",
                "\u2060",
                "很长" * 2000,
                "存在的主要问题及改进情况",
                "（一）主动公开",
                "□ ××",
            ),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
TEXT = st.builds(str.join, st.sampled_from(["\n", "\r\n", "\u2028", "\n\n"]), st.lists(LINE, max_size=5))


def filled(form: Form, data: st.DataObject) -> Filing:
    """A filing with texts in some of its prose cells, read as a workbook's cells are."""
    values: dict[str, FilingValue] = {"unit.name": "某市<某>局", "report.year": 2024, "requests.new.natural": 5}
    values = {id_: value for id_, value in values.items() if id_ in form.fields}
    for field in form.prose:
        if data.draw(st.booleans(), label=field.id):
            values[field.id] = clean_prose(data.draw(TEXT))[0]
    return Filing(form=form, values=values)


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_paragraph_is_printed_or_told(invented: Form, data: st.DataObject):
    """Both official forms and the invented one, any text in any of the cells, report and draft alike."""
    forms = {"gov2019": find_form("gov2019"), "gov2021": find_form("gov2021"), "invented": invented}
    form, draft = forms[data.draw(st.sampled_from(sorted(forms)))], data.draw(st.booleans())
    result = review(filled(form, data))
    assert unfound(result, word_lines(render_word(result, draft=draft))).keys() <= told(result)
    assert unfound(result, page_lines(render_html(result, draft=draft))).keys() <= told(result)


@pytest.mark.long
@pytest.mark.parametrize("name", ["gov2019", "gov2021"])
@pytest.mark.parametrize("cell", ["proactive", "on_request", "management", "platform", "oversight"])
def test_sub_headings_in_another_cell_than_the_first_are_text(name: str, cell: str):
    """Once such a section was empty in Word, and no sentence was generated for the cells left blank."""
    text = "（一）主动公开。公开120条。\n（二）其他。"
    result = review(
        Filing(form=find_form(name), values={"report.year": 2024, "requests.new.natural": 0, f"overview.{cell}": text})
    )
    lines = word_lines(render_word(result))
    assert (1, 1) == (lines["（一）主动公开。公开120条。"], lines["（二）其他。"])
    assert set() == told(result)
    assert "未收到政府信息公开申请" in result.prose["overview.on_request"] or cell == "on_request"
    assert all(said in page_lines(render_html(result)) for text in result.prose.values() for said in typed(text))


def test_beside_a_text_that_is_the_whole_section_the_others_are_told():
    """What is not printed is named, cell by cell."""
    values: dict[str, FilingValue] = {
        "report.year": 2024,
        "overview.summary": "（一）主动公开\n公开120条。",
        "overview.platform": "平台很好。",
        "overview.oversight": "（一）监督\n很严。",
    }
    result = review(Filing(form=find_form("gov2021"), values=values))
    assert (
        {"overview.platform", "overview.oversight"}
        == told(result)
        == unfound(result, word_lines(render_word(result))).keys()
    )


@pytest.mark.parametrize("name", ["gov2019", "gov2021"])
def test_every_other_text_is_printed_or_by_design_not(name: str):
    """A text field that is added to a form must be decided upon here."""
    form = find_form(name)
    texts = {field.id: f"字{n}样" for n, field in enumerate(form.fields.values()) if field.style == "text"}
    result = review(Filing(form=form, values={**texts, "report.year": 2020, "report.date": "2021-01-22"}))
    for text in ("\n".join(word_lines(render_word(result))), "\n".join(page_lines(render_html(result)))):
        assert NOT_PRINTED & texts.keys() == {id_ for id_, said in texts.items() if said not in text}
        assert "2021年1月22日" in text


def test_texts_beside_prose_are_printed_too(invented: Form):
    """A short text of a section and one in a table."""
    texts = {"unit.name": "某局", "work.place": "东厅", "visits.remark": "雨天"}
    result = review(Filing(form=invented, values={**texts, "report.year": 2024}))
    assert word_lines(render_word(result))["雨天"] == page_lines(render_html(result))["雨天"] == 1
    assert "地点：东厅" in word_lines(render_word(result))


def test_a_template_that_does_not_print_a_text_makes_no_report(invented: Form, tmp_path: Path):
    """The fields are named, whatever else the template prints."""
    form = load_form(write_form(tmp_path / "invented", INVENTED, ""))
    parts = {}
    with zipfile.ZipFile(word_template(invented)) as template:
        for entry in template.namelist():
            parts[entry] = template.read(entry).replace(b"work.second.paragraphs", b"work.third.paragraphs")
    with zipfile.ZipFile(word_template(form), "w") as changed:
        for entry, content in parts.items():
            changed.writestr(entry, content)
    texts = {"unit.name": "某局", "work.second": "承上启下。", "work.third": "转折。"}
    with pytest.raises(DefinitionError, match=r"没有印出已经填写的“（二）承”（承上启下。）"):
        render_word(review(Filing(form=form, values={**texts, "report.year": 2024})))


def test_every_line_is_found_once_only():
    """Two equal paragraphs need two lines; words of a template around a text do no harm, nor another order."""
    assert {"b": "无。"} == lost(["无。", "别的"], {"a": ["无。"], "b": ["无。"]})
    assert {} == lost(["说明：无。（完）", "后", "前"], {"a": ["前"], "b": ["无。", "后"]})
    assert {"b": "无。"} == lost(["说明：无。"], {"a": ["无。"], "b": ["无。", "再无。"]})


@pytest.mark.long
@pytest.mark.parametrize("unit", ["字\n", "（一）\n", "{{<&>}}\n", "a\tb\n", "其中自然人3件、", "№\n"])
def test_a_report_of_a_full_cell_takes_time_by_its_length(unit: str):
    """Twice the paragraphs take twice the time, in Word and on the page, the look for each of them included."""

    def seconds(length: int) -> float:
        result = review(filing("problems.text", repeated([unit], length)))
        render_word(result)
        # The collector goes through all that the other tests hold: that is not this report's time.
        gc.collect()
        gc.disable()
        try:
            start = time.process_time()
            render_word(result)
            render_html(result)
            return time.process_time() - start
        finally:
            gc.enable()

    if seconds(CELL) > 0.25:  # what is quick even so grows as it likes
        assert min(seconds(CELL), seconds(CELL)) <= 3 * seconds(CELL // 2)
