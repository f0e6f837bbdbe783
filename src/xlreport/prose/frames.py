"""A clause as a frame: object, act, outcome and party, each filled by the words that tell it, and what stands in the way.

`收到政府信息公开申请` is act received, object request. Words that nobody knows, or that make the figure a share of what is told
(网上申请, 按期答复), are kept: they say whether the figure can be held against a table at all.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from xlreport.prose.joined_words import Item, has, joined, outcomes_of, with_narrower

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlreport.prose.lexicon import Token

#: Slots that say what a figure is of.
CONTENT = ("object", "act", "outcome", "party")

#: So many unknown signs are a word.
_WORD = 2

#: So long is a verb that nobody knows: 严格, 加强, 健全.
_VERB = 2

_WORTHLESS = re.compile(r"[^\u4e00-\u9fff]+")


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What some words tell; each slot holds the words joined in it, none where nothing is told.

    `share`: the figure is a part of what is told; `foreign`: it is of something that no table holds, and `turns` to that;
    `doubtful`: an unknown word or an aside stands among the others; `open`: the outcomes end in 等; `elsewhere`: it comes of
    what is none of the tables' business; `another`: it is of other work on what is told (复议机构收到行政复议); `strange`: a word
    that nobody knows stands before it, and it is not the unit's name; `qualified`: right before its noun;
    `ordered`: that is what is done to it (严格规范性文件管理).
    `signs` are those of the language that are told.
    """

    objects: tuple[Token, ...] = ()
    acts: tuple[Token, ...] = ()
    outcomes: tuple[Token, ...] = ()
    parties: tuple[Token, ...] = ()
    share: bool = False
    foreign: bool = False
    turns: bool = False
    aside: bool = False
    doubtful: bool = False
    open: bool = False
    elsewhere: bool = False
    another: bool = False
    strange: bool = False
    qualified: bool = False
    ordered: bool = False
    signs: frozenset[str] = frozenset()

    @property
    def told(self) -> bool:
        return bool(self.objects or self.acts or self.outcomes or self.parties)


def names_new(frame: Frame) -> bool:
    """Whether a frame names what came in this year, which is only some of what was settled."""
    return any(meaning.key == "new" for token in frame.acts for meaning in token.meanings)


def items(text: str, tokens: Sequence[Token]) -> list[Item]:
    """The tokens of weight and the unknown words of a text, in order."""
    words: list[Item] = []
    at = 0
    for token in tokens:
        _unknown(text, at, token.start, words)
        words.append(Item(start=token.start, end=token.end, token=token))
        at = token.end
    _unknown(text, at, len(text), words)
    return _grown(words)


def _unknown(text: str, start: int, end: int, words: list[Item]) -> None:
    if _WORTHLESS.sub("", text[start:end]):
        words.append(Item(start=start, end=end))


def _grown(words: list[Item]) -> list[Item]:
    """Single unknown signs are no words (我 and 局 may be anything), but several with small words between are: 老(年人)."""
    grown: list[Item] = []
    run: list[Item] = []
    for item in [*words, None]:
        small = item is not None and item.end - item.start == 1 and (item.token is None or _is(item, "plain"))
        if item is not None and small and (not run or run[-1].end == item.start):
            run.append(item)
            continue
        grown.extend(_run(run))
        run = [item] if item is not None and small else []
        if item is not None and not small:
            grown.append(item)
    return grown


def _run(run: list[Item]) -> list[Item]:
    unknown = [item for item in run if item.token is None]
    if len(unknown) >= _WORD:
        return [Item(start=run[0].start, end=run[-1].end)]
    return [item for item in run if item.token is not None]


def frame_of(head: Sequence[Item], tail: Sequence[Item], own: Callable[[int], bool]) -> Frame:
    """The frame of a figure's words, those before it and those behind it.

    `own` says of a place in the head whether the words up to it name the unit itself.
    """
    causes = _cause(head)
    head = _first_verbs(_behind_cause(head))
    slots = {
        name: joined(head, slot, last=True) or joined(tail, slot, last=False)
        for slot, name in zip(CONTENT, ("objects", "acts", "outcomes", "parties"), strict=True)
    }
    slots["objects"] = with_narrower(slots["objects"], joined(tail, "object", last=False))
    strange = _foreign(head, tail)
    ended, open_ = outcomes_of(head) or ((), False)
    if ended and not has(head, "act"):
        slots["acts"] = ()  # 被纠正的3件已重新作出答复: the head says what it is
    outcomes, open_ = (ended, open_) if ended else outcomes_of(tail) or ((), False)
    return Frame(
        objects=slots["objects"],
        acts=slots["acts"],
        outcomes=outcomes,
        parties=slots["parties"],
        share=_is_share(head) or _is_share(_before_all(tail)),
        foreign=strange is not None,
        aside=strange is not None and strange.token is not None,
        turns=strange is not None and not (strange.token is not None and _of_kind(strange.token)),
        doubtful=has(head, "no")
        or has(tail, "no")
        or any(map(_aside, (*head, *tail)))
        or _doubtful(head, own)
        or _doubtful_tail(tail)
        or (bool(head) and _is_some_of(head[-1], tail)),
        open=open_,
        elsewhere=_is_other_cause(causes) or _is_of_other_work(head),
        another=any(_aside(item) and item.token is not None and not _of_kind(item.token) for item in head),
        strange=any(item.token is None and not own(item.end) for item in head)
        or (not any(map(_content, head)) and any(item.token is None for item in tail)),
        qualified=any(_qualified(head, n, own) for n, item in enumerate(head) if _is(item, "object")),
        ordered=len(head) > 1 and head[0].token is None and head[0].end == _VERB and _is(head[1], "object"),
        signs=frozenset(
            m.key if m.slot == "part" else m.slot for item in (*head, *tail) if item.token for m in item.token.meanings
        ),
    )


def _cause(words: Sequence[Item]) -> Sequence[Item]:
    """What something comes of: the words before the last word for a cause."""
    last = max((n for n, item in enumerate(words) if _is(item, "cause")), default=0)
    return words[:last]


def _is_other_cause(words: Sequence[Item]) -> bool:
    """Whether something comes of what is none of the tables' business: 因征收补偿引发的行政复议."""
    because = next((n for n, item in enumerate(words) if _is(item, "because")), len(words))
    return any(item.token is None for item in words[because:]) and not any(
        _is(item, "object") or _is(item, "act") for item in words[because:]
    )


def _is_of_other_work(head: Sequence[Item]) -> bool:
    """Whether a thing is about another one, which is none of what the tables count it of: 行政处罚类复议."""
    objects = [token for item in head if (token := item.token) is not None and token.has("object")]
    return any(
        other.start - one.end <= 1 and not _kinds(one) & (_kinds(other) | {"request", "info"})
        for one, other in pairwise(objects)
    )


def _kinds(token: Token) -> set[str]:
    return {kind for meaning in token.meanings if meaning.slot == "object" for kind in meaning.of}


def _behind_cause(words: Sequence[Item]) -> Sequence[Item]:
    """What stands behind the last word for a cause: 因申请答复引发的行政复议 is of 行政复议 alone."""
    last = max((n for n, item in enumerate(words) if item.token and item.token.has("cause")), default=-1)
    return words[last + 1 :] if any(_content(item) for item in words[last + 1 :]) else words


def _first_verbs(words: Sequence[Item]) -> Sequence[Item]:
    """The words without a second verb: 作出并公示行政许可 is of what was 作出."""
    second = {
        n for n in range(2, len(words)) if _strange(words[n]) and _is(words[n - 1], "and") and _is(words[n - 2], "act")
    }
    return [item for n, item in enumerate(words) if n not in second and n + 1 not in second]


def _is(item: Item, slot: str) -> bool:
    return item.token is not None and item.token.has(slot)


def _is_share(words: Sequence[Item]) -> bool:
    """Whether a word makes the figure a share; 通过网络、信函等渠道 are all ways that there are."""
    last = max((n for n, item in enumerate(words) if _is(item, "part")), default=None)
    return last is not None and not any(_is(item, "etc") for item in words[last + 1 : last + 3])


def _before_all(words: Sequence[Item]) -> Sequence[Item]:
    """What stands before a word for all of it: 45件申请全部按时办结 is of all 45."""
    return words[: next((n for n, item in enumerate(words) if item.token and item.token.has("all")), len(words))]


def _content(item: Item) -> bool:
    return item.token is not None and item.token.has(*CONTENT)


def _aside(item: Item) -> bool:
    """Whether a word is of work that no table counts, whatever else it tells: but for a thing that is itself counted."""
    return item.token is not None and item.token.has("aside") and not item.token.has("object")


def _strange(item: Item) -> bool:
    return item.token is None or (item.token.has("aside") and not _content(item))


def _of_kind(token: Token) -> bool:
    """Whether an aside is work on one kind of object (清理), and no other thing."""
    return any(meaning.slot == "aside" and meaning.of for meaning in token.meanings)


def _foreign(head: Sequence[Item], tail: Sequence[Item]) -> Item | None:
    """The word next to the figure that is none of the lexicon's: the figure counts that."""
    strange = None if any(map(_content, tail)) else next(filter(_strange, tail), None)
    for item in reversed(head):
        if _content(item):
            return None
        if _strange(item):
            return None if any(map(_content, tail)) else item
    return strange


def _doubtful(head: Sequence[Item], own: Callable[[int], bool]) -> bool:
    """Whether an unknown word stands among those of weight, or right before a noun: 食品经营行政许可."""
    content = [n for n, item in enumerate(head) if _content(item)]
    if not content:
        return any(item.token is None and not own(item.end) for item in head)
    between = [
        item
        for item in head[content[0] : content[-1] + 1]
        if item.token is None or _content(item) or item.token.has("etc")
    ]
    for item, behind in pairwise(between):
        # 城市道路占用等收费: what 等 ends is an example.
        if item.token is None and behind.token is not None and not behind.token.has("etc"):
            return True
    token = head[content[0]].token
    return token is not None and not token.has("act") and _qualified(head, content[0], own)


def _qualified(head: Sequence[Item], at: int, own: Callable[[int], bool]) -> bool:
    """Whether an unknown word stands right before a noun: 食品经营行政许可."""
    before = next((item for item in reversed(head[:at]) if not _is(item, "plain")), None)
    return before is not None and before.token is None and not own(before.end)


def _doubtful_tail(tail: Sequence[Item]) -> bool:
    """Whether an unknown word stands before one of weight: 12件申请出具便民答复."""
    unknown = next((n for n, item in enumerate(tail) if item.token is None), None)
    return unknown is not None and any(map(_content, tail[unknown:]))


def _is_some_of(last: Item, tail: Sequence[Item]) -> bool:
    """Whether something is done to some of what is counted: 对2件被复议案件开展复盘."""
    return last.token is not None and last.token.has("to") and any(item.token is None for item in tail)
