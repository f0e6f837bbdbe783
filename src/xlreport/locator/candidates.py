"""Trying a change of a few cells on a filing: which rules hold after it, and how plausible it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from xlreport.locator.equations import difference, equations, figure, linear
from xlreport.locator.likelihood import AGREES, EXCHANGE, Habit, habit, slip
from xlreport.locator.smallest_sets import KNOWN_BAD, Unknown
from xlreport.rules.days import operands
from xlreport.rules.evaluate import CellError, is_number
from xlreport.rules.expression import Ref
from xlreport.rules.rulebook import CELL_RULE, rulebook
from xlreport.wording import DECIMALS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlreport.filing import Filing, FilingValue
    from xlreport.forms.model import Form
    from xlreport.locator.smallest_sets import Change
    from xlreport.rules.evaluate import Value
    from xlreport.rules.rulebook import Check

#: One change: field id, the value that stands (null: blank or unreadable), the value that should.
Step: TypeAlias = "tuple[str, FilingValue, int | float]"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to be made together. `mends`: keys of the failed checks that hold after them.

    `score`: log-odds under the error model of `likelihood`, with the evidence; comparable among choices of one size.
    """

    steps: tuple[Step, ...]
    score: float
    mends: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(id_ for id_, _, _ in self.steps)


class _Index(msgspec.Struct, frozen=True, kw_only=True):
    """What rests on an input cell: computed cells in order, and the checks that can turn out differently."""

    computed: dict[str, tuple[str, ...]]
    checks: dict[str, tuple[Check, ...]]
    order: dict[str, int]
    position: dict[str, tuple[int, int, int]]


@cache
def _index(form: Form) -> _Index:
    book = rulebook(form)
    computed: defaultdict[str, list[str]] = defaultdict(list)
    for id_ in book.computed:
        for cell in book.inputs((id_,)):
            computed[cell].append(id_)
    checks: defaultdict[str, list[Check]] = defaultdict(list)
    for check in book.checks:
        if difference(check, book) == {}:
            continue
        when = book.inputs(book.operands(check.when)) if check.when is not None else ()
        for cell in dict.fromkeys((*check.inputs, *when)):
            checks[cell].append(check)
    blocks = [block for table in form.tables.values() for block in table.blocks]
    return _Index(
        computed={id_: tuple(ids) for id_, ids in computed.items()},
        checks={id_: tuple(resting) for id_, resting in checks.items()},
        order={id_: n for n, id_ in enumerate(form.fields)},
        position={
            id_: (n, row, column)
            for n, block in enumerate(blocks)
            for row, ids in enumerate(block.ids)
            for column, id_ in enumerate(ids)
        },
    )


class _Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A figure stated elsewhere: what the cell shows now, what it is a sum of, and what is said of it."""

    now: Fraction
    factors: dict[str, Fraction]
    said: frozenset[Fraction]


class Candidates:
    """A filing on which changes are tried: its cells with the totals recomputed, the verdicts, the evidence."""

    def __init__(
        self, filing: Filing, cells: Mapping[str, Value] | None, evidence: Mapping[str, Sequence[float]]
    ) -> None:
        self.filing, self.form = filing, filing.form
        self.book = rulebook(filing.form)
        self.cells: Mapping[str, Value] = (
            self.book.compute(operands(filing.form, filing.values)) if cells is None else cells
        )
        self._index = _index(filing.form)
        self._rank = {key: n for n, key in enumerate(self.book.by_key)}
        self._before: dict[str, bool | None] = {}
        self._habits: dict[str, Habit] = {}
        self._keys: dict[frozenset[str], frozenset[str]] = {}
        self._stated = [
            _Stated(
                now=figure(self.cells.get(id_)),
                factors=factors,
                said=frozenset(Fraction(repr(round(number, DECIMALS))) for number in said),
            )
            for id_, said in evidence.items()
            if id_ in self.form.fields and (factors := linear(Ref(id_), self.book))
        ]
        keys = dict.fromkeys(equation.key for equation in equations(filing.form))
        #: The arithmetic checks that apply to this filing.
        self.checks = tuple(check for key in keys if self._applies(check := self.book.by_key[key]))
        self._arithmetic = {check.key for check in self.checks}

    def _applies(self, check: Check) -> bool:
        if check.when is None:
            return True
        value = self.book.value(check.when, self.cells)
        return not isinstance(value, CellError) and bool(value)

    def verdict(self, check: Check) -> bool | None:
        """The check's verdict on the filing as it stands, totals recomputed."""
        if check.key not in self._before:
            self._before[check.key] = self.book.verdict(check, self.cells)
        return self._before[check.key]

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Fields in the order of the sheets."""
        return sorted(ids, key=self._index.order.__getitem__)

    def unknown(self, id_: str) -> Unknown | None:
        """The cell as one that may change; None for one that staff cannot type into."""
        field = self.form.fields[id_]
        if field.role != "input":
            return None
        unknown = Unknown(
            id=id_,
            value=figure(self.cells.get(id_)),
            low=Fraction(field.traits.low),
            high=Fraction(field.traits.high),
            step=Fraction(1, 10**field.traits.decimals),
        )
        forced = not unknown.takes(Fraction(0))
        if forced or id_ in self.filing.raw:
            return msgspec.structs.replace(unknown, cost=KNOWN_BAD, forced=forced)
        return unknown

    def steps(self, change: Change) -> tuple[Step, ...]:
        return tuple(
            (id_, self.filing.values.get(id_), plain(float(figure(self.cells.get(id_)) + change[id_])))
            for id_ in self.in_order(change)
        )

    def after(self, steps: Sequence[Step]) -> dict[str, Value]:
        """All cells with the changes made and the totals that rest on them recomputed."""
        cells = dict(self.cells)
        touched = {total for id_, _, _ in steps for total in self._index.computed.get(id_, ())}
        cells.update({id_: new for id_, _, new in steps})
        for id_, expr in self.book.computed.items():
            if id_ in touched:
                cells[id_] = self.book.value(expr, cells)
        return cells

    def try_steps(self, steps: tuple[Step, ...]) -> Choice | None:
        """The changes as a choice; None where they break an error-level rule that holds (equations aside)."""
        cells = self.after(steps)
        mends, agreement = [], self._agreement(steps)
        for check in {c.key: c for id_, _, _ in steps for c in self._index.checks.get(id_, ())}.values():
            before = self.verdict(check)
            if check.rule.level == "error":
                # What is proposed lies within the cell's domain: it cannot break the rule about the cell itself.
                if before is not False and check.rule.id == CELL_RULE:
                    continue
                now = self.book.verdict(check, cells)
                # An equation that follows from those of several groups may wait for the other groups' changes.
                if now is False and before is not False and check.key not in self._arithmetic:
                    return None
                if now is not False and before is False:
                    mends.append(check.key)
            elif check.rule.level == "warning":
                agreement += (before is False) - (self.book.verdict(check, cells) is False)
        return Choice(
            steps=steps,
            score=round(self._slips(steps) + AGREES * agreement, 2),
            mends=tuple(sorted(mends, key=self._rank.__getitem__)),
        )

    def join(self, choices: Sequence[Choice]) -> Choice | None:
        """Choices for groups of equations that share no cell, as one choice that mends every arithmetic rule.

        None where together they break a rule that each alone leaves standing. What they change they change
        separately, so verdicts and points add up, but for the evidence on sums over several of them.
        """
        steps = tuple(step for choice in choices for step in choice.steps)
        if self._breaks(self._shared(choices), steps):
            return None
        agreement = self._agreement(steps) - sum(self._agreement(choice.steps) for choice in choices)
        failed = (check.key for check in self.checks if self.verdict(check) is False)
        mends = {*failed, *(key for choice in choices for key in choice.mends)}
        return Choice(
            steps=tuple(sorted(steps, key=lambda step: self._index.order[step[0]])),
            score=round(sum(choice.score for choice in choices) + AGREES * agreement, 2),
            mends=tuple(sorted(mends, key=self._rank.__getitem__)),
        )

    def _breaks(self, checks: Iterable[Check], steps: Sequence[Step]) -> bool:
        """Whether the changes break one of these error-level checks that holds."""
        holding = [check for check in checks if check.rule.level == "error" and self.verdict(check) is not False]
        if not holding:
            return False
        cells = self.after(steps)
        return any(self.book.verdict(check, cells) is False for check in holding)

    def _shared(self, choices: Sequence[Choice]) -> list[Check]:
        """Checks, other than arithmetic ones and those of single cells, that rest on cells of several choices.

        No other can turn out differently than it does after the one choice whose cells it rests on.
        """
        times = Counter(key for choice in choices for key in self._resting(choice.ids))
        return [self.book.by_key[key] for key, n in times.items() if n > 1]

    def _resting(self, ids: frozenset[str]) -> frozenset[str]:
        """The keys of those checks that rest on one of these cells."""
        if ids not in self._keys:
            checks = {check.key: check for id_ in ids for check in self._index.checks.get(id_, ())}
            self._keys[ids] = frozenset(
                key for key, check in checks.items() if key not in self._arithmetic and check.rule.id != CELL_RULE
            )
        return self._keys[ids]

    def _agreement(self, steps: Sequence[Step]) -> int:
        """How many figures stated elsewhere the changes bring into agreement, less those they take out of it."""
        if not self._stated:
            return 0
        delta = {id_: figure(new) - figure(old if is_number(old) else None) for id_, old, new in steps}
        agreement = 0
        for stated in self._stated:
            moved = sum((delta[id_] * stated.factors.get(id_, 0) for id_ in delta), Fraction(0))
            if moved:
                agreement += (stated.now + moved in stated.said) - (stated.now in stated.said)
        return agreement

    def _slips(self, steps: Sequence[Step]) -> float:
        points, left = 0.0, list(steps)
        for one, other in combinations(steps, 2):
            if one in left and other in left and self.exchanged(one, other):
                left = [step for step in left if step not in (one, other)]
                points += EXCHANGE
        for id_, old, new in left:
            field = self.form.fields[id_]
            seen = self._habit(field.table or field.section)
            points += slip(old, new, seen, money=field.traits.yuan, raw=self.filing.raw.get(id_))
        return points

    def _habit(self, table: str) -> Habit:
        """How the cells of a table (or, outside tables, of a section) are filled."""
        if table not in self._habits:
            ids = [f.id for f in self.form.inputs if table in (f.table, f.section) and f.numeric and not f.control]
            self._habits[table] = habit(self.filing.values.get(id_) for id_ in ids)
        return self._habits[table]

    def exchanged(self, one: Step, other: Step) -> bool:
        """Whether two changes exchange the figures of two neighbouring cells of a table."""
        if figure(one[1]) != figure(other[2]) or figure(other[1]) != figure(one[2]):
            return False
        here, there = self._index.position.get(one[0]), self._index.position.get(other[0])
        if here is None or there is None or here[0] != there[0]:
            return False
        return abs(here[1] - there[1]) + abs(here[2] - there[2]) == 1
