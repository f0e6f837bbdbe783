"""The corpus of sentences: cases with table figures and expected findings, and how the checks fare on them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.prose.check import check_prose
from xlreport.prose.criteria import unmet
from xlreport.prose.references import resolve_references
from xlreport.prose.sentences import standard_prose
from xlreport.rules.check import filing_cells
from xlreport.wording import shown

if TYPE_CHECKING:
    from xlreport.finding import Finding

FOLDER = Path(__file__).parents[1] / "prose"

#: What every filing of the corpus has beside the sentence: nothing else is to be found in it.
_REST = {
    "problems.text": "一是政策解读形式较为单一，二是公开内容的更新还不够及时，下一步将丰富解读形式，健全信息更新机制。",
    "other_matters.text": "本年度收取信息处理费0元。",
    "overview.management": "健全政府信息管理制度，明确责任分工。",
}


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One text in one prose field; `expect` as "rule actual/expected" or "rule". A case without is a trap."""

    table: str
    field: str
    text: str
    expect: tuple[str, ...] = ()


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """Cases and the tables they are held against."""

    tables: dict[str, dict[str, int | float | str]]
    cases: tuple[Case, ...]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Findings over a corpus: right ones, false alarms, missed ones; `wrong` names the cases that are off."""

    right: int
    false: int
    missed: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def corpus(name: str | Path) -> Corpus:
    """A corpus file (of this folder, or a path); a second one may use the tables of the first."""
    tables: dict[str, object] = {}
    for shared in ("corpus.toml", "by_kind.toml"):
        tables |= tomllib.loads((FOLDER / shared).read_text(encoding="utf-8"))["tables"]
    raw = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    return msgspec.convert({"cases": raw["cases"], "tables": tables | raw.get("tables", {})}, Corpus)


_MARKED = re.compile(r"\{([0-9.]+)\}")


def plain_text(case: Case) -> Case:
    """A case without the marks of its figures."""
    return msgspec.structs.replace(case, text=_MARKED.sub(r"\1", case.text))


def planted(case: Case) -> list[Case]:
    """A case once for each figure marked in it with {}, that figure changed."""
    return [
        plain_text(msgspec.structs.replace(case, text=case.text[: m.start()] + _changed(m[1]) + case.text[m.end() :]))
        for m in _MARKED.finditer(case.text)
    ]


def _changed(figure: str) -> str:
    """Another figure, not far off: 3 is 4, 28 is 30, 370 is 383, 12.6 is 15.2."""
    if "." in figure:
        return f"{float(figure) * 1.13 + 1:.1f}"
    steps = ((5, 1), (50, 2), (1000, 13))
    return str(int(figure) + next((step for below, step in steps if int(figure) < below), 1310))


def filing_of(corpus_: Corpus, case: Case) -> Filing:
    values = dict(corpus_.tables[case.table])
    form = find_form(str(values.pop("form")))
    return Filing(form=form, values={**_REST, **values, case.field: case.text})


def findings_of(corpus_: Corpus, case: Case) -> list[Finding]:
    """The findings on a case that staff would have to deal with (notes are none)."""
    filing = filing_of(corpus_, case)
    cells = filing_cells(filing)
    texts, references = resolve_references(filing, cells)
    fees = [finding for finding in unmet(filing, texts, {}, cells) if finding.rule.startswith("prose_fees")]
    return [
        finding
        for finding in [*references, *check_prose(filing, cells, texts, standard_prose(filing, cells)), *fees]
        if finding.level != "note"
    ]


def brief(finding: Finding) -> str:
    rule = finding.rule.partition("[")[0]
    numbers = isinstance(finding.actual, int | float) and isinstance(finding.expected, int | float)
    short = rule in {"prose_short", "prose_fees", "prose_reference"} or not numbers
    return rule if short else f"{rule} {shown(finding.actual)}/{shown(finding.expected)}"


def score(corpus_: Corpus) -> Score:
    right = false = missed = 0
    wrong = []
    for case in corpus_.cases:
        found = Counter(brief(finding) for finding in findings_of(corpus_, case))
        expected = Counter(case.expect)
        right += (found & expected).total()
        false += (found - expected).total()
        missed += (expected - found).total()
        if found != expected:
            extra, lost = sorted((found - expected).elements()), sorted((expected - found).elements())
            wrong.append(f"{case.table} {case.field} {case.text}\n    误报 {extra}  漏报 {lost}")
    return Score(right=right, false=false, missed=missed, wrong=tuple(wrong))
