"""What a field left blank is taken for, by the text of another: the kind of an organ by its name."""

from __future__ import annotations

import pytest

from xlreport.filing import Filing
from xlreport.forms import find_form

ORGANS = [
    ("环翠区信访局", "部门", "无"),
    ("国家税务总局威海市税务局", "部门", "无"),
    ("国家税务总局", "部门", "有"),
    ("国家发展和改革委员会", "部门", "有"),
    ("新疆维吾尔自治区发展和改革委员会", "部门", "无"),
    ("教育部", "部门", "有"),
    ("淮安市人民政府办公室", "部门", "无"),
    ("淮安市人民政府", "政府", ""),
    ("浙江省人民政府", "政府", "有"),
    ("北京市人民政府", "政府", "有"),
    ("广西壮族自治区人民政府", "政府", "有"),
    ("延边朝鲜族自治州人民政府", "政府", "有"),
    ("海州区人民政府", "政府", "无"),
    ("经济技术开发区管理委员会", "政府", "无"),
    ("河包镇人民政府", "乡镇街道", "无"),
    ("北京街道办事处", "乡镇街道", "无"),
    ("临港街道", "乡镇街道", "无"),
    ("某某", "", ""),
]


@pytest.mark.parametrize("form", ["gov2019", "gov2021"])
@pytest.mark.parametrize(("name", "kind", "power"), ORGANS)
def test_the_kind_of_an_organ_is_told_by_its_name(form: str, name: str, kind: str, power: str) -> None:
    """A name says what kind of organ it is and whether it makes 规章; what it cannot say stays open."""
    filing = Filing(form=find_form(form), values={"unit.name": name})
    assert (kind, power) == (filing.text("unit.kind"), filing.text("unit.makes_regulations"))


def test_what_staff_chose_stands() -> None:
    """A choice is not guessed over."""
    values = {"unit.name": "昆山市人民政府", "unit.makes_regulations": "无", "unit.kind": "部门"}
    filing = Filing(form=find_form("gov2021"), values=dict(values))
    assert ("部门", "无") == (filing.text("unit.kind"), filing.text("unit.makes_regulations"))
