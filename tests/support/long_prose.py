"""Prose of any length in shapes that are slow to read, and a filing with it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from xlreport.filing import Filing, FilingValue
from xlreport.forms import find_form

if TYPE_CHECKING:
    from collections.abc import Callable

#: All that a cell of a workbook holds.
CELL = 32_767

#: What the prose of these reports is made of, what marks, brackets and markup there are, and № for a running number.
ATOMS = [
    *"、，。；：（）()【】《》〔〕！.%\n\t　十第约和为无各等如",
    *("其中", "分别为", "具体是", "共", "共计", "合计", "另有", "主要", "以", "为主", "较上年", "同比", "计划", "全部"),
    *("1", "12", "1,234", "三百", "一亿", "100%", "2022年", "2024年", "2024年1月1日", "本年度", "№", "件", "条", "万元"),
    *("自然人", "商业企业", "新收", "收到", "申请", "政府信息公开申请", "依申请公开", "予以公开", "公开", "不予公开", "办结"),
    *("上年结转", "结转下年度", "行政复议", "诉讼", "维持", "规章", "规范性文件", "制发", "现行有效", "行政许可", "收费"),
    *("未收到", "没有", "新的", "我局", "市政府", "街道", "主动公开", "信息", "政策文件", "其他", "（一）", "{{", "}}", "<", "&"),
    *("新收申请数", "【新收申请数】", "行政复议结果维持数", "\u200b", "\u202e", "\u2028"),
]  # fmt: skip

#: Shapes that once took seconds to minutes, or raised.
SHAPES = [
    *(
        "其中自然人3件、",
        "分别为1、",
        "【】",
        "【№】",
        "其中1件",
        "共2件（其中1件、1件、",
        "合计3件、",
        "共1件，其中№件、",
    ),
    *(
        "收到申请5件（其中自然人2件、企业1件），",
        "2022年，较",
        "申请№量同比增长30%。",
        "收到申请№件，较上年增加1件，",
        "2024年，在区政府领导下，",
        "。甲镇认真乙镇",
        "\n",
        "1、",
        "一亿",
        "共计",
        "另有",
        "【新收申请№】",
        "！",
    ),
    # Digits without end, and rates, shares, departments and totals one after the other.
    *(
        "12",
        "办结率45%，",
        "占45%，",
        "各部门，",
        "共1件（其中1件、其中1件、",
        "均办结，",
        "（1件）共",
        "3件，分别占1%和2%，",
        "、申请分别为1件、2件",
    ),
]

FIELDS = [field.id for field in find_form("gov2021").prose]


def repeated(unit: list[str], length: int) -> str:
    """The unit over and over; № is another number each time."""
    return "".join("".join(unit).replace("№", str(n)) for n in range(length // len("".join(unit)) + 1))[:length]


def mixed(atoms: list[str], seed: int) -> Callable[[int], str]:
    """A text in which the atoms follow each other by chance; a longer one begins like a shorter one."""

    def text(length: int) -> str:
        chance = random.Random(seed)
        return "".join(chance.choice(atoms).replace("№", str(n)) for n in range(length))[:length]

    return text


def filing(field: str, text: str) -> Filing:
    values: dict[str, FilingValue] = {
        "unit.name": "某市公安局",
        "unit.short_name": "我局",
        "published.channel": "门户网站",
        "report.year": 2024,
        "requests.new.natural": 5,
        "requests.granted.natural": 3,
    }
    return Filing(form=find_form("gov2021"), values={**values, field: text})
