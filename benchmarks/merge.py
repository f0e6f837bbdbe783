"""How long one Word report takes: docxtpl as it comes, and the prepared template with every check.

    python benchmarks/merge.py [--rounds N]

Both fill in the same template with the same variables, in turn, in one process; then both once more from process start
to file on disk, the prepared template being kept on disk already. Medians; on a noisy machine trust the ratios.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from docxtpl import DocxTemplate

from xlreport.filing_json import read_json
from xlreport.forms.registry import word_template
from xlreport.report.content import report_context
from xlreport.report.word.environment import word_environment
from xlreport.report.word.parts import core_properties
from xlreport.report.word.render import render_template
from xlreport.reviewing.reviewed import Review

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FILING = Path(__file__).parents[1] / "examples/2024-huaian/filing.json"

#: From nothing to a file: a script as people write it with docxtpl, and ours. The variables are read from JSON by both.
PLAIN_SCRIPT = """
import json, sys
from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, Environment
class Text(str):
    paragraphs = property(str.splitlines)
def leaves(value):
    if isinstance(value, dict):
        return {k: leaves(v) for k, v in value.items()}
    return Text("" if value is None else value)
values = leaves(json.load(open(sys.argv[1], encoding="utf-8"))["values"])
document = DocxTemplate(sys.argv[3])
document.render(values | {"draft": None, "number": {"overview": {}}}, Environment(undefined=ChainableUndefined), autoescape=True)
document.save(sys.argv[2])
"""
OUR_SCRIPT = """
import sys
from pathlib import Path
from xlreport.filing_json import read_json
from xlreport.report.word.render import render_word
from xlreport.reviewing.reviewed import Review
Path(sys.argv[2]).write_bytes(render_word(Review.unchecked(read_json(Path(sys.argv[1])))))
"""


def milliseconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return (time.perf_counter() - start) * 1000


def in_turn(jobs: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median of each job, the jobs taking turns; a first round warms up and does not count."""
    times = [[milliseconds(job) for job in jobs] for _ in range(rounds + 1)][1:]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    filing = read_json(FILING)
    path = word_template(filing.form)
    template, context, properties = path.read_bytes(), report_context(Review.unchecked(filing)), core_properties("", "")

    def plain() -> None:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(context), word_environment(), autoescape=True)
        document.save(io.BytesIO())

    def ours() -> None:
        render_template(template, context, properties, name=path.name)

    report("one report in a running process", *in_turn([plain, ours], rounds))
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}

        def script(text: str) -> Callable[[], object]:
            command = [sys.executable, "-c", text, str(FILING), str(Path(folder) / "report.docx"), str(path)]
            return lambda: subprocess.run(command, env=environment, check=True)

        report("process start to file on disk", *in_turn([script(PLAIN_SCRIPT), script(OUR_SCRIPT)], rounds))


def report(what: str, plain: float, ours: float) -> None:
    print(f"{what}: docxtpl {plain:.1f} ms, prepared {ours:.1f} ms, {plain / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
