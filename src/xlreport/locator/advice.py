"""What the error locator found, in words and as a finding's `fix`."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from xlreport.finding import FixStep
from xlreport.rules.evaluate import plain
from xlreport.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlreport.filing import Filing, FilingValue
    from xlreport.locator.candidates import Choice, Step
    from xlreport.locator.locate import Located

#: A choice is called the likeliest when the error model gives it this share among those listed; one that neither a
#: slip nor evidence speaks for, when it has nearly all.
LIKELIEST, LIKELIEST_UNEXPLAINED = 0.8, 0.95

CHECK_SOURCE = "请核对原始材料后改正。"


def stands_out(choices: Sequence[Choice]) -> bool:
    """Whether the first of these choices is the only one, or clearly the likeliest of them."""
    if not choices:
        return False
    best = choices[0]
    share = 1 / sum(exp(choice.score - best.score) for choice in choices)
    return share >= (LIKELIEST if best.reason else LIKELIEST_UNEXPLAINED)


def fix_steps(located: Located, filing: Filing, key: str | None = None) -> tuple[FixStep, ...]:
    """The choices as a finding's `fix`, numbered from 1, best first: complete ones, or those that mend check `key`."""
    found = []
    for number, choice in enumerate(located.choices if key is None else located.for_check(key), start=1):
        for id_, old, new in choice.steps:
            place = filing.place(id_)
            found.append(FixStep(field=id_, sheet=place.sheet, address=place.address, old=old, new=new, choice=number))
    return tuple(found)


def sentence(located: Located, filing: Filing, key: str | None = None) -> str:
    """What to do, in Chinese, as fix_steps lists it: all choices, or those that mend check `key`; "" without any."""
    if key is not None or len(located.parts) == 1:
        return _alternatives(located.choices if key is None else located.for_check(key), located, filing)
    if not located.choices:
        return ""
    apart = "".join(_alternatives(part.choices, located, filing) for part in located.parts)
    if stands_out(located.choices):
        likeliest = f"最可能的是{_choice(located.choices[0], filing)}，全部勾稽关系即成立。"
        return likeliest if len(located.choices) == 1 else f"{likeliest}如果不是，请分别改正以下几处错误。{apart}"
    return f"共有几处错误，请分别改正。{apart}"


def _alternatives(choices: Sequence[Choice], located: Located, filing: Filing) -> str:
    if not choices:
        return ""
    everything = all(set(located.failed) <= set(choice.mends) for choice in choices)
    closing = "全部勾稽关系即成立" if everything else f"“{_titles(choices[-1], located, filing)}”即成立"
    if len(choices) == 1 and not located.capped:
        return f"{_choice(choices[0], filing)}，{closing}。"
    more = "（还有其他改法，未全部列出）" if located.capped else ""
    if stands_out(choices):
        others = f"；也可能是以下任一处：{_list(choices[1:], filing)}" if len(choices) > 1 else ""
        return f"最可能的是{_choice(choices[0], filing)}，{closing}{others}{more}。{CHECK_SOURCE}"
    return f"改正以下任一处，{closing}：{_list(choices, filing)}{more}。{CHECK_SOURCE}"


def _titles(choice: Choice, located: Located, filing: Filing) -> str:
    checks = rulebook(filing.form).by_key
    return "、".join(checks[key].title for key in choice.mends if key in located.failed)


def _list(choices: Sequence[Choice], filing: Filing) -> str:
    """The choices one after the other; cells of one sheet that would change alike are named together."""
    alike: dict[object, list[Choice]] = {}
    for choice in choices:
        (id_, old, new), place = choice.steps[0], filing.place(choice.steps[0][0])
        single = len(choice.steps) == 1 and place.sheet is not None and id_ not in filing.raw
        alike.setdefault((place.sheet, old, new, choice.reason) if single else choice, []).append(choice)
    return "；".join(_choice(same[0], filing, same[1:]) for same in alike.values())


def _choice(choice: Choice, filing: Filing, others: Sequence[Choice] = ()) -> str:
    changes = "，并".join(_step(step, filing, [other.steps[0][0] for other in others]) for step in choice.steps)
    return f"{changes}（{choice.reason}）" if choice.reason else changes


def _step(step: Step, filing: Filing, others: Sequence[str]) -> str:
    """把“三 依申请公开”E12 由 3 改为 2; with others, 把“三 依申请公开”E12、E13 中的一格由空白改为 2."""
    id_, old, new = step
    place = filing.place(id_)
    cell = str(place) if place.sheet is not None else f"“{filing.form.fields[id_].name}”"
    if others:
        cell = "、".join([cell, *(filing.place(other).address or "" for other in others)]) + " 中的一格"
    raw = filing.raw.get(id_)
    standing = _shown(old) if raw is None else f"“{raw}”"
    return f"把{cell}{'' if others else ' '}由{standing}改为 {_number(new)}"


def _shown(value: FilingValue) -> str:
    if value is None:
        return "空白"
    return f"“{value}”" if isinstance(value, str) else f" {_number(value)} "


def _number(value: float) -> str:
    value = plain(value)
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0")
