"""The wheels of a bundle: fetched by pip as a lock file says, each held to its SHA-256, and unpacked."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What packages carry that running them takes none of: tests, sources, headers, import libraries, type stubs; of pygments
#: what colours programs, of lxml what nothing here asks for.
_NEEDLESS = re.compile(
    r"(?:\A|/)(?:tests?|testing/tests|f2py|_pyinstaller|includes|include)/"
    r"|\.(?:pyi|pyx|pxd|pxi|c|h|hpp|lib|a|rng|whl|f|f90|cpp)\Z"
    r"|\Apygments/(?:lexers|formatters|styles)/|\Alxml/(?:objectify|isoschematron|sax|pyclasslookup)\b"
)


class Requirement(NamedTuple):
    """One line of a lock file: name==version, and the hashes that its files may have."""

    text: str
    hashes: frozenset[str]


def read_lock(path: Path) -> list[Requirement]:
    """The requirements of a lock file as `uv pip compile --generate-hashes` writes it.

    Raises SystemExit for a requirement without a fixed version or without hashes.
    """
    found: list[Requirement] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+==[^ \\;]+)", line):
            found.append(Requirement(match[1], frozenset()))
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
        if hashes:
            found[-1] = Requirement(found[-1].text, found[-1].hashes | hashes)
        elif line.strip() and not line.startswith((" ", "#")) and not match:
            raise SystemExit(f"{path}: {line} has no fixed version")
    for each in found:
        if not each.hashes:
            raise SystemExit(f"{path}: {each.text} has no hash")
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetched(lock: Path, cache: Path, options: Sequence[str] = ()) -> dict[str, Path]:
    """A file in `cache` for every requirement of the lock file, by requirement; pip fetches those that are missing.

    `options` say for which machine. Raises SystemExit where a file is not to be had with a hash of the lock file.
    """
    requirements = read_lock(lock)
    found = _cached(requirements, cache)
    if len(found) < len(requirements):
        cache.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--requirement", str(lock), "--dest", str(cache), *options]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit("pip could not fetch what the lock file asks for; see above")
        found = _cached(requirements, cache)
    missing = [each.text for each in requirements if each.text not in found]
    if missing:
        raise SystemExit(f"no file with a hash of {lock.name}: {', '.join(missing)}")
    return found


def _cached(requirements: Sequence[Requirement], cache: Path) -> dict[str, Path]:
    by_hash = {sha256(path): path for path in sorted(cache.glob("*")) if path.is_file()}
    return {each.text: by_hash[found] for each in requirements for found in sorted(each.hashes & by_hash.keys())[:1]}


def unpack(wheel: Path, target: Path) -> None:
    """A wheel's packages into `target`, without what running takes none of. Raises SystemExit for a path that leads out."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            name = entry.filename
            parts = PurePosixPath(name).parts
            if name.startswith("/") or ".." in parts or "\\" in name:
                raise SystemExit(f"{wheel.name}: {name} leads out of the folder")
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            inner = "/".join(parts)
            if entry.is_dir() or _NEEDLESS.search(inner):
                continue
            to = target.joinpath(*parts)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(archive.read(entry))
