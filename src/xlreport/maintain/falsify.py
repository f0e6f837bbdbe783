"""Can a rule fail at all, and can it hold? Found by trying fillings that its own constants suggest.

A total counts as a cell of its own: somebody may type over its formula. Fillings in which every cell is as its kind
wants it are tried first; a rule that fails only where a cell is wrong in itself says nothing that reading does not say.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal, NamedTuple

from xlreport.maintain.normal_form import parts
from xlreport.rules.evaluate import Value, evaluate, is_number
from xlreport.rules.expression import Call, Number, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlreport.forms.model import Field
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check, Rulebook

#: How many random fillings are tried when the simple ones give nothing.
_TRIES = 1000

#: Tried in every cell whose kind takes them.
_NUMBERS = (0, 1, 2, 3, 7, 20, 100, 1000, -1, -20, 0.5)

#: What stands in the other cells while one is varied.
_BACKGROUNDS: tuple[Value, ...] = (0, None, 1, 30)

#: What no cell should hold.
_WRONG: tuple[Value, ...] = (-1, -1000, 0.5, 1e10, "约3", "无")


class Reach(NamedTuple):
    """Whether a check can hold, and with which fillings it can fail: sound ones, only wrong ones, or none (None)."""

    holds: bool
    fails: Literal["sound", "wrong"] | None


def reach(check: Check, book: Rulebook) -> Reach:
    """What a check can come to."""
    holds, fails = _outcomes(check, book, wrong=False)
    if fails:
        return Reach(holds, "sound")
    holds_wrong, fails_wrong = _outcomes(check, book, wrong=True)
    return Reach(holds or holds_wrong, "wrong" if fails_wrong else None)


def _outcomes(check: Check, book: Rulebook, *, wrong: bool) -> tuple[bool, bool]:
    holds = fails = False
    for cells in _fillings(check, book, wrong=wrong):
        verdict = book.verdict(check, cells)
        holds, fails = holds or verdict is True, fails or verdict is False
        if holds and fails:
            break
    return holds, fails


def _fillings(check: Check, book: Rulebook, *, wrong: bool) -> Iterator[dict[str, Value]]:
    """Fillings of the cells of a check: one cell varied before a plain background, then all at random."""
    ids = list(dict.fromkeys((*check.operands, *(book.operands(check.when) if check.when else ()))))
    constants = _constants(check)
    domains = {id_: _domain(book.form.fields[id_], constants, wrong=wrong) for id_ in ids}
    # A total is a cell of its own here; that something is filled in beneath it is all that its inputs matter for.
    beneath: dict[str, Value] = dict.fromkeys((id_ for id_ in check.inputs if id_ not in domains), 1)
    for background in _BACKGROUNDS:
        plain = beneath | {id_: background if background in domain else domain[0] for id_, domain in domains.items()}
        yield plain
        for id_, domain in domains.items():
            for value in domain:
                yield plain | {id_: value}
    chance = random.Random(20210101)  # noqa: S311  (the same fillings on every run)
    applies = [(part, not negated) for part, negated in parts(check.when)] if check.when is not None else []
    fails = [(part, negated) for part, negated in parts(check.expr, joined="OR")]
    for narrowed in (_narrowed(domains, applies + fails, book), _narrowed(domains, applies, book), domains):
        for _ in range(_TRIES):
            yield beneath | {id_: chance.choice(domain) for id_, domain in narrowed.items()}


def _narrowed(
    domains: dict[str, list[Value]], wanted: list[tuple[Expr, bool]], book: Rulebook
) -> dict[str, list[Value]]:
    """The domains without values that alone keep a condition on one cell from coming out as it is wanted."""
    narrowed = dict(domains)
    for part, truth in wanted:
        ids = book.operands(part)
        if len(ids) != 1:
            continue
        (id_,) = ids
        kept = [value for value in narrowed[id_] if evaluate(part, {id_: value}, book.form) is truth]
        narrowed[id_] = kept or narrowed[id_]
    return narrowed


def _constants(check: Check) -> list[float]:
    nodes = [*walk(check.expr), *(walk(check.when) if check.when else ())]
    digits = {id(node.args[1]) for node in nodes if isinstance(node, Call) and node.name == "ROUND"}
    numbers = [node.value for node in nodes if isinstance(node, Number) and id(node) not in digits]
    return list(dict.fromkeys(near for value in numbers for near in (value - 1, value, value + 1, -value)))


def _domain(field: Field, constants: list[float], *, wrong: bool) -> list[Value]:
    """What may stand in a cell of that kind, and with `wrong` also what may not."""
    kind = field.traits
    numbers = [int(value) if value == int(value) else value for value in constants]
    values: list[Value]
    if kind.numeric:
        values = [n for n in (*_NUMBERS, *numbers, kind.sample) if is_number(n) and not kind.fault(float(n))]
        values += [None, "/"] if kind.summed else [None]
    elif kind.style == "choice":
        values = [*field.options, None]
    else:
        values = [kind.sample, None] if kind.style == "date" else ["无", "甲", "甲" * 200, None]
    return list(dict.fromkeys([*values, *_WRONG, *numbers] if wrong else values))
