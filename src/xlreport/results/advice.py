"""What the locator found, as advice to staff: one choice for each independent mistake, instead of every combination.from xlreport.wording import shown


A finding's `fix` lists complete choices. Two mistakes with three and four possible cells make twelve of them; to a
person they are two questions: one of these three, and one of those four.
"""

from __future__ import annotations

from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlreport.finding import Finding, FixStep
    from xlreport.forms.model import Form

#: One change: field id and the value it should have.
_Change: TypeAlias = "tuple[str, object]"


class AdvisedChange(msgspec.Struct, frozen=True):
    """Changes to be made together: 把“三 依申请公开”E12（…）由 3 改为 2. No full stop; fields as they are named."""

    text: str
    fields: tuple[str, ...]


class Advice(msgspec.Struct, frozen=True):
    """One mistake: exactly one of the `choices` is to be made, the likeliest first."""

    choices: tuple[AdvisedChange, ...]


def advice(finding: Finding, form: Form) -> tuple[Advice, ...]:
    """The mistakes behind a finding; of independent ones only those that touch its cells."""
    mistakes = _mistakes(_choices(finding.fix or ()))
    cells = {cell.field for cell in finding.cells}
    touching = [options for options in mistakes if any(step.field in cells for option in options for step in option)]
    return tuple(
        Advice(tuple(_choice(option, form) for option in options)) for options in touching or mistakes if options
    )


def mends_all(finding: Finding) -> bool:
    """Whether each choice of the advice by itself makes everything hold that the fix mends: there is one mistake."""
    return len(_mistakes(_choices(finding.fix or ()))) == 1


def _choices(fix: Iterable[FixStep]) -> list[tuple[FixStep, ...]]:
    grouped: dict[int, list[FixStep]] = {}
    for step in fix:
        grouped.setdefault(step.choice, []).append(step)
    return [tuple(steps) for _, steps in sorted(grouped.items())]


def _mistakes(choices: Sequence[tuple[FixStep, ...]]) -> list[list[tuple[FixStep, ...]]]:
    """The factors of which `choices` are the product, each best first; `choices` themselves where there are none."""
    if not choices:
        return []
    groups = _exclusive([{_key(step) for step in choice} for choice in choices])
    factors = []
    for group in groups:
        options: dict[frozenset[_Change], tuple[FixStep, ...]] = {}
        for choice in choices:
            part = tuple(step for step in choice if _key(step) in group)
            options.setdefault(frozenset(map(_key, part)), part)
        factors.append(list(options.values()))
    whole = prod(map(len, factors)) == len(choices) and all(option for options in factors for option in options)
    return factors if whole else [list(choices)]


def _exclusive(choices: Sequence[set[_Change]]) -> list[set[_Change]]:
    """Changes that are never made together belong to one mistake: the connected groups of that relation."""
    together = {pair for choice in choices for pair in combinations(sorted(choice, key=str), 2)}
    changes = sorted(set().union(*choices), key=str)
    groups: list[set[_Change]] = []
    for change in changes:
        apart = {other for other in changes if other != change and not _paired(change, other, together)}
        joined = [group for group in groups if group & apart]
        groups = [group for group in groups if group not in joined]
        groups.append({change}.union(*joined))
    return groups


def _paired(one: _Change, other: _Change, together: set[tuple[_Change, _Change]]) -> bool:
    return (one, other) in together or (other, one) in together


def _key(step: FixStep) -> _Change:
    return step.field, step.new


def _choice(steps: Sequence[FixStep], form: Form) -> AdvisedChange:
    return AdvisedChange("，同时".join(_texts(steps, form)), tuple(step.field for step in steps))


def _texts(steps: Iterable[FixStep], form: Form) -> Iterator[str]:
    for step in steps:
        field = form.fields.get(step.field)
        place = f"“{step.sheet}”{step.address or ''}" if step.sheet else ""
        name = f"（{field.name}）" if field else ""
        yield f"把{place}{name}由 {shown(step.old)} 改为 {shown(step.new)}"
