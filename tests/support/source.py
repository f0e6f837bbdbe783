"""The program's own modules as trees of syntax, each parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import xlreport

SOURCE = Path(xlreport.__file__).parent


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the program by its path: "forms/load.py"."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    """Each node of each module, with the module's path."""
    return tuple((module, node) for module, tree in trees().items() for node in ast.walk(tree))
