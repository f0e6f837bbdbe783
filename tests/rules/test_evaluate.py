"""Values as Excel computes them; agreement with LibreOffice over whole workbooks stands in tests/workbook."""

from __future__ import annotations

import pytest

from xlreport.forms import find_form
from xlreport.rules.evaluate import CellError, Value, evaluate
from xlreport.rules.expression import parse

FORM = find_form("gov2019")
ROW = "requests.new.natural:requests.new.other"
CELLS: dict[str, Value] = {
    "requests.new.natural": 3,
    "requests.new.business": "4",
    "requests.new.research": "/",
    "requests.new.welfare": True,
    "requests.new.legal": 2.5,
    "requests.partial.natural": CellError("#REF!"),
    "unit.name": "环翠区信访局",
    "report.year": 2020,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"SUM({ROW})", 5.5),
        (f"COUNT({ROW})", 2),
        (f"COUNTBLANK({ROW})", 1),
        (f"MAX({ROW})", 3),
        ("MIN(requests.new.other)", 0),
        ("N(requests.new.business)", 0),
        ("N(requests.new.welfare)", True),
        ("N(requests.new.welfare)+1", 2),
        ("ISNUMBER(requests.new.business)", False),
        ("ISNUMBER(requests.partial.natural)", False),
        ("ISNUMBER(requests.new.legal)", True),
        ("LEN(unit.name)", 6),
        ("LEN(report.year)", 4),
        ("LEN(unit.code)", 0),
        ("ROUND(2.5,0)", 3),
        ("ROUND(-2.5,0)", -3),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(0.1+0.2,6)=0.3", True),
        ("0.1+0.2=0.3", True),
        ("0.1+0.2>0.3", False),
        ("0.1+0.2<=0.3", True),
        ("SUM(0.1,0.2)<>0.3", False),
        ("0.3-0.1-0.2", 0),
        ("0.1+0.2-0.3=0", True),
        ("0.1+0.2=0.30000000001", False),
        ("999999999.1-999999999", 0.10000002384185791),
        ("999999999999999=999999999999998", False),
        ("1/0", CellError("#DIV/0!")),
        ("SUM(requests.partial.natural,1)", CellError("#REF!")),
        ("AND(TRUE,N(requests.partial.natural)=0)", CellError("#REF!")),
        ("IF(TRUE,1,N(requests.partial.natural))", 1),
        ('requests.new.research="/"', True),
        ('unit.code=""', True),
        ('"abc"="ABC"', True),
        ('1<"a"', True),
        ('"z"<TRUE', True),
        ("TRUE=1", False),
        ("ABS(0-7)", 7),
        ("OR(FALSE,NOT(FALSE))", True),
        ("12345678901234567890-1", 12345678901234567890.0),
    ],
)
def test_value(text: str, value: object):
    """Excel's answer for blanks, text, truth values and errors."""
    assert evaluate(parse(text), CELLS, FORM) == value
