"""Templates of standard sentences: the filters they share with Word templates."""

from __future__ import annotations

import pytest

from xlreport.forms import find_form
from xlreport.forms.definition import SentenceText
from xlreport.prose.templates import rendered


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ cost | money }}元", "12,345.50元"),
        ("{{ cost | number(0) }}元", "12346元"),
        ("{{ cost | number(thousands=true) }}元", "12,345.5元"),
        ("{{ day | date('yyyy-mm-dd') }}", "2024-03-05"),
        ("{{ day | date }}止", "2024年3月5日止"),
    ],
)
def test_figures_and_days_as_the_sentence_wants_them(template: str, said: str) -> None:
    """Decimals, thousands and dates, a half rounded up."""
    sentence = SentenceText(field="overview.summary", template=template)
    assert said == rendered(find_form("gov2021"), sentence, {"cost": 12345.5, "day": "2024-03-05"})
