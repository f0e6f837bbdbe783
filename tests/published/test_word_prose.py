"""A filing's prose in a Word file: read exactly under the form's headings, and nothing that is not read is left unsaid."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.filings import city
from support.office import convert, require_office
from support.word_files import level, numbered, paragraph, run, under_headings, with_part, word_file
from xlreport.errors import InputError
from xlreport.forms import find_form
from xlreport.published.placed_prose import WordProse
from xlreport.published.word_prose import read_word_prose
from xlreport.report.word.render import render_word
from xlreport.reviewing.review import review
from xlreport.workbook.texts import clean_prose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["city"]

FORM = find_form("gov2021")
NAME = "甲局-正文.docx"

TEXTS = {
    "overview.summary": "2024年，我局坚持公开。\n各项工作有序。",
    "overview.proactive": "公开信息120条。",
    "overview.on_request": "收到申请10件。",
    "overview.management": "规范审查。",
    "overview.platform": "优化栏目。",
    "overview.oversight": "检查4次。",
    "problems.text": "一是解读不够。\n（一）下一步\n加强解读。",
    "other_matters.text": "无",
}

#: Letters of Word's text: no controls, nothing that ends a paragraph or a line.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co"))


def read(paragraphs: Sequence[str], **more: str) -> WordProse:
    return read_word_prose(word_file(paragraphs, **more), NAME, FORM, 2024)


def said(prose: WordProse, level: str = "error") -> list[str]:
    return [finding.message for finding in prose.findings if finding.level == level]


@pytest.mark.long
@given(st.data())
def test_any_paragraphs_are_read_back_exactly(data: st.DataObject):
    """Whatever staff write under whichever headings of either form, every paragraph comes back as it was, none is moved."""
    form = find_form(data.draw(st.sampled_from(["gov2019", "gov2021"])))
    line = st.text(LETTERS, max_size=40).map(lambda text: f"本局{text}。")
    fields = [field.id for field in form.prose if field.id != "report.intro"]
    chosen = data.draw(st.lists(st.sampled_from(fields), unique=True, min_size=1))
    texts = {id_: "\n".join(data.draw(st.lists(line, min_size=1, max_size=4))) for id_ in fields if id_ in chosen}
    prose = read_word_prose(word_file(under_headings(form, texts)), NAME, form, 2024)
    assert {id_: clean_prose(text)[0] for id_, text in texts.items()} == prose.texts
    assert [] == said(prose)


LINES = (
    *(section.heading for section in FORM.sections if section.number),
    *(
        "总体情况",
        "五、存在的问题",
        "（一）主动公开",
        "（二）依申请公开。收到3件。",
        "（七）特色做法",
        "七、展望",
        "引言",
        "目录",
    ),
    *(
        "甲局",
        "2025年1月20日",
        "2024年政府信息公开工作年度报告",
        "一、总体情况\t1",
        "无",
        "正文一段。",
        "本报告如下。",
        "附件：名单",
    ),
)


@pytest.mark.long
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14))
@example(["一、总体情况", "引言", "（一）主动公开"])
def test_nothing_is_lost_without_a_word(lines: list[str]):
    """However headings, texts, dates and titles follow one another, each paragraph is read, is a heading, or is told of."""
    prose = read(lines)
    told = {n for at in prose.paragraphs.values() for n in at}
    below = 0
    for message in (finding.message for finding in prose.findings if finding.rule != "prose_file"):
        for first, last in re.findall("([0-9]+)(?:—([0-9]+))?[、段]", message.partition("“")[2].partition("”")[2]):
            told |= set(range(int(first), int(last or first) + 1))
        below += sum(map(int, re.findall("下面的([0-9]+)段文字", message)))
    if any("里没有本表样的标题" in each for each in said(prose)):
        return
    quiet = {n for n, line in enumerate(lines, 1) if line in LINES[:8] or line in ("（一）主动公开", "引言")}
    assert below >= len(set(range(1, len(lines) + 1)) - told - quiet)


def test_the_file_says_where_each_text_came_from():
    """One sentence names the file, the sections and their paragraphs; by line is kept of which paragraph it is."""
    prose = read(["引言", "本报告如下。", *under_headings(FORM, TEXTS)])
    told = said(prose, "note")[0]
    assert told.startswith(
        f"报告的文字取自 Word 文件“{NAME}”：“引言”（第2段）、“一、总体情况”（第4—5、7、9、11、13、15段）、“五、"
    )
    assert {**TEXTS, "report.intro": "本报告如下。"} == prose.texts
    assert (4, 5) == prose.paragraphs["overview.summary"]


def test_numbers_of_lists_are_headings():
    """一、 and （一） by Word's own numbering, by list and by style, are read as they are seen."""
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    lines = [
        paragraph("总体情况", style="H"),
        "总的情况。",
        paragraph("主动公开", item=(1, 1)),
        "公开120条。",
        *(paragraph(section.title, style="H") for section in FORM.sections[2:5]),
        paragraph("存在的主要问题及改进情况", style="H"),
        paragraph("主要问题", item=(1, 1)),
        "解读不够。",
        paragraph("改进情况", item=(1, 1)),
        "加强解读。",
    ]
    prose = read(lines, numbering=numbered(level(0, "%1、"), level(1, "（%2）")), styles=styles)
    assert {
        "overview.summary": "总的情况。",
        "overview.proactive": "公开120条。",
        "problems.text": "（一）主要问题\n解读不够。\n（二）改进情况\n加强解读。",
    } == prose.texts
    assert 1 == len(prose.findings)


@pytest.mark.program
def test_a_file_that_another_program_made(tmp_path: Path):
    """What LibreOffice saves of a page with headings, ordered lists and a page break is read the same."""
    require_office()
    page = (
        "<html><body><h1>一、总体情况</h1><p>总的&nbsp;情况。</p><p>（一）主动公开</p><p>公开<b>120</b>条。</p>"
        "<h1>五、存在的主要问题及改进情况</h1><p>有以下问题：</p><ol><li>解读不够。</li><li>更新不够。</li></ol>"
        "<h1>六、其他需要报告的事项</h1><p>无</p></body></html>"
    )
    (tmp_path / "正文.html").write_text(page, encoding="utf-8")
    (odt,) = convert([tmp_path / "正文.html"], tmp_path / "odt", "odt")
    (made,) = convert([odt], tmp_path / "docx", "docx")
    prose = read_word_prose(made.read_bytes(), NAME, FORM, 2024)
    assert {
        "overview.summary": "总的\xa0情况。",
        "overview.proactive": "公开120条。",
        "problems.text": "有以下问题：\n1.解读不够。\n2.更新不够。",
        "other_matters.text": "无",
    } == prose.texts
    assert 1 == len(prose.findings)


def test_own_sub_headings_make_the_section_its_own():
    """A sub-heading that the form does not have: the section goes whole, with all its sub-headings, into its first text."""
    prose = read(
        [
            "一、总体情况",
            "（一）主动公开",
            "公开120条。",
            "（二）特色工作。开放日4次。",
            "五、存在的主要问题及改进情况",
            "有。",
        ]
    )
    assert "（一）主动公开\n公开120条。\n（二）特色工作。开放日4次。" == prose.texts["overview.summary"]
    assert {"overview.summary", "problems.text"} == prose.texts.keys()


def test_text_behind_a_sub_heading():
    """（一）主动公开。2024年… on one line; what the form calls otherwise is told."""
    prose = read(["一、总体情况", "（一）主动公开情况。公开120条。", "又公开2条。"])
    assert {"overview.proactive": "公开120条。\n又公开2条。"} == prose.texts
    assert "“（一）主动公开情况。公开120条。”按“主动公开”读取" in said(prose, "note")[1]


def test_title_contents_signature_and_date():
    """They are printed anyway: not read, and said so."""
    lines = ["甲局", "2024年政府信息公开工作年度报告", "目 录", "一、总体情况\t1", "六、其他需要报告的事项……2"]
    prose = read([*lines, *under_headings(FORM, TEXTS), "甲局", "二〇二五年一月二十日"])
    assert prose.texts == TEXTS
    assert [] == said(prose)
    assert [
        f"“{NAME}”第1—5段“甲局”等：题目、目录和日期由程序印出，没有读入",
        f"“{NAME}”第28—29段“甲局”等：落款和日期由程序印出，没有读入",
    ] == (said(prose, "note")[1:])


PICTURE = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="x"/></v:shape></w:pict></w:r>'
)
BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>内部</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
TABLE = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>规章</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
FORMULA = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x</m:t></m:r></m:oMath>'
)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["六、其他需要报告的事项", "无", "七、工作展望", "展望。", "再展望。"],
            "第3段“七、工作展望”像一个部分的标题，本表样没有这个部分，它和下面的2段文字没有读入",
        ),
        (
            ["无头无尾的一段。", "六、其他需要报告的事项", "无"],
            "第1段“无头无尾的一段。”在第一个标题前面，不知道属于哪一部分，没有读入",
        ),
        (["没有标题的一段。"], "里没有本表样的标题，不知道哪些文字属于哪一部分，没有读入"),
        (["二、主动公开政府信息情况", "公开很多。"], "第2段“公开很多。”所在的部分只有表格，没有文字，没有读入"),
        (
            ["六、其他需要报告的事项", "无。", "六、其他需要报告的事项", "有。"],
            "第3段“六、其他需要报告的事项”这一部分前面已经有了",
        ),
        (["一、总体情况", "（一）主动公开", "甲。", "（二）主动公开", "乙。"], "小标题“（一）主动公开”写了两次"),
        (["六、其他需要报告的事项", "无。", "甲局", "2025年1月20日", "附：名单"], "第5段“附：名单”在落款和日期后面"),
        (
            ["2023年政府信息公开工作年度报告", "六、其他需要报告的事项", "无"],
            "是2023年度的，工作簿是2024年度的，请核对是不是拿错了文件",
        ),
        (["六、其他需要报告的事项", "无", TABLE], "第2段后面有表格（“规章”），表格不会印在报告里"),
        ([TABLE, TABLE, "六、其他需要报告的事项"], "开头有2张表格（“规章”）"),
        (["六、其他需要报告的事项", paragraph("无", more=PICTURE)], "第2段有图片，不会印在报告里"),
        (["六、其他需要报告的事项", paragraph("无", more=BOX)], "第2段有文本框，不会印在报告里"),
        (["六、其他需要报告的事项", paragraph("无", more=FORMULA)], "第2段有公式"),
        (
            ["六、其他需要报告的事项", paragraph("无", more='<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>')],
            "第2段有符号字体的字，读不出来",
        ),
        (
            ["六、其他需要报告的事项", paragraph("无", more=f"<w:ins w:id='1'>{run('有')}</w:ins>")],
            "第2段有尚未接受的修订，请在 Word 里接受或拒绝",
        ),
        (
            ["六、其他需要报告的事项", paragraph(more="<w:del w:id='1'><w:r><w:delText>删</w:delText></w:r></w:del>")],
            "第1段有尚未接受的修订",
        ),
        (["六、其他需要报告的事项", paragraph("无", more=run("作废", "<w:strike/>"))], "第2段“作废”有删除线，没有读入"),
        (
            ["六、其他需要报告的事项", paragraph("无", more=run("藏", "<w:vanish/>"))],
            "第2段“藏”是隐藏文字，看不见，没有读入",
        ),
        (
            ["六、其他需要报告的事项", paragraph("无", more=run("白", '<w:color w:val="FFFFFF"/>'))],
            "第2段“白”是白色的，看不见",
        ),
        (["六、其他需要报告的事项", "长" * 32_768], "个字的上限，请缩短"),
    ],
)
def test_what_is_not_read_is_an_error(lines: list[str], sentence: str):
    """One sentence each, with the paragraph, and no report until it is mended."""
    errors = said(read(lines))
    assert [sentence in each for each in errors] == [True], errors


def test_the_same_fault_many_times_is_told_once():
    """Of hundreds of struck words, headings written twice or sections that the form does not have there is a sentence each."""
    struck = paragraph("有", more=run("作废", "<w:strike/>"))
    prose = read([*["六、其他需要报告的事项", "无。", "七、展望", "展望。", struck] * 300])
    assert 3 == len(said(prose))
    assert max(map(len, said(prose))) < 300


def test_notes_beside_the_text():
    """A footnote is an error, a comment and a page header are notes: nobody takes these for the text."""
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    noted = word_file(["六、其他需要报告的事项", paragraph("无", more='<w:r><w:footnoteReference w:id="2"/></w:r>')])
    foot = f'<w:footnotes {main}><w:footnote w:id="2"><w:p>{run("未经审核")}</w:p></w:footnote></w:footnotes>'
    assert [f"“{NAME}”第2段有脚注，不会印在报告里，请删去，要写的话写成文字"] == (
        said(read_word_prose(with_part(noted, "word/footnotes.xml", foot), NAME, FORM, 2024))
    )
    commented = word_file(["六、其他需要报告的事项", paragraph("无", more='<w:r><w:commentReference w:id="2"/></w:r>')])
    prose = read_word_prose(commented, NAME, FORM, 2024)
    assert ([], f"“{NAME}”第2段有批注，批注没有读入") == (said(prose), said(prose, "note")[-1])


def test_raised_letters_are_plain_ones():
    """10² is read as 102 is printed, and said so."""
    raised = paragraph("面积10", more=run("2", '<w:vertAlign w:val="superscript"/>') + run("亩。"))
    prose = read(["六、其他需要报告的事项", raised])
    assert ("面积102亩。", f"“{NAME}”第2段“2”是上标，报告里会印成普通的字，请核对") == (
        prose.texts["other_matters.text"],
        said(prose, "note")[-1],
    )


def test_a_report_is_not_its_own_prose(city):
    """What the tool made is known by its mark, a report that somebody saved anew by the figures in its tables."""
    report = render_word(review(city))
    with pytest.raises(InputError, match="是 xlreport 生成的报告，不是报告的正文"):
        read_word_prose(report, NAME, FORM, 2024)
    saved = BytesIO(report)
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("docProps/other.xml", "<a/>")
    with pytest.raises(InputError, match="里有填了数字的报告表格，是一份完整的报告，不是正文"):
        read_word_prose(saved.getvalue(), NAME, FORM, 2024)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            r"是旧版 Word 文档（.doc）、WPS 文档（.wps）或加密的文档，请用 Word 或 WPS 另存为",
        ),
        (b"", "不是完整的 Word 文档"),
        (b"{\\rtf1 }", "不是完整的 Word 文档"),
        (word_file(["一"])[:-40], "不是完整的 Word 文档"),
    ],
)
def test_no_word_document(data: bytes, sentence: str):
    """One sentence that says what it is and what to do."""
    with pytest.raises(InputError, match=sentence):
        read_word_prose(data, NAME, FORM, 2024)


@pytest.mark.long
def test_a_bomb_is_not_unpacked():
    """A file that unfolds to far more than any text is left alone."""
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(BytesIO(word_file(["一"]))) as whole:
            for name in whole.namelist():
                archive.writestr(name, whole.read(name))
        archive.writestr("word/media.bin", b"\0" * 60_000_000)
    with pytest.raises(InputError, match="展开后过大"):
        read_word_prose(bomb.getvalue(), NAME, FORM, 2024)
