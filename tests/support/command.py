"""Run the command line in this process and collect what it says; and type into a workbook as staff do."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any, NamedTuple

from support.edit import put_value
from support.returns.package import M, Package, address_of
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
    """Type into cells through their defined names and save, as by a program that leaves formulas without values."""
    package = Package(blank)
    for name, value in values.items():
        put_value(package.cell(*address_of(package, name)), value)
    for title in package.titles():
        for formula in package.sheet(title).iter(f"{M}f"):
            cell = formula.getparent()
            cell.attrib.pop("t", None)
            for cached in cell.findall(f"{M}v"):
                cell.remove(cached)
    return package.save(filled)
