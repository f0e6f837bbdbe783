"""How each figure of a text is read: words, what they tell, the fact and the table's figure, or why it claims nothing.

python scripts/prose_parse.py tests/prose/corpus.toml 结转     # every text of the file with these words
python scripts/prose_parse.py tests/prose/corpus.toml --table NAME --text 收到申请3件 [--field overview.proactive]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.prose_cases import Case, corpus, filing_of, findings_of
from xlreport.prose.statements import read_prose
from xlreport.prose.tables import Tables
from xlreport.rules.check import filing_cells
from xlreport.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.prose_cases import Corpus
    from xlreport.prose.facts import Claim
    from xlreport.prose.stated import Stated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("words", nargs="?", default="")
    parser.add_argument("--table")
    parser.add_argument("--text")
    parser.add_argument("--field", default="overview.on_request")
    options = parser.parse_args()
    corpus_ = corpus(options.corpus.resolve())
    cases = [case for case in corpus_.cases if options.words in case.text]
    if options.text:
        cases = [Case(table=options.table or next(iter(corpus_.tables)), field=options.field, text=options.text)]
    for case in cases:
        print("\n".join(parsed(corpus_, case)))


def parsed(corpus_: Corpus, case: Case) -> Iterator[str]:
    """The lines that show how a text is read."""
    filing = filing_of(corpus_, case)
    tables = Tables(filing, filing_cells(filing))
    yield f"{case.table} {case.field} {case.text}"
    for stated in read_prose(filing, case.field, case.text)[1]:
        yield f"  {_figure(stated):>10} {stated.statement.words}"
        yield f"             {stated.silence}" if stated.silence else "             " + _claim(tables, stated)
    for finding in findings_of(corpus_, case):
        yield f"  {finding.rule} {finding.actual}/{finding.expected}"


def _figure(stated: Stated) -> str:
    return "" if stated.figure is None else shown(stated.figure) + stated.unit


def _claim(tables: Tables, stated: Stated) -> str:
    share = "at most " if stated.share else ""
    value = tables.value(stated)
    held = "" if value is None else f" = {shown(value)}"
    return share + " or ".join(f"{claim.fact.id}({_told(claim)})" for claim in stated.claims) + held


def _told(claim: Claim) -> str:
    slots = claim.slots
    return " ".join(word.key for word in (*slots.objects, *slots.acts, *slots.outcomes, *slots.parties))


if __name__ == "__main__":
    main()
