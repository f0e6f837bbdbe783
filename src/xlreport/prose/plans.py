"""Last year's plan left in this year's report: 2025年，我局将进一步… in the report for 2025.

将 is a sign of the future only before what is going to be done; before a thing it is 把 (将政务公开纳入考核).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.prose.figures import half_width
from xlreport.prose.references import where
from xlreport.wording import shortened_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.filing import Filing
    from xlreport.finding import Finding

#: What stands behind 将 only where it tells the future.
_FUTURE = (
    "继续|进一步|着力|不断|持续|努力|坚持|切实|认真|严格|紧紧|紧扣|聚焦|立足|按照|根据|结合|围绕|采取|从(?![业前事])|会(?![议计员同商场])|以(?![往前上下及])|在(?![线职建编])"
    "|对(?![外口应照接])|重点(?!领域|工作|任务|项目|民生|信息|内容|事项|建设)"
)
#: What may also be the name of the thing that 将 is about, where the clause says what is made of it.
_DOING = "加强|加大|强化|完善|健全|推进|推动|优化|提升|提高|做好|抓好|突出|拓展|丰富|规范(?!性)|开展|组织|建立|全面|深入|深化|加快|积极"
_MADE_OF_IT = "作为|纳入|列入|列为|列出|融入|贯穿|摆|放在|当作|视为|落实[到在]|结合|情况|相"
_WILL = f"将(?:(?:{_FUTURE})|(?:{_DOING})(?![^，,。；;！？!?\n]{{0,40}}(?:{_MADE_OF_IT})))"

_WHO = (
    r"(?:[我本全](?:部门|机关|单位|街道|中心|级政府|行政机关|[省市县区旗州镇乡局办委厅院馆处所校会])"
    r"|[\u4e00-\u9fff]{1,14}(?:街道|中心|办事处|办公室|委员会|政府|[局办委厅镇乡]))?"
)
#: A clause before the plan that says only under whom, with what aim.
_FRAME = "(?:是|在|按照|根据|围绕|针对|以|结合|面对|为|作为)[^，,。；;！？!?\n]{0,40}"
_DONE_BY = "完成|实现|建成|投入|开通|上线|启动|出台|建立|开展"


def left_plans(filing: Filing, texts: Mapping[str, str]) -> Iterator[Finding]:
    """A warning for each of staff's texts (by field id) that tells of the report's own year as of what is to come."""
    if filing.year is None:
        return
    for id_, text in texts.items():
        words = next(planned_in(text, filing.year), None)
        if words is not None:
            yield kinds.PROSE_PLAN.finding(
                f"{where(filing, id_)}：“{shortened_inside(words)}”把{filing.year}年说成将来，而报告就是{filing.year}年度的，"
                "可能是去年的计划没有改，请写已经做了什么，或改成下一年",
                [filing.place(id_), filing.place("report.year")],
                item=id_,
                actual=words,
            )


def planned_in(text: str, year: int) -> Iterator[str]:
    """The words of a text that tell of a year as of what is to come, each up to the end of its clause."""
    for match in _plan(year).finditer(half_width(text)):
        yield "".join(text[match.start("words") : match.end()].split())


@cache
def _plan(year: int) -> re.Pattern[str]:
    chinese = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    named = rf"(?<![0-9])(?:{year}|{chinese.replace('〇', '[〇○零]')})\s*年度?"
    rest = "[^，,。；;！？!?\n]{0,30}"
    return re.compile(
        rf"(?P<words>{named}(?:里|中|的?工作中?|新的一年)?(?:{_FRAME})?(?:[，,]\s*{_FRAME}){{0,3}}[，,]?\s*{_WHO}(?:还|也|仍)?{_WILL}{rest}"
        rf"|下一?步(?:工作)?[，,：:]?{_WHO}将?[在于]?{named}[里中]?[，,]?{_WHO}(?:将|计划|拟)?(?:{_FUTURE}){rest}"
        rf"|(?<![原初虚模])(?:计划|拟|预计|力争|争取)[在于到]?{named}(?:[底末]|[上下]半年|[0-9]{{1,2}}月)?[底前内]*(?:{_DONE_BY}){rest}"
        rf"|^[ \u3000]*(?:[（(]?[一二三四五六七八九十]+[）)、])?{named}(?:的?工作)?(?:打算|计划|思路|安排|设想)[：:。]?[ \u3000]*$)",
        re.MULTILINE,
    )
