"""From a frame to the facts that it may state: what the clause leaves out is taken from before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.facts import Claim, Slots, facts_for, first_object, objects
from xlreport.prose.frames import Frame
from xlreport.prose.joined_words import pick
from xlreport.prose.lexicon import Lexeme, Token, lexeme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.forms.model import Form
    from xlreport.prose.clauses import Statement
    from xlreport.prose.context import Context

_TOTAL = re.compile(r"\s*(?:合计|共计|总计|总共)为?\s*")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame tells, as meanings of one kind of object."""

    about: tuple[Lexeme, ...]
    named: bool
    acts: tuple[Lexeme, ...]
    outcomes: tuple[Lexeme, ...]
    parties: tuple[Lexeme, ...]

    @property
    def kind(self) -> str:
        return self.about[0].of[0]

    @property
    def bare(self) -> bool:
        return not (self.named or self.acts or self.outcomes)

    @property
    def slots(self) -> Slots:
        return Slots(objects=self.about, acts=self.acts, outcomes=self.outcomes, parties=self.parties)


def claims_of(
    form: Form, field: str, frame: Frame, statement: Statement, context: Context, topic: Lexeme | None
) -> tuple[Claim, ...]:
    """The facts that a frame may state, the plain one first; `topic` is what the text is about where it names nothing."""
    told = _told(form, field, frame, topic, context)
    told = _settled_other(form, frame, told, context) if told else None
    if told is None:
        return ()
    last = context.last
    unit = statement.figure.unit if statement.figure else ""
    if last is not None and not frame.told and _TOTAL.fullmatch(statement.head):
        return _total(form, told, last)
    if told.bare:
        return _left_open(form, told.parties, context, topic, unit)
    if told.named and not told.acts and not told.outcomes and last and last.slots.kind == told.kind:
        # 新制作规章13件、规范性文件60件: the same act.
        acts = last.slots.acts if statement.lead in "、，" and not told.parties else ()
        told = msgspec.structs.replace(told, acts=acts)
    fitting = [Claim(fact=fact, slots=told.slots) for fact in facts_for(form, told.slots, unit)]
    if told.parties and told.named and not told.acts and not told.outcomes:
        fitting += _left_open(form, told.parties, context, topic, unit)
    if not told.parties and context.parties:
        near = msgspec.structs.replace(told.slots, parties=context.parties)
        fitting += [Claim(fact=claim.fact, slots=near) for claim in fitting if "{party}" in claim.fact.cells[0]]
    if last is not None and told.outcomes and {each.key for each in last.slots.objects} < {*told.about[0].cells}:
        # 复议后起诉3件，法院维持2件: of these, or of all.
        near = msgspec.structs.replace(told.slots, objects=last.slots.objects)
        fitting = [*(Claim(fact=fact, slots=near) for fact in facts_for(form, near, unit)), *fitting]
    if not told.named and len(context.joined) > 1 and told.about[0] in context.joined:
        both = msgspec.structs.replace(told.slots, objects=context.joined)
        fitting += [Claim(fact=fact, slots=both) for fact in facts_for(form, both, unit)]
    return tuple(dict.fromkeys(fitting))


def meant_object(token: Token, near: Sequence[Lexeme]) -> Lexeme | None:
    """The object that a word names; of several the one whose kind is told nearby: 收费金额 of 信息处理费."""
    kinds = {kind for each in near for kind in each.of}
    meanings = [meaning for meaning in token.meanings if meaning.slot == "object"]
    return next((m for m in meanings if kinds & {*m.of}), meanings[0] if meanings else None)


def _told(form: Form, field: str, frame: Frame, topic: Lexeme | None, context: Context) -> Told | None:
    """What a frame tells of one kind of object; None where its words are of different kinds, or of none."""
    last = context.last
    near = last.slots.objects if last is not None else (topic,) if topic is not None else ()
    named = tuple(meaning for token in frame.objects if (meaning := meant_object(token, near)) is not None)
    narrower = {each.key for each in named}
    named = tuple(each for each in named if not narrower & {*each.cells} - {each.key})  # 直接起诉的行政诉讼
    about = named or ((topic,) if topic else ())
    kind = about[0].of[0] if about else ""
    outcomes, acts = (pick(frame.outcomes, "outcome", kind), pick(frame.acts, "act", kind)) if kind else ((), ())
    if not named and frame.outcomes and not outcomes and not acts:
        other = _object_of(form, field, frame)
        if other is None:
            return None
        about, kind = (other,), other.of[0]
        outcomes, acts = pick(frame.outcomes, "outcome", kind), pick(frame.acts, "act", kind)
    if not about or (frame.outcomes and not outcomes and not acts):
        return None
    if not acts and any(not token.has("plain") and token not in frame.outcomes for token in frame.acts):
        return None
    if (
        outcomes
        and not named
        and {*frame.acts} & {*frame.outcomes}
        and not (context.among or (last and last.slots.kind == kind))
    ):
        return None  # 公开3件 is an outcome only behind other figures of what has outcomes
    parties = pick(frame.parties, "party", kind)
    return Told(about=about, named=bool(named), acts=acts, outcomes=outcomes, parties=parties)


def _object_of(form: Form, field: str, frame: Frame) -> Lexeme | None:
    """The object that outcomes are told of, where their kind is the field's own, or the only thing that can be meant."""
    meanings = [meaning for token in frame.outcomes for meaning in token.meanings if meaning.slot == "outcome"]
    first = first_object(form, field)
    if first is not None:
        return first if any(first.of[0] in m.of for m in meanings) else None
    kinds = {kind for m in meanings for kind in m.of}
    fitting = [each for each in objects(form).values() if {*each.of} == kinds]
    return fitting[0] if len(fitting) == 1 else None


def _settled_other(form: Form, frame: Frame, told: Told, context: Context) -> Told | None:
    """What 其他 is: the last of the parties, of the outcomes or of the reasons for one, by what it follows."""
    last = context.last
    if told.parties and told.outcomes and {*frame.parties} & {*frame.outcomes}:
        if last is None or not (last.slots.parties or last.slots.outcomes):
            return None
        left_out = "outcomes" if last.slots.parties else "parties"
        told = msgspec.structs.replace(told, **{left_out: ()})
    if last is None and any(_ambiguous(token) for token in frame.outcomes):
        return None
    within = last.slots.outcomes[0].within if last is not None and last.slots.outcomes else ""
    if within and [each.key for each in told.outcomes] == [within]:
        rest = next((each for each in form.lexicon.outcomes if each.key == f"{within}.other"), None)
        return msgspec.structs.replace(told, outcomes=(lexeme("outcome", rest),)) if rest else None
    return told


def _ambiguous(token: Token) -> bool:
    """Whether a word is told of things of several kinds, and says nothing by itself: 其他."""
    kinds = {kind for meaning in token.meanings if meaning.slot in {"outcome", "party"} for kind in meaning.of}
    return len(kinds) > 1 and token.end - token.start <= _SHORT


#: 其他 is nothing by itself; 其他处理 is.
_SHORT = 2


def _total(form: Form, told: Told, last: Claim) -> tuple[Claim, ...]:
    """What a bare 合计 states behind parts that add up to it."""
    added = [fact for fact in form.lexicon.facts if last.fact.id in fact.adds_up and fact.of == told.kind]
    acts = tuple(lexeme("act", act) for fact in added for act in form.lexicon.acts if act.key in fact.acts)
    return tuple(Claim(fact=fact, slots=Slots(objects=told.about, acts=acts)) for fact in added)


def _left_open(
    form: Form, parties: tuple[Lexeme, ...], context: Context, topic: Lexeme | None, unit: str
) -> tuple[Claim, ...]:
    """What a clause states that names only a party: that of the row before, or what is plainly meant."""
    if not parties:
        return ()
    fitting = []
    if context.row is not None:
        fitting.append(Claim(fact=context.row.fact, slots=msgspec.structs.replace(context.row.slots, parties=parties)))
    if topic is not None:
        slots = Slots(objects=(topic,), parties=parties)
        fitting += [Claim(fact=fact, slots=slots) for fact in facts_for(form, slots, unit)]
    return tuple(fitting)


def ended_together(form: Form, claims: tuple[Claim, ...], behind: Frame) -> tuple[Claim, ...]:
    """The same facts with the outcome told behind the last of a list: 行政复议2件、行政诉讼1件尚未审结."""
    if not claims or claims[0].slots.outcomes:
        return ()
    slots = claims[0].slots
    outcomes = pick(behind.outcomes, "outcome", slots.kind)
    slots = msgspec.structs.replace(slots, acts=(), outcomes=outcomes)
    return tuple(Claim(fact=fact, slots=slots) for fact in facts_for(form, slots)) if outcomes else ()
