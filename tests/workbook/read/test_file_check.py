"""What is no workbook of ours is told so in one Chinese sentence, in bounded time and memory."""

from __future__ import annotations

import copy
import io
import os
import re
import tracemalloc
import zipfile
from random import Random

import pytest

from support.returns import junk
from support.returns.package import M, Package, put
from xlreport.errors import InputError
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.workbook.read import file_check as intake
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

T = junk.CONTENT_TYPES


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A blank workbook of ours."""
    path = tmp_path_factory.mktemp("good") / "空白.xlsx"
    write_workbook(Filing(form=find_form("gov2019"), values={"report.year": 2020}), path)
    return path


def sentence(path) -> str:
    """What the clerk is told: one sentence with the remedy, status 3."""
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    text = str(caught.value)
    assert 3 == caught.value.status
    assert text.endswith("。")
    assert 1 == text.count("。")
    assert "请" in text
    return text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", junk.ole("Workbook"), "旧版 Excel（.xls）"),
        ("a.xlsx", junk.ole("Workbook"), "旧版 Excel（.xls）"),
        ("a.et", junk.ole("Workbook", "ETExtData"), "WPS 表格（.et）"),
        ("a.xlsx", junk.ole("EncryptedPackage", "EncryptionInfo"), "打开密码"),
        ("a.doc", junk.ole("WordDocument"), "Word"),
        ("a.xlsx", junk.ole("Other"), "不是 Excel 工作簿"),
        ("a.xlsx", "单位,数量\n甲,1\n".encode(), "文本表格（CSV），只是扩展名像工作簿"),
        ("a.csv", "单位,数量\n甲,1\n".encode(), "是文本表格（CSV），不是工作簿"),
        ("a.json", b'{"form": "gov2020", "year": 2020}', "是文本数据（JSON），不是工作簿"),
        ("a.XLSX", b"\xef\xbb\xbf [1, 2]", "其实是文本数据（JSON），只是扩展名像工作簿"),
        ("a.pdf", b"%PDF-1.7", "不是工作簿"),
        ("a.xlsx", "单位,数量\n甲,1\n".encode("gb18030"), "文本表格（CSV）"),
        ("a.xlsx", "单位\t数量\n甲\t1\n".encode("utf-16"), "文本表格（CSV）"),
        ("a.xls", b"<html><body><table></table></body></html>", "网页（HTML）"),
        ("a.xlsx", b"\xef\xbb\xbf  <!DOCTYPE html><p>", "网页（HTML）"),
        ("a.xlsx", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML 表格"),
        ("a.xlsx", b"<?xml version='1.0'?><a/>", "XML 文件"),
        ("a.xlsx", b"hello", "文本文件"),
        ("a.xlsx", b"%PDF-1.7\n", "PDF"),
        ("a.xlsx", b"\x00\x01\x02\x03", "不是 Excel 工作簿"),
        ("a.xlsx", b"\x62\x14\x23\x65" + bytes(8) + b"E-SafeNet\x00\x00\x00LOCK" + bytes(500), "加密软件"),
        ("a.xlsx", b"%TSD-Header-###%" + Random(1).randbytes(8000), "加密软件"),
        ("a.xlsx", Random(2).randbytes(20_000), "加密软件"),
        ("a.xlsx", b"\x1f\x8b" + Random(2).randbytes(20_000), "压缩包"),
        ("a.xlsx", junk.ole("EncryptedPackage", "\x06DataSpaces", "DRMEncryptedDataSpace", "DRMEncryptedTransform"), "权限管理"),
        ("a.xls", junk.ole("Workbook", "\x09DRMContent"), "权限管理"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "不是 Excel 工作簿"),
        ("a.xlsx", b"PK\x03\x04" + bytes(200), "不完整或已损坏"),
        ("a.xlsx", b"", "0 字节"),
        ("a.xlsx", junk.package({"word/document.xml": "<a/>"}), "Word 文档"),
        ("a.xlsx", junk.package({"xl/workbook.bin": b"x", "[Content_Types].xml": T}), ".xlsb"),
        ("a.xlsx", junk.package({"content.xml": "<a/>", "mimetype": "x"}), "OpenDocument"),
        ("a.xlsx", junk.package({"甲.xlsx": b"x"}), "普通压缩包"),
        ("a.xlsm", junk.package({"[Content_Types].xml": T, "xl/vbaProject.bin": b"x"}), "宏"),
        ("a.xlsx", junk.package(junk.with_main("application/vnd.ms-excel.sheet.macroEnabled.main+xml")), "宏"),
        ("a.xlsx", junk.package(junk.with_macros("vbaProject")), "宏"),
        ("a.xlsx", junk.package(junk.with_macros("xlMacrosheet")), "宏"),
        ("a.xlsx", junk.package(junk.with_main("application/vnd.ms-excel.sheet.binary.macroEnabled.main")), ".xlsb"),
        ("a.xlsx", junk.package(junk.with_main(f"application/vnd.{junk.WORD}.main+xml")), "Word 文档"),
        ("a.xlsx", junk.encrypted_zip(), "加了密码"),
        ("a.xlsx", junk.package({"[Content_Types].xml": T}), "已损坏"),
        ("a.xlsx", junk.many_parts(3000), "大得不正常"),
        ("~$a.xlsx", b"\x05user", "临时文件"),
    ],
)  # fmt: skip
def test_each_kind_of_file_is_called_by_its_name(tmp_path, name, content, says):
    """The sentence says what the file really is."""
    path = tmp_path / name
    path.write_bytes(content)
    assert says in sentence(path)


def test_a_missing_file_a_folder_and_a_pipe(tmp_path):
    """Neither hangs nor shows a traceback."""
    assert "找不到" in sentence(tmp_path / "没有.xlsx")
    assert "文件夹" in sentence(tmp_path)
    assert "读不出来" in sentence(tmp_path / ("长" * 300 + ".xlsx"))
    assert "路径无效" in sentence(tmp_path / "a\x00b.xlsx")
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "不是普通文件" in sentence(tmp_path / "pipe.xlsx")


def test_a_file_without_permission(tmp_path):
    """The right to read is missing; root, who may read everything, becomes nobody for the while."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        assert "权限" in sentence(path)
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_another_program_holds(tmp_path, monkeypatch):
    """Windows refuses to open a file that is open exclusively; root is never refused, so the refusal is played."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(type(path), "open", refuse)
    assert "权限" in sentence(path)


@pytest.mark.long
@pytest.mark.parametrize("bomb", [junk.zip_bomb, junk.lying_bomb, lambda: junk.blanks(100)])
def test_bombs_stop_within_bounded_memory(tmp_path, bomb):
    """Whatever sizes a package claims, no more is unpacked than the limit."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(bomb())
    tracemalloc.start()
    with pytest.raises(InputError, match=r"大得不正常|损坏"):
        read_workbook(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * intake.MAX_UNPACKED


def test_a_file_over_the_limit_is_not_read(tmp_path):
    """A file of gigabytes is refused by its size."""
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(intake.MAX_FILE + 1)
    assert "大得不正常" in sentence(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet3.xml", "_rels/.rels"])
@pytest.mark.parametrize("text", [junk.BOMB, junk.EXTERNAL, "<!doctype x><x/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_part_that_is_parsed_has_no_doctype(good, tmp_path, part, text, encoding):
    """Entity bombs and external entities, in any encoding, before a parser sees them."""
    package = Package(good)
    package.parts[part] = text.encode(encoding)
    assert "DOCTYPE" in sentence(package.save(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "utf-32", "gb18030"])
def test_parts_in_other_encodings_are_not_read(good, tmp_path, encoding):
    """OOXML knows UTF-8 and UTF-16 only; anything else could hide a DOCTYPE."""
    package = Package(good)
    package.parts["xl/styles.xml"] = f"<?xml version='1.0' encoding='{encoding}'?>{junk.BOMB}".encode(encoding)
    assert re.search("已损坏|DOCTYPE", sentence(package.save(tmp_path / "a.xlsx")))


@pytest.mark.long
def test_prose_about_doctypes_is_prose(tmp_path):
    """What staff type is text: only markup counts."""
    path = tmp_path / "a.xlsx"
    text = "<!DOCTYPE html> 和 <!ENTITY x> 是网页的写法"
    write_workbook(Filing(form=find_form("gov2019"), values={"report.year": 2020, "problems.text": text}), path)
    assert text == read_workbook(path).values["problems.text"]


def test_every_truncation_is_refused(good, tmp_path):
    """A file that was cut off on its way is never read in part."""
    data = good.read_bytes()
    path = tmp_path / "a.xlsx"
    for size in (10, 30, 100, 1000, len(data) // 2, len(data) - 30, len(data) - 1):
        path.write_bytes(data[:size])
        assert "已损坏" in sentence(path)


def test_a_part_twice_is_refused(good, tmp_path):
    """Two parts of one name: programs would not agree which counts."""
    path = tmp_path / "a.xlsx"
    parts = Package(good).parts
    with pytest.warns(UserWarning, match="Duplicate"):
        path.write_bytes(_twice(parts))
    assert "已损坏" in sentence(path)


def _twice(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr("xl/workbook.xml", parts["xl/workbook.xml"])
    return buffer.getvalue()


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/worksheets/sheet2.xml", "xl/styles.xml"],
)
@pytest.mark.parametrize("data", [b"", b"<a>", b"<a/>", b"\xff\xfe", b"not xml"])
def test_broken_parts_never_show_a_traceback(good, tmp_path, part, data):
    """A broken part ends in a sentence, or in findings where the rest can still be read."""
    package = Package(good)
    package.parts[part] = data
    path = package.save(tmp_path / "a.xlsx")
    try:
        told = [finding.message for finding in read_workbook(path).findings]
    except InputError as error:
        told = [str(error)]
    assert all("请" in message for message in told)
    assert told or part == "xl/styles.xml"


@pytest.mark.long
def test_a_workbook_that_is_not_ours(tmp_path, good):
    """Any other workbook is told so; a form that is not at hand is named."""
    package = Package(good)
    for name in package.names().values():
        name.getparent().remove(name)
    for title in package.titles():
        data = package.sheet(title).find(f"{M}sheetData")
        for row in list(data):
            data.remove(row)
    assert "不是本工具发出的填报工作簿" in sentence(package.save(tmp_path / "别的.xlsx"))
    package = Package(good)
    for title in package.titles():
        for cell in package.sheet(title).iter(f"{M}c"):
            if cell.get("t") == "s" and package.strings()[int(cell.findtext(f"{M}v"))] == "gov2019":
                cell.set("t", "str")
                cell.find(f"{M}v").text = "别的表样"
    assert "--form" in sentence(package.save(tmp_path / "b.xlsx"))


def test_what_no_program_writes_is_damage(good, tmp_path):
    """Two cells in one place, or two sheets of one title: programs would not agree which counts."""
    package = Package(good)
    cell = package.cell("三 依申请公开", "A7")
    cell.getparent().append(copy.deepcopy(cell))
    assert "已损坏" in sentence(package.save(tmp_path / "a.xlsx"))
    package = Package(good)
    package.entry("校验").set("name", "填表说明")
    assert "已损坏" in sentence(package.save(tmp_path / "b.xlsx"))


@pytest.mark.long
def test_forged_sheets_end_soon(good, tmp_path):
    """Endless lists of areas, and shared formulas that would be translated for hours, are damage."""
    package = Package(good)
    rule = package.sheet("三 依申请公开").find(f"{M}dataValidations")[0]
    rule.set("sqref", " ".join(f"A{n}" for n in range(1, 30_000)))
    assert "已损坏" in sentence(package.save(tmp_path / "a.xlsx"))
    package = Package(good)
    for n in range(1, 500):
        cell = package.cell("填表说明", f"Z{n}")
        put(cell, "n", "1", "1" + "+A1" * 2700 if n == 1 else "")
        formula = cell.find(f"{M}f")
        formula.set("t", "shared")
        formula.set("si", "0")
    assert "已损坏" in sentence(package.save(tmp_path / "b.xlsx"))


@pytest.mark.parametrize(
    "before", [b"\r\n", b"\xef\xbb\xbf", b"------WebKitFormBoundary\r\nContent-Type: x\r\n\r\n", b"HTTP/1.1 200 OK\n\n"]
)
def test_something_before_the_package_is_named(tmp_path, before):
    """A line break, a mark of encoding, the head of a transfer: a good workbook spoilt on the way, not encryption."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(before + bytes([80, 75, 3, 4]) + bytes(range(256)) * 20)
    with pytest.raises(InputError, match="开头多了别的内容"):
        read_workbook(path)
