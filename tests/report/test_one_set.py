"""The files of a report belong together, whatever breaks a run off: `generate` and `package` never see a mixed set."""

from __future__ import annotations

import contextlib
import email
import json
import os
import re
import shutil
from email import policy
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import clerk
from support.command import xlreport
from support.kills import MANY, failing, killed
from xlreport.errors import EnvironmentFault
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.mail.package import PackageResult, package_report
from xlreport.mail.settings import Settings
from xlreport.published.archive import open_package, sha256
from xlreport.published.tables import word_text
from xlreport.report.publish import Published, publish
from xlreport.reviewing.reviewed import Review
from xlreport.storage.file_set import settle

pytestmark = pytest.mark.long

NAME = f"{clerk.UNIT}_2019_政府信息公开工作年度报告"
FORMATS = ("docx", "html", "json")

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are copies")


def review(licensing: int) -> Review:
    """A filing whose report shows this figure."""
    values = clerk.sound(disclosure__licensing__decisions=licensing, upward__email="upward@example.gov.cn")
    return Review.unchecked(Filing(form=find_form("gov2019"), values=values))


FIRST, SECOND, THIRD = review(411111), review(522222), review(633333)


def generate(of: Review, folder: Path, formats: tuple[str, ...] | None = FORMATS) -> Published:
    return publish(of, folder, formats=formats)


def package(of: Review, folder: Path) -> PackageResult:
    workbook = folder.parent / "填报.xlsx"
    workbook.write_bytes(b"PK")
    return package_report(workbook, of, folder, settings=Settings())


def figures(files: dict[str, bytes]) -> set[str]:
    """The figures, of those above, that Word report, page and data show."""
    return set(re.findall("411111|522222|633333", " ".join(_text(name, data) for name, data in files.items())))


def _text(name: str, data: bytes) -> str:
    if name.endswith(".docx"):
        return str([[cell and cell.text for cell in row] for grid in word_text(data, name).tables for row in grid])
    return data.decode() if name.endswith((".html", ".json")) else ""


def standing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob(f"{NAME}.*")}


def sealed(result: PackageResult) -> dict[str, bytes]:
    assert result.path is not None, result.findings
    return {name: data for name, data in open_package(result.path)[1].items() if name.startswith(NAME)}


def reports(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir() if NAME in path.name and path.suffix != ".zip")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "输出"
    generate(FIRST, folder)
    return folder


def copies(folder: Path) -> Path:
    copy = folder.parent / "副本"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    return copy


@forks
@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("then", ["generate", "package"])
def test_killed_at_any_step(folder: Path, then: str):
    """What stands is never mixed; the next run makes one set of it, and takes no file of the tool's for a person's."""
    for n in range(1, MANY):
        copy = copies(folder)
        if not killed(lambda copy: generate(SECOND, copy), copy, n):
            break
        assert len(figures(standing(copy))) <= 1
        if then == "generate":
            generate(SECOND, copy)
            files = standing(copy)
        else:
            files = sealed(package(SECOND, copy))
            assert figures(standing(copy)) == {"522222"}
        assert {f"{NAME}.{each}" for each in FORMATS} == set(files)
        assert {"522222"} == figures(files)
        assert [".docx", ".html", ".json"] == reports(copy)
        assert [] == [path for path in copy.iterdir() if path.name.startswith(".")]
    assert n > 10


@forks
@pytest.mark.program
@pytest.mark.long
def test_an_edit_outlives_a_kill_at_any_step(folder: Path):
    """What a person changed before the run that was killed is there after the next one, once."""
    (folder / f"{NAME}.docx").write_bytes(b"edited in Word")
    for n in range(1, MANY):
        copy = copies(folder)
        if not killed(lambda copy: generate(SECOND, copy), copy, n):
            break
        generate(SECOND, copy)
        (kept,) = copy.glob("*人工修改*")
        assert b"edited in Word" == kept.read_bytes()
        assert {"522222"} == figures(standing(copy))


@pytest.mark.long
@pytest.mark.parametrize("names", [("replace",), ("replace", "rename")])
@pytest.mark.parametrize("on", [False, True])
def test_a_move_that_fails_at_any_step(folder: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], on: bool):
    """Status 4, and nothing has changed; what is packed afterwards, of either workbook, is of one piece."""
    for n in range(1, MANY):
        copy = copies(folder)
        before = standing(copy)
        with contextlib.contextmanager(failing)(monkeypatch, names, n, on=on):
            try:
                generate(SECOND, copy)
            except EnvironmentFault as fault:
                assert "请" in str(fault)  # noqa: PT017  (whether it fails is what is tried)
            else:
                break
        assert on or before == standing(copy)
        for of, figure in ((FIRST, "411111"), (SECOND, "522222")):
            assert {figure} == figures(sealed(package(of, copy)))
    assert n > 5


@forks
@pytest.mark.program
def test_two_runs_at_once(folder: Path):
    """Whoever is last, the set is of one run; nothing is taken for edited."""
    children = []
    for of in (SECOND, THIRD):
        child = os.fork()
        if child == 0:
            try:
                for _ in range(5):
                    generate(of, folder)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [0, 0] == [os.waitpid(child, 0)[1] for child in children]
    assert 1 == len(figures(standing(folder)))
    assert [".docx", ".html", ".json"] == reports(folder)


@forks
@pytest.mark.program
@pytest.mark.long
def test_a_package_killed_at_any_step(folder: Path):
    """Package, draft and sheet belong together too: the draft never carries another package than the one beside it."""
    package(FIRST, folder)
    for n in range(1, MANY):
        copy = copies(folder)
        if not killed(lambda copy: package(SECOND, copy), copy, n):
            break
        for settled in (False, True):
            if settled:
                settle(copy)
            digests = {sha256(path.read_bytes()) for path in copy.glob("*.zip")}
            for path in copy.glob("*_签发单.html"):
                digests |= set(re.findall("SHA-256 ([0-9a-f]{64})", path.read_text(encoding="utf-8")))
            for path in copy.glob("*.eml"):
                mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
                attached = {part.get_filename(): sha256(part.get_content()) for part in mail.iter_attachments()}
                digests |= {digest for name, digest in attached.items() if str(name).endswith(".zip")}
            assert len(digests) == 1 if settled else len(digests) <= 1
        assert {"522222"} == figures(sealed(package(SECOND, copy)))
    assert n > 10


def test_a_draft_of_another_package_does_not_stay(folder: Path):
    """Where the address is gone, the earlier draft goes with the earlier package."""
    assert package(FIRST, folder).eml is not None
    values = FIRST.filing.values | {"upward.email": None}
    result = package(Review.unchecked(replace(FIRST.filing, values=values)), folder)
    assert (None, []) == (result.eml, list(folder.glob("*.eml")))


def test_page_that_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The example: the page is held while the report is made again, then packed; all of it by the command line."""
    book = clerk.write(tmp_path / "表.xlsx", clerk.sound(upward__email="a@example.gov.cn"))
    folder = tmp_path / "输出" / f"{clerk.UNIT}_2019"
    assert 0 == xlreport("generate", book, "--format", "docx,html,json").status
    before = standing(folder)
    clerk.write(book, clerk.sound(upward__email="a@example.gov.cn", disclosure__licensing__decisions=522222))
    real = os.replace

    def held(source: Path, target: Path) -> None:
        if f"{NAME}.html" in (Path(source).name, Path(target).name):
            raise PermissionError(13, "in use")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        said = xlreport("generate", book, "--format", "docx,html,json", "--explain", "已核实")
    assert 4 == said.status
    assert f"“{NAME}.html”不能改写，可能正在 Word、Excel 或 WPS 中打开" in said.err
    assert before == standing(folder)
    said = xlreport("package", book, "--explain", "已核实")
    assert 0 == said.status
    (path,) = folder.glob("*.zip")
    parts = open_package(path)[1]
    assert all("522222" in _text(name, data) for name, data in parts.items() if name.startswith(NAME))


@pytest.mark.parametrize("moved", [("docx",), ("docx", "html"), ("html",), ("html", "json"), ("json",)])
@pytest.mark.parametrize("now", [SECOND, THIRD])
def test_a_set_that_is_mixed_already(folder: Path, tmp_path: Path, moved: tuple[str, ...], now: Review):
    """As an earlier version could leave it: it is made again, or refused, and never sealed as it stands."""
    generate(SECOND, tmp_path / "新")
    for each in moved:
        shutil.copy(tmp_path / "新" / f"{NAME}.{each}", folder)
    result = package(now, folder)
    wanted = {"522222"} if now is SECOND else {"633333"}
    assert result.path is None or wanted == figures(sealed(result))
    generate(now, folder)
    assert wanted == figures(standing(folder))
    assert wanted == figures(sealed(package(now, folder)))


def test_a_format_that_was_made_without_the_record(tmp_path: Path):
    """A page without JSON beside it is made again with the report all the same."""
    generate(FIRST, tmp_path, ("docx", "html"))
    generate(SECOND, tmp_path, ("docx",))
    assert {"522222"} == figures(standing(tmp_path))


def test_the_record_follows_the_report(folder: Path):
    """Even where the JSON is not asked for: so the report is not taken for an edited one the next time."""
    generate(SECOND, folder, ("docx",))
    record = json.loads((folder / f"{NAME}.json").read_bytes())
    assert {name: sha256(data) for name, data in standing(folder).items() if ".json" not in name} == record["made"]
    assert () == generate(THIRD, folder).kept


def test_a_record_that_cannot_be_read_is_kept(folder: Path):
    """What stands in the record's place and is none may be somebody's."""
    (folder / f"{NAME}.json").write_bytes(b"notes")
    kept = generate(FIRST, folder).kept
    assert [b"notes"] == [path.read_bytes() for path in kept if path.suffix == ".json"]


def test_an_edited_pdf_that_is_not_made_again_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Where LibreOffice is gone, the PDF that was made goes with the old report; one that was edited since is kept."""
    pdf = folder / f"{NAME}.pdf"
    for content, kept in ((b"%PDF made", 0), (b"%PDF edited", 1)):
        pdf.write_bytes(b"%PDF made")
        record = json.loads((folder / f"{NAME}.json").read_bytes())
        record["made"][pdf.name] = sha256(b"%PDF made")
        (folder / f"{NAME}.json").write_text(json.dumps(record), encoding="utf-8")
        pdf.write_bytes(content)
        monkeypatch.setattr("xlreport.report.pdf.find_libreoffice", lambda: None)
        assert generate(SECOND, folder).fault is not None
        assert not pdf.exists()
        assert kept == len(list(folder.glob("*人工修改*.pdf")))


def test_a_pdf_is_sealed_with_the_report_it_was_made_of(folder: Path):
    """Its recorded hash and the report's must stand in one record; any other is left out, and said."""
    pdf, record_file = folder / f"{NAME}.pdf", folder / f"{NAME}.json"
    pdf.write_bytes(b"%PDF made")
    record = json.loads(record_file.read_bytes())
    record["made"][pdf.name] = sha256(b"%PDF made")
    record_file.write_text(json.dumps(record), encoding="utf-8")
    assert f"{NAME}.pdf" in sealed(package(FIRST, folder))
    pdf.write_bytes(b"%PDF of last year")
    result = package(FIRST, folder)
    assert f"{NAME}.pdf" not in sealed(result)
    assert any("不能核对，没有放入报送包" in finding.message for finding in result.findings)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<h1", "<p>加了一段<b>话</b>。</p><h1", "文字改动过"),
        (">行政强制<", ">行政强制措施<", "改成了“行政强制措施”"),
        (">411111<", ">41111<", "是41111"),
    ],
)
def test_an_edited_page_is_held_against_the_workbook_as_the_report_is(folder: Path, old: str, new: str, said: str):
    """Figures and labels that differ are errors, edited text is a note that quotes it."""
    page = folder / f"{NAME}.html"
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = package(FIRST, folder)
    assert any(f"“{NAME}.html”" in finding.message and said in finding.message for finding in result.findings)
    assert (result.path is None) == ("文字" not in said)
