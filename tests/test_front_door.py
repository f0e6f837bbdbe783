"""The front door: what `import xlreport` gives, and one function for each command."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import click
import pytest

import xlreport
from support.figures import huaian_2024
from xlreport import verbs
from xlreport.cli import cli

ROOT = Path(__file__).parents[1]
EXAMPLE = next((ROOT / "examples/2020-huancui-xinfang").glob("*.xlsx"))

#: Prints what is imported on the way.
LOADED = "import sys; before = set(sys.modules); import xlreport; {}; print(*sorted(set(sys.modules) - before))"


def loaded(then: str = "pass") -> set[str]:
    """The modules that a fresh interpreter imports for `import xlreport` and a statement after it."""
    run = subprocess.run([sys.executable, "-c", LOADED.format(then)], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_every_public_name_is_there():
    """Each name of `__all__` resolves, stands in `dir()`, and is the very thing in its own module."""
    assert sorted(set(xlreport.__all__)) == xlreport.__all__
    assert set(xlreport.__all__) <= set(dir(xlreport))
    for name, home in xlreport._HOMES.items():
        assert getattr(import_module(home), name) is getattr(xlreport, name)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = xlreport.no_such_name  # type: ignore[attr-defined]  # what is proved here


def test_a_type_checker_sees_the_same_names():
    """The imports for type checkers, the homes for the program, and `__all__` name the same things in the same places."""
    tree = ast.parse(Path(xlreport.__file__).read_text(encoding="utf-8"))
    (block,) = (n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")
    typed = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == xlreport._HOMES
    assert {*typed, "__version__"} == set(xlreport.__all__)
    assert Path(xlreport.__file__).with_name("py.typed").exists()


@pytest.mark.program
def test_import_loads_nothing_heavy():
    """`import xlreport` loads itself and its version; a name brings its own module and no library that it needs not."""
    ours = {name for name in loaded() if name.partition(".")[0] == "xlreport"}
    assert {"xlreport", "xlreport.version"} == ours
    libraries = {
        "click",
        "docx",
        "docxtpl",
        "jinja2",
        "keyring",
        "lxml",
        "msgspec",
        "openpyxl",
        "xlsxwriter",
    }
    assert set() == libraries & loaded()
    assert {"msgspec"} == libraries & loaded("xlreport.find_form")


def commands(group: click.Group = cli, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with the name that its function bears."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}".replace("-", "_"), command


#: Parameters of commands that a function calls otherwise; `--json` only says how to print, `--jobs` by how
#: many processes. `check` and `send` take one file.
CALLED = {"form_name": "form", "packages": "package", "as_json": None, "jobs": None}


def test_each_command_is_a_function():
    """`xlreport form check` is `verbs.form_check`, and takes what the command takes; there are no others."""
    by_name = dict(commands())
    others = {"choose_form"}
    assert sorted(set(verbs.__all__) - others) == sorted(by_name)
    for name, command in by_name.items():
        verb = getattr(verbs, name)
        assert verb.__doc__, name
        takes = set(inspect.signature(verb).parameters)
        wanted = {CALLED.get(each.name or "", each.name) for each in command.params} - {None, "help"}
        assert {"workbook" if name == "check" and each == "workbooks" else each for each in wanted} <= takes, name


@pytest.mark.long
def test_paths_may_be_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A whole way, from the template to the package, with names of files as plain text."""
    monkeypatch.chdir(tmp_path)
    verbs.template("空白.xlsx", form="gov2021", year=2024, unit="某局")
    assert "某局" == xlreport.read_workbook("空白.xlsx").unit
    form = xlreport.find_form("gov2021")
    filing = xlreport.Filing(form=form, values=huaian_2024() | {"upward.email": "upward@example.gov.cn"})
    xlreport.write_workbook(filing, "填报.xlsx")
    assert verbs.export("填报.xlsx", "数据.json").ok
    assert () == verbs.fill("数据.json", "又一本.xlsx")
    assert xlreport.read_json("数据.json").values == xlreport.read_workbook("又一本.xlsx").values
    (made,) = verbs.generate(["又一本.xlsx"], "报告", explain="已核实")
    assert made.published is not None
    assert Path("报告") == made.published.folder
    sealed = xlreport.package("又一本.xlsx", "报告")
    assert sealed.path is not None
    checked = verbs.check("又一本.xlsx", prior=EXAMPLE.with_name("filing.json").as_posix())
    assert any(finding.rule.startswith("prior") for finding in checked.findings)
    assert () == verbs.upgrade("又一本.xlsx", "新.xlsx").lost
    assert form.id == xlreport.load_form(str(form.folder)).id
    assert "gov2021" in {each.id for each in verbs.form_list()}
    assert Path("模板.docx") == verbs.form_template("gov2021", "模板.docx")
    for text in (verbs.form_show("gov2021"), verbs.form_schema("gov2021")):
        assert "requests" in text
    assert not [finding for finding in verbs.form_check(form.folder) if finding.level == "error"]


def test_one_review_makes_both_reports():
    """The renderers take the review that the front door gives, and print its totals."""
    review = xlreport.review(xlreport.read_workbook(EXAMPLE))
    assert b"PK" == xlreport.render_word(review)[:2]
    assert review.filing.unit in xlreport.render_html(review)


@pytest.mark.program
def test_example_in_the_readme_runs(tmp_path: Path):
    """The example of the README, as it stands there, over a filled workbook."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    assert 10 <= len(code.splitlines()) <= 14
    shutil.copy(EXAMPLE, tmp_path / "填报.xlsx")
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert "" == run.stderr
    endings = ["docx", "html", "html", "json", "zip"]
    assert endings == sorted(path.suffix[1:] for path in (tmp_path / "报告").iterdir())
    assert "_报送包.zip" in run.stdout


def public() -> Iterator[object]:
    """Every public function and class, and what those classes have of public functions and properties."""
    for name in xlreport.__all__:
        value = getattr(xlreport, name)
        if isinstance(value, type) or inspect.isfunction(value):
            yield value
        if isinstance(value, type):
            for key, member in vars(value).items():
                of = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
                of = getattr(of, "func", of)
                if not key.startswith("_") and inspect.isfunction(of):
                    yield of


@pytest.mark.parametrize("each", list(public()), ids=lambda each: each.__qualname__)
def test_what_is_public_tells_its_types(each):
    """Documentation tools, notebooks and checkers of arguments can ask for every annotation and every signature."""
    assert "typing.Any" not in str(get_type_hints(each))
    if inspect.isfunction(each):
        assert set(get_type_hints(each)) >= set(inspect.signature(each).parameters) - {"self", "cls"}
    else:
        inspect.signature(each)
