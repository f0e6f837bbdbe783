"""Benchmark of the error locator: errors planted in random valid tables three, with and without control totals.

    python benchmarks/locate.py [--tables 2000] [--form gov2019] [--seed 1] [--json OUT]

For each setting: how many planted errors an equation shows at all, and of these how often the true cells with their
true figures are listed, are the only ones listed, and are first; how many choices are listed, and milliseconds of
processor time per call.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import msgspec

from xlreport.filing import Filing
from xlreport.forms.definition import EachText, RuleText
from xlreport.forms.model import Field, Form
from xlreport.forms.registry import find_form
from xlreport.locator.equations import figure
from xlreport.locator.locate import locate

TABLE = "requests"

#: Kinds of planted errors and how often each is tried: two in ten are no slip at all.
SLIPS, SHARES = ("swap", "wrong", "missing", "extra", "blank", "any"), (20, 25, 15, 15, 5, 20)
Values = dict[str, int | None]


def with_controls(form: Form) -> Form:
    """The form with a control total that staff may type beside each row of table three."""
    rows = [line for line in form.tables[TABLE].row_lines if form.fields[f"{TABLE}.{line.key}.natural"].role == "input"]
    fields = {
        f"control.{TABLE}.{line.key}": Field(
            id=f"control.{TABLE}.{line.key}", name=f"{line.name}核对数", label=line.title, kind="count", section=TABLE
        )
        for line in rows
    }
    rule = RuleText(
        id="control",
        level="error",
        name="核对数",
        basis="由表义得出：核对数为六类申请人之和",
        each=EachText(row=TABLE, only=tuple(line.key for line in rows)),
        when="COUNT(control.requests.{row}) = 1",
        expr="ROUND(SUM(requests.{row}.natural:requests.{row}.other),6) = ROUND(N(control.requests.{row}),6)",
        message="{item}",
    )
    return msgspec.structs.replace(form, fields={**form.fields, **fields}, rules=(*form.rules, rule))


class Tables:
    """Random valid tables of a form: per column, new + carried in = results + carried out."""

    def __init__(self, form: Form, chance: random.Random) -> None:
        self.form, self.chance = form, chance
        table = form.tables[TABLE]
        self.grid = [
            [id_ for id_ in ids if form.fields[id_].role == "input"] for block in table.blocks for ids in block.ids
        ]
        self.grid = [ids for ids in self.grid if ids]
        self.columns = list(zip(*self.grid, strict=True))
        self.controls = {
            id_: [cell for cell in ids if cell]
            for ids in self.grid
            if (id_ := f"control.{ids[0].rsplit('.', 1)[0]}") in form.fields
        }

    def make(self, dense: bool) -> Values:
        values: Values = {}
        for number, column in enumerate(self.columns):
            new, carried_in, *results, carried_out = column
            for id_ in results:
                values[id_] = self.figure(dense, first=number == 0)
            values[carried_out] = self.figure(dense, first=number == 0)
            total = sum(values[id_] or 0 for id_ in (*results, carried_out))
            values[carried_in] = min(total, self.figure(dense, first=number == 0))
            values[new] = total - (values[carried_in] or 0)
        if self.chance.random() < 0.5:
            values = {id_: value or None for id_, value in values.items()}
        for id_, cells in self.controls.items():
            values[id_] = sum(values[cell] or 0 for cell in cells)
        return values

    def figure(self, dense: bool, first: bool) -> int:
        if dense:
            return int(self.chance.lognormvariate(3.0, 1.2)) + 1
        if self.chance.random() > (0.3 if first else 0.04):
            return 0
        return int(self.chance.lognormvariate(1.2, 1.2)) + 1

    def cell(self, values: Values) -> str:
        """A cell to spoil: mostly one that holds a figure."""
        cells = [id_ for ids in self.grid for id_ in ids]
        filled = [id_ for id_ in cells if values[id_]]
        return self.chance.choice(filled if filled and self.chance.random() < 0.8 else cells)

    def spoil(self, value: int | None) -> int | None:
        """Another figure, as a slip makes it."""
        text, at = str(value or 0), self.chance.randrange(len(str(value or 0)))
        digit = self.chance.choice("0123456789")
        while True:
            match self.chance.choices(SLIPS, SHARES)[0]:
                case "swap" if len(text) > 1:
                    at = min(at, len(text) - 2)
                    new: int | None = int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
                case "wrong":
                    new = int(text[:at] + self.chance.choice("0123456789") + text[at + 1 :])
                case "missing" if len(text) > 1:
                    new = int(text[:at] + text[at + 1 :])
                case "extra" if value:
                    new = int(text[:at] + digit + text[at:])
                case "blank":
                    new = None
                case "any":
                    new = self.chance.randrange(max(10, 3 * (value or 0)))
                case _:
                    continue
            if (new or 0) != (value or 0):
                return new

    def single(self, values: Values) -> Values:
        id_ = self.cell(values)
        return {id_: self.spoil(values[id_])}

    def arbitrary(self, values: Values) -> Values:
        """One cell with any other figure up to 999: no slip that the error model knows of."""
        id_ = self.cell(values)
        return {id_: self.chance.choice([n for n in range(1000) if n != values[id_]])}

    def double(self, values: Values) -> Values:
        one, other = self.cell(values), self.cell(values)
        while other == one:
            other = self.cell(values)
        return {id_: self.spoil(values[id_]) for id_ in (one, other)}

    def exchanged(self, values: Values) -> Values:
        """Two neighbouring cells exchanged: beside each other, or one above the other."""
        while True:
            row, column = self.chance.randrange(len(self.grid)), self.chance.randrange(len(self.columns))
            down = self.chance.random() < 0.3
            if row + down == len(self.grid) or column + (not down) == len(self.columns):
                continue
            one, other = self.grid[row][column], self.grid[row + down][column + (not down)]
            if (values[one] or 0) != (values[other] or 0):
                return {one: values[other], other: values[one]}


def measure(tables: Tables, plant: Callable[[Values], Values], dense: bool, count: int) -> dict[str, float | int]:
    shown = listed = by_part = only = top = capped = apart = apart_listed = 0
    sizes, times = [], []
    for _ in range(count):
        values = tables.make(dense)
        while not any(values.values()):
            values = tables.make(dense)
        planted = plant(values)
        filing = Filing(form=tables.form, values={**values, **planted})
        start = time.process_time()
        located = locate(filing)
        times.append((time.process_time() - start) * 1000)
        if not located.failed:
            continue
        shown += 1
        truth = {(id_, figure(values[id_])) for id_ in planted}
        steps = [{(id_, figure(new)) for id_, _, new in choice.steps} for choice in located.choices]
        found = truth in steps
        listed += found
        in_parts = {(i, figure(n)) for part in located.parts for choice in part.choices for i, _, n in choice.steps}
        by_part += truth <= in_parts
        columns = {id_.rsplit(".", 1)[-1] for id_ in planted}
        apart += len(columns) == len(planted)
        apart_listed += len(columns) == len(planted) and found
        capped += located.capped
        only += len(steps) == 1 and found
        top += bool(steps) and steps[0] == truth
        sizes.append(len(steps))
    share = 100 / max(1, shown)
    return {
        "planted": count,
        "shown by an equation": shown,
        "listed %": round(listed * share, 2),
        "listed, each in its column %": round(by_part * share, 2),
        "in different columns": apart,
        "of these listed %": round(apart_listed * 100 / max(1, apart), 2),
        "only one listed %": round(only * share, 2),
        "listed first %": round(top * share, 2),
        "choices listed, median": median(sizes or [0]),
        "choices listed, 95th percentile": round(quantiles(sizes or [0, 0], n=20)[-1], 1),
        "capped %": round(capped * share, 2),
        "processor ms, median": round(median(times), 2),
        "processor ms, 95th percentile": round(quantiles(times, n=20)[-1], 2),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--tables", type=int, default=2000, help="tables per setting")
    options.add_argument("--form", default="gov2019")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    form = find_form(chosen.form)
    results: dict[str, dict[str, float | int]] = {}
    for controls, used in ((False, form), (True, with_controls(form))):
        for dense in (False, True):
            for kind in ("single", "arbitrary", "double", "exchanged"):
                # Every tie costs the solver a cover: fewer tables are enough for the slowest setting.
                count = chosen.tables // 5 if controls and kind == "exchanged" else chosen.tables
                tables = Tables(used, random.Random(chosen.seed))
                locate(Filing(form=used, values={**tables.make(dense), "requests.new.natural": 5_000_000}))
                name = f"{kind}, {'dense' if dense else 'sparse'}, {'with' if controls else 'no'} control totals"
                results[name] = measure(tables, getattr(tables, kind), dense, count)
                sys.stdout.write(f"{name}\n")
                for key, value in results[name].items():
                    sys.stdout.write(f"    {key:32} {value:>10}\n")
                sys.stdout.flush()
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
