"""Two units, years or forms never share a file; what an earlier version named otherwise is found again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from support import clerk
from support.command import xlreport
from xlreport.errors import EnvironmentFault
from xlreport.filing import Filing
from xlreport.forms import Form, find_form
from xlreport.mail.package import package_report
from xlreport.mail.settings import Settings
from xlreport.report.output_names import names_beside, names_in
from xlreport.report.publish import publish
from xlreport.reviewing.reviewed import Review

pytestmark = pytest.mark.long

TITLE = "政府信息公开工作年度报告"
FORM = find_form("gov2019")


def another(id_: str, **more: str) -> Form:
    """A form of its own over the built-in one, whose Word template it has."""
    return replace(FORM, id=id_, folder=Path(id_), bases=(str(FORM.folder),), **more)


SITE = another("site", title="政府网站工作年度报表")


def filing(unit: str = "甲局", year: int = 2019, *, form: Form = FORM, **more: float | str) -> Filing:
    return Filing(form=form, values=clerk.sound(unit__name=unit, report__year=year, **more))


def made(of: Filing, beside: Path, **options) -> Path:
    """Publish as `generate` does; returns the Word report."""
    names = names_beside(of, beside)
    return publish(Review.unchecked(of), names.folder, names=names, **options).files["docx"]


def packed(of: Filing, folder: Path) -> Path:
    workbook = folder / "填报.xlsx"
    workbook.write_bytes(b"PK")
    path = package_report(workbook, Review.unchecked(of), folder, settings=Settings()).path
    assert path is not None
    return path


def unit_of(report: Path) -> object:
    return json.loads(report.with_suffix(".json").read_bytes())["unit"]


def test_ordinary_names(tmp_path: Path):
    """输出/<单位>_<年度>/<单位>_<年度>_<表样名称>, and nothing else, whatever the unit's code."""
    report = made(filing(unit__code="11X"), tmp_path)
    assert tmp_path / "输出/甲局_2019" / f"甲局_2019_{TITLE}.docx" == report
    assert f"甲局_2019_{TITLE}_草稿" == names_beside(filing(), tmp_path).stem(draft=True)


@pytest.mark.parametrize(
    "units",
    [
        ("县/局", "县:局", "县_局"),
        ("甲\u200b局", "甲\ue000局", "甲局"),
        ("长" * 50 + "一科", "长" * 50 + "二科", "长" * 50),
        ("CON", "con", "_CON"),
        ("甲局.", "甲局", "甲局. "),
        ("CBD局", "cbd局", "Cbd局"),
    ],
)
def test_units_whose_names_collapse(tmp_path: Path, units: tuple[str, ...]):
    """Each has its own folder, on file systems without upper case too, and finds it again."""
    reports = [made(filing(unit), tmp_path) for unit in units]
    assert list(units) == [unit_of(report) for report in reports]
    assert reports == [made(filing(unit), tmp_path) for unit in units]
    assert [] == list(tmp_path.rglob("*人工修改*"))


@pytest.mark.parametrize(
    ("units", "options"),
    [
        (("甲/乙局", "甲:乙局"), []),
        (("CBD局", "cbd局"), []),
        (("CBD局", "cbd局"), ["-o", "一处"]),
        (("CBD局", "cbd局"), ["-o", "一处", "--format", "docx"]),
    ],
)
def test_all_of_them_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, units: tuple[str, str], options: list[str]
):
    """`generate` publishes both, under names that no file system takes for one."""
    monkeypatch.chdir(tmp_path)
    books = [clerk.write(tmp_path / f"{n}.xlsx", clerk.sound(unit__name=unit)) for n, unit in enumerate(units)]
    for _ in range(2):
        said = xlreport("generate", *books, *options)
        assert (0, "") == (said.status, said.err)
        reports = {str(path.relative_to(tmp_path)).casefold() for path in tmp_path.rglob("*.docx")}
        assert 2 == len(reports)


def test_units_of_one_name_with_codes_of_their_own(tmp_path: Path):
    """The second takes another name; without a code, or with one that is not known yet, it is the same unit."""
    first, second = filing("民政局", unit__code="A1"), filing("民政局", unit__code="B2")
    books = [clerk.write(tmp_path / f"{each.values['unit.code']}.xlsx", each.values) for each in (first, second)]
    said = xlreport("generate", *books)
    assert (0, "") == (said.status, said.err)
    folders = [names_beside(each, tmp_path).folder for each in (first, second)]
    assert "民政局_2019" == folders[0].name
    assert folders[0] != folders[1]
    assert 2 == len(list(tmp_path.rglob("*.docx")))
    assert folders[0] == names_beside(filing("民政局"), tmp_path).folder
    assert names_in(second, folders[1]).report == names_beside(second, tmp_path).report


def test_a_second_form_of_the_unit(tmp_path: Path):
    """Its report and its package stand beside the first's in the same folder, and neither is the other's correction."""
    site = filing(form=SITE)
    reports = [made(each, tmp_path) for each in (filing(), site)]
    assert reports[0].parent == reports[1].parent
    assert f"甲局_2019_{SITE.title}.docx" == reports[1].name
    packages = [packed(each, reports[0].parent) for each in (filing(), site, filing(), site)]
    assert ["甲局_2019_报送包.zip", f"甲局_2019_{SITE.title}_报送包.zip"] * 2 == [path.name for path in packages]
    assert 2 == len(list(reports[0].parent.glob("*_签发单.html")))


def test_two_forms_of_one_title(tmp_path: Path):
    """Even then neither replaces the other's report or package."""
    other = filing(form=another("copy"))
    reports = [made(each, tmp_path) for each in (filing(), other)]
    assert 2 == len(set(reports))
    assert ["gov2019", "copy"] == [json.loads(each.with_suffix(".json").read_bytes())["form"] for each in reports]
    assert 2 == len({packed(each, report.parent) for each, report in zip((filing(), other), reports, strict=True)})


def test_drafts_are_nobody_elses_either(tmp_path: Path):
    """A record of a draft keeps its place as one of a report does."""
    draft = made(filing("县_局"), tmp_path, draft=True)
    renamed = json.loads(draft.with_suffix(".json").read_bytes()) | {"unit": "别的局"}
    draft.with_suffix(".json").write_text(json.dumps(renamed), encoding="utf-8")
    assert draft.parent != made(filing("县_局"), tmp_path, draft=True).parent


def earlier(of: Filing, beside: Path, stem: str) -> Path:
    """What an earlier version made of a filing, in its folder."""
    folder = beside / "输出" / stem
    report = publish(Review.unchecked(of), folder).files["docx"]
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.replace(names_in(of, folder).report, f"{stem}_{TITLE}")))
    record = folder / f"{stem}_{TITLE}.json"
    text = record.read_text(encoding="utf-8").replace(report.name, f"{stem}_{TITLE}.docx")
    record.write_text(text, encoding="utf-8")
    return folder / f"{stem}_{TITLE}.docx"


def test_a_folder_of_an_earlier_version_is_found(tmp_path: Path):
    """The report goes on there, what was edited by hand is kept there, and the other unit gets a folder of its own."""
    old = earlier(filing("县/局"), tmp_path, "县_局_2019")
    assert old == made(filing("县/局"), tmp_path)
    old.write_bytes(b"edited in Word")
    assert old == made(filing("县/局"), tmp_path)
    (kept,) = old.parent.glob("*人工修改*.docx")
    assert b"edited in Word" == kept.read_bytes()
    others = {made(filing(unit), tmp_path).parent for unit in ("县:局", "县_局")}
    assert 3 == len({old.parent, *others})
    assert "县/局" == unit_of(old)


def test_a_package_of_an_earlier_version_is_found(tmp_path: Path):
    """A package of another form that bears unit and year alone is the one that is replaced or corrected."""
    report = made(filing(form=SITE), tmp_path)
    old = report.parent / "甲局_2019_报送包.zip"
    packed(filing(form=SITE), report.parent).rename(old)
    changed = filing(form=SITE, disclosure__licensing__decisions=5)
    assert old == packed(changed, report.parent)


def test_a_package_of_another_report_is_never_replaced(tmp_path: Path):
    """One clear sentence instead, and the package stands."""
    report = made(filing(form=SITE), tmp_path)
    there = packed(filing(form=SITE), report.parent).rename(report.parent / "甲局_2019_报送包.zip")
    before = there.read_bytes()
    with pytest.raises(EnvironmentFault, match=r"是“甲局”2019年度政府网站工作年度报表的报送包，没有覆盖"):
        packed(filing(), report.parent)
    assert before == there.read_bytes()


def test_no_name_is_left(tmp_path: Path):
    """Where others' records stand under every name, nothing is written; `generate` says so of this workbook alone."""
    names = [names_in(filing(), tmp_path)]
    names.append(names_in(filing(), tmp_path, {names[0].key}))
    for each in names:
        each.record().write_text('{"form": "gov2019", "year": 2019, "unit": "乙局"}', encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="是另一份报告的数据，没有覆盖"):
        names_in(filing(), tmp_path)
    books = [
        clerk.write(tmp_path / f"{n}.xlsx", clerk.sound(unit__name=unit)) for n, unit in enumerate(("甲局", "丙局"))
    ]
    said = xlreport("generate", *books, "-o", tmp_path)
    assert 4 == said.status
    assert ["丙局"] == [unit_of(path) for path in tmp_path.glob("*.docx")]


def test_files_have_room_for_their_endings(tmp_path: Path):
    """The longest unit and title, a draft of theirs edited by hand: no name is longer than file systems take."""
    long = filing("长" * 200, form=replace(FORM, title="题" * 200))
    report = made(long, tmp_path, draft=True)
    report.write_bytes(b"edited in Word")
    made(long, tmp_path, draft=True)
    assert all(len(path.name.encode()) <= 255 for path in tmp_path.rglob("*"))
    assert 1 == len(list(tmp_path.rglob("*人工修改*")))
