"""新建下一年度工作簿: what it takes, what it brings along, what it leaves, and that nothing is ever written over."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from support import clerk
from support.command import type_into, xlreport
from support.result_page import listed, page, sentence
from xlreport.desktop import next_year as desktop
from xlreport.desktop import show
from xlreport.desktop.generate import run as generate
from xlreport.errors import EnvironmentFault
from xlreport.workbook.read.xlsx import read_workbook

pytestmark = pytest.mark.long

NEW = f"{clerk.UNIT}_2020_填报工作簿.xlsx"

STAYS: dict[str, str | None] = {
    "unit.code": "11310000000000001A",
    "unit.short_name": "我厅",
    "unit.signature": "市政府办公厅",
    "contact.name": "王五",
    "contact.phone": "021-1",
    "upward.name": "国务院办公厅",
    "upward.email": "up@example.gov.cn",
}


def last(path: Path, **more: float | str | None) -> Path:
    return clerk.write(path, clerk.sound(**more) | STAYS)


def test_finished_workbook_in_the_folder(folder: Path):
    """Beside last year's stands this year's: what stays, 上年结转, last year's figures locked, its prose to look at."""
    workbook = last(folder / "表.xlsx", problems__text="一是慢。\n二是少。")
    before = workbook.read_bytes()
    assert desktop.run([], folder) == 0
    assert workbook.read_bytes() == before
    filing, old = read_workbook(folder / NEW), read_workbook(workbook)
    assert ("gov2019", 2020) == (filing.form.id, filing.year)
    assert {"unit.name": clerk.UNIT} | STAYS == {id_: filing.values[id_] for id_ in ("unit.name", *STAYS)}
    assert 72 == old.values["requests.carried_out.natural"] == filing.values["requests.carried_in.natural"]
    assert (None, None) == (filing.values["report.date"], filing.values["problems.text"])
    book = openpyxl.load_workbook(folder / NEW)
    place = filing.places["prior.requests.carried_out.natural"]
    cell = book[str(place.sheet)][str(place.address)]
    assert (72, True) == (cell.value, cell.protection.locked)
    texts = [row[1].value for row in book["上年文字"].iter_rows()]
    assert {"一是慢。", "二是少。"} <= set(texts)


def test_page_says_what_came_along_and_what_comes_next(folder: Path):
    """In Chinese: the file, what was brought along, what has to be filled in again, the next steps in order."""
    last(folder / "表.xlsx")
    desktop.run([], folder)
    made = folder / "输出"
    assert sentence(made / "结果.html") == f"✓ {clerk.UNIT}2020年度的工作簿已做好。"
    assert listed(made, "2020年度的工作簿") == [f"打开填写 {NEW}"]
    brought = listed(made, "从“表.xlsx”带过来的")
    assert brought[0].startswith("每年不变的：单位名称、单位代码、自称、落款")
    assert any(line.startswith("上年结转：") for line in brought)
    assert "成文日期、今年的数和文字，要重新填。" in listed(made, "没有带过来的")
    assert [step[:2] for step in listed(made, "接下来")] == ["打开", "填今", "保存"]


def test_another_form_is_in_force(folder: Path):
    """From the form of 2020 to that of 2021: what has no place in it stands on the page and in the workbook."""
    last(folder / "表.xlsx", report__year=2020, disclosure__procurement__amount=12.5)
    assert desktop.run([], folder) == 0
    new = folder / f"{clerk.UNIT}_2021_填报工作簿.xlsx"
    assert read_workbook(new).form.id == "gov2021"
    left = listed(folder / "输出", "没有带过来的")
    assert "2021年度用新的表样（国办公开办函〔2021〕30号），与上年（国办公开办函〔2019〕60号）不同。" in left
    assert any("新表样里没有的" in line for line in left)
    assert any("没有与本表样含义相同的上年规章现行有效件数" in line for line in left)
    rows = [(row[0].value, row[1].value) for row in openpyxl.load_workbook(new)["上年文字"].iter_rows()]
    assert ("政府集中采购采购总金额", "12.5") in rows
    assert any(name == "说明" and "没有与本表样含义相同的" in str(text) for name, text in rows)


def test_nothing_is_written_over(folder: Path):
    """A second double-click, when the new workbook has been filled in already, leaves it alone and says so."""
    last(folder / "表.xlsx")
    desktop.run([], folder)
    type_into(folder / NEW, folder / NEW, {"requests.new.natural": 5})
    before = (folder / NEW).read_bytes()
    assert desktop.run([], folder) == 0
    assert (folder / NEW).read_bytes() == before
    assert sentence(folder / "输出" / "结果.html") == f"✓ “{NEW}”已经有了，没有重做，也没有覆盖。"


def test_new_workbook_counts_as_blank(folder: Path):
    """What it brings along is nobody's filling: 生成报告 leaves it out until something of this year is typed."""
    last(folder / "表.xlsx")
    desktop.run([], folder)
    assert generate([], folder) == 0
    left = page(folder / "输出" / f"{clerk.UNIT}_2019" / "结果.html").cssselect("section[aria-labelledby=left-out] li")
    assert [f"{NEW}：工作簿是空白的，还没有填写。"] == [each.text_content() for each in left]
    type_into(folder / NEW, folder / NEW, {"requests.new.natural": 5})
    assert generate([], folder) == 1


def test_sealed_package_and_other_files(folder: Path, tmp_path: Path):
    """A package, the filing's JSON and the Word report, dropped, give the workbook too; each says what it cannot give."""
    last(folder / "表.xlsx")
    generate([], folder)
    made = folder / "输出" / f"{clerk.UNIT}_2019"
    desktop.run([], folder)
    expected = read_workbook(folder / NEW).values
    for n, name in enumerate(("报送包.zip", "政府信息公开工作年度报告.json", "政府信息公开工作年度报告.docx")):
        source = made / f"{clerk.UNIT}_2019_{name}"
        dropped = tmp_path / str(n) / source.name
        dropped.parent.mkdir()
        dropped.write_bytes(source.read_bytes())
        assert desktop.run([dropped], folder) == 0
        word = dropped.suffix == ".docx"
        (new,) = dropped.parent.glob("*_2020_填报工作簿.xlsx")
        got = read_workbook(new).values
        keys = [id_ for id_ in expected if id_.startswith(("prior.requests", "requests.carried_in"))]
        assert [expected[id_] for id_ in keys] == [got[id_] for id_ in keys]
        assert (got["contact.name"] is None) == word
        said = listed(dropped.parent / "输出", "没有带过来的")
        assert any(line.startswith("Word 报告里没有单位代码") for line in said) == word


def test_package_alone_in_the_folder(folder: Path, tmp_path: Path):
    """Where the workbook is lost the package that lies there does; beside its workbook the workbook is taken."""
    last(folder / "表.xlsx")
    generate([], folder)
    (package,) = folder.rglob("*_报送包.zip")
    alone = tmp_path / "只有包"
    alone.mkdir()
    (alone / package.name).write_bytes(package.read_bytes())
    assert desktop.run([], alone) == 0
    assert (alone / NEW).exists()
    (folder / package.name).write_bytes(package.read_bytes())
    assert desktop.run([], folder) == 0
    text = page(folder / "输出" / "结果.html").text_content()
    assert f"{package.name}：同一单位的，用了“表.xlsx”。" in text.replace("\n", "")


def test_unfinished_and_blank_workbooks_are_left_out(folder: Path):
    """What merely lies there is taken when it has no error left; the page says why a workbook was not."""
    clerk.write(folder / "错.xlsx", clerk.one_wrong())
    clerk.write(folder / "空白.xlsx", {"unit.name": "甲局", "report.year": 2020})
    assert desktop.run([], folder) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["空白.xlsx", "错.xlsx"]


def test_unfinished_workbook_that_is_dropped(folder: Path):
    """Named, it is taken all the same, and the page warns that its figures may be wrong."""
    workbook = clerk.write(folder / "错.xlsx", clerk.one_wrong())
    assert desktop.run([workbook], folder) == 0
    assert (folder / NEW).exists()
    said = listed(folder / "输出", "2020年度的工作簿")
    assert any("处错误没有改正，带过来的数可能不对" in line for line in said)


def test_last_of_several_years(folder: Path):
    """Of a unit's workbooks the last finished year is followed; another unit has its own."""
    last(folder / "旧.xlsx")
    last(folder / "新.xlsx", report__year=2020)
    clerk.write(folder / "乙.xlsx", clerk.sound(unit__name="乙局"))
    assert desktop.run([], folder) == 0
    made = sorted(path.name for path in folder.glob("*_填报工作簿.xlsx"))
    assert made == sorted([f"{clerk.UNIT}_2021_填报工作簿.xlsx", "乙局_2020_填报工作簿.xlsx"])
    assert sentence(folder / "输出" / "结果.html") == "✓ 2 本下一年度的工作簿都在了。"


def test_two_workbooks_of_one_year(folder: Path, quiet: Path):
    """Neither is guessed: the page names both and asks for the one that is meant; status 2."""
    last(folder / "表.xlsx")
    last(folder / "表 (2).xlsx")
    assert desktop.run([], folder) == 2
    assert not list(folder.glob("*填报工作簿.xlsx"))
    text = page(quiet / "结果.html").text_content()
    assert "同一单位同一年度的有“表 (2).xlsx”“表.xlsx”，请把要用的那一个拖到“新建下一年度工作簿”的图标上。" in text


def test_nothing_found_asks_for_a_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty folder: the dialog, and what is chosen in it is followed."""
    workbook = last(tmp_path / "别处" / "表.xlsx")
    monkeypatch.delenv("XLREPORT_NO_BROWSER")
    opened: list[Path] = []
    monkeypatch.setattr(show, "_open", opened.append)
    assert desktop.run([], folder, ask=lambda: [workbook]) == 0
    assert (workbook.parent / NEW).exists()
    assert opened == [workbook.parent / "输出" / "结果.html"]


def test_nothing_found(folder: Path, quiet: Path):
    """Without a dialog a page says what to put where; a file that is gone is named with status 3."""
    assert desktop.run([], folder) == 0
    assert sentence(quiet / "结果.html") == "✗ 没有做成下一年度的工作簿。"
    assert (
        "把上一年度填好的工作簿（.xlsx）和“新建下一年度工作簿”放在同一个文件夹里"
        in page(quiet / "结果.html").text_content()
    )
    assert desktop.run([folder / "没有.xlsx"], folder) == 3
    assert "没有.xlsx：没有这个文件" in page(quiet / "结果.html").text_content().replace("\n", "")


@pytest.mark.parametrize(
    ("name", "content"), [("旧.xls", b"\xd0\xcf\x11\xe0"), ("坏.xlsx", b"PK\x03\x04"), ("坏.zip", b"PK\x03\x04")]
)
def test_dropped_file_that_is_none(folder: Path, quiet: Path, name: str, content: bytes):
    """One sentence about the file; status 3."""
    (folder / name).write_bytes(content)
    assert desktop.run([folder / name], folder) == 3
    assert f"{name}：" in page(quiet / "结果.html").text_content().replace("\n", "")


def test_workbook_in_a_folder_that_cannot_be_written(folder: Path, quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """The page says so in the user's own folder; status 4."""
    last(folder / "表.xlsx")

    def refused(path: Path, data: bytes):
        raise EnvironmentFault(f"文件夹“{path.parent}”不能写入，请换一个文件夹或检查权限。")

    monkeypatch.setattr(desktop, "write_atomically", refused)
    assert desktop.run([], folder) == 4
    text = page(quiet / "结果.html").text_content()
    assert "不能写入" in text
    assert "放在同一个文件夹里" not in text


def test_prior_takes_a_package(folder: Path, tmp_path: Path):
    """`check --prior` and `template --prior` read last year's package as they read its workbook."""
    last(folder / "表.xlsx")
    generate([], folder)
    (package,) = folder.rglob("*_报送包.zip")
    for n, prior in enumerate((folder / "表.xlsx", package)):
        said = xlreport("template", "--year", 2020, "--prior", prior, "-o", tmp_path / f"{n}.xlsx")
        assert (0, "") == (said.status, said.err)
    first, second = (read_workbook(tmp_path / f"{n}.xlsx") for n in range(2))
    assert first.values == second.values
