"""Whose report it is by its words: another unit's name in copied text, 我镇 in the report of a 局, another signature.

Another office may well be named (市政府办公室, 司法局): what is looked for is one that speaks where the unit itself should.
A name is the unit's own where its signs stand in the unit's full name in their order (区住建局), or the other way round.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.prose.figures import half_width
from xlreport.prose.paragraphs import paragraphs
from xlreport.prose.references import where
from xlreport.prose.unit_names import UnitNames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlreport.filing import Filing
    from xlreport.finding import Finding

#: How the names of offices end, by kind; another unit's name is of the same kind as the unit's.
_ENDINGS = {
    "街道": "街道(?:办事处|办|党工委)?",
    "镇": "镇(?:人民政府|政府)?",
    "乡": "乡(?:人民政府|政府)?",
    "政府": "[省市县区旗州](?:人民政府|政府)",
    "局": "局",
    "委": "委员会|委",
    "办": "办公室",
    "厅": "厅",
    "院": "院",
    "中心": "中心",
}

#: The kinds of which there are many side by side, told apart by their own names alone: to one all of them are others.
_SIDE_BY_SIDE = ("街道", "镇", "乡")
_TOWNSHIPS = "|".join(_ENDINGS[kind] for kind in _SIDE_BY_SIDE)

#: Words for oneself that only one kind of office uses, with what must not follow (我办 in 为我办实事, 本局 in 基本局面).
_SELF = re.compile(
    r"(?<![自大])(?:我|(?<![基根日原文样版成资书副])本)"
    r"(?P<sign>局(?![限部面势])|委(?![托派任婉屈员])|办(?![法事公理结证件案学税好实])|厅|院(?!落)|馆|镇(?![定静压])|乡(?!村)|街道)"
)
#: Words for oneself at the beginning of a clause, where they are no 本机关 of the table's own terms (本机关不掌握).
_SPEAKS = re.compile(
    r"(?:^|(?<=[。；！？，,：:\n]))[ \u3000]*(?:(?:20[0-9]{2}|本|全)年(?:度)?[，,]?)?"
    r"(?P<word>[我本](?P<sign>单位|机关|局|委|办|厅|院|馆|中心|镇|乡|街道))"
    r"(?![不没未法事公理结案限部面势托派任屈员落村]|实际|负责|主动公开目录)"
)
#: Offices of which it is known what they call themselves; a government's office writes for it (我办).
_KNOWN_KIND = re.compile(r"(?:局|委员会|委|办公室|办公厅|厅|政府|街道办事处|管委会|院|馆)\Z")
_GOVERNMENT = re.compile(r"政府\Z")

_QUOTED = re.compile(r"“[^“”\n]{0,60}”|《[^《》\n]*》")

_TIME = r"[ \u3000]*(?:(?:(?:20[0-9]{2}|本|一|全)年(?:度|来)?|截至[^，。]{2,12}|今年以来)[，,]?)?"
_OPENS = rf"(?:^|(?<=[。；！？，,：:\n])){_TIME}"
_BEGINS = rf"(?:^|(?<=[。！？\n])){_TIME}"
_NAME = r"(?P<name>[\u4e00-\u9fff]{1,16}?(?:%s))"
_ASKED = r"(?:(?:20[0-9]{2}|本|全)年度?|[，,共累计总全]){0,4}(?:收到|新收|受理|接到|收悉)[^。，,；]{0,8}(?:政府信息公开|信息公开|依申请公开)"
_ACTS = (
    "高度|认真|严格|积极|始终|坚持|按照|根据|共|主动|不断|持续|全面|深入|进一步|将|通过|依法|切实|紧紧|围绕|及时|着力|依托|加强|强化|完善"
    "|政府信息公开|政务公开|信息公开|20[0-9]{2}年|本年度"
)
#: What an office says of itself alone.
_ATTITUDES = "高度重视|(?:认真|全面|深入|严格)(?:贯彻|学习|落实|执行|按照)|始终坚持|坚持(?:以|把)|(?:不断|持续|进一步)(?:加强|完善|健全|深化|规范)"
_TITLE = (
    r"现将(?:20[0-9]{2}年度?|本年度)?%s(?:关于)?(?:20[0-9]{2}年度?|本年度)?的?(?:政府信息公开|政务公开|信息公开)[^。\n]{0,30}"
    r"(?:如下|公布|报告|公开)"
)

#: What a name in its place does not begin with or hold: 各镇, 我局, 辖区街道, 会同财政局.
_NO_NAME = re.compile(
    r"^(?:[我本全各该其两此]|现将|乡|城|集|小城|辖区|所属|下属|基层|有关|相关|社区|直属)|[我各该某等和与及同由向对把被从经为以在]|本(?=[镇乡街局])"
)

#: So much of a sentence behind a name is looked at.
_BEHIND = 40

#: Sentences that tell of other offices rightly.
_OTHERS = re.compile(r"转[送交来办]|会同|移[交送]|交由|分局|下属|所属|辖区|学习|借鉴|考察|联合|牵头|其中")


def other_speakers(filing: Filing, texts: Mapping[str, str]) -> Iterator[Finding]:
    """What staff's texts (by field id) and the signature say that only another unit would say."""
    if "unit.name" not in filing.form.fields or len(filing.unit) < 2:
        return
    speaker = Speaker(UnitNames(filing.unit, filing.text("unit.short_name")))
    for id_, text in texts.items():
        if name := next(speaker.others_in(text), None):
            yield kinds.PROSE_OTHER_UNIT.finding(
                f"{where(filing, id_)}：文中以“{name}”自称，本单位是“{filing.unit}”，可能是从别的单位的报告抄来没有改，请核对",
                [filing.place(id_), filing.place("unit.name")],
                item=id_,
                expected=filing.unit,
                actual=name,
            )
        if word := next(speaker.wrong_selves(text), None):
            yield kinds.PROSE_OTHER_SELF.finding(
                f"{where(filing, id_)}：文中自称“{word}”，与本单位“{filing.unit}”不符，请改正",
                [filing.place(id_), filing.place("unit.name")],
                item=id_,
                expected=filing.text("unit.short_name") or None,
                actual=word,
            )
    signature = filing.values.get("unit.signature")
    organs = paragraphs(signature) if isinstance(signature, str) else []
    if organs and not any(map(speaker.names.may_be_called, organs)):
        yield kinds.OTHER_SIGNATURE.finding(
            f"{where(filing, 'unit.signature')}：落款“{'、'.join(organs)}”不是本单位“{filing.unit}”的名称，请核对",
            [filing.place("unit.signature"), filing.place("unit.name")],
            expected=filing.unit,
            actual="、".join(organs),
        )


def mixed_selves(filing: Filing, own: Mapping[str, str], generated: Mapping[str, str]) -> Iterator[Finding]:
    """A note where a report calls its unit now 我局, now 本单位; `own` are staff's texts, `generated` stand where they wrote none."""
    selves: dict[str, tuple[str, str]] = {}
    for id_, text in {**own, **{id_: text for id_, text in generated.items() if id_ not in own}}.items():
        for match in _SPEAKS.finditer(_masked(text)):
            selves.setdefault(match["sign"], (match["word"], id_))
    if len(selves) < 2 or not any(id_ in own for _, id_ in selves.values()):
        return
    (first, _), (second, at) = list(selves.values())[:2]
    advice = "请统一" if at in own else f"自动生成的文字照“自称”一格写，请在那里填“{first}”"
    yield kinds.PROSE_MIXED_SELF.finding(
        f"{where(filing, at)}：这里自称“{second}”，别处自称“{first}”，{advice}",
        [filing.place(at), filing.place("unit.short_name")],
        item=at,
        expected=first,
        actual=second,
    )


class _Look(msgspec.Struct, frozen=True):
    """Where a name is looked for; `strict`: not in a sentence that tells of others rightly. `own` is the end that it shares."""

    pattern: re.Pattern[str]
    strict: bool = True
    own: str = ""


class Speaker(msgspec.Struct, frozen=True, dict=True):
    """The unit that speaks in its own report."""

    names: UnitNames

    @property
    def unit(self) -> str:
        return self.names.unit

    @cached_property
    def kind(self) -> str:
        """The kind of office; "" where the name does not say."""
        return next((kind for kind, ending in _ENDINGS.items() if re.search(f"(?:{ending})\\Z", self.unit)), "")

    def others_in(self, text: str) -> Iterator[str]:
        """The names of other units of the same kind that speak in a text as the unit itself would."""
        if not self.kind:
            return
        text = _masked(text)
        for look in self._looks:
            for match in look.pattern.finditer(text):
                name = match["name"]
                sentence = text[text.rfind("。", 0, match.start()) + 1 : match.end() + _BEHIND].partition("。")[0]
                if self._is_another(name.removesuffix(look.own), name) and not (
                    look.strict and _OTHERS.search(sentence)
                ):
                    yield name

    def _is_another(self, told_apart: str, name: str) -> bool:
        ending = re.compile(f"(?:{_ENDINGS[self.kind]})\\Z")
        if (
            _NO_NAME.search(told_apart)
            or any(ending.search(name[:n]) and self.names.may_be_called(name[:n]) for n in range(3, len(name)))
            or self.names.may_be_called(name)
        ):
            return False
        if self.kind not in _SIDE_BY_SIDE:
            return True
        # 荣昌区河包镇, 信息由河包镇: the proper name is the unit's, whatever stands before it.
        proper, own = (re.sub(f"(?:{_TOWNSHIPS})\\Z", "", each) for each in (name, self.unit))
        return not any(UnitNames(own).may_be_called(proper[n:]) for n in range(len(proper) - 1))

    @cached_property
    def _looks(self) -> list[_Look]:
        """Where another unit's name is looked for."""
        name = _NAME % (_TOWNSHIPS if self.kind in _SIDE_BY_SIDE else _ENDINGS[self.kind])
        looks = [_Look(re.compile(_TITLE % name), strict=False)]
        if self.kind != "政府":
            looks.append(_Look(re.compile(f"{_OPENS}{name}{_ASKED}")))
        if self.kind in _SIDE_BY_SIDE:
            looks.append(_Look(re.compile(f"{_OPENS}{name}(?={_ACTS})")))
        if self.kind in ("局", "委", "厅"):
            looks.append(_Look(re.compile(f"{_BEGINS}{name}(?={_ATTITUDES})")))
        for place, own in self._parts:
            alike = rf"(?P<name>[\u4e00-\u9fff]{{1,8}}?{place}{re.escape(own)})"
            looks.append(_Look(re.compile(f"{_OPENS}{alike}(?={_ACTS})"), own=own))
        return looks

    @cached_property
    def _parts(self) -> list[tuple[str, str]]:
        """The ways to cut the name into a place, of which the last sign counts, and the office's own name."""
        cuts = [n for n, sign in enumerate(self.unit[:-2]) if sign in "省市县区旗州" and n]
        return [(self.unit[n], self.unit[n + 1 :]) for n in cuts] if self.kind != "政府" else []

    def wrong_selves(self, text: str) -> Iterator[str]:
        """Words for oneself that the unit cannot use: 我镇 in the report of a 局."""
        if not _KNOWN_KIND.search(self.unit):
            return
        for match in _SELF.finditer(_masked(text)):
            sign = match["sign"]
            if sign in self.unit or match[0] == self.names.short or (sign == "办" and _GOVERNMENT.search(self.unit)):
                continue
            yield match[0]


def _masked(text: str) -> str:
    """The text without what is quoted, the same length."""
    return _QUOTED.sub(lambda match: "□" * len(match[0]), half_width(text))
