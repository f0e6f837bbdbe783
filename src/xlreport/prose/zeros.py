"""Zeros told in words: 未收到政府信息公开申请, 无上年结转, 复议零纠错; 均已办结 (nothing is carried over), 均被维持 (no other outcome)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from xlreport import finding_kinds as kinds
from xlreport.prose.facts import Claim, Slots, facts_for, objects, outcomes_of
from xlreport.prose.lexicon import lexeme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlreport.forms.model import Form
    from xlreport.prose.joined_words import Item
    from xlreport.prose.lexicon import Lexeme

#: 100% of what was asked is settled; not of what fell due, nor in time.
_RATE = re.compile(r"(?<!时)(?<!期)(?<!规)(?:办结|答复|办理|回复)率(?:均?达到?|均?为|均)?(?:100[%％]|百分之百)")

#: What leaves open that something is not settled yet.
_LEFT = re.compile(
    r"除|其余|剩余|顺延|到期|应办|正在|结转(?:至|到|到至)?(?:下|次|明)|(?<!连同)(?<!加上)(?<!含)(?<!及)(?<!和)上年结转的|(?:下|明)一?年度?(?:继续)?办理"
)
_BEFORE = re.compile(r"(?:上|去|上一|别)年|之前|以前|率")
_FINISHED = re.compile(r"已|完毕|完成|办结率|答复率")


def zeros(form: Form, words: str, items: Sequence[Item], topic: Lexeme | None) -> Iterator[Claim]:
    """What a clause denies, each object for itself."""
    for n, item in enumerate(items):
        if item.token is None or not item.token.has("no"):
            continue
        behind = _until_no(items[n + 1 :])
        before = [each for each in items[:n] if each.token is None or not each.token.has("no")]
        told = behind if _tells(behind) else before if words[item.start : item.end][-1] in "零0＃" else []
        yield from _denied(form, told, before, topic)


def _until_no(items: Sequence[Item]) -> Sequence[Item]:
    end = next((n for n, item in enumerate(items) if item.token and item.token.has("no")), len(items))
    return items[:end]


def _tells(items: Sequence[Item]) -> bool:
    return any(item.token and item.token.has("object", "act", "outcome") for item in items)


def _denied(form: Form, told: Sequence[Item], before: Sequence[Item], topic: Lexeme | None) -> Iterator[Claim]:
    if any(item.token is not None and item.token.has("part", "must") for item in told):
        return
    about: list[Lexeme] = []
    strange = False
    for item in told:
        token = item.token
        if token is None or (token.has("aside") and not token.has("object", "act", "outcome")):
            strange = True
        elif token.has("and"):
            strange = False
        elif (meaning := token.get("object")) is not None:
            if strange:
                return
            about.append(meaning)
    if not about and strange:
        return
    if not about:
        about = [m for item in before if item.token and (m := item.token.get("object")) is not None]
    yield from _claims(form, told, about, topic, named=any(i.token and i.token.has("object") for i in told))


def _claims(
    form: Form, told: Sequence[Item], about: Sequence[Lexeme], topic: Lexeme | None, *, named: bool
) -> Iterator[Claim]:
    kinds_ = list(dict.fromkeys(word.of[0] for word in about))
    # 因政府信息公开申请引发的行政复议: what is denied is the last kind.
    last = [word for word in about if word.of[0] == kinds_[-1]] if kinds_ else []
    if not last:
        acts = next((item.token for item in told if item.token is not None and item.token.has("act")), None)
        of = {m.of for m in acts.meanings if m.slot == "act"} if acts is not None else set()
        # 新增 alone may be said of many things; 受理 is of requests.
        sure = next(iter(of)) if len(of) == 1 else ()
        kind = sure[0] if len(sure) == 1 else topic.of[0] if topic else ""
        last = [topic] if topic and topic.of[0] == kind else [o for o in objects(form).values() if o.of[0] == kind][:1]
    for word in last:
        kind = word.of[0]

        def meant(slot: str, kind: str = kind) -> tuple[Lexeme, ...]:
            return tuple(m for item in told if item.token and (m := item.token.get(slot, kind)) is not None)

        acts_, outcomes, parties = meant("act"), meant("outcome"), meant("party")
        if any(outcome.key == "other" for outcome in outcomes):
            continue  # 无其他类型案件
        if any(i.token.get("act") and not i.token.get("act", kind) and i.token.has("act") for i in told[:1] if i.token):
            continue
        slots = Slots(objects=(word,), acts=acts_[:1], outcomes=outcomes, parties=parties)
        for fact in facts_for(form, slots)[:1]:
            if fact.nil and (named or not fact.plain):
                yield Claim(fact=fact, slots=slots)


def done(
    form: Form, words: str, items: Sequence[Item], topic: Lexeme | None, sentence: str, *, parted: bool
) -> Iterator[Claim]:
    """What follows from all of it having had one end: 全部办结 leaves nothing over, 均被维持 no other outcome.

    `parted`: its sentence tells parts, and where it names no object it is of those: 予以公开10件、无法提供6件，均已办结.
    """
    object_ = next((m for i in reversed(items) if i.token and (m := i.token.get("object")) is not None), None)
    parted = parted and object_ is None
    object_ = object_ or topic
    if object_ is None or any(item.token is not None and item.token.has("must", "no") for item in items):
        return
    end = next(
        (n for n, i in enumerate(items) if i.token and any(m.key == "settled" for m in i.token.meanings)), len(items)
    )
    if any(item.token is not None and item.token.has("aside") for item in items[:end]):
        return
    kind = object_.of[0]
    all_ = any(item.token is not None and item.token.has("all") for item in items)
    told = tuple(m for i in items if i.token and (m := i.token.get("outcome", kind)) is not None)
    for fact in form.lexicon.facts:
        if fact.of != kind:
            continue
        if fact.all_done and not parted and _settled(words, items, all_=all_) and not _open(sentence):
            acts = tuple(m for m in _acts(form, fact.acts))
            yield Claim(fact=fact, slots=Slots(objects=(object_,), acts=acts), rule=kinds.PROSE_SETTLED.id)
        elif fact.nil and fact.outcomes and all_ and len(told) == 1 and not _excepts(sentence):
            others = tuple(each for each in outcomes_of(form, kind) if each.key != told[0].key)
            yield Claim(fact=fact, slots=Slots(objects=(object_,), outcomes=others))


def _acts(form: Form, keys: Sequence[str]) -> Iterator[Lexeme]:
    yield from (lexeme("act", text) for text in form.lexicon.acts if text.key in keys)


def _settled(words: str, items: Sequence[Item], *, all_: bool) -> bool:
    """Whether a clause says that all is settled: all of it, and an end; an answer in time is none by the end of the year."""
    if _RATE.search(words):
        return True
    settled = any(m.key == "settled" for item in items if item.token for m in item.token.meanings)
    if not settled or _BEFORE.search(words) or not (all_ or re.search(r"完毕", words)):
        return False
    return re.search(r"办结|办完|办毕|完毕|完成", words) is not None or _FINISHED.search(words) is not None


@lru_cache(maxsize=16)
def _open(sentence: str) -> bool:
    if _LEFT.search(sentence):
        return True
    return re.search(r"(?:答复|办结)[^，。；]{0,16}＃[件份宗]", sentence) is not None


@lru_cache(maxsize=16)
def _excepts(sentence: str) -> bool:
    return re.search(r"除|其余|已审结", sentence) is not None
