"""How staff's texts are built: sub-headings, headings typed again, paragraphs twice."""

from __future__ import annotations

import pytest

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.structure import misbuilt

LONG = "健全政府信息管理制度，明确责任分工，规范工作流程。"


def said(texts: dict[str, str]) -> list[tuple[str, str]]:
    filing = Filing(form=find_form("gov2021"), values=dict(texts))
    return [(str(finding.rule), finding.message) for finding in misbuilt(filing, texts)]


@pytest.mark.parametrize(
    ("texts", "rule", "words"),
    [
        (
            {"overview.summary": f"（一）概述\n{LONG}\n（三）公开\n平稳。\n（三）平台\n良好。"},
            "heading_numbers",
            "（一）（三）（三）",
        ),
        ({"problems.text": "（二）问题\n有。\n（三）措施\n有。"}, "heading_numbers", "（二）（三）"),
        ({"overview.summary": "（一）概述\n（二）公开\n平稳。"}, "heading_empty", "（一）概述"),
        ({"overview.summary": f"（一）概述\n{LONG}\n（二）公开"}, "heading_empty", "（二）公开"),
        ({"problems.text": f"五、存在的主要问题及改进情况\n{LONG}"}, "heading_again", "五、存在的主要问题"),
        ({"other_matters.text": "其他需要报告的事项：\n无。"}, "heading_again", "其他需要报告的事项"),
        ({"overview.proactive": f"（二）主动公开\n{LONG}"}, "heading_again", "（二）主动公开"),
        ({"problems.text": f"㈠问题\n{LONG}\n㈢措施\n平稳。"}, "heading_numbers", "（一）（三）"),
        ({"problems.text": "1.制度不全。\n2.更新不快。\n2.培训不多。"}, "heading_numbers", "1.2.2."),
        ({"problems.text": "（1）制度不全。\n（3）更新不快。"}, "heading_numbers", "（1）（3）"),
        ({"problems.text": "①制度不全。②更新不快。④培训不多。"}, "heading_numbers", "①②④"),
        ({"problems.text": "一、问题。\n三、措施。"}, "heading_numbers", "一、三、"),
        ({"problems.text": "问题有：一是制度不全；三是更新不快。"}, "heading_numbers", "一是、三是"),
        ({"problems.text": "一是制度不全。\n二是更新不快。\n二是培训不多。"}, "heading_numbers", "一是、二是、二是"),
        ({"problems.text": "第一，制度不全。第三，更新不快。"}, "heading_numbers", "第一、第三"),
        ({"problems.text": f"{LONG}\n五、存在的主要问题及改进情况\n平稳。"}, "heading_again", "五、存在的主要问题"),
        ({"overview.summary": f"五、存在的主要问题及改进情况\n{LONG}"}, "heading_again", "五、存在的主要问题"),
        ({"report.intro": f"一、总体情况\n{LONG}"}, "heading_again", "一、总体情况"),
        ({"overview.proactive": f"㈠主动公开\n{LONG}"}, "heading_again", "㈠主动公开"),
        ({"overview.proactive": f"(一)主动公开\n{LONG}"}, "heading_again", "(一)主动公开"),
        ({"overview.management": f"{LONG}\n{LONG}"}, "prose_twice", "这一格里"),
        ({"overview.management": LONG, "overview.platform": f"平台好。\n{LONG}"}, "prose_twice", "“政府信息管理”里"),
    ],
)
def test_a_slip_is_told_once(texts: dict[str, str], rule: str, words: str):
    """Each kind of slip is one sentence that quotes the words."""
    ((id_, message),) = said(texts)
    assert rule == id_.partition("[")[0]
    assert words in message


@pytest.mark.parametrize(
    "texts",
    [
        {"overview.summary": f"（一）概述\n{LONG}\n（二）公开\n平稳。"},
        {"overview.summary": f"（一）概述。{LONG}\n（二）公开。平稳。"},
        {"overview.summary": "总体平稳。\n（一）这是唯一的一条。"},
        {"problems.text": "存在的主要问题及改进情况如下。\n一是慢，二是少。"},
        {"other_matters.text": "无。"},
        {"problems.text": "一、问题\n（一）慢。\n（二）少。\n二、措施\n（一）快。\n（二）多。"},
        {"problems.text": "主要问题：一是慢；二是少。改进措施：一是快；二是多；三是勤。"},
        {"problems.text": "1.慢。\n2.少。\n改进：\n1.快。\n2.多。"},
        {"problems.text": "统一是前提，第三方评估第一，2024年1.5万条。\n2.5万人次参加。"},
        {"problems.text": "一是慢。"},
        {"overview.summary": "总体情况良好。\n主动公开有序。"},
        {"overview.management": "无。\n无。", "overview.platform": "无。"},
        {
            "overview.summary": "\n".join(
                f"（{n}）第{n}项\n说明。" for n in ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"]
            )
        },
        {},
    ],
)
def test_what_is_sound_is_left_alone(texts: dict[str, str]):
    """Run-in headings, short lines and numbers in a row are no slips."""
    assert [] == said(texts)
