"""Everything that people do to a workbook, as cases that are carried out: what happens, and what is said of it.

The table in docs/ is made of them (scripts/build_message_docs.py), and each is a test.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.command import xlreport
from support.figures import huaian_2024, shanghai_2019
from support.returns import junk
from support.returns.damages import (
    copy_labels,
    cut_and_paste,
    hide,
    insert_column,
    lose_names,
    rename_sheet,
    set_meta,
    swap_rows,
    take_sheet,
)
from support.returns.package import REL, M, Package, address_of, move_rows, put, reference
from xlreport.filing import Filing, Meta
from xlreport.forms import find_form
from xlreport.workbook.layout.sheets import template_version
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Sheets that the cases name.
REQUESTS, BASICS, PROBLEMS = "三 依申请公开", "基本信息", "五 问题和改进"

COUNT, SIGNED, MONEY = "disclosure.licensing.decisions", "disclosure.licensing.change", "disclosure.procurement.amount"
DATE, PROSE, TEXT = "report.date", "problems.text", "unit.name"

VALUES = shanghai_2019() | {"unit.code": "11370000MB2841234X"}


class Case(NamedTuple):
    """One thing that happens. `make` damages a copy of the sent workbook, or writes another file, in a folder.

    `rule` is the finding that it gives, at `level`; "" where nothing is to be said. `value` is what is read for `field`.
    """

    group: str
    what: str
    make: Callable[[Path, Path], Path]
    rule: str
    level: str
    field: str = ""
    value: float | str | None = None
    options: tuple[str, ...] = ()
    refused: bool = False


class Outcome(NamedTuple):
    """What the command line said: the messages of the case's rule, how many other findings there are, the status."""

    messages: tuple[str, ...]
    levels: tuple[str, ...]
    others: tuple[str, ...]
    status: int


def sent(folder: Path) -> Path:
    """The workbook that was sent out and filled in: nothing is to be said of it."""
    path = folder / "sent.xlsx"
    form = find_form("gov2019")
    meta = Meta(
        form=form.id,
        form_version=form.version,
        template_version=template_version(form),
        unit_code="11370000MB2841234X",
        year=2019,
    )
    write_workbook(Filing(form=form, values=dict(VALUES), meta=meta), path)
    return path


def carry_out(case: Case, workbook: Path, folder: Path) -> Outcome:
    """Make the case's file in `folder`, and check it on the command line."""
    path = case.make(workbook, folder)
    with _no_permission() if case.refused else _as_usual():
        said = xlreport("check", path, "--json", *case.options)
    if not said.out:
        return Outcome((said.err.strip().replace(f"{folder}/", ""),), ("error",), (), said.status)
    (told,) = json.loads(said.out)
    found = [each for each in told["findings"] if each["rule"] == case.rule]
    others = [each["rule"] for each in told["findings"] if each["rule"] != case.rule]
    messages = tuple(each["message"].replace(f"{folder}/", "") for each in found)
    return Outcome(messages, tuple(each["level"] for each in found), tuple(others), said.status)


@contextmanager
def _as_usual() -> Iterator[None]:
    yield


@contextmanager
def _no_permission() -> Iterator[None]:
    """The system refuses to open files, as Windows does for one that is open elsewhere; root is never refused."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        yield


# What is typed

_CLUMSY, _DAMAGE, _NOT_OURS = "填写的内容", "工作簿的改动", "不是填报工作簿"


def _edited(*steps: Callable[[Package], object]) -> Callable[[Path, Path], Path]:
    """A copy of the sent workbook with these changes."""

    def make(workbook: Path, folder: Path) -> Path:
        package = Package(workbook)
        for step in steps:
            step(package)
        return package.save(folder / "填报.xlsx")

    return make


def _cell(field: str, *content: str | None) -> Callable[[Package], object]:
    return lambda package: put(package.cell(*address_of(package, field)), *content)


def _at(title: str, address: str, *content: str | None) -> Callable[[Package], object]:
    return lambda package: put(package.cell(title, address), *content)


def _formatted(field: str, code: str, number: str) -> Callable[[Package], object]:
    def change(package: Package) -> None:
        styles = package.tree("xl/styles.xml")
        formats = styles.find(f"{M}numFmts")
        formats.append(styles.makeelement(f"{M}numFmt", numFmtId="200", formatCode=code))
        xfs = styles.find(f"{M}cellXfs")
        xfs.append(xfs.makeelement(f"{M}xf", numFmtId="200"))
        cell = package.cell(*address_of(package, field))
        cell.set("s", str(len(xfs) - 1))
        put(cell, "n", number)

    return change


def _rich(field: str, *runs: str) -> Callable[[Package], object]:
    def change(package: Package) -> None:
        cell = package.cell(*address_of(package, field))
        put(cell, "inlineStr", "")
        (inline,) = cell
        inline.clear()
        for run in runs:
            text = inline.makeelement(f"{M}t")
            text.text = run
            inline.append(inline.makeelement(f"{M}r"))
            inline[-1].append(text)

    return change


def _typed(text: str, value: float | str | None, field: str = COUNT, kind: str = "inlineStr", what: str = "") -> Case:
    """Something that is understood, with a note."""
    return Case(_CLUMSY, what or f"填“{text}”", _edited(_cell(field, kind, text)), "cleaned", "note", field, value)


def _silent(what: str, value: float | str | None, field: str, *content: str | None) -> Case:
    """Something that is as it should be, or that changes nothing."""
    return Case(_CLUMSY, what, _edited(_cell(field, *content)), "", "", field, value)


def _wrong(
    text: str, rule: str = "unreadable", field: str = COUNT, what: str = "", content: tuple[str, ...] = ()
) -> Case:
    """Something that is an error."""
    make = _edited(_cell(field, *(content or ("inlineStr", text))))
    return Case(_CLUMSY, what or f"填“{text}”", make, rule, "error", field, None)


LONG = "字" * 32_766 + "。"

CLUMSY = (
    _typed("３", 3),
    _typed("1,234", 1234),
    _typed("12 ", 12, what="填“12 ”（后面有空格）"),
    _typed("　12", 12, what="填“　12”（前面有全角空格）"),
    _typed("12件", 12),
    _typed("12", 12, what="数字 12 存成了文本"),
    _typed("22（其中修订16件）", 22),
    _typed("+3", 3),
    _typed("3.0", 3, what="文本“3.0”"),
    _typed("3.0000001", 3, kind="n", what="公式结果粘贴成的 3.0000001"),
    _typed("251000元", 25.1, MONEY, what="万元格里填“251000元”"),
    _typed("25.1万元", 25.1, MONEY, what="万元格里填“25.1万元”"),
    _typed("-", "/"),
    _typed("—", "/"),
    _typed("无", "/"),
    _typed("／", "/"),
    _silent("填“/”", "/", COUNT, "inlineStr", "/"),
    _silent("留空", None, COUNT, None),
    _silent("填 0", 0, COUNT, "n", "0"),
    _silent("增减格里填 -8", -8, SIGNED, "n", "-8"),
    _typed("   ", None, what="只填了空格"),
    _wrong("约3"),
    _wrong("3-1"),
    _wrong("十二"),
    _wrong("12人"),
    _wrong("1.2万"),
    _wrong("22（约数）"),
    _wrong("", "out_of_range", what="件数格里填 3.5", content=("n", "3.5")),
    _wrong("", "out_of_range", what="件数格里填 -3", content=("n", "-3")),
    _wrong("", "out_of_range", what="填了十位数", content=("n", "1234567890")),
    _wrong("", what="件数格里是日期（如把 3-1 打成了 3月1日）", content=("d", "2020-03-01")),
    _wrong("", what="件数格里是 TRUE", content=("b", "1")),
    _wrong("", what="件数格里是错误值 #REF!", content=("e", "#REF!")),
    _wrong("", "formula_in_input", what="件数格里是公式", content=("n", "3", "1+2")),
    _wrong("", "formula_in_input", PROSE, "文字格里是公式", ("str", "甲", '"甲"')),
    Case(_CLUMSY, "数字格式把 12 显示成 120", _edited(_formatted(COUNT, '0"0"', "12")), "number_format", "error", COUNT, 12),
    Case(_CLUMSY, "百分比格式把 12 显示成 1200%", _edited(_formatted(COUNT, "0%", "12")), "number_format", "error", COUNT, 12),
    Case(_CLUMSY, "以千为单位的格式把 12000 显示成 12", _edited(_formatted(COUNT, "0,", "12000")), "number_format", "error", COUNT, 12000),
    Case(_CLUMSY, "隐藏格式 ;;; 使数字不显示", _edited(_formatted(COUNT, ";;;", "12")), "number_format", "error", COUNT, 12),
    Case(_CLUMSY, "小数位数少，25.14 显示成 25.1", _edited(_formatted(MONEY, "0.0", "25.14")), "number_format", "error", MONEY, 25.14),
    Case(_CLUMSY, "数字格式把 12 显示成 12件", _edited(_formatted(COUNT, '0"件"', "12")), "number_format", "note", COUNT, 12),
    _typed("二〇二〇年一月三十一日", "2020年1月31日", DATE, what="日期填“二〇二〇年一月三十一日”"),
    _typed("20200131", "2020年1月31日", DATE, what="日期填“20200131”"),
    _silent("日期填“2020-1-31”", "2020年1月31日", DATE, "inlineStr", "2020-1-31"),
    _wrong("2020年2月30日", "out_of_range", DATE, "日期填“2020年2月30日”"),
    _wrong("1月31日", "unreadable", DATE, "日期填“1月31日”"),
    _typed("甲_x0007_乙", "甲乙", TEXT, what="单位名称里有看不见的控制字符"),
    _silent("文字有 32,767 个字", LONG, PROSE, "inlineStr", LONG),
    _silent("文字里有表情符号", "😀", TEXT, "inlineStr", "😀"),
    Case(_CLUMSY, "文字有几种字体（富文本）", _edited(_rich(TEXT, "甲", "乙局")), "", "", TEXT, "甲乙局"),
    _silent("文字换行是 CRLF", "第一段。\n第二段还有许多许多话要说，不能太短。", PROSE, "inlineStr", "第一段。_x000D_\n第二段还有许多许多话要说，不能太短。"),
    _silent("文字里有制表符", "甲\t乙，这里还有许多许多话要说，不能太短。", PROSE, "inlineStr", "甲\t乙，这里还有许多许多话要说，不能太短。"),
    _silent("文字以“=”开头", "=甲局", TEXT, "inlineStr", "=甲局"),
    _silent("文字以“@”开头", "@甲局", TEXT, "inlineStr", "@甲局"),
)  # fmt: skip


# What is done to the workbook


def _damaged(what: str, rule: str, level: str, *steps: Callable[[Package], object]) -> Case:
    return Case(_DAMAGE, what, _edited(*steps), rule, level)


def _attribute(title: str, key: str, value: str) -> Callable[[Package], object]:
    return lambda package: package.entry(title).set(key, value)


def _move_sheet(package: Package) -> None:
    package.book.find(f"{M}sheets").append(package.entry(REQUESTS))


def _add_sheet(package: Package) -> None:
    """A copy of the guide, with a part of its own."""
    part = package.part_of("填表说明")
    own = part.removeprefix("xl/")
    package.parts["xl/worksheets/sheet99.xml"] = package.parts[part]
    for listing, key in (("[Content_Types].xml", "PartName"), ("xl/_rels/workbook.xml.rels", "Target")):
        tree = package.tree(listing)
        entry = next(each for each in tree if (each.get(key) or "").endswith(own))
        new = deepcopy(entry)
        new.set(key, entry.get(key).replace(own, "worksheets/sheet99.xml"))
        if new.get("Id"):
            new.set("Id", "rId99")
        tree.append(new)
    sheet = deepcopy(package.entry("填表说明"))
    sheet.attrib.update({"name": "草稿", "sheetId": "99", f"{{{REL}}}id": "rId99"})
    package.book.find(f"{M}sheets").append(sheet)


def _without(title: str, tag: str) -> Callable[[Package], object]:
    def change(package: Package) -> None:
        sheet = package.sheet(title)
        sheet.remove(sheet.find(f"{M}{tag}"))

    return change


def _unlocked(package: Package) -> None:
    package.book.remove(package.book.find(f"{M}workbookProtection"))


def _merge(package: Package) -> None:
    merges = package.sheet(REQUESTS).find(f"{M}mergeCells")
    merges.append(merges.makeelement(f"{M}mergeCell", ref="D9:E9"))


def _astray(package: Package) -> None:
    package.names()["requests.granted.natural"].text = reference(REQUESTS, 29, 3)


def _lost_name(package: Package) -> None:
    lose_names(package, "requests.granted.natural")


def _nameless(package: Package) -> None:
    lose_names(package, "requests.")
    for each in package.sheet(REQUESTS).iter(f"{M}c"):
        if each.get("t") == "s":
            put(each, None)


def _hide_column(package: Package) -> None:
    for column in package.sheet(REQUESTS).iter(f"{M}col"):
        if column.get("min") == "4":
            for key, value in (("min", "5"), ("max", "5"), ("hidden", "1")):
                column.set(key, value)


def _other_form(_: Path, folder: Path) -> Path:
    path = folder / "填报.xlsx"
    write_workbook(Filing(form=find_form("gov2021"), values=dict(huaian_2024())), path)
    return path


DAMAGE = (
    _damaged("合计的公式被数字覆盖", "formula_replaced", "error", _cell("requests.new.total", "n", "7")),
    _damaged("合计的公式被删除", "formula_replaced", "error", _cell("requests.new.total", None)),
    _damaged("合计的公式被改动", "formula_replaced", "error", _cell("requests.new.total", "n", "821", "SUM(D7:D7)")),
    _damaged("公式完好而显示的合计不对", "shown_total", "note", _cell("requests.new.total", "n", "999", "SUM(D7:I7)")),
    _damaged("项目名称被改动", "label_edited", "note", _at(REQUESTS, "A9", "inlineStr", "（一）同意公开")),
    _damaged("项目名称被删除", "label_edited", "note", _at(REQUESTS, "A9", None)),
    _damaged("两个列名互换", "row_moved", "error", lambda p: copy_labels(p, REQUESTS, {"E6": "F6", "F6": "E6"})),
    _damaged("插入一行", "row_moved", "error", lambda p: move_rows(p, REQUESTS, 9, 1)),
    _damaged("删除一行", "row_moved", "error", lambda p: move_rows(p, REQUESTS, 9, -1)),
    _damaged("行被排序", "row_moved", "error", lambda p: swap_rows(p, REQUESTS, 7, 8)),
    _damaged("插入一列", "column_moved", "error", lambda p: insert_column(p, REQUESTS, "E")),
    _damaged("工作表改名", "sheet_renamed", "note", lambda p: rename_sheet(p, REQUESTS, "Sheet3")),
    _damaged("工作表移动", "sheet_moved", "note", _move_sheet),
    _damaged("填报的工作表被删除", "sheet_missing", "error", lambda p: take_sheet(p, REQUESTS)),
    _damaged("不填报的工作表被删除", "sheet_missing", "note", lambda p: take_sheet(p, "填表说明")),
    _damaged("多出工作表", "sheet_added", "note", _add_sheet),
    _damaged("工作表被隐藏", "sheet_hidden", "note", _attribute(PROBLEMS, "state", "hidden")),
    _damaged("单元格的名称丢失", "name_lost", "note", _lost_name),
    _damaged("名称和周围文字都丢失", "name_lost", "error", _nameless),
    _damaged("名称指向别处", "name_moved", "error", _astray),
    _damaged("单元格剪切后粘贴到另一格", "name_moved", "error", lambda p: cut_and_paste(p, REQUESTS, "D9", "D10")),
    _damaged("填写格的输入限制丢失", "validation_gone", "note", _without(REQUESTS, "dataValidations")),
    _damaged("工作表的保护被撤销", "protection_gone", "note", _without(REQUESTS, "sheetProtection")),
    _damaged("工作簿的结构保护被撤销", "protection_gone", "note", _unlocked),
    _damaged("隐藏了行", "hidden_rows", "note", lambda p: hide(p, REQUESTS, rows=("9", "10"))),
    _damaged("隐藏了列", "hidden_rows", "note", _hide_column),
    _damaged("填写格被合并", "merged", "error", _merge),
    _damaged("表外写了内容", "stray", "note", _at(REQUESTS, "P30", "n", "5")),
    _damaged("别的单位的工作簿", "other_unit", "warning", _cell("unit.code", "inlineStr", "11370000MB9999999X")),
    _damaged("报告年度与工作簿不同", "other_year", "error", _cell("report.year", "n", "2020")),
    _damaged("旧版模板，位置未变", "older_template", "note", lambda p: set_meta(p, "template_version", "0.9")),
    _damaged(
        "旧版模板，位置已变", "older_template", "note",
        lambda p: set_meta(p, "template_version", "0.9"), lambda p: move_rows(p, REQUESTS, 9, 2),
    ),
    _damaged("比程序新的模板", "newer_template", "note", lambda p: set_meta(p, "template_version", "99.1")),
    Case(_DAMAGE, "另一种表样的工作簿", _other_form, "other_form", "error", options=("--form", "gov2019")),
    _damaged("内部工作表变为普通隐藏（LibreOffice 保存过）", "meta_visible", "note", _attribute("_meta", "state", "hidden")),
    _damaged("内部工作表被删除", "meta_lost", "note", lambda p: take_sheet(p, "_meta")),
)  # fmt: skip


# What is no workbook of ours


def _junk(what: str, name: str, content: bytes | Callable[[], bytes]) -> Case:
    def make(_: Path, folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content())
        return path

    return Case(_NOT_OURS, what, make, "unreadable", "error")


def _part(what: str, content: str) -> Case:
    def change(package: Package) -> None:
        package.parts["xl/worksheets/sheet3.xml"] = content.encode()

    return Case(_NOT_OURS, what, _edited(change), "unreadable", "error")


def _truncated(workbook: Path, folder: Path) -> Path:
    path = folder / "填报.xlsx"
    path.write_bytes(workbook.read_bytes()[:20_000])
    return path


def _folder(_: Path, folder: Path) -> Path:
    path = folder / "填报"
    path.mkdir()
    return path


def _copied(workbook: Path, folder: Path) -> Path:
    path = folder / "填报.xlsx"
    path.write_bytes(workbook.read_bytes())
    return path


_TYPES = junk.CONTENT_TYPES

NOT_OURS = (
    _junk("旧版 Excel（.xls）", "填报.xls", junk.ole("Workbook")),
    _junk("旧版 Excel 改了扩展名", "填报.xlsx", junk.ole("Workbook")),
    _junk("WPS 表格（.et）", "填报.et", junk.ole("Workbook", "ETExtData")),
    _junk("CSV 改了扩展名", "填报.xlsx", "单位,数量\n甲,1\n".encode("gb18030")),
    _junk("网页改了扩展名", "填报.xlsx", b"<html><body><table></table></body></html>"),
    _junk("设了打开密码", "填报.xlsx", junk.ole("EncryptedPackage", "EncryptionInfo")),
    _junk("加了密码的压缩包", "填报.xlsx", junk.encrypted_zip()),
    _junk("含宏的工作簿（.xlsm）", "填报.xlsm", junk.package({"[Content_Types].xml": _TYPES, "xl/vbaProject.bin": b"x"})),
    _junk("二进制工作簿（.xlsb）", "填报.xlsx", junk.package({"[Content_Types].xml": _TYPES, "xl/workbook.bin": b"x"})),
    _junk("OpenDocument 表格（.ods）", "填报.xlsx", junk.package({"content.xml": "<a/>", "mimetype": "x"})),
    _junk("Word 文档", "填报.xlsx", junk.package({"word/document.xml": "<a/>"})),
    _junk("普通压缩包", "填报.xlsx", junk.package({"甲.xlsx": b"x"})),
    _junk("PDF", "填报.xlsx", b"%PDF-1.7\n"),
    Case(_NOT_OURS, "文件没有传完", _truncated, "unreadable", "error"),
    _junk("压缩炸弹", "填报.xlsx", junk.zip_bomb),
    _junk("一百兆的空白格", "填报.xlsx", lambda: junk.blanks(100)),
    _part("XML 炸弹", junk.BOMB),
    _part("引用外部文件的 XML", junk.EXTERNAL),
    _junk("0 字节的文件", "填报.xlsx", b""),
    _junk("打开时留下的临时文件（~$）", "~$填报.xlsx", b"\x05user"),
    Case(_NOT_OURS, "文件夹", _folder, "unreadable", "error"),
    Case(_NOT_OURS, "文件不存在", lambda _, folder: folder / "填报.xlsx", "unreadable", "error"),
    Case(_NOT_OURS, "没有读取的权限，或被别的程序占用", _copied, "unreadable", "error", refused=True),
    Case(
        _NOT_OURS, "别处来的工作簿", _edited(lambda p: lose_names(p, ""), *(lambda p, t=t: _blank(p, t) for t in range(12))),
        "unreadable", "error",
    ),
)  # fmt: skip


def _blank(package: Package, number: int) -> None:
    """Take every text off one sheet."""
    titles = package.titles()
    for each in package.sheet(titles[number]).iter(f"{M}c") if number < len(titles) else ():
        put(each, None)


CASES = (*CLUMSY, *DAMAGE, *NOT_OURS)
