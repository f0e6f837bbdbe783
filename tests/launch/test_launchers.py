"""The launchers: started as a file manager starts them, with and without what they need."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import clerk
from xlreport.desktop.launchers import GENERATE, LAUNCHERS, NEXT_YEAR, launcher_of

LAUNCH = Path(__file__).parents[2] / "launch"
SHELL, DESKTOP, BATCH, COMMAND = (f"生成报告.{ending}" for ending in ("sh", "desktop", "bat", "command"))

FOLDER = f"{clerk.UNIT}_2019"

#: What a POSIX system has beside Python.
TOOLS = ("sh", "uname", "dirname", "readlink", "cat", "ls", "mkdir", "rm", "cksum", "grep", "printf")

posix = pytest.mark.skipif(os.name != "posix", reason="shell scripts are for Linux and macOS")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The launchers in a folder with a Python beside them, spaces and Chinese in its name."""
    folder = copied(tmp_path / "安装 包")
    python = folder / "python" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return folder


def copied(folder: Path) -> Path:
    folder.mkdir()
    for path in LAUNCH.iterdir():
        shutil.copy(path, folder)
    return folder


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A user's surroundings of the test's own; nothing is opened."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XLREPORT_NO_BROWSER": "1",
        "LANG": "C.UTF-8",
    }


def started(
    command: list[str | Path], env: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env=env,
        cwd=cwd,
        capture_output=True,
        check=False,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def restricted(tmp_path: Path, env: dict[str, str], **scripts: str) -> dict[str, str]:
    """Surroundings whose path holds only the usual tools, and the given scripts."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    for name, body in scripts.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    return env | {"PATH": str(tools)}


# What is in the files


@pytest.mark.parametrize("title", [launcher.title for launcher in LAUNCHERS])
@pytest.mark.parametrize("ending", ["bat", "sh", "command", "desktop"])
def test_launchers_are_one_script(title: str, ending: str):
    """Every launcher is 生成报告's script under its own name; the desktop entries are as scripts/build_launchers.py makes them."""
    spec = importlib.util.spec_from_file_location("build_launchers", LAUNCH.parent / "scripts" / "build_launchers.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    own = (LAUNCH / f"{title}.{ending}").read_bytes()
    assert own == (
        build.entry(title).encode() if ending == "desktop" else (LAUNCH / f"{GENERATE}.{ending}").read_bytes()
    )
    assert ending == "bat" or os.name != "posix" or os.access(LAUNCH / f"{title}.{ending}", os.X_OK)


@pytest.mark.parametrize(
    ("name", "title"),
    [(launcher.title, launcher.title) for launcher in LAUNCHERS]
    + [(f"{NEXT_YEAR} - 副本", NEXT_YEAR), ("做明年的表", NEXT_YEAR), ("", GENERATE), ("年报", GENERATE)],
)
def test_name_tells_what_to_do(name: str, title: str):
    """A copy or a launcher that somebody renamed does what its name still says; any other makes the report."""
    assert title == launcher_of(name).title


def test_batch_file_says_nothing_in_english():
    """All that it prints is a Chinese text beside it, a path, or its own page."""
    lines = (LAUNCH / BATCH).read_text(encoding="ascii").splitlines()
    printed = [line for line in lines if "echo " in line.lower() and not line.lower().startswith(("@echo off", ">"))]
    assert ['echo "%BASE%%PAGE%"'] == printed
    texts = set(re.findall(r"call :say ([\w-]+)", "\n".join(lines)))
    assert texts == {path.stem for path in LAUNCH.glob("*.txt")}
    assert all(not (LAUNCH / f"{name}.txt").read_bytes().isascii() for name in texts)


def test_batch_file_is_ascii_with_crlf():
    """cmd.exe reads the batch file alike under every code page, and finds its labels."""
    content = (LAUNCH / BATCH).read_bytes()
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") > 0


def test_batch_file_jumps_to_labels_that_exist():
    """Every goto and call names a label of the file; every label is used."""
    text = (LAUNCH / BATCH).read_text(encoding="ascii")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    used = set(re.findall(r"(?:goto |call :)(\w+)", text))
    kinds = set(re.findall(r'set "KIND=(\w+)"', text))
    assert used | kinds == labels


def test_batch_file_opens_pages_that_exist():
    """The pages it names lie beside it, or it writes them itself."""
    pages = set(re.findall(r'set "PAGE=([\w.-]+)"', (LAUNCH / BATCH).read_text(encoding="ascii")))
    assert pages - {"xlreport.html"} == {path.name for path in LAUNCH.glob("*.html")}


def test_batch_files_own_page_reads_chinese():
    """The page it writes itself says in Chinese what to do, in character references."""
    from html import unescape

    line = next(line for line in (LAUNCH / BATCH).read_text(encoding="ascii").splitlines() if "DOCTYPE" in line)
    page = unescape(line.partition("echo ")[2].replace("^", ""))
    assert "找不到程序文件夹" in page
    assert "请先在安装包的文件夹里双击一次“生成报告”，再把它复制到别处使用。" in page


def test_scripts_have_unix_line_ends_and_may_be_run():
    """Shell scripts and the desktop entry end lines with LF and are executable."""
    for name in (SHELL, COMMAND, DESKTOP):
        assert b"\r" not in (LAUNCH / name).read_bytes()
        if os.name == "posix":
            assert os.access(LAUNCH / name, os.X_OK)


def test_line_ends_are_guarded():
    """Git keeps these line ends on every system."""
    rules = (LAUNCH.parent / ".gitattributes").read_text(encoding="utf-8")
    assert "launch/*.bat text eol=crlf" in rules
    assert "launch/*.txt text eol=crlf" in rules
    assert "*.sh text eol=lf" in rules


# As a person would


@pytest.mark.program
@posix
def test_double_click_beside_the_workbooks(bundle: Path, env: dict[str, str]):
    """Without arguments: what lies beside the launcher, whatever the current folder."""
    clerk.write(bundle / "填报 表.xlsx", clerk.sound())
    done = started([bundle / SHELL], env, cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (bundle / "输出" / FOLDER / "结果.html").exists()


@pytest.mark.program
@posix
def test_dropped_workbooks_and_folders(bundle: Path, env: dict[str, str], tmp_path: Path):
    """Paths with spaces, Chinese, quotes and an ampersand arrive whole."""
    first = clerk.write(tmp_path / "甲 & 乙 '局'" / "表 $1.xlsx", clerk.sound(unit__name="甲局"))
    second = clerk.write(tmp_path / "另 一个" / "表.xlsx", clerk.sound(unit__name="乙局"))
    done = started([bundle / SHELL, first, second.parent], env)
    assert (done.returncode, done.stderr) == (0, "")
    assert (first.parent / "输出" / "甲局_2019").is_dir()
    assert (second.parent / "输出" / "乙局_2019").is_dir()


@pytest.mark.program
@posix
def test_page_opens_in_the_browser(bundle: Path, env: dict[str, str], tmp_path: Path):
    """The result page is handed to the default browser, as an address."""
    clerk.write(bundle / "表.xlsx", clerk.sound())
    opened, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{opened}"\n', encoding="utf-8")
    browser.chmod(0o755)
    del env["XLREPORT_NO_BROWSER"]
    assert started([bundle / SHELL], env | {"BROWSER": f"{browser} %s"}).returncode == 0
    assert opened.read_text(encoding="utf-8").strip() == (bundle / "输出" / FOLDER / "结果.html").as_uri()


@pytest.mark.program
@posix
def test_macos_launcher_does_the_same(bundle: Path, env: dict[str, str]):
    """The .command is the .sh under the name that Finder opens."""
    clerk.write(bundle / "表.xlsx", clerk.sound())
    assert started([bundle / COMMAND], env, cwd=Path("/")).returncode == 0
    assert (bundle / "输出" / FOLDER).is_dir()


@pytest.mark.program
@posix
@pytest.mark.parametrize("ending", ["sh", "command", "desktop"])
def test_next_year_by_double_click(bundle: Path, env: dict[str, str], ending: str):
    """The launcher of its own makes next year's workbook beside this year's, and no report."""
    clerk.write(bundle / "表.xlsx", clerk.sound())
    launcher = bundle / f"{NEXT_YEAR}.{ending}"
    command: list[str | Path] = [*entry_command(launcher, [])] if ending == "desktop" else [launcher]
    done = started(command, env, cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (bundle / f"{clerk.UNIT}_2020_填报工作簿.xlsx").exists()
    assert not (bundle / "输出" / FOLDER).exists()


@pytest.mark.program
@posix
def test_copy_beside_the_workbooks(bundle: Path, env: dict[str, str], tmp_path: Path):
    """After one run in its own folder the script works from where it is copied to."""
    assert started([bundle / SHELL], env).returncode == 0
    workbook = clerk.write(tmp_path / "年报" / "表.xlsx", clerk.sound())
    copy = Path(shutil.copy(bundle / SHELL, workbook.parent))
    assert started([copy], env).returncode == 0
    assert (workbook.parent / "输出" / FOLDER).is_dir()


@pytest.mark.program
@posix
def test_stray_modules_are_not_imported(bundle: Path, env: dict[str, str], tmp_path: Path):
    """A file of the clerk's that is named like a module is left alone."""
    clerk.write(bundle / "表.xlsx", clerk.sound())
    (bundle / "html.py").write_text("raise SystemExit(99)", encoding="utf-8")
    (bundle / "jinja2.py").write_text("raise SystemExit(99)", encoding="utf-8")
    assert started([bundle / SHELL], env | {"PYTHONPATH": str(bundle)}, cwd=bundle).returncode == 0


# The desktop entry


def entry_command(path: Path, files: list[Path], *, tell: bool = True) -> list[str]:
    """The Exec line as the Desktop Entry Specification has it run; %k is the entry's path where the program tells it."""
    line = next(each for each in path.read_text(encoding="utf-8").splitlines() if each.startswith("Exec="))
    # String escapes first, then quoting (where shlex keeps the backslash before a dollar sign), then field codes.
    command = []
    for word in shlex.split(line.removeprefix("Exec=").replace("\\\\", "\\").replace("\\$", "$")):
        if word == "%k":
            command += [str(path)] if tell else []
        elif word == "%F":
            command += [str(file) for file in files]
        else:
            command.append(word.replace("%%", "%"))
    return command


@pytest.mark.program
@posix
def test_desktop_entry_double_clicked(bundle: Path, env: dict[str, str]):
    """The entry finds the script beside it and works on its own folder."""
    clerk.write(bundle / "表.xlsx", clerk.sound())
    done = started(list(entry_command(bundle / DESKTOP, [])), env, cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (bundle / "输出" / FOLDER).is_dir()


@pytest.mark.program
@posix
def test_desktop_entry_with_files_dropped(bundle: Path, env: dict[str, str], tmp_path: Path):
    """Files dropped on the entry are worked on where they lie."""
    workbook = clerk.write(tmp_path / "年 报" / "表 1.xlsx", clerk.sound())
    done = started(list(entry_command(bundle / DESKTOP, [workbook])), env, cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (workbook.parent / "输出" / FOLDER).is_dir()


@pytest.mark.program
@posix
@pytest.mark.parametrize("tell", [True, False])
def test_desktop_entry_copied_elsewhere(bundle: Path, env: dict[str, str], tmp_path: Path, tell: bool):
    """A copy of the entry finds the script of the last run, even where the file manager does not say where it lies."""
    started([bundle / SHELL], env)
    workbook = clerk.write(tmp_path / "桌 面" / "表.xlsx", clerk.sound())
    copy = Path(shutil.copy(bundle / DESKTOP, workbook.parent))
    done = started(list(entry_command(copy, [] if tell else [workbook], tell=tell)), env, cwd=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (workbook.parent / "输出" / FOLDER).is_dir()


# The first run, and what may be missing


@pytest.mark.program
@posix
def test_python_missing(tmp_path: Path, env: dict[str, str]):
    """Without any Python a window says so and says what to do."""
    folder = copied(tmp_path / "安装包")
    (folder / "wheelhouse").mkdir()
    said = tmp_path / "said"
    env = restricted(tmp_path, env, zenity=f'printf "%s\\n" "$@" >"{said}"')
    del env["XLREPORT_NO_BROWSER"]
    done = started([folder / SHELL], env | {"DISPLAY": ":99"})
    assert done.returncode == 4
    assert "没有找到 Python 3.11 或更新的版本" in done.stderr
    assert "请安装 Python" in said.read_text(encoding="utf-8")


@pytest.mark.program
@posix
def test_python_too_old(tmp_path: Path, env: dict[str, str]):
    """A Python that is too old counts as none; without a dialog program the page beside the launcher is opened."""
    folder = copied(tmp_path / "安装包")
    (folder / "wheelhouse").mkdir()
    opened = tmp_path / "opened"
    env = restricted(tmp_path, env, python3="exit 1", **{"xdg-open": f'echo "$1" >"{opened}"'})
    del env["XLREPORT_NO_BROWSER"]
    assert started([folder / SHELL], env | {"DISPLAY": ":99"}).returncode == 4
    assert opened.read_text(encoding="utf-8").strip() == str(folder / "need-python.html")


#: Stands for a Python that can make environments: it notes how it is called.
PYTHON = """echo "$@" >>"{log}"
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cat "$0" >"$3/bin/python"; chmod +x "$3/bin/python"; fi
if [ "$1 $2 $3" = "-m pip install" ]; then exit {pip}; fi
exit 0"""


@pytest.mark.program
@posix
def test_environment_is_made_once_from_the_wheelhouse(tmp_path: Path, env: dict[str, str]):
    """The first run installs from wheelhouse/ without an index, the second does not; new wheels are installed again."""
    folder, log = copied(tmp_path / "安装 包"), tmp_path / "log"
    (folder / "wheelhouse").mkdir()
    (folder / "wheelhouse" / "xlreport-1.whl").touch()
    env = restricted(tmp_path, env, python3=PYTHON.format(log=log, pip=0), chmod=f'exec {shutil.which("chmod")} "$@"')
    home = Path(env["HOME"]) / ".local" / "share" / "xlreport" / "env"
    install = f"-m pip install --disable-pip-version-check --no-index --find-links {folder}/wheelhouse xlreport"
    run = "-I -m xlreport.desktop a b"

    assert started([folder / SHELL, "a b"], env).returncode == 0
    calls = log.read_text(encoding="utf-8").splitlines()
    assert calls[-3:] == [f"-m venv {home}", install, run]

    log.unlink()
    assert started([folder / SHELL, "a b"], env).returncode == 0
    assert log.read_text(encoding="utf-8").splitlines() == [run]

    log.unlink()
    (folder / "wheelhouse" / "xlreport-2.whl").touch()
    assert started([folder / SHELL, "a b"], env).returncode == 0
    assert install in log.read_text(encoding="utf-8").splitlines()


@pytest.mark.program
@posix
def test_set_up_that_fails(tmp_path: Path, env: dict[str, str]):
    """A set-up that fails says so and leaves no half-made environment, so that the next run tries again."""
    folder, log = copied(tmp_path / "安装包"), tmp_path / "log"
    (folder / "wheelhouse").mkdir()
    env = restricted(tmp_path, env, python3=PYTHON.format(log=log, pip=1), chmod=f'exec {shutil.which("chmod")} "$@"')
    done = started([folder / SHELL], env)
    assert done.returncode == 4
    assert "准备运行环境没有成功" in done.stderr
    assert not (Path(env["HOME"]) / ".local" / "share" / "xlreport" / "env").exists()


@pytest.mark.program
@posix
def test_launcher_torn_from_its_folder(tmp_path: Path, env: dict[str, str]):
    """A copy that never ran in its own folder says what to do first."""
    folder = tmp_path / "年报"
    folder.mkdir()
    copy = Path(shutil.copy(LAUNCH / SHELL, folder))
    done = started([copy], env)
    assert done.returncode == 4
    assert "找不到程序文件夹" in done.stderr
