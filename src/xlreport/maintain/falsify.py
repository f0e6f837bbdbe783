"""Can a rule fail at all, and can it hold? Found by trying fillings that its own constants suggest.

A total counts as a cell of its own: somebody may type over its formula. It is also tried as its formula makes it of
what is filled in beneath, where nothing holds it to its kind: a difference of two amounts may be negative. Fillings in
which every cell is as its kind wants it are tried first; a rule that fails only where a cell is wrong in itself says
nothing that reading does not say.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Literal, NamedTuple

from xlreport.maintain.normal_form import parts
from xlreport.rules.days import day_text
from xlreport.rules.evaluate import Value, evaluate, is_number
from xlreport.rules.expression import Call, Number, Range, Ref, Text, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlreport.forms.model import Field
    from xlreport.rules.expression import Expr
    from xlreport.rules.rulebook import Check, Rulebook

#: How many random fillings are tried when the simple ones give nothing.
_TRIES = 1000

#: Tried in every cell whose kind takes them.
_NUMBERS = (0, 1, 2, 3, 7, 20, 100, 1000, -1, -20, 0.5)

#: What stands in the other cells while one is varied.
_BACKGROUNDS: tuple[Value, ...] = (0, None, 1, 30)

#: Days that may stand in a cell, as serial numbers: two of one month, one of the next year.
_DAYS = (43831, 43850, 44200)

#: Characters of the longest text that is tried.
_LONGEST = 5000

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
    """Fillings of the cells of a check, its totals typed over; then of the cells beneath, its totals computed."""
    ids = list(dict.fromkeys((*check.operands, *(book.operands(check.when) if check.when else ()))))
    # A total is a cell of its own here; that something is filled in beneath it is all that its inputs matter for.
    beneath: dict[str, Value] = dict.fromkeys((id_ for id_ in check.inputs if id_ not in ids), 1)
    domains = _domains(ids, check, book, wrong=wrong)
    yield from _varied(domains, beneath, check, book, _unlike(ids, check, book))
    if any(id_ in book.computed for id_ in ids):
        domains = _domains(book.inputs(tuple(ids)), check, book, wrong=wrong)
        for cells in _varied(domains, {}, check, book, domains):
            yield book.compute_for(ids, cells)


def _unlike(ids: Iterable[str], check: Check, book: Rulebook) -> list[str]:
    """One cell each of those that can stand for one another: of one kind, in the same ranges, named nowhere alone.

    What is made of a range (SUM, COUNT, MAX …) is the same whichever of its cells holds what.
    """
    nodes = _nodes(check)
    alone = {node.id for node in nodes if isinstance(node, Ref)}
    ranges = [frozenset(book.form.range(node.first, node.last)) for node in nodes if isinstance(node, Range)]
    alike: dict[object, str] = {}
    for id_ in ids:
        inside = tuple(id_ in each for each in ranges)
        alike.setdefault(id_ if id_ in alone else (book.form.fields[id_].kind, inside), id_)
    return list(alike.values())


def _domains(ids: Iterable[str], check: Check, book: Rulebook, *, wrong: bool) -> dict[str, list[Value]]:
    constants, texts = _constants(check)
    return {id_: _domain(book.form.fields[id_], constants, texts, wrong=wrong) for id_ in ids}


def _varied(
    domains: dict[str, list[Value]], beneath: dict[str, Value], check: Check, book: Rulebook, one_by_one: Iterable[str]
) -> Iterator[dict[str, Value]]:
    """One cell varied before a plain background, then all at random."""
    ids = list(one_by_one)
    for background in _BACKGROUNDS:
        plain = beneath | {id_: background if background in domain else domain[0] for id_, domain in domains.items()}
        yield plain
        for id_ in ids:
            for value in domains[id_]:
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


def _nodes(check: Check) -> list[Expr]:
    return [*walk(check.expr), *(walk(check.when) if check.when else ())]


def _constants(check: Check) -> tuple[list[float], list[str]]:
    """Numbers on, beside and opposite those of a check, and its texts."""
    nodes = _nodes(check)
    digits = {id(node.args[1]) for node in nodes if isinstance(node, Call) and node.name == "ROUND"}
    numbers = [node.value for node in nodes if isinstance(node, Number) and id(node) not in digits]
    near = dict.fromkeys(near for value in numbers for near in (value - 1, value, value + 1, -value))
    return list(near), [node.value for node in nodes if isinstance(node, Text)]


def _domain(field: Field, constants: list[float], texts: list[str], *, wrong: bool) -> list[Value]:
    """What may stand in a cell of that kind, and with `wrong` also what may not."""
    kind = field.traits
    numbers = [int(value) if value == int(value) else value for value in constants]
    values: list[Value]
    if kind.numeric:
        values = [n for n in (*_NUMBERS, *numbers, kind.sample) if is_number(n) and not kind.fault(float(n))]
        values += [None, "/"] if kind.summed else [None]
    elif kind.style == "choice":
        values = [*field.options, None]
    elif kind.style == "date":
        days = [*_DAYS, *(day + n for n in numbers for day in (0, _DAYS[0]))]
        values = [*(day for day in days if day_text(day)), None]
    else:
        lengths = dict.fromkeys((1, 200, *(int(n) for n in numbers if 1 < n <= _LONGEST)))
        values = ["无", *("甲" * n for n in lengths), *filter(None, texts), None]
    return list(dict.fromkeys([*values, *_WRONG, *numbers] if wrong else values))
