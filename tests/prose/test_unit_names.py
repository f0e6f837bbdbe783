"""What a unit is called: in full, shortened, by the offices within it; and what is another office."""

from __future__ import annotations

import pytest

from xlreport.prose.unit_names import UnitNames


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("海州区住房和城乡建设局", "区住建局"),
        ("海州区住房和城乡建设局", "住房和城乡建设局"),
        ("海州区住房和城乡建设局", "局办公室"),
        ("河包镇人民政府", "河包镇"),
        ("河包镇人民政府", "镇政府"),
        ("河包镇人民政府", "镇综合执法队"),
        ("白沙县人民政府", "新印发县政府"),
        ("云陂经济技术开发区管理委员会", "开发区管委会"),
        ("澜江市公安局松亭分局", "松亭分局"),
        ("海州区民政局", "我局"),
    ],
)
def test_is_called(unit: str, name: str):
    """Its figures are the unit's own."""
    assert UnitNames(unit).is_called(name)
    assert UnitNames(unit, "我局").is_called(name)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("海州区住房和城乡建设局", "市住建局"),
        ("海州区住房和城乡建设局", "区自然资源局"),
        ("澜江市公安局松亭分局", "市公安局"),
        ("白沙县人民政府", "县自然资源局"),
        ("河包镇人民政府", "县政府"),
        ("河包镇人民政府", ""),
    ],
)
def test_is_another(unit: str, name: str):
    """Its figures are not the unit's."""
    assert not UnitNames(unit).is_called(name)


def test_what_another_does_at_the_unit_is_not_the_units():
    assert not UnitNames("柳桥镇人民政府", "我镇").is_called("县综合执法局在我镇")
