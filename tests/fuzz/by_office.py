"""What LibreOffice shows in the cells of many workbooks: a second witness, of nobody's making here."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fuzz.seen import Seen, see
from support.office import SETTINGS, TIMEOUT, require_office

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.oracle import Place, Show

#: Every sheet as a file of its own, with what the cells show, in UTF-8.
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1"


def shown_by_office(workbooks: Mapping[str, bytes]) -> dict[str, Show]:
    """For each workbook by its name, what LibreOffice shows after calculating every formula again; one call for all."""
    with TemporaryDirectory(prefix="office-") as top:
        folder, into, user = Path(top, "in"), Path(top, "out"), Path(top, "profile", "user")
        for each in (folder, into, user):
            each.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
        files = [folder / f"{name}.xlsx" for name in workbooks]
        for file, content in zip(files, workbooks.values(), strict=True):
            file.write_bytes(content)
        command = [require_office(), f"-env:UserInstallation={user.parent.as_uri()}", "--headless"]
        command += ["--convert-to", _AS_SHOWN, "--outdir", str(into), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
        return {name: _show(see(content), name, into) for name, content in workbooks.items()}


def _show(seen: Seen, name: str, into: Path) -> Show:
    tables: dict[str, list[list[str]]] = {}
    for title in seen.sheets:
        file = into / f"{name}-{title}.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as lines:
                tables[title.casefold()] = list(csv.reader(lines))

    def show(place: Place) -> str | None:
        title, row, col = place
        table = tables.get(title)
        if table is None:
            return None
        return table[row - 1][col - 1] if row <= len(table) and col <= len(table[row - 1]) else ""

    return show
