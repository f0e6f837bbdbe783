"""Whose figures and of which year: what a statement must pass before it is held against this office's tables.

Figures of other years, cumulative ones, changes (同比, 较上年), plans, and those of subordinate or other offices are not
the tables' business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from xlreport.filing import Filing

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[ ]*年")

#: Years that date something else than the figures beside them.
_YEAR_ASIDE = re.compile(
    r"(?:较|比|与|同|自|从|将|结转(?:至|到|入)?)[ ]*(?:19|20)[0-9]{2}[ ]*年|(?:19|20)[0-9]{2}[ ]*年(?:度)?结转"
)
_SPAN = re.compile(r"[0-9]{4}[ ]*年?(?:度)?(?:至|到|[-—–~～]|、|和|及|与)[ ]*[0-9]{4}[ ]*年")
_THIS_YEAR = re.compile(r"今年|本年|全年|当年|年内")
_OTHER_TIME = re.compile(
    r"去年(?!(?:度)?结转)|上年(?!(?:度)?结转)|上一年(?!(?:度)?结转)|往年|前年|历年|(?<!今年)(?<!本年)(?<!年初)(?<!年度)以来|近[两三四五几]年|(?<!全年)(?<!本年)(?<!年度)(?<!年)累计"
)
_CHANGE = re.compile(r"同比|环比|较|相比|比(?!例|重|如)|增加|减少|新增|增长|下降|上升|提高|降低|翻|升至|降至")
_PLAN = re.compile(r"力争|争取|计划|拟|下一步|下步|目标|应当|应在|不得|最长|规定")
_EACH = re.compile(r"(?:各|平均|人均|均)[ ]*\Z")

_OWN = re.compile(r"我[局办委馆院厅处市县区镇乡街校会队部]|本[局办委馆院厅处市县区镇乡校会队部机单]|该[局办]|局机关")
_WHOLE = re.compile(r"全(?:省|市|县|区|州|镇|乡|旗|街道|域)")
_WIDER = re.compile(r"全(?:国|系统|行业|体系)|系统(?:各|内)")
_UNDER = re.compile(
    r"下属|所属|下辖|直属|基层|各级|各部门|各单位|各镇|各乡|各街道|各县|各区|各市|各地|各有关|各科室|部门和单位|市直|区直|县直"
    r"|上级|兄弟|其他单位|其他部门|市本级|县本级|区本级|垂管|[市县区]级(?:各?部门|各?单位)|乡镇"
)
_SUBJECT = re.compile(
    r"([\u4e00-\u9fff]{0,15}?(?:局|委|委员会|厅|办公厅|办公室|[镇乡县区]|街道|街道办事处|管委会|中心|支队|大队|集团|公司|政府))"
    r"(?:共|全年|本年度?|新|累计|共计|实际|年内|分别|依法|及时|主动)*(?:收到|接收|接到|受理|办理|办结|答复|公开|发布|制发|制定|出台|作出|#)"
)
_GOVERNMENT = re.compile(r"(?:人民政府|管理委员会|管委会)\Z")


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the figures that follow in a sentence are of the report's year and of the office itself."""

    in_year: bool = True
    own: bool = True

    @property
    def good(self) -> bool:
        return self.in_year and self.own

    def after(self, clause: str, filing: Filing) -> Scope:
        """The scope that a clause (figures as they stand) leaves for its own and the following figures."""
        clause = "".join(clause.split())
        return Scope(in_year=self._time(clause, filing.year), own=self._office(clause, filing))

    def _time(self, clause: str, year: int | None) -> bool:
        years = [int(y) for y in _YEAR.findall(_YEAR_ASIDE.sub("", clause))]
        if _OTHER_TIME.search(clause) and not _CHANGE.search(clause):
            return False
        if len(set(years)) > 1 and _SPAN.search(clause):
            return False
        if years:
            return year is None or years[-1] == year
        return True if _THIS_YEAR.search(clause) else self.in_year

    def _office(self, clause: str, filing: Filing) -> bool:
        short = filing.text("unit.short_name")
        if _WIDER.search(clause):
            return False
        if _WHOLE.search(clause):
            return _GOVERNMENT.search(filing.unit) is not None
        if _UNDER.search(clause):
            return False
        if _OWN.search(clause) or (short and short in clause):
            return True
        subject = _SUBJECT.search(clause)
        return is_own(subject[1], filing.unit) if subject else self.own


def is_own(subject: str, unit: str) -> bool:
    """Whether a subject ending in an office's name (区信访局) is this unit (环翠区信访局), or names no office at all."""
    unit = unit.replace("人民政府", "政府")
    subject = subject.replace("人民政府", "政府")
    # 市政府办公室代表市政府收到…: the office itself stands first.
    subject = subject.partition("代表")[0]
    same = 0
    while same < min(len(subject), len(unit)) and subject[-1 - same] == unit[-1 - same]:
        same += 1
    return (
        same >= min(3, len(unit))
        or re.search(r"(?:格|全|布|结|当)局\Z|(?:城|下)乡\Z|城镇\Z|城区\Z", subject) is not None
    )


def is_change(head: str) -> bool:
    """Whether a figure after these words is a change or a share each, and states no total."""
    return _CHANGE.search(head) is not None or _EACH.search(head) is not None


def is_planned(clause: str) -> bool:
    """Whether the figures of a clause are a plan and state no total."""
    return _PLAN.search(clause) is not None
