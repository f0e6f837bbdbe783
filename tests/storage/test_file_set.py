"""A set of files is replaced together or not at all, whatever breaks it off; nothing of a person's is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from support.kills import MANY, failing, killed
from xlreport.errors import EnvironmentFault
from xlreport.storage import file_set
from xlreport.storage.file_set import exclusive, replace_set, settle
from xlreport.storage.lock import give_back, take

OLD = {"报告.docx": b"old docx", "报告.html": b"edited html", "报告.pdf": b"old pdf", "报告.json": b"old json"}
NEW = {"报告.docx": b"new docx", "报告.html": b"new html", "报告.txt": b"new txt", "报告.json": b"new json"}
KEPT = "报告（人工修改）.html"
ALL_OLD, ALL_NEW = OLD, NEW | {KEPT: OLD["报告.html"]}

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are copies")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fresh(tmp_path / "输出")


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in OLD.items():
        (folder / name).write_bytes(data)
    return folder


def renew(folder: Path) -> None:
    """The PDF is not made again, the HTML was edited and is kept."""
    with exclusive(folder):
        replace_set(folder, NEW, {"报告.html": KEPT}, ["报告.pdf"])


def standing(folder: Path) -> dict[str, bytes]:
    """What anybody sees who opens the folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_all_of_them(folder: Path):
    """The new files stand, the edited one is kept, one that is not made again is gone; whoever may read the folder may read them."""
    ordinary = folder / "报告.json"
    mode = ordinary.stat().st_mode
    renew(folder)
    assert (ALL_NEW, []) == (standing(folder), left_over(folder))
    assert mode == ordinary.stat().st_mode


@forks
@pytest.mark.program
@pytest.mark.long
def test_killed_at_any_step(tmp_path: Path):
    """Old and new never stand side by side; the next run has all of the old or all of the new, and clears the rest."""
    ends = []
    for n in range(1, MANY):
        folder = fresh(tmp_path / "输出")
        if not killed(renew, folder, n):
            break
        seen = standing(folder)
        assert seen.items() <= (ALL_OLD | {KEPT: b"edited html"}).items() or seen.items() <= ALL_NEW.items()
        settle(folder)
        assert standing(folder) in (ALL_OLD, ALL_NEW)
        ends.append(standing(folder) == ALL_NEW)
        with exclusive(folder):
            assert [".xlreport.set"] == left_over(folder)
        assert [] == left_over(folder)
    assert sorted(ends) == ends
    assert {False, True} == set(ends)


@forks
@pytest.mark.program
@pytest.mark.long
def test_killed_and_killed_again_while_it_is_settled(tmp_path: Path):
    """Settling can be broken off anywhere too."""
    for n in range(1, MANY):
        folder = fresh(tmp_path / "输出")
        if not killed(renew, folder, n):
            break
        for m in range(1, MANY):
            copy = tmp_path / "副本"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            again = killed(settle, copy, m)
            settle(copy)
            assert standing(copy) in (ALL_OLD, ALL_NEW)
            assert [name for name in left_over(copy) if name != ".xlreport.set"] == []
            if not again:
                break


@forks
@pytest.mark.program
@pytest.mark.long
def test_what_a_person_saved_after_the_kill_stays(tmp_path: Path):
    """Whatever stands in the folder when the next run comes is a person's then, and is not replaced by settling."""
    for n in range(1, MANY):
        folder = fresh(tmp_path / "输出")
        if not killed(renew, folder, n):
            break
        (folder / "报告.docx").write_bytes(b"saved from Word")
        settle(folder)
        assert b"saved from Word" == (folder / "报告.docx").read_bytes()
        assert b"edited html" in standing(folder).values()


@pytest.mark.long
@pytest.mark.parametrize("names", [("replace",), ("rename",), ("replace", "rename"), ("unlink",), ("mkdir",)])
@pytest.mark.parametrize("on", [False, True])
def test_refused_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], on: bool):
    """A move that fails leaves everything as it was; where nothing can be moved any more, the next run settles it."""
    for n in range(1, MANY):
        folder = fresh(tmp_path / "输出")
        with contextlib.contextmanager(failing)(monkeypatch, names, n, on=on):
            try:
                renew(folder)
            except OSError:
                done = False
            else:
                done = True
        before = standing(folder)
        settle(folder)
        assert (ALL_NEW if done else standing(folder)) == standing(folder)
        assert standing(folder) in (ALL_OLD, ALL_NEW)
        assert [] == [name for name in left_over(folder) if name != ".xlreport.set"]
        if names == ("replace",) and not done:
            assert ALL_OLD == before
        if done and before == ALL_NEW and n > 20:
            break


@pytest.mark.parametrize("name", list(OLD))
def test_held_by_another_program(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    """A file that Word holds, which Windows does not let be moved: the sentence names it, nothing else was touched."""
    real = os.replace

    def held(source: Path, target: Path) -> None:
        if Path(source).name == name or Path(target).name == name:
            raise PermissionError(13, "in use")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(EnvironmentFault, match=rf"“{name}”不能改写，可能正在 Word、Excel 或 WPS 中打开"):
        renew(folder)
    assert (ALL_OLD, []) == (standing(folder), left_over(folder))


@pytest.mark.parametrize("name", ["报告.docx", "报告.txt", "报告.pdf"])
def test_a_folder_in_the_way(folder: Path, name: str):
    """A folder of a person's that bears a file's name is not moved, and nothing in it is lost."""
    (folder / name).unlink(missing_ok=True)
    (folder / name / "内").mkdir(parents=True)
    before = sorted(folder.rglob("*"))
    with pytest.raises(EnvironmentFault, match=rf"{name}”是一个文件夹"):
        renew(folder)
    assert before == sorted(folder.rglob("*"))


def test_files_that_another_program_holds_while_it_is_settled(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody works on half a set: a sentence, until the file is closed."""
    work = folder / ".xlreport-abcdefgh"
    work.mkdir()
    (folder / "报告.docx").rename(work / "old0")
    (work / "aside.json").write_bytes(journal("报告.docx", ".xlreport-abcdefgh/old0", ""))
    with contextlib.contextmanager(failing)(monkeypatch, ("rename",), 1), pytest.raises(EnvironmentFault):
        settle(folder)
    settle(folder)
    assert (ALL_OLD, []) == (standing(folder), left_over(folder))


def journal(name: str, aside: str, new: str) -> bytes:
    return msgspec.json.encode([{"name": name, "aside": aside, "new": new}])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        journal("../x", "y", ""),
        journal("x", "/etc/passwd", ""),
        journal("x", "y", "..\\z"),
        journal("x", ".xlreport-abcdefgh/../../y", ""),
        journal("x", "C:y", ""),
        journal("", "y", ""),
    ],
)
def test_a_journal_that_is_none(folder: Path, content: bytes):
    """One that is damaged, or leads out of the folder, is not followed, and what lies there is not thrown away."""
    work = folder / ".xlreport-abcdefgh"
    work.mkdir()
    (work / "in.json").write_bytes(content)
    (work / "new0").write_bytes(b"new")
    with pytest.raises(EnvironmentFault, match="读不出来，请把它移到别处保存后再试"):
        settle(folder)
    assert (work / "new0").exists()
    assert ALL_OLD == standing(folder)


def test_leftovers_are_cleared(folder: Path):
    """A folder with a whole report, as a kill leaves it, goes; what bears other names, links and new files stay."""
    (folder / ".xlreport-a1_b2c3d").mkdir()
    (folder / ".xlreport-a1_b2c3d" / "报告.docx").write_bytes(b"whole")
    (folder / ".xlreport-notes").mkdir()
    (folder / ".xlreport-linked__").symlink_to(folder / ".xlreport-notes")
    for name, age in ((".xlreport-oldfile1", 48 * 3600), (".xlreport-newfile1", 60)):
        (folder / name).write_bytes(b"part")
        os.utime(folder / name, (time.time() - age,) * 2)
    settle(folder)
    assert [".xlreport-linked__", ".xlreport-newfile1", ".xlreport-notes"] == sorted(left_over(folder))


def test_one_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What another run has under way is not touched: it is waited for, and at last a sentence says so."""
    work = folder / ".xlreport-abcdefgh"
    work.mkdir()
    handle = take(folder / ".xlreport.set")
    assert handle is not None
    monkeypatch.setattr(file_set, "_PATIENCE", 0)
    with pytest.raises(EnvironmentFault, match="另一个程序正在写文件夹"):
        renew(folder)
    assert work.exists()
    give_back(folder / ".xlreport.set", handle)
    renew(folder)
    assert (ALL_NEW, []) == (standing(folder), left_over(folder))


def test_a_file_system_without_locks(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What is new there may be another run's and is left alone; what is old is cleared."""

    def unsupported(path: Path) -> int:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(file_set, "take", unsupported)
    for name, age in ((".xlreport-old_____", 600), (".xlreport-new_____", 1)):
        (folder / name).mkdir()
        os.utime(folder / name, (time.time() - age,) * 2)
    renew(folder)
    assert (ALL_NEW, [".xlreport-new_____"]) == (standing(folder), left_over(folder))


def test_nothing_to_settle(tmp_path: Path):
    """A folder that is not there, or a file, is nobody's business here."""
    settle(tmp_path / "没有")
    (tmp_path / "文件").write_bytes(b"")
    settle(tmp_path / "文件")
    assert ["文件"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.skipif(os.name != "posix", reason="Windows puts no folder on the disk when asked")
def test_on_the_disk_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A power cut leaves no empty file: what moves in was put on the disk, and the names are before the journal goes."""
    on_disk: list[int] = []
    events: list[str] = []
    sync, move, remove = os.fsync, os.replace, os.unlink

    def fsync(handle: int) -> None:
        sync(handle)
        on_disk.append(os.fstat(handle).st_ino)
        if os.path.samestat(os.fstat(handle), folder.stat()):
            events.append("names")

    def replace(source: Path, target: Path) -> None:
        made = Path(source).name.startswith(("new", "journal"))
        assert not made or Path(source).stat().st_ino in on_disk
        move(source, target)
        events.append(Path(source).name if made else Path(target).name)

    def unlink(path: Path, **options: int) -> None:
        remove(path, **options)
        events.append(f"-{Path(path).name}")

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "unlink", unlink)
    renew(folder)
    moved_in = [n for n, event in enumerate(events) if event.startswith("new")]
    assert len(NEW) == len(moved_in)
    assert (
        events.index("journal") < events.index("names") < events.index("old0") < events.index("in.json") < moved_in[0]
    )
    assert "names" in events[moved_in[-1] : events.index("-in.json")]
    assert ALL_NEW == standing(folder)
