"""Dates in cells, held against openpyxl, which is what people read workbooks with."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS as OPENPYXL_FORMATS
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

from xlreport.workbook.read.dates import BUILTIN_FORMATS, MAC_EPOCH, WINDOWS_EPOCH, moment, shows_date

FORMATS = st.text('dmhys DMHYS0#?,./;:@-_\\*"[]$年月日Red', max_size=24)


def openpyxls(serial: float, epoch: datetime) -> datetime:
    found = from_excel(serial, epoch)
    if isinstance(found, datetime):
        return found
    assert isinstance(found, time)
    return datetime.combine(WINDOWS_EPOCH, found)


def test_builtin_formats():
    """The formats that need no spelling out are those that openpyxl knows."""
    assert OPENPYXL_FORMATS == BUILTIN_FORMATS


@given(st.one_of(FORMATS, st.sampled_from(list(BUILTIN_FORMATS.values()))))
@example('yyyy"年"m"月"d"日";@')
@example("[h]:mm:ss")
@example("[Red]0")
@example("0_d")
@example('"d"0')
def test_formats_that_show_dates(code: str):
    """Any format is taken for a date's exactly where openpyxl takes it for one."""
    assert is_date_format(code) == shows_date(code)


@pytest.mark.parametrize("epoch", [WINDOWS_EPOCH, MAC_EPOCH])
@given(serial=st.one_of(st.integers(-600_000, 2_900_000), st.floats(-600_000, 2_900_000), st.floats(-1, 62)))
def test_serial_numbers(epoch: datetime, serial: float):
    """Any serial number stands for the moment that openpyxl makes of it, the 29 February of 1900 included."""
    assert openpyxls(serial, epoch) == moment(serial, epoch)


@pytest.mark.parametrize("serial", [3e6, -7e5, 1e300])
def test_serial_numbers_out_of_range(serial: float):
    """Numbers beyond the calendar are refused."""
    with pytest.raises(OverflowError):
        moment(serial)
