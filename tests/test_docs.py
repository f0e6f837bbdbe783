"""The pages in docs/ are what the program says: the command line reference, and the tutorial, which is carried out."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import tomllib
from pathlib import Path
from types import ModuleType

import click
import pytest

from support.command import Said, xlreport
from xlreport.cli import cli
from xlreport.errors import DefinitionError
from xlreport.forms import find_form, registry
from xlreport.rules.evaluate import evaluate
from xlreport.rules.expression import FUNCTIONS, parse

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

#: A fenced block: its language, the file that it is (`toml form.toml`), its text.
BLOCK = re.compile(r"^```(?P<kind>[a-z]+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return script("build_cli_docs")


def test_command_line_reference_is_up_to_date(reference: ModuleType):
    """docs/cli.md is what scripts/build_cli_docs.py writes."""
    assert reference.reference() == (DOCS / "cli.md").read_text(encoding="utf-8")


def test_every_command_is_documented(reference: ModuleType):
    """Each command has its heading in the page, says in Chinese what it does, and explains each option."""
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    silent = []
    for context in reference.commands():
        assert f"## {context.command_path}\n" in page
        options = [param for param in context.command.params if isinstance(param, click.Option)]
        texts = {context.command_path: context.command.help, **{option.opts[0]: option.help for option in options}}
        silent += [(context.command_path, name) for name, text in texts.items() if not re.search("[一-鿿]", text or "")]
    assert [] == silent


def test_form_outside_the_package_in_every_command(reference: ModuleType):
    """Every command that reads a workbook or a filing takes --form."""
    reading = {"工作簿", "工作簿...", "旧工作簿", "DATA.json"}
    without = [
        context.command_path
        for context in reference.commands()
        if any(isinstance(param, click.Argument) and param.metavar in reading for param in context.command.params)
        and not any("--form" in param.opts for param in context.command.params)
    ]
    assert [] == without


def carried_out(page: str, folder: Path) -> list[Said]:
    """What a page's commands say, its files written and its commands run in the order in which they stand.

    A file that stands again adds to what stands already; a line that begins with a # tells the expected exit status.
    """
    said = []
    for block in BLOCK.finditer(page):
        if block["file"]:
            (folder / block["file"]).parent.mkdir(exist_ok=True)
            with (folder / block["file"]).open("a", encoding="utf-8") as file:
                file.write(block["text"])
        elif block["kind"] == "sh":
            for line in block["text"].splitlines():
                command, _, status = line.partition("  # exit ")
                assert command.startswith("xlreport ")
                registry._load.cache_clear()  # each command is a process of its own, in which files are read afresh
                result = xlreport(*shlex.split(command)[1:])
                assert int(status or 0) == result.status, (line, result)
                said.append(result)
    return said


@pytest.mark.long
def test_tutorial_builds_a_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every file and command of docs/form-definition.md works as it stands, and what the page shows is what is said."""
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "form-definition.md").read_text(encoding="utf-8")
    said = carried_out(page, tmp_path)
    shown = [block["text"] for block in BLOCK.finditer(page) if block["kind"] == "text"]
    printed = "".join(each.out + each.err for each in said)
    assert len(shown) > 2
    assert [] == [text for text in shown if text.strip() not in printed]
    assert (tmp_path / "out").is_dir()
    assert not (tmp_path / "nothing").exists()
    assert "购书203册" in printed


def test_rule_language_names_every_function():
    """docs/rule-language.md has a row for each function of the language, and for no other."""
    page = (DOCS / "rule-language.md").read_text(encoding="utf-8").partition("## Examples")[0]
    assert sorted(FUNCTIONS) == sorted(re.findall(r"^\| `([A-Z]+)\(", page, re.MULTILINE))


def test_examples_of_the_rule_language_are_right():
    """Every example formula parses and gives the value beside it; every refused one is refused."""
    page = (DOCS / "rule-language.md").read_text(encoding="utf-8")
    form = find_form("gov2021")
    cells = {"published.policy": 3, "published.budget": None, "published.work": "/", "published.guide": "约3"}
    examples = re.findall(r"^\| `(.+?)` \| `?(.+?)`? \|$", page.split("\n## ")[3], re.MULTILINE)
    assert len(examples) > 10
    for formula, value in examples:
        if value == "refused":
            with pytest.raises(DefinitionError):
                parse(formula)
        else:
            assert value == str(evaluate(parse(formula), cells, form)).upper(), formula


def test_commands_of_the_readme():
    """Every call of `xlreport` in the README is one that the command line takes; the scripts it names can be run."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    calls = re.findall(r"`(xlreport [^`]+)`", page) + re.findall(r"^    (xlreport .*?)(?:  #.*)?$", page, re.MULTILINE)
    assert len(calls) > 10
    for call in calls:
        command, words = click.Group.get_command(cli, click.Context(cli), shlex.split(call)[1]), shlex.split(call)[2:]
        if isinstance(command, click.Group):
            command, words = command.commands[words[0]], words[1:]
        if command is not None and words:
            command.make_parser(click.Context(command)).parse_args(words)
        assert command is not None or shlex.split(call)[1] == "--help", call
    for name in set(re.findall(r"\./([\w-]+\.sh)", page)):
        assert os.access(ROOT / name, os.X_OK), name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ".venv/bin/xlreport" in page
    assert "xlreport" in project["scripts"]


PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_that_a_page_names_is_there(page: Path):
    """Links lead to files, and a path of a module or definition in backticks is one of this project's."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    named = re.findall(r"`((?:[a-z_]+/)+[\w-]+\.(?:py|toml))`", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [path for path in named if not any((base / path).exists() for base in (ROOT, ROOT / "src/xlreport"))]
    assert [] == missing
