"""Several reports of one year: a quarterly form, whose periods never share a file, a record or a package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command import xlreport
from support.definitions import SMALL_FORM, write_form
from xlreport.errors import DefinitionError
from xlreport.filing import Filing
from xlreport.forms import Form, load_form
from xlreport.published.archive import open_package
from xlreport.report.output_names import names_beside, same_report

pytestmark = pytest.mark.long

QUARTERS = ("第一季度", "第二季度")

FIELD = (
    '  { id = "report.period", label = "时期", kind = "choice", options = ["第一季度", "第二季度"], required = true },'
)

QUARTERLY = 'period = "report.period"\n' + SMALL_FORM.replace(
    'kind = "year", required = true },\n',
    f'kind = "year", required = true }},\n{FIELD}\n  {{ id = "upward.email", label = "邮箱" }},\n',
)


@pytest.fixture
def form(tmp_path: Path) -> Form:
    folder = write_form(tmp_path / "季报", QUARTERLY)
    assert 0 == xlreport("form", "template", folder).status
    return load_form(folder)


def book(form: Form, folder: Path, quarter: str, adults: int, year: int = 2024) -> Path:
    """A workbook of the unit 站 for a quarter."""
    values = {
        "unit": {"name": "站"},
        "report": {"year": year, "period": quarter},
        "upward": {"email": "a@example.gov.cn"},
        "hall": {"open": "是"},
        "visits": {"adults": adults, "children": 0},
    }
    data = folder / "数据.json"
    data.write_text(json.dumps({"form": form.id, "year": year, "values": values}), encoding="utf-8")
    path = folder / f"{quarter}{year}.xlsx"
    said = xlreport("fill", data, "--form", form.folder, "-o", path)
    assert 0 == said.status, said
    return path


def of(form: Form, quarter: str | None, year: int = 2024, unit: str = "站") -> Filing:
    return Filing(form=form, values={"unit.name": unit, "report.year": year, "report.period": quarter})


def test_quarters_share_nothing(form: Form, tmp_path: Path):
    """Both at once: each has its folder, report, data, package, draft mail and sheet, and its quarter in title and mail."""
    books = [book(form, tmp_path, quarter, 10 + n) for n, quarter in enumerate(QUARTERS)]
    for _ in range(2):
        said = xlreport("generate", *books, "--form", form.folder, "--format", "docx,html,json", "--explain", "已核实")
        assert 0 == said.status, said
    for n, (quarter, path) in enumerate(zip(QUARTERS, books, strict=True)):
        said = xlreport("package", path, "--form", form.folder, "--explain", "已核实")
        assert 0 == said.status, said
        folder = tmp_path / "输出" / f"站_2024_{quarter}"
        page = (folder / f"站_2024_{quarter}_测试表.html").read_text(encoding="utf-8")
        assert f"2024年{quarter}站" in page
        assert (
            10 + n == json.loads((folder / f"站_2024_{quarter}_测试表.json").read_bytes())["values"]["visits"]["adults"]
        )
        (package,) = folder.glob("*.zip")
        manifest, parts, _ = open_package(package)
        assert (quarter, None) == (manifest.period, manifest.correction)
        assert all(f"站_2024_{quarter}" in name for name in parts if not name.startswith(("核对", "自查")))
        (sheet,) = folder.glob("*签发单*.html")
        assert f"2024年{quarter}站测试表" in sheet.read_text(encoding="utf-8")
    assert 2 == len(list((tmp_path / "输出").iterdir()))
    assert [] == list(tmp_path.rglob("*人工修改*"))


def test_quarters_in_one_folder(form: Form, tmp_path: Path):
    """With -o neither report, nor draft, nor package of the second takes the place of the first's."""
    books = [book(form, tmp_path, quarter, 10) for quarter in QUARTERS]
    for each in books:
        for verb in ("generate", "package"):
            said = xlreport(verb, each, "--form", form.folder, "--explain", "已核实", "-o", tmp_path / "一处")
            assert 0 == said.status, said
    assert 2 == len(list((tmp_path / "一处").glob("*.docx")))
    assert 2 == len(list((tmp_path / "一处").glob("*_报送包.zip")))


def test_one_quarter_twice(form: Form, tmp_path: Path):
    """Two workbooks of one quarter are told of, as two of one year are."""
    books = [book(form, tmp_path, "第一季度", 10), book(form, tmp_path / "..", "第一季度", 11)]
    said = xlreport("generate", *books, "--form", form.folder, "--explain", "已核实", "-o", tmp_path / "一处")
    assert 2 == said.status
    assert "同一单位同一时期的工作簿" in said.err
    books[1].unlink()


def test_identity(form: Form, tmp_path: Path):
    """One report where unit, year and period are the same; names and drafts of any two others differ, blanks too."""
    filings = [
        of(form, *each)
        for each in (("第一季度",), ("第二季度",), ("第一季度", 2023), (None,), ("第一季度", 2024, "所"))
    ]
    stems = {names_beside(each, tmp_path).stem(draft=draft) for each in filings for draft in (False, True)}
    assert 2 * len(filings) == len(stems)
    assert [[one is other for other in filings] for one in filings] == [
        [same_report(one, other) for other in filings] for one in filings
    ]


@pytest.mark.parametrize(
    "periods", [("q1", "Q1"), ("上/半年", "上:半年"), ("长" * 60 + "一", "长" * 60 + "二"), ("CON", "con")]
)
def test_periods_whose_names_collapse(form: Form, tmp_path: Path, periods: tuple[str, str]):
    """Typed periods that file systems take for one, or cannot name, are told apart beside a long unit and title too."""
    taken: list[str] = []
    for period in periods:
        names = names_beside(of(form, period, unit="局" * 80), tmp_path, taken)
        taken.append(names.key)
        assert len(f"{names.stem(draft=True)}.docx".encode()) < 255
    assert 2 == len(set(taken))


@pytest.mark.parametrize(
    "wrong",
    [
        QUARTERLY.replace('period = "report.period"', 'period = "report.quarter"'),
        QUARTERLY.replace('period = "report.period"', 'period = "visits.adults"'),
        QUARTERLY.replace('period = "report.period"', 'period = "hall.text"'),
        QUARTERLY.replace('"第二季度"], required = true', '"第二季度"]'),
    ],
)
def test_a_field_that_cannot_name_a_period(tmp_path: Path, wrong: str):
    """None such, a figure, prose, or one that may stay blank: named with file and key, and with what is wanted."""
    folder = write_form(tmp_path / "季报", wrong)
    with pytest.raises(DefinitionError, match=r"period = .*必填（required = true）的 text 或 choice 字段"):
        load_form(folder)
    assert 1 <= xlreport("form", "check", folder).status <= 3
