"""From a prose field to what it states: each figure with the facts it may be, or why it states none."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.claims import claims_of, ended_together, meant_object
from xlreport.prose.clauses import Sentence, Statement, is_bare, read_paragraphs
from xlreport.prose.context import AMONG, LIST, Context
from xlreport.prose.evidence import evidence
from xlreport.prose.facts import Claim, first_object
from xlreport.prose.frames import Frame, frame_of, items, names_new
from xlreport.prose.lexicon import Lexeme, lexicon
from xlreport.prose.lists import completed
from xlreport.prose.offices import Offices
from xlreport.prose.plain_words import PlainWords
from xlreport.prose.scope import is_change, is_planned, looks_ahead
from xlreport.prose.stated import Silence, Stated
from xlreport.prose.unit_names import UnitNames
from xlreport.prose.zeros import done, zeros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.filing import Filing
    from xlreport.forms.definition import ObjectText


def read_prose(filing: Filing, field: str, text: str) -> tuple[list[Sentence], list[Stated]]:
    """The sentences of a prose field and all its statements in order, with what they claim."""
    reader = _Reader(filing, field)
    sentences: list[Sentence] = []
    stated: list[Stated] = []
    for paragraph in read_paragraphs(text):
        reader.begin(" ".join(sentence.text for sentence in paragraph))
        for sentence in paragraph:
            if sentence.statements:
                stated.extend(completed(filing.form, sentence, list(reader.sentence(sentence, len(sentences)))))
                sentences.append(sentence)
    return sentences, stated


#: What counts in a part of the figure before.
_COUNTS_IN = re.compile(r"(?:其中)?(?:含|包括|包含)|其中")

#: What goes on with the list of the sentence before.
_CONTINUES = re.compile(r"[，：:]?(?:其中|办理结果|处理结果|从)")

#: So many signs before a figure are read, and so many behind it.
_HEAD, _TAIL = 160, 80

#: A clause beyond this says nothing so simple as 未收到…申请.
_LONG = 300


class _Reader:
    """Reads the paragraphs of one field; what the same words say is worked out once."""

    def __init__(self, filing: Filing, field: str) -> None:
        self.filing, self.field, self.form = filing, field, filing.form
        names = UnitNames(filing.unit, filing.text("unit.short_name"))
        self.offices = Offices(names)
        own = Lexeme(slot="plain", key="unit")
        self.lexicon = lexicon(self.form).with_words(dict.fromkeys(names.in_full, (own,)))
        self.topic: Lexeme | None = None
        self.plain = PlainWords(filing).plain
        self.items = cache(lambda words: tuple(items(words, self.lexicon.tokens(words))))
        self.frame = cache(self._frame)
        self.begin("")

    def begin(self, paragraph: str) -> None:
        """Begin a paragraph: its topic is the field's own until another is named."""
        self.topic = self.before = first_object(self.form, self.field)
        self.context = Context()
        self.holds = {text.key for text in self.form.lexicon.objects if self._meant(text, paragraph)}

    def _meant(self, text: ObjectText, paragraph: str) -> bool:
        """Whether an object can be meant in this paragraph."""
        if not text.needs or self.field in text.home or any(word in paragraph for word in text.needs):
            return True
        return not any(word in paragraph for word in text.unless)

    def _frame(self, head: str, tail: str) -> Frame:
        def own(at: int) -> bool:
            return self.scope_of(head[:at] + "#", head) is True

        return frame_of(self.items(head), self.items(tail), own)

    def scope_of(self, clause: str, sentence: str) -> bool | None:
        """Whether a clause's figures are this unit's; None where it names no office."""
        owns = self.offices.owns(clause, sentence)
        if owns is False:
            return False
        does = self.offices.subject(clause, self.items(clause))
        # 市政府受理涉我局的申请: whose the figure is, the one who acts says.
        return False if does is False and not self.offices.speaks_first(clause) else owns if owns is not None else does

    def sentence(self, sentence: Sentence, number: int) -> Iterator[Stated]:
        """What a sentence states, figure by figure."""
        text = self.plain(sentence.text)
        continues = _CONTINUES.match(text) is not None
        context = msgspec.structs.replace(self.context, last=None) if continues else Context()
        signs = self.signs(text)
        clause = -1
        planned = parted = ahead = False
        for n, statement in enumerate(sentence.statements):
            if statement.clause != clause:
                clause = statement.clause
                raw = sentence.clauses[clause]
                whose = self.scope_of(self.plain(raw[:_LONG]), text)
                outer = context.enter(statement.depth)
                context.scope = outer.after(raw, self.filing.year, whose)
                ahead = ahead or looks_ahead(raw[:_LONG])
                planned = ahead or is_planned(raw[:_LONG])
                if context.scope.good:
                    yield from self.told(statement, sentence, number, text, parted=parted)
            if statement.figure is None:
                context.shared = context.shared and statement.lead not in "；;"
                context.among = AMONG.search(statement.head) is not None
                context.opened = LIST.search(statement.head) is not None
                frame = self.frame(self.plain(statement.head[-_HEAD:]), "")
                context.narrow = context.among and bool(frame.objects) and (frame.qualified or names_new(frame))
                self.turn(frame, named=True)
                continue
            behind = self.behind(sentence.statements[n + 1 : n + 3])
            one = self.figure(statement, sentence, context, planned=planned)
            yield msgspec.structs.replace(one, sentence=number, signs=signs | one.signs, behind=behind)
            parted = parted or (one.claim is not None and bool(one.claim.slots.outcomes))
            if one.claim is not None and _is_of_all(one) and not one.claim.slots.parties:
                yield from self.settled(statement, sentence, number, text, parted=parted)
        self.context = context

    def figure(self, statement: Statement, sentence: Sentence, context: Context, *, planned: bool) -> Stated:
        """A figure with what it states."""
        frame = self.frame_of(statement, sentence)
        aside: Silence = "planned" if planned else "change" if is_change(statement.head) else ""
        if aside:
            if frame.objects and not frame.doubtful:
                self.turn(frame)
            claims = self.claims(frame, statement, sentence, context) if aside == "change" else ()
            change = tuple(claim for claim in claims if claim.fact.compares)
            return Stated(statement=statement, sentence=0, claims=change, silence="" if change else aside)
        before = context.last
        self.turn(frame)
        context.list_of(frame, statement)
        silence = self.silence(statement, frame, context)
        claims = ()
        if not frame.foreign and not context.strange and not sentence.shared_out[statement.clause]:
            claims = self.claims(frame, statement, sentence, context)
        context.told(claims, statement)
        context.other = -1 if self.counts(claims, statement) else statement.end
        if frame.doubtful and not self.counts(claims, statement):
            self.topic = None  # 20家组织申请变更登记，办结20件
        if silence == "time" and claims and claims[0].fact.compares:
            silence = ""
        context.channel = context.channel or (frame.share and "channel" in frame.signs)
        of_info = context.channel and any(claim.fact.of == "info" for claim in claims[:1])
        return Stated(
            statement=statement,
            sentence=0,
            claims=() if silence else claims,
            doubted=claims if silence == "doubtful" else (),
            silence=silence or ("" if claims else "nothing"),
            share=context.is_share(claims, statement, frame, of_info=of_info),
            signs=frame.signs,
            evidence=evidence(frame, claims[0], before) if claims else "sure",
        )

    def frame_of(self, statement: Statement, sentence: Sentence) -> Frame:
        """The frame of a figure's words."""
        head = self.plain(_before(sentence, statement) + statement.head[-_HEAD:] + statement.notes)
        frame = self.frame(head, self.plain(statement.tail[:_TAIL]))
        if statement.shared and not frame.objects:
            # 新收、上年结转申请分别为…: the object stands with the last of the names.
            frame = msgspec.structs.replace(frame, objects=self.frame(self.plain(statement.shared), "").objects)
        return frame

    def silence(self, statement: Statement, frame: Frame, context: Context) -> Silence:
        """Why a figure claims nothing, whatever its words are; "" where nothing stands in the way."""
        figure = statement.figure
        stands_in_the_way: dict[Silence, bool] = {
            "rough": figure is not None and not figure.exact,
            "time": not context.scope.in_year,
            "office": not context.scope.own,
            "foreign": frame.foreign,
            "list": context.strange,
            "doubtful": frame.doubtful or context.other == statement.start,
            "open": frame.open,
        }
        return next((why for why, stands in stands_in_the_way.items() if stands), "")

    def claims(self, frame: Frame, statement: Statement, sentence: Sentence, context: Context) -> tuple[Claim, ...]:
        """The facts that a figure may state in its unit, by its own words and by those behind the last of its list."""
        fitting = claims_of(self.form, self.field, frame, statement, context, self.topic)
        if not fitting and self.topic is None and _begins(sentence, statement):
            # 制发规范性文件3件，解读3篇；废止1件: only the thing told before can be 废止.
            again = claims_of(self.form, self.field, frame, statement, context, self.before)
            fitting = tuple(claim for claim in again if claim.slots.acts and claim.fact.nil and not claim.fact.whole)
        unit = statement.figure.unit if statement.figure else ""
        claims = tuple(claim for claim in fitting if unit in claim.fact.units and self.can_be_meant(claim))
        last = sentence.by_clause[statement.clause][-1]
        if last is not statement and last.lead == "、":
            claims += ended_together(self.form, claims, self.frame("", self.plain(last.tail[:_TAIL])))
        return claims

    def counts(self, claims: tuple[Claim, ...], statement: Statement) -> bool:
        """Whether a figure's unit is one in which any fact is told."""
        unit = statement.figure.unit if statement.figure else ""
        return bool(claims) or any(unit in fact.units for fact in self.form.lexicon.facts)

    def can_be_meant(self, claim: Claim) -> bool:
        """Whether the objects of a claim can be meant in this paragraph."""
        return all(word.key in self.holds for word in claim.slots.objects)

    def signs(self, words: str) -> frozenset[str]:
        """The signs of some words, and the acts told in them."""
        tokens = [item.token for item in self.items(words) if item.token]
        slots = {meaning.slot for token in tokens for meaning in token.meanings if meaning.slot != "act"}
        # What may be either of two acts (结转) tells neither.
        return frozenset(slots | {act.key for token in tokens if (act := token.only("act")) is not None})

    def behind(self, statements: tuple[Statement, ...]) -> frozenset[str]:
        """What is counted in right behind a figure: （含上年结转1件）, 其中新收44件、上年结转2件."""
        heads = [self.plain(statement.head[-_HEAD:]) for statement in statements if statement.figure]
        if not heads or not _COUNTS_IN.match(heads[0]):
            return frozenset()
        return self.signs("".join(heads) if heads[0].startswith("其中") else heads[0])

    def turn(self, frame: Frame, *, named: bool = False) -> None:
        """Turn to the object that a clause names; to none where it is of something else, unless it is only `named`."""
        if frame.objects and frame.qualified and not frame.ordered and named:
            return  # 内容多与加油站许可有关
        about = meant_object(frame.objects[-1], (self.topic,) if self.topic else ()) if frame.objects else None
        if about and (frame.another or (frame.doubtful and about != self.topic)) and not named:
            self.topic = None
        elif frame.objects and (named or not frame.turns):
            self.topic = self.before = about
        elif frame.turns and not (named and not frame.aside):
            self.topic = None

    def told(
        self, statement: Statement, sentence: Sentence, number: int, text: str, *, parted: bool
    ) -> Iterator[Stated]:
        """What a clause without a figure states in words: 未收到申请, 均已办结, 均被维持."""
        clause = sentence.clauses[statement.clause]
        if len(clause) > _LONG or any(other.figure for other in sentence.by_clause[statement.clause]):
            return
        words = self.plain(clause)
        told = self.items(words)
        for claim in (
            *zeros(self.form, words, told, self.topic),
            *done(self.form, words, told, self.topic, text, parted=parted),
        ):
            if self.can_be_meant(claim):
                yield Stated(statement=statement, sentence=number, claims=(claim,), nil=True)

    def settled(
        self, statement: Statement, sentence: Sentence, number: int, text: str, *, parted: bool
    ) -> Iterator[Stated]:
        """What a clause says of all that was received beside its figure: 收到的45件申请全部办结."""
        if len(sentence.by_clause[statement.clause]) != 1:
            return
        words = self.plain(sentence.clauses[statement.clause][:_LONG])
        for claim in done(self.form, words, self.items(words), self.topic, text, parted=parted):
            if claim.fact.all_done:
                yield Stated(statement=statement, sentence=number, claims=(claim,), nil=True)


def _is_of_all(one: Stated) -> bool:
    """Whether a figure is of all that came in, or counts in the rest of it: 上述申请连同上年结转的4件均已办结."""
    return one.claim is not None and (
        one.claim.fact.whole or (one.claim.fact.group == "inflow" and "including" in one.signs)
    )


def _begins(sentence: Sentence, statement: Statement) -> bool:
    """Whether a figure's clause begins something: behind ；, or behind a clause without a figure (截至年底，现行有效14件)."""
    before = sentence.by_clause[statement.clause - 1] if statement.clause else ()
    return statement.lead not in "、，," or (statement.lead != "、" and all(each.figure is None for each in before))


def _before(sentence: Sentence, statement: Statement) -> str:
    """The clause before, where a figure stands alone (予以公开占45%，共1400件) and that clause has no figure itself."""
    if not is_bare(statement.head) or statement.tail.strip() or not statement.clause:
        return ""
    if statement.depth:
        # 自然人申请占比85.7%（24件）
        others = sentence.by_clause[statement.clause - 1] if statement.lead in "（(" else ()
    elif statement.lead in "）)":
        # 答复申请（予以公开13件、不予公开3件）共16件
        opened = sentence.opened_by(statement.clause)
        others = sentence.by_clause[opened] if opened is not None else ()
    else:
        others = sentence.by_clause[statement.clause - 1] if statement.lead in "，," else ()
    return others[0].words if len(others) == 1 and others[0].figure is None else ""
