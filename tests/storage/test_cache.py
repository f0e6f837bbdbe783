"""What is kept on disk between runs is believed only where it is ours and whole, and never needed."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.definitions import SMALL_RULES, write_form
from xlreport.filing import Filing
from xlreport.forms import Form, find_form, form_ids, registry
from xlreport.forms.definition import EachText
from xlreport.forms.load import load_form
from xlreport.rules.rulebook import Rulebook, rulebook
from xlreport.storage import cache as kept
from xlreport.workbook.layout.plan import Plan
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.write.xlsx import workbook_bytes

posix = pytest.mark.skipif(os.name != "posix", reason="file owners and rights of POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of what is kept, not there yet; nothing is in memory."""
    folder = tmp_path / "cache" / "kept"
    monkeypatch.setattr(kept, "cache_folder", lambda: folder)
    forget()
    yield folder
    forget()


def forget() -> None:
    for cached in (registry._load, rulebook, layout):
        cached.cache_clear()
    registry._keys.clear()


def loaded(name: str) -> tuple[Form, Rulebook, Plan]:
    form = find_form(name)
    return form, rulebook(form), layout(form)


def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The definition folders that are loaded from their text from now on."""
    done: list[Path] = []

    def counted(path: Path) -> Form:
        done.append(path)
        return load_form(path)

    monkeypatch.setattr(registry, "load_form", counted)
    return done


@pytest.mark.long
@pytest.mark.parametrize("name", form_ids())
def test_what_comes_back_is_what_was_kept(name: str, monkeypatch: pytest.MonkeyPatch):
    """Form, rules and plan are the same in every part, and the workbook written by them is the same to the byte."""
    form, book, plan = loaded(name)
    written = workbook_bytes(Filing(form=form))
    forget()
    done = loads(monkeypatch)
    again, book_again, plan_again = loaded(name)
    assert [] == done
    assert again is not form
    assert [(f, getattr(form, f)) for f in form.__struct_fields__] == [
        (f, getattr(again, f)) for f in again.__struct_fields__
    ]
    assert (book.computed, book.checks, book.by_key) == (book_again.computed, book_again.checks, book_again.by_key)
    assert plan.sheets == plan_again.sheets
    assert again is plan_again.form is book_again.form
    assert written == workbook_bytes(Filing(form=again))


def test_an_edited_definition_is_loaded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What was kept of the text before the edit is not used, nor what was kept of another folder."""
    mine = tmp_path / "mine"
    shutil.copytree(find_form("gov2021").folder, mine)
    done = loads(monkeypatch)
    versions = []
    for version in ("1", "2"):
        file = mine / "form.toml"
        text = re.sub("^version = .*", f'version = "{version}"', file.read_text("utf-8"), flags=re.MULTILINE)
        file.write_text(text.replace('id = "gov2021"', 'id = "mine"'), encoding="utf-8")
        forget()
        versions.append(find_form(str(mine)).version)
    assert ([mine, mine], ["1", "2"]) == (done, versions)


@pytest.mark.parametrize("layer", ["base", "base of the base"])
def test_an_edited_base_is_loaded_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: str):
    """A form is loaded again when a file of one of its bases has changed or come, and only then."""
    write_form(tmp_path / "base of the base", rules="")
    for name, below in (("base", "base of the base"), ("mine", "base")):
        own = f'base = "../{below}"\nid = "{name}"\nversion = "1"\nbasis = "测试"\nfirst_year = 2020\n'
        write_form(tmp_path / name, own, "")
    mine, done = tmp_path / "mine", loads(monkeypatch)
    found = []
    for _ in range(2):
        for _ in range(2):
            forget()
            found.append([rule.id for rule in find_form(str(mine)).rules])
        (tmp_path / layer / "rules.toml").write_text(SMALL_RULES, encoding="utf-8")
    assert ([mine, mine], [[], [], ["sum", "cost"], ["sum", "cost"]]) == (done, found)


def test_another_program_is_another_key(monkeypatch: pytest.MonkeyPatch):
    """After an update nothing is used that the version before kept."""
    find_form("gov2021")
    forget()
    done = loads(monkeypatch)
    monkeypatch.setattr(registry, "program", lambda: "another")
    find_form("gov2021")
    assert 1 == len(done)


@pytest.mark.long
@pytest.mark.parametrize("damage", [b"", b"xlreport kept\n", b"\0" * 4096, None])
def test_damaged_files_are_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None):
    """Empty, cut off, overwritten, or one bit wrong: everything is made again, and whole files are kept again."""
    sheets = loaded("gov2021")[2].sheets
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.write_bytes(whole[file.name][:-1] + bytes([whole[file.name][-1] ^ 1]) if damage is None else damage)
    forget()
    done = loads(monkeypatch)
    assert sheets == loaded("gov2021")[2].sheets
    assert (1, whole) == (len(done), {file.name: file.read_bytes() for file in folder.iterdir()})


@pytest.mark.long
def test_files_that_changed_places_are_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Two whole files under each other's names: neither is believed, and both are right again after the run."""
    sheets = loaded("gov2021")[2].sheets
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    for name, other in zip(whole, [*list(whole)[1:], *list(whole)[:1]], strict=True):
        (folder / name).write_bytes(whole[other])
    forget()
    done = loads(monkeypatch)
    assert sheets == loaded("gov2021")[2].sheets
    assert (1, whole) == (len(done), {file.name: file.read_bytes() for file in folder.iterdir()})


@pytest.mark.long
def test_every_module_is_part_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A change of any module of the package, however deep, is another program."""
    package = tmp_path / "xlreport"
    shutil.copytree(Path(kept.__file__).parent.parent, package)
    monkeypatch.setattr(kept, "_PACKAGE", package)
    seen = {kept.program.__wrapped__()}
    modules = sorted(package.rglob("*.py"))
    for module in modules:
        os.utime(module, ns=(0, module.stat().st_mtime_ns + 1_000_000_000))
        seen.add(kept.program.__wrapped__())
    assert len(modules) + 1 == len(seen)


@pytest.mark.long
def test_nothing_can_be_kept(folder: Path):
    """A file stands where the folder should be: everything works, nothing is kept."""
    folder.parent.write_text("")
    assert "gov2021" == loaded("gov2021")[2].form.id
    assert "" == folder.parent.read_text()


@posix
def test_only_the_user_may_write_there(folder: Path):
    """Folder and files are made for the user alone, whatever the umask says."""
    before = os.umask(0)
    try:
        kept.keep("key", b"content")
    finally:
        os.umask(before)
    (file,) = folder.iterdir()
    assert (0o700, 0o600) == (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777)


@posix
@pytest.mark.parametrize("which", ["folder", "file"])
@pytest.mark.parametrize("mode", [0o020, 0o002])
def test_what_others_may_write_is_not_believed(folder: Path, which: str, mode: int):
    """A file or folder that the group or everybody may write to counts as missing."""
    kept.keep("key", b"content")
    assert b"content" == kept.load("key")
    path = folder if which == "folder" else next(folder.iterdir())
    path.chmod(path.stat().st_mode | mode)
    assert kept.load("key") is None


@posix
def test_what_others_own_is_not_believed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A file of another user's counts as missing."""
    kept.keep("key", b"content")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert kept.load("key") is None


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("evil",)


@pytest.mark.parametrize("value", [Evil(), (1, [Evil()]), {"a": Evil()}])
def test_no_file_can_run_anything(value: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file that asks for anything but structs of this program is not loaded at all."""
    monkeypatch.chdir(tmp_path)
    kept.keep("key", pickle.dumps(value))
    assert kept.load_struct("key", {}) is None
    assert not Path("evil").exists()


def test_functions_of_the_program_cannot_be_called_either(folder: Path):
    """Only its structs are known by name."""
    kept.keep("key", pickle.dumps(kept.keep))
    assert kept.load_struct("key", {}) is None
    kept.keep_struct("key", EachText(row="a"), {})
    assert EachText(row="a") == kept.load_struct("key", {})


@pytest.mark.program
def test_a_second_run_loads_no_toml(tmp_path: Path):
    """With everything kept, neither the TOML parser nor openpyxl is imported to read a workbook."""
    workbook = tmp_path / "表.xlsx"
    workbook.write_bytes(workbook_bytes(Filing(form=find_form("gov2021"))))
    script = (
        "import sys; from pathlib import Path; from xlreport.workbook.read.xlsx import read_workbook\n"
        "read_workbook(Path(sys.argv[1]))\n"
        "print([name for name in ('tomllib', 'openpyxl', 'xlsxwriter', 'docxtpl') if name in sys.modules])"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "HOME": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", script, workbook], env=environment, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert ["['tomllib']\n", "[]\n"] == said
