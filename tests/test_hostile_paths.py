"""Every path that the command line takes, in every place that is none: one sentence, a status, and nothing half made.

The commands and their paths are asked of the parser, so that an option that comes later is held to the same.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from support import clerk
from support.command import xlreport
from xlreport.cli import cli

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes and devices in the file system"),
]

#: What is a path though its type does not say so: the id of a form or its folder.
ALSO_PATHS = {"form_name", "name"}

#: What a file is refused with, by where it is: wrong usage, unreadable, a definition's or template's fault, environment.
REFUSED = {1, 2, 3, 4}


def commands(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name), command


def takes_path(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Path) or param.name in ALSO_PATHS


Place = tuple[tuple[str, ...], click.Command, click.Parameter]


def places(wanted: Callable[[click.Parameter], bool]) -> list[Place]:
    """Every parameter of every command that is `wanted`."""
    return [(words, command, param) for words, command in commands() for param in command.params if wanted(param)]


def name_of(value: object) -> str:
    """How a parameter or a command is called among the names of tests."""
    return "-".join(value) if isinstance(value, tuple) else getattr(value, "name", None) or str(value)


PATHS = places(takes_path)


def socket_at(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path has a hundred letters at most
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(path.name)
    os.chdir(here)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200_000_001)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


#: What stands where a file is looked for, by what makes it.
PLACES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "socket": socket_at,
    "empty": Path.touch,
    "huge": sparse,
    "loop": loop,
    "broken link": lambda path: path.symlink_to(path.name + "不在"),
    "null": lambda path: path.symlink_to("/dev/null"),
    "zero": lambda path: path.symlink_to("/dev/zero"),
    "full": lambda path: path.symlink_to("/dev/full"),
    "below a file": lambda path: path.parent.touch() if not path.parent.exists() else None,
}

#: Names that nobody would choose, and some that cannot be.
NAMES = {
    "line break": "甲\n乙",
    "no text": os.fsdecode(b"\xd6\xd0\xff"),
    "too long": "长" * 100,
    "dash": "-o",
    "lock file": "~$表",
    "nul": "甲\0乙",
    "none": "",
}


def ending(words: tuple[str, ...], param: click.Parameter) -> str:
    """How a file is called that fits the place."""
    if param.name in ALSO_PATHS:
        return ""
    match words[-1], param.name:
        case ("fill", "data") | ("export", "output"):
            return ".json"
        case ("send", _) | (_, "previous"):
            return ".zip"
        case ("template", "output") if words[0] == "form":
            return ".docx"
        case ("generate" | "package", "output"):
            return ""
    return ".xlsx"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good file of each sort."""
    folder = tmp_path_factory.mktemp("sound")
    book = clerk.write(folder / "表.xlsx", clerk.sound())
    assert 0 == xlreport("export", book, "-o", folder / "数据.json").status
    return folder


def line(words: tuple[str, ...], command: click.Command, param: click.Parameter, path: str, sound: Path) -> list[str]:
    """A command line that is right but for the one path."""
    good = {"data": sound / "数据.json", "name": "gov2021"}
    made = list(words)
    for each in command.params:
        given = path if each is param else None
        if given is None and each.required:
            given = str(
                sound.parent / f"{sound.name}-新{ending(words, each)}"
                if each.name == "output"
                else good.get(each.name or "", sound / "表.xlsx")
            )
        if given is None:
            continue
        made += [f"{max(each.opts, key=len)}={given}"] if isinstance(each, click.Option) else []
        if isinstance(each, click.Argument):
            made += ["--", given] if given.startswith("-") and each is command.params[-1] else [given]
    return made


def tree(folder: Path) -> dict[str, object]:
    """What stands below a folder, links and pipes as such."""
    return {
        str(path): path.read_bytes()
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1e6
        else path.lstat().st_mode
        for path in sorted(folder.rglob("*"))
    }


def refused(said, words: tuple[str, ...], path: Path) -> None:
    assert said.status in REFUSED, said
    lines = (said.err + said.out if words[:2] == ("form", "check") else said.err).strip().splitlines()
    assert lines, said
    assert re.search(r"[。：]", lines[-1]), said
    assert "程序出错" not in said.err, said
    assert "意外" not in said.err, said


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("words", "command", "param"), PATHS, ids=name_of)
def test_a_place_that_is_no_file(words, command, param, place, sound, tmp_path):
    """Nothing is waited for, nothing is read without end, and what stood there stands there after."""
    path = tmp_path / "处" / f"甲{ending(words, param)}"
    if place != "below a file":
        path.parent.mkdir()
    PLACES[place](path)
    before = tree(tmp_path)
    said = xlreport(*line(words, command, param, str(path), sound))
    if param.name == "output" and said.status == 0:
        assert place in ("missing", "empty", "broken link", "folder", "huge"), said
        return
    refused(said, words, path)
    assert before == tree(tmp_path), said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("words", "command", "param"), PATHS, ids=name_of)
def test_a_name_that_nobody_would_choose(words, command, param, name, sound, tmp_path, monkeypatch):
    """As the name of what is not there: a sentence that can be printed; of what is written: it is, or a sentence."""
    (tmp_path / "处").mkdir()
    monkeypatch.chdir(tmp_path / "处")
    path = NAMES[name] + ("" if name in ("none", "dash") else ending(words, param))
    said = xlreport(*line(words, command, param, path, sound))
    if param.name == "output" and said.status == 0:
        assert name not in ("nul", "too long")
        return
    refused(said, words, Path(path))
    assert [] == [each.name for each in (tmp_path / "处").iterdir() if each.name.startswith(".xlreport")]


@pytest.mark.parametrize(("words", "command", "param"), places(lambda param: param.name == "output"), ids=name_of)
def test_an_output_that_is_the_input(words, command, param, sound):
    """A file that is read is not written over, whether it is asked for or not."""
    if words[0] == "form":
        pytest.skip("reads no file but a definition")
    path = sound / ("数据.json" if words == ("fill",) else "表.xlsx")
    before = path.read_bytes()
    made = line(words, command, param, str(path), sound)
    if words == ("template",):
        made += ["--prior", str(path)]
    for more in ([], ["--overwrite"]) if "overwrite" in {each.name for each in command.params} else ([],):
        refused(xlreport(*made, *more), words, path)
    assert before == path.read_bytes()


TEXTS = {
    "nothing": "",
    "blank": " \u3000",
    "two lines": "甲\n乙",
    "no text": os.fsdecode(b"\xd6\xd0"),
    "controls": "\x01甲\u202e乙",
    "formula": "=1+1",
    "tag": "{{ x }}",
    "long": "单" * 40_000,
    "large": "9" * 30,
    "five digits": "99999",
    "negative": "-1",
    "fraction": "1e3",
    "other digits": "２０²",
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("words", "command", "param"),
    places(lambda param: not takes_path(param) and isinstance(param, click.Option) and not param.is_flag),
    ids=name_of,
)
def test_a_text_that_nobody_would_give(words, command, param, text, sound, tmp_path):
    """A value of any other option is taken, or refused in a sentence that names the option or what is wrong."""
    made = line(words, command, param, TEXTS[text], sound)
    made += (
        ["-o", str(tmp_path / "新")]
        if "output" in {each.name for each in command.params} and "output" not in str(made)
        else []
    )
    said = xlreport(*made)
    assert "程序出错" not in said.err, said
    assert "意外" not in said.err, said
    assert said.status in {0, 1} or re.search(r"。\Z", said.err.strip()), said
    if param.name == "year" and text != "other digits":
        assert 2 == said.status, said
