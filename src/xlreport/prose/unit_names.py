"""The names that a unit goes by: in full, without its places, shortened; the offices within it.

海州区住房和城乡建设局 is 区住建局, 住建局, 我局; 河包镇人民政府 is 河包镇, 镇政府, and its 镇党政办 is itself.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

import msgspec

#: The last signs of an office's name, longest first: what they are shortened to.
_KINDS = {
    "政府办公室": "府办室",
    "政府办公厅": "府办厅",
    "街道办事处": "道处办",
    "政府": "府",
    "委员会": "委会",
    "办公室": "办室",
    "办公厅": "办厅",
    "管理局": "局",
}

#: The names of places before an office's own: 江苏省淮安市, 海州区.
_PLACE = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,6}?(?:特别行政区|自治区|自治州|自治县|自治旗|开发区|高新区|新区|地区|省|(?<!城)市|县|区|州|盟|旗)(?![省市县区盟旗]))+(?=[\u4e00-\u9fff]{2})"
)
_LEVEL = re.compile(
    r"^(?:我|本|全)?(?:开发区|经开区|高新区|新区|园区|示范区|省|市|县|区|州|盟|旗|镇|乡|街道)(?=[\u4e00-\u9fff]{2})"
)

_GOVERNMENT = re.compile(r"(?:人民政府|管理委员会|管委会)\Z")
_LEVEL_OF = re.compile(r"([省市县区州旗盟镇乡])(?:人民)?政府\Z")
_TOWNSHIP = re.compile(r"街道办事处\Z")

#: What the offices within a unit begin with, by how the unit's own name ends.
_INNER = {
    "镇": re.compile(r"镇(?:人民政府|政府)?\Z"),
    "乡": re.compile(r"乡(?:人民政府|政府)?\Z"),
    "街道": re.compile(r"街道(?:办事处)?\Z"),
    "局": re.compile(r"局\Z"),
    "委": re.compile(r"委员会\Z"),
}


class UnitNames(msgspec.Struct, frozen=True, dict=True):
    """A unit by its full name, as in 基本信息, and by what it calls itself (我局)."""

    unit: str
    short: str = ""

    @property
    def is_government(self) -> bool:
        """Whether its tables count what all its departments did."""
        return _GOVERNMENT.search(self.unit) is not None

    @property
    def is_street(self) -> bool:
        """Whether it is the office of a street, which speaks for all of it."""
        return _TOWNSHIP.search(self.unit) is not None

    @cached_property
    def level(self) -> str:
        """The sign of a government's level: 县; "" where its name does not say."""
        return match[1] if (match := _LEVEL_OF.search(self.unit)) else ""

    @cached_property
    def place(self) -> str:
        """The places before the office's own name: 海州区."""
        return match[0] if (match := _PLACE.match(_government(self.unit))) else ""

    @cached_property
    def own(self) -> str:
        """The name without places; 人民政府 as 政府."""
        return _government(self.unit)[len(self.place) :]

    @property
    def in_full(self) -> tuple[str, ...]:
        """What the unit is called in full: 海州区信访局, 信访局, 区信访局."""
        place = match[0] if (match := _PLACE.match(self.unit)) else ""
        own = self.unit[len(place) :]
        return tuple(dict.fromkeys(name for name in (self.unit, own, place[-1:] + own, self.short) if len(name) > 1))

    def is_called(self, name: str) -> bool:
        """Whether an office's name is surely one of this unit's, or that of an office within it: its figures are the unit's."""
        if name.startswith(("我", "本")):
            return True
        if self.short and name.endswith(self.short):
            # 县综合执法局在我镇作出…: there, not by it.
            other = name.removesuffix(self.short)
            return not other.endswith("在") or self.is_called(other[:-1])
        return _is_called(self, name.partition("代表")[0])

    def may_be_called(self, name: str) -> bool:
        """Whether a name may be this unit's: its signs stand in the unit's name in their order, or the other way round."""
        one, whole = _government("".join(name.split())), _government(self.unit)
        return one == _government(self.short) or _within(one, whole) or _within(whole, one)


@lru_cache(maxsize=1024)
def _is_called(unit: UnitNames, name: str) -> bool:
    if not name or not unit.unit:
        return False
    if unit.unit.endswith("分局") and not name.endswith("分局"):
        return False  # 市公安局 is above 市公安局松亭分局
    if _is_inner(unit.unit, name):
        return True
    if unit.place and name == unit.place[-1] + unit.unit[-1]:
        return True  # 省厅
    name, whole, place = _government(name), _government(unit.unit), unit.place
    if len(name) > 1 and any(whole.removesuffix(ending).endswith(name) for ending in ("", "政府", "办事处", "事处")):
        return True
    if name.endswith(place[-1:] + unit.own):
        return True  # 新印发县政府规范性文件
    level = _LEVEL.match(name)
    if level and place and level[0][-1] not in place:
        return False
    bare = _PLACE.sub("", name)
    if bare != name and place and not _shortens(name[: -len(bare)], place) and not level:
        return False
    said = (each for each in (name, bare, _LEVEL.sub("", name)) if len(each) > 1)
    return any(_shortens(each, unit.own) for each in said) or (len(name) > 1 and _shortens(name, whole))


def _is_inner(unit: str, name: str) -> bool:
    """Whether an office is one within the unit: 局办公室, 镇综合执法队."""
    kind = next((kind for kind, ending in _INNER.items() if ending.search(unit)), None)
    return kind is not None and name.startswith(kind) and len(name) > len(kind) + 1 and name[len(kind)] not in "属直下"


def _government(name: str) -> str:
    return "".join(name.split()).replace("人民政府", "政府")


def _within(name: str, whole: str) -> bool:
    """Whether the signs of `name` stand in `whole` in their order."""
    signs = iter(whole)
    return len(name) > 1 and all(sign in signs for sign in name)


def _shortens(said: str, whole: str) -> bool:
    """Whether `said` is made of signs of `whole` in their order, from its first to its end (住建局, 住房和城乡建设局)."""
    signs = iter(whole)
    return said[0] == whole[0] and all(sign in signs for sign in said) and said[-1] in _ends(whole)


def _ends(name: str) -> str:
    for ending, signs in _KINDS.items():
        if name.endswith(ending):
            # 河包镇 of 河包镇人民政府, 北京街道 of 北京街道办事处.
            return signs + name[: -len(ending)][-1:]
    return name[-1:]
