"""Real reports, read as a whole, beside each other too: nothing in what compares them with last year, or with other units."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from xlreport.filing_json import read_json
from xlreport.reviewing.prior import from_filing
from xlreport.reviewing.review import review

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/filing.json"))

#: What is said of copied text, of last year's, and of other units.
COPIED = (
    "prose_plan",
    "prose_change",
    "prose_base_year",
    "prose_other_unit",
    "prose_other_self",
    "other_signature",
    "prose_as_last_year",
    "table_as_last_year",
)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_alone(path: Path):
    """Without last year's report."""
    assert [] == [f.message for f in review(read_json(path)).findings if f.rule.startswith(COPIED)]


@pytest.mark.parametrize("last", EXAMPLES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_beside_another(path: Path, last: Path):
    """Another report as that of the year before has nothing in common with it that is spoken of."""
    filing = read_json(path)
    assert filing.year is not None
    if path != last:
        prior = msgspec.structs.replace(from_filing(read_json(last), filing.form), year=filing.year - 1, unit=None)
        findings = review(filing, prior).findings
        assert [] == [f.message for f in findings if f.rule.startswith(COPIED)]
