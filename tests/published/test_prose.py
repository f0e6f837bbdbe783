"""The prose of finished reports by the form's fields: ours, and the way published ones really look."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st

from support.figures import huaian_2024, shanghai_2019
from xlreport.filing import Filing
from xlreport.filing_json import read_json
from xlreport.forms import find_form
from xlreport.published.prose import report_texts
from xlreport.published.tables import word_text
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review

EXAMPLES = Path(__file__).parents[2] / "examples"
FORMS = {"gov2019": shanghai_2019, "gov2021": huaian_2024}

BODY = {
    "report.intro": "本报告根据《中华人民共和国政府信息公开条例》编制。统计期限为2024年1月1日至12月31日。",
    "overview.summary": "2024年，我市坚持以公开为常态、不公开为例外。",
    "overview.proactive": "主动公开各类信息5500余条。",
    "overview.on_request": "全年受理申请10件。",
    "overview.management": "规范审查程序。",
    "overview.platform": "优化专栏设置。",
    "overview.oversight": "开展检查4次。",
    "problems.text": "一是解读质量仍需提升。\n下一步，提升解读的针对性。",
    "other_matters.text": "无。",
}

LISTS = """淮安市人民政府2024年
政府信息公开工作年度报告
{report.intro}
总体情况
{overview.summary}
主动公开
{overview.proactive}
依申请公开
{overview.on_request}
政府信息管理
{overview.management}
政府信息公开平台建设
{overview.platform}
监督保障
{overview.oversight}
主动公开政府信息情况
收到和处理政府信息公开申请情况
政府信息公开行政复议、行政诉讼情况
存在的主要问题及改进情况
{problems.text}
其他需要报告的事项
{other_matters.text}
淮安市人民政府
2025年1月31日"""

RUN_IN = """2024年政府信息公开工作年度报告
目录
一、总体情况\t1
五、存在的主要问题及改进情况……3
{report.intro}
一、总体情况
{overview.summary}
（一）主动公开方面。{overview.proactive}
（二）依申请公开受理答复情况：{overview.on_request}
（三）信息管理情况。{overview.management}
（四）规范政府信息公开平台建设。{overview.platform}
(五)政府信息公开监督保障情况。{overview.oversight}
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、因政府信息公开工作被申请行政复议、提起行政诉讼情况
五、政府信息公开工作存在的问题和改进措施
{problems.text}
六、其他需要报告的事项
{other_matters.text}
二〇二五年一月三十一日"""


def filled(layout: str) -> list[str]:
    for id_, text in BODY.items():
        layout = layout.replace(f"{{{id_}}}", text)
    return [line.replace("\t", "\n") for line in layout.split("\n")]


@pytest.mark.parametrize("layout", [LISTS, RUN_IN], ids=["numbers lost to lists", "run into the text"])
def test_headings_as_they_really_look(layout: str):
    """Every text goes to its field; title, contents, signature and date go to none."""
    assert report_texts(filled(layout), find_form("gov2021")) == BODY


@pytest.mark.parametrize("name", FORMS)
def test_our_own_report(name: str):
    """Each text of a generated report is read back, of many paragraphs too."""
    form = find_form(name)
    texts = {field.id: f"{field.name}的第一段，写得不短不长。\n{field.name}的第二段。" for field in form.prose}
    filing = Filing(form=form, values={**FORMS[name](), **texts, "unit.name": "甲局"})
    read = report_texts(word_text(render_word(Review.unchecked(filing)), "a.docx").paragraphs, form)
    assert texts == read


def test_organs_that_sign_together_are_no_prose():
    """Every line over the date that names an organ belongs to the signature; what the section says stays."""
    form = find_form("gov2021")
    organs = ["淮安市人民政府办公室（研究室）", "淮安市大数据管理局", "淮安市政务服务中心"]
    lines = ["一、总体情况", "概述。", "六、其他需要报告的事项", "其他事项从略", *organs, "2025年1月31日"]
    assert {"overview.summary": "概述。", "other_matters.text": "其他事项从略"} == report_texts(lines, form)


def test_the_seed():
    """A real report whose headings lost their numbers: the same heading is a sub-heading first and a section then."""
    seed = Path(__file__).parents[2] / "examples" / "2020-huancui-xinfang" / "filing.json"
    filing = read_json(seed)
    form = filing.form
    lines = ["2020年环翠区信访局", "政府信息公开工作年度报告", filing.text("report.intro"), "一、总体情况"]
    for field in form.prose:
        if field.heading:
            lines += [field.heading, filing.text(field.id)]
    lines += ["主动公开政府信息情况", "收到和处理政府信息公开申请情况", "五、存在的主要问题及改进情况"]
    lines += [filing.text("problems.text"), "六、其他需要报告的事项", "无。", "区信访局", "2021年1月22日"]
    read = report_texts(lines, form)
    assert {field.id: filing.text(field.id) for field in form.prose} == read


def test_struck_text_is_no_prose():
    """What is struck through in Word was taken out by whoever struck it."""
    document = docx.Document()
    document.add_paragraph("六、其他需要报告的事项")
    paragraph = document.add_paragraph("全年收费3940元。")
    paragraph.add_run("本句作废。").font.strike = True
    lines = word_text(_saved(document), "a.docx").paragraphs
    assert {"other_matters.text": "全年收费3940元。"} == report_texts(lines, find_form("gov2021"))


def test_tracked_changes():
    """What was taken away under revision tracking is not read, what was put in is."""
    document = docx.Document()
    document.add_paragraph("五、存在的主要问题及改进情况")
    paragraph = document.add_paragraph("一是更新不够及时。")
    for tag, text_tag, text in (("w:del", "w:delText", "二是旧的问题。"), ("w:ins", "w:t", "二是新的问题。")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph._p.append(change)
    lines = word_text(_saved(document), "a.docx").paragraphs
    assert {"problems.text": "一是更新不够及时。二是新的问题。"} == report_texts(lines, find_form("gov2021"))


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@given(st.lists(st.text("一二三四五六、（）。：总体情况主动公开存在的问题 \n12年月日", max_size=40), max_size=30))
def test_nothing_is_made_up(lines: list[str]):
    """Whatever the paragraphs, each line of a text is a line of the report, or the end of one behind a heading."""
    form = find_form("gov2021")
    said = {line.strip() for paragraph in lines for line in paragraph.split("\n")}
    for text in report_texts(lines, form).values():
        assert all(any(whole.endswith(line) for whole in said) for line in text.split("\n"))
