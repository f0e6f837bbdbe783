"""A Word file dropped with the workbook, or lying beside it: its prose is in the report, and the page says so."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from support import clerk
from support.result_page import left_out, notices, sentence
from support.word_files import under_headings, word_file
from xlreport.desktop import generate as desktop
from xlreport.errors import InputError
from xlreport.forms import find_form

pytestmark = pytest.mark.long

FORM = find_form("gov2019")
SOUND = clerk.sound()
TEXTS = {field.id: str(SOUND[field.id]) for field in FORM.prose if SOUND.get(field.id)}
FOLDER = f"{clerk.UNIT}_2019"


@pytest.fixture(scope="module")
def without_prose(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return clerk.write(tmp_path_factory.mktemp("made") / "a.xlsx", SOUND | dict.fromkeys(TEXTS)).read_bytes()


@pytest.fixture
def workbook(without_prose: bytes, folder: Path) -> Path:
    path = folder / "填报 表.xlsx"
    path.write_bytes(without_prose)
    return path


def word(path: Path, **texts: str) -> Path:
    changed = {id_.replace("__", "."): text for id_, text in texts.items()}
    path.write_bytes(word_file(under_headings(FORM, TEXTS | changed)))
    return path


def printed(folder: Path) -> str:
    (report,) = (folder / "输出" / FOLDER).glob("*报告.docx")
    return "\n".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)


def told(folder: Path) -> list[str]:
    return [each for each in notices(folder / "输出" / FOLDER) if "Word 文件" in each]


def test_a_file_beside_the_workbook(workbook: Path, folder: Path):
    """Its texts are printed; the page names it."""
    word(folder / "填报 表-正文.docx", other_matters__text="另有一事要报告。")
    assert desktop.run([], folder) == 0
    assert "另有一事要报告。" in printed(folder)
    assert [True] == ["报告的文字取自 Word 文件“填报 表-正文.docx”：“" in each for each in told(folder)]


def test_a_file_of_any_name_dropped_with_the_workbook(workbook: Path, folder: Path):
    """Dropped together, one of each: no name is needed."""
    given = word(folder / "初稿（改2）.docx", other_matters__text="另有一事要报告。")
    assert desktop.run([given, workbook], folder) == 0
    assert "另有一事要报告。" in printed(folder)
    assert [True] == ["报告的文字取自 Word 文件“初稿（改2）.docx”：“" in each for each in told(folder)]


def test_the_file_alone_brings_the_workbook_that_it_is_named_for(workbook: Path, folder: Path):
    """Staff drop what they have just written; one that is named for no workbook is told of."""
    given = word(folder / "填报 表-正文.docx", other_matters__text="另有一事要报告。")
    assert desktop.run([given], folder) == 0
    assert "另有一事要报告。" in printed(folder)


def test_a_file_alone(folder: Path, quiet: Path):
    """Nothing tells whose it is: no report, and a sentence that says what to do."""
    assert desktop.run([word(folder / "初稿.docx")], folder) == InputError.status
    assert "没有找到填好的工作簿" in sentence(quiet / "结果.html")
    assert [("初稿.docx", True)] == [
        (name, "和那一本工作簿一起拖" in why) for name, why in left_out(quiet / "结果.html")
    ]


def test_two_files_for_one_workbook(workbook: Path, folder: Path):
    """Nobody guesses; the workbook's report is not made without its prose."""
    files = [word(folder / "甲.docx"), word(folder / "乙.docx")]
    assert desktop.run([workbook, *files], folder) == InputError.status
    assert "拖来了“甲.docx”、“乙.docx”几份 Word 文件，不知道用哪一份正文" in sentence(folder / "输出" / "结果.html")
    assert not list(folder.rglob("*报告.docx"))


def test_several_workbooks(workbook: Path, folder: Path):
    """Each gets the file that is named for it; a third one is told of and counts."""
    other = clerk.write(folder / "乙.xlsx", SOUND | dict.fromkeys(TEXTS) | {"unit.name": "乙局"})
    files = [word(folder / "填报 表-正文.docx"), word(folder / "乙正文.docx", other_matters__text="乙局另有一事。")]
    status = desktop.run([workbook, other, *files, word(folder / "丙.docx")], folder)
    assert status == InputError.status
    assert ["丙.docx"] == [name for name, _ in left_out(folder / "输出" / "结果.html")]
    (report,) = (folder / "输出").rglob("乙局*报告.docx")
    assert "乙局另有一事。" in "\n".join(paragraph.text for paragraph in docx.Document(str(report)).paragraphs)


def test_a_file_that_cannot_be_read(workbook: Path, folder: Path):
    """An old .doc beside a workbook that merely lies there: the page is about that workbook, and no report is made."""
    (folder / "填报 表-正文.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    assert desktop.run([], folder) == InputError.status
    assert "没有生成报告：“填报 表-正文.doc”是旧版 Word 文档" in sentence(folder / "输出" / "结果.html")


def test_a_fault_in_the_file(workbook: Path, folder: Path):
    """The page names the file and the paragraph; no report is made."""
    word(folder / "填报 表-正文.docx", other_matters__text="有。\n七、工作展望\n展望。")
    assert desktop.run([], folder) == 1
    page = (folder / "输出" / FOLDER / "结果.html").read_text("utf-8")
    assert re.search("“填报 表-正文.docx”第[0-9]+段“七、工作展望”像一个部分的标题", page)
