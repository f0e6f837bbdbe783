"""The double-click: whatever lies in the folder and whatever goes wrong, it ends in a clear page, nothing half-written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import clerk
from support.command import type_into
from support.result_page import notices, page, sentence
from xlreport.desktop import generate as desktop
from xlreport.desktop import show
from xlreport.desktop.lock import only_one
from xlreport.desktop.main import main
from xlreport.errors import EnvironmentFault
from xlreport.report.publish import publish
from xlreport.storage import log as helpdesk

pytestmark = pytest.mark.long

FOLDER = f"{clerk.UNIT}_2019"
REPORT = f"{FOLDER}_政府信息公开工作年度报告.docx"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_workbook_in_the_folder(folder: Path):
    """A sound workbook in the folder: its report and the page stand in 输出/<单位>_<年度>/, the workbook is untouched."""
    workbook = clerk.write(folder / "填报 表.xlsx", clerk.sound())
    before = workbook.read_bytes()
    assert desktop.run([], folder) == 0
    made = folder / "输出" / FOLDER
    assert sentence(made / "结果.html") == "✓ 报告已生成。"
    assert sorted(path.name for path in made.iterdir()) == [REPORT, REPORT.replace("docx", "json"), "结果.html"]
    assert workbook.read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["填报 表.xlsx", "输出"]


def test_faulty_workbook_gets_a_page_and_a_marked_copy(folder: Path):
    """No report; the page counts the faults and links the marked copy; status 1."""
    clerk.write(folder / "表.xlsx", clerk.one_wrong())
    assert desktop.run([], folder) == 1
    made = folder / "输出" / FOLDER
    assert sorted(path.name for path in made.iterdir()) == ["结果.html", "表_标注.xlsx"]
    assert "必须改正" in sentence(made / "结果.html")
    assert [link.get("href") for link in page(made / "结果.html").cssselect(".files a")] == [
        "%E8%A1%A8_%E6%A0%87%E6%B3%A8.xlsx"
    ]


def test_marked_copy_is_mended_and_dropped(folder: Path):
    """The marked copy, mended and dropped on the icon, gives the report in the folder it lies in."""
    clerk.write(folder / "表.xlsx", clerk.one_wrong())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    copy = clerk.write(made / "表_标注.xlsx", clerk.sound())
    assert desktop.run([copy], folder) == 0
    assert (made / REPORT).exists()
    assert not (made / "输出").exists()


def test_dropped_copy_names_the_workbook_that_stays_as_it_was(folder: Path):
    """The report of a mended copy comes with a notice: the original still says what it said."""
    clerk.write(folder / "表.xlsx", clerk.one_wrong())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    copy = clerk.write(made / "表_标注.xlsx", clerk.sound())
    assert desktop.run([copy], folder) == 0
    (notice,) = [each for each in notices(made) if "标注副本" in each]
    assert notice.startswith("这次处理的是标注副本“表_标注.xlsx”，原工作簿“表.xlsx”（")
    assert notice.endswith("请把同样的改动抄到原工作簿里，不然下次双击时用的还是原工作簿。")


def saved(path: Path, moment: int) -> Path:
    """The file as if it had been saved at that second."""
    os.utime(path, (moment, moment))
    return path


def test_changed_copy_newer_than_its_workbook(folder: Path):
    """Staff mended the copy and double-click the folder: the page names both files and what to do, run after run."""
    original = saved(clerk.write(folder / "表.xlsx", clerk.one_wrong()), 1_600_000_000)
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    saved(clerk.write(made / "表_标注.xlsx", clerk.sound()), 1_600_009_000)
    for _ in range(2):
        assert desktop.run([], folder) == 1
        (notice,) = [each for each in notices(made) if "没有用上" in each]
        assert "您改过标注副本“表_标注（改过1）.xlsx”（2020年9月13日" in notice
        assert "比这次处理的工作簿“表.xlsx”（2020年9月13日" in notice
        assert "请把改动抄到“表.xlsx”里，保存后再双击一次“生成报告”" in notice
    saved(clerk.write(original, clerk.sound()), 1_600_010_000)
    assert desktop.run([], folder) == 0
    assert not [each for each in notices(made) if "没有用上" in each]


def test_changed_copy_in_a_folder_of_an_earlier_version(folder: Path):
    """A unit whose folder bears a mark now: what staff typed in the copy in the old folder is spoken of all the same."""
    clerk.write(folder / "表.xlsx", clerk.one_wrong() | {"unit.name": "县/局"})
    desktop.run([], folder)
    (made,) = (folder / "输出").glob("县_局~*_2019")
    old = made.rename(made.with_name("县_局_2019"))
    copy = type_into(old / "表_标注.xlsx", old / "表_标注.xlsx", {"requests.new.natural": 5})
    later = (folder / "表.xlsx").stat().st_mtime + 60
    os.utime(copy, (later, later))
    desktop.run([], folder)
    assert made.is_dir()
    assert any("您改过标注副本“表_标注.xlsx”" in notice for notice in notices(made))


def test_changed_copy_beside_a_sound_workbook(folder: Path):
    """The report is made of the workbook, and the page says that the newer copy was not used."""
    saved(clerk.write(folder / "表.xlsx", clerk.sound()), 1_600_000_000)
    made = folder / "输出" / FOLDER
    saved(clerk.write(made / "表_标注.xlsx", clerk.sound(requests__new__natural=822)), 1_600_009_000)
    assert desktop.run([], folder) == 0
    assert [each for each in notices(made) if "您改过标注副本“表_标注.xlsx”" in each]


def test_only_the_folder_itself(folder: Path):
    """Locks, blank workbooks, other people's files, 输出/ and folders below are left out; the page names what it left."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    clerk.write(folder / "空白.xlsx", {"unit.name": "甲局", "report.year": 2020})
    (folder / "~$表.xlsx").write_bytes(b"lock")
    (folder / ".~表.xlsx").write_bytes(b"lock")
    (folder / "台账.xlsx").write_bytes(b"something else")
    clerk.write(folder / "下级" / "乙.xlsx", clerk.sound(unit__name="乙局"))
    clerk.write(folder / "输出" / "丙.xlsx", clerk.sound(unit__name="丙局"))
    assert desktop.run([], folder) == 0
    made = folder / "输出" / FOLDER / "结果.html"
    names = [each.text_content() for each in page(made).cssselect("section[aria-labelledby=left-out] li b")]
    assert names == ["空白.xlsx", "台账.xlsx"]
    assert sorted(path.name for path in (folder / "输出").iterdir()) == [FOLDER, "丙.xlsx"]


def test_dropped_files_and_folders(folder: Path, tmp_path: Path):
    """Workbooks and folders dropped together are all worked on, one named twice once; one page in 输出/."""
    first = clerk.write(folder / "甲.xlsx", clerk.sound(unit__name="甲局"))
    clerk.write(tmp_path / "别处" / "乙.xlsx", clerk.one_wrong() | {"unit.name": "乙局"})
    assert desktop.run([first, first, tmp_path / "别处"], tmp_path) == 1
    said = sentence(folder / "输出" / "结果.html")
    assert said == "✗ 共 2 本工作簿：已生成 1 份报告，1 本还有问题，改正后再双击一次“生成报告”。"
    assert (tmp_path / "别处" / "输出" / "乙局_2019" / "乙_标注.xlsx").exists()


def test_two_workbooks_for_one_unit_and_year(folder: Path):
    """Neither is made, nor anything beside it; the page asks for one, names both with their times, and what differs."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    clerk.write(folder / "表 (2).xlsx", clerk.sound(contact__name="王五"))
    assert desktop.run([], folder) == 2
    made = folder / "输出" / "结果.html"
    assert [made] == [path for path in (folder / "输出").rglob("*") if path.is_file()]
    assert sentence(made) == "✗ 没有生成报告：同一单位同一年度有两本工作簿，有 1 格不同，请只留下要用的一本。"
    text = re.sub(r"\s+", " ", page(made).text_content())
    assert text.count("请只留下要用的一本") == 1
    assert "还有问题" not in text
    (row,) = page(made).cssselect("table.different tbody tr")
    assert "（联系人）" in row[0].text_content()
    assert ["王五", "空白"] == [cell.text_content() for cell in row[1:]]
    assert re.search(r"表 \(2\)\.xlsx \d+年\d+月\d+日 \d\d:\d\d保存 表\.xlsx \d+年", text)


def test_two_of_one_unit_beside_others(folder: Path):
    """The others get their reports; the sentence over all keeps doubled workbooks and faulty ones apart."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    clerk.write(folder / "表 (2).xlsx", clerk.sound())
    clerk.write(folder / "乙.xlsx", clerk.sound(unit__name="乙局"))
    assert desktop.run([], folder) == 2
    made = folder / "输出" / "结果.html"
    assert sentence(made) == (
        "✗ 共 3 本工作簿：已生成 1 份报告，2 本是同一单位同一年度的，请只留下要用的一本，留好后再双击一次“生成报告”。"
    )
    assert len(page(made).cssselect("nav tbody tr")) == 2
    assert "内容完全相同，留下哪一本都一样" in page(made).text_content()
    assert list((folder / "输出").rglob("乙局*.docx"))


def test_nothing_found(folder: Path, quiet: Path):
    """A page names the folder, says what it saw there and how to give workbooks; the folder stays as it was."""
    assert desktop.run([], folder) == 0
    said = "✗ 在文件夹“年报 2019（上报）”里没有找到填好的工作簿，没有生成报告。"
    assert sentence(quiet / "结果.html") == said
    assert f"找的地方是“{folder}”，里面什么也没有。" in page(quiet / "结果.html").text_content()
    assert list(folder.iterdir()) == []
    (folder / "通知.docx").write_bytes(b"")
    clerk.write(folder / "资料" / "表.xlsx", clerk.sound())
    assert desktop.run([], folder) == 0
    assert (
        f"找的地方是“{folder}”，里面有 1 个文件（通知.docx），1 个文件夹（资料）。下一级文件夹“资料”里有 1 本工作簿，"
        "要处理它们，就把那个文件夹拖到图标上。"
    ) in page(quiet / "结果.html").text_content()


def test_nothing_found_asks_for_a_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where a dialog can be shown, what is chosen in it is worked on."""
    workbook = clerk.write(tmp_path / "别处" / "表.xlsx", clerk.sound())
    monkeypatch.delenv("XLREPORT_NO_BROWSER")
    opened: list[Path] = []
    monkeypatch.setattr(show, "_open", opened.append)
    assert desktop.run([], folder, ask=lambda: [workbook]) == 0
    assert opened == [workbook.parent / "输出" / FOLDER / "结果.html"]


def test_dialog_that_is_cancelled(folder: Path, quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing chosen: the page that explains."""
    monkeypatch.delenv("XLREPORT_NO_BROWSER")
    opened: list[Path] = []
    monkeypatch.setattr(show, "_open", opened.append)
    assert desktop.run([], folder, ask=list) == 0
    assert opened == [quiet / "结果.html"]


def test_missing_file(folder: Path, quiet: Path):
    """A dropped file that is gone is named; status 3."""
    assert desktop.run([folder / "没有.xlsx"], folder) == 3
    assert sentence(quiet / "结果.html") == "✗ 没有找到拖到图标上的文件，没有生成报告。"
    assert "没有.xlsx：没有这个文件" in page(quiet / "结果.html").text_content().replace("\n", "")


def test_signs_in_a_name(folder: Path):
    """A workbook whose name holds what shells and pages take for signs of their own gives its report."""
    workbook = clerk.write(folder / "甲 & 乙^%PATH%!（<1>;'#表).xlsx", clerk.sound())
    assert desktop.run([workbook], folder) == 0
    made = folder / "输出" / FOLDER / "结果.html"
    assert workbook.exists()
    assert sentence(made) == "✓ 报告已生成。"


@pytest.mark.parametrize("name", ["甲", "甲.xlsx\0", "甲" * 4000, "..", ""])
def test_piece_of_a_path(folder: Path, quiet: Path, name: str):
    """What a launcher makes of a name with & in it, and names that no file can have: a page that says what to do."""
    dropped = folder / "没有" / name
    assert desktop.run([dropped], folder) == 3
    assert sentence(quiet / "结果.html") == "✗ 没有找到拖到图标上的文件，没有生成报告。"
    assert "等符号的，请改名去掉这些符号" in page(quiet / "结果.html").text_content()


@pytest.mark.parametrize(
    ("name", "content"), [("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ("坏.xlsx", b"PK\x03\x04")]
)
def test_dropped_file_that_is_no_workbook(folder: Path, name: str, content: bytes):
    """One sentence about the file at the top of the page; status 3."""
    path = folder / name
    path.write_bytes(content)
    assert desktop.run([path], folder) == 3
    assert sentence(folder / "输出" / "结果.html").startswith("✗ 没有生成报告：")
    assert name in sentence(folder / "输出" / "结果.html")


def test_second_run(folder: Path):
    """A second run makes the same report again and leaves nothing else."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    desktop.run([], folder)
    before = snapshot(folder)
    assert desktop.run([], folder) == 0
    name = f"输出/{FOLDER}/结果.html"  # it says when it was made
    assert snapshot(folder) | {name: b""} == before | {name: b""}


def test_marked_copy_goes_with_the_success(folder: Path):
    """Once the report is made, the copy with yesterday's faults is gone; one that staff have typed in stays."""
    workbook = clerk.write(folder / "表.xlsx", clerk.one_wrong())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    assert (made / "表_标注.xlsx").exists()
    clerk.write(workbook, clerk.sound())
    assert desktop.run([], folder) == 0
    assert not (made / "表_标注.xlsx").exists()
    clerk.write(made / "表_标注.xlsx", clerk.sound())
    assert desktop.run([], folder) == 0
    assert (made / "表_标注.xlsx").exists()


def test_earlier_pages_look_old(folder: Path):
    """A page of an earlier run in another folder of 输出/ leads to the new one; that of another workbook stays."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    desktop.run([], folder)
    first = folder / "输出" / FOLDER / "结果.html"
    clerk.write(folder / "乙.xlsx", clerk.sound(unit__name="乙局"))
    desktop.run([], folder)
    (line,) = page(first).cssselect("body.old .later[data-workbook]")
    assert "../%E7%BB%93%E6%9E%9C.html" == line.cssselect("a")[0].get("href")
    both = folder / "输出" / "结果.html"
    assert not page(both).cssselect(".later[data-workbook]")
    desktop.run([folder / "表.xlsx"], folder)
    assert ["表.xlsx"] == [each.get("data-workbook") for each in page(both).cssselect(".later[data-workbook]")]
    assert not page(both).cssselect("body.old")
    assert not page(first).cssselect("body.old")


def test_report_edited_by_hand_is_kept(folder: Path):
    """A report that somebody edited is kept under another name, and the page says so and links it."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    (made / REPORT).write_bytes(b"edited in Word")
    assert desktop.run([], folder) == 0
    (kept,) = made.glob("*人工修改*.docx")
    assert kept.read_bytes() == b"edited in Word"
    assert kept.name in notices(made)[0]


def test_old_report_beside_a_faulty_workbook(folder: Path):
    """When a workbook that had a report is faulty now, the page warns that the old report is not of it."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    desktop.run([], folder)
    clerk.write(folder / "表.xlsx", clerk.one_wrong())
    assert desktop.run([], folder) == 1
    (notice,) = page(folder / "输出" / FOLDER / "结果.html").cssselect(".notice")
    assert "不是现在这本工作簿的内容，请不要报送" in notice.text_content()


def test_report_open_in_word(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A report that another program holds: a sentence that says to close it, the old report whole, nothing left over."""
    workbook = clerk.write(folder / "表.xlsx", clerk.sound())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    before = (made / REPORT).read_bytes()
    clerk.write(workbook, clerk.sound(requests__new__natural=822, requests__granted__natural=259))
    real = os.replace

    def held(source, target, **options):
        if Path(target).name == REPORT:
            raise PermissionError(13, "in use")
        real(source, target, **options)

    monkeypatch.setattr(os, "replace", held)
    assert desktop.run([], folder) == 4
    assert "可能正在 Word、Excel 或 WPS 中打开，请关闭后再试" in sentence(made / "结果.html")
    assert (made / REPORT).read_bytes() == before
    assert [path.name for path in made.iterdir() if path.name.startswith(".")] == []


def test_folder_that_cannot_be_written(folder: Path, quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """The page goes to the user's own folder and says why there is no report; the folder stays as it was."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    before = snapshot(folder)
    real = Path.mkdir

    def refused(path: Path, *args, **options):
        if folder in path.parents:
            raise PermissionError(13, "Permission denied")
        real(path, *args, **options)

    monkeypatch.setattr(Path, "mkdir", refused)
    assert desktop.run([], folder) == 4
    assert "不能写入" in sentence(quiet / "结果.html")
    assert snapshot(folder) == before


def test_folder_that_cannot_be_read(folder: Path, quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """A network drive that is gone, a folder without permission: a sentence."""

    def refused(path: Path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "iterdir", refused)
    assert desktop.run([], folder) == 4
    assert "打不开" in sentence(quiet / "结果.html")


def test_two_at_once(folder: Path, quiet: Path):
    """While another run holds the folder nothing is made, and the page says to wait."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    with only_one(folder / "输出"):
        assert desktop.run([], folder) == 4
        assert sentence(quiet / "结果.html").startswith("✗ 另一个“生成报告”正在处理这个文件夹里的工作簿")
    assert [path.name for path in folder.iterdir()] == ["表.xlsx"]
    assert desktop.run([], folder) == 0


@pytest.mark.program
def test_lock_of_a_process_that_died(folder: Path):
    """A lock file left behind by a killed process locks nothing."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    code = (
        "import os, sys; from pathlib import Path; from xlreport.desktop.lock import only_one\n"
        "with only_one(Path(sys.argv[1])):\n    os._exit(9)"
    )
    died = subprocess.run([sys.executable, "-c", code, str(folder / "输出")], check=False, timeout=60)
    assert died.returncode == 9
    assert (folder / "输出" / ".xlreport.lock").exists()
    assert desktop.run([], folder) == 0
    assert [path.name for path in (folder / "输出").iterdir()] == [FOLDER]


def test_package_and_draft_with_an_address(folder: Path):
    """With 报送邮箱 filled in, the package, the draft and the sheet to sign are made and linked."""
    clerk.write(folder / "表.xlsx", clerk.sound(upward__email="xxgk@example.gov.cn"))
    assert desktop.run([], folder) == 0
    made = folder / "输出" / FOLDER
    links = [link.text_content() for link in page(made / "结果.html").cssselect(".steps a, .files a")]
    assert links == [
        "Word 报告",
        "签发单",
        "报送邮件草稿",
        "报送包（报告、工作簿和核对情况，已封好）",
        "数据文件（留存备查，不用打开）",
    ]
    assert (made / f"{FOLDER}_报送包.zip").exists()


def test_no_address_is_said(folder: Path):
    """Without 报送邮箱 there is no package, and the page says so and names the cell."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    assert desktop.run([], folder) == 0
    made = folder / "输出" / FOLDER
    (notice,) = notices(made)
    assert re.fullmatch(
        "没有填写“报送邮箱”（“基本信息”[A-Z]+[0-9]+），所以没有做报送包、邮件草稿和签发单；"
        "要用邮件报送，请填写后再双击一次“生成报告”。",
        notice,
    )
    assert not list(made.glob("*.zip"))


def test_wrong_address_is_said(folder: Path):
    """An address that is none: the package without a draft, and a notice."""
    clerk.write(folder / "表.xlsx", clerk.sound(upward__email="信息公开科"))
    assert desktop.run([], folder) == 0
    (notice,) = notices(folder / "输出" / FOLDER)
    assert "不是邮箱地址" in notice
    assert notice.endswith("再生成一次。")


def test_package_that_cannot_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The report stands; a notice says why there is no package."""
    from xlreport.mail import package

    def refused(*args, **options):
        raise EnvironmentFault("报送包正在别的程序中打开，请关闭后再试。")

    clerk.write(folder / "表.xlsx", clerk.sound(upward__email="xxgk@example.gov.cn"))
    monkeypatch.setattr(package, "package_report", refused)
    assert desktop.run([], folder) == 0
    made = folder / "输出" / FOLDER / "结果.html"
    assert sentence(made) == "✓ 报告已生成。"
    (notice,) = page(made).cssselect(".notice")
    assert notice.text_content() == "没有生成报送包：报送包正在别的程序中打开，请关闭后再试。"


def test_marked_copy_open_in_excel(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A marked copy that another program holds is left whole; a notice says to close it."""
    clerk.write(folder / "表.xlsx", clerk.one_wrong())
    desktop.run([], folder)
    made = folder / "输出" / FOLDER
    before = (made / "表_标注.xlsx").read_bytes()
    clerk.write(folder / "表.xlsx", clerk.two_sums_wrong())
    real = Path.replace

    def held(path: Path, target: Path):
        if Path(target).name == "表_标注.xlsx":
            raise PermissionError(13, "in use")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", held)
    assert desktop.run([], folder) == 1
    (notice,) = page(made / "结果.html").cssselect(".notice")
    assert "没有生成标注副本" in notice.text_content()
    assert "请关闭" in notice.text_content()
    assert (made / "表_标注.xlsx").read_bytes() == before
    assert sorted(path.name for path in made.iterdir()) == ["结果.html", "表_标注.xlsx"]


def test_unexpected_exception_in_one_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch, quiet: Path):
    """A defect met in one workbook is a sentence with the log's path; the others get their reports."""
    from xlreport.reviewing import review

    clerk.write(folder / "甲.xlsx", clerk.sound(unit__name="甲局"))
    clerk.write(folder / "乙.xlsx", clerk.sound(unit__name="乙局"))
    real = review.review_file

    def failing(path: Path, **options):
        if path.name == "乙.xlsx":
            raise KeyError("secret name")
        return real(path, **options)

    monkeypatch.setattr(review, "review_file", failing)
    assert desktop.run([], folder) == 4
    text = page(folder / "输出" / "结果.html").text_content()
    assert "程序遇到意外情况" in text
    assert str(quiet / "xlreport.log") in text
    assert (folder / "输出" / "甲局_2019").exists()


def test_unexpected_exception_while_publishing(folder: Path, monkeypatch: pytest.MonkeyPatch, quiet: Path):
    """A defect met while a report is published: what is made already is shown, the rest gets the sentence."""
    clerk.write(folder / "甲.xlsx", clerk.sound(unit__name="甲局"))
    clerk.write(folder / "乙.xlsx", clerk.sound(unit__name="乙局"))
    real = publish

    def failing(given, *args, **options):
        if given.filing.unit == "甲局":
            raise KeyError("secret name")
        return real(given, *args, **options)

    monkeypatch.setattr("xlreport.report.generate.publish", failing)
    assert desktop.run([], folder) == 4
    made = folder / "输出" / "结果.html"
    assert sentence(made).startswith("✗ 共 2 本工作簿：已生成 1 份报告，1 本还有问题")
    assert "程序遇到意外情况" in page(made).text_content()
    log = (quiet / "xlreport.log").read_text(encoding="utf-8")
    assert "published workbook=1 status=0" in log
    assert "publish workbook=2 KeyError" in log
    assert "secret" not in log


def test_log_says_what_became_of_each(folder: Path, quiet: Path):
    """Published, stopped with the rules that stopped it, or one of several for the same report."""
    clerk.write(folder / "1.xlsx", clerk.sound())
    clerk.write(folder / "2.xlsx", clerk.one_wrong() | {"unit.name": "乙局"})
    clerk.write(folder / "3.xlsx", clerk.sound(unit__name="丙局"))
    clerk.write(folder / "4.xlsx", clerk.sound(unit__name="丙局"))
    desktop.run([], folder)
    log = (quiet / "xlreport.log").read_text(encoding="utf-8")
    outcomes = re.findall("(published|stopped|same-report) workbook=([0-9]) status=([0-9])(.*)", log)
    assert [outcome[:3] for outcome in outcomes] == [
        ("published", "1", "0"),
        ("stopped", "2", "1"),
        ("same-report", "3", "2"),
        ("same-report", "4", "2"),
    ]
    assert "balance[business]" in outcomes[1][3]


def test_unexpected_exception_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch, quiet: Path, capsys):
    """The last resort is a page and a log line, never a traceback."""
    monkeypatch.setattr(desktop, "reviews_of", lambda brought, title: 1 / 0)
    monkeypatch.setenv("XLREPORT_FOLDER", str(folder))
    assert main([]) == EnvironmentFault.status
    assert "程序遇到意外情况" in sentence(quiet / "结果.html")
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "ZeroDivisionError" in (quiet / "xlreport.log").read_text(encoding="utf-8")


def test_log_holds_nothing_of_the_clerks(folder: Path, quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """Versions, steps, rule ids and error codes; no name, figure, prose, path or text of an exception."""
    secret = clerk.one_wrong() | {"unit.name": "机密单位", "contact.name": "某某", "requests.new.natural": 987654}
    workbook = clerk.write(folder / "表.xlsx", secret)
    desktop.run([workbook, folder / "没有.xlsx"], folder)
    helpdesk.log_exception("step", ValueError("机密单位 987654"))
    log = (quiet / "xlreport.log").read_text(encoding="utf-8")
    assert "review workbook=1 status=0 gov2019" in log
    assert "balance[natural]" in log
    assert "required[report.date]" in log
    assert log.replace("×", "").isascii()
    assert not any(word in log for word in ("987654", str(folder), folder.name, "xlsx"))


def test_log_is_rotated(quiet: Path, monkeypatch: pytest.MonkeyPatch):
    """The log does not grow without end: old parts are kept, three of them."""
    monkeypatch.setattr(helpdesk, "_LOG_BYTES", 2_000)
    for _ in range(400):
        helpdesk.log_step("review", 1)
    assert sorted(path.name for path in quiet.iterdir()) == [
        "xlreport.log",
        "xlreport.log.1",
        "xlreport.log.2",
        "xlreport.log.3",
    ]
    assert max(path.stat().st_size for path in quiet.iterdir()) <= 2_200


def test_log_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Without a place for the log the report is made all the same."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    monkeypatch.setattr(helpdesk, "log_folder", lambda: folder / "表.xlsx" / "no folder")
    assert desktop.run([], folder) == 0
    assert (folder / "输出" / FOLDER / REPORT).exists()


@pytest.mark.program
def test_as_a_process(folder: Path, tmp_path: Path):
    """python -m xlreport.desktop with the launcher's folder: output is UTF-8 whatever the locale, status 0."""
    clerk.write(folder / "表.xlsx", clerk.sound())
    env = os.environ | {
        "XLREPORT_FOLDER": str(folder),
        "XLREPORT_NO_BROWSER": "1",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "LC_ALL": "C",
    }
    done = subprocess.run(
        [sys.executable, "-m", "xlreport.desktop"], env=env, capture_output=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"结果页：{folder / '输出' / FOLDER / '结果.html'}" in done.stdout.decode()
