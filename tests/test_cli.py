"""The command line: every verb, its exit statuses, and sentences instead of tracebacks."""

from __future__ import annotations

import decimal
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from support import clerk
from support.command import type_into, xlreport
from support.figures import ASPECTS, huaian_2024, shanghai_2019
from support.returns.drawn import anchor, box, draw
from support.returns.package import Package, put
from xlreport.filing import FilingValue
from xlreport.filing_json import flat

BASICS = {
    "unit.name": "甲局",
    "report.date": "2021年1月22日",
    "problems.text": "还存在公开内容不够全面、解读形式不够丰富等问题，下一步将完善制度、加强培训、改进服务、提高质量。",
    "other_matters.text": "无。",
    "disclosure.penalty.decisions": 0,
    "requests.new.natural": 0,
    "appeals.review.upheld": 0,
    **ASPECTS,
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blank gov2019 workbook for 2020."""
    path = tmp_path_factory.mktemp("blank") / "空白 表.xlsx"
    assert xlreport("template", "--form", "gov2019", "--year", 2020, "-o", path).status == 0
    return path


@pytest.fixture
def sound(blank: Path, tmp_path: Path) -> Path:
    """A filled workbook without findings that stop."""
    return type_into(blank, tmp_path / "甲局.xlsx", BASICS | {"requests.new.natural": 3, "requests.granted.natural": 3})


def test_generate(sound: Path):
    """The report and its JSON stand in 输出/<单位>_<年度>/ beside the workbook."""
    said = xlreport("generate", sound)
    assert (said.status, said.err) == (0, "")
    folder = sound.parent / "输出" / "甲局_2020"
    assert sorted(path.name for path in folder.iterdir()) == [
        "甲局_2020_政府信息公开工作年度报告.docx",
        "甲局_2020_政府信息公开工作年度报告.json",
    ]


@pytest.mark.long
def test_same_filing_same_bytes(sound: Path, tmp_path: Path):
    """Two runs make the same document and the same JSON."""
    for name in ("a", "b"):
        assert xlreport("generate", sound, "-o", tmp_path / name).status == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.long
def test_edited_report_is_kept(sound: Path, tmp_path: Path):
    """A second run replaces its own report silently, but keeps one that somebody edited."""
    folder = tmp_path / "出"
    assert xlreport("generate", sound, "-o", folder).status == 0
    assert "另存为" not in xlreport("generate", sound, "-o", folder).out
    (report,) = folder.glob("*.docx")
    report.write_bytes(b"edited by hand")
    said = xlreport("generate", sound, "-o", folder)
    (kept,) = folder.glob("*人工修改*.docx")
    assert (said.status, kept.read_bytes()) == (0, b"edited by hand")
    assert "另存为" in said.out


@pytest.mark.long
def test_errors_stop_generate(blank: Path, tmp_path: Path):
    """With an error nothing is published, whatever explanation is given; --draft publishes a marked draft."""
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | {"requests.new.natural": 3})
    assert xlreport("generate", wrong, "-o", tmp_path / "out", "--explain", "项目跨年，款未付").status == 1
    assert not (tmp_path / "out").exists()
    assert xlreport("generate", wrong, "-o", tmp_path / "out", "--draft").status == 0
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1


@pytest.mark.long
def test_warnings_stop_until_explained(blank: Path, tmp_path: Path):
    """A warning passes `check`, stops `generate`, and travels with its explanation; a changed figure asks again."""
    values = BASICS | {"disclosure.procurement.projects": 2, "disclosure.procurement.amount": 0}
    warned = type_into(blank, tmp_path / "a.xlsx", values)
    out = tmp_path / "out"
    assert xlreport("check", warned).status == 0
    assert xlreport("generate", warned, "-o", out).status == 1
    assert xlreport("generate", warned, "-o", out, "--explain", "项目跨年，款未付").status == 0
    (record,) = out.glob("*.json")
    assert json.loads(record.read_text())["explanations"]["procurement_pair"] == "项目跨年，款未付"

    written = type_into(warned, tmp_path / "b.xlsx", {"explain.procurement_pair": "款未付"})
    assert xlreport("generate", written, "-o", out).status == 0
    changed = type_into(written, tmp_path / "c.xlsx", {"disclosure.procurement.projects": 3})
    said = xlreport("generate", changed, "-o", out)
    assert said.status == 1
    assert "请重新核对并更新说明" in said.out
    assert xlreport("generate", changed, "-o", tmp_path / "fresh").status == 0


@pytest.mark.long
def test_explanation_on_record_is_kept(blank: Path, tmp_path: Path):
    """What --explain put on record holds on the next run without it, until a figure that it was given for changes."""
    values = BASICS | {"disclosure.procurement.projects": 2, "disclosure.procurement.amount": 0}
    warned = type_into(blank, tmp_path / "a.xlsx", values)
    out = tmp_path / "out"
    assert xlreport("generate", warned, "-o", out, "--explain", "款未付").status == 0
    assert xlreport("generate", warned, "-o", out).status == 0
    (record,) = out.glob("*.json")
    assert json.loads(record.read_text())["explanations"] == {"procurement_pair": "款未付"}
    changed = type_into(warned, tmp_path / "b.xlsx", {"disclosure.procurement.projects": 3})
    assert xlreport("generate", changed, "-o", out).status == 1


def test_what_is_in_no_report_is_told_where_one_is_made(sound: Path, tmp_path: Path):
    """A text beside the table, a text box, a sheet of one's own: their notes are printed, others are only counted."""
    package = Package(sound)
    put(package.cell("五 问题和改进", "B90"), "inlineStr", "另有一段。")
    draw(package, anchor(50, 12, box("请科室核对")), title="三 依申请公开")
    said = xlreport("generate", package.save(tmp_path / "b.xlsx"), "-o", tmp_path / "out")
    assert 0 == said.status
    assert ["（“另有一段。”）不会进入报告", "文本框（“请科室核对”）"] == [
        words for words in ("（“另有一段。”）不会进入报告", "文本框（“请科室核对”）") if words in said.out
    ]
    assert said.out.count("· 说明：") == 2


@pytest.mark.long
def test_draft_does_not_take_the_report_s_place(blank: Path, sound: Path, tmp_path: Path):
    """A draft lies beside the report under a name of its own."""
    out = tmp_path / "out"
    assert xlreport("generate", sound, "-o", out).status == 0
    (report,) = out.glob("*.docx")
    before = report.read_bytes()
    wrong = type_into(blank, tmp_path / "b.xlsx", BASICS | {"requests.new.natural": 3})
    assert xlreport("generate", wrong, "-o", out, "--draft").status == 0
    assert report.read_bytes() == before
    assert len(list(out.glob("*_草稿.docx"))) == 1


@pytest.mark.long
def test_nothing_old_lies_beside_a_new_report(sound: Path, tmp_path: Path):
    """A format that an earlier run made is made again, whether asked for or not."""
    out = tmp_path / "out"
    assert xlreport("generate", sound, "-o", out, "--format", "docx,html,json").status == 0
    (page,) = out.glob("*.html")
    figures = {"requests.new.natural": 4321, "requests.granted.natural": 4321}
    changed = type_into(sound, tmp_path / "b.xlsx", figures)
    assert xlreport("generate", changed, "-o", out).status == 0
    assert "4321" in page.read_text(encoding="utf-8")


def test_pdf_without_libreoffice(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The Word report is made all the same; the PDF's absence is said, with status 4."""
    monkeypatch.setattr("xlreport.report.pdf.find_libreoffice", lambda: None)
    said = xlreport("generate", sound, "-o", tmp_path / "out", "--format", "docx,pdf")
    assert said.status == 4
    assert "LibreOffice" in said.err
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1


@pytest.mark.long
def test_export_spares_workbooks(sound: Path, tmp_path: Path):
    """`export` over a workbook, itself included, is refused; over an earlier export it is not."""
    before = sound.read_bytes()
    said = xlreport("export", sound, "-o", sound)
    assert (said.status, sound.read_bytes()) == (2, before)
    assert xlreport("export", sound, "-o", tmp_path / "a.json").status == 0
    assert xlreport("export", sound, "-o", tmp_path / "a.json").status == 0


@pytest.mark.long
def test_verdicts_over_broken_cells_are_the_workbook_s(blank: Path, tmp_path: Path):
    """-3 stands in the balance for the workbook's formulas and for the findings alike; so does the rule of its row."""
    figures = {"requests.new.natural": 3, "requests.granted.natural": 3}
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | figures | {"requests.new.business": -3})
    (workbook,) = json.loads(xlreport("check", wrong, "--json").out)
    rules = [finding["rule"] for finding in workbook["findings"] if finding["level"] == "error"]
    assert rules == ["out_of_range", "balance[business]", "balance[total]", "cell[requests.new]"]
    even = type_into(wrong, tmp_path / "b.xlsx", {"requests.carried_in.business": 3})
    (workbook,) = json.loads(xlreport("check", even, "--json").out)
    rules = [finding["rule"] for finding in workbook["findings"] if finding["level"] == "error"]
    assert rules == ["out_of_range", "cell[requests.new]"]


def test_json_of_a_finding_has_the_keys_of_the_contract(blank: Path, tmp_path: Path):
    """Seven keys; an explanation is added only where there is one."""
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | {"requests.new.natural": 3})
    (workbook,) = json.loads(xlreport("check", wrong, "--json").out)
    keys = {"rule", "level", "message", "cells", "expected", "actual", "fix"}
    assert {frozenset(finding) for finding in workbook["findings"]} == {frozenset(keys)}


def test_link_is_followed(sound: Path, tmp_path: Path):
    """Output to a link goes to the file it leads to; the link stays."""
    target = tmp_path / "target.json"
    target.write_text("{}")
    link = tmp_path / "link.json"
    link.symlink_to(target)
    assert xlreport("export", sound, "-o", link).status == 0
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["unit"] == "甲局"


def test_check_json(blank: Path, tmp_path: Path):
    """One object a workbook, with the keys of the contract; an unreadable file is listed with form null."""
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | {"requests.new.natural": 3})
    (tmp_path / "b.xlsx").write_bytes(b"")
    said = xlreport("check", wrong, tmp_path / "b.xlsx", "--json")
    assert said.status == 3
    first, second = json.loads(said.out)
    assert list(first) == ["file", "form", "year", "unit", "ok", "findings"]
    assert (first["form"], first["year"], first["unit"], first["ok"]) == ("gov2019", 2020, "甲局", False)
    balance = next(f for f in first["findings"] if f["rule"] == "balance[natural]")
    assert {"rule", "level", "message", "cells", "expected", "actual", "fix"} <= set(balance)
    assert (balance["level"], balance["expected"], balance["actual"]) == ("error", 3, 0)
    fields = [cell["field"] for cell in balance["cells"]]
    assert fields[:4] == [f"requests.{row}.natural" for row in ("new", "carried_in", "result_total", "carried_out")]
    assert "requests.granted.natural" in fields
    assert all(set(cell) == {"field", "sheet", "address"} for cell in balance["cells"])
    assert (second["form"], [f["rule"] for f in second["findings"]]) == (None, ["unreadable"])


def test_fix_of_a_single_slip(blank: Path, tmp_path: Path):
    """The choices of a fix are a flat list with from, to and choice, and the true one is among them."""
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | {"requests.new.natural": 21, "requests.granted.natural": 12})
    (workbook,) = json.loads(xlreport("check", wrong, "--json").out)
    balance = next(f for f in workbook["findings"] if f["rule"] == "balance[natural]")
    assert all(set(step) == {"field", "sheet", "address", "from", "to", "choice"} for step in balance["fix"])
    assert {"field": "requests.granted.natural", "from": 12, "to": 21} in [
        {key: step[key] for key in ("field", "from", "to")} for step in balance["fix"]
    ]


@pytest.mark.long
def test_control_total_names_the_cell(blank: Path, tmp_path: Path):
    """With the row's total from paper typed beside the table, the one wrong cell is the only choice."""
    figures = {"requests.new.natural": 21, "requests.granted.natural": 12, "requests.partial.natural": 9}
    values = BASICS | figures | {"requests.partial.natural": 6, "control.requests.partial.total": 9}
    wrong = type_into(blank, tmp_path / "a.xlsx", values)
    (workbook,) = json.loads(xlreport("check", wrong, "--json").out)
    balance = next(f for f in workbook["findings"] if f["rule"] == "balance[natural]")
    assert [(step["field"], step["from"], step["to"], step["choice"]) for step in balance["fix"]] == [
        ("requests.partial.natural", 6, 9, 1)
    ]
    assert "D10（自然人部分公开数）由 6 改为 9，全部勾稽关系即成立。" in xlreport("check", wrong).out


def test_ties_are_listed_as_such(blank: Path, tmp_path: Path):
    """Where several cells could be wrong, the likeliest few are printed, and how many there are."""
    figures = {"requests.new.natural": 21, "requests.granted.natural": 12}
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | figures)
    said = xlreport("check", wrong).out
    assert "建议（以下任一处，共" in said
    assert "由 12 改为 21，全部勾稽关系即成立。" in said


@pytest.mark.long
@pytest.mark.parametrize(("form", "values"), [("gov2019", shanghai_2019()), ("gov2021", huaian_2024())])
def test_fill_and_export_round_trip(tmp_path: Path, form: str, values: dict[str, FilingValue]):
    """A real report's figures go into a workbook by `fill` and come out by `export` unchanged, without an error."""
    year = values["report.year"]
    tree: dict[str, Any] = {}
    for id_, value in values.items():
        at = tree
        *parents, last = id_.split(".")
        for part in parents:
            at = at.setdefault(part, {})
        at[last] = value
    first = {"form": form, "year": year, "values": tree}
    (tmp_path / "in.json").write_text(json.dumps(first, ensure_ascii=False), encoding="utf-8")
    assert xlreport("fill", tmp_path / "in.json", "-o", tmp_path / "a.xlsx").status == 0
    said = xlreport("export", tmp_path / "a.xlsx", "-o", tmp_path / "out.json")
    assert said.status == 0, said
    exported = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {k: v for k, v in dict(flat(exported["values"])).items() if k in values} == values
    assert (exported["form"], exported["year"], exported["raw"]) == (form, year, {})


def test_export_writes_what_can_be_read(blank: Path, tmp_path: Path):
    """With an unreadable cell the JSON is written all the same, with its text under raw, and status 1."""
    wrong = type_into(blank, tmp_path / "a.xlsx", BASICS | {"requests.new.natural": "约3"})
    assert xlreport("export", wrong, "-o", tmp_path / "a.json").status == 1
    exported = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert exported["values"]["requests"]["new"]["natural"] is None
    assert exported["raw"] == {"requests.new.natural": "约3"}


def test_one_bad_workbook_does_not_hold_up_the_others(sound: Path, tmp_path: Path):
    """Each good workbook is published; the status is the highest."""
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    said = xlreport("generate", tmp_path / "坏.xlsx", sound, "-o", tmp_path / "out")
    assert said.status == 3
    assert "坏.xlsx" in said.err
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1


def test_two_workbooks_of_one_unit(sound: Path, tmp_path: Path):
    """Two workbooks for one unit and year: neither is made, and the sentence names both."""
    twin = tmp_path / "副本.xlsx"
    twin.write_bytes(sound.read_bytes())
    said = xlreport("generate", sound, twin)
    assert said.status == 2
    assert "副本.xlsx" in said.err
    assert not (tmp_path / "输出").exists()


@pytest.mark.long
def test_filled_workbook_is_not_overwritten(sound: Path, blank: Path):
    """`template` goes over a blank workbook, never over a filled one unless asked."""
    before = sound.read_bytes()
    said = xlreport("template", "--form", "gov2019", "--year", 2020, "-o", sound)
    assert (said.status, sound.read_bytes()) == (2, before)
    assert xlreport("template", "--form", "gov2019", "--year", 2020, "-o", blank).status == 0
    assert xlreport("template", "--form", "gov2019", "--year", 2020, "--overwrite", "-o", sound).status == 0
    assert sound.read_bytes() != before


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["template", "--form", "gov2019", "--year", 2021, "-o", "x.xlsx"], 2, "适用于2019—2020年"),
        (["template", "--form", "gov1999", "-o", "x.xlsx"], 2, "没有名为“gov1999”的表样"),
        (["template", "--year", 1999, "-o", "x.xlsx"], 2, "没有适用于1999年度的表样"),
        (["template", "--year", "MMXX", "-o", "x.xlsx"], 2, "--year"),
        (["template"], 2, "缺少参数"),
        (["template", "--nothing"], 2, "没有选项 --nothing"),
        (["nothing"], 2, "nothing"),
        (["generate"], 2, "缺少参数"),
        (["generate", "x.xlsx", "--format", "odt"], 2, "没有“odt”这种格式"),
        (["check", "nothing.xlsx"], 3, "nothing.xlsx"),
        (["check", "."], 3, "文件夹"),
        (["fill", "nothing.json", "-o", "x.xlsx"], 3, "nothing.json"),
        (["export", "nothing.xlsx", "-o", "x.json"], 3, "nothing.xlsx"),
    ],
)
def test_failures_are_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], status: int, words: str
):
    """One Chinese sentence on stderr, and the status of the contract."""
    monkeypatch.chdir(tmp_path)
    said = xlreport(*args)
    assert said.status == status
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_output_folder_is_a_file(sound: Path, tmp_path: Path):
    """A file where the output folder should be is the environment's fault: status 4, nothing touched."""
    place = tmp_path / "out"
    place.write_text("x")
    said = xlreport("generate", sound, "-o", place)
    assert (said.status, place.read_text()) == (4, "x")
    assert len(said.err.strip().splitlines()) == 1


@pytest.mark.program
def test_console_that_cannot_show_chinese():
    """In an ASCII-only environment the output is still whole UTF-8, not a failure."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "xlreport", "form", "list"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0
    assert "政府信息公开工作年度报告" in done.stdout.decode("utf-8")


def test_help_is_chinese():
    """Every command has a Chinese help page."""
    for command in ("template", "fill", "export", "check", "generate", "form"):
        said = xlreport(command, "--help")
        assert said.status == 0
        assert said.out.startswith("用法：xlreport")
        assert "Usage" not in said.out
        assert "Options" not in said.out


@pytest.mark.parametrize("verb", ["export", "check", "package", "upgrade"])
def test_unexpected_error_is_a_sentence(monkeypatch: pytest.MonkeyPatch, verb: str):
    """Even a defect ends in one sentence, which names the file; the log says where, and holds nothing of the workbook."""

    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret of the workbook")

    for place in (
        "xlreport.verbs.review_file",
        "xlreport.reviewing.review.review_file",
        "xlreport.workbook.read.file_check.open_workbook",
    ):
        monkeypatch.setattr(place, broken)
    said = xlreport(verb, "a.xlsx", *(["-o", "new"] if verb in ("export", "upgrade") else []))
    assert said.status == 4
    assert "“a.xlsx”" in said.err
    assert re.fullmatch(r"[^\n]+。\n", said.err)
    log = Path(re.findall(r"日志(?:文件)? (\S+\.log)", said.err)[0]).read_text(encoding="utf-8")
    assert "RuntimeError" in log.splitlines()[-1]
    assert "secret" not in said.err + log


#: What one workbook may make the program raise.
RAISED = (decimal.InvalidOperation, RecursionError, MemoryError, KeyError, OverflowError, AssertionError, SyntaxError)


@pytest.mark.long
@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("where", ["xlreport.reviewing.review.review", "xlreport.report.generate.publish"])
def test_one_workbook_never_stops_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: type[Exception], where: str
):
    """Whatever one of three workbooks makes the program raise, it is named, and the other two are published."""
    for name in ("甲", "乙", "丙"):
        clerk.write(tmp_path / f"{name}.xlsx", clerk.sound(unit__name=f"{name}局"))
    module, _, name = where.rpartition(".")
    real = getattr(importlib.import_module(module), name)

    def failing(given, *arguments, **options):
        if (given.filing if hasattr(given, "filing") else given).unit == "乙局":
            raise raised("secret")
        return real(given, *arguments, **options)

    monkeypatch.setattr(where, failing)
    said = xlreport("generate", *(tmp_path / f"{name}.xlsx" for name in ("甲", "乙", "丙")), "--format", "docx")
    assert said.status == 4
    assert re.fullmatch("处理“乙.xlsx”时[^\n]+。\n", said.err), said
    assert "secret" not in said.out + said.err
    assert [path.parent.name for path in sorted(tmp_path.glob("输出/*/*.docx"))] == ["丙局_2019", "甲局_2019"]
    if "review" in where:
        checked = xlreport("check", "--json", *sorted(tmp_path.glob("*.xlsx")))
        assert checked.status == 4
        assert [each["ok"] for each in json.loads(checked.out)] == [True, False, True]


@pytest.mark.long
def test_number_format_of_many_decimals(tmp_path: Path):
    """A format with more decimals than arithmetic has by default shows what it shows."""
    path = clerk.write(tmp_path / "甲.xlsx", clerk.sound())
    book = openpyxl.load_workbook(path)
    ((sheet, address),) = book.defined_names["requests.new.natural"].destinations
    book[sheet][address].number_format = "0." + "0" * 28
    book.save(path)
    assert "程序" not in xlreport("generate", path, "--format", "docx").err


@pytest.mark.long
def test_a_workbook_with_errors_stops_no_other_of_its_unit(tmp_path: Path) -> None:
    """Only workbooks that would be published are in each other's way, and that is said once for all of them."""
    example = Path(__file__).parents[1] / "examples" / "2024-huaian" / "huaian-2024.xlsx"
    good, other, bad = (tmp_path / f"{name}.xlsx" for name in ("甲", "乙", "丙"))
    for path in (good, other):
        path.write_bytes(example.read_bytes())
    type_into(example, bad, {"requests.new.natural": "约3"})
    said = xlreport("generate", bad, good, "-o", tmp_path / "报告")
    assert (1, "") == (said.status, said.err)
    assert 1 == len(list((tmp_path / "报告").glob("*.docx")))
    said = xlreport("generate", good, bad, other, "-o", tmp_path / "两本")
    assert 2 == said.status
    assert 1 == said.err.count("甲.xlsx、乙.xlsx 是同一单位同一年度的工作簿")
    assert not list((tmp_path / "两本").glob("*.docx"))


def test_the_file_that_is_read_is_never_written_over(sound: Path, tmp_path: Path) -> None:
    """Whatever the options, `export`, `fill`, `template` and `upgrade` leave their source as it is, by any name of it."""
    data, link = tmp_path / "数据.json", tmp_path / "别名.xlsx"
    assert 0 == xlreport("export", sound, "-o", data).status
    link.symlink_to(sound)
    before = (sound.read_bytes(), data.read_bytes())
    for args in (
        ("export", sound, "-o", sound),
        ("export", sound, "-o", link),
        ("fill", data, "-o", data),
        ("template", "--form", "gov2019", "--year", 2020, "--prior", sound, "-o", sound),
        ("upgrade", sound, "-o", sound),
    ):
        said = xlreport(*args, "--overwrite")
        assert 2 == said.status, args
        assert "就是要读取的文件，不能写在它上面" in said.err
        assert before == (sound.read_bytes(), data.read_bytes()), args


@pytest.mark.long
def test_prior_that_is_no_file(sound: Path, tmp_path: Path) -> None:
    """What is given as last year's file and is not there, is a folder or bears no name is told for what it is."""
    folder = tmp_path / "上年"
    folder.mkdir()
    for prior, words in (("没有.txt", "找不到文件“没有.txt”"), (folder, "是一个文件夹"), ("", "没有给出上年数据文件")):
        said = xlreport("check", sound, "--prior", prior)
        assert 3 == said.status
        assert words in said.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are not of this system")
def test_prior_that_is_a_pipe(sound: Path, tmp_path: Path) -> None:
    """A pipe is not waited for, and told for what it is."""
    os.mkfifo(tmp_path / "管道")
    said = xlreport("check", sound, "--prior", tmp_path / "管道")
    assert (3, True) == (said.status, "不是普通文件" in said.err)


def test_folder_in_place_of_the_new_workbook(tmp_path: Path) -> None:
    """A folder given as the workbook to write is told for what it is, not taken for a filled workbook."""
    said = xlreport("template", "--form", "gov2019", "--year", 2020, "-o", tmp_path)
    assert 4 == said.status
    assert "是一个文件夹" in said.err


@pytest.mark.long
def test_notes_are_folded(sound: Path, tmp_path: Path):
    """Beyond the first five, notes are counted: a clerk does not drown; the JSON has them all."""
    slips = {
        f"overview.{key}": "平台好,用。" for key in ("summary", "proactive", "on_request", "management", "platform")
    }
    path = type_into(
        sound, tmp_path / "注.xlsx", {**slips, "overview.oversight": "监督好,用。", "report.intro": "条列,好。"}
    )
    out = xlreport("check", path).out
    (workbook,) = json.loads(xlreport("check", path, "--json").out)
    notes = sum(finding["level"] == "note" for finding in workbook["findings"])
    assert notes > 5
    assert (5, 1) == (out.count("· 说明："), out.count(f"另有{notes - 5}条说明"))
