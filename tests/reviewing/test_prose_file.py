"""Prose from a Word file beside the workbook: which file, what comes of it, and where what is wrong with it stands."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from lxml import html

from support.command import xlreport
from support.figures import huaian_2024
from support.word_files import under_headings, word_file
from xlreport import verbs
from xlreport.errors import InputError, UsageError
from xlreport.filing import Filing, FilingValue
from xlreport.filing_json import to_json
from xlreport.finding import CellRef
from xlreport.forms import find_form
from xlreport.results.marked_copy import write_marked
from xlreport.results.outcome import PageResult
from xlreport.results.page import result_page
from xlreport.reviewing.review import read_prior
from xlreport.reviewing.reviewed import Review
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

FORM = find_form("gov2021")
VALUES = huaian_2024()
TEXTS = {field.id: str(VALUES[field.id]) for field in FORM.prose if VALUES.get(field.id)}
WORD = "淮安-正文.docx"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook that has everything but prose."""
    return write(tmp_path_factory.mktemp("made") / "a.xlsx", dict.fromkeys(TEXTS))


@pytest.fixture
def workbook(made: Path, tmp_path: Path) -> Path:
    path = tmp_path / "淮安.xlsx"
    path.write_bytes(made.read_bytes())
    return path


def write(path: Path, values: dict[str, FilingValue]) -> Path:
    write_workbook(Filing(form=FORM, values={**VALUES, **values}), path)
    return path


def beside(workbook: Path, name: str = WORD, **texts: str) -> Path:
    """A Word file in the workbook's folder that carries the prose; `texts` stand in place of its own."""
    path = workbook.with_name(name)
    changed = {id_.replace("__", "."): text for id_, text in texts.items()}
    path.write_bytes(word_file(under_headings(FORM, TEXTS | changed)))
    return path


def said(review: Review, rule: str) -> list[str]:
    return [finding.message for finding in review.findings if finding.rule.partition("[")[0] == rule]


@pytest.mark.long
def test_the_filing_is_the_same_wherever_its_prose_stands(workbook: Path, tmp_path: Path):
    """Typed into the workbook or written in Word: the same JSON, and `fill` makes a workbook of it that says the same."""
    beside(workbook)
    typed = verbs.check(write(tmp_path / "typed.xlsx", {}))
    review = verbs.export(workbook, tmp_path / "a.json")
    assert to_json(typed.filing, typed.totals) == (tmp_path / "a.json").read_bytes()
    assert review.prose == typed.prose
    verbs.fill(tmp_path / "a.json", tmp_path / "filled.xlsx")
    assert TEXTS == {id_: read_workbook(tmp_path / "filled.xlsx").values[id_] for id_ in TEXTS}


def test_the_file_is_named(workbook: Path):
    """The review says which file the prose came from, and which sections."""
    beside(workbook)
    (told,) = said(verbs.check(workbook), "prose_file")
    assert re.fullmatch(f"报告的文字取自 Word 文件“{WORD}”：“一、总体情况”（第.*段）、“五、.*段）。", told)


def test_a_fault_names_file_and_paragraph(workbook: Path):
    """A finding about a text names the Word file and the paragraph of the words it quotes, in place of a cell."""
    beside(workbook, overview__proactive="公开及时。\n本年度收到政府信息公开申请999件。\n公开全面。")
    review = verbs.check(workbook)
    (finding,) = [each for each in review.findings if "999" in each.message]
    assert finding.message.startswith(f"“{WORD}”第4段：文中“")
    assert finding.cells[0] == CellRef(field="overview.proactive", sheet=WORD, address="第4段")


@pytest.mark.long
def test_a_fault_of_a_whole_text_names_all_its_paragraphs(workbook: Path):
    """What quotes nothing is about the text as a whole."""
    beside(workbook, problems__text="有。\n有。")
    (told,) = said(verbs.check(workbook), "prose_short")
    assert told.startswith(f"“{WORD}”第14—15段：")


@pytest.mark.long
def test_the_marked_copy_says_where(workbook: Path, tmp_path: Path):
    """Its index sends to the Word file, for the cell of the copy is not where the text is mended."""
    beside(workbook, overview__proactive="公开及时。\n本年度收到政府信息公开申请999件。")
    copy, _ = write_marked(verbs.check(workbook), workbook, tmp_path / "out")
    with zipfile.ZipFile(copy) as archive:
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert f"在 Word 文件“{WORD}”第4段里改：有误就改正。" in texts


@pytest.mark.long
def test_two_texts_that_differ(tmp_path: Path):
    """A section that stands in both, differently, is an error naming both; nothing is chosen, the cell stays."""
    workbook = write(tmp_path / "淮安.xlsx", {**dict.fromkeys(TEXTS), "problems.text": "工作簿里写的一段。"})
    beside(workbook, problems__text="Word 里写的一段。")
    review = verbs.check(workbook)
    (told,) = said(review, "prose_file_differs")
    place = read_workbook(workbook).place("problems.text")
    assert f"“存在的主要问题及改进情况”在{place}和“{WORD}”第14段都写了，两处不同，请只留一处，或改成一样。" == told
    assert ("工作簿里写的一段。", False) == (review.filing.values["problems.text"], review.ok)


@pytest.mark.long
def test_two_texts_that_are_the_same(tmp_path: Path):
    """Indents and blank lines do not make them two."""
    workbook = write(tmp_path / "淮安.xlsx", {**dict.fromkeys(TEXTS), "problems.text": "　　一段。\n\n　　又一段。"})
    beside(workbook, problems__text="一段。\n又一段。")
    review = verbs.check(workbook)
    assert [] == said(review, "prose_file_differs")
    assert "“二" in str(review.filing.place("problems.text")) or review.filing.place("problems.text").sheet != WORD


@pytest.mark.parametrize(
    "name", ["淮安-正文.docx", "淮安正文.docx", "淮安_正文.docx", "淮安－正文.docx", "淮安 正文.docx"]
)
def test_its_name(workbook: Path, name: str):
    """The workbook's name with 正文 behind it, whatever stands between."""
    beside(workbook, name)
    assert 1 == len(said(verbs.check(workbook), "prose_file"))


@pytest.mark.long
def test_other_files_are_not_taken(workbook: Path):
    """A file of another name is never taken; one that is called 正文 alone is told of."""
    beside(workbook, "别的.docx")
    beside(workbook, "别家-正文.docx")
    beside(workbook, "正文.docx")
    review = verbs.check(workbook)
    assert [] == said(review, "prose_file")
    (told,) = said(review, "prose_file_unused")
    assert (
        f"工作簿旁边的“正文.docx”没有用上；报告的文字写在里面的，请改名为“{WORD}”，或和工作簿一起拖到“生成报告”上。"
        == told
    )
    given = verbs.check(workbook, prose=workbook.with_name("正文.docx"))
    assert (1, []) == (len(said(given, "prose_file")), said(given, "prose_file_unused"))


def test_two_files_are_one_too_many(workbook: Path):
    """Nobody guesses which of two is meant."""
    beside(workbook)
    beside(workbook, "淮安正文.docx")
    with pytest.raises(
        InputError, match=r"旁边有“淮安-正文\.docx”和“淮安正文\.docx”，不知道用哪一份正文，请只留下要用的一份"
    ):
        verbs.check(workbook)


@pytest.mark.long
def test_a_docx_saved_from_a_doc(workbook: Path):
    """The old file may stay beside the new one; alone it is a sentence."""
    old = workbook.with_name("淮安-正文.doc")
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(InputError, match=r"“淮安-正文\.doc”是旧版 Word 文档"):
        verbs.check(workbook)
    beside(workbook)
    review = verbs.check(workbook)
    assert (1, 1) == (len(said(review, "prose_file")), len(said(review, "prose_file_unused")))


@pytest.mark.long
def test_the_file_that_is_given(workbook: Path, tmp_path: Path):
    """It wins over the one beside the workbook, which is told; one that is not there is a sentence."""
    beside(workbook)
    given = tmp_path / "给的.docx"
    given.write_bytes(word_file(under_headings(FORM, {**TEXTS, "other_matters.text": "另有一事。"})))
    review = verbs.check(workbook, prose=given)
    assert "另有一事。" == review.filing.values["other_matters.text"]
    assert [f"工作簿旁边的“{WORD}”没有用上，不用的话请移到别处。"] == said(review, "prose_file_unused")
    with pytest.raises(InputError, match="找不到 Word 文件"):
        verbs.check(workbook, prose=tmp_path / "无.docx")
    with pytest.raises(InputError, match="打不开（是一个文件夹）"):
        verbs.check(workbook, prose=tmp_path)


def test_one_file_for_several_workbooks(workbook: Path):
    """Whose it is cannot be known."""
    with pytest.raises(UsageError, match="不能用于几本"):
        verbs.generate([workbook, workbook], prose=workbook)


@pytest.mark.long
def test_the_package_holds_it(workbook: Path, tmp_path: Path):
    """Unpacked anywhere, workbook and Word file are found together and say the same."""
    beside(workbook)
    review = verbs.check(workbook)
    sealed = verbs.package(workbook, tmp_path / "out", explain="已核对，情况属实").path
    assert sealed is not None
    with zipfile.ZipFile(sealed) as archive:
        archive.extractall(tmp_path / "unpacked")
        manifest = json.loads(archive.read("manifest.json"))
    (sent,) = (tmp_path / "unpacked").glob("*.xlsx")
    (prose,) = [part["name"] for part in manifest["parts"] if part["kind"] == "prose"]
    assert f"{sent.stem}-正文.docx" == prose
    assert review.filing.values == verbs.check(sent).filing.values


def test_last_year_s_prose(workbook: Path):
    """It is read of last year's workbook too, for what is repeated."""
    beside(workbook)
    assert TEXTS["problems.text"] == read_prior(workbook, FORM).texts["problems.text"]


@pytest.mark.long
def test_the_command_line_names_it(workbook: Path, tmp_path: Path):
    """Whatever else is left unsaid of a workbook that passed; --prose is an option of every verb that reads one."""
    prose = beside(workbook)
    for verb in ("check", "generate", "export", "package"):
        more = ["-o", tmp_path / "a.json"] if verb == "export" else ["--explain", "已核对"] if verb != "check" else []
        said_ = xlreport(verb, workbook, *more)
        assert (0, "") == (said_.status, said_.err)
        assert f"报告的文字取自 Word 文件“{WORD}”：" in said_.out
    given = prose.rename(tmp_path / "给的.docx")
    assert "报告的文字取自 Word 文件“给的.docx”：" in xlreport("check", workbook, "--prose", given).out
    two = xlreport("check", workbook, workbook, "--prose", given)
    assert (2, True) == (two.status, "--prose 给的是一本工作簿的正文" in two.err)


def test_the_page_names_it(workbook: Path):
    """Among the first lines, not in the fold of notes."""
    beside(workbook)
    result = PageResult(workbook=workbook, status=1, reviewed=verbs.check(workbook))
    page = html.document_fromstring(result_page([result], workbook.parent))
    notices = [each.text_content() for each in page.cssselect(".notice")]
    assert [True] == [f"报告的文字取自 Word 文件“{WORD}”：" in each for each in notices]


@pytest.mark.long
@pytest.mark.parametrize("date", ["2025年1月20日", "二〇二五年一月二十日"])
def test_two_dates_that_differ(workbook: Path, date: str):
    """The date is printed from the workbook; another one at the end of the text is an error, the same one is none."""
    path = beside(workbook)
    for day, errors in ((VALUES["report.date"], 0), (date, 1)):
        path.write_bytes(word_file([*under_headings(FORM, TEXTS), "淮安市人民政府", str(day)]))
        told = said(verbs.check(workbook), "prose_file_differs")
        assert errors == len(told)
    assert re.fullmatch(
        f"“成文日期”在“基本信息”B[0-9]+是{VALUES['report.date']}，在“{WORD}”第[0-9]+段是2025年1月20日，请改成一样。",
        told[0],
    )


@pytest.mark.long
def test_upgrade_leaves_it_and_says_so(workbook: Path, tmp_path: Path):
    """The texts stay in the Word file, which is found beside the new workbook under that one's name."""
    beside(workbook)
    new = tmp_path / "新" / "淮安新.xlsx"
    told = xlreport("upgrade", workbook, "-o", new).out
    assert f"· Word 正文“{WORD}”没有动，要和新工作簿一起用，请放到它旁边，名为“淮安新-正文.docx”。" in told
    beside(new, "淮安新-正文.docx")
    assert TEXTS["problems.text"] == verbs.check(new).filing.values["problems.text"]
    assert "没有动" not in xlreport("upgrade", new, "-o", new, "--overwrite").out
