"""From a frame to figures of the tables: the facts of the definition, with the cells of the words put in."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import msgspec

from xlreport import finding_kinds as kinds
from xlreport.errors import DefinitionError
from xlreport.forms.base import LEXICON_FILE
from xlreport.forms.definition import FactText
from xlreport.prose.lexicon import Lexeme, lexeme, lexicon, spellings
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.forms.model import Form
    from xlreport.rules.expression import Expr

_NAMES = ("object", "act", "outcome", "party")


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure is of, in the meanings of the words: 行政诉讼, 结果维持."""

    objects: tuple[Lexeme, ...] = ()
    acts: tuple[Lexeme, ...] = ()
    outcomes: tuple[Lexeme, ...] = ()
    parties: tuple[Lexeme, ...] = ()

    @property
    def kind(self) -> str:
        return self.objects[0].of[0] if self.objects else ""

    @property
    def told(self) -> tuple[tuple[str, ...], ...]:
        """The keys of what is told: objects, outcomes, parties."""
        return tuple(tuple(word.key for word in words) for words in (self.objects, self.outcomes, self.parties))


class Reading(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A figure that a clause may rightly state: its formula, the cells it is made of, what it is called."""

    expr: Expr
    operands: tuple[str, ...]
    name: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a clause states, with what it is of; `rule` names the finding where the tables hold another figure."""

    fact: FactText
    slots: Slots
    rule: str = kinds.PROSE_FIGURE.id

    def same(self, other: Claim) -> bool:
        """Whether another claim is of the same fact, of all or of the same part of it."""
        return self.fact.id == other.fact.id and self.slots.told == other.slots.told

    @property
    def group(self) -> str:
        """Claims of one group are parts of one whole."""
        if self.slots.outcomes:
            about = " ".join(word.key for word in self.slots.objects)
            return f"{self.fact.id} {about} {self.slots.outcomes[0].within}"
        return f"{self.fact.id} party" if self.slots.parties else self.fact.group or self.fact.id


@cache
def parties(form: Form) -> tuple[Lexeme, ...]:
    """The party that is meant where none is named; none where the form has no parties."""
    return tuple(lexeme("party", text) for text in form.lexicon.parties[:1])


@cache
def objects(form: Form) -> dict[str, Lexeme]:
    """The objects of a form by their keys."""
    return {text.key: lexeme("object", text) for text in form.lexicon.objects}


@cache
def outcomes_of(form: Form, kind: str) -> tuple[Lexeme, ...]:
    """The outcomes that a kind of object can have."""
    return tuple(lexeme("outcome", text) for text in form.lexicon.outcomes if kind in text.of)


@cache
def first_object(form: Form, field: str) -> Lexeme | None:
    """The object with which a prose field begins."""
    return next((lexeme("object", text) for text in form.lexicon.objects if field in text.fields), None)


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate with its words, spelled out, and the cells of its ways: those of the part, those of the whole."""

    words: tuple[str, ...]
    needs: tuple[str, ...]
    ways: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


@cache
def rates(form: Form) -> tuple[Rate, ...]:
    """The rates of a form."""
    return tuple(
        Rate(
            words=tuple(spelling for word in text.words for spelling in spellings(word)),
            needs=text.needs,
            ways=tuple((way.part, way.whole) for way in text.ways),
        )
        for text in form.lexicon.rates
    )


def wholes(form: Form, claim: Claim, *, named: bool = False) -> list[tuple[FactText, Reading]]:
    """What a claim may be a share of, each for all parties, the one plainly meant first; where all of it is `named`, that too."""
    facts = [fact for fact in form.lexicon.facts if fact.of == claim.fact.of]
    by_party = bool(claim.slots.parties) and not claim.slots.outcomes
    keys = [fact.id for fact in facts if fact.whole] if named or by_party else []
    keys = [*keys, *claim.fact.share_of] if by_party else [*claim.fact.share_of, *keys]
    slots = Slots(objects=claim.slots.objects)
    fitting = [(fact, _reading(form, fact, fact.cells, slots)) for key in keys for fact in facts if fact.id == key]
    return [(fact, reading) for fact, reading in fitting if reading is not None]


def facts_for(form: Form, slots: Slots, unit: str | None = None) -> list[FactText]:
    """The facts that fit what a clause tells (with a figure of this unit), one for each act; the first that fits wins."""
    acts = [act.key for act in slots.acts] or [""]
    facts = (_fact(form, slots, act, unit) for act in acts)
    return list(dict.fromkeys(fact for fact in facts if fact is not None))


def _fact(form: Form, slots: Slots, act: str, unit: str | None) -> FactText | None:
    for fact in form.lexicon.facts:
        if fact.of != slots.kind or (unit is not None and unit not in fact.units):
            continue
        if slots.outcomes:
            outcomes = {outcome.key for outcome in slots.outcomes}
            if act in fact.acts and (fact.outcomes == ("*",) or outcomes <= {*fact.outcomes}):
                return fact
        elif not fact.outcomes and (act in fact.acts if act else fact.plain):
            return fact
    return None


def readings(
    form: Form, claim: Claim, signs: frozenset[str], behind: frozenset[str] = frozenset()
) -> tuple[Reading, ...]:
    """The figures that a claim may stand for, the one that is meant first in front; none where the form has no such cells.

    `signs` are what its sentence tells besides, `behind` what is told right behind it: 含上年结转 makes another figure of 受理.
    """
    return _readings(form, claim.fact, claim.slots, signs & _signs(form), behind & _signs(form))


@cache
def _signs(form: Form) -> frozenset[str]:
    return frozenset(
        sign for fact in form.lexicon.facts for accept in fact.accept for sign in (*accept.signs, *accept.meant)
    )


@cache
def _readings(
    form: Form, fact: FactText, slots: Slots, signs: frozenset[str], behind: frozenset[str]
) -> tuple[Reading, ...]:
    meant = [accept.cells for accept in fact.accept if accept.meant and behind.issuperset(accept.meant)]
    also = [each.cells for each in fact.accept if not (each.signs or each.meant) or signs.intersection(each.signs)]
    told = (_reading(form, fact, cells, slots) for cells in (meant or (fact.cells, *also)))
    return tuple(reading for reading in told if reading is not None)


def _reading(form: Form, fact: FactText, cells: Iterable[str], slots: Slots) -> Reading | None:
    terms = list(_terms(form, cells, slots))
    if not terms or not all(id_ in form.fields for term in terms for id_ in term):
        return None
    formula = "+".join(f"N({term[0]})" if len(term) == 1 else f"SUM({term[0]}:{term[1]})" for term in terms)
    book = rulebook(form)
    expr = book.parse(formula, f"{LEXICON_FILE} 的 facts {fact.id}")
    return Reading(expr=expr, operands=book.operands(expr), name=_name(fact, slots))


def _terms(form: Form, cells: Iterable[str], slots: Slots) -> Iterator[tuple[str, ...]]:
    """The ids of each term; two where the term is a range."""
    words = dict(zip(_NAMES, (slots.objects, slots.acts, slots.outcomes, slots.parties or parties(form)), strict=True))
    for template in cells:
        named = [name for name in _NAMES if "{" + name + "}" in template]
        choices = [[cell for word in words[name] for cell in word.cells] for name in named]
        for choice in product(*choices):
            pieces = [piece.split(":") for piece in choice]
            ends = max(map(len, pieces), default=1)
            yield tuple(
                template.format_map(
                    {name: piece[min(n, len(piece) - 1)] for name, piece in zip(named, pieces, strict=True)}
                )
                for n in range(ends)
            )


def _name(fact: FactText, slots: Slots) -> str:
    if fact.name:
        return fact.name
    told = slots.outcomes or slots.acts
    about = "" if slots.kind == "request" or (len(fact.outcomes) and fact.of == "info") else _listed(slots.objects)
    return about + _listed(told)


def _listed(words: Iterable[Lexeme]) -> str:
    return "和".join(dict.fromkeys(word.name for word in words))


def checked(form: Form) -> None:
    """Read the whole lexicon of a form.

    Raises DefinitionError for a word that cannot be read, a kind, act, outcome or field there is not, a fact without cells.
    """
    lexicon(form)
    text = form.lexicon
    prose = {field.id for field in form.prose}
    kinds_ = {kind for each in text.objects for kind in each.of}
    for each in text.objects:
        _require(form, len(each.of) == 1, f"objects {each.key}", 'of 应写一个种类，如 of = ["request"]')
        for field in each.fields:
            _require(form, field in prose, f"objects {each.key}", f"没有文字字段 {field}")
    acts, outcomes = {each.key for each in text.acts}, {each.key for each in text.outcomes}
    for fact in text.facts:
        place = f"facts {fact.id}"
        _require(form, fact.of in kinds_, place, f"objects 里没有种类 {fact.of}")
        for act in fact.acts:
            _require(form, not act or act in acts, place, f"acts 里没有 {act}")
        for outcome in fact.outcomes:
            _require(form, outcome == "*" or outcome in outcomes, place, f"outcomes 里没有 {outcome}")
        _check_cells(form, fact)
    for rate in text.rates:
        for way in rate.ways:
            for id_ in (*way.part, *way.whole):
                _require(form, id_ in form.fields, f"rates {rate.key}", f"没有字段 {id_}")


def _check_cells(form: Form, fact: FactText) -> None:
    """Whether the cells of a fact are fields for all words that may stand in them; for one act at least each."""
    place, text = f"facts {fact.id}", form.lexicon
    about = [lexeme("object", each) for each in text.objects if fact.of in each.of]
    acts = [lexeme("act", each) for each in text.acts if each.key in fact.acts and (not each.of or fact.of in each.of)]
    outcomes = [
        lexeme("outcome", each)
        for each in text.outcomes
        if (not each.of or fact.of in each.of) and (fact.outcomes == ("*",) or each.key in fact.outcomes)
    ]
    sets = [fact.cells, *(accept.cells for accept in fact.accept)]
    for cells in sets:
        for object_, act, outcome in product(_each(about), _each(acts), _each(outcomes)):
            slots = Slots(objects=object_, acts=act, outcomes=outcome)
            for term in _terms(form, cells, slots):
                for id_ in term:
                    _require(form, id_ in form.fields, place, f"没有字段 {id_}")


def _each(words: list[Lexeme]) -> list[tuple[Lexeme, ...]]:
    return [(word,) for word in words] or [()]


def _require(form: Form, condition: bool, place: str, problem: str) -> None:
    if not condition:
        raise DefinitionError(f"表样定义“{form.id}”，{LEXICON_FILE} 的 {place}：{problem}。")
