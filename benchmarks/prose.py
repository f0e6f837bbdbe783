"""Benchmark of checking prose: one cell filled to the brim with shapes that are slow to read.

    python benchmarks/prose.py [--length 32767] [--random 20] [--seed 1]

For each shape: processor seconds of the whole review of a filing, at half the length and at all of it. Beside the listed
shapes random ones are tried, made of the words of these reports.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.long_prose import ATOMS, CELL, FIELDS, SHAPES, filing, mixed, repeated
from xlreport.reviewing.review import review


def seconds(field: str, text: str) -> float:
    """Processor time of one review, the better of two."""

    def once() -> float:
        start = time.process_time()
        review(filing(field, text))
        return time.process_time() - start

    return min(once(), once())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=CELL)
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    shapes: list[tuple[str, str, Callable[[int], str]]] = [
        ("overview.on_request", unit, partial(repeated, [unit])) for unit in SHAPES
    ]
    for _ in range(given.random):
        atoms = chance.choices(ATOMS, k=chance.choice([2, 4, 8, 30]))
        text = mixed(atoms, chance.randint(0, 999)) if len(atoms) > 8 else partial(repeated, atoms)
        shapes.append((chance.choice(FIELDS), "|".join(atoms), text))
    seconds("overview.on_request", "好。")
    worst = 0.0
    for field, name, text in shapes:
        half, whole = seconds(field, text(given.length // 2)), seconds(field, text(given.length))
        worst = max(worst, whole)
        print(f"{half:6.3f} s  {whole:6.3f} s  {name[:60]!r}")
    print(f"slowest: {worst:.3f} s for {given.length} signs")


if __name__ == "__main__":
    main()
