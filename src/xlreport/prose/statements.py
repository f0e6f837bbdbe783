"""From a prose field to what it states: each figure with the facts it may be, in scope or not."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.clauses import COUNTING, Sentence, Statement, is_bare, read_paragraphs
from xlreport.prose.facts import Claim, Slots, facts_for, first_object
from xlreport.prose.frames import Frame, frame_of, items, pick
from xlreport.prose.lexicon import Lexeme, lexeme, lexicon
from xlreport.prose.offices import Unit
from xlreport.prose.scope import Scope, is_change, is_planned
from xlreport.prose.zeros import done, zeros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import Filing
    from xlreport.forms.definition import ObjectText
    from xlreport.prose.figures import Figure


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it was understood.

    `claims` are the facts that it may state, the plain one first; none where it states none or is out of scope. `share`: the
    figure is only a part of that. `signs` are those of its sentence, `behind` what is counted in right behind it
    (含上年结转). `nil` marks a 0 stated in words, `aside` a change, a share each or a plan, `usable` a figure of this office
    and year.
    """

    statement: Statement
    sentence: int
    claims: tuple[Claim, ...] = ()
    share: bool = False
    signs: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    nil: bool = False
    usable: bool = False
    aside: bool = False

    @property
    def claim(self) -> Claim | None:
        """The fact that it states."""
        return self.claims[0] if self.claims and not self.share else None

    @property
    def written(self) -> Figure:
        """Its figure as it is written; only a statement with one is asked for it."""
        figure = self.statement.figure
        assert figure is not None  # noqa: S101  (asked by the caller)
        return figure

    @property
    def unit(self) -> str:
        return self.statement.figure.unit if self.statement.figure else ""

    @property
    def measure(self) -> str:
        """The unit; all that count things one by one (件, 条, 份) are the same."""
        return "件" if self.unit in COUNTING else self.unit

    @property
    def figure(self) -> float | None:
        if self.nil:
            return 0.0
        return self.statement.figure.value if self.statement.figure else None


def read_prose(filing: Filing, field: str, text: str) -> tuple[list[Sentence], list[Stated]]:
    """The sentences of a prose field and all its statements in order, with what they claim."""
    reader = _Reader(filing, field)
    sentences: list[Sentence] = []
    stated: list[Stated] = []
    for paragraph in read_paragraphs(text):
        reader.begin(" ".join(sentence.text for sentence in paragraph))
        for sentence in paragraph:
            if sentence.statements:
                stated.extend(reader.sentence(sentence, len(sentences)))
                sentences.append(sentence)
    return sentences, stated


#: What counts in a part of the figure before.
_COUNTS_IN = re.compile(r"(?:其中)?(?:含|包括|包含)|其中")

#: So many signs before a figure are read, and so many behind it.
_HEAD, _TAIL = 160, 80

_TOTAL = re.compile(r"\s*(?:合计|共计|总计|总共)为?\s*")

#: What opens a list of parts of the figure before.
LIST = re.compile(r"其中|包括|包含|分别")

#: A clause beyond this says nothing so simple as 未收到…申请.
_LONG = 300

_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(度?)")
_DAYS = re.compile(r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})个?工作日")
_NUMBER = re.compile(r"[0-9][0-9.,，]*(?:个?百分点|[%‰])?")


def _before(sentence: Sentence, statement: Statement) -> str:
    """The clause before, where a figure stands alone (予以公开占45%，共1400件) and that clause has no figure itself."""
    if not is_bare(statement.head) or statement.tail.strip() or statement.depth or statement.lead not in "，,":
        return ""
    others = sentence.by_clause[statement.clause - 1] if statement.clause else ()
    return others[0].words if len(others) == 1 and others[0].figure is None else ""


class _Context(msgspec.Struct, kw_only=True):
    """What earlier clauses of a sentence leave open for the next."""

    scope: Scope = Scope()
    last: Claim | None = None
    row: Claim | None = None
    parties: tuple[Lexeme, ...] = ()
    channel: bool = False
    foreign: bool = False
    strange: bool = False

    def list_of(self, frame: Frame, statement: Statement) -> None:
        """Take note whether a figure is one of a list of what no table holds: 清理23件，其中废止3件."""
        opens = LIST.search(statement.head) is not None
        if opens:
            self.strange = self.strange or self.foreign
        elif statement.depth == 0 and (frame.turns or statement.lead not in "、，,"):
            self.strange = frame.turns
        elif frame.objects and statement.lead != "、":
            self.strange = False
        self.foreign = frame.foreign if statement.depth == 0 else self.foreign


class _Reader:
    """Reads the paragraphs of one field; what the same words say is worked out once."""

    def __init__(self, filing: Filing, field: str) -> None:
        self.filing, self.field, self.form = filing, field, filing.form
        self.unit = Unit(name=filing.unit, short=filing.text("unit.short_name"))
        own = Lexeme(slot="plain", key="unit")
        self.lexicon = lexicon(self.form).with_words(dict.fromkeys(self.unit.names, (own,)))
        self.topic: Lexeme | None = None
        self.known_words = [
            text
            for f in self.form.fields.values()
            if f.style == "text" and f.section != "basics" and len(text := filing.text(f.id)) > 1
        ]
        self.items = cache(lambda words: tuple(items(words, self.lexicon.tokens(words))))
        self.frame = cache(self._frame)
        self.begin("")

    def begin(self, paragraph: str) -> None:
        """Begin a paragraph: its topic is the field's own until another is named."""
        self.topic = first_object(self.form, self.field)
        self.context = _Context()
        self.holds = {text.key for text in self.form.lexicon.objects if self._meant(text, paragraph)}

    def _meant(self, text: ObjectText, paragraph: str) -> bool:
        """Whether an object can be meant in this paragraph."""
        if not text.needs or self.field in text.home or any(word in paragraph for word in text.needs):
            return True
        return not any(word in paragraph for word in text.unless)

    def plain(self, words: str) -> str:
        """Words without spaces, without what other cells say already (the channel), years as 本年, 上年, 下年, 别年."""
        words = "".join(words.split())
        for text in self.known_words:
            words = words.replace(text, "")
        words = _YEAR.sub(self._year, words)
        return _NUMBER.sub("＃", _DAYS.sub("时限工作日", words))

    def _year(self, match: re.Match[str]) -> str:
        names = {0: "本年", -1: "上年", 1: "下年"}
        return names.get(int(match[1]) - (self.filing.year or 0), "别年") + match[2]

    def _frame(self, head: str, tail: str) -> Frame:
        def own(at: int) -> bool:
            return self.scope_of(head[:at] + "#", head) is True

        return frame_of(self.items(head), self.items(tail), own)

    def scope_of(self, clause: str, sentence: str) -> bool | None:
        """Whether a clause's figures are this unit's; None where it names no office."""
        owns = self.unit.owns(clause, sentence)
        if owns is not None:
            return owns
        return self.unit.subject(clause, self.items(clause))

    def sentence(self, sentence: Sentence, number: int) -> Iterator[Stated]:
        text = self.plain(sentence.text)
        continues = re.match(r"[，：:]?(?:其中|办理结果|处理结果|从)", text) is not None
        context = msgspec.structs.replace(self.context, last=None) if continues else _Context()
        signs = self.signs(text)
        clause = -1
        planned = False
        for n, statement in enumerate(sentence.statements):
            if statement.clause != clause:
                clause = statement.clause
                raw = sentence.clauses[clause]
                whose = self.scope_of(self.plain(raw[:_LONG]), text)
                context.scope = context.scope.after(raw, self.filing.year, whose)
                planned = is_planned(raw[:_LONG])
                if context.scope.good:
                    yield from self.told(statement, sentence, number, text)
            if statement.figure is None:
                self.turn(self.frame(self.plain(statement.head[-_HEAD:]), ""), named=True)
                continue
            one = self.figure(statement, sentence, number, context, signs, planned=planned)
            one = msgspec.structs.replace(one, behind=self.behind(sentence.statements[n + 1 : n + 3]))
            yield one
            if one.claim is not None and one.claim.fact.whole and not one.claim.slots.parties:
                yield from self.settled(statement, sentence, number, text)
        self.context = context

    def figure(
        self,
        statement: Statement,
        sentence: Sentence,
        number: int,
        context: _Context,
        signs: frozenset[str],
        *,
        planned: bool,
    ) -> Stated:
        """A figure with what it states."""
        figure = statement.figure
        assert figure is not None  # noqa: S101  (asked by the caller)
        head = self.plain(_before(sentence, statement) + statement.head[-_HEAD:] + statement.notes)
        frame = self.frame(head, self.plain(statement.tail[:_TAIL]))
        self.turn(frame)
        aside = planned or is_change(statement.head)
        usable = figure.exact and context.scope.good and not aside
        claims: tuple[Claim, ...] = ()
        context.list_of(frame, statement)
        if not frame.foreign and not context.strange and not sentence.shared_out[statement.clause]:
            fitting = self.claims(frame, statement, context)
            claims = tuple(claim for claim in fitting if figure.unit in claim.fact.units)
        claims += self.ended_together(claims, statement, sentence)
        if claims:
            context.last = claims[0]
            if claims[0].slots.parties:
                context.parties = claims[0].slots.parties
            elif "{party}" in claims[0].fact.cells[0]:
                context.row = claims[0]
        else:
            context.last = None
        context.channel = context.channel or "channel" in frame.signs
        share = frame.share or (context.channel and any(claim.fact.of == "info" for claim in claims[:1]))
        return Stated(
            statement=statement,
            sentence=number,
            claims=claims if usable and not frame.doubtful and not frame.open else (),
            share=share,
            signs=signs | frame.signs,
            usable=usable,
            aside=aside,
        )

    def ended_together(self, claims: tuple[Claim, ...], statement: Statement, sentence: Sentence) -> tuple[Claim, ...]:
        """The same facts with the outcome told behind the last of a list: 行政复议2件、行政诉讼1件尚未审结."""
        last = sentence.by_clause[statement.clause][-1]
        if not claims or claims[0].slots.outcomes or last is statement or last.lead != "、":
            return ()
        slots = claims[0].slots
        outcomes = pick(self.frame("", self.plain(last.tail[:_TAIL])).outcomes, "outcome", slots.kind)
        slots = msgspec.structs.replace(slots, acts=(), outcomes=outcomes)
        return tuple(Claim(fact=fact, slots=slots) for fact in facts_for(self.form, slots)) if outcomes else ()

    def signs(self, words: str) -> frozenset[str]:
        """The signs of some words, and the acts told in them."""
        meanings = [meaning for item in self.items(words) if item.token for meaning in item.token.meanings]
        return frozenset(meaning.key if meaning.slot == "act" else meaning.slot for meaning in meanings)

    def behind(self, statements: tuple[Statement, ...]) -> frozenset[str]:
        """What is counted in right behind a figure: （含上年结转1件）, 其中新收44件、上年结转2件."""
        heads = [self.plain(statement.head[-_HEAD:]) for statement in statements if statement.figure]
        if not heads or not _COUNTS_IN.match(heads[0]):
            return frozenset()
        return self.signs("".join(heads) if heads[0].startswith("其中") else heads[0])

    def turn(self, frame: Frame, *, named: bool = False) -> None:
        """Turn to the object that a clause names; to none where it is of something else, unless it is only `named`."""
        if frame.objects and (named or not frame.foreign):
            self.topic = frame.objects[-1].get("object")
        elif frame.turns and not (named and not frame.aside):
            self.topic = None

    def claims(self, frame: Frame, statement: Statement, context: _Context) -> tuple[Claim, ...]:
        """The facts that a frame may state, what it leaves out taken from before."""
        named = tuple(meaning for token in frame.objects if (meaning := token.get("object")) is not None)
        about = named or ((self.topic,) if self.topic else ())
        if not about or any(word.key not in self.holds for word in about):
            return ()
        kind = about[0].of[0]
        outcomes, acts = pick(frame.outcomes, "outcome", kind), pick(frame.acts, "act", kind)
        if not named and frame.outcomes and not outcomes and not acts:
            other = self.object_of(frame)
            if other is None:
                return ()
            about, kind = (other,), other.of[0]
            outcomes = pick(frame.outcomes, "outcome", kind)
        if (frame.outcomes and not outcomes and not acts) or (
            not acts and any(not token.has("plain") for token in frame.acts)
        ):
            return ()
        parties = pick(frame.parties, "party", kind)
        last = context.last
        unit = statement.figure.unit if statement.figure else ""
        if parties and outcomes and set(frame.parties) & set(frame.outcomes):
            # 其他 is the last of the parties, or of the outcomes, by what it follows.
            if last is not None and last.slots.parties:
                outcomes = ()
            elif last is not None and last.slots.outcomes:
                parties = ()
            else:
                return ()
        if last is not None and not frame.told and _TOTAL.fullmatch(statement.head):
            added = [fact for fact in self.form.lexicon.facts if last.fact.id in fact.adds_up and fact.of == kind]
            acts = tuple(lexeme("act", act) for fact in added for act in self.form.lexicon.acts if act.key in fact.acts)
            return tuple(Claim(fact=fact, slots=Slots(objects=about, acts=acts)) for fact in added)
        if not named and not acts and not outcomes:
            return self.left_open(parties, context, unit)
        if named and not acts and not outcomes and last and last.slots.kind == kind and statement.lead in "、，":
            # 新制作规章13件、规范性文件60件: the same act.
            acts = () if parties else last.slots.acts
        slots = Slots(objects=about, acts=acts, outcomes=outcomes, parties=parties)
        fitting = [Claim(fact=fact, slots=slots) for fact in facts_for(self.form, slots, unit)]
        if parties and named and not acts and not outcomes:
            fitting += self.left_open(parties, context, unit)
        if not parties and context.parties:
            near = msgspec.structs.replace(slots, parties=context.parties)
            fitting += [Claim(fact=claim.fact, slots=near) for claim in fitting if "{party}" in claim.fact.cells[0]]
        return tuple(dict.fromkeys(fitting))

    def left_open(self, parties: tuple[Lexeme, ...], context: _Context, unit: str) -> tuple[Claim, ...]:
        """What a clause states that names only a party: that of the row before, or what is plainly meant."""
        if not parties:
            return ()
        fitting = []
        if context.row is not None:
            fitting.append(
                Claim(fact=context.row.fact, slots=msgspec.structs.replace(context.row.slots, parties=parties))
            )
        if self.topic is not None:
            slots = Slots(objects=(self.topic,), parties=parties)
            fitting += [Claim(fact=fact, slots=slots) for fact in facts_for(self.form, slots, unit)]
        return tuple(fitting)

    def object_of(self, frame: Frame) -> Lexeme | None:
        """The object that an outcome is told of, where it is told of one kind only and that kind is the field's own."""
        first = first_object(self.form, self.field)
        meanings = [meaning for token in frame.outcomes for meaning in token.meanings if meaning.slot == "outcome"]
        return first if first is not None and any(first.of[0] in m.of for m in meanings) else None

    def told(self, statement: Statement, sentence: Sentence, number: int, text: str) -> Iterator[Stated]:
        """What a clause without a figure states in words: 未收到申请, 均已办结, 均被维持."""
        clause = sentence.clauses[statement.clause]
        if len(clause) > _LONG or any(other.figure for other in sentence.by_clause[statement.clause]):
            return
        words = self.plain(clause)
        told = self.items(words)
        topic = self.topic
        for claim in (
            *zeros(self.form, words, told, topic),
            *done(self.form, words, told, topic, text),
        ):
            if all(word.key in self.holds for word in claim.slots.objects):
                yield Stated(statement=statement, sentence=number, claims=(claim,), nil=True, usable=True)

    def settled(self, statement: Statement, sentence: Sentence, number: int, text: str) -> Iterator[Stated]:
        """What a clause says of all that was received beside its figure: 收到的45件申请全部办结."""
        if len(sentence.by_clause[statement.clause]) != 1:
            return
        words = self.plain(sentence.clauses[statement.clause][:_LONG])
        for claim in done(self.form, words, self.items(words), self.topic, text):
            if claim.fact.all_done:
                yield Stated(statement=statement, sentence=number, claims=(claim,), nil=True, usable=True)
