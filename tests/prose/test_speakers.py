"""Another unit's words in a report: its name, what it calls itself, its signature."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.speakers import Speaker, other_speakers
from xlreport.prose.unit_names import UnitNames

FORM = find_form("gov2021")


def said(unit: str, text: str, **values: str) -> list[tuple[str, object]]:
    known: dict[str, Any] = {"unit.name": unit, "report.year": 2025}
    filing = Filing(form=FORM, values=known | {name.replace("_", ".", 1): value for name, value in values.items()})
    return [
        (finding.rule.partition("[")[0], finding.actual) for finding in other_speakers(filing, {"report.intro": text})
    ]


@pytest.mark.parametrize(
    ("unit", "text", "name"),
    [
        ("环翠区信访局", "现将文登区信访局2025年度政府信息公开工作情况公布如下：", "文登区信访局"),
        ("环翠区信访局", "现将2025年度区司法局政府信息公开工作情况报告如下。", "区司法局"),
        ("环翠区信访局", "2025年，区财政局共收到政府信息公开申请3件。", "区财政局"),
        ("环翠区信访局", "文登区信访局认真落实条例要求。", "文登区信访局"),
        ("海州区住房和城乡建设局", "赣榆区住房和城乡建设局高度重视。", "赣榆区住房和城乡建设局"),
        ("海州区路南街道办事处", "2025年，路北街道办事处认真贯彻条例。", "路北街道办事处"),
        ("海州区路南街道办事处", "路北街道共收到政府信息公开申请3件。", "路北街道"),
        ("河包镇人民政府", "仁义镇坚持以公开为常态。", "仁义镇"),
        ("河包镇人民政府", "安富街道认真执行政府信息管理制度。", "安富街道"),
        ("环翠区信访局", "2025年，区司法局高度重视政府信息公开工作。", "区司法局"),
        ("环翠区信访局", "荣成市医疗保障局严格执行条例。", "荣成市医疗保障局"),
        ("淮安市人民政府", "现将扬州市人民政府2025年政府信息公开情况报告如下。", "扬州市人民政府"),
    ],
)
def test_another_unit_speaks(unit: str, text: str, name: str):
    """In the title-like place, as who received the requests, or a unit of the same pattern acting."""
    assert [("prose_other_unit", name)] == said(unit, text)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("环翠区信访局", "现将区信访局2025年度政府信息公开工作情况公布如下。"),
        ("环翠区信访局", "市财政局收到政府信息公开申请3件，转送我局办理。"),
        ("环翠区信访局", "司法局共收到行政复议申请3件。"),
        ("环翠区信访局", "在区委、区政府的领导下，区司法局积极配合，威海市信访局高度重视。"),
        ("环翠区信访局", "学习借鉴文登区信访局经验，文登区信访局认真做了介绍。"),
        ("海州区住房和城乡建设局", "区住建局2025年共收到政府信息公开申请3件。"),
        ("海州区路南街道办事处", "路南街道认真贯彻。各街道积极推动。辖区街道主动公开。海州区路南街道共收到政府信息公开申请3件。"),
        ("河包镇人民政府", "认真落实三审制度，并结合我镇政府信息公开审查制度。"),
        ("武昌区教育局", "区教育局全面梳理区教育局依法行使的权力。根据规定，区教育局对区教育局的信息主动公开。"),
        ("河包镇人民政府", "荣昌区河包镇坚持公开。乡镇共同推进。集镇通过改造。"),
        ("淮安市人民政府", "淮安市人民政府办公室认真编制。市公安局收到政府信息公开申请3件。现将我市政府信息公开情况报告如下。"),
        ("上海市人民政府办公厅", "市政府办公厅坚持以公开为常态。现将市政府办公厅2025年政府信息公开工作情况报告如下。"),
        ("环翠区信访局", "区司法局积极指导我局办理复议。按区政府要求，区司法局严格执行时限。区信访局高度重视。"),
        ("河包镇人民政府", "镇综合行政执法办公室认真落实。河包镇各街道居民积极参与。"),
        ("甲", "乙局认真落实。"),
    ],
)  # fmt: skip
def test_others_are_rightly_named(unit: str, text: str):
    """The unit's own shortened name, offices above, beside and below it."""
    assert [] == said(unit, text)


@pytest.mark.parametrize(
    ("unit", "text", "word"),
    [
        ("环翠区信访局", "2025年，我局认真落实条例，我镇政务公开工作有序。", "我镇"),
        ("环翠区信访局", "我街道设立公开栏。", "我街道"),
        ("河包镇人民政府", "我局未收到申请。", "我局"),
        ("海州区路南街道办事处", "本局未收到申请。", "本局"),
        ("淮安市发展和改革委员会", "我办高度重视。", "我办"),
    ],
)
def test_what_it_cannot_call_itself(unit: str, text: str, word: str):
    """A word for oneself of another kind of office."""
    assert [("prose_other_self", word)] == said(unit, text)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("环翠区信访局", "我局、本机关、本单位、我区、全区、本办法、我委托、“我为群众办实事”、基本局面。"),
        ("海州区路南街道办事处", "我街道、我办、本级。"),
        ("河包镇人民政府", "我镇、我县、我办。"),
        ("某区政务服务中心", "我局、我委。"),
    ],
)
def test_what_it_may_call_itself(unit: str, text: str):
    """Its own word, the place's, and words that only look alike; of a centre it is not known."""
    assert [] == said(unit, text)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("区信访局", []),
        ("威海市环翠区信访局", []),
        ("环翠区信访局 ", []),
        ("文登区信访局", [("other_signature", "文登区信访局")]),
        ("环翠区司法局", [("other_signature", "环翠区司法局")]),
        ("环翠区司法局\n环翠区信访局", []),
        ("环翠区司法局\n环翠区财政局", [("other_signature", "环翠区司法局、环翠区财政局")]),
    ],
)
def test_signature(signature: str, expected: list[tuple[str, str]]):
    """The full name, shortened, or with more before it, one of those that sign together; another is a note."""
    assert expected == said("环翠区信访局", "", unit_signature=signature)


def test_without_a_unit():
    """A filing without a unit's name is nobody's."""
    assert [] == said("", "路北街道办事处认真贯彻。我镇。", unit_signature="甲局")


_NAMES = st.text("海州区路南街道办事处镇局信访", min_size=2, max_size=12)


@given(_NAMES, st.sets(st.integers(0, 11)))
def test_shortened_is_own(unit: str, left_out: set[int]):
    """A name that leaves out some signs of the unit's, two at least kept, is its own; so is the whole with more before."""
    short = "".join(sign for n, sign in enumerate(unit) if n not in left_out)
    names = UnitNames(unit)
    assert len(short) < 2 or names.may_be_called(short)
    assert names.may_be_called(f"威海市{unit}")


@given(st.text("现将甲乙局镇街道2025年，。收到政府信息公开申请我本认真", max_size=80))
def test_names_are_words_of_the_text(text: str):
    """What is quoted stands in the text."""
    for name in Speaker(UnitNames("海州区路南街道办事处")).others_in(text):
        assert name in text
