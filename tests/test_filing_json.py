"""A filing as JSON and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.figures import shanghai_2019
from xlreport.errors import InputError
from xlreport.filing import Filing, Meta
from xlreport.filing_json import flat, nested, read_json, to_json
from xlreport.forms import find_form

FORM = find_form("gov2019")
INPUTS = [field for field in FORM.fields.values() if field.role != "computed"]


def document(**changes: object) -> dict[str, Any]:
    filing = Filing(form=FORM, values=dict(shanghai_2019()), meta=Meta(year=2019))
    return json.loads(to_json(filing)) | changes


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_shape():
    """The seven keys of the contract; blanks null, computed fields recomputed, ids nested by their parts."""
    exported = document()
    assert list(exported) == ["form", "form_version", "year", "unit", "values", "explanations", "raw"]
    assert (exported["form"], exported["year"], exported["unit"]) == ("gov2019", 2019, "上海市人民政府办公厅")
    requests = exported["values"]["requests"]
    assert requests["new"] == {
        "natural": 821,
        "business": 35,
        "research": None,
        "welfare": None,
        "legal": 2,
        "other": 1,
        "total": 859,
    }
    assert requests["refused"]["state_secret"]["natural"] == 14


def test_every_field_is_exported():
    """No field of the form is left out, blank or not."""
    assert {id_ for id_, _ in flat(document()["values"])} == set(FORM.fields)


FIGURE = st.one_of(st.none(), st.just("/"), st.integers(-9, 10**9), st.floats(0, 10**6, allow_nan=False))
PROSE = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))


@pytest.mark.long
@given(st.data())
def test_round_trip(data: st.DataObject):
    """Blank, 0, "/", text and explanations survive JSON unchanged."""
    chosen = data.draw(st.lists(st.sampled_from(INPUTS), max_size=8, unique_by=lambda field: field.id))
    values = {field.id: data.draw(FIGURE if field.numeric else PROSE) for field in chosen}
    explanations = data.draw(st.dictionaries(st.sampled_from(["jump[new]", "procurement_pair"]), st.text(min_size=1)))
    filing = Filing(form=FORM, values=values, explanations=explanations, meta=Meta(year=2019))
    tree = json.loads(to_json(filing))
    assert {id_: value for id_, value in flat(tree["values"]) if id_ in values} == values
    assert tree["explanations"] == explanations
    assert dict(flat(nested(dict(flat(tree["values"]))))) == dict(flat(tree["values"]))


def test_reading_back(tmp_path: Path):
    """What was exported is the same filing again, without findings."""
    filing = read_json(write(tmp_path / "a.json", document()))
    assert {id_: value for id_, value in filing.values.items() if value is not None} == {
        id_: value for id_, value in shanghai_2019().items() if value is not None
    }
    assert (filing.form.id, filing.year, filing.findings) == (FORM.id, 2019, ())


def test_computed_values_are_held_against_the_recomputed(tmp_path: Path):
    """A total that is not the sum of its parts is ignored and becomes a finding with both numbers."""
    changed = document()
    changed["values"]["requests"]["new"]["total"] = 860
    (finding,) = read_json(write(tmp_path / "a.json", changed)).findings
    assert (finding.rule, finding.expected, finding.actual) == ("computed_differs[requests.new.total]", 859, 860)


def test_unreadable_figures_are_raw(tmp_path: Path):
    """Text where a figure belongs stays what it is, for the workbook and for `raw`."""
    changed = document()
    changed["values"]["requests"]["new"]["natural"] = "约3"
    filing = read_json(write(tmp_path / "a.json", changed))
    assert (filing.values["requests.new.natural"], filing.raw) == (None, {"requests.new.natural": "约3"})


def test_byte_order_mark(tmp_path: Path):
    """A JSON saved by Windows Notepad is read too."""
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document()).encode())
    assert read_json(path).year == 2019


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (document(values={"requests": {"nobody": 1}}), "没有的字段：requests.nobody"),
        (document(values={"unit": {"name": ["a"]}}), "unit.name 应为数、文字或 null"),
        (document(values={"report": {"year": True}}), "report.year 应为数、文字或 null"),
        (document(values=3), "不是 xlreport 导出的 JSON"),
        ([], "不是 xlreport 导出的 JSON"),
        (document(form=None, year=None, values={}), "没有写明表样和年度"),
    ],
)
def test_refused(tmp_path: Path, content: object, words: str):
    """One sentence with the file and the field; status 3."""
    with pytest.raises(InputError, match=words) as caught:
        read_json(write(tmp_path / "a.json", content))
    assert "a.json" in str(caught.value)


def test_missing_and_broken_files(tmp_path: Path):
    """A file that is not there, and one that is no JSON."""
    with pytest.raises(InputError, match="打不开"):
        read_json(tmp_path / "nothing.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="不是 xlreport 导出的 JSON"):
        read_json(tmp_path / "b.json")


@pytest.mark.parametrize(
    "text",
    [
        '{"form": "gov2021", "values": {}, "values": {"unit": {"name": "甲局"}}}',
        '{"form": "gov2021", "values": {"unit": {"name": "甲局", "name": "乙局"}}}',
        '{"form": "gov2021", "values": {"unit.name": "甲局", "unit": {"name": "乙局"}}}',
    ],
)
def test_what_stands_twice_is_refused(tmp_path: Path, text: str):
    """Of two values in one place neither is taken, whichever way the second is written."""
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"“(values|values\.unit\.name|unit\.name)”写了两次，请删去一个"):
        read_json(path)
