"""From a real workbook to a package, and what happens to explanations on the way."""

from __future__ import annotations

import json

import pytest

from support.figures import huaian_2024
from xlreport import verbs
from xlreport.filing import Filing
from xlreport.filing_json import to_json
from xlreport.forms import find_form
from xlreport.mail.package import build_package
from xlreport.published.archive import open_package

pytestmark = pytest.mark.long


@pytest.fixture
def workbook(tmp_path):
    """Write a filled workbook: workbook(**changed values)."""

    def make(**changes):
        values = huaian_2024() | {"upward.email": "upward@example.gov.cn"} | changes
        data = tmp_path / "filing.json"
        data.write_bytes(to_json(Filing(form=find_form("gov2021"), values=values)))
        return_to = tmp_path / "填报.xlsx"
        verbs.fill(data, return_to, overwrite=True)
        return return_to

    return make


def test_workbook_becomes_a_package(workbook):
    """Report, package, draft and sheet are made beside the workbook; its bytes are in the package untouched."""
    path = workbook()
    before = path.read_bytes()
    result = build_package(path, explain="已核实")
    folder = path.parent / "输出/淮安市人民政府_2024"
    assert [
        "淮安市人民政府_2024_报送包.zip",
        "淮安市人民政府_2024_报送邮件.eml",
        "淮安市人民政府_2024_政府信息公开工作年度报告.docx",
        "淮安市人民政府_2024_政府信息公开工作年度报告.json",
        "淮安市人民政府_2024_签发单.html",
    ] == sorted(p.name for p in folder.iterdir())
    assert result.path is not None
    _, parts, _ = open_package(result.path)
    assert before == parts["淮安市人民政府_2024_填报工作簿.xlsx"]
    assert before == path.read_bytes()


def test_error_in_the_workbook(workbook):
    """A workbook whose figures do not add up is refused; nothing is made."""
    path = workbook(**{"requests.granted.natural": 1287})
    result = build_package(path)
    assert (1, None) == (result.status, result.path)
    assert any(finding.level == "error" and "balance" in finding.rule for finding in result.findings)
    assert not (path.parent / "输出").exists()


CONTRADICTION = {"overview.on_request": "2024年，我市共收到政府信息公开申请3120件。"}


def test_warning_needs_an_explanation(workbook):
    """A sentence that contradicts the table stops the package until it is explained; the explanation goes with it."""
    path = workbook(**CONTRADICTION)
    refused = build_package(path)
    assert 1 == refused.status
    assert any(finding.level == "warning" and finding.blocks for finding in refused.findings)
    result = build_package(path, explain="含重复登记1件。")
    assert result.path is not None
    _, parts, _ = open_package(result.path)
    assert "含重复登记1件。" in parts["核对情况.html"].decode()
    assert "含重复登记1件。" in parts["淮安市人民政府_2024_政府信息公开工作年度报告.json"].decode()
    assert result.sha256 == build_package(path).sha256
    other = build_package(path, explain="不会替换已有的说明。")
    assert result.sha256 == other.sha256


def test_explanation_goes_on_record_with_a_report_that_lies_there(workbook):
    """An explanation given to `package`, where a report lies in the folder already, is kept for the next run."""
    path = workbook()
    build_package(path, explain="已核实")
    path = workbook(**CONTRADICTION)
    assert 1 == build_package(path).status
    assert 0 == build_package(path, explain="含重复登记1件。").status
    assert 0 == build_package(path).status


def test_explanation_given_to_generate_stands(workbook):
    """What `generate --explain` put on record counts for the package, as long as the figures stand."""
    path = workbook(**CONTRADICTION)
    (generated,) = verbs.generate([path], explain="含重复登记1件。")
    assert 0 == generated.status
    result = build_package(path)
    assert 0 == result.status
    assert result.path is not None
    _, parts, _ = open_package(result.path)
    explanations = json.loads(parts["淮安市人民政府_2024_政府信息公开工作年度报告.json"])["explanations"]
    assert ["含重复登记1件。"] == list(explanations.values())


def test_explanation_falls_with_its_figures(workbook):
    """When the figures change, the recorded explanation no longer counts."""
    (generated,) = verbs.generate([workbook(**CONTRADICTION)], explain="含重复登记1件。")
    assert 0 == generated.status
    changed = {"requests.new.natural": 3003, "requests.granted.natural": 1290}
    result = build_package(workbook(**CONTRADICTION | changed))
    assert 1 == result.status
    assert [False] == [bool(finding.explanation) for finding in result.findings if finding.level == "warning"]
