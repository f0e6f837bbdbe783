"""docs/contracts.md is kept: real output is held against its JSON Schemas, which are what the program makes of its types."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from support.command import type_into, xlreport
from support.filings import EXAMPLES
from xlreport.forms import find_form, form_ids
from xlreport.maintain.schemas import check_schema, filing_schema, open_schema, package_schema, schema_text
from xlreport.published.archive import open_package

DOCS = Path(__file__).parents[1] / "docs"
SCHEMAS = DOCS / "schemas"
INVENTED = Path(__file__).parent / "forms" / "invented"

#: What a clumsy clerk types: every kind of finding with cells, figures that cannot be read, something to explain.
CLUMSY = {
    "requests.new.natural": 3,
    "requests.carried_out.natural": "约3",
    "requests.granted.natural": "/",
    "requests.granted.legal": 2,
    "overview.on_request": "全年收到申请九件。",
    "report.year": 2024,
}


def faults(schema: dict[str, object], document: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(document)]


@pytest.fixture(scope="module")
def clumsy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clumsy")
    xlreport("template", "--form", "gov2021", "--year", 2024, "-o", folder / "blank.xlsx")
    return type_into(folder / "blank.xlsx", folder / "填写.xlsx", CLUMSY)


@pytest.mark.parametrize("form", form_ids())
def test_schemas_of_filings_are_up_to_date(form: str) -> None:
    """docs/schemas/ holds what scripts/regenerate makes."""
    made = schema_text(filing_schema(find_form(form)))
    assert made == (SCHEMAS / f"filing-{form}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "make"), [("check", check_schema), ("open", open_schema), ("package", package_schema)]
)
def test_other_schemas_are_up_to_date(name: str, make) -> None:
    """docs/schemas/ holds what scripts/regenerate makes."""
    assert schema_text(make()) == (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("form", [*form_ids(), str(INVENTED)])
def test_form_schema_prints_a_sound_schema(form: str) -> None:
    """`form schema` takes any form, also one outside the package, and what it prints is a JSON Schema."""
    said = xlreport("form", "schema", form)
    assert (0, "") == (said.status, said.err)
    Draft202012Validator.check_schema(json.loads(said.out))


@pytest.mark.long
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*/*.xlsx")), ids=lambda path: path.stem)
def test_real_output_fits_its_schemas(example: Path, tmp_path: Path) -> None:
    """Export, check, the JSON beside a report and the manifest of a package of every example are as the schemas say."""
    xlreport("export", example, "-o", tmp_path / "export.json")
    exported = json.loads((tmp_path / "export.json").read_bytes())
    schema = filing_schema(find_form(exported["form"]))
    assert [] == faults(schema, exported)
    assert [] == faults(check_schema(), json.loads(xlreport("check", example, "--json").out))
    xlreport("generate", example, "-o", tmp_path / "made", "--explain", "已核对", "--format", "docx,open,json")
    beside, public = sorted((tmp_path / "made").glob("*.json"))
    assert [] == faults(schema, json.loads(beside.read_bytes()))
    assert [] == faults(open_schema(), json.loads(public.read_bytes()))


@pytest.mark.long
def test_clumsy_output_fits_its_schemas(clumsy: Path, tmp_path: Path) -> None:
    """So are those of a workbook with errors, and of a file that is none."""
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    said = xlreport("check", clumsy, tmp_path / "broken.xlsx", "--json")
    checked = json.loads(said.out)
    assert {"error", "warning"} <= {finding["level"] for finding in checked[0]["findings"]}
    assert any(finding["fix"] for finding in checked[0]["findings"])
    assert [] == faults(check_schema(), checked)
    xlreport("export", clumsy, "-o", tmp_path / "export.json")
    exported = json.loads((tmp_path / "export.json").read_bytes())
    assert {"requests.carried_out.natural": "约3"} == exported["raw"]
    assert [] == faults(filing_schema(find_form("gov2021")), exported)


@pytest.mark.long
def test_a_manifest_fits_its_schema(tmp_path: Path) -> None:
    """A sealed package's manifest is as the schema says."""
    example = next(EXAMPLES.glob("2020*/*.xlsx"))
    said = xlreport("package", example, "-o", tmp_path)
    assert 0 == said.status, said.err
    (package,) = tmp_path.rglob("*.zip")
    open_package(package)
    with zipfile.ZipFile(package) as archive:
        assert [] == faults(package_schema(), json.loads(archive.read("manifest.json")))


def test_a_schema_catches_a_wrong_key_and_a_wrong_type(tmp_path: Path) -> None:
    """The schemas refuse an unknown id, a text where a figure is meant, a figure below zero, and a missing key."""
    example = next(EXAMPLES.glob("2024*/*.xlsx"))
    xlreport("export", example, "-o", tmp_path / "export.json")
    sound = (tmp_path / "export.json").read_text(encoding="utf-8")
    schema = filing_schema(find_form("gov2021"))
    for change in (
        lambda values: values["requests"]["new"].update(natural="三"),
        lambda values: values["requests"]["new"].update(natural=-1),
        lambda values: values["requests"]["new"].update(foreign=1),
        lambda values: values["requests"].pop("new"),
    ):
        document = json.loads(sound)
        change(document["values"])
        assert 1 == len(faults(schema, document))


def test_every_test_and_page_that_contracts_name_is_there() -> None:
    """docs/contracts.md points at tests and pages that exist."""
    page = (DOCS / "contracts.md").read_text(encoding="utf-8")
    tests = re.findall(r"`(tests/[\w/]+\.py)`", page)
    links = re.findall(r"\]\(([\w./-]+)\)", page)
    assert tests
    assert links
    missing = [path for path in tests if not (DOCS.parent / path).is_file()]
    missing += [path for path in links if not (DOCS / path).is_file()]
    assert [] == missing
