"""Try many mutants of filled workbooks on the program: no traceback, no hang, no wrong figure.

python scripts/fuzz_workbooks.py --count 10000 --seed 0 --into FOLDER

Two processes share the seeds. What is done stands in FOLDER, a line for each mutant: the same command goes on where it
was stopped. A mutant that hangs or takes too much memory ends its process; it is noted, and a new process goes on.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import msgspec

from fuzz.by_office import shown_by_office
from fuzz.mutants import mutant
from fuzz.oracle import judge
from fuzz.trial import PATIENCE, RIGHT, Trial, generated, try_out

#: Workbooks in one call of LibreOffice.
BATCH = 50

#: Bytes of address space that one process may take.
MEMORY = 3 * 2**30

#: Seconds on the clock after which a mutant counts as a hang, however busy the machine.
LIMIT = 10 * PATIENCE


def work(seeds: range, into: Path) -> None:
    """Try these seeds, those done before left out; a line is begun before and ended after each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    done = {trial.seed for trial in trials(into)}
    with into.open("a", encoding="utf-8") as lines:
        for seed in seeds:
            if seed in done:
                continue
            print(f"{seed} ", end="", file=lines, flush=True)
            faulthandler.dump_traceback_later(LIMIT, exit=True)
            trial = try_out(mutant(seed))
            faulthandler.cancel_dump_traceback_later()
            print(msgspec.json.encode(trial).decode(), file=lines, flush=True)
            gc.collect()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"# {peak} MB at most", file=lines, flush=True)


def trials(into: Path) -> list[Trial]:
    """What stands in a file: a line that was not ended is a mutant that ended its process."""
    found = []
    for line in into.read_text(encoding="utf-8").splitlines() if into.exists() else ():
        seed, _, told = line.partition(" ")
        if seed == "#":
            continue
        try:
            found.append(msgspec.json.decode(told, type=Trial))
        except msgspec.DecodeError:
            found.append(Trial(int(seed), (), "died", LIMIT))
    return found


def run(count: int, seed: int, folder: Path, processes: int) -> list[Trial]:
    """Share the seeds among processes until all are done."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{seed}-{count}-{n}.jsonl" for n in range(processes)]
    for file in files:
        _without_the_last(file)
    environment = os.environ | {"MALLOC_ARENA_MAX": "2"}
    waiting = {}
    for n, file in enumerate(files):
        command = [sys.executable, __file__, "--work", str(seed + n), str(seed + count), str(processes), str(file)]
        waiting[file] = command, subprocess.Popen(command, env=environment)
    while waiting:
        for file, (command, process) in list(waiting.items()):
            if process.wait() == 0:
                del waiting[file]
                continue
            with file.open("a", encoding="utf-8") as lines:
                print(file=lines)  # ends the line of the mutant that ended the process
            waiting[file] = command, subprocess.Popen(command, env=environment)
    return [trial for file in files for trial in trials(file)]


def _without_the_last(file: Path) -> None:
    """Take off a line that was begun when the run was stopped: its mutant is tried again."""
    if file.exists():
        text = file.read_text(encoding="utf-8")
        file.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")


def summary(found: list[Trial]) -> str:
    outcomes = Counter(trial.outcome for trial in found)
    times = sorted(trial.seconds for trial in found)
    lines = [f"{len(found)} mutants: " + ", ".join(f"{name} {number}" for name, number in outcomes.most_common())]
    if times:
        lines.append(f"processor seconds: median {times[len(times) // 2]:.2f}, longest {times[-1]:.2f}")
    lines += [f"unknown look of cells in {sum(trial.unknown > 0 for trial in found)} published mutants"]
    lines += [
        f"{trial.outcome} {trial.seed} {' '.join(trial.steps)}: {trial.detail}"
        for trial in found
        if trial.outcome not in RIGHT
    ]
    return "\n".join(lines)


def second_witness(found: list[Trial], count: int) -> list[str]:
    """Hold published mutants against what LibreOffice shows: those with cells of unknown look first."""
    published = sorted((trial for trial in found if trial.outcome == "published"), key=lambda trial: -trial.unknown)
    odd = [trial for trial in published if trial.unknown]
    rest = published[len(odd) :]
    chosen = (odd + rest[:: max(len(rest) // max(count - len(odd), 1), 1)])[:count]
    lines = []
    for start in range(0, len(chosen), BATCH):
        contents = {str(trial.seed): mutant(trial.seed).content for trial in chosen[start : start + BATCH]}
        for name, show in shown_by_office(contents).items():
            with TemporaryDirectory() as folder:
                result = generated(contents[name], Path(folder))
                if result.published is None or result.reviewed is None:
                    continue
                document = result.published.files["docx"].read_bytes()
            findings, form = result.reviewed.findings, result.reviewed.filing.form
            doubts = judge(contents[name], form, document, findings, show)
            lines += [f"{name}: {doubt}" for doubt in doubts if not doubt.unknown]
    return [f"{len(chosen)} published mutants held against LibreOffice, {len(lines)} doubts", *lines]


def main() -> int:
    if sys.argv[1:2] == ["--work"]:
        start, stop, step = map(int, sys.argv[2:5])
        work(range(start, stop, step), Path(sys.argv[5]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="how many mutants")
    parser.add_argument("--seed", type=int, default=0, help="the first one's number")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--into", type=Path, default=Path(gettempdir()) / "xlreport-fuzz", help="folder of the results")
    parser.add_argument("--office", type=int, default=0, help="how many reports to hold against LibreOffice, too")
    given = parser.parse_args()
    found = run(given.count, given.seed, given.into, given.processes)
    print(summary(found))
    if given.office:
        print("\n".join(second_witness(found, given.office)))
    return int(any(trial.outcome not in RIGHT for trial in found))


if __name__ == "__main__":
    sys.exit(main())
