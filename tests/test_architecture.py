"""Imports point one way along the path of the data, none in a circle, and each library is known to one place only."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from support.source import SOURCE, nodes, trees

#: What may import what: each line the lines above it, and itself within a package.
ORDER = (
    "version",
    "errors",
    "console",
    "wording",
    "finding",
    "storage",
    "finding_kinds",
    "forms",
    "filing",
    "rules",
    "filing_json",
    "locator",
    "prose",
    "workbook",
    "published",
    "reviewing",
    "report",
    "mail",
    "ledger",
    "maintain",
    "results",
    "verbs",
    "desktop",
    "cli_text",
    "cli_many",
    "cli_options",
    "cli_form",
    "cli",
    "__main__",
    "__init__",
)

#: Within a package: what each of its parts may import of the others. Reading and writing do not know each other.
WITHIN: dict[str, dict[str, set[str]]] = {
    "workbook": {
        "addresses": set(),
        "texts": set(),
        "layout": {"addresses", "texts"},
        "write": {"addresses", "layout"},
        "read": {"addresses", "texts", "layout"},
        "upgrade": {"addresses", "texts", "layout", "read"},
    },
}

#: The library, and the modules or packages that may import it.
ADAPTERS = {
    "openpyxl": {"workbook.read.from_openpyxl"},
    "xlsxwriter": {"workbook.write", "ledger.rollup"},
    "docxtpl": {"report.word"},
    "docx": {"report.word"},
    "smtplib": {"mail.smtp"},
    "keyring": {"mail.settings"},
}


class Import(NamedTuple):
    """One imported name: by which module, from which, and where it stands."""

    by: str
    module: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.by}:{self.line} imports {self.module}{'.' + self.name if self.name else ''}"


def module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


@cache
def imports() -> tuple[Import, ...]:
    """Every import of every module of the program, late ones and those for types included."""
    made = []
    for path, node in nodes():
        if isinstance(node, ast.Import):
            made += [Import(module_name(Path(path)), alias.name, "", node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            made += [
                Import(module_name(Path(path)), node.module or "", alias.name, node.lineno) for alias in node.names
            ]
    return tuple(made)


def own(each: Import) -> str | None:
    """The module of the program that is imported, without the program's name; None for a library."""
    if each.module == "xlreport":
        below = SOURCE / each.name
        return each.name if below.is_dir() or below.with_suffix(".py").exists() else "__init__"
    return each.module.removeprefix("xlreport.") if each.module.startswith("xlreport.") else None


def test_every_module_has_its_place():
    """A new module or package says where on the path of the data it stands."""
    found = {module_name(Path(path)).split(".")[0] for path in trees()}
    assert found <= set(ORDER)


def test_imports_point_one_way():
    """Nothing imports what stands later on the path."""
    rank = {name: n for n, name in enumerate(ORDER)}
    wrong = [
        str(each)
        for each in imports()
        if (target := own(each)) is not None and rank[target.split(".")[0]] > rank[each.by.split(".")[0]]
    ]
    assert [] == wrong


@pytest.mark.parametrize("package", WITHIN)
def test_the_parts_of_a_package_keep_their_order(package: str):
    """Each part has its place, and imports only those it may know."""
    may = WITHIN[package]
    assert {path.stem for path in (SOURCE / package).glob("[!_]*")} == set(may)
    wrong = []
    for each in imports():
        parent, _, part = each.by.partition(".")
        target = own(each) or ""
        if parent == package and part and target.split(".")[0] == package:
            target = target.partition(".")[2] or each.name
            by, of = part.split(".")[0], target.split(".")[0]
            wrong += [str(each)] * (of != by and of not in may[by])
    assert [] == wrong


def test_libraries_are_known_to_one_place():
    """Only the reader knows openpyxl, only the writers XlsxWriter, only the Word report docxtpl, and so on."""
    wrong = [
        str(each)
        for each in imports()
        for library, allowed in ADAPTERS.items()
        if each.module.split(".")[0] == library
        and not any(each.by == place or each.by.startswith(f"{place}.") for place in allowed)
    ]
    assert [] == wrong


def test_nothing_imports_a_private_name():
    """What begins with an underscore stays in its module."""
    wrong = [
        str(each)
        for each in imports()
        if own(each) is not None
        and any(part.startswith("_") and not part.startswith("__") for part in (*each.module.split("."), each.name))
    ]
    assert [] == wrong


def test_no_module_leads_back_to_itself():
    """There is no circle of imports, late ones and those for types included."""
    below: dict[str, set[str]] = {}
    for each in imports():
        target = own(each)
        if target is None:
            continue
        whole = f"{target}.{each.name}"
        if (SOURCE / Path(*whole.split("."))).with_suffix(".py").exists():
            target = whole
        below.setdefault(each.by, set()).add(target)

    def reaches(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [*below.get(start, ())]
        while waiting:
            module = waiting.pop()
            if module not in seen:
                seen.add(module)
                waiting.extend(below.get(module, ()))
        return seen

    assert [] == [module for module in below if module in reaches(module)]


def test_nothing_is_called_found():
    """A name or parameter says what was found: the form, the path, the match."""
    called = [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if (isinstance(node, ast.Name) and node.id == "found") or (isinstance(node, ast.arg) and node.arg == "found")
    ]
    assert [] == called
