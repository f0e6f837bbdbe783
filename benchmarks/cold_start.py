"""How long a clerk waits: one double-click, from process start to the finished report, beside a plain script.

    python benchmarks/cold_start.py [--rounds N] [--imports]

Both read the same filled workbook and fill in the same Word template. The plain script is what people write with
openpyxl and docxtpl: it opens the workbook, takes the value behind each defined name and renders, without any check.
Ours is the double-click itself (`python -I -m xlreport.desktop`): the workbook inspected and compared with what was
sent out, every rule and the prose checked, report, JSON and result page written. Opening the browser does not count.
Both run in turn, in processes of their own, compiled modules and our kept templates lying on disk; then ours once more
with nothing kept, as on its first run. Medians of the time on the clock and of the time on the processor (user and
system; steadier where other work goes on); trust the ratios.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from xlreport import verbs
from xlreport.filing_json import read_json
from xlreport.forms.registry import word_template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXAMPLES = Path(__file__).parents[1] / "examples"

PLAIN_SCRIPT = """
import sys
from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, Environment
from openpyxl import load_workbook
class Text(str):
    paragraphs = property(str.splitlines)
book = load_workbook(sys.argv[1], data_only=True)
values = {}
for name, defined in book.defined_names.items():
    for sheet, address in defined.destinations:
        cell = book[sheet][address.replace("$", "")]
        if isinstance(cell, tuple):
            continue
        *groups, last = name.split(".")
        inner = values
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = Text("") if cell.value is None else Text(cell.value) if isinstance(cell.value, str) else cell.value
document = DocxTemplate(sys.argv[2])
context = values | {"draft": None, "number": {"overview": {}}}
document.render(context, Environment(undefined=ChainableUndefined), autoescape=True)
document.save(sys.argv[3])
"""


class Taken(NamedTuple):
    """Milliseconds on the clock and on the processor."""

    clock: float
    processor: float


def taken(command: Sequence[str | Path], environment: dict[str, str]) -> Taken:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    used, start = _processor(), time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return Taken((time.perf_counter() - start) * 1000, (_processor() - used) * 1000)


def _processor() -> float:
    """Seconds of processor time that ended children have used (Linux and macOS)."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turn(jobs: Sequence[Callable[[], Taken]], rounds: int) -> list[Taken]:
    """The medians of each job, the jobs taking turns; a first round warms up and does not count."""
    rows = [[job() for job in jobs] for _ in range(rounds + 1)][1:]
    return [
        Taken(*(statistics.median(times) for times in zip(*column, strict=True))) for column in zip(*rows, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--example", default="2024-huaian", choices=sorted(path.name for path in EXAMPLES.iterdir()))
    parser.add_argument("--imports", action="store_true", help="say what our run imports, the slowest last")
    arguments = parser.parse_args()
    data = EXAMPLES / arguments.example / "filing.json"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbook, report = folder / "表.xlsx", folder / "plain.docx"
        verbs.fill(data, workbook)
        template = word_template(read_json(data).form)
        plain: list[str | Path] = [sys.executable, "-c", PLAIN_SCRIPT, workbook, template, report]
        ours: list[str | Path] = [sys.executable, "-I", "-m", "xlreport.desktop", workbook]
        quiet = {**os.environ, "XLREPORT_NO_BROWSER": "1", "XDG_STATE_HOME": name}

        def keeping(place: Path) -> dict[str, str]:
            return quiet | {"XDG_CACHE_HOME": str(place), "LOCALAPPDATA": str(place)}

        def first_run() -> Taken:
            with tempfile.TemporaryDirectory() as empty:
                return taken(ours, keeping(Path(empty)))

        if arguments.imports:
            taken(ours, keeping(folder))
            timed = [sys.executable, "-X", "importtime", *ours[1:]]
            done = subprocess.run(
                timed, env=keeping(folder), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            lines = [
                line for line in done.stderr.splitlines() if line.startswith("import time:") and "[us]" not in line
            ]
            print(*sorted(lines, key=lambda line: int(line.split("|")[1])), sep="\n")
            return
        jobs = [lambda: taken(plain, quiet), lambda: taken(ours, keeping(folder)), first_run]
        if not in_turn(jobs, 0) and not list((folder / "输出").rglob("*.docx")):
            raise SystemExit("no report was made")
        plainly, kept, first = in_turn(jobs, arguments.rounds)
    print(f"plain openpyxl + docxtpl: {plainly.clock:.0f} ms, processor {plainly.processor:.0f} ms")
    for what, each in (("double-click", kept), ("double-click, first run", first)):
        print(
            f"{what}: {each.clock:.0f} ms, processor {each.processor:.0f} ms; "
            f"{each.clock / plainly.clock:.2f} and {each.processor / plainly.processor:.2f} of the plain script's"
        )


if __name__ == "__main__":
    main()
