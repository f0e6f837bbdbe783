"""更正已报送的报告: which package it corrects, what it asks, what comes out, and that what went up stays as it was."""

from __future__ import annotations

import email
import json
from email import policy
from pathlib import Path

import pytest

from support import clerk
from support.result_page import notices, page, sentence
from xlreport.desktop import correct as desktop
from xlreport.desktop.correct import Asking
from xlreport.desktop.generate import run as generate
from xlreport.mail.receipt import Receipt, record
from xlreport.published.archive import open_package, sha256

pytestmark = pytest.mark.long

STEM = f"{clerk.UNIT}_2019"

ADDRESS: dict[str, str | None] = {"upward.email": "up@example.gov.cn"}

MORE = {"requests__new__natural": 822, "requests__granted__natural": 259}


class Person:
    """Answers what the dialogs ask, and remembers the questions."""

    def __init__(self, reason: str | None = "自然人申请漏录一件。", package: Path | None = None):
        self.reason, self.package = reason, package
        self.asked: list[str] = []

    @property
    def asking(self) -> Asking:
        return Asking(package=self._package, reason=self._reason)

    def _package(self, unit: str, folder: Path) -> list[Path]:
        self.asked.append(f"{unit} {folder.name}")
        return [self.package] if self.package else []

    def _reason(self, question: str) -> str | None:
        self.asked.append(question)
        return self.reason


@pytest.fixture
def made(folder: Path) -> Path:
    """A report with its package, in the folder that is returned."""
    clerk.write(folder / "表.xlsx", clerk.sound() | ADDRESS)
    assert generate([], folder) == 0
    return folder / "输出" / STEM


def mended(folder: Path, **more: float | str | None) -> None:
    clerk.write(folder / "表.xlsx", clerk.sound(**(MORE | more)) | ADDRESS)


def correction(package: Path):
    manifest, _, _ = open_package(package)
    return manifest.correction


def sent(package: Path) -> None:
    """A receipt beside the package, as `send` leaves one."""
    digest = sha256(package.read_bytes())
    record(
        package,
        Receipt(
            package=package.name,
            sha256=digest,
            state="sent",
            sender="a@example.gov.cn",
            to=("up@example.gov.cn",),
            subject="报送",
            message_id="<1@example.gov.cn>",
            when="2020-01-20T10:00:00+08:00",
            server="127.0.0.1:25",
            size=1,
        ),
    )


def test_mailed_by_hand(folder: Path, made: Path):
    """A figure mended, the launcher double-clicked, the reason typed: 更正1 beside the package, which is the same bytes."""
    before = {path.name: path.read_bytes() for path in made.iterdir() if path.name.startswith(f"{STEM}_报送")}
    mended(folder)
    person = Person()
    assert desktop.run([], folder, person.asking) == 0
    assert person.asked == [f"{clerk.UNIT}2019年度的报告改了 6 处。请写一句更正原因："]
    assert before == {name: (made / name).read_bytes() for name in before}
    package = made / f"{STEM}_报送包_更正1.zip"
    told = correction(package)
    assert (1, sha256(before[f"{STEM}_报送包.zip"]), "自然人申请漏录一件。") == (told.number, told.of, told.reason)
    changed = {change.field: (change.old, change.new) for change in told.changes}
    assert changed["requests.new.natural"] == (821, 822)
    assert sentence(made / "结果.html") == "✓ 第1次更正已做好，改动 6 处。"


def test_reason_and_changes_stand_everywhere(folder: Path, made: Path):
    """Number, reason and changes: on the page, in the mail, on the sheet to sign, in 核对情况."""
    mended(folder)
    desktop.run([], folder, Person().asking)
    draft = email.message_from_bytes((made / f"{STEM}_报送邮件_更正1.eml").read_bytes(), policy=policy.default)
    body = draft.get_body(("plain",))
    assert body is not None
    _, parts, _ = open_package(made / f"{STEM}_报送包_更正1.zip")
    texts = {
        "页": page(made / "结果.html").text_content(),
        "信": body.get_content(),
        "单": page_text(made / f"{STEM}_签发单_更正1.html"),
        "包": parts["核对情况.html"].decode(),
    }
    for text in texts.values():
        assert "自然人申请漏录一件。" in text
        assert "更正" in text
        assert "822" in text
    assert "【更正】" in draft["subject"]
    assert json.loads(parts["核对情况.json"])["correction"]["reason"] == "自然人申请漏录一件。"


def page_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_sent_by_the_program(folder: Path, made: Path):
    """A receipt says what went up: 生成报告 already makes the correction, asks for the reason, and 更正 adds it."""
    package = made / f"{STEM}_报送包.zip"
    sent(package)
    before = package.read_bytes()
    mended(folder)
    assert generate([], folder) == 0
    assert any("这次做成第1次更正，原来的报送包没有动。要写明更正原因" in notice for notice in notices(made))
    assert desktop.run([], folder, Person().asking) == 0
    told = correction(made / f"{STEM}_报送包_更正1.zip")
    assert (1, "自然人申请漏录一件。") == (told.number, told.reason)
    assert before == package.read_bytes()
    sent(made / f"{STEM}_报送包_更正1.zip")
    mended(folder, contact__name="王五")
    assert desktop.run([], folder, Person("联系人写错。").asking) == 0
    assert (2, "联系人写错。") == (
        (told := correction(made / f"{STEM}_报送包_更正2.zip")).number,
        told.reason,
    )


def test_correction_is_made_anew_before_it_is_sent(folder: Path, made: Path):
    """生成报告 after 更正 has been made: still the same correction, with its reason; the one before is put by, and told of."""
    sent(made / f"{STEM}_报送包.zip")
    mended(folder)
    desktop.run([], folder, Person().asking)
    mended(folder, contact__name="王五")
    assert generate([], folder) == 0
    told = correction(made / f"{STEM}_报送包_更正1.zip")
    assert (1, "自然人申请漏录一件。", True) == (
        told.number,
        told.reason,
        any(c.field == "contact.name" for c in told.changes),
    )
    assert (made / "以前的报送包" / f"{STEM}_报送包_更正1_1.zip").exists()
    assert any("上一次的放进了“以前的报送包”文件夹" in notice for notice in notices(made))


def test_report_was_generated_again_first(folder: Path, made: Path):
    """生成报告 before 更正: the package that went up was put by, is found there, and stands in its place again."""
    package = made / f"{STEM}_报送包.zip"
    before = package.read_bytes()
    mended(folder)
    assert generate([], folder) == 0
    assert (made / "以前的报送包" / f"{STEM}_报送包_1.zip").read_bytes() == before != package.read_bytes()
    (notice,) = [each for each in notices(made) if "以前的报送包" in each]
    assert notice.endswith("上一次的如果已经报送，就不要再发这一个，请双击“更正已报送的报告”。")
    assert desktop.run([], folder, Person().asking) == 0
    assert package.read_bytes() == before
    assert sha256(before) == correction(made / f"{STEM}_报送包_更正1.zip").of
    # The draft that carried the package which nobody is to send is gone with it.
    assert [path.name for path in made.glob("*.eml")] == [f"{STEM}_报送邮件_更正1.eml"]


def test_several_may_have_gone_up(folder: Path, made: Path):
    """The dialog asks which; called off, nothing is made and the page says how to name it."""
    mended(folder)
    generate([], folder)
    mended(folder, contact__name="王五")
    generate([], folder)
    first = made / "以前的报送包" / f"{STEM}_报送包_1.zip"
    first_bytes = first.read_bytes()
    assert desktop.run([], folder, Person().asking) == 0
    assert not list(made.glob("*更正*.zip"))
    person = Person(package=first)
    assert desktop.run([], folder, person.asking) == 0
    assert person.asked[0] == f"{clerk.UNIT} 以前的报送包"
    assert sha256(first_bytes) == correction(made / f"{STEM}_报送包_更正1.zip").of


def test_package_dropped_with_the_workbook(folder: Path, made: Path, tmp_path: Path):
    """What went up comes from the sent mail: dropped with the workbook it is the one that is corrected."""
    package = made / f"{STEM}_报送包.zip"
    dropped = tmp_path / "附件.zip"
    dropped.write_bytes(package.read_bytes())
    mended(folder)
    generate([], folder)
    mended(folder, contact__name="王五")
    assert desktop.run([dropped, folder / "表.xlsx"], folder, Person().asking) == 0
    assert sha256(dropped.read_bytes()) == correction(made / f"{STEM}_报送包_更正1.zip").of
    assert package.read_bytes() == dropped.read_bytes()


def test_other_reports_package_is_refused(folder: Path, made: Path, tmp_path: Path):
    """A package of another unit corrects nothing."""
    clerk.write(tmp_path / "乙" / "表.xlsx", clerk.sound(unit__name="乙局") | ADDRESS)
    generate([tmp_path / "乙" / "表.xlsx"], folder)
    (other,) = (tmp_path / "乙").rglob("*_报送包.zip")
    mended(folder)
    desktop.run([other, folder / "表.xlsx"], folder, Person().asking)
    assert not list(made.glob("*更正*"))


@pytest.mark.parametrize(
    ("reason", "said"), [(None, "没有写更正原因，没有做更正"), ("", "没有写更正原因；要写，再双击一次")]
)
def test_no_reason(folder: Path, made: Path, quiet: Path, reason: str | None, said: str):
    """Called off: nothing is made. Where nobody can be asked: the correction without it, and a notice."""
    mended(folder)
    assert desktop.run([], folder, Person(reason).asking) == 0
    where = quiet if reason is None else made
    assert said in page(where / "结果.html").text_content()
    assert bool(list(made.glob("*更正1.zip"))) == (reason is not None)


def test_nothing_was_changed(folder: Path, made: Path, quiet: Path):
    """The workbook says what the package says: nothing is asked, nothing made."""
    before = {path.name: path.read_bytes() for path in made.iterdir() if path.is_file()}
    person = Person()
    assert desktop.run([], folder, person.asking) == 0
    assert person.asked == []
    assert before == {path.name: path.read_bytes() for path in made.iterdir() if path.is_file()}
    assert "和报送包里的没有差别，没有做更正" in page(quiet / "结果.html").text_content()


def test_nothing_was_ever_sent(folder: Path, quiet: Path):
    """A workbook without any package: the page says that 生成报告 is what is wanted."""
    clerk.write(folder / "表.xlsx", clerk.sound() | ADDRESS)
    assert desktop.run([], folder, Person().asking) == 0
    assert "还没有做过报送包，没有可以更正的" in page(quiet / "结果.html").text_content()
    assert not (folder / "输出").exists()


def test_no_workbook(folder: Path, quiet: Path):
    """The page says what to do first."""
    assert desktop.run([], folder) == 0
    assert sentence(quiet / "结果.html") == "✗ 没有找到工作簿，没有做更正。"
    assert "先在工作簿里改正、保存、关闭" in page(quiet / "结果.html").text_content()


def test_mended_workbook_with_a_new_fault(folder: Path, made: Path):
    """The page of faults, with the launcher to double-click when they are mended; nobody is asked for a reason."""
    before = (made / f"{STEM}_报送包.zip").read_bytes()
    clerk.write(folder / "表.xlsx", clerk.one_wrong() | ADDRESS)
    person = Person()
    assert desktop.run([], folder, person.asking) == 1
    assert person.asked == []
    assert "改好以后请双击“更正已报送的报告”，不是“生成报告”。" in notices(made)
    assert before == (made / f"{STEM}_报送包.zip").read_bytes()
