"""Every Office file that the program writes, held against Microsoft's validator, openxml-audit and an XML parser."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from support.command import type_into, xlreport
from support.filings import EXAMPLES
from support.validators import audit_errors, malformed_parts, require_sdk, sdk_errors
from xlreport.desktop.main import main as double_click

pytestmark = pytest.mark.long

INVENTED = Path(__file__).parent / "forms" / "invented"

#: Form and year, and cells that give a clerk something to explain, to mend and to see marked.
FORMS = {
    "gov2019": ("gov2019", 2020),
    "gov2021": ("gov2021", 2024),
    "invented": (INVENTED, 2025),
}

CLUMSY = {
    "unit.name": "某县<水利>局 & 办公室",
    "problems.text": "短。\n第二段“引号”\t制表符",
    "requests.new.natural": 3,
    "requests.carried_out.natural": "约3",
    "visits.adults.q1": 1.5,
}


def made_from(form: str, folder: Path) -> None:
    """Every kind of file of one form: blank and clumsy workbook, marked copy, draft, first Word template."""
    definition, year = FORMS[form]
    blank, clumsy = folder / "空白.xlsx", folder / "填写.xlsx"
    ids = (definition,) if form == "invented" else ()
    outside = ("--form", *ids) if ids else ()
    xlreport("template", "--form", definition, "--year", year, "--unit", "某县水利局", "-o", blank)
    known = {id_ for id_ in CLUMSY if f'"{id_}"' in _names(blank)}
    type_into(blank, clumsy, {id_: CLUMSY[id_] for id_ in sorted(known)})
    xlreport("generate", clumsy, "--draft", "-o", folder / "草稿", *outside)
    xlreport("upgrade", clumsy, "-o", folder / "升级.xlsx", *outside)
    xlreport("form", "template", definition, "-o", folder / "模板.docx")
    if not outside:
        double_click([str(clumsy)])
    # What was typed in by the test is not what the program wrote.
    clumsy.unlink()


def _names(workbook: Path) -> str:
    with zipfile.ZipFile(workbook) as archive:
        return archive.read("xl/workbook.xml").decode("utf-8")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Everything that is written in a clerk's and a maintainer's year, by a telling name; packages unpacked."""
    home = tmp_path_factory.mktemp("written")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XLREPORT_NO_BROWSER", "1")
        for form in FORMS:
            (home / form).mkdir()
            made_from(form, home / form)
        for example in sorted(EXAMPLES.glob("*/*.xlsx")):
            folder = home / example.parent.name
            folder.mkdir()
            shutil.copy(example, folder)
            xlreport("generate", folder / example.name)
            xlreport("package", folder / example.name)
            xlreport("export", folder / example.name, "-o", folder / "数据.json")
            xlreport("fill", folder / "数据.json", "-o", folder / "填回.xlsx")
            xlreport("template", "--prior", folder / example.name, "-o", folder / "来年.xlsx")
    for package in home.rglob("*.zip"):
        with zipfile.ZipFile(package) as archive:
            archive.extractall(package.with_suffix(""))
    return {str(path.relative_to(home)): path for path in sorted(home.rglob("*")) if path.suffix in (".docx", ".xlsx")}


def test_every_kind_of_file_is_among_them(files: dict[str, Path]):
    """Blank, filled, upgraded and marked workbooks, reports, drafts, templates and packed files are all there."""
    for kind in (
        "空白.xlsx",
        "填回.xlsx",
        "升级.xlsx",
        "来年.xlsx",
        "标注.xlsx",
        "草稿.docx",
        "报告.docx",
        "模板.docx",
        "报送包/",
    ):
        assert [name for name in files if kind in name], kind
    assert len(FORMS) == sum(name.endswith("空白.xlsx") for name in files)
    assert len(FORMS) == sum(name.endswith("草稿.docx") for name in files)


@pytest.mark.program
def test_microsofts_validator_finds_nothing(files: dict[str, Path]):
    """The Open XML SDK, which Office's own schemas are built into, finds no error in any of them."""
    require_sdk()
    wrong = {name: errors for name, path in files.items() if (errors := sdk_errors(path))}
    assert {} == wrong


def test_openxml_audit_finds_nothing(files: dict[str, Path]):
    """openxml-audit finds no error in any of them, and every part of XML is well-formed."""
    wrong = {name: errors for name, path in files.items() if (errors := audit_errors(path) + malformed_parts(path))}
    assert {} == wrong


@pytest.mark.program
def test_the_validator_does_find_errors(files: dict[str, Path], tmp_path: Path):
    """A report with an element out of place is refused: the check can fail."""
    sound = next(path for name, path in files.items() if name.endswith("报告.docx"))
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"</w:body>", b"<w:tc/></w:body>") if name == "word/document.xml" else data)
    assert sdk_errors(broken)
