"""Whose figures: the unit's own, or those of another office, which are not those of the tables.

我局, 本机关, 全镇 are the unit as its names are; a government counts what all its departments did as its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.unit_names import UnitNames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.prose.joined_words import Item

#: How the names of offices end.
_OFFICE = re.compile(
    r"(?:街道办|管委会|委员会|办公室|办公厅|政府|[大支总中]队|中心|集团|公司|学校|医院|街道|[局委厅院馆镇乡县区州市站所处办])\Z"
)
#: A clause that another office opens: 区政府收到涉我局的申请.
_ACTS_BEFORE = re.compile(r"(?:收到|受理|接到|接收|办理|派驻|作出|答复|审理|转来)")

_PLACES = tuple("省市县区州旗镇乡")

#: Endings that are an office's whatever adverb follows: 县自然资源局直接受理.
_STRONG = re.compile(
    r"(?:(?<![格全布结当时僵变开大])局|委员会|办公室|办公厅|政府办|管委会|街道办|[支大中总]队|公司)(?=[^，、]{0,6}\Z)"
)

_LEADING = re.compile(r"^.*(?:[由向对是为的]|年度?|以来|目前|其中)(?=[\u4e00-\u9fff]{2})")
_NAME = re.compile(r"[\u4e00-\u9fff]{1,20}\Z")

#: An office behind these is not the one that acts: 明确党政办为受理机构.
_DONE_TO = re.compile(
    r"(?:明确|指定|确定|委托|依托|协调|会同|配合|联合|组织|督促|指导|邀请|抽调|报请|提请|报送|征求|商请|要求|安排|设立|成立|转送|移交|移送)[\u4e00-\u9fff]{1,16}\Z"
)

#: Words that end like an office and are none.
_NO_OFFICE = re.compile(
    r"(?:格|全|布|结|当|时|僵|变|开|大)局\Z|(?:城|下|家|返)乡\Z|(?:城|集)镇\Z|(?:城|小|社|地|辖|园|片|景|库)区\Z|(?:便|场|住|会|有|无|处|之)所\Z|(?:网|车|工作|服务)站\Z"
    r"|(?:之|好|用|益|各|到|何|深|查|惩|出)处\Z|大厅\Z|(?:数据|政务服务|行政服务|便民服务|服务)中心\Z|门户网\Z|(?:督|承|交|举|开|分|催|转|主|协|跟|应|待|经|补|即|申|未|已|在|网|快|举|兴|难|可)办\Z|(?:城|超|上)市\Z|法院\Z|检察院\Z"
)

_OWN = re.compile(
    r"(?:我|本)(?:局|办|委|馆|院|厅|处|所|站|中心|市|县|区|镇|乡|街道?|校|会|队|部门?|机关|单位|级政府|级)|该[局办委]|局机关|委机关|机关本级|本行政机关"
)
#: A government's report is written by its office, whose own figures are not the government's.
_OFFICE_OF = re.compile(r"[我本](?:办|局|厅)(?!理)|政府办(?!理|结|件|复)(?:公[室厅])?(?!名义)")
_UNDER = re.compile(
    r"下属|所属|下辖|辖区内?|直属|基层|各镇|各乡|各街道|各县|各区|各市|各地|各科室|各股室|各处室|业务科室|兄弟|其他单位|其他部门|(?:[省市县区州]|政府)(?:本级|自身)|垂管|各村|各社区|村级|村（社区）|企事业单位(?!信息)"
    r"|镇街|乡镇|＃个?(?:镇|乡|街道|县|区|部门|单位)|上级|排名|位居|居前"
)
_DEPARTMENTS = re.compile(
    r"各级|各部门|各单位|各有关|部门和单位|(?:市|区|县|州|省|镇)直(?:各)?(?:部门|单位|机关)?|[市县区]级(?:各?部门|各?单位|机关)"
)
_WHOLE = re.compile(r"(?:全|我(?!街|域))(省|市|县|区|州|镇|乡|旗|街道?|域|盟)")
_TOGETHER = re.compile(r"政府(?:及其?|和|以及)[^，]{0,8}(?:部门|单位)[^，]{0,8}(?:乡镇|镇街|街道)")
_WIDER = re.compile(
    r"全(?:国|系统|行业|体系)|系统(?:各|内|共)|(?:水利|教育|卫健|卫生健康|民政|人社|住建|城管|公安|司法|税务)系统"
)
_SHARES = re.compile(
    r"乡镇|镇街|街道|县(?:（|\()?市|县区|各县|各区|县级|区县|各地|(?<![我全本])[县区](?=收到|新收|受理)"
)


class Offices(msgspec.Struct, frozen=True):
    """The offices that clauses name, seen from the unit whose report it is."""

    names: UnitNames

    def owns(self, clause: str, sentence: str) -> bool | None:
        """Whether a clause's figures are this unit's by what it says of whose they are; None where it does not say."""
        if _WIDER.search(clause):
            return False
        if _UNDER.search(clause):
            whole = (_DEPARTMENTS.search(clause) and _WHOLE.search(clause)) or _TOGETHER.search(clause)
            return self.names.is_government and whole is not None
        if whole := _WHOLE.search(clause):
            # 全市 is more than a county.
            return self.names.level in {"", whole[1]} if self.names.is_government else self.names.is_street
        if _DEPARTMENTS.search(clause):
            return self.names.is_government and not _shares(sentence)
        if self.names.is_government and _OFFICE_OF.search(clause):
            return False
        if _OWN.search(clause) or (self.names.short and self.names.short in clause):
            return True
        return None

    def speaks_first(self, clause: str) -> bool:
        """Whether a clause names the unit itself (or all of its place) before any other office."""
        own = next(
            (m.start() for pattern in (_OWN, _WHOLE, _DEPARTMENTS) if (m := pattern.search(clause))), len(clause)
        )
        return not _ACTS_BEFORE.search(clause[:own])

    def subject(self, clause: str, items: Sequence[Item]) -> bool | None:
        """Whether the office that does what a clause tells (市公安局收到…) is this unit; None where it names none."""
        first = True
        for n, item in enumerate(items):
            if item.token is None or not item.token.has("act", "object", "outcome"):
                continue
            end = item.start
            for before in reversed(items[:n]):
                if (
                    before.end != end
                    or before.token is None
                    or not before.token.has("plain")
                    or before.token.has("all")
                ):
                    break
                if _OFFICE.search(clause[before.start : before.end]):
                    break
                end = before.start
            if clause.startswith("政府", end) and clause[end - 1 : end] in _PLACES:
                end += 2  # 县政府规范性文件 is of 县政府
            if (name := office_before(clause[:end])) is not None:
                return self.names.is_called(name)
            if (
                first
                and (match := _STRONG.search(clause[:end]))
                and (name := office_before(clause[: match.end()])) is not None
            ):
                return self.names.is_called(name)
            first = False
        if clause.endswith("#") and (name := office_before(clause[:-1])) is not None:
            return self.names.is_called(name)
        return None


@lru_cache(maxsize=16)
def _shares(sentence: str) -> bool:
    return _SHARES.search(sentence) is not None


def office_before(text: str) -> str | None:
    """The office that a text ends in: 市公安局; None where it ends in none."""
    match = _NAME.search(text)
    if match is None or not _OFFICE.search(match[0]) or _NO_OFFICE.search(match[0]) or _DONE_TO.search(match[0]):
        return None
    return _LEADING.sub("", match[0])
