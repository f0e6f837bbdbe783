"""Run the command line in this process and collect what it says; and type into a workbook as staff do."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from xlreport.cli import main


class Said(NamedTuple):
    """Exit status, standard output and standard error of one call."""

    status: int
    out: str
    err: str


def xlreport(*args: object) -> Said:
    """One call of the command line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(arg) for arg in args])
        except SystemExit as stop:
            status = stop.code
    assert isinstance(status, int)
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Said(status, out.getvalue(), err.getvalue())


def type_into(blank: Path, filled: Path, values: dict[str, Any]) -> Path:
    """Type into cells through their defined names, as a person or another program would, and save."""
    workbook = openpyxl.load_workbook(blank)
    for name, value in values.items():
        ((sheet, address),) = workbook.defined_names[name].destinations
        workbook[sheet][address.replace("$", "")].value = value
    workbook.save(filled)
    return filled
