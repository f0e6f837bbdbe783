"""Packages: what is in them, that they are reproducible, and when they are refused."""

from __future__ import annotations

import email
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import docx
import msgspec
import pytest
from lxml import etree

from support.figures import huaian_2024, shanghai_2019
from support.word_documents import W
from xlreport.errors import UsageError
from xlreport.filing import Filing, Meta
from xlreport.filing_json import read_json
from xlreport.finding import CellRef, Finding
from xlreport.forms import find_form, load_form
from xlreport.mail import package as package_module
from xlreport.mail.package import package_report
from xlreport.mail.receipt import Receipt, record
from xlreport.mail.settings import MailSettings, Settings
from xlreport.published.archive import open_package, sha256
from xlreport.published.own_mark import with_comment
from xlreport.report.output_names import names_in
from xlreport.report.publish import publish
from xlreport.reviewing.reviewed import Review
from xlreport.version import __version__


class Tomorrow(datetime):
    """A clock a day ahead."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=1)


ADDRESS = {
    "upward.name": "市政府办公厅",
    "upward.email": "upward@example.gov.cn",
    "contact.name": "办公室",
    "contact.phone": "0631-5200000",
}

WARNING = Finding(
    rule="jump[requests.new.total]",
    level="warning",
    message="“三 依申请公开”J8：新收申请数比上年增长6倍，请核对",
    cells=(CellRef(field="requests.new.total", sheet="三 依申请公开", address="J8"),),
    explanation="上年受疫情影响，申请少。",
)


class Desk:
    """A folder with one workbook and what is made of it."""

    def __init__(self, folder, values, form="gov2019"):
        self.folder = folder / "输出"
        self.workbook = folder / "填报.xlsx"
        self.workbook.write_bytes(b"PK\x03\x04 the clerk's bytes")
        self.form = find_form(form)
        self.values = values | ADDRESS
        self.prose = {"overview.proactive": "本年度公开政府信息1条。"}
        self.findings = ()
        self.settings = Settings()

    @property
    def filing(self):
        return Filing(form=self.form, meta=Meta(template_version="1.1"), values=self.values, source="填报.xlsx")

    @property
    def docx(self):
        return self.folder / f"{names_in(self.filing, self.folder).report}.docx"

    @property
    def review(self):
        return Review.unchecked(self.filing, findings=self.findings, prose=self.prose)

    def publish(self, formats=("docx", "json")):
        publish(self.review, self.folder, formats=formats)

    def package(self, **options):
        return package_report(self.workbook, self.review, self.folder, settings=self.settings, **options)

    def edit(self, change):
        """Edit the report as a person does in Word."""
        document = docx.Document(self.docx)
        change(document)
        document.save(self.docx)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, shanghai_2019())


def errors(result):
    return [finding for finding in result.findings if finding.level == "error"]


def notes(result):
    return [finding.message for finding in result.findings if finding.level == "note"]


def cell_of(document, label, column):
    """The cell in the row with this label; `column` counts from the right, -1 is the last."""
    for table in document.tables:
        for row in table.rows:
            texts = ["".join(cell.text.split()) for cell in row.cells]
            if label in texts:
                return row.cells[column]
    raise LookupError(label)


def test_package_holds_every_part_with_its_hash(desk):
    """Workbook, report, figures and findings are in the zip, listed with SHA-256, form, template and tool."""
    desk.findings = (WARNING,)
    desk.publish(("docx", "json", "html"))
    result = desk.package()
    manifest, parts, data = open_package(result.path)
    stem = "上海市人民政府办公厅_2019"
    assert f"{stem}_报送包.zip" == result.path.name
    assert (0, sha256(data)) == (result.status, result.sha256)
    assert {entry.kind: (entry.name, sha256(parts[entry.name])) for entry in manifest.parts} == {
        "workbook": (f"{stem}_填报工作簿.xlsx", sha256(desk.workbook.read_bytes())),
        "docx": (f"{stem}_政府信息公开工作年度报告.docx", sha256(desk.docx.read_bytes())),
        "html": (
            f"{stem}_政府信息公开工作年度报告.html",
            sha256(desk.docx.with_suffix(".html").read_bytes()),
        ),
        "json": (
            f"{stem}_政府信息公开工作年度报告.json",
            sha256(parts[f"{stem}_政府信息公开工作年度报告.json"]),
        ),
        "findings": ("核对情况.json", sha256(parts["核对情况.json"])),
        "findings_page": ("核对情况.html", sha256(parts["核对情况.html"])),
        "self_check": ("自查表.html", sha256(parts["自查表.html"])),
    }
    assert ("上海市人民政府办公厅", 2019, "gov2019", "1", "1.1", "xlreport") == (
        manifest.unit,
        manifest.year,
        manifest.form,
        manifest.form_version,
        manifest.template_version,
        manifest.tool,
    )
    assert str(WARNING.explanation) in parts["核对情况.html"].decode()
    (finding,) = json.loads(parts["核对情况.json"])["findings"]
    assert (WARNING.rule, WARNING.explanation) == (finding["rule"], finding["explanation"])


def test_json_in_the_package_is_the_filing(desk, tmp_path):
    """The figures come back from the package's JSON as they were filed."""
    _, parts, _ = open_package(desk.package().path)
    path = tmp_path / "back.json"
    path.write_bytes(next(data for name, data in parts.items() if name.endswith("报告.json")))
    back = read_json(path)
    filled = {id_: value for id_, value in desk.values.items() if value is not None}
    assert filled == {id_: value for id_, value in back.values.items() if value is not None}


@pytest.mark.long
def test_same_inputs_give_the_same_bytes(desk):
    """Packing again changes no byte of package, draft and sheet; times, order and names are fixed."""
    first = desk.package()
    before = [path.read_bytes() for path in (first.path, first.eml, first.signoff)]
    second = desk.package()
    assert before == [path.read_bytes() for path in (second.path, second.eml, second.signoff)]
    with zipfile.ZipFile(first.path) as archive:
        names = archive.namelist()
        assert sorted(names) == names
        assert {(1980, 1, 1, 0, 0, 0)} == {info.date_time for info in archive.infolist()}
        assert all(info.flag_bits & 0x800 for info in archive.infolist() if not info.filename.isascii())


@pytest.mark.parametrize("level", ["error", "warning"])
def test_refused_while_something_is_open(desk, level):
    """An error, or a warning nobody explained, leaves nothing behind."""
    desk.findings = (Finding(rule="balance[natural]", level=level, message="不平"),)
    result = desk.package()
    assert (1, None, desk.findings) == (result.status, result.path, result.findings)
    assert not desk.folder.exists()


@pytest.mark.parametrize(
    ("unit", "stem"),
    [
        ("某局/信访\\科:一*?", "某局_信访_科_一__"),
        ("CON", "_CON"),
        ("某局\r\nBcc: x@example.com", "某局Bcc_ x@example.com"),
        (" . ", "未填单位"),
    ],
)
def test_names_are_safe_on_every_file_system(desk, unit, stem):
    """Separators, wildcards, device names and line breaks in a unit's name do not reach a file name or a header."""
    desk.values["unit.name"] = unit
    result = desk.package()
    assert re.fullmatch(re.escape(stem) + "~[a-z2-7]{8}_2019_报送包.zip", result.path.name)
    message = email.message_from_bytes(result.eml.read_bytes(), policy=policy.default)
    assert (None, result.path.name) == (message["bcc"], list(message.iter_attachments())[-1].get_filename())


def test_edited_figure_is_refused_with_its_cell(desk):
    """A figure changed in Word is an error that names table, cell and both figures; nothing is sealed."""
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "1.本机关不掌握相关政府信息", -7), "text", "225"))
    result = desk.package()
    (error,) = errors(result)
    assert result.path is None
    assert "report_differs[requests.unavailable.not_held.natural]" == error.rule
    assert (252, 225) == (error.expected, error.actual)
    assert "第2张表第16行第4列“自然人无法提供（不掌握相关信息）数”是225，工作簿是252" in error.message
    assert [] == list(desk.folder.glob("*.zip"))


def test_cell_of_the_workbook_is_named(desk):
    """Where the filing knows its cells, the message names the workbook's sheet and cell."""
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "政府集中采购", -1), "text", "251"))
    place = CellRef(field="disclosure.procurement.amount", sheet="二 主动公开", address="C20")
    filing = msgspec.structs.replace(desk.filing, places={place.field: place})
    result = package_report(desk.workbook, Review.unchecked(filing, prose=desk.prose), desk.folder, settings=Settings())
    (error,) = errors(result)
    assert "工作簿“二 主动公开”C20是25.1" in error.message
    assert (place,) == error.cells


def test_blank_instead_of_zero_is_refused(desk):
    """Under 按0填报 the report says 0; a cell emptied in Word says something else."""
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "行政许可", -1), "text", ""))
    (error,) = errors(desk.package())
    assert (0, None) == (error.expected, error.actual)


def test_same_figure_written_otherwise_is_accepted(desk):
    """1,744 for 1744, full width and spaces say the same; that the document was touched is no error."""
    desk.values["disclosure.licensing.decisions"] = 1744
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "行政许可", -1), "text", " １,７44 "))
    assert desk.package().path is not None


@pytest.mark.long
def test_edited_label_is_refused(desk):
    """A row label changed in Word is named, old and new."""
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "行政强制", 0), "text", "行政强制措施"))
    result = desk.package()
    assert result.path is None
    assert any("原为“行政强制”，改成了“行政强制措施”" in error.message for error in errors(result))


def test_swapped_labels_are_refused(desk):
    """Labels that change places change what the figures say: read by label, not by position."""
    desk.values |= {"disclosure.penalty.decisions": 7, "disclosure.coercion.decisions": 9}
    desk.publish()

    def swap(document):
        one, other = cell_of(document, "行政处罚", 0), cell_of(document, "行政强制", 0)
        one.text, other.text = "行政强制", "行政处罚"

    desk.edit(swap)
    rules = {error.rule for error in errors(desk.package())}
    assert {"report_differs[disclosure.penalty.decisions]", "report_differs[disclosure.coercion.decisions]"} <= rules


def test_deleted_row_is_refused(desk):
    """A row deleted in Word: each of its figures is missing."""
    desk.publish()

    def delete(document):
        row = cell_of(document, "2.重复申请", -1)._tc.getparent()
        row.getparent().remove(row)

    desk.edit(delete)
    result = desk.package()
    missing = [error for error in errors(result) if "declined.repeat" in error.rule]
    assert 7 == len(missing)
    assert "找不到“自然人不予处理（重复申请）数”" in missing[0].message
    assert result.path is None


def test_deleted_table_is_refused(desk):
    """A table deleted in Word is missed."""
    desk.publish()
    desk.edit(lambda document: document.tables[-1]._tbl.getparent().remove(document.tables[-1]._tbl))
    assert any("有2张表，生成的报告是3张" in error.message for error in errors(desk.package()))


def test_edited_prose_is_a_note(desk):
    """A sentence changed in Word is sealed, and the note quotes old and new."""
    desk.publish()

    def edit(document):
        paragraph = next(p for p in document.paragraphs if "内容不够全面" in p.text)
        paragraph.runs[0].text = paragraph.text.replace("不够全面", "还不全面")
        for run in paragraph.runs[1:]:
            run.text = ""

    desk.edit(edit)
    result = desk.package()
    assert any("文字改动过" in note and "不够全面" in note and "还不全面" in note for note in notes(result))
    _, parts, _ = open_package(result.path)
    assert desk.docx.read_bytes() == next(data for name, data in parts.items() if name.endswith(".docx"))


def alter(document):
    """One sentence reworded, as a person does in Word."""
    next(p for p in document.paragraphs if "公开政府信息" in p.text).add_run("（另有改动）")


@pytest.mark.long
def test_report_that_no_record_vouches_for(desk):
    """Edited, and no data file tells by whom or whether the workbook changed: nothing is sealed; a new report is."""
    desk.publish(("docx",))
    desk.edit(alter)
    edited = desk.docx.read_bytes()
    result = desk.package()
    assert (None, ["report_unknown"]) == (result.path, [error.rule for error in errors(result)])
    assert "请重新生成报告（原来的会另存在旁边）" in errors(result)[0].message
    desk.publish()
    assert desk.package().path is not None
    assert [edited] == [path.read_bytes() for path in desk.folder.glob("*人工修改*")]


@pytest.mark.parametrize("record", [True, False])
def test_corrected_workbook(desk, record):
    """Generate, correct the workbook, package: with the data file or without, the new figures are sealed and it is said."""
    desk.publish(("docx", "html", *(["json"] if record else [])))
    desk.values["disclosure.licensing.decisions"] = 522222
    result = desk.package()
    assert ["与工作簿不再一致，已重新生成" in note for note in notes(result)] == [True]
    _, parts, _ = open_package(result.path)
    assert b"522222" in next(data for name, data in parts.items() if name.endswith("报告.html"))
    assert [] == list(desk.folder.glob("*人工修改*"))


def test_folder_without_its_record(desk):
    """Copied to another machine without the data file: all that was made is sealed as it stands, and nothing is said."""
    desk.publish(("docx", "html"))
    pdf = desk.docx.with_suffix(".pdf")
    pdf.write_bytes(with_comment(b"%PDF-1.7\n%%EOF\n", desk.docx.read_bytes(), desk.filing))
    result = desk.package()
    assert (0, []) == (result.status, notes(result))
    assert {"docx", "html", "pdf"} <= {entry.kind for entry in result.manifest.parts}


def test_page_that_nothing_vouches_for(desk):
    """An edited page without the data file, whose text differs, is left out, and the sentence says what to do."""
    desk.publish(("docx", "html"))
    page = desk.docx.with_suffix(".html")
    page.write_text(page.read_text(encoding="utf-8").replace("</h1>", "</h1><p>旧的说法。</p>", 1), encoding="utf-8")
    result = desk.package()
    assert "html" not in {entry.kind for entry in result.manifest.parts}
    assert any("没有放入报送包；要报送它，请在工作簿里改好后重新生成报告" in note for note in notes(result))


def add_comment(document):
    """As a reviewer does in Word."""
    paragraph = document.paragraphs[-1]
    document.add_comment(paragraph.runs, text="内部掌握", author="张三")


def add_revision(document):
    run = document.paragraphs[-1]._p.r_lst[0]
    inserted = etree.SubElement(run.getparent(), f"{W}ins", {f"{W}id": "901", f"{W}author": "李四"})
    inserted.append(run)


def add_hidden_text(document):
    document.paragraphs[-1].add_run("不公开").font.hidden = True


@pytest.mark.long
@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (add_comment, "里有1处批注（张三：“内部掌握”）"),
        (add_revision, "里有1处修订（李四：“"),
        (add_hidden_text, "里有1处隐藏文字（“不公开”）"),
    ],
)
def test_comments_and_revisions_stop_the_package(desk, edit, said):
    """What a reviewer left in the report goes to nobody unnoticed: a warning, until it is gone or explained."""
    desk.publish()
    desk.edit(edit)
    result = desk.package()
    warnings = [finding.message for finding in result.findings if finding.rule == "report_marks"]
    assert (None, True) == (result.path, said in warnings[0])
    assert desk.package(explain="已核对，可以公开").path is not None


def test_page_that_did_not_follow_an_edit_stays_out(desk):
    """The HTML that no longer says what the edited Word report says is left out, with a note."""
    desk.publish(("docx", "json", "html"))
    desk.edit(lambda document: document.add_paragraph("补充一段。"))
    result = desk.package()
    assert {"workbook", "docx", "json", "findings", "findings_page", "self_check"} == {
        p.kind for p in result.manifest.parts
    }
    assert any("没有放入报送包" in note for note in notes(result))


def test_edited_page_is_compared(desk):
    """Figures of an HTML page that was edited by hand are held against the workbook too."""
    desk.publish(("docx", "json", "html"))
    page = desk.docx.with_suffix(".html")
    page.write_text(page.read_text(encoding="utf-8").replace(">524<", ">542<"), encoding="utf-8")
    (error,) = errors(desk.package())
    assert (524, 542) == (error.expected, error.actual)


@pytest.mark.parametrize("page", [b"", b"\xff\xfe\x00", b"<html><p>none</p></html>"])
def test_page_without_the_tables(desk, page):
    """What lies in the place of the page and is none is refused: its figures are missing."""
    desk.publish(("docx", "json", "html"))
    desk.docx.with_suffix(".html").write_bytes(page)
    result = desk.package()
    assert result.path is None
    assert "找不到“规章本年新制作数量”" in errors(result)[0].message


def test_replaced_pdf_stays_out(desk):
    """A PDF that was not made with this report cannot be compared and is left out, with a note; it stays in the folder."""
    desk.publish()
    desk.docx.with_suffix(".pdf").write_bytes(b"%PDF-1.7 from Word")
    result = desk.package()
    assert "pdf" not in {entry.kind for entry in result.manifest.parts}
    assert any("不能核对，没有放入报送包" in note for note in notes(result))
    assert desk.docx.with_suffix(".pdf").exists()


def test_draft_is_not_sealed(desk):
    """A draft that somebody saved again in Word under the report's name is refused."""
    open_finding = Finding(rule="x", level="warning", message="待核对")
    desk.findings = (open_finding,)
    made = publish(desk.review, desk.folder, draft=True)
    desk.findings = ()
    made.files["docx"].rename(desk.docx)
    desk.edit(lambda document: None)
    result = desk.package()
    assert result.path is None
    assert any("是草稿" in error.message for error in errors(result))


@pytest.mark.long
def test_untouched_report_follows_the_workbook(desk):
    """Where the workbook changed after `generate` and nobody touched the report, it is made again, with a note."""
    desk.publish()
    desk.values["disclosure.licensing.decisions"] = 5
    result = desk.package()
    assert any("已重新生成" in note for note in notes(result))
    assert result.sha256 == desk.package().sha256
    assert "5" == cell_of(docx.Document(desk.docx), "行政许可", -1).text.strip()


def test_report_that_is_no_document(desk):
    """Garbage in the place of the report is said so."""
    desk.publish()
    desk.docx.write_bytes(b"PK\x03\x04garbage")
    with pytest.raises(Exception, match="不是完整的 Word 文档"):
        desk.package()


def test_draft_mail_is_ready_to_send(desk):
    """The .eml is unsent, addressed upward, with the package under its Chinese name in both notations."""
    result = desk.package()
    raw = result.eml.read_bytes()
    message = email.message_from_bytes(raw, policy=policy.default)
    report, attachment = message.iter_attachments()
    assert (desk.docx.name, desk.docx.read_bytes()) == (report.get_filename(), report.get_content())
    assert "1" == message["x-unsent"]
    assert "市政府办公厅 <upward@example.gov.cn>" == str(message["to"])
    assert "报送2019年上海市人民政府办公厅政府信息公开工作年度报告" == message["subject"]
    assert (result.path.name, result.path.read_bytes()) == (attachment.get_filename(), attachment.get_content())
    assert b"filename*=utf-8''%E4%B8%8A%E6%B5%B7" in raw
    assert b'name="=?utf-8?B?5LiK5rW3' in raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    part = message.get_body()
    assert part is not None
    body = part.get_content()
    assert "联系人：办公室" in body
    assert result.sha256 not in body


@pytest.mark.long
def test_package_of_yesterday_stays(desk, monkeypatch):
    """Packed again on another day with nothing changed it is the same to the byte; the page says when it was checked."""
    first = desk.package()
    page = open_package(first.path)[1]["核对情况.html"].decode()
    assert f"xlreport {__version__}" in page
    assert "_填报工作簿.xlsx" in page
    (day,) = re.findall(r"核对日期</th><td>(\d{4}年\d+月\d+日)", page)
    monkeypatch.setattr(package_module, "datetime", Tomorrow)
    again = desk.package()
    assert first.sha256 == again.sha256
    desk.values["disclosure.licensing.decisions"] = 5
    changed = open_package(desk.package().path)[1]["核对情况.html"].decode()
    assert day not in changed


def test_no_address_no_draft(desk):
    """Without an address the package and the sheet are made, and a note says what is missing."""
    del desk.values["upward.email"]
    result = desk.package()
    assert (None, True, True) == (result.eml, result.path.exists(), result.signoff.exists())
    assert any("报送邮箱没有填写" in note for note in notes(result))


def test_wrong_address_no_draft(desk):
    """What is no address is quoted in a note."""
    desk.values["upward.email"] = "办公室"
    result = desk.package()
    assert result.eml is None
    assert any("报送邮箱“办公室”不是邮箱地址" in note for note in notes(result))


def test_office_templates(desk, tmp_path):
    """Subject and body come from the office's own folder where it has them; markup in values stays text."""
    folder = tmp_path / "模板"
    folder.mkdir()
    (folder / "subject.txt").write_text("{{ unit }}\n年报 & {{ year }}", encoding="utf-8-sig")
    desk.settings = Settings(mail=MailSettings(templates="模板"), path=tmp_path / "xlreport.toml")
    message = email.message_from_bytes(desk.package().eml.read_bytes(), policy=policy.default)
    assert "上海市人民政府办公厅 年报 & 2019" == message["subject"]


def sent(result, moment="2020-01-20T10:00:00+08:00"):
    """Put on record that the package was sent."""
    record(
        result.path,
        Receipt(
            package=result.path.name,
            sha256=result.sha256,
            state="sent",
            sender="office@example.gov.cn",
            to=("upward@example.gov.cn",),
            subject="报送",
            message_id=f"<{result.sha256}@example.gov.cn>",
            when=moment,
            server="mail.example.gov.cn:465",
            size=1,
        ),
    )


@pytest.mark.long
def test_changed_after_sending_becomes_a_correction(desk):
    """What was sent and has changed is packed as 更正 beside the first package, with old and new figures."""
    first = desk.package()
    before = first.path.read_bytes()
    sent(first)
    desk.values["disclosure.licensing.decisions"] = 5
    result = desk.package()
    assert "上海市人民政府办公厅_2019_报送包_更正1.zip" == result.path.name
    assert before == first.path.read_bytes()
    correction = result.manifest.correction
    assert (1, first.sha256) == (correction.number, correction.of)
    assert [("disclosure.licensing.decisions", "行政许可处理决定数量", 0, 5)] == [
        (change.field, change.name, change.old, change.new) for change in correction.changes
    ]
    message = email.message_from_bytes(result.eml.read_bytes(), policy=policy.default)
    assert "【更正】报送2019年上海市人民政府办公厅政府信息公开工作年度报告" == message["subject"]
    body = message.get_body()
    assert body is not None
    assert "行政许可处理决定数量：原为0，改为5" in body.get_content()
    assert "行政许可处理决定数量：原为0，改为5" in result.signoff.read_text(encoding="utf-8")
    _, parts, _ = open_package(result.path)
    assert "<td>行政许可处理决定数量</td><td>0</td><td>5</td>" in parts["核对情况.html"].decode()


@pytest.mark.long
def test_correction_of_a_correction(desk):
    """Corrections are counted, each against the one before; an unsent one is made anew."""
    sent(desk.package())
    desk.values["disclosure.licensing.decisions"] = 5
    second = desk.package()
    desk.values["disclosure.licensing.decisions"] = 6
    again = desk.package()
    assert (second.path, 1) == (again.path, again.manifest.correction.number)
    assert (0, 6) == (again.manifest.correction.changes[0].old, again.manifest.correction.changes[0].new)
    sent(again)
    desk.values["disclosure.licensing.decisions"] = 7
    third = desk.package()
    assert ("上海市人民政府办公厅_2019_报送包_更正2.zip", again.sha256) == (
        third.path.name,
        third.manifest.correction.of,
    )


@pytest.mark.long
def test_nothing_changed_after_sending(desk):
    """What was sent and has not changed stays the same package, even if the workbook was saved again."""
    first = desk.package()
    sent(first)
    desk.workbook.write_bytes(b"PK\x03\x04 saved again")
    result = desk.package()
    assert (first.path, first.sha256) == (result.path, result.sha256)
    assert any("没有差别" in note for note in notes(result))


@pytest.mark.long
def test_correction_on_request(desk):
    """A package mailed by hand leaves no receipt: `correct` makes the change a correction of it."""
    first = desk.package()
    desk.values["disclosure.licensing.decisions"] = 5
    result = desk.package(correct=True)
    assert (1, first.sha256) == (result.manifest.correction.number, result.manifest.correction.of)


@pytest.mark.long
def test_correction_of_a_package_from_elsewhere(desk, tmp_path):
    """`previous` names the package that went up, wherever it lies."""
    first = desk.package()
    elsewhere = first.path.rename(tmp_path / "已报.zip")
    desk.values["disclosure.licensing.decisions"] = 5
    assert 1 == desk.package(previous=elsewhere).manifest.correction.number


def test_correction_of_nothing(desk):
    """There must be something to correct."""
    with pytest.raises(UsageError, match=r"没有找到以前的报送包.*--previous"):
        desk.package(correct=True)


@pytest.mark.long
def test_unsent_package_is_replaced(desk):
    """As long as nothing was sent, packing again replaces the package and is no correction."""
    first = desk.package()
    desk.values["disclosure.licensing.decisions"] = 5
    result = desk.package()
    assert (first.path, None) == (result.path, result.manifest.correction)


@pytest.mark.long
def test_form_in_force(tmp_path):
    """The other form packs as well, every printed figure compared."""
    desk = Desk(tmp_path, huaian_2024(), "gov2021")
    desk.publish()
    desk.edit(lambda document: setattr(cell_of(document, "行政事业性收费", -1), "text", "96171.5"))
    (error,) = errors(desk.package())
    assert (96171.6, 96171.5) == (error.expected, error.actual)


def test_package_in_a_package_is_readable_by_others(desk):
    """Plain zipfile opens it and finds no damage."""
    with zipfile.ZipFile(io.BytesIO(desk.package().path.read_bytes())) as archive:
        assert archive.testzip() is None


def test_form_from_outside_the_package(tmp_path):
    """A form of another kind, with dates, choices and rows that staff add, is compared cell by cell as well."""
    form = load_form(Path(__file__).parent.parent / "forms/invented")
    values = {
        "unit.name": "甲社区",
        "report.year": 2023,
        "report.date": "2024年1月5日",
        "hall.free": "是",
        "visits.adults.q1": 10,
        "events.event1.name": "讲座一",
        "events.event1.sort": "讲座",
        "events.event3.name": "演出",
        "events.event3.people": 60,
    }
    desk = Desk(tmp_path, values)
    desk.form, desk.prose = form, {}
    assert desk.package().path is not None
    desk.edit(lambda document: setattr(cell_of(document, "活动3", -2), "text", "61"))
    desk.edit(lambda document: setattr(cell_of(document, "活动1", -3), "text", "展览"))
    wrong = {error.rule: (error.expected, error.actual) for error in errors(desk.package())}
    assert {
        "report_differs[events.event1.sort]": ("讲座", "展览"),
        "report_differs[events.event3.people]": (60, 61),
    } == wrong


def test_what_was_put_beside_the_text_is_said(desk):
    """A header put in by hand is told, with its words, as edited text is; a picture as well."""
    desk.publish()
    desk.edit(lambda document: document.sections[0].header.paragraphs[0].add_run("机密★一年"))
    assert any("正文之外多了页眉“机密★一年”，请核对是否要报送" in message for message in notes(desk.package()))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('<img src="x.png" alt="">', "正文之外多了图片"),
        ("<script>document.title = 1</script>", "正文之外多了脚本"),
        ("<style>td { display: none }</style>", "正文之外多了样式"),
    ],
)
def test_what_was_added_to_a_page_beside_its_text_is_said(desk, added, said):
    """A picture, a program and a style sheet of an HTML page are no text, and are named all the same."""
    desk.publish(("docx", "json", "html"))
    page = desk.docx.with_suffix(".html")
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{added}</body>"), encoding="utf-8")
    assert any(said in note for note in notes(desk.package()))
