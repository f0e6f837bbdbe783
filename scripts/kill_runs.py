#!/usr/bin/env python3
"""Kill generate, package and upgrade at random moments, hundreds of times, and look at what stands afterwards.

    scripts/kill_runs.py [--turns 300] [--seed 1]

Each time a folder as staff may have it (a report that was edited or not, with its data file or without, a second run under
way or not) meets a run that is killed with SIGKILL after a random time. Then: old and new files never stand together, an
edit is there unharmed, a workbook is whole or as it was, and the next run finishes and leaves nothing of the broken one
behind. What is not so is printed with the seed of its turn, and the exit status is 1. Needs fork; started by hand.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from xlreport import verbs
from xlreport.filing_json import read_json
from xlreport.published.archive import open_package

EXAMPLE = Path(__file__).parent.parent / "examples" / "2020-huancui-xinfang" / "filing.json"

#: The figures by which the reports of the workbooks are known.
OLD, NEW, OTHER = 411111, 522222, 633333

FIGURE = re.compile(rb"411111|522222|633333")

FORMATS = ("docx", "html", "json")

EDIT = b"<!-- edited by hand -->"


def workbook(folder: Path, figure: int) -> Path:
    """The example's workbook with this figure."""
    data = EXAMPLE.read_text(encoding="utf-8")
    source = folder / f"{figure}.json"
    text = re.sub(r'("licensing": \{[^}]*"decisions": )\d+', rf"\g<1>{figure}", data)
    source.write_text(text, encoding="utf-8")
    book = folder / f"{figure}.xlsx"
    verbs.fill(source, book, overwrite=True)
    assert figure in read_json(source).values.values()
    return book


def generate(book: Path, folder: Path) -> None:
    (made,) = verbs.generate([book], folder, formats=FORMATS, explain="已核实")
    if made.error is not None:
        raise made.error


def package(book: Path, folder: Path) -> None:
    result = verbs.package(book, folder, explain="已核实")
    if result.path is None:
        raise AssertionError([finding.message for finding in result.findings if finding.level == "error"])


def upgrade(book: Path, folder: Path) -> None:
    verbs.upgrade(book, folder / "新.xlsx", overwrite=True)


RUNS: dict[str, Callable[[Path, Path], None]] = {"generate": generate, "package": package, "upgrade": upgrade}


def started(work: Callable[[], None]) -> int:
    """`work` in a process of its own."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            work()
        status = 0
    finally:
        os._exit(status)


def figures(path: Path) -> set[bytes]:
    """The figures that a file of the report shows."""
    data = path.read_bytes()
    if path.suffix == ".docx":
        data = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    return set(FIGURE.findall(data))


def mixed(folder: Path) -> bool:
    """Whether files of two runs stand side by side, or one that is not whole."""
    shown = [figures(path) for path in folder.iterdir() if path.suffix[1:] in FORMATS and plain(path)]
    return any(len(each) != 1 for each in shown) or len(set().union(*shown)) > 1


def plain(path: Path) -> bool:
    """Whether it is one of the report's own files, and not one that was kept, or a sheet beside the package."""
    return "人工修改" not in path.name and "签发单" not in path.name


def turn(
    start: dict[str, Path],
    books: dict[int, Path],
    folder: Path,
    chance: random.Random,
    longest: dict[str, float],
    killed: Counter[str],
) -> str:
    """One to three kills, counted in `killed`; what was wrong afterwards, "" where nothing was."""
    name = chance.choice([*RUNS, "generate", "package"])
    shutil.copytree(start[chance.choice(list(start))], folder)
    page = next(folder.glob("*报告.html"))
    if edited := chance.random() < 0.3:
        page.write_bytes(page.read_bytes() + EDIT)
    if chance.random() < 0.3:
        next(folder.glob("*报告.json")).unlink()
    before = (folder / "新.xlsx").read_bytes()
    rivals = [started(lambda: generate(books[OTHER], folder))] if chance.random() < 0.2 else []
    # What a killed run left may be met by another one that is killed.
    for _ in range(chance.choice((1, 1, 2, 3))):
        child = started(lambda: RUNS[name](books[NEW], folder))
        time.sleep(chance.betavariate(2, 1) * longest[name])
        os.kill(child, signal.SIGKILL)
        killed[f"{name} {'killed' if os.WIFSIGNALED(os.waitpid(child, 0)[1]) else 'done'}"] += 1
    beaten = [os.waitpid(rival, 0)[1] for rival in rivals]
    said = [f"{name}: "]
    if any(beaten):
        said.append("a run beside it failed")
    if mixed(folder):
        said.append("two runs' files stand together")
    if (folder / "新.xlsx").read_bytes() != before and not zipfile.is_zipfile(folder / "新.xlsx"):
        said.append("half a workbook")
    for each in (generate, package, upgrade):
        try:
            each(books[NEW], folder)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is looked for)
            said.append(f"the next {each.__name__}: {error!r}")
    left = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    if left:
        said.append(f"left behind: {left}")
    now = {
        figure for path in folder.iterdir() if path.suffix[1:] in FORMATS and plain(path) for figure in figures(path)
    }
    if now != {str(NEW).encode()}:
        said.append(f"stands: {now}")
    kept = [path for path in folder.iterdir() if "人工修改" in path.name]
    if edited != bool(kept) or any(not path.read_bytes().endswith(EDIT) for path in kept):
        said.append(f"edited: {edited}, kept: {[path.name for path in kept]}")
    (sealed,) = folder.glob("*_报送包.zip")
    open_package(sealed)
    return said[0] + "; ".join(said[1:]) if len(said) > 1 else ""


def states(folder: Path, books: dict[int, Path]) -> dict[str, Path]:
    """The folders that turns begin with: a report, and one with its package."""
    made = {}
    for name, runs in {"report": (generate, upgrade), "package": (generate, package, upgrade)}.items():
        made[name] = folder / name
        for run in runs:
            run(books[OLD], made[name])
    return made


def seconds(run: Callable[[Path, Path], None], book: Path, start: Path, folder: Path) -> float:
    """How long a run takes that nobody kills, in a process of its own."""
    shutil.copytree(start, folder)
    began = time.monotonic()
    os.waitpid(started(lambda: run(book, folder)), 0)
    return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong, killed = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        books = {figure: workbook(folder, figure) for figure in (OLD, NEW, OTHER)}
        start = states(folder, books)
        longest = {
            name: seconds(run, books[NEW], start["package"], folder / f"{name} timed") for name, run in RUNS.items()
        }
        for n in range(options.turns):
            seed = options.seed * 100_000 + n
            said = turn(start, books, folder / f"turn{n}", random.Random(seed), longest, killed)
            shutil.rmtree(folder / f"turn{n}")
            if said:
                wrong[said] += 1
                print(f"{seed}: {said}")
    print(f"{options.turns} turns, {dict(sorted(killed.items()))}: {wrong.total()} with something wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
