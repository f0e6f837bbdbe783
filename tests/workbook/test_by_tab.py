"""A whole filing typed with real keys: by Tab alone, sheet by sheet, in LibreOffice on a screen of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from support.office import SETTINGS, require_office
from support.screen import open_screen, wait_for
from xlreport.filing import Filing
from xlreport.forms import find_form
from xlreport.workbook.layout.comparison_sheet import COMPARISON_SHEET
from xlreport.workbook.layout.sheets import layout
from xlreport.workbook.read.xlsx import read_workbook
from xlreport.workbook.write.xlsx import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.screen import Screen
    from xlreport.forms.model import Field, Form
    from xlreport.workbook.layout.plan import Cell, Sheet

#: The screen that most offices have.
WIDTH, HEIGHT = 1366, 768

#: No question on saving as .xlsx, no tip, nothing that completes or corrects what is typed.
CALM = """<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="WarnAlienFormat" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value>
</prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Input"><prop oor:name="AutoInput" oor:op="fuse"><value>false</value></prop></item>
</oor:items>"""


@contextmanager
def opened(path: Path, screen: Screen, folder: Path) -> Iterator[None]:
    """LibreOffice with the workbook, over the whole screen; it is ended with all that it started."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    settings = SETTINGS.replace("</oor:items>", CALM)
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    command = [require_office(), f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo", str(path)]
    env = os.environ | {"DISPLAY": screen.display, "SAL_USE_VCLPLUGIN": "gen"}
    office = subprocess.Popen(
        command, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        screen.fill_with(path.name, WIDTH, HEIGHT)
        yield
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait(timeout=20)


def typed(form: Form) -> dict[str, str]:
    """What is typed into each field: figures that are all different, a day, a year, a word; a list is left as it is."""
    return {field.id: text for n, field in enumerate(form.inputs, 1) if (text := _typed(form, field, n))}


def _typed(form: Form, field: Field, n: int) -> str:
    match field.style:
        case "number":
            return str(1000 + n)
        case "year":
            return str(form.first_year + 1)
        case "date":
            return f"{form.first_year + 2}-1-22"
        case "text" | "prose":
            return f"w{n}"
    return ""


def keys(sheet: Sheet, texts: dict[str, str]) -> list[str]:
    """Each unlocked cell of a sheet typed into, if there is something to be typed, and left by Tab."""
    pressed: list[str] = []
    for cell in stops(sheet):
        pressed += [{"-": "minus"}.get(key, key) for key in texts.get(cell.field or "", "")]
        pressed.append("Tab")
    return pressed


def stops(sheet: Sheet) -> list[Cell]:
    """The unlocked cells in the order of reading."""
    open_cells = [cell for cell in sheet.cells if cell.role in ("input", "paragraph")]
    return sorted(open_cells, key=lambda cell: (cell.row, cell.col))


def complete(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


@pytest.mark.program
@pytest.mark.long
@pytest.mark.parametrize("name", ["gov2019", "gov2021"])
def test_a_filing_typed_by_tab_alone_stands_where_it_should(name: str, tmp_path: Path) -> None:
    """In a blank workbook: every figure, day and word that is typed in the order of Tab is read back from its own field."""
    require_office()
    form = find_form(name)
    path = tmp_path / f"{name}.xlsx"
    write_workbook(Filing(form=form, values={}), path)
    before, texts = path.read_bytes(), typed(form)
    with open_screen(WIDTH, HEIGHT) as screen, opened(path, screen, tmp_path):
        for sheet in layout(form).sheets[1:]:
            screen.turn("ctrl+Next")
            if sheet.title == COMPARISON_SHEET or not stops(sheet):
                break
            screen.press(keys(sheet, texts))
        screen.settle()
        screen.press(["ctrl+s"])
        wait_for(lambda: path.read_bytes() != before and complete(path), f"{path.name} is saved")
    filing = read_workbook(path)
    expected = {id_: held(form.fields[id_], text) for id_, text in texts.items() if not form.fields[id_].beside}
    assert expected == {id_: filing.values[id_] for id_ in expected}
    assert [] == [finding.message for finding in filing.findings if finding.level == "error"]


def held(field: Field, text: str) -> int | str:
    """What is read of a text typed."""
    if field.style in ("number", "year"):
        return int(text)
    if field.style == "date":
        year, month, day = text.split("-")
        return f"{year}年{month}月{day}日"
    return text
