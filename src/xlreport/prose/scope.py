"""Whose figures and of which year: what a statement must pass before it is held against this office's tables.

Figures of other years, cumulative ones, changes (同比, 较上年), plans, and those of subordinate or other offices are not
the tables' business.
"""

from __future__ import annotations

import re

import msgspec

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[ ]*年")

#: Years that date something else than the figures beside them.
_YEAR_ASIDE = re.compile(
    r"(?:较|比|与|同|自|从|将|结转(?:至|到|入)?|转[至到入])[ ]*(?:19|20)[0-9]{2}[ ]*年|(?:19|20)[0-9]{2}[ ]*年(?:度)?结转"
    r"|(?:到|至|待|入|留)[ ]*(?:19|20)[0-9]{2}[ ]*年度?(?:继续|再)?(?:办理|答复|处理)"
)
_SPAN = re.compile(r"[0-9]{4}[ ]*年?(?:度)?(?:至|到|[-—–~～]|、|和|及|与)[ ]*[0-9]{4}[ ]*年")
_OF_A_THING = re.compile(r"(?:[0-9]{4}年|以来|[去上]年)[^，；]*?的|(?:承接|延续|遗留)[^，；]{0,4}上年")
_THIS_YEAR = re.compile(r"今年|本年|全年|当年|年内")
_OTHER_TIME = re.compile(
    r"(?<!结转)(?<!结转自)(?:去年|上年|上一年)(?!(?:度)?(?:结转|转结|转[来入到至]|移来|遗留|结存|留存|未办结|未结|延续))|往年|前年|历年|[0-9]日(?:以|之)?后|(?<!今年)(?<!本年)(?<!年初)(?<!年度)以来|近[两三四五几]年"
)
_CHANGE = re.compile(
    r"同比|环比|(?<![连会])[与同](?:上|去|前一|上一)年|(?<![连会])[与同](?:19|20)[0-9]{2}年|较|相比|比(?!例|重|如)|增加|减少|新增(?!.{0,10}申请)|增长|下降|上升|提高|降低|翻|升至|降至"
)
_PLAN = re.compile(r"力争|争取|(?<!规划)计划(?![0-9类、信和])|拟|下一步|下步|目标|应当|应在|不得|最长|规定")
_AHEAD = re.compile(r"下一?步|力争|争取|(?<!规划)计划(?![0-9类、信和])|明年|^[，；,;]?将")
_EACH = re.compile(r"(?:各|平均|人均|均)[ ]*\Z")


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the figures that follow in a sentence are of the report's year and of the office itself.

    `lasting`: whether those of the clauses behind are of the year, where they do not say.
    """

    in_year: bool = True
    own: bool = True
    lasting: bool = True

    @property
    def good(self) -> bool:
        return self.in_year and self.own

    def after(self, clause: str, year: int | None, whose: bool | None) -> Scope:
        """The scope that a clause (figures as they stand) leaves for its own and the following figures.

        `whose`: whether it is of the unit itself; None where it does not say.
        """
        clause = "".join(clause.split())
        in_year = self._time(clause, year)
        # 2016年以来的征地批复1208件: what is told of a thing ends with its clause.
        lasting = in_year or (self.lasting and _OF_A_THING.search(clause) is not None)
        return Scope(in_year=in_year, own=self.own if whose is None else whose, lasting=lasting)

    def _time(self, clause: str, year: int | None) -> bool:
        years = [int(y) for y in _YEAR.findall(_YEAR_ASIDE.sub("", clause))]
        if _OTHER_TIME.search(clause) and not _CHANGE.search(clause):
            return False
        if len(set(years)) > 1 and _SPAN.search(clause):
            return False
        if years:
            return year is None or years[-1] == year
        return True if _THIS_YEAR.search(clause) else self.lasting


def is_change(head: str) -> bool:
    """Whether a figure after these words is a change or a share each, and states no total."""
    return _CHANGE.search(head) is not None or _EACH.search(head) is not None


def looks_ahead(clause: str) -> bool:
    """Whether what follows in its sentence is a plan too: 下一步将组织培训，公开政策文件20份."""
    return _AHEAD.search(clause) is not None


def is_planned(clause: str) -> bool:
    """Whether the figures of a clause are a plan and state no total."""
    return _PLAN.search(clause) is not None
