"""What reviewers look for: each criterion has a filing that fails it and one that does not, in each form that has it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from support.figures import huaian_2024
from xlreport.errors import DefinitionError
from xlreport.filing import Filing, FilingValue
from xlreport.finding import Finding
from xlreport.forms import find_form, form_ids
from xlreport.forms.definition import CriterionText
from xlreport.prose.criteria import compiled, unmet
from xlreport.prose.references import resolve_references
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells

#: A sound filing: every criterion is silent.
SOUND: dict[str, FilingValue] = {
    "unit.name": "环翠区信访局",
    "report.year": 2024,
    "report.intro": "本报告依据条例编制，统计期限自2024年1月1日至2024年12月31日。",
    "overview.summary": "2024年，本局主动公开政府信息120条。",
    "overview.on_request": "收到政府信息公开申请3件。",
    "overview.management": "健全政府信息管理制度。",
    "overview.platform": "加强网站平台建设。",
    "overview.oversight": "加强监督检查，接受社会评议和考核，没有责任追究的情形。",
    "problems.text": "政策解读形式单一。下一步将丰富解读形式。",
    "other_matters.text": "本年度未收取信息处理费。",
}

Values = dict[str, FilingValue]

#: By criterion: what fails it, the words that its message quotes; and what is near and does not.
CASES: list[tuple[str, Values, str, Values]] = [
    ("five_aspects", {"overview.platform": None}, "平台建设", {"overview.platform": "改版网站平台。"}),
    (
        "no_figures",
        {"overview.summary": "主动公开各类信息。", "overview.on_request": "依法办理申请。"},
        "没有一个数字",
        {"overview.summary": "主动公开各类信息。", "overview.on_request": "未收到政府信息公开申请。"},
    ),
    ("problems_denied", {"problems.text": "未发现问题。下一步继续努力。"}, "未发现问题", {}),
    ("problems_denied", {"problems.text": "无。"}, "“无。”", {}),
    ("problems_denied", {"problems.text": "存在的问题：无。改进情况：无。"}, "问题：无", {}),
    (
        "problems_denied",
        {"problems.text": "暂不存在明显不足，下一步继续改进。"},
        "不存在明显不足",
        {"problems.text": "有的单位没有问题意识，更新不够及时，下一步将加强培训。"},
    ),
    ("problems_denied", {"problems.text": "基本没有问题，下一步继续改进。"}, "没有问题", {}),
    ("problems_named", {"problems.text": "政策解读质量不高。"}, "改进的措施", {}),
    ("problems_named", {"problems.text": "下一步将加强学习。"}, "存在的问题", {}),
    (
        "nonsense",
        {"problems.text": "啊啊啊啊啊啊啊啊"},
        "啊啊啊",
        {"problems.text": "件件有回音，件件有着落，件件有落实。"},
    ),
    ("nonsense", {"overview.management": "测试文字测试文字测试文字测试文字"}, "测试文字", {}),
    (
        "slips",
        {"overview.summary": "截止2024年12月31日公开120条。"},
        "应为“截至”",
        {"overview.summary": "申请截止日期前公开120条。"},
    ),
    (
        "slips",
        {"overview.on_request": "做出不予公开决定3件。"},
        "应为“作出”",
        {"overview.on_request": "为群众做出贡献3件。"},
    ),
    ("slips", {"overview.management": "落实《信息公开条列》。"}, "应为“条例”", {}),
    (
        "doubled_words",
        {"overview.management": "加强加强制度建设。"},
        "加强加强",
        {"overview.management": "一件一件办，逐条逐条改。"},
    ),
    ("doubled_words", {"overview.platform": "网站的的平台。"}, "的的", {"overview.platform": "网站平台的的确确好用。"}),
    (
        "no_full_stop",
        {"overview.management": "健全政府信息管理制度，明确责任分工，规范工作流程"},
        "规范工作流程",
        {"overview.management": "（一）健全政府信息管理制度\n健全制度。"},
    ),
    (
        "half_width_signs",
        {"overview.platform": "加强平台建设,改版网站。"},
        "设,",
        {"overview.platform": "平台访问1,234次，网址a,b。"},
    ),
    ("placeholders", {"overview.platform": "建设XX平台。"}, "XX", {"overview.platform": "用AXX型平台。"}),
    (
        "placeholders",
        {"overview.platform": "平台（此处填写名称）上线。"},
        "此处填写名称",
        {"overview.platform": "平台（试运行）上线。"},
    ),
    ("placeholders", {"overview.platform": "平台\ufffd上线。"}, "\ufffd", {}),
    (
        "placeholders",
        {"overview.platform": "[单位名称]平台上线。"},
        "[单位名称]",
        {"overview.platform": "本单位（含所属单位）平台上线，受理【新收申请数】件。"},
    ),
    (
        "placeholders",
        {"overview.platform": "平台访问？？？？次。"},
        "？？？？",
        {"overview.platform": "公开什么？怎么公开？"},
    ),
    (
        "identity_numbers",
        {"overview.on_request": "申请人身份证号110105199003071234。"},
        "110105199003071234",
        {"overview.on_request": "网站访问110105199次。"},
    ),
    (
        "mobile_numbers",
        {"report.intro": "联系电话13812345678，统计期限1月1日至12月31日。"},
        "13812345678",
        {"report.intro": "电话0631-5231234，统计期限1月1日至12月31日。"},
    ),
    (
        "applicants_named",
        {"overview.on_request": "申请人王小明提出申请3件。"},
        "王小明",
        {"overview.on_request": "申请人向本局提出申请3件。"},
    ),
    (
        "secrecy_words",
        {"overview.management": "内部资料，注意保存。"},
        "内部资料",
        {"overview.management": "依法保守国家秘密，做好密级管理。"},
    ),
    (
        "document_numbers",
        {"overview.management": "落实国办公开办函[2021]30号。"},
        "函[2021]30号",
        {"overview.management": "落实国办公开办函〔2021〕30号。"},
    ),
    ("old_regulation", {"report.intro": "依据条例（国务院令第492号），统计期限1月1日至12月31日。"}, "第492号", {}),
    (
        "regulation_name",
        {"report.intro": "根据《中华人民共和国信息公开条例》，统计期限1月1日至12月31日。"},
        "《中华人民共和国信息公开条例》",
        {"report.intro": "根据《政府信息公开条例》《甲市政府信息公开办法》，统计期限1月1日至12月31日。"},
    ),
    (
        "regulation_name",
        {"report.intro": "根据《政府信息公开条理》，统计期限1月1日至12月31日。"},
        "《政府信息公开条理》",
        {},
    ),
    (
        "covering_letter",
        {"report.intro": "现报上贵办，统计期限1月1日至12月31日。"},
        "贵办",
        {"report.intro": "办法难能可贵，办得好。统计期限1月1日至12月31日。"},
    ),
    (
        "prose_fees",
        {"other_matters.handling_fee": 30, "other_matters.text": "无。"},
        "30元",
        {"other_matters.handling_fee": 30},
    ),
    (
        "lost_cases",
        {"appeals.review.corrected": 1},
        "结果纠正",
        {"appeals.review.corrected": 1, "problems.text": "行政复议被纠正1件，下一步改进。"},
    ),
    (
        "government_duties",
        {"unit.name": "海州区人民政府", "overview.oversight": "加强监督。"},
        "工作考核、社会评议、责任追究",
        {"overview.oversight": "加强监督。"},
    ),
]

#: Of one form only: gov2019 is for 2019, SOUND for the year before its date.
DATED: dict[str, list[tuple[str, Values, str, Values]]] = {
    form: [
        (
            "late",
            {"report.date": f"{year + 1}年2月1日"},
            f"成文日期是{year + 1}年2月1日，已过期限",
            {"report.date": f"{year + 1}年1月31日"},
        ),
        (
            "late",
            {"report.date": f"{year + 1}年4月1日", "unit.name": "甲市人民政府"},
            "已过期限",
            {"report.date": f"{year + 1}年3月31日", "unit.name": "甲市人民政府"},
        ),
        ("early", {"report.date": f"{year}年12月30日"}, "像是去年报告的日期", {"report.date": f"{year}年12月31日"}),
        ("early", {"report.date": f"{year}年1月1日"}, "像是去年报告的日期", {"report.date": f"{year + 1}年1月1日"}),
    ]
    for form, year in {"gov2019": 2019, "gov2021": 2024}.items()
}

OF_2021: list[tuple[str, Values, str, Values]] = [
    (
        "intro_period",
        {"report.intro": "现将2024年度情况报告如下。"},
        "统计期限",
        {"report.intro": "统计期限为1月1日起至12月31日止。"},
    ),
    ("fee_unsaid", {"requests.new.natural": 3, "other_matters.text": "无。"}, "未收取", {"other_matters.text": "无。"}),
    ("old_form", {"report.intro": "依据国办公开办函〔2019〕60号，统计期限1月1日至12月31日。"}, "60号", {}),
    (
        "wrong_form_number",
        {"overview.management": "落实国办公开办函〔2021〕31号。"},
        "30号",
        {"overview.management": "落实国办公开办函〔2021〕30号。"},
    ),
    ("fees_in_yuan", {"disclosure.fees.amount": 123456}, "123456万元", {"disclosure.fees.amount": 12345}),
    (
        "unpaid_without_fee",
        {"requests.other_handling.unpaid.natural": 2, "other_matters.handling_fee": 0},
        "2件因逾期未缴费",
        {"requests.other_handling.unpaid.natural": 2, "other_matters.handling_fee": 10},
    ),
    (
        "no_power",
        {"disclosure.regulations.in_force": 2},
        "没有制定规章的权力",
        {
            "disclosure.regulations.in_force": 2,
            "unit.name": "浙江省人民政府",
            "overview.oversight": SOUND["overview.oversight"],
        },
    ),
]

ALL = [(form, *case) for form in form_ids() for case in CASES + DATED[form] + (OF_2021 if form == "gov2021" else [])]


def found(form: str, values: Values) -> list[Finding]:
    filing = Filing(
        form=find_form(form), values={**SOUND, "report.year": 2019 if form == "gov2019" else 2024, **values}
    )
    cells = filing_cells(filing)
    return list(unmet(filing, resolve_references(filing, cells)[0], standard_prose(filing, cells), cells))


@pytest.mark.parametrize("form", form_ids())
def test_every_criterion_has_a_case(form: str):
    """No criterion is added without saying what fails it and what does not; each names its source."""
    criteria = find_form(form).criteria
    assert {criterion.id for criterion in criteria} == {id_ for name, id_, *_ in ALL if name == form}
    assert [] == [criterion.id for criterion in criteria if not criterion.basis or not criterion.name]


@pytest.mark.parametrize("form", form_ids())
def test_a_sound_filing_meets_all(form: str):
    """A good report gives nothing to explain."""
    assert [] == found(form, {})


@pytest.mark.parametrize(("form", "id_", "values", "words", "near"), ALL)
def test_a_criterion_fires_and_stays_silent(form: str, id_: str, values: Values, words: str, near: Values):
    """What fails a criterion is said with the words and what to do, and by that criterion alone; what is near is not."""
    (finding,) = [each for each in found(form, values) if each.rule.partition("[")[0] == id_]
    assert words in finding.message
    assert id_ not in {each.rule.partition("[")[0] for each in found(form, near)}


@pytest.mark.parametrize("text", ["无。", "无", "没有其他需要报告的事项。", "本单位无其他需要报告的事项。", "暂无。"])
def test_fees_ask_for_a_word_in_section_six(text: str):
    """A fee for handling, or fees of another kind that are taken for it, and a section six that says nothing of it."""
    (finding,) = found("gov2021", {"other_matters.text": text, "disclosure.fees.amount": 12.5})
    assert ("prose_fees[other_matters.text]", "warning") == (finding.rule, finding.level)
    assert "12.5万元" in finding.message


def test_figures_alone_decide_where_there_is_no_text():
    """The real figures of a city government: what it lost is asked for, its regulations are not."""
    rules = {each.rule.partition("[")[0] for each in found("gov2021", {**huaian_2024(), "unit.name": "淮安市人民政府"})}
    assert "lost_cases" in rules
    assert "no_power" not in rules


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": ("(",)}, "正则表达式"),
        ({"words": (), "lacks": {}}, "应写"),
        ({"lacks": {"某": "某"}}, "只能写一种"),
        ({"fields": ("no.field",)}, "没有文字字段 no.field"),
        ({"message": "{no.field}"}, "不是字段"),
        ({"when": "N(no.field) > 0"}, "no.field"),
    ],
)
def test_a_bad_criterion_is_named(change: dict[str, object], said: str):
    """Each slip in a criterion is one sentence that names it."""
    good = CriterionText(id="mine", level="note", name="某", basis="某", message="{said}", words=("某",))
    form = find_form("gov2021")
    compiled(msgspec.structs.replace(form, criteria=(good,)))
    with pytest.raises(DefinitionError, match="mine") as caught:
        compiled(msgspec.structs.replace(form, criteria=(msgspec.structs.replace(good, **change),)))
    assert said in str(caught.value)


def test_a_form_drops_and_changes_criteria(tmp_path: Path):
    """What stands in a base is switched off by `without`, and its level changed by an entry of its id."""
    (tmp_path / "form.toml").write_text(
        'base = "gov2021"\nid = "mine"\nversion = "1"\nbasis = "测试"\nfirst_year = 2030\n', encoding="utf-8"
    )
    (tmp_path / "criteria.toml").write_text(
        'without = ["criteria.slips"]\n[[criteria]]\nid = "no_figures"\nlevel = "note"\n', encoding="utf-8"
    )
    form, base = find_form(str(tmp_path)), find_form("gov2021")
    levels = {criterion.id: criterion.level for criterion in form.criteria}
    expected: dict[str, str] = {criterion.id: criterion.level for criterion in base.criteria if criterion.id != "slips"}
    assert {**expected, "no_figures": "note"} == levels
