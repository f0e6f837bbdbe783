"""Imports point one way along the path of the data, and each library is known to one module only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import xlreport

SOURCE = Path(xlreport.__file__).parent

#: What may import what: each line the lines above it, and itself within a package.
ORDER = (
    "__init__",
    "errors",
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
    "cli",
    "__main__",
)

#: The library, and the modules that may import it.
ADAPTERS = {
    "openpyxl": {"workbook.read.xlsx"},
    "xlsxwriter": {"workbook.write.xlsx", "ledger.rollup"},
    "docxtpl": {"report.word.render"},
    "docx": {"report.word.render"},
    "smtplib": {"mail.smtp"},
    "highspy": {"locator.set_cover", "locator.smallest_sets", "locator.locate"},
    "keyring": {"mail.settings"},
}


class Import(NamedTuple):
    """One imported name: by which module, from which, where it stands, whether only for types, or only when needed."""

    by: str
    module: str
    name: str
    line: int
    typing: bool
    late: bool

    def __str__(self) -> str:
        return f"{self.by}:{self.line} imports {self.module}{'.' + self.name if self.name else ''}"


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imports() -> Iterator[Import]:
    """Every import of every module of the program."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        typing = {
            id(node)
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
            for part in block.body
            for node in ast.walk(part)
        }
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            flags = node.lineno if hasattr(node, "lineno") else 0, id(node) in typing, id(node) not in top
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(module_name(path), alias.name, "", *flags)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                for alias in node.names:
                    yield Import(module_name(path), node.module or "", alias.name, *flags)


def own(each: Import) -> str | None:
    """The module of the program that is imported, without the program's name; None for a library."""
    if each.module == "xlreport":
        below = SOURCE / each.name
        return each.name if below.is_dir() or below.with_suffix(".py").exists() else "__init__"
    return each.module.removeprefix("xlreport.") if each.module.startswith("xlreport.") else None


def test_every_module_has_its_place():
    """A new module or package says where on the path of the data it stands."""
    found = {module_name(path).split(".")[0] for path in SOURCE.rglob("*.py")}
    assert found <= set(ORDER)


def test_imports_point_one_way():
    """Nothing imports what stands later on the path, late imports and those for types included."""
    rank = {name: n for n, name in enumerate(ORDER)}
    wrong = [
        str(each)
        for each in imports()
        if (target := own(each)) is not None and rank[target.split(".")[0]] > rank[each.by.split(".")[0]]
    ]
    assert [] == wrong


def test_libraries_are_known_to_one_module():
    """Only the reader knows openpyxl, only the writers XlsxWriter, only the Word report docxtpl, and so on."""
    wrong = [
        str(each)
        for each in imports()
        for library, allowed in ADAPTERS.items()
        if each.module.split(".")[0] == library and each.by not in allowed
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


def test_modules_of_a_package_import_in_no_circle():
    """Within a package, too, no module leads back to itself through what is imported at once."""
    below: dict[str, set[str]] = {}
    for each in imports():
        target = own(each)
        if target is None or each.typing or each.late:
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

    assert [] == [module for module in below if module in reaches(module) and module in below]
