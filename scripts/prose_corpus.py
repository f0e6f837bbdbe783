"""Precision and recall of the prose checks over the corpora in tests/prose (or those named), with every case that is off."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.prose_cases import FOLDER, corpus, score


def main() -> None:
    for path in map(Path.resolve, map(Path, sys.argv[1:])) if sys.argv[1:] else _corpora():
        cases = corpus(path)
        result = score(cases)
        traps = sum(not case.expect for case in cases.cases)
        print(f"{path.name}: {len(cases.cases)} texts, {traps} of them traps")
        print(f"  right {result.right}, false alarms {result.false}, missed {result.missed}")
        print(f"  precision {result.precision:.3f}, recall {result.recall:.3f}")
        for line in result.wrong:
            print("  " + line)


def _corpora() -> list[Path]:
    """The corpora of tests/prose; in planted.toml figures are marked, it is no corpus of its own."""
    return sorted(path for path in FOLDER.glob("*.toml") if path.name != "planted.toml")


if __name__ == "__main__":
    main()
