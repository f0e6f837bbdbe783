"""From a number to a mutant: the same seed gives the same bytes."""

from __future__ import annotations

import io
from random import Random
from typing import NamedTuple

from lxml import etree

from fuzz.archives import ARCHIVES, packed
from fuzz.bases import BASES, base
from fuzz.cells import CELLS
from fuzz.parts import PARTS
from fuzz.surroundings import SURROUNDINGS
from support.returns.package import Package

#: What may happen to cells and around them.
_SHOWN = (*CELLS, *SURROUNDINGS)

#: What a mutator meets where another one was before it: it leaves things as they are.
_SPENT = (LookupError, ValueError, TypeError, AttributeError, StopIteration, RuntimeError, SyntaxError)


class Mutant(NamedTuple):
    """`steps` are the names of what was done, after the base's name."""

    seed: int
    steps: tuple[str, ...]
    content: bytes


def _written(package: Package, part: str) -> bytes:
    tree = package.trees.get(part)
    if tree is None:
        return package.parts[part]
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def mutant(seed: int) -> Mutant:
    """The workbook that this seed makes: one to three changes to a base, of one level or of several."""
    rng = Random(seed)
    name = rng.choice(BASES) if rng.random() < 0.5 else rng.choice(BASES[:3])
    content, steps = base(name), [name]
    level = rng.random()
    if level < 0.8:
        package = Package(io.BytesIO(content))
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            change = rng.choice(_SHOWN if level < 0.5 or (level < 0.6 and rng.random() < 0.5) else PARTS)
            try:
                change(rng, package)
            except _SPENT:
                continue
            steps.append(change.__name__)
        content = packed([(part, _written(package, part)) for part in package.parts])
    if level >= 0.75:
        pack = rng.choice(ARCHIVES)
        content = pack(rng, content)
        steps.append(pack.__name__)
    return Mutant(seed, tuple(steps), content)
