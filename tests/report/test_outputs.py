"""Output formats are rows: an invented one is made, shown, and packed by its row and its renderer alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from support.command import xlreport
from support.figures import huaian_2024
from xlreport.desktop.main import main as double_click
from xlreport.errors import EnvironmentFault, UsageError
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.published.archive import open_package
from xlreport.report import outputs
from xlreport.report.outputs import Job, Output, chosen, default_formats, parse_formats
from xlreport.report.publish import publish
from xlreport.reviewing.review import review
from xlreport.reviewing.reviewed import Review
from xlreport.workbook.write.xlsx import write_workbook

NAME = "淮安市人民政府_2024_政府信息公开工作年度报告"


def notice(job: Job) -> bytes:
    """A few lines for a notice board, and how large the Word report beside it is."""
    size = job.made["docx"].stat().st_size
    return f"{job.review.filing.unit}共收到申请{job.review.totals['requests.new.total']}件。{size > 0}".encode()


NOTICE = Output(id="notice", label="公告栏文字", render=notice, packed=True)


@pytest.fixture
def filing() -> Filing:
    return Filing(form=find_form("gov2021"), values=huaian_2024() | {"upward.email": "upward@example.gov.cn"})


@pytest.fixture
def workbook(tmp_path: Path, filing: Filing) -> Path:
    path = tmp_path / "填报.xlsx"
    write_workbook(filing, path)
    return path


def add(monkeypatch: pytest.MonkeyPatch, output: Output) -> None:
    monkeypatch.setattr(outputs, "OUTPUTS", (*outputs.OUTPUTS, output))


def packed(folder: Path) -> list[str]:
    (package,) = folder.glob("*.zip")
    return [entry.kind for entry in open_package(package)[0].parts]


def test_an_invented_format_is_made_where_it_is_named(workbook: Path, monkeypatch: pytest.MonkeyPatch):
    """`--format` knows it, and its renderer is given the review and what was made before it."""
    add(monkeypatch, NOTICE)
    folder = workbook.parent / "out"
    said = xlreport("generate", workbook, "--explain", "已核实", "--format", "notice", "-o", folder)
    assert (0, "") == (said.status, said.err)
    assert "淮安市人民政府共收到申请3119件。True" == (folder / f"{NAME}.notice").read_text(encoding="utf-8")
    assert ["docx", "notice"] == sorted(path.suffix[1:] for path in folder.iterdir())
    assert (
        "、".join(output.id for output in outputs.outputs())
        in xlreport("generate", workbook, "--format", "nothing").err
    )


@pytest.mark.long
@pytest.mark.parametrize("sealed", [True, False])
def test_an_invented_format_is_shown_and_packed_as_its_row_says(
    workbook: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool
):
    """A double-click makes it where its row says so; the result page names it, the package holds it if it may."""
    monkeypatch.setenv("XLREPORT_NO_BROWSER", "1")
    add(monkeypatch, replace(NOTICE, by_default=True, packed=sealed))
    assert ("docx", "notice", "json") == default_formats()
    assert 0 == double_click([str(workbook)])
    folder = workbook.parent / "输出/淮安市人民政府_2024"
    page = (folder / "结果.html").read_text(encoding="utf-8")
    assert page.index("Word 报告") < page.index("公告栏文字") < page.index("数据文件（留存备查，不用打开）")
    assert sealed is ("notice" in packed(folder))


def test_one_that_was_edited_is_kept_beside_the_new_one(
    tmp_path: Path, filing: Filing, monkeypatch: pytest.MonkeyPatch
):
    """The record knows the invented format too: it is made again with the report, and nobody's changes are lost."""
    add(monkeypatch, NOTICE)
    publish(review(filing), tmp_path, formats=["notice", "json"])
    (tmp_path / f"{NAME}.notice").write_text("人工改过", encoding="utf-8")
    made = publish(review(filing), tmp_path)
    assert ["docx", "notice", "json"] == list(made.files)
    assert ["人工改过"] == [path.read_text(encoding="utf-8") for path in made.kept]


@pytest.mark.parametrize("by_program", [True, False])
def test_a_missing_program_costs_only_its_own_format(
    tmp_path: Path, filing: Filing, monkeypatch: pytest.MonkeyPatch, by_program: bool
):
    """What another program makes may fail alone; any other failure leaves everything as it was."""

    def fails(job: Job) -> bytes:
        raise EnvironmentFault("没有这个程序。")

    add(monkeypatch, replace(NOTICE, render=fails, by_program=by_program))
    folder = tmp_path / "out"
    if by_program:
        made = publish(review(filing), folder, formats=["notice"])
        assert (["docx"], "没有这个程序。") == (list(made.files), str(made.fault))
    else:
        with pytest.raises(EnvironmentFault, match="没有这个程序"):
            publish(review(filing), folder, formats=["notice"])
        assert not folder.exists()


def test_words_that_are_no_format(tmp_path: Path, filing: Filing):
    """Neither on the command line nor in Python is an unknown format passed over; the report is always among them."""
    for text in ("docx,doc", "", " , "):
        with pytest.raises(UsageError, match=f"--format 可用 {'、'.join(output.id for output in outputs.outputs())}"):
            parse_formats(text)
    with pytest.raises(UsageError, match="没有“doc”这种格式"):
        publish(Review.unchecked(filing), tmp_path, formats=["doc"])
    assert ("html", "json") == parse_formats("JSON, html,html")
    assert ["docx", "html"] == [output.id for output in chosen(["html"])]
